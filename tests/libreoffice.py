"""LibreOffice as a second opinion: recalculates workbooks, types into forms, renders pages."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

T = TypeVar("T")
SYSTEM_PYTHON = "/usr/bin/python3"
_ALWAYS_CALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def _has_uno() -> bool:
    if shutil.which(SYSTEM_PYTHON) is None:
        return False
    return (
        subprocess.run([SYSTEM_PYTHON, "-c", "import uno"], capture_output=True, check=False).returncode == 0
    )


def requires_libreoffice(function: T) -> T:
    """Mark a test that needs ``soffice``; skipped with the reason where it is absent."""
    reason = "LibreOffice (soffice) is not installed"
    return pytest.mark.libreoffice(
        pytest.mark.skipif(shutil.which("soffice") is None, reason=reason)(function)
    )


requires_uno = pytest.mark.skipif(
    not _has_uno(), reason="LibreOffice's Python bridge (python3-uno) is not installed"
)


def prepare_profile(folder: Path) -> str:
    """A profile of its own that calculates every workbook anew on loading; the argument for soffice."""
    settings = folder / "profile/user/registrymodifications.xcu"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(_ALWAYS_CALCULATE, encoding="utf-8")
    return f"-env:UserInstallation={(folder / 'profile').as_uri()}"


def recalculate(paths: Sequence[Path], out_dir: Path) -> list[Path]:
    """The workbooks as LibreOffice saves them after calculating every formula anew; file names must differ."""
    return convert(paths, out_dir, "xlsx:Calc MS Excel 2007 XML")


def render_pdf(path: Path, out_dir: Path) -> Path:
    """The workbook's pages as LibreOffice prints them."""
    (rendered,) = convert([path], out_dir, "pdf")
    return rendered


def convert(paths: Sequence[Path], out_dir: Path, target: str) -> list[Path]:
    """The files in another format, named by its suffix with or without LibreOffice's name for it."""
    out_dir.mkdir(parents=True, exist_ok=True)
    command = ["soffice", prepare_profile(out_dir), "--headless", "--convert-to", target]
    command += ["--outdir", str(out_dir), *map(str, paths)]
    subprocess.run(command, check=True, capture_output=True, timeout=600)
    suffix = target.partition(":")[0]
    return [out_dir / f"{path.stem}.{suffix}" for path in paths]


def fill_many(
    jobs: Sequence[tuple[Path, Mapping[tuple[str, str], str | float], Path]], scratch: Path
) -> None:
    """Type values into cells, by sheet and address, through LibreOffice itself, and save in the format of the target's name."""
    plan = [
        [str(source), [[sheet, ref, value] for (sheet, ref), value in values.items()], str(target)]
        for source, values, target in jobs
    ]
    file = scratch / "fill.json"
    file.write_text(json.dumps(plan), encoding="utf-8")
    script = Path(__file__).with_name("uno_fill.py")
    subprocess.run([SYSTEM_PYTHON, str(script), str(file), prepare_profile(scratch)], check=True, timeout=600)


def watch_forms(
    jobs: Sequence[tuple[Path, Sequence[tuple[str, str]], Sequence[Sequence[tuple[str, str, object]]]]],
    scratch: Path,
) -> list[list[list[str | float]]]:
    """What ranges of forms, by sheet and address, hold after each scene of typing.

    A scene is a list of cells and what is typed there; in place of a value a list of one address drags the cell there.
    """
    plan, target = scratch / "watch.json", scratch / "shown.json"
    plan.write_text(
        json.dumps([[str(path), areas, scenes] for path, areas, scenes in jobs]), encoding="utf-8"
    )
    script = Path(__file__).with_name("uno_live.py")
    command = [SYSTEM_PYTHON, str(script), str(plan), str(target), prepare_profile(scratch)]
    subprocess.run(command, check=True, timeout=600)
    found: list[list[list[str | float]]] = json.loads(target.read_text(encoding="utf-8"))
    return found


@dataclass(frozen=True)
class ShownPivot:
    """What LibreOffice shows of a pivot with its filters: the first row and column, counted from 1, what the cells hold, and how they look."""

    place: list[int]
    cells: list[list[str | float]]
    looks: list[list[list[str]]]


def refresh_pivots(workbook: Path, scratch: Path) -> dict[str, list[tuple[ShownPivot, ShownPivot]]]:
    """Sheet → its pivots, each as it is when LibreOffice has opened the workbook and once it has refreshed it."""
    target = scratch / "pivots.json"
    script = Path(__file__).with_name("uno_pivots.py")
    subprocess.run(
        [SYSTEM_PYTHON, str(script), str(workbook), str(target), prepare_profile(scratch)],
        check=True,
        timeout=600,
    )
    found = json.loads(target.read_text(encoding="utf-8"))
    return {
        sheet: [(ShownPivot(**pivot["before"]), ShownPivot(**pivot["after"])) for pivot in pivots]
        for sheet, pivots in found.items()
    }
