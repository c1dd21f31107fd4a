"""The workbook of this program: parts are compressed by other threads while the rest is written."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from html import escape
from io import BytesIO, StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from xlsxwriter.sharedstrings import SharedStrings

from workbook_tools.packaging.row_joiner import TextColumn, join_rows
from workbook_tools.packaging.zip_writer import pack_entries
from workbook_tools.pivots.pivot_workbook import PivotPackager, PivotWorkbook
from workbook_tools.sheetwriter.compressed_part import Compressed, Compressor, Part, check_xml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from workbook_tools.pivots.cache import Cache
    from workbook_tools.pivots.parts.package import Files

_STRINGS_A_PIECE = 5_000


class FastWorkbook(PivotWorkbook):
    """A workbook with pivots, equal in meaning to xlsxwriter's and made in a fraction of the time.

    Text is always plain: ``write_rich_string`` would show its XML.
    """

    def __init__(
        self,
        filename: str | Path | BinaryIO,
        options: Mapping[str, Any] | None = None,
        *,
        native: bool = True,
    ) -> None:
        # xlsxwriter gets a buffer that stays empty; the real file is written by _store_workbook.
        super().__init__(BytesIO(), options, native=native)
        self._target = filename
        self._parts: Files = []
        self._compressor = Compressor(os.cpu_count())

    def compressed(self) -> Compressed:
        """A buffer for most of a sheet, compressed while the rest of the workbook is made."""
        return Compressed(self._compressor)

    def _render_records(self, cache: Cache) -> Sequence[str | Compressed]:
        """Compressed while they are being joined."""
        head, columns, tail = cache.record_columns()
        body = self.compressed()
        check_xml("a record", ["<r>", *("".join(texts) for texts, _ in columns), "</r>"])
        start, end = (TextColumn([tag], np.zeros(len(cache.source), np.uint8)) for tag in ("<r>", "</r>"))
        for piece in join_rows([start, *(TextColumn(texts, places) for texts, places in columns), end]):
            body.add(piece, is_checked=True)
        return head, body, tail

    def _store_workbook(self) -> None:
        """Write the parts as xlsxwriter does but compress them in parallel; its own zip file stays empty."""
        with self._compressor:
            # These take longest, so they start first.
            self._prepare_caches()
            super()._store_workbook()
            # All are begun before the first is waited for.
            packed = [(self._pack(part), name) for part, name, _ in self._parts]
            entries = (part.entry(name) for part, name in packed)
            with self._open_target() as file:
                file.writelines(pack_entries(entries))

    def _open_target(self) -> AbstractContextManager[BinaryIO]:
        if isinstance(self._target, str | Path):
            return Path(self._target).open("wb")
        return nullcontext(self._target)

    def _pack(self, part: StringIO | BytesIO) -> Compressed:
        if isinstance(part, Part):
            return part.finish()
        picture = self.compressed()
        picture.add(part.getvalue)  # type: ignore[arg-type]
        return picture

    def _get_packager(self) -> PivotPackager:
        return _FastPackager()


class _FastPackager(PivotPackager):
    """Collects parts from xlsxwriter, which would zip them one by one."""

    def _filename(self, xml_filename: str) -> Part:
        part = Part(self.workbook._compressor)
        self.filenames.append((part, xml_filename, False))
        return part

    def _rewrite(self, part: StringIO, pieces: Iterable[str | Compressed]) -> None:
        assert isinstance(part, Part)
        part.replace(pieces)

    def _write_shared_strings_file(self) -> None:
        if self.workbook.str_table.count:
            strings = _PlainStrings(self.workbook.compressed())
            strings.string_table = self.workbook.str_table
            strings._set_xml_writer(self._filename("xl/sharedStrings.xml"))
            strings._assemble_xml_file()

    def _create_package(self) -> Files:
        self.workbook._parts = super()._create_package()
        return []


class _PlainStrings(SharedStrings):  # type: ignore[misc]
    """Shared strings as plain text: xlsxwriter takes text between ``<r>`` and ``</r>`` for its own XML."""

    def __init__(self, body: Compressed) -> None:
        super().__init__()
        self._body = body

    def _write_sst_strings(self) -> None:
        # In pieces, for together they take as much memory as all that units wrote.
        strings = self.string_table.string_array
        for start in range(0, len(strings), _STRINGS_A_PIECE):
            self._body.add(partial(self._render, strings[start : start + _STRINGS_A_PIECE]))
        self.fh.writelines([self._body])

    def _render(self, strings: Sequence[str]) -> bytes:
        return "".join(map(self._render_si, strings)).encode()

    def _render_si(self, string: str) -> str:
        # _x000D_ and the like are escapes in Excel: such a text has to be escaped itself.
        is_plain = string.isprintable() and "_x" not in string
        plain = string if is_plain else self._escape_control_characters(string)
        written = escape(plain, quote=False)
        space = ' xml:space="preserve"' if string != string.strip() else ""
        return f"<si><t{space}>{written}</t></si>"
