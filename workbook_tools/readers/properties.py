"""Document properties of an OOXML package: author, save time, and custom properties."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from functools import cache
from typing import TYPE_CHECKING

from workbook_tools.readers.limits import LIMITS, Element, Limits, cache_small_parts, read_tree, text_of
from workbook_tools.readers.refused import spared
from workbook_tools.readers.zip_package import (
    Relationship,
    ZipPackage,
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
# Each twice: as everybody writes it (Transitional), and as ISO 29500 Strict does.
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
    "description": "description",
    "creator": "creator",
    "lastModifiedBy": "last_modified_by",
    "created": "created",
    "modified": "modified",
}


def read_properties(
    package: ZipPackage, roots: Mapping[str, Relationship], limits: Limits = LIMITS
) -> dict[str, str]:
    """Read core and custom properties by the package's relationships; missing or malformed ones are skipped.

    They hold no answers, and a form's marks are stored elsewhere, too.
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
    """Read the properties of a file and nothing else; RefusedFile if it is no package."""
    package = open_package(data, limits)
    return read_properties(package, read_relationships(package, "", limits), limits)


def read_saved(
    package: ZipPackage, roots: Mapping[str, Relationship], modified: str, limits: Limits = LIMITS
) -> datetime | None:
    """When the package was saved, in UTC; without a zone if ``modified`` is local time; None if unknown."""
    saved = parse_saved(modified)
    part = find_target(roots, "extended-properties")
    if saved is None or part is None or part not in package:
        return saved
    # LibreOffice writes local time with a Z, as if it were UTC.
    program = ""
    with spared():
        program = read_application(package.read(part), part, limits)
    if program.startswith("LibreOffice"):
        return saved.replace(tzinfo=None)
    return saved


@cache_small_parts
def read_application(data: bytes, part: str, limits: Limits) -> str:
    """The program that wrote the package, as it calls itself; empty if unknown."""
    return next(
        (text_of(element).strip() for _, element in _elements(data, part, _EXTENDED, limits, "Application")),
        "",
    )


def read_core_properties(data: bytes, part: str, limits: Limits) -> dict[str, str]:
    """The core properties present, under this program's names."""
    return {_NAMES[name]: text_of(element) for name, element in _elements(data, part, _CORE, limits, *_NAMES)}


def read_custom_properties(data: bytes, part: str, limits: Limits) -> dict[str, str]:
    """Custom properties as text, under ``custom:NAME``; stripped, because Gnumeric adds blanks."""
    found = _elements(data, part, _CUSTOM, limits, "property")
    return {f"custom:{element.get('name', '')}": text_of(element).strip() for _, element in found}


def _elements(
    data: bytes, part: str, namespaces: Sequence[str], limits: Limits, *names: str
) -> Iterator[tuple[str, Element]]:
    """Elements with one of these local names in any of the namespaces, in order."""
    tags = _tags(tuple(namespaces), names)
    for element in read_tree(data, part, limits).iter():
        if name := tags.get(element.tag):
            yield name, element


@cache
def _tags(namespaces: Sequence[str], names: Sequence[str]) -> Mapping[str, str]:
    return {f"{{{namespace}}}{name}": name for namespace in namespaces for name in names}


def parse_saved(modified: str, unzoned: tzinfo | None = UTC) -> datetime | None:
    """Parse an ISO 8601 date and time to UTC; None for anything else.

    A time without a zone is taken to be in ``unzoned``: UTC for OOXML. For OpenDocument it is None, because
    times are local to whoever saved the file, and the result has no zone either.
    """
    try:
        moment = datetime.fromisoformat(modified.strip())
        return moment.replace(tzinfo=unzoned) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
