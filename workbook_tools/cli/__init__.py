"""The command line: parses, calls a use case, renders its result; nothing imports it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code: 0 clean, 1 problems found, 2 could not run, 130 interrupted."""
    # Imported here, because worker processes import this module, too, and need nothing of the shell.
    from workbook_tools.cli.encoding import prepare_streams
    from workbook_tools.cli.failures import explain
    from workbook_tools.cli.language import choose_language, click_speaks
    from workbook_tools.cli.program import NAME, build_program
    from workbook_tools.cli.screen import Screen
    from workbook_tools.cli.surroundings import endured

    if argv is None:
        argv = sys.argv[1:]
    words = list(argv)
    with endured():
        prepare_streams()
        screen = Screen(choose_language(words, os.environ))
        # Around the whole run, because click looks up its texts only when it needs them.
        with click_speaks(screen.language):
            try:
                result = build_program(screen.language).main(
                    words or ["--help"], NAME, obj=screen, standalone_mode=False
                )
                sys.stdout.flush()
                return int(result or 0)
            except (Exception, KeyboardInterrupt) as error:
                return int(explain(error, screen, debug="--debug" in words))
