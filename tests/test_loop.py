"""The whole loop: generate, fill in three ways, collect; what comes out is what was put in, counted once."""

from __future__ import annotations

import hashlib
import os
import shutil
import unicodedata
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from libreoffice import fill_many, recalculate, requires_libreoffice, requires_uno
from openpyxl import load_workbook

from workbook_tools.collect import collect, write_workbook
from workbook_tools.demo import run_demo
from workbook_tools.errors import CannotWrite
from workbook_tools.filling import fill_form
from workbook_tools.forms.live import ERROR, READY
from workbook_tools.model import Kind, Outcome
from workbook_tools.plausible import invent_answers

SAVED = datetime(2023, 10, 9, 8, 0, tzinfo=UTC)


@pytest.fixture(params=["first", "second"])
def campaign(request):
    return request.getfixturevalue(request.param)


def read_back(campaign, folder, **options):
    return collect(folder, campaign.template_path, campaign.units_path, key=campaign.key, **options)


def fill(campaign, unit, answers, target, saved=SAVED):
    cells = {campaign.template.inputs[code]: value for code, value in answers.items()}
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(fill_form(campaign.forms[unit].read_bytes(), cells, saved))
    return target


def answered(collection):
    """Unit → indicator → value, of everything that was read plainly."""
    frame = collection.answers[collection.answers["state"] == "answered"]
    found = defaultdict(dict)
    for row in frame.itertuples():
        found[row.unit][row.indicator] = row.value
    return dict(found)


def expected_totals(campaign, answers):
    """Adding up once as the rule book words it, by recursion from the top, slowly."""
    template, roster = campaign.template, campaign.roster
    inclusion = template.campaign.inclusion

    def area(unit, code):
        own = answers.get(unit.code, {}).get(code)
        asked = template.indicators[code].applies_to(unit.type)
        below = [area(child, code) for child in roster.children.get(unit.code, ())]
        reported = unit.code in answers
        if reported and asked and inclusion and template.indicators[inclusion].applies_to(unit.type):
            declared = answers[unit.code].get(inclusion)
            if declared != template.indicators[inclusion].options[1]:
                return own or 0
        return (own or 0 if asked else 0) + sum(below)

    codes = [i.code for i in template.indicators.values() if i.additive]
    return {code: sum(area(unit, code) for unit in roster.children[None]) for code in codes}


def given_totals(collection):
    return {code: 0 if total != total else total for code, total in collection.totals["total"].items()}


def test_everything_filled_in_comes_back_and_is_counted_once(campaign, tmp_path):
    answers = invent_answers(campaign.template, campaign.roster, seed=5)
    for unit, typed in answers.items():
        fill(campaign, unit, typed, tmp_path / f"{unit}.xlsx")
    collection = read_back(campaign, tmp_path)
    assert set(collection.files["outcome"]) <= {Outcome.ACCEPTED, Outcome.WARNED}
    assert answered(collection) == answers
    assert list(collection.status["answered"]) == list(collection.status["asked"])
    assert given_totals(collection) == pytest.approx(expected_totals(campaign, answers))
    assert [p.code for p in collection.problems if p.severity == "error"] == []


def test_openpyxl_as_the_unit_s_program(campaign, tmp_path):
    """A second program that saves the whole workbook anew changes nothing of what is read."""
    answers = invent_answers(campaign.template, campaign.roster, seed=6)
    chosen = list(answers)[:6]
    for unit in chosen:
        workbook = load_workbook(campaign.forms[unit])
        for code, value in answers[unit].items():
            place = campaign.template.inputs[code]
            workbook[place.sheet][place.ref] = value
        workbook.save(tmp_path / f"{unit}.xlsx")
    collection = read_back(campaign, tmp_path)
    assert answered(collection) == {unit: answers[unit] for unit in chosen}


@requires_libreoffice
@requires_uno
def test_libreoffice_as_the_unit_s_program(campaign, tmp_path):
    """What is typed in LibreOffice comes back; its checks beside the lines agree with the collector's."""
    template = campaign.template
    answers = invent_answers(template, campaign.roster, seed=7)
    first_of_type = {unit.type: unit.code for unit in reversed(list(campaign.roster))}
    spoiled, jobs = {}, []
    for position, unit in enumerate(sorted(first_of_type.values())):
        typed = dict(answers[unit])
        if position % 2:
            spoiled[unit] = next(i.code for i in template.indicators_for(campaign.roster[unit].type) if i.kind is Kind.COUNT)
            typed[spoiled[unit]] = "khoảng 20"
        cells = {}
        for code, value in typed.items():
            place = template.inputs[code]
            cells[place.sheet, place.ref] = (value - date(1899, 12, 30)).days if isinstance(value, date) else value
        jobs.append((campaign.forms[unit], cells, tmp_path / "returned" / f"{unit}.xlsx"))
    (tmp_path / "returned").mkdir()
    fill_many(jobs, tmp_path)
    collection = read_back(campaign, tmp_path / "returned")
    found = answered(collection)
    for unit in first_of_type.values():
        assert found[unit] == {code: value for code, value in answers[unit].items() if code != spoiled.get(unit)}
        shown = [
            str(c.value) for s in load_workbook(tmp_path / "returned" / f"{unit}.xlsx", data_only=True) for r in s.iter_rows() for c in r
        ]
        assert any(text.startswith(f"{ERROR}:") for text in shown) == (unit in spoiled)
        assert any(READY in text for text in shown) == (unit not in spoiled)


@requires_libreoffice
def test_blank_forms_show_what_libreoffice_calculates(campaign, tmp_path):
    forms = [campaign.forms[unit] for unit in {u.type: u.code for u in campaign.roster}.values()]
    for ours, theirs in zip(forms, recalculate(forms, tmp_path), strict=True):
        assert cached_values(ours) == cached_values(theirs)


@requires_libreoffice
def test_the_consolidated_workbook_shows_what_libreoffice_calculates(demo, tmp_path):
    (theirs,) = recalculate([demo.workbook], tmp_path)
    ours = cached_values(demo.workbook)
    assert ours
    assert ours == pytest.approx(cached_values(theirs))


def cached_values(path):
    """Sheet and cell → what its formula shows, for every formula; a text of nothing counts as blank."""
    formulas, values = load_workbook(path), load_workbook(path, data_only=True)
    return {
        (sheet.title, cell.coordinate): values[sheet.title][cell.coordinate].value or 0
        for sheet in formulas
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


@st.composite
def legal_answers(draw, campaign, unit):
    answers = {}
    for indicator in campaign.template.indicators_for(campaign.roster[unit].type):
        if draw(st.booleans()):
            continue
        if indicator.kind.numeric:
            answers[indicator.code] = draw(st.integers(int(indicator.minimum or 0), int(min(indicator.maximum or 10**9, 10**9))))
        elif indicator.kind is Kind.CHOICE:
            answers[indicator.code] = draw(st.sampled_from(indicator.options))
        elif indicator.kind is Kind.DATE:
            first, last = int(indicator.minimum or 36526), int(indicator.maximum or 60000)
            answers[indicator.code] = date(1899, 12, 30) + timedelta(days=draw(st.integers(first, last)))
        else:
            letters = st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"], max_codepoint=0x1EFF, exclude_characters="\xa0")
            text = draw(st.text("aăâeêioôơuưyđ =+-@;\n", min_size=1, max_size=30) | st.text(letters, min_size=1, max_size=9))
            answers[indicator.code] = text
    return answers


@hypothesis_settings(max_examples=40)
@given(data=st.data())
def test_any_legal_answers_come_back(first, second, tmp_path_factory, data):
    """Numbers, dates and choices as they were filled in; texts but for their outer blanks."""
    campaign = data.draw(st.sampled_from([first, second]))
    unit = data.draw(st.sampled_from(sorted({u.type: u.code for u in campaign.roster}.values())))
    answers = data.draw(legal_answers(campaign, unit))
    folder = tmp_path_factory.mktemp("any")
    fill(campaign, unit, answers, folder / "form.xlsx")
    found = answered(read_back(campaign, folder)).get(unit, {})
    expected = {code: unicodedata.normalize("NFC", v).strip() if isinstance(v, str) else v for code, v in answers.items()}
    assert found == {code: value for code, value in expected.items() if value != ""}


def test_the_demonstration_stays_out_of_a_real_campaign(tmp_path):
    (tmp_path / "returned").mkdir()
    (tmp_path / "returned/a.xlsx").write_bytes(b"somebody's report")
    with pytest.raises(CannotWrite):
        run_demo(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["returned"]


def test_a_second_run_and_another_order_give_the_same_bytes(demo, first, tmp_path):
    returned = demo.workbook.parent / "returned"
    before = {path: path.read_bytes() for path in sorted(returned.rglob("*")) if path.is_file()}
    copy = tmp_path / "returned"
    for path in sorted(before, key=lambda p: hashlib.sha256(p.name.encode()).hexdigest()):
        target = copy / path.relative_to(returned)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(before[path])
        os.utime(target, (1_500_000_000, 1_500_000_000))
    key = demo.workbook.parent / "signing.key"
    again = collect(copy, first.template_path, first.units_path, key=key)
    write_workbook(again, tmp_path / "consolidated.xlsx")
    assert (tmp_path / "consolidated.xlsx").read_bytes() == demo.workbook.read_bytes()
    assert {path: path.read_bytes() for path in before} == before


def test_every_file_has_one_outcome(demo):
    files = demo.collection.files
    assert len(files) == sum(1 for path in (demo.workbook.parent / "returned").rglob("*") if path.is_file())
    assert set(files["outcome"]) <= set(Outcome)
    assert files["path"].is_unique


def test_an_empty_folder_is_all_missing(first, tmp_path):
    (tmp_path / "returned").mkdir()
    collection = read_back(first, tmp_path / "returned")
    assert set(collection.status["outcome"]) == {"missing"}
    write_workbook(collection, tmp_path / "out.xlsx")
    assert load_workbook(tmp_path / "out.xlsx").sheetnames[0] == "Tổng quan"


class TestTwoReturnsOfOneUnit:
    def test_the_one_saved_later_counts(self, first, tmp_path):
        fill(first, "11629", {"ct_2_1": 5}, tmp_path / "old.xlsx", SAVED)
        fill(first, "11629", {"ct_2_1": 9}, tmp_path / "new.xlsx", SAVED + timedelta(hours=1))
        collection = read_back(first, tmp_path)
        assert dict(zip(collection.files["path"], collection.files["outcome"], strict=True))["old.xlsx"] == Outcome.SUPERSEDED
        assert answered(collection)["11629"]["ct_2_1"] == 9

    def test_the_same_twice_counts_once(self, first, tmp_path):
        shutil.copyfile(fill(first, "11629", {"ct_2_1": 5}, tmp_path / "a.xlsx"), tmp_path / "b.xlsx")
        collection = read_back(first, tmp_path)
        assert [p.code for p in collection.problems if p.place.file == "b.xlsx"] == ["duplicate-return"]
        assert collection.totals.at["ct_2_1", "total"] == 5

    def test_a_tie_counts_nothing_and_is_said(self, first, tmp_path):
        fill(first, "11629", {"ct_2_1": 5}, tmp_path / "a.xlsx")
        fill(first, "11629", {"ct_2_1": 9}, tmp_path / "b.xlsx")
        collection = read_back(first, tmp_path)
        assert set(collection.files["outcome"]) == {Outcome.REJECTED}
        assert {p.code for p in collection.problems} == {"return-tie"}
        assert collection.answers.empty


def test_planted_faults_are_all_found(demo):
    """Every fault of the demonstration is found, with its place, and no error besides them."""
    found = {(p.code, p.place.unit, p.place.indicator) for p in demo.collection.problems}
    assert found >= {
        ("rule-broken", "11632", "ct_4_2"),
        ("number-in-doubt", "11632-th", "ct_2_1"),
        ("rule-broken", "11638", "ct_8_3"),
        ("rule-broken", "11644", "ct_7_1"),
        ("number-not-whole", "11644-thcs", "ct_3_2"),
        ("answer-missing", "11647-mn", "ct_3_3"),
        ("inclusion-unanswered", "11656", "ct_bao_gom"),
        ("number-in-doubt", "11659", "ct_6_4"),
        ("rule-broken", "11665-th", "ct_2_4a"),
        ("below-children", "11668", "ct_3_1"),
        ("outlier", "11671-th", "ct_3_1"),
        ("same-as-other", "11671-mn", ""),
        ("value-repaired", "11629", "ct_3_1"),
        ("value-repaired", "11656", "ct_8_3"),
        ("late", "thpt-quoc-tuan", ""),
        ("signature-wrong", "", ""),
        ("format-unsupported", "", ""),
        ("not-a-form", "", ""),
        ("superseded-return", "11629-th", ""),
    }
    errors = [(p.code, p.place.unit, p.place.indicator) for p in demo.collection.problems if p.severity == "error"]
    assert sorted(errors) == [
        ("answer-missing", "11647-mn", "ct_3_3"),
        ("answer-missing", "11656", "ct_bao_gom"),
        ("format-unsupported", "", ""),
        ("not-a-form", "", ""),
        ("number-in-doubt", "11632-th", "ct_2_1"),
        ("number-in-doubt", "11659", "ct_6_4"),
        ("number-not-whole", "11644-thcs", "ct_3_2"),
        ("rule-broken", "11632", "ct_4_2"),
        ("rule-broken", "11638", "ct_8_3"),
        ("rule-broken", "11644", "ct_7_1"),
        ("signature-wrong", "", ""),
    ]
    values = demo.collection.answers.set_index(["unit", "indicator"])
    assert values.at[("11629", "ct_3_1"), "value"] == 1250
    assert values.at[("11638-mn", "ct_4_3b"), "state"] == "no-figure"
    reasons = {p.place.unit: p.reason for p in demo.collection.problems if p.reason}
    assert reasons["11647"] == "Một lớp trực tuyến cho toàn xã."


def test_the_samples_in_the_repository_are_of_the_current_template(first):
    samples = Path(first.units_path).parent
    collection = collect(samples / "returned", first.template_path, first.units_path)
    assert "form-version-old" not in {p.code for p in collection.problems}
    assert (collection.status["outcome"] == "missing").sum() == 6
