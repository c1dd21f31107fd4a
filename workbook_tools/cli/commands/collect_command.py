"""``collect``: a folder of returned files → the consolidated workbook."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbook_tools.cli.command_help import Command
from workbook_tools.cli.failures import Exit, explain
from workbook_tools.cli.garbage import paused_gc
from workbook_tools.cli.options import (
    PATH,
    given,
    json_option,
    key_option,
    parse_day,
    password_option,
    template_option,
    units_option,
)
from workbook_tools.cli.watching import watch_folder
from workbook_tools.errors import SpecificationError, WorkbookToolsError
from workbook_tools.locale import mark as _
from workbook_tools.locale import translate
from workbook_tools.storage.campaign_folder import CampaignFolder, find_campaign, key_beside

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workbook_tools.cli.screen import Screen
    from workbook_tools.frames import Collection
    from workbook_tools.sheetwriter.whole_table import WholeTable
    from workbook_tools.storage.location import Location

HELP = _(
    "Read every file in FOLDER, check it, add up once, and write the consolidated workbook. The files "
    "themselves are never "
    "changed. FOLDER may be a campaign folder; without it the campaign folder one is in is taken. Folders "
    "and files may also "
    "be addresses, such as s3://bucket/an-lao."
)
EXAMPLE = "workbook-tools collect\nworkbook-tools collect --json - --as-of 13/10/2023"
UNIT_OUTCOMES = {
    "accepted": _("accepted"),
    "accepted-with-warnings": _("accepted, to be looked at"),
    "rejected": _("turned away"),
    "nothing-to-report": _("nothing to report"),
    "missing": _("nothing returned yet"),
}
FILE_OUTCOMES = {
    "accepted": _("accepted"),
    "accepted-with-warnings": _("accepted, to be looked at"),
    "rejected": _("turned away"),
    "superseded": _("replaced by another"),
    "companion": _("beside a report"),
    "ignored": _("passed over"),
}
_OF_THE_FOLDER = ("template", "units", "out", "key", "decisions", "previous")
"""Options that a campaign folder stands for, unless they are given."""
LINES = 5
"""How many problems of a kind are shown; the workbook has them all."""


@click.command(
    "collect",
    cls=Command,
    help=HELP,
    short_help=_("Read what came back; write the consolidated workbook."),
    example=EXAMPLE,
)
@click.argument("folder", type=PATH, required=False, metavar=_("[FOLDER]"))
@template_option
@units_option
@click.option(
    "--out",
    type=PATH,
    metavar=_("FILE"),
    help=_("The consolidated workbook; in a campaign folder consolidated.xlsx."),
)
@key_option
@password_option
@click.option(
    "--decisions",
    type=PATH,
    metavar=_("FILE"),
    help=_(
        "The officer's decisions; in a campaign folder decisions.xlsx, which is made "
        "empty when it is not there."
    ),
)
@click.option(
    "--previous",
    type=PATH,
    metavar=_("FILE"),
    help=_(
        "Last period's consolidated workbook, to compare with; in a campaign folder "
        "previous.xlsx, if it is there."
    ),
)
@click.option(
    "--dask",
    "cluster",
    metavar=_("ADDRESS"),
    help=_(
        "Have the files read by a dask.distributed cluster, such as tcp://10.0.0.5:8786; its machines need "
        "the same folder or store."
    ),
)
@click.option(
    "--as-of",
    callback=parse_day,
    metavar=_("DATE"),
    help=_("The day of the report; otherwise the deadline or the last day a return was received."),
)
@click.option(
    "--report-template",
    "word_template",
    type=PATH,
    metavar=_("FILE"),
    help=_(
        "The Word template of the report that is written beside the workbook; in a campaign folder "
        "report_template.docx."
    ),
)
@click.option(
    "--native-pivots/--no-native-pivots",
    default=True,
    help=_(
        "Whether the pivot sheets are PivotTables with slicers; without, they hold the "
        "same figures as plain cells."
    ),
)
@click.option(
    "--watch",
    is_flag=True,
    help=_("Go on, and write the workbook anew whenever files come into the folder; Ctrl-C ends it."),
)
@json_option
@click.pass_obj
def collect_command(screen: Screen, /, folder: Location | None, watch: bool, **given_options: Any) -> Exit:
    """Read a folder, write the workbook, say what came of it."""
    job = _plan(folder, given_options)
    _check_outputs(job)
    if watch:
        return watch_folder(screen, [_watched(screen, job)], lambda: _run(screen, job))
    return _run(screen, job)


@dataclass(frozen=True, slots=True)
class _Job:
    """One command, its paths settled."""

    folder: Location
    template: Location
    units: Location
    out: Location | None
    campaign: CampaignFolder[Location] | None
    given: Mapping[str, Any]

    @property
    def elsewhere(self) -> bool:
        """Whether the command does not find the campaign folder by itself where it was given."""
        return self.campaign != find_campaign(Path.cwd())

    def beside(self, option: str, place: Location | None) -> Location | None:
        """A file that was named, or the campaign folder's if it is there."""
        named: Location | None = self.given[option]
        return named or (place if place is not None and place.exists() else None)

    @property
    def decisions(self) -> Location | None:
        """The officer's decisions, if there are any yet."""
        return self.beside("decisions", self.campaign.decisions if self.campaign else None)

    @property
    def previous(self) -> Location | None:
        """Last period's workbook, if it is to be compared with."""
        return self.beside("previous", self.campaign.previous if self.campaign else None)

    @property
    def word_template(self) -> Location | None:
        """The officer's own template of the Word report, if there is one."""
        return self.beside("word_template", self.campaign.word_template if self.campaign else None)


def _plan(folder: Location | None, options: Mapping[str, Any]) -> _Job:
    campaign = find_campaign(folder or Path.cwd())
    if folder is None or (campaign and folder.resolve() == campaign.root):
        folder = given(None, campaign.returned if campaign else None, "FOLDER")
    template = given(options["template"], campaign.template if campaign else None, "--template")
    units = given(options["units"], campaign.units if campaign else None, "--units")
    out = options["out"]
    if out is None and (campaign or options["json_target"] is None):
        out = given(None, campaign.consolidated if campaign else None, "--out")
    return _Job(folder, template, units, out, campaign, options)


def _check_outputs(job: _Job) -> None:
    """CannotWrite, before anything is read, where a result would take the place of what is read."""
    from workbook_tools.sheetwriter.whole_table import DATA, whole_path
    from workbook_tools.storage.location import parse_location
    from workbook_tools.storage.overwrite_guard import Inputs

    campaign, previous, target = job.campaign, job.previous, job.given["json_target"]
    inputs = (
        job.template,
        job.units,
        job.given["key"] or key_beside(job.units),
        job.given["password_file"],
        job.decisions,
        previous,
        whole_path(previous, DATA) if previous else None,
        job.word_template,
    )
    outputs = [parse_location(target) if target not in (None, "-") else None]
    if job.out is not None:
        outputs += [job.out, job.out.with_suffix(".docx"), whole_path(job.out, DATA)]
    if campaign and job.decisions is None:
        outputs.append(campaign.decisions)
    Inputs(inputs, (job.folder,)).check_outputs(outputs)


def _watched(screen: Screen, job: _Job) -> Path:
    """Where something may change that the workbook depends on; a store tells of nothing."""
    watched = job.campaign.root if job.campaign else job.folder
    if not isinstance(watched, Path):
        message = _(
            "--watch is for folders of this computer only; for “{folder}”, run the "
            "command again from time to time."
        )
        raise click.UsageError(screen.text(message, folder=watched), click.get_current_context())
    return watched


@paused_gc()
def _run(screen: Screen, job: _Job) -> Exit:
    from workbook_tools.usecases.collect import CollectOptions, collect

    campaign = job.campaign
    decisions = job.decisions
    options = CollectOptions(
        key=job.given["key"],
        passwords=job.given["password_file"],
        decisions=decisions,
        previous=job.previous,
        cache=campaign.cache if campaign else None,
        cluster=job.given["cluster"] or "",
        as_of=job.given["as_of"],
        report_template=job.word_template if job.out is not None else None,
        mail_journal=_mail_journal(campaign),
    )
    with screen.progress(_("Reading returns")) as progress:
        collection = collect(job.folder, job.template, job.units, options, progress=progress)
    whole, no_report = _write_outputs(job, job.out, collection) if job.out is not None else ((), None)
    if campaign and decisions is None:
        from workbook_tools.outputs.blank_decisions import write_blank_decisions

        write_blank_decisions(campaign.decisions, collection.template, collection.roster)
        screen.note(
            _("For what you decide about these files there is “{path}” now."), path=campaign.decisions
        )
    json_target = job.given["json_target"]
    if json_target is not None:
        _write_json(screen, collection, json_target)
    if json_target != "-":
        _show_tables(screen, collection)
    verdict = _conclude(screen, collection, job, whole, word=no_report is None)
    return verdict if no_report is None else _explain_missing_report(screen, job, no_report)


def _mail_journal(campaign: CampaignFolder[Location] | None) -> Path | None:
    """The journal of mails, if the campaign has one; it is of this computer only."""
    path = campaign.mail_journal if campaign else None
    return path if isinstance(path, Path) and path.is_file() else None


def _write_outputs(
    job: _Job, out: Location, collection: Collection
) -> tuple[Sequence[WholeTable], WorkbookToolsError | None]:
    """The workbook, and the report in Word; where the latter cannot be had, why, for it costs nothing else."""
    from workbook_tools.outputs.word_report import write_word_report
    from workbook_tools.problems import WORD_TEMPLATE_PROBLEMS
    from workbook_tools.usecases.collect import write_workbook
    from workbook_tools.usecases.init import WORD_TEMPLATE, bundled

    whole = write_workbook(collection, out, native_pivots=job.given["native_pivots"])
    word_template = job.word_template or bundled(WORD_TEMPLATE)
    wrong = [p for p in collection.problems if p.code in WORD_TEMPLATE_PROBLEMS]
    if wrong:
        return whole, SpecificationError(word_template, wrong)
    try:
        write_word_report(collection, word_template, out.with_suffix(".docx"))
    except WorkbookToolsError as error:
        return whole, error
    return whole, None


def _write_json(screen: Screen, collection: Collection, target: str) -> None:
    from workbook_tools.outputs.json import render_collection
    from workbook_tools.storage.location import parse_location
    from workbook_tools.storage.replace import write_bytes

    text = render_collection(collection, screen.language)
    if target == "-":
        screen.write_json(text)
    else:
        write_bytes(parse_location(target), text.encode("utf-8"))


def _show_tables(screen: Screen, collection: Collection) -> None:
    for title, outcomes, found in (
        (_("Units"), UNIT_OUTCOMES, collection.status["outcome"]),
        (_("Files found"), FILE_OUTCOMES, collection.files["outcome"]),
    ):
        counts = found.value_counts()
        rows = [
            (translate(words, screen.language), int(counts.get(outcome, 0)))
            for outcome, words in outcomes.items()
        ]
        rows.append((translate(_("together"), screen.language), len(found)))
        screen.show_table(title, [_("What became of it"), _("Number")], [row for row in rows if row[1]])


def _show_whole(screen: Screen, whole: Sequence[WholeTable]) -> None:
    """Say which sheets leave rows out; totals do not."""
    from workbook_tools.locale import show_number

    for table in whole:
        screen.note(
            _(
                "Its sheet “{sheet}” leaves out the last {left} of {rows} rows, for "
                "which Excel has no room; all are in: {path}"
            ),
            sheet=table.sheet,
            left=show_number(table.left, screen.language),
            rows=show_number(table.rows, screen.language),
            path=table.path,
        )


def _explain_missing_report(screen: Screen, job: _Job, error: WorkbookToolsError) -> Exit:
    """Say why there is no Word report, and that one that is there is not of this workbook."""
    if not isinstance(error, SpecificationError):  # its problems were shown with all others
        explain(error, screen, debug=False)
    assert job.out is not None
    report = job.out.with_suffix(".docx")
    if report.exists():
        screen.note(
            _("“{path}” is of an earlier run: its figures are not those of the workbook just written."),
            path=report,
        )
    else:
        screen.note(_("No report in Word was written; workbook and figures are complete."))
    return Exit.PROBLEMS


def _conclude(
    screen: Screen, collection: Collection, job: _Job, whole: Sequence[WholeTable], *, word: bool
) -> Exit:
    from workbook_tools.problems import Severity, has_errors

    problems = collection.problems
    shown = [p for p in problems if p.severity is not Severity.NOTICE]
    screen.show_problems(shown, limit=LINES, every=problems)
    rejected = int((collection.files["outcome"] == "rejected").sum())
    if rejected:
        screen.note(
            _("Files turned away: {count}; the workbook says of each what to ask for."), count=rejected
        )
    if job.out is not None:
        screen.note(_("Consolidated workbook: {out}"), out=job.out)
        _show_whole(screen, whole)
        if word:
            screen.note(_("The same as a report in Word: {out}"), out=job.out.with_suffix(".docx"))
    _say_next(screen, collection.folder, job)
    return Exit.PROBLEMS if rejected or has_errors(problems) else Exit.CLEAN


def _say_next(screen: Screen, folder: str, job: _Job) -> None:
    """What to do now; the command is spelt out where it needs nothing but the campaign folder."""
    if job.out is None:
        screen.note(
            _("When more files have come into “{folder}”, run the same command again."), folder=folder
        )
    elif job.campaign is None or any(job.given[name] for name in _OF_THE_FOLDER):
        screen.note(
            _(
                "Next: open it in Excel; when more files have come into “{folder}”, "
                "run the same command again."
            ),
            folder=folder,
        )
    else:
        screen.note(
            _("Next: open it in Excel; when more files have come into “{folder}”, run again: {command}"),
            folder=folder,
            command=f'workbook-tools collect "{job.campaign.root}"'
            if job.elsewhere
            else "workbook-tools collect",
        )
