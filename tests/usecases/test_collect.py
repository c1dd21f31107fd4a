"""What collect promises whatever lies in the folder: nothing lost, nothing changed, one return of each unit, the same result every time."""

from __future__ import annotations

import base64
import hashlib
import math
import multiprocessing
import os
import re
import shutil
import zipfile
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from collecting import SAVED, fill, outcomes, read_back
from corpus import UNIT, lay_out_light
from filled_campaign import read_answers, read_no_figure
from openpyxl import load_workbook
from wine_faults import skip_on_wine

from workbook_tools.errors import CannotRead
from workbook_tools.forms.form_id import read_key
from workbook_tools.inbox.folder import find_files
from workbook_tools.model import Outcome
from workbook_tools.returns.workers.pool import read_files
from workbook_tools.usecases.collect import CollectOptions, collect, write_workbook

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from campaigns import Campaign


@pytest.mark.slow
def test_order_and_dates_of_the_files_change_nothing_and_reading_changes_no_file(
    demo: Any, first: Campaign, tmp_path: Path
) -> None:
    """The demonstration's files, copied in another order with other dates: the same workbook, byte by byte."""
    returned = demo.workbook.parent / "returned"
    originals = {
        path.relative_to(returned): path.read_bytes() for path in returned.rglob("*") if path.is_file()
    }
    copy = tmp_path / "returned"
    for number, path in enumerate(
        sorted(originals, key=lambda p: hashlib.sha256(p.name.encode()).hexdigest())
    ):
        (copy / path).parent.mkdir(parents=True, exist_ok=True)
        (copy / path).write_bytes(originals[path])
        os.utime(copy / path, (1_500_000_000 - number, 1_500_000_000 - 1000 * number))
    before = {path: path.stat() for path in copy.rglob("*") if path.is_file()}
    options = CollectOptions(key=demo.workbook.parent / "signing.key")
    collection = collect(copy, first.template_path, first.units_path, options)
    write_workbook(collection, tmp_path / "consolidated.xlsx")
    assert (tmp_path / "consolidated.xlsx").read_bytes() == demo.workbook.read_bytes()
    assert {path.relative_to(copy): path.read_bytes() for path in before} == originals
    assert {path: path.stat().st_mtime_ns for path in copy.rglob("*") if path.is_file()} == {
        p: s.st_mtime_ns for p, s in before.items()
    }


@pytest.mark.slow
def test_files_may_be_read_in_any_order_and_are_remembered_as_they_were_read(
    first: Campaign,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whole returns and every odd file that is soon read, returns that tie and returns that were replaced among them.

    They are read forwards and backwards; any other order is one of what was read, which the cache remembers.
    """
    key = read_key(first.key)
    assert key is not None
    lay_out_light(tmp_path / "lạ", first.forms[UNIT].read_bytes(), key)
    for number, unit in enumerate(list(first.forms)[:6]):
        fill(first, unit, {"ct_2_1": number}, tmp_path / f"{unit}.xlsx")
        fill(
            first,
            unit,
            {"ct_2_1": number + number % 3},
            tmp_path / "lần hai" / f"{unit}.xlsx",
            SAVED + timedelta(days=number % 2),
        )
    found = find_files(tmp_path)
    orders = [found, found[::-1], Random(0).sample(found, len(found))]
    monkeypatch.setattr("workbook_tools.usecases.collect.find_files", lambda folder: orders.pop(0))
    cache = tmp_path_factory.mktemp("nhớ") / "readings.sqlite3"
    read: list[int] = []

    def count(found: Sequence[Any], context: Any) -> Any:
        read.append(len(found))
        return read_files(found, context)

    monkeypatch.setattr("workbook_tools.usecases.collect.read_files", count)
    expected, *others = [
        collect(
            tmp_path,
            first.template_path,
            first.units_path,
            CollectOptions(key=first.key, cache=remembered),
        )
        for remembered in (cache, None, cache)
    ]
    assert {"return-tie", "superseded-return", "duplicate-return"} <= {p.code for p in expected.problems}
    # Litter and empty files are not opened at all, so there is nothing to remember.
    assert read[0] == read[1] > 150
    assert read[2] < read[0] / 10
    for collection in others:
        assert collection.problems == expected.problems
        for name in ("files", "answers", "status", "totals", "comparison"):
            pd.testing.assert_frame_equal(getattr(collection, name), getattr(expected, name))


@pytest.mark.slow
def test_every_file_has_one_outcome(demo: Any) -> None:
    files = demo.collection.files
    assert len(files) == sum(1 for path in (demo.workbook.parent / "returned").rglob("*") if path.is_file())
    assert files["path"].is_unique
    assert files["outcome"].value_counts().reindex([str(o) for o in Outcome], fill_value=0).sum() == len(
        files
    )


def test_a_folder_without_returns_leaves_everybody_missing(first: Campaign, tmp_path: Path) -> None:
    """Whether it is empty, or has the litter of programs in it."""
    folder = tmp_path / "returned"
    (folder / "sâu").mkdir(parents=True)
    for litter in ([], ["~$11629_Thi-tran-An-Lao.xlsx", ".DS_Store", "sâu/Thumbs.db"]):
        for name in litter:
            (folder / name).write_bytes(b"\x00" * 165)
        collection = read_back(first, folder)
        assert set(collection.status["outcome"]) == {"missing"}
        assert set(outcomes(collection).values()) == ({Outcome.IGNORED} if litter else set())
        assert collection.totals["total"].isna().all()
        assert collection.problems == ()
    write_workbook(collection, tmp_path / "out.xlsx")
    assert load_workbook(tmp_path / "out.xlsx", read_only=True).sheetnames[0] == "Tổng quan"


def test_names_with_blanks_and_diacritics_composed_or_not(first: Campaign, tmp_path: Path) -> None:
    """An e may carry its signs in one character, or in three as macOS writes them."""
    folder = tmp_path / "Báo cáo đã nộp (2023)" / "Xa\u0303 Tru\u031bo\u031b\u0300ng Tho\u0323"
    fill(first, "11635", {"ct_2_1": 5}, folder / "bản cuối cùng.xlsx")
    collection = read_back(first, folder.parent)
    assert read_answers(collection) == {"11635": {"ct_2_1": 5}}
    assert outcomes(collection) == {f"{folder.name}/bản cuối cùng.xlsx": Outcome.WARNED}


@skip_on_wine("a file cannot have half a surrogate pair in its name")
@pytest.mark.slow
def test_what_is_no_utf8_is_replaced_before_pandas_sees_it(first: Campaign, tmp_path: Path) -> None:
    """With pyarrow installed pandas keeps texts as UTF-8, and refuses lone surrogates."""
    folder = tmp_path / "returned"
    form = fill(first, "11635", {"ct_2_1": 5, "tm_1": "hỏng _xD83D_ _xDC80_"}, tmp_path / "a.xlsx")
    mail = b"\r\n".join(
        (
            b"From: =?utf-8?b?7aCB?= <b\xe1o@example.vn>",
            b"Subject: B\xe1o c\xe1o \xed\xa0\x81",
            b"MIME-Version: 1.0",
            b"Content-Type: application/octet-stream",
            b'Content-Disposition: attachment; filename="b\xe1o c\xe1o.xlsx"',
            b"Content-Transfer-Encoding: base64",
            b"",
            base64.encodebytes(form.read_bytes()),
        )
    )
    folder.mkdir()
    (folder / "th\udcb0.eml").write_bytes(mail)
    collection = read_back(first, folder)
    write_workbook(collection, tmp_path / "out.xlsx")
    assert read_answers(collection) == {"11635": {"ct_2_1": 5, "tm_1": "hỏng � �"}}
    texts = [*collection.files.to_numpy().ravel(), *collection.answers.to_numpy().ravel()]
    assert [text for text in texts if isinstance(text, str) and re.search("[\ud800-\udfff]", text)] == []


def test_an_error_that_is_kept_keeps_no_process(first: Campaign, tmp_path: Path) -> None:
    """The page shows what failed until something else is done."""
    fill(first, "11635", {"ct_2_1": 5}, tmp_path / "returned" / "a.xlsx")
    (tmp_path / "decisions.xlsx").write_bytes(b"PK")
    options = CollectOptions(key=first.key, decisions=tmp_path / "decisions.xlsx")
    with pytest.raises(CannotRead) as kept:
        collect(tmp_path / "returned", first.template_path, first.units_path, options)
    assert multiprocessing.active_children() == []
    assert kept.value.path == tmp_path / "decisions.xlsx"


def test_kcsl_is_not_0(first: Campaign, tmp_path: Path) -> None:
    """A line that nobody has figures for has no total; a line that somebody has 0 for has."""
    fill(first, "thpt-an-lao", {"ct_2_1": "KCSL", "ct_2_2": 0, "ct_2_3": "KCSL"}, tmp_path / "a.xlsx")
    fill(first, "thpt-quoc-tuan", {"ct_2_1": "KCSL", "ct_2_2": "KCSL", "ct_2_3": 7}, tmp_path / "b.xlsx")
    collection = read_back(first, tmp_path)
    assert len(read_no_figure(collection)) == 4
    assert math.isnan(collection.totals.at["ct_2_1", "total"])
    assert tuple(collection.totals.loc["ct_2_2"]) == (0, 1)
    assert tuple(collection.totals.loc["ct_2_3"]) == (7, 1)
    of_kcsl = [p for p in collection.problems if p.place.indicator == "ct_2_1"]
    assert of_kcsl == []


@pytest.mark.parametrize(("saved", "late"), [("16:59", False), ("17:01", True)])
def test_the_last_day_ends_at_midnight_in_viet_nam(
    first: Campaign, tmp_path: Path, saved: str, late: bool
) -> None:
    """Files carry their date in UTC, seven hours behind."""
    fill(
        first,
        "11629",
        {"ct_2_1": 5},
        tmp_path / "a.xlsx",
        datetime.fromisoformat(f"2023-10-12T{saved}:00+00:00"),
    )
    collection = read_back(first, tmp_path)
    assert ("late" in {p.code for p in collection.problems}) == late
    assert collection.status.set_index("unit").at["11629", "days_late"] == int(late)


@pytest.mark.parametrize(("saved", "late"), [("12T23:59", False), ("13T00:01", True)])
def test_a_program_that_tells_local_time_is_taken_at_its_word(
    first: Campaign, tmp_path: Path, saved: str, late: bool
) -> None:
    """LibreOffice writes the time of day where it runs, in every format, and calls it UTC in Excel's."""
    path = fill(
        first,
        "11629",
        {"ct_2_1": 5},
        tmp_path / "a.xlsx",
        datetime.fromisoformat(f"2023-10-{saved}:00+00:00"),
    )
    with zipfile.ZipFile(path) as form:
        parts = {name: form.read(name) for name in form.namelist()}
    parts["docProps/app.xml"] = re.sub(
        b"(?<=<Application>)[^<]*", b"LibreOffice/7.4.7.2", parts["docProps/app.xml"]
    )
    with zipfile.ZipFile(path, "w") as form:
        for name, part in parts.items():
            form.writestr(name, part)
    assert ("late" in {p.code for p in read_back(first, tmp_path).problems}) == late


@pytest.mark.slow
def test_who_does_not_say_what_is_included_counts_instead_of_those_below(
    first: Campaign, tmp_path: Path
) -> None:
    """Nothing counts twice: better a total that may lack a school than one that has it twice; and it is said."""
    for unit, figure in (("11629", 100), ("11629-mn", 7), ("11629-th", 8)):
        fill(first, unit, {"ct_2_1": figure}, tmp_path / f"{unit}.xlsx")
    collection = read_back(first, tmp_path)
    assert collection.totals.at["ct_2_1", "total"] == 100
    assert [p.place.unit for p in collection.problems if p.code == "inclusion-unanswered"] == ["11629"]
    for included, total in (("Có", 100), ("Không", 115)):
        fill(first, "11629", {"ct_2_1": 100, "ct_bao_gom": included}, tmp_path / "11629.xlsx")
        assert read_back(first, tmp_path).totals.at["ct_2_1", "total"] == total


class TestTwoReturnsOfOneUnit:
    def test_the_one_saved_later_counts(self, first: Campaign, tmp_path: Path) -> None:
        """Whatever the names and the file system's dates say."""
        newer = fill(first, "11629", {"ct_2_1": 9}, tmp_path / "a cũ.xlsx", SAVED + timedelta(hours=1))
        fill(first, "11629", {"ct_2_1": 5}, tmp_path / "z mới nhất.xlsx", SAVED)
        os.utime(newer, (1_500_000_000, 1_500_000_000))
        collection = read_back(first, tmp_path)
        assert outcomes(collection) == {"a cũ.xlsx": Outcome.WARNED, "z mới nhất.xlsx": Outcome.SUPERSEDED}
        assert read_answers(collection) == {"11629": {"ct_2_1": 9}}
        assert collection.totals.at["ct_2_1", "total"] == 9

    def test_the_same_twice_counts_once(self, first: Campaign, tmp_path: Path) -> None:
        shutil.copyfile(fill(first, "11629", {"ct_2_1": 5}, tmp_path / "a.xlsx"), tmp_path / "b.xlsx")
        collection = read_back(first, tmp_path)
        assert [p.code for p in collection.problems if p.place.file == "b.xlsx"] == ["duplicate-return"]
        assert collection.totals.at["ct_2_1", "total"] == 5

    def test_a_tie_counts_nothing_and_is_said(self, first: Campaign, tmp_path: Path) -> None:
        fill(first, "11629", {"ct_2_1": 5}, tmp_path / "a.xlsx")
        fill(first, "11629", {"ct_2_1": 9}, tmp_path / "b.xlsx")
        fill(first, "11629", {"ct_2_1": 7}, tmp_path / "c.xlsx", SAVED - timedelta(days=1))
        collection = read_back(first, tmp_path)
        assert outcomes(collection) == {
            "a.xlsx": Outcome.REJECTED,
            "b.xlsx": Outcome.REJECTED,
            "c.xlsx": Outcome.SUPERSEDED,
        }
        assert {p.code for p in collection.problems if p.place.file != "c.xlsx"} == {
            "return-tie",
            "differs-from-other",
        }
        assert collection.answers.empty
        assert collection.totals["total"].isna().all()
        assert collection.status.set_index("unit").at["11629", "outcome"] == Outcome.REJECTED
