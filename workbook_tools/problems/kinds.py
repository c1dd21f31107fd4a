"""What a row of the catalogue of problems is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad a problem is: an error must be mended, a warning looked at, a notice known."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Kind:
    """A row of the catalogue: message and remedy are English format strings over the problem's parameters."""

    severity: Severity
    message: str
    remedy: str
