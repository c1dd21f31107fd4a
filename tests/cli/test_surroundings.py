"""The program ends well whatever ends it, and runs without a console and with a clock that was never set."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from cli.signalled import start_hearing

from workbook_tools.cli import main
from workbook_tools.cli.surroundings import endured

if TYPE_CHECKING:
    from pathlib import Path

    from campaigns import Campaign

WAITING = """
import sys, time
from unittest import mock
from workbook_tools import cli
def wait(*words, **options):
    print("waiting", flush=True)
    # A signal that comes between two sleeps is seen before the second; one long sleep it might not interrupt.
    for _ in range(6000):
        time.sleep(0.1)
with mock.patch("workbook_tools.usecases.init.lay_out_starter", wait):
    sys.exit(cli.main(["--lang", "en", "init", "x"]))
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals to send")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_whatever_ends_it_is_told_as_ctrl_c_is(tmp_path: Path, name: str) -> None:
    number = getattr(signal, name)
    command = [sys.executable, "-c", WAITING]
    started = start_hearing(number, command, cwd=tmp_path, stdout=subprocess.PIPE)
    assert started.stdout is not None
    assert started.stdout.readline() == "waiting\n"
    started.send_signal(number)
    _out, said = started.communicate(timeout=600)
    assert started.returncode == 130
    assert "Interrupted" in said
    assert "Traceback" not in said


def test_handlers_are_put_back() -> None:
    with endured():
        assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


@pytest.mark.parametrize(
    "words", [["--version"], ["init", "x"], ["collect", "nowhere"], ["inspect", "x", "--json", "-"]]
)
def test_without_a_console(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    assert main(words) == (0 if words[0] in ("--version", "init") else 2)
    assert sys.stdout is None


@pytest.mark.slow
def test_with_a_clock_in_1970(first: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first.copy_to(tmp_path)
    (tmp_path / "returned").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(time, "localtime", lambda _seconds=0: time.gmtime(0))
    assert main(["generate", "--only", "11629"]) == 0
    assert main(["collect"]) == 0
    assert (tmp_path / "consolidated.docx").exists()
