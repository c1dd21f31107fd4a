"""The language of a run, determined before the commands are built, because it affects their help."""

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
    """Return the value of ``--lang`` before the command, else the environment's, else Vietnamese."""
    words = iter(argv)
    for word in words:
        # Arguments after the command are its own; --lang comes before it.
        if not word.startswith("-"):
            break
        if word == "--lang":
            word = f"--lang={next(words, '')}"
        if word.startswith("--lang=") and word.removeprefix("--lang=") in catalogues.LANGUAGES:
            return word.removeprefix("--lang=")
    return catalogues.default_language(environ)


@contextmanager
def click_speaks(language: str) -> Iterator[None]:
    """Make click use our catalogue for its own messages.

    It uses the standard library's gettext, which reads the environment.
    """
    before = os.environ.get("LANGUAGE"), gettext.textdomain()
    gettext.bindtextdomain(catalogues.DOMAIN, Path(catalogues.__file__).parent)
    gettext.textdomain(catalogues.DOMAIN)
    # gettext checks this variable first.
    os.environ["LANGUAGE"] = language
    try:
        yield
    finally:
        gettext.textdomain(before[1])
        if before[0] is None:
            del os.environ["LANGUAGE"]
        else:
            os.environ["LANGUAGE"] = before[0]
