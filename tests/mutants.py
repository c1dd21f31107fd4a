"""A file changed a little, many times over, the same ones in every run; and what must come of them: a refusal, or a result."""

from __future__ import annotations

import io
import random
import zipfile
from typing import TYPE_CHECKING

from handmade import pack

from workbook_tools.readers import read_workbook
from workbook_tools.readers.refused import RefusedFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workbook_tools.readers.sheet_book import SheetBook


def change_bytes(data: bytes, count: int) -> Iterator[bytes]:
    """Bytes overwritten, one or several; every eighth mutant is cut off as well."""
    chance = random.Random(20231013)
    for number in range(count):
        mutant = bytearray(data)
        for _ in range(chance.choice((1, 1, 4, 16))):
            mutant[chance.randrange(len(mutant))] = chance.choice(
                (0, 1, 127, 128, 255, chance.randrange(256))
            )
        yield bytes(mutant[: chance.randrange(len(mutant))] if number % 8 == 7 else mutant)


def change_members(data: bytes, count: int) -> Iterator[bytes]:
    """One part of a zip changed behind the checksum: the zip around it is sound."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    chance = random.Random(1310)
    names = [name for name in sorted(contents) if contents[name]]
    for number in range(count):
        name = chance.choice(names)
        (mutant,) = change_bytes(contents[name], 1) if number % 2 else (_change_one(contents[name], chance),)
        yield pack({**contents, name: mutant})  # type: ignore[arg-type]


def _change_one(data: bytes, chance: random.Random) -> bytes:
    mutant = bytearray(data)
    mutant[chance.randrange(len(mutant))] = chance.randrange(256)
    return bytes(mutant)


def read_mutants(mutants: Iterator[bytes], check: Callable[[SheetBook], object] = lambda book: None) -> int:
    """How many of them are read; each goes through ``check``, and anything but a refusal of the others fails the test."""
    read = 0
    for mutant in mutants:
        try:
            book = read_workbook(mutant)
        except RefusedFile:
            continue
        read += 1
        check(book)
    return read
