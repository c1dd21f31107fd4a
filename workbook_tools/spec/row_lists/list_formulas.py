"""The cells of a list's calculated columns: where their dictionary rows point."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools import heads
from workbook_tools.errors import FormulaError
from workbook_tools.excel import Cell
from workbook_tools.formula.parser import parse
from workbook_tools.formula.tree import Reference
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
