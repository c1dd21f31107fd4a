"""Texts printed on the forms of a unit type, except those that differ between units, and the row labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools.bounded_cache import keep_with_first
from workbook_tools.forms.form_marks import hash_text
from workbook_tools.spec.markers import MARKER, fill_markers, marker_text
from workbook_tools.text.clean import fold_case

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbook_tools.excel import Cell
    from workbook_tools.model import ReportTemplate

NOT_APPLICABLE = "Không áp dụng"
"""Printed in the inputs of lines that a unit type is not asked."""


def common_values(template: ReportTemplate, unit_type: str) -> dict[str, str]:
    """Marker → its text on all forms of a unit type; a type's own text goes before the campaign's."""
    known = template.unit_types.get(unit_type)
    values = {name: marker_text(value) for name, value in template.campaign.values.items()}
    if known:
        return values | dict(known.texts)
    return values


@keep_with_first
def print_texts(template: ReportTemplate, unit_type: str) -> Mapping[Cell, str]:
    """The texts of a unit type's forms by cell; markers that differ between units stay.

    For an unknown type, only what all forms have in common is filled in.
    """
    values = common_values(template, unit_type)
    return {cell: fill_markers(text, values) for cell, text in template.texts.items()}


@keep_with_first
def folded_texts(template: ReportTemplate, unit_type: str) -> frozenset[str]:
    """Every text of a unit type's forms, with and without its markers filled in, folded."""
    texts = (*print_texts(template, unit_type).values(), *template.texts.values())
    return frozenset(map(fold_case, texts))


@keep_with_first
def texts_digest(template: ReportTemplate, unit_type: str) -> str:
    """Digest of all texts printed on the forms of a unit type, 8 hex digits."""
    return hash_text(repr(sorted(print_texts(template, unit_type).items())))


@keep_with_first
def row_labels(template: ReportTemplate) -> Mapping[tuple[str, int], tuple[Cell, str]]:
    """Form sheet and row → cell and text of the row's label: its longest text without a marker."""
    labels: dict[tuple[str, int], tuple[Cell, str]] = {}
    for cell, text in template.texts.items():
        key = (cell.sheet, cell.row)
        longest = labels[key][1] if key in labels else ""
        # The longest, because numbers and measures beside the question are shorter.
        if len(text) > len(longest) and not MARKER.search(text):
            labels[key] = (cell, text)
    return labels
