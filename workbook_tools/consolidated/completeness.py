"""How complete the reports are: lines answered of those whose answer is wanted, by area and group."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from workbook_tools.collection import Collection
from workbook_tools.model import Need, State


def build_completeness(collection: Collection) -> pd.DataFrame:
    """Index area and group, in the order of roster and dictionary; columns ``answered`` and ``asked``, whole numbers.

    Optional lines are left out, as in the status frame, and so are groups that have no others. A unit that has not
    reported answered none of its lines; "no figures" is an answer.
    """
    template, status = collection.template, collection.status
    area_of = dict(zip(status["unit"], status["area"], strict=True))
    group_of = {i.code: i.group for i in template.indicators.values() if i.asked and i.need is not Need.OPTIONAL}
    asked_of_type = {kind: Counter(i.group for i in template.wanted_for(kind)) for kind in template.unit_types}
    asked: Counter[tuple[str, str]] = Counter()
    for unit in collection.roster:
        for group, lines in asked_of_type[unit.type].items():
            asked[area_of[unit.code], group] += lines
    answers = collection.answers
    given = answers[answers["state"].isin([State.ANSWERED, State.NO_FIGURE]) & answers["indicator"].isin(list(group_of))]
    answered = Counter((area_of[unit], group_of[code]) for unit, code in zip(given["unit"], given["indicator"], strict=True))
    groups = [group for group in template.groups if group in set(group_of.values())]
    index = pd.MultiIndex.from_product([list(dict.fromkeys(status["area"])), groups], names=["area", "group"])
    return pd.DataFrame({"answered": [answered[key] for key in index], "asked": [asked[key] for key in index]}, index=index, dtype="int64")
