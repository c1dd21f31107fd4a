"""The table ``DuLieu``: every answer in a row of its own, over which any pivot adds up once."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
from msgspec import Struct

from workbook_tools import heads
from workbook_tools.consolidated import words
from workbook_tools.frames import ANSWER_COLUMNS, CATEGORIES, Collection, as_category
from workbook_tools.model import Outcome, with_measure
from workbook_tools.pivots import Source
from workbook_tools.sheetwriter.cell_text import excel_text, excel_value, tell_apart
from workbook_tools.sheetwriter.columns import factorize, pick
from workbook_tools.spec.markers import FACT_PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from workbook_tools.model import Indicator, ReportTemplate, Roster

TABLE = "DuLieu"
COLUMNS = [
    *(heads.UNIT_CODE, heads.UNIT, heads.UNIT_TYPE, heads.AREA, heads.GROUP, heads.CODE, heads.LABEL),
    *(heads.MEASURE, heads.VALUE, heads.COUNTED, heads.STATE, heads.RAW, heads.REMARK, heads.FILE),
    *(heads.CELL, heads.IN_TOTAL, heads.DECISION, heads.LEVEL, heads.LINE),
]
"""The columns that are always there; last period's figures and the roster's facts follow."""
COUNTS, COUNTS_NOT = "Có", "Không"
"""Values of the column “Tính vào tổng”: whether the row has a figure that enters the totals."""
_STATES = {**words.STATES, **words.OUTCOMES}


def build_source(collection: Collection) -> Source:
    """The table ``DuLieu`` as pivots read it, items in the order of roster and dictionary.

    A row for each answer, in their order, then one for each line of the units that have not reported.
    """
    template, roster = collection.template, collection.roster
    kinds = tell_apart({code: kind.name for code, kind in template.unit_types.items()})
    order = {
        heads.AREA: [excel_text(collection.area_of[unit.code]) for unit in roster],
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
    return Source(TABLE, _build_frame(collection, kinds), order)


def line_names(template: ReportTemplate) -> dict[str, str]:
    """Code → number, label and measure of each line."""
    # At a refresh Excel sorts slicers alphabetically; the padded number keeps the dictionary's order.
    labels, digits = _labels(template.indicators), len(str(len(template.indicators)))
    return {
        code: excel_text(f"{number:0{digits}}. {with_measure(labels[code], i.measure)}")
        for number, (code, i) in enumerate(template.indicators.items(), start=1)
    }


def _build_frame(collection: Collection, kinds: Mapping[str, str]) -> pd.DataFrame:
    """``COLUMNS`` and those after them; texts are categories, because few of them fill many rows."""
    roster, template = collection.roster, collection.template
    # Owed lines come last, because links assume that an answer's position is its row.
    answers = _Appended(collection.answers, _build_owed(collection))
    indicators, labels, lines = template.indicators, _labels(template.indicators), line_names(template)
    of_unit, of_line = _Texts(answers["unit"]), _Texts(answers["indicator"])
    names, areas = tell_apart(roster.names), collection.area_of
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
    }
    heads_of = _fact_heads(roster, cells)
    cells |= {head: _build_fact(of_unit, fact, roster) for fact, head in heads_of.items()}
    return pd.DataFrame(cells, copy=False)


def _fact_heads(roster: Roster, taken: Iterable[str]) -> dict[str, str]:
    """Fact → its column's heading: what it is called, unless another column is called so."""
    used = Counter(head.casefold() for head in (*taken, *roster.fact_labels.values()))
    labels = {fact: excel_text(label) for fact, label in roster.fact_labels.items()}
    return {
        fact: labels[fact] if used[labels.get(fact, "").casefold()] == 1 else fact
        for fact in fact_names(roster)
    }


def _level(number: int, names: Mapping[int, str]) -> str:
    return excel_text(f"{number}. {names.get(number, '')}".rstrip(". "))


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
    known_lines = set(zip(known["unit"], known["indicator"], strict=True))
    # With rows of their own, missing answers can be counted and filtered in a pivot.
    owed = [
        (unit, indicator.code, outcome)
        for unit, kind, outcome in zip(absent["unit"], absent["type"], absent["outcome"], strict=True)
        for indicator in collection.template.indicators_for(str(kind))
        if (unit, indicator.code) not in known_lines
    ]
    frame = pd.DataFrame(owed, columns=["unit", "indicator", "state"], dtype=object)
    empty = dict.fromkeys(("raw", "note", "file", "sheet", "cell", "decision"), "")
    return frame.assign(value=None, number=np.nan, counted=np.nan, **empty)[ANSWER_COLUMNS]


class _Appended(Struct, frozen=True):
    """Some rows after others, joined column by column, because those of a million rows take 100 MB."""

    before: pd.DataFrame
    after: pd.DataFrame

    def __getitem__(self, name: str) -> pd.Series:
        """A column; one of categories stays one, with the categories of both."""
        if name in CATEGORIES:
            return pd.Series(_join(self.before[name].array, as_category(self.after[name].to_numpy())))
        return pd.concat([self.before[name], self.after[name]], ignore_index=True)


def _join(first: pd.Categorical, second: pd.Categorical) -> pd.Categorical:
    """One column after the other. As objects: pandas would make texts of its own of the categories."""
    before, after = (column.codes.astype(np.intp) for column in (first, second))
    places = np.append(before, np.where(after < 0, after, after + len(first.categories)))
    return pick([*first.categories, *second.categories], places)


def _build_matrix(lines: _Texts, indicators: Mapping[str, Indicator]) -> dict[str, pd.Categorical]:
    """The row and column of each line in a matrix; no columns if the dictionary has no matrix."""
    found = {
        heads.MATRIX_ROW: lambda code: indicators[code].matrix_row,
        heads.MATRIX_COLUMN: lambda code: indicators[code].matrix_column,
    }
    has_matrix = any(one.matrix_row or one.matrix_column for one in indicators.values())
    # Empty columns would only widen the field list of every pivot.
    if not has_matrix:
        return {}
    return {head: lines.column(shown) for head, shown in found.items()}


def _build_last(collection: Collection, answers: _Appended) -> dict[str, npt.NDArray[np.float64]]:
    """Last period's figures beside this one's; no columns without last period's workbook."""
    if collection.changes is None:
        return {}
    keys = ["unit", "indicator"]
    last = pd.DataFrame({key: answers[key] for key in keys}).merge(
        collection.changes[[*keys, "last", "counted"]], on=keys, how="left"
    )
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
        # None becomes NaN; the last is that of a row without a unit.
        numbers = np.array([*facts, None], dtype="float64")
        return numbers[units.places]
    return pick([excel_text(_render_fact(value)) for value in facts], units.places)


def _render_fact(value: float | str | None) -> str:
    if isinstance(value, float):
        return f"{value:.15g}"
    return value or ""


class _Texts:
    """A column of codes or texts; each distinct one is converted once."""

    def __init__(self, column: pd.Series) -> None:
        # In order of appearance, also those of categories.
        self.places, found = pd.factorize(column)
        self.found = [str(text) for text in found]

    def column(self, shown: Callable[[str], str] = str) -> pd.Categorical:
        """The text shown for each, as Excel takes it."""
        return pick([excel_text(shown(text)) for text in self.found], self.places)


def _values(column: pd.Series) -> pd.Categorical:
    """The answers' values; dates as texts: Excel's pivots refuse a column that mixes them with numbers."""
    places, found = factorize(column)
    shown = [f"{value:%d/%m/%Y}" if isinstance(value, date) else value for value in found]
    return pick(map(excel_value, shown), places)


def _addresses(answers: _Appended) -> pd.Categorical:
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
