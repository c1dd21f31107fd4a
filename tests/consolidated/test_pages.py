"""How the consolidated workbook prints: nothing torn by a page's end, nothing too small to read, no chart that misleads."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pandas as pd
import pytest
from consolidated.some_sheets import write_completeness_alone, write_sheets
from libreoffice import requires_libreoffice
from msgspec.structs import replace
from openpyxl.utils import range_boundaries
from pivots.lint import lint
from synthetic import INDICATORS

from workbook_tools.consolidated import explorer, write_consolidated
from workbook_tools.consolidated.changes import write_changes
from workbook_tools.consolidated.extremes import write_extremes
from workbook_tools.consolidated.office_report.line_table import write_type_table
from workbook_tools.consolidated.office_report.narrative import write_narrative
from workbook_tools.consolidated.office_report.printed_tables import write_area_table
from workbook_tools.consolidated.summary import write_summary
from workbook_tools.model import Rate
from workbook_tools.sheetwriter.cell_text import line_count, shorten
from workbook_tools.sheetwriter.report_charts import bar_gap
from workbook_tools.sheetwriter.style import BAND
from workbook_tools.tally.previous import Previous, build_changes
from workbook_tools.tally.totals import build_totals

if TYPE_CHECKING:
    from workbook_tools.frames import Collection

SUMMARY = "Tổng hợp"


LONG = "Số lượt người tham gia bồi dưỡng nâng cao nghiệp vụ " * 6


def with_more_indicators(collection: Collection, count: int) -> Collection:
    """The same with so many lines more that nobody has answered yet, all of one group."""
    like = collection.template.indicators["so_bai"]
    more = {
        f"them_{n}": replace(like, code=f"them_{n}", group="9. Thêm", label=f"Dòng thêm số {n}")
        for n in range(count)
    }
    return replace(
        collection,
        template=replace(collection.template, indicators={**collection.template.indicators, **more}),
    )


@pytest.fixture(scope="module")
def wide(collection, tmp_path_factory):
    """The tables of units and of areas with so many lines that they take several pages."""
    more = with_more_indicators(collection, 40)
    return write_sheets(more, tmp_path_factory.mktemp("wide"), write_summary, write_area_table)


@pytest.fixture(scope="module")
def lengthy(collection, tmp_path_factory):
    """Tables in which names of lines and groups are far longer than their room."""
    indicators = {
        code: replace(line, label=f"{line.label} {LONG}", group=f"{line.group} {LONG}")
        for code, line in collection.template.indicators.items()
    }
    named = replace(collection, template=replace(collection.template, indicators=indicators))
    writers = (write_summary, write_area_table, write_type_table, write_completeness_alone)
    return write_sheets(named, tmp_path_factory.mktemp("lengthy"), *writers)


def test_no_head_of_the_summary_is_torn_by_the_end_of_a_page(wide):
    sheet = wide[SUMMARY]
    breaks = [entry.id for entry in sheet.col_breaks.brk]
    merged = [range_boundaries(str(area)) for area in sheet.merged_cells.ranges]
    assert len(breaks) > 2
    for first, _, last, _ in merged:
        assert not any(first <= end < last for end in breaks)
    heads = [sheet.cell(2, end + 1).value for end in breaks]
    assert heads[-1] == "9. Thêm"
    assert all(heads)


def test_the_summary_is_printed_large_enough_to_read(wide):
    sheet = wide[SUMMARY]
    assert sheet.page_setup.scale >= 60
    assert sheet.print_title_cols == "$A:$B"
    assert sheet.print_title_rows == "$2:$5"


def test_a_summary_without_figures_prints_all_the_same(collection, tmp_path):
    texts = {i.code: i for i in INDICATORS if i.code in ("so_kh", "kien_nghi")}
    template = replace(
        collection.template,
        indicators=texts,
        inputs={code: collection.template.inputs[code] for code in texts},
    )
    none = replace(
        collection,
        template=template,
        answers=collection.answers[collection.answers["indicator"].isin(texts)],
        totals=collection.totals.head(0),
        comparison=collection.comparison.head(0),
        problems=(),
    )
    write_consolidated(none, tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")[SUMMARY]
    assert not sheet.col_breaks.brk
    assert sheet["B6"].value == collection.status["name"].iloc[0]


def test_the_summary_leaves_the_screen_to_the_units(lengthy):
    """However long the names of lines and groups are, half of the 480 pixels that Excel has for cells; nothing is
    beyond the right edge.
    """
    sheet = lengthy[SUMMARY]
    assert sheet.freeze_panes == "C6"
    assert sum(sheet.row_dimensions[row].height or 15.0 for row in range(1, 6)) * 96 / 72 <= 240
    (note,) = [area for area in sheet.merged_cells.ranges if area.min_row == 1]
    widths = [
        sheet.column_dimensions[sheet.cell(5, n).column_letter].width for n in range(1, note.max_col + 1)
    ]
    assert sum(7 * width + 5 for width in widths) <= 1340
    cut = [cell for row in sheet["F2:O3"] for cell in row if str(cell.value).endswith("…")]
    assert cut
    assert all(cell.comment.text.startswith(cell.value.partition("…")[0]) for cell in cut)


def test_a_collapsed_column_says_first_what_it_is_and_leaves_the_whole_label_to_the_reported_one(lengthy):
    """The notes of hundreds of lines would make LibreOffice save ten times as long."""
    sheet = lengthy[SUMMARY]
    collapsed = [head for head in sheet[3] if sheet.column_dimensions[head.column_letter].hidden]
    assert collapsed
    assert all(head.value.startswith("Tính vào tổng: ") for head in collapsed)
    assert not any(head.comment for head in collapsed)


def test_an_area_table_leaves_the_screen_to_the_figures_and_tears_no_group(wide):
    """At most 120 pixels of heads and 350 of names stand still; every page begins with the head of a group."""
    sheet = wide["Chỉ tiêu theo xã"]
    assert sheet.freeze_panes == "B5"
    assert sum(sheet.row_dimensions[row].height or 15.0 for row in range(1, 5)) <= 90
    assert sheet.column_dimensions["A"].width * 7 + 5 <= 350
    for first, _, last, _ in (range_boundaries(str(area)) for area in sheet.merged_cells.ranges):
        assert not any(first <= entry.id < last for entry in sheet.col_breaks.brk)


@pytest.mark.parametrize("name", ["Chỉ tiêu theo xã", "Chỉ tiêu theo loại đơn vị", "Mức đầy đủ theo xã"])
def test_heads_and_names_of_the_printed_tables_leave_room_on_the_screen(lengthy, name):
    """However long the names of lines and groups are; a head that is cut has its whole text in a note."""
    sheet = lengthy[name]
    row, column = sheet[sheet.freeze_panes].row, sheet[sheet.freeze_panes].column
    assert sum(sheet.row_dimensions[n].height or 15.0 for n in range(1, row)) * 96 / 72 <= 120
    letters = [sheet.cell(1, n).column_letter for n in range(1, column)]
    assert sum(sheet.column_dimensions[letter].width * 7 + 5 for letter in letters) <= 350
    cut = [cell for line in sheet.iter_rows(max_row=row - 1) for cell in line if "…" in str(cell.value)]
    assert all(cell.comment.text.startswith(cell.value.partition("…")[0]) for cell in cut)
    assert bool(cut) == (name != "Chỉ tiêu theo loại đơn vị")


@pytest.mark.slow
def test_no_page_ends_with_the_heading_of_a_group(collection, tmp_path):
    """Wherever the page ends: among so many groups of one to three lines, it would fall on a heading."""
    lines = list(collection.template.indicators.values())
    indicators, answers = {}, []
    for number in range(60):
        for line in lines[2 + number % 3 :: 3]:
            code = f"{line.code}_{number}"
            indicators[code] = replace(line, code=code, group=f"Nhóm {number} {line.kind}", mirrors=None)
            asked = collection.answers[collection.answers["indicator"] == line.code].head(1 + number % 4)
            answers.append(asked.assign(indicator=code))
    every = pd.concat(answers, ignore_index=True)
    template = replace(collection.template, indicators=indicators)
    many = replace(collection, template=template, answers=every, totals=build_totals(every, template))
    writers = (write_extremes, write_type_table, lambda book, c: write_narrative(book, c, ()))
    book = write_sheets(many, tmp_path, *writers)
    assert book.sheetnames == ["Nổi bật", "Chỉ tiêu theo loại đơn vị", "Thuyết minh"]
    for sheet in book:
        colours = {row: sheet.cell(row, 1).fill.fgColor.rgb for row in range(1, sheet.max_row + 1)}
        bands = {row for row, colour in colours.items() if colour == f"FF{BAND[1:]}"}
        breaks = {entry.id for entry in sheet.row_breaks.brk}
        assert len(bands) > 20, sheet.title
        assert len(breaks) > 3, sheet.title
        assert not bands & breaks, sheet.title


def test_few_areas_stand_side_by_side(collection, tmp_path):
    """So that the lines of the form fill pages, instead of a page for each ten of them with two rows."""
    areas = {area: f"Cụm {place % 2 + 1}" for place, area in enumerate(collection.status["area"].unique())}
    status = collection.status.assign(area=collection.status["area"].map(areas))
    units = {c: replace(unit, facts={"dv_lop": 8.0}) for c, unit in collection.roster.units.items()}
    indicators = dict(collection.template.indicators)
    indicators["so_bai"] = replace(indicators["so_bai"], rate=Rate("dv_lop", 100.0))
    template = replace(collection.template, indicators=indicators)
    roster = replace(collection.roster, units=units)
    two = replace(collection, status=status, template=template, roster=roster)
    sheet = write_sheets(two, tmp_path, write_area_table, values=True)["Chỉ tiêu theo xã"]
    rows = {row[0]: row for row in sheet.iter_rows(min_row=3, values_only=True)}
    assert [cell.value for cell in sheet[2]][3:] == ["Cụm 1", "Cụm 2", "Toàn huyện"]
    totals = two.totals["total"].dropna()
    assert {code: rows[code][5] for code in totals.index} == totals.to_dict()
    assert all(rows[code][5] == rows[code][3] + rows[code][4] for code in totals.index)
    (rate,) = [row for row in sheet.iter_rows(values_only=True) if "tính trên 100 dv_lop" in str(row[1])]
    counted = {*two.answers.query("indicator == 'so_bai' and counted == counted")["unit"]}
    # The classes of a commune contain those of its schools.
    dividing = [code for code in counted if not any(one.code in counted for one in roster.ancestors(code))]
    assert rate[5] == pytest.approx(totals["so_bai"] / (8 * len(dividing)) * 100)
    assert min(rate[3:5]) < rate[5] < max(rate[3:5])
    assert sheet.page_setup.orientation == "portrait"


def test_capitals_are_given_more_room():
    """On the screen this takes two lines of the column that holds the same in small letters on one."""
    text = "Số bài viết liên quan chuyển đổi số và HTSĐ-XDXHHT"
    assert (line_count(text.lower(), 48), line_count(text, 48)) == (1, 2)


@pytest.mark.parametrize("text", ["a" * 400, "Một chỉ tiêu " * 40, "b"])
def test_a_head_is_cut_to_its_lines_even_without_a_space(text):
    short = shorten(text, 12, 3)
    assert line_count(short, 12) <= 3
    assert text.startswith(short.removesuffix("…"))


def test_a_head_that_is_cut_keeps_its_measure():
    text = "Số lớp bồi dưỡng nâng cao trình độ chuyên môn nghiệp vụ cho cán bộ, công chức, viên chức"
    short = shorten(f"{text} (lớp)", 20, 3)
    assert short.endswith("… (lớp)")
    assert text.startswith(short.removesuffix("… (lớp)"))
    assert line_count(short, 20) <= 3


def test_bars_begin_at_nothing(small_path):
    with zipfile.ZipFile(small_path) as package:
        charts = [package.read(n).decode() for n in package.namelist() if n.startswith("xl/charts/chart")]
    axes = [re.search(r"<c:valAx>.*?</c:valAx>", chart, re.DOTALL).group() for chart in charts]
    assert len(axes) == 2
    assert all('<c:min val="0"/>' in axis for axis in axes)


@pytest.mark.slow
def test_of_very_many_areas_the_greatest_and_the_least_are_charted(collection, tmp_path, monkeypatch):
    monkeypatch.setattr(explorer, "MOST_AREAS", 10)
    monkeypatch.setattr(explorer, "SHOWN_AREAS", 3)
    status = collection.status.assign(area=[f"Địa bàn {n}" for n in range(len(collection.status))])
    path = tmp_path / "a.xlsx"
    write_consolidated(replace(collection, status=status), path)
    assert lint(path) == []
    sheet, values = (openpyxl.load_workbook(path, data_only=shown)["Phân tích"] for shown in (False, True))
    assert [pivot.name for pivot in sheet._pivots] == ["TheoDiaBan", "ThapNhat", "TheoDonVi"]
    assert len(sheet._charts) == 2
    for pivot in sheet._pivots[:2]:
        _, first, _, last = range_boundaries(pivot.location.ref)
        assert 3 <= last - first <= 6
    assert [values[title_cell(chart)].value for chart in sheet._charts] == [
        "3 địa bàn cao nhất: 04. Số bài viết (bài)",
        "3 địa bàn thấp nhất: 04. Số bài viết (bài)",
    ]


def title_cell(chart):
    """The cell that shows a chart's title."""
    return chart.title.tx.strRef.f.split("!")[1].replace("$", "")


@requires_libreoffice
def test_a_pivot_chart_is_titled_by_the_line_that_its_pivot_shows(
    small_book, small_values, small_recalculated
):
    """The title follows the pivot: it is a formula over its first line's label."""
    sheet = small_book["Phân tích"]
    shown, place = sheet["A23"].value, title_cell(sheet._charts[0])
    assert small_values["Phân tích"][place].value == shown == "04. Số bài viết (bài)"
    assert small_recalculated["Phân tích"][place] == shown


def test_the_table_of_all_answers_prints_units_lines_and_figures_only(small_book):
    sheet = small_book["Dữ liệu"]
    left, top, right, bottom = range_boundaries(sheet.print_area.split("!")[1].replace("$", ""))
    heads = [sheet.cell(1, column).value for column in range(left, right + 1)]
    assert (heads[0], heads[-1]) == ("Đơn vị", "Tình trạng")
    assert (top, bottom) == (1, sheet.max_row)
    width = sum(sheet.column_dimensions[cell.column_letter].width for cell in sheet[1][left - 1 : right])
    # 7 points at least, of 11.
    assert (11.69 - 0.9) * 96 / (7 * width) >= 7 / 11
    assert sheet.print_title_rows == "$1:$1"


def test_rows_of_a_pivot_are_such_that_excel_may_fit_anew(small_path, small_book):
    """A row whose height was chosen by hand keeps it when the pivot is filtered, and cuts the text that comes to stand there."""
    part = f"xl/worksheets/sheet{small_book.sheetnames.index('Phân tích') + 1}.xml"
    with zipfile.ZipFile(small_path) as package:
        rows = re.findall(r"<row [^>]*>", package.read(part).decode())
    assert rows
    assert not any("customHeight" in row for row in rows)


def test_of_the_comparison_with_last_time_only_the_totals_are_printed(collection, tmp_path):
    known = collection.answers.dropna(subset=["number"])
    last = known[["unit", "indicator", "counted"]].assign(
        name=known["unit"], label=known["indicator"], last=known["number"] + 1
    )
    previous = Previous(last)
    names = {unit.code: unit.name for unit in collection.roster}
    labels = {code: line.label for code, line in collection.template.indicators.items()}
    changes = build_changes(collection.answers, previous, names, labels)
    before = replace(collection, changes=changes, previous_totals=previous.totals)
    sheet = write_sheets(before, tmp_path, write_changes)["So với kỳ trước"]
    _, _, _, last = range_boundaries(sheet.print_area.split("!")[1].replace("$", ""))
    assert last == 1 + len(collection.totals) < sheet.max_row


def test_a_sheet_without_figures_prints_as_the_others_do(nobody_book):
    book = nobody_book
    for name in ("Chỉ tiêu theo xã", "Chỉ tiêu theo loại đơn vị", "Phân tích"):
        assert book[name]["A1"].value == "Chưa có số liệu."
        assert book[name].page_setup.orientation == "landscape"
        assert book[name].oddFooter.center.text


@pytest.mark.parametrize(("bars", "gap"), [(0, 500), (1, 500), (2, 200), (18, 60)])
def test_few_bars_do_not_fill_the_chart(bars, gap):
    assert bar_gap(bars) == gap


def test_lists_print_at_a_size_that_can_be_read(small_book) -> None:
    """What only helps on the screen, such as codes, addresses and files, is right of what is printed."""
    for name, beyond in (
        ("Tình trạng nộp", {"Mã", "Loại", "E-mail", "Tệp"}),
        ("Vấn đề", {"Mã chỉ tiêu", "Tệp", "Loại vấn đề"}),
        ("Nhật ký", {"Mã kiểm tra nội dung tệp (SHA-256)"}),
    ):
        sheet = small_book[name]
        area = sheet.print_area.split("!")[1].replace("$", "")
        left, top, right, bottom = range_boundaries(area)
        assert (left, top, bottom) == (1, 1, sheet.max_row)
        assert beyond <= {cell.value for cell in sheet[1][right:]}
        letters = sum(sheet.column_dimensions[cell.column_letter].width for cell in sheet[1][:right])
        # A landscape page has room for 130 letters at full size.
        assert 11 * 130 / letters > 8, name
