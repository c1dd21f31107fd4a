"""Refuse to overwrite an input: outputs are compared with inputs before any work starts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools.errors import CannotWrite
from workbook_tools.locale import mark as _
from workbook_tools.storage.location import as_reached

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workbook_tools.storage.location import Location

_ELSEWHERE = _("Choose another name or location for the output.")


class Inputs(Struct, frozen=True):
    """The files that a run reads, and the folders it reads entirely; None for an input that was not given."""

    files: tuple[Location | None, ...] = ()
    folders: tuple[Location | None, ...] = ()

    def check_outputs(self, outputs: Iterable[Location | None]) -> None:
        """Raise CannotWrite for the first output that is an input, is in an input folder or repeats another
        output.
        """
        seen: list[Location] = []
        for output in outputs:
            if output is None:
                continue
            if any(is_same(output, file) for file in self.files if file is not None):
                raise CannotWrite(output, _("this file is one of its inputs and would be lost"), _ELSEWHERE)
            if any(is_inside(output, folder) for folder in self.folders if folder is not None):
                reason = _("it is in the folder of returned files, which is never written to")
                raise CannotWrite(output, reason, _ELSEWHERE)
            if any(is_same(output, other) for other in seen):
                raise CannotWrite(output, _("two outputs would be written to this file"), _ELSEWHERE)
            seen.append(output)


def is_same(one: Location, other: Location) -> bool:
    """Whether two paths lead to the same file, by whatever links, case or mounts."""
    if not (isinstance(one, Path) and isinstance(other, Path)):
        return str(one) == str(other)
    try:
        if one.samefile(other):
            return True
    except (OSError, ValueError):
        pass
    return _real(one) == _real(other)


def is_inside(place: Location, folder: Location) -> bool:
    """Whether a path is the folder or anywhere below it."""
    return any(is_same(above, folder) for above in _chain(place))


def _chain(place: Location) -> list[Location]:
    if isinstance(place, Path):
        real = as_reached(place)
        return [place, real, *real.parents]
    return [place, *place.parents]


def _real(path: Path) -> str:
    return os.path.normcase(as_reached(path))
