"""The drop-downs that a form's author has drawn: what they offer becomes the options of a choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools.errors import FormulaError
from workbook_tools.formula.parser import parse
from workbook_tools.formula.tree import Reference
from workbook_tools.spec.tables import clean
from workbook_tools.spec.unsupported.typing_rules import holds

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_MOST_OPTIONS = 200


class DrawnChoices:
    """The drop-downs of a sheet."""

    def __init__(self, sheet: Worksheet) -> None:
        rules = [rule for rule in sheet.data_validations.dataValidation if rule.type == "list"]
        self._found = [(rule.sqref.ranges, _options(sheet, str(rule.formula1 or ""))) for rule in rules]

    def options(self, row: int, column: int) -> str:
        """Return what a cell offers, separated by semicolons; "" without a readable drop-down."""
        for areas, options in self._found:
            if any(holds(area, row, column) for area in areas):
                return options
        return ""


def _options(sheet: Worksheet, formula: str) -> str:
    text = formula.removeprefix("=")
    listed = text.strip('"').replace('""', '"').split(",")
    offered = listed if text.startswith('"') else _cells(sheet, text)
    found = list(dict.fromkeys(" ".join(one.split()) for one in offered if one.strip()))
    # A semicolon separates options in the dictionary.
    if len(found) > 1 and not any(";" in one for one in found):
        return "; ".join(found)
    return ""


def _cells(sheet: Worksheet, text: str) -> list[str]:
    """Return the texts of a range, on this or on another sheet of the workbook."""
    workbook = sheet.parent
    try:
        node = parse(text, places=True)
    except FormulaError:
        return []
    if (
        not isinstance(node, Reference)
        or workbook is None
        or (node.sheet or sheet.title) not in workbook.sheetnames
    ):
        return []
    (top, left), (bottom, right) = node.first, node.last
    if (bottom - top + 1) * (right - left + 1) > _MOST_OPTIONS:
        return []
    offered = workbook[node.sheet or sheet.title]
    places = ((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))
    return [clean(offered.cell(*place).value) for place in places]
