"""Vietnamese unless said otherwise, and then all of it: our texts and click's."""

from __future__ import annotations

import gettext
import os
from typing import TYPE_CHECKING

import pytest

from workbook_tools.cli.language import choose_language, click_speaks

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("argv", "environ", "language"),
    [
        ([], {}, "vi"),
        (["--lang", "en", "collect"], {}, "en"),
        (["--debug", "--lang=en"], {}, "en"),
        (["--lang", "en", "--lang", "vi"], {}, "en"),
        (["collect", "--lang", "en"], {}, "vi"),
        (["--lang"], {}, "vi"),
        (["--lang", "fr"], {}, "vi"),
        ([], {"WORKBOOK_TOOLS_LANG": "en_GB"}, "en"),
        (["--lang", "vi"], {"WORKBOOK_TOOLS_LANG": "en"}, "vi"),
    ],
)
def test_the_option_goes_before_the_environment(
    argv: list[str], environ: dict[str, str], language: str
) -> None:
    assert choose_language(argv, environ) == language


def test_help_and_usage_errors_are_all_vietnamese(run: Callable[..., object]) -> None:
    """Only commands, options and file names are left in English."""
    for words in (
        [],
        ["generate", "--help"],
        ["bogus"],
        ["generate", "--nope"],
        ["--lang", "xx"],
        ["inspect"],
        ["init", "a", "b"],
    ):
        shown = run(*words)
        text = (shown.out + shown.err).lower()
        for english in (
            "usage",
            "options",
            "error",
            "show this",
            "try ",
            "missing",
            "no such",
            "is not",
            "unexpected",
            "commands",
            "folder",
        ):
            assert english not in text, (words, english)


def test_english_help_is_english(run: Callable[..., object]) -> None:
    shown = run("--lang", "en", "collect", "--help").out
    assert shown.startswith("Usage: workbook-tools collect [OPTIONS] [FOLDER]")
    assert shown.isascii()


def test_the_process_is_left_as_it_was() -> None:
    before = os.environ.get("LANGUAGE"), gettext.textdomain()
    with click_speaks("vi"):
        assert gettext.gettext("Usage:") == "Cách dùng:"
    assert (os.environ.get("LANGUAGE"), gettext.textdomain()) == before
