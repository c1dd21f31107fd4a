"""xlsxwriter's private names used or overridden here, which a new release may break.

Each is ``class: names``, methods with their parameters. setup.cfg admits only releases in which a test found
all of them.
"""

from __future__ import annotations

from types import MappingProxyType

PRIVATE_NAMES = MappingProxyType(
    {
        "workbook.Workbook": ("_get_packager()",),
        "packager.Packager": ("_create_package()", "_filename(xml_filename)"),
        "format.Format": ("_get_format_key()",),
        "worksheet.Worksheet": ("_check_dimensions(row, col, ignore_row, ignore_col)",),
    }
)
ATTRIBUTES = MappingProxyType(
    {
        "workbook.Workbook": (
            *("charts", "default_format_properties", "doc_properties", "dxf_format_indices", "formats"),
            *("worksheets_objs", "xf_format_indices"),
        ),
        "packager.Packager": ("filenames", "workbook"),
        "format.Format": ("num_format", "num_format_index", "xf_index"),
        "worksheet.Worksheet": ("index", "table", "tables"),
    }
)
"""Attributes that are read or replaced."""
