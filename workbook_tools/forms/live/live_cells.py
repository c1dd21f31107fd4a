"""Place the live formulas on the form sheets: tests, checks beside the lines, the progress panel."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools.excel import FORMULA_LIMIT, Cell
from workbook_tools.forms.live.lasting_references import Ground, area, on_sheet
from workbook_tools.forms.live.list_states import column_ranges
from workbook_tools.forms.live.live_checks import LiveCell, Places, build_line_check, build_rule, build_state
from workbook_tools.forms.live.progress import Progress, build_panel, count_progress
from workbook_tools.forms.sheet_layout import SUMS, SheetLayout
from workbook_tools.formula.places import place_formula
from workbook_tools.model import Need, ReportTemplate, UnitType

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from workbook_tools.formula.tree import Reference


class LiveCells(Struct, frozen=True, dict=True):
    """The live cells of all form sheets of one unit type."""

    template: ReportTemplate
    unit_type: UnitType
    layouts: Sequence[SheetLayout]
    states: Mapping[str, Cell]
    """The hidden state cell of each input."""
    grounds: Mapping[str, Ground]
    """By form sheet, for formulas that only the panel reads."""

    @classmethod
    def find(cls, template: ReportTemplate, unit_type: UnitType, layouts: Sequence[SheetLayout]) -> LiveCells:
        """Lay out what is asked."""
        states = {
            indicator.code: layout.state_cell(row, position)
            for layout in layouts
            for row, line in layout.lines.items()
            for position, indicator in enumerate(line)
        }
        return cls(template, unit_type, layouts, states, {layout.name: layout.ground() for layout in layouts})

    def build_checks(self, layout: SheetLayout) -> dict[Cell, LiveCell]:
        """The hidden tests of every input and rule of a sheet, and the checks beside its lines."""
        found = {}
        for row, line in layout.lines.items():
            for indicator in line:
                home = self.states[indicator.code]
                ref = self.refer(indicator.code, home)
                found[home] = build_state(indicator, ref, layout.options.get(indicator.code))
            rules = layout.rules.get(row, ())
            for position, rule in enumerate(rules):
                home = layout.rule_cell(row, position)
                found[home] = build_rule(rule, self.template, self.places(layout, home))
            states = _first_cells(layout.state_cell, row, len(line))
            shown = _first_cells(layout.rule_cell, row, len(rules))
            found[Cell(layout.name, row, layout.check_column)] = build_line_check(line, states, shown)
        return found

    def places(self, layout: SheetLayout, home: Cell) -> Places:
        """How a formula in ``home`` refers to inputs, facts, counts and sums."""
        return _PlacesAt(self, layout, home)

    def build_mirror(self, source: str, home: Cell) -> LiveCell:
        """A cell that shows the answer of another line."""
        cell = self.template.inputs[source]
        ref = self._calculating[cell.sheet].refer(cell, home)
        # A plain reference to a blank cell would show 0, which is an answer.
        return LiveCell(f'=IF(LEN({ref})=0,"",{ref})', "")

    def build_computed(self, layout: SheetLayout) -> dict[Cell, LiveCell]:
        """The officer's own formulas on a sheet outside of lists, with lasting references."""
        idle = {i.code for i in self.template.indicators.values() if not i.applies_to(self.unit_type.code)}
        return {
            computed.cell: self.place_own(computed.live, computed.cell, layout)
            for computed in self.template.computed
            if computed.cell.sheet == layout.name and computed.name not in idle
        }

    def place_own(self, live: str, home: Cell, layout: SheetLayout) -> LiveCell:
        """One of the officer's own formulas in the cell ``home``, with lasting references."""
        facts = {name: cell.fixed for name, cell in layout.facts.items()}
        formula = place_formula(live, home.sheet, {}, facts, partial(self._refer_lastingly, home))
        # Lasting references are longer; a formula that would exceed Excel's limit keeps plain ones.
        if len(formula) > FORMULA_LIMIT:
            formula = place_formula(live, home.sheet, {}, facts)
        return LiveCell(formula, "", f"{home.sheet}!{home.ref}")

    def _refer_lastingly(self, home: Cell, node: Reference) -> str | None:
        """A lasting reference to an input; None for locked cells, which cannot be dragged."""
        sheet = node.sheet or home.sheet
        if not node.is_cell or node.first not in self.grounds[sheet].open_cells:
            return None
        return self._calculating[sheet].refer(Cell(sheet, *node.first), home)

    @cached_property
    def _calculating(self) -> Mapping[str, Ground]:
        """By form sheet, for formulas in calculated cells."""
        return {layout.name: layout.ground(self._calculated(layout.name)) for layout in self.layouts}

    def build_sums(self) -> dict[Cell, LiveCell]:
        """The panel's figures in hidden cells: per sheet, and in the first sheet also the total."""
        found = {}
        of_all: list[list[LiveCell]] = [[] for _ in range(SUMS)]
        for layout in [layout for layout in self.layouts if layout.checked_rows]:
            needs = layout.needs
            blank = (needs.count(Need.RECOMMENDED), needs.count(Need.REQUIRED), 0)
            progress = count_progress(layout.state_range, layout.check_range)
            for position, figure in enumerate((progress.wanted, progress.missing, progress.errors)):
                cell = layout.sum_cell(position)
                found[cell] = LiveCell(f"={figure}", blank[position])
                of_all[position].append(LiveCell(_reference(cell, self.layouts[0].name), blank[position]))
        for position, figures in enumerate(of_all):
            cell = self.layouts[0].sum_cell(position, of_all=True)
            formula = "+".join(figure.formula for figure in figures) or "0"
            found[cell] = LiveCell(f"={formula}", sum(int(figure.blank) for figure in figures))
        return found

    def build_panel(self, sheet: str) -> LiveCell:
        """The progress panel of a sheet."""
        needs = [need for layout in self.layouts for need in layout.needs]
        wanted = sum(need is not Need.OPTIONAL for need in needs)
        required = needs.count(Need.REQUIRED)
        cells = [self.layouts[0].sum_cell(position, of_all=True) for position in range(SUMS)]
        return build_panel(Progress(*(_reference(cell, sheet) for cell in cells)), wanted, required)

    def refer(self, code: str, home: Cell) -> str:
        """A reference to the cell of an input, for a formula in ``home``."""
        cell = self.template.inputs[code]
        return self.grounds[cell.sheet].refer(cell, home)

    @cached_property
    def calculated(self) -> frozenset[str]:
        """The lines calculated for the unit type."""
        return frozenset(i.code for i in self.template.calculated_for(self.unit_type.code))

    def _calculated(self, sheet: str) -> frozenset[tuple[int, int]]:
        """The calculated cells of a sheet."""
        template = self.template
        shown = [template.inputs[code] for code, i in template.indicators.items() if i.mirrors]
        shown += [computed.cell for computed in template.computed]
        in_rows = [(one, c.cell) for one in template.lists.values() for c in template.row_formulas]
        shown += [Cell(c.sheet, row, c.column) for one, c in in_rows if c.row == one.top for row in one.rows]
        return frozenset((cell.row, cell.column) for cell in shown if cell.sheet == sheet)


class _PlacesAt(Struct, frozen=True):
    """How a formula in one cell refers to inputs on any sheet, and to facts on its own."""

    cells: LiveCells
    layout: SheetLayout
    home: Cell

    @property
    def nothing(self) -> str:
        return self.layout.nothing

    def value(self, code: str) -> str:
        if code in self.cells.states:
            return self.cells.refer(code, self.home)
        if code in self.cells.calculated:
            return _reference(self.cells.template.inputs[code], self.home.sheet)
        if code in self.layout.facts:
            return self.layout.facts[code].fixed
        return self.nothing

    def columns(self, measure: str) -> list[str]:
        return column_ranges(self.cells.layouts, measure, self.home.sheet)

    def state(self, code: str) -> str | None:
        cell = self.cells.states.get(code)
        if cell is None:
            return None
        return _reference(cell, self.home.sheet)


def _reference(cell: Cell, home: str) -> str:
    """A locked cell as a formula on the sheet ``home`` refers to it."""
    return on_sheet(cell.fixed, cell.sheet, home)


def _first_cells(cell_at: Callable[[int, int], Cell], row: int, count: int) -> str:
    """The range of a row's first hidden cells; "" for none."""
    return area(cell_at(row, 0), cell_at(row, count - 1)) if count else ""
