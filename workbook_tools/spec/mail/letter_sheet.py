"""The sheet ``Thư`` of a template: the campaign's own wording of the letters to units."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools import heads
from workbook_tools.model import LetterKind, LetterText
from workbook_tools.spec import vocabulary as words
from workbook_tools.spec.mail.letter_texts import LETTER_MARKERS, LETTER_TEXTS
from workbook_tools.spec.markers import ANY_BRACES, FACT_PREFIX, MARKER
from workbook_tools.spec.own_cells import own_sheet
from workbook_tools.spec.tables import CodeBook, Findings, Row, find_sheet, read_table
from workbook_tools.text.near import suggest

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

    from openpyxl.workbook import Workbook


def read_letters(
    workbook: Workbook, text_markers: Set[str], findings: Findings
) -> Mapping[LetterKind, LetterText]:
    """Subject and body of every kind of letter, from the sheet or by default.

    ``text_markers`` are those of the campaign, the unit types and the unit; faults are noted.
    """
    letters = dict(LETTER_TEXTS)
    title = find_sheet(workbook.sheetnames, words.LETTERS)
    if title is None:
        return letters
    # The form's identity and progress mean nothing in a letter.
    known = (text_markers - set(words.GENERATED_MARKERS)) | set(LETTER_MARKERS)
    kinds: dict[str, LetterKind | None] = {**words.LETTER_KINDS}
    seen = CodeBook()
    for row in read_table(own_sheet(workbook[title]), words.COLUMNS[words.LETTERS], findings):
        kind = row.one_of(heads.LETTER_KIND, kinds, None)
        subject = " ".join(row.text(heads.SUBJECT, required=True).split())
        body = row.text(heads.CONTENT, required=True).replace("\r\n", "\n").replace("\r", "\n")
        for head, text in ((heads.SUBJECT, subject), (heads.CONTENT, body)):
            _check_markers(row, head, text, known)
        if kind is not None and seen.is_new(row, heads.LETTER_KIND, row.text(heads.LETTER_KIND)):
            letters[kind] = LetterText(subject, body)
    return letters


def _check_markers(row: Row, head: str, text: str, known: Set[str]) -> None:
    for braces in ANY_BRACES.finditer(text):
        match = MARKER.fullmatch(braces[0])
        name = braces[1].strip()
        if match is None or (name not in known and not name.startswith(FACT_PREFIX)):
            row.note(
                "marker-unknown", head, marker=braces[0], suggestion=suggest(name.lower(), sorted(known))
            )
