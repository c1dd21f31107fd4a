"""Excel report forms: out to many offices by spreadsheet, and back in one piece.

The use cases are functions; each returns a result, prints nothing and never exits::

    from workbook_tools import CollectOptions, collect, generate, write_workbook

What is listed here stays; everything else may move between versions.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbook_tools.errors import WorkbookToolsError as WorkbookToolsError
    from workbook_tools.frames import Collection as Collection
    from workbook_tools.problems import Problem as Problem
    from workbook_tools.usecases.collect import CollectOptions as CollectOptions
    from workbook_tools.usecases.collect import collect as collect
    from workbook_tools.usecases.collect import write_workbook as write_workbook
    from workbook_tools.usecases.generate import generate as generate
    from workbook_tools.usecases.init import initialise as initialise
    from workbook_tools.usecases.inspect import inspect_file as inspect_file

__version__ = "0.2.0"

_HOMES = {
    "CollectOptions": "workbook_tools.usecases.collect",
    "Collection": "workbook_tools.frames",
    "Problem": "workbook_tools.problems",
    "WorkbookToolsError": "workbook_tools.errors",
    "collect": "workbook_tools.usecases.collect",
    "generate": "workbook_tools.usecases.generate",
    "initialise": "workbook_tools.usecases.init",
    "inspect_file": "workbook_tools.usecases.inspect",
    "write_workbook": "workbook_tools.usecases.collect",
}
__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> object:
    # Imported on first use: pandas alone takes longer than `--help` may.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
