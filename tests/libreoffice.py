"""LibreOffice as a second opinion: recalculates workbooks, types into forms, renders pages. One for all tests of a run."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from openpyxl.utils import get_column_letter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

T = TypeVar("T")
SYSTEM_PYTHON = "/usr/bin/python3"
_SECONDS = 600
_ALWAYS_CALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


@cache
def _find_missing() -> str:
    """What is not installed, or nothing."""
    if shutil.which("soffice") is None:
        return "LibreOffice (soffice) is not installed"
    words = [SYSTEM_PYTHON, "-c", "import uno"]
    if (
        shutil.which(SYSTEM_PYTHON) is None
        or subprocess.run(words, capture_output=True, check=False).returncode
    ):
        return "LibreOffice's Python bridge (python3-uno) is not installed"
    return ""


def requires_libreoffice(function: T) -> T:
    """Mark a test that needs LibreOffice; skipped with the reason where it is absent."""
    missing = _find_missing()
    return pytest.mark.libreoffice(pytest.mark.skipif(bool(missing), reason=missing)(function))


def recalculate(paths: Sequence[Path], out_dir: Path) -> list[Path]:
    """The workbooks as LibreOffice saves them after calculating every formula anew; file names must differ."""
    return convert(paths, out_dir, "xlsx")


Shown = dict[str, dict[str, "float | str"]]
"""Sheet → address → what a cell shows, if that is anything; a date is its number, an error its name."""


def calculate(paths: Sequence[Path]) -> list[Shown]:
    """What LibreOffice shows of workbooks once it has calculated every formula anew: to save them takes longer than all else."""
    return [
        {
            sheet: {
                f"{get_column_letter(column)}{row}": value
                for row, values in enumerate(rows, start=1)
                for column, value in enumerate(values, start=1)
                if value not in ("", None)
            }
            for sheet, rows in found.items()
        }
        for found in _office().ask("calculate", [str(path) for path in paths])
    ]


def convert(paths: Sequence[Path], out_dir: Path, suffix: str) -> list[Path]:
    """The files in the format of another suffix."""
    out_dir.mkdir(parents=True, exist_ok=True)
    targets = [out_dir / f"{path.stem}.{suffix}" for path in paths]
    _office().ask("convert", [[str(pair[0]), str(pair[1])] for pair in zip(paths, targets, strict=True)])
    return targets


def fill_many(jobs: Sequence[tuple[Path, Mapping[tuple[str, str], str | float], Path]]) -> None:
    """Type values into cells, by sheet and address, through LibreOffice itself, and save in the format of the target's name."""
    plan = [
        [str(source), [[sheet, ref, value] for (sheet, ref), value in values.items()], str(target)]
        for source, values, target in jobs
    ]
    _office().ask("fill", plan)


def watch_forms(
    jobs: Sequence[tuple[Path, Sequence[tuple[str, str]], Sequence[Sequence[tuple[str, str, object]]]]],
) -> list[list[list[str | float]]]:
    """What ranges of forms, by sheet and address, hold after each scene of typing.

    A scene is a list of cells and what is typed there; in place of a value a list of one address drags the cell there.
    """
    found: list[list[list[str | float]]] = _office().ask(
        "watch", [[str(path), *rest] for path, *rest in jobs]
    )
    return found


@dataclass(frozen=True)
class ShownPivot:
    """What LibreOffice shows of a pivot with its filters: the first row and column, counted from 1, what the cells hold, and how they look."""

    place: list[int]
    cells: list[list[str | float]]
    looks: list[list[list[str]]]


def refresh_pivots(workbook: Path) -> dict[str, list[tuple[ShownPivot, ShownPivot]]]:
    """Sheet → its pivots, each as it is when LibreOffice has opened the workbook and once it has refreshed it."""
    found = _office().ask("refresh_pivots", str(workbook))
    return {
        sheet: [(ShownPivot(**pivot["before"]), ShownPivot(**pivot["after"])) for pivot in pivots]
        for sheet, pivots in found.items()
    }


class _Office:
    """The script that has LibreOffice at hand, see uno_office.py, until the tests end, however they do."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="libreoffice-")
        script = Path(__file__).with_name("uno_office.py")
        words = [SYSTEM_PYTHON, str(script), _prepare_profile(Path(self._folder.name))]
        pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self._script = subprocess.Popen(words, text=True, encoding="utf-8", start_new_session=True, **pipes)
        atexit.register(self.close)

    def ask(self, action: str, asked: object) -> Any:
        """What the script answers; it runs in the time zone of ``TZ``."""
        limit = Timer(_SECONDS, self._kill)
        limit.start()
        try:
            self._script.stdin.write(json.dumps([action, os.environ.get("TZ", ""), asked]) + "\n")
            self._script.stdin.flush()
            answer = self._script.stdout.readline()
        finally:
            limit.cancel()
        if not answer:
            _office.cache_clear()
            raise TimeoutError(f"LibreOffice did not {action} within {_SECONDS} s")
        found, wrong = json.loads(answer)
        if wrong:
            raise RuntimeError(wrong)
        return found

    def close(self) -> None:
        """End the script, and the office with it."""
        self._script.stdin.close()
        try:
            self._script.wait(60)
        except subprocess.TimeoutExpired:
            self._kill()
        self._script.stdout.close()
        self._folder.cleanup()

    def _kill(self) -> None:
        os.killpg(self._script.pid, 9)
        self._script.wait()


@cache
def _office() -> _Office:
    return _Office()


def _prepare_profile(folder: Path) -> str:
    """A profile that calculates every workbook anew on loading; the argument for soffice."""
    settings = folder / "profile/user/registrymodifications.xcu"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(_ALWAYS_CALCULATE, encoding="utf-8")
    return f"-env:UserInstallation={(folder / 'profile').as_uri()}"
