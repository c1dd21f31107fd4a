"""The mark of tone stands on the first vowel of an open oa, oe, uy, and nothing else is touched."""

from __future__ import annotations

import pytest

from workbook_tools.text.spelling import modern_spelling


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("khoá", "khóa"),
        ("XOÁ", "XÓA"),
        ("tuỳ ý", "tùy ý"),
        ("Uỷ ban", "Ủy ban"),
        ("khoẻ, toà", "khỏe, tòa"),
        ("mã hoá.", "mã hóa."),
        ("hoa\u0300 nhập", "hòa nhập"),
    ],
)
def test_the_old_rule_becomes_the_new(old: str, new: str) -> None:
    assert modern_spelling(old) == new
    assert modern_spelling(new) == new


@pytest.mark.parametrize(
    "same", ["hoặc", "hoàn toàn", "quý, quỹ, Quý", "hoạt động", "thuyết", "ngoằn", "plain", "uỵch"]
)
def test_other_syllables_stay(same: str) -> None:
    assert modern_spelling(same) == same
