"""The final report of ``collect``: tables, problems, paths of the results, next step."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from workbook_tools.cli.campaign import next_command
from workbook_tools.cli.failures import Exit, explain
from workbook_tools.errors import SpecificationError, WorkbookToolsError
from workbook_tools.locale import mark as _
from workbook_tools.locale import translate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from workbook_tools.cli.commands.collect_job import CollectJob
    from workbook_tools.cli.screen import Screen
    from workbook_tools.frames import Collection
    from workbook_tools.problems import Problem
    from workbook_tools.sheetwriter.whole_table import WholeTable


UNIT_OUTCOMES = {
    "accepted": _("accepted"),
    "accepted-with-warnings": _("accepted, to be looked at"),
    "rejected": _("rejected"),
    "nothing-to-report": _("nothing to report"),
    "missing": _("nothing returned yet"),
}
FILE_OUTCOMES = {
    "accepted": _("accepted"),
    "accepted-with-warnings": _("accepted, to be looked at"),
    "rejected": _("rejected"),
    "superseded": _("replaced by another return"),
    "companion": _("beside a report"),
    "ignored": _("ignored"),
}
_OF_THE_FOLDER = ("template", "units", "out", "key", "passwords", "decisions", "previous")
"""Options that default to the campaign folder's paths."""
LINES = 5
"""Problems shown per kind; the workbook has all."""


def show_tables(screen: Screen, collection: Collection) -> None:
    """Show the number of units and files per outcome; without any, a sentence in place of an empty table."""
    for title, outcomes, found in (
        (_("Units"), UNIT_OUTCOMES, collection.status["outcome"]),
        (_("Files found"), FILE_OUTCOMES, collection.files["outcome"]),
    ):
        if found.empty:
            screen.answer(_("There is no file in “{folder}” yet."), folder=collection.folder)
            continue
        counts = found.value_counts()
        rows = [
            (translate(words, screen.language), int(counts.get(outcome, 0)))
            for outcome, words in outcomes.items()
        ]
        rows.append((translate(_("total"), screen.language), len(found)))
        screen.show_table(title, [_("Outcome"), _("Number")], [row for row in rows if row[1]])


def _count_notices(screen: Screen, problems: Iterable[Problem]) -> None:
    """Name the kinds of notices, which only the workbook has, without the details of what was shown."""
    from workbook_tools.consolidated.words import PROBLEMS_SHEET

    kinds = Counter(p.title(screen.language) for p in problems if not p.under)
    if kinds:
        named = ", ".join(f"{title} ({count})" for title, count in kinds.most_common())
        screen.note(_("Its sheet “{sheet}” has notices, too: {value}."), sheet=PROBLEMS_SHEET, value=named)


def _show_whole(screen: Screen, whole: Sequence[WholeTable]) -> None:
    """Name the truncated sheets; totals include all rows."""
    from workbook_tools.locale import show_number

    for table in whole:
        screen.note(
            _(
                "Its sheet “{sheet}” omits the last {left} of {rows} rows, which exceed Excel's limit; "
                "all are in: {path}"
            ),
            sheet=table.sheet,
            left=show_number(table.left, screen.language),
            rows=show_number(table.rows, screen.language),
            path=table.path,
        )


def explain_missing_report(screen: Screen, job: CollectJob, error: WorkbookToolsError) -> Exit:
    """Say why there is no Word report, and that an existing one does not belong to this workbook."""
    if not isinstance(error, SpecificationError):  # its problems were already shown
        explain(error, screen, debug=False)
    assert job.out is not None
    report = job.out.with_suffix(".docx")
    # An existing report is kept, but its figures must not be taken for the new ones.
    if report.exists():
        screen.note(
            _("“{path}” is from an earlier run: its figures are not those of the workbook just written."),
            path=report,
        )
    else:
        screen.note(_("No Word report was written; the workbook and figures are complete."))
    return Exit.PROBLEMS


def conclude(
    screen: Screen, collection: Collection, job: CollectJob, whole: Sequence[WholeTable], *, word: bool
) -> Exit:
    """Show the problems, results and next step; return the exit code."""
    from workbook_tools.problems import Severity, has_errors

    problems = collection.problems
    # Notices need no action; the workbook and the JSON have them.
    shown = [p for p in problems if p.severity is not Severity.NOTICE]
    screen.show_problems(shown, limit=LINES, every=problems)
    rejected = int((collection.files["outcome"] == "rejected").sum())
    if rejected:
        screen.note(
            _("Files rejected: {count}; the workbook says for each what to ask the unit for."), count=rejected
        )
    if job.out is not None:
        screen.note(_("Consolidated workbook: {out}"), out=job.out)
        _count_notices(screen, (p for p in problems if p.severity is Severity.NOTICE))
        _show_whole(screen, whole)
        if word:
            screen.note(_("Word report: {out}"), out=job.out.with_suffix(".docx"))
    _say_next(screen, collection.folder, job)
    return Exit.of(clean=not (rejected or has_errors(problems)))


def _say_next(screen: Screen, folder: str, job: CollectJob) -> None:
    """The next step, with its command if that needs only the campaign folder."""
    if job.out is None:
        screen.note(_("When more files arrive in “{folder}”, run the same command again."), folder=folder)
    elif job.campaign is None or any(job.given[name] for name in _OF_THE_FOLDER):
        screen.note(
            _("Next: open it in Excel; when more files arrive in “{folder}”, run the same command again."),
            folder=folder,
        )
    else:
        screen.note(
            _("Next: open it in Excel; when more files arrive in “{folder}”, run again: {command}"),
            folder=folder,
            command=next_command("collect", job.campaign),
        )
