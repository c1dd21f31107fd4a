"""The record of generated forms, in the campaign folder: it detects a new campaign with an old code, and
says what forms of earlier versions asked.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from workbook_tools.errors import CannotRead
from workbook_tools.problems import Place, Problem, problem
from workbook_tools.storage.replace import write_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbook_tools.answers.earlier_forms import FormVersions
    from workbook_tools.model import ReportTemplate
    from workbook_tools.storage.location import Location

NAME = "form_versions.json"


def check_code(folder: Location, template: ReportTemplate) -> list[Problem]:
    """Warn if forms were generated under the campaign's code with another title or deadline."""
    campaign = template.campaign
    known = _read(folder).get("campaigns", {}).get(campaign.code)
    # Correcting a label or a rule does not make a new campaign.
    if known is None or known == _about(template):
        return []
    place = Place(file=template.path.name, sheet="Đợt báo cáo")
    return [problem("campaign-code-kept", place, value=campaign.code, first=known.get("title", "…"))]


def record_forms(folder: Location, template: ReportTemplate) -> None:
    """Record the campaign, and the lines and list columns of this version of its forms: code → label,
    measure, kind, unit types.
    """
    record = _read(folder)
    asked = [(i, i.who) for i in template.indicators.values()]
    asked += [(column, one.who) for one in template.lists.values() for column in one.columns.values()]
    lines = {i.code: [i.label, i.measure, str(i.kind), sorted(who)] for i, who in asked}
    campaigns = {**record.get("campaigns", {}), template.campaign.code: _about(template)}
    versions = {**record.get("versions", {}), template.version: lines}
    new = {"campaigns": campaigns, "versions": versions}
    # A run that changes nothing writes nothing.
    if new != record:
        text = json.dumps(new, ensure_ascii=False, indent=1)
        write_bytes(folder / NAME, f"{text}\n".encode())


def read_versions(folder: Location) -> FormVersions:
    """What each version of the forms generated from this folder asked."""
    from workbook_tools.answers.earlier_forms import AskedLine, FormVersions

    def asked(label: str, measure: str, kind: str, who: Sequence[str] = ()) -> AskedLine:
        return AskedLine(label, measure, kind, frozenset(who))

    versions = _read(folder).get("versions", {})
    try:
        found = {
            version: {code: asked(*line) for code, line in lines.items()}
            for version, lines in versions.items()
        }
    except (AttributeError, TypeError):
        found = {}
    return FormVersions(found)


def _about(template: ReportTemplate) -> dict[str, str]:
    return {"title": template.campaign.title, "deadline": template.campaign.deadline.isoformat()}


def _read(folder: Location) -> dict[str, Any]:
    """Read the record; empty if it is missing or malformed, since it is optional."""
    try:
        record = json.loads((folder / NAME).read_bytes())
    except (OSError, ValueError, CannotRead):
        return {}
    return record if isinstance(record, dict) else {}
