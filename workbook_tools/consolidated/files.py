"""Links from the workbook to the returned files."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Self

from workbook_tools.consolidated.book import Sheet
from workbook_tools.consolidated.style import UNLINKED

_AMBIGUOUS = re.compile(r"#|%[0-9a-fA-F]{2}")
"""In a link ``#`` begins a place in the file, and ``%20`` is a space: a file so named cannot be linked to."""


@dataclass(frozen=True, slots=True)
class FileLinks:
    """Makes links to returned files: relative, so that folder and workbook can move together; none without ``base``."""

    base: str | None

    @classmethod
    def between(cls, workbook: Path, folder: Path | None) -> Self:
        """Links from a workbook to the files of a folder, if there is one."""
        if folder is None:
            return cls(None)
        try:
            return cls(os.path.relpath(folder, workbook.parent))
        except ValueError:
            # On Windows there is no way from one drive to another.
            return cls(str(folder.absolute()))

    def write(self, sheet: Sheet, row: int, column: int, path: str, cell: str = "", style: str = "link") -> None:
        """Write a file's name as a link to it, or to a cell of it (``Sheet!A1``)."""
        target = "" if self.base is None else PurePath(self.base, path).as_posix().replace("/", "\\")
        if not path or not target or _AMBIGUOUS.search(target):
            sheet.text(row, column, path, UNLINKED[style])
            return
        sheet.link(row, column, f"external:{target}" + (f"#{cell}" if cell else ""), path, style)
