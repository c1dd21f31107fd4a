"""A campaign in a store is the same as one on this computer: collected from there, written there, remembered, sent to a cluster."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from collecting import assert_same, filled
from stores import PASSWORD, s3_store, sftp_host

from workbook_tools.cli import main
from workbook_tools.consolidated import write_consolidated
from workbook_tools.storage.location import parse_location
from workbook_tools.storage.remote_path import RemotePath
from workbook_tools.storage.replace import write_bytes
from workbook_tools.usecases.collect import CollectOptions, collect, write_workbook
from workbook_tools.usecases.generate import generate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from campaigns import Campaign

    from workbook_tools.frames import Collection

UNITS = ("x1", "t1", "x2")


@pytest.fixture(autouse=True)
def _one_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each loads what it reaches the store with, which takes longer than all else; several are tested elsewhere."""
    monkeypatch.setattr("os.cpu_count", lambda: 1)


@pytest.fixture(params=["s3", "sftp"])
def office(request: pytest.FixtureRequest, tmp_path: Path, little: Campaign) -> Iterator[RemotePath]:
    """A campaign folder in a store, with three returns and a picture."""
    (tmp_path / "máy chủ").mkdir()
    with s3_store() if request.param == "s3" else sftp_host(tmp_path / "máy chủ") as url:
        place = parse_location(f"{url}/đợt 1")
        assert isinstance(place, RemotePath)
        write_bytes(place / "template.xlsx", little.template_path.read_bytes())
        write_bytes(place / "units.xlsx", little.units_path.read_bytes())
        write_bytes(place / "signing.key", little.key.read_bytes())
        for figure, unit in enumerate(UNITS, start=5):
            write_bytes(place / "returned" / "xã" / f"{unit} #1.xlsx", filled(little, unit, {"ct_1": figure}))
        write_bytes(place / "returned" / "ảnh.jpg", b"\xff\xd8\xff\xe0")
        yield place


@pytest.fixture
def copy(office: RemotePath, tmp_path: Path) -> Path:
    """The same on this computer."""
    for file in office.find():
        write_bytes(tmp_path / "bản sao" / file.path, (office / file.path).read_bytes())
    return tmp_path / "bản sao"


def read(office: RemotePath | Path, **options: object) -> Collection:
    chosen = CollectOptions(key=office / "signing.key", **options)  # type: ignore[arg-type]
    return collect(office / "returned", office / "template.xlsx", office / "units.xlsx", chosen)


def cells(workbook: bytes) -> dict[str, list[bytes]]:
    """Sheet → what its cells hold; and the texts that they refer to."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as package:
        sheets = [name for name in package.namelist() if name.startswith("xl/worksheets/sheet")]
        found = {name: re.findall(b'<c r="[A-Z0-9]+"|<[fv]>[^<]*', package.read(name)) for name in sheets}
        return found | {"texts": [package.read("xl/sharedStrings.xml")]}


def test_it_is_collected_and_written_as_on_this_computer(office: RemotePath, copy: Path) -> None:
    there, here = read(office), read(copy)
    assert len(there.files) == len(UNITS) + 1
    assert there.totals.at["ct_1", "total"] == 5 + 6 + 7
    assert_same(there, here)
    write_workbook(there, office / "tổng hợp.xlsx")
    write_workbook(here, copy / "tổng hợp.xlsx")
    assert cells((office / "tổng hợp.xlsx").read_bytes()) == cells((copy / "tổng hợp.xlsx").read_bytes())


def test_forms_are_written_there_and_left_as_they_are_the_second_time(
    office: RemotePath, little: Campaign
) -> None:
    def forms() -> list[str]:
        done = generate(office / "template.xlsx", office / "units.xlsx", office / "biểu", only=UNITS)
        assert {form.path.read_bytes() for form in done.forms} == {
            little.forms[unit].read_bytes() for unit in UNITS
        }
        return [form.action for form in done.forms]

    assert [forms(), forms()] == [["written"] * 3, ["unchanged"] * 3]


def test_what_is_remembered_is_not_loaded_again_where_the_store_marks_what_it_holds(
    office: RemotePath, tmp_path: Path, little: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "nhớ.sqlite3"
    read(office, cache=cache)
    write_bytes(office / "returned" / "x3.xlsx", filled(little, "x3", {"ct_1": 9}))
    write_bytes(office / "returned" / "xã" / "t1 #1.xlsx", filled(little, "t1", {"ct_1": 1}))
    expected = read(office)
    loaded: list[str] = []
    load = RemotePath.read_bytes

    def counted(path: RemotePath, limit: int | None = None) -> bytes:
        loaded.append(path.name)
        return load(path, limit)

    monkeypatch.setattr(RemotePath, "read_bytes", counted)
    assert_same(read(office, cache=cache), expected)
    assert expected.totals.at["ct_1", "total"] == 5 + 1 + 7 + 9
    returns = [name for name in loaded if name[:2] in (*UNITS, "x3")]
    # An SFTP host marks nothing: there each file is looked at, as on this computer.
    assert returns == [] if office.scheme == "s3" else len(returns) == 4


def test_a_list_longer_than_its_sheet_lies_whole_beside_it_in_the_store(
    office: RemotePath, monkeypatch: pytest.MonkeyPatch
) -> None:
    collection = read(office)
    whole = office / "tổng hợp - Dữ liệu.parquet"
    with monkeypatch.context() as cut:
        cut.setattr("workbook_tools.sheetwriter.book_sheet.ROW_LIMIT", 30)
        table = next(
            table
            for table in write_consolidated(collection, office / "tổng hợp.xlsx")
            if table.sheet == "Dữ liệu"
        )
    assert table.path == whole
    assert len(pd.read_parquet(io.BytesIO(whole.read_bytes()))) == table.rows
    assert write_consolidated(collection, office / "tổng hợp.xlsx") == []
    assert not whole.exists()


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str]]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "nhớ"))
    monkeypatch.setenv("WORKBOOK_TOOLS_LANG", "en")

    def run_command(*words: object) -> tuple[int, str]:
        code = main([word.url if isinstance(word, RemotePath) else str(word) for word in words])
        said = capsys.readouterr()
        return code, " ".join((said.out + said.err).split())

    return run_command


def test_the_command_finds_all_in_the_campaign_folder_and_writes_there(
    office: RemotePath, tmp_path: Path, run: Callable[..., tuple[int, str]]
) -> None:
    code, said = run("collect", office, "--json", office / "kết quả.json")
    assert code == 1, said
    assert f"Consolidated workbook: {office}/consolidated.xlsx" in said
    assert f'run again: workbook-tools collect "{office}"' in said
    assert PASSWORD not in said
    written = {file.path for file in office.find()}
    assert {"consolidated.xlsx", "consolidated.docx", "decisions.xlsx", "kết quả.json"} <= written
    # Nothing of a store is worked in where it lies: what is remembered stays on this computer.
    assert not any("sqlite" in path for path in written)
    assert list((tmp_path / "nhớ").rglob("*.sqlite3"))


def test_what_a_store_cannot_do_is_said(office: RemotePath, run: Callable[..., tuple[int, str]]) -> None:
    code, said = run("collect", office, "--watch")
    assert (code, "--watch works with local folders only" in said, PASSWORD in said) == (
        2,
        True,
        False,
    )
    code, said = run("init", office / "đợt 2")
    assert (code, "must be a local folder" in said, PASSWORD in said) == (2, True, False)
    code, said = run("collect", office / "không có")
    assert (code, PASSWORD in said) == (2, False)
