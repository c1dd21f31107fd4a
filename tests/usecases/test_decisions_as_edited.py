"""The workbook of decisions as people edit it: each row is applied as it is seen, or it is said that it is not."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from collecting import fill
from drawn_form import draw
from openpyxl import load_workbook
from openpyxl.styles import Font

from workbook_tools.outputs.blank_decisions import create_blank_decisions
from workbook_tools.spec.roster import load_roster
from workbook_tools.spec.vocabulary import COLUMNS, DECISIONS
from workbook_tools.usecases.collect import CollectOptions, collect

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from workbook_tools.frames import Collection

FORM = "\nHọc sinh | {{hs}}\nTỷ lệ | {{tl}} [0.0%]"
LINES = "hs | Số học sinh | em | số đếm | cộng\ntl | Tỷ lệ | % | tỷ lệ % | trung bình theo hs"
UNITS = "x1 | Xã Một | xa\nx2 | Xã Hai | xa"
HEADS = [column.head for column in COLUMNS[DECISIONS]]
Collect = "Callable[..., Collection]"


@pytest.fixture
def decide(tmp_path: Path) -> Collect:
    """A function that writes values for lines of units, each (unit, code, value, number format), and collects."""
    campaign = draw(tmp_path, {"Biểu": FORM}, LINES, UNITS)
    for unit in ("x1", "x2"):
        fill(campaign, unit, {"hs": 10, "tl": 0.5}, tmp_path / "returned" / f"{unit}.xlsx")
    path = tmp_path / "decisions.xlsx"
    create_blank_decisions(path, campaign.template, campaign.roster)

    def run(
        *rows: tuple[str, str, Any, str], change: Callable[[Worksheet], Any] = lambda sheet: None
    ) -> Collection:
        book = load_workbook(path)
        sheet = book[DECISIONS]
        for number, (unit, code, value, number_format) in enumerate(rows, start=2):
            written = ("đặt giá trị", unit, code, None, value, "Gọi điện", "Chuyên viên", date(2023, 10, 11))
            for column, content in enumerate(written, start=1):
                sheet.cell(number, column, content)
            sheet.cell(number, 5).number_format = number_format
        change(sheet)
        book.save(path)
        options = CollectOptions(key=campaign.key, decisions=path)
        return collect(tmp_path / "returned", campaign.template_path, campaign.units_path, options)

    return run


def values(collection: Collection) -> dict[tuple[str, str], object]:
    frame = collection.answers
    return dict(zip(zip(frame["unit"], frame["indicator"], strict=True), frame["value"], strict=True))


def told(collection: Collection) -> list[tuple[str, str]]:
    return [(p.code, p.place.cell) for p in collection.problems if p.place.file == "decisions.xlsx"]


AS_SENT = {("x1", "hs"): 10.0, ("x1", "tl"): 0.5, ("x2", "hs"): 10.0, ("x2", "tl"): 0.5}


def test_a_rate_that_its_cell_shows_in_per_cent_is_that_rate(decide: Any) -> None:
    collection = decide(("x1", "tl", 0.85, "0%"), ("x2", "tl", "75%", "@"))
    assert values(collection) == {**AS_SENT, ("x1", "tl"): 0.85, ("x2", "tl"): 0.75}
    assert told(collection) == []
    assert "85%" in next(p.message() for p in collection.problems if p.place.unit == "x1")


@pytest.mark.parametrize(
    ("value", "number_format"), [(12, '0" nghìn"'), (1500, "#,##0,"), (12, ";;;"), (12, "0.000")]
)
def test_a_figure_that_its_cell_shows_otherwise_is_asked_about(
    decide: Any, value: float, number_format: str
) -> None:
    collection = decide(("x1", "hs", value, number_format))
    assert values(collection) == AS_SENT
    assert told(collection) == [("decision-value-in-doubt", "A2")]


@pytest.mark.parametrize("column", range(1, 9))
def test_a_row_that_is_struck_out_is_not_applied(decide: Any, column: int) -> None:
    def strike(sheet: Worksheet) -> None:
        sheet.cell(2, column).font = Font(strike=True)
        # A blank cell of this kind says nothing, nor does one in a column of the officer's own.
        sheet.cell(3, 4).font = sheet.cell(3, 12).font = Font(strike=True)
        sheet.cell(3, 12, "đã gọi")

    collection = decide(("x1", "hs", 33, "0"), ("x2", "hs", 44, "0"), change=strike)
    expected = {("x2", "hs"): 44.0} if column != 4 else {("x1", "hs"): 33.0, ("x2", "hs"): 44.0}
    assert values(collection) == {**AS_SENT, **expected}
    assert told(collection) == ([("decision-struck", "A2")] if column != 4 else [])


def test_a_formula_without_a_result_costs_its_own_row(decide: Any) -> None:
    """Also where a blank cell would mean something else: a warning accepted for the whole unit."""
    collection = decide(("x1", "hs", "=30+3", "0"), ("x2", "hs", 44, "0"))
    assert values(collection) == {**AS_SENT, ("x2", "hs"): 44.0}
    assert told(collection) == [("result-missing", "E2")]


def test_a_heading_that_is_missing_costs_all_rows_which_is_said(decide: Any) -> None:
    collection = decide(
        ("x1", "hs", 33, "0"), ("x2", "hs", 44, "0"), change=lambda sheet: setattr(sheet["E1"], "value", "Số")
    )
    assert values(collection) == AS_SENT
    assert told(collection) == [("column-missing", "A1"), ("decisions-unread", "")]
    assert "2" in next(p.message() for p in collection.problems if p.code == "decisions-unread")


@pytest.mark.parametrize("order", ["sorted", "filtered", "rows between", "title above"])
def test_rows_that_were_moved_or_hidden_are_applied(decide: Any, order: str) -> None:
    def change(sheet: Worksheet) -> None:
        if order == "filtered":
            sheet.auto_filter.ref = "A1:H3"
            sheet.row_dimensions[2].hidden = True
        elif order == "rows between":
            sheet.insert_rows(3, 4)
        elif order == "title above":
            sheet.insert_rows(1, 3)
            sheet["A1"] = "Xử lý của Phòng"

    rows = [("x1", "hs", 33, "0"), ("x2", "hs", "44", "@")]
    collection = decide(*(rows[::-1] if order == "sorted" else rows), change=change)
    assert values(collection) == {**AS_SENT, ("x1", "hs"): 33.0, ("x2", "hs"): 44.0}
    assert told(collection) == []


def test_rows_that_share_a_merged_cell_are_asked_about(decide: Any) -> None:
    collection = decide(
        ("x1", "hs", 33, "0"), ("x1", "tl", "75%", "@"), change=lambda sheet: sheet.merge_cells("B2:B3")
    )
    assert values(collection) == {**AS_SENT, ("x1", "hs"): 33.0}
    assert ("value-missing", "B3") in told(collection)


def test_a_unit_that_is_struck_out_is_told(decide: Any, tmp_path: Path) -> None:
    path = tmp_path / "units.xlsx"
    book = load_workbook(path)
    for cell in book.worksheets[0][3]:
        cell.font = Font(strike=True)
    book.save(path)
    collection = decide()
    assert values(collection) == AS_SENT
    struck = [p for p in load_roster(path, collection.template)[1] if p.code == "unit-struck"]
    assert [(p.place.cell, p.params["value"]) for p in struck] == [("A3", "Xã Hai")]
    assert "unit-struck" in {p.code for p in collection.problems}
