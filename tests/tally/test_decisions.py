"""The officer's decisions: each does what it says and no more, is shown, and is a problem once it fits nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from collecting import SAVED, fill, outcomes
from consolidated.some_sheets import write_sheets, write_table
from filled_campaign import read_answers
from openpyxl import load_workbook
from small_campaign import count, make_answers, make_roster, make_template

from workbook_tools.consolidated.lists.decision_list import write_decision_list
from workbook_tools.consolidated.summary import write_summary
from workbook_tools.excel import Cell
from workbook_tools.model import Decision, DecisionKind, Indicator, Kind, Outcome
from workbook_tools.outputs.blank_decisions import create_blank_decisions
from workbook_tools.spec.vocabulary import COLUMNS, DECISIONS
from workbook_tools.tally.added_rows import add_calculated_rows
from workbook_tools.tally.apply_decisions import Decisions, set_values
from workbook_tools.usecases.collect import CollectOptions, collect

if TYPE_CHECKING:
    from pathlib import Path

    from campaigns import Campaign

    from workbook_tools.frames import Collection

HEADS = [column.head for column in COLUMNS[DECISIONS]]
GROUNDS = {
    "Lý do": "Gọi điện xác nhận",
    "Người xử lý": "Chuyên viên tổng hợp",
    "Ngày": date(2023, 10, 14),
}
SET = "ghi giá trị đã xác nhận"


class Office:
    def __init__(self, campaign: Campaign, folder: Path) -> None:
        self.campaign, self.folder, self.path = campaign, folder / "returned", folder / "decisions.xlsx"
        self.folder.mkdir()
        create_blank_decisions(self.path, campaign.template, campaign.roster)

    def decide(self, *rows: dict[str, Any]) -> Collection:
        """Fill in the rows as the officer would, below the head, and collect."""
        book = load_workbook(self.path)
        sheet = book[DECISIONS]
        sheet.delete_rows(2, sheet.max_row)
        for number, row in enumerate(rows, start=2):
            for head, value in {**GROUNDS, **row}.items():
                sheet.cell(number, HEADS.index(head) + 1, value)
        book.save(self.path)
        options = CollectOptions(key=self.campaign.key, decisions=self.path)
        return collect(self.folder, self.campaign.template_path, self.campaign.units_path, options)

    def fill(self, unit: str, name: str = "", saved: datetime = SAVED, **answers: Any) -> None:
        fill(self.campaign, unit, answers, self.folder / (name or f"{unit}.xlsx"), saved)


@pytest.fixture
def office(first: Campaign, tmp_path: Path) -> Office:
    return Office(first, tmp_path)


def codes(collection: Collection, file: str = "decisions.xlsx") -> list[str]:
    return [p.code for p in collection.problems if p.place.file == file]


def state(collection: Collection, unit: str) -> dict[str, Any]:
    return collection.status.set_index("unit").loc[unit].to_dict()


class TestSet:
    def test_a_value_stands_in_place_of_one_in_doubt(self, office: Office) -> None:
        office.fill("11629", ct_2_1="khoảng 20", ct_2_2=3)
        collection = office.decide(
            {"Xử lý": SET, "Mã đơn vị": "11629", "Mã chỉ tiêu": "ct_2_1", "Giá trị": 21}
        )
        answer = collection.answers.set_index(["unit", "indicator"]).loc[("11629", "ct_2_1")]
        assert (answer["value"], answer["raw"], answer["file"], answer["cell"]) == (
            21,
            "khoảng 20",
            "11629.xlsx",
            "E23",
        )
        assert collection.totals.at["ct_2_1", "total"] == 21
        about = [p for p in collection.problems if p.place.indicator == "ct_2_1"]
        assert [p.code for p in about] == ["value-decided"]
        assert "Gọi điện xác nhận (Chuyên viên tổng hợp, 14/10/2023)" in about[0].message()
        assert collection.decisions[0].applied
        assert collection.decisions[0].old == "khoảng 20"

    @pytest.mark.parametrize(
        ("day", "entered", "code"),
        [(16, 25, "value-decided-before"), (13, 25, "value-decided"), (16, "khoảng 25", "value-decided")],
    )
    def test_a_figure_that_came_after_the_decision_is_not_overruled_in_silence(
        self, office: Office, day: int, entered: object, code: str
    ) -> None:
        office.fill("11629", saved=datetime(2023, 10, day, 3, tzinfo=UTC), ct_2_1=entered)
        collection = office.decide(
            {"Xử lý": SET, "Mã đơn vị": "11629", "Mã chỉ tiêu": "ct_2_1", "Giá trị": 21}
        )
        assert collection.totals.at["ct_2_1", "total"] == 21
        (told,) = [p for p in collection.problems if p.place.indicator == "ct_2_1"]
        assert (told.code, told.params["read"]) == (code, str(entered))

    def test_rules_are_checked_with_the_value_set(self, office: Office) -> None:
        office.fill("11629", ct_4_1=0, ct_4_2=80)
        collection = office.decide(
            {"Xử lý": SET, "Mã đơn vị": "11629", "Mã chỉ tiêu": "ct_4_1", "Giá trị": "2"}
        )
        assert "rule-broken" not in {
            p.code for p in collection.problems if p.place.indicator in ("ct_4_1", "ct_4_2")
        }

    def test_a_unit_that_sent_nothing_may_have_a_figure_but_stays_missing(self, office: Office) -> None:
        office.fill("11632", ct_2_1=4)
        collection = office.decide(
            {"Xử lý": SET, "Mã đơn vị": "11629", "Mã chỉ tiêu": "ct_2_1", "Giá trị": "1.250"}
        )
        assert read_answers(collection) == {"11629": {"ct_2_1": 1250}, "11632": {"ct_2_1": 4}}
        assert collection.totals.at["ct_2_1", "total"] == 1254
        assert state(collection, "11629")["outcome"] == "missing"

    def test_what_is_entered_for_a_unit_that_sent_nothing_enters_its_calculated_lines(self) -> None:
        formula = Indicator("tong", "Nhóm", "Tổng", "lượt", Kind.FORMULA, formula="=ct_a+ct_b", additive=True)
        template = make_template(count("ct_a"), count("ct_b"), formula)
        roster = make_roster("xa1 xa -\nxa2 xa -")
        answers = make_answers("unit|bao_gom|ct_a|ct_b\nxa1|Có|1|2", template, roster)
        row = Decision(
            DecisionKind.SET, Cell("Xử lý", 2, 1), "xa2", "ct_a", "", 5.0, "gọi", "An", date(2023, 10, 9)
        )
        decided, _ = set_values(Decisions("d.xlsx", template, roster, (row,)), answers, [], {}).result
        found, _ = add_calculated_rows(decided, template, roster)
        entered = found[found["unit"] == "xa2"]
        assert dict(zip(entered["indicator"], entered["number"].fillna(-1), strict=True)) == {
            "ct_a": 5,
            "tong": -1,
        }

    def test_no_figures_can_be_set_too(self, office: Office) -> None:
        office.fill("11629", ct_2_1="khoảng 20")
        collection = office.decide(
            {"Xử lý": SET, "Mã đơn vị": "11629", "Mã chỉ tiêu": "ct_2_1", "Giá trị": "KCSL"}
        )
        assert (
            collection.answers.set_index(["unit", "indicator"]).at[("11629", "ct_2_1"), "state"]
            == "no-figure"
        )

    def test_what_the_return_says_itself_needs_no_decision(self, office: Office) -> None:
        office.fill("11629", ct_2_1=21)
        collection = office.decide(
            {"Xử lý": SET, "Mã đơn vị": "11629", "Mã chỉ tiêu": "ct_2_1", "Giá trị": 21}
        )
        assert codes(collection) == ["decision-needless"]
        assert not collection.decisions[0].applied

    def test_a_doubtful_value_is_not_set(self, office: Office) -> None:
        office.fill("11629", ct_2_1=5)
        collection = office.decide(
            {"Xử lý": SET, "Mã đơn vị": "11629", "Mã chỉ tiêu": "ct_2_1", "Giá trị": "khoảng 20"}
        )
        assert codes(collection) == ["decision-value-in-doubt"]
        assert read_answers(collection) == {"11629": {"ct_2_1": 5}}


class TestChoose:
    def test_an_older_return_counts_if_chosen(self, office: Office) -> None:
        office.fill("11629", "cũ.xlsx", ct_2_1=5)
        office.fill("11629", "mới.xlsx", SAVED + timedelta(days=1), ct_2_1=9)
        collection = office.decide({"Xử lý": "tính tệp này", "Mã đơn vị": "11629", "Tệp": "cũ.xlsx"})
        assert read_answers(collection) == {"11629": {"ct_2_1": 5}}
        assert outcomes(collection)["mới.xlsx"] == Outcome.SUPERSEDED
        assert "return-not-chosen" in codes(collection, "mới.xlsx")

    def test_it_is_the_way_out_of_a_tie(self, office: Office) -> None:
        office.fill("11629", "sâu/a.xlsx", ct_2_1=5)
        office.fill("11629", "sâu/b.xlsx", ct_2_1=9)
        collection = office.decide({"Xử lý": "Tính tệp này", "Mã đơn vị": "11629", "Tệp": "b.xlsx"})
        assert read_answers(collection) == {"11629": {"ct_2_1": 9}}

    @pytest.mark.parametrize("other", [None, "11632"], ids=["the only one", "another unit's"])
    def test_what_leaves_no_choice_is_a_problem(self, office: Office, other: str | None) -> None:
        office.fill(other or "11629", "a.xlsx", ct_2_1=5)
        collection = office.decide({"Xử lý": "chọn tệp", "Mã đơn vị": "11629", "Tệp": "a.xlsx"})
        assert codes(collection) == ["decision-needless"]
        assert collection.totals.at["ct_2_1", "total"] == 5


class TestExclude:
    def test_the_file_is_ignored_and_the_next_one_counts(self, office: Office) -> None:
        office.fill("11629", "cũ.xlsx", ct_2_1=5)
        office.fill("11629", "mới.xlsx", SAVED + timedelta(days=1), ct_2_1=9)
        collection = office.decide({"Xử lý": "loại tệp", "Tệp": "mới.xlsx"})
        assert outcomes(collection) == {"cũ.xlsx": Outcome.WARNED, "mới.xlsx": Outcome.IGNORED}
        assert read_answers(collection) == {"11629": {"ct_2_1": 5}}
        assert codes(collection, "mới.xlsx") == ["file-excluded"]

    def test_a_file_that_is_gone_or_named_twice_over_is_a_problem(self, office: Office) -> None:
        office.fill("11629", "a/x.xlsx", ct_2_1=5)
        office.fill("11632", "b/x.xlsx", ct_2_1=5)
        collection = office.decide(
            {"Xử lý": "loại tệp", "Tệp": "x.xlsx"}, {"Xử lý": "loại tệp", "Tệp": "y.xlsx"}
        )
        assert codes(collection) == ["decision-file-unknown"] * 2


class TestExtend:
    def test_lateness_counts_from_the_units_own_day(self, office: Office) -> None:
        until = {"11629": "15/10/2023", "11635": datetime(2023, 10, 14), "11638": date(2023, 10, 13)}
        for unit in (*until, "11632"):
            office.fill(unit, saved=datetime(2023, 10, 14, 3, tzinfo=UTC), ct_2_1=5)
        collection = office.decide(
            *({"Xử lý": "gia hạn", "Mã đơn vị": unit, "Giá trị": day} for unit, day in until.items())
        )
        late = {unit: state(collection, unit)["days_late"] for unit in (*until, "11632")}
        assert late == {"11629": 0, "11635": 0, "11638": 1, "11632": 2}
        for unit, days in late.items():
            assert ("late" in codes(collection, f"{unit}.xlsx")) == bool(days), unit

    def test_a_day_before_the_common_one_is_no_extension(self, office: Office) -> None:
        assert codes(
            office.decide({"Xử lý": "gia hạn", "Mã đơn vị": "11629", "Giá trị": date(2023, 10, 12)})
        ) == ["decision-needless"]


class TestNothing:
    def test_the_unit_is_not_missing_and_adds_nothing(self, office: Office) -> None:
        office.fill("11629", ct_2_1=5)
        collection = office.decide({"Xử lý": "không phát sinh số liệu", "Mã đơn vị": "11632"})
        assert state(collection, "11632")["outcome"] == "nothing-to-report"
        assert collection.totals.at["ct_2_1", "total"] == 5

    def test_a_unit_that_reported_has_something(self, office: Office) -> None:
        office.fill("11632", ct_2_1=5)
        assert codes(office.decide({"Xử lý": "không phát sinh số liệu", "Mã đơn vị": "11632"})) == [
            "decision-needless"
        ]


class TestAccept:
    def test_a_warning_becomes_a_notice_that_says_why(self, office: Office) -> None:
        office.fill("11629", ct_2_4a=0, ct_2_4b=3, ct_2_1=1)
        before = [p for p in office.decide().problems if str(p.severity) == "warning" and p.place.indicator]
        assert before
        line = before[0].place.indicator
        collection = office.decide({"Xử lý": "chấp nhận cảnh báo", "Mã đơn vị": "11629", "Mã chỉ tiêu": line})
        [now] = [p for p in collection.problems if p.code == before[0].code and p.place.indicator == line]
        assert (str(now.severity), now.accepted) == (
            "notice",
            "Gọi điện xác nhận (Chuyên viên tổng hợp, 14/10/2023)",
        )

    def test_one_about_the_whole_return(self, office: Office) -> None:
        office.fill("11629", saved=datetime(2023, 10, 14, 3, tzinfo=UTC), ct_2_1=5)
        collection = office.decide({"Xử lý": "chấp nhận cảnh báo", "Mã đơn vị": "11629"})
        assert next(p for p in collection.problems if p.code == "late").accepted

    def test_figures_that_break_a_rule_may_be_right_all_the_same(self, office: Office) -> None:
        office.fill("11629", ct_4_1=3, ct_4_2=0)
        [broken] = [
            p for p in office.decide().problems if p.code == "rule-broken" and str(p.severity) == "error"
        ]
        accept = {"Xử lý": "chấp nhận", "Mã đơn vị": "11629", "Mã chỉ tiêu": broken.place.indicator}
        collection = office.decide(accept)
        assert not any(str(p.severity) == "error" for p in collection.problems if p.code == "rule-broken")
        assert "decision-needless" not in codes(collection)

    def test_an_unknown_figure_or_nothing_cannot_be_accepted(self, office: Office) -> None:
        office.fill("11629", ct_2_1="khoảng 20", ct_2_2=5)
        accept = {"Xử lý": "chấp nhận", "Mã đơn vị": "11629"}
        collection = office.decide(*({**accept, "Mã chỉ tiêu": line} for line in ("ct_2_1", "ct_2_2")))
        assert codes(collection) == ["decision-needless"] * 2


FAULTY: list[tuple[dict[str, Any], str, str]] = [
    ({"Xử lý": "xóa"}, "value-unknown", "A"),
    ({"Xử lý": SET, "Mã đơn vị": "11629", "Mã chỉ tiêu": "ct_2_1"}, "value-missing", "E"),
    (
        {"Xử lý": SET, "Mã đơn vị": "11628", "Mã chỉ tiêu": "ct_2_1", "Giá trị": 1},
        "decision-unit-unknown",
        "B",
    ),
    (
        {"Xử lý": SET, "Mã đơn vị": "11629-mn", "Mã chỉ tiêu": "ct_7_1", "Giá trị": 1},
        "decision-indicator-unknown",
        "C",
    ),
    ({"Xử lý": "loại tệp", "Tệp": "a.xlsx", "Lý do": None}, "value-missing", "F"),
    ({"Xử lý": "loại tệp", "Tệp": "a.xlsx", "Người xử lý": " "}, "value-missing", "G"),
    ({"Xử lý": "loại tệp", "Tệp": "a.xlsx", "Ngày": "hôm qua"}, "value-not-date", "H"),
    ({"Xử lý": "gia hạn", "Mã đơn vị": "11629", "Giá trị": "mai"}, "value-not-date", "E"),
]


def test_rows_with_a_fault_are_said_and_not_applied(office: Office) -> None:
    office.fill("11629", "a.xlsx", ct_2_1=5)
    collection = office.decide(*(row for row, _, _ in FAULTY))
    found = {(p.code, p.place.cell) for p in collection.problems if p.place.file == "decisions.xlsx"}
    assert found == {(code, f"{column}{row}") for row, (_, code, column) in enumerate(FAULTY, start=2)}
    assert outcomes(collection) == {"a.xlsx": Outcome.WARNED}
    assert read_answers(collection) == {"11629": {"ct_2_1": 5}}


def test_two_that_contradict_each_other_cancel_out(office: Office) -> None:
    office.fill("11629", ct_2_1=5)
    rows = [
        {"Xử lý": SET, "Mã đơn vị": "11629", "Mã chỉ tiêu": "ct_2_1", "Giá trị": value} for value in (7, 8)
    ]
    for order in (rows, rows[::-1]):
        collection = office.decide(*order)
        assert codes(collection) == ["decision-conflict"]
        assert read_answers(collection) == {"11629": {"ct_2_1": 5}}


def test_the_order_of_decisions_makes_no_difference_and_every_file_has_one_outcome(office: Office) -> None:
    for position, unit in enumerate(["11629", "11632", "11635"]):
        office.fill(unit, ct_2_1=position)
    office.fill("11629", "b.xlsx", ct_2_1=9)
    rows: list[dict[str, Any]] = [
        {"Xử lý": "chọn tệp", "Mã đơn vị": "11629", "Tệp": "b.xlsx"},
        {"Xử lý": SET, "Mã đơn vị": "11629", "Mã chỉ tiêu": "ct_2_1", "Giá trị": 10},
        {"Xử lý": "loại tệp", "Tệp": "11632.xlsx"},
        {"Xử lý": "không phát sinh số liệu", "Mã đơn vị": "11632"},
    ]
    one, other = office.decide(*rows), office.decide(*rows[::-1])
    assert one.totals.equals(other.totals)
    assert one.status.equals(other.status)
    assert read_answers(one) == {"11629": {"ct_2_1": 10}, "11635": {"ct_2_1": 2}}
    assert sorted(outcomes(one).items()) == [
        ("11629.xlsx", Outcome.SUPERSEDED),
        ("11632.xlsx", Outcome.IGNORED),
        ("11635.xlsx", Outcome.WARNED),
        ("b.xlsx", Outcome.WARNED),
    ]


@pytest.mark.slow
def test_the_workbook_shows_each_decision_beside_its_figure(office: Office, tmp_path: Path) -> None:
    office.fill("11629", ct_2_1="khoảng 20")
    collection = office.decide(
        {"Xử lý": SET, "Mã đơn vị": "11629", "Mã chỉ tiêu": "ct_2_1", "Giá trị": 21},
        {"Xử lý": "không phát sinh số liệu", "Mã đơn vị": "11629"},
    )
    book = write_sheets(collection, tmp_path, write_table, write_summary, write_decision_list)
    listed = [[cell.value for cell in row] for row in book["Xử lý"].iter_rows(min_row=2)]
    assert listed[0][4:10] == [
        21,
        "khoảng 20",
        "Gọi điện xác nhận",
        "Chuyên viên tổng hợp",
        datetime(2023, 10, 14),
        "Đã áp dụng",
    ]
    assert [row[9] for row in listed] == ["Đã áp dụng", "Không còn phù hợp"]
    noted = [cell for row in book["Tổng hợp"].iter_rows() for cell in row if cell.comment]
    # Notes of headings have the whole of a text that is cut there.
    marked = [cell for cell in noted if not isinstance(cell.value, str)]
    assert [cell.value for cell in marked] == [21]
    assert "khoảng 20" in marked[0].comment.text
    assert "Chuyên viên tổng hợp, 14/10/2023" in marked[0].comment.text
    heads, *data = book["Dữ liệu"].iter_rows(values_only=True)
    rows = [dict(zip(heads, row, strict=True)) for row in data]
    decided = [row["Xử lý"] for row in rows if row["Mã chỉ tiêu"] == "ct_2_1" and row["Mã đơn vị"] == "11629"]
    assert decided == ["Gọi điện xác nhận (Chuyên viên tổng hợp, 14/10/2023)"]


def test_the_blank_workbook_asks_for_what_is_read_and_decides_nothing(office: Office) -> None:
    book = load_workbook(office.path)
    assert [cell.value for cell in book[DECISIONS][1]] == HEADS
    lists = {str(v.sqref).split(":")[0]: v.formula1 for v in book[DECISIONS].data_validations.dataValidation}
    assert set(lists) == {"A2", "B2", "C2"}
    assert SET in lists["A2"]
    office.fill("11629", ct_2_1=5)
    collection = office.decide()
    assert collection.decisions == ()
    assert codes(collection) == []


def test_a_workbook_with_the_words_of_before_is_read_as_ever(office: Office) -> None:
    """Sheet, heads and closed values were once called otherwise; workbooks that offices keep go on to work."""
    earlier = {"Xử lý": "Quyết định", "Người xử lý": "Người quyết định"}
    book = load_workbook(office.path)
    sheet = book[DECISIONS]
    sheet.title = earlier[DECISIONS]
    rows = [
        {"Xử lý": "Không có gì báo cáo", "Mã đơn vị": "11632", **GROUNDS},
        {"Xử lý": SET, "Mã đơn vị": "11629", "Mã chỉ tiêu": "ct_2_1", "Giá trị": 21, **GROUNDS},
    ]
    for column, head in enumerate(HEADS, start=1):
        sheet.cell(1, column, earlier.get(head, head))
        for number, row in enumerate(rows, start=2):
            sheet.cell(number, column, row.get(head))
    book.save(office.path)
    office.fill("11629", ct_2_1=5)
    options = CollectOptions(key=office.campaign.key, decisions=office.path)
    collection = collect(office.folder, office.campaign.template_path, office.campaign.units_path, options)
    assert codes(collection) == []
    assert state(collection, "11632")["outcome"] == "nothing-to-report"
    assert collection.totals.at["ct_2_1", "total"] == 21
