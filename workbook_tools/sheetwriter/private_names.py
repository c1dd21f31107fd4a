"""Private names of xlsxwriter that this program uses or overrides, besides those of the pivots."""

from __future__ import annotations

from types import MappingProxyType

# A test compares these with the installed xlsxwriter, and setup.cfg admits no release beyond.
PRIVATE_NAMES = MappingProxyType(
    {
        "workbook.Workbook": ("_store_workbook()",),
        "packager.Packager": ("_write_shared_strings_file()",),
        "sharedstrings.SharedStrings": ("_write_sst_strings()",),
        "sharedstrings.SharedStringTable": ("_get_shared_string_index(string)",),
        "format.Format": ("_get_xf_index()",),
        "url.Url": ("_target()",),
        "worksheet.Worksheet": (
            "_convert_date_time(dt_obj)",
            "_write_cell(row, col, cell)",
            "_write_header_footer()",
            "_write_hyperlinks()",
            "_write_rows()",
        ),
        "xmlwriter.XMLwriter": (
            "_escape_control_characters(data)",
            "_set_xml_writer(filename)",
            "_xml_data_element(tag, data, attributes)",
            "_xml_empty_tag(tag, attributes)",
            "_xml_end_tag(tag)",
            "_xml_start_tag(tag, attributes)",
            "_xml_start_tag_unencoded(tag, attributes)",
        ),
    }
)
ATTRIBUTES = MappingProxyType(
    {
        "workbook.Workbook": ("str_table",),
        "sharedstrings.SharedStrings": ("string_table", "fh"),
        "worksheet.Worksheet": (
            *("default_row_height", "dim_rowmax", "dim_rowmin", "external_hyper_links", "footer", "header"),
            *(
                "header_footer_aligns",
                "header_footer_scales",
                "hyperlinks",
                "rel_count",
                "row_info",
                "str_table",
            ),
            *("tables", "fh"),
        ),
        "url.Url": ("_anchor", "_link", "_link_type"),
    }
)
"""Attributes read or replaced."""
