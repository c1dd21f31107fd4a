"""Links from the workbook to the returned files."""

from __future__ import annotations

import os
import posixpath
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
import pandas as pd
from msgspec import Struct, field

from workbook_tools.excel import quote_sheet
from workbook_tools.sheetwriter.columns import Links, factorize, pick
from workbook_tools.text.names import is_altered

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbook_tools.sheetwriter.columns import CellValues
    from workbook_tools.storage.location import Location

_UNSAFE = re.compile(r"#|%[0-9a-fA-F]{2}|[<>\"|?*\x00-\x1f\x7f\ud800-\udfff]|(?<!^[A-Za-z]):")
"""In a link ``#`` begins a place in the file, ``%20`` is a space, and a colon ends a protocol, so files with
such names get no link.
"""


@lru_cache(maxsize=1 << 16)
def _target(base: str, path: str) -> str:
    """A file as links name it; empty if none can reach it. Cached, because several sheets link to it."""
    # Backslashes, as Excel for Windows writes paths.
    target = posixpath.join(base, path).replace("/", "\\")
    if is_altered(target) or _UNSAFE.search(target):
        return ""
    return target


def _place(sheet: str, cell: str) -> str:
    if cell:
        return f"{quote_sheet(sheet)}!{cell}"
    return ""


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
            path = os.path.relpath(folder, workbook.parent)
            base = "" if path == os.path.curdir else path
            return cls(base, containers)
        except ValueError:
            # On Windows there is no relative path from one drive to another.
            return cls(str(folder.absolute()), containers)

    def of(
        self, files: CellValues, sheets: CellValues | None = None, cells: CellValues | None = None
    ) -> Links:
        """The links of a column of files, or of cells in them; a file that no link can reach has none."""
        of_row, found = factorize(files)
        paths = [str(path) for path in found]
        # A blank file has the index -1, which picks the last entry.
        targets = [self._target(path) or None for path in paths]
        reached = np.array([*(target is not None for target in targets), False])[of_row]
        if sheets is None or cells is None:
            return Links(pick([""], np.where(reached, 0, -1)), pick(targets, of_row))
        inside = np.array([*(path in self.containers for path in paths), False])[of_row]
        of_sheet, names = factorize(sheets)
        of_cell, refs = factorize(cells)
        both, pairs = pd.factorize(of_sheet * len(refs) + of_cell)
        places = [_place(str(names[pair // len(refs)]), str(refs[pair % len(refs)])) for pair in pairs]
        # The last place is the file as a whole.
        within = np.where(inside, len(places), both)
        return Links(pick([*places, ""], np.where(reached, within, -1)), pick(targets, of_row))

    def _target(self, path: str) -> str:
        """The file as a link names it; empty if none can reach it."""
        if path and self.base is not None:
            return _target(self.base, self.containers.get(path, path))
        return ""
