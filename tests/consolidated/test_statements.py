"""Sentences of the report say what the figures and texts say, name who said it, and nothing more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from msgspec.structs import replace

from workbook_tools.consolidated.office_report.statements import build_annex, build_statements
from workbook_tools.consolidated.office_report.themes import find_themes
from workbook_tools.problems import Place, Severity, problem

if TYPE_CHECKING:
    from pathlib import Path

    from workbook_tools.frames import Collection


def test_words_that_several_units_share_are_a_theme_with_its_units() -> None:
    said = {
        "a": "Thiếu kinh phí tổ chức lớp học.",
        "b": "Đề nghị bổ sung kinh phí; cơ sở vật chất còn thiếu.",
        "c": "Cơ sở vật chất xuống cấp.",
        "d": "Không có ý kiến.",
    }
    themes = {theme.words: theme.units for theme in find_themes(said)}
    assert themes["kinh phí"] == ["a", "b"]
    assert themes["cơ sở vật chất"] == ["b", "c"]
    assert all(len(units) > 1 for units in themes.values())


def test_what_stands_in_brackets_is_no_theme() -> None:
    assert find_themes({"a": "Tốt (số ước tính)", "b": "Khá (số ước tính)"}) == []


def test_the_greatest_areas_of_a_line_of_each_group_are_named_with_their_parts(
    collection: Collection,
) -> None:
    found = [s.text for s in build_statements(collection) if "đóng góp nhiều nhất" in s.text]
    labels = [text.partition(":")[0] for text in found]
    groups = [
        i.group for label in labels for i in collection.template.indicators.values() if i.label == label
    ]
    assert len(found) > 1
    assert len(set(groups)) == len(groups)
    assert all(text.count("tổng số)") == 3 for text in found)


def test_who_has_none_contributes_nothing(collection: Collection) -> None:
    answers = collection.answers.copy()
    giver = answers.loc[(answers["indicator"] == "so_bai") & (answers["counted"] > 0), "unit"].iloc[0]
    others = (answers["indicator"] == "so_bai") & answers["counted"].notna() & (answers["unit"] != giver)
    answers.loc[others, "counted"] = 0.0
    totals = collection.totals.copy()
    totals.loc["so_bai", "total"] = answers.loc[answers["indicator"] == "so_bai", "counted"].sum()
    only = [s.text for s in build_statements(replace(collection, answers=answers, totals=totals))]
    [text] = [text for text in only if text.startswith("Số bài viết: đóng góp")]
    assert text.count("tổng số)") == text.count("bằng 100 % tổng số)") == 1


def test_what_one_unit_says_twice_is_no_theme() -> None:
    assert find_themes({"a": "Thiếu kinh phí. Rất thiếu kinh phí.", "b": "Tốt"}) == []


def test_every_sentence_names_its_source(collection: Collection) -> None:
    statements = build_statements(collection)
    assert statements[0].text.startswith("Đến ngày 16/10/2023, 19/22 đơn vị đã nộp báo cáo (86 %)")
    assert all(statement.source.startswith("trang ") for statement in statements)


def test_totals_with_errors_in_them_are_not_ready(collection: Collection) -> None:
    answers = collection.answers
    first = answers[answers["counted"].notna()].iloc[0]
    place = Place(unit=first["unit"], indicator=first["indicator"])
    wrong = problem("rule-broken", place, message="Sai", values="", severity=Severity.ERROR)
    texts = [
        [s.text for s in build_statements(replace(collection, problems=found))] for found in ((), (wrong,))
    ]
    assert [sum("số đang có lỗi" in text for text in of) for of in texts] == [0, 1]


def test_what_rose_most_is_told_with_both_figures(collection: Collection) -> None:
    totals = collection.totals["total"]
    last = pd.Series(
        {"so_bai": totals["so_bai"] / 4, "so_tin": totals["so_tin"], "kinh_phi": totals["kinh_phi"] * 2}
    )
    texts = [found.text for found in build_statements(replace(collection, previous_totals=last))]
    assert texts[1].startswith("Số bài viết: tăng từ 99,25 lên 397")
    assert texts[2].startswith("Kinh phí: giảm từ 848.000.000 xuống 424.000.000")
    assert not any("Số tin" in text for text in texts[1:3])


def test_the_annex_is_by_area_and_ends_where_it_would_be_too_long(
    collection: Collection, tmp_path: Path
) -> None:
    every, none_left = build_annex(collection, 10**9)
    assert none_left == 0
    assert [area["ten"] for area in every] == list(dict.fromkeys(collection.status["area"]))
    some, left = build_annex(collection, 5)
    assert sum(len(area["y_kien"]) for area in some) + left == sum(len(area["y_kien"]) for area in every)
    assert left > 0


def test_one_very_long_answer_leaves_room_for_the_others_in_the_annex(collection: Collection) -> None:
    """And where the annex ends it ends: no short answer of a later area is picked because it still fits."""
    every = quoted(build_annex(collection, 10**9)[0])
    short = [said for said in every if len(said[1]) < 100]
    annex, left = build_annex(collection, 60)
    shown = quoted(annex)
    first_long = next(place for place, said in enumerate(every) if said not in short)
    assert first_long < len(shown) < len(short)
    assert shown == short[: len(shown)]
    assert left == len(every) - len(shown)


def quoted(annex: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Unit and text of each answer of an annex."""
    return [(said["don_vi"], said["noi_dung"]) for area in annex for said in area["y_kien"]]
