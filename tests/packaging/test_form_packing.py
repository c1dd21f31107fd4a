"""A package put together from compressed and stored pieces is read by others as if it had been packed at once."""

from __future__ import annotations

import io
import zipfile
from zipfile import LargeZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from workbook_tools.packaging.form_packing import compress_piece, join_pieces, store_piece
from workbook_tools.packaging.zip_writer import pack_entries
from workbook_tools.readers.zip_package import open_package

PIECES = st.lists(st.tuples(st.booleans(), st.binary(max_size=300)), max_size=6)
PARTS = st.dictionaries(st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8}\.xml)?", fullmatch=True), PIECES, max_size=5)


@given(PARTS)
def test_every_part_is_read_back(parts):
    entries = (
        join_pieces(name, [(compress_piece if often else store_piece)(data) for often, data in pieces])
        for name, pieces in parts.items()
    )
    package = b"".join(pack_entries(entries))
    expected = {name: b"".join(data for _, data in pieces) for name, pieces in parts.items()}
    with zipfile.ZipFile(io.BytesIO(package)) as read:
        assert read.testzip() is None
        assert {name: read.read(name) for name in read.namelist()} == expected
        assert read.namelist() == list(parts)
    guarded = open_package(package)
    assert {name: guarded.read(name) for name in guarded.names} == expected


def test_a_long_text_that_is_stored_is_whole():
    text = "Trường Tiểu học ".encode() * 10_000
    package = b"".join(
        pack_entries([join_pieces("a", [compress_piece(b"<t>"), store_piece(text), compress_piece(b"</t>")])])
    )
    assert zipfile.ZipFile(io.BytesIO(package)).read("a") == b"<t>" + text + b"</t>"


def test_what_is_the_same_in_all_forms_is_small():
    assert len(compress_piece(b"<c/>" * 10_000).blocks) < 100


def test_a_package_larger_than_every_program_reads_is_refused():
    small = join_pieces("a", [store_piece(b"x")])
    with pytest.raises(LargeZipFile):
        list(pack_entries([small, replace(small, size=2**32)]))
