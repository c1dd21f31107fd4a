"""Document properties of an OpenDocument file: author, save time, and custom properties."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from workbook_tools.readers.limits import Limits, XmlHandlers, walk_xml

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_META = "urn:oasis:names:tc:opendocument:xmlns:meta:1.0"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
META_NAMESPACES = (_META, "http://purl.org/dc/elements/1.1/")
_NAMES = {
    "title": "title",
    "subject": "subject",
    "keyword": "keywords",
    "initial-creator": "creator",
    "creator": "last_modified_by",
    "creation-date": "created",
    "date": "modified",
}


class MetaReader:
    """Handlers that collect the properties of the first ``office:meta`` element.

    Later ones belong to embedded documents. Authors and dates of comments are outside of it.
    """

    def __init__(self) -> None:
        self.properties: dict[str, str] = {}
        self._within = self._done = False
        self._custom = ""
        self._parts: list[str] | None = None
        self.starts: dict[str, Callable[[Mapping[str, str]], object]] = {
            "meta": self._start_meta,
            "user-defined": self._start_custom,
            **dict.fromkeys(_NAMES, self._start),
        }
        self.ends: dict[str, Callable[[], object]] = {
            "meta": self._end_meta,
            "user-defined": lambda: self._keep(f"custom:{self._custom}"),
            **{element: partial(self._keep, name) for element, name in _NAMES.items()},
        }

    def read(self, data: bytes, part: str, limits: Limits) -> None:
        """Parse the properties part of a packed file."""
        walk_xml(
            data, XmlHandlers((_OFFICE, *META_NAMESPACES), self.starts, self.ends, self.add), part, limits
        )

    def add(self, text: str) -> None:
        """Character data; kept only inside a property."""
        if self._parts is not None:
            self._parts.append(text)

    def _start_meta(self, attributes: Mapping[str, str]) -> None:
        # Embedded documents have properties of their own, which come later.
        self._within = not self._done

    def _end_meta(self) -> None:
        self._within, self._done = False, True

    def _start(self, attributes: Mapping[str, str]) -> None:
        if self._within:
            self._parts = []

    def _start_custom(self, attributes: Mapping[str, str]) -> None:
        self._custom = attributes.get(f"{{{_META}}}name", "")
        self._start(attributes)

    def _keep(self, name: str) -> None:
        if self._parts is None:
            return
        text, self._parts = "".join(self._parts).strip(), None
        # Each keyword has an element of its own.
        if name == "keywords" and self.properties.get(name):
            text = f"{self.properties[name]}, {text}"
        self.properties[name] = text
