"""Where passwords are kept: in the system's vault (keyring), never in a file of this program."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbook_tools.spec.mail.mail_settings import Server

_SERVICE = "workbook_tools"


def recall(server: Server, account: str) -> str | None:
    """The password kept for an account on a server; None where none is, or the system has no vault."""
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(_name(server), account)
    except KeyringError:
        return None


def keep(server: Server, account: str, secret: str) -> bool:
    """Keep a password for the next time; False where the system has no vault."""
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(_name(server), account, secret)
    except KeyringError:
        return False
    return True


def _name(server: Server) -> str:
    return f"{_SERVICE} {server.host}"
