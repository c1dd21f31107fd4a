"""Files inside an archive or mail read one after the other, each noted as it is begun and done: one that ends the worker costs no other."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import msgspec

from workbook_tools.returns.result import FileReading, ReadingContext, open_members
from workbook_tools.returns.time_limit import limited

if TYPE_CHECKING:
    from pathlib import Path

_SIZE = 8
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(FileReading)


def read_members(relative: str, context: ReadingContext, first: int, ledger: Path, seconds: float) -> None:
    """Read what is inside a file from the ``first`` one on (0 is all), each with so many seconds of its own.

    The ledger gets two entries for each: what is known when it is begun, and what came of it.
    """
    members = open_members(relative, context)
    with ledger.open("wb") as file:
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
    """What was read to the end, and what was begun and not finished; what a killed worker wrote in part is left out."""
    entries, data, at = [], ledger.read_bytes() if ledger.exists() else b"", 0
    while at + _SIZE <= len(data):
        size = int.from_bytes(data[at : at + _SIZE], "big")
        at += _SIZE
        if at + size > len(data):
            break
        entries.append(_decoder.decode(data[at : at + size]))
        at += size
    return entries[1::2], entries[-1] if len(entries) % 2 else None


def _note(file: BinaryIO, reading: FileReading) -> None:
    data = _encoder.encode(reading)
    file.write(len(data).to_bytes(_SIZE, "big") + data)
    file.flush()
