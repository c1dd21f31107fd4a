"""A sheet that cannot be read costs only itself if the form does not stand on it; else the whole file is refused."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from corpus.case import ANSWERS, BOOK, BOOK_RELS, META_PART, SHEET_PART, UNIT, change, filled, repack, unpack
from handmade import MAIN
from openpyxl import load_workbook

from workbook_tools.forms.form_id import read_key
from workbook_tools.readers import read_workbook
from workbook_tools.readers.refused import RefusedFile
from workbook_tools.returns.locate import locate_answers
from workbook_tools.returns.read import read_return

if TYPE_CHECKING:
    from campaigns import Campaign

    from workbook_tools.problems import Problem

EXTRA = "xl/worksheets/nhap.xml"
RELATION = (
    '<Relationship Id="rIdNhap" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
    'Target="worksheets/nhap.xml"/></Relationships>'
)
SOUND = (
    f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1"><v>7</v></c></row></sheetData></worksheet>'
)
DAMAGED = {
    "cut off": SOUND[:-40],
    "not XML": "không phải XML",
    "empty": "",
    "cell off the grid": SOUND.replace("A1", "ZZZ1"),
    "a cell twice": SOUND.replace("</row>", '<c r="A1"><v>8</v></c></row>'),
    "no shared string": SOUND.replace('<c r="A1"><v>7', '<c r="A1" t="s"><v>999999'),
    "no such part": None,
}


def add_sheet(form: bytes, content: str | None) -> bytes:
    """The form with another sheet, ``Nháp``, of this content; None for a sheet whose part is missing."""
    relation = 'r:id="rIdNhap" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    form = change(form, BOOK, "</sheets>", f'<sheet name="Nháp" sheetId="99" {relation}/></sheets>')
    form = change(form, BOOK_RELS, "</Relationships>", RELATION)
    return repack({**unpack(form), **({} if content is None else {EXTRA: content.encode()})})


def read(data: bytes, campaign: Campaign) -> tuple[dict[str, object], list[Problem]]:
    found, problems = read_return(data, campaign.template, read_key(campaign.key))
    return {a.code: a.value for a in found.answers if a.raw}, problems


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_form_beside_a_damaged_sheet_is_read_and_the_sheet_is_named(first: Campaign, content: str | None):
    values, problems = read(add_sheet(filled(first.forms[UNIT].read_bytes()), content), first)
    assert values == ANSWERS
    assert [(p.code, p.params["value"]) for p in problems] == [("sheet-unread", "Nháp")]


def test_a_sound_sheet_beside_the_form_costs_no_answer(first: Campaign):
    answers, problems = read(add_sheet(filled(first.forms[UNIT].read_bytes()), SOUND), first)
    assert answers == ANSWERS
    assert {p.code for p in problems} <= {"sheet-added"}


@pytest.mark.parametrize("content", ["<!DOCTYPE a>" + SOUND], ids=["DOCTYPE"])
def test_a_hostile_sheet_still_refuses_the_file(first: Campaign, content: str):
    with pytest.raises(RefusedFile) as caught:
        read(add_sheet(filled(first.forms[UNIT].read_bytes()), content), first)
    assert caught.value.code == "return-hostile"


@pytest.mark.parametrize("renamed", [False, True], ids=["as sent", "renamed"])
def test_a_draft_does_not_stand_in_for_the_form_on_a_damaged_sheet(first: Campaign, renamed: bool):
    """The form was copied; the copy is sound, but what was sent in earnest is not."""
    form = filled(first.forms[UNIT].read_bytes())
    parts = unpack(add_sheet(form, SOUND))
    parts[EXTRA] = parts[SHEET_PART].replace(b"<v>12</v>", b"<v>99</v>")
    parts[SHEET_PART] = parts[SHEET_PART][:-500]
    if renamed:
        parts[BOOK] = parts[BOOK].replace("Báo cáo".encode(), "Bản chính".encode())
    with pytest.raises(RefusedFile) as caught:
        read(repack(parts), first)
    assert caught.value.code == "return-damaged"


def test_the_form_is_read_by_its_marks_if_only_its_map_is_damaged(first: Campaign):
    parts = unpack(filled(first.forms[UNIT].read_bytes()))
    parts[META_PART] = parts[META_PART][:-500]
    values, problems = read(repack(parts), first)
    assert values == ANSWERS
    assert [p.code for p in problems] == ["sheet-unread"]


@pytest.mark.parametrize("part", [SHEET_PART, META_PART], ids=["the first", "the second"])
def test_a_damaged_sheet_of_several_that_the_form_has_refuses_the_file(second: Campaign, part: str):
    """None of its lines may be taken for blank."""
    forms = [form.read_bytes() for form in second.forms.values()]
    data = next(data for data in forms if len(_sheets_asked(data)) > 1)
    parts = unpack(data)
    parts[part] = parts[part][:-300]
    with pytest.raises(RefusedFile) as caught:
        read(repack(parts), second)
    assert caught.value.code == "return-damaged"


def _sheets_asked(data: bytes) -> set[str]:
    return {cell.sheet for cell in locate_answers(read_workbook(data)).cells.values()}


def test_the_sheets_of_a_workbook_are_numbered_as_the_test_thinks(first: Campaign):
    book = load_workbook(io.BytesIO(first.forms[UNIT].read_bytes()))
    assert book.sheetnames == ["Báo cáo", "_meta"]
