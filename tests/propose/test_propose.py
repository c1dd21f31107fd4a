"""A template from a form that is drawn already: what is found, what is guessed, and that nothing on it is lost."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest
from campaigns import SECOND_TEMPLATE, TEMPLATE
from drawn import draw_list, draw_matrix, draw_measures, draw_partly_bold, draw_word
from openpyxl import load_workbook
from openpyxl.styles import PatternFill

from workbook_tools.errors import CannotRead, CannotWrite
from workbook_tools.forms.master import check_forms
from workbook_tools.model import Adding, Kind
from workbook_tools.problems import has_errors
from workbook_tools.propose.grid import Grid
from workbook_tools.propose.inputs import find_inputs
from workbook_tools.spec.roster import load_roster
from workbook_tools.spec.template import load_template, read_template
from workbook_tools.storage.campaign_folder import CampaignFolder
from workbook_tools.usecases.generate import generate
from workbook_tools.usecases.init import lay_out_starter
from workbook_tools.usecases.propose import propose

if TYPE_CHECKING:
    from pathlib import Path

    from workbook_tools.model import ReportTemplate

DEADLINE = date(2026, 12, 10)
MARKERS = re.compile(r"\{\{.*?\}\}")


def proposed(source: Path) -> ReportTemplate:
    """The proposed template, which has to be sound as it comes."""
    target = source.with_name("template.xlsx")
    propose(source, target, DEADLINE)
    template, problems = read_template(target)
    assert not has_errors(problems), [p.message("en") for p in problems]
    assert template is not None
    assert not has_errors(check_forms(template))
    return template


def asked(template: ReportTemplate) -> set[str]:
    return {cell.ref for code, cell in template.inputs.items() if template.indicators[code].asked}


def take_out_markers(path: Path, *, coloured: bool) -> tuple[int, int, int]:
    """A template as it was drawn before: how many inputs it has, how many are found, and how many are found too many."""
    template, _ = load_template(path)
    workbook = load_workbook(path)
    true = found = extra = 0
    for name in template.form_sheets:
        sheet = workbook[name]
        for cell in [cell for row in sheet.iter_rows() for cell in row if type(cell).__name__ == "Cell"]:
            if isinstance(cell.value, str):
                cell.value = MARKERS.sub("", cell.value).strip() or None
            if not coloured:
                cell.fill = PatternFill()
        places = {cell.ref for cell in template.inputs.values() if cell.sheet == name}
        got = {block.ref for block in find_inputs(Grid(sheet)).inputs}
        true, found, extra = true + len(places), found + len(places & got), extra + len(got - places)
    return true, found, extra


@pytest.mark.parametrize(("coloured", "least", "most_extra"), [(True, 148, 1), (False, 148, 3)])
def test_the_sample_forms_without_their_markers(coloured: bool, least: int, most_extra: int) -> None:
    counts = [take_out_markers(path, coloured=coloured) for path in (TEMPLATE, SECOND_TEMPLATE)]
    true, found, extra = (sum(column) for column in zip(*counts, strict=True))
    assert true == 156
    assert found >= least
    assert extra <= most_extra


def test_a_matrix_with_totals(tmp_path: Path) -> None:
    places = draw_matrix(tmp_path / "Mẫu biểu.xlsx")
    template = proposed(tmp_path / "Mẫu biểu.xlsx")
    assert asked(template) == places
    by_cell = {template.inputs[code].ref: line for code, line in template.indicators.items()}
    assert (by_cell["E9"].label, by_cell["E9"].kind) == ("Khối 7: Số học sinh: Nam", Kind.COUNT)
    assert by_cell["C9"].measure == "lớp"
    assert (by_cell["D12"].kind, by_cell["D12"].adding) == (Kind.FORMULA, Adding.SUM)
    codes = {ref: line.code for ref, line in by_cell.items()}
    formulas = {rule.formula: rule.is_error for rule in template.rules}
    assert formulas[f"={codes['D8']}={codes['E8']}+{codes['F8']}"] is True
    assert formulas[f"={codes['F8']}<={codes['D8']}"] is False


def test_lines_with_measures(tmp_path: Path) -> None:
    places = draw_measures(tmp_path / "Phổ cập.xlsx")
    template = proposed(tmp_path / "Phổ cập.xlsx")
    assert asked(template) == places
    by_cell = {template.inputs[code].ref: line for code, line in template.indicators.items()}
    assert [(by_cell[f"D{row}"].kind, by_cell[f"D{row}"].measure) for row in range(6, 13)] == [
        (Kind.COUNT, "trẻ"),
        (Kind.COUNT, "trẻ"),
        (Kind.PERCENT, "%"),
        (Kind.MONEY, "triệu đồng"),
        (Kind.DECIMAL, "m2"),
        (Kind.DATE, ""),
        (Kind.TEXT, ""),
    ]
    assert by_cell["D6"].group == "Trẻ mầm non"
    assert [rule.formula for rule in template.rules] == [f"={by_cell['D7'].code}<={by_cell['D6'].code}"]


def test_ruled_empty_rows(tmp_path: Path) -> None:
    places = draw_list(tmp_path / "Danh sách.xlsx")
    assert asked(proposed(tmp_path / "Danh sách.xlsx")) == places


def test_a_table_drawn_in_word(tmp_path: Path) -> None:
    count = draw_word(tmp_path / "Mẫu.docx")
    template = proposed(tmp_path / "Mẫu.docx")
    lines = [*template.indicators.values()]
    assert len(lines) == count
    assert [line.label for line in lines[:2]] == [
        "Xóa mù chữ: Kết quả: Số lớp",
        "Xóa mù chữ: Kết quả: Số người học",
    ]
    assert {line.group for line in lines} == {"I. Kết quả"}
    assert len(template.rules) == 2


@pytest.mark.parametrize("draw", [draw_matrix, draw_measures, draw_list, draw_partly_bold])
def test_nothing_that_stands_on_the_form_is_lost(tmp_path: Path, draw: object) -> None:
    source = tmp_path / "Mẫu.xlsx"
    draw(source)  # type: ignore[operator]
    before = source.read_bytes()
    propose(source, tmp_path / "t.xlsx", DEADLINE)
    assert source.read_bytes() == before
    old, new = (load_workbook(path, rich_text=True) for path in (source, tmp_path / "t.xlsx"))
    for sheet in old.worksheets:
        for cell in [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]:
            assert new[sheet.title][cell.coordinate].value == cell.value


def test_every_guess_is_listed_with_its_cell(tmp_path: Path) -> None:
    draw_measures(tmp_path / "m.xlsx")
    template = proposed(tmp_path / "m.xlsx")
    sheet = load_workbook(tmp_path / "template.xlsx")["Cần xem"]
    listed = {(row[0].value, row[1].value) for row in sheet.iter_rows(min_row=2)}
    assert {(cell.sheet, cell.ref) for cell in template.inputs.values()} <= listed
    assert all(row[1].hyperlink for row in sheet.iter_rows(min_row=2))


def test_what_is_no_form_or_is_there_already_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotRead, match="already a template"):
        propose(TEMPLATE, tmp_path / "t.xlsx", DEADLINE)
    (tmp_path / "t.xlsx").write_bytes(b"mine")
    with pytest.raises(CannotWrite, match="already"):
        propose(TEMPLATE, tmp_path / "t.xlsx", DEADLINE)
    assert (tmp_path / "t.xlsx").read_bytes() == b"mine"
    import openpyxl

    openpyxl.Workbook().save(tmp_path / "trống.xlsx")
    with pytest.raises(CannotRead, match="no cell"):
        propose(tmp_path / "trống.xlsx", tmp_path / "x.xlsx", DEADLINE)


def test_the_empty_starter_can_be_used_as_it_is(tmp_path: Path) -> None:
    lay_out_starter(tmp_path / "mới", DEADLINE)
    folder = CampaignFolder(tmp_path / "mới")
    template, problems = load_template(folder.template)
    assert problems == []
    assert "ví dụ" in template.indicators["ct_1"].label
    roster, problems = load_roster(folder.units, template)
    assert (len(roster), problems) == (1, [])
    made = generate(folder.template, folder.units, folder.forms)
    assert [form.action for form in made.forms] == ["written"]
    folder.units.write_bytes(b"mine")
    assert lay_out_starter(tmp_path / "mới", DEADLINE) == []
    assert folder.units.read_bytes() == b"mine"
