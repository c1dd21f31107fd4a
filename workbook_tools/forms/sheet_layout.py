"""Where things stand on a form sheet: the officer's own cells, and what the generator adds beside and below them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from openpyxl.utils.cell import quote_sheetname

from workbook_tools.excel import Cell, column_letters
from workbook_tools.formula import parse_formula
from workbook_tools.model import Indicator, Kind, ReportTemplate, Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openpyxl.worksheet.worksheet import Worksheet


@dataclass(frozen=True)
class SheetLayout:
    """One form sheet of one unit type.

    ``check_column`` holds the live checks, ``key_column`` the hidden row keys; ``key_row`` and the rows after it are
    hidden, too: column keys, then a row for each fact and each list of options.
    """

    name: str
    last_row: int
    last_column: int
    lines: Mapping[int, tuple[Indicator, ...]]
    """Row → the indicators the unit type is asked there, from left to right."""
    facts: Mapping[str, Cell] = field(default_factory=dict)
    options: Mapping[str, tuple[Cell, Cell]] = field(default_factory=dict)
    rules: Mapping[int, tuple[Rule, ...]] = field(default_factory=dict)

    @property
    def check_column(self) -> int:
        """The first free column beside the form."""
        return self.last_column + 1

    @property
    def key_column(self) -> int:
        """The column after the checks."""
        return self.last_column + 2

    @property
    def nothing(self) -> str:
        """A cell that stays blank, as formulas name it: hidden, locked, and crossed by no mark."""
        return f"${column_letters(self.check_column)}${self.key_row}"

    @property
    def key_row(self) -> int:
        """The first hidden row, one blank row below the form."""
        return self.last_row + 2

    def option_range(self, code: str) -> str:
        """Where the options of a choice stand, as an absolute range of this sheet; empty if it is no choice."""
        if code not in self.options:
            return ""
        first, last = self.options[code]
        return f"${column_letters(first.column)}${first.row}:${column_letters(last.column)}${last.row}"

    @property
    def check_range(self) -> str:
        """All checks beside the lines, as an absolute range that names its sheet."""
        rows = sorted(self.lines) or [1]
        letter = column_letters(self.check_column)
        return f"{quote_sheetname(self.name)}!${letter}${rows[0]}:${letter}${rows[-1]}"


def build_layout(sheet: Worksheet, template: ReportTemplate, unit_type: str) -> SheetLayout:
    """Lay out one form sheet for a unit type; the sheet is only measured."""
    last_row, last_column = _extent(sheet)
    asked = {i.code for i in template.indicators_for(unit_type)}
    by_row: dict[int, list[tuple[int, Indicator]]] = defaultdict(list)
    for code, cell in template.inputs.items():
        if cell.sheet == sheet.title and code in asked:
            by_row[cell.row].append((cell.column, template.indicators[code]))
    lines = {
        row: tuple(i for _, i in sorted(found, key=lambda pair: pair[0]))
        for row, found in sorted(by_row.items())
    }
    rules = _rules_by_row(sheet.title, template, unit_type, asked)
    row = last_row + 3
    facts: dict[str, Cell] = {}
    for rule in [rule for group in rules.values() for rule in group]:
        for name in parse_formula(rule.formula).names:
            if name not in template.indicators and name not in facts:
                facts[name] = Cell(sheet.title, row, 2)
                row += 1
    options: dict[str, tuple[Cell, Cell]] = {}
    for indicator in [i for line in lines.values() for i in line if i.kind is Kind.CHOICE]:
        options[indicator.code] = (
            Cell(sheet.title, row, 2),
            Cell(sheet.title, row, 1 + len(indicator.options)),
        )
        row += 1
    return SheetLayout(sheet.title, last_row, last_column, lines, facts, options, rules)


def _extent(sheet: Worksheet) -> tuple[int, int]:
    """The last row and column with content; merged blocks count whole."""
    filled = [(cell.row, cell.column) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    ends = filled + [(merged.max_row, merged.max_col) for merged in sheet.merged_cells.ranges]
    return max(row for row, _ in ends), max(column for _, column in ends)


def _rules_by_row(
    sheet: str, template: ReportTemplate, unit_type: str, asked: set[str]
) -> dict[int, tuple[Rule, ...]]:
    """Each rule stands beside the line it names to be shown at, or else the first of its lines that the unit is asked."""
    found: dict[int, list[Rule]] = defaultdict(list)
    for rule in template.rules_for(unit_type):
        names = parse_formula(rule.formula).names
        candidates = [name for name in (rule.shown_at, *names) if name in asked]
        if (
            candidates
            and any(name in asked for name in names)
            and template.inputs[candidates[0]].sheet == sheet
        ):
            found[template.inputs[candidates[0]].row].append(rule)
    return {row: tuple(rules) for row, rules in found.items()}
