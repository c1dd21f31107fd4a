"""Links from the workbook to the returned files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from workbook_tools.consolidated.book import Sheet


@dataclass(frozen=True, slots=True)
class FileLinks:
    """Makes links to returned files: relative, so that folder and workbook can move together; none without ``base``."""

    base: str | None

    def write(self, sheet: Sheet, row: int, column: int, path: str, cell: str = "", style: str | Mapping[str, Any] = "link") -> None:
        """Write a file's name as a link to it, or to a cell of it (``Sheet!A1``)."""
        if not path or self.base is None or "#" in path:
            sheet.text(row, column, path)
            return
        target = PurePath(self.base, path).as_posix().replace("/", "\\")
        sheet.link(row, column, f"external:{target}" + (f"#{cell}" if cell else ""), path, style)
