"""Every command that works on a campaign finds it in the same way: the folder named, or the current one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
import pytest

from workbook_tools.cli.program import build_program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NO_CAMPAIGN = {("init",), ("propose",), ("demo",), ("inspect",)}
"""Commands that make a folder or read one file."""


def commands(above: click.Command, *words: str) -> Iterator[tuple[str, ...]]:
    if not isinstance(above, click.Group):
        yield words
        return
    for name, command in above.commands.items():
        yield from commands(command, *words, name)


ON_CAMPAIGN = sorted({*commands(build_program("en"))} - NO_CAMPAIGN)


def place(words: tuple[str, ...]) -> tuple[str, ...]:
    """The command up to where the folder is named."""
    return (*words, "correction") if words in (("mail", "draft"), ("mail", "send")) else words


@pytest.mark.parametrize("words", [words for words in ON_CAMPAIGN if words != ("app",)])
def test_the_folder_may_be_named_or_the_current_one(
    run: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    campaign = tmp_path / "đợt 1"
    campaign.mkdir()
    for name in ("template.xlsx", "units.xlsx"):
        (campaign / name).touch()
    named = run("--lang", "en", *place(words), str(campaign))
    monkeypatch.chdir(campaign)
    current = run("--lang", "en", *words)
    assert named.code == current.code
    for ran in (named, current):
        # Both are empty, which is what the command stops at.
        assert "not a campaign folder" not in ran.err
        assert "template.xlsx" in ran.err or "units.xlsx" in ran.err


@pytest.mark.parametrize("words", [words for words in ON_CAMPAIGN if words[0] not in ("app", "collect")])
def test_a_folder_without_a_campaign_is_named(
    run: Callable[..., Any], tmp_path: Path, words: tuple[str, ...]
) -> None:
    (tmp_path / "ảnh").mkdir()
    ran = run("--lang", "en", *place(words), "ảnh")
    assert ran.code == 2
    assert "“ảnh” is not a campaign folder" in ran.err
