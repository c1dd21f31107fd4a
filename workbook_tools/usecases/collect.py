"""Use case: collect a folder of returns, check and total it, and write the consolidated workbook."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workbook_tools.answers.calculated import calculate_lines, count_calculated
from workbook_tools.answers.list_answers import build_list_cells
from workbook_tools.answers.list_measures import ListMeasures
from workbook_tools.answers.row_formulas import calculate_rows
from workbook_tools.answers.table import build_answers
from workbook_tools.checks.across import check_across, check_comparison
from workbook_tools.checks.causes import fold_causes
from workbook_tools.checks.cells import check_answers
from workbook_tools.checks.row_checks import check_lists, check_row_rules
from workbook_tools.checks.rules import AnswerTable, check_rules
from workbook_tools.consolidated import write_consolidated
from workbook_tools.errors import CannotRead
from workbook_tools.followup.mail_frame import read_mailed
from workbook_tools.forms.form_id import read_key
from workbook_tools.frames import Collection
from workbook_tools.inbox.folder import FoundFile, find_files
from workbook_tools.inbox.passwords import read_passwords
from workbook_tools.locale import mark as _
from workbook_tools.problems import Problem, Severity, problem, root_key
from workbook_tools.returns.companions import settle_companions
from workbook_tools.returns.reached import check_reached
from workbook_tools.returns.read_cache import ReadingCache
from workbook_tools.returns.result import FileReading, ReadingContext
from workbook_tools.returns.workers.cluster import read_on_cluster
from workbook_tools.returns.workers.pool import prepare_workers, read_files
from workbook_tools.spec.decisions import read_decisions
from workbook_tools.spec.own_workbook import read_own_file
from workbook_tools.spec.roster import load_roster
from workbook_tools.spec.template import load_template
from workbook_tools.storage.campaign_folder import key_beside
from workbook_tools.storage.location import Location, parse_location
from workbook_tools.storage.overwrite_guard import Inputs
from workbook_tools.tally.apply_decisions import (
    Applied,
    Decisions,
    accept_warnings,
    excuse_units,
    extend_deadlines,
    select_files,
    set_values,
    silence_units,
)
from workbook_tools.tally.areas import add_calculated, build_area_totals
from workbook_tools.tally.last_figures import add_last_figures
from workbook_tools.tally.list_decisions import set_list_values
from workbook_tools.tally.previous import Previous, build_changes, check_changes, read_previous
from workbook_tools.tally.status import Expected, build_files, build_status, check_deadline, settle_outcomes
from workbook_tools.tally.totals import (
    area_names,
    build_comparison,
    build_totals,
    count_once,
    count_rows_once,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date
    from pathlib import Path

    import pandas as pd

    from workbook_tools.model import ReportTemplate, Roster
    from workbook_tools.sheetwriter.whole_table import WholeTable

_SEVERITY_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTICE: 2}


@dataclass(frozen=True, slots=True)
class CollectOptions:
    """Options of ``collect`` besides template and roster.

    ``key`` is the signature key, by default the one beside the roster; ``passwords`` a text file of passwords
    to try; ``decisions`` the workbook of the officer's decisions, applied if they fit and problems otherwise;
    ``previous`` last period's consolidated workbook; ``cache`` the file that caches readings, created if
    missing; ``cluster`` the address of a dask scheduler whose workers read instead of this machine;
    ``report_template`` the Word template, checked before anything is read; ``mail_journal`` the journal of
    mails, shown beside each unit; ``as_of`` the day of the report, by default the last day a return was
    received or the deadline, whichever is later.
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


def collect(
    folder: Location,
    template: Location,
    units: Location,
    options: CollectOptions = CollectOptions(),
    *,
    progress: Callable[[int, int], None] | None = None,
    seen: Callable[[Sequence[FileReading]], None] | None = None,
) -> Collection:
    """Read every file below ``folder``, check the returns among them and total them.

    ``progress`` is called after each file with the number of files read and of all files, ``seen`` before it
    with what was read.
    The result depends only on template, roster, decisions, and the names and contents of the files, not on
    their order or dates in the file system. Raises SpecificationError for a template or roster with errors,
    and CannotRead for a missing folder or an unusable file of the options; a returned file that cannot be
    read is a problem in the result.
    """
    if not options.cluster:
        prepare_workers()
    report_template, problems = load_template(template)
    roster, roster_problems = load_roster(units, report_template)
    previous = read_previous(options.previous) if options.previous else None
    roster, last_problems = add_last_figures(roster, report_template, previous)
    if not folder.is_dir():
        raise CannotRead(folder, _("there is no such folder"))
    key_path = options.key or key_beside(units)
    secret = read_key(key_path)
    if secret is None and options.key is not None:
        raise CannotRead(key_path, _("there is no such file"))
    if secret is None:
        problems.append(problem("key-absent", value=key_path.name))
    context = ReadingContext(
        folder,
        replace(report_template, content=b"", drawn=None),
        roster,
        secret,
        read_passwords(options.passwords) if options.passwords else (),
    )
    word_problems = _check_report_template(options.report_template, report_template, roster)
    decisions, decision_problems = _read_decisions(options.decisions, report_template, roster)
    selected = select_files(decisions, _read_folder(context, options, progress, seen))
    found = [*problems, *roster_problems, *last_problems, *decision_problems, *word_problems]
    collection = _build_collection(folder, selected, decisions, found, previous)
    if options.mail_journal is not None:
        collection = replace(collection, mailed=read_mailed(options.mail_journal, collection))
    return replace(collection, as_of=options.as_of) if options.as_of else collection


def write_workbook(
    collection: Collection, out: Location, *, native_pivots: bool = True
) -> Sequence[WholeTable]:
    """Write the consolidated workbook atomically; CannotWrite if the system refuses.

    Returns the lists that exceed a sheet, each with the Parquet file beside the workbook that holds it whole.
    Also raises CannotWrite if it would replace template or roster, or lie among the returned files.
    """
    inputs = Inputs((collection.template.path, collection.roster.path), (parse_location(collection.folder),))
    inputs.check_outputs([out])
    return write_consolidated(
        collection, out, links_to=parse_location(collection.folder), native_pivots=native_pivots
    )


def _check_report_template(path: Location | None, template: ReportTemplate, roster: Roster) -> list[Problem]:
    """Problems in the Word template: they cost the report, nothing else."""
    if path is None:
        return []
    from workbook_tools.outputs.word_report import report_names
    from workbook_tools.outputs.word_template import check_word_template

    return check_word_template(read_own_file(path), report_names(template, roster), path.name)


def _read_folder(
    context: ReadingContext,
    options: CollectOptions,
    progress: Callable[[int, int], None] | None,
    seen: Callable[[Sequence[FileReading]], None] | None,
) -> list[FileReading]:
    found = find_files(context.root)
    readings: list[FileReading] = []
    for number, of_file in enumerate(_read_new(found, context, options), start=1):
        readings += of_file
        if seen is not None:
            seen(of_file)
        if progress is not None:
            progress(number, len(found))
    check_reached(context.root, found, readings)
    return settle_companions(sorted(readings, key=lambda reading: reading.path))


def _read_new(
    found: list[FoundFile], context: ReadingContext, options: CollectOptions
) -> Iterator[list[FileReading]]:
    """Read the files that are not cached."""
    if options.cache is None:
        yield from _read(found, context, options)
        return
    with ReadingCache(options.cache, context) as remembered:
        new = []
        for file in found:
            readings = remembered.find(file)
            if readings is None:
                new.append(file)
            else:
                yield readings
        for readings in _read(new, context, options):
            remembered.keep(readings[0].container or readings[0].path, readings)
            yield readings


def _read(
    found: list[FoundFile], context: ReadingContext, options: CollectOptions
) -> Iterator[list[FileReading]]:
    return (
        read_on_cluster(found, context, options.cluster)
        if options.cluster and found
        else read_files(found, context)
    )


def _read_decisions(
    path: Location | None, template: ReportTemplate, roster: Roster
) -> tuple[Decisions, list[Problem]]:
    if path is None:
        return Decisions("", template, roster), []
    found, problems = read_decisions(path, template, roster)
    return Decisions(path.name, template, roster, tuple(found)), problems


def _build_collection(
    folder: Location,
    selected: Applied[list[FileReading]],
    decisions: Decisions,
    problems: list[Problem],
    previous: Previous | None,
) -> Collection:
    template, roster, readings = decisions.template, decisions.roster, selected.result
    decided = set_values(decisions, *build_answers(readings, template, roster))
    answers, answer_problems = decided.result
    set_in_lists = set_list_values(decisions, *build_list_cells(readings, template, roster))
    list_cells, list_problems = set_in_lists.result
    list_problems += calculate_rows(list_cells, answers, template, roster)
    list_cells["counts"] = count_rows_once(list_cells, answers, template, roster)
    measures = ListMeasures(template, list_cells)
    differing = calculate_lines(answers, template, roster, measures)
    answers["counted"] = count_once(answers, template, roster)
    count_calculated(answers, template, roster, measures)
    areas = build_area_totals(answers, template, roster, measures)
    table = AnswerTable.lay_out(answers, template, roster, measures)
    comparison = build_comparison(answers, template, roster)
    deadlines = extend_deadlines(decisions)
    changes = _build_changes(answers, previous, template, roster)
    accepted = accept_warnings(
        decisions,
        [
            *problems,
            *(p for reading in readings for p in reading.problems),
            *answer_problems,
            *differing,
            *check_answers(answers, template, roster),
            *check_rules(table),
            *list_problems,
            *check_lists(list_cells, readings, template, roster),
            *check_row_rules(list_cells, table),
            *check_across(answers, template, roster),
            *check_comparison(comparison, answers, template, roster),
            *check_deadline(readings, deadlines.result),
            *(check_changes(answers, changes, template) if changes is not None else ()),
        ],
    )
    readings = settle_outcomes(readings, accepted.result)
    excused = excuse_units(decisions, readings)
    rulings = [
        ruling
        for step in (selected, decided, set_in_lists, deadlines, accepted, excused, silence_units(decisions))
        for ruling in step.rulings
    ]
    misfits = [ruling.problem for ruling in rulings if ruling.problem is not None]
    found = _sorted_problems(fold_causes([*accepted.result, *misfits]), template, roster)
    expected = Expected(template, roster, area_names(template, roster), deadlines.result, excused.result)
    received = [reading.received.date() for reading in readings if reading.received is not None]
    return Collection(
        template=template,
        roster=roster,
        folder=str(folder),
        as_of=max([template.campaign.deadline, *received]),
        files=build_files(readings),
        answers=answers,
        list_cells=list_cells,
        status=build_status(readings, answers, found, expected, list_cells),
        totals=add_calculated(build_totals(answers, template), areas, answers, template),
        areas=areas,
        comparison=comparison,
        problems=tuple(found),
        decisions=decisions.in_order(rulings),
        changes=changes,
        previous_totals=previous.totals if previous else None,
    )


def _build_changes(
    answers: pd.DataFrame, previous: Previous | None, template: ReportTemplate, roster: Roster
) -> pd.DataFrame | None:
    if previous is None:
        return None
    names = {unit.code: unit.name for unit in roster}
    return build_changes(answers, previous, names, {i.code: i.label for i in template.indicators.values()})


def _sorted_problems(problems: Sequence[Problem], template: ReportTemplate, roster: Roster) -> list[Problem]:
    """Sort: errors first, then by unit in the roster's order, line and code, details below their cause;
    deterministic.
    """
    units = {code: position for position, code in enumerate(roster.units)}
    every = [*template.indicators, *template.lists, *template.columns]
    lines = {code: position for position, code in enumerate(every)}

    def rank(found: Problem) -> tuple[object, ...]:
        place = found.place
        return (
            _SEVERITY_ORDER[found.severity],
            units.get(place.unit, len(units)),
            place.file,
            lines.get(place.indicator, -1),
            found.code,
            place.cell,
            str(sorted(found.params.items())),
        )

    ranks = {root_key(p): rank(p) for p in problems if not p.under}
    return sorted(problems, key=lambda p: (ranks.get(root_key(p), rank(p)), bool(p.under), rank(p)))
