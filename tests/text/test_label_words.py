"""Labels mean the same whatever their spaces, capitals and signs; numbers differ only where they matter."""

from __future__ import annotations

import pytest

from workbook_tools.text.label_words import label_words


@pytest.mark.parametrize(
    ("one", "other", "same", "same_without_numbers"),
    [
        ("Số lớp", "số  LỚP:", True, True),
        ("Số lớp (khối 6)", "Số lớp - khối 6", True, True),
        ("Số bu\u031bu ta\u0301", "Số bưu tá", True, True),
        ("Lớp < 30 em", "Lớp <30 em", True, True),
        ("Số liệu năm 2022", "Số liệu năm 2023", False, True),
        ("Lớp < 30 em", "Lớp > 30 em", False, False),
        ("Số lớp", "Số lợp", False, False),
    ],
)
def test_labels_are_compared_by_their_words(
    one: str, other: str, same: bool, same_without_numbers: bool
) -> None:
    assert (label_words(one) == label_words(other)) is same
    assert (label_words(one, numbers=False) == label_words(other, numbers=False)) is same_without_numbers
