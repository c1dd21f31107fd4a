"""What is beside the cells of a sheet of Excel 97–2003: comments, text boxes, pictures, page headers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools.readers.refused import spared
from workbook_tools.readers.sheet_book import Aside
from workbook_tools.readers.xls.records import TextReader
from workbook_tools.readers.xlsx.page_codes import strip_codes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from workbook_tools.readers.sheet_book import AsideKind
    from workbook_tools.readers.xls.records import Record

# Types of records (MS-XLS 2.3), and of the objects they describe.
_NOTE, _OBJECT, _TEXT_OBJECT = 0x001C, 0x005D, 0x01B6
_HEADER, _FOOTER, _OTHER_PAGES = 0x0014, 0x0015, 0x089C
_PICTURE, _COMMENT = 0x08, 0x19
# What follows a picture's first part if it displays something: flags, and where that comes from.
_FLAGS, _SOURCE = 0x0008, 0x0009
# Flags of a control, of one of a range, and of a picture of cells.
_NO_DOCUMENT = 0x10 | 0x20 | 0x80


class AsideReader:
    """Collects them from records: an object, its text, and at the sheet's end the cell of each comment."""

    def __init__(self) -> None:
        self._object = self._kind = 0
        self._comments: dict[int, str] = {}
        self._found: list[Aside] = []
        self.readers: Mapping[int, Callable[[Record], None]] = {
            _OBJECT: self._read_object,
            _TEXT_OBJECT: self._read_text,
            _NOTE: self._read_note,
            _HEADER: self._read_page,
            _FOOTER: self._read_page,
            _OTHER_PAGES: self._read_other_pages,
        }

    @property
    def found(self) -> tuple[Aside, ...]:
        """What has been read; comments whose cell is not said are on none."""
        left = (Aside(text, None, "comment") for text in self._comments.values())
        return (*self._found, *left)

    def _read_object(self, record: Record) -> None:
        # Drawings are no part of the answers: a damaged one costs nothing else.
        with spared():
            self._kind, self._object = record.unpack("<4xHH")
            if self._kind == _PICTURE:
                kind: AsideKind = "object" if _is_document(record) else "picture"
                self._found.append(Aside("", None, kind))

    def _read_text(self, record: Record) -> None:
        with spared():
            (length,) = record.unpack("<10xH")
            # The text is in the records that continue this one.
            text = TextReader(record, len(record.data)).read_characters(length) if length else ""
            if self._kind == _COMMENT:
                self._comments[self._object] = text
            elif text:
                self._found.append(Aside(text, None, "shape"))

    def _read_note(self, record: Record) -> None:
        with spared():
            row, column, of_object = record.unpack("<HHxxH")
            text = self._comments.pop(of_object, "")
            if text:
                self._found.append(Aside(text, (row + 1, column + 1), "comment"))

    def _read_page(self, record: Record) -> None:
        if record.data:
            with spared():
                self._add_pages([TextReader(record, 0).read_long()])

    def _read_other_pages(self, record: Record) -> None:
        """Headers and footers of even and first pages: their lengths, then those that have one."""
        with spared():
            lengths = record.unpack("<30x4H")
            reader = TextReader(record, 38)
            self._add_pages([reader.read_long() for length in lengths if length])

    def _add_pages(self, texts: Sequence[str]) -> None:
        self._found += (Aside(text, None, "page") for text in strip_codes(texts))


def _is_document(record: Record) -> bool:
    """Whether a picture is that of an embedded document: its parts are type, length and content."""
    flags, at, has_source = 0, 0, False
    while at + 4 <= len(record.data):
        kind, length = record.unpack("<HH", at)
        if kind == _FLAGS:
            (flags,) = record.unpack("<H", at + 4)
        has_source = has_source or kind == _SOURCE
        at += 4 + length
    return has_source and not flags & _NO_DOCUMENT
