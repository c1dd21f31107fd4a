"""Days grouped by years, quarters and months: columns of the table, so that every program groups alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pandas as pd

from workbook_tools.pivots.pivot_error import PivotError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DatePart = Literal["year", "quarter", "month"]
_SHOWN = {"year": "{0.year}", "quarter": "{0.year} Q{0.quarter}", "month": "{0.year}-{0.month:02}"}


def add_date_parts(frame: pd.DataFrame, dates: Mapping[str, Sequence[DatePart]]) -> pd.DataFrame:
    """The frame with a column such as "Sold (month)" for each part of a column of days that is named.

    Parts are texts that sort as the days do: 2023, 2023 Q4, 2023-10. Blank days have blank parts.
    """
    added = {}
    for name, parts in dates.items():
        if name not in frame:
            raise PivotError(f"there is no column {name!r} to be grouped; the columns are {list(frame)}")
        days = pd.to_datetime(frame[name], errors="coerce")
        if not days.notna().equals(frame[name].notna()):
            raise PivotError(
                f"the column {name!r} holds something that is no date; convert it with pandas.to_datetime"
            )
        for part in parts:
            if part not in _SHOWN:
                raise PivotError(f"days are not grouped by {part!r}; take one of {', '.join(_SHOWN)}")
            added[f"{name} ({part})"] = [None if pd.isna(day) else _SHOWN[part].format(day) for day in days]
    return frame.assign(**added)
