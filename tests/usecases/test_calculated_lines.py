"""Cells that the officer's own formulas calculate are lines like any other: live on the form, never believed, never added where they are rates."""

from __future__ import annotations

import math

import pytest
from campaigns import Campaign
from collecting import fill, read_back
from drawn_form import draw, show_result, write_drawn, write_roster
from libreoffice import calculate, recalculate, requires_libreoffice
from live_forms import read_form, type_into
from openpyxl import load_workbook

from workbook_tools.excel import Cell
from workbook_tools.spec.roster import read_roster
from workbook_tools.spec.template import read_template
from workbook_tools.usecases.collect import write_workbook

FORMS = {
    "Biểu 1": """
Báo cáo của {{don_vi}}
Khối | Nam | Nữ | Cộng | Tỷ lệ nữ
Khối 1 | {{k1_nam}} | {{k1_nu}} | =B4+C4 | =IF(D4=0,"",C4/D4) [0.0%]
Khối 2 | {{k2_nam}} | {{k2_nu}} | =B5+C5 | =C5/D5 [0.0%]
Cộng | =SUM(B4:B5) | =SUM(C4:C5) | =SUM(D4:D5) | =C6/D6 [0.0%]
Học sinh theo danh sách | {{dv_hs}} | | =D6-B7""",
    "Biểu 2": """
Tổng hợp
Tổng số học sinh | ='Biểu 1'!D6
Bình quân một lớp | {{lop}} | =ROUND('Biểu 1'!D6/B4,1) [0.0]""",
}
LINES = """
k1_nam | Khối 1: nam | em | số đếm | cộng | | | | | Khối 1 | Nam
k1_nu | Khối 1: nữ | em | số đếm | cộng | | | | | Khối 1 | Nữ
k2_nam | Khối 2: nam | em | số đếm | cộng | | | | | Khối 2 | Nam
k2_nu | Khối 2: nữ | em | số đếm | cộng | | | | | Khối 2 | Nữ
lop | Số lớp | lớp | số đếm | cộng
tong | Tổng số học sinh | em | công thức | cộng | ='Biểu 1'!D6
ty_le_nu | Tỷ lệ nữ | % | công thức | không cộng | ='Biểu 1'!E6
binh_quan | Học sinh một lớp | em | công thức | không cộng | ='Biểu 2'!C4"""
RULES = """
qt_1 | =binh_quan<=45 | lỗi | Lớp đông quá 45 em.
qt_2 | =tong<=dv_hs | cảnh báo | Nhiều hơn danh sách."""
UNITS = """
x1 | Xã Một | xa | | dv_hs=100
t1 | Trường Một | truong | x1 | dv_hs=60
x2 | Xã Hai | xa | | dv_hs=90"""
ANSWERS = {
    "x1": {"k1_nam": 10, "k1_nu": 20, "k2_nam": 5, "k2_nu": 5, "lop": 2},
    "t1": {"k1_nam": 3, "k1_nu": 1, "k2_nam": "KCSL", "lop": 1},
    "x2": {"k1_nam": 30, "k1_nu": "12 em", "k2_nam": "khoảng 20", "k2_nu": 8, "lop": 1},
}


def test_each_row_of_a_long_column_may_use_the_one_below(tmp_path):
    """Python's own stack holds about a hundred of them."""
    rows = range(250)
    form = "Báo cáo\n" + "\n".join(f"Dòng số {n} | {{{{ct_{n}}}}} | =B{n + 3}+C{n + 4}" for n in rows)
    lines = "\n".join(f"ct_{n} | Dòng số {n} | lượt | số đếm | cộng" for n in rows)
    made = draw(
        tmp_path, {"Biểu": form}, f"{lines}\ntong | Tổng | lượt | công thức | cộng | =Biểu!C3", "x1|Xã|xa"
    )
    path = fill(made, "x1", {f"ct_{n}": 2 for n in rows}, tmp_path / "nộp/x1.xlsx")
    assert load_workbook(path, data_only=True)["Biểu"]["C3"].value == 500
    collection = read_back(made, path.parent)
    assert collection.totals.loc["tong", "total"] == 500
    circle = {"Biểu": form.replace("=B252+C253", "=B252+C3")}
    template, problems = read_template(write_drawn(tmp_path / "vòng.xlsx", circle, lines))
    assert template is None
    assert "formula-wrong" in {p.code for p in problems}


@pytest.fixture(scope="module")
def campaign(tmp_path_factory):
    return draw(tmp_path_factory.mktemp("tính"), FORMS, LINES, UNITS, RULES)


@pytest.fixture(scope="module")
def returned(campaign, tmp_path_factory):
    folder = tmp_path_factory.mktemp("nộp về")
    for unit, answers in ANSWERS.items():
        fill(campaign, unit, answers, folder / f"{unit}.xlsx")
    show_result(folder / "x1.xlsx", "D6", 40)
    show_result(folder / "x1.xlsx", "E6", 0.9)
    return folder


@pytest.fixture(scope="module")
def collection(campaign, returned):
    return read_back(campaign, returned)


@pytest.fixture(scope="module")
def workbook(collection, tmp_path_factory):
    path = tmp_path_factory.mktemp("kết quả") / "consolidated.xlsx"
    write_workbook(collection, path)
    return path


def value(collection, unit, code):
    rows = collection.answers[
        (collection.answers["unit"] == unit) & (collection.answers["indicator"] == code)
    ]
    (row,) = rows.to_dict("records")
    return row["value"]


def codes(collection, **place):
    return [p.code for p in collection.problems if all(getattr(p.place, k) == v for k, v in place.items())]


def test_on_the_form_it_is_locked_and_survives_what_is_typed(campaign):
    sheet = load_workbook(campaign.forms["x1"])["Biểu 1"]
    form = read_form(campaign.forms["x1"])
    four = [(None, None), (3, None), (3, "KCSL"), (3, 4)]
    typed = [{Cell("Biểu 1", 4, 2): boys, Cell("Biểu 1", 4, 3): girls} for boys, girls in four]
    assert type_into(form, typed).calculate(Cell("Biểu 1", 4, 4)).to_values() == ["", 3, 3, 7]
    assert all(sheet[ref].protection.locked for ref in ("D4", "E4", "B6", "E6"))


def test_for_each_unit_it_is_calculated_from_what_was_read(collection):
    assert value(collection, "x1", "tong") == 40
    assert value(collection, "x1", "ty_le_nu") == 0.625
    assert value(collection, "x1", "binh_quan") == 20
    assert value(collection, "t1", "tong") == 4


def test_what_is_in_doubt_leaves_it_in_doubt(collection):
    assert value(collection, "x2", "tong") is None
    states = collection.answers.set_index(["unit", "indicator"])["state"]
    assert states["x2", "tong"] == "in-doubt"


def test_for_the_office_it_is_calculated_from_the_sums(collection):
    """Pupils that are known: 40 + 4 + 50, among them 25 + 1 + 20 girls; a mean of the units' rates would be another."""
    totals = collection.totals["total"]
    assert totals["tong"] == 94
    assert math.isclose(totals["ty_le_nu"], 46 / 94)
    assert totals["binh_quan"] == 23.5
    assert math.isclose(collection.areas.loc["Xã Một", "ty_le_nu"], 26 / 44)
    counted = collection.answers[collection.answers["indicator"] == "tong"]["counted"].sum()
    assert counted == 94


def test_what_the_form_shows_is_compared_and_never_believed(collection):
    assert codes(collection, unit="x1", indicator="ty_le_nu") == ["computed-differs"]
    assert codes(collection, unit="x1", indicator="tong") == []


def test_its_formula_is_no_printed_text(collection):
    assert not {"text-changed", "texts-changed", "label-changed"} & set(codes(collection))


def test_rules_may_name_it(campaign, tmp_path):
    fill(campaign, "x1", {"k1_nam": 60, "k1_nu": 60, "lop": 2}, tmp_path / "x1.xlsx")
    broken = [p for p in read_back(campaign, tmp_path).problems if p.code == "rule-broken"]
    assert [p.params["rule"] for p in broken] == ["qt_1", "qt_2"]


def test_rows_exchanged_on_the_form_count_under_their_own_lines(campaign, tmp_path):
    """Two rows cut and put in each other's place, labels, figures and marks alike: the figures are still their own."""
    path = fill(campaign, "x1", {"k1_nam": 1, "k1_nu": 2, "k2_nam": 3, "k2_nu": 4}, tmp_path / "x1.xlsx")
    book = load_workbook(path)
    sheet = book["Biểu 1"]
    for column in range(1, sheet.max_column + 1):
        first, second = sheet.cell(4, column), sheet.cell(5, column)
        first.value, second.value = second.value, first.value
    book.save(path)
    collection = read_back(campaign, tmp_path)
    assert value(collection, "x1", "k2_nam") == 3
    assert value(collection, "x1", "tong") == 10
    assert "input-moved-apart" not in codes(collection)


@pytest.mark.parametrize(
    "move",
    [
        lambda sheet: sheet.insert_rows(4, 2),
        lambda sheet: sheet.insert_cols(2),
        lambda sheet: sheet.move_range("A4:H5", rows=30),
    ],
    ids=["rows inserted", "a column inserted", "rows moved"],
)
def test_wherever_cells_are_moved_to_the_figures_are_their_own(move, campaign, tmp_path):
    path = fill(campaign, "x1", {"k1_nam": 1, "k1_nu": 2, "k2_nam": 3, "k2_nu": 4}, tmp_path / "x1.xlsx")
    book = load_workbook(path)
    move(book["Biểu 1"])
    book.save(path)
    collection = read_back(campaign, tmp_path)
    found = [value(collection, "x1", code) for code in ("k1_nam", "k1_nu", "k2_nam", "k2_nu", "tong")]
    assert all(one in (None, right) for one, right in zip(found, (1, 2, 3, 4, 10), strict=True)), found
    assert found[-1] == 10 or "in-doubt" in set(collection.answers["state"])


def test_figures_exchanged_without_their_labels_are_no_answers(campaign, tmp_path):
    path = fill(campaign, "x1", {"k1_nam": 1, "k1_nu": 2, "k2_nam": 3, "k2_nu": 4}, tmp_path / "x1.xlsx")
    book = load_workbook(path)
    sheet = book["Biểu 1"]
    for column in range(2, sheet.max_column + 1):
        first, second = sheet.cell(4, column), sheet.cell(5, column)
        first.value, second.value = second.value, first.value
    book.save(path)
    collection = read_back(campaign, tmp_path)
    [told] = [p for p in collection.problems if p.code == "lines-moved-apart"]
    assert told.params["count"] == 4
    assert "return-blank" not in codes(collection)


def test_the_office_report_has_it_live_with_the_right_value(collection, workbook):
    shown = load_workbook(workbook, data_only=True)
    assert shown["Báo cáo huyện"]["D6"].value == 94
    assert shown["Báo cáo huyện"]["B7"].value == 190
    assert math.isclose(shown["Báo cáo huyện"]["E6"].value, 46 / 94)
    assert shown["Báo cáo huyện - Biểu 2"]["B3"].value == 94
    live = load_workbook(workbook)["Báo cáo huyện - Biểu 2"]["B3"].value
    assert live == "=IF(COUNT('Báo cáo huyện'!D6)=0,\"\",IFERROR(N('Báo cáo huyện'!D6),\"\"))"


def test_a_total_wider_than_its_column_is_neither_rounded_nor_hidden(workbook):
    """Where the officer chose no number format, Excel would show 1E+06 in a narrow column, elsewhere ####."""
    report = load_workbook(workbook)["Báo cáo huyện"]
    total, rate = report["D6"], report["E6"]
    assert (total.number_format, total.alignment.shrink_to_fit) == ("#,##0", True)
    assert rate.alignment.shrink_to_fit


def test_a_matrix_can_be_asked_by_row_and_column(workbook):
    """Known: 43 boys and 33 girls of grade 1, 5 and 13 of grade 2."""
    sheet = load_workbook(workbook)["Bảng hàng, cột"]
    shown = [[cell.value for cell in row] for row in sheet.iter_rows()]
    grades = {row[1]: row[2:4] for row in shown if row[1] in ("Khối 1", "Khối 2")}
    assert grades == {"Khối 1": [43, 33], "Khối 2": [5, 13]}
    heads = [cell.value for cell in load_workbook(workbook)["Dữ liệu"][1]]
    assert {"Hàng", "Cột"} <= set(heads)


def test_lines_outside_of_a_matrix_are_not_added_in_it(workbook):
    """94 pupils and the other lines of no row would make one figure of things that cannot be added."""
    sheet = load_workbook(workbook)["Bảng hàng, cột"]
    texts = [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert "(trống)" not in texts
    figures = [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, int | float)]
    assert sorted(figures) == [5, 13, 33, 43]


def test_a_rate_of_areas_is_one_of_their_sums_and_never_added(workbook):
    sheet = load_workbook(workbook)["Chỉ tiêu theo địa bàn"]
    lines = {row[0].value: row for row in sheet.iter_rows()}
    rate = {head.value: cell for head, cell in zip(lines["Mã"], lines["ty_le_nu"], strict=True)}
    assert math.isclose(rate["Xã Một"].value, 26 / 44)
    assert math.isclose(rate["Toàn huyện"].value, 46 / 94)
    assert rate["Toàn huyện"].number_format == "0.0%"


@requires_libreoffice
def test_a_rate_of_all_is_not_shown_beside_totals_of_some(workbook, tmp_path):
    book = load_workbook(workbook)
    for name in set(book.sheetnames) - {"Tổng hợp"}:
        del book[name]
    sheet = book["Tổng hợp"]
    [row] = [cell.row for cell in sheet["B"] if cell.value == "Tổng các dòng đang hiện"]
    [rate] = [cell.coordinate for cell in sheet[row] if sheet.cell(row + 1, cell.column).value == "ty_le_nu"]
    book.save(tmp_path / "tất cả.xlsx")
    sheet.row_dimensions[row + 2].hidden = True
    book.save(tmp_path / "một phần.xlsx")
    every, some = calculate([tmp_path / "tất cả.xlsx", tmp_path / "một phần.xlsx"])
    assert math.isclose(every["Tổng hợp"][rate], 46 / 94)
    assert rate not in some["Tổng hợp"]


@requires_libreoffice
def test_libreoffice_comes_to_the_same(campaign, returned, workbook, tmp_path):
    (theirs,) = calculate([workbook])
    (form,) = recalculate([returned / "t1.xlsx"], tmp_path / "lo")
    ours = load_workbook(workbook, data_only=True)
    for name in ("Báo cáo huyện", "Báo cáo huyện - Biểu 2", "Tổng hợp"):
        for cells in ours[name].iter_rows():
            for cell in cells:
                if isinstance(cell.value, int | float):
                    other = theirs[name][cell.coordinate]
                    assert math.isclose(cell.value, other), (name, cell.coordinate)
    filled = load_workbook(form, data_only=True)["Biểu 1"]
    assert (filled["D5"].value or "", filled["E5"].value or "", filled["D6"].value) == ("", "", 4)
    (tmp_path / "về").mkdir()
    (tmp_path / "về/t1.xlsx").write_bytes(form.read_bytes())
    assert "computed-differs" not in codes(read_back(campaign, tmp_path / "về"))


def told(folder, **changes):
    """The problems of the template with texts of its first sheet replaced, notices left out."""
    text = FORMS["Biểu 1"]
    for old, new in changes.values():
        assert old in text
        text = text.replace(old, new)
    _, problems = read_template(write_drawn(folder / "t.xlsx", {**FORMS, "Biểu 1": text}, LINES, RULES))
    return [(p.code, p.place.cell) for p in problems if p.code != "formula-in-form"]


def test_a_formula_over_a_cell_that_is_wrong_is_not_wrong_itself(tmp_path):
    assert told(tmp_path, marker=("{{k1_nam}}", "{{k1_nm}}")) == [("marker-unknown", "B4")]
    assert told(tmp_path, sheet=("=B4+C4", "=VLOOKUP(A4,DanhMuc!A1:B9,2,0)")) == [("formula-wrong", "D4")]


def test_conditional_sums_are_known_and_other_functions_told(tmp_path):
    assert told(tmp_path, sum=("=SUM(B4:B5)", '=SUMIF(A4:A5,"Khối*",B4:B5)')) == []
    codes = told(tmp_path, rank=("=C5/D5", "=RANK(C5,C4:C5)"))
    assert codes == [("formula-not-calculated-here", "E5")]
    codes = told(tmp_path, open=("=C5/D5", '=COUNTIF(C4:C5,">"&C5)'))
    assert codes == [("formula-not-calculated-here", "E5")]


PRODUCTS = """
Báo cáo của {{don_vi}}
Bàn | {{sl}} | {{gia}} | =B3*C3
Ghế | {{ghe}} | {{gia_ghe}} | =B4*C4
Cộng | =SUM(B3:B4) | | =SUM(D3:D4)
Giá trung bình | | | =D5/B5
Cần | {{can}} | Thiếu | =MAX(0,B7-B3)
Gồm các trường | {{gom}} | Trên một bộ và một đồng | =D5/B5/C4"""
PRODUCT_LINES = """
sl | Số bàn | bộ | số đếm | cộng
gia | Giá bàn | đồng | tiền | không cộng
ghe | Số ghế | cái | số đếm | cộng
gia_ghe | Giá ghế | đồng | tiền | cộng
can | Số bàn cần | bộ | số đếm | cộng
gom | Gồm các trường | | lựa chọn | không cộng | Có; Không
tien_ban | Tiền bàn | đồng | công thức | cộng | =Biểu!D3
tien | Tổng tiền | đồng | công thức | cộng | =Biểu!D5
gia_tb | Giá trung bình | đồng | công thức | không cộng | =Biểu!D6
thieu | Số bàn thiếu | bộ | công thức | cộng | =Biểu!D7"""
BOUGHT = {
    "x1": {"sl": 10, "gia": 5, "ghe": 20, "gia_ghe": 2, "can": 15},
    "x2": {"sl": 10, "gia": 7, "ghe": 10, "gia_ghe": 3, "can": 5, "gom": "Có"},
    "t2": {"sl": 4, "gia": 6, "ghe": 1, "gia_ghe": 9, "can": 9},
    "x3": {"sl": 1, "gia": "khoảng 100", "can": "khoảng 9"},
}


def test_what_is_multiplied_or_compared_is_added_up_unit_by_unit(tmp_path):
    """10 tables at 5 and 10 at 7 cost 120, which 20 times anything does not; x2 says that t2 is in its figures."""
    template = write_drawn(tmp_path / "t.xlsx", {"Biểu": PRODUCTS}, PRODUCT_LINES, ct_bao_gom="gom")
    units = "x1 | Xã Một | xa\nx2 | Xã Hai | xa\nt2 | Trường Hai | truong | x2\nx3 | Xã Ba | xa"
    made = Campaign(template, write_roster(tmp_path / "units.xlsx", units), tmp_path)
    assert {p.code for p in read_template(template)[1]} <= {"formula-in-form"}
    for unit, answers in BOUGHT.items():
        fill(made, unit, answers, tmp_path / "nộp" / f"{unit}.xlsx")
    collection = read_back(made, tmp_path / "nộp")
    totals = collection.totals["total"]
    assert totals[["tien_ban", "tien", "thieu"]].tolist() == [10 * 5 + 10 * 7, 120 + 20 * 2 + 10 * 3, 5]
    assert math.isclose(totals["gia_tb"], 190 / 51)
    assert collection.areas.loc[["Xã Một", "Xã Hai"], "tien"].tolist() == [90, 100]
    answers = collection.answers.set_index(["unit", "indicator"])
    assert answers["value"]["t2", "tien"] == 33
    assert answers["counted"].groupby("indicator", observed=True).sum()["tien"] == 190
    write_workbook(collection, tmp_path / "c.xlsx")
    report = load_workbook(tmp_path / "c.xlsx")["Báo cáo huyện"]
    # As live formulas, those of D3 and D4 would multiply the totals.
    assert [report[cell].value for cell in ("D3", "D4", "D8")] == [120, 70, "…"]
    assert [report[cell].data_type for cell in ("D5", "D6")] == ["f", "f"]
    # 3,7254901960784315 in full would shrink until nobody can read it.
    assert [report[cell].number_format for cell in ("D3", "D6")] == ["#,##0", "#,##0.###"]


def test_a_rate_is_not_to_be_added_up(tmp_path):
    lines = PRODUCT_LINES.replace("công thức | không cộng", "công thức | cộng")
    _, problems = read_template(write_drawn(tmp_path / "t.xlsx", {"Biểu": PRODUCTS}, lines))
    assert [p.place.cell for p in problems if p.code == "formula-not-sum"] == ["D6"]


def test_a_sum_of_decimals_keeps_them(tmp_path):
    form = """
Đường | {{km}} | {{cau}} | =B2+C2
Bàn | {{sl}} | {{gia}} | =B3*C3
Nửa | | | =B3/2
TT | Tên | Số | Giá | Tiền
1 | {{ds.ten}} | {{ds.so}} | {{ds.gia}} | =C6*D6
Cộng | | | | =SUM(E6)"""
    lines = """
km | Đường | km | số thập phân | cộng
cau | Cầu | km | số thập phân | cộng
sl | Số bàn | bộ | số đếm | cộng
gia | Giá | đồng | tiền | không cộng
dai | Dài | km | công thức | cộng | =Biểu!D2
tien | Tiền | đồng | công thức | cộng | =Biểu!D3
nua | Nửa | bộ | công thức | cộng | =Biểu!D4
ds | Danh sách | | danh sách | | | 1 | 5
ds.ten | Tên | | văn bản
ds.so | Số | cái | số đếm | cộng
ds.gia | Giá | đồng | tiền | không cộng
ds.tien | Tiền | đồng | công thức | cộng | =Biểu!E6
cong | Cộng | đồng | công thức | cộng | =Biểu!E7"""
    template, _ = read_template(write_drawn(tmp_path / "t.xlsx", {"Biểu": form}, lines))
    formats = {code: template.number_format(code) for code in ("dai", "tien", "nua", "ds.tien", "cong")}
    whole, decimal = "#,##0", "#,##0.00"
    assert formats == {"dai": decimal, "tien": whole, "nua": decimal, "ds.tien": whole, "cong": whole}


def test_a_rate_that_a_unit_lacks_a_figure_for_is_told(tmp_path):
    """x1 gives its girls without the pupils, so the girls of two units are divided by the pupils of one."""
    form = "\nHọc sinh | {{hs}}\nNữ | {{nu}}\nTỷ lệ | =B3/B2 [0%]"
    lines = """
hs | Học sinh | em | số đếm | cộng
nu | Nữ | em | số đếm | cộng
tl | Tỷ lệ nữ | % | công thức | không cộng | =Biểu!B4"""
    units = "x1 | Xã Một | xa\nx2 | Xã Hai | xa\nx3 | Xã Ba | xa\nx4 | Xã Bốn | xa"
    made = draw(tmp_path, {"Biểu": form}, lines, units)
    given = {"x1": {"nu": 30, "hs": "KCSL"}, "x2": {"nu": 5, "hs": 10}, "x3": {"nu": 0}, "x4": {"hs": 8}}
    for unit, answers in given.items():
        fill(made, unit, answers, tmp_path / f"nộp/{unit}.xlsx")
    collection = read_back(made, tmp_path / "nộp")
    told = [(p.place.unit, p.place.indicator) for p in collection.problems if p.code == "result-partial"]
    assert told == [("x1", "tl")]


def test_a_formula_may_use_a_calculated_text(tmp_path):
    form = """
Báo cáo của {{don_vi}}
Số phòng | {{ct_1}}
Xếp loại | =IF(B3>=10,"Đạt","Chưa đạt")
Như trên | =B4
Thưởng | =IF(B4="Đạt",1,0)"""
    lines = """ct_1 | Số phòng | phòng | số đếm | cộng
ct_kq | Xếp loại | | công thức | | =Biểu!B4
ct_nhu | Như trên | | công thức | | =Biểu!B5
ct_thuong | Thưởng | | công thức | | =Biểu!B6"""
    campaign = draw(tmp_path, {"Biểu": form}, lines, "x1 | Xã Một | xa\n")
    form = read_form(campaign.forms["x1"])
    places = [campaign.template.inputs[code] for code in ("ct_nhu", "ct_thuong")]
    live = type_into(
        form, [{}, {campaign.template.inputs["ct_1"]: 12.0}, {campaign.template.inputs["ct_1"]: 3.0}]
    )
    assert [live.calculate(place).to_values() for place in places] == [["", "Đạt", "Chưa đạt"], ["", 1, 0]]


def test_a_rule_may_compare_a_calculated_text(tmp_path):
    form = """
Báo cáo của {{don_vi}}
Số phòng | {{ct_1}}
Xếp loại | =IF(B3>=10,"Đạt","Chưa đạt")
Số phòng kiên cố | {{ct_2}}"""
    lines = """ct_1 | Số phòng | phòng | số đếm | cộng
ct_kq | Xếp loại | | công thức | | =Biểu!B4
ct_2 | Kiên cố | phòng | số đếm | cộng"""
    rules = 'qt_1 | =OR(ct_kq="Đạt",ct_2=0) | lỗi | Chưa đạt thì không có\nqt_2 | =ct_kq<>"Đạt" | lỗi | Đạt'
    campaign = draw(tmp_path, {"Biểu": form}, lines, "x1 | Xã Một | xa\n", rules)
    form = read_form(campaign.forms["x1"])
    one, two = (campaign.template.inputs[code] for code in ("ct_1", "ct_2"))
    (both, alone) = (
        next(cell for cell, text in form.formulas.items() if message in text and "IFERROR(IF(" in text)
        for message in ("Chưa đạt thì không có", "Lỗi: Đạt")
    )
    live = type_into(form, [{}, {one: 12.0, two: 5.0}, {one: 3.0, two: 5.0}, {two: 5.0}])
    assert live.calculate(both).to_values() == [
        "",
        "",
        "Lỗi: Chưa đạt thì không có",
        "Lỗi: Chưa đạt thì không có",
    ]
    assert live.calculate(alone).to_values() == ["", "Lỗi: Đạt", "", ""]


FACTS = """
Dân số | {{dv_ds}}
Khám | {{kham}}
Trên nghìn | =B3/B2*1000
Vùng | {{dv_vung}}
Phụ cấp | =IF(B5="I",B3*2,B3)"""
FACT_LINES = """
kham | Khám | lượt | số đếm | cộng
nghin | Trên nghìn | lượt | công thức | không cộng | =Biểu!B4"""
FACT_RULES = 'qt_1 | =IF(dv_vung="I",kham>0,TRUE) | lỗi | Vùng I phải khám'


def test_a_fact_is_a_figure_where_it_is_calculated_with(tmp_path):
    """The form prints dv_ds in a cell that a formula names; dv_vung is only compared with a text."""
    template, _ = read_template(write_drawn(tmp_path / "t.xlsx", {"Biểu": FACTS}, FACT_LINES, FACT_RULES))
    units = "x1 | Xã Một | xa | | dv_ds=khoảng 2 | dv_vung=I\nx2 | Xã Hai | xa | | dv_ds=9 nghìn | dv_vung=II"
    _, problems = read_roster(write_roster(tmp_path / "u.xlsx", units), template)
    assert [(p.code, p.place.cell) for p in problems] == [
        ("fact-not-number", "E2"),
        ("fact-not-number", "E3"),
    ]


def test_a_rate_over_a_fact_that_a_unit_lacks_is_told(tmp_path):
    """What t1 lacks is contained in the fact of x1; what x2 lacks, nobody has."""
    units = "x1 | Xã Một | xa | | dv_ds=1000 | dv_vung=I\nt1 | Trường Một | truong | x1\nx2 | Xã Hai | xa | | dv_vung=I"
    made = draw(tmp_path, {"Biểu": FACTS}, FACT_LINES, units, FACT_RULES)
    (tmp_path / "nộp").mkdir()
    assert not [p for p in read_back(made, tmp_path / "nộp").problems if p.code == "result-partial"]
    for unit in ("x1", "t1", "x2"):
        fill(made, unit, {"kham": 5}, tmp_path / f"nộp/{unit}.xlsx")
    collection = read_back(made, tmp_path / "nộp")
    told = [(p.place.unit, p.place.indicator) for p in collection.problems if p.code == "result-partial"]
    assert told == [("x2", "nghin")]


COUNTS = """
Hội thảo | {{a}}
Lớp học | {{b}}
Số loại | =COUNTIF(B2:B3,">0")
Cả hai | =IF(B4=2,1,0)
Tỷ lệ | =B2/B3
Nhiều hội thảo | =IF(B6>1,1,0)
Xếp loại | =IF(B4=2,"Đạt","Chưa")"""
COUNT_LINES = """
a | Hội thảo | cuộc | số đếm | cộng
b | Lớp học | lớp | số đếm | cộng
loai | Số loại | loại | công thức | {how} | =Biểu!B4
ca_hai | Đơn vị có cả hai | đơn vị | công thức | {how} | =Biểu!B5
nhieu | Đơn vị nhiều hội thảo | đơn vị | công thức | {how} | =Biểu!B7
xep | Xếp loại | | công thức | {words} | =Biểu!B8"""


def test_counts_of_lines_and_units_may_be_added_up(tmp_path):
    """Two units each have one kind, a third both: four kinds in all, and one unit with both."""
    lines = COUNT_LINES.format(how="cộng", words="không cộng")
    made = draw(
        tmp_path,
        {"Biểu": COUNTS},
        lines,
        "x1 | Xã Một | xa\nx2 | Xã Hai | xa\nx3 | Xã Ba | xa\nx4 | Xã Bốn | xa",
    )
    for unit, answers in {"x1": {"a": 3}, "x2": {"b": 2}, "x3": {"a": 4, "b": 3}}.items():
        fill(made, unit, answers, tmp_path / f"nộp/{unit}.xlsx")
    totals = read_back(made, tmp_path / "nộp").totals["total"]
    assert totals[["loai", "ca_hai", "nhieu"]].tolist() == [4, 1, 1]
    wrong = COUNT_LINES.format(how="không cộng", words="cộng")
    _, problems = read_template(write_drawn(tmp_path / "w.xlsx", {"Biểu": COUNTS}, wrong))
    assert [p.place.cell for p in problems if p.code == "formula-not-sum"] == ["B8"]
