"""A generated form as a live thing: typed into many times over and calculated with Excel's types, without any program."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

from workbook_tools.forms.recalculate import FormCells
from workbook_tools.formula.worksheet import Worksheets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from workbook_tools.excel import Cell


def read_form(form: Path | bytes) -> FormCells:
    """The formulas and values of a form fresh from the generator."""
    data = form if isinstance(form, bytes) else form.read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return FormCells.read({name: package.read(name) for name in package.namelist()})


def type_into(form: FormCells, typed: Sequence[Mapping[Cell, Any]]) -> Worksheets:
    """The form once for each mapping of cells to what is typed there."""
    cells = {cell for values in typed for cell in values} | set(form.values)
    values = {cell: [answers.get(cell, form.values.get(cell)) for answers in typed] for cell in sorted(cells)}
    return Worksheets(form.formulas, values, len(typed))
