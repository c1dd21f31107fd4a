"""The version of a template's forms: it changes if and only if what is asked, or where, does."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec.structs import replace

from workbook_tools.spec import vocabulary as words
from workbook_tools.spec.markers import MARKER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from workbook_tools.excel import Cell
    from workbook_tools.model import Computed, Indicator, RowList
    from workbook_tools.spec.dictionary import Dictionary
    from workbook_tools.spec.form_sheets import FormSheets

_FIELDS_THEN = (
    "code", "group", "label", "measure", "kind", "need", "minimum", "maximum", "who", "additive", "options",
    "mirrors", "hint",
)  # fmt: skip


_NOT_ASKED = {"han_gui_lai", *words.CONTACT_KEYS, *words.MAIL_KEYS}


def form_version(
    dictionary: Dictionary,
    form: FormSheets,
    computed: Sequence[Computed],
    lists: Mapping[str, RowList],
    row_formulas: Sequence[Computed],
) -> str:
    """Hash of what is asked and where, 8 hex digits: lines with kind, choices, measure and units, their
    cells, and the texts beside and right above them.

    Titles, letterheads, deadlines, hints, bounds and rules are not part of it: forms sent out before such a
    change ask the same.
    """
    beside = _beside_inputs(form)
    asked = [
        sorted(
            (i.code, str(i.kind), i.measure, i.options, sorted(i.who), i.mirrors or "")
            for i in dictionary.indicators.values()
        ),
        sorted(form.inputs.items()),
        sorted(form.notes.items()),
        sorted((cell, text) for cell, text in form.texts.items() if cell in beside),
        # These add nothing if a template has none, so the forms of older templates keep their version.
        *((one.name, one.formula or one.live) for one in computed),
        *_asked_in_rows(lists, row_formulas),
    ]
    return _digits(asked)


def _asked_in_rows(lists: Mapping[str, RowList], formulas: Sequence[Computed]) -> Iterator[object]:
    """What lists ask, and where; room for their rows moves everything below."""
    for one in lists.values():
        yield (one.code, one.sheet, one.top, one.room, sorted(one.who), sorted(one.places.items()))
        yield sorted((c.code, str(c.kind), c.measure, c.options) for c in one.columns.values())
    yield from ((one.name, one.live) for one in formulas)


def earlier_version(dictionary: Dictionary, form: FormSheets, computed: Sequence[Computed]) -> str:
    """The version as computed before 0.2, over all that a form says, which older forms carry."""
    texts = dictionary.campaign.values if dictionary.campaign else {}
    asked = [
        # The repr of a set has no fixed order, so ``who`` is sorted separately.
        [(_render_then(i), sorted(i.who)) for i in dictionary.indicators.values()],
        [
            (rule.code, rule.formula, rule.is_error, rule.message, sorted(rule.who), rule.shown_at)
            for rule in dictionary.rules
        ],
        sorted((code, t.name, t.level, sorted(t.texts.items())) for code, t in dictionary.unit_types.items()),
        sorted((key, str(value)) for key, value in texts.items() if key not in _NOT_ASKED),
        sorted(form.inputs.items()),
        sorted(form.notes.items()),
        sorted(form.texts.items()),
        # Features that older templates lack are left out, so that forms sent out keep their version.
        *((one.name, one.live) for one in computed),
        *((i.code, i.adding, i.weight) for i in dictionary.indicators.values() if i.adding.is_statistic),
    ]
    return _digits(asked)


def _render_then(indicator: Indicator) -> str:
    """The repr that an indicator had before 0.2, with no unit types."""
    shown = replace(indicator, who=frozenset())
    return f"Indicator({', '.join(f'{name}={getattr(shown, name)!r}' for name in _FIELDS_THEN)})"


def _digits(asked: object) -> str:
    return hashlib.sha256(repr(asked).encode()).hexdigest()[:8]


def _beside_inputs(form: FormSheets) -> set[Cell]:
    """Find the texts that describe an input: those of its row, and the nearest one above it in its column."""
    rows = {(cell.sheet, cell.row) for cell in form.inputs.values()}
    plain = [cell for cell, text in form.texts.items() if not MARKER.search(text)]
    columns: Mapping[tuple[str, int], list[Cell]] = defaultdict(list)
    for cell in sorted(plain):
        columns[cell.sheet, cell.column].append(cell)
    found = {cell for cell in plain if (cell.sheet, cell.row) in rows}
    for home in form.inputs.values():
        above = [cell for cell in columns[home.sheet, home.column] if cell.row < home.row]
        found.update(above[-1:])
    return found
