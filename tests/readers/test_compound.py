"""A compound file is followed no further than it goes: no loop, no sector that is not there, no stream of something embedded."""

from __future__ import annotations

import io
import struct

import olefile
import pytest
from handmade_xls import LAST, compound

from workbook_tools.readers.compound import CompoundFile
from workbook_tools.readers.refused import RefusedFile

LARGE, SMALL = bytes(range(256)) * 40, b"nho" * 50


def refusal(data: bytes, stream: str = "Workbook") -> str:
    with pytest.raises(RefusedFile) as caught:
        CompoundFile(data).read(stream)
    return caught.value.code


def test_large_and_small_streams_are_read_by_name():
    file = CompoundFile(compound({"Workbook": LARGE, "\x05Nho": SMALL, "Trống": b""}))
    assert file.read("Workbook") == LARGE
    assert file.read("\x05nho") == SMALL
    assert file.read("Trống") == b""
    assert "Book" not in file


def test_a_stream_of_many_sectors_is_read():
    data = b"".join(struct.pack("<I", number) for number in range(300_000))
    assert CompoundFile(compound({"Workbook": data})).read("Workbook") == data


def sector_of(data: bytes, part: bytes) -> int:
    return data.index(part) // 512 - 1


def with_next(data: bytes, sector: int, following: int) -> bytes:
    """The file with another sector after ``sector`` in the table of sectors."""
    (fat,) = struct.unpack_from("<76xI", data)
    at = (fat + 1) * 512 + 4 * sector
    return data[:at] + struct.pack("<I", following) + data[at + 4 :]


def test_loops_are_refused():
    data = compound({"Workbook": LARGE, "\x05Nho": SMALL})
    first = sector_of(data, LARGE[:512])
    assert refusal(with_next(data, first + 3, first)) == "return-hostile"
    (directory, mini_fat) = struct.unpack_from("<48xI8xI", data)
    assert refusal(with_next(data, directory, directory)) == "return-hostile"
    assert refusal(with_next(data, mini_fat, mini_fat)) == "return-hostile"
    twice = data[:72] + struct.pack("<I", first) + data[76:80] + data[80:]
    assert refusal(twice[:68] + struct.pack("<I", first) + twice[72:]) in ("return-hostile", "return-damaged")


def test_a_directory_that_goes_round_is_refused():
    data = bytearray(compound({"Workbook": LARGE, "\x05Nho": SMALL}))
    (directory,) = struct.unpack_from("<48xI", data)
    struct.pack_into("<I", data, (directory + 1) * 512 + 2 * 128 + 72, 1)
    assert refusal(bytes(data)) == "return-hostile"
    struct.pack_into("<I", data, (directory + 1) * 512 + 2 * 128 + 72, 4000)
    assert refusal(bytes(data)) == "return-damaged"


def test_the_streams_of_what_is_embedded_are_not_those_of_the_file():
    data = bytearray(compound({"Workbook": LARGE, "Embedded": b""}))
    (directory,) = struct.unpack_from("<48xI", data)
    root, embedded = (directory + 1) * 512, (directory + 1) * 512 + 2 * 128
    struct.pack_into("<I", data, root + 76, 2)
    struct.pack_into("<BB3I", data, embedded + 66, 1, 1, 0xFFFFFFFF, 0xFFFFFFFF, 1)
    assert refusal(bytes(data)) == "return-damaged"


def test_a_stream_that_ends_too_early_is_refused():
    data = compound({"Workbook": LARGE})
    assert refusal(with_next(data, sector_of(data, LARGE[:512]), LAST)) == "return-damaged"
    assert refusal(with_next(data, sector_of(data, LARGE[:512]), 5000)) == "return-damaged"


@pytest.mark.parametrize(
    ("offset", "value"), [(26, 7), (28, 0xFEFF), (30, 31), (48, 0x00FF), (60, 0x00FF), (76, 0x00FF)]
)
def test_a_wrong_header_is_refused(offset, value):
    data = bytearray(compound({"Workbook": LARGE}))
    struct.pack_into("<H", data, offset, value)
    assert refusal(bytes(data)) == "return-damaged"


def test_a_file_cut_off_anywhere_is_refused():
    data = compound({"Workbook": LARGE, "\x05Nho": SMALL})
    for end in range(0, len(data) - 512, 300):
        assert refusal(data[:end]) == "return-damaged"


def listed_twice(data: bytes) -> bytes:
    """The file with the sector of its table named twice in the header."""
    (fat,) = struct.unpack_from("<76xI", data)
    return data[:80] + struct.pack("<I", fat) + data[84:]


@pytest.mark.parametrize(
    ("harm", "defects", "found"),
    [
        (lambda data, first: with_next(data, first, LAST), olefile.DEFECT_FATAL, 512),
        (lambda data, first: with_next(data, first, 5000), olefile.DEFECT_FATAL, 512),
        (lambda data, first: with_next(data, first + 3, first), olefile.DEFECT_POTENTIAL, len(LARGE)),
        (lambda data, _first: listed_twice(data), olefile.DEFECT_POTENTIAL, len(LARGE)),
    ],
    ids=["ends early", "leads nowhere", "loops", "overlaps"],
)
def test_what_olefile_reads_and_this_refuses(harm, defects, found):
    """Why there is a reader of our own: a part of a stream is no stream, and hostile chains are no file.

    By default olefile returns what it has of a stream, 512 of 10,240 bytes; at its strictest it still follows
    chains that loop or overlap.
    """
    data = compound({"Workbook": LARGE, "\x05Nho": SMALL})
    harmed = harm(data, sector_of(data, LARGE[:512]))
    assert refusal(harmed) in ("return-damaged", "return-hostile")
    with olefile.OleFileIO(io.BytesIO(harmed), raise_defects=defects) as file:
        assert len(file.openstream("Workbook").read()) == found
