"""The sample forms, each of another structure, go the whole way: checked, made, filled in, collected, added up, reported."""

from __future__ import annotations

import math
import re
import sys
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pytest
from campaigns import ROOT, Campaign
from collecting import fill, fill_all
from docx import Document
from filled_campaign import to_cells
from libreoffice import calculate, recalculate, requires_libreoffice
from openpyxl import load_workbook
from pivots.lint import lint
from planted import FORMS, Planted
from word_reports import write_word_report

from workbook_tools.consolidated.office_report.statements import build_statements
from workbook_tools.forms.form_id import read_key
from workbook_tools.problems import Severity
from workbook_tools.returns.result import ReadingContext, read_found
from workbook_tools.spec.template import read_template
from workbook_tools.tally.apply_decisions import Decisions
from workbook_tools.tally.build_collection import build_collection
from workbook_tools.usecases.collect import CollectOptions, collect, write_workbook
from workbook_tools.usecases.generate import generate
from workbook_tools.usecases.init import WORD_TEMPLATE, bundled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from openpyxl.workbook import Workbook

    from workbook_tools.frames import Collection

SAMPLES = ROOT / "samples/forms"
NAMES = sorted(FORMS)


@dataclass
class Way:
    """A sample form on its way; what is not asked for is not made."""

    name: str
    folder: Path

    @property
    def planted(self) -> Planted:
        return FORMS[self.name]

    @cached_property
    def campaign(self) -> Campaign:
        return Campaign(
            SAMPLES / f"{self.name}_template.xlsx", SAMPLES / f"{self.name}_units.xlsx", self.folder
        )

    @cached_property
    def returned(self) -> Path:
        """Every other unit's form is filled in by openpyxl, which leaves no results of formulas."""
        folder = self.folder / "returned"
        sent = [*self.planted.answers.items()]
        fill_all(self.campaign, dict(sent[::2]), folder, self.saved)
        for unit, answers in sent[1::2]:
            book = load_workbook(self.campaign.forms[unit])
            for cell, value in to_cells(self.campaign, answers).items():
                book[cell.sheet][cell.ref].value = value
            book.properties.modified = self.saved.replace(tzinfo=None)
            book.save(folder / f"{unit}.xlsx")
        return folder

    @property
    def saved(self) -> datetime:
        from datetime import UTC, datetime, time

        return datetime.combine(self.campaign.template.campaign.deadline, time(8), UTC)

    def collect(self, folder: Path, **options: Any) -> Collection:
        return collect(
            folder,
            self.campaign.template_path,
            self.campaign.units_path,
            CollectOptions(key=self.campaign.key, **options),
        )

    @cached_property
    def collection(self) -> Collection:
        return self.collect(self.returned)

    def collect_here(self, folder: Path) -> Collection:
        """The same in this process and with the template as it was read: for tests of many folders."""
        known = self.collection
        context = ReadingContext(folder, known.template, known.roster, read_key(self.campaign.key))
        readings = [found for path in sorted(folder.iterdir()) for found in read_found(path.name, context)]
        return build_collection(str(folder), readings, Decisions("", known.template, known.roster), [])

    @cached_property
    def workbook(self) -> Path:
        path = self.folder / f"{self.name}.xlsx"
        write_workbook(self.collection, path)
        return path

    @cached_property
    def book(self) -> Workbook:
        return load_workbook(self.workbook, data_only=True)

    def value(self, unit: str, code: str, collection: Collection | None = None) -> object:
        answers = (collection or self.collection).answers
        [value] = answers[(answers["unit"] == unit) & (answers["indicator"] == code)]["value"]
        return value


@pytest.fixture(scope="module")
def ways(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Way]:
    return {name: Way(name, tmp_path_factory.mktemp(name)) for name in NAMES}


@pytest.fixture(params=NAMES)
def way(request: pytest.FixtureRequest, ways: dict[str, Way]) -> Way:
    return ways[request.param]


def contents(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """What every sheet of a workbook says."""
    book = load_workbook(path, read_only=True)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def test_the_samples_are_what_their_tables_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "tools")
    monkeypatch.delitem(sys.modules, "sample_forms", raising=False)
    import sample_forms

    for name, table in sample_forms.read_tables().items():
        sample_forms.write_campaign(table, tmp_path / "template.xlsx", tmp_path / "units.xlsx")
        for part in ("template", "units"):
            assert contents(tmp_path / f"{part}.xlsx") == contents(SAMPLES / f"{name}_{part}.xlsx"), name


def test_the_check_has_no_false_warning(way: Way) -> None:
    _, problems = read_template(SAMPLES / f"{way.name}_template.xlsx")
    assert [p for p in problems if p.severity is not Severity.NOTICE] == []


def test_every_figure_is_counted_as_planted(way: Way) -> None:
    totals = way.collection.totals["total"]
    wrong = {c: (totals.get(c), v) for c, v in way.planted.totals.items() if not math.isclose(totals[c], v)}
    assert wrong == {}
    values = {place: way.value(*place) for place in way.planted.values}
    assert values == pytest.approx(way.planted.values)


def test_every_planted_fault_is_found_and_no_other(way: Way) -> None:
    found = {(p.code, p.place.unit, p.place.indicator) for p in way.collection.problems}
    # The clock of the machine that fills in forms here runs years after their deadline.
    assert {
        one for one in found if one[0] not in ("formula-in-form", "saved-in-doubt")
    } == way.planted.problems


def test_the_pivots_are_sound(way: Way) -> None:
    assert lint(way.workbook) == []


def office_figures(way: Way) -> dict[str, object]:
    """What the office's report shows at each line's place: the same cells as in the form, by sheet."""
    sheets = [sheet for sheet in way.book.worksheets if sheet.title.startswith("Báo cáo ")]
    template = way.collection.template
    of_form = dict(zip(template.form_sheets, sheets, strict=False))
    return {code: of_form[cell.sheet][cell.ref].value for code, cell in template.inputs.items()}


def test_the_office_s_report_shows_the_totals(way: Way) -> None:
    shown, totals = office_figures(way), way.collection.totals["total"]
    assert {code: shown[code] for code in way.planted.totals} == pytest.approx(way.planted.totals)
    assert {code: shown[code] for code in totals.dropna().index} == pytest.approx(dict(totals.dropna()))


def test_word_shows_every_total(way: Way) -> None:
    path = way.folder / "report.docx"
    write_word_report(way.collection, bundled(WORD_TEMPLATE), path)
    rows = {
        row.cells[0].text: [cell.text for cell in row.cells]
        for table in Document(str(path)).tables
        for row in table.rows
    }
    for code, total in way.collection.totals["total"].dropna().items():
        shown = rows[way.collection.template.indicators[str(code)].label][2]
        number = float(shown.rstrip("%").replace(".", "").replace(",", "."))
        assert number / (100 if shown.endswith("%") else 1) == pytest.approx(total, abs=0.006), code
    if way.name == "three_sheets":
        assert rows["Đủ mỗi lớp một phòng"][2] in ("Đủ", "Chưa đủ")
        assert rows["Đủ mỗi lớp một phòng"][2] == office_figures(way)["du_phong"]


def test_no_area_contributes_more_than_all(ways: dict[str, Way]) -> None:
    """Changes have signs; parts of such a total are no shares of it."""
    said = [found.text for found in build_statements(ways["finance"].collection)]
    shares = [int(share) for text in said for share in re.findall(r"bằng (-?[0-9]+) % tổng số", text)]
    assert shares
    assert all(0 <= share <= 100 for share in shares)


def test_figures_are_carried_over_to_the_next_period(ways: dict[str, Way], tmp_path: Path) -> None:
    """The unit that does not report the second month still counts in the running totals."""
    way = ways["monthly"]
    forms = generate(
        way.campaign.template_path,
        way.campaign.units_path,
        tmp_path / "forms",
        key=way.campaign.key,
        previous=way.workbook,
    )
    assert not [p for p in forms.problems if p.severity is Severity.ERROR]
    way.campaign.forms, first = {f.unit: f.path for f in forms.forms}, way.campaign.forms
    for unit, answers in way.planted.later.items():
        fill(way.campaign, unit, answers, tmp_path / f"returned/{unit}.xlsx", way.saved)
    way.campaign.forms = first
    later = way.collect(tmp_path / "returned", previous=way.workbook)
    totals = later.totals["total"]
    assert {code: totals[code] for code in way.planted.later_totals} == way.planted.later_totals
    assert way.value("xa-a", "lk_kham", later) == 200


def two_of(way: Way) -> list[Path]:
    """A return that was filled in by this program, and one by openpyxl."""
    return [way.returned / f"{unit}.xlsx" for unit in [*way.planted.answers][:2]]


@requires_libreoffice
@pytest.mark.slow
def test_libreoffice_comes_to_the_same_in_the_report(way: Way) -> None:
    (theirs,) = calculate([way.workbook])
    assert theirs.keys() == set(way.book.sheetnames)
    differing = {
        f"{sheet.title}!{cell.coordinate}": (cell.value, theirs[sheet.title].get(cell.coordinate))
        for sheet in way.book
        for cell in numbers(sheet)
        if not alike(cell.value, theirs[sheet.title].get(cell.coordinate))
    }
    assert differing == {}


@requires_libreoffice
@pytest.mark.slow
def test_what_libreoffice_saved_of_the_forms_is_read_alike(way: Way, tmp_path: Path) -> None:
    recalculate(two_of(way), tmp_path)
    again = way.collect_here(tmp_path)
    ours, theirs = (
        found.answers[found.answers["unit"].isin([path.stem for path in two_of(way)])].set_index(
            ["unit", "indicator"]
        )
        for found in (way.collection, again)
    )
    assert theirs["value"].to_dict() == pytest.approx(ours["value"].to_dict())
    assert "computed-differs" not in {p.code for p in again.problems}


def numbers(sheet: Any) -> Iterator[Any]:
    for row in sheet.iter_rows():
        yield from (cell for cell in row if isinstance(cell.value, int | float))


def alike(ours: object, theirs: object) -> bool:
    return isinstance(theirs, int | float) and math.isclose(float(ours), theirs, abs_tol=1e-9)  # type: ignore[arg-type]


def exchange_rows(sheet: Any, first: int, second: int) -> None:
    for column in range(1, sheet.max_column + 1):
        one, other = sheet.cell(first, column), sheet.cell(second, column)
        one.value, other.value = other.value, one.value


def sort_rows(sheet: Any, first: int, last: int) -> None:
    """Whole rows put in the opposite order, as a sort of the table would."""
    while first < last:
        exchange_rows(sheet, first, last)
        first, last = first + 1, last - 1


def exchange_columns(sheet: Any, first: int, last: int) -> None:
    """The second and third column, cut and put in each other's place."""
    for row in range(1, sheet.max_row + 1):
        cells = sheet.cell(row, 2), sheet.cell(row, 3)
        if not any(cell.coordinate in block for cell in cells for block in sheet.merged_cells.ranges):
            cells[0].value, cells[1].value = cells[1].value, cells[0].value


MOVES: dict[str, Callable[[Any, int, int], None]] = {
    "rows exchanged": exchange_rows,
    "sorted": sort_rows,
    "a row inserted": lambda sheet, first, last: sheet.insert_rows(first, 1),
    "a row deleted": lambda sheet, first, last: sheet.delete_rows(first - 1, 1),
    "a column inserted": lambda sheet, first, last: sheet.insert_cols(2),
    "columns exchanged": exchange_columns,
    "rows moved": lambda sheet, first, last: sheet.move_range(f"A{first}:Z{last}", rows=40),
}


TRIED = [
    (name, move)
    # The large form's 900 lines are alike; to move them takes as long as to move those of all other forms.
    for number, name in enumerate(name for name in NAMES if name != "large")
    for place, move in enumerate(MOVES)
    # Each form in some ways, and each way on some forms: that there are cells of it that moved makes the difference.
    if (place - number) % len(MOVES) in (0, 2, 3)
]


@pytest.mark.parametrize(("name", "moved"), TRIED)
def test_wherever_rows_and_columns_go_no_figure_is_wrong(
    ways: dict[str, Way], name: str, moved: str, tmp_path: Path
) -> None:
    way, move = ways[name], MOVES[moved]
    unit = next(iter(way.planted.answers))
    path = fill(way.campaign, unit, way.planted.answers[unit], tmp_path / "a.xlsx", way.saved)
    rows = sorted(
        {cell.row for cell in way.campaign.template.inputs.values() if cell.sheet == first_sheet(way)}
    )
    book = load_workbook(path)
    merged = {
        row for block in book[first_sheet(way)].merged_cells.ranges for row in (block.min_row, block.max_row)
    }
    rows = [row for row in rows if row not in merged]
    move(book[first_sheet(way)], rows[0], rows[-2])
    book.save(path)
    collection = way.collect_here(tmp_path)
    right = way.collection.answers.query("unit == @unit").set_index("indicator")["value"].to_dict()
    found = collection.answers.query("unit == @unit").set_index("indicator")["value"].to_dict()
    wrong = {
        code: (value, right[code])
        for code, value in found.items()
        if value is not None and value != right[code]
    }
    calculated = {code for code in wrong if not way.campaign.template.indicators[code].asked}
    assert set(wrong) <= calculated
    # A sum over what is left of its parts is no wrong number only if it is said which parts were not read.
    assert not wrong or "in-doubt" in set(collection.answers["state"])


def first_sheet(way: Way) -> str:
    return way.campaign.template.form_sheets[0]


def test_no_wrapped_text_of_the_office_s_report_is_clipped(way: Way) -> None:
    clipped = {
        f"{sheet.title}!{cell.coordinate}": cell.value
        for sheet in way.book
        if sheet.title.startswith("Báo cáo ")
        for cell, points, height in wrapped_texts(sheet)
        # Letters are at least 0.45 of the font's size wide; a text that is as wide as its cell takes one line.
        if math.ceil(len(cell.value) * cell.font.sz * 0.45 / points) * cell.font.sz * 1.15 > height
    }
    assert clipped == {}


def wrapped_texts(sheet: Any) -> Iterator[tuple[Any, float, float]]:
    """The texts that wrap, each with the width and height in points of its cell or block."""
    blocks = {block.start_cell.coordinate: block for block in sheet.merged_cells.ranges}
    widths = {
        column: known.width
        for known in sheet.column_dimensions.values()
        for column in range(known.min, known.max + 1)
    }
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and cell.value and cell.alignment.wrap_text:
                left, top, right, bottom = getattr(
                    blocks.get(cell.coordinate), "bounds", (cell.column, cell.row, cell.column, cell.row)
                )
                points = sum(widths.get(n, 8.43) * 7 + 5 for n in range(left, right + 1)) * 0.75
                height = sum(sheet.row_dimensions[n].height or 15.0 for n in range(top, bottom + 1))
                yield cell, points, height
