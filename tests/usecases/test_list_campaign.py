"""A list of any length goes the whole way: form, return, checks, counts and sums, totals."""

from __future__ import annotations

import json
from datetime import date
from email.message import EmailMessage
from email.policy import SMTP

import jsonschema
import pytest
from campaigns import ROOT
from collecting import SAVED, read_back
from drawn_form import write_drawn
from list_campaign import FIRST, LINES, ROOM, draw_list, fill_list, list_values
from live_forms import read_form, type_into
from post.test_fetch import Box

from workbook_tools.answers.list_answers import widen
from workbook_tools.excel import Cell
from workbook_tools.forms.form_name import form_name
from workbook_tools.outputs.json import render_collection
from workbook_tools.spec.template import read_template
from workbook_tools.storage.campaign_folder import CampaignFolder
from workbook_tools.usecases.fetch import fetch_mails
from workbook_tools.usecases.prepare_letters import read_blank_form
from workbook_tools.usecases.receipts import write_receipts


@pytest.fixture(scope="module")
def campaign(tmp_path_factory):
    return draw_list(tmp_path_factory.mktemp("list"))


@pytest.fixture(scope="module")
def collection(campaign, tmp_path_factory):
    folder = tmp_path_factory.mktemp("returned")
    # A blank row between two others, a number typed as text, a row without its name, and a figure too small.
    rows = {
        FIRST: ["An", "Nam", 1_000_000, date(2023, 10, 1)],
        FIRST + 2: ["Bình", "Nữ", "2.000.000đ"],
        FIRST + 3: [None, "Nam", 500],
    }
    fill_list(campaign, "x1", folder / "x1.xlsx", rows, ct_nu=1, ct_luot=3)
    fill_list(campaign, "x2", folder / "x2.xlsx", {}, ct_nu=5)
    fill_list(campaign, "t1", folder / "t1.xlsx", {FIRST: ["Chi", "Nữ", 3000]}, ct_nu=1)
    return read_back(campaign, folder)


def test_a_list_that_only_some_units_fill_in_may_have_no_row_yet(tmp_path):
    made = draw_list(tmp_path, lines=LINES.replace("| 1 | 12", "| 1 | 12 | xa"))
    folder = tmp_path / "nộp"
    folder.mkdir()
    assert read_back(made, folder).list_cells.empty
    fill_list(made, "t1", folder / "t1.xlsx", {}, ct_luot=3)
    assert read_back(made, folder).list_cells.empty


def problems(collection, unit):
    return {(p.code, p.place.cell) for p in collection.problems if p.place.unit == unit}


def test_a_row_of_the_data_is_a_row_that_somebody_filled_in(campaign, collection):
    wide = widen(collection.list_cells, campaign.template.lists["ds"])
    columns = ["unit", "row", "cell", "ds.ten", "ds.so_tien"]
    # Units in the roster's order; the blank row is none.
    assert wide[columns].astype(object).where(wide[columns].notna(), None).to_numpy().tolist() == [
        ["x1", 1, "B5", "An", 1_000_000.0],
        ["x1", 2, "B7", "Bình", 2_000_000.0],
        ["x1", 3, "B8", None, 500.0],
        ["t1", 1, "B5", "Chi", 3000.0],
    ]
    assert wide["ds.ngay"].tolist() == [date(2023, 10, 1), None, None, None]


def test_every_fault_is_told_with_its_cell(collection):
    assert problems(collection, "x1") == {
        ("list-cell-missing", "B8"),
        ("rule-broken", "D8"),
        ("value-repaired", "D7"),
        # The form adds up without the text; its result is not believed.
        ("computed-differs", "D18"),
    }
    assert problems(collection, "x2") == {("list-empty", ""), ("rule-broken", "B19")}
    assert problems(collection, "t1") == set()
    (broken,) = [p for p in collection.problems if p.code == "rule-broken" and p.place.unit == "x1"]
    assert str(broken.params["values"]).startswith("dòng 3; Số tiền = 500")


def test_a_receipt_quotes_the_rows_of_a_list(tmp_path):
    drawn = draw_list(tmp_path)
    folder = CampaignFolder(tmp_path)
    rows = {FIRST: ["An <b>", "Nam", 1_000_000, date(2023, 10, 1)], FIRST + 2: ["Bình", "Nữ", 2_000_000]}
    fill_list(drawn, "x1", folder.returned / "x1.xlsx", rows, ct_nu=1, ct_luot=3)
    prepared, _ = write_receipts(folder)
    (letter,) = prepared.unaddressed
    assert "- Danh sách cá nhân: 2 dòng" in letter.body
    page = letter.attachments[0].data.decode()
    assert "<h2>Danh sách cá nhân: 2 dòng</h2>" in page
    assert "<th>Số tiền (đồng)</th>" in page
    assert "<td>An &lt;b&gt;</td><td>Nam</td><td>1.000.000</td><td>01/10/2023</td>" in page
    assert "<td>Bình</td><td>Nữ</td><td>2.000.000</td><td></td>" in page


def test_counts_and_sums_of_a_list_are_lines_like_any_other(collection):
    answers = collection.answers.set_index(["unit", "indicator"])["value"]
    assert answers["x1", "ct_so"] == 2
    assert answers["x1", "ct_tong"] == 3_000_500
    assert answers["x2", "ct_so"] is None
    assert collection.totals["total"].to_dict() == {
        "ct_so": 3,
        "ct_tong": 3_003_500,
        "ct_nu": 7,
        "ct_luot": 3,
    }
    assert collection.areas["ct_tong"].tolist() == [3_003_500, None, 3_003_500]


def test_the_form_says_the_same_while_it_is_filled_in(campaign, tmp_path):
    rows = {FIRST: ["An", "Nam", 5000], FIRST + 1: [None, "Nam", 500], FIRST + 2: ["Bình", "Nam", 5]}
    path = fill_list(campaign, "x1", tmp_path / "x1.xlsx", rows, ct_nu=4)
    shown = read_results(path)
    assert shown["A1"] == "Đã điền 1/1 · còn 3 lỗi"
    assert [shown[f"A{row}"] for row in range(FIRST, FIRST + 4)] == [1, 2, 3, ""]
    assert shown["G5"] == ""
    assert shown["G6"] == "Lỗi: dòng này thiếu ô “Họ và tên”"
    assert shown["G7"] == "Lỗi: Số tiền phải từ 1.000 đồng"
    assert shown["G19"] == "Lỗi: Số nữ không quá số người"
    assert (shown["B18"], shown["D18"]) == (2, 5505)
    blank = read_results(campaign.forms["x1"])
    assert blank["A1"] == "Đã điền 0/1 · còn 0 lỗi · còn 1 ô bắt buộc chưa điền"
    assert blank["G5"] == "Chưa điền: danh sách cần ít nhất 1 dòng"
    assert (blank["A5"], blank["B18"]) == ("", "")


def read_results(path):
    """The results saved in a form's formula cells, by address."""
    import openpyxl

    sheet = openpyxl.load_workbook(path, data_only=True)["Biểu"]
    return {
        cell.ref: sheet[cell.ref].value if sheet[cell.ref].value is not None else ""
        for cell in read_form(path).formulas
        if cell.sheet == "Biểu"
    }


def test_the_form_has_room_between_two_hidden_rows(campaign):
    import openpyxl

    sheet = openpyxl.load_workbook(campaign.forms["x1"])["Biểu"]
    hidden = [row for row in range(1, FIRST + ROOM + 5) if sheet.row_dimensions[row].hidden]
    assert hidden == [FIRST - 1, FIRST + ROOM]
    open_cells = [cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked]
    in_list = [f"{column}{row}" for row in range(FIRST, FIRST + ROOM) for column in "BCDE"]
    assert open_cells == [*in_list, "B19", "B20"]
    assert sheet["A18"].value == "Cộng"
    assert [
        rule.formula1 for rule in sheet.data_validations.dataValidation if "C5:C16" in str(rule.sqref)
    ] == ["$B$24:$C$24"]


BARE_FORM = """Báo cáo khen thưởng của {{don_vi}}
TT | Họ và tên | Giới tính | Số tiền | Ngày | Ghi chú
1 | {{ds.ten}} | {{ds.gioi}} | {{ds.so_tien}} | {{ds.ngay}} | đồng
Số lượt khen | {{ct_luot}}
"""
BARE_LINES = "\n".join(line for line in LINES.splitlines() if line.startswith(("ds", "ct_luot")))
"""Without formulas over the list, which are answers, too."""


def test_a_form_with_rows_of_a_list_only_is_no_blank_form(tmp_path):
    campaign = draw_list(tmp_path, BARE_FORM, BARE_LINES, "", required=())
    folder = CampaignFolder(tmp_path)
    unit = campaign.roster["x1"]
    form, _problems = read_blank_form(folder, unit, campaign.template, campaign.roster, None)
    assert form is not None
    fill_list(campaign, "x1", folder.forms / form_name(unit), {FIRST: ["An", "Nam", 1_000_000]})
    form, problems = read_blank_form(folder, unit, campaign.template, campaign.roster, None)
    assert form is None
    assert [p.code for p in problems] == ["form-not-blank"]


def test_a_mailed_form_with_rows_of_a_list_only_is_a_return(tmp_path):
    campaign = draw_list(tmp_path, BARE_FORM, BARE_LINES, "", required=())
    folder = CampaignFolder(tmp_path)
    folder.returned.mkdir()
    data = fill_list(campaign, "x1", tmp_path / "x1.xlsx", {FIRST: ["An", "Nam"]}).read_bytes()
    mail = EmailMessage()
    mail["From"] = "ke.toan@khac.example"
    mail.set_content("Gửi báo cáo")
    mail.add_attachment(data, maintype="application", subtype="octet-stream", filename="a.xlsx")
    fetch_mails(folder, Box(mail.as_bytes(policy=SMTP)), "pgd@mau.example", SAVED)
    assert len([*folder.returned.iterdir()]) == 1


def test_json_holds_the_rows(collection):
    found = json.loads(render_collection(collection))
    schema = json.loads((ROOT / "docs/schemas/collect.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(found, schema)
    (row,) = next(unit["lists"]["ds"] for unit in found["units"] if unit["code"] == "t1")
    assert row == {
        "row": 1,
        "sheet": "Biểu",
        "cell": "B5",
        "counts": True,
        "values": {"ds.ten": "Chi", "ds.gioi": "Nữ", "ds.so_tien": 3000},
    }


def test_a_list_contained_in_that_of_the_unit_above_counts_once(tmp_path):
    lines = """ds | Danh sách | | danh sách | | | 0 | 5
ds.ten | Tên | | văn bản
ct_so | Số người | người | công thức | cộng | =Biểu!B4
ct_gom | Đã gồm các trường? | | lựa chọn | | Có;Không
"""
    form = "Tên\n{{ds.ten}}\n | =COUNTA(A3)\n{{ct_gom}}\n"
    campaign = draw_list(tmp_path, form, lines, "", required=(), ct_bao_gom="ct_gom")
    first = campaign.template.lists["ds"].top
    fill_list(campaign, "x1", tmp_path / "r/x1.xlsx", {first: ["An"], first + 1: ["Chi"]}, ct_gom="Có")
    fill_list(campaign, "t1", tmp_path / "r/t1.xlsx", {first: ["Chi"]})
    fill_list(campaign, "x2", tmp_path / "r/x2.xlsx", {first: ["Dũng"]}, ct_gom="Không")
    collection = read_back(campaign, tmp_path / "r")
    assert collection.list_cells["counts"].tolist() == [True, True, False, True]
    assert collection.totals.loc["ct_so", "total"] == 3
    assert collection.answers.query("unit == 't1' and indicator == 'ct_so'")["value"].item() == 1


def test_a_column_may_be_calculated_in_each_row(tmp_path):
    lines = """ds | Mua sắm | | danh sách | | | 0 | 5
ds.ten | Tên | | văn bản
ds.gia | Đơn giá | đồng | tiền
ds.luong | Số lượng | cái | số đếm
ds.tien | Thành tiền | đồng | công thức | cộng | =Biểu!D3
ct_tien | Tổng tiền | đồng | công thức | cộng | =Biểu!D4
"""
    form = (
        "Tên | Giá | Lượng | Thành tiền\n{{ds.ten}} | {{ds.gia}} | {{ds.luong}} | =B3*C3\n | | | =SUM(D3)\n"
    )
    rules = "qt_1 | =ds.tien<=10000 | cảnh báo | Mua nhiều\n"
    campaign = draw_list(tmp_path, form, lines, rules, required=())
    first = campaign.template.lists["ds"].top
    rows = {first: ["Bút", 2000, 3], first + 1: ["Vở", 5000, 4]}
    fill_list(campaign, "x1", tmp_path / "r/x1.xlsx", rows)
    collection = read_back(campaign, tmp_path / "r")
    wide = widen(collection.list_cells, campaign.template.lists["ds"])
    assert wide["ds.tien"].tolist() == [6000, 20000]
    assert collection.totals.loc["ct_tien", "total"] == 26000
    assert problems(collection, "x1") == {("rule-broken", f"D{first + 1}")}
    shown = read_results(tmp_path / "r/x1.xlsx")
    assert [shown[f"D{first + n}"] for n in range(3)] == [6000, 20000, ""]
    assert shown[f"D{first + 6}"] == 26000
    assert shown[f"E{first + 1}"] == "Cảnh báo: Mua nhiều"


def test_inspection_names_the_rows(campaign, tmp_path):
    from workbook_tools.usecases.inspect import inspect_file, render_inspection

    path = fill_list(campaign, "x1", tmp_path / "x1.xlsx", {FIRST + 4: ["An", "Nam", 7000]})
    inspection = inspect_file(path, template=campaign.template)
    answers = json.loads(render_inspection(inspection))["answers"]
    assert answers["ds.so_tien 1"] == {"raw": "7000", "value": 7000, "cell": "D9", "note": None}


def test_places_stay_cells(campaign):
    assert campaign.template.inputs["ct_nu"] == Cell("Biểu", FIRST + ROOM + 2, 2)


CHOSEN = """ct_nu | Số nữ | người | công thức | cộng | =Biểu!B5
ct_tien | Tiền của nữ | đồng | công thức | cộng | =Biểu!C5
ct_lon | Khoản lớn | khoản | công thức | cộng | =Biểu!D5
"""


def test_counts_and_sums_may_choose(tmp_path):
    lines = """ds | Danh sách | | danh sách | | | 0 | 5
ds.ten | Tên | | văn bản
ds.gioi | Giới | | lựa chọn | | Nam;Nữ
ds.tien | Tiền | đồng | tiền | cộng
"""
    form = "Tên | Giới | Tiền\n{{ds.ten}} | {{ds.gioi}} | {{ds.tien}}\n\n"
    form += ' | =COUNTIF(B3,"nữ") | =SUMIF(B3,"Nữ",C3) | =COUNTIF(C3,">=5000")\n'
    rules = 'qt_1 | =COUNTIF(ds.gioi,"Nữ")<=1 | cảnh báo | Nhiều nữ\n'
    campaign = draw_list(tmp_path, form, lines + CHOSEN, rules, required=())
    first = campaign.template.lists["ds"].top
    rows = {first: ["An", "Nam", 9000], first + 1: ["Bình", "Nữ", 4000], first + 2: ["Chi", "Nữ", 6000]}
    fill_list(campaign, "x1", tmp_path / "r/x1.xlsx", rows)
    fill_list(campaign, "x2", tmp_path / "r/x2.xlsx", {first: ["Dũng", "Nam", 7000]})
    collection = read_back(campaign, tmp_path / "r")
    values = collection.answers.set_index(["unit", "indicator"])["value"]
    assert [values["x1", code] for code in ("ct_nu", "ct_tien", "ct_lon")] == [2, 10_000, 2]
    assert [values["x2", code] for code in ("ct_nu", "ct_tien", "ct_lon")] == [0, 0, 1]
    assert collection.totals["total"].to_dict() == {"ct_nu": 2, "ct_tien": 10_000, "ct_lon": 3}
    (found,) = [p for p in collection.problems if p.place.unit == "x1"]
    assert (found.code, found.place.indicator) == ("rule-broken", "ds")
    shown = read_results(tmp_path / "r/x1.xlsx")
    row = first + 7
    assert [shown[f"{column}{row}"] for column in "BCD"] == [2, 10_000, 2]
    assert shown[f"E{first}"] == "Cảnh báo: Nhiều nữ"


@pytest.mark.parametrize(
    ("formula", "is_told"),
    [
        ("=C4*$B$2", False),
        ("=$C4*2", False),
        ("=SUM(C4:C4)", False),
        ("=SUM(C$4:C4)", True),
        ("=SUM(C3:C4)", True),
        ("=C$4*2", True),
        ("=Biểu!C$4*2", True),
    ],
)
def test_running_totals_in_a_list_are_told(tmp_path, formula, is_told):
    """The formula of a row stands in every row; the form would have each row's own figure in place of the total."""
    form = "Mức | {{ct_muc}}\nTên | | Số | Luỹ kế\n{{ds.ten}} | | {{ds.so}} | " + formula + "\n"
    lines = """ct_muc | Mức | đồng | tiền
ds | Danh sách | | danh sách | | | 0 | 5
ds.ten | Tên | | văn bản
ds.so | Số | ngày | số đếm | cộng
ds.luy | Luỹ kế | ngày | công thức | | =Biểu!D4
"""
    _, problems = read_template(write_drawn(tmp_path / "t.xlsx", {"Biểu": form}, lines))
    assert [p.place.cell for p in problems if p.code == "formula-unreadable"] == ["D4"] * is_told


def test_blank_rows_are_not_unequal_to_anything(tmp_path):
    """On the form, whose list has room for more rows, as at the office."""
    lines = "ds | Danh sách | | danh sách | | | 0 | 5\nds.ten | Tên | | văn bản\nds.gioi | Giới | | lựa chọn | | Nam;Nữ\n"
    lines += "ct_khac | Không phải nam | em | công thức | cộng | =Biểu!B5\n"
    form = 'Tên | Giới\n{{ds.ten}} | {{ds.gioi}}\n\nKhông phải nam | =10-COUNTIF(B3,"<>Nam")\n'
    rules = 'qt_1 | =5-COUNTIF(ds.gioi,"<>Nam")=4 | lỗi | Phải có một em\n'
    campaign = draw_list(tmp_path, form, lines, rules, required=())
    first = campaign.template.lists["ds"].top
    rows = {first: ["An", "Nam"], first + 1: ["Bình", "Nữ"]}
    live = type_into(read_form(campaign.forms["x1"]), [list_values(rows, {}, campaign)])
    assert live.calculate(campaign.template.inputs["ct_khac"]).to_values() == [9]
    (rule,) = (cell for cell, text in live.formulas.items() if "Phải có một em" in text)
    assert live.calculate(rule).to_values() == [""]
    fill_list(campaign, "x1", tmp_path / "r/x1.xlsx", rows)
    collection = read_back(campaign, tmp_path / "r")
    assert collection.answers.set_index(["unit", "indicator"])["value"]["x1", "ct_khac"] == 9
    assert not [p for p in collection.problems if p.place.unit == "x1"]


def test_a_figure_beside_a_blank_is_added_as_on_the_form(tmp_path):
    lines = "ds | Danh sách | | danh sách | | | 0 | 5\nds.gioi | Giới | | lựa chọn | | Nam;Nữ\n"
    lines += (
        "ds.tien | Tiền | đồng | tiền | cộng\nct_khac | Không phải nam | đồng | công thức | cộng | =Biểu!B5\n"
    )
    form = 'Giới | Tiền\n{{ds.gioi}} | {{ds.tien}}\n\nKhông phải nam | =SUMIF(A3,"<>Nam",B3)\n'
    campaign = draw_list(tmp_path, form, lines, "", required=())
    first = campaign.template.lists["ds"].top
    rows = {first: ["Nam", 9000], first + 1: ["Nữ", 4000], first + 2: [None, 500]}
    live = type_into(read_form(campaign.forms["x1"]), [list_values(rows, {}, campaign)])
    fill_list(campaign, "x1", tmp_path / "r/x1.xlsx", rows)
    collection = read_back(campaign, tmp_path / "r")
    at_the_office = collection.answers.set_index(["unit", "indicator"])["value"]["x1", "ct_khac"]
    assert live.calculate(campaign.template.inputs["ct_khac"]).to_values() == [at_the_office] == [4500]


def test_choices_that_are_numbers_are_counted(tmp_path):
    lines = "ds | Danh sách | | danh sách | | | 0 | 5\nds.ten | Tên | | văn bản\nds.khoi | Khối | | lựa chọn | | 8;9\n"
    lines += "ct_9 | Khối 9 | em | công thức | cộng | =Biểu!B5\n"
    form = 'Tên | Khối\n{{ds.ten}} | {{ds.khoi}}\nKhối 9 | =COUNTIF(B3,"9")\n'.replace(
        "\nKhối 9", "\n\nKhối 9"
    )
    rules = 'qt_1 | =COUNTIF(ds.khoi,"9")=2 | lỗi | Phải có hai em\n'
    campaign = draw_list(tmp_path, form, lines, rules, required=())
    first = campaign.template.lists["ds"].top
    rows = {first: ["An", "9"], first + 1: ["Bình", "8"], first + 2: ["Chi", "9"]}
    fill_list(campaign, "x1", tmp_path / "r/x1.xlsx", rows)
    collection = read_back(campaign, tmp_path / "r")
    assert collection.totals.loc["ct_9", "total"] == 2
    assert not [p for p in collection.problems if p.place.unit == "x1"]


def test_rows_that_may_be_no_entries_are_told(tmp_path):
    """Three rows pasted twice, and headings between rows with figures; a bare name is usual where all are."""
    lines = "ds | Danh sách | | danh sách | | | 1 | 12\nds.ten | Tên | | văn bản\nds.so | Số | cái | số đếm | cộng"
    form = "Báo cáo\nTT | Tên | Số\n1 | {{ds.ten}} | {{ds.so}}\nCộng | =COUNTA(B4) | =SUM(C4)"
    units = "x1 | Xã Một | xa\nx2 | Xã Hai | xa\nx3 | Xã Ba | xa"
    campaign = draw_list(tmp_path, form, lines, "", units, required=("ds", "ds.ten"))
    top = campaign.template.lists["ds"].top
    twice = [("Bàn", 3), ("Ghế", "khoảng 5"), ("Tủ", 1)]
    given = {
        "x1": [*twice, *twice, ("Tủ", 2)],
        "x2": [("I. Khối 1", None), ("Bàn", 3), ("Ghế", 4), ("II. Khối 2", None), ("Bàn", 5)],
        "x3": [("Bàn", None), ("Ghế", None), ("Tủ", 3)],
    }
    for unit, rows in given.items():
        numbered = {top + number: row for number, row in enumerate(rows)}
        fill_list(campaign, unit, tmp_path / f"nộp/{unit}.xlsx", numbered)
    collection = read_back(campaign, tmp_path / "nộp")
    odd = {p.place.unit: (p.code, p.params["rows"]) for p in collection.problems if "list-row" in p.code}
    assert odd == {
        "x1": ("list-row-repeated", "4 (= 1), 5 (= 2), 6 (= 3)"),
        "x2": ("list-row-bare", "1 (I. Khối 1), 4 (II. Khối 2)"),
    }
