"""A list longer than its sheet: the rows that find room, what the workbook says of the others, and the file beside it that has all."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils import range_boundaries
from package_audit import audit

from workbook_tools.consolidated import write_consolidated
from workbook_tools.errors import CannotWrite
from workbook_tools.sheetwriter.book import Book
from workbook_tools.sheetwriter.columns import Column

if TYPE_CHECKING:
    from collections.abc import Callable

    from workbook_tools.frames import Collection

LIMIT = 60
"""Rows of a sheet here: of this campaign's lists only the 208 rows of the data do not find room."""
WHOLE = "Tổng hợp huyện - Dữ liệu.parquet"
PIVOTS = ["Phân tích"]
ROW_LIMIT = "workbook_tools.sheetwriter.book_sheet.ROW_LIMIT"


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Lets sheets have so many rows."""
    return lambda rows: monkeypatch.setattr(ROW_LIMIT, rows)


def write(collection: Collection, folder: Path) -> Path:
    path = folder / "Tổng hợp huyện.xlsx"
    write_consolidated(collection, path, links_to=folder / "returned")
    return path


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.fixture(scope="module")
def cut_folder(collection: Collection, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the workbook stands whose data are longer than its sheet."""
    folder = tmp_path_factory.mktemp("cut")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ROW_LIMIT, LIMIT)
        write(collection, folder)
    return folder


@pytest.fixture(scope="module")
def cut(cut_folder: Path) -> Any:
    return openpyxl.load_workbook(cut_folder / "Tổng hợp huyện.xlsx")


class TestTheFile:
    @pytest.mark.slow
    def test_it_has_every_row_of_the_sheet_under_its_heads(self, cut_folder: Path, small_book: Any) -> None:
        heads, *rows = small_book["Dữ liệu"].iter_rows(values_only=True)
        whole = pd.read_parquet(cut_folder / WHOLE).astype(object)
        texts = whole.pop("Giá trị (chữ)")
        whole["Giá trị"] = whole["Giá trị"].where(whole["Giá trị"].notna(), texts)
        assert tuple(whole.columns) == heads
        assert [
            tuple(None if pd.isna(cell) else cell for cell in row) for row in whole.itertuples(index=False)
        ] == rows

    def test_its_figures_add_up_to_the_totals(self, cut_folder: Path, collection: Collection) -> None:
        whole = pd.read_parquet(cut_folder / WHOLE)
        sums = whole.groupby("Mã chỉ tiêu", observed=True)["Giá trị tính"].sum(min_count=1).dropna()
        assert sums.to_dict() == collection.totals["total"].to_dict()

    @pytest.mark.slow
    def test_the_same_collection_gives_the_same_bytes(
        self, cut_folder: Path, tmp_path: Path, collection: Collection, room: Callable[[int], None]
    ) -> None:
        room(LIMIT)
        write(collection, tmp_path)
        assert files(tmp_path) == files(cut_folder)
        for name in files(tmp_path):
            assert (tmp_path / name).read_bytes() == (cut_folder / name).read_bytes(), name

    def test_days_and_moments_are_such_and_what_is_mixed_is_taken_apart(
        self, tmp_path: Path, room: Callable[[int], None]
    ) -> None:
        room(4)
        columns = {
            "Ngày": [date(2023, 10, 13), None, date(2023, 10, 14)],
            "Lúc": [datetime(2023, 10, 13, 8, 30), None, None],
            "Lẫn": [1.5, "KCSL\x00", ""],
            "Trống": ["", None, ""],
            "Số": [1, 2, 3],
        }
        with Book(tmp_path / "a.xlsx", date(2023, 10, 13), {}) as book:
            sheet = book.sheet("Trang", "#000000")
            sheet.head(0, list(columns))
            assert sheet.columns(1, [Column(values) for values in columns.values()]) == 2
        [listed] = book.long_lists
        listed.write(tmp_path / "a.parquet")
        found = pd.read_parquet(tmp_path / "a.parquet")
        assert {head: [None if pd.isna(cell) else cell for cell in found[head]] for head in found} == {
            "Ngày": [date(2023, 10, 13), None, date(2023, 10, 14)],
            "Lúc": [datetime(2023, 10, 13, 8, 30), None, None],
            "Lẫn": [1.5, None, None],
            "Lẫn (chữ)": [None, "KCSL�", None],
            "Trống": [None, None, None],
            "Số": [1.0, 2.0, 3.0],
        }
        assert isinstance(found["Trống"].dtype, pd.CategoricalDtype)


@pytest.mark.slow
class TestTheWorkbook:
    def test_the_sheet_ends_with_what_it_leaves_out(self, cut: Any) -> None:
        sheet = cut["Dữ liệu"]
        assert sheet.tables["DuLieu"].ref == f"A1:S{LIMIT - 1}"
        assert sheet.max_row == LIMIT
        note = sheet.cell(LIMIT, 1).value
        assert "58 dòng đầu, còn thiếu 150 dòng; đủ cả 208 dòng" in note
        assert f"“{WHOLE}”" in note
        assert sheet["U1"].value == note

    def test_the_overview_says_so_too(self, cut: Any) -> None:
        sheet = cut["Tổng quan"]
        assert sheet["A3"].value == cut["Dữ liệu"].cell(LIMIT, 1).value
        assert sheet["A3"].alignment.wrap_text
        assert sheet.row_dimensions[3].height >= 15 * 2

    def test_no_figure_of_another_sheet_changes(self, cut: Any, small_book: Any) -> None:
        for name in {*cut.sheetnames} - {"Tổng quan", "Dữ liệu"}:
            theirs, ours = (
                list(book[name].iter_rows(values_only=True, min_row=2)) for book in (small_book, cut)
            )
            assert ours == theirs, name

    def test_nothing_is_there_to_be_refreshed_from_a_part_and_the_sheets_say_so(
        self, cut: Any, small_book: Any
    ) -> None:
        for name in PIVOTS:
            assert small_book[name]._pivots
            assert not cut[name]._pivots
            assert "từ đủ 208 dòng số liệu, không phải PivotTable" in cut[name]["A1"].value

    def test_no_link_leads_beyond_the_sheet(self, cut: Any, small_book: Any) -> None:
        def rows(book: Any) -> set[int]:
            links = [cell.hyperlink.location for row in book["Tổng hợp"] for cell in row if cell.hyperlink]
            return {range_boundaries(location.split("!")[1])[1] for location in links}

        assert max(rows(small_book)) > LIMIT
        assert rows(cut) == {row for row in rows(small_book) if row < LIMIT}

    def test_every_list_may_be_too_long(
        self,
        collection: Collection,
        tmp_path: Path,
        tmp_path_factory: pytest.TempPathFactory,
        room: Callable[[int], None],
    ) -> None:
        room(12)
        path = write(collection, tmp_path)
        book = openpyxl.load_workbook(path)
        notes = book["Tổng quan"]["A3"].value.split("\n")
        cut = ["Tình trạng nộp", "Đối chiếu", "Thuyết minh", "Dữ liệu", "Nhật ký"]
        assert [note.split("”")[0] for note in notes] == [f"Trang “{name}" for name in cut]
        assert files(tmp_path) == {path.name, *(f"{path.stem} - {name}.parquet" for name in cut)}
        for name, note in zip(cut, notes, strict=True):
            sheet = book[name]
            assert (sheet.max_row, sheet["A12"].value) == (12, note)
            assert sheet.auto_filter.ref is None or sheet.auto_filter.ref.endswith("11")
        assert audit(path, tmp_path_factory.mktemp("short")) == []


class TestFilesOfAnEarlierRun:
    @pytest.mark.slow
    def test_a_list_that_has_found_room_leaves_no_file(
        self, collection: Collection, tmp_path: Path, room: Callable[[int], None]
    ) -> None:
        (tmp_path / "Tổng hợp huyện - của tôi.parquet").write_bytes(b"")
        room(12)
        write(collection, tmp_path)
        room(LIMIT)
        path = write(collection, tmp_path)
        assert files(tmp_path) == {path.name, WHOLE, "Tổng hợp huyện - của tôi.parquet"}
        room(209 + 1)
        assert files(write(collection, tmp_path).parent) == {path.name, "Tổng hợp huyện - của tôi.parquet"}
        assert openpyxl.load_workbook(path)["Dữ liệu"].max_row == 209

    @pytest.mark.parametrize("held", ["Tổng hợp huyện.xlsx", WHOLE])
    def test_one_that_is_open_in_another_program_is_named_and_stays(
        self,
        collection: Collection,
        tmp_path: Path,
        room: Callable[[int], None],
        monkeypatch: pytest.MonkeyPatch,
        held: str,
    ) -> None:
        room(LIMIT)
        path, whole = tmp_path / "Tổng hợp huyện.xlsx", tmp_path / WHOLE
        for file in (path, whole):
            file.write_bytes(b"old")
        replace = Path.replace

        def refuse(self: Path, target: Path) -> Path:
            if target.name == held:
                raise PermissionError
            return replace(self, target)

        monkeypatch.setattr(Path, "replace", refuse)
        with pytest.raises(CannotWrite, match=f"{held}: it is open in another program"):
            write(collection, tmp_path)
        assert (tmp_path / held).read_bytes() == whole.read_bytes() == b"old"
        assert files(tmp_path) == {path.name, whole.name}

    def test_one_that_cannot_be_removed_is_named(
        self, collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        unlink = Path.unlink

        def refuse(self: Path, missing_ok: bool = False) -> None:
            if self.name == WHOLE:
                raise PermissionError
            unlink(self, missing_ok)

        monkeypatch.setattr(Path, "unlink", refuse)
        with pytest.raises(CannotWrite, match=WHOLE):
            write(collection, tmp_path)
        book = openpyxl.load_workbook(tmp_path / "Tổng hợp huyện.xlsx", read_only=True)
        assert book["Dữ liệu"].max_row == 209
        book.close()
