"""Read a sheet with a heading row to rows of cells by column heading, and note faults."""

from __future__ import annotations

import difflib
import re
import unicodedata
from datetime import date, datetime
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct, field

from workbook_tools.excel import Cell, to_serial
from workbook_tools.locale import mark as _
from workbook_tools.problems import CATALOGUE, Place, Problem
from workbook_tools.readers.cell_looks import STROKE
from workbook_tools.spec.markers import FACT
from workbook_tools.spec.own_workbook import NoResult, result_of
from workbook_tools.spec.vocabulary import EARLIER_SHEETS, EARLIER_VALUES
from workbook_tools.text.clean import fold, fold_case
from workbook_tools.text.figures import parse_figure
from workbook_tools.text.near import suggest
from workbook_tools.text.spelling import modern_spelling

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from workbook_tools.spec.own_cells import OwnSheet
    from workbook_tools.spec.vocabulary import SheetColumn

T = TypeVar("T")
NOT_CALCULATED = _("the workbook was saved without calculating it")
_ROWS_ABOVE = 20
"""Number of rows in which the heading row is searched for."""
_SLIP = 0.85
"""Similarity from which a heading is a misspelling of another one."""
_CODE_LIKE = re.compile(r"[a-z][a-z0-9_]*")
"""Headings that are a marker or a fact."""
_LABELLED = re.compile(rf"(.*[^\s(])\s*\(({FACT.pattern})\)")


def find_sheet(names: Sequence[str], name: str) -> str | None:
    """The name of the sheet of that name, or of its former name; None if there is neither.

    Case, surrounding blanks and composition are ignored, because nobody sees them on a sheet's tab.
    """
    # Reversed, so that the first of two equal names wins.
    sheets = {_same_name(title): title for title in reversed(names)}
    known = (name, EARLIER_SHEETS.get(name, name))
    return next((sheets[_same_name(n)] for n in known if _same_name(n) in sheets), None)


def note_missing_sheet(names: Sequence[str], name: str, findings: Findings) -> None:
    """Note that a sheet is missing, and which one may be meant."""
    near = {fold(title): title for title in names}
    found = near.get(suggest(fold(name), near), "")
    findings.add("sheet-missing", name, sheet=name, suggestion=found)


def _same_name(name: str) -> str:
    return modern_spelling(fold_case(name))


def clean(value: object) -> str:
    """A cell's content as text: NFC, stripped, "" for a blank cell."""
    if value is None:
        return ""
    # The result of a formula is a float, and so are some programs' integers: the code 11629 is 11629.0.
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    # Text pasted from web pages and from macOS has hard spaces and decomposed letters.
    return unicodedata.normalize("NFC", str(value)).replace("\xa0", " ").strip()


class Findings(Struct):
    """The problems found in one workbook."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def add(self, code: str, sheet: str = "", cell: str = "", /, **params: object) -> None:
        """Note a problem of the catalogue at a place of the workbook."""
        self.problems.append(
            Problem(code, Place(file=self.file, sheet=sheet, cell=cell), params, CATALOGUE[code].severity)
        )


class Row(Struct, frozen=True):
    """One row of a table, by column heading; readers note what they cannot accept and return a default."""

    table: Table
    number: int
    cells: dict[str, object]

    def place(self, head: str) -> str:
        """The address of this row's cell in a column."""
        return Cell(self.table.sheet, self.number, self.table.columns.get(head, 1)).ref

    def note(self, code: str, head: str, **params: object) -> None:
        """Note a problem at this row's cell in a column."""
        self.table.findings.add(code, self.table.sheet, self.place(head), column=head, **params)

    def note_unknown(self, code: str, head: str, value: str, accepted: Collection[str]) -> None:
        """Note a value that is not among the accepted ones, and the nearest of those."""
        near = suggest(value, accepted)
        self.note(code, head, value=value, accepted=", ".join(accepted), suggestion=near)

    def shown(self, head: str) -> str:
        """What the cell displays if that is not what it holds, such as 85% for 0.85; else empty."""
        return self.table.shown.get((self.number, self.table.columns.get(head, 0)), "")

    @property
    def is_struck(self) -> bool:
        """Whether a cell of the table is struck out: on paper, the row would no longer apply."""
        return any(STROKE in self.shown(head) for head in self.cells)

    def text(self, head: str, *, required: bool = False) -> str:
        """The cell as text; notes ``value-missing`` if it is required and empty."""
        value = clean(self.cells.get(head))
        if required and not value:
            self.note("value-missing", head)
        return value

    def closed_value(self, head: str) -> str:
        """The cell as a value of a closed list: case, spacing and old spelling do not matter."""
        value = modern_spelling(" ".join(self.text(head).lower().split()))
        return EARLIER_VALUES.get(value, value)

    def one_of(self, head: str, accepted: Mapping[str, T], default: T) -> T:
        """The meaning of a closed value; notes one that is empty or not accepted."""
        self.text(head, required=True)
        value = self.closed_value(head)
        if value and value not in accepted:
            self.note_unknown("value-unknown", head, value, accepted)
        return accepted.get(value, default)

    def number_in(self, head: str, *, whole: bool = True) -> float | None:
        """The cell as a number, dates as serial numbers; None if blank or neither.

        A number typed as text is parsed as in a return: 20.000 is twenty thousand if figures are ``whole``,
        and otherwise ambiguous.
        """
        value = self.cells.get(head)
        # Bounds of dates are compared as numbers, as Excel does.
        if isinstance(value, datetime | date):
            return to_serial(date(value.year, value.month, value.day))
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
        text = clean(value)
        if not text:
            return None
        # Word turns a minus sign into a dash.
        sign, digits = (-1, text[1:].strip()) if text[0] in "-−–" else (1, text)
        figure = parse_figure(digits, scaled=not whole)
        if figure is None:
            self.note("value-not-number", head, value=text)
            return None
        return float(sign * figure)

    def codes(self, head: str, between: str = ";") -> tuple[str, ...]:
        """The cell's parts separated by semicolons, or by any character of ``between``, stripped."""
        parts = re.split(f"[{between}]", self.text(head))
        return tuple(part for part in (" ".join(p.split()) for p in parts) if part)


class Table(Struct):
    """A sheet with a heading row; ``columns`` maps headings to 1-based columns.

    A heading in words that ends with a fact in brackets is that fact, and the words are its label.
    """

    sheet: str
    findings: Findings
    columns: dict[str, int]
    values: Sequence[tuple[int, Mapping[int, object]]]
    shown: Mapping[tuple[int, int], str] = {}
    labels: Mapping[str, str] = {}

    def __iter__(self) -> Iterator[Row]:
        for number, values in self.values:
            yield Row(
                self,
                number,
                {head: values[column] for head, column in self.columns.items() if column in values},
            )


def read_table(sheet: OwnSheet, expected: Sequence[SheetColumn], findings: Findings) -> Table:
    """Read a sheet below its heading row, which may have titles above it; blank rows are skipped.

    Formulas are read as their results, except in columns that hold formulas. Missing and misspelt headings
    and missing results are noted.
    """
    rows = {number: {**row} for number, row in sheet.rows.items()}
    top = _head_row(rows, expected)
    columns, labels = _take_codes(_read_head(sheet, top, rows.get(top, {}), expected, findings))
    below = {number: row for number, row in rows.items() if number > top}
    typed = {columns[column.head] for column in expected if column.formulas and column.head in columns}
    wanted = {
        place: head
        for head, place in columns.items()
        if head in {column.head for column in expected} or _CODE_LIKE.fullmatch(head)
    }
    for number, row in below.items():
        for place in row.keys() - typed:
            row[place] = result = result_of(row[place])
            if isinstance(result, NoResult):
                row[place] = None
                if place in wanted:
                    ref = Cell(sheet.name, number, place).ref
                    reason = result.text or NOT_CALCULATED
                    findings.add("result-missing", sheet.name, ref, column=wanted[place], reason=reason)
    values = [(number, row) for number, row in below.items() if any(clean(v) for v in row.values())]
    return Table(sheet.name, findings, columns, values, sheet.shown, labels)


def _head_row(rows: Mapping[int, Mapping[int, object]], expected: Sequence[SheetColumn]) -> int:
    """The upper row with most of the headings; the first row if none has two of them."""
    heads = {head.casefold() for column in expected for head in (column.head, column.earlier) if head}
    found = {
        number: len({clean(value).casefold() for value in row.values()} & heads)
        for number, row in sorted(rows.items())[:_ROWS_ABOVE]
    }
    # A single heading may occur in a title by chance.
    best = max(found, key=lambda number: found[number], default=1)
    return best if found.get(best, 0) > 1 else 1


def _read_head(
    sheet: OwnSheet, top: int, row: Mapping[int, object], expected: Sequence[SheetColumn], findings: Findings
) -> dict[str, int]:
    """Columns of the headings, under the expected names."""
    columns: dict[str, int] = {}
    for position, value in row.items():
        if name := " ".join(clean(result_of(value)).split()):
            # If two columns have the same heading, the left one counts, as a reader would assume.
            columns.setdefault(name, position)
    known = {name.casefold(): name for name in columns}
    missing = []
    for column in expected:
        found = known.get(column.head.casefold()) or known.get(column.earlier.casefold())
        if found is None:
            missing.append(column)
        elif found != column.head:
            columns[column.head] = columns.pop(found)
    free = [name for name in columns if name not in {column.head for column in expected}]
    for column in missing:
        near = {fold(name): name for name in free}
        likely = near.get(suggest(fold(column.head), near), "")
        place = Cell(sheet.name, top, columns.get(likely, 1)).ref
        if column.required:
            findings.add("column-missing", sheet.name, place, column=column.head, suggestion=likely)
        elif likely and _is_slip(fold(likely), fold(column.head)):
            findings.add("column-misspelt", sheet.name, place, value=likely, column=column.head)
    return columns


def _take_codes(columns: Mapping[str, int]) -> tuple[dict[str, int], dict[str, str]]:
    """The columns by fact instead of “Số học sinh (dv_so_hs)”, and fact → label."""
    codes: dict[str, int] = {}
    labels: dict[str, str] = {}
    for head, position in columns.items():
        labelled = _LABELLED.fullmatch(head)
        code = labelled[2] if labelled else head
        if labelled and code not in columns:
            labels.setdefault(code, labelled[1])
        codes.setdefault(code, position)
    return codes, labels


def _is_slip(typed: str, meant: str) -> bool:
    """Whether a heading differs from another by a letter or two; an extra word makes it the officer's own."""
    return difflib.SequenceMatcher(None, typed, meant).ratio() >= _SLIP


class CodeBook:
    """Codes seen so far in one column, to find duplicates."""

    def __init__(self) -> None:
        self._first: dict[str, str] = {}

    def is_new(self, row: Row, head: str, code: str, kind: str = "code-duplicate") -> bool:
        """Whether the code is new, ignoring case; notes duplicates."""
        key = code.casefold()
        if key in self._first:
            row.note(kind, head, value=code, first=self._first[key])
            return False
        self._first[key] = row.place(head)
        return True
