"""Sentences for the office's report, put together from what is known; each names its source, and none says
more than that.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbook_tools.consolidated.overview_lists import find_movements
from workbook_tools.consolidated.sums import build_sums
from workbook_tools.locale import show_number
from workbook_tools.model import Kind, State
from workbook_tools.sheetwriter.cell_text import shown_share
from workbook_tools.tally.status import REPORTED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from workbook_tools.frames import Collection

_MOVED, _CONTRIBUTING, _THEMES, _NAMED = 4, 3, 5, 6
"""How many lines, areas, themes, and units of a theme are named."""
_ALIKE = 0.6
"""Two groups of words that so large a part of their units share are one theme."""
_WORD = re.compile(r"\w+")
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
    """A sentence, and where in the workbook it can be checked."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Theme:
    """Words that several units use in their answers to one line."""

    words: str
    units: Sequence[str]


def build_statements(collection: Collection) -> list[Statement]:
    """How many reported, what rose and fell most, who contributed most, what units speak of."""
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
    share = f"{shown_share(float(reported.mean())) if len(status) else 0.0:.0%}".replace("%", " %")
    text = (
        f"Đến ngày {collection.as_of:%d/%m/%Y}, {_n(count)}/{_n(len(status))} đơn vị đã nộp báo cáo ({share})"
    )
    text += f", trong đó {_n(late)} đơn vị nộp trễ." if late else "."
    return Statement(text, "trang Tình trạng nộp")


def _state_movements(collection: Collection) -> Iterator[Statement]:
    for code, last, now in find_movements(collection)[:_MOVED]:
        line = collection.template.indicators[code]
        verb = "tăng" if now > last else "giảm"
        measure = f" {line.measure}" if line.measure else ""
        text = (
            f"{line.label}: {verb} từ {_n(last)} lên {_n(now)}"
            if now > last
            else f"{line.label}: {verb} từ {_n(last)} xuống {_n(now)}"
        )
        yield Statement(f"{text}{measure} so với kỳ trước.", "trang So với kỳ trước")


def _state_contributors(collection: Collection) -> Iterator[Statement]:
    """For the line that most areas have figures of: which areas have the greatest parts of it."""
    sums = build_sums(collection, "area")
    if not sums.notna().any(axis=None):
        return
    # The line that most areas have figures of says most about the district.
    code = str(sums.notna().sum().idxmax())
    total, line = float(collection.totals["total"][code]), collection.template.indicators[code]
    ranked = sums[code].dropna().sort_values(ascending=False, kind="stable").head(_CONTRIBUTING)
    # A share of nothing is no figure.
    if not total or math.isnan(total):
        return
    parts = "; ".join(
        f"{area} ({_n(float(part))}, bằng {part / total:.0%} tổng số)" for area, part in ranked.items()
    )
    yield Statement(f"{line.label}: đóng góp nhiều nhất là {parts}.", "trang Chỉ tiêu theo địa bàn")


def _state_themes(collection: Collection) -> Iterator[Statement]:
    names = {unit.code: unit.name for unit in collection.roster}
    for line in collection.template.indicators.values():
        # A text with a unit of measure is a quantity in words, not an opinion.
        if line.kind is not Kind.TEXT or line.measure:
            continue
        said = _answers(collection, line.code)
        for theme in find_themes(said)[:_THEMES]:
            named = ", ".join(names[unit] for unit in theme.units[:_NAMED])
            rest = len(theme.units) - _NAMED
            more = f" và {_n(rest)} đơn vị khác" if rest > 0 else ""
            text = (
                f"{line.label}: {_n(len(theme.units))} đơn vị cùng nhắc đến “{theme.words}” ({named}{more})."
            )
            yield Statement(text, "trang Thuyết minh")


def _answers(collection: Collection, code: str) -> dict[str, str]:
    answers = collection.answers
    found = answers[(answers["indicator"] == code) & (answers["state"] == State.ANSWERED)]
    return dict(zip(found["unit"], found["value"].map(str), strict=True))


def find_themes(said: Mapping[str, str]) -> list[Theme]:
    """Groups of two or three syllables that at least two units use, the most frequent first; words that say
    nothing are left out.

    ``said`` is unit → text. Of groups that nearly the same units use only the longest is given.
    """
    units: dict[str, list[str]] = {}
    for unit, text in said.items():
        for words in dict.fromkeys(_groups_of_words(text)):
            units.setdefault(words, []).append(unit)
    shared = [Theme(words, found) for words, found in units.items() if len(found) > 1]
    # The longer group first: it says more than its parts, which are then dropped as alike.
    shared.sort(key=lambda theme: (-len(theme.units), -len(theme.words.split()), theme.words))
    kept: list[Theme] = []
    for theme in shared:
        if not any(_is_alike(theme, other) for other in kept):
            kept.append(theme)
    return kept


def _groups_of_words(text: str) -> Iterator[str]:
    for sentence in re.split(r"[.;:\n]", text.casefold()):
        words = _WORD.findall(sentence)
        for length in (3, 2):
            for start in range(len(words) - length + 1):
                group = words[start : start + length]
                # Numbers and words that every office uses join units that mean nothing in common.
                if not (_EMPTY_WORDS & {group[0], group[-1]}) and not any(word.isdigit() for word in group):
                    yield " ".join(group)


def _is_alike(one: Theme, other: Theme) -> bool:
    ours, theirs = set(one.units), set(other.units)
    return len(ours & theirs) >= _ALIKE * min(len(ours), len(theirs))


def _n(number: float) -> str:
    return show_number(number, "vi")


def build_annex(collection: Collection, letters: int) -> tuple[list[dict[str, object]], int]:
    """What units wrote, word for word, by area, up to so many letters; and how many answers are left out.

    Each area is ``ten`` and ``y_kien``, a list of ``don_vi``, ``tieu_de`` and ``noi_dung``.
    """
    lines = {
        i.code: i.label for i in collection.template.indicators.values() if _is_narrative(i.kind, i.measure)
    }
    answers = collection.answers
    texts = answers[(answers["state"] == State.ANSWERED) & answers["indicator"].isin(lines)]
    areas = dict(zip(collection.status["unit"], collection.status["area"], strict=True))
    found: dict[str, list[dict[str, str]]] = {}
    used = left = 0
    for area, answer in sorted(_with_area(texts, areas), key=lambda pair: pair[0][0]):
        if used >= letters:
            left += 1
            continue
        used += len(str(answer["value"]))
        found.setdefault(area[1], []).append(
            {
                "don_vi": collection.roster[str(answer["unit"])].name,
                "tieu_de": lines[str(answer["indicator"])],
                "noi_dung": str(answer["value"]),
            }
        )
    return [{"ten": area, "y_kien": opinions} for area, opinions in found.items()], left


def _is_narrative(kind: Kind, measure: str) -> bool:
    return kind is Kind.TEXT and not measure


def _with_area(
    texts: pd.DataFrame, areas: Mapping[str, str]
) -> Iterator[tuple[tuple[int, str], Mapping[str, object]]]:
    order = {area: place for place, area in enumerate(dict.fromkeys(areas.values()))}
    for unit, indicator, value in zip(texts["unit"], texts["indicator"], texts["value"], strict=True):
        area = areas[unit]
        yield (order[area], area), {"unit": unit, "indicator": indicator, "value": value}
