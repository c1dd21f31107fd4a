"""The exceptions this package raises when it cannot go on.

WorkbookToolsError
├── CannotRead       a file that had to be read could not be: missing, locked, not a workbook
├── CannotWrite      an output could not be written: open in Excel, folder read-only, disk full
├── CannotConnect    a mail server cannot be reached, proves not to be the one, or refuses the password
├── FormulaError     a rule's formula does not parse
└── SpecificationError   template or roster have problems that make the job impossible
    └── WrongKey         the signature key is not there, or not that of the forms already made

A user's wrong cell is no exception: it is a :class:`workbook_tools.problems.Problem`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools.locale import mark as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbook_tools.problems import Problem


class WorkbookToolsError(Exception):
    """Base class of everything this package raises on purpose."""


class CannotRead(WorkbookToolsError):
    """An input cannot be read; ``path`` is its location, or text that names it.

    ``reason`` is the cause and ``remedy`` what helps, or ""; both are messages of the catalogue. ``verdict``
    is a message over ``path`` and the translated ``reason``.
    """

    verdict = _("Cannot read “{path}”: {reason}.")

    def __init__(self, path: object, reason: str, remedy: str = "") -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason
        self.remedy = remedy


class CannotWrite(WorkbookToolsError):
    """An output cannot be written; the old file, if any, is untouched. ``reason``, ``remedy`` and
    ``verdict`` as in CannotRead.
    """

    verdict = _("Cannot write “{path}”: {reason}.")

    def __init__(self, path: object, reason: str, remedy: str = "") -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason
        self.remedy = remedy


class CannotConnect(WorkbookToolsError):
    """A mail server cannot be used; ``server`` is its name, ``reason`` the cause (English). Neither holds a
    password. ``verdict`` is a message over both.
    """

    verdict = _("Cannot use the mail server “{server}”: {reason}.")

    def __init__(self, server: str, reason: str, answer: str = "") -> None:
        super().__init__(f"{server}: {reason}")
        self.server = server
        self.reason = reason
        self.answer = answer


class LoginRefused(CannotConnect):
    """A mail server does not accept account and password, or the token."""


class FormulaError(WorkbookToolsError):
    """A formula does not parse; ``position`` is the 0-based offset of the fault in its text."""

    def __init__(self, reason: str, position: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.position = position


class SpecificationError(WorkbookToolsError):
    """Template or roster cannot be used; ``problems`` lists all their faults.

    ``verdict`` is what follows, a message of the catalogue over ``path``.
    """

    verdict = _("“{path}” cannot be used until its errors are corrected. Nothing was written.")

    def __init__(self, path: object, problems: Sequence[Problem]) -> None:
        super().__init__(f"{path}: {len(problems)} problems")
        self.path = path
        self.problems = tuple(problems)


class WrongKey(SpecificationError):
    """The signature key is missing, or is not the one of the forms already made."""

    verdict = _("No form was made: “{path}” has to be the key of the forms that already exist.")
