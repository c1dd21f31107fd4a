"""Values that the officer sets in rows of lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools.locale import mark as _
from workbook_tools.model import DecisionKind, code_of
from workbook_tools.spec.decisions import is_list_cell
from workbook_tools.tally.apply_decisions import Applied, Decisions, set_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from workbook_tools.problems import Problem
    from workbook_tools.tally.apply_decisions import Ruling


def set_list_values(
    decisions: Decisions, cells: pd.DataFrame, problems: Sequence[Problem]
) -> Applied[tuple[pd.DataFrame, list[Problem]]]:
    """The cells of lists with the officer's values and ``decision`` filled in; their problems are settled.

    A decision names column, row and file: rows of another file may be others.
    """
    wanted = [d for d in decisions.of(DecisionKind.SET) if is_list_cell(d.indicator)]
    if not wanted:
        return Applied((cells, list(problems)))
    frame = cells.copy()
    columns = ["unit", "indicator", "row", "file"]
    keys = frame[columns].itertuples(index=False, name=None)
    positions = {key: position for position, key in enumerate(keys)}
    settled: dict[tuple[str, str, str], Problem] = {}
    rulings: list[Ruling] = []
    for decision in wanted:
        row = int(decision.indicator.rpartition(" ")[2])
        at = positions.get((decision.unit, code_of(decision.indicator), row, decision.file))
        if at is None:
            reason = _("the file that counts for the unit has no such row, or is another file")
            rulings.append(decisions.needless(decision, reason))
            continue
        column = decisions.template.columns[code_of(decision.indicator)]
        ruling, notice = set_value(frame, frame.index[at], column, decision, decisions)
        rulings.append(ruling)
        if notice is not None:
            settled[notice.place.file, notice.place.sheet, notice.place.cell] = notice
    kept = [p for p in problems if (p.place.file, p.place.sheet, p.place.cell) not in settled]
    return Applied((frame, [*kept, *settled.values()]), tuple(rulings))
