"""Read the files inside an archive or mail in turn, logged to a ledger so that a fatal one costs no other."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import msgspec

from workbook_tools.returns.result import FileReading, ReadingContext, open_members
from workbook_tools.returns.workers.time_limit import limited

if TYPE_CHECKING:
    from pathlib import Path

_SIZE = 8
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(FileReading)


def read_members(relative: str, context: ReadingContext, first: int, ledger: Path, seconds: float) -> None:
    """Read the members from the ``first`` on (0 is all), each with its own time limit in seconds.

    The ledger gets two entries per member: what is known before reading, and the result.
    """
    members = open_members(relative, context)
    with ledger.open("wb") as file:
        # Members before the first are opened again, for archives have no middle to start from.
        for number in range(1_000_000):
            with limited(seconds):
                found = next(members, None)
            if found is None:
                return
            if number < first:
                continue
            begun, read = found
            _note(file, begun)
            with limited(seconds):
                reading = read()
            _note(file, reading)


def read_ledger(ledger: Path) -> tuple[list[FileReading], FileReading | None]:
    """The finished readings, and the one begun but not finished; a partial last entry of a killed worker is
    ignored.
    """
    data = ledger.read_bytes() if ledger.exists() else b""
    entries, at = [], 0
    while at + _SIZE <= len(data):
        size = int.from_bytes(data[at : at + _SIZE], "big")
        at += _SIZE
        if at + size > len(data):
            break
        entries.append(_decoder.decode(data[at : at + size]))
        at += size
    begun = entries[-1] if len(entries) % 2 else None
    return entries[1::2], begun


def _note(file: BinaryIO, reading: FileReading) -> None:
    data = _encoder.encode(reading)
    file.write(len(data).to_bytes(_SIZE, "big") + data)
    # A worker may be killed at the next instruction; what it has done must be in the file by then.
    file.flush()
