"""Check that the folder stayed reachable while it was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools.errors import CannotRead
from workbook_tools.inbox.folder import OUTSIDE_REASONS, find_files
from workbook_tools.locale import mark as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbook_tools.inbox.folder import FoundFile
    from workbook_tools.returns.result import FileReading
    from workbook_tools.storage.location import Location

_MOST_GIVEN_UP = 5
"""Fewer files than this may all be of the kind that kills its reader."""
_AGAIN = _("Nothing was written. Try again when the drive or network is available again.")


def check_reached(folder: Location, found: Sequence[FoundFile], readings: Sequence[FileReading]) -> None:
    """CannotRead if so many files were unreachable that the folder, disk, network or program is to blame.

    That is the case if the folder is gone or empty by now, half of its files could not be reached, or none of
    several was read to its end. A few files taken away meanwhile are problems of their own.
    """
    lost = sum(_has(reading, "return-unreadable") for reading in readings)
    if lost:
        # Also raises CannotRead if the folder can no longer be listed.
        if not folder.is_dir() or not find_files(folder):
            raise CannotRead(folder, _("the folder disappeared while it was read"), _AGAIN)
        # Half of the files at once is the network, not the files.
        if lost > 1 and 2 * lost >= len(found):
            reason = _("while it was read, most of its files could no longer be reached")
            raise CannotRead(folder, reason, _AGAIN)
    given_up = sum(_has(reading, "reading-failed") for reading in readings)
    if given_up >= _MOST_GIVEN_UP and given_up == len(readings):
        raise CannotRead(
            folder,
            _("every process that read a file was terminated"),
            _("Nothing was written. Close other programs or restart the computer, then try again."),
        )


def _has(reading: FileReading, code: str) -> bool:
    return any(
        p.code == code and (code != "return-unreadable" or p.params.get("reason") in OUTSIDE_REASONS)
        for p in reading.problems
    )
