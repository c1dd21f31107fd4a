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
    """A row of the catalogue: message and remedy are English format strings over the problem's parameters.

    ``title`` is what a person calls the kind, a few words. ``says_no_unit``: a file refused so does not say itself whose
    it is, and its name and sender are worth a look. ``like_cut_off``: so is what may be only the beginning of a file.
    ``hides_sheet``, ``hides_code``: after it a sheet, or the code that it names, cannot be found; ``looks_in``: the sheets
    in which the name that it is about was looked for. ``many``: the kind that stands for several of this one in one file.
    """

    severity: Severity
    message: str
    remedy: str
    title: str = ""
    says_no_unit: bool = False
    like_cut_off: bool = False
    hides_sheet: bool = False
    hides_code: bool = False
    looks_in: tuple[str, ...] = ()
    many: str = ""
