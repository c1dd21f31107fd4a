"""Use case: collect a folder of returns, check and total it, and write the consolidated workbook."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from workbook_tools.errors import CannotRead
from workbook_tools.forms.form_id import read_key
from workbook_tools.inbox.folder import FoundFile, find_files
from workbook_tools.inbox.passwords import read_passwords
from workbook_tools.locale import mark as _
from workbook_tools.problems import Problem, problem
from workbook_tools.returns.companions import settle_companions
from workbook_tools.returns.packed_answers import SharedAnswers
from workbook_tools.returns.reached import check_reached
from workbook_tools.returns.read_cache import ReadingCache
from workbook_tools.returns.result import FileReading, ReadingContext
from workbook_tools.returns.workers.fork_server import prepare_workers
from workbook_tools.returns.workers.pool import read_files
from workbook_tools.spec.decisions import read_decisions
from workbook_tools.spec.own_workbook import read_own_file
from workbook_tools.spec.roster import load_roster
from workbook_tools.spec.template import load_template
from workbook_tools.storage.campaign_folder import key_beside
from workbook_tools.storage.location import Location, parse_location
from workbook_tools.storage.overwrite_guard import Inputs
from workbook_tools.tally.last_figures import add_last_figures, read_last_period

# Whatever needs pandas is imported where it is used: opening pandas takes as long as reading several hundred
# returns, and the workers can read them meanwhile.
from workbook_tools.usecases.form_record import read_versions

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from workbook_tools.consolidated.office_report.statements import Statement
    from workbook_tools.frames import Collection
    from workbook_tools.model import ReportTemplate, Roster
    from workbook_tools.returns.workers.side_process import SideProcess
    from workbook_tools.sheetwriter.whole_table import WholeTable
    from workbook_tools.tally.apply_decisions import Decisions
    from workbook_tools.tally.previous import Previous


class CollectOptions(Struct, frozen=True):
    """Options of ``collect`` besides template and roster.

    ``key`` is the signature key, by default the one beside the roster; ``passwords`` a text file of passwords
    to try; ``decisions`` the workbook of the officer's decisions, applied if they fit and problems otherwise;
    ``previous`` last period's consolidated workbook; ``cache`` the file that caches readings, created if
    missing; ``cluster`` the address of a dask scheduler whose workers read instead of this machine;
    ``report_template`` the Word template, checked before anything is read; ``mail_journal`` the journal of
    mails, shown beside each unit; ``campaign`` the folder with the record of the forms, by default the key's;
    ``as_of`` the day of the report, by default the last day a return was received or the deadline, whichever
    is later.
    """

    key: Location | None = None
    passwords: Location | None = None
    decisions: Location | None = None
    previous: Location | None = None
    cache: Path | None = None
    cluster: str = ""
    as_of: date | None = None
    report_template: Location | None = None
    mail_journal: Path | None = None
    campaign: Location | None = None


def collect(
    folder: Location,
    template: Location,
    units: Location,
    options: CollectOptions = CollectOptions(),
    *,
    progress: Callable[[int, int], None] | None = None,
    seen: Callable[[Sequence[FileReading]], None] | None = None,
    meanwhile: Callable[[], object] | None = None,
    beside: SideProcess | None = None,
) -> Collection:
    """Read every file below ``folder``, check the returns among them and total them.

    ``progress`` is called after each file with the number of files read and of all files, ``seen`` before it
    with what was read, and ``meanwhile`` once while the first files are being read; ``beside`` is a process
    that can check the Word template. The result depends only on template, roster, decisions, and the names
    and contents of the files, not on their order or dates in the file system. Raises SpecificationError for a
    template or roster with errors, and CannotRead for a missing folder or an unusable file of the options; a
    returned file that cannot be read is a problem in the result.
    """
    if not options.cluster:
        # First, because the workers start while template and roster are read.
        prepare_workers()
    given = _read_given(folder, template, units, options)
    found = find_files(folder)
    problems = [*given.problems]
    # The key is made with the forms, so before anything came back there need not be one.
    if given.context.key is None and found:
        problems.append(problem("key-absent", value=given.key.name))
    # Closed whatever happens: an error that is shown for an hour would keep the workers and the cache open.
    with closing(_begin_reading(found, given, options)) as reading:
        # Runs up to the first yield; while the workers read, this process imports pandas.
        next(reading)
        from workbook_tools.tally.build_collection import build_collection

        check = _begin_check(options.report_template, given.template, given.roster, beside)
        decisions, decision_problems = _read_decisions(options.decisions, given.template, given.roster)
        if meanwhile is not None:
            meanwhile()
        problems += [*decision_problems, *check()]
        versions = read_versions(options.campaign or given.key.parent)
        # Nothing else holds the readings, which take much memory and are not needed any more.
        collection = build_collection(
            str(folder),
            _finish_reading(reading, found, folder, progress, seen),
            decisions,
            problems,
            given.previous,
            versions,
        )
    # Last, because which letter is awaited depends on which rounds came back.
    if options.mail_journal is not None:
        from workbook_tools.followup.mail_frame import read_mailed

        collection = replace(collection, mailed=read_mailed(options.mail_journal, collection))
    if options.as_of:
        return replace(collection, as_of=options.as_of)
    return collection


def write_workbook(
    collection: Collection,
    out: Location,
    *,
    native_pivots: bool = True,
    statements: Sequence[Statement] | None = None,
) -> Sequence[WholeTable]:
    """Write the consolidated workbook atomically; CannotWrite if the system refuses.

    ``statements`` are the sentences about the figures, if they are built already. Returns the lists that
    exceed a sheet, each with the Parquet file beside the workbook that holds it whole. Also raises
    CannotWrite if it would replace template or roster, or lie among the returned files.
    """
    from workbook_tools.consolidated import write_consolidated

    inputs = Inputs((collection.template.path, collection.roster.path), (parse_location(collection.folder),))
    inputs.check_outputs([out])
    return write_consolidated(
        collection,
        out,
        links_to=parse_location(collection.folder),
        native_pivots=native_pivots,
        statements=statements,
    )


class _Given(Struct, frozen=True):
    """What the office gives besides the returns: its template and roster, the key, last period's figures."""

    template: ReportTemplate
    roster: Roster
    previous: Previous | None
    key: Location
    context: ReadingContext
    problems: Sequence[Problem]


def _read_given(folder: Location, template: Location, units: Location, options: CollectOptions) -> _Given:
    """Read it; fail early, so that a mistyped path is reported before the slow part."""
    report_template, template_problems = load_template(template)
    roster, roster_problems = load_roster(units, report_template)
    previous, changed = read_last_period(options.previous, report_template)
    roster, last_problems = add_last_figures(roster, report_template, previous)
    if not folder.is_dir():
        raise CannotRead(folder, _("there is no such folder"))
    key = options.key or key_beside(units)
    secret = read_key(key)
    if secret is None and options.key is not None:
        raise CannotRead(key, _("there is no such file"))
    # The context is sent to every worker, so it leaves out what only this process needs.
    for_workers = replace(report_template, content=b"", drawn=None)
    return _Given(
        report_template,
        roster,
        previous,
        key,
        ReadingContext(folder, for_workers, roster, secret, read_passwords(options.passwords)),
        [*template_problems, *roster_problems, *changed, *last_problems],
    )


def _begin_check(
    path: Location | None, template: ReportTemplate, roster: Roster, beside: SideProcess | None
) -> Callable[[], list[Problem]]:
    """Begin to check the Word template; the result is a function that waits for its problems."""
    if path is None:
        return list
    from workbook_tools.outputs.word_report import report_names
    from workbook_tools.outputs.word_work import check_report_template

    arguments = read_own_file(path), report_names(template, roster), path.name
    if beside is None:
        return partial(check_report_template, *arguments)
    return beside.begin(check_report_template, *arguments)


def _begin_reading(
    found: Sequence[FoundFile], given: _Given, options: CollectOptions
) -> Generator[list[FileReading], None, None]:
    """Yield an empty list once the workers of this computer are reading, then the readings of each file."""
    if options.cache is None:
        reading = _read(found, given.context, options)
        yield []
        yield from reading
        return
    with ReadingCache(options.cache, given.context, given.template.content) as remembered:
        cached = [remembered.find(file) for file in found]
        new = [file for file, known in zip(found, cached, strict=True) if known is None]
        reading = _read(new, given.context, options)
        yield []
        yield from (readings for readings in cached if readings is not None)
        for readings in reading:
            # An archive is cached as a whole, by its own content.
            remembered.keep(readings[0].container or readings[0].path, readings)
            yield readings


def _finish_reading(
    reading: Iterator[list[FileReading]],
    found: Sequence[FoundFile],
    folder: Location,
    progress: Callable[[int, int], None] | None,
    seen: Callable[[Sequence[FileReading]], None] | None,
) -> list[FileReading]:
    readings: list[FileReading] = []
    shared = SharedAnswers()
    for number, of_file in enumerate(reading, start=1):
        # At once, while others are being read: packed, each narrative would be held twice.
        readings += (one.unpacked(shared) for one in of_file)
        if seen is not None:
            seen(of_file)
        if progress is not None:
            progress(number, len(found))
    check_reached(folder, found, readings)
    # The workers finish in any order, on which the result must not depend.
    return settle_companions(sorted(readings, key=lambda reading: reading.path))


def _read(
    found: Sequence[FoundFile], context: ReadingContext, options: CollectOptions
) -> Iterator[list[FileReading]]:
    if not options.cluster or not found:
        return read_files(found, context)
    from workbook_tools.returns.workers.cluster import read_on_cluster

    return read_on_cluster(found, context, options.cluster)


def _read_decisions(
    path: Location | None, template: ReportTemplate, roster: Roster
) -> tuple[Decisions, list[Problem]]:
    from workbook_tools.tally.apply_decisions import Decisions

    if path is None:
        return Decisions("", template, roster), []
    found, problems = read_decisions(path, template, roster)
    return Decisions(path.name, template, roster, tuple(found)), problems
