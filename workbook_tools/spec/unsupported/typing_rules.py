"""The officer's data validations on cells to fill in, where the forms have those of the dictionary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.worksheet.cell_range import CellRange

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from openpyxl.workbook import Workbook

    from workbook_tools.excel import Cell
    from workbook_tools.spec.tables import Findings


def check_typing_rules(workbook: Workbook, inputs: Collection[Cell], findings: Findings) -> None:
    """Note every validation that lies on cells to fill in, at the first of them."""
    for sheet in workbook.worksheets:
        own = [cell for cell in sorted(inputs) if cell.sheet == sheet.title]
        for rule in sheet.data_validations.dataValidation:
            covered = [
                cell.ref
                for cell in own
                if any(holds(area, cell.row, cell.column) for area in rule.sqref.ranges)
            ]
            if covered:
                findings.add("validation-replaced", sheet.title, covered[0], cells=str(rule.sqref))


def cells_left(areas: Iterable[CellRange], cells: Collection[Cell]) -> list[str]:
    """Return the areas without these cells."""
    left = [(area.min_row, area.min_col, area.max_row, area.max_col) for area in areas]
    for cell in cells:
        left = [part for area in left for part in _around(area, cell)]
    return [
        CellRange(min_row=top, min_col=first, max_row=bottom, max_col=last).coord
        for top, first, bottom, last in left
    ]


_Area = tuple[int, int, int, int]


def _around(area: _Area, cell: Cell) -> Iterator[_Area]:
    """An area without one cell: what is above and below its row, and beside it in the row."""
    top, first, bottom, last = area
    if not (top <= cell.row <= bottom and first <= cell.column <= last):
        yield area
        return
    row, column = cell.row, cell.column
    parts = (
        (top, first, row - 1, last),
        (row, first, row, column - 1),
        (row, column + 1, row, last),
        (row + 1, first, bottom, last),
    )
    yield from (part for part in parts if part[0] <= part[2] and part[1] <= part[3])


def holds(area: CellRange, row: int, column: int) -> bool:
    """Whether a cell is in the area."""
    within: bool = area.min_row <= row <= area.max_row and area.min_col <= column <= area.max_col
    return within
