"""The sample campaigns' consolidated workbooks, written and loaded once for all tests of this folder, which only read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook


@pytest.fixture(scope="session")
def demo_book(demo: Any) -> Workbook:
    """The demonstration's workbook with its formulas."""
    return load_workbook(demo.workbook)


@pytest.fixture(scope="session")
def demo_values(demo: Any) -> Workbook:
    """The same with the values that its formulas show."""
    return load_workbook(demo.workbook, data_only=True)
