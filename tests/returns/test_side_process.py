"""What is begun in the process beside this one ends as if it had been called here."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from workbook_tools.returns.workers.side_process import SideProcess

if TYPE_CHECKING:
    from pathlib import Path

FROM_A_SCRIPT = """
from workbook_tools.returns.workers.side_process import SideProcess
import os
with SideProcess() as beside:
    print(beside.begin(os.path.basename, "/a/b")())
"""


def test_work_is_done_in_another_process_one_after_another() -> None:
    with SideProcess() as beside:
        first = beside.begin(os.getpid)()
        assert first not in (os.getpid(), None)
        assert beside.begin(os.getpid)() == first


def test_what_a_busy_process_is_given_holds_nobody_up(tmp_path: Path) -> None:
    """More than a pipe holds, which the process takes only when it is done with the first."""
    signal_file = tmp_path / "go"
    with SideProcess() as beside:
        first = beside.begin(_wait_for, signal_file)
        second = beside.begin(len, b"x" * 10_000_000)
        signal_file.touch()
        assert first()
        assert second() == 10_000_000


def test_the_block_ends_though_the_process_is_busy(tmp_path: Path) -> None:
    with SideProcess() as beside:
        pid = beside.begin(os.getpid)()
        beside.begin(_wait_for, tmp_path / "never")
    assert _is_gone(pid)


def test_an_error_is_raised_here() -> None:
    with SideProcess() as beside, pytest.raises(ValueError, match="invalid literal"):
        beside.begin(int, "mười")()


def test_what_a_killed_process_had_to_do_is_done_here() -> None:
    with SideProcess() as beside:
        pid = beside.begin(os.getpid)()
        waiting = beside.begin(time.sleep, 60)
        [process] = [child for child in multiprocessing.active_children() if child.pid == pid]
        process.kill()
        begun = beside.begin(os.getpid)
        assert begun() == os.getpid()
        del waiting


def test_the_process_ends_with_the_block() -> None:
    with SideProcess() as beside:
        pid = beside.begin(os.getpid)()
    assert _is_gone(pid)


def test_a_script_without_a_guard_does_the_work_itself(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(FROM_A_SCRIPT, encoding="utf-8")
    ran = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=60, check=True)
    assert ran.stdout.splitlines()[-1] == "b"


def _wait_for(path: Path) -> bool:
    """Whether the file is there within a minute."""
    for _ in range(1_200):
        if path.exists():
            return True
        time.sleep(0.05)
    return False


def _is_gone(pid: int) -> bool:
    # Windows would take a signal of number 0 for a Ctrl-C.
    for _ in range(200):
        if pid not in [child.pid for child in multiprocessing.active_children()]:
            return True
        time.sleep(0.05)
    return False
