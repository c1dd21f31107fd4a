"""Archives and mails opened: the files inside them, as deep as people pack, and no deeper."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from workbook_tools.inbox.eml import open_mail
from workbook_tools.inbox.folder import is_litter
from workbook_tools.inbox.msg import open_outlook_mail
from workbook_tools.inbox.zip_archive import open_archive
from workbook_tools.locale import mark as _
from workbook_tools.readers.file_kind import Format, detect_format
from workbook_tools.readers.limits import LIMITS, MIB
from workbook_tools.readers.refused import RefusedFile, too_large

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workbook_tools.inbox.envelope import Enclosed, Envelope

_ARCHIVE_DEPTH, _MAIL_DEPTH = 2, 5
_MEMBERS, _UNPACKED = 1_000, 500 * MIB
_MAILS = {Format.MAIL: open_mail, Format.OUTLOOK: open_outlook_mail}


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """A file to be read by itself: the path of the outermost file and the names inside it, joined by ``/``.

    ``kind`` is what its content is, as far as that was looked at.
    """

    path: str
    data: bytes = b""
    envelope: Envelope | None = None
    refused: RefusedFile | None = None
    litter: bool = False
    kind: Format | None = None


@dataclass
class _Budget:
    members: int = _MEMBERS
    unpacked: int = _UNPACKED

    def spend(self, size: int) -> None:
        self.members -= 1
        self.unpacked -= size
        if self.members < 0:
            raise too_large(_MEMBERS, _("files in it"))
        if self.unpacked < 0:
            raise too_large(_UNPACKED // MIB, _("MB when unpacked"))


@dataclass(frozen=True)
class _Wrapping:
    archives: int = 0
    mails: int = 0
    envelope: Envelope | None = None
    budget: _Budget = field(default_factory=_Budget)


def unwrap(path: str, data: bytes) -> Iterator[Unwrapped]:
    """The file itself, or whatever is inside it where it is an archive or a mail; never nothing.

    What cannot be opened is one file with a refusal. The members of an archive that grows too large after all are
    those up to there, and the archive itself as one that was not read whole.
    """
    return _unwrap(path, data, _Wrapping())


def _unwrap(path: str, data: bytes, wrapping: _Wrapping) -> Iterator[Unwrapped]:
    kind = detect_format(data)
    if kind is not Format.ZIP and kind not in _MAILS:
        large = too_large(LIMITS.file // MIB, _("MB")) if len(data) > LIMITS.file else None
        yield Unwrapped(path, data, wrapping.envelope, large, kind=kind)
        return
    try:
        inner, members = _open(kind, data, wrapping)
        empty = True
        for name, member in _named(members):
            wrapping.budget.spend(len(member.data))
            empty = False
            inside = f"{path}/{name}"
            if member.refused is not None or member.litter or is_litter(name.rpartition("/")[2]):
                yield Unwrapped(
                    inside, member.data, inner.envelope, member.refused, litter=member.refused is None
                )
            else:
                yield from _unwrap(inside, member.data, inner)
        if empty:
            raise RefusedFile("archive-empty" if kind is Format.ZIP else "mail-empty")
    except RefusedFile as refused:
        yield Unwrapped(path, data, wrapping.envelope, refused)


def _open(kind: Format, data: bytes, wrapping: _Wrapping) -> tuple[_Wrapping, Iterator[Enclosed]]:
    if kind is Format.ZIP:
        if wrapping.archives >= _ARCHIVE_DEPTH:
            raise RefusedFile("nested-too-deep")
        return replace(wrapping, archives=wrapping.archives + 1), open_archive(data)
    if wrapping.mails >= _MAIL_DEPTH:
        raise RefusedFile("nested-too-deep")
    envelope, members = _MAILS[kind](data)
    return replace(wrapping, mails=wrapping.mails + 1, envelope=envelope), iter(members)


def _named(members: Iterator[Enclosed]) -> Iterator[tuple[str, Enclosed]]:
    """Two attachments may have one name; each file needs a path of its own."""
    seen: dict[str, int] = {}
    for member in members:
        key = member.name.casefold()
        seen[key] = seen.get(key, 0) + 1
        yield (member.name if seen[key] == 1 else f"{member.name} ({seen[key]})"), member
