"""Links from the workbook to the returned files."""

from __future__ import annotations

import os
import posixpath
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Self

from msgspec import Struct, field

from workbook_tools.excel import quote_sheet
from workbook_tools.text.names import is_altered

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from workbook_tools.storage.location import Location

_UNSAFE = re.compile(r"#|%[0-9a-fA-F]{2}|[<>\"|?*\x00-\x1f\x7f\ud800-\udfff]|(?<!^[A-Za-z]):")
"""In a link ``#`` begins a place in the file, ``%20`` is a space, and a colon ends a protocol, so files with
such names get no link.
"""


@lru_cache(maxsize=1 << 16)
def _target(base: str, path: str) -> str:
    """A file as links name it; empty if none can reach it. Cached: each figure of a return links to it."""
    # Backslashes, as Excel for Windows writes paths.
    target = posixpath.join(base, path).replace("/", "\\")
    return "" if is_altered(target) or _UNSAFE.search(target) else target


class FileLinks(Struct, frozen=True):
    """Makes links to returned files, relative so that folder and workbook can move together.

    Without ``base`` there are none: either is remote, and no program opens a store's address. ``containers``
    maps a file inside an archive or mail to that archive or mail, because no link reaches inside.
    """

    base: str | None
    containers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def between(cls, workbook: Location, folder: Location | None, files: pd.DataFrame) -> Self:
        """Links from a workbook to the files of a folder, if there is one."""
        inside = files[files["container"] != ""]
        containers = dict(zip(inside["path"], inside["container"], strict=True))
        if not isinstance(folder, Path) or not isinstance(workbook, Path):
            return cls(None, containers)
        try:
            base = os.path.relpath(folder, workbook.parent)
            return cls("" if base == os.path.curdir else base, containers)
        except ValueError:
            # On Windows there is no relative path from one drive to another.
            return cls(str(folder.absolute()), containers)

    def url(self, path: str, sheet: str = "", cell: str = "") -> str | None:
        """The link to a file or a cell of it; None if no link can reach it."""
        container = self.containers.get(path)
        target = _target(self.base, container or path) if path and self.base is not None else ""
        if not target:
            return None
        return f"external:{target}" + (f"#{quote_sheet(sheet)}!{cell}" if cell and not container else "")

    def urls(self, paths: Iterable[str]) -> list[str | None]:
        """The same for a column of files."""
        return [self.url(str(path)) for path in paths]
