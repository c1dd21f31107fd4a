"""What a form says while it is typed into, by Excel's rules of types: no broken rule is ever called ready to be sent."""

from __future__ import annotations

import random
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from drawn_form import draw as draw_campaign
from filled_campaign import to_cells
from libreoffice import requires_libreoffice, watch_forms
from live_forms import read_form, type_into
from openpyxl import load_workbook
from sheets import write_template, write_units

from workbook_tools.forms.live.live_checks import ERROR, MISSING, WARNING
from workbook_tools.forms.live.progress import READY
from workbook_tools.formula import parse_formula
from workbook_tools.formula.parser import parse
from workbook_tools.formula.tree import Call, Literal, Node, Operation, walk
from workbook_tools.model import Kind, Need, ReportTemplate, Rule, Unit
from workbook_tools.spec.template import load_template
from workbook_tools.usecases.generate import generate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from campaigns import Campaign

    from workbook_tools.excel import Cell
    from workbook_tools.forms.recalculate import FormCells

TRIES = 400


def one_of_each_type(campaign: Campaign) -> list[Unit]:
    return list({unit.type: unit for unit in campaign.roster}.values())


def draw(template: ReportTemplate, code: str, chance: random.Random) -> Any:
    indicator = template.indicators[code]
    least = int(indicator.minimum or (45201 if indicator.kind is Kind.DATE else 0))
    if indicator.kind is Kind.CHOICE:
        return chance.choice(indicator.options)
    if indicator.kind is Kind.TEXT:
        return chance.choice(["", "Có làm"])
    if indicator.kind is Kind.DATE:
        return chance.choice(["", least, int(indicator.maximum or least + 400)])
    most = int(indicator.maximum if indicator.maximum is not None else 10**6)
    return chance.choice([least, least + 1, min(least + 7, most), min(9000, most), most])


def breaks(rule: Rule, unit: Unit, template: ReportTemplate) -> dict[str, Any] | None:
    """Answers within their bounds for which a rule does not hold; None where no such answers are found."""
    asked = {indicator.code for indicator in template.indicators_for(unit.type)}
    formula = parse_formula(rule.formula)
    sources = {
        name: template.indicators[name].mirrors or name
        for name in formula.names
        if name in template.indicators
    }
    codes = sorted(asked & set(sources.values()))
    chance = random.Random(rule.code + unit.type)
    figures = [code for code in codes if template.indicators[code].kind.numeric]
    lowest = {code: int(template.indicators[code].minimum or 0) for code in figures}
    tries = [{code: draw(template, code, chance) for code in codes} for _ in range(TRIES)]
    tries += [{**tries[0], **lowest}]
    frame = pd.DataFrame(
        {
            name: [
                (answers.get(sources[name]) if name in sources else unit.facts.get(name)) or None
                if sources.get(name) not in codes
                else answers[sources[name]]
                for answers in tries
            ]
            for name in formula.names
        },
        dtype=object,
    ).replace("", None)
    broken = [n for n, result in formula.evaluate(frame).items() if result is False]
    return tries[broken[0]] if codes and broken else None


def planted(campaign: Campaign) -> list[tuple[Unit, Rule, dict[str, Any]]]:
    """Sound answers with one rule broken, for every rule on every unit type that is held to it."""
    sound = campaign.invent_answers(8)
    found = []
    for unit in one_of_each_type(campaign):
        for rule in campaign.template.rules_for(unit.type):
            broken = breaks(rule, unit, campaign.template)
            if broken is not None:
                found.append((unit, rule, {**sound[unit.code], **broken}))
    return found


@pytest.fixture(scope="module")
def all_planted(first: Campaign, second: Campaign) -> list[tuple[Campaign, Unit, Rule, dict[str, Any]]]:
    found = [(campaign, *case) for campaign in (first, second) for case in planted(campaign)]
    assert len(found) >= 80
    assert {rule.code for c, _, rule, _ in found if c is first} == {
        rule.code for rule in first.template.rules
    }
    return found


def by_form(cases: Any) -> dict[tuple[Campaign, str], list[tuple[Rule, dict[str, Any]]]]:
    found: dict[tuple[Campaign, str], list[Any]] = {}
    for campaign, unit, rule, answers in cases:
        found.setdefault((campaign, unit.code), []).append((rule, answers))
    return found


def message(rule: Rule) -> str:
    return f"{ERROR if rule.is_error else WARNING}: {rule.message}"


def check_cells(form: FormCells) -> list[Cell]:
    """The cells beside the lines, and the panels."""
    return [c for c, f in form.formulas.items() if f.startswith(("IF(COUNTIF", '"Đã điền'))]


def assert_told(rule: Rule, shown: Sequence[str]) -> None:
    """The line says it, unless it says something worse; the panel never says that the form may be sent with an error."""
    assert any(text == message(rule) or text.startswith(f"{ERROR}: ") for text in shown), rule.code
    if rule.is_error:
        assert not any(READY in text for text in shown), rule.code


@pytest.mark.slow
def test_every_broken_rule_shows_by_excels_types(all_planted: Any) -> None:
    for (campaign, unit), cases in by_form(all_planted).items():
        form = read_form(campaign.forms[unit])
        sheets = type_into(form, [to_cells(campaign, answers) for _, answers in cases])
        beside = [sheets.calculate(cell).to_values() for cell in check_cells(form)]
        everywhere = [sheets.calculate(cell).to_values() for cell in form.formulas]
        for number, (rule, _) in enumerate(cases):
            assert message(rule) in [values[number] for values in everywhere], (unit, rule.code)
            assert_told(rule, [values[number] for values in beside])


@requires_libreoffice
def test_libreoffice_shows_the_same(all_planted: Any, tmp_path: Path) -> None:
    """Of every other broken rule: each case is typed line by line, and calculated after each line."""
    jobs, expected = [], []
    for (campaign, unit), cases in by_form(all_planted[::2]).items():
        form = read_form(campaign.forms[unit])
        watched = check_cells(form)
        typed = [to_cells(campaign, answers) for _, answers in cases]
        jobs.append((campaign.forms[unit], [(cell.sheet, cell.ref) for cell in watched], scenes(typed)))
        sheets = type_into(form, typed)
        columns = [sheets.calculate(cell).to_values() for cell in watched]
        expected.append([list(row) for row in zip(*columns, strict=True)])
    assert watch_forms(jobs) == expected


def scenes(typed: Sequence[Mapping[Cell, Any]]) -> list[list[tuple[str, str, Any]]]:
    """What has to be typed to come from each filled form to the next."""
    found, before = [], {}
    for values in typed:
        changed = [c for c in sorted({*before, *values}) if before.get(c, "") != values.get(c, "")]
        found.append([(c.sheet, c.ref, as_typed(values.get(c, ""))) for c in changed])
        before = values
    return found


def as_typed(value: Any) -> Any:
    return (value - date(1899, 12, 30)).days if isinstance(value, date) else value


TRUTHS = {"AND", "OR", "NOT", "ISERROR", "ISNUMBER", "ISTEXT", "ISBLANK", "EXACT"}
FIGURES = {"COUNTIF", "COUNTA", "COUNT", "SUM", "MIN", "MAX", "LEN", "MATCH", "ROW", "COLUMN", "INT", "ABS"}
COMPARISONS = {"=", "<>", "<", ">", "<=", ">="}


def kinds(node: Node | None) -> set[str]:
    """What an expression may come to, as far as it can be told without its cells."""
    if isinstance(node, Literal):
        return {type(node.value).__name__}
    if isinstance(node, Operation):
        return {"bool"} if node.operator in COMPARISONS else {"str"} if node.operator == "&" else {"float"}
    if isinstance(node, Call):
        if node.function in ("IF", "IFERROR"):
            branches = node.arguments[1:] if node.function == "IF" else node.arguments
            return {kind for branch in branches for kind in kinds(branch)}
        return {"bool"} if node.function in TRUTHS else {"float"} if node.function in FIGURES else set()
    return set()


@pytest.mark.slow
def test_no_formula_compares_a_truth_value_with_anything_else(first: Campaign, second: Campaign) -> None:
    """To Excel FALSE is greater than any number, so such a comparison never finds anything; to LibreOffice it is 0."""
    compared = 0
    for campaign in (first, second):
        for unit in one_of_each_type(campaign):
            for formula in all_formulas(campaign.forms[unit.code]):
                for node in walk(parse(formula, places=True)):
                    if isinstance(node, Operation) and node.operator in COMPARISONS:
                        left, right = (kinds(operand) for operand in node.operands)
                        assert ("bool" in left) == ("bool" in right) or not (left and right), formula
                        compared += 1
    assert compared > 1000


def all_formulas(form: Path) -> list[str]:
    """The formulas of cells, conditional formats and input rules."""
    found = []
    for sheet in load_workbook(form):
        found += [cell.value for row in sheet for cell in row if cell.data_type == "f"]
        found += [f for area in sheet.conditional_formatting for rule in area.rules for f in rule.formula]
        found += [rule.formula1 for rule in sheet.data_validations.dataValidation if rule.type == "custom"]
    return found


@pytest.mark.parametrize("blanks", ["", " ", "\xa0", " \xa0\n"])
@pytest.mark.parametrize("code", ["ct_1", "ct_3", "ct_4", "ct_5", "ct_8"])
def test_spaces_are_no_answer(small_form: Any, blanks: str, code: str) -> None:
    """Line and panel agree: a required cell with nothing but spaces is missing, any other is wrong until it is emptied."""
    template, form = small_form
    place = template.inputs[code]
    sound = {"ct_1": 3, "ct_2a": 2, "ct_2b": 40, "ct_4": "Trực tiếp", "ct_7": 1}
    typed = {template.inputs[name]: value for name, value in sound.items()} | {place: blanks or None}
    sheets = type_into(form, [typed])
    panel, *beside = (sheets.calculate(cell).to_values()[0] for cell in check_cells(form))
    required = template.indicators[code].need is Need.REQUIRED
    word = MISSING if required else ERROR if blanks else ""
    at = next(c for c in check_cells(form)[1:] if c.row == place.row)
    assert sheets.calculate(at).to_values()[0].startswith(word)
    assert (READY in panel) == (not word)
    assert [text for text in beside if text] == [sheets.calculate(at).to_values()[0]] * bool(word)


@pytest.mark.parametrize("typed", ["*", "Trực*", "Trực tiế?", "~*"])
def test_a_wildcard_is_no_choice(small_form: Any, typed: str) -> None:
    template, form = small_form
    sheets = type_into(form, [{template.inputs["ct_4"]: typed}])
    shown = [sheets.calculate(cell).to_values()[0] for cell in check_cells(form)]
    assert [text for text in shown if text.startswith(f"{ERROR}: ")] == [
        "Lỗi: chỉ nhận một trong các mục của danh sách"
    ]


def test_a_choice_with_spaces_around_it_is_that_choice(tmp_path: Path) -> None:
    """As the office reads it: the form finds nothing wrong, nor do its rules."""
    form = "Báo cáo của {{don_vi}}\nCó thư viện | {{ct_c}}\nSố sách | {{ct_1}}\n"
    lines = "ct_c | Có thư viện | | lựa chọn | | Có;Không\nct_1 | Số sách | cuốn | số đếm | cộng\n"
    rules = 'qt_1 | =OR(ct_c="Có",ct_1=0) | lỗi | Không có thư viện thì không có sách\n'
    campaign = draw_campaign(tmp_path, {"Biểu": form}, lines, "x1 | Xã Một | xa\n", rules)
    cells = read_form(campaign.forms["x1"])
    choice, books = (campaign.template.inputs[code] for code in ("ct_c", "ct_1"))
    typed = ["Có", "Có ", "\xa0Có", "Không ", None]
    sheets = type_into(cells, [{choice: said, books: 5} for said in typed])
    panel = sheets.calculate(check_cells(cells)[0]).to_values()
    assert [READY in text for text in panel] == [True, True, True, False, False]


def test_a_row_of_very_many_inputs_counts_them(tmp_path: Path) -> None:
    """Excel repairs a form in which a function has more than 255 arguments."""
    codes = [f"ct_{number}" for number in range(1, 261)]
    form = "Báo cáo của {{don_vi}}\nDòng | " + " | ".join(f"{{{{{code}}}}}" for code in codes) + "\n"
    kinds = ["số đếm", "văn bản"]
    lines = "".join(f"{code} | Cột {code} | m {code} | {kinds[i % 2]}\n" for i, code in enumerate(codes))
    campaign = draw_campaign(tmp_path, {"Biểu": form}, lines, "x1 | Xã Một | xa\n")
    cells = read_form(campaign.forms["x1"])
    assert not any("CHOOSE" in formula for formula in cells.formulas.values())
    sheets = type_into(cells, [{campaign.template.inputs["ct_3"]: "nhiều"}])
    beside = [sheets.calculate(cell).to_values()[0] for cell in check_cells(cells)[1:]]
    assert [text for text in beside if text] == ["Lỗi: ô thứ 3 điền chưa đúng"]


@pytest.fixture(scope="module")
def small_form(tmp_path_factory: pytest.TempPathFactory) -> tuple[ReportTemplate, FormCells]:
    folder = tmp_path_factory.mktemp("small")
    template, units = write_template(folder / "t.xlsx"), write_units(folder / "u.xlsx")
    made = generate(template, units, folder / "forms")
    return load_template(template)[0], read_form(made.forms[0].path)
