"""Zip archives of returned files: unpacked in memory only; one bad member does not cost the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools.inbox.envelope import Enclosed
from workbook_tools.readers.limits import ARCHIVE_LIMITS
from workbook_tools.readers.refused import RefusedFile
from workbook_tools.readers.zip_package import ZipPackage, open_package

if TYPE_CHECKING:
    from collections.abc import Iterator


def open_archive(data: bytes) -> Iterator[Enclosed]:
    """The files of a zip archive, in order; RefusedFile if the archive cannot be trusted or opened.

    It is also refused if every file fails for the same reason, such as a password.
    """
    package = open_package(data, ARCHIVE_LIMITS, archive=True)
    names = [name for name in package.names if not name.endswith(("/", "\\"))]
    refusals = [refusal for refusal in map(package.refusal, names) if refusal is not None]
    if refusals and len(refusals) == len(names) and len({refusal.code for refusal in refusals}) == 1:
        raise refusals[0]
    return (_unpack(package, name) for name in names)


def _unpack(package: ZipPackage, name: str) -> Enclosed:
    shown = _readable(name).replace("\\", "/")
    try:
        return Enclosed(shown, package.read(name))
    except RefusedFile as refused:
        return Enclosed(shown, refused=refused)


def _readable(name: str) -> str:
    """Decode a name that is UTF-8 without the flag, which by the standard would be Western European."""
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name
