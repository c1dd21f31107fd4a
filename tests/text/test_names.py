"""Whatever a file, unit or sender is called, what is written of it is well-formed."""

from __future__ import annotations

import json
from datetime import date
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbook_tools.consolidated.lists.file_links import FileLinks
from workbook_tools.outputs.json import render_json
from workbook_tools.sheetwriter.book import Book
from workbook_tools.sheetwriter.cell_text import excel_text
from workbook_tools.sheetwriter.columns import Column
from workbook_tools.text.names import is_altered, safe_line, safe_path, safe_text

HOSTILE = st.text(
    st.one_of(
        st.characters(),
        st.characters(categories=["Cs"]),
        st.sampled_from("\x00\x07\x1b\n\r\t\x7f\x85\u2028\u202e\ufffe\uffff\udcff<>&\"'#%:?*|/\\{}"),
    ),
    max_size=40,
)


@given(HOSTILE)
def test_every_gate_gives_what_can_be_written(text: str) -> None:
    for passed in (safe_text(text), safe_line(text), safe_path(text), excel_text(text)):
        ElementTree.fromstring(f"<a>{escape(passed)}</a>")
        assert passed.encode("utf-8").decode("utf-8") == passed
        assert json.loads(render_json({"a": passed}))["a"] == passed
    for passed in (safe_line(text), safe_path(text)):
        assert not set(passed) & set("\n\r\t\x1b\x00\u2028\u202e")
    json.loads(render_json({text: text}).encode("utf-8"))


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"], exclude_characters="\ufffd")))
def test_ordinary_names_stay_as_they_are(text: str) -> None:
    assert not text.isprintable() or safe_path(text) == safe_text(text) == safe_line(text) == text


def test_different_files_keep_different_paths() -> None:
    names = ["a\x1b.xlsx", "a\x1c.xlsx", "a\udc80.xlsx", "a\udcff.xlsx", "a\n.xlsx", "a .xlsx"]
    assert len({safe_path(name) for name in names}) == len(names)
    assert [is_altered(safe_path(name)) for name in names] == [True] * 5 + [False]


@given(HOSTILE)
def test_links_are_safe_or_none(text: str) -> None:
    files = FileLinks("../returned").of([safe_path(text)]).files.dropna()
    assert not set("".join(files)) & set('\n\r<>"|?*\x1b#\ufffd:')


@settings(max_examples=12)
@given(st.lists(HOSTILE, min_size=1, max_size=6))
def test_each_part_of_a_workbook_is_well_formed(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    """Parts are parsed as they are written, so a workbook that is written at all is one that opens."""
    path = tmp_path_factory.mktemp("names") / "a.xlsx"
    with Book(path, date(2023, 10, 13), {"title": safe_line(texts[0])}) as book:
        sheet = book.sheet(safe_line(texts[0]), "#000000")
        for row, text in enumerate(texts):
            sheet.text(row, 0, text)
            sheet.note(row, 2, text)
        links = FileLinks("../returned").of([*map(safe_path, texts)])
        sheet.columns(len(texts), [Column(texts, "link", links)])
    assert openpyxl.load_workbook(path).worksheets


def test_a_part_that_would_not_be_well_formed_is_not_written(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path = tmp_path_factory.mktemp("names") / "a.xlsx"
    with pytest.raises(RuntimeError, match="well-formed"), Book(path, date(2023, 10, 13), {}) as book:
        book.sheet("a", "#000000").raw.write_url(0, 0, "external:a\x1b.xlsx")
