"""The cells of a list's calculated columns: where their dictionary rows point."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools import heads
from workbook_tools.errors import FormulaError
from workbook_tools.excel import Cell
from workbook_tools.formula.list_functions import CHOOSING, is_column, without_blank_rows
from workbook_tools.formula.parser import parse
from workbook_tools.formula.places import Leaf, rebuild
from workbook_tools.formula.tree import Call, Name, Node, Operation, Reference, walk
from workbook_tools.model import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbook_tools.model import Indicator
    from workbook_tools.spec.form_sheets import FormSheets
    from workbook_tools.spec.tables import Row


def point_columns(form: FormSheets, columns: Mapping[str, Indicator], rows: Mapping[str, Row]) -> None:
    """Find the cells of a list's calculated columns, and note those that point to no formula."""
    for code, column in columns.items():
        if column.kind is not Kind.FORMULA:
            continue
        try:
            tree = parse(column.formula, places=True)
        except FormulaError as error:
            rows[code].note("rule-syntax", heads.OPTIONS, value=column.formula, reason=error.reason)
            continue
        if not isinstance(tree, Reference):
            if code in form.columns:
                form.formulas[form.columns[code]] = column.formula
            continue
        cell = Cell(tree.sheet or "".join(form.names[:1]), *tree.first)
        if code in form.columns or tree.first != tree.last or cell not in form.formulas:
            rows[code].note("formula-not-there", heads.OPTIONS, value=column.formula)
        form.columns.setdefault(code, cell)
        form.formats.setdefault(code, form.drawn.get(cell, ""))


def name_columns(tree: Node, home: str, codes: Mapping[Cell, str]) -> Node:
    """A formula of the sheet ``home`` in which COUNTIF and SUMIF name a list's column instead of its cell."""

    def change(leaf: Leaf) -> list[Node]:
        node = leaf.node
        if isinstance(node, Reference) and node.is_cell and leaf.direct and leaf.function in CHOOSING:
            code = codes.get(Cell(node.sheet or home, *node.first), "")
            if is_column(code):
                return [Name(code)]
        return [node]

    return rebuild(tree, change)


def count_filled_rows(tree: Node, home: str, codes: Mapping[Cell, str]) -> Node:
    """A formula of the sheet ``home`` in which COUNTIF passes over the blank rows of a list."""
    if not any(isinstance(one, Call) and one.function == "COUNTIF" for one in walk(tree)):
        return tree
    if isinstance(tree, Operation):
        operands = tuple(count_filled_rows(one, home, codes) for one in tree.operands)
        return Operation(tree.operator, operands)
    if not isinstance(tree, Call):
        return tree
    area = tree.arguments[0] if tree.arguments else None
    if tree.function == "COUNTIF" and isinstance(area, Reference) and area.is_cell:
        counted = codes.get(Cell(area.sheet or home, *area.first), "")
        return without_blank_rows(tree) if is_column(counted) else tree
    arguments = tuple(one and count_filled_rows(one, home, codes) for one in tree.arguments)
    return Call(tree.function, arguments, tree.position)
