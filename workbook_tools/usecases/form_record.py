"""The record of generated forms, in the campaign folder: it detects a new campaign with an old code, and
says what forms of earlier versions asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import DecodeError, Struct, field, json

from workbook_tools.answers.earlier_forms import AskedLine, FormVersions
from workbook_tools.errors import CannotRead
from workbook_tools.problems import Place, Problem, problem
from workbook_tools.storage.campaign_folder import CampaignFolder
from workbook_tools.storage.refusals import explain_refusal
from workbook_tools.storage.remote_path import RemotePath
from workbook_tools.storage.replace import write_bytes

if TYPE_CHECKING:
    from workbook_tools.model import ReportTemplate
    from workbook_tools.storage.location import Location


class _Record(Struct):
    """``campaigns`` is code → title and deadline, ``versions`` is version → code → line or list column."""

    campaigns: dict[str, dict[str, str]] = field(default_factory=dict)
    versions: dict[str, dict[str, AskedLine]] = field(default_factory=dict)


def check_code(folder: Location, template: ReportTemplate) -> list[Problem]:
    """Warn if forms were generated under the campaign's code with another title or deadline."""
    campaign = template.campaign
    known = _read(folder).campaigns.get(campaign.code)
    # Correcting a label or a rule does not make a new campaign.
    if known is None or known == _about(template):
        return []
    place = Place(file=template.path.name, sheet="Đợt báo cáo")
    return [problem("campaign-code-kept", place, value=campaign.code, first=known.get("title", "…"))]


def record_forms(folder: Location, template: ReportTemplate) -> None:
    """Record the campaign, and the lines and list columns of this version of its forms."""
    record = _read(folder)
    asked = [(i, i.who) for i in template.indicators.values()]
    asked += [(column, one.who) for one in template.lists.values() for column in one.columns.values()]
    lines = {i.code: AskedLine(i.label, i.measure, str(i.kind), tuple(sorted(who))) for i, who in asked}
    new = _Record(
        {**record.campaigns, template.campaign.code: _about(template)},
        {**record.versions, template.version: lines},
    )
    # A run that changes nothing writes nothing.
    if new != record:
        write_bytes(CampaignFolder(folder).form_versions, json.format(json.encode(new), indent=1) + b"\n")


def read_versions(folder: Location) -> FormVersions:
    """What each version of the forms generated from this folder asked."""
    return FormVersions(_read(folder).versions)


def _about(template: ReportTemplate) -> dict[str, str]:
    return {"title": template.campaign.title, "deadline": template.campaign.deadline.isoformat()}


def _read(folder: Location) -> _Record:
    """Read the record; an empty one if it is missing or malformed, since it is optional.

    CannotRead if it is there but the system or store refuses: it would be overwritten without its contents.
    """
    path = CampaignFolder(folder).form_versions
    if isinstance(path, RemotePath) and not path.exists():
        return _Record()
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return _Record()
    except OSError as error:
        raise CannotRead(path, *explain_refusal(error)) from error
    try:
        return json.decode(data, type=_Record)
    except (DecodeError, UnicodeDecodeError):
        return _Record()
