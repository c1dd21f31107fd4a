"""Whose file it may be, by its name or sender; where two units fit, neither."""

from __future__ import annotations

import pytest

from workbook_tools.inbox.envelope import Envelope
from workbook_tools.model import Roster, Unit
from workbook_tools.returns.sender_guess import SenderIndex, Suggestion

ROSTER = Roster(
    "units.xlsx",
    {
        unit.code: unit
        for unit in (
            Unit("11641", "Xã An Tiến", "xa", email="vanthu@an-tien.example"),
            Unit("11641-th", "Trường Tiểu học An Tiến", "th", email="chung@an-lao.example"),
            Unit("11677", "Xã An Thái", "xa", email="Chung@an-lao.example"),
            Unit("1164", "Thị trấn Đồi", "xa"),
        )
    },
)


@pytest.mark.parametrize(
    ("path", "sender", "expected"),
    [
        ("11641_Xa-An-Tien.xlsx", "", ("11641", "name")),
        ("gửi/11641-th_Truong.pdf", "", ("11641-th", "name")),
        ("1164.xlsx", "", ("1164", "name")),
        ("Báo cáo XÃ AN TIẾN (1).pdf", "", ("11641", "name")),
        ("bao cao xa an tien lan 2.xlsx", "", ("11641", "name")),
        ("truong tieu hoc an tien.docx", "", ("11641-th", "name")),
        ("thi tran doi.xls", "", ("1164", "name")),
        ("xa an tien va xa an thai.xlsx", "", None),
        ("116411.xlsx", "", None),
        ("Báo cáo.xlsx", "vanthu@an-tien.example", ("11641", "sender")),
        ("Báo cáo.xlsx", "chung@an-lao.example", None),
        ("11677.xlsx", "vanthu@an-tien.example", ("11677", "name")),
        ("Báo cáo.xlsx", "", None),
    ],
)
def test_the_unit_that_name_or_sender_points_to(path, sender, expected):
    suggestion = SenderIndex(ROSTER).suggest(path, Envelope(sender) if sender else None)
    assert suggestion == (Suggestion(*expected) if expected else None)
