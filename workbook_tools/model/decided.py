"""The officer's decisions about returns and their figures."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from msgspec import Struct

from workbook_tools.excel import Cell


class DecisionKind(StrEnum):
    """What an officer can decide about returns."""

    ACCEPT = "accept-warning"
    CHOOSE = "choose-file"
    SET = "set-value"
    EXCLUDE = "exclude-file"
    EXTEND = "extend-deadline"
    NOTHING = "nothing-to-report"
    SILENCE = "stop-reminders"


class Decision(Struct, frozen=True):
    """One decision of the officer: a row of the decisions workbook, at ``cell`` of its sheet.

    Only those of ``unit``, ``indicator``, ``file`` and ``value`` that the kind needs are set; ``value`` is a
    float, str, bool or ``datetime.date``, and ``shown`` what its cell displays if that is something else.
    """

    kind: DecisionKind
    cell: Cell
    unit: str = ""
    indicator: str = ""
    file: str = ""
    value: float | str | bool | date | None = None
    reason: str = ""
    who: str = ""
    when: date | None = None
    shown: str = ""

    @property
    def grounds(self) -> str:
        """Reason, person and date in one line."""
        if self.when:
            return f"{self.reason} ({self.who}, {self.when:%d/%m/%Y})"
        return f"{self.reason} ({self.who})"
