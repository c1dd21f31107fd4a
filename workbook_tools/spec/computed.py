"""Calculated cells of a form: the officer's own formulas, translated to formulas over codes."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from workbook_tools.errors import FormulaError
from workbook_tools.excel import Cell
from workbook_tools.formula import FUNCTIONS
from workbook_tools.formula.conditional import BLANK_CELL, CONDITIONAL, spell_out_all
from workbook_tools.formula.parser import parse
from workbook_tools.formula.places import Leaf, is_sum, live_formula, rebuild
from workbook_tools.formula.tree import Call, Literal, Name, Node, Reference, render, walk
from workbook_tools.locale import mark as _
from workbook_tools.model import Computed, Indicator
from workbook_tools.spec.markers import LAST_SUFFIX, MARKER, is_fact
from workbook_tools.spec.tables import Findings, Row, suggest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbook_tools.spec.form_sheets import FormSheets

BLANK = BLANK_CELL.code
_OVER_NUMBERS = frozenset({"SUM", "MIN", "MAX", "AVERAGE", "COUNT"})
"""Functions that ignore text in ranges."""
_KNOWN = frozenset(FUNCTIONS) | CONDITIONAL
"""The functions of an officer's own formulas."""
_NAMED_CELLS = 5

AWAY = _("it names a sheet that is no form sheet, or another workbook; the forms have neither")
NAMES = _("it uses a name that is no code")
_BROKEN = _("a cell that it named was deleted")
_LOOP = _("it leads back to itself")
_ARRAY = _("it is an array formula")
_FUNCTION = _("it uses a function that the program does not know")
_RANGE = _("it calculates with a range outside of a function")
_TEXT = _("it names a printed text that differs from unit to unit")
_WORDS = _("it gives a range with printed words to a function to which words matter")
_UNREAD = _("it names a cell that the program cannot calculate itself")
_FATAL = frozenset({AWAY, NAMES, _BROKEN, _LOOP})
"""Faults that break a formula on the form, too."""


def read_computed(
    form: FormSheets, indicators: Mapping[str, Indicator], rows: Mapping[str, Row], findings: Findings
) -> tuple[Computed, ...]:
    """Read every calculated cell, each after its inputs; problems are noted.

    The lines of kind công thức, whose dictionary ``rows`` say where their formulas are, get their cells in
    ``form.inputs``. Cells that are only printed share a single notice.
    """
    reader = _FormulaReader(form, indicators, findings)
    for code, row in rows.items():
        reader.place_line(code, indicators[code], row)
    for cell in [*form.formulas]:
        reader.settle(cell)
    reader.tell()
    return tuple(reader.found.values())


@dataclass
class _FormulaReader:
    """Reads the formulas one after another; ``found`` has the finished ones, in order of dependence."""

    form: FormSheets
    indicators: Mapping[str, Indicator]
    findings: Findings
    found: dict[Cell, Computed] = field(default_factory=dict)
    lines: dict[Cell, str] = field(default_factory=dict)
    """The places of the lines of kind công thức."""
    unknown: dict[Cell, FormulaError] = field(default_factory=dict)
    """Cells that the program cannot calculate, and why."""
    _open: list[Cell] = field(default_factory=list)
    _sums: set[str] = field(default_factory=set)
    """Names of the calculated cells that are sums."""

    def place_line(self, code: str, indicator: Indicator, row: Row) -> None:
        """Find the cell of a calculated line: the one its dictionary row points to, or the one with its
        marker.
        """
        try:
            tree = parse(indicator.formula, places=True)
        except FormulaError as error:
            row.note("rule-syntax", "Lựa chọn", value=indicator.formula, reason=error.reason)
            return
        if isinstance(tree, Reference):
            self._point(code, tree, row)
        elif self._names_are_known(row, tree) and code in self.form.inputs:
            cell = self.form.inputs[code]
            self.lines[cell] = code
            self.form.formulas[cell] = indicator.formula

    def _point(self, code: str, tree: Reference, row: Row) -> None:
        cell = Cell(tree.sheet or "".join(self.form.names[:1]), *tree.first)
        if code in self.form.inputs or tree.first != tree.last or cell not in self.form.formulas:
            row.note("formula-not-there", "Lựa chọn", value=row.text("Lựa chọn"))
            self.form.inputs.setdefault(code, cell)
        elif cell in self.lines:
            row.note("code-duplicate", "Lựa chọn", value=row.text("Lựa chọn"), first=self.lines[cell])
            self.form.inputs.setdefault(code, cell)
        else:
            self.lines[cell] = code
            self.form.inputs[code] = cell
            self.form.formats[code] = self.form.drawn[cell]

    def _names_are_known(self, row: Row, tree: Node) -> bool:
        wrong = [n.code for n in walk(tree) if isinstance(n, Name) and not self._is_known(n.code)]
        for name in wrong:
            near = suggest(name, self.indicators)
            row.note("rule-name-unknown", "Lựa chọn", value=name, suggestion=near)
        return not wrong

    def _is_known(self, name: str) -> bool:
        return name.removesuffix(LAST_SUFFIX) in self.indicators or is_fact(name)

    def settle(self, cell: Cell) -> None:
        """Calculate a cell after its inputs, and record what prevents that."""
        if cell in self.found or cell in self.unknown:
            return
        self._open.append(cell)
        text = self.form.formulas[cell]
        name = self.lines.get(cell) or f"_{self.form.names.index(cell.sheet)}_{cell.ref.lower()}"
        try:
            tree = self._with_places(_parse(text))
            formula = self._over_codes(tree, cell, name)
            self.found[cell] = Computed(
                name,
                cell,
                formula,
                self._live(tree, cell, name + LAST_SUFFIX),
                self._shown_with(tree, cell.sheet),
            )
        except FormulaError as error:
            self.unknown[cell] = error
            if error.reason not in _FATAL and text:
                self._keep_live(name, cell, text)
        finally:
            self._open.pop()

    def _keep_live(self, name: str, cell: Cell, text: str) -> None:
        """Formulas that the program cannot calculate still work on the form."""
        try:
            live = self._live(self._with_places(_parse(text)), cell)
        except FormulaError:
            live = text
        self.found[cell] = Computed(name, cell, "", live)

    def _live(self, tree: Node, cell: Cell, begins_with: str = "") -> str:
        home = cell.sheet
        return live_formula(
            tree, home, self._holds_number, lambda one: not self._moving(one, home), begins_with
        )

    def _shown_with(self, tree: Node, home: str) -> tuple[str, ...]:
        """The names of the cells without which a formula shows nothing."""
        cells = [cell for one in walk(tree) if isinstance(one, Reference) for cell in self._moving(one, home)]
        contents = [self._content(cell) for cell in dict.fromkeys(cells)]
        return tuple(one.code for one in contents if isinstance(one, Name))

    def _moving(self, node: Reference, home: str) -> list[Cell]:
        """The cells of a reference that are filled in or calculated."""
        sheet = node.sheet or home
        return [
            cell for cell in self._within(sheet, node) if cell in self._codes_at or cell in self.form.formulas
        ]

    def _within(self, sheet: str, node: Reference) -> list[Cell]:
        """The cells of a range that hold something."""
        (top, left), (bottom, right) = node.first, node.last
        if node.is_cell:
            return [Cell(sheet, top, left)]
        return [
            cell
            for cell in self._filled
            if cell.sheet == sheet and top <= cell.row <= bottom and left <= cell.column <= right
        ]

    def _over_codes(self, tree: Node, cell: Cell, name: str) -> str:
        nodes = list(walk(tree))
        if any(isinstance(n, Reference) and n.sheet and n.sheet not in self.form.names for n in nodes):
            raise FormulaError(AWAY)
        if any(isinstance(n, Call) and n.function not in _KNOWN for n in nodes):
            raise FormulaError(_FUNCTION)
        plain = spell_out_all(tree, lambda one: self._content(Cell(one.sheet or cell.sheet, *one.first)))
        over_codes = rebuild(plain, lambda leaf: self._resolve(leaf, cell.sheet))
        if is_sum(over_codes, self._adds_up):
            self._sums.add(name)
        elif name in self.indicators and self.indicators[name].additive:
            self.findings.add("formula-not-sum", cell.sheet, cell.ref, value=self.indicators[name].label)
        return "=" + render(over_codes, str)

    def _adds_up(self, name: str) -> bool:
        return (
            name in self._sums
            or name.endswith(LAST_SUFFIX)
            or (name in self.indicators and self.indicators[name].additive and self.indicators[name].asked)
        )

    def _with_places(self, tree: Node) -> Node:
        """Replace codes in a formula by references to their cells; facts stay."""

        def place(leaf: Leaf) -> list[Node]:
            node = leaf.node
            if not isinstance(node, Name) or is_fact(node.code):
                return [node]
            if node.code not in self.form.inputs:
                raise FormulaError(NAMES)
            cell = self.form.inputs[node.code]
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
            return [self._content(Cell(sheet, *node.first))]
        if not leaf.direct:
            raise FormulaError(_RANGE)
        found = [self._content(cell) for cell in self._within(sheet, node)]
        is_word = [isinstance(one, Literal) and isinstance(one.value, str) for one in found]
        if any(is_word) and leaf.function not in _OVER_NUMBERS:
            raise FormulaError(_WORDS)
        return [one for one, word in zip(found, is_word, strict=True) if not word] or [BLANK_CELL]

    def _content(self, cell: Cell) -> Node:
        if cell in self.form.formulas:
            return self._calculated(cell)
        code = self._codes_at.get(cell)
        if code is not None:
            return Name(self.indicators[code].mirrors or code)
        if cell in self.form.numbers:
            return Literal(self.form.numbers[cell])
        text = self.form.texts.get(cell)
        if text is None:
            return BLANK_CELL
        alone = MARKER.fullmatch(text)
        if alone and is_fact(alone[1]):
            return Name(alone[1])
        if MARKER.search(text):
            raise FormulaError(_TEXT)
        return Literal(text)

    def _calculated(self, cell: Cell) -> Node:
        if cell in self._open:
            raise FormulaError(_LOOP)
        self.settle(cell)
        if cell in self.unknown:
            raise FormulaError(self.unknown[cell].reason if self.unknown[cell].reason in _FATAL else _UNREAD)
        return Name(self.found[cell].name)

    @cached_property
    def _codes_at(self) -> dict[Cell, str]:
        return {cell: code for code, cell in self.form.inputs.items()}

    @cached_property
    def _filled(self) -> list[Cell]:
        form = self.form
        return sorted({*form.formulas, *form.inputs.values(), *form.numbers, *form.texts})

    def _is_given(self, sheet: str, place: tuple[int, int]) -> bool:
        """Whether the cell holds a fact of the unit."""
        alone = MARKER.fullmatch(self.form.texts.get(Cell(sheet, *place), ""))
        return bool(alone and is_fact(alone[1]))

    def _holds_number(self, sheet: str, place: tuple[int, int]) -> bool:
        """Whether the cell's content is asked for, calculated or printed as a number."""
        cell = Cell(sheet, *place)
        code = self._codes_at.get(cell)
        if code is not None and cell not in self.form.formulas:
            return self.indicators[self.indicators[code].mirrors or code].kind.numeric
        return cell in self.form.formulas or cell in self.form.numbers or self._is_given(sheet, place)

    def tell(self) -> None:
        """Note the problems of each line, and of formulas that are only printed one
        notice for each reason.
        """
        for cell, error in self.unknown.items():
            if cell in self.lines:
                self._note("formula-unreadable", [cell], error.reason, value=self.form.formulas[cell])
        printed = [cell for cell in self.form.formulas if cell not in self.lines]
        if printed:
            self._note("formula-in-form", printed, "", count=len(printed))
        reasons = dict.fromkeys(self.unknown[cell].reason for cell in printed if cell in self.unknown)
        for reason in reasons:
            cells = [cell for cell in printed if cell in self.unknown and self.unknown[cell].reason == reason]
            problem = "formula-wrong" if reason in _FATAL else "formula-not-calculated-here"
            self._note(problem, cells, reason, value=self.form.formulas[cells[0]])

    def _note(self, problem: str, cells: list[Cell], reason: str, **params: object) -> None:
        first = cells[0].sheet
        places = [one.ref if one.sheet == first else f"{one.sheet}!{one.ref}" for one in cells[:_NAMED_CELLS]]
        named = ", ".join(places) + (f" … ({len(cells)})" if len(cells) > _NAMED_CELLS else "")
        known = ", ".join(sorted(_KNOWN))
        self.findings.add(
            problem, cells[0].sheet, cells[0].ref, cells=named, reason=reason, accepted=known, **params
        )


def _parse(text: str) -> Node:
    if not text:
        raise FormulaError(_ARRAY)
    if "#REF!" in text:
        raise FormulaError(_BROKEN)
    if "[" in text:
        raise FormulaError(AWAY)
    return parse(text, places=True)
