"""Answers on forms of an earlier version: what was not asked then, and what had another meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct, field

from workbook_tools.model import Indicator, Kind, ReportTemplate, State, with_measure
from workbook_tools.problems import Place, Problem, problem
from workbook_tools.text.label_words import label_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from workbook_tools.returns.result import FileReading


class AskedLine(Struct, frozen=True, array_like=True):
    """A line as an earlier version of the form asked it; no ``who`` means every unit type."""

    label: str
    measure: str
    kind: str
    who: tuple[str, ...] = ()

    def differs_from(self, indicator: Indicator) -> bool:
        """Whether label, measure or kind mean something else; spaces, capitals, most signs do not count."""
        then = (label_words(self.label), label_words(self.measure), self.kind)
        return then != (label_words(indicator.label), label_words(indicator.measure), str(indicator.kind))


class FormVersions(Struct, frozen=True):
    """What every version of the campaign's forms asked: version → code → line."""

    lines: Mapping[str, Mapping[str, AskedLine]] = field(default_factory=dict)

    def asked(self, version: str, code: str, unit_type: str) -> bool:
        """Whether forms of a version asked units of a type for a line; False for an unknown version."""
        line = self.lines.get(version, {}).get(code)
        return line is not None and (not line.who or unit_type in line.who)


NO_VERSIONS = FormVersions()


def hold_changed(
    answers: pd.DataFrame, readings: Sequence[FileReading], template: ReportTemplate, versions: FormVersions
) -> list[Problem]:
    """Put answers, or cells of lists, in doubt, in place, whose line or column meant something else on the
    form that was filled in.

    The problems say what was asked then. Calculated lines follow from the others.
    """
    of_file = {
        reading.path: reading.identity.form_version
        for reading in readings
        if reading.identity is not None and not template.made(reading.identity.form_version)
    }
    changed = {
        (version, code): line
        for version in set(of_file.values())
        for code, line in versions.lines.get(version, {}).items()
        if _has_changed(line, template.line(code))
    }
    if not changed:
        return []
    pairs = zip(answers["file"].map(of_file), answers["indicator"], strict=True)
    old = np.array([pair in changed for pair in pairs], dtype=bool)
    # A line whose cell was not read, such as one moved away from its label, has its problem already.
    filled = answers["state"].isin([State.ANSWERED, State.IN_DOUBT]) & (answers["raw"] != "")
    held = np.flatnonzero(old & filled.to_numpy())
    problems = []
    columns = ["file", "sheet", "cell", "unit", "indicator", "raw"]
    for *place, raw in answers.iloc[held][columns].itertuples(index=False, name=None):
        line, now = changed[of_file[place[0]], place[4]], template.line(place[4])
        assert now is not None
        then, expected = with_measure(line.label, line.measure), now.full_label
        problems.append(problem("meaning-changed", Place(*place), value=raw, first=then, expected=expected))
    # Here, because it opens pandas, and commands that read no answers record what their forms ask.
    from workbook_tools.frames import put_in_doubt

    put_in_doubt(answers, held)
    return problems


def _has_changed(line: AskedLine, now: Indicator | None) -> bool:
    return now is not None and now.kind is not Kind.FORMULA and line.differs_from(now)
