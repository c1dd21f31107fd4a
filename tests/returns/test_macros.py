"""Macros are never run; that a form has some is said, for none was sent out with any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.case import change, repack, unpack

from workbook_tools.forms.form_id import read_key
from workbook_tools.returns.read import read_return

if TYPE_CHECKING:
    from campaigns import Campaign

RELATION = (
    '<Relationship Id="rIdMacros" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" '
    'Target="vbaProject.bin"/></Relationships>'
)


def test_a_form_with_macros_is_read_and_said(first: Campaign) -> None:
    form = first.forms["11629"].read_bytes()
    with_macros = change(form, "xl/_rels/workbook.xml.rels", "</Relationships>", RELATION)
    with_macros = repack({**unpack(with_macros), "xl/vbaProject.bin": b"never opened"})
    key = read_key(first.key)
    plain, said = read_return(form, None, key)
    found, warned = read_return(with_macros, None, key)
    assert found.answers == plain.answers
    assert [p.code for p in warned] == [*(p.code for p in said), "macros-inside"]
