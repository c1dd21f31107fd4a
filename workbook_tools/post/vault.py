"""Keep passwords and sign-ins in the system's vault (keyring), never in a file of this program."""

from __future__ import annotations

from contextlib import suppress

_SERVICE = "workbook_tools"
_PIECE = 1000
"""Characters stored under one name: the vault of Windows accepts 2,560 bytes, and tokens may be longer."""


def recall(host: str, account: str) -> str:
    """Return what is stored for an account on a host; empty if nothing is, or the system has no vault."""
    # Imported here, because most commands need no password.
    import keyring
    from keyring.errors import KeyringError

    pieces: list[str] = []
    try:
        while (piece := keyring.get_password(_name(host, len(pieces)), account)) is not None:
            pieces.append(piece)
    except KeyringError:
        return ""
    return "".join(pieces)


def keep(host: str, account: str, secret: str) -> bool:
    """Store a password or token; False if the system has no vault."""
    import keyring
    from keyring.errors import KeyringError

    # Otherwise the remaining pieces of a longer token would be appended to a shorter one.
    forget(host, account)
    try:
        for number, start in enumerate(range(0, len(secret), _PIECE)):
            keyring.set_password(_name(host, number), account, secret[start : start + _PIECE])
    except KeyringError:
        return False
    return True


def forget(host: str, account: str) -> None:
    """Delete what is stored, because it turned out to be wrong."""
    import keyring
    from keyring.errors import KeyringError

    number = 0
    with suppress(KeyringError):
        while keyring.get_password(_name(host, number), account) is not None:
            keyring.delete_password(_name(host, number), account)
            number += 1


def _name(host: str, number: int) -> str:
    if number:
        return f"{_SERVICE} {host} {number + 1}"
    return f"{_SERVICE} {host}"
