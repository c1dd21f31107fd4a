"""A day and a time of day are read alike from workbooks that count days from 1900 and from 1904."""

from __future__ import annotations

import io
from datetime import datetime, time
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from workbook_tools.answers.parse import parse_value
from workbook_tools.forms.form_id import read_key
from workbook_tools.returns.read import read_return

if TYPE_CHECKING:
    from campaigns import Campaign


@pytest.mark.parametrize("epoch", [CALENDAR_WINDOWS_1900, CALENDAR_MAC_1904])
@pytest.mark.parametrize(
    ("typed", "number_format", "read"),
    [
        (time(8, 30), "h:mm", "8:30"),
        (26.5 / 24, "[h]:mm", "26:30"),
        (datetime(2023, 9, 20), "dd/mm/yyyy", "20/09/2023"),
    ],
)
def test_what_a_line_of_texts_shows(
    first: Campaign, epoch: datetime, typed: object, number_format: str, read: str
) -> None:
    book = load_workbook(first.forms["11629"])
    book.epoch = epoch
    book["Báo cáo"]["E21"] = typed
    book["Báo cáo"]["E21"].number_format = number_format
    saved = io.BytesIO()
    book.save(saved)
    found, _ = read_return(saved.getvalue(), first.template, read_key(first.key))
    (answer,) = (answer for answer in found.answers if answer.code == "ct_1")
    assert parse_value(first.template.indicators["ct_1"], answer).value == read
