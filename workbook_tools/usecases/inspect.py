"""Use case: show what the collector reads in one file: a workbook, or an archive or mail of workbooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from workbook_tools.answers.list_answers import build_list_cells
from workbook_tools.answers.list_measures import ListMeasures
from workbook_tools.answers.parse import parse_value
from workbook_tools.answers.row_formulas import calculate_rows
from workbook_tools.answers.table import build_answers
from workbook_tools.checks.causes import fold_causes
from workbook_tools.checks.cells import check_answers
from workbook_tools.checks.row_checks import check_lists, check_row_rules
from workbook_tools.checks.rules import AnswerTable, check_rules
from workbook_tools.errors import CannotRead
from workbook_tools.inbox.folder import read_file
from workbook_tools.locale import mark as _
from workbook_tools.model import Outcome, code_of
from workbook_tools.outputs.json import SCHEMA_VERSION, plain_value, render_json, render_problem
from workbook_tools.readers.refused import RefusedFile
from workbook_tools.returns.companions import settle_companions
from workbook_tools.returns.inside import Inside, read_inside
from workbook_tools.returns.list_reading.row_numbers import with_rows
from workbook_tools.returns.result import FileReading, ReadingContext, decode_readings, read_batch
from workbook_tools.returns.workers.pool import read_alone

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workbook_tools.model import Identity, Indicator, RawAnswer, ReportTemplate, Roster
    from workbook_tools.problems import Problem
    from workbook_tools.storage.location import Location


class Inspected(Struct, frozen=True):
    """One workbook as the collector reads it; ``identity`` is None if it is not a readable form.

    ``path`` is the file's name, continued inside an archive or mail.
    """

    path: str
    identity: Identity | None = None
    answers: tuple[RawAnswer, ...] = ()
    problems: tuple[Problem, ...] = ()


class Inspection(Struct, frozen=True):
    """The content of one file: itself, or whatever is inside it, forms first."""

    path: Location
    workbooks: tuple[Inspected, ...]
    template: ReportTemplate | None = None

    @property
    def found(self) -> Inspected | None:
        """The first form, if any."""
        first = self.workbooks[0]
        return first if first.identity is not None else None

    @property
    def inside(self) -> tuple[Inspected, ...]:
        """The content of an archive or mail; empty for other files."""
        return tuple(one for one in self.workbooks if one.path != self.path.name)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems of all of them."""
        return tuple(problem for workbook in self.workbooks for problem in workbook.problems)


def inspect_file(
    path: Location,
    *,
    key: bytes | None = None,
    template: ReportTemplate | None = None,
    roster: Roster | None = None,
    passwords: tuple[str, ...] = (),
) -> Inspection:
    """Read one file in a separate process, opening archives and mails, as ``collect`` does.

    With ``template``, answers are interpreted; with ``roster`` as well, they are also checked: missing
    answers, bounds, and the unit's rules; ``passwords`` are tried where one is needed. CannotRead if there
    is no such file.
    """
    if not path.is_file():
        raise CannotRead(path, _("there is no such file"))
    try:
        if template is not None and roster is not None:
            context = ReadingContext(path.parent, template, roster, key, passwords)
            ((*readings,),) = decode_readings(read_alone(read_batch, [path.name], context))
            found = [_check(reading, template, roster) for reading in settle_companions(readings)]
        else:
            data = read_file(path.parent, path.name).data
            inside = read_alone(read_inside, data, path.name, template, key, passwords)
            found = [_interpret(one, template) for one in inside]
    except RefusedFile as refused:
        found = [Inspected(path.name, problems=(refused.problem.at(file=path.name),))]
    return Inspection(path, tuple(sorted(found, key=lambda one: one.identity is None)), template)


def _check(reading: FileReading, template: ReportTemplate, roster: Roster) -> Inspected:
    """Check a return by itself; comparisons with others are left to ``collect``."""
    problems = list(reading.problems)
    if reading.outcome is Outcome.ACCEPTED:
        answers, wrong = build_answers([reading], template, roster)
        cells, wrong_cells = build_list_cells([reading], template, roster)
        wrong_cells += calculate_rows(cells, answers, template, roster)
        table = AnswerTable.lay_out(answers, template, roster, ListMeasures(template, cells))
        problems += [
            *wrong,
            *wrong_cells,
            *check_answers(answers, template, roster),
            *check_rules(table),
            *check_lists(cells, [reading], template, roster),
            *check_row_rules(cells, table),
        ]
    found = with_rows(reading.answers, reading.list_cells)
    return Inspected(reading.path, reading.identity, found, tuple(fold_causes(problems)))


def _interpret(inside: Inside, template: ReportTemplate | None) -> Inspected:
    """Interpret the answers, with the problems of each by itself."""
    if inside.found is None:
        return Inspected(inside.path, problems=inside.problems)
    identity = inside.found.identity
    answers = with_rows(inside.found.answers, inside.found.list_cells)
    known = {a.code: _line(a, template) for a in answers}
    wrong = (
        p.at(file=inside.path, unit=identity.unit, sheet=a.cell.sheet, cell=a.cell.ref, indicator=line.code)
        for a in answers
        if (line := known.get(a.code)) is not None
        for p in parse_value(line, a).problems
    )
    return Inspected(inside.path, identity, answers, tuple(fold_causes([*inside.problems, *wrong])))


def render_inspection(inspection: Inspection, language: str = "vi") -> str:
    """One JSON object of ``identity``, ``inputs``, ``answers`` and ``problems``; archives and mails nest
    theirs in ``inside``.
    """
    own = [one for one in inspection.workbooks if one not in inspection.inside]
    whole = own[0] if own else Inspected(inspection.path.name)
    return render_json(
        {
            "schema": SCHEMA_VERSION,
            **_render(whole, inspection.template, language),
            "inside": [
                {"path": one.path, **_render(one, inspection.template, language)} for one in inspection.inside
            ],
        }
    )


def _render(found: Inspected, template: ReportTemplate | None, language: str) -> dict[str, Any]:
    identity = found.identity
    return {
        "identity": identity
        and {
            "unit": identity.unit,
            "campaign": identity.campaign,
            "form_version": identity.form_version,
            "channels": dict(identity.channels),
            "signature_checked": identity.signature_checked,
        },
        "inputs": [
            {
                "code": answer.code,
                "sheet": answer.cell.sheet,
                "cell": answer.cell.ref,
                "kind": _kind(answer, template),
            }
            for answer in found.answers
        ],
        "answers": dict(_render_answers(found.answers, template)),
        "problems": [render_problem(p, language) for p in found.problems],
    }


def _line(answer: RawAnswer, template: ReportTemplate | None) -> Indicator | None:
    if template is None:
        return None
    return template.line(code_of(answer.code))


def _kind(answer: RawAnswer, template: ReportTemplate | None) -> str | None:
    indicator = _line(answer, template)
    if indicator is None:
        return None
    return str(indicator.kind)


def _render_answers(
    answers: Iterable[RawAnswer], template: ReportTemplate | None
) -> Iterable[tuple[str, dict[str, Any]]]:
    for answer in answers:
        indicator = _line(answer, template)
        value = answer.value if indicator is None else parse_value(indicator, answer).value
        if answer.raw:
            yield (
                answer.code,
                {
                    "raw": answer.raw,
                    "value": plain_value(value),
                    "cell": answer.cell.ref,
                    "note": answer.note or None,
                },
            )
