"""``collect --watch`` keeps the workbook current as files are dropped, waits while it is held open, and ends with Ctrl-C."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cli.signalled import start_hearing
from handmade import pack
from links import link
from openpyxl import load_workbook

from workbook_tools.cli import watching
from workbook_tools.cli.failures import Exit
from workbook_tools.cli.screen import Screen
from workbook_tools.cli.watching import Watched
from workbook_tools.errors import CannotWrite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from campaigns import Campaign


@pytest.fixture
def office(little: Campaign, tmp_path: Path) -> Path:
    root = tmp_path / "Đợt 1"
    (root / "returned").mkdir(parents=True)
    for name, source in (
        ("template.xlsx", little.template_path),
        ("units.xlsx", little.units_path),
        ("signing.key", little.key),
    ):
        (root / name).write_bytes(source.read_bytes())
    return root


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 600
    while not condition():
        assert time.monotonic() < deadline, "nothing happened for ten minutes"
        time.sleep(0.2)


def reported(office: Path) -> int:
    path = office / "consolidated.xlsx"
    if not path.exists():
        return -1
    # Not by its path: openpyxl would hold the file open, and on Windows the next run could not replace it.
    workbook = load_workbook(io.BytesIO(path.read_bytes()), read_only=True)
    return sum(
        1
        for row in workbook["Nhật ký"].iter_rows(min_row=2, max_col=1, values_only=True)
        if str(row[0]).endswith(".xlsx")
    )


@pytest.mark.slow
def test_files_dropped_are_added_and_ctrl_c_is_a_good_end(office: Path, little: Campaign) -> None:
    command = [sys.executable, "-m", "workbook_tools", "--lang", "en", "collect", "--watch"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1"}
    watcher = start_hearing(signal.SIGINT, command, cwd=office, env=environment, stdout=subprocess.DEVNULL)
    try:
        wait_for(lambda: reported(office) == 0)
        for number, unit in enumerate(("x1", "t1"), start=1):
            (office / "returned" / f"{unit}.xlsx").write_bytes(little.forms[unit].read_bytes())
            wait_for(lambda number=number: reported(office) == number)  # type: ignore[misc]
        if sys.platform == "win32":
            return  # Ctrl-C cannot be sent to one process of a console there
        watcher.send_signal(signal.SIGINT)
        _out, said = watcher.communicate(timeout=600)
        assert watcher.returncode == 0
        assert "No longer watching" in said
    finally:
        watcher.kill()
        watcher.communicate()


def test_a_workbook_held_open_is_written_once_it_is_closed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    runs: list[str] = []

    def run() -> Exit:
        runs.append("try")
        if len(runs) < 3:
            raise CannotWrite(
                tmp_path / "consolidated.xlsx", "it is open in another program, or you have no right to it"
            )
        return Exit.CLEAN

    def watch(*_folders: Path, **_options: object) -> Iterator[set[tuple[int, str]]]:
        yield from [set(), set(), set(), {(1, "a.xlsx")}, set()]

    monkeypatch.setattr("watchfiles.watch", watch)
    assert watching.watch_folder(Screen("en"), Watched(tmp_path, tmp_path / "returned"), run) is Exit.CLEAN
    # At once, twice more while it is held, and once for the new file.
    assert len(runs) == 4


def test_a_file_that_comes_during_the_first_run_is_not_forgotten(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    runs: list[int] = []
    returned = tmp_path / "returned"
    returned.mkdir()

    def run() -> Exit:
        runs.append(len([*returned.iterdir()]))
        (tmp_path / "consolidated.xlsx").touch()
        if len(runs) == 1:
            late = returned / "nộp muộn.xlsx"
            late.touch()
            os.utime(late, (1, 1))  # a copy keeps its time
        return Exit.CLEAN

    monkeypatch.setattr("watchfiles.watch", lambda *_, **__: iter([set(), set(), set()]))
    watching.watch_folder(Screen("en"), Watched(tmp_path, returned), run)
    assert runs == [0, 1]


@pytest.mark.parametrize(
    ("path", "matters"),
    [
        ("returned/x.xlsx", True),
        ("returned/forms/1.xlsx", True),
        ("decisions.xlsx", True),
        ("consolidated.xlsx", False),
        ("tong hop.xlsx", False),
        ("consolidated - Dữ liệu.parquet", False),
        ("mail/form/1.eml", False),
        (".cache/readings.sqlite3", False),
        ("returned/.abc.tmp", False),
        ("returned/~$x.xlsx", False),
        ("forms/1.xlsx", False),
    ],
)
@pytest.mark.parametrize("where", ["/a", "/forms/.cache/a", "returned/a"])
def test_only_what_is_read_starts_anything(where: str, path: str, matters: bool) -> None:
    campaign = Path(where)
    watched = Watched(
        campaign, campaign / "returned", [campaign / "template.xlsx", campaign / "decisions.xlsx"]
    )
    assert watched.matters(campaign / path) == matters


def test_a_folder_reached_by_a_link_is_watched_too(tmp_path: Path) -> None:
    (tmp_path / "ổ mạng" / "returned").mkdir(parents=True)
    try:
        link(tmp_path / "đợt", tmp_path / "ổ mạng")
    except OSError:
        pytest.skip("no links here")
    watched = Watched(tmp_path / "đợt", tmp_path / "đợt" / "returned")
    assert watched.matters(tmp_path / "ổ mạng" / "returned" / "x.xlsx")


WRITTEN = (
    ("--out", "Kết quả/a.xlsx", "--json", "a.json"),
    ("--out", "forms/a.xlsx"),
)


@pytest.mark.slow
def test_what_a_run_writes_starts_no_other(office: Path) -> None:
    """Wherever in the campaign it is written to: each run would otherwise start the next, for ever."""
    watched = [
        (shutil.copytree(office, office.with_name(f"Đợt {number}")), options)
        for number, options in enumerate(WRITTEN, start=2)
    ]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1"}
    watchers, outs = [], {root / options[1]: root for root, options in watched}
    try:
        for root, options in watched:
            (root / "Kết quả").mkdir()
            command = [sys.executable, "-m", "workbook_tools", "--lang", "en", "collect", "--watch", *options]
            watchers.append(
                start_hearing(signal.SIGINT, command, cwd=root, env=environment, stdout=subprocess.DEVNULL)
            )
        # The decisions workbook that the first run lays out may start a second one.
        wait_for(
            lambda: all(out.exists() and (root / "decisions.xlsx").exists() for out, root in outs.items())
        )
        written: dict[Path, set[int]] = {out: set() for out in outs}
        for _second in range(8):
            time.sleep(1)
            for out, moments in written.items():
                moments.add(out.stat().st_mtime_ns)
        assert all(len(moments) <= 2 for moments in written.values()), written
        for root in outs.values():
            (root / "template.xlsx").touch()
        wait_for(lambda: all(out.stat().st_mtime_ns not in moments for out, moments in written.items()))
    finally:
        for watcher in watchers:
            watcher.kill()
            watcher.communicate()


def test_no_output_lies_among_the_returns(office: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "workbook_tools",
        "--lang",
        "en",
        "collect",
        "--watch",
        "--out",
        "returned/a.xlsx",
    ]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1"}
    ran = subprocess.run(
        command, cwd=office, env=environment, capture_output=True, encoding="utf-8", timeout=600
    )
    assert ran.returncode == 2
    assert "folder of returned files" in ran.stderr
    assert [*(office / "returned").iterdir()] == []


def test_a_copy_in_the_making_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is half there would be called damaged; what has lain there for a while is not waited for."""
    path, pauses = tmp_path / "đang chép.xlsx", []
    path.write_bytes(b"a")

    def grow(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) < 4:
            path.write_bytes(b"a" * (len(pauses) + 1))

    monkeypatch.setattr(watching.time, "sleep", grow)
    watching.wait_until_whole(Watched(tmp_path, tmp_path))
    assert path.read_bytes() == b"aaaa"
    assert len(pauses) == 4
    old = time.time() - 3600
    os.utime(path, (old, old))
    watching.wait_until_whole(Watched(tmp_path, tmp_path))
    assert len(pauses) == 4


def test_a_workbook_that_has_its_end_is_hardly_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(watching.time, "sleep", pauses.append)
    whole = pack({"xl/workbook.xml": "a" * 100})
    (tmp_path / "whole.xlsx").write_bytes(whole)
    watching.wait_until_whole(Watched(tmp_path, tmp_path))
    assert len(pauses) == 1
    assert pauses[0] < 0.5
    (tmp_path / "half.xlsx").write_bytes(whole[:-30] + bytes(30))
    watching.wait_until_whole(Watched(tmp_path, tmp_path))
    assert pauses[1:] == [1], "room made for a file is no file yet"


def test_a_file_that_never_ends_is_not_waited_for_forever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, pauses = tmp_path / "a.xlsx", []
    path.write_bytes(b"a")

    def grow(seconds: float) -> None:
        pauses.append(seconds)
        path.write_bytes(b"a" * (len(pauses) + 1))

    monkeypatch.setattr(watching.time, "sleep", grow)
    watching.wait_until_whole(Watched(tmp_path, tmp_path))
    assert 10 < len(pauses) <= 60
