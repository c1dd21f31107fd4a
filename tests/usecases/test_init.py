"""A campaign folder as it is laid out."""

from __future__ import annotations

from datetime import date

from workbook_tools.spec.template import load_template
from workbook_tools.usecases.init import initialise


def test_the_deadline_and_the_dates_about_it_are_of_today(tmp_path):
    """Else every form filled in today would seem to be saved by a wrong clock, and its date to be out of bounds."""
    initialise(tmp_path / "a")
    initialise(tmp_path / "b", date(2031, 3, 14))
    old, new = (load_template(tmp_path / name / "template.xlsx")[0] for name in "ab")
    assert new.campaign.deadline == date(2031, 3, 14)
    shift = (new.campaign.deadline - old.campaign.deadline).days
    assert new.indicators["vb_ngay"].minimum == old.indicators["vb_ngay"].minimum + shift
    assert new.indicators["vb_ngay"].maximum == old.indicators["vb_ngay"].maximum + shift
