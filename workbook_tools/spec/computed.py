"""Calculated cells of a form: the officer's own formulas, translated to formulas over codes."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from workbook_tools import heads
from workbook_tools.errors import FormulaError
from workbook_tools.excel import Cell
from workbook_tools.formula.chains import CellChain
from workbook_tools.formula.conditional import BLANK_CELL, spell_out_all
from workbook_tools.formula.list_functions import MEASURES, is_column, with_measures
from workbook_tools.formula.parser import fixed_rows, parse
from workbook_tools.formula.places import Leaf, live_formula, rebuild
from workbook_tools.formula.tree import Call, Literal, Name, Node, Reference, render, walk
from workbook_tools.model import Computed, Indicator
from workbook_tools.spec.form_contents import CellResults, FormContents
from workbook_tools.spec.markers import LAST_SUFFIX, is_fact
from workbook_tools.spec.row_lists.list_formulas import count_filled_rows, name_columns
from workbook_tools.spec.unsupported.formula_faults import (
    ARRAY,
    AWAY,
    BROKEN,
    FATAL,
    FUNCTION,
    KNOWN,
    LIST,
    LOOP,
    NAMES,
    OTHER_ROWS,
    RANGE,
    UNREAD,
    WORDS,
    note_formulas,
)
from workbook_tools.text.near import suggest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbook_tools.spec.form_sheets import FormSheets
    from workbook_tools.spec.tables import Findings, Row

BLANK = BLANK_CELL.code
_OVER_NUMBERS = frozenset({"SUM", "MIN", "MAX", "AVERAGE", "COUNT"})
"""Functions that ignore text in ranges."""


def read_computed(
    form: FormSheets,
    indicators: Mapping[str, Indicator],
    rows: Mapping[str, Row],
    findings: Findings,
    columns: Mapping[str, Indicator],
) -> tuple[tuple[Computed, ...], tuple[Computed, ...]]:
    """Read every calculated cell, each after its inputs, and those in the rows of lists; problems are noted.

    The lines of kind công thức, whose dictionary ``rows`` say where their formulas are, get their cells in
    ``form.inputs``. Cells that are only printed share a single notice.
    """
    # In the row of a list, a formula stands for one in every row, so no other formula can use it.
    inside = {cell: text for cell, text in form.formulas.items() if _is_in_list(cell, form)}
    for cell in inside:
        del form.formulas[cell]
    results = CellResults(indicators, columns)
    reader = _FormulaReader(form, indicators, findings, columns, results, frozenset(inside))
    # All lines before the first formula: a calculated cell gets its line's code as its name.
    for code, row in rows.items():
        reader.place_line(code, indicators[code], row)
    of_rows = _FormulaReader(
        replace(form, formulas=inside),
        indicators,
        findings,
        columns,
        results,
        frozenset(form.formulas),
        in_rows=True,
    )
    of_rows.lines = {cell: code for code, cell in form.columns.items() if cell in inside}
    # Columns before the sums over them.
    for one in (of_rows, reader):
        for cell in [*one.form.formulas]:
            one.settle(cell)
        note_formulas(one.form.formulas, one.lines, one.unknown, findings)
    return tuple(reader.found.values()), tuple(of_rows.found.values())


def _is_in_list(cell: Cell, form: FormSheets) -> bool:
    return any((cell.sheet, cell.row) == (one.sheet, one.row) for one in form.columns.values())


class _FormulaReader(Struct, dict=True):
    """Reads the formulas one after another; ``found`` has the finished ones, in order of dependence."""

    form: FormSheets
    indicators: Mapping[str, Indicator]
    findings: Findings
    columns: Mapping[str, Indicator]
    results: CellResults
    elsewhere: frozenset[Cell]
    """Calculated cells that these formulas cannot use: those of lists for all others, and the reverse."""
    in_rows: bool = False
    """Whether these are the formulas of a list's row, which name its columns row by row."""
    found: dict[Cell, Computed] = field(default_factory=dict)
    lines: dict[Cell, str] = field(default_factory=dict)
    """The places of the lines of kind công thức."""
    unknown: dict[Cell, FormulaError] = field(default_factory=dict)
    """Cells that the program cannot calculate, and why."""
    _chain: CellChain = field(default_factory=CellChain)

    def place_line(self, code: str, indicator: Indicator, row: Row) -> None:
        """Find the cell of a calculated line: the one its dictionary row points to, or the one with its
        marker.
        """
        try:
            tree = parse(indicator.formula, places=True)
        except FormulaError as error:
            row.note("rule-syntax", heads.OPTIONS, value=indicator.formula, reason=error.reason)
            return
        # A single reference points to the cell whose formula is meant; anything else is the formula itself.
        if isinstance(tree, Reference):
            self._point(code, tree, row)
        elif self._names_are_known(row, tree) and code in self.form.inputs:
            cell = self.form.inputs[code]
            self.lines[cell] = code
            self.form.formulas[cell] = indicator.formula

    def _point(self, code: str, tree: Reference, row: Row) -> None:
        cell = Cell(tree.sheet or "".join(self.form.names[:1]), *tree.first)
        if code in self.form.inputs or tree.first != tree.last or cell not in self.form.formulas:
            row.note("formula-not-there", heads.OPTIONS, value=row.text(heads.OPTIONS))
            self.form.inputs.setdefault(code, cell)
        elif cell in self.lines:
            row.note("code-duplicate", heads.OPTIONS, value=row.text(heads.OPTIONS), first=self.lines[cell])
            self.form.inputs.setdefault(code, cell)
        else:
            self.lines[cell] = code
            self.form.inputs[code] = cell
            self.form.formats[code] = self.form.drawn[cell]

    def _names_are_known(self, row: Row, tree: Node) -> bool:
        wrong = [n.code for n in walk(tree) if isinstance(n, Name) and not self._is_known(n.code)]
        for name in wrong:
            near = suggest(name, self.indicators)
            row.note("rule-name-unknown", heads.OPTIONS, value=name, suggestion=near)
        return not wrong

    def _is_known(self, name: str) -> bool:
        return name.removesuffix(LAST_SUFFIX) in self.indicators or name in self.columns or is_fact(name)

    def settle(self, cell: Cell) -> None:
        """Calculate a cell after its inputs, and record what prevents that."""
        if cell not in self.found and cell not in self.unknown:
            self._chain.run(cell, self._settle)

    def _settle(self, cell: Cell) -> None:
        text = self.form.formulas[cell]
        # A cell without a line gets a name that no line can have: codes begin with a letter.
        name = self.lines.get(cell) or f"_{self.form.names.index(cell.sheet)}_{cell.ref.lower()}"
        try:
            tree = self._with_places(_parse(text))
            if self.in_rows and _names_other_rows(tree, text, cell):
                raise FormulaError(OTHER_ROWS)
            formula = self._over_codes(tree, cell)
            combined = self.results.add(name, with_measures(formula))
            line = self.indicators.get(name)
            if line is not None and line.additive and not self.results.adds_up(name):
                self.findings.add("formula-not-sum", cell.sheet, cell.ref, value=line.label)
            self.found[cell] = Computed(
                name,
                cell,
                "=" + render(formula, str),
                self._live(tree, cell, name + LAST_SUFFIX),
                self._shown_with(tree, cell.sheet),
                combined,
                self.results.is_whole(name),
                self.results.may_be_text(name),
            )
        except FormulaError as error:
            self.unknown[cell] = error
            # Excel may be able to calculate what this program cannot, so the form keeps the formula.
            if error.reason not in FATAL and text:
                self._keep_live(name, cell, text)

    def _keep_live(self, name: str, cell: Cell, text: str) -> None:
        """Formulas that the program cannot calculate still work on the form."""
        try:
            live = self._live(self._with_places(_parse(text)), cell)
        except FormulaError:
            live = text
        self.found[cell] = Computed(name, cell, "", live)

    def _live(self, tree: Node, cell: Cell, begins_with: str = "") -> str:
        home = cell.sheet
        cells = self._cells
        return live_formula(
            tree if self.in_rows else count_filled_rows(tree, home, cells.codes),
            home,
            cells.holds_number,
            self._may_be_text,
            lambda one: not cells.moving(one, home),
            begins_with,
        )

    def _may_be_text(self, sheet: str, place: tuple[int, int]) -> bool:
        """Whether a calculated cell may say a text."""
        found = self.found.get(Cell(sheet, *place))
        return found is not None and found.may_be_text

    def _shown_with(self, tree: Node, home: str) -> tuple[str, ...]:
        """The names of the cells without which a formula shows nothing."""
        references = [one for one in walk(tree) if isinstance(one, Reference)]
        cells = [cell for one in references for cell in self._cells.moving(one, home)]
        contents = [self._content(cell) for cell in dict.fromkeys(cells)]
        names = [one.code for one in contents if isinstance(one, Name)]
        return tuple(name for name in names if self.in_rows or not is_column(name))

    def _over_codes(self, tree: Node, cell: Cell) -> Node:
        nodes = list(walk(tree))
        if any(isinstance(n, Reference) and n.sheet and n.sheet not in self.form.names for n in nodes):
            raise FormulaError(AWAY)
        if any(isinstance(n, Call) and n.function not in KNOWN for n in nodes):
            raise FormulaError(FUNCTION)
        listed = tree if self.in_rows else name_columns(tree, cell.sheet, self._cells.codes)
        plain = spell_out_all(listed, lambda one: self._single(one, cell.sheet), self.results.may_be_text)
        return rebuild(plain, lambda leaf: self._resolve(leaf, cell.sheet))

    def _with_places(self, tree: Node) -> Node:
        """Replace codes in a formula by references to their cells; facts stay."""

        def place(leaf: Leaf) -> list[Node]:
            node = leaf.node
            if not isinstance(node, Name) or is_fact(node.code):
                return [node]
            cell = self.form.inputs.get(node.code) or self.form.columns.get(node.code)
            if cell is None:
                raise FormulaError(NAMES)
            at = (cell.row, cell.column)
            return [Reference(cell.sheet, at, at)]

        return rebuild(tree, place)

    def _resolve(self, leaf: Leaf, home: str) -> list[Node]:
        """The contents of the cells that a reference names, in order."""
        node = leaf.node
        if not isinstance(node, Reference):
            return [node]
        sheet = node.sheet or home
        if node.first == node.last:
            return self._without_rows([self._content(Cell(sheet, *node.first))], leaf)
        if not leaf.direct:
            raise FormulaError(RANGE)
        found = [self._content(cell) for cell in self._cells.within(sheet, node)]
        is_word = [isinstance(one, Literal) and isinstance(one.value, str) for one in found]
        # SUM and similar functions ignore words, as in Excel; COUNTA would count them.
        if any(is_word) and leaf.function not in _OVER_NUMBERS:
            raise FormulaError(WORDS)
        left = [one for one, word in zip(found, is_word, strict=True) if not word]
        return self._without_rows(left or [BLANK_CELL], leaf)

    def _single(self, node: Reference, home: str) -> Node:
        """The content of a cell to which a condition is applied."""
        return self._without_rows([self._content(Cell(node.sheet or home, *node.first))], Leaf(node))[0]

    def _without_rows(self, found: list[Node], leaf: Leaf) -> list[Node]:
        """FormulaError if a list's column is used for a single row."""
        of_list = not self.in_rows and any(isinstance(one, Name) and is_column(one.code) for one in found)
        if of_list and not (leaf.direct and leaf.function in MEASURES):
            raise FormulaError(LIST)
        return found

    def _content(self, cell: Cell) -> Node:
        if cell in self.form.formulas:
            return self._calculated(cell)
        return self._cells.content(cell)

    def _calculated(self, cell: Cell) -> Node:
        if self._chain.holds(cell):
            raise FormulaError(LOOP)
        self.settle(cell)
        if cell in self.unknown:
            raise FormulaError(UNREAD)
        return Name(self.found[cell].name)

    @cached_property
    def _cells(self) -> FormContents:
        return FormContents(self.form, self.indicators, self.columns, self.elsewhere)


def _parse(text: str) -> Node:
    if not text:
        raise FormulaError(ARRAY)
    # Before parsing, which would only report an unexpected character.
    if "#REF!" in text:
        raise FormulaError(BROKEN)
    if "[" in text:
        raise FormulaError(AWAY)
    return parse(text, places=True)


def _names_other_rows(tree: Node, text: str, cell: Cell) -> bool:
    """Whether a formula in the row of a list refers to other rows of it, as running totals do."""
    ranges = [one for one in walk(tree) if isinstance(one, Reference) and one.sheet in ("", cell.sheet)]
    reached = any(one.first[0] <= cell.row <= one.last[0] for one in ranges if one.first[0] != one.last[0])
    return reached or bool(fixed_rows(text) & {("", cell.row), (cell.sheet, cell.row)})
