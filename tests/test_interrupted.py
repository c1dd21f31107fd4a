"""Killed at any moment, or refused by the system at any step: the old output stays whole, and the next run is right."""

from __future__ import annotations

import errno
import shutil
import subprocess
import sys
import time
import zipfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from collecting import fill

from workbook_tools.errors import CannotRead, CannotWrite, WorkbookToolsError
from workbook_tools.returns.result import read_found
from workbook_tools.usecases import collect as collect_module
from workbook_tools.usecases.collect import collect, write_workbook
from workbook_tools.usecases.generate import generate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from campaigns import Campaign

    from workbook_tools.frames import Collection

UNITS = ["x1", "t1", "x2"]


@pytest.fixture
def office(little: Campaign, tmp_path: Path) -> Path:
    """A campaign folder with three returns and the workbook of an earlier run."""
    root = tmp_path / "Đợt 1"
    root.mkdir()
    (root / "template.xlsx").write_bytes(little.template_path.read_bytes())
    (root / "units.xlsx").write_bytes(little.units_path.read_bytes())
    (root / "signing.key").write_bytes(little.key.read_bytes())
    for position, unit in enumerate(UNITS):
        fill(little, unit, {"ct_1": 3 + position}, root / "returned" / f"{unit}.xlsx")
    (root / "consolidated.xlsx").write_bytes(b"the old one")
    return root


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".tmp" and path.parent.name != ".cache"
    }


class TestKilled:
    def run(self, office: Path, command: str, until: Callable[[], bool] | None = None) -> None:
        """Kill it once that is so; let it end if nothing is said."""
        started = subprocess.Popen(
            [sys.executable, "-m", "workbook_tools", command],
            cwd=office,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if until is not None:
            while started.poll() is None and not until():
                time.sleep(0.001)
            started.kill()
        started.wait(600)

    def test_collect(self, office: Path) -> None:
        """While it reads, while it writes, and once the workbook is there and the report is not."""
        before, workbook = contents(office), office / "consolidated.xlsx"
        self.run(office, "collect")
        whole = workbook.read_bytes()
        assert zipfile.is_zipfile(workbook)
        moments = [
            lambda: [*office.glob(".cache/*")] != [],
            lambda: [*office.glob(".*.tmp")] != [],
            lambda: workbook.stat().st_size == len(whole),
        ]
        for moment in moments:
            workbook.write_bytes(b"the old one")
            shutil.rmtree(office / ".cache", ignore_errors=True)
            self.run(office, "collect", moment)
            assert workbook.read_bytes() in (b"the old one", whole)
        self.run(office, "collect")
        after = contents(office)
        assert after.pop("decisions.xlsx")
        assert after.pop("consolidated.docx")
        assert after == {**before, "consolidated.xlsx": whole}

    def test_generate(self, office: Path, little: Campaign) -> None:
        forms = {path.name: path.read_bytes() for path in little.forms.values()}
        self.run(office, "generate", lambda: [*office.glob("forms/*")] != [])
        assert contents(office / "forms").items() <= forms.items()
        self.run(office, "generate")
        assert contents(office / "forms") == forms


@contextmanager
def failing(folder: Path, step: int) -> Iterator[list[str]]:
    """The ``step``-th time that a file of the folder is opened, listed, renamed or removed, the disk gives an error."""
    seen: list[str] = []
    _hooks.append((str(folder), step, seen))
    try:
        yield seen
    finally:
        _hooks.clear()


_hooks: list[tuple[str, int, list[str]]] = []
_EVENTS = {"open", "os.rename", "os.scandir", "os.listdir", "os.chmod", "os.mkdir"}


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if not _hooks or event not in _EVENTS:
        return
    folder, step, seen = _hooks[0]
    if any(isinstance(argument, str) and argument.startswith(folder) for argument in map(_path, arguments)):
        seen.append(event)
        if len(seen) == step:
            raise OSError(errno.EIO, "Input/output error")


def _path(argument: Any) -> Any:
    return str(argument) if isinstance(argument, Path) else argument


sys.addaudithook(_audit)


def read_here(found: Any, context: Any) -> Iterator[Any]:
    """Reading without workers, where the failing steps can be brought about."""
    return (read_found(file.path, context) for file in found)


def run(office: Path) -> Collection:
    collection = collect(office / "returned", office / "template.xlsx", office / "units.xlsx")
    write_workbook(collection, office / "consolidated.xlsx", native_pivots=False)
    return collection


def test_whatever_step_fails_is_told_and_nothing_is_lost(
    office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collect_module, "read_files", read_here)
    before = contents(office)
    fates = []
    for step in range(1, 100):
        with failing(office, step) as seen:
            try:
                collection = run(office)
                told = [p for p in collection.problems if p.code == "return-unreadable"]
                fates.append("file" if told else "none")
                assert len(told) <= 1
                if told:
                    assert len(collection.answers["unit"].unique()) == len(UNITS) - 1
            except (CannotRead, CannotWrite) as error:
                fates.append(type(error).__name__)
                assert contents(office) == before
        (office / "consolidated.xlsx").write_bytes(b"the old one")
        assert contents(office) == before
        assert list(office.glob(".*.tmp")) == []
        if len(seen) < step:
            break
    assert fates[-1] == "none"
    assert {"file", "CannotRead", "CannotWrite"} <= set(fates)
    assert fates.count("file") >= len(UNITS)
    assert run(office).totals.at["ct_1", "units"] == len(UNITS)


def test_whatever_step_fails_while_forms_are_made_is_told(office: Path, little: Campaign) -> None:
    forms = {little.forms[unit].name: little.forms[unit].read_bytes() for unit in UNITS}
    for step in range(1, 100):
        with failing(office, step) as seen:
            try:
                generated = generate(
                    office / "template.xlsx", office / "units.xlsx", office / "forms", only=UNITS
                )
                assert sum(form.action == "failed" for form in generated.forms) <= 1
            except WorkbookToolsError:
                pass
        made = contents(office / "forms") if (office / "forms").exists() else {}
        assert made.items() <= forms.items()
        if len(seen) < step:
            break
    assert contents(office / "forms") == forms
