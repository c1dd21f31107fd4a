"""Output of the commands: answers to stdout, messages and progress to stderr, in the reader's language."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools.cli.encoding import harmless
from workbook_tools.locale import mark as _
from workbook_tools.locale import translate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from rich.console import JustifyMethod

    from workbook_tools.problems import Problem

PATIENCE = 1.0
"""Seconds before a progress bar is shown."""


class Screen(Struct, frozen=True):
    """The terminal of one run, with texts in ``language``."""

    language: str

    def text(self, message: str, **values: object) -> str:
        """Translate a message of the catalogue and make its values safe for a terminal."""
        return translate(message, self.language).format(
            **{name: harmless(value) for name, value in values.items()}
        )

    def answer(self, message: str, **values: object) -> None:
        """Print a message on stdout."""
        print(self.text(message, **values), file=sys.stdout)

    def note(self, message: str, **values: object) -> None:
        """Print a message on stderr."""
        print(self.text(message, **values), file=sys.stderr)

    def write_json(self, text: str) -> None:
        """Write JSON to stdout, in UTF-8 whatever the console's encoding is."""
        sys.stdout.flush()
        # Bypasses the terminal's encoding: JSON is UTF-8.
        sys.stdout.buffer.write(text.encode("utf-8"))
        sys.stdout.buffer.flush()

    def show_problems(
        self, problems: Sequence[Problem], *, limit: int = 20, every: Sequence[Problem] = ()
    ) -> None:
        """Print problems on stderr, worst first, at most ``limit`` lines of a kind, and their number.

        ``every`` are the problems to count if not all are shown.
        """
        from workbook_tools.cli.folding import fold_problems
        from workbook_tools.problems import count_problems

        for line in fold_problems(problems, self.language, limit=limit):
            print(line, file=sys.stderr)
        counted = every or problems
        if counted:
            errors, warnings, notices = count_problems(counted)
            self.note(
                _("Errors: {errors}, warnings: {warnings}, notices: {notices}."),
                errors=errors,
                warnings=warnings,
                notices=notices,
            )

    def show_table(
        self, title: str, heads: Sequence[str], rows: Iterable[Sequence[object]], **values: object
    ) -> None:
        """Print a table on stdout.

        ``title`` and ``heads`` are messages of the catalogue; cells are text or integers.
        """
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        table = Table(title=Text(self.text(title, **values)), title_justify="left", title_style="bold")
        body = [list(row) for row in rows]
        for position, head in enumerate(heads):
            # Right-align columns of numbers only.
            numbers = body and all(isinstance(row[position], int) for row in body)
            side: JustifyMethod = "right" if numbers else "left"
            table.add_column(Text(self.text(head)), justify=side, overflow="fold")
        for row in body:
            table.add_row(*(Text(harmless(cell)) for cell in row))
        # Without markup: a file may be called [bold].xlsx.
        Console(file=sys.stdout, highlight=False, markup=False, emoji=False).print(table)

    @contextmanager
    def progress(self, message: str) -> Iterator[Callable[[int, int], None]]:
        """Yield a function to call with (done, total); on a terminal, it shows a bar after a while."""
        bar = _LateBar(self.text(message))
        try:
            yield bar.advance
        finally:
            bar.close()


class _LateBar:
    def __init__(self, description: str) -> None:
        self._description = description
        self._started = time.monotonic()
        self._advance: Callable[[int, int], None] | None = None
        self._stop: Callable[[], None] | None = None

    def advance(self, done: int, total: int) -> None:
        # In a log file, a bar would become a thousand lines.
        if self._advance is None and sys.stderr.isatty() and time.monotonic() - self._started > PATIENCE:
            self._open(total)
        if self._advance is not None:
            self._advance(done, total)

    def _open(self, total: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
        )
        bar = Progress(*columns, console=Console(file=sys.stderr), transient=True)
        task = bar.add_task(self._description, total=total)
        bar.start()
        self._advance = lambda done, total: bar.update(task, completed=done, total=total)
        self._stop = bar.stop

    def close(self) -> None:
        if self._stop is not None:
            self._stop()
