"""Add a decision to the decisions workbook, as if typed by the officer."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from openpyxl.styles.numbers import is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from workbook_tools import heads
from workbook_tools.errors import CannotWrite, SpecificationError
from workbook_tools.excel import DAYS_1904, to_serial
from workbook_tools.locale import mark as _
from workbook_tools.outputs.blank_decisions import create_blank_decisions
from workbook_tools.packaging.package_parts import pack_parts, unpack_parts
from workbook_tools.packaging.typed_sheet import TypedSheet
from workbook_tools.readers.xlsx.workbook import find_sheet_parts
from workbook_tools.readers.zip_package import open_package
from workbook_tools.spec import vocabulary as words
from workbook_tools.spec.decisions import parse_decisions, read_decision_table, subject_of
from workbook_tools.spec.own_workbook import OFFICER_LIMITS, open_workbook, read_own_file
from workbook_tools.storage.replace import write_bytes

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from workbook_tools.model import Decision, ReportTemplate, Roster
    from workbook_tools.spec.tables import Table
    from workbook_tools.storage.location import Location

_DATE_FORMAT = "%d/%m/%Y"


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
    data = read_own_file(path)
    # Not saved by openpyxl, which drops what it does not know: the officer's text boxes, comments, rich text.
    parts = unpack_parts(data)
    part = find_sheet_parts(open_package(data, OFFICER_LIMITS), OFFICER_LIMITS)[table.sheet]
    name = next(name for name in parts if name.casefold() == part.casefold())
    typed = TypedSheet(parts[name])
    _check_typed(path, typed, table, earlier)
    looks = open_workbook(path, data)[table.sheet]
    # Below the last filled row, not in a gap: the officer may have left blank rows on purpose.
    row, *others = earlier or [max(typed.last_row, 1) + 1]
    for head, value in _values(decision).items():
        column = table.columns[head]
        typed.type(row, column, _as_typed(value, looks, row, column))
        for other in others:
            typed.type(other, column, None)
    parts[name] = typed.part
    write_bytes(path, pack_parts(parts))
    return bool(earlier)


def _check_typed(path: Location, typed: TypedSheet, table: Table, rows: list[int]) -> None:
    """CannotWrite if one of the rows is calculated: other cells may depend on its formulas."""
    if any(typed.is_calculated(row, column) for row in rows for column in table.columns.values()):
        raise CannotWrite(
            path,
            _("the earlier decision about the same is calculated by formulas"),
            _("Type values in place of the formulas of its row, or delete the row, then try again."),
        )


def _as_typed(
    value: float | str | bool | date | None, looks: Worksheet, row: int, column: int
) -> float | str | bool | None:
    if not isinstance(value, date):
        return None if value == "" else value
    # Without a format of dates, the cell would show the number of days since 1900.
    if not is_date_format(looks.cell(row, column).number_format):
        return value.strftime(_DATE_FORMAT)
    book = looks.parent
    return to_serial(value) - (DAYS_1904 if book is not None and book.epoch == CALENDAR_MAC_1904 else 0)


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
