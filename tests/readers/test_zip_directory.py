"""What a zip archive lists is found, and one that cannot be listed is refused."""

from __future__ import annotations

import io
import random
import zipfile

import pytest
from handmade import pack

from workbook_tools.readers.refused import RefusedFile
from workbook_tools.readers.zip_directory import read_directory

FORM = pack({"xl/workbook.xml": "a" * 100, "xl/Trường.xml": "b", "[Content_Types].xml": "c"})


def with_additions() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        info = zipfile.ZipInfo("a.xml")
        info.extra, info.comment = b"\x99\x99\x02\x00ab", b"remark"
        archive.writestr(info, "x")
        archive.comment = b"of the archive"
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "names"),
    [
        (FORM, ["xl/workbook.xml", "xl/Trường.xml", "[Content_Types].xml"]),
        (b"before" + FORM, ["xl/workbook.xml", "xl/Trường.xml", "[Content_Types].xml"]),
        (FORM + b"behind", ["xl/workbook.xml", "xl/Trường.xml", "[Content_Types].xml"]),
        (pack({}), []),
        (with_additions(), ["a.xml"]),
    ],
    ids=["as written", "something before", "something behind", "nothing", "with additions"],
)
def test_sound_archives_are_listed_in_their_order(data, names):
    parts, start = read_directory(data)
    assert [part.name for part in parts] == names
    assert all(data.startswith(b"PK\x03\x04", part.offset) for part in parts)
    assert data.startswith((b"PK\x01\x02", b"PK\x05\x06"), start)


def test_damaged_archives_are_listed_or_refused_and_nothing_else_happens():
    chance = random.Random(1310)
    start = FORM.index(b"PK\x01\x02")
    codes = []
    for number in range(800):
        mutant = bytearray(FORM)
        for _ in range(chance.choice((1, 1, 4))):
            mutant[chance.randrange(start, len(mutant))] = chance.choice(
                (0, 1, 63, 255, chance.randrange(256))
            )
        try:
            read_directory(bytes(mutant[: len(mutant) - chance.randrange(60)] if number % 8 == 7 else mutant))
        except RefusedFile as error:
            codes.append(error.code)
    assert set(codes) == {"return-damaged"}
    assert len(codes) < 800
