"""The document properties of an OOXML package: who saved it, when, and what its maker wrote into it."""

from __future__ import annotations

from datetime import UTC, datetime

from workbook_tools.intake.guard import LIMITS, Limits, XmlHandlers, parse_xml

_CORE = (
    "http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
    "http://purl.org/dc/elements/1.1/",
    "http://purl.org/dc/terms/",
)
_CUSTOM = (
    "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties",
    "http://purl.oclc.org/ooxml/officeDocument/customProperties",
)
_NAMES = {
    "title": "title",
    "subject": "subject",
    "keywords": "keywords",
    "creator": "creator",
    "lastModifiedBy": "last_modified_by",
    "created": "created",
    "modified": "modified",
}


def read_core_properties(data: bytes, part: str, limits: Limits = LIMITS) -> dict[str, str]:
    """The core properties that are there, under this program's names."""
    found: dict[str, str] = {}
    text: list[str] = []

    def start(attributes: dict[str, str]) -> None:
        text.clear()

    def keep(name: str) -> None:
        found[name] = "".join(text)

    ends = {element: lambda name=name: keep(name) for element, name in _NAMES.items()}
    parse_xml(data, XmlHandlers(_CORE, dict.fromkeys(_NAMES, start), ends, text.append), part, limits)
    return found


def read_custom_properties(data: bytes, part: str, limits: Limits = LIMITS) -> dict[str, str]:
    """The custom properties as texts, whatever their type, under ``custom:NAME``; Gnumeric adds blanks, which are stripped."""
    found: dict[str, str] = {}
    text: list[str] = []
    name = ""

    def start(attributes: dict[str, str]) -> None:
        nonlocal name
        name = attributes.get("name", "")
        text.clear()

    def end() -> None:
        found[f"custom:{name}"] = "".join(text).strip()

    parse_xml(data, XmlHandlers(_CUSTOM, {"property": start}, {"property": end}, text.append), part, limits)
    return found


def parse_saved(modified: str) -> datetime | None:
    """A W3CDTF date and time as UTC, which is also meant where no zone is said; None for anything else."""
    try:
        moment = datetime.fromisoformat(modified.strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
