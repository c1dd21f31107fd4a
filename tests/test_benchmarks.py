"""The benchmarks run: every job, on a dozen returns. How long they take is nobody's business here."""

from __future__ import annotations

import io
import subprocess
from contextlib import redirect_stderr, redirect_stdout
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from benchmarks import commands, jobs, measure, scripts
from benchmarks.__main__ import main
from workbook_tools.cli import main as run_program

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.slow
def test_every_job_runs_and_has_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process but for three: a process of its own for each would import everything forty times."""
    begin = subprocess.run

    def run(command: list[str], **options: Any) -> Any:
        job = command[3:]
        if job[0] == "help_empty":
            return begin(command, **options)
        with redirect_stdout(io.StringIO()) as printed:
            jobs.main(*job)
        return SimpleNamespace(stdout=printed.getvalue())

    timed = commands._timed

    def time_here(command: list[str]) -> commands.Spent:
        module, *words = command[2:]
        if words[0] == "generate":
            return timed(command)
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            if module == "benchmarks.scripts":
                getattr(scripts, words[0])(*words[1:])
            else:
                assert run_program(words) in (0, 1)
        spent = commands.Spent(1)
        spent.processor = 1
        return spent

    def none_left() -> None:
        raise ChildProcessError

    monkeypatch.setattr(measure, "subprocess", SimpleNamespace(run=run))
    # The children of this process are not only those of the job.
    monkeypatch.setattr(jobs, "_adopt_orphans", lambda: None)
    monkeypatch.setattr(commands.os, "wait", none_left)
    monkeypatch.setattr(commands, "_timed", time_here)
    monkeypatch.setattr(jobs, "_FORMS", 5)
    ran = CliRunner().invoke(main, ["--quick", "--folder", str(tmp_path)], catch_exceptions=False)
    lines = [line for line in ran.stdout.splitlines() if line.startswith("| ")]
    of_forms = ("| make one", "| make all", "| write the", "| read one", "| … ", "| start")
    assert sum(line.startswith(of_forms) for line in lines) == 12
    assert sum(line.startswith("| 12 | ") for line in lines) == 3
    assert sum(line.startswith("| list | ") for line in lines) == 1
    assert len(list((tmp_path / "12" / "returned").glob("*.xlsx"))) == 12
