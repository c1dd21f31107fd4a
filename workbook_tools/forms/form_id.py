"""The identity of a form: campaign, unit and version, signed with the campaign's key."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from dataclasses import dataclass

from workbook_tools.errors import CannotRead, CannotWrite
from workbook_tools.storage.location import Location, RemotePath

PREFIX = "BM"
_PATTERN = re.compile(
    r"\bBM/([A-Za-z0-9_-]{1,40})/([A-Za-z0-9_-]{1,40})/([0-9a-f]{8})/([0-9a-f]{16})(?:/lan([1-9][0-9]?))?\b"
)
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class FormId:
    """``BM/campaign/unit/version/signature``, all ASCII, so that no program mangles it.

    A form that is sent back to be mended ends in ``/lan2``, for it is the second round; that is signed, too.
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
        """Whether the signature is the one that the key gives for this campaign, unit, version and round."""
        signed = sign_form(self.campaign, self.unit, self.version, key, self.round)
        return hmac.compare_digest(self.signature, signed.signature)


def sign_form(campaign: str, unit: str, version: str, key: bytes, round_: int = 1) -> FormId:
    """The signed identity of one unit's form; the first one, or the one of a later round."""
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
    """The signature key; None where there is none."""
    try:
        text = path.read_text(encoding="ascii").strip()
        key = bytes.fromhex(text)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise CannotRead(path, "it is not a signature key") from error
    if len(key) < _KEY_BYTES:
        raise CannotRead(path, "it is not a signature key")
    return key


def ensure_key(path: Location) -> bytes:
    """The signature key, made on first use and readable by its owner alone."""
    key = read_key(path)
    if key is not None:
        return key
    key = secrets.token_bytes(_KEY_BYTES)
    if isinstance(path, RemotePath):
        path.put(f"{key.hex()}\n".encode("ascii"))
        # Whoever made one at the same moment was faster, or is not: what lies there is the key of all.
        return read_key(path) or key
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(key.hex() + "\n")
    except OSError as error:
        raise CannotWrite(path, f"the signature key cannot be kept there ({error.strerror})") from error
    return key


def sheet_password(key: bytes) -> str:
    """A password that nobody keeps: the lock is a courtesy, changes are detected and not prevented."""
    return hmac.new(key, b"sheet protection", hashlib.sha256).hexdigest()[:20]


def _signature(key: bytes, *parts: str) -> str:
    return hmac.digest(key, "\n".join(parts).encode("ascii"), "sha256").hex()[:16]
