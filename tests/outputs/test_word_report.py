"""The report in Word: the same figures as the workbook, what units wrote as plain text, from a template the officer may change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from collecting import fill, read_back
from docx import Document

from workbook_tools.errors import CannotRead
from workbook_tools.outputs.word_report import build_context, write_word_report
from workbook_tools.usecases.init import WORD_TEMPLATE, bundled

if TYPE_CHECKING:
    from pathlib import Path

    from campaigns import Campaign

HARM = "Khó khăn: {{ 7 * 7 }} {% for x in y %} <w:p/> & \x07 chuông\nDòng hai, dài hơn sáu mươi ký tự để được coi là thuyết minh."


def words(path: Path) -> str:
    document = Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def lines(path: Path) -> dict[str, list[str]]:
    """Content → the other cells of its row."""
    table = max(Document(str(path)).tables, key=lambda t: len(t.rows))
    return {row.cells[0].text: [cell.text for cell in row.cells[1:]] for row in table.rows}


def test_totals_are_those_of_the_workbook(demo: Any, tmp_path: Path) -> None:
    write_word_report(demo.collection, bundled(WORD_TEMPLATE), tmp_path / "a.docx")
    shown = lines(tmp_path / "a.docx")
    for code, row in demo.collection.totals.iterrows():
        indicator = demo.collection.template.indicators[code]
        assert shown[indicator.label][0] == indicator.measure
        assert shown[indicator.label][1].replace(".", "") == f"{row['total']:.0f}"
        assert shown[indicator.label][2] == f"{row['units']:.0f}"


def test_who_is_missing_or_late_is_named(demo: Any, tmp_path: Path) -> None:
    write_word_report(demo.collection, bundled(WORD_TEMPLATE), tmp_path / "a.docx")
    text = words(tmp_path / "a.docx")
    status = demo.collection.status
    named = status[
        status["outcome"].isin(["missing", "rejected"]) | status["days_late"].fillna(0).astype(bool)
    ]["name"]
    assert len(named) > 5
    assert [name for name in named if name not in text] == []
    assert "Đã báo cáo: 66/72 đơn vị" in text


def test_another_form_needs_no_other_program(second: Campaign, tmp_path: Path) -> None:
    unit = next(iter(second.forms))
    number = next(i.code for i in second.template.indicators_for(second.roster[unit].type) if i.additive)
    fill(second, unit, {number: 7}, tmp_path / "r" / "a.xlsx")
    collection = read_back(second, tmp_path / "r")
    write_word_report(collection, bundled(WORD_TEMPLATE), tmp_path / "a.docx")
    assert lines(tmp_path / "a.docx")[second.template.indicators[number].label][1] == "7"
    assert second.template.campaign.office in words(tmp_path / "a.docx")


def test_what_units_wrote_is_text_and_nothing_else(first: Campaign, tmp_path: Path) -> None:
    for unit in ("11629", "11632"):
        fill(first, unit, {"tm_2": HARM.replace("\x07", ""), "ct_2_1": 3}, tmp_path / "r" / f"{unit}.xlsx")
    write_word_report(read_back(first, tmp_path / "r"), bundled(WORD_TEMPLATE), tmp_path / "a.docx")
    text = words(tmp_path / "a.docx")
    names = f"{first.roster['11629'].name}; {first.roster['11632'].name}"
    assert f"- {names}: Khó khăn: {{{{ 7 * 7 }}}} {{% for x in y %}} <w:p/> &" in text
    assert "\nDòng hai" in text
    assert "49" not in text


def test_control_characters_are_taken_out(demo: Any) -> None:
    context = build_context(demo.collection)
    assert not any(ord(letter) < 32 and letter != "\n" for letter in str(context["thuyet_minh"]))


def test_the_same_collection_gives_the_same_bytes(demo: Any, tmp_path: Path) -> None:
    for name in ("a.docx", "b.docx"):
        write_word_report(demo.collection, bundled(WORD_TEMPLATE), tmp_path / name)
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()


@pytest.mark.parametrize(
    "mark", ["{{ so_don_vj }}", "{% for x in cac_nhom %}", "{{ so_don_vi | viet_hoa }}", "{{ 'a' }"]
)
def test_a_template_with_a_fault_is_named_and_the_old_report_stays(
    demo: Any, tmp_path: Path, mark: str
) -> None:
    document = Document(str(bundled(WORD_TEMPLATE)))
    document.add_paragraph(mark)
    document.save(str(tmp_path / "mẫu.docx"))
    (tmp_path / "a.docx").write_bytes(b"the old one")
    with pytest.raises(CannotRead, match="a mark in the Word template"):
        write_word_report(demo.collection, tmp_path / "mẫu.docx", tmp_path / "a.docx")
    assert (tmp_path / "a.docx").read_bytes() == b"the old one"


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 not a zip", b"plain text"])
def test_what_is_no_word_document_is_named(demo: Any, tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "mẫu.docx").write_bytes(content)
    with pytest.raises(CannotRead):
        write_word_report(demo.collection, tmp_path / "mẫu.docx", tmp_path / "a.docx")
    assert not (tmp_path / "a.docx").exists()
