"""The officer's own workbooks come through one door: bounded in cost, and whatever is wrong with them is a sentence with a remedy."""

from __future__ import annotations

import importlib.util
import io
import random
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest
from campaigns import TEMPLATE, UNITS
from mutants import change_members
from openpyxl.styles import Border, PatternFill, Protection, Side
from openpyxl.worksheet.merge import MergedCellRange

from workbook_tools.errors import CannotRead
from workbook_tools.forms.master import build_master
from workbook_tools.spec.decisions import read_decisions
from workbook_tools.spec.own_workbook import filled_cells, open_workbook
from workbook_tools.spec.roster import load_roster, read_roster
from workbook_tools.spec.template import load_template, read_template

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LAST = 1_048_576
YELLOW = PatternFill("solid", fgColor="FFFF00")


def change(source: Path, target: Path, edit: Callable[[openpyxl.Workbook], object]) -> Path:
    workbook = openpyxl.load_workbook(source)
    edit(workbook)
    workbook.save(target)
    return target


def colour_last_row(workbook: openpyxl.Workbook) -> None:
    for sheet in workbook.worksheets:
        sheet.cell(LAST, 2).fill = YELLOW
        sheet.cell(3, 16_384).fill = YELLOW


def add_part(source: Path, target: Path, name: str, content: bytes) -> Path:
    """A copy in which a part has another content."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for known in old.namelist():
            if known != name:
                new.writestr(known, old.read(known))
        new.writestr(name, content)
    return target


def change_one_byte(data: bytes, count: int) -> Iterator[bytes]:
    chance = random.Random(14)
    for _ in range(count):
        mutant = bytearray(data)
        mutant[chance.randrange(len(mutant))] ^= chance.randrange(1, 256)
        yield bytes(mutant)


class TestBlankCellsFarOff:
    def test_a_coloured_cell_in_the_last_row_of_a_template(self, tmp_path: Path) -> None:
        path = change(TEMPLATE, tmp_path / "t.xlsx", colour_last_row)
        template, _ = load_template(path)
        assert template.indicators.keys() == load_template(TEMPLATE)[0].indicators.keys()
        assert max(sheet.max_row for sheet in open_workbook(path).worksheets) < 1000
        master = build_master(template, next(iter(template.unit_types.values())), "x")
        sheets = openpyxl.load_workbook(io.BytesIO(master.data)).worksheets
        assert max(sheet.max_row for sheet in sheets) < 1000

    def test_of_a_roster_and_of_decisions(self, tmp_path: Path) -> None:
        path = change(UNITS, tmp_path / "u.xlsx", colour_last_row)
        template, _ = load_template(TEMPLATE)
        roster, _problems = load_roster(path, template)
        assert roster.units == load_roster(UNITS, template)[0].units

        workbook = openpyxl.Workbook()
        workbook.active.title = "Quyết định"
        for column, head in enumerate(
            ["Quyết định", "Mã đơn vị", "Mã chỉ tiêu", "Tệp", "Giá trị", "Lý do", "Người quyết định", "Ngày"],
            1,
        ):
            workbook.active.cell(1, column).value = head
        colour_last_row(workbook)
        workbook.save(tmp_path / "d.xlsx")
        assert not [p for p in read_decisions(tmp_path / "d.xlsx", template, roster)[1] if p.place.cell]

    def test_a_text_in_the_last_row_of_a_roster_is_a_row_like_any_other(self, tmp_path: Path) -> None:
        def type_far(workbook: openpyxl.Workbook) -> None:
            workbook.worksheets[0].cell(LAST, 16_384).value = "x"

        _, problems = read_roster(change(UNITS, tmp_path / "u.xlsx", type_far))
        assert {p.place.cell for p in problems if p.code == "value-missing"} >= {f"A{LAST}"}

    @pytest.mark.parametrize("place", [(LAST, 1), (1, 16_384), "A90:B6000"])
    def test_what_stands_far_off_the_form_is_named(self, tmp_path: Path, place: object) -> None:
        def type_far(workbook: openpyxl.Workbook) -> None:
            sheet = next(
                sheet for sheet in workbook if any("{{" in str(c.value) for c in filled_cells(sheet))
            )
            if isinstance(place, tuple):
                sheet.cell(*place).value = "x"
            else:
                sheet.merge_cells(place)

        template, problems = read_template(change(TEMPLATE, tmp_path / "t.xlsx", type_far))
        assert template is None
        assert "form-too-large" in {p.code for p in problems}


class TestTooLarge:
    SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData>%s</worksheet>'

    ROWS = SHEET % (b"<row r='1'><c r='A1'/></row>" * 400_000, b"")
    BOMB = SHEET % (b"", b" " * 60_000_000)
    MERGED = SHEET % (b"", b"<mergeCells><mergeCell ref='A1:XFD1048576'/></mergeCells>")
    LINK = SHEET % (b"", b'<hyperlinks><hyperlink location="x" ref="A1:XFD1048576"/></hyperlinks>')
    DOCTYPE = b'<!DOCTYPE x [<!ENTITY a "b">]>' + SHEET % (b"", b"")

    @pytest.mark.parametrize(
        ("read", "sheet"),
        [
            *[(read_template, sheet) for sheet in (ROWS, BOMB, MERGED, LINK, DOCTYPE)],
            *[(read_roster, sheet) for sheet in (ROWS, BOMB, DOCTYPE)],
        ],
        ids=["rows", "bomb", "merged", "link", "doctype", "roster rows", "roster bomb", "roster doctype"],
    )
    def test_is_refused_before_it_costs_anything(
        self, tmp_path: Path, sheet: bytes, read: Callable[[Path], object]
    ) -> None:
        path = add_part(UNITS, tmp_path / "u.xlsx", "xl/worksheets/sheet1.xml", sheet)
        with pytest.raises(CannotRead) as refused:
            read(path)
        assert refused.value.remedy

    @pytest.mark.parametrize("sheet", [MERGED, LINK], ids=["merged", "link"])
    def test_what_covers_a_whole_sheet_of_the_roster_costs_nothing(
        self, tmp_path: Path, sheet: bytes
    ) -> None:
        path = add_part(UNITS, tmp_path / "u.xlsx", "xl/worksheets/sheet1.xml", sheet)
        assert "roster-empty" in {p.code for p in read_roster(path)[1]}


@pytest.mark.parametrize(("source", "read"), [(TEMPLATE, read_template), (UNITS, read_roster)])
def test_no_damaged_byte_is_a_fault_of_the_program(
    tmp_path: Path, source: Path, read: Callable[[Path], tuple[object, object]]
) -> None:
    data, fates, helped = source.read_bytes(), set(), []
    for mutant in (*change_one_byte(data, 40), *change_members(data, 12)):
        (tmp_path / "m.xlsx").write_bytes(mutant)
        try:
            found, _ = read(tmp_path / "m.xlsx")
            fates.add(found is not None)
        except CannotRead as error:
            helped.append(bool(error.remedy))
            fates.add("refused")
    assert {True, "refused"} <= fates
    assert all(helped)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000, "not a workbook"),
        (b"Code;Name\n1;x\n", "not a workbook"),
        (b"%PDF-1.4", "not a workbook"),
    ],
)
def test_what_it_is_instead_is_said(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "t.xlsx").write_bytes(content)
    with pytest.raises(CannotRead, match=said):
        open_workbook(tmp_path / "t.xlsx")


def test_strict_is_named(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    with zipfile.ZipFile(UNITS) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name).replace(
                b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                b"http://purl.oclc.org/ooxml/officeDocument/relationships",
            )
            new.writestr(name, part)
    with pytest.raises(CannotRead, match="Strict"):
        open_workbook(path)


def test_the_template_is_read_once(tmp_path: Path) -> None:
    """What is made of it later is made of what was checked, even if somebody saves it meanwhile."""
    path = tmp_path / "t.xlsx"
    path.write_bytes(TEMPLATE.read_bytes())
    template, _ = load_template(path)
    path.write_bytes(b"saved again, half")
    assert build_master(template, next(iter(template.unit_types.values())), "x").data


def _looks(path: Path) -> list[object]:
    workbook = openpyxl.load_workbook(path)
    cells = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row]
    return [
        [list(cell._style or []) for cell in cells],
        [repr(border) for border in workbook._borders],
        [repr(protection) for protection in workbook._protections],
    ]


def test_merged_blocks_are_drawn_as_openpyxl_draws_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Borders that differ from block to block and along an edge, a covered cell's own, and none at all."""

    def draw(workbook: openpyxl.Workbook) -> None:
        sheet = workbook.worksheets[0]
        thin, thick = Side("thin"), Side("thick", color="FF0000")
        for row, border in enumerate(
            (Border(thin, thin, thin, thin), Border(left=thick), Border(bottom=thin), Border()), start=80
        ):
            for column in range(1, 6):
                sheet.cell(3 * row, column).border = border
            sheet.cell(3 * row, 3).border = Border(top=thick, right=thin)
            sheet.cell(3 * row + 1, 5).border = Border(right=thick, bottom=thick)
            sheet.cell(3 * row, 1).protection = Protection(locked=row % 2 == 0)
            sheet.merged_cells.add(f"A{3 * row}:E{3 * row + 1}")

    path = change(TEMPLATE, tmp_path / "t.xlsx", draw)
    ours = _looks(path)
    original = importlib.util.find_spec("openpyxl.worksheet.merge")
    assert original is not None
    assert original.loader is not None
    module = importlib.util.module_from_spec(original)
    original.loader.exec_module(module)
    assert MergedCellRange.format is not module.MergedCellRange.format
    monkeypatch.setattr(MergedCellRange, "format", module.MergedCellRange.format)
    assert ours == _looks(path)
