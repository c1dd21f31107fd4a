"""Some sheets of the consolidated workbook without the others: a fraction of the time of the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl import load_workbook

from workbook_tools.consolidated.completeness import build_completeness, write_completeness
from workbook_tools.consolidated.data import write_data
from workbook_tools.consolidated.data_source import build_source
from workbook_tools.consolidated.lists.file_links import FileLinks
from workbook_tools.consolidated.office_report.statements import build_statements
from workbook_tools.consolidated.overview import add_overview, write_overview
from workbook_tools.sheetwriter.book import Book

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl.workbook import Workbook

    from workbook_tools.frames import Collection

    WriteSheet = Callable[[Book, Collection], object]


def write_sheets(
    collection: Collection, folder: Path, *writers: WriteSheet, values: bool = False
) -> Workbook:
    """The workbook of what these functions of the package write, loaded: with formulas, or their ``values``."""
    path = folder / "some.xlsx"
    with Book(path, collection.as_of, {}) as book:
        for write in writers:
            write(book, collection)
    return load_workbook(path, data_only=values)


def write_overview_alone(book: Book, collection: Collection) -> None:
    """The overview, which is written last because it tells of what the other sheets hold."""
    add_overview(book)
    write_overview(book, collection, build_completeness(collection), build_statements(collection), ())


def write_table(book: Book, collection: Collection) -> None:
    """The table of all answers."""
    write_data(book, build_source(collection), collection, FileLinks("returned"))


def write_completeness_alone(book: Book, collection: Collection) -> None:
    write_completeness(book, collection, build_completeness(collection))
