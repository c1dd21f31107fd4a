"""The list of units changes while the forms are out: no figure counts for another unit, and what does not count is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from collecting import fill, outcomes, read_back
from drawn_form import draw, write_roster

from workbook_tools.problems import Severity

if TYPE_CHECKING:
    from pathlib import Path

    from campaigns import Campaign

    from workbook_tools.frames import Collection

LINES = "hs | Số học sinh | em | số đếm | cộng"
UNITS = """
x1 | Xã Một | xa
x2 | Xã Hai | xa
x3 | Xã Ba | xa"""
NAMED, UNNAMED = "\nBáo cáo của {{don_vi}}\nHọc sinh | {{hs}}", "\nBáo cáo\nHọc sinh | {{hs}}"


@pytest.fixture(params=[NAMED, UNNAMED], ids=["named", "unnamed"])
def campaign(request: pytest.FixtureRequest, tmp_path: Path) -> Campaign:
    """Three forms that have come back: 100, 20 and 3 pupils."""
    drawn = draw(tmp_path, {"Biểu": request.param}, LINES, UNITS)
    for unit, pupils in (("x1", 100), ("x2", 20), ("x3", 3)):
        fill(drawn, unit, {"hs": pupils}, tmp_path / "returned" / f"{unit}.xlsx")
    return drawn


def collect_with(campaign: Campaign, units: str) -> Collection:
    write_roster(campaign.units_path, units)
    return read_back(campaign, campaign.units_path.parent / "returned")


def told(collection: Collection) -> set[tuple[str, str, Severity]]:
    codes = {"code-of-other-unit", "unit-renamed", "unit-unknown", "name-changed", "name-of-other-unit"}
    return {(p.code, p.place.file, p.severity) for p in collection.problems if p.code in codes}


def test_nothing_changed(campaign: Campaign) -> None:
    collection = collect_with(campaign, UNITS)
    assert collection.totals["total"]["hs"] == 123
    assert told(collection) == set()


def test_codes_that_were_exchanged_count_for_neither(campaign: Campaign) -> None:
    collection = collect_with(campaign, UNITS.replace("x1", "x0").replace("x2", "x1").replace("x0", "x2"))
    assert outcomes(collection) == {"x1.xlsx": "rejected", "x2.xlsx": "rejected", "x3.xlsx": "accepted"}
    assert collection.totals["total"]["hs"] == 3
    assert told(collection) == {
        ("code-of-other-unit", f"{unit}.xlsx", Severity.ERROR) for unit in ("x1", "x2")
    }


def test_a_unit_of_another_name_is_told(campaign: Campaign) -> None:
    """It may be a new commune into which others were merged, with the code of one of them."""
    collection = collect_with(campaign, UNITS.replace("Xã Một", "Xã Nhất"))
    assert collection.totals["total"]["hs"] == 123
    assert told(collection) == {("unit-renamed", "x1.xlsx", Severity.WARNING)}


def test_a_name_in_other_capitals_is_the_same(campaign: Campaign) -> None:
    assert told(collect_with(campaign, UNITS.replace("Xã Một", "XÃ  MỘT"))) == set()


def test_units_merged_into_a_new_one_are_no_longer_counted_and_told(campaign: Campaign) -> None:
    collection = collect_with(campaign, "x9 | Xã Mới | xa\nx3 | Xã Ba | xa")
    assert collection.totals["total"]["hs"] == 3
    assert told(collection) == {("unit-unknown", f"{unit}.xlsx", Severity.ERROR) for unit in ("x1", "x2")}
