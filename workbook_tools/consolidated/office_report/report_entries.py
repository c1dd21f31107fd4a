"""What the office's report says in its cells: totals, tallies of choices, and dots to fill in."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from workbook_tools.excel import Cell
from workbook_tools.frames import find_answered
from workbook_tools.model import SEVERAL, Indicator, Kind
from workbook_tools.tally.status import REPORTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from workbook_tools.frames import Collection
    from workbook_tools.model import ReportTemplate

DOTS = "……"
"""Placeholder where the officer has to write something by hand."""
UNKNOWN = "…"
"""Placeholder for a figure nobody reported, and for a fact the office itself does not have."""
DATE_DOTS, _YEAR_DOTS, _DAY_DOTS = "…/…/……", "……", "…"


def build_entries(collection: Collection) -> dict[Cell, float | str]:
    """The entry of every input and remark of the report."""
    template = collection.template
    answers = answers_by_choice(collection)
    totals = {str(code): float(total) for code, total in collection.totals["total"].items()}
    found: dict[Cell, float | str] = {}
    for code, cell in template.inputs.items():
        shown = template.indicators[code]
        indicator = template.indicators.get(shown.mirrors or "", shown)
        total = totals.get(indicator.code, math.nan)
        if indicator.kind is Kind.FORMULA:
            continue
        if indicator.code in totals:
            found[cell] = UNKNOWN if math.isnan(total) else float(total)
        else:
            number_format = template.formats.get(code, "")
            found[cell] = render_answers(indicator, answers.get(indicator.code, []), number_format)
    return dict.fromkeys(_hints(template), "") | found | dict.fromkeys(template.notes.values(), "")


def answers_by_choice(collection: Collection) -> dict[str, list[object]]:
    """Line with options → the answers to it, one of each unit that gave one."""
    lines = [line.code for line in collection.template.indicators.values() if line.options]
    choices = find_answered(collection.answers, lines)
    return {str(code): list(rows["value"]) for code, rows in choices.groupby("indicator", sort=False)}


def _hints(template: ReportTemplate) -> list[Cell]:
    """The remarks of lines that repeat another: there the form tells units not to fill them in again."""
    columns = {(cell.sheet, cell.column) for cell in template.notes.values()}
    repeated = [cell for code, cell in template.inputs.items() if template.indicators[code].mirrors]
    return [Cell(sheet, at.row, column) for at in repeated for sheet, column in columns if sheet == at.sheet]


def render_answers(indicator: Indicator, answers: Sequence[object], number_format: str = "") -> str:
    """The entry of a line that is not added up; dates to fill in follow their number format.

    What units say in their own words the office has to sum up by hand.
    """
    if indicator.options and answers:
        return render_tally(indicator.options, answers)
    return blank_date(number_format) if indicator.kind is Kind.DATE else DOTS


def render_tally(options: Sequence[str], answers: Iterable[object]) -> str:
    """``Có: 12; Không: 5``: the number of units for each chosen option, in the order of the options."""
    # An option may itself hold the separator, so whole answers are looked up before they are split.
    whole: set[object] = set(options)
    chosen: list[object] = []
    for answer in answers:
        if answer in whole:
            chosen.append(answer)
        else:
            chosen += str(answer).split(SEVERAL)
    counts = {option: chosen.count(option) for option in options}
    return "; ".join(f"{option}: {count}" for option, count in counts.items() if count)


def render_coverage(collection: Collection) -> str:
    """The number of units behind the figures, and their date."""
    counted = collection.status["outcome"].isin(REPORTED).sum()
    return (
        f"Số liệu tổng hợp từ {counted}/{len(collection.roster)} đơn vị, tính đến ngày "
        f"{collection.as_of:%d/%m/%Y}"
    )


def blank_date(number_format: str) -> str:
    """``… tháng … năm ……`` for a format that writes a date out, as Decree 30 has it; else ``…/…/……``."""
    # Of a number format, every other part is quoted: the words between day, month and year.
    parts = number_format.split('"')
    if len(parts) == 1:
        return DATE_DOTS
    parts[::2] = [re.sub("[dm]+", _DAY_DOTS, re.sub("y+", _YEAR_DOTS, part)) for part in parts[::2]]
    return "".join(parts)
