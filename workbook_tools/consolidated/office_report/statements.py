"""Sentences for the office's report, built from the collected data; each names its source."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from workbook_tools.consolidated import words
from workbook_tools.consolidated.overview_lists import find_movements
from workbook_tools.consolidated.sums import build_sums
from workbook_tools.locale import show_figure, show_number
from workbook_tools.model import Kind, State
from workbook_tools.sheetwriter.cell_text import cut_name, line_count, shown_share
from workbook_tools.tally.status import REPORTED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from workbook_tools.frames import Collection

_MOVED, _CONTRIBUTED, _CONTRIBUTING, _THEMES, _NAMED = 4, 4, 3, 3, 4
"""Named at most: changed lines, lines with contributors, areas of each, themes, units of a theme."""
_PRINTED_LETTERS, _TITLE_LETTERS = 75.0, 48
"""Letters of a printed line, and of a line's label where it is repeated before each answer."""
_MOST_OF_ONE = 0.25
"""The greatest part of the annex that one answer may take."""
_ALIKE = 0.6
"""Two phrases with this share of units in common are one theme."""
_WORD = re.compile(r"\w+")
_BETWEEN_MARKS = re.compile(r"[.,;:!?\n]")
_MOST_WORDS, _NEARLY_ALL = 12, 0.9
"""A theme's maximum of words; and the share of its users that must have a neighbouring word to extend it."""
_ASIDE = re.compile(r"\([^()]*\)")
_EMPTY_WORDS = frozenset(
    [
        "và",
        "các",
        "của",
        "cho",
        "để",
        "trong",
        "với",
        "là",
        "có",
        "được",
        "không",
        "những",
        "một",
        "này",
        "đã",
        "về",
        "từ",
        "tại",
        "do",
        "theo",
        "trên",
        "dưới",
        "khi",
        "sẽ",
        "cần",
        "đề",
        "nghị",
        "kiến",
        "xuất",
        "đơn",
        "vị",
        "thực",
        "hiện",
        "công",
        "tác",
        "tổ",
        "chức",
        "việc",
        "còn",
        "chưa",
        "rất",
        "nhiều",
        "ít",
        "năm",
        "huyện",
        "xã",
        "trường",
        "quan",
        "tâm",
    ]
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence, and the sheet of the workbook where it can be checked."""

    text: str
    sheet: str

    @property
    def source(self) -> str:
        """The sheet, as the Word report names it."""
        return f"trang {self.sheet}"


@dataclass(frozen=True, slots=True)
class Theme:
    """Words that several units use in their answers to one line."""

    words: str
    units: Sequence[str]


def build_statements(collection: Collection) -> list[Statement]:
    """Number of reports, greatest changes, greatest contributors, and common themes."""
    return [
        _state_reported(collection),
        *_state_movements(collection),
        *_state_contributors(collection),
        *_state_themes(collection),
    ]


def _state_reported(collection: Collection) -> Statement:
    status = collection.status
    reported, late = status["outcome"].isin(REPORTED), sum(1 for days in status["days_late"] if days)
    count = int(reported.sum())
    share = _share(float(reported.mean()) if len(status) else 0.0)
    text = (
        f"Đến ngày {collection.as_of:%d/%m/%Y}, {_n(count)}/{_n(len(status))} đơn vị đã nộp báo cáo ({share})"
    )
    text += f", trong đó {_n(late)} đơn vị nộp trễ." if late else "."
    return Statement(text, words.ROLL_CALL_SHEET)


def _state_movements(collection: Collection) -> Iterator[Statement]:
    for code, last, now in find_movements(collection)[:_MOVED]:
        line = collection.template.indicators[code]
        verb = "tăng" if now > last else "giảm"
        shown = collection.template.number_format(code)
        before, after = (show_figure(figure, shown, "vi") for figure in (last, now))
        measure = f" {line.measure}" if line.measure and not after.endswith("%") else ""
        text = f"{line.label}: {verb} từ {before} {'lên' if now > last else 'xuống'} {after}"
        yield Statement(f"{text}{measure} so với kỳ trước.", words.CHANGES_SHEET)


def _state_contributors(collection: Collection) -> Iterator[Statement]:
    """The areas with the greatest shares of a line: in each group, the line that most areas report."""
    sums = build_sums(collection, "area")
    # A single area contributes everything, which says nothing.
    if len(sums) < 2:
        return
    reporting = sums.notna().sum()
    groups: dict[str, str] = {}
    for code in map(str, reporting.sort_values(ascending=False, kind="stable").index):
        # Where some areas are below zero, a part of the total is no share of it: 235 % and −147 %.
        signed = bool((sums[code] < 0).any())
        if collection.template.indicators[code].additive and reporting[code] > 1 and not signed:
            groups.setdefault(collection.template.indicators[code].group, code)
    for code in [*groups.values()][:_CONTRIBUTED]:
        total, line = float(collection.totals["total"][code]), collection.template.indicators[code]
        if not total or math.isnan(total):
            continue
        ranked = sums[code].dropna().sort_values(ascending=False, kind="stable").head(_CONTRIBUTING)
        parts = "; ".join(
            f"{area} ({_n(float(part))}, bằng {_share(part / total)} tổng số)"
            for area, part in ranked.items()
        )
        yield Statement(
            f"{line.label}: đóng góp nhiều nhất là {parts}.", words.areas_sheet(collection.template.campaign)
        )


def _share(share: float) -> str:
    return f"{shown_share(share):.0%}".replace("%", " %")


def _state_themes(collection: Collection) -> Iterator[Statement]:
    names = {unit.code: unit.name for unit in collection.roster}
    for line in collection.template.indicators.values():
        if line.kind is not Kind.TEXT or line.measure:
            continue
        said = _answers(collection, line.code)
        # The units are named, so that an officer can check the sentence against their texts.
        for theme in _known_themes(tuple(said.items()))[:_THEMES]:
            named = ", ".join(names[unit] for unit in theme.units[:_NAMED])
            rest = len(theme.units) - _NAMED
            more = f" và {_n(rest)} đơn vị khác" if rest > 0 else ""
            title, count = _short_title(line.label), _n(len(theme.units))
            text = f"{title}: {count} đơn vị cùng nhắc đến “{theme.words}” ({named}{more})."
            yield Statement(text, words.NARRATIVE_SHEET)


def _answers(collection: Collection, code: str) -> dict[str, str]:
    answers = collection.answers
    found = answers[(answers["indicator"] == code) & (answers["state"] == State.ANSWERED)]
    return dict(zip(found["unit"], found["value"].map(str), strict=True))


@lru_cache(maxsize=8)
def _known_themes(said: tuple[tuple[str, str], ...]) -> list[Theme]:
    """Themes of the same texts, looked for once: the workbook and the Word report both name them."""
    return find_themes(dict(said))


def find_themes(said: Mapping[str, str]) -> list[Theme]:
    """Phrases that at least two units use, most frequent first; none begins or ends with a stop word.

    ``said`` maps units to texts. Of phrases that nearly the same units use, only one is returned.
    """
    clauses: dict[tuple[str, ...], dict[str, None]] = {}
    for unit, text in said.items():
        for clause in _clauses(text):
            clauses.setdefault(clause, {})[unit] = None
    # Dictionaries as ordered sets: a set's order would differ from run to run.
    users: dict[tuple[str, ...], dict[str, None]] = {}
    for clause, units in clauses.items():
        for phrase in _phrases(clause):
            users.setdefault(phrase, {}).update(units)
    shared = [(phrase, units) for phrase, units in users.items() if len(units) > 1]
    # Longer phrases first among equally frequent ones; then by text, so that the order is always the same.
    shared.sort(key=lambda found: (-len(found[1]), -len(found[0]), found[0]))
    kept: list[tuple[tuple[str, ...], frozenset[str]]] = []
    for phrase, units in shared:
        if len(kept) == _THEMES:
            break
        theirs = frozenset(units)
        if not any(_are_alike(theirs, others) for _, others in kept):
            kept.append((phrase, theirs))
    order = {unit: place for place, unit in enumerate(said)}
    return [
        Theme(" ".join(_whole(phrase, units, clauses)), sorted(units, key=order.__getitem__))
        for phrase, units in kept
    ]


def _clauses(text: str) -> Iterator[tuple[str, ...]]:
    """The words of each part of a text between punctuation marks, without brackets: they are asides."""
    for clause in _BETWEEN_MARKS.split(_ASIDE.sub(".", text.casefold())):
        yield tuple(_WORD.findall(clause))


def _phrases(clause: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """All phrases of two or three words that may be a theme."""
    says = [word not in _EMPTY_WORDS and not word.isdigit() for word in clause]
    for start in range(len(clause) - 1):
        if says[start] and says[start + 1]:
            yield clause[start : start + 2]
        if says[start] and start + 2 < len(clause) and says[start + 2] and not clause[start + 1].isdigit():
            yield clause[start : start + 3]


def _whole(
    phrase: tuple[str, ...], units: frozenset[str], clauses: Mapping[tuple[str, ...], Mapping[str, None]]
) -> tuple[str, ...]:
    """Extend a phrase by words that nearly all of its users have beside it, so no compound word is cut."""
    while len(phrase) < _MOST_WORDS:
        beside: dict[tuple[str, ...], set[str]] = {}
        for clause, users in clauses.items():
            for wider in _wider(clause, phrase):
                beside.setdefault(wider, set()).update(units & users.keys())
        # The phrase itself decides between equals, so that the result never depends on the order of units.
        best = max(beside.items(), key=lambda found: (len(found[1]), found[0]), default=(phrase, set()))
        if len(best[1]) < _NEARLY_ALL * len(units):
            break
        phrase = best[0]
    return phrase


def _wider(clause: tuple[str, ...], phrase: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The phrase with one more word at either side, for each occurrence in a clause."""
    count = len(phrase)
    for start in range(len(clause) - count + 1):
        if clause[start : start + count] == phrase:
            if start:
                yield clause[start - 1 : start + count]
            if start + count < len(clause):
                yield clause[start : start + count + 1]


def _are_alike(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    return len(ours & theirs) >= _ALIKE * min(len(ours), len(theirs))


def _n(number: float) -> str:
    return show_number(number, "vi")


def build_annex(collection: Collection, lines: int) -> tuple[list[dict[str, object]], int]:
    """What units wrote, verbatim, by area, on at most ``lines`` printed lines; and the number of omitted
    answers: those that would fill a quarter of it, and all from the first that does not
    fit.

    Each area is ``ten`` and ``y_kien``, a list of ``don_vi``, ``tieu_de`` and ``noi_dung``.
    """
    titles = {i.code: _short_title(i.label) for i in collection.template.indicators.values() if i.narrative}
    answers = collection.answers
    texts = answers[(answers["state"] == State.ANSWERED) & answers["indicator"].isin(titles)]
    areas = dict(zip(collection.status["unit"], collection.status["area"], strict=True))
    found: dict[str, list[dict[str, str]]] = {}
    used = left = 0
    for area, answer in sorted(_with_area(texts, areas), key=lambda pair: pair[0][0]):
        opinion = {
            "don_vi": collection.roster[str(answer["unit"])].name,
            "tieu_de": titles[str(answer["indicator"])],
            "noi_dung": str(answer["value"]),
        }
        height = line_count(" – ".join(opinion.values()), _PRINTED_LETTERS)
        # A single very long answer would leave no room for those of other units.
        if height > _MOST_OF_ONE * lines:
            left += 1
            continue
        # Added even if it does not fit, so that nothing follows: short answers of later areas, picked because
        # they still fit, would look as if those areas had no others.
        used += (area[1] not in found) + height
        if used > lines:
            left += 1
        else:
            found.setdefault(area[1], []).append(opinion)
    return [{"ten": area, "y_kien": opinions} for area, opinions in found.items()], left


def _short_title(label: str) -> str:
    """A line's label without brackets, cut between words."""
    short = " ".join(_ASIDE.sub(" ", label).split()).rstrip(" :;,.")
    return short if len(short) <= _TITLE_LETTERS else f"{cut_name(short, _TITLE_LETTERS)}…"


def _with_area(
    texts: pd.DataFrame, areas: Mapping[str, str]
) -> Iterator[tuple[tuple[int, str], Mapping[str, object]]]:
    order = {area: place for place, area in enumerate(dict.fromkeys(areas.values()))}
    for unit, indicator, value in zip(texts["unit"], texts["indicator"], texts["value"], strict=True):
        area = areas[unit]
        yield (order[area], area), {"unit": unit, "indicator": indicator, "value": value}
