"""The language of a run: known before the commands are built, because their help is in it."""

from __future__ import annotations

import gettext
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import workbook_tools.locale as catalogues

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


def choose_language(argv: Sequence[str], environ: Mapping[str, str]) -> str:
    """What ``--lang`` before the command says, else the environment, else Vietnamese."""
    words = iter(argv)
    for word in words:
        # What follows the command is the command's own; --lang stands before it.
        if not word.startswith("-"):
            break
        if word == "--lang":
            word = f"--lang={next(words, '')}"
        if word.startswith("--lang=") and word.removeprefix("--lang=") in catalogues.LANGUAGES:
            return word.removeprefix("--lang=")
    return catalogues.default_language(environ)


@contextmanager
def click_speaks(language: str) -> Iterator[None]:
    """Have click take its own messages from our catalogue.

    It asks the standard library's gettext, which asks the environment.
    """
    before = os.environ.get("LANGUAGE"), gettext.textdomain()
    gettext.bindtextdomain(catalogues.DOMAIN, Path(catalogues.__file__).parent)
    gettext.textdomain(catalogues.DOMAIN)
    # gettext looks at this before anything else.
    os.environ["LANGUAGE"] = language
    try:
        yield
    finally:
        gettext.textdomain(before[1])
        if before[0] is None:
            del os.environ["LANGUAGE"]
        else:
            os.environ["LANGUAGE"] = before[0]
