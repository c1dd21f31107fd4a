"""``collect``: a folder of returned files → the consolidated workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbook_tools.cli.campaign import folder_argument
from workbook_tools.cli.command_help import Command
from workbook_tools.cli.commands.collect_job import CollectJob, check_outputs, list_returns, plan
from workbook_tools.cli.commands.collect_verdict import conclude, explain_missing_report, show_tables
from workbook_tools.cli.garbage import paused_gc
from workbook_tools.cli.options import (
    PATH,
    json_option,
    key_option,
    parse_day,
    password_option,
    template_option,
    units_option,
)
from workbook_tools.cli.watching import Watched, watch_folder
from workbook_tools.locale import mark as _
from workbook_tools.storage.campaign_folder import part_of

if TYPE_CHECKING:
    from workbook_tools.cli.failures import Exit
    from workbook_tools.cli.screen import Screen
    from workbook_tools.frames import Collection
    from workbook_tools.storage.campaign_folder import CampaignFolder
    from workbook_tools.storage.location import Location

_NAMED = 5
HELP = _(
    "Read and check every file in FOLDER, add up without double counting, and write the consolidated "
    "workbook. The files themselves are never changed. FOLDER may be a campaign folder; the default is the "
    "current one. Folders and files may also be URLs, such as s3://bucket/an-lao."
)
EXAMPLE = "workbook-tools collect\nworkbook-tools collect --json - --as-of 13/10/2023"


@click.command(
    "collect",
    cls=Command,
    help=HELP,
    short_help=_("Read what came back; write the consolidated workbook."),
    example=EXAMPLE,
)
@folder_argument
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
        "The officer's decisions; in a campaign folder decisions.xlsx, which is created blank if it does "
        "not exist."
    ),
)
@click.option(
    "--previous",
    type=PATH,
    metavar=_("FILE"),
    help=_(
        "Last period's consolidated workbook, to compare with; in a campaign folder previous.xlsx, if it "
        "exists."
    ),
)
@click.option(
    "--dask",
    "cluster",
    metavar=_("ADDRESS"),
    help=_(
        "Read the files on a dask.distributed cluster, such as tcp://10.0.0.5:8786; its machines need "
        "access to the same folder or store."
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
        "Whether the pivot sheets are PivotTables with slicers; otherwise they have the same figures as "
        "plain cells."
    ),
)
@click.option(
    "--watch",
    is_flag=True,
    help=_("Keep running, and rewrite the workbook whenever files arrive in the folder; stop with Ctrl-C."),
)
@json_option
@click.pass_obj
def collect_command(screen: Screen, /, folder: Location | None, watch: bool, **given_options: Any) -> Exit:
    """Read a folder, write the workbook and report the result."""
    job = plan(folder, given_options)
    check_outputs(job)
    if watch:
        return watch_folder(screen, _watched(screen, job), lambda: _run(screen, job))
    return _run_once(screen, job)


def _watched(screen: Screen, job: CollectJob) -> Watched:
    """What to watch; UsageError for a store, which does not report changes."""
    campaign, returns = job.campaign, job.folder
    watched = part_of(campaign, "root") or returns
    if not isinstance(watched, Path) or not isinstance(returns, Path):
        message = _(
            "--watch works with local folders only; for “{folder}”, run the command again from time to time."
        )
        raise click.UsageError(screen.text(message, folder=watched), click.get_current_context())
    # Also those that do not exist yet, such as the decisions.
    own = campaign.inputs if campaign else ()
    return Watched(watched, returns, [file for file in (*job.inputs, *own) if isinstance(file, Path)])


def _run_once(screen: Screen, job: CollectJob) -> Exit:
    """Run, and say what came or changed meanwhile: it is not in the workbook, nor is it if another run that
    had begun before writes its workbook after this one. Whoever watches the folder runs again instead.
    """
    _start_workers(job)
    before = list_returns(job.folder)
    verdict = _run(screen, job)
    changed = sorted({path for path, _size in list_returns(job.folder) ^ before})
    if changed:
        message = _(
            "The folder changed while the workbook was made ({path}): collect again, so that it has "
            "everything."
        )
        named = ", ".join(changed[:_NAMED])
        if len(changed) > _NAMED:
            named += ", …"
        screen.note(message, path=named)
    return verdict


def _start_workers(job: CollectJob) -> None:
    """Begin to start them, if that has not been begun: the rest is imported and read meanwhile."""
    from workbook_tools.returns.workers.fork_server import prepare_workers

    if not job.given["cluster"]:
        prepare_workers()


@paused_gc()
def _run(screen: Screen, job: CollectJob) -> Exit:
    # First, and each time, because the fork server may have ended.
    _start_workers(job)
    from workbook_tools.returns.workers.side_process import SideProcess
    from workbook_tools.usecases.collect import CollectOptions, collect
    from workbook_tools.usecases.write_outputs import Written, open_writers, write_outputs

    campaign = job.campaign
    decisions = job.decisions
    cache = campaign.cache if campaign else None
    word_template, meanwhile = None, None
    if job.out is not None:
        word_template, meanwhile = job.word_template, open_writers
    options = CollectOptions(
        key=job.given["key"],
        passwords=job.passwords,
        decisions=decisions,
        previous=job.previous,
        cache=cache,
        cluster=job.given["cluster"] or "",
        as_of=job.given["as_of"],
        report_template=word_template,
        mail_journal=_mail_journal(campaign),
        campaign=part_of(campaign, "root"),
    )
    written = Written(())
    with SideProcess() as beside:
        with screen.progress(_("Reading returns")) as progress:
            collection = collect(
                job.folder,
                job.template,
                job.units,
                options,
                progress=progress,
                meanwhile=meanwhile,
                beside=beside,
            )
        if job.out is not None:
            pivots = job.given["native_pivots"]
            written = write_outputs(collection, job.out, word_template, beside=beside, native_pivots=pivots)
    # Once more, because somebody may have taken the first decision while this ran.
    if campaign and decisions is None and not campaign.decisions.exists():
        from workbook_tools.outputs.blank_decisions import create_blank_decisions

        # After the workbook, so that a failed run creates nothing.
        if create_blank_decisions(campaign.decisions, collection.template, collection.roster):
            screen.note(
                _("Decisions about these files can be entered in “{path}”, which was created."),
                path=campaign.decisions,
            )
    json_target = job.given["json_target"]
    if json_target is not None:
        _write_json(screen, collection, json_target)
    # With `--json -`, stdout has only the JSON, so that it can be piped.
    if json_target != "-":
        show_tables(screen, collection)
    verdict = conclude(screen, collection, job, written.whole, word=written.no_report is None)
    if written.no_report is None:
        return verdict
    return explain_missing_report(screen, job, written.no_report)


def _mail_journal(campaign: CampaignFolder[Location] | None) -> Path | None:
    """The mail journal, if the campaign has one and is on this computer."""
    path = part_of(campaign, "mail_journal")
    if isinstance(path, Path) and path.is_file():
        return path
    return None


def _write_json(screen: Screen, collection: Collection, target: str) -> None:
    from workbook_tools.outputs.json import render_collection
    from workbook_tools.storage.location import parse_location
    from workbook_tools.storage.replace import write_bytes

    text = render_collection(collection, screen.language)
    if target == "-":
        screen.write_json(text)
    else:
        write_bytes(parse_location(target), text.encode("utf-8"))
