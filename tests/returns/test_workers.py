"""A file whose reading dies, hangs or eats memory is reported; all others are read, by one worker or by several."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import zipfile
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from returns.traps import (
    TrapContext,
    count_bytes,
    die,
    never_start,
    refuse,
    start_the_second_time,
    variable,
)
from small_campaign import count, make_roster, make_template
from wine_faults import skip_on_wine

from workbook_tools.errors import CannotRead
from workbook_tools.inbox.folder import find_files
from workbook_tools.readers.refused import RefusedFile
from workbook_tools.returns.workers import fork_server
from workbook_tools.returns.workers import pool as workers
from workbook_tools.returns.workers.fork_server import prepare_workers
from workbook_tools.returns.workers.main_program import _is_ours
from workbook_tools.returns.workers.pool import read_alone, read_files

if TYPE_CHECKING:
    from workbook_tools.problems import Problem

ROSTER = make_roster("11 xa -")


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Little time on the clock, which only what hangs needs; CPU time is enough for whatever these files take."""
    monkeypatch.setattr(workers, "_WALL", 1.5)
    monkeypatch.setattr(workers, "SECONDS", 1)


def read(folder: Path, names: list[str], processes: int = 2) -> dict[str, list[Problem]]:
    """Path → the problems of the file."""
    for name in names:
        (folder / name).write_text("ghi chú", encoding="utf-8")
    context = TrapContext(folder, make_template(count("ct_1")), ROSTER, None)
    readings = [
        reading for of_file in read_files(find_files(folder), context, processes) for reading in of_file
    ]
    return {reading.path: list(reading.problems) for reading in readings}


@pytest.mark.slow
@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize(
    ("trap", "reason"),
    [
        ("die", "crashed the process"),
        ("hang", "too long"),
        ("spin", "too long"),
        pytest.param("eat", "memory", marks=skip_on_wine("a worker's memory limit has no effect")),
        ("fault", "bug"),
    ],
)
def test_one_file_is_given_up_and_the_others_are_read(
    tmp_path: Path, trap: str, reason: str, processes: int
) -> None:
    found = read(tmp_path, [f"{trap}.txt", "11.txt", "a.txt", "b.txt"], processes)
    [given_up] = found.pop(f"{trap}.txt")
    assert given_up.code == "reading-failed"
    assert reason in given_up.message("en")
    assert {path: [p.code for p in problems] for path, problems in found.items()} == {
        "11.txt": ["format-unsupported", "unit-by-name"],
        "a.txt": ["format-unsupported"],
        "b.txt": ["format-unsupported"],
    }


@pytest.mark.slow
@pytest.mark.parametrize("traps", [["die"], ["spin", "die", "eat"]])
def test_one_file_of_an_archive_costs_no_other(tmp_path: Path, traps: list[str]) -> None:
    """Each file inside has a time of its own; good ones before, between and behind are read."""
    good = ["11.txt", *(f"{number}.txt" for number in range(len(traps)))]
    for archive in ("một.zip", "hai.zip"):
        with zipfile.ZipFile(tmp_path / archive, "w") as packed:
            packed.writestr(good[0], "ghi chú")
            for trap, after in zip(traps, good[1:], strict=True):
                packed.writestr(f"{trap}.txt", "ghi chú")
                packed.writestr(after, "ghi chú")
    found = read(tmp_path, ["a.txt"])
    codes = {path: problems[0].code for path, problems in found.items()}
    assert codes == {
        "a.txt": "format-unsupported",
        **{
            f"{archive}/{name}": code
            for archive in ("một.zip", "hai.zip")
            for name, code in (
                *((name, "format-unsupported") for name in good),
                *((f"{trap}.txt", "reading-failed") for trap in traps),
            )
        },
    }


def test_a_file_that_fails_once_is_read_once_more(tmp_path: Path) -> None:
    """What a busy machine or a neighbour's fault took down is no fault of the file."""
    name = quote(str(tmp_path.parent / "once"), safe="")
    found = read(tmp_path, [name, "a.txt"])
    assert [p.code for p in found[name]] == ["format-unsupported"]


@pytest.mark.slow
def test_what_waits_for_a_busy_computer_is_not_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CPU time decides; the clock stands against what hangs only."""
    monkeypatch.setattr(workers, "SECONDS", 0.5)
    monkeypatch.setattr(workers, "_WALL", 100)
    found = read(tmp_path, ["wait.txt"])
    assert [p.code for p in found["wait.txt"]] == ["format-unsupported"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("given", "shown"),
    [("stdin", "to be a file"), ("file", "__main__"), ("file in workbook_tools", "__main__")],
)
def test_a_program_that_cannot_be_started_again_is_told_what_it_needs(
    tmp_path: Path, given: str, shown: str
) -> None:
    """No worker starts from stdin, nor from a program that reads without the guard; it was a hang in one of eight runs."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").touch()
    text = (
        "from pathlib import Path\n"
        "from small_campaign import count, make_roster, make_template\n"
        "from workbook_tools.inbox.folder import find_files\n"
        "from workbook_tools.returns.result import ReadingContext\n"
        "from workbook_tools.returns.workers.pool import read_files\n"
        f"folder = Path({str(tmp_path / 'in')!r})\n"
        "context = ReadingContext(folder, make_template(count('ct_1')), make_roster('11 xa -'), None)\n"
        "list(read_files(find_files(folder), context))\n"
    )
    program = tmp_path / given / "chương trình.py"
    program.parent.mkdir()
    program.write_text(text, encoding="utf-8")
    paths = os.pathsep.join([str(Path(__file__).parent.parent), *sys.path])
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-" if given == "stdin" else str(program)],
        input=text if given == "stdin" else "",
        capture_output=True,
        encoding="utf-8",
        timeout=600,
        env={**os.environ, "PYTHONPATH": paths},
    )
    assert "CannotRead" in done.stderr
    assert shown in done.stderr.strip().splitlines()[-1]


@pytest.mark.slow
def test_no_file_is_blamed_where_no_worker_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "start_worker", never_start)
    with pytest.raises(CannotRead, match="do not start"):
        read(tmp_path, ["a.txt", "b.txt"])
    assert multiprocessing.active_children() == []


def test_workers_that_were_lost_before_they_began_are_started_once_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIRST_START", str(tmp_path / "first"))
    monkeypatch.setattr(workers, "start_worker", start_the_second_time)
    folder = tmp_path / "returned"
    folder.mkdir()
    found = read(folder, ["a.txt", "b.txt"], processes=1)
    assert [[p.code for p in found[path]] for path in ("a.txt", "b.txt")] == [["format-unsupported"]] * 2


def test_stopping_in_the_middle_leaves_no_worker_behind(tmp_path: Path) -> None:
    for number in range(6):
        (tmp_path / f"hang{number}.txt").touch()
    (tmp_path / "a.txt").touch()
    context = TrapContext(tmp_path, make_template(count("ct_1")), ROSTER, None)
    reading = read_files(find_files(tmp_path), context, 2)
    next(reading)
    reading.close()
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize(("size", "started"), [(10, 1), (300_000, 2)])
def test_no_worker_is_started_for_a_few_small_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, started: int
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    opened, begin = [], workers._open_pool

    def open_pool(context: Any, processes: int) -> Any:
        opened.append(processes)
        return begin(context, processes)

    monkeypatch.setattr(workers, "_open_pool", open_pool)
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_bytes(b"x" * size)
    context = TrapContext(tmp_path, make_template(count("ct_1")), ROSTER, None)
    assert len([*read_files(find_files(tmp_path), context)]) == 2
    assert opened == [started]


def test_an_empty_folder_starts_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, []) == {}


@pytest.mark.parametrize(
    ("module", "file", "ours"),
    [
        ("workbook_tools.__main__", "/opt/workbook_tools/__main__.py", True),
        ("workbook_tools.page.server", "/opt/workbook_tools/page/server.py", True),
        ("", "/usr/local/bin/workbook-tools", True),
        ("", "/work/Scripts/workbook-tools.exe/__main__.py", True),
        ("", "/work/workbook_tools/run.py", False),
        ("", "/work/workbook-tools/run.py", False),
        ("workbook_tools_report", "/work/workbook_tools_report.py", False),
        ("", None, False),
    ],
)
def test_the_program_itself_is_known_by_its_own_names_only(module: str, file: str | None, ours: bool) -> None:
    main = ModuleType("__main__")
    main.__spec__ = ModuleSpec(module, None) if module else None
    main.__file__ = file
    assert _is_ours(main) == ours


class TestAlone:
    def test_a_result_comes_back(self) -> None:
        assert read_alone(count_bytes, b"abc") == 3

    def test_a_refusal_comes_back_whole(self) -> None:
        with pytest.raises(RefusedFile) as caught:
            read_alone(refuse, b"x")
        assert (caught.value.code, caught.value.params) == ("file-empty", {"reason": "x"})

    def test_death_is_a_refusal(self) -> None:
        with pytest.raises(RefusedFile) as caught:
            read_alone(die, b"x")
        assert caught.value.code == "reading-failed"


class TestPrepared:
    def test_workers_have_the_environment_of_the_day_they_start(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What they are forked from may have been started before."""
        for value in ("một", "hai"):
            prepare_workers()
            monkeypatch.setenv("WORKBOOK_TOOLS_TEST", value)
            assert read_alone(variable, "WORKBOOK_TOOLS_TEST") == value

    def test_where_there_is_nothing_to_fork_from_workers_are_spawned(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(fork_server, "START_METHOD", "spawn")
        prepare_workers()
        assert read_alone(count_bytes, b"abc") == 3
