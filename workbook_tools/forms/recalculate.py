"""Update the cached results of a filled form's formulas, for readers that do not calculate.

Works only on forms fresh from the generator, whose cells have a known XML form.
"""

from __future__ import annotations

import re
from functools import partial
from html import unescape
from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools.errors import FormulaError
from workbook_tools.excel import Cell, parse_ref
from workbook_tools.forms.finish import saved_text, sheet_parts
from workbook_tools.forms.shared_strings import PART as SHARED_STRINGS
from workbook_tools.formula import ExcelError
from workbook_tools.formula.worksheet import Worksheets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_CELL = re.compile(
    r'<c r="([A-Z]+[0-9]+)"( s="[0-9]+")?(?: t="([a-zA-Z]+)")?>(?:<f>([^<]*)</f>)?'
    r"(?:<v>([^<]*)</v>|<v ?/>|<is>(.*?)</is>)?</c>",
    re.DOTALL,
)
_TEXT = re.compile(r"<t(?: [^>]*)?>([^<]*)</t>")
_ITEM = re.compile(r"<si>(.*?)</si>", re.DOTALL)


def recalculate_forms(forms: Sequence[dict[str, bytes]]) -> None:
    """Recalculate every formula of forms, given by their parts; unsupported ones keep their result.

    Forms of one unit type share their formulas and are calculated together, in hardly more time than one.
    """
    alike: dict[tuple[tuple[Cell, str], ...], list[FormCells]] = {}
    for parts in forms:
        form = FormCells.read(parts)
        # By all formulas, because forms of several versions may be in one folder.
        alike.setdefault(tuple(form.formulas.items()), []).append(form)
    for group in alike.values():
        for number, results in enumerate(_calculate(group)):
            group[number].write(results)


def _calculate(forms: Sequence[FormCells]) -> list[dict[Cell, object]]:
    """The formula results of each form."""
    cells = {cell for form in forms for cell in form.values}
    values = {cell: [form.values.get(cell) for form in forms] for cell in cells}
    sheets = Worksheets(forms[0].formulas, values, len(forms))
    results: list[dict[Cell, object]] = [{} for _ in forms]
    for cell in forms[0].formulas:
        try:
            column = sheets.calculate(cell)
        # The result in the file stays; the program never invents one.
        except FormulaError:
            continue
        for form_results, result in zip(results, column.to_values(), strict=True):
            form_results[cell] = result
    return results


class FormCells(Struct, frozen=True):
    """The cells of one form; writing results changes ``parts``."""

    parts: dict[str, bytes]
    sheets: Mapping[str, str]
    """Sheet → its part."""
    formulas: dict[Cell, str]
    values: dict[Cell, object]

    @classmethod
    def read(cls, parts: dict[str, bytes]) -> FormCells:
        """Parse formulas and values from the sheets' parts."""
        form = cls(parts, sheet_parts(parts), {}, {})
        items = _ITEM.findall(parts[SHARED_STRINGS].decode("utf-8"))
        strings = [unescape("".join(_TEXT.findall(item))) for item in items]
        for sheet, part in form.sheets.items():
            for ref, _, kind, formula, value, inline in _CELL.findall(parts[part].decode("utf-8")):
                cell = Cell(sheet, *parse_ref(ref))
                if formula:
                    form.formulas[cell] = unescape(formula)
                elif value or inline:
                    form.values[cell] = _value(kind, value, inline, strings)
        return form

    def write(self, results: Mapping[Cell, object]) -> None:
        """Write results into the cells of their formulas."""
        for sheet, part in self.sheets.items():
            calculated = partial(_calculated, sheet, results)
            self.parts[part] = _CELL.sub(calculated, self.parts[part].decode("utf-8")).encode("utf-8")


def _calculated(sheet: str, results: Mapping[Cell, object], match: re.Match[str]) -> str:
    """The cell's XML, with its result if it has a formula that was calculated."""
    ref, style, _, formula, _, _ = match.groups()
    cell = Cell(sheet, *parse_ref(ref))
    if formula is None or cell not in results:
        return match[0]
    kind, shown = _saved(results[cell])
    return f'<c r="{ref}"{style or ""}{kind}><f>{formula}</f>{shown}</c>'


def _saved(result: object) -> tuple[str, str]:
    """The cell type of a formula's result, and the element that holds it."""
    if isinstance(result, bool):
        return ' t="b"', f"<v>{result:d}</v>"
    if isinstance(result, float):
        # Fifteen digits, as Excel stores.
        return "", f"<v>{result:.15g}</v>"
    if isinstance(result, ExcelError):
        return ' t="e"', f"<v>{result}</v>"
    return ' t="str"', saved_text(str(result or ""))


def _value(kind: str, value: str, inline: str, strings: Sequence[str]) -> object:
    if kind == "s":
        return strings[int(value)]
    if kind == "inlineStr":
        return unescape("".join(_TEXT.findall(inline)))
    if kind == "b":
        return value == "1"
    if kind in ("", "n"):
        return float(value)
    return unescape(value)
