"""A unit drags one input onto another, as Excel lets it: the lines go on being checked, each its own."""

from __future__ import annotations

import io
import re
import zipfile
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Any

import pytest
from filled_campaign import to_cells
from libreoffice import requires_libreoffice, watch_forms
from live_forms import read_form
from openpyxl import load_workbook
from sheets import write_template, write_units

from workbook_tools.excel import Cell
from workbook_tools.forms.live.lasting_references import Ground
from workbook_tools.forms.live.live_checks import ERROR, MISSING
from workbook_tools.forms.live.progress import READY
from workbook_tools.formula.parser import parse
from workbook_tools.formula.tree import Reference, walk
from workbook_tools.usecases.generate import generate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from campaigns import Campaign

    from workbook_tools.forms.recalculate import FormCells


@pytest.fixture(scope="module")
def forms(first: Campaign, second: Campaign, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A form of every unit type of three campaigns; the small one has a mirror in the column of what it mirrors."""
    folder = tmp_path_factory.mktemp("small")
    template, units = write_template(folder / "t.xlsx"), write_units(folder / "u.xlsx")
    small = [form.path for form in generate(template, units, folder / "forms").forms]
    return small + [c.forms[u] for c in (first, second) for u in {u.type: u.code for u in c.roster}.values()]


def references(form: FormCells) -> Iterator[tuple[Cell, Reference]]:
    for home, formula in form.formulas.items():
        for node in walk(parse(formula, places=True)):
            if isinstance(node, Reference):
                yield home, node


@pytest.mark.slow
def test_no_formula_hangs_on_a_cell_that_can_be_dragged(forms: list[Path]) -> None:
    """Alone, or as a whole edge of a range, such a cell would take the reference along or leave #REF! behind."""
    for path in forms:
        workbook = load_workbook(path)
        for home, node in references(read_form(path)):
            sheet = workbook[node.sheet or home.sheet]
            (top, left), (bottom, right) = node.first, node.last
            across, down = range(left, right + 1), range(top, bottom + 1)
            edges = [[(top, c) for c in across], [(bottom, c) for c in across]]
            edges += [[(r, left) for r in down], [(r, right) for r in down]]
            for edge in edges:
                assert any(sheet.cell(*place).protection.locked for place in edge), (path.name, home, node)


def test_no_formula_goes_in_a_circle_as_excel_sees_it(forms: list[Path]) -> None:
    """To Excel a formula hangs on every cell of the ranges that it names."""
    for path in forms:
        form = read_form(path)
        below: dict[Cell, set[Cell]] = {cell: set() for cell in form.formulas}
        for home, node in references(form):
            cells = {Cell(node.sheet or home.sheet, *part.first) for part in node.cells()}
            below[home] |= cells & form.formulas.keys()
        # ROW and COLUMN of a cell do not hang on what it shows; they are of hidden marks, which are no formulas.
        assert len(list(TopologicalSorter(below).static_order())) == len(below)


@pytest.mark.parametrize(
    ("cell", "home", "expected"),
    [
        (Cell("A", 5, 3), Cell("A", 5, 9), "INDEX($C$1:$C$20,ROW())"),
        (Cell("A", 5, 3), Cell("A", 6, 9), "INDEX($C$1:$C$20,ROW($H$5))"),
        (Cell("A", 5, 3), Cell("B b", 5, 9), "INDEX('A'!$C$1:$C$20,ROW('A'!$H$5))"),
        (
            Cell("A", 9, 4),
            Cell("A", 9, 9),
            "INDEX($C$9:$D$20,ROW()-ROW($H$9)+1,COLUMN($D$22)-COLUMN($C$22)+1)",
        ),
    ],
)
def test_a_place_in_a_range(cell: Cell, home: Cell, expected: str) -> None:
    """Below a cell to avoid a range begins anew; where it would begin with an input, it takes in the column beside."""
    ground = Ground("A", (20, 6), 22, 8, frozenset({(5, 3), (9, 4)}), frozenset({(8, 4)}))
    assert ground.refer(cell, home).replace("A!", "'A'!").replace("''A'!'", "'A'!") == expected


@requires_libreoffice
@pytest.mark.slow
def test_a_dragged_cell_leaves_both_lines_watched(first: Campaign, tmp_path: Path) -> None:
    """E23 onto E24: line 23 is blank, line 24 has the figure; both can be filled in again, and errors are seen."""
    unit = "11629"
    path = tmp_path / "form.xlsx"
    path.write_bytes(unprotected(first.forms[unit]))
    answers = to_cells(first, first.invent_answers(8)[unit])
    sheet = first.template.form_sheets[0]
    scenes: list[list[tuple[str, str, Any]]] = [
        [(cell.sheet, cell.ref, value) for cell, value in answers.items()],
        [(sheet, "E23", ["E24"])],
        [(sheet, "E23", "khoảng 3")],
        [(sheet, "E23", 12), (sheet, "E24", -1)],
        [(sheet, "E24", 7)],
    ]
    column = next(
        c for c, f in read_form(path).formulas.items() if c.row == 23 and f.startswith("IF(COUNTIF")
    )
    letter = re.sub("[0-9]", "", column.ref)
    areas = [(sheet, f"{letter}23:{letter}24"), (sheet, "A1")]
    (shown,) = watch_forms([(path, areas, scenes)])
    assert [(str(a).partition(":")[0], str(b).partition(":")[0]) for a, b, _ in shown] == [
        ("", ""),
        (MISSING, ""),
        (ERROR, ""),
        ("", ERROR),
        ("", ""),
    ]
    assert [READY in str(panel) for *_, panel in shown] == [True, False, False, False, True]


def unprotected(form: Path) -> bytes:
    """The form as its sheets are without protection, which a drag in Excel does not need, but the bridge does."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(form) as package, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in package.namelist():
            copy.writestr(name, re.sub(rb"<sheetProtection[^>]*/>", b"", package.read(name)))
    return buffer.getvalue()
