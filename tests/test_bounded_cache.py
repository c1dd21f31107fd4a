"""A cache that keeps results of small arguments only."""

from __future__ import annotations

from workbook_tools.bounded_cache import cache_if


def test_results_of_small_arguments_are_kept_and_those_of_large_ones_are_not():
    asked = []

    @cache_if(lambda text: len(text) < 5, maxsize=8)
    def shout(text: str) -> str:
        asked.append(text)
        return text.upper()

    assert [shout("nhỏ"), shout("nhỏ"), shout("rất dài"), shout("rất dài")] == [
        "NHỎ",
        "NHỎ",
        "RẤT DÀI",
        "RẤT DÀI",
    ]
    assert asked == ["nhỏ", "rất dài", "rất dài"]


def test_no_more_results_are_kept_than_the_cache_may_hold():
    asked = []

    @cache_if(lambda number: True, maxsize=2)
    def double(number: int) -> int:
        asked.append(number)
        return 2 * number

    for number in (1, 2, 3, 1):
        assert double(number) == 2 * number
    assert asked == [1, 2, 3, 1]
