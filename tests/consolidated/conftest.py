"""The sample campaigns' consolidated workbooks, written and loaded once for all tests of this folder, which only read them."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from collecting import fill_all, read_back
from filled_campaign import plant_faults
from openpyxl import load_workbook

from workbook_tools.usecases.collect import write_workbook

if TYPE_CHECKING:
    from campaigns import Campaign
    from openpyxl.workbook import Workbook


@pytest.fixture(scope="session")
def demo_book(demo: Any) -> Workbook:
    """The demonstration's workbook with its formulas."""
    return load_workbook(demo.workbook)


@pytest.fixture(scope="session")
def demo_values(demo: Any) -> Workbook:
    """The same with the values that its formulas show."""
    return load_workbook(demo.workbook, data_only=True)


@pytest.fixture(scope="session")
def second_collected(second: Campaign, tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """The second campaign, returned with every kind of fault: no inclusion, no communes, figures in a matrix."""
    folder = tmp_path_factory.mktemp("second")
    saved = datetime(2024, 9, 10, 8, tzinfo=UTC)
    fill_all(second, plant_faults(second, seed=8).typed, folder / "returned", saved)
    collection = read_back(second, folder / "returned")
    write_workbook(collection, folder / "consolidated.xlsx")
    return SimpleNamespace(workbook=folder / "consolidated.xlsx", collection=collection)
