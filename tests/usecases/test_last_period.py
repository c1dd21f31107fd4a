"""A monthly report: last month's own figures on the form, running totals, and facts of the unit as numbers."""

from __future__ import annotations

import math
import os

import pytest
from campaigns import Campaign
from collecting import fill
from drawn_form import write_drawn, write_roster
from libreoffice import calculate, requires_libreoffice
from msgspec.structs import replace
from openpyxl import load_workbook

from workbook_tools.consolidated.office_report.statements import build_statements
from workbook_tools.spec.roster import read_roster
from workbook_tools.spec.template import load_template
from workbook_tools.tally.last_figures import add_last_figures, read_last_period
from workbook_tools.usecases.collect import CollectOptions, collect, write_workbook
from workbook_tools.usecases.generate import generate

FORMS = {
    "Biểu": """
Báo cáo của {{don_vi}}, dân số {{dv_dan_so}} người
Dân số | {{dv_dan_so}}
Địa chỉ | {{dv_dia_chi}}
Nội dung | Tháng trước | Tháng này | Lũy kế | So với tháng trước
Số lượt khám | {{kham.ky_truoc}} | {{kham}} | {{lk_kham}} | =C6-B6
Trên 1.000 dân | | =C6/B3*1000 [0.00]"""
}
LINES = """
kham | Số lượt khám | lượt | số đếm | cộng
lk_kham | Số lượt khám, lũy kế | lượt | lũy kế | cộng | kham
tren_nghin | Trên 1.000 dân | lượt | công thức | không cộng | =Biểu!C7"""
RULES = "qt_1 | =kham<=10*kham.ky_truoc | cảnh báo | Nhiều gấp mười tháng trước."
UNITS = """
x1 | Xã Một | xa | | dv_dan_so=12500 | dv_dia_chi=Thôn & Đông
t1 | Trường Một | truong | x1
x2 | Xã Hai | xa | | dv_dan_so=8000"""


@pytest.fixture(scope="module")
def months(tmp_path_factory):
    """Three months, each with the workbook of the one before; in the second month x2 does not report."""
    folder = tmp_path_factory.mktemp("theo tháng")
    template = write_drawn(folder / "template.xlsx", FORMS, LINES, RULES)
    units = write_roster(folder / "units.xlsx", UNITS)
    previous, found = None, []
    reported = [{"x1": 100, "x2": 40, "t1": 5}, {"x1": 20, "t1": "KCSL"}, {"x1": 3000, "x2": 7}]
    for number, figures in enumerate(reported):
        campaign = Campaign(template, units, folder / f"tháng {number}")
        forms = folder / f"biểu {number}"
        made = generate(template, units, forms, key=campaign.key, previous=previous)
        campaign.forms = {form.unit: form.path for form in made.forms}
        returned = folder / f"nộp {number}"
        for unit, figure in figures.items():
            fill(campaign, unit, {"kham": figure}, returned / f"{unit}.xlsx")
        options = CollectOptions(key=campaign.key, previous=previous)
        collection = collect(returned, template, units, options)
        previous = folder / f"tháng {number}.xlsx"
        write_workbook(collection, previous)
        found.append((campaign, made, collection, previous))
    return found


def value(collection, unit, code):
    rows = collection.answers.set_index(["unit", "indicator"])["value"]
    return rows[unit, code]


def test_last_month_s_figure_stands_on_the_form_as_a_number(months):
    sheet = load_workbook(months[1][0].forms["x1"])["Biểu"]
    assert (sheet["B6"].value, sheet["B6"].protection.locked) == (100, True)
    assert load_workbook(months[0][0].forms["x1"])["Biểu"]["B6"].value is None


def test_facts_are_what_they_are(months):
    sheet = load_workbook(months[0][0].forms["x1"])["Biểu"]
    assert sheet["B3"].value == 12500
    assert sheet["B4"].value == "Thôn & Đông"
    assert sheet["A2"].value == "Báo cáo của Xã Một, dân số 12.500 người"


def test_a_running_total_goes_on(months):
    first, second, third = (month[2] for month in months)
    assert [value(month, "x1", "lk_kham") for month in (first, second, third)] == [100, 120, 3120]
    assert value(second, "t1", "lk_kham") == 5


def test_the_running_total_of_a_unit_that_sends_nothing_waits_for_it(months):
    second, third = months[1][2], months[2][2]
    assert value(second, "x2", "lk_kham") == 40
    assert [p.params for p in second.problems if p.code == "running-total-kept"] == [{"value": "40"}]
    assert load_workbook(months[2][0].forms["x2"])["Biểu"]["B6"].value is None
    assert value(third, "x2", "lk_kham") == 47


def test_the_office_s_running_total_counts_who_did_not_report_this_month_too(months):
    totals = [month[2].totals["total"]["lk_kham"] for month in months]
    assert totals == [145, 165, 165 + 3007]
    # In the third month t1 sends nothing.
    for _campaign, _made, collection, workbook in months:
        rows = list(load_workbook(workbook)["Dữ liệu"].iter_rows(min_row=2, values_only=True))
        assert (
            sum(row[9] or 0 for row in rows if row[5] == "lk_kham") == collection.totals["total"]["lk_kham"]
        )


def test_a_total_that_fell_for_want_of_reports_says_so(months):
    """In the second month x2 and t1 have no figure, in the third x2 has one again."""
    _, _, collection, workbook = months[1]
    stated = [one.text for one in build_statements(collection)]
    assert "Số lượt khám: giảm từ 145 xuống 20 lượt so với kỳ trước (2 đơn vị chưa có số kỳ này)." in stated
    book = load_workbook(workbook)
    rows = [[cell.value for cell in row] for row in book["So với kỳ trước"].iter_rows()]
    assert [row[8] for row in rows if row[:2] == ["Toàn huyện", "kham"]] == ["2 đơn vị chưa có số kỳ này"]
    titles = {cell.value for row in book["Tổng quan"].iter_rows() for cell in row}
    assert "Thay đổi nhiều nhất (hai kỳ chưa đủ cùng đơn vị)" in titles
    assert any("(1 đơn vị chưa có số kỳ trước)" in one.text for one in build_statements(months[2][2]))


def test_a_running_total_in_doubt_goes_on_from_what_counts(months, tmp_path):
    campaign, _made, _collection, workbook = months[0]
    fill(campaign, "x1", {"kham": "khoảng 20"}, tmp_path / "r/x1.xlsx")
    options = CollectOptions(key=campaign.key, previous=workbook)
    doubtful = collect(tmp_path / "r", campaign.template_path, campaign.units_path, options)
    assert value(doubtful, "x1", "lk_kham") is None
    write_workbook(doubtful, tmp_path / "2.xlsx")
    previous, _ = read_last_period(tmp_path / "2.xlsx", campaign.template)
    roster, _ = add_last_figures(campaign.roster, campaign.template, previous)
    assert roster["x1"].facts["lk_kham.ky_truoc"] == 100
    assert sum(roster.counted_facts["lk_kham.ky_truoc"].values()) == 145


def test_returns_are_compared_with_last_month_s_figures_as_they_are_now(months, tmp_path):
    """The cache of readings must not remember what was compared with other figures."""
    campaign, _made, _collection, workbook = months[1]
    first, _made, _collection, before = months[0]
    fill(first, "x1", {"kham": 80}, tmp_path / "r/x1.xlsx")
    write_workbook(collect(tmp_path / "r", first.template_path, first.units_path), tmp_path / "sửa.xlsx")
    told = []
    for previous in (before, tmp_path / "sửa.xlsx", before):
        options = CollectOptions(key=campaign.key, previous=previous, cache=tmp_path / "nhớ.sqlite3")
        collection = collect(workbook.parent / "nộp 1", campaign.template_path, campaign.units_path, options)
        told.append({p.place.unit for p in collection.problems if p.code == "fact-typed-over"})
    assert ["x1" in units for units in told] == [False, True, False]


@pytest.mark.parametrize(("again", "outdated"), [(0, False), (1, True)])
def test_late_returns_of_last_period_are_missed(months, tmp_path, again, outdated):
    """The workbook of last period was copied, then written again: with the same figures, or with others."""
    first, second = tmp_path / "tháng 1", tmp_path / "tháng 2"
    for folder in (first, second):
        folder.mkdir()
    campaign, _made, collection, workbook = months[0]
    (second / "previous.xlsx").write_bytes(workbook.read_bytes())
    os.utime(second / "previous.xlsx", (1, 1))
    late = replace(collection, totals=collection.totals + again)
    write_workbook(late, first / "consolidated.xlsx")
    _previous, problems = read_last_period(second / "previous.xlsx", campaign.template)
    told = [p.params["value"] for p in problems if p.code == "previous-outdated"]
    assert told == (["tháng 1/consolidated.xlsx"] if outdated else [])


def test_without_a_last_period_the_office_has_no_figures_of_it(months):
    """0 would say that there was nothing."""
    reports = [load_workbook(month[3], data_only=True)["Báo cáo huyện"] for month in months]
    assert [report["B6"].value for report in reports] == [None, 145, 20]


def test_running_totals_are_not_said_to_rise(months):
    texts = [statement.text for statement in build_statements(months[2][2])]
    assert any(text.startswith("Số lượt khám: tăng từ 20 lên 3.007") for text in texts)
    assert not any("lũy kế: tăng" in text for text in texts)


def test_a_unit_that_left_the_roster_with_a_running_total_is_named(months, tmp_path):
    campaign, _made, _collection, workbook = months[0]
    without = write_roster(tmp_path / "units.xlsx", "\n".join(UNITS.strip().splitlines()[:2]))
    template, _ = load_template(campaign.template_path)
    roster, _ = read_roster(without, template)
    previous, _ = read_last_period(workbook, template)
    _roster, problems = add_last_figures(roster, template, previous)
    gone = [p.params for p in problems if p.code == "previous-unit-gone"]
    assert gone == [{"value": "Xã Hai", "unit": "x2"}]


@pytest.mark.parametrize(
    ("cell", "typed", "told"),
    [
        ("B6", 130, {"value": 130, "expected": 100}),
        ("B6", 100, None),
        ("B6", None, None),
        ("B3", 13000, {"value": 13000, "expected": 12500}),
        ("B3", "12500 người", {"value": "12500 người", "expected": 12500}),
        ("B4", "Thôn & Đông", None),
        ("B4", "Thôn Tây", {"value": "Thôn Tây", "expected": "Thôn & Đông"}),
    ],
)
def test_what_is_typed_over_a_printed_fact_is_told(months, tmp_path, cell, typed, told):
    """A unit may correct last month's figure, or the list of units: nothing reads it there, so somebody must."""
    campaign, _made, _collection, _workbook = months[1]
    path = fill(campaign, "x1", {"kham": 20}, tmp_path / "r" / "x1.xlsx")
    book = load_workbook(path)
    book["Biểu"][cell] = typed
    book.save(path)
    options = CollectOptions(key=campaign.key, previous=months[0][3])
    found = collect(path.parent, campaign.template_path, campaign.units_path, options)
    said = [(p.place.cell, p.params) for p in found.problems if p.code == "fact-typed-over"]
    assert said == ([(cell, told)] if told else [])
    assert value(found, "x1", "lk_kham") == 120


def test_running_totals_that_begin_anew_are_told(months, tmp_path):
    template = write_drawn(tmp_path / "template.xlsx", FORMS, LINES, RULES, luy_ke_tu_dau="có")
    loaded = load_template(template)[0]
    previous, _ = read_last_period(months[0][3], loaded)
    roster, problems = add_last_figures(months[0][0].roster, loaded, previous)
    assert "running-totals-anew" in {p.code for p in problems}
    assert "lk_kham.ky_truoc" not in roster["x1"].facts
    assert "running-totals-anew" not in {p.code for p in add_last_figures(roster, loaded, None)[1]}


def test_who_has_no_figure_of_last_month_is_said(months):
    missing = {
        (p.place.unit, p.place.indicator) for p in months[2][2].problems if p.code == "previous-missing"
    }
    assert ("x2", "kham") in missing
    assert ("x2", "lk_kham") not in missing
    assert ("t1", "lk_kham") not in missing
    assert "x1" not in {unit for unit, _ in missing}
    assert [p.code for p in months[0][1].problems if p.code.startswith("previous")] == ["previous-absent"]


def test_rules_may_name_it(months):
    broken = [p.place.unit for p in months[2][2].problems if p.code == "rule-broken"]
    assert broken == ["x1", "x2"]


def test_the_office_s_rate_is_over_the_summed_fact(months):
    total = months[0][2].totals["total"]["tren_nghin"]
    assert math.isclose(total, 145 / 20500 * 1000)
    report = load_workbook(months[0][3], data_only=True)["Báo cáo huyện"]
    assert report["B3"].value == 20500
    assert report["B4"].value is None
    assert math.isclose(report["C7"].value, total)


@requires_libreoffice
def test_libreoffice_comes_to_the_same(months):
    campaign, _, collection, workbook = months[1]
    again, form = calculate([workbook, campaign.forms["x1"]])
    theirs = again["Báo cáo huyện"]
    assert theirs["D6"] == collection.totals["total"]["lk_kham"]
    assert math.isclose(theirs["C7"], collection.totals["total"]["tren_nghin"])
    blank = form["Biểu"]
    assert (blank["B6"], blank["D6"], blank.get("E6", "")) == (100, 100, "")


def test_a_fact_that_no_column_holds_is_an_error(tmp_path):
    misspelt = {"Biểu": FORMS["Biểu"].replace("dân số {{dv_dan_so}}", "dân số {{dv_danso}}")}
    template, _ = load_template(write_drawn(tmp_path / "t.xlsx", misspelt, LINES))
    roster, problems = read_roster(write_roster(tmp_path / "u.xlsx", UNITS), template)
    assert roster is None
    assert [p.params["value"] for p in problems if p.code == "fact-unknown"] == ["dv_danso"]


RATES = """
Số học sinh | {{hs}}
Số nữ | {{nu}}
Tỷ lệ nữ | =B3/B2 [0.0%]
Điểm trung bình | {{diem}}
Lớp đông nhất | {{dong}}
Nữ trên 1.000 dân | =B3/B8*1000 [0.0]
Dân số | {{dv_dan_so}}"""
RATE_LINES = """
hs | Số học sinh | em | số đếm | cộng
nu | Số nữ | em | số đếm | cộng
ty_le | Tỷ lệ nữ | % | công thức | không cộng | =Biểu!B4
diem | Điểm trung bình | điểm | số thập phân | trung bình theo hs
dong | Lớp đông nhất | em | số đếm | lớn nhất
nghin | Nữ trên 1.000 dân | em | công thức | không cộng | =Biểu!B7"""


@pytest.mark.slow
def test_a_rate_is_compared_with_what_last_period_s_sums_come_to(tmp_path):
    template = write_drawn(tmp_path / "template.xlsx", {"Biểu": RATES}, RATE_LINES)
    campaign = Campaign(template, write_roster(tmp_path / "units.xlsx", UNITS), tmp_path)
    collections, previous = [], None
    for period, figures in enumerate(
        (
            {"x1": (100, 80, 6, 40), "x2": (300, 120, 8, 35)},
            {"x1": (100, 60, 7, 30), "x2": (300, 180, 9, 45)},
        )
    ):
        for unit, given in figures.items():
            answers = dict(zip(("hs", "nu", "diem", "dong"), given, strict=True))
            fill(campaign, unit, answers, tmp_path / f"{period}/{unit}.xlsx")
        options = CollectOptions(key=campaign.key, previous=previous)
        collections.append(collect(tmp_path / f"{period}", template, campaign.units_path, options))
        previous = tmp_path / f"{period}.xlsx"
        write_workbook(collections[-1], previous)
    first, second = collections
    calculated = ["hs", "nu", "ty_le", "diem", "dong"]
    assert second.previous_totals[calculated].to_dict() == pytest.approx(
        first.totals["total"][calculated].to_dict()
    )
    sheet = load_workbook(previous)["So với kỳ trước"]
    shown = {row[1].value: row for row in sheet.iter_rows(min_row=2) if row[0].value.startswith("Toàn")}
    values = [cell.value for cell in shown["ty_le"][4:8]]
    assert values == pytest.approx([0.5, 0.6, 0.1, 0.2])
    assert {cell.number_format for cell in shown["ty_le"][4:7]} == {"0.0%"}
    assert [cell.value for cell in shown["nghin"][4:]][-1] == "Không tính lại được số chung kỳ trước"
    assert "Tỷ lệ nữ: tăng từ 50% lên 60% so với kỳ trước." in [s.text for s in build_statements(second)]
