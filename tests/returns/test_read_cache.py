"""The cache makes a second run faster and never different: only what is new is read; lost or damaged, everything is read again."""

from __future__ import annotations

import io
import os
import sqlite3
import time
from typing import TYPE_CHECKING, Any

import pytest
from collecting import assert_same, fill
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl import load_workbook

from workbook_tools.inbox.folder import FileContent, find_files, read_file
from workbook_tools.returns import read_cache
from workbook_tools.returns.workers.pool import read_files
from workbook_tools.storage.campaign_folder import existing
from workbook_tools.usecases import collect as collect_module
from workbook_tools.usecases.collect import CollectOptions, collect

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from campaigns import Campaign

    from workbook_tools.frames import Collection
    from workbook_tools.inbox.folder import FoundFile


class Office:
    def __init__(self, campaign: Campaign, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.campaign, self.folder, self.cache = (
            campaign,
            root / "returned",
            root / "nhớ" / "readings.sqlite3",
        )
        self.folder.mkdir()
        self.units, self.passwords = root / "units.xlsx", root / "passwords.txt"
        self.units.write_bytes(campaign.units_path.read_bytes())
        self.read: list[str] = []
        monkeypatch.setattr(collect_module, "read_files", self._counted)

    def _counted(self, found: Sequence[Any], context: Any) -> Any:
        self.read += [file.path for file in found]
        return read_files(found, context)

    def fill(self, unit: str, figure: int, name: str = "") -> None:
        fill(self.campaign, unit, {"ct_2_1": figure}, self.folder / (name or f"{unit}.xlsx"))

    def collect(self, *, remembering: bool = True) -> Collection:
        self.read.clear()
        options = CollectOptions(
            key=self.campaign.key,
            passwords=existing(self.passwords),
            cache=self.cache if remembering else None,
        )
        return collect(self.folder, self.campaign.template_path, self.units, options)


@pytest.fixture
def office(first: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    office = Office(first, tmp_path, monkeypatch)
    office.fill("11629", 5)
    office.fill("11632", 7)
    return office


def test_only_new_and_changed_files_are_read(office: Office) -> None:
    office.collect()
    assert office.read == ["11629.xlsx", "11632.xlsx"]
    office.fill("11635", 9)
    office.fill("11632", 8)
    collection = office.collect()
    assert office.read == ["11632.xlsx", "11635.xlsx"]
    assert collection.totals.at["ct_2_1", "total"] == 5 + 8 + 9
    assert_same(collection, office.collect(remembering=False))


@pytest.mark.skipif(os.name != "posix", reason="no time is set by every write")
def test_a_file_whose_state_is_that_of_the_last_run_is_not_read_to_know_its_content(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = time.time_ns() + 60_000_000_000
    monkeypatch.setattr(time, "time_ns", lambda: later)
    hashed: list[str] = []

    def read(root: Path, path: str) -> FileContent:
        hashed.append(path)
        return read_file(root, path)

    monkeypatch.setattr(read_cache, "read_file", read)
    first, known = office.collect(), office.collect()
    assert_same(first, known)
    # Nor in the first run, which has nothing to compare it with.
    assert hashed == []
    # As long as before, with its old date: only the system knows that it was written.
    changed = office.folder / "11632.xlsx"
    date, before = changed.stat().st_mtime_ns, changed.read_bytes()
    office.fill("11632", 8)
    changed.write_bytes(changed.read_bytes()[: len(before)].ljust(len(before), b"\0"))
    os.utime(changed, ns=(date, date))
    office.collect()
    assert hashed == ["11632.xlsx"]
    assert office.read == ["11632.xlsx"]


def _rename_unit(units: Path) -> None:
    workbook = load_workbook(units)
    cell = next(cell for cell in workbook.active["A"] if str(cell.value) == "11629")
    cell.offset(column=1).value = "Tên mới"
    workbook.save(units)


def test_another_roster_is_another_matter(office: Office) -> None:
    office.collect()
    _rename_unit(office.units)
    office.collect()
    assert len(office.read) == 2


def test_a_roster_saved_while_the_run_begins_does_not_vouch_for_readings_by_the_old_one(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find(folder: Path) -> list[FoundFile]:
        _rename_unit(office.units)
        return find_files(folder)

    with monkeypatch.context() as patch:
        patch.setattr(collect_module, "find_files", find)
        office.collect()
    assert_same(office.collect(), office.collect(remembering=False))
    office.collect()
    assert office.read == []


def test_a_password_that_is_added_concerns_files_with_a_password_only(office: Office) -> None:
    locked = office.folder / "11632.xlsx"
    data = io.BytesIO()
    OOXMLFile(io.BytesIO(locked.read_bytes())).encrypt("bí mật", data)
    locked.write_bytes(data.getvalue())
    assert office.collect().totals.at["ct_2_1", "total"] == 5
    office.passwords.write_text("bí mật", encoding="utf-8")
    assert office.collect().totals.at["ct_2_1", "total"] == 12
    assert office.read == ["11632.xlsx"]
    office.collect()
    assert office.read == []
    office.passwords.unlink()
    assert office.collect().totals.at["ct_2_1", "total"] == 5


def test_a_file_that_was_taken_away_is_forgotten(office: Office) -> None:
    office.collect()
    (office.folder / "11632.xlsx").rename(office.folder.parent / "11632.xlsx")
    assert office.collect().totals.at["ct_2_1", "total"] == 5
    with sqlite3.connect(office.cache) as database:
        assert database.execute("SELECT count(*) FROM readings").fetchone() == (1,)
    database.close()
    (office.folder.parent / "11632.xlsx").rename(office.folder / "11632.xlsx")
    assert office.collect().totals.at["ct_2_1", "total"] == 12
    assert office.read == ["11632.xlsx"]


def test_a_renamed_file_is_read_anew(office: Office) -> None:
    """The name may be evidence of whose file it is."""
    office.collect()
    (office.folder / "11632.xlsx").rename(office.folder / "khác.xlsx")
    office.collect()
    assert office.read == ["khác.xlsx"]


@pytest.mark.slow
@pytest.mark.parametrize("damage", ["lost", "text", "cut", "contents", "a folder"])
def test_a_cache_that_cannot_be_used_costs_time_only(office: Office, damage: str) -> None:
    before = office.collect()
    data = office.cache.read_bytes()
    office.cache.unlink()
    if damage == "text":
        office.cache.write_text("không phải cơ sở dữ liệu " * 50, encoding="utf-8")
    elif damage == "cut":
        office.cache.write_bytes(data[: len(data) // 2])
    elif damage == "a folder":
        office.cache.mkdir()
    elif damage == "contents":
        office.cache.write_bytes(data)
        with sqlite3.connect(office.cache) as database:
            database.execute("UPDATE readings SET content = x'00ff'")
        database.close()
    assert_same(office.collect(), before)
    assert office.read == ["11629.xlsx", "11632.xlsx"]
    if damage != "a folder":
        assert_same(office.collect(), before)
        assert office.read == []


@pytest.mark.slow
def test_two_runs_at_once_do_not_wait_for_each_other_for_long(office: Office) -> None:
    before = office.collect()
    with sqlite3.connect(office.cache, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert_same(office.collect(), before)
        other.execute("ROLLBACK")
    other.close()
