"""Report why a form's formulas cannot be used or calculated: one notice per reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools.formula import FUNCTIONS
from workbook_tools.formula.conditional import CONDITIONAL
from workbook_tools.locale import mark as _

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from workbook_tools.errors import FormulaError
    from workbook_tools.excel import Cell
    from workbook_tools.spec.tables import Findings

KNOWN = frozenset(FUNCTIONS) | CONDITIONAL
"""The functions of an officer's own formulas."""
_NAMED_CELLS = 5

AWAY = _("it refers to a sheet that is not a form sheet, or to another workbook; the forms have neither")
NAMES = _(
    "it uses a name that is not a code (the forms have no names of Excel's Name Manager); write the "
    "address of the cells in its place"
)
BROKEN = _("a cell that it refers to was deleted")
LOOP = _("it is a circular reference")
ARRAY = _("it is an array formula")
FUNCTION = _("it uses a function that the program does not know")
RANGE = _("it uses a range outside of a function")
TEXT = _("it names a printed text that differs from unit to unit")
WORDS = _("it passes a range with printed words to a function that does not ignore words")
UNREAD = _("it names a cell that the program cannot calculate itself")
LIST = _("it names a cell of a list other than in a count or sum, such as SUM or COUNT")
ELSEWHERE = _(
    "it names a calculated cell on the other side of a list's edge; give that cell a row in Chỉ tiêu"
)
OTHER_ROWS = _(
    "it is in the row of a list and refers to other rows of it (as C$5 or C4:C5 do); it stands in each row "
    "of the list and can only name cells of that row"
)
FATAL = frozenset({AWAY, NAMES, BROKEN, LOOP, LIST, OTHER_ROWS})
"""Faults that break a formula on the form, too."""


def note_formulas(
    formulas: Mapping[Cell, str],
    lines: Collection[Cell],
    unknown: Mapping[Cell, FormulaError],
    findings: Findings,
) -> None:
    """Note the problems of each line, and of formulas that are only printed one notice for each reason.

    ``lines`` are the cells of calculated lines, ``unknown`` those that the program cannot calculate.
    """

    def note(problem: str, cells: list[Cell], reason: str, **params: object) -> None:
        first, known = cells[0], ", ".join(sorted(KNOWN))
        findings.add(
            problem, first.sheet, first.ref, cells=_named(cells), reason=reason, accepted=known, **params
        )

    for cell in [cell for cell in unknown if cell in lines]:
        note("formula-unreadable", [cell], unknown[cell].reason, value=formulas[cell])
    printed = [cell for cell in formulas if cell not in lines]
    if printed:
        note("formula-in-form", printed, "", count=len(printed))
    for reason in dict.fromkeys(unknown[cell].reason for cell in printed if cell in unknown):
        cells = [cell for cell in printed if cell in unknown and unknown[cell].reason == reason]
        problem = "formula-wrong" if reason in FATAL else "formula-not-calculated-here"
        note(problem, cells, reason, value=formulas[cells[0]])


def _named(cells: list[Cell]) -> str:
    """The first few cells, with their sheets where these differ."""
    first = cells[0].sheet
    places = [one.ref if one.sheet == first else f"{one.sheet}!{one.ref}" for one in cells[:_NAMED_CELLS]]
    named = ", ".join(places)
    if len(cells) > _NAMED_CELLS:
        return f"{named} … ({len(cells)})"
    return named
