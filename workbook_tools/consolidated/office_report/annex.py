"""The annex of the Word report: what units wrote, word for word, by section of the form, then by unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools.frames import find_answered
from workbook_tools.sheetwriter.cell_text import line_count

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from workbook_tools.frames import Collection

_PRINTED_LETTERS = 75.0
"""Letters of a printed line."""
_MOST_OF_ONE = 0.5
"""The greatest part of a section that one answer may take."""


def build_annex(collection: Collection, lines: int) -> tuple[list[dict[str, object]], int]:
    """What units wrote on at most ``lines`` printed lines; and the number of omitted answers.

    Each section of the form is ``ten`` and ``y_kien``, a list of ``don_vi``, ``tieu_de`` and ``noi_dung``.
    Units that wrote the same are named together. The sections share the lines: the last one would else be
    omitted where the first are long.
    """
    sections = dict(_sections(collection))
    found: list[dict[str, object]] = []
    used = left = 0
    for number, (label, said) in enumerate(sections.items()):
        shown, height = _fit(said, (lines - used) // (len(sections) - number))
        used += height
        left += sum(len(units) for text, units in said.items() if text not in shown)
        opinions = [{"don_vi": "; ".join(said[text]), "tieu_de": label, "noi_dung": text} for text in shown]
        if opinions:
            found.append({"ten": label, "y_kien": opinions})
    return found, left


def _sections(collection: Collection) -> Iterator[tuple[str, Mapping[str, Sequence[str]]]]:
    """The label of each section, and text → names of the units that wrote it, in the order of areas."""
    areas = {area: place for place, area in enumerate(dict.fromkeys(collection.area_of.values()))}
    for line in collection.template.indicators.values():
        if not line.narrative:
            continue
        answers = find_answered(collection.answers, [line.code])
        pairs = sorted(
            zip(answers["unit"], map(str, answers["value"]), strict=True),
            key=lambda pair: areas[collection.area_of[pair[0]]],
        )
        said: dict[str, list[str]] = {}
        for unit, text in pairs:
            said.setdefault(text, []).append(collection.roster[unit].name)
        if said:
            yield line.label, said


def _fit(said: Mapping[str, Sequence[str]], room: int) -> tuple[list[str], int]:
    """The texts that fit into so many lines, and the lines that they and their heading take."""
    shown: list[str] = []
    used = 1
    for text, units in said.items():
        height = line_count(f"{'; '.join(units)}: {text}", _PRINTED_LETTERS)
        # A single very long answer would leave no room for those of other units.
        if height > _MOST_OF_ONE * room:
            continue
        # Nothing follows the first that does not fit: short answers of later areas, picked because they still
        # fit, would look as if those areas had no others.
        if used + height > room:
            break
        used += height
        shown.append(text)
    return shown, used if shown else 0
