"""The consolidated workbook: one module per sheet or family of sheets."""

from __future__ import annotations

import re
import zipfile
from contextlib import ExitStack
from typing import TYPE_CHECKING

from workbook_tools.consolidated.changes import write_changes
from workbook_tools.consolidated.comparison import write_comparison
from workbook_tools.consolidated.completeness import build_completeness, write_completeness
from workbook_tools.consolidated.data import fits_table, write_data
from workbook_tools.consolidated.data_source import build_source
from workbook_tools.consolidated.explorer import write_explorer, write_matrix
from workbook_tools.consolidated.extremes import write_extremes
from workbook_tools.consolidated.list_sheets import list_sheet_names, write_lists
from workbook_tools.consolidated.lists.decision_list import write_decision_list
from workbook_tools.consolidated.lists.file_journal import write_journal
from workbook_tools.consolidated.lists.file_links import FileLinks
from workbook_tools.consolidated.lists.problem_list import write_problem_list
from workbook_tools.consolidated.lists.sent_mails import write_sent_mails
from workbook_tools.consolidated.office_report.district_report import write_district_report
from workbook_tools.consolidated.office_report.line_table import write_type_table
from workbook_tools.consolidated.office_report.narrative import write_narrative
from workbook_tools.consolidated.office_report.printed_tables import write_area_table
from workbook_tools.consolidated.office_report.statements import build_statements
from workbook_tools.consolidated.overview import add_overview, write_overview
from workbook_tools.consolidated.roll_call import write_roll_call
from workbook_tools.consolidated.summary import write_summary
from workbook_tools.consolidated.words import (
    CHANGES_SHEET,
    COMPARISON_SHEET,
    JOURNAL_SHEET,
    NARRATIVE_SHEET,
    PROBLEMS_SHEET,
    ROLL_CALL_SHEET,
)
from workbook_tools.sheetwriter.book import Book
from workbook_tools.sheetwriter.whole_table import DATA, WholeTable, mark_rows, whole_path
from workbook_tools.storage.replace import remove, replacing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from workbook_tools.consolidated.office_report.statements import Statement
    from workbook_tools.frames import Collection
    from workbook_tools.pivots import Source
    from workbook_tools.storage.location import Location

_CODE = "Mã số liệu: "
_LISTS = (
    ROLL_CALL_SHEET,
    COMPARISON_SHEET,
    CHANGES_SHEET,
    PROBLEMS_SHEET,
    NARRATIVE_SHEET,
    DATA,
    JOURNAL_SHEET,
)
"""The sheets that grow with units or files."""


def write_consolidated(
    collection: Collection,
    path: Location,
    *,
    links_to: Location | None = None,
    native_pivots: bool = True,
    statements: Sequence[Statement] | None = None,
) -> Sequence[WholeTable]:
    """Write the consolidated workbook, whole or not at all; ``links_to`` is the folder of the returned files,
    ``statements`` the sentences about the figures, if they are built already.

    Without ``native_pivots``, or if one sheet cannot hold all answers, the same cells are written without
    PivotTables behind them. A list longer than its sheet is written whole to a Parquet file beside the
    workbook; returns these files, and removes those of an earlier run that are no longer needed. All files
    are complete before the first is put into place. The same collection gives the same bytes. Raises
    CannotWrite if the system refuses.
    """
    properties = _describe(collection)
    links = FileLinks.between(path, links_to, collection.files)
    source = build_source(collection)
    fits = fits_table(source)
    if not fits:
        # Next period's run looks for this mark instead of counting a million rows.
        properties["keywords"] = mark_rows(len(source))
    # The workbook is put into place before the files beside it: it is the one that may be open in Excel.
    with ExitStack() as beside, replacing(path) as temporary:
        with Book(temporary, collection.as_of, properties, native_pivots=native_pivots and fits) as book:
            # First, although the sheet is near the end: its rows take longest to compress, and other threads
            # do that meanwhile.
            write_data(book, source, collection, links)
            add_overview(book)
            _write_figures(book, collection, source, links)
            completeness = build_completeness(collection)
            write_completeness(book, collection, completeness)
            _write_checks(book, collection, links)
            if statements is None:
                statements = build_statements(collection)
            write_narrative(book, collection, statements)
            write_sent_mails(book, collection)
            write_journal(book, collection, links)
            # After all lists, because the overview names those that exceed a sheet.
            whole = book.note_long_lists(path)
            write_overview(book, collection, completeness, statements, whole)
        for long_list, table in zip(book.long_lists, whole, strict=True):
            long_list.write(beside.enter_context(replacing(table.path)))
    # A file left by an earlier run would be mistaken for this run's.
    for name in {*_LISTS, *list_sheet_names(collection.template).values()} - {table.sheet for table in whole}:
        remove(whole_path(path, name))
    return whole


def _write_figures(book: Book, collection: Collection, source: Source, links: FileLinks) -> None:
    """The sheets for the report: the office's own, who has reported, and the figures."""
    write_district_report(book, collection)
    write_roll_call(book, collection, links)
    write_summary(book, collection)
    write_area_table(book, collection)
    write_type_table(book, collection)
    write_explorer(book, collection, source)
    write_matrix(book, collection, source)
    write_lists(book, collection, links)
    write_extremes(book, collection)


def _write_checks(book: Book, collection: Collection, links: FileLinks) -> None:
    """The sheets of what to look at, and of what the officer decided."""
    write_comparison(book, collection)
    write_changes(book, collection)
    write_problem_list(book, collection, links)
    write_decision_list(book, collection)


def _describe(collection: Collection) -> dict[str, str]:
    """The workbook's properties."""
    campaign = collection.template.campaign
    return {
        "title": campaign.title,
        "author": campaign.office,
        "subject": campaign.code,
        "company": campaign.office,
        "comments": f"{_CODE}{collection.code}",
    }


def read_data_code(workbook: Path) -> str:
    """The code of the figures that a consolidated workbook was made of; empty if it tells none."""
    try:
        with zipfile.ZipFile(workbook) as package:
            properties = package.read("docProps/core.xml").decode()
    except (OSError, zipfile.BadZipFile, KeyError, ValueError):
        return ""
    found = re.search(f"{_CODE}([0-9A-F]{{8}})", properties)
    return found[1] if found else ""
