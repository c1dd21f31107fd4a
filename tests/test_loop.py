"""The whole loop: generate, fill in three ways, collect; what comes out is what was put in, counted once."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from collecting import fill_all, read_back
from filled_campaign import (
    FAULTS,
    Filled,
    expect_totals,
    plant_faults,
    read_answers,
    read_no_figure,
    read_problems,
    read_totals,
    to_cells,
)
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from libreoffice import calculate, fill_many, requires_libreoffice
from openpyxl import load_workbook
from openpyxl.utils.cell import coordinate_to_tuple

from workbook_tools.forms.live.live_checks import ERROR, MISSING, WARNING
from workbook_tools.forms.live.progress import READY
from workbook_tools.model import Kind, Outcome
from workbook_tools.problems import Severity
from workbook_tools.text.legacy_fonts import decode_legacy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import SimpleNamespace

    from campaigns import Campaign
    from libreoffice import Shown

    from workbook_tools.frames import Collection

EPOCH = date(1899, 12, 30)


@pytest.fixture(params=["first", "second"])
def campaign(request: pytest.FixtureRequest) -> Campaign:
    found: Campaign = request.getfixturevalue(request.param)
    return found


def type_with_openpyxl(campaign: Campaign, typed: Mapping[str, Mapping[str, Any]], folder: Path) -> None:
    """A library that takes the workbook apart and writes all of it anew."""
    for unit, answers in typed.items():
        workbook = load_workbook(campaign.forms[unit])
        for cell, value in to_cells(campaign, answers).items():
            workbook[cell.sheet][cell.ref] = value
        workbook.save(folder / f"{unit}.xlsx")


def type_with_libreoffice(campaign: Campaign, typed: Mapping[str, Mapping[str, Any]], folder: Path) -> None:
    """An office suite, which calculates the form's checks as well."""
    jobs = []
    for unit, answers in typed.items():
        cells = {
            (cell.sheet, cell.ref): (value - EPOCH).days if isinstance(value, date) else value
            for cell, value in to_cells(campaign, answers).items()
        }
        jobs.append((campaign.forms[unit], cells, folder / f"{unit}.xlsx"))
    fill_many(jobs)


def some_of_each_type(campaign: Campaign, filled: Filled, each: int) -> Filled:
    chosen = []
    for unit_type in campaign.template.unit_types:
        chosen += [unit for unit in filled.typed if campaign.roster[unit].type == unit_type][:each]
    return filled.only(chosen)


def assert_read(
    campaign: Campaign, collection: Collection, filled: Filled, *, saved_today: bool = False
) -> None:
    """Exactly the answers typed, exactly the faults planted, each with its cell, and the right totals.

    What a program saves today is years away from the sample campaigns' deadlines.
    """
    late = {("saved-in-doubt", unit, "", "", "") for unit in filled.typed if saved_today}
    assert read_answers(collection) == filled.answers
    assert read_no_figure(collection) == filled.no_figure
    assert read_problems(collection) == filled.problems | late
    assert read_totals(collection) == pytest.approx(expect_totals(campaign, filled.answers))


@pytest.fixture
def returned(tmp_path: Path) -> Path:
    folder = tmp_path / "đã nộp"
    folder.mkdir()
    return folder


def test_sound_answers_give_no_problem(campaign: Campaign, returned: Path) -> None:
    invented = campaign.invent_answers(8)
    sound = some_of_each_type(campaign, Filled(dict(invented), dict(invented)), each=4)  # type: ignore[arg-type]
    fill_all(campaign, sound.typed, returned)
    collection = read_back(campaign, returned)
    assert set(collection.files["outcome"]) <= {Outcome.ACCEPTED, Outcome.WARNED}
    reported = collection.status[collection.status["unit"].isin([*sound.typed])]
    assert list(reported["answered"]) == list(reported["asked"])
    assert_read(campaign, collection, sound)


def test_faults_are_found_where_they_are_and_nowhere_else(first: Campaign, returned: Path) -> None:
    filled = plant_faults(first, seed=8)
    fill_all(first, filled.typed, returned)
    assert_read(first, read_back(first, returned), filled)


def test_the_same_in_the_second_campaign(second: Campaign, second_collected: SimpleNamespace) -> None:
    assert_read(second, second_collected.collection, second_collected.filled)


def test_the_two_campaigns_have_every_kind_of_fault(first: Campaign, second: Campaign) -> None:
    assert plant_faults(first, seed=8).faults | plant_faults(second, seed=8).faults == set(FAULTS)


def test_a_library_saves_the_whole_workbook_anew(campaign: Campaign, returned: Path) -> None:
    filled = some_of_each_type(campaign, plant_faults(campaign, seed=8), each=3)
    type_with_openpyxl(campaign, filled.typed, returned)
    assert_read(campaign, read_back(campaign, returned), filled, saved_today=True)


@requires_libreoffice
def test_libreoffice_as_the_units_program(campaign: Campaign, returned: Path) -> None:
    """What is typed there comes back, and the checks it shows beside the lines agree with the collector's."""
    filled = some_of_each_type(campaign, plant_faults(campaign, seed=8), each=2)
    type_with_libreoffice(campaign, filled.typed, returned)
    collection = read_back(campaign, returned)
    assert_read(campaign, collection, filled, saved_today=True)
    assert_checks_agree(collection, sorted(returned.glob("*.xlsx")))


@requires_libreoffice
def test_broken_rules_show_in_the_form_as_the_collector_finds_them(demo: Any) -> None:
    """The demonstration's returns, rules broken and all, calculated by LibreOffice."""
    returned = demo.workbook.parent / "returned"
    broken = [p.place.file for p in demo.collection.problems if p.code == "rule-broken"]
    chosen = sorted({*broken, *list(demo.collection.status["file"])[:12]} - {""})
    assert len(set(broken)) >= 4
    assert_checks_agree(demo.collection, [returned / name for name in chosen])


def assert_checks_agree(collection: Collection, forms: Sequence[Path]) -> None:
    """What the forms show beside each line is what the collector found there: no less, no more."""
    by_name = {Path(file).name: file for file in collection.status["file"] if file}
    assert forms
    for path, calculated in zip(forms, calculate(forms), strict=True):
        found = [p for p in collection.problems if p.place.file == by_name[path.name] and p.place.cell]
        # The form asks for the plain figure where the collector can tell what is meant.
        wrong = lines_of(
            p
            for p in found
            if (p.severity is Severity.ERROR and p.code != "answer-missing") or p.code == "value-repaired"
        )
        warned = (
            lines_of(p for p in found if p.code == "rule-broken" and p.severity is Severity.WARNING) - wrong
        )
        missing = lines_of(p for p in found if p.code == "answer-missing")
        shown = shown_beside_lines(calculated)
        assert shown[ERROR] == wrong, path.name
        assert shown[WARNING] == warned, path.name
        assert shown[MISSING] == missing - wrong - warned, path.name
        for panel in shown["panel"]:
            assert f"còn {len(wrong)} lỗi" in panel, path.name
            assert (READY in panel) == (not wrong and not missing), path.name


def lines_of(problems: Any) -> set[tuple[str, int]]:
    return {(p.place.sheet, int(re.sub("[A-Z]", "", p.place.cell))) for p in problems}


def shown_beside_lines(calculated: Shown) -> dict[str, Any]:
    """Kind of check → the lines beside which it is shown; and the texts of the panels."""
    shown: dict[str, Any] = {ERROR: set(), WARNING: set(), MISSING: set(), "panel": []}
    for sheet, values in calculated.items():
        cells = [(*coordinate_to_tuple(ref), str(value)) for ref, value in values.items()]
        # The hidden columns hold the tests of each input and rule.
        keys = min((column for _, column, text in cells if text.startswith("wt:row")), default=1)
        for row, column, text in cells:
            if column >= keys:
                continue
            if text.startswith("Đã điền "):
                shown["panel"].append(text)
            for kind in (ERROR, WARNING, MISSING):
                if re.match(f"{kind}(:|$)", text):
                    shown[kind].add((sheet, row))
    assert shown["panel"]
    return shown


@requires_libreoffice
def test_forms_show_what_libreoffice_calculates(campaign: Campaign, returned: Path) -> None:
    """Blank ones of each unit type, and ones filled in with faults."""
    filled = some_of_each_type(campaign, plant_faults(campaign, seed=8), each=1)
    fill_all(campaign, filled.typed, returned)
    forms = [campaign.forms[unit] for unit in {u.type: u.code for u in campaign.roster}.values()]
    forms += sorted(returned.iterdir())
    for form, theirs in zip(forms, calculate(forms), strict=True):
        ours = cached_values(form)
        assert ours == {place: theirs[place[0]].get(place[1], 0) for place in ours}


@requires_libreoffice
def test_the_consolidated_workbook_shows_what_libreoffice_calculates(
    demo: Any, second_collected: SimpleNamespace
) -> None:
    workbooks = [demo.workbook, second_collected.workbook]
    for workbook, theirs in zip(workbooks, calculate(workbooks), strict=True):
        values = cached_values(workbook)
        assert values
        assert values == pytest.approx({place: theirs[place[0]].get(place[1], 0) for place in values})


def cached_values(path: Path) -> dict[tuple[str, str], Any]:
    """Sheet and cell → what its formula shows, for every formula; a text of nothing counts as blank."""
    formulas, values = (load_workbook(path, read_only=True, data_only=shown) for shown in (False, True))
    found = {}
    for sheet in formulas.worksheets:
        rows = zip(sheet.iter_rows(), values[sheet.title].iter_rows(values_only=True), strict=True)
        for cells, shown in rows:
            for cell, value in zip(cells, shown, strict=True):
                if cell.data_type == "f":
                    found[sheet.title, cell.coordinate] = value or 0
    formulas.close()
    values.close()
    return found


@st.composite
def legal_answers(draw: st.DrawFn, campaign: Campaign, unit: str) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for indicator in campaign.template.indicators_for(campaign.roster[unit].type):
        if draw(st.booleans()):
            continue
        if indicator.kind.numeric:
            figures = st.integers(int(indicator.minimum or 0), int(min(indicator.maximum or 10**9, 10**9)))
            answers[indicator.code] = draw(figures | st.just("KCSL"))
        elif indicator.kind is Kind.CHOICE:
            answers[indicator.code] = draw(st.sampled_from(indicator.options))
        elif indicator.kind is Kind.DATE:
            first, last = int(indicator.minimum or 36526), int(indicator.maximum or 60000)
            answers[indicator.code] = EPOCH + timedelta(days=draw(st.integers(first, last)))
        else:
            letters = st.characters(
                codec="utf-8",
                categories=["L", "N", "P", "Zs"],
                max_codepoint=0x1EFF,
                exclude_characters="\xa0",
            )
            text = draw(
                st.text("aăâeêioôơuưyđ =+-@;\n", min_size=1, max_size=30)
                | st.text(letters, min_size=1, max_size=9)
            )
            # What only an old font can mean, such as eâ for ê, comes back repaired.
            assume(decode_legacy(text) is None)
            answers[indicator.code] = text
    return answers


@settings(max_examples=5)
@given(data=st.data())
def test_any_legal_answers_come_back(
    first: Campaign, second: Campaign, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Numbers, dates, choices and KCSL as they were filled in; texts but for their outer blanks. Of three units at a time."""
    campaign = data.draw(st.sampled_from([first, second]))
    one_of_each_type = sorted({u.type: u.code for u in campaign.roster}.values())
    units = data.draw(st.lists(st.sampled_from(one_of_each_type), min_size=3, max_size=3, unique=True))
    answers = {unit: data.draw(legal_answers(campaign, unit)) for unit in units}
    folder = tmp_path_factory.mktemp("any")
    fill_all(campaign, answers, folder)
    collection = read_back(campaign, folder)
    no_figure = {
        (unit, code)
        for unit, typed in answers.items()
        for code, value in typed.items()
        if campaign.template.indicators[code].kind.numeric and value == "KCSL"
    }
    read = read_answers(collection)
    for unit, typed in answers.items():
        expected = {
            code: unicodedata.normalize("NFC", v).strip() if isinstance(v, str) else v
            for code, v in typed.items()
        }
        assert read.get(unit, {}) == {
            code: v for code, v in expected.items() if v != "" and (unit, code) not in no_figure
        }
    assert read_no_figure(collection) == no_figure
