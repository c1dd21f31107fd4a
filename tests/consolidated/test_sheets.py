"""Each sheet of the consolidated workbook on a small campaign, and what happens at the edges: nobody, thousands, a full disk."""

from __future__ import annotations

import errno
import zipfile
from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING

import openpyxl
import pytest
import synthetic
import xlsxwriter
from consolidated.some_sheets import write_completeness_alone, write_overview_alone, write_sheets, write_table
from libreoffice import requires_libreoffice
from msgspec.structs import replace
from openpyxl.utils import range_boundaries
from package_audit import audit

from workbook_tools.consolidated import write_consolidated
from workbook_tools.consolidated.extremes import write_extremes
from workbook_tools.consolidated.lists import file_links as files_module
from workbook_tools.consolidated.lists.file_journal import write_journal
from workbook_tools.consolidated.lists.file_links import FileLinks
from workbook_tools.consolidated.office_report.printed_tables import write_area_table
from workbook_tools.consolidated.roll_call import write_roll_call
from workbook_tools.consolidated.summary import write_summary
from workbook_tools.errors import CannotWrite
from workbook_tools.model import Need, Rate
from workbook_tools.sheetwriter.book import Book
from workbook_tools.sheetwriter.cell_text import cut_text, line_count, number_width
from workbook_tools.sheetwriter.columns import Column

if TYPE_CHECKING:
    from pathlib import Path

ADDITIVE = ("so_bai", "so_tin", "so_lop", "so_luot", "trung_tam", "kinh_phi")


@pytest.fixture(scope="module")
def path(small_path):
    return small_path


@pytest.fixture(scope="module")
def book(small_book):
    return small_book


@pytest.fixture(scope="module")
def values(small_values):
    return small_values


@pytest.fixture(scope="module")
def with_many_missing(collection, tmp_path_factory):
    """200 units more than have been heard of."""
    path = write(synthetic.many_missing(collection, 200), tmp_path_factory.mktemp("many"))
    return openpyxl.load_workbook(path)


def write_roll_call_of(book, collection) -> None:
    write_roll_call(book, collection, FileLinks("returned"))


def write(collection, folder: Path) -> Path:
    target = folder / "consolidated.xlsx"
    write_consolidated(collection, target, links_to=folder / "returned")
    return target


def table(sheet, head_row: int) -> list[dict[str, object]]:
    """The rows below a row of heads, by head; of heads that stand twice the first."""
    heads = [cell.value for cell in sheet[head_row]]
    first = {head: place for place, head in reversed(list(enumerate(heads))) if head}
    return [
        {h: row[p] for h, p in first.items()}
        for row in sheet.iter_rows(min_row=head_row + 1, values_only=True)
    ]


def texts(sheet) -> list[str]:
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


class TestSummary:
    def test_filtering_never_hides_the_totals(self, book):
        """What stands below the row with the filter's arrows is hidden and sorted with the units."""
        sheet = book["Tổng hợp"]
        _, head, _, last = range_boundaries(sheet.auto_filter.ref)
        formulas = {cell.row for row in sheet.iter_rows() for cell in row if cell.data_type == "f"}
        assert formulas == {head - 1}
        assert sheet.freeze_panes == f"C{head + 1}"
        assert last == sheet.max_row
        assert [cell.value for cell in sheet["A"][head:last]] == list(synthetic.make_roster().units)

    def test_the_four_kinds_of_no_figure_are_told_apart(self, values):
        rows = {row["Mã"]: row for row in table(values["Tổng hợp"], 5)}
        assert rows["x1-mn"]["so_tin"] == "KCSL"
        assert rows["x1-th"]["so_tin"] == "chưa rõ"
        assert rows["x1-thcs"]["so_tin"] is None
        assert rows["x1-mn"]["trung_tam"] == "–"
        assert rows["x3"]["so_tin"] is None

    def test_what_a_commune_contains_is_shown_but_not_added(self, book, collection):
        sheet = book["Tổng hợp"]
        heads = [cell.value for cell in sheet[5]]
        reported, counted = (place for place, head in enumerate(heads) if head == "so_bai")
        lines = {row[0].value: row for row in sheet.iter_rows(min_row=6)}
        assert lines["x1-mn"][reported].value is not None
        assert lines["x1-mn"][reported].font.italic
        assert lines["x1-mn"][counted].value is None
        assert lines["x2-mn"][counted].value == lines["x2-mn"][reported].value
        assert not lines["x2-mn"][reported].font.italic
        assert sum(row[counted].value or 0 for row in lines.values()) == collection.totals["total"]["so_bai"]

    def test_any_filter_adds_up_to_what_the_printed_tables_say(self, book, values):
        sheet = book["Tổng hợp"]
        heads = [cell.value for cell in sheet[5]]
        by_area = {row["Địa bàn"]: row for row in table(values["Chỉ tiêu theo xã"], 4)}
        by_type = {row["Mã"]: row for row in table(values["Chỉ tiêu theo loại đơn vị"], 2)}
        for code in ADDITIVE:
            counted = len(heads) - 1 - heads[::-1].index(code)
            for column, shown in (
                ("Địa bàn", {area: row[code] for area, row in by_area.items()}),
                ("Loại", by_type[code]),
            ):
                sums: dict[object, float] = {}
                for row in sheet.iter_rows(min_row=6, values_only=True):
                    key = row[heads.index(column)]
                    sums[key] = sums.get(key, 0) + (row[counted] or 0)
                assert {head: shown[head] or 0 for head in sums} == sums

    def test_answers_that_are_no_numbers_keep_their_kind(self, book, values):
        rows = {row["Mã"]: row for row in table(values["Tổng hợp"], 5)}
        assert rows["x1"]["bao_gom"] == "Có"
        assert f"{rows['t1']['ngay_ky']:%d/%m/%Y}" == "01/10/2023"
        assert "so_kh" not in rows["x1"]

    def test_the_greatest_figures_can_be_read(self, collection, tmp_path):
        """Excel shows #### where a number does not fit."""
        rich = synthetic.with_answer(collection, "t1", "kinh_phi", 987_654_321_000_000.0)
        sheet = write_sheets(rich, tmp_path, write_summary)["Tổng hợp"]
        (letter, *_) = [cell.column_letter for cell in sheet[5] if cell.value == "kinh_phi"]
        assert sheet.column_dimensions[letter].width >= len("987654321000000") + 2


class TestPivots:
    def test_the_table_of_data_has_every_unit_that_owes_something(self, values, collection):
        rows = table(values["Dữ liệu"], 1)
        missing = [row for row in rows if row["Tình trạng"] == "Chưa nộp"]
        assert {row["Mã đơn vị"] for row in missing} == set(synthetic.MISSING)
        assert {row["Đơn vị"] for row in rows} == {unit.name for unit in collection.roster}
        assert all(row["Giá trị"] is None and row["Tính vào tổng"] == "Không" for row in missing)
        x3 = [row for row in missing if row["Mã đơn vị"] == "x3"]
        assert [row["Mã chỉ tiêu"] for row in x3] == [
            i.code for i in collection.template.indicators_for("xa")
        ]
        assert {row["Cấp"] for row in x3} == {"2. xã"}

    def test_facts_beside_a_text_keep_their_digits(self, collection, tmp_path):
        facts = {"x2": {"dv_von": 1234567890.0}, "x3": {"dv_von": "chưa giao"}}
        units = {
            code: replace(unit, facts=facts.get(code, {})) for code, unit in collection.roster.units.items()
        }
        known = replace(collection, roster=replace(collection.roster, units=units))
        rows = table(write_sheets(known, tmp_path, write_table, values=True)["Dữ liệu"], 1)
        assert {row["dv_von"] for row in rows} == {"1234567890", "chưa giao", None}

    def test_facts_of_the_roster_and_rates_over_them(self, collection, tmp_path):
        """A rate is the total over the fact of those units that have both; a fact stands beside every line of its unit."""
        units = {
            code: unit if code == "x2" else replace(unit, facts={"dv_lop": 8.0, "dv_vung": "ven biển"})
            for code, unit in collection.roster.units.items()
        }
        indicators = dict(collection.template.indicators)
        indicators["so_bai"] = replace(indicators["so_bai"], rate=Rate("dv_lop", 100.0))
        known = replace(
            collection,
            template=replace(collection.template, indicators=indicators),
            # Another column is called Nhóm already.
            roster=replace(
                collection.roster, units=units, fact_labels={"dv_lop": "Số lớp", "dv_vung": "Nhóm"}
            ),
        )
        book = write_sheets(known, tmp_path, write_table, write_area_table, values=True)
        facts = {(row["Mã đơn vị"], row["Số lớp"], row["dv_vung"]) for row in table(book["Dữ liệu"], 1)}
        assert ("x2", None, None) in facts
        assert ("x3", 8, "ven biển") in facts
        assert len(facts) == len(units)
        counted = collection.answers.query("indicator == 'so_bai' and counted == counted and unit != 'x2'")
        sheet = book["Chỉ tiêu theo xã"]
        place = [cell.value for cell in sheet[4]].index("so_bai") + 2
        assert "tính trên 100 số lớp" in sheet.cell(2, place).value
        expected = counted["counted"].sum() / (8 * len(counted)) * 100
        assert sheet.cell(3, place).value == pytest.approx(expected)

    def test_the_greatest_of_each_line_stand_with_their_share(self, book, collection):
        sheet = book["Nổi bật"]
        (line,) = [row for row in sheet.iter_rows(min_row=2) if row[0].value == "Số bài viết"]
        answers = collection.answers.query("indicator == 'so_bai' and number == number")
        ranked = answers.sort_values("number", ascending=False, kind="stable").head(3)
        total = collection.totals["total"]["so_bai"]
        for cell, unit, number, counted in zip(
            line[1:], ranked["unit"], ranked["number"], ranked["counted"], strict=False
        ):
            name = collection.roster[unit].name
            share = f" ({counted / total:.0%})" if counted == counted else ""
            assert cell.value == f"{name}: {number:g}{share}"
            data = book["Dữ liệu"][cell.hyperlink.location.partition("!")[2]]
            assert data.value == number

    def test_names_in_capitals_have_wider_columns(self, collection, tmp_path):
        """Some programs cut a link off instead of wrapping it, and its figure with it."""

        def width(letters: str) -> float:
            units = {unit.code: replace(unit, name=letters * 9) for unit in collection.roster}
            roster = replace(collection.roster, units=units)
            named = replace(collection, roster=roster)
            sheet = write_sheets(named, tmp_path, write_extremes)["Nổi bật"]
            return sheet.column_dimensions["B"].width

        assert width("H") > width("h") + 2

    def test_of_units_with_the_same_least_figure_the_number_is_said(self, values, collection):
        answers = collection.answers.query("indicator == 'so_bai' and number == number")["number"]
        least = answers[answers == answers.min()]
        (line,) = [row for row in values["Nổi bật"].iter_rows(values_only=True) if row[0] == "Số bài viết"]
        assert line[4].startswith(f"{len(least)} đơn vị: " if len(least) > 1 else "")
        assert line[4].endswith(f": {least.iloc[0]:g}")

    def test_lines_stand_in_the_order_of_the_dictionary(self, collection, tmp_path):
        """Also where the first unit's form has others than the next: each group once, with all its lines."""
        first = collection.answers["unit"].iloc[0]
        gone = (collection.answers["unit"] == first) & (collection.answers["indicator"] == "so_bai")
        without = replace(collection, answers=collection.answers[~gone].reset_index(drop=True))
        sheet = write_sheets(without, tmp_path, write_extremes)["Nổi bật"]
        listed = [row[0].value for row in sheet.iter_rows(min_row=2)]
        ordered = [i.label for i in collection.template.indicators.values() if i.label in listed]
        assert [label for label in listed if label in ordered] == ordered
        assert listed.count("1. Tuyên truyền") == 1

    def test_completeness_counts_who_sent_nothing(self, values, collection):
        rows = {row["Địa bàn"]: row for row in table(values["Mức đầy đủ theo xã"], 2)}
        status = collection.status
        assert rows["Toàn huyện"]["Đã trả lời"] == status["answered"].sum()
        assert rows["Toàn huyện"]["Phải trả lời"] == status["asked"].sum()
        assert rows["Xã số 3"]["Đã trả lời"] < rows["Xã số 5"]["Đã trả lời"]
        assert rows["Xã số 5"]["1. Tuyên truyền"] == 1

    def test_completeness_has_nothing_to_say_where_all_is_optional(self, collection, tmp_path):
        optional = {
            code: replace(i, need=Need.OPTIONAL) for code, i in collection.template.indicators.items()
        }
        template = replace(collection.template, indicators=optional)
        without = replace(collection, template=template)
        book = write_sheets(without, tmp_path, write_completeness_alone, write_overview_alone)
        (total,) = table(book["Mức đầy đủ theo xã"], 2)
        assert (total["Địa bàn"], total["Phải trả lời"], total["Tỷ lệ"]) == ("Toàn huyện", 0, None)
        assert "Không có dòng nào bắt buộc trả lời." in texts(book["Tổng quan"])


class TestOverview:
    def test_one_row_of_buttons_leads_to_every_other_sheet(self, book):
        sheet = book["Tổng quan"]
        targets = [cell.hyperlink.location for cell in sheet[4] if cell.hyperlink]
        assert targets == [f"'{name}'!A1" for name in book.sheetnames[1:]]

    @pytest.mark.parametrize("missing", ["book", "with_many_missing"])
    @pytest.mark.slow
    def test_it_fits_one_screen_and_one_page(self, request, missing):
        """Of 1366 × 768 Excel leaves 1340 × 480 to the cells, at 85 % zoom; a page has room for statements below."""
        sheet = request.getfixturevalue(missing)["Tổng quan"]
        scale = sheet.sheet_view.zoomScale / 100
        _, _, last_column, last_row = range_boundaries(sheet.print_area.split("!")[1].replace("$", ""))
        heights = [sheet.row_dimensions[row].height or 15.0 for row in range(1, last_row + 1)]
        (stated,) = [row[0].row for row in sheet.iter_rows() if row[0].value == "Nhận định từ số liệu"]
        width = last_column * (13.57 * 7 + 5)
        assert sum(heights[: stated - 1]) * 96 / 72 * scale <= 480
        assert width * scale <= 1340
        # The page's own proportion, so that it is not printed smaller for the statements.
        assert sum(heights) * 96 / 72 / width <= (8.27 - 1.6) / (11.69 - 0.9)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToHeight in (None, 1)
        assert sheet.max_row <= last_row

    def test_it_says_how_many_how_late_and_what_is_wrong(self, values):
        shown = texts(values["Tổng quan"])
        assert "19/22 đơn vị đã nộp = 86 %" in shown
        assert "Quá hạn 3 ngày" in shown
        wrong = [shown[shown.index("Vấn đề theo loại") :].index(text) for text in ("Lỗi", "Cảnh báo")]
        assert wrong == sorted(wrong)

    def test_statements_follow_below_the_screen_each_with_its_source(self, book):
        sheet = book["Tổng quan"]
        (stated,) = [row[0].row for row in sheet.iter_rows() if row[0].value == "Nhận định từ số liệu"]
        summary = {row[1].value for row in book["Thuyết minh"].iter_rows() if row[1].value}
        found = [row for row in sheet.iter_rows(min_row=stated + 1) if row[13].value]
        assert found[0][0].value.startswith("Đến ngày 16/10/2023, 19/22 đơn vị đã nộp báo cáo")
        assert {row[0].value for row in found} <= summary
        assert all(row[13].hyperlink.location == f"'{row[13].value}'!A1" for row in found)

    @pytest.mark.slow
    def test_nearly_all_is_not_all(self, collection, tmp_path):
        """999 of 1,000 are 99 %, and the bar of an area says no more."""
        many = synthetic.many_missing(collection, 700)
        status = many.status.assign(outcome=["missing", *["accepted"] * (len(many.status) - 1)])
        found = replace(many, status=status)
        sheet = write_sheets(found, tmp_path, write_overview_alone)["Tổng quan"]
        assert any(text.endswith("= 99 %") for text in texts(sheet))

    def test_whoever_is_missing_can_be_called(self, collection, tmp_path):
        roster = dict(collection.roster.units)
        roster["x3"] = replace(roster["x3"], phone="0225 3872 123", email="xa3@example.org")
        reached = replace(collection, roster=replace(collection.roster, units=roster))
        book = write_sheets(reached, tmp_path, write_overview_alone, write_roll_call_of)
        row = next(row for row in book["Tổng quan"].iter_rows() if row[0].value == "Xã số 3")
        assert (row[2].value, row[3].value) == ("0225 3872 123", "xa3@example.org")
        rows = {row["Mã"]: row for row in table(book["Tình trạng nộp"], 1)}
        assert (rows["x3"]["Điện thoại"], rows["x3"]["E-mail"]) == ("0225 3872 123", "xa3@example.org")

    def test_late_days_are_drawn_apart_from_those_in_time(self, book, values):
        sheet = values["Tổng quan"]
        (head,) = [c for row in sheet.iter_rows() for c in row if c.value == "Trễ hạn"]
        days = {
            sheet.cell(row, head.column - 2).value: (
                sheet.cell(row, head.column - 1).value,
                sheet.cell(row, head.column).value,
            )
            for row in range(head.row + 1, head.row + 7)
        }
        assert list(days) == ["10/10", "11/10", "12/10", "13/10", "14/10", "15/10"]
        assert days["10/10"] == (18, None)
        assert days["15/10"] == (None, 1)
        assert len(book["Tổng quan"]._charts) == 1

    @pytest.mark.slow
    def test_of_very_many_missing_the_rest_is_counted_and_leads_to_the_roll_call(self, with_many_missing):
        book = with_many_missing
        shown = texts(book["Tổng quan"])
        assert "Chưa nộp (203)" in shown
        (rest,) = [
            c for row in book["Tổng quan"].iter_rows() for c in row if str(c.value).startswith("… và 195")
        ]
        assert rest.hyperlink.location == "'Tình trạng nộp'!A1"
        assert {row["Đơn vị"] for row in table(book["Tình trạng nộp"], 1)} >= {
            f"Trường chưa nộp số {n}" for n in range(200)
        }

    def test_each_count_of_problems_leads_to_its_lines(self, book):
        counts = [
            c.hyperlink.location
            for row in book["Tổng quan"].iter_rows()
            for c in row
            if c.hyperlink and c.hyperlink.location.startswith("'Vấn đề'!") and ":" in c.hyperlink.location
        ]
        assert len(counts) == 4
        for location in counts:
            _, first, _, last = range_boundaries(location.split("!")[1])
            kinds = {book["Vấn đề"].cell(row, 12).value for row in range(first, last + 1)}
            assert len(kinds) == 1

    @pytest.mark.slow
    def test_names_may_hold_what_sheet_names_may_not(self, tmp_path):
        path = write(synthetic.make_collection(tmp_path, level="tỉnh/TP", below="phường's [xã]"), tmp_path)
        book = openpyxl.load_workbook(path)
        found = [c.hyperlink.location for c in book["Tổng quan"][4] if c.hyperlink]
        assert found == ["'" + name.replace("'", "''") + "'!A1" for name in book.sheetnames[1:]]
        assert audit(path, tmp_path) == []


class TestComparison:
    def test_remarks_say_what_the_two_figures_mean_for_the_total(self, values):
        remarks = {
            (row["Đơn vị"], row["Mã chỉ tiêu"]): row["Nhận xét"] for row in table(values["Đối chiếu"], 1)
        }
        assert remarks["Xã số 1", "so_bai"] == "Thấp hơn tổng cấp dưới dù khai đã gồm"
        assert remarks["Xã số 1", "so_lop"].startswith(("Phù hợp", "Thấp hơn"))
        assert remarks["Xã số 2", "so_bai"] == "Hai số được cộng vào tổng"
        assert remarks["Xã số 3", "so_bai"] == "Chưa có báo cáo: lấy tổng cấp dưới"
        assert remarks["Xã số 4", "so_bai"] == "Chưa khai: coi là đã gồm cấp dưới"
        assert remarks["Xã số 5", "so_luot"] == "Không có số dù khai đã gồm; cấp dưới có số"

    def test_those_to_look_at_stand_first_and_rows_hold_their_text(self, book):
        sheet = book["Đối chiếu"]
        assert sheet["I2"].value.startswith("Thấp hơn")
        long = [cell for cell in sheet["C"][1:] if len(cell.value) > 100]
        assert long
        for cell in long:
            assert sheet.row_dimensions[cell.row].height >= 15 * 2


class TestLists:
    def test_every_problem_says_where_and_why(self, values):
        rows = table(values["Vấn đề"], 1)
        assert rows[0]["Mức"] == "Lỗi"
        assert len(rows) == 4
        places = {(row["Đơn vị"], row["Mã chỉ tiêu"], row["Trang"], row["Ô"]) for row in rows}
        assert ("TH Xã số 1", "so_tin", "Biểu 1", "B5") in places
        assert all(row["Vấn đề"] and row["Cách xử lý"] for row in rows)
        assert "+84 hỏng" in {row["Giải trình, xử lý"] for row in rows}

    def test_a_name_that_a_link_would_read_otherwise_is_text(self, tmp_path):
        """``Bao%20cao.xlsx`` in a link is the file ``Bao cao.xlsx``."""
        with Book(tmp_path / "b.xlsx", date(2023, 10, 13), {}) as book:
            names = ["Bao%20cao.xlsx", "50% xong.xlsx", "số #1.xlsx"]
            book.sheet("Một", "#000000").columns(0, [Column(names, "link", FileLinks("returned").of(names))])
        cells = openpyxl.load_workbook(tmp_path / "b.xlsx")["Một"]["A"]
        assert [cell.hyperlink is not None for cell in cells] == [False, True, False]
        assert [cell.font.underline for cell in cells] == [None, "single", None]

    def test_files_are_linked_where_a_link_can_lead_there(self, book):
        """In a link, # begins a place and %20 is a space."""
        cells = {cell.value: cell for cell in book["Nhật ký"]["A"]}
        assert cells["100%20 lạ #1.xlsx"].hyperlink is None
        assert cells["t1.xlsx"].hyperlink.target.endswith("t1.xlsx")
        place = [cell.value for cell in book["Vấn đề"][1]].index("Tệp")
        linked = [row[place].hyperlink for row in book["Vấn đề"].iter_rows() if row[place].hyperlink]
        assert f"'{synthetic.SHEET}'!B5" in [link.location for link in linked]

    def test_a_folder_on_another_drive_is_linked_by_its_whole_path(self, collection, tmp_path, monkeypatch):
        def refuse(*_):
            raise ValueError("path is on mount 'D:', start on mount 'C:'")

        monkeypatch.setattr(files_module, "os", SimpleNamespace(path=SimpleNamespace(relpath=refuse)))
        links = FileLinks.between(tmp_path / "a.xlsx", tmp_path / "returned", collection.files)
        sheet = write_sheets(collection, tmp_path, lambda b, c: write_journal(b, c, links))["Nhật ký"]
        assert str(tmp_path).replace("/", "\\") in sheet["A3"].hyperlink.target

    def test_a_formula_in_a_remark_stays_text(self, book):
        remarks = [cell for cell in book["Dữ liệu"]["M"] if cell.value == synthetic.HOSTILE]
        assert remarks
        assert {cell.data_type for cell in remarks} == {"s"}

    def test_long_narratives_are_whole_and_unclipped(self, book, collection):
        sheet = book["Thuyết minh"]
        said = collection.answers.query("unit == 'x1' and indicator == 'kien_nghi'")["value"].iloc[0]
        shown = "".join(str(cell.value) for cell in sheet["B"] if cell.value)
        assert "".join(said.split()) in "".join(shown.split())
        for cell in sheet["B"][1:]:
            assert 15 * line_count(str(cell.value), 88) <= sheet.row_dimensions[cell.row].height <= 409


class TestNobody:
    def test_the_workbook_is_whole(self, nobody_path, nobody_book, book, tmp_path):
        assert nobody_book.sheetnames == book.sheetnames
        assert audit(nobody_path, tmp_path) == []

    def test_everybody_is_missing(self, nobody_book):
        shown = texts(nobody_book["Tổng quan"])
        assert "Chưa nộp (22)" in shown
        assert "0/22 đơn vị đã nộp = 0 %" in shown
        assert "Chưa có báo cáo nào." in shown

    def test_nothing_is_divided_by_nothing(self, nobody_book):
        assert not [
            text for sheet in nobody_book for text in texts(sheet) if text.startswith("#") or text == "nan"
        ]


class TestWriting:
    def test_the_same_collection_gives_the_same_bytes(self, collection, path, tmp_path):
        assert write(collection, tmp_path).read_bytes() == path.read_bytes()

    def test_nothing_is_wrong_with_the_package(self, path, tmp_path):
        assert audit(path, tmp_path) == []

    @pytest.mark.parametrize(("old", "new"), [(b"</row>", b"<f2/></row>"), (b'<row r="2', b'<row r="1')])
    def test_a_fault_in_one_of_many_rows_alike_is_found(self, path, tmp_path, old, new):
        """Of the audit that looks at one row of each kind."""
        faulty = tmp_path / "faulty.xlsx"
        with zipfile.ZipFile(path) as package, zipfile.ZipFile(faulty, "w") as target:
            for name in package.namelist():
                before, last, after = (content := package.read(name)).rpartition(old)
                is_data = name == "xl/worksheets/sheet13.xml"
                target.writestr(name, before + new + after if is_data and last else content)
        assert audit(faulty, tmp_path)

    def test_a_full_disk_is_told_and_the_old_workbook_stays(self, collection, tmp_path, monkeypatch):
        target = tmp_path / "consolidated.xlsx"
        target.write_bytes(b"old")

        def refuse(self):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(xlsxwriter.Workbook, "_store_workbook", refuse)
        with pytest.raises(CannotWrite, match="the disk is full"):
            write(collection, tmp_path)
        assert target.read_bytes() == b"old"
        assert [found.name for found in tmp_path.iterdir()] == ["consolidated.xlsx"]

    def test_what_xlsxwriter_would_drop_with_a_warning_is_an_error(self, collection, tmp_path):
        with pytest.raises(UserWarning), Book(tmp_path / "b.xlsx", collection.as_of, {}) as book:
            book.sheet("Một", "#000000").raw.data_validation(
                0, 0, 0, 0, {"validate": "list", "source": ["a" * 300]}
            )

    def test_what_xlsxwriter_refuses_with_a_number_is_an_error(self, collection, tmp_path):
        with (
            pytest.raises(RuntimeError, match="refused"),
            Book(tmp_path / "b.xlsx", collection.as_of, {}) as book,
        ):
            book.sheet("Một", "#000000").text(1_048_576, 0, "quá xa")

    @requires_libreoffice
    def test_libreoffice_calculates_the_same_totals(self, small_recalculated, values, book):
        shown = small_recalculated["Tổng hợp"]
        for row in book["Tổng hợp"].iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert shown[cell.coordinate] == pytest.approx(values["Tổng hợp"][cell.coordinate].value)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", 1),
        ("ngắn", 1),
        ("một\nhai\n", 3),
        ("mười chữ " * 5, 5),
        ("x" * 34, 4),
        ("a " + "x" * 25, 4),
        ("x" * 11, 1),
    ],
)
def test_lines_are_counted_as_they_wrap(text, lines):
    """Eleven letters go into a column ten wide; words are not torn unless they are longer than a line."""
    assert line_count(text, 10) == lines


def test_a_text_without_spaces_is_cut_all_the_same():
    pieces = list(cut_text("x" * 1000, 10, 3))
    assert "".join(pieces) == "x" * 1000
    assert max(line_count(piece, 10) for piece in pieces) <= 3


@pytest.mark.parametrize(
    ("numbers", "width"),
    [([], 12), ([1.0, float("nan")], 12), ([123_456_789_012.0], 16.5), ([-123_456_789_012.0], 17.5)],
)
def test_columns_are_as_wide_as_their_greatest_number(numbers, width):
    assert number_width(numbers) == width
