"""The pivots are a library of their own: they need nothing of the program, and a stranger's few lines make a sound workbook."""

from __future__ import annotations

import ast
import re
import zipfile
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from campaigns import ROOT
from openxml_audit import OpenXmlValidator
from pivots.lint import lint

from workbook_tools.pivots import Pivot, PivotError, PivotWorkbook, Sort, Source, Top, Value

if TYPE_CHECKING:
    from pathlib import Path

FRAME = pd.DataFrame(
    {
        "Vùng": ["Bắc", "Nam", "Bắc", "Nam", "Đông"],
        "Ngày": [date(2023, 9, 28), datetime(2023, 10, 2, 8, 30), date(2023, 12, 31), None, date(2024, 1, 1)],
        "Mới": [True, False, True, None, False],
        "Cân": [Decimal("120.5"), Decimal(80), Decimal(300), None, Decimal(40)],
    }
)


def make(path: Path, **asked: Any) -> openpyxl.Workbook:
    with PivotWorkbook(path) as workbook:
        sheet, data = workbook.add_worksheet("Bảng"), workbook.add_worksheet("Dữ liệu")
        source = workbook.write_source(data, "DuLieu", FRAME, dates={"Ngày": ["year", "quarter", "month"]})
        workbook.add_pivot(sheet, 0, 0, Pivot("P", source, values=[Value("Tổng", "Cân")], **asked))
    assert lint(path) == []
    assert list(OpenXmlValidator().validate(str(path)).errors) == []
    return openpyxl.load_workbook(path)


def test_they_import_nothing_of_the_program() -> None:
    for module in (ROOT / "workbook_tools/pivots").rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                assert not name.startswith("workbook_tools") or name.startswith("workbook_tools.pivots"), (
                    module
                )


def test_the_page_s_example_runs_and_is_sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "docs/pivots.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    exec(compile(example, "docs/pivots.md", "exec"), {})
    assert lint(tmp_path / "sales.xlsx") == []
    sheet = openpyxl.load_workbook("sales.xlsx")["Summary"]
    assert [row[0].value for row in sheet.iter_rows(min_row=4)] == ["North", "South", "East", "Grand Total"]


@pytest.mark.parametrize("field", ["Ngày", "Mới", "Vùng", "Ngày (month)"])
def test_any_cell_may_stand_on_an_axis(tmp_path: Path, field: str) -> None:
    book = make(tmp_path / "a.xlsx", rows=[field], column_totals=True)
    assert book["Bảng"].cell(book["Bảng"].max_row, 2).value == 540.5
    labels = [row[0].value for row in book["Bảng"].iter_rows(min_row=2)]
    if field == "Ngày":
        assert labels[:2] == [datetime(2023, 9, 28), datetime(2023, 10, 2, 8, 30)]
    if field == "Mới":
        assert set(labels) == {True, False, "(blank)", "Grand Total"}


def test_days_are_grouped_by_columns_of_the_table(tmp_path: Path) -> None:
    book = make(tmp_path / "a.xlsx", rows=["Ngày (year)", "Ngày (quarter)"])
    rows = [[cell.value for cell in row] for row in book["Bảng"].iter_rows(min_row=2)]
    assert rows[0] == ["2023", "2023 Q3", 120.5]
    assert rows[-2][:2] == ["2024", "2024 Q1"]


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
    ],
)
def test_what_cannot_be_done_says_what_to_do(tmp_path: Path, frame: pd.DataFrame, says: str) -> None:
    with pytest.raises(PivotError, match=says):
        Pivot("P", Source("T", frame), ["A"], [Value("S", "N")])
