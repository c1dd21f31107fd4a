"""What of a worksheet part is passed over in haste is looked at all the same: its rows, and what stands behind the cells."""

from __future__ import annotations

import pytest

from workbook_tools.readers.cell_looks import CellLooks
from workbook_tools.readers.limits import LIMITS
from workbook_tools.readers.refused import RefusedFile
from workbook_tools.readers.xlsx.cutter import MAIN
from workbook_tools.readers.xlsx.sheet import CellReader, read_cells

CELL = '<c r="A1"><v>1</v></c>'


def read(rows: str, behind: str = "") -> dict[tuple[int, int], object]:
    data = (
        f'<worksheet xmlns="{MAIN[0]}" xmlns:x="{MAIN[0]}"><sheetData>{rows}</sheetData>{behind}</worksheet>'
    )
    cells = read_cells(data.encode(), "sheet1.xml", CellReader([], CellLooks(), False), LIMITS)
    return {place: cell.value for place, cell in cells.items()}


@pytest.mark.parametrize("number", ["0", "x", "-1", "99999999"])
def test_a_row_that_no_sheet_has_is_refused_though_its_cells_say_where_they_stand(number):
    assert read(f'<row r="1">{CELL}</row>') == {(1, 1): 1.0}
    with pytest.raises(RefusedFile, match="outside the sheet"):
        read(f'<row r="{number}">{CELL}</row>')


def test_cells_in_a_second_place_are_not_lost():
    second = '<x:sheetData><x:row><x:c r="B2"><x:v>2</x:v></x:c></x:row></x:sheetData>'
    assert read(f"<row>{CELL}</row>", second) == {(1, 1): 1.0, (2, 2): 2.0}


def test_drop_down_lists_behind_the_cells_do_not_matter():
    assert read(f"<row>{CELL}</row>", "<dataValidations><c>sheetData</c></dataValidations>") == {(1, 1): 1.0}


def test_a_cell_with_two_values_holds_neither():
    """Programs differ in which of them they show; the first two are an error cell, in which no figure is read."""
    cells = {
        kind: read(f'<row r="1"><c r="A1"{kind}><v>12</v><v>15</v></c></row>')[1, 1]
        for kind in ("", ' t="str"', ' t="s"')
    }
    assert set(cells.values()) == {"12 | 15"}
