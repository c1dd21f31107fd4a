"""What a cell shows that it does not hold is known in every format that programs save."""

from __future__ import annotations

import pytest
from libreoffice import fill_many, requires_libreoffice
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Color, Font, PatternFill

from workbook_tools.readers import read_workbook
from workbook_tools.readers.cell_looks import TextLook, cut_runs, show_runs, strike

CELLS = {
    (1, 1): ("1500 nghìn", '#,##0" nghìn"', 1500),
    (2, 1): ("100%", "0%", 1),
    (3, 1): ("00012", "00000", 12),
    (4, 1): ("", "#,##0", 1500),
    (5, 1): ("", '#,##0.00_);(#,##0.00)', 12),
    (6, 1): (strike("31"), "0", 31),
    (7, 1): ("12¹", "@", CellRichText("12", TextBlock(InlineFont(vertAlign="superscript"), "1"))),
    (8, 1): (strike("4") + "15", "@", CellRichText(TextBlock(InlineFont(strike=True), "4"), TextBlock(InlineFont(b=True), "15"))),
    (9, 1): ("4|15", "@", CellRichText(TextBlock(InlineFont(b=True), "4"), "15")),
    (10, 1): (strike("chữ"), "@", "chữ"),
    (11, 1): ("H₂O", "@", CellRichText("H", TextBlock(InlineFont(vertAlign="subscript"), "2"), "O")),
    (12, 1): ("", "@", "chữ thường"),
    (13, 1): ("12|3", "@", CellRichText("12", TextBlock(InlineFont(color="FFFFFFFF"), "3"))),
    (14, 1): ("", "@", CellRichText("12", TextBlock(InlineFont(i=True), " lượt"))),
}  # fmt: skip


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    book = Workbook()
    for (row, column), (_, code, value) in CELLS.items():
        cell = book.active.cell(row, column, value)
        cell.number_format = code
        if row in (6, 10):
            cell.font = Font(strike=True)
    path = tmp_path_factory.mktemp("looks") / "x.xlsx"
    book.save(path)
    return path


def read(path):
    """What is shown otherwise, without the signs that group digits."""
    cells = read_workbook(path.read_bytes()).sheets[0].cells
    return {
        place: cell.shown.replace(".", "").replace(",", "") if "nghìn" in cell.shown else cell.shown
        for place, cell in cells.items()
    }


SHOWN = {place: shown for place, (shown, _, _) in CELLS.items()}


def test_xlsx(source):
    assert read(source) == SHOWN


HIDING = {";;;": 12, "#,##0;-#,##0;": 0, "#,##0;;": -5, ";;;@": 12.5, "[>100]0;;": 12, "#,###": 0}


@requires_libreoffice
def test_a_figure_that_its_format_hides_is_hidden_in_every_format(tmp_path):
    book = Workbook()
    for row, (code, value) in enumerate({**HIDING, "General": 7, "#,##0": 0}.items(), start=1):
        book.active.cell(row, 1, value).number_format = code
    book.save(tmp_path / "x.xlsx")
    targets = [tmp_path / f"y{suffix}" for suffix in (".xlsx", ".xls", ".ods", ".fods")]
    fill_many([(tmp_path / "x.xlsx", {}, target) for target in targets])
    for path in (tmp_path / "x.xlsx", *targets):
        assert [*read(path).values()] == [" "] * len(HIDING) + ["", ""], path.suffix


@requires_libreoffice
def test_other_formats(source, tmp_path):
    targets = [tmp_path / f"x{suffix}" for suffix in (".xlsx", ".xls", ".ods", ".fods")]
    fill_many([(source, {}, target) for target in targets])
    for target in targets:
        found = read(target)
        # Decimals are shown in OpenDocument as the program wrote them.
        found[5, 1] = "" if found[5, 1].strip() in ("12.00", "12,00") else found[5, 1]
        assert {place: shown.strip() for place, shown in found.items()} == SHOWN, target.suffix


def test_runs_by_where_they_begin():
    fonts = {1: TextLook.RAISED, 7: TextLook.STRUCK}
    assert cut_runs("121", [(2, 1)], fonts) == "12¹"
    assert cut_runs("415", [(0, 7), (1, 0)], fonts) == strike("4") + "15"
    assert cut_runs("415", [(0, 3), (1, 0)], fonts) == "4|15"
    assert cut_runs("4 15", [(0, 3), (2, 0)], fonts) == ""
    assert cut_runs("415", [(9, 1)], fonts) == ""


def test_a_text_raised_as_a_whole_says_what_it_says():
    assert show_runs([("12", TextLook.RAISED)]) == ""
    assert show_runs([("12", TextLook.STRUCK)]) == strike("12")


@pytest.mark.parametrize(
    ("font", "fill", "is_seen"),
    [
        ("FFFFFFFF", None, False),
        ("FFFFFFFF", "FFFFF8DC", False),
        ("FF1F4E79", "FF1F4E79", False),
        ("FFFFFFFF", "FF1F4E79", True),
        ("FFD9D9D9", None, True),
        (Color(theme=0), None, False),
        (Color(theme=1), None, True),
        (Color(theme=0, tint=-0.5), None, True),
        (Color(indexed=9), None, False),
        (Color(indexed=64), None, True),
    ],
)
def test_a_figure_in_the_colour_of_its_background_is_hidden(tmp_path, font, fill, is_seen):
    book = Workbook()
    for row, (value, code) in enumerate(((1500, "#,##0"), (45_211, "dd/mm/yyyy"), ("chữ", "@")), start=1):
        cell = book.active.cell(row, 1, value)
        cell.number_format, cell.font = code, Font(color=font)
        if fill:
            cell.fill = PatternFill("solid", fgColor=fill)
    book.save(tmp_path / "x.xlsx")
    found = read_workbook((tmp_path / "x.xlsx").read_bytes()).sheets[0].cells
    assert [cell.shown for cell in found.values()] == ["" if is_seen else " ", "", ""]
    assert found[2, 1].is_date
