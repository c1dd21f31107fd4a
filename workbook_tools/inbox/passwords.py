"""Open workbooks with passwords that the officer supplies."""

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
"""Excel's default password for workbooks that are protected against changes only: it opens them without
asking.
"""


def read_passwords(path: Location | None) -> tuple[str, ...]:
    """Read a text file of passwords, one per line; CannotRead if there is no such file. None holds none."""
    if path is None:
        return ()
    from workbook_tools.spec.own_workbook import read_own_file  # slow to import, and workers do not need it

    data = read_own_file(path, MIB)
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = data.decode(encoding)
        if "\0" in text:
            raise ValueError
    except ValueError as error:
        raise CannotRead(
            path,
            _("it is not a text file with one password per line"),
            _("Write the passwords in Notepad, one per line, and save them as a text file (UTF-8)."),
        ) from error
    lines = text.splitlines()
    return tuple(line for line in lines if line.strip())


def decrypt(data: bytes, passwords: Sequence[str]) -> bytes:
    """Decrypt a workbook; RefusedFile if no password opens it.

    Unsupported encryption (OpenDocument, and Office's oldest ciphers DES and RC2) is refused the same way: to
    the officer it is a file that needs a password.
    """
    # Most folders need none of it.
    import msoffcrypto
    from msoffcrypto.exceptions import DecryptionError, InvalidKeyError
    from msoffcrypto.format.ooxml import OOXMLFile

    try:
        for password in (_OPENS_BY_ITSELF, *passwords):
            file, opened = msoffcrypto.OfficeFile(io.BytesIO(data)), io.BytesIO()
            # Only for .xlsx does the library not verify the password by itself.
            options = {"verify_password": True} if isinstance(file, OOXMLFile) else {}
            try:
                file.load_key(password=password, **options)
                file.decrypt(opened)
            except (InvalidKeyError, DecryptionError):
                continue
            return opened.getvalue()
    except Exception as error:  # the exceptions of the library and its parsers share no base class
        raise RefusedFile("return-encrypted", str(error)) from error
    raise RefusedFile("return-encrypted")
