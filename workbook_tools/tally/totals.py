"""Totals without double counting: which figures count, their sums, and each unit compared with the sum below
it.

A unit's area is the unit and all units below it. For an additive indicator, the area's sum depends on the
unit: if it says that its figures include those below, its own figure; if it says they do not, its figure plus
the areas below; if it has not returned or is not asked for the indicator, the areas below alone. The total is
the sum of the areas directly under the office.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
from msgspec import Struct
from msgspec.structs import replace

from workbook_tools.frames import COMPARISON_COLUMNS
from workbook_tools.model import Indicator, ReportTemplate, Roster, RowList, State
from workbook_tools.sheetwriter.cell_text import tell_apart

if TYPE_CHECKING:
    from collections.abc import Sequence

DECIMALS = 6
"""Sums are rounded below anything reported, so that 0,1 + 0,2 is 0,3 in any order of addition."""

Positions = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]
Figures = npt.NDArray[np.float64]


def count_once(answers: pd.DataFrame, template: ReportTemplate, roster: Roster) -> pd.Series[float]:
    """What each answer adds to the totals: the column ``counted`` of the answers frame, with its index.

    An answered figure of an additive indicator counts unless a unit above, at any distance, contains it: one
    that has returned, is asked for this indicator too, and says that its figures include those below (the
    first option of the campaign's inclusion choice). A unit that is asked but does not say is taken to
    include, so that nothing counts twice; a unit that is not asked reports its own work only. Of a unit that
    has not returned, only the figures that the officer entered contain others. Everything else is NaN.

    A containing unit whose own figure is blank, in doubt or KCSL still contains those below: the missing
    figure is that unit's problem and is not filled in from elsewhere.
    """
    codes = additive_codes(template)
    contained = find_contained(answers, template, roster, codes)
    counts = answers["indicator"].isin(codes) & ~contained
    return answers["number"].where(counts).astype("float64").rename("counted")


def find_contained(
    answers: pd.DataFrame, template: ReportTemplate, roster: Roster, codes: list[str]
) -> pd.Series:
    """For each row of the answers frame, whether its figure is contained in that of a unit above."""
    # As arrays: walking the tree for each of a million answers is slow.
    tree = _Tree.plant(answers, template, roster, codes)
    contained = tree.contained()
    at = tree.locate(answers)
    found = np.zeros(len(answers), dtype=bool)
    found[at.known] = contained[at.rows, at.columns]
    return pd.Series(found, index=answers.index)


def count_rows_once(
    list_cells: pd.DataFrame, answers: pd.DataFrame, template: ReportTemplate, roster: Roster
) -> npt.NDArray[np.bool_]:
    """The column ``counts`` of the frame of lists: whether no unit above has the row, too."""
    if list_cells.empty:
        return np.zeros(len(list_cells), dtype=bool)
    tree = _Tree.plant(answers, template, roster, list(template.lists))
    units = tree.units.get_indexer(pd.Index(list_cells["unit"]))
    lists = tree.codes.get_indexer(pd.Index(list_cells["list"]))
    return np.asarray(~tree.contained()[units, lists])


def build_totals(answers: pd.DataFrame, template: ReportTemplate) -> pd.DataFrame:
    """Build the totals frame of :class:`~workbook_tools.frames.Collection` from the column ``counted``."""
    counted = (
        answers["counted"]
        .groupby(answers["indicator"], observed=True)
        .agg(["sum", "count"])
        .reindex(additive_codes(template))
    )
    units = counted["count"].fillna(0).astype("int64")
    total = counted["sum"].astype("float64").round(DECIMALS).where(units > 0)
    return pd.DataFrame({"total": total, "units": units}).rename_axis("indicator")


def build_comparison(answers: pd.DataFrame, template: ReportTemplate, roster: Roster) -> pd.DataFrame:
    """Build the comparison frame of :class:`~workbook_tools.frames.Collection`, in the order of roster
    and dictionary.

    ``below`` is the sum of the areas directly below, so nothing in it counts twice; it is NaN if ``units`` is
    0. A verdict needs a unit that says its figures include those below, and figures there.
    """
    tree = _Tree.plant(answers, template, roster, additive_codes(template))
    own = tree.figures(answers)
    below, units, asked_below = _sum_below(tree, own)
    rows, columns = np.nonzero(tree.asked & asked_below)
    frame = pd.DataFrame(
        {
            "unit": tree.units.take(rows),
            "indicator": tree.codes.take(columns),
            "included": tree.included[rows],
            "own": own[rows, columns],
            "below": np.where(units > 0, below.round(DECIMALS), np.nan)[rows, columns],
            "units": units[rows, columns],
        }
    )
    frame["difference"] = (frame["own"] - frame["below"]).round(DECIMALS)
    # Only a unit that declares to include those below can contradict them.
    includes = frame["included"] == True  # noqa: E712 - None is neither
    compared = includes & frame["difference"].notna()
    left_out = includes & frame["own"].isna() & (frame["below"] > 0)
    verdict = np.where(frame["difference"] < 0, "below", "ok")
    frame["verdict"] = np.select([compared, left_out], [verdict, "blank"], "")
    return frame[COMPARISON_COLUMNS]


def area_names(template: ReportTemplate, roster: Roster) -> dict[str, str]:
    """Unit code → name of the area it is added up in.

    The area is the topmost level-2 unit among the unit and its ancestors; for all others, a label for units
    directly under the office. Names that a pivot would merge get their codes appended.
    """
    direct = f"Trực thuộc {template.campaign.level_names[1]}"
    second = {code for code, unit_type in template.unit_types.items() if unit_type.level == 2}
    heads = {
        unit.code: next((u for u in reversed([unit, *roster.ancestors(unit.code)]) if u.type in second), None)
        for unit in roster
    }
    names = {head.code: head.name for head in heads.values() if head is not None}
    # Excel's pivots merge items that differ in case or accents only.
    labels = tell_apart({**names, "": direct})
    return {code: labels[head.code] if head is not None else direct for code, head in heads.items()}


def additive_codes(template: ReportTemplate) -> list[str]:
    """Codes of the additive indicators, in the order of the dictionary."""
    return [i.code for i in template.indicators.values() if i.additive and i.kind.numeric]


def _sum_below(tree: _Tree, own: Figures) -> tuple[Figures, npt.NDArray[np.int64], Flags]:
    """For each unit and code: the sum of the areas directly below, the number of figures, and whether any is
    asked for.
    """
    below = np.zeros(own.shape)
    units = np.zeros(own.shape, dtype=np.int64)
    asked_below = np.zeros(own.shape, dtype=bool)
    # From the bottom up, so that each area is complete before it is added to the one above.
    for layer in reversed(tree.layers):
        above, open_below = tree.parent[layer], ~tree.covers[layer]
        np.add.at(below, above, np.nan_to_num(own[layer]) + below[layer] * open_below)
        np.add.at(units, above, np.isfinite(own[layer]) + units[layer] * open_below)
        np.logical_or.at(asked_below, above, tree.asked[layer] | asked_below[layer])
    return below, units, asked_below


class _Tree(Struct, frozen=True, dict=True):
    """The roster as arrays: a row for each unit and one for the office, a column for each additive indicator.

    The office is the last row, is its own parent, is asked nothing and contains nothing; so index -1 is the
    office, too.
    """

    units: pd.Index[str]
    codes: pd.Index[str]
    parent: Positions
    asked: Flags
    rows: Positions
    """Unit index of each row of the answers frame."""
    included: npt.NDArray[np.object_]
    """Whether the unit says that its figures include those below: True, False, or None (not said, asked or
    returned).
    """
    covers: Flags
    """Whether the unit's figure contains those of the units below it."""

    @classmethod
    def plant(
        cls, answers: pd.DataFrame, template: ReportTemplate, roster: Roster, lines: list[str]
    ) -> _Tree:
        units, codes = pd.Index(list(roster.units), dtype=object), pd.Index(lines, dtype=object)
        office = len(units)
        parent = units.get_indexer(pd.Index([unit.parent for unit in roster], dtype=object))
        # Units without a parent, and the office itself, hang below the office.
        parent = np.append(np.where(parent < 0, office, parent), office)
        rows = units.get_indexer(pd.Index(answers["unit"]))
        choice = template.indicators.get(template.campaign.inclusion or "")
        asked = _asked(roster, [template.lists.get(code) or template.indicators[code] for code in codes])
        included = np.full(office + 1, None, dtype=object)
        contains = np.zeros(office + 1, dtype=bool)
        if choice is not None:
            said = (
                answers["indicator"].isin([choice.code]) & answers["state"].isin([State.ANSWERED])
            ).to_numpy()
            included[rows[said]] = (answers.loc[said, "value"] == choice.options[0]).to_numpy()
            contains[rows] = True
            contains &= _asked(roster, [choice])[:, 0] & (included != False)  # noqa: E712 - None is neither
        tree = cls(units, codes, parent, asked, rows, included, asked & contains[:, np.newaxis])
        is_entered = (answers["file"] == "").to_numpy()
        if not is_entered.any():
            return tree
        # A unit that has not returned contains what the officer entered for it, not lines of which nobody
        # said anything.
        returned = np.zeros(office + 1, dtype=bool)
        returned[rows[~is_entered]] = True
        is_known = returned[:, np.newaxis] | np.isfinite(tree.figures(answers))
        return replace(tree, covers=tree.covers & is_known)

    @cached_property
    def layers(self) -> list[Positions]:
        """Unit indices by depth: directly under the office, directly below those, and so on."""
        found = []
        layer = np.array([len(self.units)])
        while (layer := np.flatnonzero(np.isin(self.parent[:-1], layer))).size:
            found.append(layer)
        return found

    def contained(self) -> Flags:
        """Whether each unit's figures are contained in those of a unit above."""
        found = np.zeros_like(self.covers)
        for layer in self.layers:
            above = self.parent[layer]
            found[layer] = found[above] | self.covers[above]
        return found

    def locate(self, answers: pd.DataFrame) -> _KnownFigures:
        """Array positions of the known figures of additive indicators."""
        columns = self.codes.get_indexer(pd.Index(answers["indicator"]))
        numbers = answers["number"].to_numpy(dtype="float64")
        known = np.isfinite(numbers) & (columns >= 0)
        return _KnownFigures(known, self.rows[known], columns[known], numbers[known])

    def figures(self, answers: pd.DataFrame) -> Figures:
        """Each unit's own figures, NaN if missing."""
        at = self.locate(answers)
        own = np.full(self.asked.shape, np.nan)
        own[at.rows, at.columns] = at.numbers
        return own


def _asked(roster: Roster, indicators: Sequence[Indicator | RowList]) -> Flags:
    """Whether each unit, and finally the office, is asked for each indicator."""
    types = {code: position for position, code in enumerate({unit.type: None for unit in roster})}
    of_type = [[indicator.applies_to(code) for indicator in indicators] for code in types]
    asked = np.array([*of_type, [False] * len(indicators)], dtype=bool)
    return asked[[*(types[unit.type] for unit in roster), len(types)]]


class _KnownFigures(Struct, frozen=True):
    """The known figures: rows of the answers frame, and rows and columns of the tree's arrays."""

    known: Flags
    rows: Positions
    columns: Positions
    numbers: Figures
