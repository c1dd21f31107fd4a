"""What the cells hold that a form's formulas refer to, and what is known of their results."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct, field

from workbook_tools.errors import FormulaError
from workbook_tools.excel import Cell
from workbook_tools.formula.adding_up import gives_text, growth, is_sum, is_whole
from workbook_tools.formula.conditional import BLANK_CELL
from workbook_tools.formula.list_functions import adds_up, is_column, is_measure, measure_parts
from workbook_tools.formula.tree import Literal, Name, Node, Reference, walk
from workbook_tools.model import Combined, Indicator, Kind
from workbook_tools.spec.markers import FACT_PREFIX, LAST_SUFFIX, MARKER, is_fact
from workbook_tools.spec.unsupported.formula_faults import ELSEWHERE, LIST, TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbook_tools.spec.form_sheets import FormSheets


_STATISTICS = ("AVERAGE", "MIN", "MAX")


class CellResults(Struct):
    """What is known of the results of calculated cells, each after its inputs."""

    lines: Mapping[str, Indicator]
    columns: Mapping[str, Indicator]
    _growths: dict[str, float] = field(default_factory=dict)
    _sums: set[str] = field(default_factory=set)
    """Names of the cells whose results of several units are the sums of theirs."""
    _whole: set[str] = field(default_factory=set)
    _texts: set[str] = field(default_factory=set)
    """Names of the cells whose results may be texts."""
    _based: set[str] = field(default_factory=set)
    """Names of the cells that depend on figures of units, directly or through others."""

    def add(self, name: str, formula: Node) -> Combined:
        """Add a cell; what its result is for several units.

        The product of two totals is not the total of the products.
        """
        # A running total begins with its own figure of last period.
        if is_whole(formula, lambda one: one == name + LAST_SUFFIX or self.is_whole(one)):
            self._whole.add(name)
        if gives_text(formula, self.may_be_text):
            self._texts.add(name)
        if is_sum(formula, self.adds_up):
            self._sums.add(name)
            return Combined.CALCULATED
        grows = growth(formula, self._growth)
        inputs = [one.code for one in walk(formula) if isinstance(one, Name) and one != BLANK_CELL]
        # Facts of the roster alone would count for a unit and again for the one above it.
        if any(one in self._based or self._enters_totals(one) for one in inputs):
            self._based.add(name)
        # How many lines, or units, fulfil something does not grow with the figures, and can be added up.
        is_count = grows == 0 and is_whole(formula, lambda _: True)
        wanted = name in self.lines and self.lines[name].additive and (grows >= 1 or is_count)
        if name in self._based and (
            wanted or grows > 1 or (grows == 1 and not all(map(self._growth, inputs)))
        ):
            self._sums.add(name)
            return Combined.ADDED
        self._growths[name] = grows
        if grows in (0, 1):
            return Combined.CALCULATED
        return Combined.UNKNOWN

    def _enters_totals(self, name: str) -> bool:
        return not name.startswith(FACT_PREFIX) and self._growth(name) != 0

    def adds_up(self, name: str) -> bool:
        """Whether the figures of several units are the sum of theirs."""
        if is_measure(name):
            return adds_up(name)
        line = self.lines.get(name)
        is_added = line is not None and line.additive and line.asked
        return name in self._sums or name.endswith(LAST_SUFFIX) or is_added

    def is_whole(self, name: str) -> bool:
        """Whether figures have no decimals."""
        if is_measure(name):
            function, columns = measure_parts(name)
            return function.startswith("COUNT") or all(map(self.is_whole, columns))
        code = name.removesuffix(LAST_SUFFIX)
        line = self.columns.get(code) or self.lines.get(code)
        return code in self._whole or code == BLANK_CELL.code or (line is not None and line.whole)

    def may_be_text(self, name: str) -> bool:
        """Whether a name's value may be a text that says something."""
        if is_measure(name) or name == BLANK_CELL.code:
            return False
        line = self.columns.get(name) or self.lines.get(name)
        if line is None or line.kind is Kind.FORMULA:
            return name in self._texts or is_fact(name)
        return not (line.kind.numeric or line.kind is Kind.DATE)

    def _growth(self, name: str) -> float:
        """Of one name, as :func:`workbook_tools.formula.adding_up.growth` has it."""
        if name in self._sums:
            return 1
        if name in self._growths:
            return self._growths[name]
        if is_measure(name):
            return float(not name.startswith(_STATISTICS))
        line = self.lines.get(name.removesuffix(LAST_SUFFIX))
        return float(is_fact(name) if line is None else line.additive)


class FormContents(Struct, frozen=True, dict=True):
    """The cells of a form, once every calculated line has its place."""

    form: FormSheets
    indicators: Mapping[str, Indicator]
    columns: Mapping[str, Indicator]
    elsewhere: frozenset[Cell]
    """Calculated cells on the other side of a list's edge."""

    @cached_property
    def codes(self) -> Mapping[Cell, str]:
        """Cell → code of the line, or of the list's column, that it holds."""
        return {cell: code for code, cell in {**self.form.inputs, **self.form.columns}.items()}

    @cached_property
    def _filled(self) -> list[Cell]:
        form = self.form
        columns = [*form.columns.values(), *form.counters.values()]
        # Ranges are gone through by filled cells: one over whole columns has a million blank ones.
        return sorted({*form.formulas, *form.inputs.values(), *form.numbers, *form.texts, *columns})

    def within(self, sheet: str, node: Reference) -> list[Cell]:
        """The cells of a range that hold something; a single cell whether it does or not."""
        (top, left), (bottom, right) = node.first, node.last
        if node.is_cell:
            return [Cell(sheet, top, left)]
        return [
            cell
            for cell in self._filled
            if cell.sheet == sheet and top <= cell.row <= bottom and left <= cell.column <= right
        ]

    def moving(self, node: Reference, home: str) -> list[Cell]:
        """The cells of a reference that are filled in or calculated."""
        return [
            cell
            for cell in self.within(node.sheet or home, node)
            if cell in self.codes or cell in self.form.formulas
        ]

    def content(self, cell: Cell) -> Node:
        """What a cell without a formula holds; FormulaError for what no formula can use."""
        code = self.codes.get(cell)
        if code is not None:
            mirrored = None if is_column(code) else self.indicators[code].mirrors
            return Name(mirrored or code)
        if cell in self.form.counters.values():
            raise FormulaError(LIST)
        if cell in self.elsewhere:
            raise FormulaError(ELSEWHERE)
        if cell in self.form.numbers:
            return Literal(self.form.numbers[cell])
        text = self.form.texts.get(cell)
        if text is None:
            return BLANK_CELL
        alone = MARKER.fullmatch(text)
        if alone and is_fact(alone[1]):
            return Name(alone[1])
        if MARKER.search(text):
            raise FormulaError(TEXT)
        return Literal(text)

    def holds_number(self, sheet: str, place: tuple[int, int]) -> bool:
        """Whether a cell's content is asked for, calculated or printed as a number."""
        cell = Cell(sheet, *place)
        code = self.codes.get(cell)
        if code is not None and cell not in self.form.formulas:
            line = self.columns.get(code) or self.indicators[self.indicators[code].mirrors or code]
            return line.kind.numeric or (is_column(code) and line.kind is Kind.FORMULA)
        return cell in self.form.formulas or cell in self.form.numbers or self._is_given(cell)

    def _is_given(self, cell: Cell) -> bool:
        """Whether the cell holds a fact of the unit."""
        alone = MARKER.fullmatch(self.form.texts.get(cell, ""))
        return bool(alone and is_fact(alone[1]))
