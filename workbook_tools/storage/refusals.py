"""Explain an OSError: cause and remedy, as messages of the catalogue."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path

from workbook_tools.locale import mark as _

_FULL = (
    _("the disk is full"),
    _("Free up space on the disk (empty the recycle bin, move large files away), then try again."),
)
_HELD = (
    _("it is open in another program, or you have no right to it"),
    _("Close it if it is open in Excel or Word, then try again."),
)
_NO_RIGHT = (
    _("you have no right to this folder"),
    _("Choose another place, or have the right to it granted, then try again."),
)
_FOLDER = (_("a folder has this name"), _("Choose another name, or rename the folder."))
_FILE = (_("a part of its path is a file, not a folder"), _("Choose another place, or rename that file."))
_GONE = (
    _("the folder is no longer there, or the network drive is not connected"),
    _("Connect the drive again or choose another place, then try again."),
)
_TOO_LONG = (_("its name or path is too long"), _("Choose a shorter name or a folder higher up."))
_READ_ONLY = (_("the disk is read-only"), _("Choose a place on another disk."))
_NAMED = {
    "ENOSPC": _FULL,
    "EDQUOT": _FULL,
    "EFBIG": (
        _("the file would be larger than the disk or the format allows"),
        _("Choose a place on another disk."),
    ),
    "EBUSY": _HELD,
    "ETXTBSY": _HELD,
    "EROFS": _READ_ONLY,
    "ENAMETOOLONG": _TOO_LONG,
    "ENOENT": _GONE,
    "ENODEV": _GONE,
    "ENXIO": _GONE,
    "ESTALE": _GONE,
    "EHOSTDOWN": _GONE,
    "ENETUNREACH": _GONE,
    "ETIMEDOUT": _GONE,
    "ENOTDIR": _FILE,
    "EEXIST": _FILE,
    "EISDIR": _FOLDER,
    "ENOTEMPTY": _FOLDER,
    "EINVAL": (
        _("the system does not allow this name"),
        _('Choose a name without the characters < > : " / \\ | ? *.'),
    ),
    "EMFILE": (_("too many files are open"), _("Close other programs, then try again.")),
    "ENFILE": (_("too many files are open"), _("Close other programs, then try again.")),
    "ENOMEM": (
        _("there is not enough memory"),
        _("Close other programs, then try again."),
    ),
}
_CAUSES = {getattr(errno, name): words for name, words in _NAMED.items() if hasattr(errno, name)}
"""Filtered with hasattr because some systems lack some of these codes."""
_WINDOWS = {
    19: _READ_ONLY,  # WRITE_PROTECT
    21: _GONE,  # NOT_READY
    32: _HELD,  # SHARING_VIOLATION
    39: _FULL,  # HANDLE_DISK_FULL
    55: _GONE,  # DEV_NOT_EXIST
    59: _GONE,  # UNEXP_NET_ERR
    64: _GONE,  # NETNAME_DELETED
    67: _GONE,  # BAD_NET_NAME
    121: _GONE,  # SEM_TIMEOUT
    206: _TOO_LONG,  # FILENAME_EXCED_RANGE
    1231: _GONE,  # NETWORK_UNREACHABLE
    1232: _GONE,  # HOST_UNREACHABLE
}
"""Windows' own codes of winerror.h that Python's errno would misname: most become EINVAL or EACCES."""
_LONGEST = 248 if os.name == "nt" else 1 << 16
"""From this length on, Windows says of a path that it is not there; a folder may not be longer."""
_OTHER = (
    _("the disk or network reports an error"),
    _("Check whether the disk or network drive can be reached, then try again."),
)


def explain_refusal(error: OSError) -> tuple[str, str]:
    """The cause and its remedy, as messages of the catalogue."""
    if words := _WINDOWS.get(getattr(error, "winerror", None) or 0):
        return words
    if error.errno == errno.ENOENT and len(str(error.filename or "")) >= _LONGEST:
        return _TOO_LONG
    if isinstance(error, PermissionError):
        return _explain_denial(error)
    return _CAUSES.get(error.errno or 0, _OTHER)


def _explain_denial(error: PermissionError) -> tuple[str, str]:
    """A file or its folder; Windows also denies to open or replace a folder as if it were a file."""
    path = error.filename2 or error.filename
    if not isinstance(path, str):
        return _HELD
    # Whether something is there may not be told either.
    with suppress(OSError):
        if Path(path).is_file():
            return _HELD
        # Only what the C library opens has no code of Windows: a folder is listed without it.
        if Path(path).is_dir() and (error.filename2 or getattr(error, "winerror", 0) is None):
            return _FOLDER
    return _NO_RIGHT


def cause(error: OSError) -> str:
    """Only the cause."""
    return explain_refusal(error)[0]
