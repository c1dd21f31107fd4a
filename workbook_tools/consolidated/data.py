"""The sheet ``Dữ liệu``: every answer in one tidy Excel Table, over which any pivot adds up once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell

from workbook_tools import heads
from workbook_tools.consolidated import words
from workbook_tools.consolidated.words import DATA_SHEET
from workbook_tools.frames import ANSWER_COLUMNS, Collection, rows
from workbook_tools.model import Outcome, State
from workbook_tools.pivots import Source
from workbook_tools.sheetwriter.cell_text import excel_text, tell_apart
from workbook_tools.sheetwriter.columns import Column, factorize, pick
from workbook_tools.sheetwriter.sheet import room_below
from workbook_tools.sheetwriter.style import TAB
from workbook_tools.spec.markers import FACT_PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from workbook_tools.consolidated.lists.file_links import FileLinks
    from workbook_tools.model import Indicator, ReportTemplate, Roster
    from workbook_tools.sheetwriter.book import Book
    from workbook_tools.sheetwriter.columns import CellValues

TABLE = "DuLieu"
MOST_LINKS = 65_000
"""Above this many figures only one per unit is a link: Excel takes 65,530 per sheet, other links included."""
_FEW_LINKS = "Nhiều số liệu hơn số liên kết Excel cho phép: chỉ dòng đầu của mỗi đơn vị mở được tệp nộp về."
COLUMNS = [
    *(heads.UNIT_CODE, heads.UNIT, heads.UNIT_TYPE, heads.AREA, heads.GROUP, heads.CODE, heads.LABEL),
    *(heads.MEASURE, heads.VALUE, heads.COUNTED, heads.STATE, heads.RAW, heads.REMARK, heads.FILE),
    *(heads.CELL, heads.IN_TOTAL, heads.DECISION, heads.LEVEL, heads.LINE),
]
"""The columns that are always there; last period's figures and the roster's facts follow."""
COUNTS, COUNTS_NOT = "Có", "Không"
"""Values of the column “Tính vào tổng”: whether the row has a figure that enters the totals."""
_STATES = {**words.STATES, **words.OUTCOMES}
_WIDTHS = [18, 26, 20, 20, 34, 12, 40, 11, 14, 14, 18, 22, 22, 34, 14, 11, 40, 12, 46]
_FIGURE_WIDTH = 14


def build_source(collection: Collection) -> Source:
    """The table ``DuLieu`` as pivots read it, items in the order of roster and dictionary.

    A row for each answer, in their order, then one for each line of the units that have not reported.
    """
    template, roster = collection.template, collection.roster
    kinds = tell_apart({code: kind.name for code, kind in template.unit_types.items()})
    areas = dict(zip(collection.status["unit"], collection.status["area"], strict=True))
    order = {
        heads.AREA: [excel_text(areas[unit.code]) for unit in roster],
        heads.UNIT_TYPE: [excel_text(kinds[unit.type]) for unit in roster],
        heads.GROUP: [excel_text(group) for group in template.groups],
        heads.CODE: list(template.indicators),
        heads.LABEL: [excel_text(label) for label in _labels(template.indicators).values()],
        heads.LINE: list(line_names(template).values()),
    }
    for head, texts in (
        (heads.MATRIX_ROW, [i.matrix_row for i in template.indicators.values()]),
        (heads.MATRIX_COLUMN, [i.matrix_column for i in template.indicators.values()]),
    ):
        if any(texts):
            order[head] = [excel_text(text) for text in dict.fromkeys(texts)]
    return Source(TABLE, _build_frame(collection, kinds, areas), order)


def line_names(template: ReportTemplate) -> dict[str, str]:
    """Code → number, label and measure of each line."""
    # At a refresh Excel sorts slicers alphabetically; the padded number keeps the dictionary's order.
    labels, digits = _labels(template.indicators), len(str(len(template.indicators)))
    return {
        code: excel_text(f"{number:0{digits}}. {labels[code]}" + (f" ({i.measure})" if i.measure else ""))
        for number, (code, i) in enumerate(template.indicators.items(), start=1)
    }


def _build_frame(collection: Collection, kinds: Mapping[str, str], areas: Mapping[str, str]) -> pd.DataFrame:
    """``COLUMNS`` and those after them; texts are categories, because few of them fill many rows."""
    roster, template = collection.roster, collection.template
    # Owed lines come last, because links assume that an answer's position is its row.
    answers = pd.concat([collection.answers, _build_owed(collection)], ignore_index=True)
    indicators, labels, lines = template.indicators, _labels(template.indicators), line_names(template)
    of_unit, of_line = _Texts(answers["unit"]), _Texts(answers["indicator"])
    names = tell_apart({unit.code: unit.name for unit in roster})
    levels = template.campaign.level_names
    cells = {
        heads.UNIT_CODE: of_unit.column(),
        heads.UNIT: of_unit.column(lambda code: names[code]),
        heads.UNIT_TYPE: of_unit.column(lambda code: kinds[roster[code].type]),
        heads.AREA: of_unit.column(lambda code: areas[code]),
        heads.GROUP: of_line.column(lambda code: indicators[code].group),
        heads.CODE: of_line.column(),
        heads.LABEL: of_line.column(lambda code: labels[code]),
        heads.MEASURE: of_line.column(lambda code: indicators[code].measure),
        heads.VALUE: _values(answers["value"]),
        heads.COUNTED: answers["counted"].to_numpy(dtype="float64"),
        heads.STATE: _Texts(answers["state"]).column(lambda state: _STATES[state]),
        **{
            head: _Texts(answers[name]).column()
            for head, name in ((heads.RAW, "raw"), (heads.REMARK, "note"), (heads.FILE, "file"))
        },
        heads.CELL: _addresses(answers),
        heads.IN_TOTAL: pick((COUNTS_NOT, COUNTS), answers["counted"].notna().to_numpy().astype(np.int8)),
        heads.DECISION: _Texts(answers["decision"]).column(),
        heads.LEVEL: of_unit.column(
            lambda code: _level(template.unit_types[roster[code].type].level, levels)
        ),
        heads.LINE: of_line.column(lambda code: lines[code]),
        **_build_matrix(of_line, indicators),
        **_build_last(collection, answers),
        **{fact: _build_fact(of_unit, fact, roster) for fact in fact_names(roster)},
    }
    return pd.DataFrame(cells)


def _level(number: int, names: Mapping[int, str]) -> str:
    return excel_text(f"{number}. {names.get(number, '')}".rstrip(". ") if number in names else str(number))


def fact_names(roster: Roster) -> list[str]:
    """The facts that the roster has of its units, in the order of its columns."""
    facts = dict.fromkeys(fact for unit in roster for fact in unit.facts)
    return [fact for fact in facts if fact.startswith(FACT_PREFIX)]


def _build_owed(collection: Collection) -> pd.DataFrame:
    """Rows of the answers frame for lines that units without a report owe; ``state`` is the outcome."""
    status = collection.status
    absent = status[~status["outcome"].isin([Outcome.ACCEPTED, Outcome.WARNED])]
    known = collection.answers[collection.answers["unit"].isin(absent["unit"])]
    # The officer may have set values for a unit that has sent nothing.
    told = set(zip(known["unit"], known["indicator"], strict=True))
    # With rows of their own, missing answers can be counted and filtered in a pivot.
    owed = [
        (unit, indicator.code, outcome)
        for unit, kind, outcome in zip(absent["unit"], absent["type"], absent["outcome"], strict=True)
        for indicator in collection.template.indicators_for(str(kind))
        if (unit, indicator.code) not in told
    ]
    frame = pd.DataFrame(owed, columns=["unit", "indicator", "state"], dtype=object)
    empty = dict.fromkeys(("raw", "note", "file", "sheet", "cell", "decision"), "")
    return frame.assign(value=None, number=np.nan, counted=np.nan, **empty)[ANSWER_COLUMNS]


def _build_matrix(lines: _Texts, indicators: Mapping[str, Indicator]) -> dict[str, pd.Categorical]:
    """The row and column of each line in a matrix; no columns if the dictionary has no matrix."""
    found = {
        heads.MATRIX_ROW: lambda code: indicators[code].matrix_row,
        heads.MATRIX_COLUMN: lambda code: indicators[code].matrix_column,
    }
    told = any(one.matrix_row or one.matrix_column for one in indicators.values())
    # Empty columns would only widen the field list of every pivot.
    return {head: lines.column(shown) for head, shown in found.items()} if told else {}


def _build_last(collection: Collection, answers: pd.DataFrame) -> dict[str, npt.NDArray[np.float64]]:
    """Last period's figures beside this one's; no columns without last period's workbook."""
    if collection.changes is None:
        return {}
    keys = ["unit", "indicator"]
    last = answers[keys].merge(collection.changes[[*keys, "last", "counted"]], on=keys, how="left")
    counted = last["counted"].to_numpy(dtype="float64")
    return {
        heads.LAST: last["last"].to_numpy(dtype="float64"),
        heads.LAST_COUNTED: counted,
        heads.DIFFERENCE: answers["counted"].to_numpy(dtype="float64") - counted,
    }


def _build_fact(units: _Texts, fact: str, roster: Roster) -> pd.Categorical | npt.NDArray[np.float64]:
    """A fact of each row's unit: numbers if all are numbers."""
    facts = [roster[code].facts.get(fact) for code in units.found]
    # With a single text among them, all become texts, because Excel's pivots refuse a mixture.
    if all(value is None or isinstance(value, float) for value in facts):
        numbers = np.array(
            [*(np.nan if value is None else value for value in facts), np.nan], dtype="float64"
        )
        return numbers[units.places]
    shown = [excel_text(f"{v:g}" if isinstance(v, float) else v or "") for v in facts]
    return pick(shown, units.places)


class _Texts:
    """A column of codes or texts; each distinct one is converted once."""

    def __init__(self, column: pd.Series) -> None:
        self.places, found = factorize(column)
        self.found = [str(text) for text in found]

    def column(self, shown: Callable[[str], str] = str) -> pd.Categorical:
        """The text shown for each, as Excel takes it."""
        return pick([excel_text(shown(text)) for text in self.found], self.places)


def _values(column: pd.Series) -> pd.Categorical:
    """The answers' values; dates as texts: Excel's pivots refuse a column that mixes them with numbers."""
    places, found = factorize(column)
    shown = [f"{value:%d/%m/%Y}" if isinstance(value, date) else value for value in found]
    return pick([excel_text(value) if isinstance(value, str) else value for value in shown], places)


def _addresses(answers: pd.DataFrame) -> pd.Categorical:
    """Sheet and cell of each answer in its file; empty if it is in none."""
    sheets, cells = _Texts(answers["sheet"]), _Texts(answers["cell"])
    both, pairs = pd.factorize(sheets.places * len(cells.found) + cells.places)
    # Pairs are joined as numbers: there are far fewer of them than rows.
    places = [
        (sheets.found[pair // len(cells.found)], cells.found[pair % len(cells.found)]) for pair in pairs
    ]
    return pick([excel_text(f"{sheet}!{cell}") if cell else "" for sheet, cell in places], both)


def _labels(indicators: Mapping[str, Indicator]) -> dict[str, str]:
    return tell_apart({code: indicator.label for code, indicator in indicators.items()})


def data_cell(position: int) -> str | None:
    """The address of an answer's value by its position, for links within the workbook; None without a row."""
    if position >= room_below(0):
        return None
    return f"internal:'{DATA_SHEET}'!{xl_rowcol_to_cell(position + 1, COLUMNS.index(heads.VALUE))}"


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
    sheet.widths([*_WIDTHS, *[_FIGURE_WIDTH] * (len(columns) - len(COLUMNS))])
    sheet.page(landscape=True, repeat=(0, 0))
    sheet.head(0, columns)
    links_of_cells = _build_links(answers, links)
    urls = {heads.CELL: [*links_of_cells, *[None] * (len(source) - len(answers))]}
    formats = _formats(source.frame[heads.CODE], template)
    sheet.columns(
        1,
        [
            Column(
                column,
                _styles(column, None if str(head).startswith(FACT_PREFIX) else formats),
                urls.get(str(head)),
            )
            for head, column in source.frame.items()
        ],
    )
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


def _build_links(answers: pd.DataFrame, links: FileLinks) -> list[str | None]:
    every = (answers["file"] != "") & _is_there(answers)
    linked = (every if links_figures(answers) else ~answers["file"].duplicated()).to_numpy()
    found: list[str | None] = [None] * len(answers)
    for place, answer in zip(np.flatnonzero(linked).tolist(), rows(answers[linked]), strict=True):
        found[place] = links.url(answer.file, answer.sheet, answer.cell)
    return found


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
