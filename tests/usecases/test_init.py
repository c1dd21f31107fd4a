"""A campaign folder as it is laid out."""

from __future__ import annotations

from datetime import date

import pytest
from openpyxl import load_workbook

from workbook_tools.spec.template import load_template
from workbook_tools.usecases.init import initialise, lay_out_starter


@pytest.mark.parametrize("lay_out", [initialise, lay_out_starter])
def test_rows_that_an_office_would_not_know_of_are_there_with_an_example(tmp_path, lay_out):
    lay_out(tmp_path, date(2031, 3, 14))
    rows = load_workbook(tmp_path / "template.xlsx")["Đợt báo cáo"].iter_rows(values_only=True)
    found = {row[0]: row[1:] for row in rows}
    assert {"nguoi_lien_he", "dien_thoai_lien_he", "han_gui_lai", "thu_nguoi_gui"} <= found.keys()
    name, value, explained = found["thu_may_chu_gui"]
    assert name.lower() == "máy chủ gửi thư"
    assert value is None
    assert "smtp://" in explained


def test_the_deadline_and_the_dates_about_it_are_of_today(tmp_path):
    """Else every form filled in today would seem to be saved by a wrong clock, and its date to be out of bounds."""
    initialise(tmp_path / "a")
    initialise(tmp_path / "b", date(2031, 3, 14))
    old, new = (load_template(tmp_path / name / "template.xlsx")[0] for name in "ab")
    assert new.campaign.deadline == date(2031, 3, 14)
    shift = (new.campaign.deadline - old.campaign.deadline).days
    assert new.indicators["vb_ngay"].minimum == old.indicators["vb_ngay"].minimum + shift
    assert new.indicators["vb_ngay"].maximum == old.indicators["vb_ngay"].maximum + shift
