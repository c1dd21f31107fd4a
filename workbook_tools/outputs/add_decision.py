"""Add a decision to the decisions workbook, as if typed by the officer."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from openpyxl import load_workbook

from workbook_tools import heads
from workbook_tools.errors import CannotRead
from workbook_tools.spec import vocabulary as words
from workbook_tools.storage.replace import write_bytes

if TYPE_CHECKING:
    from datetime import date

    from openpyxl.worksheet.worksheet import Worksheet

    from workbook_tools.model import Decision
    from workbook_tools.storage.location import Location

_NAMES = (words.DECISIONS, words.EARLIER_SHEETS[words.DECISIONS])


def add_decision(path: Location, decision: Decision) -> None:
    """Write a decision to the first free row of the sheet, atomically.

    All other content is kept. CannotRead if it is not a decisions workbook, CannotWrite if it cannot be
    replaced (on Windows, while it is open in Excel).
    """
    try:
        workbook = load_workbook(io.BytesIO(path.read_bytes()))
        sheet = next(workbook[name] for name in _NAMES if name in workbook.sheetnames)
    except (OSError, KeyError, ValueError, StopIteration, BadZipFile) as error:
        raise CannotRead(path, "it is not a decisions workbook of this program") from error
    # The officer may have moved or added columns.
    titles = {str(cell.value).strip(): cell.column for cell in sheet[1] if cell.value is not None}
    row = _first_free_row(sheet)
    values = _values(decision)
    for column in words.COLUMNS[words.DECISIONS]:
        place = titles.get(column.head, titles.get(column.earlier or ""))
        value = values[column.head]
        if place is not None and value not in (None, ""):
            cell = sheet.cell(row, place)
            cell.value = value
            if isinstance(value, str):
                # Text that begins with "=" stays text.
                cell.data_type = "s"
    buffer = io.BytesIO()
    workbook.save(buffer)
    write_bytes(path, buffer.getvalue())


def _first_free_row(sheet: Worksheet) -> int:
    filled = [
        cell.row for line in sheet.iter_rows(min_row=2) for cell in line if cell.value not in (None, "")
    ]
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
