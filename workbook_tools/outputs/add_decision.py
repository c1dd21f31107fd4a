"""Add a decision to the decisions workbook, as if typed by the officer."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from openpyxl import load_workbook

from workbook_tools import heads
from workbook_tools.errors import SpecificationError
from workbook_tools.outputs.blank_decisions import create_blank_decisions
from workbook_tools.spec import vocabulary as words
from workbook_tools.spec.decisions import parse_decisions, read_decision_table, subject_of
from workbook_tools.storage.replace import write_bytes

if TYPE_CHECKING:
    from datetime import date

    from openpyxl.worksheet.worksheet import Worksheet

    from workbook_tools.model import Decision, ReportTemplate, Roster
    from workbook_tools.storage.location import Location


def add_decision(path: Location, decision: Decision, template: ReportTemplate, roster: Roster) -> bool:
    """Write a decision, atomically: in place of all earlier ones about the same thing, else in a new row.

    Returns whether there was an earlier one; together they would contradict each other. All other content is
    kept; without a workbook a blank one is made first. CannotRead if it is no workbook, SpecificationError if
    it is not one of decisions, CannotWrite if it cannot be replaced (on Windows, while it is open in Excel).
    """
    if not path.exists():
        create_blank_decisions(path, template, roster)
    table, findings = read_decision_table(path)
    if table is None:
        raise SpecificationError(path, findings.problems)
    decided = parse_decisions(table, findings, template, roster)
    earlier = [one.cell.row for one in decided if subject_of(one) == subject_of(decision)]
    workbook = load_workbook(io.BytesIO(path.read_bytes()))
    sheet = workbook[table.sheet]
    values = _values(decision)
    row, *others = earlier or [_first_free_row(sheet)]
    for head, value in values.items():
        column = table.columns[head]
        cell = sheet.cell(row, column)
        cell.value = None if value == "" else value
        if isinstance(cell.value, str):
            # Text that begins with "=" stays text.
            cell.data_type = "s"
        for other in others:
            sheet.cell(other, column).value = None
    buffer = io.BytesIO()
    workbook.save(buffer)
    write_bytes(path, buffer.getvalue())
    return bool(earlier)


def _first_free_row(sheet: Worksheet) -> int:
    filled = [cell.row for line in sheet.iter_rows() for cell in line if cell.value not in (None, "")]
    # Below the last filled row, not in a gap: the officer may have left blank rows on purpose.
    return max(filled, default=1) + 1


def _values(decision: Decision) -> dict[str, float | str | bool | date | None]:
    word = next(word for word, kind in words.DECISION_KINDS.items() if kind is decision.kind)
    return {
        heads.DECISION: word,
        heads.UNIT_CODE: decision.unit,
        heads.CODE: decision.indicator,
        heads.FILE: decision.file,
        heads.VALUE: decision.value,
        heads.REASON: decision.reason,
        heads.DECIDED_BY: decision.who,
        heads.DAY: decision.when,
    }
