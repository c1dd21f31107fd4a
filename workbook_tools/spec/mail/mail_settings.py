"""Mail settings of a campaign: optional rows of the sheet ``Đợt báo cáo``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Self

from msgspec import Struct

from workbook_tools.model import is_email

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

REMINDER_DAYS = 3
_SERVER = re.compile(r"(smtps?|imaps?|pop3s?)://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(?::(\d{1,5}))?/?")
# As registered with IANA; 465 for smtps by RFC 8314.
_PORTS = {"smtp": 587, "smtps": 465, "imap": 143, "imaps": 993, "pop3": 110, "pop3s": 995}
_YES_NO = {"có": True, "không": False, "": False}


class Server(Struct, frozen=True):
    """A mail server; connections are always encrypted: from the first byte (``implicit``), or by STARTTLS."""

    protocol: str
    """``smtp``, ``imap`` or ``pop3``."""
    host: str
    port: int
    implicit: bool

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Parse ``smtp://mail.example.vn:587``; None for anything else. The port has a default."""
        found = _SERVER.fullmatch(text.strip())
        if found is None or not 0 < int(found[3] or _PORTS[found[1]]) < 1 << 16:
            return None
        scheme = found[1]
        return cls(
            scheme.removesuffix("s"), found[2].strip("[]"), int(found[3] or _PORTS[scheme]), scheme[-1] == "s"
        )


class MailSettings(Struct, frozen=True):
    """The template's mail settings; "" for those not set."""

    sender: str = ""
    outgoing: Server | None = None
    incoming: Server | None = None
    account: str = ""
    copy_above: bool = False
    reminder_days: int = REMINDER_DAYS
    client_id: str = ""


def is_valid_setting(key: str, value: str) -> bool:
    """Whether the value of a row is usable; an empty one is."""
    if not value or key in ("thu_tai_khoan", "thu_ma_ung_dung"):
        return True
    if key == "gui_cap_tren":
        return value.casefold() in _YES_NO
    if key == "nhac_cach":
        return value.isdecimal() and 0 < int(value) <= 366
    if key == "thu_nguoi_gui":
        return is_email(value)
    server = Server.parse(value)
    return server is not None and (server.protocol == "smtp") is (key == "thu_may_chu_gui")


def read_mail_settings(values: Mapping[str, str | date]) -> MailSettings:
    """The settings of a checked campaign."""
    texts = {key: str(value) for key, value in values.items()}
    sender = texts.get("thu_nguoi_gui", "")
    return MailSettings(
        sender,
        Server.parse(texts.get("thu_may_chu_gui", "")),
        Server.parse(texts.get("thu_may_chu_nhan", "")),
        texts.get("thu_tai_khoan", "") or sender,
        _YES_NO[texts.get("gui_cap_tren", "").casefold()],
        int(texts.get("nhac_cach") or REMINDER_DAYS),
        texts.get("thu_ma_ung_dung", "").strip(),
    )
