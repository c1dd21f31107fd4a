"""Templates, rosters and answers as small tables of text, for tests of what is done with answers once they are read."""

from __future__ import annotations

from datetime import date

import pandas as pd

from workbook_tools.excel import Cell
from workbook_tools.frames import ANSWER_COLUMNS, categorize
from workbook_tools.model import (
    Campaign,
    Indicator,
    Kind,
    ReportTemplate,
    Roster,
    Rule,
    State,
    Unit,
    UnitType,
)

LEVELS = {"tinh": 1, "huyen": 1, "xa": 2, "mn": 3, "th": 3, "thpt": 3, "diem": 4}
INCLUSION = Indicator(
    "bao_gom", "Chung", "Đã bao gồm?", "", Kind.CHOICE, who=frozenset({"xa"}), options=("Có", "Không")
)


def count(code: str, **more: object) -> Indicator:
    """A count that is added up."""
    who = frozenset(str(more.pop("who", "")).split())
    return Indicator(code, "Nhóm", f"Dòng {code}", "lượt", Kind.COUNT, who=who, additive=True, **more)  # type: ignore[arg-type]


def make_template(
    *indicators: Indicator, rules: tuple[Rule, ...] = (), inclusion: str | None = "bao_gom"
) -> ReportTemplate:
    """A template with one form sheet, ``Biểu``, whose inputs stand in D2, D3 … in the order given."""
    every = {i.code: i for i in ((INCLUSION, *indicators) if inclusion == "bao_gom" else indicators)}
    campaign = Campaign(
        "dot_1",
        "Tuần lễ",
        date(2023, 10, 13),
        "Phòng GDĐT",
        "huyen",
        {1: "huyện", 2: "xã", 3: "trường"},
        inclusion=inclusion,
    )
    inputs = {code: Cell("Biểu", row, 4) for row, code in enumerate(every, start=2)}
    types = {code: UnitType(code, code.upper(), level) for code, level in LEVELS.items()}
    return ReportTemplate("template.xlsx", "0123abcd", campaign, every, rules, types, ("Biểu",), inputs, {})


def make_roster(table: str) -> Roster:
    """One unit a line: code, type, the unit above (``-`` for none), then facts such as ``dv_x=2``."""
    units = {}
    for line in table.strip().splitlines():
        code, unit_type, parent, *facts = line.split()
        found = {name: float(value) for name, value in (fact.split("=") for fact in facts)}
        units[code] = Unit(code, f"Đơn vị {code}", unit_type, None if parent == "-" else parent, facts=found)
    return Roster("units.xlsx", units)


def make_answers(table: str, template: ReportTemplate, roster: Roster) -> pd.DataFrame:
    """Answers frame of a table: the head names the indicators, each line is a unit that has returned.

    In a cell ``.`` is blank, ``?`` in doubt, ``KCSL`` no figures; ``5 # why`` has a note. Lines that a unit is not
    asked have no row, whatever stands there; lines that the table does not name are blank.
    """
    head, *body = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    rows: list[tuple[object, ...]] = []
    for unit, *cells in body:
        given = dict(zip(head[1:], cells, strict=True))
        for indicator in template.indicators_for(roster[unit].type):
            raw, _, note = (part.strip() for part in given.get(indicator.code, ".").partition("#"))
            state, value = _read(raw, indicator)
            number = value if indicator.kind.numeric else None
            cell = template.inputs[indicator.code]
            rows.append(
                (
                    unit,
                    indicator.code,
                    str(state),
                    value,
                    number,
                    None,
                    raw,
                    note,
                    f"{unit}.xlsx",
                    cell.sheet,
                    cell.ref,
                    "",
                )
            )
    frame = pd.DataFrame(rows, columns=ANSWER_COLUMNS)
    return categorize(frame.astype({"number": "float64", "counted": "float64", "value": object}))


def _read(raw: str, indicator: Indicator) -> tuple[State, object]:
    special = {".": State.UNANSWERED, "?": State.IN_DOUBT, "KCSL": State.NO_FIGURE}
    if raw in special:
        return special[raw], None
    if indicator.kind is Kind.DATE:
        return State.ANSWERED, date.fromisoformat(raw)
    return State.ANSWERED, float(raw) if indicator.kind.numeric else raw
