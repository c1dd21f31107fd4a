"""From readings to the collection: answers, checks, totals, and what became of every unit and file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools.answers.calculated import calculate_lines, count_calculated
from workbook_tools.answers.earlier_forms import NO_VERSIONS, FormVersions
from workbook_tools.answers.list_answers import build_list_cells
from workbook_tools.answers.list_measures import ListMeasures
from workbook_tools.answers.row_formulas import calculate_rows
from workbook_tools.answers.table import build_answers
from workbook_tools.checks.across import check_across, check_comparison
from workbook_tools.checks.causes import fold_causes
from workbook_tools.checks.cells import check_answers
from workbook_tools.checks.partial_results import check_partial_results
from workbook_tools.checks.row_checks import check_lists, check_row_rules
from workbook_tools.checks.rules import AnswerTable, check_rules
from workbook_tools.frames import Collection
from workbook_tools.problems import Problem, Severity, root_key
from workbook_tools.tally.added_rows import add_calculated_rows
from workbook_tools.tally.apply_decisions import (
    Decisions,
    accept_problems,
    excuse_units,
    extend_deadlines,
    select_files,
    set_values,
    silence_units,
)
from workbook_tools.tally.areas import Weighed, add_calculated, build_area_totals, check_weights, weigh
from workbook_tools.tally.list_decisions import set_list_values
from workbook_tools.tally.previous import Previous, build_changes, check_changes
from workbook_tools.tally.previous_totals import build_previous_totals
from workbook_tools.tally.status import Expected, build_files, build_status, check_deadline, settle_outcomes
from workbook_tools.tally.totals import (
    area_names,
    build_comparison,
    build_totals,
    count_once,
    count_rows_once,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from workbook_tools.model import ReportTemplate, Roster
    from workbook_tools.returns.result import FileReading
    from workbook_tools.tally.apply_decisions import Ruling

_SEVERITY_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTICE: 2}


def build_collection(
    folder: str,
    readings: Sequence[FileReading],
    decisions: Decisions,
    problems: Sequence[Problem],
    previous: Previous | None = None,
    versions: FormVersions = NO_VERSIONS,
) -> Collection:
    """Check and total what was read below ``folder``; ``problems`` were found before that."""
    template, roster = decisions.template, decisions.roster
    selected = select_files(decisions, readings)
    readings = selected.result
    counted = _count_answers(decisions, readings, versions)
    answers, list_cells, areas = counted.answers, counted.list_cells, counted.areas
    comparison = build_comparison(answers, template, roster)
    deadlines = extend_deadlines(decisions)
    changes = _build_changes(answers, previous, template, roster)
    of_files = [p for reading in readings for p in reading.problems]
    of_answers = [
        *_check_answers(counted, readings, template, roster),
        *check_comparison(comparison, answers, template, roster),
        *check_weights(answers, template, counted.weighed),
        *check_deadline(readings, deadlines.result),
        *check_changes(answers, changes, template),
    ]
    accepted = accept_problems(decisions, [*problems, *of_files, *counted.problems, *of_answers])
    # After the officer's acceptances: an accepted warning no longer asks to be looked at.
    readings = settle_outcomes(readings, accepted.result)
    excused = excuse_units(decisions, readings)
    rulings = [
        ruling
        for step in (selected, counted, deadlines, accepted, excused, silence_units(decisions))
        for ruling in step.rulings
    ]
    misfits = [ruling.problem for ruling in rulings if ruling.problem is not None]
    # Grouping comes last, so that a cause covers the remaining problems.
    found = _sorted_problems(fold_causes([*accepted.result, *misfits]), template, roster)
    expected = Expected(template, roster, area_names(template, roster), deadlines.result, excused.result)
    received = [reading.received.date() for reading in readings if reading.received is not None]
    return Collection(
        template=template,
        roster=roster,
        folder=folder,
        as_of=max([template.campaign.deadline, *received]),
        files=build_files(readings),
        answers=answers,
        list_cells=list_cells,
        status=build_status(readings, answers, found, expected, list_cells),
        totals=add_calculated(build_totals(answers, template), areas, answers, template, counted.weighed),
        areas=areas,
        comparison=comparison,
        problems=tuple(found),
        decisions=decisions.in_order(rulings),
        changes=changes,
        previous_totals=build_previous_totals(previous, template),
    )


class _Counted(Struct, frozen=True):
    """The answers, calculated lines included, with what counts of each; and what was found on the way."""

    answers: pd.DataFrame
    list_cells: pd.DataFrame
    measures: ListMeasures
    weighed: Weighed
    areas: pd.DataFrame
    problems: Sequence[Problem]
    rulings: Sequence[Ruling]


def _count_answers(decisions: Decisions, readings: Sequence[FileReading], versions: FormVersions) -> _Counted:
    """The answers as decided; each step needs the ones before it."""
    template, roster = decisions.template, decisions.roster
    received = {r.path: r.received.date() for r in readings if r.received is not None}
    decided = set_values(decisions, *build_answers(readings, template, roster, versions), received)
    answers, answer_problems = decided.result
    set_in_lists = set_list_values(decisions, *build_list_cells(readings, template, roster, versions))
    list_cells, list_problems = set_in_lists.result
    list_problems += calculate_rows(list_cells, answers, template, roster)
    # Before the measures, which add up only rows that count.
    list_cells["counts"] = count_rows_once(list_cells, answers, template, roster)
    measures = ListMeasures(template, list_cells)
    answers, kept = add_calculated_rows(answers, template, roster)
    repaired = {(p.place.unit, p.place.indicator) for p in answer_problems if p.code == "value-repaired"}
    differing = calculate_lines(answers, template, roster, measures, repaired)
    # After the calculated lines, for they may be additive, too.
    answers["counted"] = count_once(answers, template, roster)
    added = count_calculated(answers, template, roster, measures)
    weighed = weigh(answers, template, roster)
    areas = build_area_totals(answers, template, roster, weighed, measures, added)
    found = [*answer_problems, *kept, *differing, *list_problems]
    rulings = [*decided.rulings, *set_in_lists.rulings]
    return _Counted(answers, list_cells, measures, weighed, areas, found, rulings)


def _check_answers(
    counted: _Counted, readings: Sequence[FileReading], template: ReportTemplate, roster: Roster
) -> list[Problem]:
    """What is wrong with the answers, each by itself, against the rules, and compared with others."""
    answers, list_cells = counted.answers, counted.list_cells
    table = AnswerTable.lay_out(answers, template, roster, counted.measures)
    return [
        *check_answers(answers, template, roster),
        *check_rules(table),
        *check_lists(list_cells, readings, template, roster),
        *check_row_rules(list_cells, table),
        *check_across(answers, template, roster),
        *check_partial_results(answers, template, roster),
    ]


def _build_changes(
    answers: pd.DataFrame, previous: Previous | None, template: ReportTemplate, roster: Roster
) -> pd.DataFrame | None:
    if previous is None:
        return None
    labels = {i.code: i.label for i in template.indicators.values()}
    return build_changes(answers, previous, roster.names, labels)


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
            # So that two problems of one kind at one cell have an order as well.
            str(sorted(found.params.items())),
        )

    ranks = {root_key(p): rank(p) for p in problems if not p.under}
    return sorted(problems, key=lambda p: (ranks.get(root_key(p), rank(p)), bool(p.under), rank(p)))
