"""Excel report forms: out to many offices by spreadsheet, and back in one piece.

The use cases are functions; each returns a result, prints nothing and never exits::

    from workbook_tools.usecases.generate import generate
    from workbook_tools.usecases.collect import collect
"""

__version__ = "0.1.0"
