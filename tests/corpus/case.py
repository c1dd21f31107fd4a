"""A case, the form that most cases are made of, and how its parts are changed."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from workbook_tools.excel import Cell
from workbook_tools.forms.fill import fill_form

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

UNIT = "11629"
SHEET = "Báo cáo"
SAVED = datetime(2023, 10, 9, 8, 0, tzinfo=UTC)
TYPED = {
    "E21": "Số 12/KH-UBND ngày 20/9/2023",
    "E23": 12,
    "E24": 5,
    "E28": 350,
    "E32": 2,
    "E33": 80,
    "I23": "kể cả báo mạng",
}
ANSWERS = {
    "ct_1": "Số 12/KH-UBND ngày 20/9/2023",
    "ct_2_1": 12.0,
    "ct_2_2": 5.0,
    "ct_3_1": 350.0,
    "ct_4_1": 2.0,
    "ct_4_2": 80.0,
}

Fate = Literal["read", "refused", "litter"]
Parts = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Case:
    """A file's bytes and its fate: ``code`` is the problem that has to be among the file's, if any.

    ``read``: exactly the answers typed, unless ``answers`` says otherwise (None for an answer that must be in doubt).
    """

    data: bytes
    fate: Fate
    code: str = ""
    answers: Mapping[str, float | str | None] | None = None


def filled(form: bytes, **typed: object) -> bytes:
    """The form as its unit fills it in, and as a program saves it."""
    cells = {
        Cell(SHEET, int(ref[1:]), ord(ref[0]) - 64): value
        for ref, value in {**TYPED, **typed}.items()
        if value is not None
    }
    return fill_form(form, cells, SAVED)  # type: ignore[arg-type]


def unpack(data: bytes) -> Parts:
    """Part name → bytes."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def repack(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The parts as a package."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as package:
        for name, data in parts.items():
            package.writestr(zipfile.ZipInfo(name, (2023, 10, 9, 8, 0, 0)), data, method)
    return target.getvalue()


def change(data: bytes, part: str, old: str, new: str, count: int = 1) -> bytes:
    """The workbook with a text of one part exchanged; the text has to be there."""
    parts = unpack(data)
    text = parts[part].decode("utf-8")
    assert old in text, (part, old)
    parts[part] = text.replace(old, new, count).encode("utf-8")
    return repack(parts)


def substitute(
    data: bytes, part: str, pattern: str, new: str | Callable[[re.Match[str]], str], count: int = 1
) -> bytes:
    """The workbook with what matches in one part exchanged; something has to match."""
    parts = unpack(data)
    text, found = re.subn(pattern, new, parts[part].decode("utf-8"), count=count, flags=re.DOTALL)
    assert found, (part, pattern)
    parts[part] = text.encode("utf-8")
    return repack(parts)


def without(data: bytes, *names: str) -> bytes:
    """The workbook without some parts."""
    parts = unpack(data)
    for name in names:
        del parts[name]
    return repack(parts)


def with_parts(data: bytes, **added: bytes) -> bytes:
    """The workbook with further parts, ``/`` written ``__`` and ``.`` written ``_DOT_``."""
    return repack(
        {
            **unpack(data),
            **{name.replace("__", "/").replace("_DOT_", "."): content for name, content in added.items()},
        }
    )


def retype(data: bytes, ref: str, cell: str) -> bytes:
    """The workbook with the inside of one cell's element exchanged, its attributes after the address included."""
    return substitute(
        data, SHEET_PART, rf'<c r="{ref}"[^>]*?(?:/>|>.*?</c>)', lambda _found: f'<c r="{ref}"{cell}</c>'
    )


SHEET_PART, STRINGS, BOOK, STYLES = (
    "xl/worksheets/sheet1.xml",
    "xl/sharedStrings.xml",
    "xl/workbook.xml",
    "xl/styles.xml",
)
META_PART, CORE, TYPES, BOOK_RELS = (
    "xl/worksheets/sheet2.xml",
    "docProps/core.xml",
    "[Content_Types].xml",
    "xl/_rels/workbook.xml.rels",
)
