"""Values that the officer sets in rows of lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools.answers.parse import parse_value
from workbook_tools.locale import mark as _
from workbook_tools.model import DecisionKind, State
from workbook_tools.problems import Place, Problem, problem
from workbook_tools.spec.decisions import column_of, is_list_cell
from workbook_tools.tally.apply_decisions import BLANK, Applied, Decisions, applied, as_answer, shown_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from workbook_tools.model import Decision
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
        at = positions.get((decision.unit, column_of(decision.indicator), row, decision.file))
        if at is None:
            reason = _("the file that counts for the unit has no such row, or is another file")
            rulings.append(decisions.needless(decision, reason))
            continue
        ruling, notice = _set_value(frame, at, decision, decisions)
        rulings.append(ruling)
        if notice is not None:
            settled[notice.place.file, notice.place.sheet, notice.place.cell] = notice
    kept = [p for p in problems if (p.place.file, p.place.sheet, p.place.cell) not in settled]
    return Applied((frame, [*kept, *settled.values()]), tuple(rulings))


def _set_value(
    frame: pd.DataFrame, at: int, decision: Decision, decisions: Decisions
) -> tuple[Ruling, Problem | None]:
    column = decisions.template.columns[column_of(decision.indicator)]
    read = parse_value(column, as_answer(decision))
    if read.state not in (State.ANSWERED, State.NO_FIGURE):
        return decisions.misfit(decision, "decision-value-in-doubt", value=shown_value(decision.value)), None
    index = frame.index[at]
    if (frame.at[index, "state"], frame.at[index, "value"]) == (str(read.state), read.value):
        return decisions.needless(decision, _("the return itself says so now")), None
    old = str(frame.at[index, "raw"]) or BLANK
    number = read.value if column.kind.numeric and isinstance(read.value, float) else float("nan")
    frame.at[index, "state"], frame.at[index, "value"] = str(read.state), read.value
    frame.at[index, "number"], frame.at[index, "decision"] = number, decision.grounds
    file, sheet, cell = (str(frame.at[index, name]) for name in ("file", "sheet", "cell"))
    place = Place(file, sheet, cell, decision.unit, column.code)
    value = shown_value(decision.value)
    return applied(decision, old), problem(
        "value-decided", place, value=value, read=old, other=decision.grounds
    )
