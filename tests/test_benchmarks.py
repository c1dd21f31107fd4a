"""The benchmarks run: every job, on a dozen returns. How long they take is nobody's business here."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from campaigns import ROOT

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.slow
def test_every_job_runs_and_has_its_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks", "--quick", "--folder", str(tmp_path)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=600)
    lines = [line for line in ran.stdout.splitlines() if line.startswith("| ")]
    of_forms = ("| make one", "| make all", "| write the", "| read one", "| … ", "| start")
    assert sum(line.startswith(of_forms) for line in lines) == 12
    assert sum(line.startswith("| 12 | ") for line in lines) == 3
    assert sum(line.startswith("| list | ") for line in lines) == 1
    assert len(list((tmp_path / "12" / "returned").glob("*.xlsx"))) == 12
