"""The table of cases, tests/answers/value_cases.csv: read as answers, and rendered as docs/values.md."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from workbook_tools.excel import Cell
from workbook_tools.model import Indicator, Kind, RawAnswer, State

if TYPE_CHECKING:
    from workbook_tools.answers.parse import Reading

TABLE = Path(__file__).with_name("value_cases.csv")
DOCUMENT = Path(__file__).parents[2] / "docs/values.md"
_FIRST_DAY = date(1899, 12, 30)
_STATES = {State.IN_DOUBT: "in doubt", State.UNANSWERED: "unanswered", State.NO_FIGURE: "no figure"}


@dataclass(frozen=True)
class Case:
    """A row: what the line asks, how the answer lies in the cell, and what must come of it.

    ``measure`` is the unit of a count or an amount, the options of a choice, the bounds of a date. ``stored`` is
    ``number 12``, ``date 2023-10-13`` (a number with a date format), ``text "…"`` (as JSON), ``bool TRUE``,
    ``error #N/A``, ``blank`` or ``formula`` and its result (``nothing`` where it has none); ``shown "…"`` before it is what
    the cell shows of it.
    """

    kind: str
    measure: str
    stored: str
    outcome: str
    value: str
    problem: str
    why: str

    @property
    def indicator(self) -> Indicator:
        options = tuple(self.measure.split("; ")) if self.kind in ("choice", "choices") else ()
        bounds = (
            [_serial(day) for day in self.measure.split(" to ")]
            if self.kind == "date" and self.measure
            else [None, None]
        )
        return Indicator(
            "ct_1",
            "Nhóm",
            "Dòng",
            self.measure,
            Kind(self.kind),
            options=options,
            minimum=bounds[0],
            maximum=bounds[1],
        )

    @property
    def answer(self) -> RawAnswer:
        return parse_stored(self.stored)


def read_cases() -> list[Case]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [Case(**row) for row in csv.DictReader(file)]


def parse_stored(stored: str) -> RawAnswer:
    """``number 12`` and the like as the answer that the reader would make of such a cell."""
    place = Cell("Biểu", 6, 4)
    how, _, rest = stored.partition(" ")
    if how == "formula":
        result = {"n": "blank", '"': f"text {rest}", "d": rest}.get(rest[0], f"number {rest}")
        inner = parse_stored(result)
        return RawAnswer("ct_1", place, inner.raw, inner.value, inner.is_date, is_formula=True)
    if how == "shown":
        shown, end = json.JSONDecoder().raw_decode(rest)
        return msgspec.structs.replace(parse_stored(rest[end:].strip()), shown=shown)
    made = {
        "number": lambda: RawAnswer("ct_1", place, rest, float(rest)),
        "date": lambda: RawAnswer("ct_1", place, f"{_serial(rest):.0f}", _serial(rest), is_date=True),
        "text": lambda: RawAnswer("ct_1", place, json.loads(rest), json.loads(rest)),
        "bool": lambda: RawAnswer("ct_1", place, rest, rest == "TRUE"),
        "error": lambda: RawAnswer("ct_1", place, rest, rest, is_error=True),
        "blank": lambda: RawAnswer("ct_1", place),
    }
    return made[how]()


def describe(reading: Reading) -> tuple[str, str, str]:
    """A reading in the words of the table: outcome, value, problem codes."""
    codes = [p.code for p in reading.problems]
    outcome = _STATES.get(reading.state) or (
        "repaired" if {"value-repaired", "text-decoded"} & set(codes) else "plain"
    )
    return outcome, _written(reading.value), " ".join(codes)


def render_document(cases: list[Case]) -> str:
    """docs/values.md."""
    parts = [_HEAD]
    for kind, group in groupby(cases, key=lambda case: case.kind):
        measure, rows, asked = _MEASURE_HEADS[kind], [], list(group)
        for case in asked:
            shown = [case.measure] if measure else []
            rows.append(
                [
                    *shown,
                    _code(case.stored),
                    case.outcome,
                    _code(case.value),
                    case.problem.replace(" ", ", "),
                    case.why,
                ]
            )
        heads = [*([measure] if measure else []), "in the cell", "outcome", "read as", "problem", "why"]
        lines = [heads, ["---"] * len(heads), *rows]
        parts.append(
            f"## {_TITLES[kind]}\n\n" + "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"
        )
    return "\n".join(parts)


def _written(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else repr(value)
    text = "" if value is None else str(value)
    return text.replace("\n", "\\n").replace("\xad", "\\u00ad")


def _serial(day: str) -> float:
    return float((date.fromisoformat(day) - _FIRST_DAY).days)


def _code(text: str) -> str:
    # A bar ends a table cell even between backticks.
    return f"`{text.replace('|', chr(92) + '|')}`" if text else ""


_TITLES = {
    "count": "Counts (số đếm)",
    "money": "Money (tiền)",
    "date": "Dates (ngày)",
    "decimal": "Decimals (số thập phân)",
    "percent": "Rates (tỷ lệ %)",
    "choice": "Choices (lựa chọn)",
    "choices": "Choices of several (nhiều lựa chọn)",
    "text": "Texts (văn bản)",
    "mirror": "Repeated lines (nhắc lại)",
}
_MEASURE_HEADS = {
    "count": "unit",
    "money": "unit",
    "date": "bounds",
    "decimal": "unit",
    "percent": "unit",
    "choice": "options",
    "choices": "options",
    "text": "",
    "mirror": "unit",
}
_HEAD = """# How an answer is read

<!-- Made from tests/answers/value_cases.csv; change that table, then run: UPDATE_DOCS=1 pytest tests/answers/test_parse.py -->

Returned forms contain whatever people typed or pasted, or what a program made of it. Each answer has exactly one of
these outcomes:

| outcome | meaning |
| --- | --- |
| plain | the cell holds a valid answer |
| repaired | it was written differently but is unambiguous; it counts, and is listed with its original text |
| in doubt | it is ambiguous or meaningless; it does **not** count until the unit has clarified it |
| no figure | the unit says that it has none (KCSL, không có số liệu): an answer, neither 0 nor blank |
| unanswered | the cell shows nothing |

The principle: a figure is accepted only if a careful officer could read it in one way only. The original content is
kept beside the interpreted value, with file and address, so every line of a total can be traced.

Bounds are checked afterwards: a number outside the bounds of its line counts and is reported
(`number-out-of-range`, `number-too-small`, `number-too-large`). A negative number is in doubt unless the line's
minimum is negative.

In the column *in the cell*, `text`, `number`, `date`, `bool` and `error` give the stored type, which Excel may not show:
a number with a date format looks like a date, and digits stored as text look like a number. `formula` is followed by
its cached result. `\\u00a0` and the like are invisible characters: U+00A0 is the non-breaking space, U+00AD the soft
hyphen, at whose code point old fonts draw ư.
"""
