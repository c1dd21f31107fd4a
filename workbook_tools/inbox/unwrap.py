"""Open archives and mails recursively, to a limited depth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from workbook_tools.inbox.envelope import MAIL_DEPTH, Enclosed
from workbook_tools.inbox.folder import is_litter
from workbook_tools.inbox.zip_archive import open_archive
from workbook_tools.locale import mark as _
from workbook_tools.readers.file_kind import Format, detect_format
from workbook_tools.readers.limits import ARCHIVE_LIMITS, LIMITS, MIB
from workbook_tools.readers.refused import RefusedFile, too_large
from workbook_tools.text.names import safe_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workbook_tools.inbox.envelope import Envelope

# Returns need less; these limits stop archives and mails that contain themselves.
_ARCHIVE_DEPTH = 2
_MEMBERS, _UNPACKED = ARCHIVE_LIMITS.entries, 500 * MIB
_OPENED = frozenset((Format.ZIP, Format.MAIL, Format.OUTLOOK, Format.MAILBOX, Format.TNEF, Format.SIGNED))


class Unwrapped(Struct, frozen=True):
    """A file to read: the path of the outermost file and the names inside it, joined by ``/``.

    ``kind`` is its format, if that was detected.
    """

    path: str
    data: bytes = b""
    envelope: Envelope | None = None
    refused: RefusedFile | None = None
    litter: bool = False
    kind: Format | None = None


class _Budget(Struct):
    members: int = field(default_factory=lambda: _MEMBERS)
    unpacked: int = field(default_factory=lambda: _UNPACKED)

    def spend(self, size: int) -> None:
        self.members -= 1
        self.unpacked -= size
        if self.members < 0:
            raise too_large(_MEMBERS, _("files in it"))
        if self.unpacked < 0:
            raise too_large(_UNPACKED // MIB, _("MB when unpacked"))


class _Wrapping(Struct, frozen=True):
    archives: int = 0
    mails: int = 0
    envelope: Envelope | None = None
    budget: _Budget = field(default_factory=_Budget)


def unwrap(path: str, data: bytes) -> Iterator[Unwrapped]:
    """Yield the file itself, or the files inside an archive or mail; at least one.

    A file that cannot be opened is yielded with a refusal. If an archive exceeds the limits midway, the
    members up to there are yielded, and then the archive itself as not read whole.
    """
    free = _FreeNames()
    for file in _unwrap(path, data, _Wrapping()):
        # A folder of an archive may be called like an archive beside it.
        yield replace(file, path=free.take(file.path))


def _unwrap(path: str, data: bytes, wrapping: _Wrapping) -> Iterator[Unwrapped]:
    kind = detect_format(data)
    if kind not in _OPENED:
        large = None
        if len(data) > LIMITS.file:
            large = too_large(LIMITS.file // MIB, _("MB"))
        yield Unwrapped(path, data, wrapping.envelope, large, kind=kind)
        return
    try:
        inner, members = _open(kind, path, data, wrapping)
        empty = True
        for name, member in _named(members):
            # One budget for all levels: archives within archives multiply.
            wrapping.budget.spend(len(member.data))
            empty = False
            inside = f"{path}/{name}"
            around = replace(inner, envelope=member.envelope or inner.envelope)
            if member.refused is not None or member.litter or is_litter(name):
                yield Unwrapped(
                    inside, member.data, around.envelope, member.refused, litter=member.refused is None
                )
            else:
                yield from _unwrap(inside, member.data, around)
        if empty:
            code = "archive-empty" if kind is Format.ZIP else "mail-empty"
            raise RefusedFile(code)
    except RefusedFile as refused:
        yield Unwrapped(path, data, wrapping.envelope, refused)


def _open(kind: Format, path: str, data: bytes, wrapping: _Wrapping) -> tuple[_Wrapping, Iterator[Enclosed]]:
    if kind is Format.ZIP:
        if wrapping.archives >= _ARCHIVE_DEPTH:
            raise RefusedFile("nested-too-deep")
        return replace(wrapping, archives=wrapping.archives + 1), open_archive(data)
    if wrapping.mails >= MAIL_DEPTH:
        raise RefusedFile("nested-too-deep")
    within = replace(wrapping, mails=wrapping.mails + 1)
    told, members = _open_mail(kind, path, data)
    # Content of a signature or an Outlook wrapper has no sender and date: the outer mail's apply.
    if told is not None and (told.sender or told.received or wrapping.envelope is None):
        within = replace(within, envelope=told)
    return within, iter(members)


def _open_mail(kind: Format, path: str, data: bytes) -> tuple[Envelope | None, list[Enclosed]]:
    """A mail's envelope, None for a mere wrapper, and its members.

    The libraries are imported late: most folders hold no mail, and they are a third of a worker's start-up.
    """
    if kind is Format.OUTLOOK:
        from workbook_tools.inbox.msg import open_outlook_mail

        return open_outlook_mail(data)
    if kind is Format.TNEF:
        from workbook_tools.inbox.tnef import open_winmail

        return None, open_winmail(data)
    if kind is Format.SIGNED:
        from workbook_tools.inbox.signed import open_signed

        return None, [Enclosed(_name_inside(path), open_signed(data))]
    from workbook_tools.inbox.eml import open_mail, open_mbox

    if kind is Format.MAILBOX:
        return None, [*open_mbox(data)]
    return open_mail(data)


def _name_inside(path: str) -> str:
    """``Báo cáo.xlsx.p7m`` holds ``Báo cáo.xlsx``; ``smime.p7m`` holds a mail."""
    name = path.rpartition("/")[2]
    inside = name[: -len(".p7m")] if name.lower().endswith(".p7m") else name
    return inside if "." in inside else "mail.eml"


def _named(members: Iterator[Enclosed]) -> Iterator[tuple[str, Enclosed]]:
    """Make names unique: two attachments may share one, and each file needs a path of its own."""
    free = _FreeNames()
    for member in members:
        yield free.take(safe_path(member.name)), member


class _FreeNames:
    """Gives each name once, whatever its capitals; to the next ones of that name it adds a number."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._numbers: dict[str, int] = {}

    def take(self, name: str) -> str:
        """Return the name, or ``name (2)``, ``name (3)`` … if it is taken."""
        free, number = name, self._numbers.get(name.casefold(), 1)
        # A file may be called “name (2)” itself.
        while free.casefold() in self._taken:
            number += 1
            free = f"{name} ({number})"
        self._numbers[name.casefold()] = number
        self._taken.add(free.casefold())
        return free
