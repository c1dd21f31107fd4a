"""What people do to a list: rows inserted, deleted, sorted, pasted beyond its room; nothing is lost or made up."""

from __future__ import annotations

import openpyxl
import pytest
from collecting import read_back
from list_campaign import FIRST, ROOM, draw_list, fill_list

from workbook_tools.answers.list_answers import widen
from workbook_tools.excel import parse_ref

NAMES = ["An", "Bình", "Chi"]
LAST = FIRST + ROOM - 1


@pytest.fixture(scope="module")
def campaign(tmp_path_factory):
    return draw_list(tmp_path_factory.mktemp("list"))


def change(path, how):
    """Open a filled form in another program, do something to its sheet and save it."""
    workbook = openpyxl.load_workbook(path)
    sheet = workbook["Biểu"]
    sheet.protection.sheet = False
    how(sheet)
    workbook.save(path)


def collect_names(campaign, folder):
    """The names of the list in order, what else was answered, and the kinds of problems."""
    collection = read_back(campaign, folder)
    names = widen(collection.list_cells, campaign.template.lists["ds"])["ds.ten"].tolist()
    answers = collection.answers.set_index("indicator")["value"].dropna().to_dict()
    return names, answers, {p.code for p in collection.problems} - {"saved-in-doubt"}


def three(campaign, tmp_path, **others):
    rows = {FIRST + n: [name, "Nam", 1000 * (n + 1)] for n, name in enumerate(NAMES)}
    return fill_list(campaign, "x1", tmp_path / "r/x1.xlsx", rows, **others)


def full(campaign, tmp_path, **others):
    rows = {FIRST + n: [f"Người {n + 1}", "Nam", 1000] for n in range(ROOM)}
    return fill_list(campaign, "x1", tmp_path / "r/x1.xlsx", rows, **others)


def put(sheet, row, *values):
    for column, value in enumerate(values, start=2):
        sheet.cell(row, column).value = value


def test_a_row_inserted_in_the_middle_is_one_more_row(campaign, tmp_path):
    path = three(campaign, tmp_path, ct_nu=1)

    def insert(sheet):
        sheet.insert_rows(FIRST + 1)
        put(sheet, FIRST + 1, "Mới", "Nữ", 5000)

    change(path, insert)
    names, answers, problems = collect_names(campaign, tmp_path / "r")
    assert names == ["An", "Mới", "Bình", "Chi"]
    assert (answers["ct_nu"], answers["ct_tong"]) == (1, 11_000)
    assert problems <= {"computed-differs"}


def test_deleted_and_sorted_rows(campaign, tmp_path):
    path = three(campaign, tmp_path, ct_nu=1)

    def sort(sheet):
        sheet.delete_rows(FIRST + 1)
        for column in range(2, 5):
            one, two = sheet.cell(FIRST, column), sheet.cell(FIRST + 1, column)
            one.value, two.value = two.value, one.value

    change(path, sort)
    names, answers, problems = collect_names(campaign, tmp_path / "r")
    assert names == ["Chi", "An"]
    assert (answers["ct_nu"], answers["ct_tong"]) == (1, 4000)
    assert problems <= {"computed-differs"}


def test_rows_inserted_below_a_full_list_are_read(campaign, tmp_path):
    path = full(campaign, tmp_path, ct_nu=1)

    def insert(sheet):
        # Excel inserts above the visible row: below the hidden one that ends the list.
        sheet.insert_rows(LAST + 2, 2)
        put(sheet, LAST + 2, "Người 13", "Nữ", 1000)
        put(sheet, LAST + 3, "Người 14", "Nữ", 1000)

    change(path, insert)
    names, answers, problems = collect_names(campaign, tmp_path / "r")
    assert names == [f"Người {n}" for n in range(1, 15)]
    assert (answers["ct_nu"], answers["ct_tong"]) == (1, 14_000)
    assert problems <= {"computed-differs", "list-overflow"}
    assert "list-overflow" in problems


def test_a_full_list_ends_where_the_form_goes_on(campaign, tmp_path):
    """The totals, saved as values by a program that knows no formulas, and the answers below are no rows."""
    path = full(campaign, tmp_path, ct_nu=1, ct_luot=2)

    def forget(sheet):
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    cell.value = (
                        12 if cell.coordinate == "B18" else 12_000 if cell.coordinate == "D18" else None
                    )

    change(path, forget)
    names, answers, problems = collect_names(campaign, tmp_path / "r")
    assert names == [f"Người {n}" for n in range(1, 13)]
    assert (answers["ct_nu"], answers["ct_luot"], answers["ct_tong"]) == (1, 2, 12_000)
    assert problems == set()


def test_two_hundred_rows_pasted_into_room_for_twelve(campaign, tmp_path):
    """All are read; the lines they cover are asked for again, and no figure of theirs counts for a line."""
    path = three(campaign, tmp_path, ct_nu=1, ct_luot=2)

    def paste(sheet):
        for n in range(200):
            put(sheet, FIRST + n, f"Người {n + 1}", "Nam", 1000)

    change(path, paste)
    collection = read_back(campaign, tmp_path / "r")
    names = widen(collection.list_cells, campaign.template.lists["ds"])["ds.ten"].tolist()
    assert names == [f"Người {n}" for n in range(1, 201)]
    answers = collection.answers.set_index("indicator")
    assert answers.loc["ct_tong", "value"] == 200_000
    assert answers.loc[["ct_nu", "ct_luot"], "state"].tolist() == ["in-doubt", "in-doubt"]
    told = {(p.code, p.place.indicator) for p in collection.problems}
    assert {("list-covers-line", "ct_nu"), ("list-covers-line", "ct_luot"), ("list-overflow", "ds")} <= told
    (over,) = [p for p in collection.problems if p.code == "list-overflow"]
    # The last of the room's rows is the hidden one.
    assert over.params["count"] == 200 - ROOM - 1


def test_cells_deleted_in_one_column_only(campaign, tmp_path):
    """The rows no longer hold one entry each: the list is asked for again, and nothing of it counts."""
    path = three(campaign, tmp_path, ct_nu=1)

    def shift(sheet):
        for row in range(FIRST, LAST + 1):
            sheet.cell(row, 2).value = sheet.cell(row + 1, 2).value
        name = sheet.parent.defined_names["ds.ten"]
        name.attr_text = f"'Biểu'!$B${LAST}"

    change(path, shift)
    collection = read_back(campaign, tmp_path / "r")
    assert set(collection.list_cells["state"]) == {"in-doubt"}
    assert "list-cells-shifted" in {p.code for p in collection.problems}
    assert collection.answers.set_index("indicator").loc["ct_tong", "state"] == "in-doubt"


def test_a_sheet_copied_within_the_workbook(campaign, tmp_path):
    path = three(campaign, tmp_path)

    def copy(sheet):
        other = sheet.parent.copy_worksheet(sheet)
        put(other, FIRST, "Khác")

    change(path, copy)
    names, _answers, problems = collect_names(campaign, tmp_path / "r")
    assert names == NAMES
    assert "list-copies-differ" in problems


def test_a_form_without_marks_is_read_by_its_map(campaign, tmp_path):
    path = three(campaign, tmp_path)

    def forget(sheet):
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("wt:"):
                    cell.value = None

    change(path, forget)
    names, _answers, _problems = collect_names(campaign, tmp_path / "r")
    assert names == NAMES


def test_an_entry_below_a_list_with_room_left_is_no_row(campaign, tmp_path):
    path = three(campaign, tmp_path)
    change(path, lambda sheet: put(sheet, FIRST + ROOM + 8, "Người lập: An"))
    names, _answers, problems = collect_names(campaign, tmp_path / "r")
    assert names == NAMES
    assert "entry-outside" in problems


def test_places_of_the_form(campaign):
    assert parse_ref("B18")[0] == LAST + 2
