"""Forms saved by other programs in other formats give the answers of the same forms in Excel's: no more, no less, no other."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from collecting import read_back
from filled_campaign import plant_faults, read_answers, read_no_figure, read_problems, to_cells
from libreoffice import fill_many, requires_libreoffice
from mutants import change_bytes, change_members
from openpyxl import load_workbook
from programs import requires_gnumeric, requires_node, save_with_gnumeric, save_with_node

from workbook_tools.forms.fill import fill_form
from workbook_tools.forms.form_marks import ROW
from workbook_tools.readers import read_workbook
from workbook_tools.readers.refused import RefusedFile
from workbook_tools.returns.read import read_return

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from campaigns import Campaign

    from workbook_tools.frames import Collection

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
SAVED = datetime(2023, 10, 9, 8, 0, tzinfo=HERE)
EPOCH = date(1899, 12, 30)
NOTES = [
    "Ước tính",
    "một dòng\nhai dòng",
    "giữa  có hai khoảng trắng",
    "=> đã xong",
    "007",
    "12/2023",
    "“Nghị định” số 5 & <6>",
    "😀 đủ",
]


@dataclass(frozen=True)
class Filled:
    """A campaign with some of its units' forms filled in, as .xlsx in ``folder``: what was typed into each, and what is read."""

    campaign: Campaign
    folder: Path
    typed: dict[str, dict[Any, Any]]
    read: Collection


@pytest.fixture(scope="module")
def both(first: Campaign, second: Campaign, tmp_path_factory: pytest.TempPathFactory) -> list[Filled]:
    found = []
    for campaign, types in ((first, ("xa", "mn")), (second, ("th", "cum"))):
        folder = tmp_path_factory.mktemp("filled")
        typed = {}
        planted = plant_faults(campaign, seed=8).typed
        for unit_type in types:
            unit = next(unit for unit in planted if campaign.roster[unit].type == unit_type)
            typed[unit] = to_cells(campaign, planted[unit])
            noted = [
                place
                for code, place in campaign.template.notes.items()
                if campaign.template.indicators[code].applies_to(unit_type)
            ]
            typed[unit] |= dict(zip(noted, NOTES, strict=False))
            (folder / f"{unit}.xlsx").write_bytes(
                fill_form(campaign.forms[unit].read_bytes(), typed[unit], SAVED)
            )
        found.append(Filled(campaign, folder, typed, read_back(campaign, folder)))
    return found


@pytest.fixture(scope="module")
def keyless(both: list[Filled], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A filled form whose marks are gone, those of the rows and the hidden sheet."""
    return spoil(both[0], tmp_path_factory, lambda text: text.startswith(ROW) or text == "input")


@pytest.fixture(scope="module")
def unlabelled(both: list[Filled], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A filled form in which the printed text of one line is gone."""
    texts = both[0].campaign.template.texts
    home = both[0].campaign.template.inputs["ct_2_1"]
    label = max((text for cell, text in texts.items() if cell.row == home.row and "{{" not in text), key=len)
    return spoil(both[0], tmp_path_factory, lambda text: text == label)


def spoil(filled: Filled, tmp_path_factory: pytest.TempPathFactory, lost: Any) -> Path:
    source = sorted(filled.folder.iterdir())[0]
    workbook = load_workbook(source)
    for sheet in workbook:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and lost(cell.value):
                    cell.value = None
    target = tmp_path_factory.mktemp("spoilt") / source.name
    workbook.save(target)
    return target


class Office:
    """Where a program put the forms it saved: each original's and each format's in a folder of its own."""

    def __init__(self, root: Path, sources: Sequence[Path], suffixes: Sequence[str]) -> None:
        self._root = root
        self.jobs = [(source, self.saved(source, suffix)) for suffix in suffixes for source in sources]
        for _source, target in self.jobs:
            target.parent.mkdir(parents=True, exist_ok=True)

    def saved(self, source: Path, suffix: str) -> Path:
        return self._root / suffix[1:] / source.parent.name / f"{source.stem}{suffix}"


@pytest.fixture(scope="module")
def sources(both: list[Filled], keyless: Path, unlabelled: Path) -> list[Path]:
    return [path for filled in both for path in sorted(filled.folder.iterdir())] + [keyless, unlabelled]


@pytest.fixture(scope="module")
def libreoffice(
    both: list[Filled], keyless: Path, unlabelled: Path, tmp_path_factory: pytest.TempPathFactory
) -> Office:
    """LibreOffice in Viet Nam: blank forms opened, every value typed, and saved in its four formats."""
    root = tmp_path_factory.mktemp("libreoffice")
    suffixes = (".xlsx", ".xls", ".ods", ".fods")
    jobs = []
    for suffix in suffixes:
        for filled in both:
            for unit, values in filled.typed.items():
                typed = {
                    (c.sheet, c.ref): (v - EPOCH).days if isinstance(v, date) else v
                    for c, v in values.items()
                }
                jobs.append(
                    (
                        filled.campaign.forms[unit],
                        typed,
                        root / suffix[1:] / filled.folder.name / f"{unit}{suffix}",
                    )
                )
        jobs += [
            (path, {}, root / suffix[1:] / path.parent.name / f"{path.stem}{suffix}")
            for path in (keyless, unlabelled)
        ]
    for _form, _typed, target in jobs:
        target.parent.mkdir(parents=True, exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", HERE.key)
        fill_many(jobs)
    return Office(root, [], [])


@pytest.fixture(scope="module")
def gnumeric(sources: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Office:
    office = Office(tmp_path_factory.mktemp("gnumeric"), sources, (".xlsx", ".xls", ".ods"))
    save_with_gnumeric(office.jobs)
    return office


@pytest.fixture(scope="module")
def sheetjs(sources: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Office:
    office = Office(tmp_path_factory.mktemp("sheetjs"), sources, (".xlsx", ".xlsb", ".xls", ".ods", ".fods"))
    save_with_node([("sheetjs", *job) for job in office.jobs], tmp_path_factory.mktemp("node"))
    return office


@pytest.fixture(scope="module")
def exceljs(sources: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Office:
    office = Office(tmp_path_factory.mktemp("exceljs"), sources, (".xlsx",))
    save_with_node([("exceljs", *job) for job in office.jobs], tmp_path_factory.mktemp("node"))
    return office


@requires_libreoffice
@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".ods", ".fods"])
def test_libreoffice(
    libreoffice: Office, suffix: str, both: list[Filled], keyless: Path, unlabelled: Path
) -> None:
    assert_same_answers(libreoffice, suffix, both)
    assert_losses_are_noticed(libreoffice, suffix, both[0].campaign, keyless, unlabelled)
    # Some formats tell the time here and some that of Greenwich; none is hours off.
    for filled in both:
        for form in sorted(filled.folder.iterdir()):
            saved = read_return(libreoffice.saved(form, suffix).read_bytes(), None, None)[0].saved
            assert saved is not None
            local = saved.astimezone(HERE).replace(tzinfo=None) if saved.tzinfo else saved
            assert abs(datetime.now(HERE).replace(tzinfo=None) - local).total_seconds() < 1800


@pytest.mark.slow
@requires_gnumeric
@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".ods"])
def test_gnumeric(gnumeric: Office, suffix: str, both: list[Filled], keyless: Path, unlabelled: Path) -> None:
    assert_same_answers(gnumeric, suffix, both)
    assert_losses_are_noticed(gnumeric, suffix, both[0].campaign, keyless, unlabelled)


@requires_gnumeric
@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".ods"])
@pytest.mark.slow
def test_mutants_of_a_form_of_gnumeric(gnumeric: Office, suffix: str, sources: list[Path]) -> None:
    assert_no_mutant_lies(gnumeric.saved(sources[0], suffix).read_bytes(), checked=suffix != ".xls")


@requires_node
@pytest.mark.slow
def test_mutants_of_a_binary_form_of_sheetjs(sheetjs: Office, sources: list[Path]) -> None:
    assert_no_mutant_lies(sheetjs.saved(sources[0], ".xlsb").read_bytes(), checked=True)


def assert_no_mutant_lies(data: bytes, *, checked: bool) -> None:
    """Where the format has checksums, a form that is read in spite of changed bytes says what it said before."""
    whole = read_return(data, None, None)[0].answers

    def check(mutant: bytes) -> bool:
        try:
            answers = read_return(mutant, None, None)[0].answers
        except RefusedFile:
            return False
        assert not checked or answers == whole
        return True

    mutants = [*change_bytes(data, 120)]
    assert sum(map(check, mutants)) < len(mutants)
    if checked:
        for mutant in change_members(data, 50):
            with suppress(RefusedFile):
                read_return(mutant, None, None)


@pytest.mark.slow
@requires_node
@pytest.mark.parametrize("suffix", [".xlsx", ".xlsb", ".xls", ".ods", ".fods"])
def test_sheetjs(sheetjs: Office, suffix: str, both: list[Filled], keyless: Path, unlabelled: Path) -> None:
    check = assert_dates_are_asked_about if suffix in (".ods", ".fods") else assert_same_answers
    check(sheetjs, suffix, both)
    assert_losses_are_noticed(sheetjs, suffix, both[0].campaign, keyless, unlabelled)


@pytest.mark.slow
@requires_node
def test_exceljs(exceljs: Office, both: list[Filled], keyless: Path, unlabelled: Path) -> None:
    assert_same_answers(exceljs, ".xlsx", both)
    assert_losses_are_noticed(exceljs, ".xlsx", both[0].campaign, keyless, unlabelled)


def read_saved(filled: Filled, office: Office, suffix: str) -> Collection:
    return read_back(filled.campaign, office.saved(filled.folder / "x", suffix).parent)


def assert_same_answers(office: Office, suffix: str, both: list[Filled]) -> None:
    """Values, remarks, repairs, doubts and their cells."""
    for filled in both:
        theirs = read_saved(filled, office, suffix)
        assert read_answers(theirs) == read_answers(filled.read)
        assert set(read_answers(theirs)) == set(filled.typed)
        assert read_no_figure(theirs) == read_no_figure(filled.read)
        assert without_late(theirs) == without_late(filled.read)
        assert read_notes(theirs) == read_notes(filled.read)


def assert_dates_are_asked_about(office: Office, suffix: str, both: list[Filled]) -> None:
    """SheetJS writes a date into OpenDocument as a mere number: it counts as none, and is said."""
    for filled in both:
        ours, theirs = filled.read, read_saved(filled, office, suffix)
        dates = {
            (unit, code)
            for unit, answers in read_answers(ours).items()
            for code, value in answers.items()
            if isinstance(value, date)
        }
        assert read_answers(theirs) == {
            unit: {code: value for code, value in answers.items() if (unit, code) not in dates}
            for unit, answers in read_answers(ours).items()
            if any((unit, code) not in dates for code in answers)
        }
        assert {
            (unit, code)
            for kind, unit, code, _, _ in without_late(theirs) - without_late(ours)
            if kind == "date-in-doubt"
        } == dates
        assert read_notes(theirs) == read_notes(ours)


def without_late(collection: Collection) -> set[tuple[str, str, str, str, str]]:
    """The problems but for what hangs on when a form was saved."""
    return {found for found in read_problems(collection) if found[0] != "saved-in-doubt"}


def read_notes(collection: Collection) -> dict[tuple[str, str], str]:
    frame = collection.answers[collection.answers["note"] != ""]
    return dict(zip(zip(frame["unit"], frame["indicator"], strict=True), frame["note"], strict=True))


def assert_losses_are_noticed(
    office: Office, suffix: str, campaign: Campaign, keyless: Path, unlabelled: Path
) -> None:
    """Whatever a program or a reader leaves out of a form, its own marks and printed texts tell."""
    with pytest.raises(RefusedFile) as caught:
        read_return(office.saved(keyless, suffix).read_bytes(), campaign.template, None)
    assert caught.value.code == "lines-lost"
    data = office.saved(unlabelled, suffix).read_bytes()
    assert [
        p.place.indicator for p in read_return(data, campaign.template, None)[1] if p.code == "label-changed"
    ] == ["ct_2_1"]
    assert read_workbook(data).sheets[0].state == "visible"
