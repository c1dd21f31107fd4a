"""Answers go to stdout, messages to stderr; tables are made of texts, not of rich's markup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools.cli.screen import Screen

if TYPE_CHECKING:
    import pytest


def test_markup_and_escapes_in_a_table_are_only_text(capsys: pytest.CaptureFixture[str]) -> None:
    Screen("en").show_table(
        "Forms in “{out}”", ["Form", "Number"], [("[bold red]x[/] :smile: \x1b[2J", 3)], out="[/]"
    )
    shown = capsys.readouterr().out
    assert "[bold red]x[/] :smile: \\x1b[2J" in shown
    assert "Forms in “[/]”" in shown


def test_streams(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Screen("vi")
    screen.answer("made: {path}", path="a{b}")
    screen.note("yes")
    assert capsys.readouterr() == ("đã tạo: a{b}\n", "có\n")


def test_no_bar_where_nobody_looks(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbook_tools.cli.screen.PATIENCE", -1)
    with Screen("vi").progress("Reading returns") as progress:
        progress(1, 2)
    assert capsys.readouterr() == ("", "")


def test_a_bar_on_a_terminal_once_it_takes_a_while(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setattr("workbook_tools.cli.screen.PATIENCE", -1)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    with Screen("vi").progress("Reading returns") as progress:
        progress(1, 2)
        progress(2, 2)
    out, err = capsys.readouterr()
    assert out == ""
    assert "2/2" in err
