"""Sentences of the report say what the figures and texts say, name who said it, and nothing more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from msgspec.structs import replace

from workbook_tools.consolidated.office_report.annex import build_annex
from workbook_tools.consolidated.office_report.statements import build_statements
from workbook_tools.consolidated.office_report.themes import find_themes
from workbook_tools.problems import Place, Severity, problem

if TYPE_CHECKING:
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
    found = [s.text for s in build_statements(collection) if "các địa bàn đóng góp nhiều nhất (gồm" in s.text]
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
    [text] = [text for text in only if text.startswith("Số bài viết: các địa bàn đóng góp")]
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


def test_a_theme_is_quoted_to_the_end_of_the_clause_as_it_is_written() -> None:
    clause = "đã ban hành kế hoạch và triển khai đến toàn thể cán bộ, giáo viên"
    said = {
        "a": f"Trường {clause}.",
        "b": f"Xã {clause}; kết quả tốt.",
        "c": "Phối hợp với Trung tâm HTCĐ mở lớp.",
        "d": "Đã phối hợp với Trung tâm HTCĐ mở lớp.",
    }
    themes = {theme.words: theme.units for theme in find_themes(said)}
    assert themes["đã ban hành kế hoạch và triển khai đến toàn thể cán bộ"] == ["a", "b"]
    assert themes["Phối hợp với Trung tâm HTCĐ mở lớp"] == ["c", "d"]


def test_only_who_wrote_the_whole_theme_is_named() -> None:
    said = {f"u{n:02}": "Thiếu kinh phí tổ chức lớp học." for n in range(19)} | {"x": "Thiếu kinh phí."}
    [theme] = [theme for theme in find_themes(said) if "kinh phí" in theme.words]
    assert (theme.words, "x" in theme.units) == ("Thiếu kinh phí tổ chức lớp học", False)


def test_the_annex_is_by_section_and_ends_where_it_would_be_too_long(collection: Collection) -> None:
    every, none_left = build_annex(collection, 10**9)
    assert none_left == 0
    labels = [i.label for i in collection.template.indicators.values() if i.narrative]
    assert [section["ten"] for section in every] == labels
    count = sum(len(unit.split("; ")) for unit, _ in quoted(every))
    some, left = build_annex(collection, 5 * len(labels))
    assert sum(len(unit.split("; ")) for unit, _ in quoted(some)) + left == count
    assert left > 0


def test_each_section_has_a_share_of_the_annex(collection: Collection) -> None:
    every = build_annex(collection, 10**9)[0]
    some = build_annex(collection, 8 * len(every))[0]
    assert [section["ten"] for section in some] == [section["ten"] for section in every]


def test_units_that_wrote_the_same_are_named_together(collection: Collection) -> None:
    narrative = {i.code for i in collection.template.indicators.values() if i.narrative}
    answers = collection.answers.copy()
    written = answers["indicator"].isin(narrative) & answers["value"].notna()
    answers.loc[written, "value"] = "Thiếu máy tính."
    for section in build_annex(replace(collection, answers=answers), 10**9)[0]:
        [said] = quoted([section])
        assert said[0].count("; ") > 1


def test_one_very_long_answer_leaves_room_for_the_others_in_the_annex(collection: Collection) -> None:
    """And where a section ends it ends: no short answer of a later area is picked because it still fits."""
    for section in build_annex(collection, 10**9)[0]:
        every = quoted([section])
        shown = [
            said
            for found in build_annex(collection, 120)[0]
            if found["ten"] == section["ten"]
            for said in quoted([found])
        ]
        short = [said for said in every if len(said[1]) < 100]
        assert shown == [said for said in every if said in shown]
        assert all(said in short for said in shown)


def quoted(annex: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Units and text of each answer of an annex."""
    return [(said["don_vi"], said["noi_dung"]) for section in annex for said in section["y_kien"]]
