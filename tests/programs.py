"""Other programs that units may save their form with: Gnumeric, and two libraries for Node that web applications use."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

NODE = Path(__file__).with_name("node")
_GNUMERIC_FORMATS = {
    ".xlsx": "Gnumeric_Excel:xlsx2",
    ".xls": "Gnumeric_Excel:excel_biff8",
    ".ods": "Gnumeric_OpenCalc:odf",
}

requires_gnumeric = pytest.mark.skipif(
    shutil.which("ssconvert") is None, reason="Gnumeric (ssconvert) is not installed"
)
requires_node = pytest.mark.skipif(
    shutil.which("node") is None or not (NODE / "node_modules").is_dir(),
    reason="Node is not installed, or `npm install` was not run in tests/node",
)


def save_with_gnumeric(jobs: Sequence[tuple[Path, Path]]) -> None:
    """Open each source and save it as its target, in the format of the target's name."""
    for source, target in jobs:
        command = ["ssconvert", "-T", _GNUMERIC_FORMATS[target.suffix], str(source), str(target)]
        subprocess.run(command, check=True, capture_output=True, timeout=600)


def save_with_node(jobs: Sequence[tuple[str, Path, Path]], scratch: Path) -> None:
    """Open each source with a program, ``sheetjs`` or ``exceljs``, and save it as its target, in the format of the target's name."""
    plan = scratch / "jobs.json"
    plan.write_text(
        json.dumps([[program, str(source), str(target)] for program, source, target in jobs]),
        encoding="utf-8",
    )
    subprocess.run(["node", str(NODE / "save.js"), str(plan)], check=True, capture_output=True, timeout=600)
