"""The structure of the catalogue of problems."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Severity(StrEnum):
    """An error must be corrected, a warning reviewed, a notice merely known."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


class Action(StrEnum):
    """What the program can do about a problem. A remedy does not say how: one shell has a command for it,
    the other a button.
    """

    MAKE_FORMS = "make-forms"
    REPLACE_FORMS = "replace-forms"
    NEW_KEY = "new-key"
    LAY_OUT = "lay-out"


class ProblemKind(Struct, frozen=True):
    """A row of the catalogue; message and remedy are English format strings over the problem's parameters.

    ``title`` names the kind in a few words. ``says_no_unit``: the refused file does not say whose it is, so
    its name and sender are considered. ``like_cut_off``: the same, for what may be the beginning of a file.
    ``hides_sheet``, ``hides_code``: afterwards a sheet, or the code it names, cannot be found; ``looks_in``:
    the sheets searched for the name that it is about. ``many``: the kind that stands for several of this one
    in a file. ``acceptable``: an error about which the officer may decide that it is right so, because no
    figure is unknown; warnings always are.
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
    acceptable: bool = False
    action: Action | None = None
