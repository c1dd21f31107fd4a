"""The cells of lists in a frame: every filled row of every accepted return, interpreted cell by cell."""

from __future__ import annotations

from collections import defaultdict
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from msgspec import Struct
from msgspec.structs import replace

from workbook_tools.answers.distinct import ROW_COLUMNS, AnswerRow, AnswerRows
from workbook_tools.answers.earlier_forms import NO_VERSIONS, FormVersions, hold_changed
from workbook_tools.answers.list_totals import leave_out_totals
from workbook_tools.excel import parse_ref
from workbook_tools.formula.list_functions import list_of
from workbook_tools.frames import LIST_COLUMNS
from workbook_tools.model import Outcome, ReportTemplate, Roster, RowList, State
from workbook_tools.problems import Problem, problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workbook_tools.returns.result import FileReading

Positions = npt.NDArray[np.intp]


def build_list_cells(
    readings: Sequence[FileReading],
    template: ReportTemplate,
    roster: Roster,
    versions: FormVersions = NO_VERSIONS,
) -> tuple[pd.DataFrame, list[Problem]]:
    """Build the frame ``list_cells`` of :class:`~workbook_tools.frames.Collection` (nothing counted yet) and
    its problems; ``versions`` say what earlier forms asked.
    """
    order = {code: position for position, code in enumerate(roster.units)}
    accepted = sorted(
        (r for r in readings if r.outcome is Outcome.ACCEPTED and r.filled_lists), key=lambda r: order[r.unit]
    )
    cells = _Cells.lay_out(accepted, template)
    is_asked = cells.asked(template, roster)
    kept = cells.take(is_asked)
    frame = kept.to_frame(template)
    problems = [*cells.take(~is_asked).unexpected(), *kept.problems()]
    problems += hold_changed(frame, accepted, template, versions)
    frame, totals = leave_out_totals(frame, template)
    return frame, [*problems, *totals]


class _Cells(Struct, frozen=True):
    """Cells of lists, row by row: numbers of their contents and of their returns, and their rows' numbers."""

    returns: Sequence[FileReading]
    different: Sequence[AnswerRow]
    content: Positions
    origin: Positions
    row: Positions
    """The number of the filled row within its list and return, from 1."""

    @classmethod
    def lay_out(cls, returns: Sequence[FileReading], template: ReportTemplate) -> _Cells:
        found = AnswerRows(template.columns)
        given = [found.find(reading.list_cells) for reading in returns]
        content = np.array([number for of_return in given for number in of_return], dtype=np.intp)
        origin = np.repeat(np.arange(len(given)), np.array([len(one) for one in given], dtype=np.intp))
        # A row begins where the return, the list or the row of the sheet changes.
        lists = np.array([list_of(one.indicator) for one in found.different], dtype=object)
        list_codes = np.asarray(pd.factorize(lists)[0])
        sheet_rows = np.array([parse_ref(one.cell)[0] for one in found.different], dtype=np.intp)
        begins_list = _changes(origin, list_codes[content])
        counted = np.cumsum(begins_list | _changes(sheet_rows[content]))
        # The number of the first row of each list, carried on to its other cells.
        before: Positions = np.maximum.accumulate(np.where(begins_list, counted, 0))
        known = np.array([one.indicator in template.columns for one in found.different], dtype=bool)
        kept = known[content] if len(content) else np.zeros(0, dtype=bool)
        row = counted - before + 1
        return cls(returns, found.different, content[kept], origin[kept], row[kept])

    def asked(self, template: ReportTemplate, roster: Roster) -> npt.NDArray[np.bool_]:
        """Whether the unit of each cell is asked for its list."""
        found = np.ones(len(self.content), dtype=bool)
        for one in template.lists.values():
            if one.who:
                types = [roster[reading.unit].type for reading in self.returns]
                applies = np.array([one.applies_to(kind) for kind in types], dtype=bool)
                of_list = np.array([cell.indicator in one.columns for cell in self.different], dtype=bool)
                found &= ~of_list[self.content] | applies[self.origin]
        return found

    def take(self, mask: npt.NDArray[np.bool_]) -> _Cells:
        """Some of the cells."""
        return replace(self, content=self.content[mask], origin=self.origin[mask], row=self.row[mask])

    def unexpected(self) -> Iterator[Problem]:
        """A problem for every list that a unit was not asked for, at its first cell."""
        seen = set()
        for content, origin in zip(self.content.tolist(), self.origin.tolist(), strict=True):
            cell, reading = self.different[content], self.returns[origin]
            key = (origin, list_of(cell.indicator))
            if key not in seen and cell.raw:
                seen.add(key)
                yield problem("answer-unexpected", cell.place(reading), value=cell.raw)

    def problems(self) -> Iterator[Problem]:
        """The problems of cells, once for every return that holds them."""
        wrong = np.array([bool(cell.problems) for cell in self.different], dtype=bool)
        if not wrong.any():
            return
        for position in np.flatnonzero(wrong[self.content]).tolist():
            cell, reading = self.different[self.content[position]], self.returns[self.origin[position]]
            yield from (replace(found, place=cell.place(reading)) for found in cell.problems)

    def to_frame(self, template: ReportTemplate) -> pd.DataFrame:
        """The frame, with the cells of shifted lists in doubt."""
        columns: dict[str, Any] = {name: _values(self.different, name)[self.content] for name in ROW_COLUMNS}
        columns["unit"], columns["file"] = (
            _values(self.returns, name)[self.origin] for name in ("unit", "path")
        )
        codes = {code: list_of(code) for code in template.columns}
        columns["list"] = np.array([codes[code] for code in columns["indicator"]], dtype=object)
        columns["row"] = self.row
        columns["counts"] = np.ones(len(self.row), dtype=bool)
        columns["decision"] = np.full(len(self.row), "", dtype=object)
        doubt = self._shifted(columns["list"])
        columns["state"][doubt], columns["value"][doubt] = State.IN_DOUBT.value, None
        columns["number"][doubt] = np.nan
        series = {
            name: pd.Series(columns[name], dtype=columns[name].dtype, copy=False) for name in LIST_COLUMNS
        }
        return pd.DataFrame(series, copy=False)

    def _shifted(self, lists: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
        """The cells of lists whose columns were shifted against each other."""
        wrong: dict[str, list[int]] = defaultdict(list)
        for number, reading in enumerate(self.returns):
            for p in reading.problems:
                if p.code in ("list-cells-shifted", "list-headings-exchanged"):
                    wrong[p.place.indicator].append(number)
        found = np.zeros(len(self.origin), dtype=bool)
        for code, numbers in wrong.items():
            found |= (lists == code) & np.isin(self.origin, numbers)
        return found


def _changes(*columns: Positions) -> npt.NDArray[np.bool_]:
    """Where any of the columns differs from the row before."""
    changes = np.zeros(len(columns[0]), dtype=bool)
    changes[:1] = True
    for column in columns:
        changes[1:] |= column[1:] != column[:-1]
    return changes


def _values(records: Sequence[object], name: str) -> npt.NDArray[Any]:
    kind = "float64" if name == "number" else "object"
    return np.fromiter(map(attrgetter(name), records), dtype=kind)


def rows_of_cells(cells: pd.DataFrame) -> Positions:
    """For each cell of one list, the position of its row among the list's rows, over all units."""
    # The cells of a row are neighbours in the frame: a row begins wherever unit or number changes.
    begins = _changes(pd.factorize(cells["unit"])[0], cells["row"].to_numpy())
    return np.cumsum(begins) - 1


def widen(cells: pd.DataFrame, one: RowList) -> pd.DataFrame:
    """The rows of one list: ``unit``, ``row``, ``file``, ``sheet``, ``cell`` (its first), ``counts``, and a
    column for each of the list's, by code: numbers as floats, others as objects; None or NaN where nothing
    certain was answered.
    """
    own = cells[cells["list"] == one.code]
    place = rows_of_cells(own)
    begins = np.diff(place, prepend=-1) > 0
    frame = own.loc[begins, ["unit", "row", "file", "sheet", "cell", "counts"]].reset_index(drop=True)
    for column in one.ordered:
        mine = (own["indicator"] == column.code).to_numpy()
        name, blank = ("number", np.nan) if column.kind.numeric else ("value", None)
        source = own[name].to_numpy()[mine]
        values = np.full(len(frame), blank, dtype=source.dtype)
        values[place[mine]] = source
        frame[column.code] = values
    return frame
