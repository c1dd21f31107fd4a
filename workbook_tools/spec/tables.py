"""Reading a sheet whose first row is a head: rows of cells by column head, and what is wrong with them."""

from __future__ import annotations

import difflib
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, TypeVar

from workbook_tools.excel import Cell, to_serial
from workbook_tools.problems import CATALOGUE, Place, Problem
from workbook_tools.spec.own_workbook import filled_cells
from workbook_tools.spec.vocabulary import EARLIER_SHEETS, EARLIER_VALUES
from workbook_tools.text.spelling import modern_spelling

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from workbook_tools.spec.vocabulary import Column

T = TypeVar("T")


def find_sheet(workbook: Workbook, name: str) -> str | None:
    """The sheet of that name, or of the one it had before; None where there is neither."""
    return next((n for n in (name, EARLIER_SHEETS.get(name)) if n in workbook.sheetnames), None)


def suggest(value: str, accepted: Iterable[str]) -> str:
    """The nearest accepted value, or nothing; the message makes a question of it."""
    near = difflib.get_close_matches(value, list(accepted), n=1, cutoff=0.6)
    return near[0] if near else ""


def clean(value: object) -> str:
    """A cell's content as text: NFC, without outer blanks; empty for a blank cell."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return unicodedata.normalize("NFC", str(value)).replace("\xa0", " ").strip()


@dataclass
class Findings:
    """What was found wrong in one workbook."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def add(self, code: str, sheet: str = "", cell: str = "", /, **params: object) -> None:
        """Note a problem of the catalogue at a place of the workbook."""
        self.problems.append(
            Problem(code, Place(file=self.file, sheet=sheet, cell=cell), params, CATALOGUE[code].severity)
        )


@dataclass(frozen=True)
class Row:
    """One row of a table: cells by column head; every reader notes what it cannot accept and returns a stand-in."""

    table: Table
    number: int
    cells: Mapping[str, object]

    def place(self, head: str) -> str:
        """The address of this row's cell in a column."""
        return Cell(self.table.sheet, self.number, self.table.columns.get(head, 1)).ref

    def note(self, code: str, head: str, **params: object) -> None:
        """Note a problem at this row's cell in a column."""
        self.table.findings.add(code, self.table.sheet, self.place(head), column=head, **params)

    def text(self, head: str, *, required: bool = False) -> str:
        """The cell as text; notes ``value-missing`` where a required one is empty."""
        value = clean(self.cells.get(head))
        if required and not value:
            self.note("value-missing", head)
        return value

    def one_of(self, head: str, accepted: Mapping[str, T], default: T) -> T:
        """The meaning of a closed value, capitals and spacing aside."""
        value = modern_spelling(" ".join(self.text(head, required=True).lower().split()))
        value = EARLIER_VALUES.get(value, value)
        if value and value not in accepted:
            self.note(
                "value-unknown",
                head,
                value=value,
                accepted=", ".join(accepted),
                suggestion=suggest(value, accepted),
            )
        return accepted.get(value, default)

    def number_in(self, head: str) -> float | None:
        """The cell as a number; dates as Excel's serial number; None for a blank cell or one that is neither."""
        value = self.cells.get(head)
        if isinstance(value, datetime | date):
            return to_serial(date(value.year, value.month, value.day))
        text = clean(value)
        if not text:
            return None
        try:
            return float(text)
        except ValueError:
            self.note("value-not-number", head, value=text)
            return None

    def codes(self, head: str) -> tuple[str, ...]:
        """The cell's parts between semicolons, without blanks."""
        return tuple(part for part in (" ".join(p.split()) for p in self.text(head).split(";")) if part)


@dataclass
class Table:
    """A sheet with a head row; ``columns`` says where each head stands (1-based)."""

    sheet: str
    findings: Findings
    columns: dict[str, int]
    values: Sequence[tuple[int, Mapping[int, object]]]

    def __iter__(self) -> Iterator[Row]:
        for number, values in self.values:
            yield Row(
                self,
                number,
                {head: values[column] for head, column in self.columns.items() if column in values},
            )


def read_table(sheet: Worksheet, expected: Iterable[Column], findings: Findings) -> Table:
    """Read a sheet below its head; rows without any content are passed over, missing columns noted."""
    rows: dict[int, dict[int, object]] = {}
    for cell in filled_cells(sheet):
        rows.setdefault(cell.row, {})[cell.column] = cell.value
    columns: dict[str, int] = {}
    for position, value in rows.pop(1, {}).items():
        if name := clean(value):
            columns.setdefault(name, position)
    known = {name.casefold(): name for name in columns}
    for column in expected:
        found = known.get(column.head.casefold()) or known.get(column.earlier.casefold())
        if found is not None and found != column.head:
            columns[column.head] = columns.pop(found)
        elif found is None and column.required:
            findings.add(
                "column-missing",
                sheet.title,
                "A1",
                column=column.head,
                suggestion=suggest(column.head, columns),
            )
    values = [(number, row) for number, row in rows.items() if any(clean(v) for v in row.values())]
    return Table(sheet.title, findings, columns, values)


class CodeBook:
    """Codes seen so far in one column, to find duplicates."""

    def __init__(self) -> None:
        self._first: dict[str, str] = {}

    def is_new(self, row: Row, head: str, code: str, kind: str = "code-duplicate") -> bool:
        """Whether the code has not been seen (case aside); notes the duplicate otherwise."""
        key = code.casefold()
        if key in self._first:
            row.note(kind, head, value=code, first=self._first[key])
            return False
        self._first[key] = row.place(head)
        return True
