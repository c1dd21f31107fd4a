"""Keeps passwords and tokens in the system's vault (keyring), never in a file of this program."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbook_tools.spec.mail.mail_settings import Server

_SERVICE = "workbook_tools"
_PIECE = 1000
"""Characters stored under one name: the vault of Windows accepts 2,560 bytes, and tokens may be longer."""


def recall(server: Server, account: str) -> str | None:
    """Return the stored password of an account; None if there is none, or the system has no vault."""
    return _recall(_name(server), account)


def keep(server: Server, account: str, secret: str) -> bool:
    """Store a password; False if the system has no vault."""
    return _keep(_name(server), account, secret)


def forget(server: Server, account: str) -> None:
    """Remove a password that turned out to be wrong."""
    _forget(_name(server), account)


def recall_token(host: str, account: str) -> str | None:
    """Return the stored token of an account at a provider; None if there is none, or no vault."""
    return _recall(f"{_SERVICE} {host}", account)


def keep_token(host: str, account: str, token: str) -> bool:
    """Store a token; False if the system has no vault."""
    return _keep(f"{_SERVICE} {host}", account, token)


def _recall(service: str, account: str) -> str | None:
    # Imported here, because most commands need no password.
    import keyring
    from keyring.errors import KeyringError

    pieces: list[str] = []
    try:
        while (piece := keyring.get_password(_numbered(service, len(pieces)), account)) is not None:
            pieces.append(piece)
    except KeyringError:
        return None
    return "".join(pieces) or None


def _keep(service: str, account: str, secret: str) -> bool:
    import keyring
    from keyring.errors import KeyringError

    # Otherwise the remaining pieces of a longer token would be appended to a shorter one.
    _forget(service, account)
    try:
        for number, start in enumerate(range(0, len(secret), _PIECE)):
            keyring.set_password(_numbered(service, number), account, secret[start : start + _PIECE])
    except KeyringError:
        return False
    return True


def _forget(service: str, account: str) -> None:
    import keyring
    from keyring.errors import KeyringError

    number = 0
    with suppress(KeyringError):
        while keyring.get_password(_numbered(service, number), account) is not None:
            keyring.delete_password(_numbered(service, number), account)
            number += 1


def _numbered(service: str, number: int) -> str:
    return f"{service} {number + 1}" if number else service


def _name(server: Server) -> str:
    return f"{_SERVICE} {server.host}"
