"""Consolidated workbooks, written and loaded once for all tests of this folder, which only read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from libreoffice import calculate
from openpyxl import load_workbook
from synthetic import make_collection

from workbook_tools.consolidated import write_consolidated

if TYPE_CHECKING:
    from pathlib import Path

    from libreoffice import Shown
    from openpyxl.workbook import Workbook

    from workbook_tools.frames import Collection


@pytest.fixture(scope="session")
def demo_book(demo: Any) -> Workbook:
    """The demonstration's workbook with its formulas."""
    return load_workbook(demo.workbook)


@pytest.fixture(scope="session")
def demo_values(demo: Any) -> Workbook:
    """The same with the values that its formulas show."""
    return load_workbook(demo.workbook, data_only=True)


@pytest.fixture(scope="session")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    """The small campaign of ``synthetic.py``."""
    return make_collection(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="session")
def small_path(collection: Collection, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small campaign's workbook."""
    return _write(collection, tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="session")
def small_book(small_path: Path) -> Workbook:
    """The same with its formulas."""
    return load_workbook(small_path)


@pytest.fixture(scope="session")
def small_values(small_path: Path) -> Workbook:
    """The same with the values that its formulas show."""
    return load_workbook(small_path, data_only=True)


@pytest.fixture(scope="session")
def small_recalculated(small_path: Path) -> Shown:
    """What it shows in LibreOffice, which a test of it has to require."""
    (theirs,) = calculate([small_path])
    return theirs


@pytest.fixture(scope="session")
def nobody_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small campaign's workbook when nobody has returned anything."""
    folder = tmp_path_factory.mktemp("nobody")
    return _write(make_collection(folder, nobody=True), folder)


@pytest.fixture(scope="session")
def nobody_book(nobody_path: Path) -> Workbook:
    return load_workbook(nobody_path)


def _write(collection: Collection, folder: Path) -> Path:
    path = folder / "consolidated.xlsx"
    write_consolidated(collection, path, links_to=folder / "returned")
    return path
