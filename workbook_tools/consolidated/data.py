"""The sheet ``Dữ liệu``: every answer in one tidy Excel Table, over which any pivot adds up once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell

from workbook_tools.collection import Collection, rows
from workbook_tools.consolidated import words
from workbook_tools.consolidated.book import ROW_LIMIT, Book, Sheet, clean_text
from workbook_tools.consolidated.files import FileLinks
from workbook_tools.consolidated.frame_sheet import FrameSheet
from workbook_tools.consolidated.style import TAB
from workbook_tools.pivots import Source, fold

TABLE = "DuLieu"
NAME = "Dữ liệu"
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
    "Quyết định",
]
COUNTS, COUNTS_NOT = "Có", "Không"
"""What stands in the column “Tính vào tổng”: whether the row has a figure that enters the totals."""
_WIDTHS = [18, 26, 20, 20, 34, 12, 40, 11, 14, 14, 18, 22, 22, 34, 14, 11, 40]


def build_source(collection: Collection) -> Source:
    """The table ``DuLieu`` as pivots read it: a row for each answer; items in the order of roster and dictionary."""
    template, roster = collection.template, collection.roster
    kinds = tell_apart({code: kind.name for code, kind in template.unit_types.items()})
    areas = dict(zip(collection.status["unit"], collection.status["area"], strict=True))
    frame = _build_frame(collection, kinds, areas)
    labels = dict(zip(frame["Mã chỉ tiêu"], frame["Chỉ tiêu"], strict=True))
    order = {
        "Địa bàn": [clean_text(areas[unit.code]) for unit in roster],
        "Loại đơn vị": [clean_text(kinds[unit.type]) for unit in roster],
        "Nhóm": [clean_text(group) for group in template.groups],
        "Mã chỉ tiêu": list(template.indicators),
        "Chỉ tiêu": [labels[code] for code in template.indicators if code in labels],
    }
    return Source(TABLE, frame, order)


def _build_frame(collection: Collection, kinds: Mapping[str, str], areas: Mapping[str, str]) -> pd.DataFrame:
    roster, answers, indicators = collection.roster, collection.answers, collection.template.indicators
    unit, indicator = answers["unit"], answers["indicator"]
    texts = {
        "Mã đơn vị": unit,
        "Đơn vị": unit.map(tell_apart({unit.code: unit.name for unit in roster})),
        "Loại đơn vị": unit.map({unit.code: kinds[unit.type] for unit in roster}),
        "Địa bàn": unit.map(areas),
        "Nhóm": indicator.map({code: i.group for code, i in indicators.items()}),
        "Mã chỉ tiêu": indicator,
        "Chỉ tiêu": indicator.map(tell_apart({code: i.label for code, i in indicators.items()})),
        "Đơn vị tính": indicator.map({code: i.measure for code, i in indicators.items()}),
        "Tình trạng": answers["state"].map(lambda state: words.STATES[str(state)]),
        "Nguyên văn": answers["raw"],
        "Ghi chú": answers["note"],
        "Tệp": answers["file"],
        "Ô": answers["sheet"].where(answers["cell"] == "", answers["sheet"] + "!" + answers["cell"]).where(answers["cell"] != "", ""),
        "Tính vào tổng": answers["counted"].notna().map({True: COUNTS, False: COUNTS_NOT}),
        "Quyết định": answers["decision"],
    }
    cells = {head: column.map(lambda text: clean_text(str(text))).astype(object) for head, column in texts.items()}
    cells["Giá trị"] = answers["value"].map(_shown).astype(object)
    cells["Giá trị tính"] = answers["counted"]
    return pd.DataFrame({head: cells[head] for head in COLUMNS})


def data_cell(position: int) -> str:
    """The address of the value of an answer by its position, for links within the workbook."""
    return f"internal:'{NAME}'!{xl_rowcol_to_cell(position + 1, COLUMNS.index('Giá trị'))}"


def fits_table(source: Source) -> bool:
    """Whether every answer finds a row on one sheet."""
    return len(source) <= ROW_LIMIT - 1


def tell_apart(names: Mapping[str, str]) -> dict[str, str]:
    """Code → name, with the code behind names that a pivot would take for one: it looks at neither case nor composition."""
    shared = Counter(fold(clean_text(name)) for name in names.values())
    return {code: f"{name} ({code})" if shared[fold(clean_text(name))] > 1 else name for code, name in names.items()}


def write_data(book: Book, source: Source, answers: pd.DataFrame, links: FileLinks) -> None:
    """Write the answers as the table ``DuLieu``; ``Giá trị tính`` is what enters the totals.

    The address in each row leads to its cell in the returned file; where there are very many rows, only that of the
    first row of each return does.
    """
    sheet = book.sheet(NAME, TAB["record"], FrameSheet)
    sheet.widths(_WIDTHS)
    sheet.page(landscape=True, repeat=(0, 0))
    sheet.head(0, COLUMNS)
    sheet.frame(source.frame.head(ROW_LIMIT - 1), TABLE)
    _link_rows(sheet, answers.head(ROW_LIMIT - 1), links)
    sheet.raw.freeze_panes(1, 2)
    left = len(source) - ROW_LIMIT + 1
    if left > 0:
        sheet.text(0, len(COLUMNS) + 1, f"Còn {left} dòng nữa, vượt quá số dòng của một trang Excel.", "plain")


def _link_rows(sheet: Sheet, answers: pd.DataFrame, links: FileLinks) -> None:
    linked = ~answers["file"].duplicated() if len(answers) > MOST_LINKS else answers["file"] != ""
    for answer in rows(answers[linked]):
        url = links.url(answer.file, answer.sheet, answer.cell)
        if url is not None:
            sheet.point(int(answer.Index) + 1, COLUMNS.index("Ô"), url)


def _shown(value: object) -> object:
    """A value as it stands in the table; dates as text: Excel's pivots refuse a column that mixes them with numbers."""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return clean_text(value) if isinstance(value, str) else value
