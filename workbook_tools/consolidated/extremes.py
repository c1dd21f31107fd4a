"""The sheet ``Nổi bật``: for each line the greatest, least, most changed and unusual figures."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from workbook_tools import heads
from workbook_tools.consolidated.data import data_cell
from workbook_tools.consolidated.words import EXTREMES_SHEET
from workbook_tools.locale import show_figure, show_number
from workbook_tools.sheetwriter.cell_text import line_count, shown_share
from workbook_tools.sheetwriter.style import TAB

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workbook_tools.frames import Collection
    from workbook_tools.sheetwriter.book import Book
    from workbook_tools.sheetwriter.sheet import Sheet

_GREATEST, _LEAST, _UNUSUAL_SHOWN, _JUMPED = 3, 2, 1, 2
"""The number of entries of each kind beside a line."""
_HEAD_HEIGHT = 20.0
_LABEL, _NARROWEST, _WIDEST = 36.0, 14.0, 34.0
"""Widths of columns: some programs do not wrap a link, so a cell is as wide as its text within limits."""
_LETTERS = 1.0
"""Letters per unit of width; names in capitals take more than ordinary text."""
_UNUSUAL = ("outlier", "jump", "jump-from-none")
"""Kinds of problems of figures unlike those of other units, or unlike last period's."""
Changes = dict[tuple[str, str], tuple[float, float]]
"""Unit and code → last period's figure, and how many times more or less this one is, as a logarithm."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A cell: a unit with its figure, and the answer's position among all; None if it stands for several."""

    text: str
    place: int | None = None


@dataclass(frozen=True, slots=True)
class _Answer:
    """An answer with its position among all."""

    unit: str
    number: float
    counted: float
    place: int


@dataclass(frozen=True, slots=True)
class _LineEntries:
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
    kinds = {"Cao nhất (tỷ trọng)": _GREATEST, "Thấp nhất": _LEAST, "Khác thường": _UNUSUAL_SHOWN}
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
    kinds += [(found.jumped, _JUMPED)] * with_last
    return [entry for shown, count in kinds for entry in [*shown, *[_Entry("")] * (count - len(shown))]]


def _fit_columns(cells: list[list[_Entry]]) -> list[float]:
    longest = [max(len(entry.text) for entry in column) for column in zip(*cells, strict=True)]
    return [min(max(length / _LETTERS + 2, _NARROWEST), _WIDEST) for length in longest]


def _write_line(sheet: Sheet, row: int, label: str, entries: list[_Entry], widths: list[float]) -> float:
    """Write a row; its height in points."""
    sheet.text(row, 0, label, "wrap")
    for column, entry in enumerate(entries, start=1):
        url = None if entry.place is None else data_cell(entry.place)
        if url is None:
            sheet.text(row, column, entry.text, "wrap")
        else:
            sheet.link(row, column, url, entry.text, "wrapped_link")
    lines = [line_count(label, _LABEL - 2)]
    lines += [line_count(entry.text, width - 2) for entry, width in zip(entries, widths, strict=True)]
    height = 15.5 * max(lines) + 2
    sheet.height(row, height)
    return height


def _find_lines(collection: Collection) -> Iterator[_LineEntries]:
    """The lines that have figures, in the order of the dictionary."""
    changes = _find_changes(collection)
    unusual = {(p.place.unit, p.place.indicator) for p in collection.problems if p.code in _UNUSUAL}
    finder = _Finder(collection, changes)
    for code, answers in _read(collection).items():
        line = collection.template.indicators[code]
        ranked = sorted(answers, key=lambda answer: -answer.number)
        odd = [answer for answer in ranked if (answer.unit, code) in unusual]
        yield _LineEntries(
            line.group,
            line.label,
            finder.greatest(code, ranked),
            finder.least(code, ranked),
            [finder.entry(code, answer) for answer in odd[:_UNUSUAL_SHOWN]],
            finder.jumped(code, ranked),
        )


@dataclass(frozen=True)
class _Finder:
    """Finds the entries of a line among its answers, ranked from the greatest down."""

    collection: Collection
    changes: Changes

    def greatest(self, code: str, ranked: list[_Answer]) -> list[_Entry]:
        """The greatest figures, each with its share of the total if it counts in it."""
        total = float(self.collection.totals["total"][code])
        found = []
        for answer in ranked[:_GREATEST]:
            # A zero among the greatest only means that there are no more figures.
            if answer.number <= 0:
                break
            entry = self.entry(code, answer)
            share = answer.counted / total if total else math.nan
            text = entry.text if math.isnan(share) else f"{entry.text} ({shown_share(share):.0%})"
            found.append(_Entry(text, entry.place))
        return found

    def least(self, code: str, ranked: list[_Answer]) -> list[_Entry]:
        """The least figures; one that several units have is shown with their number."""
        # With so few figures, the least are the greatest again.
        if len(ranked) <= _GREATEST:
            return []
        counts = Counter(answer.number for answer in ranked)
        found = []
        for figure in sorted(counts)[:_LEAST]:
            if counts[figure] == 1:
                found.append(self.entry(code, next(a for a in reversed(ranked) if a.number == figure)))
            else:
                units = show_number(counts[figure], "vi")
                found.append(_Entry(f"{units} đơn vị: {self._shown(code, figure)}"))
        return found

    def jumped(self, code: str, ranked: list[_Answer]) -> list[_Entry]:
        """The figures that changed most since last period, in proportion."""
        known = [
            (self.changes[answer.unit, code], answer)
            for answer in ranked
            if (answer.unit, code) in self.changes
        ]
        moved = sorted((found for found in known if found[0][1] > 0), key=lambda found: -found[0][1])
        return [self._jump(code, last, answer) for (last, _), answer in moved[:_JUMPED]]

    def _jump(self, code: str, last: float, answer: _Answer) -> _Entry:
        figures = f"{self._shown(code, last)} → {self._shown(code, answer.number)}"
        return _Entry(f"{self.collection.roster[answer.unit].name}: {figures}", answer.place)

    def entry(self, code: str, answer: _Answer) -> _Entry:
        """A unit with its figure."""
        name = self.collection.roster[answer.unit].name
        return _Entry(f"{name}: {self._shown(code, answer.number)}", answer.place)

    def _shown(self, code: str, figure: float) -> str:
        return show_figure(figure, self.collection.template.number_format(code), "vi")


def _read(collection: Collection) -> dict[str, list[_Answer]]:
    """Line → its answers that are numbers."""
    answers = collection.answers
    columns = [answers[name].tolist() for name in ("indicator", "unit", "number", "counted")]
    known = set(collection.totals.index)
    found: dict[str, list[_Answer]] = {}
    for place, (code, unit, number, counted) in enumerate(zip(*columns, strict=True)):
        # NaN, unlike itself, is an answer without a number.
        if number == number and code in known:
            found.setdefault(str(code), []).append(_Answer(str(unit), number, counted, place))
    return found


def _find_changes(collection: Collection) -> Changes:
    if collection.changes is None:
        return {}
    both = collection.changes.dropna(subset=["last"])
    # Logarithms make a half and a double the same change; plus 1, because 0 has no logarithm.
    ratio = np.abs(np.log((both["now"].fillna(0) + 1) / (both["last"] + 1)))
    keys = zip(both["unit"], both["indicator"], strict=True)
    return dict(zip(keys, zip(both["last"], ratio, strict=True), strict=True))
