"""The consolidated workbook, read back: every total adds up once, text stays text, nothing is left out."""

from __future__ import annotations

import pytest
from package_audit import audit

from workbook_tools.errors import CannotWrite


@pytest.fixture(scope="module")
def book(demo_book):
    return demo_book


@pytest.fixture(scope="module")
def values(demo_values):
    return demo_values


@pytest.fixture(scope="module")
def totals(demo):
    return {code: total for code, total in demo.collection.totals["total"].items() if total == total}


def test_sheets_stand_in_order_of_use(book):
    assert book.sheetnames == [
        "Tổng quan",
        "Báo cáo huyện",
        "Tình trạng nộp",
        "Tổng hợp",
        "Chỉ tiêu theo xã",
        "Chỉ tiêu theo loại đơn vị",
        "Phân tích",
        "Nổi bật",
        "Mức đầy đủ theo xã",
        "Đối chiếu",
        "Vấn đề",
        "Thuyết minh",
        "Dữ liệu",
        "Nhật ký",
    ]


@pytest.mark.slow
def test_nothing_is_wrong_with_the_package(demo, tmp_path):
    assert audit(demo.workbook, tmp_path) == []


def test_the_summary_s_totals_follow_the_filter_and_hold_the_right_values(book, values, totals):
    formulas, shown = book["Tổng hợp"], values["Tổng hợp"]
    (row,) = [c.row for c in formulas["B"] if c.value == "Tổng các dòng đang hiện"]
    codes = {cell.column: cell.value for cell in formulas[row + 1] if cell.value in totals}
    assert len(codes) == 2 * len(totals)
    for column, code in codes.items():
        assert formulas.cell(row, column).value.startswith("=SUBTOTAL(109,")
        assert shown.cell(row, column).value == pytest.approx(totals[code])
    assert formulas.auto_filter.ref
    assert formulas.freeze_panes == f"C{row + 2}"


def test_the_report_to_send_upward_is_the_template_s_own_form(values, demo, totals):
    sheet = values["Báo cáo huyện"]
    for code in ("ct_2_1", "ct_5_1b", "ct_8_3"):
        place = demo.collection.template.inputs[code]
        assert sheet[place.ref].value == totals[code]
    assert sheet[demo.collection.template.inputs["ct_5_4a"].ref].value == totals["ct_5_3a"]
    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row]
    assert any("HUYỆN AN LÃO" in text for text in texts)
    assert not any("{{" in text for text in texts)


def test_everybody_is_called_and_the_missing_are_named(values, demo):
    head, *roll = values["Tình trạng nộp"].iter_rows(values_only=True)
    assert len(roll) == 72
    unit, state = head.index("Đơn vị"), head.index("Tình trạng")
    missing = [row[unit] for row in roll if row[state] == "Chưa nộp"]
    assert len(missing) == (demo.collection.status["outcome"] == "missing").sum() > 0
    overview = {cell.value for row in values["Tổng quan"].iter_rows() for cell in row}
    assert len(set(missing) & overview) == min(len(missing), 9)


def test_every_problem_has_a_line_and_every_file_too(values, demo):
    assert values["Vấn đề"].max_row == len(demo.collection.problems) + 1
    assert values["Nhật ký"].max_row == len(demo.collection.files) + 1
    head, *rows = values["Vấn đề"].iter_rows(values_only=True)
    found = [dict(zip(head, row, strict=True)) for row in rows]
    assert "Bản quét báo cáo.pdf" in [row["Đơn vị"] for row in found], "what no unit has sent is named, too"
    assert "Một lớp trực tuyến cho toàn xã." in [row["Giải trình, xử lý"] for row in found]
    assert ("ct_2_1", "khoảng 20") in {(row["Mã chỉ tiêu"], row["Giá trị"]) for row in found}


def test_a_formula_typed_into_a_remark_stays_text(book):
    remarks = [
        row[12] for row in book["Dữ liệu"].iter_rows(min_row=2) if str(row[12].value).startswith("=HYPERLINK")
    ]
    assert [cell.data_type for cell in remarks] == ["s"]
    formulas = {
        cell.value[:14]
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }
    assert {formula[:5] for formula in formulas} == {"=SUBT", "=SUM(", "=A23&"}


def test_a_workbook_that_is_open_elsewhere_stays_whole(demo, tmp_path, monkeypatch):
    from pathlib import Path

    from workbook_tools.usecases.collect import write_workbook

    target = tmp_path / "consolidated.xlsx"
    target.write_bytes(b"old")

    def refuse(self, other):
        raise PermissionError(13, "denied")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(CannotWrite):
        write_workbook(demo.collection, target)
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["consolidated.xlsx"]
