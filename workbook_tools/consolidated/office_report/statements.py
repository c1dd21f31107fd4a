"""Sentences for the office's report, built from the collected data; each names its source."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools.consolidated import words
from workbook_tools.consolidated.changes import describe_uneven_lines, find_movements
from workbook_tools.consolidated.office_report.themes import ASIDE, find_themes
from workbook_tools.consolidated.sums import build_sums, find_wrong_figures
from workbook_tools.frames import find_answered
from workbook_tools.locale import show_figure, show_number
from workbook_tools.sheetwriter.cell_text import cut_name, percent_text
from workbook_tools.tally.status import REPORTED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workbook_tools.frames import Collection

_MOVED, _CONTRIBUTED, _CONTRIBUTING, _NAMED = 4, 4, 3, 4
"""Named at most: changed lines, lines with contributors, areas of each, units of a theme."""
_TITLE_LETTERS = 48
"""Letters of a line's label at the beginning of a sentence."""


class Statement(Struct, frozen=True):
    """A sentence, and the sheet of the workbook where it can be checked.

    ``section`` is the whole label of the section of the form that it is about, if it is about one; its text
    then begins with ``title``, that label cut.
    """

    text: str
    sheet: str
    section: str = ""
    title: str = ""

    @property
    def source(self) -> str:
        """The sheet, as the Word report names it."""
        return f"trang {self.sheet}"


def build_statements(collection: Collection) -> list[Statement]:
    """Number of reports, figures with errors, greatest changes and contributors, and common themes."""
    return [
        _state_reported(collection),
        *_state_wrong_figures(collection),
        *_state_movements(collection),
        *_state_contributors(collection),
        *_state_themes(collection),
    ]


def _state_reported(collection: Collection) -> Statement:
    status = collection.status
    reported, late = status["outcome"].isin(REPORTED), sum(1 for days in status["days_late"] if days)
    count = int(reported.sum())
    share = percent_text(count / max(len(status), 1))
    text = (
        f"Đến ngày {collection.as_of:%d/%m/%Y}, {_n(count)}/{_n(len(status))} đơn vị đã nộp báo cáo ({share})"
    )
    if late:
        text += f", trong đó {_n(late)} đơn vị nộp trễ"
    return Statement(f"{text}.", words.ROLL_CALL_SHEET)


def _state_wrong_figures(collection: Collection) -> Iterator[Statement]:
    """Totals are not right yet while figures with errors are in them."""
    wrong = find_wrong_figures(collection)
    if wrong:
        figures = sum(map(len, wrong.values()))
        units = {unit for found in wrong.values() for unit, _ in found}
        yield Statement(
            f"Tổng số liệu còn gồm {_n(figures)} số đang có lỗi của {_n(len(units))} đơn vị, thuộc "
            f"{_n(len(wrong))} chỉ tiêu; cần xử lý trước khi báo cáo.",
            words.PROBLEMS_SHEET,
        )


def _state_movements(collection: Collection) -> Iterator[Statement]:
    uneven = describe_uneven_lines(collection)
    for code, last, now in find_movements(collection)[:_MOVED]:
        line = collection.template.indicators[code]
        verb, way = ("tăng", "lên") if now > last else ("giảm", "xuống")
        shown = collection.template.number_format(code)
        before, after = (show_figure(figure, shown, "vi") for figure in (last, now))
        measure = ""
        if line.measure and not after.endswith("%"):
            measure = f" {line.measure}"
        text = f"{line.label}: {verb} từ {before} {way} {after}"
        # A total that fell because reports are missing says nothing about the units.
        because = f" ({uneven[code]})" if code in uneven else ""
        yield Statement(f"{text}{measure} so với kỳ trước{because}.", words.CHANGES_SHEET)


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
        # An area without any contributes nothing, few as the others may be.
        given = sums.loc[sums[code] > 0, code]
        ranked = given.sort_values(ascending=False, kind="stable").head(_CONTRIBUTING)
        parts = "; ".join(
            f"{area} ({_n(float(part))}, bằng {percent_text(part / total)} tổng số)"
            for area, part in ranked.items()
        )
        yield Statement(
            f"{line.label}: các địa bàn đóng góp nhiều nhất (gồm cả các đơn vị trực thuộc) là {parts}.",
            words.areas_sheet(collection.template.campaign),
        )


def _state_themes(collection: Collection) -> Iterator[Statement]:
    names = collection.roster.names
    for line in collection.template.indicators.values():
        if not line.narrative:
            continue
        texts = _answers(collection, line.code)
        # The units are named, so that an officer can check the sentence against their texts.
        for theme in find_themes(texts):
            named = ", ".join(names[unit] for unit in theme.units[:_NAMED])
            rest = len(theme.units) - _NAMED
            more = f" và {_n(rest)} đơn vị khác" if rest > 0 else ""
            title, count = _short_title(line.label), _n(len(theme.units))
            text = f"{title}: {count} đơn vị cùng nhắc đến “{theme.words}” ({named}{more})."
            yield Statement(text, words.NARRATIVE_SHEET, line.label, title)


def _answers(collection: Collection, code: str) -> dict[str, str]:
    found = find_answered(collection.answers, [code])
    return dict(zip(found["unit"], map(str, found["value"]), strict=True))


def _n(number: float) -> str:
    return show_number(number, "vi")


def _short_title(label: str) -> str:
    """A line's label without brackets, cut between words."""
    short = " ".join(ASIDE.sub(" ", label).split()).rstrip(" :;,.")
    if len(short) <= _TITLE_LETTERS:
        return short
    return f"{cut_name(short, _TITLE_LETTERS)}…"
