"""The report in Word: the same figures as the workbook, what units wrote as plain text, from a template the officer may change."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from collecting import fill, read_back
from docx import Document
from msgspec.structs import replace
from mutants import change_bytes
from openpyxl import load_workbook
from word_reports import write_word_report

from workbook_tools.errors import CannotRead, SpecificationError
from workbook_tools.outputs import word_template
from workbook_tools.outputs.word_report import build_context, report_names
from workbook_tools.outputs.word_template import check_word_template
from workbook_tools.usecases.collect import write_workbook
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
    # What a unit's figures include is not for the office above.
    template = demo.collection.template
    assert template.indicators[template.campaign.inclusion].label not in shown


@pytest.mark.parametrize(
    ("title", "heading", "within"),
    [
        ("Báo cáo thu, chi quý III", "Thu, chi quý III", "thu, chi quý III"),
        ("BÁO CÁO TỔNG KẾT NĂM HỌC", "TỔNG KẾT NĂM HỌC", "TỔNG KẾT NĂM HỌC"),
        ("THPT tổng kết năm học", "THPT tổng kết năm học", "THPT tổng kết năm học"),
        ("Báo cáo viên cấp xã", "Báo cáo viên cấp xã", "báo cáo viên cấp xã"),
        ("Báo cáo", "Báo cáo", "báo cáo"),
    ],
)
def test_the_word_report_is_not_said_twice(demo: Any, title: str, heading: str, within: str) -> None:
    campaign = replace(demo.collection.template.campaign, title=title, values={"tieu_de": title})
    template = replace(demo.collection.template, campaign=campaign)
    context = build_context(replace(demo.collection, template=template), [])
    assert (context["ten_bao_cao"], context["tieu_de_thuong"]) == (heading, within)


def test_each_recipient_has_a_line_though_none_is_named(second: Campaign, tmp_path: Path) -> None:
    assert "noi_nhan" not in second.template.campaign.values
    write_word_report(read_back(second, tmp_path), bundled(WORD_TEMPLATE), tmp_path / "a.docx")
    assert "\n- ……;\n- Lưu: VT." in words(tmp_path / "a.docx")


def test_who_is_missing_or_late_is_named(demo: Any, tmp_path: Path) -> None:
    write_word_report(demo.collection, bundled(WORD_TEMPLATE), tmp_path / "a.docx")
    text = words(tmp_path / "a.docx")
    status = demo.collection.status
    named = status[
        status["outcome"].isin(["missing", "rejected"]) | status["days_late"].fillna(0).astype(bool)
    ]["name"]
    assert len(named) > 5
    assert [name for name in named if name.casefold() not in text.casefold()] == []
    assert "Đã báo cáo: 66/72 đơn vị" in text


@pytest.mark.slow
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
    both = "; ".join(first.roster[unit].name for unit in ("11629", "11632"))
    assert f"- {both}: Khó khăn: {{{{ 7 * 7 }}}} {{% for x in y %}} <w:p/> &" in text
    assert "\nDòng hai" in text
    assert "49" not in text


def test_control_characters_are_taken_out(demo: Any) -> None:
    context = build_context(demo.collection, [])
    assert not any(ord(letter) < 32 and letter != "\n" for letter in str(context["thuyet_minh"]))


def test_the_same_collection_gives_the_same_bytes(demo: Any, tmp_path: Path) -> None:
    for name in ("a.docx", "b.docx"):
        write_word_report(demo.collection, bundled(WORD_TEMPLATE), tmp_path / name)
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()


def template_with(path: Path, *marks: str) -> Path:
    """The template that comes with the program, and a paragraph for each mark."""
    document = Document(str(bundled(WORD_TEMPLATE)))
    for mark in marks:
        document.add_paragraph(f"Đoạn {mark} này")
    document.save(str(path))
    return path


@pytest.mark.parametrize(
    "mark",
    [
        "{{ so_don_vj }}",
        "{% for x in cac_nhom %}",
        "{{ so_don_vi | viet_hoa }}",
        "{{ 'a' }",
        "{{ cac_nhom.__class__ }}",
        "{{ so_don_vi.format('x') }}",
        "{{ cac_nhom[0].__class__.__mro__ }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ lipsum.__globals__ }}",
        "{{ range(10**9) | list }}",
        "{% for i in range(10**12) %}{% endfor %}",
        "{{ 'a' * 10**10 }}",
        "{{ 10**10**10 }}",
        "{{ nop_tre | join(nop_tre | join('x')) }}",
        "{% set x = 1 %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% include 'x' %}",
        "{% for c in don_vi %}{% endfor %}",
        "{% for n in cac_nhom recursive %}{{ loop(cac_nhom) }}{% endfor %}",
        "{{ thuyet_minh | attr('x') }}",
        "{{ so_don_vi | safe }}",
        "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
    ],
)
def test_what_may_not_be_in_a_template_is_named_with_its_paragraph(
    demo: Any, tmp_path: Path, mark: str
) -> None:
    path = template_with(tmp_path / "mẫu.docx", mark)
    (tmp_path / "a.docx").write_bytes(b"the old one")
    with pytest.raises(SpecificationError) as refused:
        write_word_report(demo.collection, path, tmp_path / "a.docx")
    assert (tmp_path / "a.docx").read_bytes() == b"the old one"
    assert {p.code for p in refused.value.problems} == {"word-template-mark"}
    names = report_names(demo.collection.template, demo.collection.roster)
    checked = check_word_template(path.read_bytes(), names, path.name)
    assert [p.params for p in checked] == [p.params for p in refused.value.problems]
    if "(((" not in mark and "%}" not in mark[2:-4]:
        assert any(mark in str(p.params["paragraph"]) for p in checked)
    assert all(p.message("vi") and p.remedy("vi") for p in checked)


def test_marks_outside_of_paragraphs_are_checked_as_well(demo: Any, tmp_path: Path) -> None:
    document = Document(str(bundled(WORD_TEMPLATE)))
    document.sections[0].header.paragraphs[0].text = "{{ lipsum.__globals__ }}"
    document.core_properties.title = "{{ cycler.__init__ }}"
    document.save(str(tmp_path / "t.docx"))
    names = report_names(demo.collection.template, demo.collection.roster)
    found = check_word_template((tmp_path / "t.docx").read_bytes(), names, "t.docx")
    assert {"lipsum", "cycler"} <= {
        name for p in found for name in ("lipsum", "cycler") if name in str(p.params)
    }


@pytest.mark.parametrize("text", ["{{ sai.cung_sai }}", "{{ sai }} và {{ sai }}", "{{ cac_nhom.sai }}"])
def test_a_bad_mark_is_listed_once(demo: Any, tmp_path: Path, text: str) -> None:
    path = template_with(tmp_path / "t.docx", text)
    names = report_names(demo.collection.template, demo.collection.roster)
    assert [p.params["paragraph"] for p in check_word_template(path.read_bytes(), names, "t.docx")] == [
        f"Đoạn {text} này"
    ]


def test_what_the_documents_list_can_be_used(demo: Any, tmp_path: Path) -> None:
    marks = [
        "{% for n in cac_nhom %}{{ loop.index }}. {{ n.ten | upper }}: {% for d in n.dong %}{{ d.tong }};{% endfor %}{% endfor %}",
        "{% if nop_tre %}{{ nop_tre | length }} đơn vị: {{ nop_tre | join('; ') }}{% else %}không{% endif %}",
        "{{ so_don_vi if so_nop_tre != '0' else 'đủ' }}",
        "{{ khong_co | default('……') }}",
        "{{ ngay }}/{{ thang }}/{{ nam }}",
    ]
    write_word_report(demo.collection, template_with(tmp_path / "t.docx", *marks), tmp_path / "a.docx")
    text = words(tmp_path / "a.docx")
    assert "đơn vị: " in text
    assert "……" in text


def test_missing_units_are_named_as_letters_address_them(demo: Any) -> None:
    collection = demo.collection
    missing = [
        n
        for n, s in zip(collection.status["name"], collection.status["outcome"], strict=True)
        if s == "missing"
    ]
    types = {
        code: replace(kind, addressee="Trường {{don_vi}}")
        for code, kind in collection.template.unit_types.items()
    }
    template = replace(collection.template, unit_types=types)
    named = build_context(replace(collection, template=template), [])["chua_bao_cao"]
    assert missing
    assert {f"Trường {name}" for name in missing} <= set(named)


def test_a_template_that_asks_for_them_gets_all_texts_however_word_splits_the_mark(
    demo: Any, tmp_path: Path
) -> None:
    document = Document(str(template_with(tmp_path / "t.docx")))
    paragraph = document.add_paragraph()
    pieces = (
        "{% for m in thu",
        "yet_mi",
        "nh %}{% for y in m.y_kien %}[{{ y.noi_",
        "dung }}]{% endfor %}{% endfor %}",
    )
    for piece in pieces:
        paragraph.add_run(piece).bold = piece == "yet_mi"
    document.save(str(tmp_path / "t.docx"))
    write_word_report(demo.collection, tmp_path / "t.docx", tmp_path / "a.docx")
    said = {o["noi_dung"] for m in build_context(demo.collection, [])["thuyet_minh"] for o in m["y_kien"]}
    text = words(tmp_path / "a.docx")
    assert said
    assert all(f"[{one}]" in text for one in said)


@pytest.mark.parametrize(
    "mark",
    [
        "".join(f"{{% for x{n} in chua_bao_cao %}}" for n in range(12)) + "{% endfor %}" * 12,
        "".join(f"{{% for x{n} in cac_nhom %}}" for n in range(8)) + "dài " * 200 + "{% endfor %}" * 8,
    ],
    ids=["no end", "too long"],
)
def test_loops_within_loops_end(
    demo: Any, tmp_path: Path, mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(word_template, "_MOST_STEPS", 50_000)
    monkeypatch.setattr(word_template, "_MOST_LETTERS", 1_000_000)
    with pytest.raises(CannotRead, match="more steps than any report"):
        write_word_report(demo.collection, template_with(tmp_path / "t.docx", mark), tmp_path / "a.docx")
    assert not (tmp_path / "a.docx").exists()


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 not a zip", b"plain text"])
def test_what_is_no_word_document_is_named(demo: Any, tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "mẫu.docx").write_bytes(content)
    with pytest.raises(CannotRead if content is None else SpecificationError) as refused:
        write_word_report(demo.collection, tmp_path / "mẫu.docx", tmp_path / "a.docx")
    assert not (tmp_path / "a.docx").exists()
    if content is not None:
        assert [p.code for p in refused.value.problems] == ["word-template-unreadable"]


def test_no_damaged_byte_is_a_fault_of_the_program(demo: Any) -> None:
    names = report_names(demo.collection.template, demo.collection.roster)
    fates = [
        {p.code for p in check_word_template(mutant, names, "t.docx")}
        for mutant in change_bytes(bundled(WORD_TEMPLATE).read_bytes(), 60)
    ]
    assert {"word-template-unreadable"} in fates


@pytest.mark.slow
def test_workbook_and_report_of_one_run_bear_one_code(demo: Any, tmp_path: Path) -> None:
    """A run killed between the two leaves a new workbook beside an old report: the codes tell them apart."""
    other = replace(demo.collection, as_of=demo.collection.as_of + timedelta(days=1))
    assert other.code != demo.collection.code
    write_workbook(other, tmp_path / "b.xlsx")
    for collection, workbook in ((demo.collection, demo.workbook), (other, tmp_path / "b.xlsx")):
        write_word_report(collection, bundled(WORD_TEMPLATE), tmp_path / "a.docx")
        book = load_workbook(workbook, read_only=True)
        report = Document(str(tmp_path / "a.docx"))
        assert collection.code in book["Tổng quan"]["A2"].value
        assert collection.code in report.sections[0].first_page_footer.paragraphs[0].text
        assert collection.code in report.core_properties.comments
        assert collection.code in book.properties.description
        book.close()
