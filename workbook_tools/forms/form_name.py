"""File names of forms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workbook_tools.text.clean import drop_diacritics

if TYPE_CHECKING:
    from collections.abc import Container

    from workbook_tools.model import Unit

_NAME_LENGTH = 60
_ROUND = re.compile(r"_lan-[0-9]+")
_SLUG = re.compile(r"[A-Za-z0-9-]+")
# Names of devices, with or without an extension.
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:[_.].*)?", re.I)


def form_name(unit: Unit) -> str:
    """A stable file name from the unit's code and name: ASCII, legal on Windows, such as
    ``11629_Thi-tran-An-Lao.xlsx``.
    """
    return form_stem(unit) + ".xlsx"


def correction_name(unit: Unit, number: int) -> str:
    """The file name for a round of correction: ``11629_Thi-tran-An-Lao_lan-2.xlsx``."""
    return f"{form_stem(unit)}_lan-{number}.xlsx"


def find_owner(name: str, units: Container[str]) -> str:
    """The code of the unit that a file of such a name was made for, whatever the unit was called then; "" if
    for none.
    """
    whole = _ROUND.sub("", name.rpartition(".")[0])
    for stem in (whole, whole.removeprefix("_")):
        code, _, slug = stem.rpartition("_")
        if stem in units:
            return stem
        if code in units and _SLUG.fullmatch(slug):
            return code
    return ""


def form_stem(unit: Unit) -> str:
    """The file name without its suffix."""
    # Names with diacritics are garbled by old mail programs and zip tools.
    plain = drop_diacritics(unit.name).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:_NAME_LENGTH].rstrip("-")
    stem = f"{unit.code}_{slug}" if slug else unit.code
    # Windows opens a device instead of a file called con or com1.
    return f"_{stem}" if _RESERVED.fullmatch(stem) else stem
