"""Explain an OSError: cause and remedy, as messages of the catalogue."""

from __future__ import annotations

import errno

from workbook_tools.locale import mark as _

_FULL = (
    _("the disk is full"),
    _("Free up space on the disk (empty the recycle bin, move large files away), then try again."),
)
_LOCKED = (
    _("it is open in another program, or the folder is read-only"),
    _("Close it if it is open in Excel or Word, or choose another place."),
)
_GONE = (
    _("the folder is no longer there, or the network drive is not connected"),
    _("Connect the drive again or choose another place, then try again."),
)
_NAMED = {
    "ENOSPC": _FULL,
    "EDQUOT": _FULL,
    "EFBIG": (
        _("the file would be larger than the disk or the format allows"),
        _("Choose a place on another disk."),
    ),
    "EACCES": _LOCKED,
    "EPERM": _LOCKED,
    "EBUSY": _LOCKED,
    "ETXTBSY": _LOCKED,
    "EROFS": (_("the disk is read-only"), _("Choose a place on another disk.")),
    "ENAMETOOLONG": (_("its name or path is too long"), _("Choose a shorter name or a folder higher up.")),
    "ENOENT": _GONE,
    "ENODEV": _GONE,
    "ENXIO": _GONE,
    "ESTALE": _GONE,
    "EHOSTDOWN": _GONE,
    "ENETUNREACH": _GONE,
    "ETIMEDOUT": _GONE,
    "ENOTDIR": (_("a part of its path is a file, not a folder"), _("Choose another place.")),
    "EEXIST": (_("a part of its path is a file, not a folder"), _("Choose another place.")),
    "EISDIR": (_("a folder has this name"), _("Choose another name, or rename the folder.")),
    "ENOTEMPTY": (_("a folder has this name"), _("Choose another name, or rename the folder.")),
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
_OTHER = (
    _("the disk or network reports an error"),
    _("Check whether the disk or network drive can be reached, then try again."),
)


def explain_refusal(error: OSError) -> tuple[str, str]:
    """The cause and its remedy, as messages of the catalogue."""
    if isinstance(error, PermissionError):
        return _LOCKED
    return _CAUSES.get(error.errno or 0, _OTHER)


def cause(error: OSError) -> str:
    """Only the cause."""
    return explain_refusal(error)[0]
