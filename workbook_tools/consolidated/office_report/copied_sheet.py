"""Copy a template's sheet into the consolidated workbook, with entries in its input cells.

openpyxl reads the sheet that the officer drew; xlsxwriter, which writes the whole workbook, writes the copy.
Everything that prints is copied: texts, fonts, fills, borders, alignment, merged blocks, widths, heights, and
the page setup.
"""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, cast

from openpyxl.cell.cell import MergedCell
from openpyxl.styles.numbers import is_date_format
from openpyxl.utils.datetime import to_excel

from workbook_tools.consolidated.office_report.copied_heights import copied_row_heights, report_page_starts
from workbook_tools.consolidated.office_report.copied_page import copy_page
from workbook_tools.text.clean import value_text

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell as SheetCell
    from openpyxl.styles import Border
    from openpyxl.worksheet.cell_range import CellRange

    from workbook_tools.consolidated.office_report.copied_style import Properties
    from workbook_tools.consolidated.office_report.sheet_to_copy import Place, SheetCopy
    from workbook_tools.sheetwriter.book_sheet import Sheet

_MOST_DECIMALS = 4
_COLOURED = ("font_color", "pattern", "bg_color")


def write_copied_sheet(copy: SheetCopy, target: Sheet) -> None:
    """Draw the copy on an empty sheet of the class ``copied_page.PrintedSheet``."""
    _write_columns(copy, target)
    _write_rows(copy, target)
    for block in sorted(set(copy.blocks.values()), key=lambda block: (block.min_row, block.min_col)):
        # openpyxl reads blocks of one cell, which some programs write; xlsxwriter refuses them.
        if block.size == {"columns": 1, "rows": 1}:
            continue
        target.raw.merge_range(block.min_row - 1, block.min_col - 1, block.max_row - 1, block.max_col - 1, "")
    for row, cells in enumerate(copy.source.iter_rows(), start=1):
        if row not in copy.idle_rows:
            for column, cell in enumerate(cells, start=1):
                _write_cell(copy, target, (row, column), cell)
    for row in copy.sentences:
        _write_sentence(copy, target, row)
    copy_page(copy.source, target.raw, copy.fill)
    own = [entry.id for entry in copy.source.row_breaks.brk]
    target.raw.set_h_pagebreaks([*own, *(row - 1 for row in report_page_starts(copy))])


def _write_sentence(copy: SheetCopy, target: Sheet, row: int) -> None:
    """A sentence as a paragraph of the form: over its whole width, in the font of its entries."""
    font = copy.styles.properties(copy.source.cell(*copy.first_entry))
    look: Properties = {name: font[name] for name in ("font_name", "font_size") if name in font}
    _, first, _, last = copy.printed
    target.raw.merge_range(row - 1, first - 1, row - 1, last - 1, "")
    paragraph = look | {"text_wrap": True, "valign": "vcenter", "align": "justify"}
    target.text(row - 1, first - 1, copy.sentences[row], paragraph)


def _write_columns(copy: SheetCopy, target: Sheet) -> None:
    """Set widths in pixels, because the two workbooks may differ in their standard font."""
    for dimension in copy.source.column_dimensions.values():
        if dimension.min and dimension.max:
            pixels = round(dimension.width * copy.digit_width)
            target.raw.set_column_pixels(
                dimension.min - 1, dimension.max - 1, pixels, None, {"hidden": dimension.hidden}
            )


def _write_rows(copy: SheetCopy, target: Sheet) -> None:
    for row, height in sorted(copied_row_heights(copy).items()):
        hidden = copy.source.row_dimensions[row].hidden or row in copy.hidden_rows
        if height is not None or hidden:
            target.raw.set_row(row - 1, height, None, {"hidden": hidden})


def _write_cell(copy: SheetCopy, target: Sheet, place: Place, cell: SheetCell | MergedCell) -> None:
    block = copy.blocks.get(place)
    home = (block.min_row, block.min_col) if block else place
    entry = copy.entries.get(home)
    look = _look(copy, cell, block)
    if entry is not None:
        look = _entry_look(entry, look)
    # Every cell of a merged block is written, because its borders belong to the cells at its edge.
    if isinstance(cell, MergedCell):
        target.text(place[0] - 1, place[1] - 1, "", look)
    elif place in copy.formulas:
        formula, result = copy.formulas[place]
        look = _result_look(result, look)
        if formula:
            target.formula(place[0] - 1, place[1] - 1, formula, result, look)
        else:
            _write_value(target, place, result, look)
    # A formula that cannot be calculated here would show the template's own result.
    elif entry is None and cell.data_type == "f":
        target.text(place[0] - 1, place[1] - 1, "", look)
    else:
        value = _printed(copy, cell) if entry is None else entry
        _write_value(target, place, value, look)


def _printed(copy: SheetCopy, cell: SheetCell) -> object:
    """What the template prints in a cell; dates and times as the numbers that Excel stores."""
    if isinstance(cell.value, datetime | date | time | timedelta):
        # The cell's number format then shows them as in the template.
        return to_excel(cell.value)
    if isinstance(cell.value, str):
        return copy.fill(cell.value)
    return cell.value


def _write_value(target: Sheet, place: Place, value: object, look: Properties) -> None:
    row, column = place[0] - 1, place[1] - 1
    if isinstance(value, int | float) and not isinstance(value, bool):
        target.number(row, column, value, look)
    else:
        target.text(row, column, value_text(value), look)


def _look(copy: SheetCopy, cell: SheetCell | MergedCell, block: CellRange | None) -> Properties:
    """A cell's style; in a merged block that of its first cell, with borders only along the block's edge."""
    if block is None:
        return copy.styles.properties(cell)
    first = copy.styles.properties(copy.source.cell(block.min_row, block.min_col))
    edges = {
        "left": cell.column == block.min_col,
        "right": cell.column == block.max_col,
        "top": cell.row == block.min_row,
        "bottom": cell.row == block.max_row,
    }
    inner = {name: value for name, value in first.items() if name.removesuffix("_color") not in edges}
    return inner | copy.styles.border(
        cast("Border", cell.border), tuple(side for side, is_edge in edges.items() if is_edge)
    )


def _result_look(result: float | str, look: Properties) -> Properties:
    """The printed style of a calculated cell."""
    if isinstance(result, str):
        return look
    return _figure_look(result, look)


def _figure_look(figure: float, look: Properties) -> Properties:
    """A style in which a number shrinks rather than turn into ####, or, where none was chosen, 1E+06."""
    number_format = look.get("num_format", "@")
    if number_format == "@":
        number_format = "#,##0" + _decimals(figure)
    return look | {"text_wrap": False, "shrink": True, "num_format": number_format}


def _decimals(figure: float) -> str:
    """The decimals of a number format: a figure's own, or four digits of one with many, as all fifteen would
    shrink to dust.
    """
    places = len(f"{figure:.6f}".rstrip("0").partition(".")[2])
    if places > _MOST_DECIMALS or not places:
        places = max(2, 3 - math.floor(math.log10(abs(figure) or 1)))
    return "." + "#" * places if round(figure, places) % 1 else ""


def _entry_look(entry: float | str, look: Properties) -> Properties:
    """The printed style of an input: no colours; texts wrap."""
    plain = {name: value for name, value in look.items() if name not in _COLOURED}
    if isinstance(entry, str):
        # The dots of a date stay on one line, as the date itself would.
        dotted = is_date_format(str(plain.get("num_format", "General")))
        return plain | {"text_wrap": not dotted, "shrink": dotted}
    return _figure_look(entry, plain)
