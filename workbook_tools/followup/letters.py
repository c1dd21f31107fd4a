"""A letter to a unit: text, recipients, attachments, and the tag that identifies an answer to it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools.model import LETTER_KEY
from workbook_tools.spec import vocabulary as words
from workbook_tools.spec.mail.mail_settings import read_mail_settings
from workbook_tools.spec.markers import MARKER, address_unit, fill_markers, marker_text, unit_values
from workbook_tools.text.clean import clean_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from workbook_tools.model import Campaign, LetterKind, ReportTemplate, Roster, Unit

_NO_PICTURE = "không chụp ảnh, không chuyển sang PDF."
_TAG = re.compile(r"\[([A-Za-z0-9_-]{1,40})/([A-Za-z0-9_-]{1,40})\]")


@dataclass(frozen=True, slots=True)
class Attachment:
    """An attached file; ``source`` is its path, for a mail merge that attaches it itself."""

    name: str
    data: bytes = field(repr=False)
    source: str = ""


class Letter(Struct, frozen=True):
    """A letter ready to be sent. ``number`` counts reminders and rounds of correction: 1, 2, 3 …"""

    kind: LetterKind
    campaign: str
    unit: str
    name: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    body: str
    chat: str = ""
    """The text for a chat: subject and body in the words for one."""
    attachments: tuple[Attachment, ...] = ()
    number: int = 1

    @property
    def key(self) -> str:
        """The message id without its domain: kind, campaign, unit, and a hash of the content.

        The same letter always has the same key, whenever it is made.
        """
        content = hashlib.sha256()
        # With another text or attachment it is a new letter, which may be sent.
        for part in (self.subject, self.body, str(self.number)):
            content.update(part.encode() + b"\0")
        for attachment in self.attachments:
            content.update(attachment.name.encode() + b"\0" + hashlib.sha256(attachment.data).digest())
        return f"wt.{self.kind}.{self.campaign}.{self.unit}.{content.hexdigest()[:24]}"


class Details(Struct, frozen=True):
    """Values of the markers that only letters have, see ``LETTER_MARKERS``."""

    deadline: date
    task: str = ""
    number: int = 1
    questions: int = 0
    received: str = ""
    again: bool = False
    """Whether the letter asks for a corrected form."""


class Writer(Struct, frozen=True):
    """Writes the letters of one campaign."""

    template: ReportTemplate
    roster: Roster

    def write(
        self, kind: LetterKind, unit: Unit, details: Details, attachments: tuple[Attachment, ...] = ()
    ) -> Letter:
        """Compose a letter of that kind to a unit."""
        text = self.template.letters[kind]
        values = self._values(unit, details, attachments)
        campaign = self.template.campaign.code
        subject = " ".join(_fill(text.subject, values, details).split())
        body, chat = (self._body(text.body, values | {"cach_gui": way}, details) for way in self._ways())
        return Letter(
            kind,
            campaign,
            unit.code,
            unit.name,
            unit.addresses,
            self._copies(unit),
            f"{subject} {tag(campaign, unit.code)}",
            body,
            f"{subject}\n\n{chat}",
            attachments,
            details.number,
        )

    def _body(self, text: str, values: Mapping[str, str], details: Details) -> str:
        campaign, filled = self.template.campaign, _fill(text, values, details)
        # The officer may have placed the contact elsewhere.
        named = {match[1] for match in MARKER.finditer(text)} & set(words.CONTACT_KEYS)
        return "\n\n".join([filled, campaign.contact] if campaign.contact and not named else [filled]) + "\n"

    def _ways(self) -> tuple[str, str]:
        """How to send the file back: in a mail, and in a chat."""
        sender = read_mail_settings(self.template.campaign.values).sender
        return (
            "Khi gửi, đề nghị trả lời thư này (giữ nguyên tiêu đề) và đính kèm tệp đã lưu, định dạng Excel; "
            f"{_NO_PICTURE}",
            f"Khi gửi, đề nghị gửi tệp Excel đã lưu qua Zalo hoặc {f'thư điện tử {sender}'.strip()}; "
            f"{_NO_PICTURE}",
        )

    def _copies(self, unit: Unit) -> tuple[str, ...]:
        if not read_mail_settings(self.template.campaign.values).copy_above or unit.parent is None:
            return ()
        # If both share an address, it gets the letter once.
        return tuple(a for a in self.roster[unit.parent].addresses if a not in unit.addresses)

    def _values(self, unit: Unit, details: Details, attachments: tuple[Attachment, ...]) -> dict[str, str]:
        campaign = self.template.campaign
        values: dict[str, str | float | date] = {
            **campaign.values,
            **self.template.unit_types[unit.type].texts,
            **unit.facts,
            **unit_values(unit, self.roster.name_above(unit, campaign.office)),
            "kinh_gui": address_unit(unit, self.template.unit_types[unit.type]),
            "thoi_han": say_when(campaign, details),
            "han_don_vi": details.deadline,
            # The form or the receipt; the guidance for units comes after it.
            "tep": "".join(attachment.name for attachment in attachments[:1]),
            "lan": str(details.number),
            "so_cau_hoi": str(details.questions),
            "ngay_nhan": details.received,
        }
        return {name: marker_text(value) for name, value in values.items()}


def say_when(campaign: Campaign, details: Details) -> str:
    """The sentence by when a report is expected, or a corrected form."""
    if not details.again:
        return f"Hạn nộp báo cáo: hết ngày {details.deadline:%d/%m/%Y}."
    # Never the deadline of the report: it may be over, and the letter must not change when it is, because it
    # would be sent once more.
    if campaign.correction_day is None:
        return "Đề nghị gửi lại ngay khi sửa xong, trước khi kết thúc việc tổng hợp."
    return f"Đề nghị gửi lại chậm nhất ngày {campaign.correction_day:%d/%m/%Y}."


def tag(campaign: str, unit: str) -> str:
    """Return the tag at the end of every subject, which an answer keeps: ``[HTSD2023/11629]``."""
    return f"[{campaign}/{unit}]"


def find_tag(subject: str, campaign: str) -> str:
    """Return the unit in a subject's last tag of this campaign; empty if there is none."""
    units = [unit for code, unit in _TAG.findall(subject) if code.casefold() == campaign.casefold()]
    # The last one, because an answer may quote older subjects in front.
    return units[-1] if units else ""


def find_keys(text: str, campaign: str) -> list[tuple[str, str]]:
    """Return key and unit of each letter of this campaign whose message id occurs in a header or body."""
    return [(found[0], found[3]) for found in LETTER_KEY.finditer(text) if found[2] == campaign]


def _fill(text: str, values: Mapping[str, str], details: Details) -> str:
    """Fill in markers; units' own text is inserted last, so that nothing in it is taken for a marker."""
    filled = MARKER.sub(lambda found: found[0] if found[1] == "viec" else "…", fill_markers(text, values))
    return clean_text(filled.replace("{{viec}}", details.task))
