"""The pivots are a library of their own: they need nothing of the program, and a stranger's few lines make a sound workbook."""

from __future__ import annotations

import ast
import re
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from openxml_audit import OpenXmlValidator
from pivots.lint import lint

from workbook_tools.pivots import Captions, Look, Pivot, PivotError, PivotWorkbook, Sort, Source, Top, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[2]
FRAME = pd.DataFrame(
    {
        "Vùng": ["Bắc", "Nam", "Bắc", "Nam", "Đông"],
        "Ngày": [date(2023, 9, 28), datetime(2023, 10, 2, 8, 30), date(2023, 12, 31), None, date(2024, 1, 1)],
        "Mới": [True, False, True, None, False],
        "Cân": [Decimal("120.5"), Decimal(80), Decimal(300), None, Decimal(40)],
    }
)


DAYS = {"Kỳ": ["year", "quarter", "month"]}


def make(path: Path, **asked: Any) -> openpyxl.Workbook:
    frame = FRAME.assign(
        Kỳ=[date(2023, 9, 28), date(2023, 10, 2), date(2023, 12, 31), date(2023, 9, 1), date(2024, 1, 1)]
    )
    with PivotWorkbook(path) as workbook:
        sheet, data = workbook.add_worksheet("Bảng"), workbook.add_worksheet("Dữ liệu")
        source = workbook.write_source(data, "DuLieu", frame, dates=DAYS)
        workbook.add_pivot(sheet, 0, 0, Pivot("P", source, values=[Value("Tổng", "Cân")], **asked))
    assert lint(path) == []
    assert list(OpenXmlValidator().validate(str(path)).errors) == []
    return openpyxl.load_workbook(path)


def body(book: openpyxl.Workbook) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in book["Bảng"].iter_rows(min_row=2)]


def imported(folder: Path) -> Iterator[str]:
    for module in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            yield from (alias.name for alias in node.names) if isinstance(node, ast.Import) else ()
            yield from [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def test_they_and_their_tests_import_nothing_of_the_program() -> None:
    own, tests = ROOT / "workbook_tools/pivots", ROOT / "tests/pivots"
    for name in [*imported(own), *imported(tests)]:
        assert not name.startswith("workbook_tools") or name.startswith("workbook_tools.pivots"), name
    # LibreOffice is started by what other tests start it by; all else of the tests lies in their own folder.
    helpers = {path.stem for path in (ROOT / "tests").glob("*.py")} - {"libreoffice"}
    assert not helpers & {name.partition(".")[0] for name in imported(tests)}


def test_the_page_s_examples_run_and_are_sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "docs/pivots.md").read_text(encoding="utf-8")
    for example in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(compile(example, "docs/pivots.md", "exec"), {})
    shown = {}
    for name in ("sales.xlsx", "shares.xlsx"):
        assert lint(tmp_path / name) == []
        assert list(OpenXmlValidator().validate(name).errors) == []
        sheet = openpyxl.load_workbook(name)["Summary"]
        shown[name] = [row[0].value for row in sheet.iter_rows(min_row=2)]
    assert shown["sales.xlsx"][1:] == ["2023", "Qtr3", "Sep", "Qtr4", "Oct", "Nov", "Grand Total"]
    assert shown["shares.xlsx"] == [
        *["North"] * 2,
        "North Total",
        *["South"] * 2,
        "South Total",
        "East",
        "East Total",
        "Grand Total",
    ]


@pytest.mark.parametrize("field", ["Ngày", "Mới", "Vùng", "Kỳ"])
def test_any_cell_may_stand_on_an_axis(tmp_path: Path, field: str) -> None:
    book = make(tmp_path / "a.xlsx", rows=[field], column_totals=True)
    assert book["Bảng"].cell(book["Bảng"].max_row, 2).value == 540.5
    labels = [row[0].value for row in book["Bảng"].iter_rows(min_row=2)]
    if field == "Ngày":
        assert labels[:2] == [datetime(2023, 9, 28), datetime(2023, 10, 2, 8, 30)]
    if field == "Mới":
        assert set(labels) == {True, False, "(blank)", "Grand Total"}


def test_days_are_grouped_as_excel_groups_them(tmp_path: Path) -> None:
    captions = Captions(
        months=[f"Tháng {n}" for n in range(1, 13)], quarters=[f"Quý {n}" for n in range(1, 5)]
    )
    rows = ["Kỳ (year)", "Kỳ (quarter)", "Kỳ"]
    book = make(tmp_path / "a.xlsx", rows=rows, captions=captions, subtotals={"Kỳ (year)": "below"})
    assert body(book)[:3] == [
        ["2023", "Quý 3", "Tháng 9", 120.5],
        [None, "Quý 4", "Tháng 10", 80],
        [None, None, "Tháng 12", 300],
    ]
    assert body(book)[3][0] == "2023 Total"
    assert body(book)[-2][:3] == ["2024", "Quý 1", "Tháng 1"]
    fields = book["Bảng"]._pivots[0].cache.cacheFields
    assert [field.name for field in fields][-2:] == ["Kỳ (quarter)", "Kỳ (year)"]
    assert [field.databaseField for field in fields] == [True] * 5 + [False] * 2


LAYOUTS: dict[str, tuple[dict[str, Any], list[list[Any]]]] = {
    "tabular": (
        {"subtotals": {"A": "below"}},
        [["x", "1", 1], [None, "2", 4], ["x Total", None, 5], ["y", "1", 3]],
    ),
    "outline": (
        {"layout": "outline"},
        [["x", None, None], [None, "1", 1], [None, "2", 4], ["y", None, None]],
    ),
    "outline with subtotals in the heads": (
        {"layout": "outline", "subtotals": {"A": "above"}},
        [["x", None, 5], [None, "1", 1], [None, "2", 4], ["y", None, 3]],
    ),
    "compact": (
        {"layout": "compact", "subtotals": {"A": "below"}},
        [["x", None], ["1", 1], ["2", 4], ["x Total", 5]],
    ),
    "labels repeated": ({"repeat_labels": True}, [["x", "1", 1], ["x", "2", 4], ["y", "1", 3]]),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_each_layout_stands_as_excel_lays_it_out(tmp_path: Path, name: str) -> None:
    asked, rows = LAYOUTS[name]
    with PivotWorkbook(tmp_path / "a.xlsx") as workbook:
        sheet, data = workbook.add_worksheet("Bảng"), workbook.add_worksheet("Dữ liệu")
        frame = pd.DataFrame({"A": ["x", "y", "x"], "B": ["1", "1", "2"], "N": [1, 3, 4]})
        source = workbook.write_source(data, "T", frame)
        workbook.add_pivot(sheet, 0, 0, Pivot("P", source, ["A", "B"], [Value("S", "N")], **asked))
    assert lint(tmp_path / "a.xlsx") == []
    assert list(OpenXmlValidator().validate(str(tmp_path / "a.xlsx")).errors) == []
    assert body(openpyxl.load_workbook(tmp_path / "a.xlsx"))[: len(rows)] == rows


def test_the_source_s_cells_hold_what_the_frame_does(tmp_path: Path) -> None:
    """A pivot takes “Lớp ①” for “Lớp 1”, and pandas True for 1; the cells are the frame's."""
    frame = pd.DataFrame({"A": ["Lớp ①", "Lớp 1", "LỚP 1", "x"], "B": [True, 1, 0, False]}, dtype=object)
    with PivotWorkbook(tmp_path / "a.xlsx") as workbook:
        sheet, data = workbook.add_worksheet("Bảng"), workbook.add_worksheet("Dữ liệu")
        source = workbook.write_source(data, "T", frame)
        workbook.add_pivot(sheet, 0, 0, Pivot("P", source, ["A", "B"], [Value("S", "A", "count")]))
    assert lint(tmp_path / "a.xlsx") == []
    rows = openpyxl.load_workbook(tmp_path / "a.xlsx")["Dữ liệu"].iter_rows(min_row=2, values_only=True)
    assert [tuple(map(repr, row)) for row in rows] == [
        tuple(map(repr, row)) for row in frame.itertuples(index=False)
    ]


def test_the_last_day_of_excel_has_none_after_it(tmp_path: Path) -> None:
    frame = pd.DataFrame({"D": [datetime(9999, 12, 31), datetime(9999, 1, 1)], "N": [1, 2]}, dtype=object)
    with PivotWorkbook(tmp_path / "a.xlsx") as workbook:
        sheet, data = workbook.add_worksheet("Bảng"), workbook.add_worksheet("Dữ liệu")
        source = workbook.write_source(data, "T", frame, dates={"D": ["year", "month"]})
        workbook.add_pivot(sheet, 0, 0, Pivot("P", source, ["D (year)", "D"], [Value("S", "N")]))
    assert lint(tmp_path / "a.xlsx") == []


def test_long_texts_are_announced_by_the_characters_that_excel_counts(tmp_path: Path) -> None:
    frame = pd.DataFrame({"A": ["😀" * 200, "x"], "N": [1, 2]})
    with PivotWorkbook(tmp_path / "a.xlsx") as workbook:
        sheet, data = workbook.add_worksheet("Bảng"), workbook.add_worksheet("Dữ liệu")
        source = workbook.write_source(data, "T", frame)
        workbook.add_pivot(sheet, 0, 0, Pivot("P", source, ["A"], [Value("S", "N")]))
    assert lint(tmp_path / "a.xlsx") == []
    with zipfile.ZipFile(tmp_path / "a.xlsx") as package:
        assert b'longText="1"' in package.read("xl/pivotCache/pivotCacheDefinition1.xml")


def test_a_chart_is_not_drawn_over_subtotals(tmp_path: Path) -> None:
    with PivotWorkbook(tmp_path / "a.xlsx") as workbook:
        sheet, data = workbook.add_worksheet(), workbook.add_worksheet()
        source = workbook.write_source(data, "T", pd.DataFrame({"A": ["x"], "B": ["1"], "N": [1]}))
        pivot = Pivot("P", source, ["A", "B"], [Value("S", "N")], subtotals={"A": "below"})
        placed = workbook.add_pivot(sheet, 0, 0, pivot)
        with pytest.raises(PivotError, match="draw the chart over a pivot without"):
            placed.figures(0)


def test_a_share_of_each_is_the_figure_over_its_whole(tmp_path: Path) -> None:
    with PivotWorkbook(tmp_path / "a.xlsx") as workbook:
        sheet, data = workbook.add_worksheet("Bảng"), workbook.add_worksheet("Dữ liệu")
        frame = pd.DataFrame({"A": ["x", "y", "x"], "B": ["1", "1", "2"], "N": [1, 3, 4]})
        source = workbook.write_source(data, "T", frame)
        ways = ("percent_of_column", "percent_of_row", "percent_of_total")
        values = [Value(way, "N", show_as=way) for way in ways]  # type: ignore[arg-type]
        workbook.add_pivot(sheet, 0, 0, Pivot("P", source, ["A"], values, ["B"]))
    assert lint(tmp_path / "a.xlsx") == []
    first = [cell.value for cell in openpyxl.load_workbook(tmp_path / "a.xlsx")["Bảng"][4]]
    assert first == ["x", 1 / 4, 1 / 5, 1 / 8, 1, 4 / 5, 4 / 8]


@pytest.mark.parametrize(("bottom", "shown"), [(False, ["d", "b", "c"]), (True, ["a", "b", "c"])])
def test_of_the_first_equal_ones_all_are_shown(tmp_path: Path, bottom: bool, shown: list[str]) -> None:
    frame = pd.DataFrame({"A": list("abcd"), "N": [1, 5, 5, 9]})
    with PivotWorkbook(tmp_path / "a.xlsx") as workbook:
        sheet, data = workbook.add_worksheet("Bảng"), workbook.add_worksheet("Dữ liệu")
        source = workbook.write_source(data, "T", frame)
        asked = {"sort": {"A": Sort("S", not bottom)}, "top": {"A": Top("S", 2, bottom)}}
        workbook.add_pivot(sheet, 0, 0, Pivot("P", source, ["A"], [Value("S", "N")], **asked))
    assert lint(tmp_path / "a.xlsx") == []
    rows = openpyxl.load_workbook(tmp_path / "a.xlsx")["Bảng"].iter_rows(min_row=2)
    assert [row[0].value for row in rows] == shown


def test_rich_strings_and_embedded_pictures_are_those_of_plain_xlsxwriter(tmp_path: Path) -> None:
    for kind, name in ((PivotWorkbook, "ours.xlsx"), (xlsxwriter.Workbook, "theirs.xlsx")):
        with kind(tmp_path / name, {"in_memory": True}) as workbook:
            workbook.set_properties({"created": datetime(2023, 1, 1)})
            sheet, bold = workbook.add_worksheet(), workbook.add_format({"bold": True})
            sheet.write_rich_string("A1", "thường ", bold, "đậm", " thường")
            sheet.embed_image("A2", str(ROOT / "docs/pictures/form.png"))
    with zipfile.ZipFile(tmp_path / "ours.xlsx") as ours, zipfile.ZipFile(tmp_path / "theirs.xlsx") as theirs:
        assert {n: ours.read(n) for n in ours.namelist()} == {n: theirs.read(n) for n in theirs.namelist()}


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        (pd.DataFrame({"A": [["list"]], "N": [1]}), "write it as a text, a number, a truth value or a date"),
        (pd.DataFrame({"A": [pd.Timestamp("2023-01-01", tz="UTC")], "N": [1]}), "take the time zone off"),
        (pd.DataFrame({"A": [date(2023, 1, 1), 5], "N": [1, 2]}, dtype=object), "write the dates as texts"),
        (pd.DataFrame({"A": [date(1850, 1, 1)], "N": [1]}), "write the dates as texts"),
        (pd.DataFrame({"A": ["a" * 32_768], "N": [1]}), "shorten it"),
        (pd.DataFrame({"A": ["x"], "N": [float("inf")]}), "leave the cell blank"),
    ],
)
def test_what_cannot_be_done_says_what_to_do(tmp_path: Path, frame: pd.DataFrame, says: str) -> None:
    with pytest.raises(PivotError, match=says):
        Pivot("P", Source("T", frame), ["A"], [Value("S", "N")])


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"layout": "table"}, "take tabular, outline or compact"),
        ({"layout": "compact", "repeat_labels": True}, "repeat them in outline or tabular"),
        ({"subtotals": {"B": "below"}}, "the fields that have are"),
        ({"subtotals": {"A": "above"}}, "stand below in this layout"),
        ({"sort": {"A": Sort("N")}}, "the values are"),
        ({"top": {"N": Top("S")}}, "put it into rows"),
        ({"rows": "A"}, "in a list"),
        ({"rows": ["C"]}, "its fields are"),
        ({"name": ""}, "1 to 255 characters"),
    ],
)
def test_a_layout_that_excel_has_not_is_refused(asked: dict[str, Any], says: str) -> None:
    source = Source("T", pd.DataFrame({"A": ["x"], "B": ["1"], "N": [1]}))
    with pytest.raises(PivotError, match=says):
        Pivot(**{"name": "P", "source": source, "rows": ["A", "B"], "values": [Value("S", "N")]} | asked)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Value("S", "N", "median"), "take one of sum, count, average, min, max"),  # type: ignore[arg-type]
        (lambda: Value("S", "N", show_as="share"), "take one of value, percent_of_column"),  # type: ignore[arg-type]
        (lambda: Top("S", 0), "show one item or more"),
        (lambda: Look(style="PivotStyleLight29"), "a PivotStyle of your own"),
    ],
)
def test_what_excel_has_not_is_refused(make: Callable[[], object], says: str) -> None:
    with pytest.raises(PivotError, match=says):
        make()


def test_the_table_shows_each_value_as_what_it_is(tmp_path: Path) -> None:
    """A day as a day, a moment with its time, anything else as a plain number or text."""
    frame = FRAME.assign(Kỳ=[date(2023, 9, 28)] * len(FRAME))
    with PivotWorkbook(tmp_path / "a.xlsx") as workbook:
        workbook.write_source(workbook.add_worksheet(), "T", frame)
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]
    shown = {sheet.cell(1, cell.column).value: cell.number_format for cell in sheet[2]}
    assert shown == {
        "Vùng": "General",
        "Ngày": "dd/mm/yyyy hh:mm:ss",
        "Mới": "General",
        "Cân": "General",
        "Kỳ": "dd/mm/yyyy",
    }
    # So that no date is shown as ####.
    assert sheet.column_dimensions["B"].width > len("28/09/2023 08:30:00") - 1
    assert sheet.column_dimensions["E"].width > len("28/09/2023")


def test_a_pivot_has_its_place_and_its_table(tmp_path: Path) -> None:
    frame = pd.DataFrame({"A": ["x", "y"], "N": [1, 2]})
    with PivotWorkbook(tmp_path / "a.xlsx") as workbook:
        sheet, data = workbook.add_worksheet(), workbook.add_worksheet()
        source = workbook.write_source(data, "T", frame)
        ask = lambda name: Pivot(name, source, ["A"], [Value("S", "N")])  # noqa: E731
        workbook.add_pivot(sheet, 4, 4, ask("P"))
        for row, column in ((2, 3), (6, 5), (5, 4)):
            with pytest.raises(PivotError, match="move one of them"):
                workbook.add_pivot(sheet, row, column, ask("Q"))
        with pytest.raises(PivotError, match="larger than its sheet"):
            workbook.add_pivot(sheet, 1_048_574, 0, ask("Q"))
        workbook.add_pivot(sheet, 7, 4, ask("Q"))
    unwritten = PivotWorkbook(tmp_path / "b.xlsx")
    unwritten.add_pivot(unwritten.add_worksheet(), 0, 0, ask("P"))
    with pytest.raises(PivotError, match="write it with write_source"):
        unwritten.close()


@pytest.mark.parametrize(
    ("days", "parts", "says"),
    [
        ([date(2023, 1, 1), None], ["year"], "without blanks"),
        (["2023-01-01", "2023-01-02"], ["year"], "fill or convert"),
        ([date(2023, 1, 1), date(2023, 1, 2)], ["week"], "grouped by some of month, quarter, year"),
    ],
)
def test_days_that_excel_does_not_group_are_refused(days: list[Any], parts: list[Any], says: str) -> None:
    with pytest.raises(PivotError, match=says):
        Source("T", pd.DataFrame({"D": days, "N": [1, 2]}), dates={"D": parts})
