"""Counts and sums of lists by unit and area: the values of names such as ``SUM(ds.so_tien)``."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
from msgspec import Struct, field

from workbook_tools.excel import to_serial
from workbook_tools.formula.criteria import criterion, fulfils
from workbook_tools.formula.list_functions import CHOOSING, measure_call, measure_parts
from workbook_tools.frames import LIST_COLUMNS
from workbook_tools.model import Kind, ReportTemplate, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Figures = npt.NDArray[np.float64]
_NONE = pd.Series(dtype="float64")


def _no_cells() -> pd.DataFrame:
    return pd.DataFrame(columns=LIST_COLUMNS)


class ListMeasures(Struct, frozen=True, dict=True):
    """Counts and sums over the frame ``list_cells``.

    As on the form, a unit whose columns are blank has no value.
    """

    template: ReportTemplate
    cells: pd.DataFrame = field(default_factory=_no_cells)

    def of_units(self, name: str, units: Iterable[str], *, counted: bool = False) -> Figures:
        """The value of each unit, NaN if missing; ``counted`` leaves out rows that a unit above contains."""
        own = self._own(name)
        if counted:
            own = own[own["counts"].to_numpy(dtype=bool)]
        return self._measure(name, own, own["unit"]).reindex([*units]).to_numpy(dtype="float64")

    def of_areas(self, name: str, of_unit: Mapping[str, str], areas: Iterable[str]) -> Figures:
        """The value of each area and, last, of all, over the rows that count."""
        own = self._own(name)
        own = own[own["counts"].to_numpy(dtype=bool)]
        found = self._measure(name, own, own["unit"].map(of_unit)).reindex([*areas])
        # Without rows there is no group, and the value of all is missing.
        whole = self._measure(name, own, pd.Series("", index=own.index)).reindex([""])
        return np.append(found.to_numpy(dtype="float64"), whole.to_numpy(dtype="float64"))

    def in_doubt(self, name: str, units: Iterable[str]) -> npt.NDArray[np.bool_]:
        """Whether any cell that it goes through is in doubt, by unit."""
        own = self._own(name)
        doubtful = own.loc[own["state"] == State.IN_DOUBT, "unit"].unique()
        return np.asarray(pd.Index([*units], dtype=object).isin(doubtful), dtype=bool)

    def _own(self, name: str) -> pd.DataFrame:
        """The cells that are not blank in the columns of a measure."""
        codes = measure_parts(name)[1]
        return self._filled[self._filled["indicator"].isin(codes)]

    @cached_property
    def _filled(self) -> pd.DataFrame:
        return self.cells[self.cells["state"] != State.UNANSWERED]

    def _measure(self, name: str, own: pd.DataFrame, groups: pd.Series) -> pd.Series:
        function, codes = measure_parts(name)
        if own.empty:
            return _NONE
        if function in CHOOSING:
            return self._choose(name, own, groups)
        if function == "COUNTA":
            return own["row"].groupby(groups).size().astype("float64")
        of_numbers = any(self._holds_number(code) for code in codes)
        answered = own["state"] == State.ANSWERED
        number = own["number"].where(answered)
        if function == "COUNT":
            dates = own["indicator"].isin([c for c in codes if self._kind(c) is Kind.DATE]) & answered
            return (number.notna() | dates).groupby(groups).sum().astype("float64")
        found = number.groupby(groups).agg(function.lower())
        there = number.notna().groupby(groups).any() | (not of_numbers)
        return found.fillna(0.0).where(there).astype("float64")

    def _choose(self, name: str, own: pd.DataFrame, groups: pd.Series) -> pd.Series:
        """COUNTIF and SUMIF: of the rows whose cell fulfils the condition, how many or their figures."""
        call, (looked_at, *figures) = measure_call(name), measure_parts(name)[1]
        operator, wanted = criterion(call.arguments[1])
        keys = pd.MultiIndex.from_arrays([own["unit"], own["row"]])
        looked = (own["indicator"] == looked_at).to_numpy()
        known = looked & (own["state"] == State.ANSWERED).to_numpy()
        # A condition such as <>Nam is also met by a cell with KCSL.
        values = own["value"].where(known, own["raw"])[looked]
        met = [fulfils(_plain(value), operator, wanted) for value in values]
        is_met = np.array(met, dtype=bool)
        if call.function == "COUNTIF":
            found = pd.Series(is_met.astype("float64"), index=own.index[looked])
            return found.groupby(groups[looked]).sum()
        added = figures[0] if figures else looked_at
        of_figures = (own["indicator"] == added).to_numpy()
        chosen = keys.isin(keys[looked][is_met])
        # A figure beside a blank cell: to Excel that is unequal to "Nam", too.
        if operator == "<>":
            chosen = ~keys.isin(keys[looked][~is_met])
        number = own["number"].where(chosen & (own["state"] == State.ANSWERED))[of_figures]
        there = pd.Series(0.0, index=groups.unique())
        return number.groupby(groups[of_figures]).sum().reindex(there.index, fill_value=0.0)

    def _kind(self, code: str) -> Kind:
        line = self.template.columns.get(code)
        if line is None:
            return Kind.TEXT
        return line.kind

    def _holds_number(self, code: str) -> bool:
        line = self.template.columns.get(code)
        return line is not None and line.kind.is_figure


def _plain(value: object) -> float | str:
    """A cell's value as a condition sees it; a date is its day number."""
    if isinstance(value, date):
        return to_serial(value)
    return value if isinstance(value, float) else str(value)
