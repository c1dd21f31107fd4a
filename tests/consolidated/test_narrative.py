"""The sheet ``Thuyết minh``: a long text goes on over several rows, none of it lost or hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from consolidated.some_sheets import write_sheets
from msgspec.structs import replace

from workbook_tools.consolidated.office_report.narrative import write_narrative
from workbook_tools.consolidated.words import NARRATIVE_SHEET
from workbook_tools.frames import categorize
from workbook_tools.sheetwriter import cell_text
from workbook_tools.sheetwriter.cell_text import line_count

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from workbook_tools.frames import Collection

UNIT, CODE = "x2", "kien_nghi"
TEXTS = {
    "short": "Không có.",
    "sentences": "Đã tổ chức tốt các hoạt động của Tuần lễ. " * 400,
    "lines": "\n".join(f"- Hoạt động số {number}" for number in range(300)),
    "blank lines": "Phần một.\n\n\n" + "Nội dung. " * 300 + "\n\nPhần hai.",
    "no spaces": "x" * 9_000,
    "formula": "=1+1",
}


def rows_of(collection: Collection, text: str, folder) -> tuple[list[tuple[str, str, float]], Worksheet]:
    """Name, piece and height of the rows that show the text, and their sheet."""
    answers = collection.answers.astype({"raw": object})
    answers.loc[(answers["unit"] == UNIT) & (answers["indicator"] == CODE), ["value", "raw"]] = text
    told = replace(collection, answers=categorize(answers))
    sheet = write_sheets(told, folder, lambda book, c: write_narrative(book, c, ()))[NARRATIVE_SHEET]
    rows = [
        (row[0].value, row[1].value, sheet.row_dimensions[row[0].row].height)
        for row in sheet.iter_rows(min_row=2)
    ]
    name, label = collection.roster[UNIT].name, collection.template.indicators[CODE].label
    section = next(place for place, row in enumerate(rows) if row[1] == label)
    first = next(place for place, row in enumerate(rows) if place > section and row[0] == name)
    last = first + 1
    while last < len(rows) and rows[last][0] == "(tiếp)":
        last += 1
    return rows[first:last], sheet


@pytest.mark.slow
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_nothing_is_lost_and_nothing_hidden(collection, tmp_path, text):
    rows, sheet = rows_of(collection, text, tmp_path)
    width = sheet.column_dimensions["B"].width
    assert "".join("".join(piece.split()) for _, piece, _ in rows) == "".join(text.split())
    for _, piece, height in rows:
        assert 15 * line_count(piece, width - 1) <= height <= 409


@pytest.mark.slow
def test_only_a_long_text_goes_on_and_then_between_words(collection, tmp_path):
    assert len(rows_of(collection, TEXTS["short"], tmp_path)[0]) == 1
    rows, _ = rows_of(collection, TEXTS["sentences"], tmp_path)
    assert len(rows) > 5
    assert {word for _, piece, _ in rows for word in piece.split()} == set(TEXTS["sentences"].split())


def test_each_section_says_how_many_wrote(collection, tmp_path):
    _, sheet = rows_of(collection, TEXTS["short"], tmp_path)
    label = collection.template.indicators[CODE].label
    (row,) = [row for row in sheet.iter_rows(min_row=2, values_only=True) if row[1] == label]
    assert row[0] == f"{collection.answers[collection.answers['indicator'] == CODE]['unit'].nunique()} đơn vị"


@pytest.mark.parametrize(
    "text",
    ["\n" * 16_000, "a\n" * 16_000, "từ \n" * 8_000, "x" * 32_767],
    ids=["breaks", "letters", "words", "no break"],
)
def test_cutting_takes_time_in_proportion_to_the_text(monkeypatch, text):
    """A cell of 16,000 line breaks once cost 25 seconds."""
    looked_at = []

    def counting(piece: str, width: float) -> int:
        looked_at.append(len(piece))
        return line_count(piece, width)

    monkeypatch.setattr(cell_text, "line_count", counting)
    pieces = list(cell_text.cut_text(text, 74.0, 24))
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert sum(looked_at) < 2000 * len(text)
    assert max(line_count(piece, 74.0) for piece in pieces) <= 24


def test_a_text_that_fits_is_measured_once(monkeypatch):
    """Ten trials a text were half of the time of a workbook of 900 units that each wrote its own."""
    measured = []
    monkeypatch.setattr(cell_text, "line_count", lambda *of: measured.append(of) or line_count(*of))
    text = "Đơn vị đã tổ chức 3 buổi tuyên truyền. " * 20
    assert [*cell_text.cut_text(text, 74.0, 24)] == [text]
    assert len(measured) == 1


@pytest.mark.slow
def test_a_text_of_nothing_but_lines_takes_a_bounded_number_of_rows(collection, tmp_path):
    rows, _ = rows_of(collection, "a\n" * 16_000, tmp_path)
    assert len(rows) < 50
    assert "Còn nữa" in rows[-1][1]
