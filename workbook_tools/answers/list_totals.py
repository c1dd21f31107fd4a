"""Rows of lists in which a unit wrote a total: no entries, so they must not be added to the entries."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from workbook_tools.frames import put_in_doubt
from workbook_tools.model import Kind, State
from workbook_tools.problems import Place, Problem, problem
from workbook_tools.text.clean import fold, tidy_entry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from workbook_tools.model import ReportTemplate, RowList

_WORDS = frozenset({"tổng", "tổng cộng", "tổng số", "tổng tiền", "cộng", "cộng tổng", "total"})
# Without its diacritics, cộng could be another word.
_PLAIN_WORDS = frozenset(fold(word) for word in _WORDS if word != "cộng")
Positions = npt.NDArray[np.intp]


def leave_out_totals(cells: pd.DataFrame, template: ReportTemplate) -> tuple[pd.DataFrame, list[Problem]]:
    """The frame ``list_cells`` without rows that are totals of the rows above them, and the problems.

    A row is a total if it is named so, or has no name and nothing but the sums of at least two rows above. If
    it is named so but has other figures, they are in doubt. Where no row above has a figure, it is the only
    one that the unit gave, and stays.
    """
    problems: list[Problem] = []
    dropped = np.zeros(len(cells), dtype=bool)
    for one in template.lists.values():
        own = np.flatnonzero((cells["list"] == one.code).to_numpy())
        for unit in _find_candidates(cells.iloc[own], one):
            of_unit = own[(cells["unit"].iloc[own] == unit).to_numpy()]
            problems += _judge_rows(cells, of_unit, one, dropped)
    if dropped.any():
        cells = cells[~dropped].reset_index(drop=True)
    return cells, problems


def _find_candidates(cells: pd.DataFrame, one: RowList) -> list[str]:
    """The units with a row that is named as a total, or whose last row has figures only."""
    texts = _codes(one, Kind.TEXT)
    named = cells[cells["indicator"].isin(texts)]
    units = set(named["unit"][named["value"].map(_is_total).astype(bool)])
    if texts:
        last = cells.groupby("unit", sort=False)["row"].transform("max") == cells["row"]
        more = ~cells["indicator"].isin(_numbers(one)) & (cells["state"] != State.UNANSWERED)
        units |= set(cells["unit"]) - set(cells["unit"][last & more])
    return [unit for unit in dict.fromkeys(cells["unit"]) if unit in units]


class _Sums:
    """The sums of the entries of a list so far, and of those since its last total."""

    def __init__(self) -> None:
        self.rows = 0
        self._all, self._since = Counter[str](), Counter[str]()

    def add(self, figures: Mapping[str, float]) -> None:
        """Add an entry."""
        self.rows += bool(figures)
        self._all.update(figures)
        self._since.update(figures)

    def are(self, figures: Mapping[str, float]) -> bool:
        """Whether figures are these sums."""
        return any(
            all(math.isclose(sums[code], figure, abs_tol=1e-6) for code, figure in figures.items())
            for sums in (self._all, self._since)
        )

    def close(self) -> None:
        """Begin anew below a total."""
        self._since.clear()


def _judge_rows(
    cells: pd.DataFrame, of_unit: Positions, one: RowList, dropped: npt.NDArray[np.bool_]
) -> Iterator[Problem]:
    """Mark the total rows of one unit as dropped, or put their figures in doubt."""
    rows = cells["row"].to_numpy()[of_unit]
    sums, last = _Sums(), rows.max()
    for row in dict.fromkeys(rows.tolist()):
        at = of_unit[rows == row]
        line = _Line.take(cells.iloc[at], one)
        agrees = sums.are(line.figures)
        is_bare = line.has_figures_only and row == last and sums.rows > 1 and any(line.figures.values())
        if not line.figures or not sums.rows or not (line.is_named or (is_bare and agrees)):
            sums.add(line.figures)
            continue
        sums.close()
        if agrees:
            dropped[at] = True
        else:
            put_in_doubt(cells, at[cells["indicator"].iloc[at].isin(line.figures).to_numpy()])
        code = "list-total-row" if agrees else "list-total-doubtful"
        yield problem(code, line.place, row=row, list=one.label, value=line.quoted)


class _Line(Struct, frozen=True):
    """One row of a list: its figures by column, and whether it is named as a total or not at all."""

    figures: Mapping[str, float]
    is_named: bool
    has_figures_only: bool
    place: Place
    """Of its first figure."""
    quoted: str

    @classmethod
    def take(cls, line: pd.DataFrame, one: RowList) -> _Line:
        line = line[line["indicator"].isin([column.code for column in one.asked])]
        is_figure = line["indicator"].isin(_numbers(one))
        known = line[is_figure & line["number"].notna()]
        figures = known if len(known) else line
        first = figures.iloc[0]
        return cls(
            dict(zip(known["indicator"], known["number"], strict=True)),
            any(map(_is_total, line["value"][line["indicator"].isin(_codes(one, Kind.TEXT))])),
            not (~is_figure & (line["state"] != State.UNANSWERED)).any(),
            Place(*first[["file", "sheet", "cell", "unit", "indicator"]]),
            "; ".join(" ".join(raw.split()) for raw in line["raw"] if raw.strip()),
        )


def _is_total(value: object) -> bool:
    text = tidy_entry(value).rstrip(" :.").casefold() if isinstance(value, str) else ""
    return text in _WORDS or text in _PLAIN_WORDS


def _numbers(one: RowList) -> frozenset[str]:
    return frozenset(column.code for column in one.asked if column.kind.numeric)


def _codes(one: RowList, kind: Kind) -> frozenset[str]:
    return frozenset(column.code for column in one.asked if column.kind is kind)
