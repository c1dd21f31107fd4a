"""The only place that turns exceptions into messages on stderr and an exit code."""

from __future__ import annotations

import sys
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbook_tools.cli.encoding import as_shown
from workbook_tools.errors import (
    CannotConnect,
    CannotRead,
    CannotWrite,
    SpecificationError,
    WorkbookToolsError,
)
from workbook_tools.locale import mark as _
from workbook_tools.locale import translate

if TYPE_CHECKING:
    from workbook_tools.cli.screen import Screen


class Exit(IntEnum):
    """Exit codes.

    Warnings alone are clean; a rejected file is a problem; after CANNOT_RUN nothing was done.
    """

    CLEAN = 0
    PROBLEMS = 1
    CANNOT_RUN = 2
    INTERRUPTED = 130

    @classmethod
    def of(cls, *, clean: bool) -> Exit:
        """The code of a run that did its work."""
        return cls.CLEAN if clean else cls.PROBLEMS


def explain(error: BaseException, screen: Screen, *, debug: bool) -> Exit:
    """Print the error and its remedy on stderr; return the exit code."""
    if isinstance(error, KeyboardInterrupt | click.Abort):
        screen.note(
            _("Interrupted. Nothing was left half-written: every file is either the old one or the new one.")
        )
        return Exit.INTERRUPTED
    if isinstance(error, click.ClickException):
        _explain_usage(error)
    elif isinstance(error, WorkbookToolsError):
        _explain_own(error, screen)
    else:
        _explain_ours(error, screen, debug)
    # A usage error is not a bug, so a trace would not help.
    if debug and not isinstance(error, click.ClickException):
        import traceback

        traceback.print_exception(error, file=sys.stderr)
    return Exit.CANNOT_RUN


def _explain_usage(error: click.ClickException) -> None:
    """Print what click would print, in our encoding; click's words are already translated."""
    from gettext import gettext

    context = getattr(error, "ctx", None)
    lines = []
    if context is not None:
        lines = [
            context.get_usage(),
            gettext("Try '{command} {option}' for help.").format(
                command=context.command_path, option="--help"
            ),
        ]
    lines.append(gettext("Error: {message}").format(message=error.format_message()))
    print(as_shown("\n".join(lines), sys.stderr), file=sys.stderr)


def _explain_own(error: WorkbookToolsError, screen: Screen) -> None:
    if isinstance(error, SpecificationError):
        screen.show_problems(error.problems)
        screen.note(error.verdict, path=error.path)
    elif isinstance(error, CannotRead | CannotWrite):
        screen.note(error.verdict, path=error.path, reason=translate(error.reason, screen.language))
        _say_remedy(error, screen)
    elif isinstance(error, CannotConnect):
        screen.note(error.verdict, server=error.server, reason=translate(error.reason, screen.language))
        if error.answer:
            screen.note(_("The server says: {answer}"), answer=error.answer)
    else:
        screen.note("{text}", text=error)


def _say_remedy(error: CannotRead | CannotWrite, screen: Screen) -> None:
    """Print the remedy; for a file to be written, also that the old one is untouched."""
    if error.remedy:
        screen.note(error.remedy)
    # A file only read, or a folder, is in no danger.
    if isinstance(error, CannotRead) or (isinstance(error.path, Path) and error.path.is_dir()):
        return
    if error.remedy:
        screen.note(_("The old file is untouched."))
    else:
        screen.note(_("Then run the command again, or choose another location; the old file is untouched."))


def _explain_ours(error: BaseException, screen: Screen, debug: bool) -> None:
    screen.note(
        _("This is a bug in the program, not your mistake: {error}."),
        error=f"{type(error).__name__}: {error}",
    )
    if not debug:
        screen.note(
            _(
                "Run the command again with --debug before its name and send the text that appears to the "
                "program's authors."
            )
        )
