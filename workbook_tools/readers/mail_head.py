"""Find where a saved mail begins, by its header fields in any order."""

from __future__ import annotations

import re

_BLANK = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*")
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:")
_SEPARATOR = re.compile(rb"From [^\r\n]*\d\r?\n")
"""The line before each mail in an mbox file: ``From``, an address, a date."""
_COUNT = re.compile(rb"\d{1,12}[ \t]*\r?\n")
"""The byte count that Apple Mail writes before a mail (.emlx)."""
_EVERYDAY = frozenset((b"from", b"to", b"cc", b"subject", b"date", b"sender"))
"""Fields that a note or list may also begin with; two of them make a mail."""
_MAIL_ONLY = frozenset(
    b"received return-path delivered-to message-id mime-version content-type content-transfer-encoding "
    b"content-disposition dkim-signature domainkey-signature arc-seal arc-message-signature "
    b"arc-authentication-results authentication-results received-spf reply-to in-reply-to references "
    b"envelope-to x-original-to thread-topic thread-index list-id x-mailer x-unsent user-agent".split()
)
_WEB_PAGE = frozenset((b"snapshot-content-location", b"x-document-type"))
"""Fields that distinguish a web page saved in one file (.mht) from a mail."""
_LONGEST_HEAD = 1 << 18


def find_mail(data: bytes) -> int | None:
    """The offset of a mail's first field, after any prefix of mbox or .emlx; None if it is no mail."""
    start = _BLANK.match(data).end()  # type: ignore[union-attr]  # always matches, if only the empty string
    for before in (_SEPARATOR, _COUNT):
        found = before.match(data, start)
        if found:
            start = found.end()
            break
    names = _field_names(data[start : start + _LONGEST_HEAD])
    if names & _WEB_PAGE:
        return None
    # One everyday word with a colon may begin a note; two together, or one that only mail has, do not.
    if names & _MAIL_ONLY or len(names & _EVERYDAY) > 1:
        return start
    return None


def is_web_page(data: bytes) -> bool:
    """Whether it is a web page saved in mail format."""
    return bool(_field_names(data[:_LONGEST_HEAD].lstrip()) & _WEB_PAGE)


def split_mailbox(data: bytes) -> list[bytes]:
    """Split an mbox file into mails, each with its separator line; one mail gives a list of one."""
    starts = [0]
    at = data.find(b"\nFrom ")
    while at >= 0:
        # Body lines may begin with "From ", too; only a header after it makes it a separator.
        if _SEPARATOR.match(data, at + 1) and find_mail(data[at + 1 : at + 1 + _LONGEST_HEAD]) is not None:
            starts.append(at + 1)
        at = data.find(b"\nFrom ", at + 1)
    return [data[start:end] for start, end in zip(starts, [*starts[1:], len(data)], strict=True)]


def _field_names(head: bytes) -> set[bytes]:
    """Field names in lower case, up to the first line that is no field."""
    names: set[bytes] = set()
    # Not only "\n": old programs of the Mac end lines with "\r" alone.
    for line in head.splitlines():
        field = _FIELD.match(line)
        if field:
            names.add(field[1].lower())
        # A line that begins with a blank continues the field before (RFC 5322, 2.2.3).
        elif not (names and line.startswith((b" ", b"\t")) and line.strip()):
            break
    return names
