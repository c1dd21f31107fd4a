"""Rows joined as a whole are those that would be joined one by one, however many there are in a piece."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook_tools.packaging import row_joiner
from workbook_tools.packaging.row_joiner import Numbers, TextColumn, join_rows

WORDS = st.lists(st.text("aăệ<>&\n😀", max_size=6), min_size=1, max_size=5)


@st.composite
def columns(draw: st.DrawFn) -> list[TextColumn | Numbers]:
    count = draw(st.integers(0, 40))
    found = draw(st.lists(WORDS, min_size=1, max_size=4))
    kinds = draw(st.sampled_from([np.uint8, np.int32, np.int64]))
    digits = draw(st.lists(st.integers(0, 2_000_000), min_size=count, max_size=count))
    return [np.array(digits, dtype=np.int64)] * draw(st.integers(0, 1)) + [
        TextColumn(
            words,
            np.array(
                draw(st.lists(st.integers(0, len(words) - 1), min_size=count, max_size=count)), dtype=kinds
            ),
        )
        for words in found
    ]


@given(
    columns=columns(), first=st.none() | st.integers(1, 2_000_000), piece=st.sampled_from([1, 50, 3_000_000])
)
def test_as_if_joined_one_by_one(columns, first, piece):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(row_joiner, "_PIECE", piece)
        joined = b"".join(make() for make in join_rows(columns, first)).decode()
    texts = [
        [*map(c.distinct.__getitem__, c.places)] if isinstance(c, TextColumn) else [*map(str, c)]
        for c in columns
    ]
    rows = [*zip(*texts, strict=True)]
    assert joined == "".join(
        ("" if first is None else str(first + number)).join(row) for number, row in enumerate(rows)
    )
