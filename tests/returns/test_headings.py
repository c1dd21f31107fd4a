"""Headings in another order than on the form: the figures below them are not read as those of other columns."""

from __future__ import annotations

import pytest
from collecting import fill, read_back
from drawn_form import draw
from openpyxl import load_workbook

FORM = """
Báo cáo của {{don_vi}}
Khối | Đầu năm | | Cuối năm |
| Nam | Nữ | Nam | Nữ
Khối 1 | {{k1_a}} | {{k1_b}} | {{k1_c}} | {{k1_d}}
Khối 2 | {{k2_a}} | {{k2_b}} | {{k2_c}} | {{k2_d}}

Giáo viên nam | {{gv_nam}} | Giáo viên nữ | {{gv_nu}}
Sách cũ | {{sach_cu}} | {{sach_moi}}
STT | Tên | Số tiền
{{ds.stt}} | {{ds.ten}} | {{ds.tien}}

Khác | {{khac}}"""
CODES = [f"k{row}_{column}" for row in (1, 2) for column in "abcd"]
CODES += ["gv_nam", "gv_nu", "sach_cu", "sach_moi", "khac"]
LINES = "\n".join(f"{code} | Dòng {code} | em | số đếm | cộng" for code in CODES)
LINES += """
ds | Danh sách | | danh sách
ds.ten | Tên | | văn bản
ds.tien | Số tiền | đồng | tiền | cộng"""
ANSWERS = {code: number for number, code in enumerate(CODES, start=1)}


@pytest.fixture(scope="module")
def campaign(tmp_path_factory):
    return draw(tmp_path_factory.mktemp("cột"), {"Biểu": FORM}, LINES, "x1 | Xã Một | xa")


@pytest.fixture
def read(campaign, tmp_path):
    """The figures of lines and of the list, and what is said, of a form that somebody changed."""

    def read_changed(change=None):
        path = fill(campaign, "x1", ANSWERS, tmp_path / "r" / "x1.xlsx")
        book = load_workbook(path)
        sheet, one = book["Biểu"], campaign.template.lists["ds"]
        sheet.cell(one.top, one.places["ds.ten"]).value = "Bàn"
        sheet.cell(one.top, one.places["ds.tien"]).value = 500_000
        if change is not None:
            change(sheet)
        book.save(path)
        found = read_back(campaign, path.parent)
        lines = found.answers.dropna(subset="number").set_index("indicator")["number"].astype(int)
        codes = [p.code for p in found.problems if p.code.endswith("headings-exchanged")]
        return lines.to_dict(), [*found.list_cells["number"].dropna()], codes

    return read_changed


def exchange(*pairs):
    def change(sheet):
        for one, other in pairs:
            sheet[one].value, sheet[other].value = sheet[other].value, sheet[one].value

    return change


def without(codes):
    return {code: value for code, value in ANSWERS.items() if code not in codes.split()}


HALVES = "k1_a k1_b k1_c k1_d k2_a k2_b k2_c k2_d"
"""Which of the two columns called Nam is meant by its half, so both halves are in doubt."""


@pytest.mark.parametrize(
    ("pairs", "lost"),
    [
        ([("B3", "D3")], HALVES),
        ([("B8", "D8"), ("A8", "C8")], "gv_nam gv_nu"),
        ([("B9", "C9")], ""),
        ([], ""),
    ],
    ids=["two halves of a table", "two questions of a line", "figures alone", "as it was sent"],
)
def test_figures_under_headings_in_another_order_are_not_read(read, pairs, lost):
    lines, listed, codes = read(exchange(*pairs))
    expected = without(lost)
    if pairs == [("B9", "C9")]:
        expected |= {"sach_cu": ANSWERS["sach_moi"], "sach_moi": ANSWERS["sach_cu"]}
    assert (lines, listed) == (expected, [500_000])
    assert codes == (["headings-exchanged"] if lost else [])


def test_a_list_under_headings_in_another_order_is_not_counted(read):
    lines, listed, codes = read(exchange(("B10", "C10")))
    assert (lines, listed, codes) == (ANSWERS, [], ["list-headings-exchanged"])


def test_rows_and_columns_that_moved_as_a_whole_are_read(read):
    def insert(sheet):
        sheet.insert_rows(2, 3)
        sheet.insert_cols(3)

    assert read(insert) == (ANSWERS, [500_000], [])


def test_columns_moved_with_their_marks_are_read(read):
    def move(sheet):
        columns = [[cell.value for cell in sheet[letter]] for letter in "BC"]
        for letter, values in zip("CB", columns, strict=True):
            for row, value in enumerate(values, start=1):
                sheet[f"{letter}{row}"].value = value

    lines, _, codes = read(move)
    assert {code: lines[code] for code in ("k1_a", "k1_b", "sach_cu")} == {
        code: ANSWERS[code] for code in ("k1_a", "k1_b", "sach_cu")
    }
    assert codes == []
