"""Comments and text boxes of a sheet in an Excel 97–2003 workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools.readers.refused import spared
from workbook_tools.readers.sheet_book import Aside
from workbook_tools.readers.xls.records import TextReader

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from workbook_tools.readers.xls.records import Record

# Types of records (MS-XLS 2.3), and of the objects they describe.
_NOTE, _OBJECT, _TEXT_OBJECT = 0x001C, 0x005D, 0x01B6
_COMMENT = 0x19


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
