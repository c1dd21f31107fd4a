"""A weighted mean is that of the figures that have a weight; the others are told."""

from __future__ import annotations

from small_campaign import count, make_answers, make_roster, make_template

from workbook_tools.model import Adding, Indicator, Kind
from workbook_tools.tally.areas import add_calculated, build_area_totals, check_weights, weigh
from workbook_tools.tally.totals import build_totals, count_once

MEAN = Indicator("ct_m", "Nhóm", "Điểm", "điểm", Kind.DECIMAL, adding=Adding.MEAN, weight="ct_w")
TEMPLATE = make_template(count("ct_w"), MEAN)
ROSTER = make_roster("xa1 xa -\nxa2 xa -\nxa3 xa -\nxa4 xa -\nmn1 mn xa1\nmn4 mn xa4")


def test_a_figure_without_weight_does_not_enter_the_mean_and_is_told() -> None:
    """Of xa1 the school is contained; 0 is a weight; what is unknown is none."""
    table = "unit|bao_gom|ct_w|ct_m\nxa1|Có|10|8\nmn1|.|.|1\nxa2|Có|30|4\nxa3|Không|0|9\nxa4|Không|?|2\nmn4|.|KCSL|3"
    answers = make_answers(table, TEMPLATE, ROSTER)
    answers["counted"] = count_once(answers, TEMPLATE, ROSTER)
    weighed = weigh(answers, TEMPLATE, ROSTER)
    areas = build_area_totals(answers, TEMPLATE, ROSTER, weighed)
    totals = add_calculated(build_totals(answers, TEMPLATE), areas, answers, TEMPLATE, weighed)
    assert totals.loc["ct_m"].to_dict() == {"total": 5, "units": 2}
    told = check_weights(answers, TEMPLATE, weighed)
    assert {(p.code, p.place.unit, p.params["value"]) for p in told} == {
        ("mean-without-weight", "xa4", 2),
        ("mean-without-weight", "mn4", 3),
    }
