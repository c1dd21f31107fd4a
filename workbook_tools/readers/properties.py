"""The document properties of an OOXML package: who saved it, when, and what its maker wrote into it."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from functools import cache
from typing import TYPE_CHECKING

from workbook_tools.readers.limits import LIMITS, Element, Limits, read_tree, remember_small, text_of
from workbook_tools.readers.refused import spared
from workbook_tools.readers.zip_package import (
    Package,
    Relationship,
    find_target,
    open_package,
    read_relationships,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_CORE = (
    "http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
    "http://purl.org/dc/elements/1.1/",
    "http://purl.org/dc/terms/",
)
_CUSTOM = (
    "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties",
    "http://purl.oclc.org/ooxml/officeDocument/customProperties",
)
_EXTENDED = (
    "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties",
    "http://purl.oclc.org/ooxml/officeDocument/extendedProperties",
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


def read_properties(
    package: Package, roots: Mapping[str, Relationship], limits: Limits = LIMITS
) -> dict[str, str]:
    """The core and custom properties of a package, by its own relationships; nothing where it has none, or odd ones.

    No answer stands in them, and a form has its marks elsewhere, too.
    """
    properties: dict[str, str] = {}
    for kind, read in (
        ("core-properties", read_core_properties),
        ("custom-properties", read_custom_properties),
    ):
        part = find_target(roots, kind)
        if part is not None and part in package:
            with spared():
                properties |= read(package.read(part), part, limits)
    return properties


def read_package_properties(data: bytes, limits: Limits = LIMITS) -> dict[str, str]:
    """The same of a file, of which nothing else is read; RefusedFile for one that is no package."""
    package = open_package(data, limits)
    return read_properties(package, read_relationships(package, "", limits), limits)


def read_saved(
    package: Package, roots: Mapping[str, Relationship], modified: str, limits: Limits = LIMITS
) -> datetime | None:
    """When the package was saved: in UTC, or without a zone where ``modified`` is local time; None where it does not say."""
    saved = parse_saved(modified)
    part = find_target(roots, "extended-properties")
    if saved is None or part is None or part not in package:
        return saved
    # LibreOffice writes the local time of its computer, and a Z after it as if it were UTC.
    program = ""
    with spared():
        program = read_application(package.read(part), part, limits)
    return saved.replace(tzinfo=None) if program.startswith("LibreOffice") else saved


@remember_small
def read_application(data: bytes, part: str, limits: Limits) -> str:
    """The program that wrote the package, as it calls itself; an empty text where it does not say."""
    return next(
        (text_of(element).strip() for _, element in _elements(data, part, _EXTENDED, limits, "Application")),
        "",
    )


def read_core_properties(data: bytes, part: str, limits: Limits = LIMITS) -> dict[str, str]:
    """The core properties that are there, under this program's names."""
    return {_NAMES[name]: text_of(element) for name, element in _elements(data, part, _CORE, limits, *_NAMES)}


def read_custom_properties(data: bytes, part: str, limits: Limits = LIMITS) -> dict[str, str]:
    """The custom properties as texts, whatever their type, under ``custom:NAME``; Gnumeric adds blanks, which are stripped."""
    found = _elements(data, part, _CUSTOM, limits, "property")
    return {f"custom:{element.get('name', '')}": text_of(element).strip() for _, element in found}


def _elements(
    data: bytes, part: str, namespaces: Sequence[str], limits: Limits, *names: str
) -> Iterator[tuple[str, Element]]:
    """The elements of these local names in any of the namespaces, in their order."""
    tags = _tags(tuple(namespaces), names)
    for element in read_tree(data, part, limits).iter():
        if name := tags.get(element.tag):
            yield name, element


@cache
def _tags(namespaces: Sequence[str], names: Sequence[str]) -> Mapping[str, str]:
    return {f"{{{namespace}}}{name}": name for namespace in namespaces for name in names}


def parse_saved(modified: str, unzoned: tzinfo | None = UTC) -> datetime | None:
    """An ISO 8601 date and time as UTC; None for anything else.

    ``unzoned`` is meant where no zone is said: UTC in OOXML; None in OpenDocument, where it is the local time of
    whoever saved the file and stays without a zone.
    """
    try:
        moment = datetime.fromisoformat(modified.strip())
        return moment.replace(tzinfo=unzoned) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
