"""Find drop-downs and conditional formats of a form sheet that refer to other sheets or defined names,
which the forms do not have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools.errors import FormulaError
from workbook_tools.formula.parser import parse
from workbook_tools.formula.tree import Name, Reference, walk
from workbook_tools.spec.unsupported.formula_faults import AWAY, NAMES
from workbook_tools.spec.unsupported.typing_rules import cells_left

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from workbook_tools.excel import Cell
    from workbook_tools.spec.tables import Findings


def check_foreign_references(
    workbook: Workbook, forms: Collection[str], inputs: Collection[Cell], findings: Findings
) -> None:
    """Note an error for every such rule of a form sheet, at the first of its cells.

    Drop-downs of cells to fill in are left out: the forms do not have them.
    """
    printed = [sheet for sheet in workbook.worksheets if sheet.title in forms]
    for sheet in printed:
        for area, formula in _formulas(sheet, inputs):
            reason = _objection(formula, forms)
            if reason:
                first = area.split()[0].split(":")[0]
                findings.add("formula-wrong", sheet.title, first, cells=area, reason=reason)


def _formulas(sheet: Worksheet, inputs: Collection[Cell]) -> Iterator[tuple[str, str]]:
    """The cells and formulas of drop-downs and conditional formats."""
    own = [cell for cell in inputs if cell.sheet == sheet.title]
    for rule in sheet.data_validations.dataValidation:
        if not cells_left(rule.sqref.ranges, own):
            continue
        for formula in (rule.formula1, rule.formula2):
            if formula:
                yield str(rule.sqref), str(formula)
    for formatted in sheet.conditional_formatting:
        for rule in formatted.rules:
            for formula in rule.formula:
                yield str(formatted.sqref), str(formula)


def _objection(formula: str, forms: Collection[str]) -> str:
    """The references that a form does not have; empty if there are none or it is not a formula."""
    try:
        nodes = list(walk(parse(formula, places=True)))
    except FormulaError:
        if "[" in formula.partition("!")[0] and "!" in formula:
            return AWAY
        return ""
    if any(isinstance(node, Reference) and node.sheet and node.sheet not in forms for node in nodes):
        return AWAY
    if any(isinstance(node, Name) for node in nodes):
        return NAMES
    return ""
