"""Use case: choose the signature key; never create or switch keys while forms of another key are in use."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from workbook_tools.errors import WrongKey
from workbook_tools.forms.form_id import FormId, make_key, read_key
from workbook_tools.inbox.folder import find_files, is_litter, read_file
from workbook_tools.problems import Place, problem
from workbook_tools.readers import read_workbook
from workbook_tools.readers.limits import MIB
from workbook_tools.readers.refused import RefusedFile
from workbook_tools.returns.identity import find_channels

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workbook_tools.storage.location import Location

_LARGEST = 2 * MIB
_MOST_FILES = 200
"""Files of a folder that are examined; in a folder of forms, the first one suffices."""


def choose_key(path: Location, campaign: str, folders: Sequence[Location], *, new: bool = False) -> bytes:
    """The signature key at ``path``, created if missing.

    Unless ``new``: WrongKey if it would be created although one of the folders holds a form of any
    campaign, or if the first form of this campaign found there has another signature. Returns of such forms
    would be taken for forgeries.
    """
    key = read_key(path)
    if not new:
        for folder in folders:
            _check_forms(path, key, campaign, folder)
    if key is None:
        return make_key(path)
    return key


def _check_forms(path: Location, key: bytes | None, campaign: str, folder: Location) -> None:
    for name, form_id in _find_forms(folder):
        if key is None:
            lost = problem("key-lost", Place(file=path.name), value=path.name, first=f"{folder.name}/{name}")
            raise WrongKey(path, [lost])
        # Forms of an earlier campaign may have had another key; those of this one may not.
        if form_id.campaign == campaign:
            if not form_id.is_signed_with(key):
                other = problem(
                    "key-other", Place(file=path.name), value=path.name, first=f"{folder.name}/{name}"
                )
                raise WrongKey(path, [other])
            return


def _find_forms(folder: Location) -> Iterator[tuple[str, FormId]]:
    """The forms among the examined files of a folder; unreadable files are skipped."""
    if not folder.is_dir():
        return
    # Scans and videos in the folder cannot be forms, and may be large.
    likely = (file for file in find_files(folder) if file.size <= _LARGEST and not is_litter(file.path))
    for file in islice(likely, _MOST_FILES):
        try:
            channels = find_channels(read_workbook(read_file(folder, file.path).data))
        except RefusedFile:
            continue
        form_id = next((ids[0] for ids in channels.values()), None)
        if form_id is not None:
            yield file.path, form_id
