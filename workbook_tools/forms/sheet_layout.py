"""The layout of a form sheet: the officer's own cells, and what the generator adds beside and below."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct, field

from workbook_tools.excel import Cell, column_letters
from workbook_tools.forms.live.lasting_references import Ground, area
from workbook_tools.formula import parse_formula
from workbook_tools.formula.list_functions import is_column, is_measure, list_of, measure_parts
from workbook_tools.formula.places import live_names
from workbook_tools.spec.markers import marker

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from workbook_tools.model import Indicator, Need, ReportTemplate, RowList, Rule

SUMS = 3
"""The panel's figures: wanted but blank, missing, errors."""


class SheetLayout(Struct, frozen=True):
    """One form sheet of one unit type.

    ``check_column`` holds the live checks, ``key_column`` the hidden row keys; the hidden columns after it
    hold the states of the row's inputs, then those of its rules. ``key_row`` and the rows after it are
    hidden, too: column keys and the panel's figures, then a row for each fact and each list of options.
    """

    name: str
    last_row: int
    last_column: int
    lines: Mapping[int, tuple[Indicator, ...]]
    """Row → its indicators, from left to right; empty if all of the row's lines are calculated."""
    calculated: Mapping[int, tuple[Indicator, ...]] = field(default_factory=dict)
    """Row → the lines calculated there."""
    facts: Mapping[str, Cell] = field(default_factory=dict)
    options: Mapping[str, tuple[Cell, Cell]] = field(default_factory=dict)
    rules: Mapping[int, tuple[Rule, ...]] = field(default_factory=dict)
    """Row → the rules shown there, errors before warnings."""
    open_cells: frozenset[tuple[int, int]] = frozenset()
    """Rows and columns of the cells that a unit may change and move."""
    panels: frozenset[tuple[int, int]] = frozenset()
    """Cells calculated from the form's states: a range that contains one would make a circular reference."""
    lists: tuple[RowList, ...] = ()
    list_rules: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)
    """List → the rules for each of its rows, errors before warnings."""

    @property
    def needs(self) -> list[Need]:
        """Whether each input and each list has to be filled in; a list counts as one."""
        lines = [indicator.need for line in self.lines.values() for indicator in line]
        return [*lines, *(one.need for one in self.lists)]

    @property
    def check_column(self) -> int:
        """The first free column beside the form."""
        return self.last_column + 1

    @property
    def key_column(self) -> int:
        """The column after the checks."""
        return self.last_column + 2

    @property
    def widest(self) -> int:
        """The greatest number of inputs in a row."""
        lines = [len(line) for line in self.lines.values()]
        return max([*lines, *(len(one.asked) + 1 for one in self.lists)], default=0)

    @property
    def last_hidden_column(self) -> int:
        """The last hidden column."""
        rules = max(map(len, [*self.rules.values(), *self.list_rules.values()]), default=0)
        return self.key_column + max(self.widest + rules, 2 * SUMS)

    @property
    def nothing(self) -> str:
        """A reference to a cell that stays blank: it is hidden, locked, and has no mark."""
        return f"${column_letters(self.check_column)}${self.key_row}"

    @property
    def key_row(self) -> int:
        """The first hidden row, one blank row below the form."""
        return self.last_row + 2

    def state_cell(self, row: int, position: int) -> Cell:
        """The hidden cell of a row's input, by 0-based index."""
        return Cell(self.name, row, self.key_column + 1 + position)

    def rule_cell(self, row: int, position: int) -> Cell:
        """The hidden cell of a row's rule, by 0-based index."""
        return Cell(self.name, row, self.key_column + 1 + self.widest + position)

    def sum_cell(self, position: int, *, of_all: bool = False) -> Cell:
        """The hidden cell of a panel figure, for this sheet or ``of_all`` sheets."""
        return Cell(self.name, self.key_row, self.key_column + 1 + position + SUMS * of_all)

    @property
    def checked_rows(self) -> set[int]:
        """The rows with a check, including the hidden ones around lists."""
        listed = [row for one in self.lists for row in range(one.fences[0], one.fences[1] + 1)]
        return {*self.lines, *listed}

    @property
    def check_range(self) -> str:
        """All checks beside the lines, as an absolute range."""
        return self._beside(self.check_column, self.check_column)

    @property
    def state_range(self) -> str:
        """The states of all inputs, as an absolute range."""
        return self._beside(self.key_column + 1, self.key_column + self.widest)

    def _beside(self, first: int, last: int) -> str:
        rows = sorted(self.checked_rows) or [1]
        return area(Cell(self.name, rows[0], first), Cell(self.name, rows[-1], last))

    def ground(self, avoid: frozenset[tuple[int, int]] = frozenset()) -> Ground:
        """The ground for lasting references to this sheet; ``avoid`` in addition to the panels."""
        return Ground(
            self.name,
            (self.last_row + 1, self.last_column),
            self.key_row,
            self.key_column,
            self.open_cells,
            self.panels | avoid,
        )


def build_layout(sheet: Worksheet, template: ReportTemplate, unit_type: str) -> SheetLayout:
    """Lay out one form sheet for a unit type; the sheet is not changed."""
    last_row, last_column = _extent(sheet)
    calculated = _by_row(sheet.title, template, template.calculated_for(unit_type))
    asked = _by_row(sheet.title, template, template.indicators_for(unit_type))
    lines = {row: asked.get(row, ()) for row in sorted({*asked, *calculated})}
    rules = _rules_by_row(sheet.title, template, unit_type)
    lists = tuple(one for one in template.lists_for(unit_type) if one.sheet == sheet.title)
    list_rules = {one.code: rules_of_list(one, template, unit_type) for one in lists}
    # Below the form: a blank row, the row of column marks, then these.
    first = last_row + 3
    names = _facts_named(sheet.title, template, [*rules.values(), *list_rules.values()])
    facts = {name: Cell(sheet.title, row, 2) for row, name in enumerate(names, first)}
    chosen = [*(i for line in lines.values() for i in line), *(c for one in lists for c in one.asked)]
    options = _place_options(sheet.title, chosen, first + len(facts))
    panels = frozenset(
        (cell.row, cell.column)
        for cell, text in template.texts.items()
        if cell.sheet == sheet.title and marker("tien_do") in text
    )
    open_cells = _open_cells(sheet, template, lines, lists)
    return SheetLayout(
        name=sheet.title,
        last_row=last_row,
        last_column=last_column,
        lines=lines,
        calculated=calculated,
        facts=facts,
        options=options,
        rules=rules,
        open_cells=open_cells,
        panels=panels | _numbered(lists),
        lists=lists,
        list_rules=list_rules,
    )


def _facts_named(sheet: str, template: ReportTemplate, placed: Iterable[Sequence[Rule]]) -> list[str]:
    """The facts that a sheet's rules and calculated cells use: lines have cells of their own, facts need one
    on each sheet.
    """
    named = [parse_formula(rule.formula).names for group in placed for rule in group]
    calculated = (*template.computed, *template.row_formulas)
    named += [live_names(one.live) for one in calculated if one.cell.sheet == sheet]
    names = dict.fromkeys(name for names in named for name in names)
    return [name for name in names if template.line(name) is None and not is_measure(name)]


def _place_options(sheet: str, indicators: Iterable[Indicator], first: int) -> dict[str, tuple[Cell, Cell]]:
    """Choice, of one or of several options → the cells of its options, a row each from the first one on.

    Drop-down and check refer to them: a list inside a validation has at most 255 characters.
    """
    choices = {i.code: len(i.options) for i in indicators if i.options}
    return {
        code: (Cell(sheet, row, 2), Cell(sheet, row, 1 + count))
        for row, (code, count) in enumerate(choices.items(), first)
    }


def rules_of_list(one: RowList, template: ReportTemplate, unit_type: str) -> tuple[Rule, ...]:
    """The rules that each row of a list must satisfy."""
    found = [
        rule
        for rule in template.rules_for(unit_type)
        if any(map(one.columns.__contains__, parse_formula(rule.formula).names))
    ]
    return tuple(sorted(found, key=lambda rule: not rule.is_error))


def _numbered(lists: Iterable[RowList]) -> frozenset[tuple[int, int]]:
    """The cells of running numbers."""
    return frozenset((row, one.number_column) for one in lists if one.number_column for row in one.rows)


def _open_cells(
    sheet: Worksheet,
    template: ReportTemplate,
    lines: Mapping[int, tuple[Indicator, ...]],
    lists: Iterable[RowList],
) -> frozenset[tuple[int, int]]:
    """The cells of inputs and remarks, including all of a merged block."""
    codes = [i.code for line in lines.values() for i in line]
    places = [template.inputs[code] for code in codes]
    places += [template.notes[code] for code in codes if code in template.notes]
    places += [
        Cell(sheet.title, row, one.places[column.code])
        for one in lists
        for column in one.asked
        for row in one.rows
    ]
    merged = {(m.min_row, m.min_col): m for m in sheet.merged_cells.ranges}
    found: set[tuple[int, int]] = set()
    for place in places:
        block = merged.get((place.row, place.column))
        cells = block.cells if block is not None else [(place.row, place.column)]
        found.update(cells)
    return frozenset(found)


def _by_row(
    sheet: str, template: ReportTemplate, indicators: Iterable[Indicator]
) -> dict[int, tuple[Indicator, ...]]:
    """The lines of one form sheet by row, from left to right."""
    found: dict[int, list[Indicator]] = defaultdict(list)
    for indicator in sorted(indicators, key=lambda one: template.inputs[one.code]):
        if template.inputs[indicator.code].sheet == sheet:
            found[template.inputs[indicator.code].row].append(indicator)
    return {row: tuple(line) for row, line in found.items()}


def _extent(sheet: Worksheet) -> tuple[int, int]:
    """Return the last row and column with content; merged blocks count entirely."""
    # Not sheet.max_row, which counts formatted but empty cells.
    filled = [(cell.row, cell.column) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    ends = filled + [(merged.max_row, merged.max_col) for merged in sheet.merged_cells.ranges]
    return max(row for row, _ in ends), max(column for _, column in ends)


def _rules_by_row(sheet: str, template: ReportTemplate, unit_type: str) -> dict[int, tuple[Rule, ...]]:
    """Return the rules by the row they are shown in: that of the line they name, or of their first line that
    the unit is asked; rules over a list's counts and sums are shown above the list.

    Rules for each row of a list are left out.
    """
    homes = _homes(template, unit_type)
    found: dict[int, list[Rule]] = defaultdict(list)
    for rule in template.rules_for(unit_type):
        names = parse_formula(rule.formula).names
        # Rules over columns are shown in the rows of their list.
        if any(map(is_column, names)):
            continue
        sources = [_source(name, template) for name in (rule.shown_at or "", *names)]
        candidates = [homes[name] for name in sources if name in homes]
        if any(name in homes for name in sources[1:]) and candidates[0].sheet == sheet:
            found[candidates[0].row].append(rule)
    return {row: tuple(sorted(rules, key=lambda rule: not rule.is_error)) for row, rules in found.items()}


def _homes(template: ReportTemplate, unit_type: str) -> dict[str, Cell]:
    """Where rules over a line or list are shown, by code."""
    asked = (*template.indicators_for(unit_type), *template.calculated_for(unit_type))
    lists = template.lists_for(unit_type)
    return {i.code: template.inputs[i.code] for i in asked} | {
        one.code: Cell(one.sheet, one.fences[0], 1) for one in lists
    }


def _source(name: str, template: ReportTemplate) -> str:
    """The line asked under a name: for a mirror, the mirrored one; for a count or sum, the list."""
    if is_measure(name):
        return list_of(measure_parts(name)[1][0])
    if is_column(name):
        return list_of(name)
    return template.source(name)
