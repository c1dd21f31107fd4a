"""Use case: what the collector sees in one workbook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbook_tools.answers.parse import parse_value
from workbook_tools.errors import CannotRead
from workbook_tools.inbox.folder import read_file
from workbook_tools.locale import mark as _
from workbook_tools.outputs.json import SCHEMA_VERSION, plain_value, render_json, render_problem
from workbook_tools.readers.refused import RefusedFile
from workbook_tools.returns.inside import read_inside
from workbook_tools.returns.workers import read_alone

if TYPE_CHECKING:
    from workbook_tools.model import ReportTemplate, Return
    from workbook_tools.problems import Problem
    from workbook_tools.returns.inside import Inside
    from workbook_tools.storage.location import Location


@dataclass(frozen=True, slots=True)
class Inspection:
    """One workbook as the collector sees it; ``found`` is None where it is no form that can be read."""

    path: Location
    found: Return | None
    problems: tuple[Problem, ...]
    template: ReportTemplate | None = None
    inside: tuple[Inside, ...] = ()
    """All that is in an archive or mail, the form that is shown first; nothing of a file of its own."""


def inspect_file(
    path: Location, *, key: bytes | None = None, template: ReportTemplate | None = None
) -> Inspection:
    """Read one workbook, in a process of its own as ``collect`` does; with ``template`` its answers are interpreted, too.

    Of an archive or a mail the first form in it is shown, with the problems of all that is in it. CannotRead if there is no
    such file.
    """
    if not path.is_file():
        raise CannotRead(path, _("there is no such file"))
    try:
        content = read_file(path.parent, path.name)
        inside = read_alone(read_inside, content.data, path.name, template, key)
    except RefusedFile as refused:
        return Inspection(path, None, (refused.problem.at(file=path.name),), template)
    problems = tuple(problem for file in inside for problem in file.problems)
    opened = tuple(inside) if inside[0].path != path.name else ()
    return Inspection(path, inside[0].found, problems, template, opened)


def render_inspection(inspection: Inspection, language: str = "vi") -> str:
    """``identity``, ``inputs``, ``answers`` and ``problems`` as one JSON object."""
    found, indicators = inspection.found, inspection.template.indicators if inspection.template else {}
    problems = list(inspection.problems)
    inputs: list[dict[str, Any]] = []
    answers: dict[str, Any] = {}
    for answer in found.answers if found else ():
        indicator = indicators.get(answer.code)
        inputs.append(
            {
                "code": answer.code,
                "sheet": answer.cell.sheet,
                "cell": answer.cell.ref,
                "kind": str(indicator.kind) if indicator else None,
            }
        )
        value: object = answer.value
        if indicator is not None:
            reading = parse_value(indicator, answer)
            value = reading.value
            problems += [
                p.at(sheet=answer.cell.sheet, cell=answer.cell.ref, indicator=answer.code)
                for p in reading.problems
            ]
        if answer.raw:
            answers[answer.code] = {
                "raw": answer.raw,
                "value": plain_value(value),
                "cell": answer.cell.ref,
                "note": answer.note or None,
            }
    identity = found.identity if found else None
    content = {
        "schema": SCHEMA_VERSION,
        "identity": identity
        and {
            "unit": identity.unit,
            "campaign": identity.campaign,
            "form_version": identity.form_version,
            "channels": dict(identity.channels),
            "signature_checked": identity.signature_checked,
        },
        "inputs": inputs,
        "answers": answers,
        "problems": [render_problem(p, language) for p in problems],
    }
    return render_json(content)
