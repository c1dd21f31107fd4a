"""A total that a unit wrote into a list, or a part of a row, is no entry: no figure of a list counts twice."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from workbook_tools.answers.list_totals import leave_out_totals
from workbook_tools.frames import LIST_COLUMNS
from workbook_tools.model import Indicator, Kind, RowList, State

COLUMNS = {
    "ds.ten": Indicator("ds.ten", "", "Tên", "", Kind.TEXT),
    "ds.tien": Indicator("ds.tien", "", "Tiền", "đồng", Kind.MONEY),
    "ds.so": Indicator("ds.so", "", "Số", "cái", Kind.COUNT),
}
TEMPLATE = SimpleNamespace(
    lists={"ds": RowList("ds", "", "Danh sách", COLUMNS, places=dict.fromkeys(COLUMNS, 1))}
)


def read(table: str) -> tuple[list[str], list[str]]:
    """What stays of the rows ``name|tien|so`` of a unit, figures in doubt as ``?``; and the problems."""
    lines = []
    for number, line in enumerate(table.split("\n"), start=1):
        for code, raw in zip(COLUMNS, line.split("|"), strict=True):
            state = State.ANSWERED if raw else State.UNANSWERED
            figure = float(raw) if raw and code != "ds.ten" else None
            value = figure if code != "ds.ten" else raw or None
            lines.append(
                {
                    "unit": "x1",
                    "list": "ds",
                    "row": number,
                    "indicator": code,
                    "state": str(state),
                    "value": value,
                }
                | {"number": figure, "raw": raw, "file": "x1.xlsx", "sheet": "Biểu", "cell": f"B{number}"}
            )
    frame = pd.DataFrame(lines, columns=LIST_COLUMNS).astype({"value": object, "number": "float64"})
    found, problems = leave_out_totals(frame, TEMPLATE)
    shown = found["raw"].where(found["state"] != State.IN_DOUBT, "?")
    return shown.groupby(found["row"]).agg("|".join).tolist(), [p.code for p in problems]


@pytest.mark.parametrize("name", ["Tổng cộng", "TỔNG CỘNG:", " tổng ", "Cộng", "tong cong", "Total", ""])
def test_a_row_of_sums_is_no_entry(name: str) -> None:
    assert read(f"Bàn|10|2\nGhế|20|\n{name}|30|2") == (["Bàn|10|2", "Ghế|20|"], ["list-total-row"])


def test_totals_of_parts_are_none_either() -> None:
    found = read("Bàn|10|\nGhế|20|\nCộng|30|\nBút|5|\nCộng|5|\nTổng cộng|35|")
    assert found == (["Bàn|10|", "Ghế|20|", "Bút|5|"], ["list-total-row"] * 3)


@pytest.mark.parametrize(
    "name",
    ["Cộng khối 1", "Tổng số tiền", "Tổng cộng (2 dòng)", "Cộng mục I", "Cộng: 2 loại", "Mang sang trang 2"],
)
def test_a_total_may_be_named_with_more_words(name: str) -> None:
    assert read(f"Bàn|10|\nGhế|20|\n{name}|30|\nBút|5|") == (
        ["Bàn|10|", "Ghế|20|", "Bút|5|"],
        ["list-total-row"],
    )


@pytest.mark.parametrize(
    ("table", "entries", "totals"),
    [
        ("Tổng số|30|2\nBàn|10|2\nGhế|20|", "Bàn|10|2\nGhế|20|", 1),
        ("Cộng khối 1|30|\nBàn|10|\nGhế|20|\nCộng khối 2|5|\nBút|5|", "Bàn|10|\nGhế|20|\nBút|5|", 2),
        ("Nhà A|30|\n- mái|10|\n- tường|20|\nNhà B|5|", "- mái|10|\n- tường|20|\nNhà B|5|", 1),
    ],
)
def test_a_total_may_stand_above_its_rows(table: str, entries: str, totals: int) -> None:
    assert read(table) == (entries.split("\n"), ["list-total-row"] * totals)


def test_a_total_above_that_is_not_the_sum_is_in_doubt() -> None:
    assert read("Tổng số|31|\nBàn|10|\nGhế|20|") == (
        ["Tổng số|?|", "Bàn|10|", "Ghế|20|"],
        ["list-total-doubtful"],
    )


@pytest.mark.parametrize(
    "part", ["Trong đó: mái|10|", "- trong đó mái|10|", "Trong đó|10|\n- mái|10|", "trong đó:||\n+ mái|10|"]
)
def test_what_is_named_a_part_of_the_row_above_is_left_out(part: str) -> None:
    entries, problems = read(f"Nhà A|30|\n{part}\nNhà B|5|")
    assert [one for one in entries if "|10" in one] == []
    assert {"Nhà A|30|", "Nhà B|5|"} <= {*entries}
    assert problems == ["list-part-row"] * part.count("|10")


def test_dashed_rows_that_may_be_parts_are_in_doubt() -> None:
    found = read("Nhà A|30|\n- mái|10|\n- sàn||\nNhà B|5|")
    assert found == (["Nhà A|30|", "- mái|?|", "- sàn||", "Nhà B|5|"], ["list-part-doubtful"])


def test_a_total_that_is_not_the_sum_is_in_doubt() -> None:
    """An entry may be missing above it, or it may be one with an odd name: adding it up could count twice."""
    assert read("Bàn|10|1\nTổng cộng|30|1") == (["Bàn|10|1", "Tổng cộng|?|?"], ["list-total-doubtful"])


def test_a_total_of_billions_that_is_a_few_dong_off_is_not_the_sum() -> None:
    parts = "Bàn|12345678901|\nGhế|20|"
    assert read(f"{parts}\nTổng cộng|12345678921|")[1] == ["list-total-row"]
    assert read(f"{parts}\nTổng cộng|12345678932|")[1] == ["list-total-doubtful"]


@pytest.mark.parametrize(
    "table",
    [
        "Tổng cộng|30|",
        "Bàn||\nTổng|30|",
        "Bàn|10|\n|10|",
        "Bàn|10|\nGhế|20|\nTổng đài|30|",
        "Bàn|10|\nGhế|20|\nCông|30|",
        "Bàn|10|\nGhế|20|\n|31|",
        "|10|\n|30|\nBút|5|",
        "Bàn|0|\nGhế|0|\n|0|",
        "- Bàn|10|\n- Ghế|20|",
        "Nhà A||\n- mái|10|\n- sàn|20|",
        "Bàn|10|\nGhế|20|\nTổng phụ trách Đội|30|",
        "Trong đó: mái|10|\nNhà B|5|",
    ],
)
def test_everything_else_is_an_entry(table: str) -> None:
    assert read(table) == (table.split("\n"), [])
