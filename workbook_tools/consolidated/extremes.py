"""The sheet ``Nổi bật``: for each line the greatest, least, most changed and unusual figures."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from msgspec import Struct, field

from workbook_tools import heads
from workbook_tools.consolidated.data import data_cell
from workbook_tools.consolidated.words import EXTREMES_SHEET
from workbook_tools.locale import show_figure, show_number
from workbook_tools.sheetwriter.cell_text import line_count, one_line_width, shown_share
from workbook_tools.sheetwriter.style import TAB
from workbook_tools.tally.last_figures import running_totals

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Set

    import numpy.typing as npt

    from workbook_tools.frames import Collection
    from workbook_tools.sheetwriter.book import Book
    from workbook_tools.sheetwriter.book_sheet import Sheet

_GREATEST, _LEAST, _UNUSUAL_SHOWN, _JUMPED = 3, 2, 1, 2
"""The number of entries of each kind beside a line."""
_HEAD_HEIGHT = 20.0
_LABEL, _NARROWEST, _WIDEST = 36.0, 14.0, 34.0
"""Widths of columns: some programs do not wrap a link, so a cell is as wide as its text within limits."""
_UNUSUAL = ("outlier", "jump", "jump-from-none")
"""Kinds of problems of figures unlike those of other units, or unlike last period's."""


class _Entry(Struct, frozen=True):
    """A cell: a unit with its figure, and the answer's position among all; None if it stands for several."""

    text: str
    place: int | None = None


class _Ranking(Struct, frozen=True):
    """The figures of a line, from the greatest down, and the position of each answer among all."""

    code: str
    figures: npt.NDArray[np.float64]
    places: npt.NDArray[np.intp]


class _LineEntries(Struct, frozen=True):
    """A row: the entries beside a line, by kind."""

    group: str
    label: str
    greatest: list[_Entry]
    least: list[_Entry]
    unusual: list[_Entry]
    jumped: list[_Entry] = field(default_factory=list)


def write_extremes(book: Book, collection: Collection) -> None:
    """Write a row for each line of the form; each unit leads to its answer."""
    sheet = book.sheet(EXTREMES_SHEET, TAB["figures"])
    kinds = {"Đơn vị cao nhất (tỷ trọng)": _GREATEST, "Đơn vị thấp nhất": _LEAST}
    kinds["Khác thường"] = _UNUSUAL_SHOWN
    if collection.changes is not None:
        kinds["Thay đổi nhiều nhất so với kỳ trước"] = _JUMPED
    lines = list(_find_lines(collection))
    cells = [_entries(found, with_last=collection.changes is not None) for found in lines]
    widths = _fit_columns(cells) if cells else [_NARROWEST] * sum(kinds.values())
    sheet.widths([_LABEL, *widths])
    sheet.page(landscape=True, repeat=(0, 0))
    sheet.height(0, _HEAD_HEIGHT)
    sheet.text(0, 0, heads.LABEL, "head")
    column = 1
    for kind, count in kinds.items():
        if count > 1:
            sheet.merge(0, column, column + count - 1, kind, "head")
        else:
            sheet.text(0, column, kind, "head")
        column += count
    heights, bands, group = [_HEAD_HEIGHT], set[int](), ""
    for found, entries in zip(lines, cells, strict=True):
        if found.group != group:
            group = found.group
            bands.add(len(heights))
            heights.append(sheet.band(len(heights), column - 1, group))
        heights.append(_write_line(sheet, len(heights), found.label, entries, widths))
    if not lines:
        sheet.text(1, 0, "Chưa có số liệu.", "plain")
    sheet.end_pages(heights, bands, _HEAD_HEIGHT)
    sheet.raw.freeze_panes(1, 1)


def _entries(found: _LineEntries, *, with_last: bool) -> list[_Entry]:
    """The entries of the cells beside a line, padded with empty ones."""
    kinds = [(found.greatest, _GREATEST), (found.least, _LEAST), (found.unusual, _UNUSUAL_SHOWN)]
    if with_last:
        kinds.append((found.jumped, _JUMPED))
    return [entry for shown, count in kinds for entry in [*shown, *[_Entry("")] * (count - len(shown))]]


def _fit_columns(cells: list[list[_Entry]]) -> list[float]:
    longest = [max(one_line_width(entry.text) for entry in column) for column in zip(*cells, strict=True)]
    return [min(max(width, _NARROWEST), _WIDEST) for width in longest]


def _write_line(sheet: Sheet, row: int, label: str, entries: list[_Entry], widths: list[float]) -> float:
    """Write a row; its height in points."""
    sheet.text(row, 0, label, "wrap")
    for column, entry in enumerate(entries, start=1):
        place = None if entry.place is None else data_cell(entry.place)
        if place is None:
            sheet.text(row, column, entry.text, "wrap")
        else:
            sheet.link(row, column, f"internal:{place}", entry.text, "wrapped_link")
    lines = [line_count(label, _LABEL - 2)]
    lines += [line_count(entry.text, width - 2) for entry, width in zip(entries, widths, strict=True)]
    height = 15.5 * max(lines) + 2
    sheet.height(row, height)
    return height


def _find_lines(collection: Collection) -> Iterator[_LineEntries]:
    """The lines that have figures, in the order of the dictionary."""
    finder = _Finder(collection, _find_changes(collection), _find_unusual(collection))
    for ranking in _rank(collection):
        line = collection.template.indicators[ranking.code]
        yield _LineEntries(
            line.group,
            line.label,
            finder.greatest(ranking),
            finder.least(ranking),
            finder.unusual(ranking),
            finder.jumped(ranking),
        )


def _rank(collection: Collection) -> Iterator[_Ranking]:
    """Each line with figures, in the order of the dictionary; equal ones are in the order of units."""
    answers, known = collection.answers, set(collection.totals.index)
    figures = answers["number"].to_numpy(np.float64)
    # Not the order of the answers, in which the lines of one type of units stand before those of the next.
    codes = pd.Index([code for code in collection.template.indicators if code in known], dtype=object)
    lines = np.where(np.isnan(figures), -1, codes.get_indexer(pd.Index(answers["indicator"])))
    for line, code in enumerate(codes):
        places = np.flatnonzero(lines == line)
        if len(places):
            ranked = places[np.argsort(-figures[places], kind="stable")]
            yield _Ranking(code, figures[ranked], ranked)


class _Finder(Struct, frozen=True):
    """Finds the entries of a line in its ranking."""

    collection: Collection
    changes: Mapping[str, Mapping[str, _Change]]
    unusual_units: Mapping[str, Set[str]]

    def greatest(self, ranking: _Ranking) -> list[_Entry]:
        """The greatest figures, each with its share of the total if it counts in it."""
        total = float(self.collection.totals["total"][ranking.code])
        counted = self.collection.answers["counted"].array
        found = []
        for place, figure in self._first(ranking, _GREATEST):
            # A zero among the greatest only means that there are no more figures.
            if figure <= 0:
                break
            entry = self._entry(ranking.code, place, figure)
            share = counted[place] / total if total else math.nan
            text = entry.text
            if not math.isnan(share):
                text += f" ({shown_share(share):.0%})"
            found.append(_Entry(text, entry.place))
        return found

    def least(self, ranking: _Ranking) -> list[_Entry]:
        """The least figures; one that several units have is shown with their number."""
        # With so few figures, the least are the greatest again.
        if len(ranking.figures) <= _GREATEST:
            return []
        figures, firsts, counts = np.unique(ranking.figures, return_index=True, return_counts=True)
        found = []
        for figure, first, count in zip(
            *(some[:_LEAST].tolist() for some in (figures, firsts, counts)), strict=True
        ):
            if count == 1:
                found.append(self._entry(ranking.code, int(ranking.places[first]), figure))
            else:
                shown = self._shown(ranking.code, figure)
                found.append(_Entry(f"{show_number(count, 'vi')} đơn vị: {shown}"))
        return found

    def unusual(self, ranking: _Ranking) -> list[_Entry]:
        """The figures that a check found unusual."""
        units = self.unusual_units.get(ranking.code)
        if not units:
            return []
        odd = [(place, figure) for place, figure in self._first(ranking) if self._unit(place) in units]
        return [self._entry(ranking.code, place, figure) for place, figure in odd[:_UNUSUAL_SHOWN]]

    def jumped(self, ranking: _Ranking) -> list[_Entry]:
        """The figures that changed most since last period, in proportion."""
        changes = self.changes.get(ranking.code)
        if not changes:
            return []
        known = [
            (changes[unit], place, figure)
            for place, figure in self._first(ranking)
            if (unit := self._unit(place)) in changes
        ]
        moved = sorted((found for found in known if found[0].times > 0), key=lambda found: -found[0].times)
        return [self._jump(ranking.code, change.last, place, now) for change, place, now in moved[:_JUMPED]]

    def _first(self, ranking: _Ranking, count: int | None = None) -> Iterator[tuple[int, float]]:
        """Positions and figures of the ranking, from its beginning."""
        return zip(ranking.places[:count].tolist(), ranking.figures[:count].tolist(), strict=True)

    def _unit(self, place: int) -> str:
        return str(self.collection.answers["unit"].array[place])

    def _jump(self, code: str, last: float, place: int, now: float) -> _Entry:
        figures = f"{self._shown(code, last)} → {self._shown(code, now)}"
        return _Entry(f"{self.collection.roster[self._unit(place)].name}: {figures}", place)

    def _entry(self, code: str, place: int, figure: float) -> _Entry:
        """A unit with its figure."""
        return _Entry(f"{self.collection.roster[self._unit(place)].name}: {self._shown(code, figure)}", place)

    def _shown(self, code: str, figure: float) -> str:
        return show_figure(figure, self.collection.template.number_format(code), "vi")


def _find_unusual(collection: Collection) -> dict[str, set[str]]:
    """Line → the units whose figure a check found unusual."""
    found: dict[str, set[str]] = {}
    for noted in collection.problems:
        if noted.code in _UNUSUAL:
            found.setdefault(noted.place.indicator, set()).add(noted.place.unit)
    return found


class _Change(NamedTuple):
    """Last period's figure, and how many times more or less this one is, as a logarithm."""

    last: float
    times: float


def _find_changes(collection: Collection) -> dict[str, dict[str, _Change]]:
    """Line → unit → the change, where both periods have a figure."""
    if collection.changes is None:
        return {}
    # A running total always rises.
    running = collection.changes["indicator"].isin(running_totals(collection.template))
    both = collection.changes[~running].dropna(subset=["last"])
    # Logarithms make a half and a double the same change; plus 1, because 0 has no logarithm.
    ratio = np.abs(np.log((both["now"].fillna(0) + 1) / (both["last"] + 1)))
    found: dict[str, dict[str, _Change]] = {}
    for code, unit, last, times in zip(both["indicator"], both["unit"], both["last"], ratio, strict=True):
        found.setdefault(code, {})[unit] = _Change(last, times)
    return found
