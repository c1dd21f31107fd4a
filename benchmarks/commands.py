"""Jobs that are whole commands, each a process of its own: this program's, and the scripts'."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.office import Office

if TYPE_CHECKING:
    from collections.abc import Iterable

_QUIET = 5.0
"""Seconds after which a file is no longer one that may still be being copied."""


class Spent(float):
    """Seconds by the clock, and of processor time: the command's, its workers' and all others it started."""

    processor = 0.0


def command_ours(root: str) -> Spent:
    """The command ``collect`` as an officer gives it for the first time: nothing is cached."""
    office = Office(Path(root))
    with tempfile.TemporaryDirectory(dir=root) as scratch:
        campaign = _campaign(office, Path(scratch) / "campaign", office.returned.glob("*.xlsx"))
        return _timed(_program("collect", str(campaign)))


def _campaign(office: Office, folder: Path, returned: Iterable[Path]) -> Path:
    """A campaign folder of the office with some of its returns."""
    (folder / "returned").mkdir(parents=True)
    for source in (office.template, office.units, office.key):
        shutil.copy(source, folder)
    for path in returned:
        os.link(path, folder / "returned" / path.name)
    return folder


def command_again(root: str) -> Spent:
    """The same in a campaign folder where all but ten returns were read before."""
    office = Office(Path(root))
    with tempfile.TemporaryDirectory(dir=root) as scratch:
        returned = sorted(office.returned.glob("*.xlsx"))
        known, last = returned[:-10], returned[-10:]
        campaign = _campaign(office, Path(scratch) / "campaign", known)
        _timed(_program("collect", str(campaign)))
        for path in last:
            os.link(path, campaign / "returned" / path.name)
        return _timed(_program("collect", str(campaign)))


def command_watch(root: str) -> float:
    """From the arrival of one more return until the workbook has it, in a folder that the command watches."""
    office = Office(Path(root))
    with tempfile.TemporaryDirectory(dir=root) as scratch:
        *known, last = sorted(office.returned.glob("*.xlsx"))
        campaign = _campaign(office, Path(scratch) / "campaign", known)
        workbook = campaign / "consolidated.xlsx"
        watcher = subprocess.Popen(
            _program("collect", str(campaign), "--watch"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            _wait_until_written(workbook, 0)
            # A second run, as at work: the first one remembers no file written a moment ago.
            before = workbook.stat().st_mtime_ns
            time.sleep(_QUIET)
            (campaign / "returned" / "0.txt").touch()
            _wait_until_written(workbook, before)
            before = workbook.stat().st_mtime_ns
            time.sleep(_QUIET)
            begun = time.perf_counter()
            shutil.copyfile(last, campaign / "returned" / last.name)
            _wait_until_written(workbook, before)
            return time.perf_counter() - begun
        finally:
            os.killpg(watcher.pid, signal.SIGTERM)
            watcher.wait()


def _wait_until_written(workbook: Path, before: int) -> None:
    deadline = time.monotonic() + 600
    while not workbook.exists() or workbook.stat().st_mtime_ns == before:
        if time.monotonic() > deadline:
            raise TimeoutError(workbook)
        time.sleep(0.01)


def command_generate(root: str) -> Spent:
    """The command that makes all blank forms."""
    office = Office(Path(root))
    with tempfile.TemporaryDirectory(dir=root) as out:
        return _timed(_program("generate", *_of(office), "--out", f"{out}/forms"))


def command_script(root: str, name: str) -> Spent:
    """One of the scripts that do a part of it."""
    return _timed([sys.executable, "-m", "benchmarks.scripts", name, root])


def _program(*words: str) -> list[str]:
    return [sys.executable, "-m", "workbook_tools", *words]


def _of(office: Office) -> list[str]:
    return ["--template", str(office.template), "--units", str(office.units), "--key", str(office.key)]


def _timed(command: list[str]) -> Spent:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    # Exit code 1 says that problems were found.
    ended = subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    spent = Spent(time.perf_counter() - begun)
    if ended.returncode not in (0, 1):
        raise subprocess.CalledProcessError(ended.returncode, command)
    with suppress(ChildProcessError):
        while True:
            os.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent.processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent


def help_ours(root: str) -> float:
    """The program's help, as a process."""
    return _process([sys.executable, "-m", "workbook_tools", "--help"])


def help_empty(root: str) -> float:
    """The help of a click program without anything."""
    code = "import click\n@click.group()\ndef main():\n    'x'\nmain(['--help'])"
    return _process([sys.executable, "-c", code])


def _process(command: list[str]) -> float:
    begun = time.perf_counter()
    for _ in range(5):
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - begun) / 5
