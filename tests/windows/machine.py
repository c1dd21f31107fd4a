"""A Windows under Wine that tools/wine.py has prepared: its Python, its starter, its pages."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from scripts import load_script

from workbook_tools.usecases.collect import CollectOptions, collect, write_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

on_wine = [
    pytest.mark.wine,
    pytest.mark.usefixtures("windows"),
    pytest.mark.skipif(
        "WORKBOOK_TOOLS_WINE" not in os.environ, reason="needs Wine and takes minutes: make test-windows"
    ),
]
PATIENCE = 600
"""Seconds that a command may take on a busy machine before the test is given up."""


TOOL = load_script("tools/wine.py")


def run(*words: str, code: int = 0, program: list[str] | None = None, **environment: str) -> str:
    """What a command of Windows Python says, which has to end with that code."""
    done = subprocess.run(
        [*(program or TOOL.command()), *words],
        env=TOOL.environment(**environment),
        input=b"",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=PATIENCE,
    )
    said = done.stdout.decode("utf-8", errors="replace")
    assert done.returncode == code, said
    return said


def script(name: str, text: str) -> str:
    """A program of our own in a file, which its workers need."""
    (TOOL.DRIVE / name).write_text(text, encoding="utf-8")
    return f"C:\\{name}"


def read_parts(package: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(package) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def assert_as_on_linux(folder: Path, options: CollectOptions) -> None:
    """Each part of the consolidated workbook is, byte by byte, what Linux makes of the same folder."""
    # In the same folder: the workbook has links to the returned files.
    ours = folder / "of Linux.xlsx"
    found = collect(folder / "returned", folder / "template.xlsx", folder / "units.xlsx", options)
    write_workbook(found, ours)
    theirs, own = read_parts(folder / "consolidated.xlsx"), read_parts(ours)
    ours.unlink()
    assert [*theirs] == [*own]
    assert [name for name in own if own[name] != theirs[name]] == []


def starters() -> list[Path]:
    return [*TOOL.OFFICE.glob("*/Mở chương trình.cmd")]


def pages() -> dict[str, str]:
    """Which programs are open, by the files in which they say so."""
    found = {}
    for path in TOOL.DRIVE.glob("users/*/AppData/Local/workbook_tools/*.json"):
        if path.name != "recent.json" and (text := path.read_text(encoding="utf-8")):
            found[path.name] = json.loads(text)["url"]
    return found


def wait_for(condition: Any) -> Any:
    until = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < until
        time.sleep(0.5)
    return found


def double_click(*dropped: str, **environment: str) -> str:
    """What Explorer does: cmd runs the starter. What that says, if it does not start the program; it waits for a key then."""
    [starter] = starters()
    inside = "C:\\" + str(starter.relative_to(TOOL.DRIVE)).replace("/", "\\")
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [TOOL.loader(), inside, *dropped],
        env=TOOL.environment(**environment),
        stdin=pipe,
        stdout=pipe,
        stderr=subprocess.STDOUT,
        bufsize=0,
    ) as clicked:
        assert clicked.stdin is not None
        assert clicked.stdout is not None
        clicked.stdin.write(b"\r\n")
        assert clicked.wait(PATIENCE) == 0
        # What it starts keeps its output open: the end of that is not waited for.
        os.set_blocking(clicked.stdout.fileno(), False)
        return (clicked.stdout.read(1 << 16) or b"").decode("utf-8", errors="replace")


@contextmanager
def visiting(url: str) -> Iterator[Any]:
    """A tab of Debian's Chromium with that page."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    program = shutil.which("chromium") or pytest.skip("Debian's chromium is not installed")
    with sync_api.sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=program, args=["--no-sandbox"])
        tab = chromium.new_page()
        tab.context.set_default_timeout(PATIENCE * 1000)
        tab.goto(url)
        yield tab
        chromium.close()


@contextmanager
def opened(*dropped: str, **environment: str) -> Iterator[str]:
    """The address of the page that a double-click on the starter opens, or something dropped on it; it has to end."""
    for stale in TOOL.DRIVE.glob("users/*/AppData/Local/workbook_tools/*.json"):
        if stale.name != "recent.json":
            stale.unlink()
    try:
        double_click(*dropped, **environment)
        [url] = wait_for(pages).values()
        yield url
        wait_for(lambda: not pages())
    except BaseException:
        # A page that a failed test leaves open would be the one that the next test opens.
        TOOL.end_programs()
        raise
