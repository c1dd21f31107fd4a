"""Drafts to be sent by hand: a mail and a chat text per unit, a text for the group, a mail merge list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools import heads
from workbook_tools.followup.message import build_draft
from workbook_tools.forms.form_name import find_owner, form_stem
from workbook_tools.sheetwriter.book import Book
from workbook_tools.sheetwriter.style import TAB
from workbook_tools.storage.replace import remove, replacing, write_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from workbook_tools.followup.letters import Letter
    from workbook_tools.model import ReportTemplate, Roster, Unit

GROUP, MERGE, CHAT = "zalo_nhom.txt", "tron_thu.xlsx", "zalo"
_BOM = b"\xef\xbb\xbf"
_HEADS = [
    heads.UNIT_CODE,
    heads.UNIT,
    heads.ADDRESS,
    "Đồng gửi",
    heads.SUBJECT,
    "Tệp đính kèm",
    heads.CONTENT,
]


class Recipients(Struct, frozen=True):
    """The campaign that the letters belong to; earlier drafts of units in ``kept`` stay."""

    template: ReportTemplate
    roster: Roster
    kept: frozenset[str] = frozenset()


class Drafts(Struct, frozen=True):
    """The drafted mails, in the order of the letters, and their folder."""

    folder: Path
    mails: tuple[Path, ...]


def write_drafts(folder: Path, letters: Sequence[Letter], group: str, prepared: Recipients) -> Drafts:
    """Write the drafts to ``folder``, and remove earlier ones of units that get no letter now.

    ``group`` is the text for the chat group of all units. Each file is written whole or not at all; raises
    CannotWrite.
    """
    template, roster = prepared.template, prepared.roster
    wanted = {path for letter in letters for path in _places(folder, roster[letter.unit])}
    # Otherwise a draft of an earlier run would be sent although the unit owes nothing any more.
    for path in sorted((*folder.glob("*.eml"), *(folder / CHAT).glob("*.txt"))):
        # Not by its name of now: the unit may have been renamed since.
        owner = find_owner(path.name, roster)
        if owner and owner not in prepared.kept and path not in wanted:
            remove(path)
    mails = []
    for letter in letters:
        mail, chat = _places(folder, roster[letter.unit])
        # Older versions of Notepad need a byte order mark to recognise UTF-8, and CRLF to end a line.
        write_bytes(chat, _BOM + _as_chat(letter).encode())
        if letter.to:
            write_bytes(mail, build_draft(letter))
            mails.append(mail)
        else:
            remove(mail)
    write_bytes(folder / GROUP, _BOM + group.replace("\n", "\r\n").encode())
    _write_merge(folder / MERGE, letters, template)
    return Drafts(folder, tuple(mails))


def _places(folder: Path, unit: Unit) -> tuple[Path, Path]:
    stem = form_stem(unit)
    return folder / f"{stem}.eml", folder / CHAT / f"{stem}.txt"


def _as_chat(letter: Letter) -> str:
    files = "".join(f"\nTệp gửi kèm: {attachment.name}" for attachment in letter.attachments)
    return f"{letter.chat}{files}\n".replace("\n", "\r\n")


def build_group_text(template: ReportTemplate, lists: Mapping[str, Sequence[Unit]]) -> str:
    """Build the text for the chat group of all units: what it says about which units."""
    campaign = template.campaign
    lines = [f"{campaign.office} – {campaign.title}"]
    for said, units in lists.items():
        lines += ["", said]
        lines += [f"{number}. {unit.name}" for number, unit in enumerate(units, start=1)]
    if campaign.contact:
        lines += ["", campaign.contact]
    return "\n".join(lines) + "\n"


def _write_merge(path: Path, letters: Sequence[Letter], template: ReportTemplate) -> None:
    properties = {"title": template.campaign.title, "author": template.campaign.office}
    with replacing(path) as temporary, Book(temporary, template.campaign.deadline, properties) as book:
        sheet = book.sheet("Trộn thư", TAB["report"])
        sheet.widths([16, 30, 34, 34, 60, 70, 80])
        sheet.head(0, _HEADS)
        for row, letter in enumerate(letters, start=1):
            cells = (
                letter.unit,
                letter.name,
                "; ".join(letter.to),
                "; ".join(letter.cc),
                letter.subject,
                "; ".join(attachment.source for attachment in letter.attachments),
                letter.body.strip(),
            )
            for column, text in enumerate(cells):
                sheet.text(row, column, text)
        sheet.raw.freeze_panes(1, 2)
