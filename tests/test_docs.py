"""The reference pages are those of the code, and what the README says can be typed can be typed."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import click
import pytest
from campaigns import ROOT
from scripts import load_script

from workbook_tools.cli.program import NAME, build_program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

PROSE = ["README.md", *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").glob("*.md"))]


@pytest.fixture(scope="module")
def build() -> ModuleType:
    return load_script("docs/build.py")


def test_reference_pages_are_current(build: ModuleType) -> None:
    """If this fails, `make docs`."""
    for name, text in build.render_pages().items():
        assert (ROOT / "docs" / name).read_text(encoding="utf-8") == text, name


def command_lines(page: str) -> Iterator[list[str]]:
    for block in re.findall(
        r"```(?:console|sh|bat)\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.S
    ):
        for line in block.splitlines():
            _, found, rest = line.partition("workbook_tools " if "-m workbook_tools " in line else f"{NAME} ")
            if found:
                yield shlex.split(rest, comments=True)


@pytest.mark.parametrize("page", PROSE)
def test_command_lines_parse(page: str) -> None:
    for words in command_lines(page):
        command: click.Command = build_program("en")
        while isinstance(command, click.Group):
            command, words = command.commands[words[0]], words[1:]
        command.make_context(command.name, words)


@pytest.mark.parametrize("page", PROSE)
def test_links_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)|src=\"([^\"]+)\"", text):
        target = "".join(target)
        assert "://" in target or ((ROOT / page).parent / target).exists(), target
