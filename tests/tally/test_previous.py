"""Against last time: by unit and indicator, jumps are asked about, and nothing is guessed of what is on one side only."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from collecting import fill
from consolidated.some_sheets import write_sheets
from libreoffice import fill_many, requires_libreoffice
from msgspec.structs import replace
from mutants import change_bytes
from openpyxl import Workbook, load_workbook
from pivots.lint import lint
from small_campaign import count, make_template

from workbook_tools.consolidated.changes import write_changes
from workbook_tools.errors import CannotRead
from workbook_tools.model import Indicator, Kind
from workbook_tools.returns.workers.side_process import SideProcess
from workbook_tools.tally.previous import (
    _HEADS,
    Previous,
    _whole_figures,
    is_jump,
    match_lines,
    read_previous,
)
from workbook_tools.usecases.collect import CollectOptions, collect, write_workbook
from workbook_tools.usecases.write_outputs import write_outputs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from campaigns import Campaign

    from workbook_tools.frames import Collection

LAST = {
    "11629": {"ct_2_1": 20, "ct_2_2": 5, "ct_2_3": 0},
    "11632": {"ct_2_1": 30, "ct_3_1": 100},
    "thpt-an-lao": {"ct_2_1": 8},
}
NOW = {
    "11629": {"ct_2_1": 70, "ct_2_2": 9, "ct_2_3": 40},
    "11632": {"ct_2_1": 31, "ct_2_3": 6},
    "11635": {"ct_2_1": 4},
}


def run(
    campaign: Campaign, folder: Path, figures: dict[str, dict[str, Any]], previous: Path | None = None
) -> Collection:
    for unit, answers in figures.items():
        fill(campaign, unit, answers, folder / f"{unit}.xlsx")
    return collect(
        folder,
        campaign.template_path,
        campaign.units_path,
        CollectOptions(key=campaign.key, previous=previous),
    )


@pytest.fixture(scope="module")
def kept(first: Campaign, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Last period's workbook, without pivots: nothing of it is read from them."""
    folder = tmp_path_factory.mktemp("trước")
    write_workbook(run(first, folder / "returned", LAST), folder / "kỳ trước.xlsx", native_pivots=False)
    return folder / "kỳ trước.xlsx"


@pytest.fixture(scope="module")
def compared(first: Campaign, kept: Path, tmp_path_factory: pytest.TempPathFactory) -> Collection:
    return run(first, tmp_path_factory.mktemp("nay"), NOW, kept)


def compare_rows(collection: Collection, folder: Path) -> list[tuple[Any, ...]]:
    """What the sheet of last period's figures says."""
    sheet = write_sheets(collection, folder, write_changes)["So với kỳ trước"]
    return list(sheet.iter_rows(min_row=2, values_only=True))


@pytest.mark.slow
def test_before_anything_has_come_back_last_period_s_figures_stand_alone(
    first: Campaign, kept: Path, tmp_path: Path
) -> None:
    (tmp_path / "nay").mkdir()
    collection = run(first, tmp_path / "nay", {}, kept)
    assert len(collection.changes) == 6
    assert collection.changes["now"].isna().all()
    with SideProcess() as beside:
        written = write_outputs(collection, tmp_path / "tổng hợp.xlsx", None, beside=beside)
    assert written.no_report is None
    assert lint(tmp_path / "tổng hợp.xlsx") == []


def test_each_figure_stands_beside_last_period_s(compared: Collection) -> None:
    found = {(row.unit, row.indicator): (row.last, row.now) for row in compared.changes.itertuples()}  # type: ignore[union-attr]
    expected: dict[tuple[str, str], tuple[float, float]] = {}
    for unit in LAST.keys() | NOW.keys():
        for code in LAST.get(unit, {}).keys() | NOW.get(unit, {}).keys():
            nothing = float("nan")
            expected[unit, code] = (
                LAST.get(unit, {}).get(code, nothing),
                NOW.get(unit, {}).get(code, nothing),
            )
    assert found.keys() == expected.keys()
    assert all(found[key] == pytest.approx(expected[key], nan_ok=True) for key in expected)


def test_a_jump_is_a_warning_at_its_cell(compared: Collection) -> None:
    jumps = [p for p in compared.problems if p.code == "jump"]
    assert [
        (p.place.unit, p.place.indicator, p.place.cell, p.params["value"], p.params["last"]) for p in jumps
    ] == [("11629", "ct_2_1", "E23", 70, 20)]
    assert "gấp 3,5 lần kỳ trước" in jumps[0].message("vi")


def test_from_nothing_no_multiple_is_told(compared: Collection) -> None:
    (found,) = [p for p in compared.problems if p.code == "jump-from-none"]
    assert (found.place.unit, found.place.indicator, found.params["value"]) == ("11629", "ct_2_3", 40)


def test_a_workbook_says_of_which_campaign_and_in_what_measures_it_is(first: Campaign, kept: Path) -> None:
    last = read_previous(kept)
    assert (last.file, last.campaign) == (kept.name, first.template.campaign.code)
    (same,) = match_lines(last, first.template)[1]
    assert same.code == "previous-same"


@pytest.mark.parametrize(
    ("label", "measure", "code", "used"),
    [
        ("Dòng ct_a", "lượt", "", True),
        ("Dòng  CT_A", "lượt người", "", True),
        ("Dòng ct_a tháng 10", "lượt", "previous-label", True),
        ("Dòng ct_10", "lượt", "previous-label", True),
        ("Dòng ct_a (ct_a)", "lượt", "", True),
        ("Số em bỏ học", "lượt", "previous-label", True),
        ("Dòng ct_a", "nghìn lượt", "previous-measure", False),
        ("Dòng ct_a", "em", "previous-measure", False),
    ],
)
def test_figures_in_another_measure_are_never_compared(
    label: str, measure: str, code: str, used: bool
) -> None:
    """A line is found by its code; what it asked last period is told if it is not the same."""
    row = ("xa1", "Xã 1", "ct_a", label, measure, 20.0, 20.0)
    columns = ["unit", "name", "indicator", "label", "measure", "last", "counted"]
    template = make_template(count("ct_a"))
    found, problems = match_lines(
        Previous(pd.DataFrame([row], columns=columns), "trước.xlsx", "D0"), template
    )
    assert [p.code for p in problems] == ([code] if code else [])
    assert len(found.figures) == used


def test_last_period_s_totals_are_rounded_as_this_period_s_are() -> None:
    columns = ["unit", "name", "indicator", "label", "measure", "last", "counted"]
    rows = [(unit, unit, "ct_a", "Diện tích", "ha", area, area) for unit, area in (("a", 0.1), ("b", 0.2))]
    assert Previous(pd.DataFrame(rows, columns=columns)).totals.to_dict() == {"ct_a": 0.3}


def test_a_label_that_names_the_period_is_the_same() -> None:
    row = ("xa1", "Xã 1", "ct_a", "Số lớp tháng 10/2025", "lượt", 20.0, 20.0)
    columns = ["unit", "name", "indicator", "label", "measure", "last", "counted"]
    template = make_template(replace(count("ct_a"), label="Số lớp tháng 11/2025"))
    assert match_lines(Previous(pd.DataFrame([row], columns=columns)), template)[1] == []


def test_amounts_in_millions_are_not_added_to_thousands() -> None:
    asked = Indicator("ct_a", "Nhóm", "Kinh phí", "triệu đồng", Kind.MONEY, additive=True)
    columns = ["unit", "name", "indicator", "label", "measure", "last", "counted"]
    for measure, used in (("nghìn đồng", 0), ("triệu đồng", 1), ("triệu", 1), ("tr. đồng", 0)):
        row = ("xa1", "Xã 1", "ct_a", "Kinh phí", measure, 20.0, 20.0)
        found, _ = match_lines(Previous(pd.DataFrame([row], columns=columns)), make_template(asked))
        assert len(found.figures) == used, measure


@pytest.mark.parametrize(
    ("last", "now", "kind", "jump"),
    [
        (20, 70, Kind.COUNT, True),
        (70, 20, Kind.COUNT, True),
        (20, 59, Kind.COUNT, False),
        (2, 9, Kind.COUNT, False),
        (0, 20, Kind.COUNT, True),
        (0, 19, Kind.COUNT, False),
        (0, 0, Kind.COUNT, False),
        (1_000, 500_000, Kind.MONEY, False),
        (500_000, 5_000_000, Kind.MONEY, True),
    ],
)
def test_small_figures_do_not_jump(last: float, now: float, kind: Kind, jump: bool) -> None:
    assert is_jump(last, now, kind) == jump


def test_the_sheet_has_the_totals_first(compared: Collection, tmp_path: Path) -> None:
    rows = compare_rows(compared, tmp_path)
    totals = {row[1]: row[4:8] for row in rows if row[0] == "Toàn huyện"}
    assert totals["ct_2_1"] == (58, 105, 47, pytest.approx(47 / 58))
    assert totals["ct_3_1"][:2] == (100, None)
    assert [row[0] for row in rows[: len(totals)]] == ["Toàn huyện"] * len(totals)
    remarks = {(row[0], row[1]): row[8] for row in rows}
    assert remarks["Thị trấn An Lão", "ct_2_1"] == "Tăng, giảm bất thường"
    assert remarks["Xã Bát Trang", "ct_3_1"] == "Kỳ này không có số"
    assert remarks["Xã Bát Trang", "ct_2_3"] == "Kỳ trước không có số"


@pytest.mark.slow
def test_units_and_lines_of_the_other_period_alone_are_shown_as_such(
    first: Campaign, kept: Path, tmp_path: Path
) -> None:
    book = load_workbook(kept)
    for row in book["Dữ liệu"].iter_rows(min_row=2):
        if row[0].value == "thpt-an-lao":
            row[0].value, row[1].value = "truong-cu", "Trường đã sáp nhập"
        elif row[5].value == "ct_3_1":
            row[5].value, row[6].value = "ct_cu", "Chỉ tiêu cũ"
    book.save(tmp_path / "b.xlsx")
    rows = compare_rows(run(first, tmp_path / "nay", NOW, tmp_path / "b.xlsx"), tmp_path)
    remarks = {(row[0], row[1]): row[8] for row in rows}
    assert remarks["Trường đã sáp nhập", "ct_2_1"] == "Đơn vị không có trong danh sách kỳ này"
    assert remarks["Xã Bát Trang", "ct_cu"] == "Chỉ tiêu không có trong biểu kỳ này"
    assert next(row[2] for row in rows if row[1] == "ct_cu" and row[0] == "Xã Bát Trang") == "Chỉ tiêu cũ"


@pytest.mark.slow
def test_without_last_period_there_is_no_such_sheet(demo: Any) -> None:
    assert "So với kỳ trước" not in load_workbook(demo.workbook, read_only=True).sheetnames


def test_the_sample_compared_with_itself_has_no_jumps(demo: Any) -> None:
    previous = read_previous(demo.workbook)
    totals = demo.collection.totals["total"].dropna()
    assert previous.totals.to_dict() == pytest.approx(totals.to_dict())


@pytest.mark.parametrize("kind", ["text", "a stranger's workbook", "missing"])
def test_what_is_no_consolidated_workbook_is_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.xlsx"
    if kind == "text":
        path.write_text("không phải", encoding="utf-8")
    elif kind != "missing":
        Workbook().save(path)
    with pytest.raises(CannotRead):
        read_previous(path)


@pytest.fixture(scope="module")
def written(first: Campaign, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a workbook whose table of data goes on in a file."""
    folder = tmp_path_factory.mktemp("dài")
    collection = run(first, folder / "trước", LAST)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("workbook_tools.sheetwriter.book_sheet.ROW_LIMIT", 60)
        write_workbook(collection, folder / "kỳ trước.xlsx")
    return folder


class TestMoreThanASheet:
    """Last period's table of data may go on in the file beside its workbook: it is compared with as a whole, or not at all."""

    @pytest.fixture
    def last(self, written: Path, tmp_path: Path) -> Path:
        for path in written.glob("kỳ trước*"):
            shutil.copy(path, tmp_path)
        return tmp_path / "kỳ trước.xlsx"

    def test_it_is_read_whole(self, last: Path) -> None:
        figures = read_previous(last).figures
        expected = {
            (unit, code): figure for unit, answers in LAST.items() for code, figure in answers.items()
        }
        assert figures.set_index(["unit", "indicator"])["last"].to_dict() == expected

    @requires_libreoffice
    def test_another_program_may_have_saved_the_workbook(self, last: Path) -> None:
        whole = read_previous(last).totals
        saved = [last.with_suffix(suffix) for suffix in (".xlsx", ".ods", ".xls")]
        fill_many([(last, {}, target) for target in reversed(saved)])
        assert [read_previous(path).totals.to_dict() for path in saved] == [whole.to_dict()] * 3

    def test_both_may_be_named_otherwise(self, last: Path, tmp_path: Path) -> None:
        whole = read_previous(last).totals
        (tmp_path / "kỳ trước - Dữ liệu.parquet").rename(tmp_path / "previous - Dữ liệu.parquet")
        assert read_previous(last.rename(tmp_path / "previous.xlsx")).totals.to_dict() == whole.to_dict()

    def test_without_the_file_nothing_is_compared(self, last: Path, tmp_path: Path) -> None:
        (tmp_path / "kỳ trước - Dữ liệu.parquet").unlink()
        with pytest.raises(CannotRead, match=r"kỳ trước - Dữ liệu\.parquet: .* beside the workbook"):
            read_previous(last)

    @pytest.mark.parametrize(
        "change", [lambda frame: frame.head(70), lambda frame: frame.drop(columns="Giá trị")]
    )
    def test_another_file_is_not_believed(
        self, last: Path, change: Callable[[pd.DataFrame], pd.DataFrame]
    ) -> None:
        file = last.with_name("kỳ trước - Dữ liệu.parquet")
        change(pd.read_parquet(file)).to_parquet(file)
        with pytest.raises(CannotRead, match="not the file that was written together with"):
            read_previous(last)


@pytest.fixture(scope="module")
def book(kept: Path) -> Workbook:
    """Its table of data, without the other sheets, which would be saved again and again."""
    book = load_workbook(kept)
    for name in set(book.sheetnames) - {"Dữ liệu"}:
        del book[name]
    return book


class TestHostile:
    """Last period's workbook may have been through other hands: it is read, or refused in a sentence, and ends nothing."""

    @pytest.mark.slow
    def test_stray_cells_far_off(self, kept: Path, book: Workbook, tmp_path: Path) -> None:
        cells = [book["Dữ liệu"][place] for place in ("XFD1048576", "AA1", "C1048576", "ZZ99")]
        for cell in cells:
            cell.value = "x"
        book.save(tmp_path / "a.xlsx")
        for cell in cells:
            del book["Dữ liệu"]._cells[cell.row, cell.column]
        assert read_previous(tmp_path / "a.xlsx").totals.to_dict() == read_previous(kept).totals.to_dict()

    @pytest.mark.slow
    def test_the_sheet_may_be_named_otherwise(self, kept: Path, book: Workbook, tmp_path: Path) -> None:
        book["Dữ liệu"].title = "Số liệu"
        book.save(tmp_path / "a.xlsx")
        book["Số liệu"].title = "Dữ liệu"
        assert read_previous(tmp_path / "a.xlsx").totals.to_dict() == read_previous(kept).totals.to_dict()

    def test_no_damaged_byte_is_a_fault_of_the_program(self, kept: Path, tmp_path: Path) -> None:
        refused = 0
        for mutant in change_bytes(kept.read_bytes(), 30):
            (tmp_path / "a.xlsx").write_bytes(mutant)
            try:
                read_previous(tmp_path / "a.xlsx")
            except CannotRead:
                refused += 1
        assert refused

    @pytest.mark.slow
    def test_nor_is_a_damaged_table_beside_it(self, kept: Path, tmp_path: Path) -> None:
        pd.DataFrame({head: ["x"] for head in _HEADS}).to_parquet(tmp_path / "b.parquet")
        data = (tmp_path / "b.parquet").read_bytes()
        for mutant in [b"", *change_bytes(data, 30)]:
            (tmp_path / "b.parquet").write_bytes(mutant)
            with pytest.raises(CannotRead):
                _whole_figures(tmp_path / "b.parquet", 2)
