"""What is read in the header of a mail before the mail is fetched."""

from __future__ import annotations

import pytest

from workbook_tools.followup.sorting import read_header


@pytest.mark.parametrize(
    ("field", "subject"),
    [
        ("=?utf-8?B?QsOhbyBjw6Fv?= 2023", "Báo cáo 2023"),
        # As some programs write it, although a field should be ASCII.
        ("Báo cáo tổng kết", "Báo cáo tổng kết"),
        ("=?utf-8?B?QsOhbw==?= cáo đợt 2", "Báo cáo đợt 2"),
        ("Bao cao", "Bao cao"),
    ],
)
def test_a_subject_is_read_as_it_was_typed(field: str, subject: str):
    header = read_header(f"Subject: {field}\r\nFrom: Xã <XA@anlao.example>\r\n\r\nbody".encode())
    assert (header.subject, header.sender) == (subject, "xa@anlao.example")
