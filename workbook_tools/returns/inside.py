"""Inspect every form inside one file: a workbook, an archive or a mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools.inbox.passwords import decrypt
from workbook_tools.inbox.unwrap import unwrap
from workbook_tools.readers.refused import RefusedFile
from workbook_tools.returns.read import Hints, read_return

if TYPE_CHECKING:
    from workbook_tools.inbox.unwrap import Unwrapped
    from workbook_tools.model import ReportTemplate, Return
    from workbook_tools.problems import Problem


class Inside(Struct, frozen=True):
    """One file; ``path`` continues inside an archive or mail, ``found`` is None if it is no readable form."""

    path: str
    found: Return | None
    problems: tuple[Problem, ...]


def read_inside(
    data: bytes,
    name: str,
    template: ReportTemplate | None,
    key: bytes | None,
    passwords: tuple[str, ...] = (),
) -> list[Inside]:
    """What ``collect`` would find in a file called ``name``, forms first; at least one entry, and never
    raises for content.
    """
    found = [_read(file, template, key, passwords) for file in unwrap(name, data) if not file.litter]
    return sorted(found, key=lambda inside: inside.found is None) or [Inside(name, None, ())]


def _read(
    file: Unwrapped, template: ReportTemplate | None, key: bytes | None, passwords: tuple[str, ...]
) -> Inside:
    try:
        if file.refused is not None:
            raise file.refused
        found, problems = _open(file, template, key, passwords)
    except RefusedFile as refused:
        return Inside(file.path, None, (refused.problem.at(file=file.path),))
    placed = (p.at(file=file.path, unit=found.identity.unit) for p in problems)
    return Inside(file.path, found, tuple(placed))


def _open(
    file: Unwrapped, template: ReportTemplate | None, key: bytes | None, passwords: tuple[str, ...]
) -> tuple[Return, list[Problem]]:
    try:
        return read_return(file.data, template, key, Hints(kind=file.kind))
    except RefusedFile as refused:
        # The kind was detected on the encrypted file, so it is detected again after decryption.
        if refused.code != "return-encrypted":
            raise
    return read_return(decrypt(file.data, passwords), template, key)
