"""Rows of lists in which a unit wrote a total or a part of a row: they must not be added to the entries."""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import takewhile
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from workbook_tools.frames import put_in_doubt
from workbook_tools.model import Kind, State
from workbook_tools.problems import Place, Problem, problem
from workbook_tools.text.clean import fold, tidy_entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

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
Positions = npt.NDArray[np.intp]


def leave_out_totals(cells: pd.DataFrame, template: ReportTemplate) -> tuple[pd.DataFrame, list[Problem]]:
    """The frame ``list_cells`` without rows that are totals or parts of other rows, and the problems.

    A row is a total if it is named so and has the sums of rows above or below, or has no name and nothing but
    the sums of at least two rows above, or has those of the dashed rows right below. If it is named so but
    has other figures, they are in doubt. Where no other row has a figure, it is the only one that the unit
    gave, and stays. A row named “trong đó” is a part of the one above; dashed rows below a row with other
    figures may be, and are in doubt.
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
    """The units with a row that is named as a total or a part, or whose last row has figures only."""
    texts = _codes(one, Kind.TEXT)
    named = cells[cells["indicator"].isin(texts)]
    units = set(named["unit"][named["value"].map(_is_special).astype(bool)])
    if texts:
        last = cells.groupby("unit", sort=False)["row"].transform("max") == cells["row"]
        more = ~cells["indicator"].isin(_numbers(one)) & (cells["state"] != State.UNANSWERED)
        units |= set(cells["unit"]) - set(cells["unit"][last & more])
    return [unit for unit in dict.fromkeys(cells["unit"]) if unit in units]


def _judge_rows(
    cells: pd.DataFrame, of_unit: Positions, one: RowList, dropped: npt.NDArray[np.bool_]
) -> Iterator[Problem]:
    """Mark the rows of one unit that are no entries as dropped, or put their figures in doubt."""
    rows = cells["row"].to_numpy()[of_unit]
    places = {row: of_unit[rows == row] for row in dict.fromkeys(rows.tolist())}
    lines = [_Line.take(cells.iloc[at], one) for at in places.values()]
    for (row, at), line, code in zip(places.items(), lines, _judge(lines), strict=True):
        if not code:
            continue
        if code in ("list-total-row", "list-part-row"):
            dropped[at] = True
        else:
            put_in_doubt(cells, at[cells["indicator"].iloc[at].isin(line.figures).to_numpy()])
        yield problem(code, line.place, row=row, list=one.label, value=line.quoted)


def _judge(lines: Sequence[_Line]) -> list[str]:
    """For each row, the code of its problem, or "" for an entry."""
    codes = _judge_parts(lines)
    for number, line in enumerate(lines):
        if codes[number] or not line.figures:
            continue
        others = [i for i, other in enumerate(lines) if other.figures and i != number and not codes[i]]
        above = [i for i in others if i < number]
        # Totals above are known by now; those below would count their rows twice.
        below = [i for i in others if i > number and not lines[i].is_named]
        groups = [above, _since(above, lines, codes, number)]
        if line.is_named:
            groups += [below, _until(below, lines, number)]
        agrees = any(_same(line.figures, _add(lines[i].figures for i in one)) for one in groups if one)
        is_last = number == len(lines) - 1
        is_bare = line.has_figures_only and is_last and len(above) > 1 and any(line.figures.values())
        if agrees and (line.is_named or is_bare):
            codes[number] = "list-total-row"
        elif line.is_named and (above or below):
            codes[number] = "list-total-doubtful"
    return codes


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
        dashed = _dashed_below(number, lines)
        if line.is_dashed or not line.figures or not dashed or any(codes[i] for i in dashed):
            continue
        if _same(line.figures, _add(lines[i].figures for i in dashed)):
            codes[number] = "list-total-row"
        else:
            codes[dashed[0] : dashed[-1] + 1] = [
                "list-part-doubtful" if lines[i].figures else "" for i in dashed
            ]
    return codes


def _dashed_below(number: int, lines: Sequence[_Line]) -> list[int]:
    """The dashed rows right below one; none if they have no figures."""
    below = [*takewhile(lambda i: lines[i].is_dashed, range(number + 1, len(lines)))]
    return below if any(lines[i].figures for i in below) else []


def _since(above: Sequence[int], lines: Sequence[_Line], codes: Sequence[str], number: int) -> list[int]:
    """The entries between the last total above a row and the row."""
    totals = [i for i in range(number) if codes[i].startswith("list-total") and lines[i].is_named]
    return [i for i in above if i > max(totals, default=-1)]


def _until(below: Sequence[int], lines: Sequence[_Line], number: int) -> list[int]:
    """The entries between a row and the next total below it."""
    end = next((i for i in range(number + 1, len(lines)) if lines[i].is_named), len(lines))
    return [i for i in below if i < end]


def _add(figures: Iterable[Mapping[str, float]]) -> Mapping[str, float]:
    sums = Counter[str]()
    for one in figures:
        sums.update(one)
    return sums


def _same(figures: Mapping[str, float], sums: Mapping[str, float]) -> bool:
    return all(math.isclose(sums.get(code, 0), figure, abs_tol=1e-6) for code, figure in figures.items())


class _Line(Struct, frozen=True):
    """One row of a list: its figures by column, and what its texts say it is."""

    figures: Mapping[str, float]
    is_named: bool
    """As a total."""
    is_part: bool
    is_dashed: bool
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
        texts = [*map(_tidy, line["value"][line["indicator"].isin(_codes(one, Kind.TEXT))])]
        return cls(
            dict(zip(known["indicator"], known["number"], strict=True)),
            any(map(_is_total, texts)),
            any(map(_PART.match, texts)),
            any(map(_BULLET.match, texts[:1])),
            not (~is_figure & (line["state"] != State.UNANSWERED)).any(),
            Place(*first[["file", "sheet", "cell", "unit", "indicator"]]),
            "; ".join(" ".join(raw.split()) for raw in line["raw"] if raw.strip()),
        )


def _tidy(value: object) -> str:
    return tidy_entry(value).casefold() if isinstance(value, str) else ""


def _is_special(value: object) -> bool:
    text = _tidy(value)
    return bool(_is_total(text) or _PART.match(text) or _BULLET.match(text))


def _is_total(text: str) -> bool:
    return _NAMED.fullmatch(text) is not None or text.rstrip(" :.") in _PLAIN_WORDS


def _numbers(one: RowList) -> frozenset[str]:
    return frozenset(column.code for column in one.asked if column.kind.numeric)


def _codes(one: RowList, kind: Kind) -> frozenset[str]:
    return frozenset(column.code for column in one.asked if column.kind is kind)
