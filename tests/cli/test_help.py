"""Help is a document: a sentence, an example that can be typed as it stands, and a word on every option."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import click
import pytest

from workbook_tools.cli.command_help import Command
from workbook_tools.cli.program import NAME, build_program

if TYPE_CHECKING:
    from collections.abc import Iterator


def commands(group: click.Command, *path: str) -> Iterator[tuple[str, click.Command]]:
    if isinstance(group, click.Group):
        for name, below in group.commands.items():
            yield from commands(below, *path, name)
    else:
        yield " ".join(path), group


COMMANDS = dict(commands(build_program("en")))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_does_and_how(name: str) -> None:
    command = COMMANDS[name]
    assert command.help
    assert command.help.endswith(".")
    assert isinstance(command, Command)
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


@pytest.mark.parametrize("name", COMMANDS)
def test_every_example_parses(name: str) -> None:
    """An example that works calls this very command with options it has, or leads up to it with others."""
    lines = [shlex.split(line) for line in COMMANDS[name].example.splitlines()]
    assert [NAME, *name.split()] in [line[: 1 + len(name.split())] for line in lines]
    for words in lines:
        if words[0] == "cd":
            continue
        assert words[0] == NAME
        found = max((c for c in COMMANDS if words[1 : 1 + len(c.split())] == c.split()), key=len)
        COMMANDS[found].make_context(found, words[1 + len(found.split()) :])


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_said_in_vietnamese(name: str) -> None:
    vietnamese = dict(commands(build_program("vi")))[name]
    for said, meant in zip(
        [vietnamese, *vietnamese.params], [COMMANDS[name], *COMMANDS[name].params], strict=True
    ):
        if not isinstance(meant, click.Argument):
            assert said.help != meant.help


def test_translating_leaves_the_english_tree_alone() -> None:
    build_program("vi")
    assert COMMANDS["collect"].help.startswith("Read and check every file")
