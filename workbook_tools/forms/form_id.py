"""A form's identity: campaign, unit and version, signed with the campaign's key."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools.errors import CannotRead
from workbook_tools.locale import mark as _
from workbook_tools.storage.refusals import explain_refusal
from workbook_tools.storage.remote_path import RemotePath
from workbook_tools.storage.replace import create_bytes

if TYPE_CHECKING:
    from workbook_tools.storage.location import Location

PREFIX = "BM"
_PATTERN = re.compile(
    r"\bBM/([A-Za-z0-9_-]{1,40})/([A-Za-z0-9_-]{1,40})/([0-9a-f]{8})/([0-9a-f]{16})(?:/lan([1-9][0-9]?))?\b"
)
# As long as the hash of the HMAC: a longer key would add nothing.
_KEY_BYTES = 32
_NO_KEY = _("it is not a signature key, or it is damaged")
_BRING_BACK = _(
    "Put the signing.key that was made with the forms back from a copy; where no form was sent yet, delete "
    "the file and try again."
)


class FormId(Struct, frozen=True):
    """``BM/campaign/unit/version/signature``, all ASCII, so that no program mangles it.

    A form sent back for correction ends in ``/lan2`` for the second round, which is signed, too.
    """

    campaign: str
    unit: str
    version: str
    signature: str
    round: int = 1

    def __str__(self) -> str:
        again = (f"lan{self.round}",) if self.round > 1 else ()
        return "/".join((PREFIX, self.campaign, self.unit, self.version, self.signature, *again))

    def is_signed_with(self, key: bytes) -> bool:
        """Whether the signature is valid for this campaign, unit, version and round."""
        signed = sign_form(self.campaign, self.unit, self.version, key, self.round)
        return hmac.compare_digest(self.signature, signed.signature)


def sign_form(campaign: str, unit: str, version: str, key: bytes, round_: int = 1) -> FormId:
    """Sign the identity of one unit's form for a round."""
    again = (str(round_),) if round_ > 1 else ()
    return FormId(campaign, unit, version, _signature(key, campaign, unit, version, *again), round_)


def parse_form_id(text: str) -> FormId | None:
    """The first form id in a text, or None."""
    match = _PATTERN.search(text)
    if match is None:
        return None
    campaign, unit, version, signature, again = match.groups()
    return FormId(campaign, unit, version, signature, int(again or 1))


def read_key(path: Location) -> bytes | None:
    """Read the signature key; None if missing, CannotRead if unreadable or damaged."""
    try:
        if isinstance(path, Path) and path.is_symlink() and not path.exists():
            raise CannotRead(path, _("it is a link that leads nowhere"), _BRING_BACK)
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CannotRead(path, *explain_refusal(error)) from error
    except ValueError as error:
        raise CannotRead(path, _NO_KEY, _BRING_BACK) from error
    if len(key) < _KEY_BYTES:
        raise CannotRead(path, _NO_KEY, _BRING_BACK)
    return key


def make_key(path: Location) -> bytes:
    """Create a signature key that only its owner may read, or return the key that another run has just
    created.
    """
    key = secrets.token_bytes(_KEY_BYTES)
    text = f"{key.hex()}\n".encode("ascii")
    if isinstance(path, RemotePath):
        path.put(text)
        # Two runs may create a key at the same moment: the file that exists counts for both.
        return read_key(path) or key
    if create_bytes(path, text, private=True):
        return key
    return read_key(path) or key


def sheet_password(key: bytes) -> str:
    """A password that nobody keeps: the lock is a courtesy, because changes are detected rather than
    prevented.
    """
    return hmac.new(key, b"sheet protection", hashlib.sha256).hexdigest()[:20]


def _signature(key: bytes, *parts: str) -> str:
    return hmac.digest(key, "\n".join(parts).encode("ascii"), "sha256").hex()[:16]
