"""Write a list's rows into a form: blank cells, hidden texts, marks, and their part of the form's map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.workbook.defined_name import DefinedName

from workbook_tools.excel import Cell, column_letters, quote_sheet
from workbook_tools.forms import form_marks
from workbook_tools.forms.live.lasting_references import area
from workbook_tools.forms.live.list_states import fence_texts
from workbook_tools.forms.printed import NOT_APPLICABLE
from workbook_tools.spec.vocabulary import COUNTER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from workbook_tools.forms.sheet_layout import SheetLayout
    from workbook_tools.model import ReportTemplate, RowList


def empty_lists(sheet: Worksheet, template: ReportTemplate, unit_type: str) -> None:
    """Take the markers out of the cells of a sheet's lists; one that the unit is not asked says so."""
    for one in template.lists.values():
        if one.sheet != sheet.title:
            continue
        asked = one.applies_to(unit_type)
        columns = {one.places[column.code] for column in one.asked}
        for row in one.rows:
            # The number 0 stands for no column.
            for column in sorted({*columns, one.number_column} - {0}):
                is_told = not asked and row == one.top and column in columns
                sheet.cell(row, column).value = NOT_APPLICABLE if is_told else None
            if not asked and row != one.top:
                sheet.row_dimensions[row].hidden = True


def mark_lists(sheet: Worksheet, layout: SheetLayout) -> Iterator[int]:
    """Write the marks and hidden texts of a sheet's lists; gives the columns that need a mark."""
    for one in layout.lists:
        counter = {f"{one.code}.{COUNTER}": one.number_column} if one.number_column else {}
        mark = form_marks.render_list_key({**one.places, **counter}, layout.key_column)
        for row in range(one.fences[0], one.fences[1] + 1):
            sheet.cell(row, layout.key_column).value = mark
        for cell, text in fence_texts(layout, one):
            sheet.cell(cell.row, cell.column).value = text
            sheet.cell(cell.row, cell.column).data_type = "s"
        yield from (*one.places.values(), *counter.values())


def map_lists(layout: SheetLayout) -> Iterator[list[object]]:
    """The rows of the form's map for its lists."""
    for one in layout.lists:
        top, bottom = one.fences
        for code, column in one.places.items():
            first, last = Cell(one.sheet, top, column), Cell(one.sheet, bottom, column)
            yield ["list", code, one.sheet, f"{first.ref}:{last.ref}", str(one.columns[code].kind)]


def name_lists(workbook: Workbook, template: ReportTemplate) -> None:
    """Name the lowest cell of every column, which nobody fills in: if cells of one column alone are moved,
    its name moves with them.
    """
    for one in template.lists.values():
        for code, column in one.places.items():
            place = area(*[Cell(one.sheet, one.fences[1], column)] * 2).partition(":")[0]
            workbook.defined_names[code] = DefinedName(code, attr_text=f"{quote_sheet(one.sheet)}!{place}")


def list_area(one: RowList, column: int) -> str:
    """The cells of a column to be filled in, as a range without a sheet."""
    letters = column_letters(column)
    return f"{letters}{one.rows[0]}:{letters}{one.rows[-1]}"
