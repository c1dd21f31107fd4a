"""Every bad and odd file of the corpus has the fate it should, costs no other file anything, and is never changed."""

from __future__ import annotations

import hashlib
import re
import site
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from collecting import fill, read_back
from corpus import ANSWERS, UNIT, Case, build_corpus

from workbook_tools.answers.table import build_answers
from workbook_tools.forms.form_id import read_key
from workbook_tools.inbox.folder import find_files
from workbook_tools.model import Outcome, State
from workbook_tools.returns.result import FileReading, ReadingContext
from workbook_tools.returns.workers.pool import read_files

if TYPE_CHECKING:
    from campaigns import Campaign

_SPREADSHEETS = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".fods", ".xltx", ".xlt", ".ots"}
FATES = {"read": Outcome.ACCEPTED, "refused": Outcome.REJECTED, "litter": Outcome.IGNORED}


@pytest.fixture(scope="session")
def corpus(first: Campaign) -> dict[str, Case]:
    key = read_key(first.key)
    assert key is not None
    return build_corpus(first.forms[UNIT].read_bytes(), key)


@pytest.fixture(scope="session")
def folder(corpus: dict[str, Case], tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("kho tệp lạ")
    for name, case in corpus.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(case.data)
    return root


@pytest.fixture(scope="session")
def readings(folder: Path, first: Campaign) -> dict[str, list[FileReading]]:
    """File name → what came of it, and of what is inside it."""
    context = ReadingContext(folder, first.template, first.roster, read_key(first.key))
    return {(of[0].container or of[0].path): of for of in read_files(find_files(folder), context)}


def test_there_are_many(corpus: dict[str, Case]) -> None:
    assert len(corpus) >= 200


def test_every_file_has_the_fate_it_should(
    corpus: dict[str, Case], readings: dict[str, list[FileReading]], first: Campaign
) -> None:
    wrong = [line for name, case in corpus.items() for line in _compare(name, case, readings[name], first)]
    assert "\n".join(wrong) == ""


def _compare(name: str, case: Case, found: list[FileReading], campaign: Campaign) -> list[str]:
    if len(found) > 1:
        found = [reading for reading in found if reading.outcome is not Outcome.IGNORED]
    [reading] = found
    answers, problems = build_answers([reading], campaign.template, campaign.roster)
    codes = {p.code for p in (*reading.problems, *problems)}
    if reading.outcome is not FATES[case.fate]:
        return [f"{name}: {reading.outcome} {sorted(codes)}, not {case.fate}"]
    wrong = (
        []
        if not case.code or case.code in codes or case.code == "answer-missing"
        else [f"{name}: {sorted(codes)}, not {case.code}"]
    )
    if case.fate == "read":
        known = answers[answers["state"] == State.ANSWERED]
        read = dict(zip(known["indicator"], known["value"], strict=True))
        expected = {
            code: value for code, value in {**ANSWERS, **(case.answers or {})}.items() if value is not None
        }
        wrong += [f"{name}: read {read}"] if read != expected else []
    return wrong


def test_units_and_lines_are_said_by_their_names(
    readings: dict[str, list[FileReading]], first: Campaign
) -> None:
    """A code stands behind its unit's name, or alone where the roster has no such unit."""
    wrong = []
    for reading in (reading for of in readings.values() for reading in of):
        for problem in reading.problems:
            said = problem.message("vi") + problem.remedy("vi")
            for unit in first.roster:
                said = said.replace(first.roster.named(unit.code), "").replace(reading.path, "")
            words = set(re.findall(r"[\w-]+", said))
            wrong += [said] if words & {*first.roster.units, *first.template.indicators} else []
    assert wrong == []


def test_good_forms_among_bad_files_add_up_as_alone(folder: Path, first: Campaign, tmp_path: Path) -> None:
    """A third of the corpus, some of each kind, lies in a subfolder; its own unit is left out of the comparison."""
    good = tmp_path / "good"
    for position, unit in enumerate(["11632", "11635", "11632-mn", "11635-th", "thpt-an-lao"]):
        fill(first, unit, {"ct_2_1": 3 + position, "ct_3_1": 40 * position}, good / f"{unit}.xlsx")
    alone = read_back(first, good)
    for path in sorted(folder.rglob("*"))[::3]:
        if path.is_file():
            target = good / "lạ" / path.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    fingerprints = {
        path: hashlib.sha256(path.read_bytes()).hexdigest() for path in good.rglob("*") if path.is_file()
    }
    together = read_back(first, good)
    mine = together.answers["unit"] != UNIT
    # The files of the answers left out remain among the categories.
    pd.testing.assert_frame_equal(
        together.answers[mine].reset_index(drop=True),
        alone.answers,
        check_dtype=False,
        check_categorical=False,
    )
    counts = together.files["outcome"].value_counts()
    assert (
        counts.sum() == len(together.files) == counts.reindex([str(o) for o in Outcome], fill_value=0).sum()
    )
    assert fingerprints == {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in fingerprints}


def test_workbooks_that_other_programs_ship_are_strangers(first: Campaign, tmp_path: Path) -> None:
    """Whatever spreadsheets the programs on this machine brought along: each has its outcome, none is taken for a return."""
    roots = [*map(Path, site.getsitepackages()), Path("/usr/lib/libreoffice"), Path("/usr/share")]
    shipped = [
        path for root in roots for path in sorted(root.rglob("*.*")) if path.suffix.lower() in _SPREADSHEETS
    ]
    if not shipped:
        pytest.skip("no program on this machine brought a spreadsheet along")
    for number, path in enumerate(shipped):
        (tmp_path / f"{number} {path.name}").write_bytes(path.read_bytes())
    collection = read_back(first, tmp_path)
    assert list(collection.files["outcome"]) == [Outcome.REJECTED] * len(shipped)
    assert {p.code for p in collection.problems} <= {"not-a-form", "return-too-large", "return-damaged"}
