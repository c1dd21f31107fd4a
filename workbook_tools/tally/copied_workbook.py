"""Find out whether last period's workbook was copied before late returns arrived."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from workbook_tools.errors import CannotRead
from workbook_tools.problems import Place, Problem, problem
from workbook_tools.readers.properties import read_package_properties
from workbook_tools.readers.refused import RefusedFile
from workbook_tools.spec.own_workbook import read_own_file
from workbook_tools.storage.campaign_folder import CampaignFolder
from workbook_tools.tally.previous_tables import OWN_LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workbook_tools.storage.location import Location
    from workbook_tools.tally.previous import Previous

_MOST_LOOKED_AT = 100


def find_newer(path: Location, previous: Previous) -> Iterator[Problem]:
    """Yield a warning for each campaign folder beside this one whose workbook is of the same period as
    ``path``, newer, and of other figures.
    """
    # Other programs may save a workbook without the code of its figures.
    if not isinstance(path, Path) or not (previous.campaign and previous.code):
        return
    own = path.resolve()
    try:
        written = own.stat().st_mtime
        siblings = sorted(own.parent.parent.iterdir())[:_MOST_LOOKED_AT]
    except OSError:
        # A folder that nobody may list says nothing about the file that was read.
        return
    for folder in map(CampaignFolder, siblings):
        workbook = folder.consolidated
        if folder.root == own.parent or not _is_newer(workbook, written):
            continue
        try:
            properties = read_package_properties(read_own_file(workbook, OWN_LIMITS.file), OWN_LIMITS)
        except (CannotRead, RefusedFile):
            continue
        if properties.get("subject") == previous.campaign and properties.get("description") != previous.code:
            yield problem(
                "previous-outdated", Place(file=path.name), value=f"{folder.root.name}/{workbook.name}"
            )


def _is_newer(workbook: Path, written: float) -> bool:
    try:
        return workbook.stat().st_mtime > written
    except OSError:
        return False
