"""A part that is compressed while it is written has the text that was written, and can be changed all the same."""

from __future__ import annotations

import zipfile
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbook_tools.packaging.zip_writer import pack_entries
from workbook_tools.sheetwriter import compressed_part
from workbook_tools.sheetwriter.compressed_part import Compressed, Compressor, Part
from workbook_tools.sheetwriter.fast_workbook import FastWorkbook

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXTS = st.lists(st.text("aăâ<>\n😀", max_size=30), max_size=40)
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fe0def46b80000000049454e44ae426082"
)


@pytest.fixture
def threads() -> Iterator[Compressor]:
    with Compressor(1) as compressor:
        yield compressor


@contextmanager
def part_in_pieces(threads: Compressor, letters: int) -> Iterator[Part]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compressed_part, "_PIECE", letters)
        yield Part(threads)


def packed(part: Part) -> str:
    with zipfile.ZipFile(BytesIO(b"".join(pack_entries([part.finish().entry("xl/a.txt")])))) as package:
        assert package.testzip() is None
        return package.read("xl/a.txt").decode()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=TEXTS, after=TEXTS, piece=st.integers(1, 200))
def test_what_is_read_in_between_and_packed_in_the_end_is_what_was_written(threads, before, after, piece):
    with part_in_pieces(threads, piece) as part:
        part.writelines(before)
        assert part.getvalue() == "".join(before)
        part.writelines(after)
        assert packed(part) == "".join(before + after)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=TEXTS, after=TEXTS, piece=st.integers(1, 200))
def test_nothing_is_left_of_what_was_replaced(threads, before, after, piece):
    with part_in_pieces(threads, piece) as part:
        part.writelines(before)
        part.replace(after)
        assert packed(part) == "".join(after)


def test_pictures_are_parts_too():
    file = BytesIO()
    with FastWorkbook(file) as book:
        book.add_worksheet().insert_image(0, 0, "dot.png", {"image_data": BytesIO(DOT)})
    with zipfile.ZipFile(file) as package:
        assert package.testzip() is None
        assert package.read("xl/media/image1.png") == DOT


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=TEXTS, body=TEXTS, after=TEXTS)
def test_what_was_compressed_before_takes_its_place_between_texts(threads, before, body, after):
    with part_in_pieces(threads, 50) as part:
        whole = Compressed(threads)
        for text in body:
            whole.add(text.encode)
        part.writelines(before)
        part.writelines([whole])
        part.writelines(after)
        assert part.getvalue() == packed(part) == "".join(before + body + after)
