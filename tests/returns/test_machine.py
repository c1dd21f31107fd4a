"""A machine of a cluster reads as a single computer does: a file that ends or outlasts its process costs only itself."""

from __future__ import annotations

import os
import subprocess
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from returns.traps import HastyContext
from small_campaign import count, make_roster, make_template

from workbook_tools.errors import CannotRead
from workbook_tools.inbox.folder import find_files
from workbook_tools.returns.result import ReadingContext, decode_readings
from workbook_tools.returns.workers import machine
from workbook_tools.returns.workers.machine import pack_context, read_on_machine

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE = Path(__file__).resolve().parent


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ReadingContext:
    places = [str(HERE), str(HERE.parent), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(places))
    folder = tmp_path / "returned"
    folder.mkdir()
    return HastyContext(folder, make_template(count("ct_1")), make_roster("11 xa -"), None)


def read(context: ReadingContext) -> Mapping[str, str]:
    """Path → the first problem of the file."""
    data = read_on_machine(find_files(context.root), pack_context(context))
    return {r.path: r.problems[0].code for of_file in decode_readings(data) for r in of_file}


@pytest.mark.slow
def test_a_member_that_ends_or_outlasts_its_process_costs_only_itself(context: ReadingContext) -> None:
    assert isinstance(context.root, Path)
    with zipfile.ZipFile(context.root / "tỉnh.zip", "w") as packed:
        for name in ("a.txt", "die.txt", "b.txt", "spin.txt", "c.txt"):
            packed.writestr(name, "ghi chú")
    (context.root / "d.txt").write_text("ghi chú", encoding="utf-8")
    assert read(context) == {
        "tỉnh.zip/a.txt": "format-unsupported",
        "tỉnh.zip/die.txt": "reading-failed",
        "tỉnh.zip/b.txt": "format-unsupported",
        "tỉnh.zip/spin.txt": "reading-failed",
        "tỉnh.zip/c.txt": "format-unsupported",
        "d.txt": "format-unsupported",
    }


def stand_in(monkeypatch: pytest.MonkeyPatch, folder: Path, text: str) -> None:
    """Let the process for a machine's files be another program."""
    (folder / "stand_in.py").write_text(text, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(folder), prepend=os.pathsep)
    monkeypatch.setattr(machine, "_NAME", "stand_in")


def test_a_process_that_is_ended_from_outside_is_no_result(
    context: ReadingContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(monkeypatch, tmp_path, "import os\nos.abort()")
    with pytest.raises(subprocess.CalledProcessError):
        read(context)


def test_what_stands_outside_the_files_is_told_as_such(
    context: ReadingContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment of this machine is broken: the processes that read cannot load the program."""
    text = (
        "import sys\n"
        "from workbook_tools.errors import CannotRead\n"
        "from workbook_tools.returns.workers import machine\n"
        "def fail(*_):\n"
        "    raise CannotRead('x', 'the disk is full')\n"
        "machine._read = fail\n"
        "machine._main()\n"
    )
    stand_in(monkeypatch, tmp_path, text)
    with pytest.raises(CannotRead, match="the disk is full"):
        read(context)
