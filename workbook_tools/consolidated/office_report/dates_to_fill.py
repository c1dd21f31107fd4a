"""Room for a date that the officer writes by hand, as its format would print it."""

from __future__ import annotations

import re

DATE_DOTS, _YEAR_DOTS, _DAY_DOTS = "…/…/……", "……", "…"


def blank_date(number_format: str) -> str:
    """``… tháng … năm ……`` for a format that writes a date out, as Decree 30 has it; else ``…/…/……``."""
    parts = number_format.split('"')
    if len(parts) == 1:
        return DATE_DOTS
    parts[::2] = [re.sub("[dm]+", _DAY_DOTS, re.sub("y+", _YEAR_DOTS, part)) for part in parts[::2]]
    return "".join(parts)
