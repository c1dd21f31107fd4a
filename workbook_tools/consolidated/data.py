"""The sheet ``Dữ liệu``: the table ``DuLieu``, with a link from each row to its cell in the returned file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
from xlsxwriter.utility import xl_col_to_name

from workbook_tools import heads
from workbook_tools.consolidated.data_source import COLUMNS, TABLE, fact_names
from workbook_tools.consolidated.words import DATA_SHEET
from workbook_tools.model import State
from workbook_tools.sheetwriter.book_sheet import room_below
from workbook_tools.sheetwriter.cell_text import code_width
from workbook_tools.sheetwriter.columns import Column, Links, factorize, pick
from workbook_tools.sheetwriter.style import TAB

if TYPE_CHECKING:
    from workbook_tools.consolidated.lists.file_links import FileLinks
    from workbook_tools.frames import Collection
    from workbook_tools.model import ReportTemplate
    from workbook_tools.pivots import Source
    from workbook_tools.sheetwriter.book import Book
    from workbook_tools.sheetwriter.columns import CellValues

MOST_LINKS = 65_000
"""Above this many figures only one per unit is a link: Excel takes 65,530 per sheet, other links included."""
_FEW_LINKS = "Nhiều số liệu hơn số liên kết Excel cho phép: chỉ dòng đầu của mỗi đơn vị mở được tệp nộp về."
# Once: there are tens of thousands of links.
_VALUE_COLUMN = xl_col_to_name(COLUMNS.index(heads.VALUE))
_WIDTHS = [18, 26, 20, 20, 34, 12, 40, 11, 14, 14, 18, 22, 22, 34, 14, 11, 40, 12, 46]
_FIGURE_WIDTH = 14


def data_cell(position: int) -> str | None:
    """The place of an answer's value in the workbook, by its position; None without a row."""
    if 0 <= position < room_below(0):
        return f"'{DATA_SHEET}'!{_VALUE_COLUMN}{position + 2}"
    return None


def data_links(positions: npt.NDArray[np.integer]) -> Links:
    """Links to the answers' values in the workbook, by their positions; none without a row."""
    there = (positions >= 0) & (positions < room_below(0))
    return Links.down(f"'{DATA_SHEET}'!{_VALUE_COLUMN}", np.where(there, positions + 2, 0))


def fits_table(source: Source) -> bool:
    """Whether every answer finds a row on one sheet."""
    return len(source) <= room_below(0)


def write_data(book: Book, source: Source, collection: Collection, links: FileLinks) -> None:
    """Write the answers as the table ``DuLieu``; ``Giá trị tính`` is what enters the totals.

    The address in each row links to its cell in the returned file; with very many rows, only the first row of
    each return has the link.
    """
    answers, template = collection.answers, collection.template
    sheet = book.sheet(DATA_SHEET, TAB["record"], last=True)
    columns = [str(head) for head in source.frame]
    widths: list[float] = [*_WIDTHS, *[_FIGURE_WIDTH] * (len(columns) - len(COLUMNS))]
    widths[COLUMNS.index(heads.CODE)] = code_width(template.indicators)
    sheet.widths(widths)
    sheet.page(landscape=True, repeat=(0, 0))
    sheet.head(0, columns)
    links_of = {heads.CELL: _build_links(answers, links, len(source))}
    formats = _formats(source.frame[heads.CODE], template)
    # Facts, which come last, do not follow the format of their row's line.
    formats_of = dict.fromkeys(columns[: len(columns) - len(fact_names(collection.roster))], formats)
    laid = [
        Column(column, _styles(column, formats_of.get(head)), links_of.get(head))
        for head, (_, column) in zip(columns, source.frame.items(), strict=True)
    ]
    sheet.columns(1, laid)
    sheet.table(TABLE, columns)
    # With all columns side by side on a page the letters would have 4 points: printed are the unit, the line
    # and its figure. A filter applies to the printed rows, too.
    sheet.raw.print_area(0, columns.index(heads.UNIT), sheet.raw.dim_rowmax, columns.index(heads.STATE))
    # An officer who finds that most addresses lead nowhere should know why.
    if not links_figures(answers):
        sheet.note(0, columns.index(heads.CELL), _FEW_LINKS)
    sheet.raw.freeze_panes(1, 2)


def links_figures(answers: pd.DataFrame) -> bool:
    """Whether every figure can link to its cell; otherwise one of each unit does."""
    return int(_is_there(answers).sum()) <= MOST_LINKS


def _is_there(answers: pd.DataFrame) -> pd.Series:
    return ~answers["state"].isin([State.UNANSWERED, State.NOT_ASKED])


def _build_links(answers: pd.DataFrame, links: FileLinks, count: int) -> Links:
    """The links of the answers, in a column of so many cells."""
    every = (answers["file"] != "") & _is_there(answers)
    wanted = every if links_figures(answers) else ~answers["file"].duplicated()
    linked = np.flatnonzero(wanted)
    some = answers[["file", "sheet", "cell"]].iloc[linked]
    return links.of(some["file"], some["sheet"], some["cell"]).spread(linked, count)


def _formats(lines: pd.Series, template: ReportTemplate) -> pd.Categorical | None:
    """The style of each row's figures; None if all are integers."""
    looks = {code: f"number|{template.number_format(code)}" for code in template.indicators}
    # One style for the whole column is written faster than one for each cell.
    if set(looks.values()) <= {"number|#,##0"}:
        return None
    places, codes = factorize(lines)
    return pick([looks[str(code)] for code in codes], places)


def _styles(column: pd.Series, formats: pd.Categorical | None) -> str | CellValues:
    """The styles of a column: numbers look like numbers, also among texts."""
    if pd.api.types.is_numeric_dtype(column):
        return "number" if formats is None else formats
    is_number = np.array([*(not isinstance(item, str) for item in column.cat.categories), False])
    if not is_number.any():
        return "text"
    # The code of a blank is −1, which picks the last entry.
    numeric = is_number[column.cat.codes]
    if formats is None:
        return pick(("text", "number"), numeric.astype(np.int8))
    return np.where(numeric, np.asarray(formats, dtype=object), "text")
