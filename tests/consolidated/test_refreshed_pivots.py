"""A refresh changes no cell of a pivot, look included: in LibreOffice, and by what the formats of each pivot say."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import pytest
from libreoffice import refresh_pivots, requires_libreoffice
from pivots.refreshed_look import find_changed, find_pivots

from workbook_tools.storage.campaign_folder import CampaignFolder
from workbook_tools.usecases.collect import CollectOptions, collect, write_workbook

if TYPE_CHECKING:
    from pathlib import Path
    from types import SimpleNamespace

pytestmark = pytest.mark.slow
OWN_WORDS = {"- all -": "(Tất cả)", "Data": "Số liệu", "Total Result": "Toàn huyện"}
"""What LibreOffice words in its own language."""


@pytest.fixture(scope="module")
def second_workbook(second_collected: SimpleNamespace) -> Path:
    return second_collected.workbook


@pytest.fixture(scope="module")
def next_workbook(demo: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration with the figures of a period before."""
    campaign = CampaignFolder(demo.workbook.parent)
    options = CollectOptions(key=campaign.key, previous=demo.workbook)
    target = tmp_path_factory.mktemp("next") / "a.xlsx"
    write_workbook(collect(campaign.returned, campaign.template, campaign.units, options), target)
    return target


@pytest.fixture(params=["demo", "second", "next"])
def workbook(request: pytest.FixtureRequest) -> Path:
    if request.param == "demo":
        return request.getfixturevalue("demo").workbook
    return request.getfixturevalue(f"{request.param}_workbook")


def test_each_cell_has_the_look_that_the_formats_give_it(workbook: Path) -> None:
    pivots = find_pivots(workbook)
    assert [pivot.name for pivot in pivots] == ["TheoDiaBan", "TheoDonVi"]
    assert {pivot.name: find_changed(pivot) for pivot in pivots} == {"TheoDiaBan": [], "TheoDonVi": []}


@requires_libreoffice
def test_each_cell_is_the_same_after_a_refresh_in_libreoffice(workbook: Path) -> None:
    pivots = find_pivots(workbook)
    shown = [pivot for found in refresh_pivots(workbook).values() for pivot in found]
    for pivot, (before, after) in zip(pivots, shown, strict=True):
        assert after == before
        whole = pivot.whole
        assert after.place == [whole.top, whole.left]
        ours = [
            [pivot.sheet.cells.get((row, column), "") for column in range(whole.left, whole.right + 1)]
            for row in range(whole.top, whole.bottom + 1)
        ]
        theirs = [[OWN_WORDS.get(cell, cell) for cell in row] for row in after.cells]
        heads = pivot.box.top - whole.top + int(pivot.location.get("firstDataRow"))
        assert theirs[:heads] == ours[:heads]
        for mine, its in zip(in_any_order(ours[heads:]), in_any_order(theirs[heads:]), strict=True):
            assert its == [pytest.approx(cell) if isinstance(cell, float) else cell for cell in mine]


def in_any_order(rows: list[list[Any]]) -> list[list[Any]]:
    """Rows of equal figures by their label: LibreOffice leaves their order to chance."""
    ties = groupby(rows, lambda row: row[-1])
    return [row for _, tied in ties for row in sorted(tied, key=lambda row: str(row[:-1]))]
