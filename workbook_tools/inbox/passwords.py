"""Workbooks that open with a password, where the officer knows it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from workbook_tools.errors import CannotRead
from workbook_tools.locale import mark as _
from workbook_tools.readers.limits import MIB
from workbook_tools.readers.refused import RefusedFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbook_tools.storage.location import Location

_OPENS_BY_ITSELF = "VelvetSweatshop"
"""What Excel encrypts with where a workbook is only to be protected against changes: it opens such files without asking."""


def read_passwords(path: Location) -> tuple[str, ...]:
    """The passwords of a text file, one in each line; CannotRead where there is no such file."""
    from workbook_tools.spec.own_workbook import read_file  # opens more than a worker needs

    data = read_file(path, MIB)
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
        if "\0" in text:
            raise ValueError
    except ValueError as error:
        raise CannotRead(
            path,
            _("it is not a text file with one password in each line"),
            _("Write the passwords in Notepad, one in each line, and save them as a text file (UTF-8)."),
        ) from error
    lines = text.splitlines()
    return tuple(line for line in lines if line.strip())


def decrypt(data: bytes, passwords: Sequence[str]) -> bytes:
    """The workbook inside an encrypted one; RefusedFile where none of the passwords opens it.

    So it is, too, where it is encrypted in a way that cannot be opened here, as OpenDocument and the oldest ciphers of
    Office are (DES, RC2): it opens with a password only, whatever else there is to say of it.
    """
    # Most folders need none of it.
    import msoffcrypto
    from msoffcrypto.exceptions import DecryptionError, InvalidKeyError
    from msoffcrypto.format.ooxml import OOXMLFile

    try:
        for password in (_OPENS_BY_ITSELF, *passwords):
            file, opened = msoffcrypto.OfficeFile(io.BytesIO(data)), io.BytesIO()
            try:
                # Only of .xlsx is it not a matter of course that the password is compared.
                file.load_key(
                    password=password, **({"verify_password": True} if isinstance(file, OOXMLFile) else {})
                )
                file.decrypt(opened)
            except (InvalidKeyError, DecryptionError):
                continue
            return opened.getvalue()
    except (
        Exception
    ) as error:  # the one door for the library's own and its parsers', which have no common root
        raise RefusedFile("return-encrypted", str(error)) from error
    raise RefusedFile("return-encrypted")
