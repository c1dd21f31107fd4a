"""What is printed on the forms of a unit type: every text but those that differ from unit to unit, and the label of each row."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from workbook_tools.forms.form_marks import hash_text
from workbook_tools.spec.markers import MARKER, fill_markers, marker_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbook_tools.excel import Cell
    from workbook_tools.model import ReportTemplate

NOT_APPLICABLE = "Không áp dụng"
"""Printed in the inputs of lines that a unit type is not asked."""


@lru_cache(maxsize=64)
def print_texts(template: ReportTemplate, unit_type: str) -> Mapping[Cell, str]:
    """The texts of a unit type's forms by cell; markers that each unit fills in its own way are left.

    For a type that is not known only what all forms have alike is filled in.
    """
    known = template.unit_types.get(unit_type)
    values = {name: marker_text(value) for name, value in template.campaign.values.items()}
    values |= dict(known.texts) if known else {}
    return {cell: fill_markers(text, values) for cell, text in template.texts.items()}


@lru_cache(maxsize=64)
def texts_digest(template: ReportTemplate, unit_type: str) -> str:
    """8 hex digits that change with any text printed on the forms of a unit type."""
    return hash_text(repr(sorted(print_texts(template, unit_type).items())))


@lru_cache(maxsize=4)
def row_labels(template: ReportTemplate) -> Mapping[tuple[str, int], tuple[Cell, str]]:
    """Form sheet and row → the longest text printed there that holds no marker: the label of what is asked in the row."""
    labels: dict[tuple[str, int], tuple[Cell, str]] = {}
    for cell, text in template.texts.items():
        key = (cell.sheet, cell.row)
        if not MARKER.search(text) and len(text) > (len(labels[key][1]) if key in labels else 0):
            labels[key] = (cell, text)
    return labels
