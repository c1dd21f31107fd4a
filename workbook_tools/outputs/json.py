"""The results of collect and inspect as JSON, for scripts; the schemas are in docs/schemas."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbook_tools.frames import rows
from workbook_tools.model import State
from workbook_tools.tally.status import MISSING
from workbook_tools.text.names import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workbook_tools.frames import Collection, Mailed
    from workbook_tools.problems import Problem

SCHEMA_VERSION = 1


def render_collection(collection: Collection, language: str = "vi") -> str:
    """One JSON object: ``files``, ``units``, ``totals``, ``missing`` and the ``problems`` outside files."""
    by_file: dict[str, list[Problem]] = {}
    for problem in collection.problems:
        by_file.setdefault(problem.place.file, []).append(problem)
    paths = set(collection.files["path"])
    files = [
        {
            "path": row.path,
            "outcome": row.outcome,
            "unit": row.unit or None,
            "sha256": row.sha256 or None,
            "problems": _problems(by_file.get(str(row.path), ()), language),
        }
        for row in collection.files.itertuples()
    ]
    elsewhere = [p for file, problems in by_file.items() if file not in paths for p in problems]
    answers, lists = _answers(collection), _lists(collection)
    units = []
    for row in collection.status.itertuples():
        unit = {"code": row.unit, "outcome": row.outcome, "answers": answers.get(str(row.unit), {})}
        if collection.template.lists:
            unit["lists"] = lists.get(str(row.unit), {})
        units.append(unit | _mail_state(collection, str(row.unit)))
    content = {
        "schema": SCHEMA_VERSION,
        "campaign": collection.template.campaign.code,
        "form_version": collection.template.version,
        "as_of": collection.as_of.isoformat(),
        "files": files,
        "units": units,
        "totals": {
            str(code): plain_value(total)
            # A line that nobody answered is omitted.
            for code, total in collection.totals["total"].dropna().items()
        },
        "missing": [unit["code"] for unit in units if unit["outcome"] == MISSING],
        "problems": _problems(elsewhere, language),
    }
    if collection.mailed is not None:
        content["mails"] = _mails(collection.mailed)
    return render_json(content)


def _mail_state(collection: Collection, unit: str) -> dict[str, Any]:
    """The state of a unit's letters, if any."""
    if collection.mailed is None or unit not in collection.mailed.states:
        return {}
    state = collection.mailed.states[unit]
    return {"mail": {"state": state.kind, "number": state.number or None}}


def _mails(mailed: Mailed) -> list[dict[str, Any]]:
    """Every letter, in chronological order."""
    return [
        {
            "unit": row.unit,
            "kind": row.kind,
            "number": int(row.number),
            "addresses": row.addresses,
            "subject": row.subject,
            "at": row.at.isoformat(),
            "state": row.state,
            "answer": row.answer or None,
            "bounced": row.bounced or None,
            "replied": None if pd.isna(row.replied) else row.replied.isoformat(),
        }
        for row in rows(mailed.mails)
    ]


def _answers(collection: Collection) -> dict[str, dict[str, Any]]:
    """Unit → indicator → value; blank and doubtful ones are omitted, KCSL is null."""
    found: dict[str, dict[str, Any]] = {}
    frame = collection.answers
    known = frame[frame["state"].isin([State.ANSWERED, State.NO_FIGURE])]
    for unit, indicator, state, value in zip(
        known["unit"], known["indicator"], known["state"], known["value"], strict=True
    ):
        found.setdefault(str(unit), {})[str(indicator)] = _answer(state, value)
    return found


def _answer(state: str, value: object) -> Any:
    return None if state == State.NO_FIGURE else plain_value(value)


def _lists(collection: Collection) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """Unit → list → its filled rows, in order."""
    found: dict[str, dict[str, list[dict[str, Any]]]] = {}
    columns = ["unit", "list", "row", "indicator", "state", "value", "sheet", "cell", "counts"]
    last: tuple[object, ...] = ()
    for unit, code, row, column, state, value, sheet, cell, counts in collection.list_cells[
        columns
    ].itertuples(index=False, name=None):
        filled = found.setdefault(unit, {}).setdefault(code, [])
        # The cells of a row are adjacent in the frame.
        if (unit, code, row) != last:
            last = (unit, code, row)
            filled.append(
                {"row": int(row), "sheet": sheet, "cell": cell, "counts": bool(counts), "values": {}}
            )
        if state in (State.ANSWERED, State.NO_FIGURE):
            filled[-1]["values"][column] = _answer(state, value)
    return found


def _problems(problems: Iterable[Problem], language: str) -> list[dict[str, Any]]:
    return [render_problem(problem, language) for problem in problems]


def render_problem(problem: Problem, language: str) -> dict[str, Any]:
    """One problem as a JSON object."""
    place = problem.place
    return {
        "code": problem.code,
        "title": problem.title(language),
        "severity": str(problem.severity),
        "sheet": place.sheet or None,
        "cell": place.cell or None,
        "indicator": place.indicator or None,
        "message": problem.message(language),
        "remedy": problem.remedy(language),
        "reason": problem.reason or None,
        "accepted": problem.accepted or None,
        "under": problem.under or None,
    }


def plain_value(value: object) -> object:
    """Convert a value for JSON: dates to ISO strings, whole numbers to integers."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def render_json(content: dict[str, Any]) -> str:
    """Serialize the object; ValueError for a number that JSON cannot represent."""
    return safe_text(json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False)) + "\n"
