"""Whatever is asked for, the pivot is one that Excel takes: proved by the linter on random layouts and by other programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openxml_audit import OpenXmlValidator
from pivots.lint import lint

from workbook_tools.pivots import Captions, Pivot, PivotError, PivotWorkbook, Slicer, Source, Value

if TYPE_CHECKING:
    from pathlib import Path

FIELDS = ["Địa bàn", "Loại đơn vị", "Chỉ tiêu", "Năm"]
FIGURES = ["Số", "Tiền"]
WORDS = [
    "Xã An Thái",
    "xã an thái",
    "Xã  Bát Trang",
    'Thị trấn <An Lão> & "Đồi"',
    "=1+1",
    "_x0041_",
    "Trường Thọ\ndòng hai",
    None,
    "Ý kiến",
    "Ý kiến",
    "ý\u200bkiến",
    "diện tích, m²",
    "diện tích, m2",
    "２０２３",
    "2023",
]
SHEET_NAMES = ["Bảng tổng hợp", "Xã's & 'trường' 1", "Số! liệu (2)"]


def build(path: Path, frame: pd.DataFrame, ask: Any, *, name: str = SHEET_NAMES[0], **options: Any) -> None:
    """A workbook whose first sheet has what ``ask`` puts there, and whose second has the table."""
    with PivotWorkbook(str(path), {"strings_to_formulas": False}, **options) as workbook:
        sheet, data = workbook.add_worksheet(name), workbook.add_worksheet("Dữ liệu")
        for row, record in enumerate(frame.itertuples(index=False), start=1):
            for column, cell in enumerate(record):
                if isinstance(cell, str):
                    data.write_string(row, column, cell)
                elif cell is not None and cell == cell:
                    data.write_number(row, column, cell)
        data.add_table(
            0,
            0,
            len(frame),
            len(frame.columns) - 1,
            {"name": "DuLieu", "columns": [{"header": h} for h in frame.columns]},
        )
        ask(workbook, sheet, Source("DuLieu", frame))


@dataclass(frozen=True)
class Layout:
    """A pivot to ask for, over a frame, at a place; and which fields have slicers."""

    frame: pd.DataFrame
    asked: dict[str, Any]
    row: int
    column: int
    sheet: str
    slicers: list[str]


@st.composite
def frames(draw: Any) -> pd.DataFrame:
    """Texts that Excel takes for one another, blanks, a column of texts and numbers, one of numbers alone, and two of figures."""
    count = draw(st.integers(1, 25))
    words, years = st.sampled_from(WORDS), st.sampled_from([None, 2022.0, 2023.0, 0.5])
    numbers = st.one_of(st.none(), st.integers(-50, 10**9), st.floats(-1e6, 1e6))

    def column(cells: Any) -> list[Any]:
        return draw(st.lists(cells, min_size=count, max_size=count))

    columns = [
        column(words),
        column(words),
        column(st.one_of(words, st.sampled_from([1.0, 2.5]))),
        column(years),
    ]
    frame = pd.DataFrame(dict(zip(FIELDS, columns, strict=True)), dtype=object)
    for head in FIGURES:
        frame[head] = pd.Series(column(numbers), dtype="float64")
    return frame


@st.composite
def layouts(draw: Any) -> Layout:
    frame = draw(frames())
    fields = draw(st.permutations(FIELDS))
    rows, columns = fields[: draw(st.integers(1, 2))], fields[2 : 2 + draw(st.integers(0, 1))]
    way = draw(st.sampled_from(["tabular", "outline", "compact"]))
    sides = ["below"] if way == "tabular" else ["below", "above"]
    # What is chosen is what stands in the first record, so that one passes.
    filters = {fields[3]: draw(st.sampled_from([None, frame[fields[3]][0]]))} if draw(st.booleans()) else {}
    ticked = [frame[fields[0]][0], *draw(st.lists(st.sampled_from(list(frame[fields[0]])), max_size=3))]
    functions = draw(
        st.lists(
            st.sampled_from(["sum", "count", "average", "min", "max"]), min_size=1, max_size=3, unique=True
        )
    )
    asked = {
        "rows": rows,
        "columns": columns,
        "filters": filters,
        "shown": {fields[0]: ticked} if draw(st.booleans()) else {},
        "values": [Value(f"Cột {f}", draw(st.sampled_from(FIGURES)), f, "#,##0.00") for f in functions],
        "row_totals": draw(st.booleans()),
        "column_totals": draw(st.booleans()),
        "layout": way,
        "subtotals": {name: draw(st.sampled_from(sides)) for name in rows[:-1] if draw(st.booleans())},
        "repeat_labels": way != "compact" and draw(st.booleans()),
        "captions": Captions("Toàn huyện", "Số liệu", "(Tất cả)", "(trống)"),
    }
    free = [name for name in FIELDS if filters.get(name) is None]
    slicers = draw(st.lists(st.sampled_from(free), max_size=2, unique=True))
    return Layout(
        frame,
        asked,
        draw(st.integers(0, 4)),
        draw(st.integers(0, 3)),
        draw(st.sampled_from(SHEET_NAMES)),
        slicers,
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(layouts())
@pytest.mark.slow
def test_any_layout_is_one_that_excel_takes(tmp_path: Path, layout: Layout) -> None:
    def ask(workbook: PivotWorkbook, sheet: Any, source: Source) -> None:
        placed = workbook.add_pivot(sheet, layout.row, layout.column, Pivot("Bang1", source, **layout.asked))
        for number, name in enumerate(layout.slicers):
            workbook.add_slicer(sheet, 0, 20 + 4 * number, Slicer(name, name, [placed]))

    path = tmp_path / "a.xlsx"
    build(path, layout.frame, ask, name=layout.sheet)
    assert lint(path) == []


FRAME = pd.DataFrame(
    {
        "Địa bàn": ["A", "A", "B", "B"],
        "Loại đơn vị": ["x", "y", "x", "x"],
        "Chỉ tiêu": ["1", "2", "1", None],
        "Số": [1, 2, 3, None],
        "Tiền": 4.5,
    }
)


def ask_all(workbook: PivotWorkbook, sheet: Any, source: Source) -> None:
    """Two pivots over one cache, two slicers, one chart."""
    values = [Value("Tổng số", "Số"), Value("Trung bình", "Tiền", "average", "0.0")]
    one = workbook.add_pivot(
        sheet,
        0,
        0,
        Pivot(
            "Một", source, ["Địa bàn", "Chỉ tiêu"], values, filters={"Loại đơn vị": None}, column_totals=True
        ),
    )
    two = workbook.add_pivot(
        sheet,
        0,
        8,
        Pivot("Hai", source, ["Địa bàn"], [Value("Tổng", "Số")], ["Loại đơn vị"], row_totals=True),
    )
    workbook.add_slicer(sheet, 20, 0, Slicer("Loại đơn vị", "Loại", [one, two]))
    workbook.add_slicer(sheet, 20, 5, Slicer("Chỉ tiêu", "Chỉ tiêu", [one]))
    chart = workbook.add_chart({"type": "column"})
    chart.add_series({"name": two.head(0), "categories": two.labels(), "values": two.figures(0)})
    workbook.link_chart(chart, two)
    sheet.insert_chart(30, 0, chart)


def test_other_programs_find_nothing_wrong_and_everything_there(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    build(path, FRAME, ask_all)
    assert lint(path) == []
    assert list(OpenXmlValidator().validate(str(path)).errors) == []
    pivots = openpyxl.load_workbook(path)["Bảng tổng hợp"]._pivots
    assert [pivot.name for pivot in pivots] == ["Một", "Hai"]
    assert {pivot.cacheId for pivot in pivots} == {1}
    assert [len(pivot.cache.records.r) for pivot in pivots] == [4, 4]
    assert [field.name for field in pivots[0].cache.cacheFields] == list(FRAME.columns)


def test_without_native_pivots_the_same_cells_are_written(tmp_path: Path) -> None:
    build(tmp_path / "a.xlsx", FRAME, ask_all)
    build(tmp_path / "b.xlsx", FRAME, ask_all, native=False)
    native, plain = (
        openpyxl.load_workbook(tmp_path / name)["Bảng tổng hợp"] for name in ("a.xlsx", "b.xlsx")
    )
    assert list(native.iter_rows(values_only=True)) == list(plain.iter_rows(values_only=True))
    assert plain._pivots == []


@pytest.mark.parametrize(
    "asked",
    [
        {"rows": []},
        {"rows": ["Nhóm"]},
        {"rows": ["Địa bàn"], "columns": ["Địa bàn"]},
        {"values": [Value("Số", "Số")]},
        {"values": [Value("Tổng", "Loại đơn vị")]},
        {"filters": {"Loại đơn vị": "z"}},
        {"shown": {"Chỉ tiêu": ["1"]}},
    ],
    ids=[
        "no rows",
        "no such field",
        "one field twice",
        "a value called as a column",
        "texts added up",
        "no such item",
        "ticked elsewhere",
    ],
)
def test_what_excel_would_refuse_is_refused(tmp_path: Path, asked: dict[str, Any]) -> None:
    def ask(workbook: PivotWorkbook, sheet: Any, source: Source) -> None:
        with pytest.raises(PivotError):
            workbook.add_pivot(
                sheet,
                0,
                0,
                Pivot("A", source, **{"rows": ["Địa bàn"], "values": [Value("Tổng", "Số")], **asked}),
            )

    build(tmp_path / "a.xlsx", FRAME, ask)
