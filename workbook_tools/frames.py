"""Everything one run of collect knows: the frames that totals, checks and the consolidated workbook share."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from msgspec import Struct, field

from workbook_tools.model import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    import numpy.typing as npt

    from workbook_tools.model import Decision, ReportTemplate, Roster
    from workbook_tools.problems import Problem

ANSWER_COLUMNS = [
    "unit",
    "indicator",
    "state",
    "value",
    "number",
    "counted",
    "raw",
    "note",
    "file",
    "sheet",
    "cell",
    "decision",
]
CATEGORIES = ("indicator", "state", "raw", "note", "file", "sheet", "cell", "decision")
"""Columns of the answers frame that are categories of texts: compared often, or of few different texts."""
LIST_COLUMNS = [
    "unit",
    "list",
    "row",
    "indicator",
    "state",
    "value",
    "number",
    "counts",
    "raw",
    "note",
    "file",
    "sheet",
    "cell",
    "decision",
]
FILE_COLUMNS = [
    "path",
    "container",
    "sha256",
    "size",
    "outcome",
    "unit",
    "saved",
    "mailed",
    "sender",
    "subject",
    "round",
]
STATUS_COLUMNS = [
    "unit",
    "name",
    "type",
    "area",
    "outcome",
    "received",
    "days_late",
    "errors",
    "warnings",
    "answered",
    "asked",
    "file",
]
MAIL_COLUMNS = [
    "unit",
    "kind",
    "number",
    "addresses",
    "subject",
    "at",
    "state",
    "answer",
    "bounced",
    "replied",
]
COMPARISON_COLUMNS = ["unit", "indicator", "included", "own", "below", "units", "difference", "verdict"]
CONTRADICTED = ("below", "blank")
"""The verdicts on figures that cannot include those of the units below, as declared."""


_STATES = [state.value for state in State]


class Settled(Struct, frozen=True):
    """What came of one of the officer's decisions; ``old`` is what the return says in place of a value that
    was set.
    """

    decision: Decision
    applied: bool
    old: str = ""


class Correspondence(Struct, frozen=True):
    """The state of a unit's letters: ``sent``, ``undeliverable``, ``reminded`` or ``awaiting-correction``.

    ``number`` says how many reminders, or which round is awaited.
    """

    kind: str
    number: int = 0


class Mailed(Struct, frozen=True):
    """What the journal of mails says. ``states`` by unit; ``mails`` a row for each letter, in the order of
    time.

    ``kind`` a :class:`~workbook_tools.model.LetterKind`; ``number`` which reminder or round; ``at`` and
    ``replied`` (the first answer after it, or NaT) naive local datetimes; ``state`` drafted, sending, sent,
    refused or unknown, with the server's ``answer``; ``bounced`` the addresses that it did not reach, and
    why.
    """

    mails: pd.DataFrame
    states: Mapping[str, Correspondence]


class Collection(Struct, frozen=True, dict=True):
    """The result of reading a folder of returns; a pure function of template, roster, folder and ``as_of``.

    ``answers``: a row for each accepted return and indicator that its unit is asked (mirrors left out), in
    the order of roster and dictionary; the columns in :data:`CATEGORIES` are categories. ``state`` is a
    :class:`~workbook_tools.model.State`; ``value`` an object (float, str, ``datetime.date`` or None);
    ``number`` a float, NaN unless a count or money was read; ``counted`` what of it enters the totals: NaN
    for what is not additive, not known, or already contained in the figure of a unit above; ``raw`` and
    ``note`` texts; ``file`` a path relative to the folder, with ``sheet`` and ``cell``; ``decision`` why, by
    whom and when the officer set the value, else empty: ``raw`` is what the return says all the same. A value
    set for a unit that has not returned is a row without a file.

    ``list_cells``: a row for each cell of the filled rows of lists, row by row, in the order of roster and
    form: ``list`` its code, ``row`` the number of the filled row from 1, ``indicator`` the column's code
    (``ds.ten``); ``counts`` whether the row is not yet contained in the list of a unit above; the others as
    in ``answers``. :func:`workbook_tools.answers.list_answers.widen` makes a row of each row.

    ``files``: a row for each file found, sorted by ``path`` (relative, with ``/``; of a file inside an
    archive or mail it continues inside that file, which is its ``container``; an archive or mail that was
    opened has no row of its own); ``outcome`` an :class:`~workbook_tools.model.Outcome`; ``unit`` empty where
    unknown; ``saved`` (by the program that wrote it) and ``mailed`` (by the mail it came in) naive local
    datetimes or NaT, ``sender`` and ``subject`` that mail's; ``round`` 1, or how many times the form was sent
    back to be mended and one more.

    ``status``: a row for each unit of the roster, in its order; ``area`` the name of the area it is added up
    in (the topmost commune, or a label for units directly under the office); ``outcome`` accepted,
    accepted-with-warnings, rejected (something came, nothing could be counted), nothing-to-report (by the
    officer's decision) or missing; ``received`` (mailed, else saved) a ``datetime.date`` or None;
    ``days_late`` an int (0 = in time) or None; ``errors`` and ``warnings`` counts of problems; ``answered``
    of ``asked`` lines, optional ones left out; ``file`` the return that counts, or empty.

    ``totals``: index indicator code, for every indicator that is added up, or calculated from what is;
    columns ``total`` (float, NaN where nobody answered) and ``units`` (how many units' figures stand behind
    it). ``areas``: the same by area, as :func:`workbook_tools.tally.areas.build_area_totals` has it.

    ``comparison``: a row for each unit that has units below it and each additive indicator both are asked
    for: ``included`` True, False or None (not said or not returned), ``own`` figure, sum ``below`` of
    ``units`` units, ``difference`` own − below, ``verdict`` ``below`` (said to include, yet less),
    ``blank`` (said to include, yet without a figure), ``ok`` or empty (nothing to compare).

    ``changes`` and ``previous_totals`` are there where last period's workbook was given: the former as
    :func:`workbook_tools.tally.previous.build_changes` has it, the latter indicator → last period's total.
    """

    template: ReportTemplate
    roster: Roster
    folder: str
    as_of: date
    files: pd.DataFrame
    answers: pd.DataFrame
    status: pd.DataFrame
    totals: pd.DataFrame
    comparison: pd.DataFrame
    problems: tuple[Problem, ...]
    decisions: tuple[Settled, ...] = ()
    areas: pd.DataFrame = field(default_factory=pd.DataFrame)
    list_cells: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=LIST_COLUMNS))
    changes: pd.DataFrame | None = None
    previous_totals: pd.Series | None = None
    mailed: Mailed | None = None

    @cached_property
    def area_of(self) -> Mapping[str, str]:
        """Unit → the area it is added up in."""
        return dict(zip(self.status["unit"], self.status["area"], strict=True))

    @cached_property
    def code(self) -> str:
        """Eight hex digits that workbook and Word report of the same figures share.

        They differ if a file, its outcome, a unit's status, a total or a decision does.
        """
        frames = (self.files[["path", "sha256", "outcome"]], self.status, self.totals)
        figures = [[frame.index.tolist(), *(frame[name].tolist() for name in frame)] for frame in frames]
        text = repr((self.as_of, self.template.version, self.decisions, figures))
        return hashlib.sha256(text.encode()).hexdigest()[:8].upper()


def find_answered(answers: pd.DataFrame, codes: Iterable[str] | None = None) -> pd.DataFrame:
    """The answers that units gave, of all lines or of some: columns ``unit``, ``indicator`` and ``value``."""
    is_wanted = answers["state"] == State.ANSWERED
    if codes is not None:
        is_wanted &= answers["indicator"].isin(list(codes))
    found: pd.DataFrame = answers.loc[is_wanted, ["unit", "indicator", "value"]]
    # As texts: counts of categories would name lines that nobody answered.
    return found.astype({"indicator": object})


def categorize(answers: pd.DataFrame) -> pd.DataFrame:
    """The answers with categories in the columns that have them."""
    made = {name: as_category(answers[name].to_numpy()) for name in CATEGORIES if name != "state"}
    return answers.assign(**made, state=as_states(answers["state"].to_numpy()))


def as_category(texts: Sequence[str] | npt.NDArray[np.object_]) -> pd.Categorical:
    """Texts as categories, in order of appearance."""
    # Not by pandas, which leaves a copy of each text in UTF-8 inside it.
    found: dict[str, int] = {}
    places = np.array([found.setdefault(text, len(found)) for text in texts], dtype=np.intp)
    return pd.Categorical.from_codes(places, pd.Index(list(found), dtype=object))


def as_states(states: npt.NDArray[np.object_]) -> pd.Categorical:
    """States as a categorical with every possible state as a category, so that any of them can be set."""
    places, found = pd.factorize(states)
    codes = np.array([_STATES.index(state) for state in found], dtype=np.intp)[places]
    return pd.Categorical.from_codes(codes, pd.Index(_STATES, dtype=object))


def put_in_doubt(frame: pd.DataFrame, held: npt.NDArray[np.intp]) -> None:
    """Put some rows of a frame of answers or of list cells in doubt, by position: they hold no value then."""
    for name, value in (("state", State.IN_DOUBT.value), ("value", None), ("number", np.nan)):
        column = frame[name].to_numpy(copy=True)
        column[held] = value
        frame[name] = pd.Series(column, index=frame.index, dtype=frame[name].dtype)


def rows(frame: pd.DataFrame) -> Iterator[Any]:
    """The rows of one of the frames, as tuples named by column; their types are those documented above."""
    return iter(frame.itertuples())
