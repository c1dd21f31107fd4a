"""Read every file of the folder, and every file inside it, separately: each gets one outcome."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from datetime import datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from workbook_tools.inbox.envelope import Envelope
from workbook_tools.inbox.folder import is_litter, is_unfinished, read_file
from workbook_tools.inbox.passwords import decrypt
from workbook_tools.inbox.unwrap import Unwrapped, unwrap
from workbook_tools.locale import mark as _
from workbook_tools.model import Identity, Outcome, RawAnswer, ReportTemplate, Return, Roster
from workbook_tools.problems import CATALOGUE, Problem, problem
from workbook_tools.readers.refused import RefusedFile
from workbook_tools.returns.packed_answers import Filled, SharedAnswers, pack_answers, unpack_answers
from workbook_tools.returns.read import Hints, read_return
from workbook_tools.returns.sender_guess import SenderIndex
from workbook_tools.storage.location import Location
from workbook_tools.text.names import safe_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

TOO_MUCH_MEMORY = _("reading it takes more memory than any form does")
_MOST_DAYS_OFF = 366
"""Returns are saved and mailed within weeks of the deadline; a date a year off means a wrong clock."""


class FileReading(Struct, frozen=True):
    """The result of reading one file.

    ``path`` is relative to the folder, and continues inside an archive or mail; ``container`` is that archive
    or mail, with its hash, empty for a file by itself; ``envelope`` is the mail it came in, if any;
    ``locked`` tells that it has a password, so what was read depends on the passwords that were tried;
    ``identity`` is set if it is a return. ``filled`` and ``filled_lists`` are packed while they are sent and
    cached. ``saved`` and ``mailed`` are naive local times of the campaign.
    """

    path: str
    container: str = ""
    container_sha256: str = ""
    sha256: str = ""
    size: int = 0
    locked: bool = False
    outcome: Outcome = Outcome.REJECTED
    unit: str = ""
    identity: Identity | None = None
    filled: Filled = b""
    filled_lists: Filled = b""
    saved: datetime | None = None
    envelope: Envelope | None = None
    mailed: datetime | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def answers(self) -> Sequence[RawAnswer]:
        """The entries in input cells, in the order found."""
        return unpack_answers(self.filled)

    @property
    def list_cells(self) -> Sequence[RawAnswer]:
        """The cells of the filled rows of its lists, row by row."""
        return unpack_answers(self.filled_lists)

    @property
    def round(self) -> int:
        """1, or how many times the form was sent back for correction, and one more."""
        if self.identity is None:
            return 1
        return self.identity.round

    @property
    def received(self) -> datetime | None:
        """The best known time of arrival: the mail's date, else the time of the last save."""
        return self.mailed or self.saved

    def unpacked(self, shared: SharedAnswers) -> FileReading:
        """A copy with its answers unpacked."""
        if not self.filled and not self.filled_lists:
            return self
        return replace(self, filled=shared.unpack(self.filled), filled_lists=shared.unpack(self.filled_lists))

    def with_problem(self, outcome: Outcome, new: Problem) -> FileReading:
        """A copy with another outcome and one more problem at this file and unit."""
        placed = new.at(file=self.path, unit=self.unit)
        return replace(self, outcome=outcome, problems=(*self.problems, placed))


class ReadingContext(Struct, frozen=True, dict=True):
    """What reading a file depends on; small enough to send to every worker."""

    root: Location
    template: ReportTemplate
    roster: Roster
    key: bytes | None
    passwords: tuple[str, ...] = ()

    @cached_property
    def senders(self) -> SenderIndex:
        """Guesses the sender of files without an id."""
        return SenderIndex(self.roster)


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[list[FileReading]])


def encode_readings(readings: Sequence[list[FileReading]]) -> bytes:
    """Encode readings for another process or the cache: several times faster than pickle."""
    return _encoder.encode(readings)


def decode_readings(data: bytes) -> list[list[FileReading]]:
    """Decode readings; msgspec.MsgspecError for invalid bytes."""
    return _decoder.decode(data)


def read_batch(paths: Sequence[str], context: ReadingContext) -> bytes:
    """Read some files of the folder, encoded; never raises for a faulty file."""
    return encode_readings([read_found(path, context) for path in paths])


def read_found(relative: str, context: ReadingContext) -> list[FileReading]:
    """Read one file of the folder, or all that is inside it; never raises for a faulty file."""
    return [read() for _begun, read in open_members(relative, context)]


def open_members(
    relative: str, context: ReadingContext
) -> Iterator[tuple[FileReading, Callable[[], FileReading]]]:
    """The file, or each file inside it: what is known before reading, and a function that reads it."""
    shown = safe_path(relative)
    # Before reading, because what Windows and macOS leave in folders is never a form.
    if is_litter(relative):
        ignored = FileReading(shown, outcome=Outcome.IGNORED)
        yield ignored, lambda: ignored
        return
    try:
        content = replace(read_file(context.root, relative), path=shown)
    except RefusedFile as refused:
        turned_away = refuse(FileReading(shown), refused, context)
        yield turned_away, lambda: turned_away
        return
    for file in unwrap(content.path, content.data):
        sha256 = ""
        if file.data:
            # A file by itself was hashed when it was read.
            whole = file.data is content.data
            sha256 = content.sha256 if whole else hashlib.sha256(file.data).hexdigest()
        begun = FileReading(file.path, sha256=sha256, size=len(file.data), envelope=file.envelope)
        if file.path != content.path:
            begun = replace(begun, container=content.path, container_sha256=content.sha256)
        yield begun, partial(_read_member, file, begun, context)


def _read_member(file: Unwrapped, begun: FileReading, context: ReadingContext) -> FileReading:
    reading = _read_file(file, begun.sha256, context)
    if not begun.container:
        return reading
    return replace(reading, container=begun.container, container_sha256=begun.container_sha256)


def refuse(reading: FileReading, refused: RefusedFile, context: ReadingContext) -> FileReading:
    """Reject a file; without an id, its unit is guessed from its name or sender."""
    # The browser's own suffix means that the download has not finished; the unit need not be asked.
    if CATALOGUE[refused.code].like_cut_off and is_unfinished(reading.path):
        refused = RefusedFile("download-unfinished")
    if refused.params.get("unit") in context.roster:
        reading = replace(reading, unit=str(refused.params["unit"]))
    silent = CATALOGUE[refused.code].says_no_unit
    suggested = context.senders.suggest(reading.path, reading.envelope) if silent else None
    if suggested is None:
        return reading.with_problem(Outcome.REJECTED, refused.problem)
    code = "unit-by-name" if suggested.source == "name" else "unit-by-sender"
    known = replace(reading, unit=suggested.unit).with_problem(Outcome.REJECTED, refused.problem)
    return known.with_problem(Outcome.REJECTED, problem(code, value=context.roster[suggested.unit].name))


def _read_file(file: Unwrapped, sha256: str, context: ReadingContext) -> FileReading:
    reading = FileReading(file.path, sha256=sha256, size=len(file.data), envelope=file.envelope)
    if file.envelope is not None and file.envelope.received is not None:
        mailed = _local(file.envelope.received, context)
        if not _is_in_doubt(mailed, context):
            reading = replace(reading, mailed=mailed)
    if file.litter:
        return replace(reading, outcome=Outcome.IGNORED)
    if file.refused is not None:
        return refuse(reading, file.refused, context)
    read = _read_form(file, reading, context)
    # Which of the files have a password shows when they are read.
    if any(p.code == "return-encrypted" for p in read.problems):
        read = _read_form(file, replace(reading, locked=True), context)
    return read


def _read_form(file: Unwrapped, reading: FileReading, context: ReadingContext) -> FileReading:
    def suggest() -> str:
        suggested = context.senders.suggest(file.path, file.envelope)
        if suggested is None:
            return ""
        return suggested.unit

    data, kind = file.data, file.kind
    try:
        if reading.locked:
            data, kind = decrypt(data, context.passwords), None
        hints = Hints(suggest, kind, context.roster)
        found, problems = read_return(data, context.template, context.key, hints)
    except MemoryError:
        return refuse(reading, RefusedFile("reading-failed", reason=TOO_MUCH_MEMORY), context)
    except RefusedFile as refused:
        return refuse(reading, refused, context)
    return _accept(reading, found, problems, context)


def _accept(
    reading: FileReading, found: Return, problems: list[Problem], context: ReadingContext
) -> FileReading:
    identity = found.identity
    if identity.unit not in context.roster:
        return reading.with_problem(Outcome.REJECTED, problem("unit-unknown", value=identity.unit))
    saved = _local(found.saved, context) if found.saved else None
    placed = list(problems)
    if not context.template.made(identity.form_version):
        placed.append(problem("form-version-old", value=identity.form_version))
    if saved is not None and _is_in_doubt(saved, context):
        placed.append(problem("saved-in-doubt", value=f"{saved:%d/%m}/{saved.year}"))
        saved = None
    if reading.envelope and reading.envelope.received and reading.mailed is None:
        mailed = _local(reading.envelope.received, context)
        placed.append(problem("mailed-in-doubt", value=f"{mailed:%d/%m}/{mailed.year}"))
    placed += _check_file_name(reading, identity.unit, context)
    sender = reading.envelope.sender if reading.envelope else ""
    addresses = context.roster[identity.unit].addresses
    if sender and addresses and sender not in addresses:
        placed.append(problem("sender-differs", value=sender, expected=", ".join(addresses)))
    if reading.envelope and reading.envelope.said:
        placed.append(problem("mail-says", value=reading.envelope.said))
    at_file = tuple(p.at(file=reading.path, unit=identity.unit) for p in placed)
    return replace(
        reading,
        outcome=Outcome.ACCEPTED,
        unit=identity.unit,
        identity=identity,
        filled=pack_answers(found.answers),
        filled_lists=pack_answers(found.list_cells),
        saved=saved,
        problems=at_file,
    )


def _check_file_name(reading: FileReading, unit: str, context: ReadingContext) -> list[Problem]:
    """Warn if the file name names another unit; units above and below it are no contradiction."""
    suggested = context.senders.suggest(reading.path, None)
    if suggested is None or suggested.unit == unit:
        return []
    roster = context.roster
    named, own = roster[suggested.unit], roster[unit]
    if named in roster.ancestors(unit) or own in roster.ancestors(named.code):
        return []
    return [problem("file-named-otherwise", value=named.name, expected=own.name)]


def _is_in_doubt(moment: datetime, context: ReadingContext) -> bool:
    """Whether it is so far from the deadline that a clock must have been wrong."""
    return abs((moment.date() - context.template.campaign.deadline).days) > _MOST_DAYS_OFF


def _local(moment: datetime, context: ReadingContext) -> datetime:
    """Convert to the campaign's zone; times without a zone are local already."""
    if moment.tzinfo is None:
        return moment
    # On the calendar's last day, which only a wrong clock shows, there is no other zone.
    with suppress(OverflowError):
        moment = moment.astimezone(ZoneInfo(context.template.campaign.timezone))
    return moment.replace(tzinfo=None)
