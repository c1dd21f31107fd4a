"""What a zip archive lists is what the standard library finds listed, whichever way it is read."""

from __future__ import annotations

import io
import random
import zipfile

import pytest
from handmade import pack

from workbook_tools.readers.refused import RefusedFile
from workbook_tools.readers.zip_directory import read_directory

FORM = pack({"xl/workbook.xml": "a" * 100, "xl/Trường.xml": "b", "[Content_Types].xml": "c"})


def listed(data: bytes) -> object:
    try:
        parts, start = read_directory(data)
    except RefusedFile as refused:
        return refused.code
    return start, [
        (p.name, p.flags, p.method, p.crc, p.packed, p.size, p.attributes, p.offset) for p in parts
    ]


def listed_by_library(data: bytes) -> object:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.start_dir, [
                (
                    i.orig_filename,
                    i.flag_bits,
                    i.compress_type,
                    i.CRC,
                    i.compress_size,
                    i.file_size,
                    i.external_attr,
                    i.header_offset,
                )
                for i in archive.infolist()
            ]
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return "return-damaged"


def with_additions() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        info = zipfile.ZipInfo("a.xml")
        info.extra, info.comment = b"\x99\x99\x02\x00ab", b"remark"
        archive.writestr(info, "x")
        archive.comment = b"of the archive"
    return target.getvalue()


@pytest.mark.parametrize("data", [FORM, b"before" + FORM, FORM + b"behind", pack({}), with_additions()])
def test_sound_archives_are_listed_alike(data):
    assert listed(data) == listed_by_library(data) != "return-damaged"


def test_damaged_archives_are_listed_alike():
    chance = random.Random(1310)
    start = FORM.index(b"PK\x01\x02")
    for number in range(3000):
        mutant = bytearray(FORM)
        for _ in range(chance.choice((1, 1, 4))):
            mutant[chance.randrange(start, len(mutant))] = chance.choice(
                (0, 1, 8, 45, 63, 64, 128, 255, chance.randrange(256))
            )
        data = bytes(mutant[: len(mutant) - chance.randrange(60)] if number % 8 == 7 else mutant)
        assert listed(data) == listed_by_library(data)
