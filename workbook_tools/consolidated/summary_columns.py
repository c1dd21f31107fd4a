"""The columns of the sheet ``Tổng hợp``: the units' answers to each indicator, and their styles."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
from msgspec import Struct

from workbook_tools.consolidated import words
from workbook_tools.consolidated.data import data_links, links_figures
from workbook_tools.model import Indicator, State
from workbook_tools.sheetwriter.columns import Column, Links, factorize, pick

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from workbook_tools.frames import Collection

_LOOKS = ("number", "contained", "decided", "text", "date", "state")
_FIGURES = ("number", "contained", "decided")
_NUMBER, _CONTAINED, _DECIDED, _TEXT, _DATE, _STATE = range(len(_LOOKS))

Positions = npt.NDArray[np.integer]


class Answers(Struct, frozen=True):
    """What is shown of the answers: an entry for each, and a last one, at position -1, for "no answer".

    ``places`` maps each indicator to the positions of the units' answers, in the order of the roster;
    ``kinds`` are the unit types, and each unit's position among them.
    """

    values: npt.NDArray[np.object_]
    looks: npt.NDArray[np.int8]
    counted: npt.NDArray[np.float64]
    linked: npt.NDArray[np.bool_]
    notes: Mapping[int, str]
    places: Mapping[str, Positions]
    kinds: tuple[Sequence[str], Positions]
    formats: Mapping[str, str]
    """Indicator → its number format."""

    def build_links(self) -> Links:
        """For each unit the link to its first answer; None without answers."""
        grid = np.array([*self.places.values()], dtype=np.int32).reshape(len(self.places), len(self.kinds[1]))
        first = [next((place for place in places if place >= 0), -1) for places in grid.T.tolist()]
        return data_links(np.array(first, dtype=np.intp))

    def build_figures(self, indicator: Indicator) -> Column:
        """The units' answers; each links to its row of the data unless there are too many."""
        places = self.places[indicator.code]
        values, looks, linked = self.values[places], self.looks[places], self.linked[places]
        kinds, of_unit = self.kinds
        is_idle = ~np.array([indicator.applies_to(kind) for kind in kinds], dtype=bool)[of_unit]
        values[is_idle], looks[is_idle] = words.SHORT_STATES[State.NOT_APPLICABLE], _STATE
        links = data_links(np.where(linked, places, -1)) if linked.any() else None
        styles = [f"{look}|{self.formats[indicator.code]}" if look in _FIGURES else look for look in _LOOKS]
        return Column(values, pick(styles, looks), links)

    def build_counted(self, indicator: Indicator) -> Column:
        """The part of each figure that enters the totals."""
        counted = pd.Series(self.counted[self.places[indicator.code]])
        return Column(counted, f"contained|{self.formats[indicator.code]}")

    def find_notes(self, indicator: Indicator) -> Iterator[tuple[int, str]]:
        """The units, counted from 0, whose figure the officer decided, with the reason."""
        if self.notes:
            for unit, place in enumerate(self.places[indicator.code].tolist()):
                if place in self.notes:
                    yield unit, self.notes[place]


def build_answer_columns(indicators: Sequence[Indicator], collection: Collection) -> Answers:
    """Build the columns' content; blank, 0, "no figures" and "does not apply" stay different."""
    answers = collection.answers
    answered = (answers["state"] == State.ANSWERED).to_numpy()
    values = np.where(
        answered, answers["value"], answers["state"].map({**words.SHORT_STATES, State.ANSWERED: ""})
    )
    is_decided = (answers["decision"] != "").to_numpy()
    decided = answers[is_decided]
    notes = zip(np.flatnonzero(is_decided).tolist(), decided["decision"], decided["raw"], strict=True)
    of_unit, kinds = factorize(collection.status["type"])
    return Answers(
        # Each array ends with an entry for the position -1, so that missing answers need no test.
        np.append(values, np.array([None], dtype=object)),
        np.append(_find_looks(values, answered, is_decided, collection), _TEXT).astype(np.int8),
        np.append(answers["counted"], np.nan),
        np.append(
            ~answers["state"].isin([State.UNANSWERED, State.NOT_ASKED]) & links_figures(answers), np.False_
        ),
        {
            place: f"Cán bộ tổng hợp xử lý: {decision}\nTrong báo cáo: {raw or '–'}"
            for place, decision, raw in notes
        },
        _find_places(indicators, collection),
        ([str(kind) for kind in kinds], of_unit),
        {indicator.code: collection.template.number_format(indicator.code) for indicator in indicators},
    )


def _look_of(value: object) -> int:
    if isinstance(value, date):
        return _DATE
    return _TEXT if isinstance(value, str) else _NUMBER


def _find_looks(
    values: npt.NDArray[np.object_],
    answered: npt.NDArray[np.bool_],
    decided: npt.NDArray[np.bool_],
    collection: Collection,
) -> npt.NDArray[np.intp]:
    """The position of each answer's style in ``_LOOKS``."""
    answers = collection.answers
    additive = [i.code for i in collection.template.indicators.values() if i.additive]
    places, found = factorize(values)
    # The place of a blank is −1, which picks the last look.
    kinds = np.array([*map(_look_of, found), _NUMBER])[places]
    # A figure that a unit above already includes is shown in grey italics, for it is not in the total.
    contained = answers["indicator"].isin(additive) & answers["counted"].isna()
    return np.select(
        [~answered, kinds != _NUMBER, decided, contained], [_STATE, kinds, _DECIDED, _CONTAINED], _NUMBER
    )


def _find_places(indicators: Sequence[Indicator], collection: Collection) -> dict[str, Positions]:
    units, answers = collection.status["unit"], collection.answers
    codes = [indicator.code for indicator in indicators]
    places = np.full((len(codes), len(units)), -1, dtype=np.int32)
    rows = pd.Index(codes, dtype=object).get_indexer(pd.Index(answers["indicator"]))
    columns = pd.Index(units).get_indexer(pd.Index(answers["unit"]))
    known = (rows >= 0) & (columns >= 0)
    places[rows[known], columns[known]] = np.flatnonzero(known)
    return dict(zip(codes, places, strict=True))
