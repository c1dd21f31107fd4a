"""Make room for lists in the officer's own sheet: the drawn row is repeated, all that is below moves down.

openpyxl's ``insert_rows`` moves cells only; what refers to rows is moved here with them: formulas, merged
blocks, heights, conditional formats, validations, print set-up, page breaks, pictures, and charts with the
cells they draw.
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

from openpyxl.cell.cell import MergedCell
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.worksheet.cell_range import MultiCellRange
from openpyxl.worksheet.dimensions import RowDimension
from openpyxl.worksheet.formula import ArrayFormula

from workbook_tools.forms.list_rows.list_head import repeat_list_head
from workbook_tools.forms.page_setup import print_areas
from workbook_tools.spec.row_lists.list_room import Room, move_formula, move_range, rooms_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from workbook_tools.model import ReportTemplate

_Spot = tuple[int, int]


def make_sheet_room(
    workbook: Workbook, template: ReportTemplate, counts: Mapping[str, int] | None = None
) -> None:
    """Give every list of a template's own workbook its rows, in place.

    ``counts`` as in :func:`~workbook_tools.spec.row_lists.list_room.make_room`.
    """
    if template.drawn is None:
        return
    for name in template.form_sheets:
        repeat_list_head(workbook[name], template.drawn)
    move_rows(workbook, template.form_sheets, rooms_of(template.drawn.lists, counts))


def move_rows(workbook: Workbook, sheets: Iterable[str], rooms: Mapping[str, Room]) -> None:
    """Move the rows of these sheets as ``rooms`` say, in place, and every reference to them."""
    for name in sheets:
        sheet, room = workbook[name], rooms.get(name, Room())
        _move_cells(sheet, room, rooms)
        _move_conditional_formats(sheet, room, rooms)
        _move_validations(sheet, room, rooms)
        _move_series(sheet, rooms)
        if name in rooms:
            _move_heights(sheet, room)
            _move_blocks(sheet, room)
            _move_page(sheet, room)


def _move_cells(sheet: Any, room: Room, rooms: Mapping[str, Room]) -> None:
    """Move all cells, and repeat those of a list's row in each of its rows."""
    moved: dict[_Spot, Any] = {}
    repeated = []
    for (drawn, column), cell in sheet._cells.items():
        rows = room.rows(drawn)
        moved[rows[0], column] = cell
        cell.row = rows[0]
        value = cell.value
        if not isinstance(cell, MergedCell):
            _set_moved(cell, value, (drawn, rows[0]), rooms)
            repeated += [(cell, value, drawn, row) for row in rows[1:]]
    sheet._cells = moved
    for cell, value, drawn, row in repeated:
        new = sheet.cell(row, cell.column)
        # A copy, because every cell later changes its own style in place.
        new._style = copy(cell._style)
        if value is not None:
            new.value, new.data_type = value, cell.data_type
            _set_moved(new, value, (drawn, row), rooms)


def _set_moved(cell: Any, value: object, at: _Spot, rooms: Mapping[str, Room]) -> None:
    """Give a cell its formula with moved references; ``at`` are its drawn and its present row."""
    if cell.data_type != "f":
        return
    sheet = cell.parent.title
    if isinstance(value, ArrayFormula):
        text, area = move_formula(str(value.text), sheet, rooms), str(value.ref)
        cell.value = ArrayFormula(move_range(area, rooms.get(sheet, Room())), text)
    elif isinstance(value, str):
        cell.value = move_formula(str(value), sheet, rooms, at)


def _move_heights(sheet: Worksheet, room: Room) -> None:
    given: list[tuple[int, Any]] = list(sheet.row_dimensions.items())
    sheet.row_dimensions.clear()
    for drawn, one in given:
        for row in room.rows(drawn):
            new: Any = RowDimension(
                sheet, index=row, ht=one.ht, hidden=one.hidden, outlineLevel=one.outlineLevel
            )
            new._style = copy(one._style)
            sheet.row_dimensions[row] = new
    # The rows that fence a list.
    for drawn, _count in room.lists:
        for row in (room.shift(drawn), room.end(drawn)):
            sheet.row_dimensions[row].hidden = True


def _move_blocks(sheet: Worksheet, room: Room) -> None:
    """Move merged blocks, and repeat those of a list's row."""
    moved: set[Any] = set()
    repeated = []
    for block in sheet.merged_cells.ranges:
        rows = room.rows(block.min_row)
        block.shift(row_shift=rows[0] - block.min_row)
        moved.add(block)
        repeated += [(row, block.min_col, block.max_col) for row in rows[1:]]
    sheet.merged_cells.ranges = moved
    for row, left, right in repeated:
        sheet.merge_cells(start_row=row, end_row=row, start_column=left, end_column=right)


def _move_conditional_formats(sheet: Any, room: Room, rooms: Mapping[str, Room]) -> None:
    moved = ConditionalFormattingList()
    for formatted in sheet.conditional_formatting:
        area, at = _area(formatted.sqref, room)
        for rule in formatted.rules:
            rule.formula = [move_formula(text, sheet.title, rooms, at) for text in rule.formula]
            moved.add(area, rule)
    sheet.conditional_formatting = moved


def _move_validations(sheet: Worksheet, room: Room, rooms: Mapping[str, Room]) -> None:
    for rule in sheet.data_validations.dataValidation:
        area, at = _area(rule.sqref, room)
        rule.sqref = MultiCellRange(area)
        for name in ("formula1", "formula2"):
            text = getattr(rule, name)
            if text:
                setattr(rule, name, move_formula(str(text), sheet.title, rooms, at))


def _move_series(sheet: Any, rooms: Mapping[str, Room]) -> None:
    """Move the cells that charts draw; the charts themselves move with the page."""
    drawn = [part for chart in sheet._charts for part in chart._charts]
    for series in (one for part in drawn for one in part.ser):
        for axis in ("tx", "cat", "val", "xVal", "yVal", "bubbleSize"):
            source = getattr(series, axis, None)
            for kind in ("numRef", "strRef", "multiLvlStrRef"):
                cells = getattr(source, kind, None)
                if cells is not None and cells.f:
                    cells.f = move_formula(cells.f, sheet.title, rooms)


def _area(ranges: Any, room: Room) -> tuple[str, _Spot | None]:
    """The cells of a rule, moved, and the drawn and present row of its first if they are in a list."""
    parts, at = [], None
    for part in str(ranges).split():
        first, _, last = part.partition(":")
        drawn = int("".join(filter(str.isdigit, first)))
        rows = room.rows(drawn)
        if len(rows) > 1 and int("".join(filter(str.isdigit, last or first))) == drawn:
            at = at or (drawn, rows[0])
            parts.append(f"{_letters(first)}{rows[0]}:{_letters(last or first)}{rows[-1]}")
        else:
            parts.append(move_range(part, room))
    return " ".join(parts), at


def _letters(ref: str) -> str:
    return "".join(filter(str.isalpha, ref))


def _move_page(sheet: Any, room: Room) -> None:
    """Move what prints: area, titles, breaks, filter, panes, pictures, charts."""
    if areas := print_areas(sheet):
        sheet.print_area = ",".join(move_range(area.replace("$", ""), room) for area in areas)
    if sheet.print_title_rows:
        sheet.print_title_rows = move_range(str(sheet.print_title_rows).replace("$", ""), room)
    if sheet.auto_filter.ref:
        sheet.auto_filter.ref = move_range(str(sheet.auto_filter.ref), room)
    if sheet.freeze_panes:
        sheet.freeze_panes = move_range(str(sheet.freeze_panes), room).partition(":")[0]
    for entry in sheet.row_breaks.brk:
        entry.id = room.end(entry.id)
    for drawing in (*sheet._images, *sheet._charts):
        for corner in ("_from", "to"):
            marker = getattr(drawing.anchor, corner, None)
            if marker is not None:
                # Anchors count rows from 0.
                marker.row = room.shift(marker.row + 1) - 1
    for link in sheet._hyperlinks:
        link.ref = move_range(str(link.ref), room)
