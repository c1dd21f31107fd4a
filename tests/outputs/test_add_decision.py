"""A decision goes into the officer's workbook as if typed there: nothing else in it changes."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter
from drawn_form import draw
from openpyxl import load_workbook
from package_audit import audit

from workbook_tools.errors import CannotWrite
from workbook_tools.excel import Cell
from workbook_tools.model import Decision, DecisionKind
from workbook_tools.outputs.add_decision import add_decision
from workbook_tools.spec.decisions import read_decisions
from workbook_tools.spec.vocabulary import COLUMNS, DECISIONS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from campaigns import Campaign
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

HEADS = [column.head for column in COLUMNS[DECISIONS]]
DAY = date(2026, 12, 1)
EXTENDED = ("gia hạn", "x1", None, None, date(2026, 12, 5), "bão", "Hoa", date(2026, 11, 30))


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    form = {"Biểu": "Báo cáo của {{don_vi}}\nSố | {{ct_n}}"}
    return draw(
        tmp_path_factory.mktemp("drawn"), form, "ct_n | Số | lượt | số đếm | cộng", "x1|Xã 1|xa\nx2|Xã 2|xa"
    )


def write(
    path: Path, change: Callable[[Workbook, Worksheet], Any], *, options: dict[str, Any] | None = None
) -> None:
    with xlsxwriter.Workbook(path, options or {}) as book:
        sheet = book.add_worksheet(DECISIONS)
        sheet.write_row(0, 0, HEADS)
        change(book, sheet)


def extend(unit: str, day: date = DAY) -> Decision:
    return Decision(
        DecisionKind.EXTEND, Cell(DECISIONS, 1, 1), unit, value=day, reason="bão", who="Hoa", when=DAY
    )


def decided(path: Path, campaign: Campaign) -> list[tuple[str, object, object]]:
    found, problems = read_decisions(path, campaign.template, campaign.roster)
    assert problems == []
    return [(one.unit, one.value, one.when) for one in found]


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_the_officer_s_own_notes_stay(tmp_path: Path, campaign: Campaign) -> None:
    def note(book: Workbook, sheet: Worksheet) -> None:
        sheet.insert_textbox(5, 10, "Còn phải hỏi: THCS An Lão")
        sheet.write_comment(0, 0, "ghi chú của chị Hoa")
        red = book.add_format({"bold": True, "font_color": "red"})
        sheet.write_rich_string(8, 9, "đã hỏi ", red, "chưa trả lời", " 3 đơn vị")

    path = tmp_path / "decisions.xlsx"
    write(path, note)
    before = parts(path)
    add_decision(path, extend("x1"), campaign.template, campaign.roster)
    after = parts(path)
    assert {name for name in before if after.get(name) != before[name]} == {"xl/worksheets/sheet1.xml"}
    assert b"<drawing" in after["xl/worksheets/sheet1.xml"]
    assert decided(path, campaign) == [("x1", DAY, DAY)]
    # Below the officer's last row.
    assert load_workbook(path)[DECISIONS]["B10"].value == "x1"


@pytest.mark.parametrize("options", [{}, {"date_1904": True}], ids=["1900", "1904"])
def test_a_column_of_dates_gets_dates(tmp_path: Path, campaign: Campaign, options: dict[str, Any]) -> None:
    def format_days(book: Workbook, sheet: Worksheet) -> None:
        for row in range(1, 9):
            sheet.write_blank(row, 7, None, book.add_format({"num_format": "dd/mm/yyyy"}))

    path = tmp_path / "decisions.xlsx"
    write(path, format_days, options=options)
    add_decision(path, extend("x1"), campaign.template, campaign.roster)
    cell = load_workbook(path)[DECISIONS]["H2"]
    assert cell.value.date() == DAY
    assert cell.number_format == "dd/mm/yyyy"
    assert decided(path, campaign) == [("x1", DAY, DAY)]


def test_the_earlier_decision_gives_way_and_its_formats_stay(tmp_path: Path, campaign: Campaign) -> None:
    def decide_twice(book: Workbook, sheet: Worksheet) -> None:
        bold = book.add_format({"bold": True})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for row in (3, 5):
            for column, value in enumerate(EXTENDED):
                sheet.write(row, column, value, day if isinstance(value, date) else bold)
            sheet.write(row, 9, "ghi chú")

    path = tmp_path / "decisions.xlsx"
    write(path, decide_twice)
    assert add_decision(path, extend("x1"), campaign.template, campaign.roster)
    assert decided(path, campaign) == [("x1", DAY, DAY)]
    sheet = load_workbook(path)[DECISIONS]
    assert [sheet[ref].value for ref in ("J4", "J6", "A6", "E6")] == ["ghi chú", "ghi chú", None, None]
    assert sheet["A4"].font.b
    assert sheet["A6"].font.b


def test_a_row_of_formulas_is_left_to_the_officer(tmp_path: Path, campaign: Campaign) -> None:
    def calculate(book: Workbook, sheet: Worksheet) -> None:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for column, value in enumerate(EXTENDED):
            sheet.write(3, column, value, day if isinstance(value, date) else None)
        sheet.write_formula("F4", '="bão"', None, "bão")

    path = tmp_path / "decisions.xlsx"
    write(path, calculate)
    before = path.read_bytes()
    with pytest.raises(CannotWrite):
        add_decision(path, extend("x1"), campaign.template, campaign.roster)
    assert path.read_bytes() == before
    assert not add_decision(path, extend("x2"), campaign.template, campaign.roster)
    assert {unit for unit, _value, _when in decided(path, campaign)} == {"x1", "x2"}


def test_a_blank_workbook_is_made_and_signs_that_no_workbook_may_hold_are_left_out(
    tmp_path: Path, campaign: Campaign
) -> None:
    path = tmp_path / "decisions.xlsx"
    decision = Decision(
        DecisionKind.SET,
        Cell(DECISIONS, 1, 1),
        "x1",
        "ct_n",
        value=12.5,
        reason="=a\x0b & <b>",
        who="Hoa",
        when=DAY,
    )
    add_decision(path, decision, campaign.template, campaign.roster)
    ((found,), problems) = read_decisions(path, campaign.template, campaign.roster)
    assert problems == []
    assert (found.value, found.reason, found.when) == (12.5, "=a & <b>", DAY)
    assert audit(path, tmp_path) == []
