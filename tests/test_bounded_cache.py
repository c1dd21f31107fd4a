"""What is remembered is bounded: by the size of what units write, and by the life of the template it is of."""

from __future__ import annotations

import gc
import tracemalloc
from types import SimpleNamespace

from msgspec.structs import replace
from sheets import write_template, write_units

from workbook_tools.bounded_cache import cache_if, keep_with_first
from workbook_tools.model import ReportTemplate
from workbook_tools.page.preview import preview_form
from workbook_tools.spec.roster import load_roster
from workbook_tools.spec.template import load_template
from workbook_tools.text.clean import fold_case


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


def test_results_are_kept_with_their_first_argument():
    asked = []

    @keep_with_first
    def shout(owner: SimpleNamespace, text: str) -> str:
        asked.append((owner.name, text))
        return f"{owner.name} {text}".upper()

    one, other = SimpleNamespace(name="a"), SimpleNamespace(name="b")
    found = [shout(one, "x"), shout(one, "x"), shout(one, "y"), shout(other, "x")]
    assert found == ["A X", "A X", "A Y", "B X"]
    assert asked == [("a", "x"), ("a", "y"), ("b", "x")]


def test_what_units_write_at_length_does_not_fill_the_memory():
    tracemalloc.start()
    try:
        for number in range(50):
            fold_case(f"{number} " + "Đơn vị đã tổ chức tuyên truyền. " * 500)
        assert tracemalloc.get_traced_memory()[0] < 1_000_000
    finally:
        tracemalloc.stop()


def test_the_page_keeps_no_template_that_was_changed_since(tmp_path):
    """Each has the whole workbook."""

    def count() -> int:
        gc.collect()
        return sum(isinstance(one, ReportTemplate) for one in gc.get_objects())

    template, _problems = load_template(write_template(tmp_path / "t.xlsx"))
    roster, _problems = load_roster(write_units(tmp_path / "u.xlsx"), template)
    before = count()
    for _saved in range(3):
        preview_form(replace(template), roster, roster["x1"])
    assert count() == before
