"""Rows of lists in which a unit wrote a total or a part of a row: they must not be added to the entries."""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import Struct, field

from workbook_tools.excel import ROUNDING
from workbook_tools.frames import put_in_doubt, rows
from workbook_tools.model import Kind, State
from workbook_tools.problems import Place, Problem, problem
from workbook_tools.text.clean import fold, tidy_entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

    import pandas as pd

    from workbook_tools.model import ReportTemplate, RowList

_WORDS = (
    "tổng|tổng cộng|tổng số|tổng tiền|cộng|cộng tổng|total|"
    "mang sang|chuyển sang|cộng mang sang|cộng chuyển sang"
)
_OF = (
    "khối|mục|phần|nhóm|tiểu|chung|toàn|các|trang|số|tiền|kinh phí|chi phí|giá trị|theo|của|cấp|trường|xã|"
    "thôn|tổ|lớp|đợt|tháng|quý|năm|học kỳ"
)
"""What is behind the word in the name of a total: a Tổng đài is an entry."""
_NAMED = re.compile(rf"(?:{_WORDS})(?:[ :.]*|[ :.]+(?:(?:{_OF})\b|[ivx]+\b|[a-h]\b|[0-9(]).*)", re.DOTALL)
# Without its diacritics, cộng could be another word.
_PLAIN_WORDS = frozenset(fold(word) for word in _WORDS.split("|") if word != "cộng")
_PART = re.compile(r"[-–—+*•\s]*(?:trong đó|trong do|trong số đó|trong so do)\b")
_BULLET = re.compile(r"[-–—+*•]\s*\S")
_Cell = tuple[int, Any]
"""A cell's position in the frame ``list_cells``, and its row there."""


def leave_out_totals(cells: pd.DataFrame, template: ReportTemplate) -> tuple[pd.DataFrame, list[Problem]]:
    """The frame ``list_cells`` without rows that are totals or parts of other rows, and the problems.

    A row is a total if it is named so and has the sums of rows above or below, or has no name and nothing but
    the sums of at least two rows above, or has those of the dashed rows right below. If it is named so but
    has other figures, they are in doubt. Where no other row has a figure, it is the only one that the unit
    gave, and stays. A row named “trong đó” is a part of the one above; dashed rows below a row with other
    figures may be, and are in doubt.
    """
    problems: list[Problem] = []
    dropped: list[int] = []
    held: list[int] = []
    for one in template.lists.values():
        for lines in _read_units(cells, one):
            for line, code in zip(lines, _judge(lines), strict=True):
                if not code:
                    continue
                if code in ("list-total-row", "list-part-row"):
                    dropped += line.positions
                else:
                    held += line.of_figures
                problems.append(problem(code, line.place, row=line.row, list=one.label, value=line.quoted))
    if held:
        put_in_doubt(cells, np.array(held, dtype=np.intp))
    if dropped:
        kept = np.ones(len(cells), dtype=bool)
        kept[dropped] = False
        cells = cells[kept].reset_index(drop=True)
    return cells, problems


def _read_units(cells: pd.DataFrame, one: RowList) -> Iterator[list[_Line]]:
    """The rows of each unit that may have some that are no entries."""
    own = np.flatnonzero((cells["list"] == one.code).to_numpy())
    of_list = cells.iloc[own]
    chosen = of_list["unit"].isin(_find_candidates(of_list, one)).to_numpy()
    # Row by row in Python, for a frame of each row would take a hundred times as long.
    units: dict[str, dict[int, list[_Cell]]] = {}
    for at, cell in zip(own[chosen].tolist(), rows(of_list[chosen]), strict=True):
        units.setdefault(cell.unit, {}).setdefault(cell.row, []).append((at, cell))
    numbers, texts = _numbers(one), _codes(one, Kind.TEXT)
    asked = frozenset(column.code for column in one.asked)
    for of_unit in units.values():
        yield [_Line.take(row, found, asked, numbers, texts) for row, found in of_unit.items()]


def _find_candidates(cells: pd.DataFrame, one: RowList) -> list[str]:
    """The units with a row that is named as a total or a part, or whose last row has figures only."""
    texts = _codes(one, Kind.TEXT)
    named = cells[cells["indicator"].isin(texts)]
    units = set(named["unit"][named["value"].map(_is_special).astype(bool)])
    if texts:
        last = cells.groupby("unit", sort=False)["row"].transform("max") == cells["row"]
        more = ~cells["indicator"].isin(_numbers(one)) & (cells["state"] != State.UNANSWERED)
        units |= set(cells["unit"]) - set(cells["unit"][last & more])
    return [unit for unit in dict.fromkeys(cells["unit"]) if unit in units]


def _judge(lines: Sequence[_Line]) -> list[str]:
    """For each row, the code of its problem, or "" for an entry."""
    codes = _judge_parts(lines)
    below, until = _sum_below(lines, codes)
    above, since = _Sum(), _Sum()
    for number, line in enumerate(lines):
        if line.figures and not codes[number]:
            groups = [above, since]
            if line.is_named:
                groups += [below[number], until[number]]
            agrees = any(one.rows and one.has(line.figures) for one in groups)
            is_last = number == len(lines) - 1
            is_bare = line.has_figures_only and is_last and above.rows > 1 and any(line.figures.values())
            if agrees and (line.is_named or is_bare):
                codes[number] = "list-total-row"
            elif line.is_named and (above.rows or below[number].rows):
                codes[number] = "list-total-doubtful"
            else:
                above.add(line)
                since.add(line)
        if line.is_named and codes[number].startswith("list-total"):
            since = _Sum()
    return codes


def _sum_below(lines: Sequence[_Line], codes: Sequence[str]) -> tuple[list[_Sum], list[_Sum]]:
    """For each row, the entries below it, and those up to the next one that is named as a total."""
    below, until = _Sum(), _Sum()
    every, parts = [], []
    for line, code in zip(reversed(lines), reversed(codes), strict=True):
        every.append(below.copy())
        parts.append(until.copy())
        # A total below would count its rows twice.
        if line.is_named:
            until = _Sum()
        elif line.figures and not code:
            below.add(line)
            until.add(line)
    return every[::-1], parts[::-1]


def _judge_parts(lines: Sequence[_Line]) -> list[str]:
    """The codes of rows that are parts of the row above them, and of rows that add up such."""
    codes = [""] * len(lines)
    whole, parts = -1, False
    for number, line in enumerate(lines):
        if line.is_part:
            parts = True
        elif not line.is_dashed:
            whole, parts = number, False
        if line.figures and parts and whole >= 0 and lines[whole].figures:
            codes[number] = "list-part-row"
    for number, line in enumerate(lines):
        if line.is_dashed or not line.figures:
            continue
        dashed = _dashed_below(number, lines)
        if not dashed or any(codes[i] for i in dashed):
            continue
        if _Sum.of(lines[i] for i in dashed).has(line.figures):
            codes[number] = "list-total-row"
        else:
            for i in dashed:
                if lines[i].figures:
                    codes[i] = "list-part-doubtful"
    return codes


def _dashed_below(number: int, lines: Sequence[_Line]) -> list[int]:
    """The dashed rows right below one; none if they have no figures."""
    below = [*takewhile(lambda i: lines[i].is_dashed, range(number + 1, len(lines)))]
    if any(lines[i].figures for i in below):
        return below
    return []


class _Sum(Struct):
    """The sum of the figures of some rows, by column."""

    figures: Counter[str] = field(default_factory=Counter)
    rows: int = 0

    @classmethod
    def of(cls, lines: Iterable[_Line]) -> _Sum:
        found = cls()
        for line in lines:
            found.add(line)
        return found

    def add(self, line: _Line) -> None:
        self.figures.update(line.figures)
        self.rows += 1

    def copy(self) -> _Sum:
        return _Sum(self.figures.copy(), self.rows)

    def has(self, figures: Mapping[str, float]) -> bool:
        """Whether it has these figures, whatever else it has."""
        return all(
            math.isclose(self.figures[code], figure, rel_tol=ROUNDING, abs_tol=1e-6)
            for code, figure in figures.items()
        )


class _Line(Struct, frozen=True):
    """One row of a list: its figures by column, and what its texts say it is."""

    row: int
    figures: Mapping[str, float]
    is_named: bool
    """As a total."""
    is_part: bool
    is_dashed: bool
    has_figures_only: bool
    place: Place
    """Of its first figure."""
    quoted: str

    positions: list[int]
    """Of its cells in the frame; ``of_figures`` are those of its figures."""
    of_figures: list[int]

    @classmethod
    def take(
        cls, row: int, found: Sequence[_Cell], asked: Set[str], numbers: Set[str], texts: Set[str]
    ) -> _Line:
        cells = [(at, cell) for at, cell in found if cell.indicator in asked]
        known = [
            (at, cell) for at, cell in cells if cell.indicator in numbers and not math.isnan(cell.number)
        ]
        _, first = (known or cells)[0]
        words = [_tidy(cell.value) for _, cell in cells if cell.indicator in texts]
        return cls(
            row=row,
            figures={cell.indicator: cell.number for _, cell in known},
            is_named=any(map(_is_total, words)),
            is_part=any(map(_PART.match, words)),
            is_dashed=any(map(_BULLET.match, words[:1])),
            has_figures_only=all(
                cell.indicator in numbers or cell.state == State.UNANSWERED for _, cell in cells
            ),
            place=Place(first.file, first.sheet, first.cell, first.unit, first.indicator),
            quoted="; ".join(" ".join(cell.raw.split()) for _, cell in cells if cell.raw.strip()),
            positions=[at for at, _ in found],
            of_figures=[at for at, _ in known],
        )


def _tidy(value: object) -> str:
    if isinstance(value, str):
        return tidy_entry(value).casefold()
    return ""


def _is_special(value: object) -> bool:
    text = _tidy(value)
    return bool(_is_total(text) or _PART.match(text) or _BULLET.match(text))


def _is_total(text: str) -> bool:
    return _NAMED.fullmatch(text) is not None or text.rstrip(" :.") in _PLAIN_WORDS


def _numbers(one: RowList) -> frozenset[str]:
    return frozenset(column.code for column in one.asked if column.kind.numeric)


def _codes(one: RowList, kind: Kind) -> frozenset[str]:
    return frozenset(column.code for column in one.asked if column.kind is kind)
