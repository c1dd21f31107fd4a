"""What is suggested for a word that is not accepted: a misspelt one, never its opposite."""

from __future__ import annotations

from workbook_tools.text.near import suggest

LEVELS = ("bắt buộc", "nên điền", "tùy ý")


def test_the_opposite_is_not_suggested() -> None:
    assert suggest("bat buộc", LEVELS) == "bắt buộc"
    assert suggest("không bắt buộc", LEVELS) == ""
    assert suggest("chưa phát sinh", ("đã phát sinh", "không phát sinh")) == "không phát sinh"
