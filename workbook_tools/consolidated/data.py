"""The sheet ``Dữ liệu``: every answer in one tidy Excel Table, over which any pivot adds up once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell

from workbook_tools.collection import Collection, rows
from workbook_tools.consolidated import words
from workbook_tools.pivots import Source
from workbook_tools.sheetwriter.book import Book, room_below
from workbook_tools.sheetwriter.cell_text import clean_text, tell_apart
from workbook_tools.sheetwriter.columns import Column, factorize, pick
from workbook_tools.sheetwriter.style import TAB
from workbook_tools.sheetwriter.whole_table import DATA

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from workbook_tools.consolidated.files import FileLinks
    from workbook_tools.model import Indicator, ReportTemplate
    from workbook_tools.sheetwriter.columns import Listed

TABLE = "DuLieu"
NAME = DATA
MOST_LINKS = 20_000
"""Above this many figures only one of each unit is a link: Excel takes 65,530 to a sheet, and each costs time to open."""
COLUMNS = [
    "Mã đơn vị",
    "Đơn vị",
    "Loại đơn vị",
    "Địa bàn",
    "Nhóm",
    "Mã chỉ tiêu",
    "Chỉ tiêu",
    "Đơn vị tính",
    "Giá trị",
    "Giá trị tính",
    "Tình trạng",
    "Nguyên văn",
    "Ghi chú",
    "Tệp",
    "Ô",
    "Tính vào tổng",
    "Xử lý",
]
COUNTS, COUNTS_NOT = "Có", "Không"
"""What stands in the column “Tính vào tổng”: whether the row has a figure that enters the totals."""
_WIDTHS = [18, 26, 20, 20, 34, 12, 40, 11, 14, 14, 18, 22, 22, 34, 14, 11, 40]


def build_source(collection: Collection) -> Source:
    """The table ``DuLieu`` as pivots read it: a row for each answer; items in the order of roster and dictionary."""
    template, roster = collection.template, collection.roster
    kinds = tell_apart({code: kind.name for code, kind in template.unit_types.items()})
    areas = dict(zip(collection.status["unit"], collection.status["area"], strict=True))
    order = {
        "Địa bàn": [clean_text(areas[unit.code]) for unit in roster],
        "Loại đơn vị": [clean_text(kinds[unit.type]) for unit in roster],
        "Nhóm": [clean_text(group) for group in template.groups],
        "Mã chỉ tiêu": list(template.indicators),
        "Chỉ tiêu": [clean_text(label) for label in _labels(template.indicators).values()],
    }
    return Source(TABLE, _build_frame(collection, kinds, areas), order)


def _build_frame(collection: Collection, kinds: Mapping[str, str], areas: Mapping[str, str]) -> pd.DataFrame:
    """The columns in the order of ``COLUMNS``; texts as categories, for there are few of them in many rows."""
    roster, answers, indicators = collection.roster, collection.answers, collection.template.indicators
    of_unit = _Texts(answers["unit"])
    of_line = _Texts(answers["indicator"])
    labels = _labels(indicators)
    names = tell_apart({unit.code: unit.name for unit in roster})
    cells = {
        "Mã đơn vị": of_unit.column(),
        "Đơn vị": of_unit.column(lambda code: names[code]),
        "Loại đơn vị": of_unit.column(lambda code: kinds[roster[code].type]),
        "Địa bàn": of_unit.column(lambda code: areas[code]),
        "Nhóm": of_line.column(lambda code: indicators[code].group),
        "Mã chỉ tiêu": of_line.column(),
        "Chỉ tiêu": of_line.column(lambda code: labels[code]),
        "Đơn vị tính": of_line.column(lambda code: indicators[code].measure),
        "Giá trị": _values(answers["value"]),
        "Giá trị tính": answers["counted"].to_numpy(),
        "Tình trạng": _Texts(answers["state"]).column(lambda state: words.STATES[state]),
        **{
            head: _Texts(answers[name]).column()
            for head, name in (("Nguyên văn", "raw"), ("Ghi chú", "note"), ("Tệp", "file"))
        },
        "Ô": _addresses(answers),
        "Tính vào tổng": pick((COUNTS_NOT, COUNTS), answers["counted"].notna().to_numpy().astype(np.int8)),
        "Xử lý": _Texts(answers["decision"]).column(),
    }
    return pd.DataFrame(cells, columns=COLUMNS)


class _Texts:
    """A column of codes or texts, looked at once for every distinct one."""

    def __init__(self, column: pd.Series) -> None:
        self.places, found = factorize(column)
        self.found = [str(text) for text in found]

    def column(self, shown: Callable[[str], str] = str) -> pd.Categorical:
        """What is shown of each, as Excel takes it."""
        return pick([clean_text(shown(text)) for text in self.found], self.places)


def _values(column: pd.Series) -> pd.Categorical:
    """The answers' values; dates as texts: Excel's pivots refuse a column that mixes them with numbers."""
    places, found = factorize(column)
    shown = [f"{value:%d/%m/%Y}" if isinstance(value, date) else value for value in found]
    return pick([clean_text(value) if isinstance(value, str) else value for value in shown], places)


def _addresses(answers: pd.DataFrame) -> pd.Categorical:
    """Sheet and cell of each answer in its file; empty where it stands in none."""
    sheets, cells = _Texts(answers["sheet"]), _Texts(answers["cell"])
    both, pairs = pd.factorize(sheets.places * len(cells.found) + cells.places)
    places = [
        (sheets.found[pair // len(cells.found)], cells.found[pair % len(cells.found)]) for pair in pairs
    ]
    return pick([clean_text(f"{sheet}!{cell}") if cell else "" for sheet, cell in places], both)


def _labels(indicators: Mapping[str, Indicator]) -> dict[str, str]:
    return tell_apart({code: indicator.label for code, indicator in indicators.items()})


def data_cell(position: int) -> str | None:
    """The address of the value of an answer by its position, for links within the workbook; None where it has no row."""
    if position >= room_below(0):
        return None
    return f"internal:'{NAME}'!{xl_rowcol_to_cell(position + 1, COLUMNS.index('Giá trị'))}"


def fits_table(source: Source) -> bool:
    """Whether every answer finds a row on one sheet."""
    return len(source) <= room_below(0)


def write_data(book: Book, source: Source, collection: Collection, links: FileLinks) -> None:
    """Write the answers as the table ``DuLieu``; ``Giá trị tính`` is what enters the totals.

    The address in each row leads to its cell in the returned file; where there are very many rows, only that of the
    first row of each return does.
    """
    answers, template = collection.answers, collection.template
    sheet = book.sheet(NAME, TAB["record"], last=True)
    sheet.widths(_WIDTHS)
    sheet.page(landscape=True, repeat=(0, 0))
    sheet.head(0, COLUMNS)
    urls = {"Ô": _build_links(answers, links)}
    formats = _formats(answers, template)
    sheet.columns(
        1,
        [
            Column(column, _styles(column, formats), urls.get(str(head)))
            for head, column in source.frame.items()
        ],
    )
    sheet.table(TABLE, COLUMNS)
    sheet.raw.freeze_panes(1, 2)


def _build_links(answers: pd.DataFrame, links: FileLinks) -> list[str | None]:
    linked = (
        ~answers["file"].duplicated() if len(answers) > MOST_LINKS else answers["file"] != ""
    ).to_numpy()
    found: list[str | None] = [None] * len(answers)
    for place, answer in zip(np.flatnonzero(linked).tolist(), rows(answers[linked]), strict=True):
        found[place] = links.url(answer.file, answer.sheet, answer.cell)
    return found


def _formats(answers: pd.DataFrame, template: ReportTemplate) -> pd.Categorical | None:
    """The style of each answer's figure; None where all are whole numbers."""
    looks = {code: f"number|{template.number_format(code)}" for code in template.indicators}
    if set(looks.values()) <= {"number|#,##0"}:
        return None
    places, codes = factorize(answers["indicator"])
    return pick([looks[str(code)] for code in codes], places)


def _styles(column: pd.Series, formats: pd.Categorical | None) -> str | Listed:
    """Numbers look like numbers, also between texts."""
    if pd.api.types.is_numeric_dtype(column):
        return "number" if formats is None else formats
    is_number = np.array([*(not isinstance(item, str) for item in column.cat.categories), False])
    if not is_number.any():
        return "text"
    numeric = is_number[column.cat.codes]
    if formats is None:
        return pick(("text", "number"), numeric.astype(np.int8))
    return np.where(numeric, np.asarray(formats, dtype=object), "text")
