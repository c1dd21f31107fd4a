"""Calculate formulas in workbook cells as Excel does, for one filled form or for many alike."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct, field
from msgspec.structs import replace

from workbook_tools.errors import FormulaError
from workbook_tools.excel import Cell
from workbook_tools.formula.chains import CellChain
from workbook_tools.formula.conditional import CONDITIONAL, spell_out
from workbook_tools.formula.criteria import pattern
from workbook_tools.formula.evaluation import Evaluator
from workbook_tools.formula.functions import COMPUTE, textual
from workbook_tools.formula.parser import parse
from workbook_tools.formula.tree import Call, Name, Node, Reference
from workbook_tools.formula.vector import BLANK, BOOL, NA, NUMBER, REF, TEXT, VALUE, Mask, Vector

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


class Worksheets(Struct, frozen=True):
    """The cells of workbooks that differ only in values; a cell is a column with one value per workbook.

    ``formulas`` are texts with their ``=``; a cell in neither mapping is blank.
    """

    formulas: Mapping[Cell, str]
    values: Mapping[Cell, Sequence[object]]
    length: int = 1
    _found: dict[Cell, Vector | FormulaError] = field(default_factory=dict)
    """For a cell that cannot be calculated, the reason."""
    _chain: CellChain = field(default_factory=CellChain)

    def calculate(self, cell: Cell) -> Vector:
        """A cell's value; FormulaError for an unsupported formula or a circular reference."""
        if self._chain.holds(cell):
            raise FormulaError("a formula that refers to itself")
        if cell not in self._found:
            self._chain.run(cell, self._settle)
        found = self._found[cell]
        if isinstance(found, FormulaError):
            raise FormulaError(found.reason, found.position)
        return found

    def _settle(self, cell: Cell) -> None:
        try:
            self._found[cell] = self._calculate(cell)
        except FormulaError as error:
            self._found[cell] = error

    def _calculate(self, cell: Cell) -> Vector:
        if cell not in self.formulas:
            if cell in self.values:
                return Vector.from_values(self.values[cell])
            return _blank(self.length)
        result = self.evaluate(self.formulas[cell], cell)
        # A formula is never blank: a reference to a blank cell shows 0.
        kind = np.where(result.kind == BLANK, NUMBER, result.kind).astype(np.int8)
        return replace(result, kind=kind, is_reference=True)

    def evaluate(self, formula: str, home: Cell) -> Vector:
        """Evaluate a formula as if it were in the cell ``home``."""
        return _AtCell(self._look_up(home), self.length, home).evaluate(_tree(formula))

    def _look_up(self, home: Cell) -> Callable[[Name | Reference], Vector]:
        def look_up(node: Name | Reference) -> Vector:
            if isinstance(node, Name) or not node.is_cell:
                raise FormulaError("a name or a range where a single cell is required")
            return self.calculate(Cell(node.sheet or home.sheet, *node.first))

        return look_up


@lru_cache(maxsize=1 << 14)
def _tree(formula: str) -> Node:
    return parse(formula, places=True)


@lru_cache(maxsize=4)
def _blank(length: int) -> Vector:
    return Vector.from_values([None] * length)


class _AtCell(Evaluator, frozen=True):
    """Evaluates a formula in a cell, with the functions that depend on places."""

    home: Cell

    def call(self, node: Call) -> Vector:
        special = _PLACE_FUNCTIONS.get(node.function)
        if special is not None:
            return special(self, node.arguments)
        if node.function in CONDITIONAL:
            return self.conditional(node)
        if node.function == "IF":
            return self.branch(node)
        if node.function in _TEXT_FUNCTIONS:
            arguments = [self.evaluate(argument) for argument in node.arguments]
            return _TEXT_FUNCTIONS[node.function](arguments, self.length)
        return super().call(node)

    def branch(self, node: Call) -> Vector:
        """IF, of which only the branch is calculated that all workbooks take: half of a form's work."""
        condition, *branches = node.arguments
        test = self.evaluate(condition)
        is_true = test.is_true()
        if test.is_kind(BOOL).all():
            if is_true.all():
                return self.evaluate(branches[0])
            if len(branches) > 1 and not is_true.any():
                return self.evaluate(branches[1])
        return COMPUTE["IF"]([test, *map(self.evaluate, branches)], self.length)

    def row_or_column(self, arguments: Sequence[Node | None], part: int) -> Vector:
        """ROW and COLUMN of a reference, or of the formula's own cell."""
        place = arguments[0] if arguments else None
        if place is None:
            return Vector.constant((self.home.row, self.home.column)[part], self.length)
        return Vector.constant(self._range(place).first[part], self.length)

    def index(self, arguments: Sequence[Node | None]) -> Vector:
        """INDEX of a range, by row and column, or by position in its only row or column."""
        area = self._range(arguments[0])
        width, height = area.last[1] - area.first[1] + 1, area.last[0] - area.first[0] + 1
        numbers = [self.evaluate(argument).as_numbers() for argument in arguments[1:]]
        if len(numbers) == 1:
            position, most = numbers[0].number - 1, width * height
            outside = (position < 0) | (position >= most)
        else:
            row, column = (n.number - 1 for n in numbers)
            position = row * width + column
            outside = (row < 0) | (row >= height) | (column < 0) | (column >= width)
        result = Vector.constant(0, self.length).with_errors(np.ones(self.length, bool), REF)
        where = np.where(outside, -1, position).astype(int)
        # Units may ask for different positions, each of which is looked up once for all of them.
        for at in np.unique(where[where >= 0]):
            down, right = divmod(int(at), width)
            place = (area.first[0] + down, area.first[1] + right)
            found = self.look_up(Reference(area.sheet, place, place))
            # Nearly always all units ask for the same one.
            result = found if (where == at).all() else found.where(where == at, result)
        return result.with_errors_of(*numbers)

    def match(self, arguments: Sequence[Node | None]) -> Vector:
        """MATCH in unsorted data: the first position of a value in a range; text may hold * and ?."""
        wanted = self.evaluate(arguments[0])
        kind = self.evaluate(arguments[2]) if len(arguments) > 2 else Vector.constant(1, self.length)
        # Only what the program's own formulas and simple ones of officers need; the rest is reported.
        if kind.as_numbers().number.any():
            raise FormulaError("a MATCH type other than exact match")
        result = Vector.constant(0, self.length).with_errors(np.ones(self.length, bool), NA)
        cells = list(self._range(arguments[1]).cells())
        # Backwards, so that the first match overwrites the later ones.
        for position, cell in reversed(list(enumerate(cells, start=1))):
            found = _equals(self.look_up(cell), wanted)
            result = Vector.constant(position, self.length).where(found, result)
        return result.with_errors_of(wanted)

    def count_if(self, arguments: Sequence[Node | None]) -> Vector:
        """COUNTIF of equal cells; text may hold * and ?, and equals the number that it says."""
        wanted = _with_numbers_said(self.evaluate(arguments[1]))
        # A condition with an operator must be the same for all units; equality may differ from unit to unit.
        if any(text[:1] in tuple("=<>") and text for text in wanted.text):
            return self.conditional(Call("COUNTIF", tuple(arguments)))
        cells = self._range(arguments[0]).cells()
        counts = np.sum([_equals(_with_numbers_said(self.look_up(cell)), wanted) for cell in cells], axis=0)
        return Vector.numbers(np.asarray(counts, dtype=float))

    def count_blank(self, arguments: Sequence[Node | None]) -> Vector:
        """COUNTBLANK: of cells that are blank or show ""."""
        cells = [self.look_up(cell) for cell in self._range(arguments[0]).cells()]
        counts = np.sum([c.is_kind(BLANK) | (c.is_kind(TEXT) & (c.text == "")) for c in cells], axis=0)
        return Vector.numbers(np.asarray(counts, dtype=float))

    def conditional(self, node: Call) -> Vector:
        """SUMIF and its like, cell by cell."""
        return self.evaluate(spell_out(node, lambda cell: cell))

    def choose(self, arguments: Sequence[Node | None]) -> Vector:
        """CHOOSE: the argument at an index."""
        position = self.evaluate(arguments[0]).as_numbers()
        result = Vector.constant(0, self.length).with_errors(np.ones(self.length, bool), VALUE)
        for at, argument in enumerate(arguments[1:], start=1):
            result = self.evaluate(argument).where(np.floor(position.number) == at, result)
        return result.with_errors_of(position)

    def number(self, arguments: Sequence[Node | None]) -> Vector:
        """N: numbers as they are, booleans as 0 or 1, everything else but errors 0."""
        value = self.evaluate(arguments[0])
        is_number = value.is_kind(NUMBER) | value.is_kind(BOOL)
        return Vector.numbers(np.where(is_number, value.number, 0)).with_errors_of(value)

    def _range(self, node: Node | None) -> Reference:
        if not isinstance(node, Reference):
            raise FormulaError("a range is required there")
        return node


def _with_numbers_said(column: Vector) -> Vector:
    """With numbers in place of texts such as "9" or "09"."""
    texts = column.is_kind(TEXT)
    if not texts.any():
        return column
    numbers = column.as_numbers()
    return numbers.where(texts & numbers.is_kind(NUMBER), column)


def _equals(column: Vector, wanted: Vector) -> Mask:
    """Where a cell equals the value, type by type."""
    same: Mask = (column.kind == wanted.kind) & (column.number == wanted.number) & ~column.is_kind(BLANK)
    for at in np.flatnonzero(same & column.is_kind(TEXT)):
        same[at] = pattern(wanted.text[at]).fullmatch(column.text[at]) is not None
    return same


def _search(part: str, text: str, start: float = 1) -> float | None:
    # Unlike FIND, Excel's SEARCH ignores case and takes wildcards.
    if not 1 <= start <= len(text) + 1:
        return None
    found = pattern(part).search(text, int(start) - 1)
    return found.start() + 1.0 if found else None


_PLACE_FUNCTIONS: dict[str, Callable[[_AtCell, Sequence[Node | None]], Vector]] = {
    "ROW": lambda at, arguments: at.row_or_column(arguments, 0),
    "COLUMN": lambda at, arguments: at.row_or_column(arguments, 1),
    "INDEX": _AtCell.index,
    "MATCH": _AtCell.match,
    "COUNTIF": _AtCell.count_if,
    "COUNTBLANK": _AtCell.count_blank,
    "CHOOSE": _AtCell.choose,
    "N": _AtCell.number,
}


def _substitute(text: str, old: str, new: str) -> str:
    # Python would put the new text between all letters.
    if old:
        return text.replace(old, new)
    return text


_TEXT_FUNCTIONS = {
    "SEARCH": textual(_search, 2),
    "CLEAN": textual(lambda text: "".join(letter for letter in text if letter >= " ")),
    "CHAR": textual(lambda code: chr(int(float(code)))),
    "SUBSTITUTE": textual(_substitute),
}
"""Functions of a form's own formulas that rules may not use."""
