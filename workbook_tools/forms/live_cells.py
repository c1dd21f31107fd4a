"""Which live formula stands in which cell of the form sheets: tests, checks beside the lines, the panel and its figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workbook_tools.excel import Cell, column_letters
from workbook_tools.forms.lasting_references import Ground, area, on_sheet
from workbook_tools.forms.live_checks import (
    LiveCell,
    Progress,
    build_line_check,
    build_panel,
    build_rule,
    build_state,
    count_progress,
)
from workbook_tools.forms.sheet_layout import SUMS, SheetLayout
from workbook_tools.model import Indicator, Need, ReportTemplate


@dataclass(frozen=True)
class LiveCells:
    """The live cells of all form sheets of one unit type."""

    template: ReportTemplate
    layouts: Sequence[SheetLayout]
    states: Mapping[str, Cell]
    """The hidden cell of each input that is asked."""
    grounds: Mapping[str, Ground]
    """By form sheet, for formulas that nothing on the form reads but the panel."""

    @classmethod
    def find(cls, template: ReportTemplate, layouts: Sequence[SheetLayout]) -> LiveCells:
        """Lay out what is asked."""
        states = {
            indicator.code: layout.state_cell(row, position)
            for layout in layouts
            for row, line in layout.lines.items()
            for position, indicator in enumerate(line)
        }
        return cls(template, layouts, states, {layout.name: layout.ground() for layout in layouts})

    def build_checks(self, layout: SheetLayout) -> dict[Cell, LiveCell]:
        """The hidden tests of every input and rule of a sheet, and the checks beside its lines."""
        found = {}
        for row, line in layout.lines.items():
            for indicator in line:
                home = self.states[indicator.code]
                ref = self.refer(indicator.code, home)
                found[home] = build_state(indicator, ref, layout.option_range(indicator.code))
            rules = layout.rules.get(row, ())
            for position, rule in enumerate(rules):
                home = layout.rule_cell(row, position)
                found[home] = build_rule(rule, self.template, _PlacesAt(self, layout, home))
            states = area(layout.state_cell(row, 0), layout.state_cell(row, len(line) - 1))
            shown = area(layout.rule_cell(row, 0), layout.rule_cell(row, len(rules) - 1)) if rules else ""
            found[Cell(layout.name, row, layout.check_column)] = build_line_check(line, states, shown)
        return found

    def build_mirror(self, source: str, home: Cell) -> LiveCell:
        """The cell that shows the answer of another line."""
        cell = self.template.inputs[source]
        layout = next(layout for layout in self.layouts if layout.name == cell.sheet)
        ref = layout.ground(self._calculated(cell.sheet)).refer(cell, home)
        return LiveCell(f'=IF(LEN({ref})=0,"",{ref})', "")

    def build_sums(self) -> dict[Cell, LiveCell]:
        """The panel's figures in hidden cells: of each sheet, and in the first one of all."""
        found = {}
        of_all: list[list[LiveCell]] = [[] for _ in range(SUMS)]
        for layout in [layout for layout in self.layouts if layout.lines]:
            needs = [i.need for line in layout.lines.values() for i in line]
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
        """The progress panel on a sheet."""
        asked: list[Indicator] = [
            i for layout in self.layouts for line in layout.lines.values() for i in line
        ]
        wanted = sum(i.need is not Need.OPTIONAL for i in asked)
        required = sum(i.need is Need.REQUIRED for i in asked)
        cells = [self.layouts[0].sum_cell(position, of_all=True) for position in range(SUMS)]
        return build_panel(Progress(*(_reference(cell, sheet) for cell in cells)), wanted, required)

    def refer(self, code: str, home: Cell) -> str:
        """An expression for the cell of an input, for a formula in ``home``."""
        cell = self.template.inputs[code]
        return self.grounds[cell.sheet].refer(cell, home)

    def _calculated(self, sheet: str) -> frozenset[tuple[int, int]]:
        """The cells of a sheet that show what others hold."""
        template = self.template
        shown = [template.inputs[code] for code, i in template.indicators.items() if i.mirrors]
        shown += [cell for cell, text in template.texts.items() if text.startswith("=")]
        return frozenset((cell.row, cell.column) for cell in shown if cell.sheet == sheet)


@dataclass(frozen=True, slots=True)
class _PlacesAt:
    """How a formula in one cell names the inputs, on whatever sheet, and the facts of its own."""

    cells: LiveCells
    layout: SheetLayout
    home: Cell

    def value(self, code: str) -> str:
        if code in self.cells.states:
            return self.cells.refer(code, self.home)
        if code in self.layout.facts:
            return f"$B${self.layout.facts[code].row}"
        return self.layout.nothing

    def state(self, code: str) -> str | None:
        cell = self.cells.states.get(code)
        return _reference(cell, self.home.sheet) if cell is not None else None


def _reference(cell: Cell, home: str) -> str:
    """A locked cell as a formula on the sheet ``home`` names it."""
    return on_sheet(f"${column_letters(cell.column)}${cell.row}", cell.sheet, home)
