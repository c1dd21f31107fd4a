"""One cause is one problem: nothing is blamed for what it could not find because of another fault."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sheets import write_template, write_units

from workbook_tools.spec.roster import read_roster
from workbook_tools.spec.template import load_template, read_template

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Tables = dict[str, list[list[Any]]]


def cell(sheet: str, row: int, column: int, value: object) -> Callable[[Tables], None]:
    def plant(tables: Tables) -> None:
        tables[sheet][row - 1][column - 1] = value

    return plant


def without_column(sheet: str, head: str) -> Callable[[Tables], None]:
    def plant(tables: Tables) -> None:
        position = tables[sheet][0].index(head)
        for row in tables[sheet]:
            del row[position]

    return plant


def codes(plant: Callable[[Tables], Any], path: Path) -> list[str]:
    template, problems = read_template(write_template(path / "template.xlsx", plant))
    assert template is None
    return [p.code for p in problems if str(p.severity) == "error"]


@pytest.mark.parametrize(
    ("plant", "told"),
    [
        (cell("Đợt báo cáo", 4, 3, "mai"), ["value-not-date"]),
        (cell("Đợt báo cáo", 2, 3, None), ["value-missing"]),
        (cell("Đợt báo cáo", 6, 3, "tỉnh"), ["type-unknown"]),
        (lambda tables: tables.pop("Đợt báo cáo"), ["sheet-missing"]),
        (lambda tables: tables.pop("Loại đơn vị"), ["sheet-missing"]),
        (lambda tables: tables.pop("Chỉ tiêu"), ["sheet-missing"]),
        (cell("Chỉ tiêu", 2, 1, "ct1"), ["code-like-cell", "marker-unknown", "marker-unknown"]),
        (cell("Chỉ tiêu", 2, 1, "Ct 1"), ["code-invalid", "marker-unknown", "marker-unknown"]),
        (without_column("Chỉ tiêu", "Kiểu"), ["column-missing"]),
        (without_column("Quy tắc", "Thông báo"), ["column-missing"]),
        (cell("Biểu", 5, 2, "{{ct_1x}}"), ["marker-unknown"]),
    ],
)
def test_a_fault_of_the_template_is_said_once(
    plant: Callable[[Tables], Any], told: list[str], tmp_path: Path
) -> None:
    assert codes(plant, tmp_path) == told


def test_a_bad_unit_code_is_not_said_again_of_every_unit_below(tmp_path: Path) -> None:
    template, _ = load_template(write_template(tmp_path / "template.xlsx"))

    def plant(rows: list[list[Any]]) -> None:
        rows[1][0] = rows[2][3] = "x 1"

    _, problems = read_roster(write_units(tmp_path / "units.xlsx", plant), template)
    assert [p.code for p in problems if str(p.severity) == "error"] == ["unit-code-invalid"]
