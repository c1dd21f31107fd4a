"""Rates divide what counts by the fact of the units that it comes from, each once."""

from __future__ import annotations

import pandas as pd
import pytest
from small_campaign import count, make_answers, make_roster, make_template

from workbook_tools.consolidated.sums import build_rates
from workbook_tools.frames import Collection
from workbook_tools.model import Rate
from workbook_tools.tally.totals import build_totals, count_once

ROSTER = make_roster("""
    xa1 xa -   dv_hs=1000
    mn1 mn xa1 dv_hs=400
    th1 th xa1 dv_hs=600
    pt  thpt - dv_hs=500
    """)
TEMPLATE = make_template(count("ct_a", rate=Rate("dv_hs", 1000.0)))


def rates(table: str, roster=ROSTER) -> dict[str, float]:
    answers = make_answers(table, TEMPLATE, roster)
    answers["counted"] = count_once(answers, TEMPLATE, roster)
    areas = {"xa1": "Xã 1", "mn1": "Xã 1", "th1": "Xã 1", "pt": "Trực thuộc"}
    status = pd.DataFrame({"unit": list(areas), "area": list(areas.values()), "type": list("xmtp")})
    given = {"template": TEMPLATE, "roster": roster, "answers": answers, "status": status}
    rest = dict.fromkeys(Collection.__struct_fields__) | given | {"totals": build_totals(answers, TEMPLATE)}
    return build_rates(Collection(**rest), "area")["ct_a"].to_dict()


@pytest.mark.parametrize(
    ("table", "of_area", "of_all"),
    [
        ("xa1|Không|10\nmn1|.|20\nth1|.|30\npt|.|15", 60, 50),
        ("xa1|Có|10\nmn1|.|20\nth1|.|30\npt|.|15", 10, 25 / 1.5),
        ("mn1|.|20\nth1|.|30\npt|.|15", 50, 65 / 1.5),
        ("th1|.|30\npt|.|15", 50, 45 / 1.1),
    ],
)
def test_the_fact_of_a_unit_contains_those_below_it(table: str, of_area: float, of_all: float) -> None:
    """A commune that leaves its schools out of its figures still has their pupils among its own."""
    found = rates(f"unit|bao_gom|ct_a\n{table}")
    assert found == pytest.approx({"Xã 1": of_area, "Trực thuộc": 30, "": of_all})


def test_a_unit_without_the_fact_counts_where_one_above_has_it() -> None:
    roster = make_roster("xa1 xa - dv_hs=1000\nmn1 mn xa1\nth1 th xa1\npt thpt -")
    found = rates("unit|bao_gom|ct_a\nxa1|Không|10\nmn1|.|20\npt|.|15", roster)
    assert found["Xã 1"] == found[""] == 30
