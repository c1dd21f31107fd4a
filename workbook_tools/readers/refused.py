"""The exception that rejects a returned file as a whole; faults inside a file are problems."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from workbook_tools.errors import WorkbookToolsError
from workbook_tools.locale import mark as _
from workbook_tools.problems import CATALOGUE, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator


class RefusedFile(WorkbookToolsError):
    """A file cannot be accepted as a return.

    ``code`` is a key of :data:`workbook_tools.problems.CATALOGUE`; of its ``params``, ``reason``, ``what``
    and ``format`` are English texts marked for translation. ``detail`` (a part name, a cell) is for technical
    inspection, not for the officer.
    """

    def __init__(self, code: str, detail: str = "", **params: object) -> None:
        super().__init__(": ".join(filter(None, (code, *map(str, params.values()), detail))))
        self.code = code
        self.detail = detail
        self.params = params

    @property
    def problem(self) -> Problem:
        """Convert to a problem, still without a place."""
        return Problem(self.code, params=self.params, severity=CATALOGUE[self.code].severity)


@contextmanager
def spared() -> Iterator[None]:
    """Continue without an optional part, such as the document properties, if it cannot be read.

    Hostile content is rejected all the same.
    """
    try:
        yield
    except RefusedFile as refused:
        # A file with something hostile in an optional part is not trusted in its other parts.
        if refused.code == "return-hostile":
            raise


CUT_OFF = _("it was truncated or changed on the way")
PART_MISSING = _("a part of the workbook is missing")
NOT_XML = _("a part of the workbook cannot be parsed")
CELL_TWICE = _("a sheet contains the same cell twice")
OFF_GRID = _("a cell is outside the sheet")


def damaged(reason: str, detail: str = "") -> RefusedFile:
    """Create the refusal of a file that is not as its program wrote it."""
    return RefusedFile("return-damaged", detail, reason=reason)


def too_large(limit: int, what: str, detail: str = "") -> RefusedFile:
    """Create the refusal of a file with more than ``limit`` of ``what``."""
    return RefusedFile("return-too-large", detail, limit=limit, what=what)


def hostile(reason: str, detail: str = "") -> RefusedFile:
    """Create the refusal of a file with a structure that no spreadsheet program produces."""
    return RefusedFile("return-hostile", detail, reason=reason)
