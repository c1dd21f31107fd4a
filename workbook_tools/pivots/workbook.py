"""A workbook of xlsxwriter that can hold native pivots, slicers and PivotCharts."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStrings
from xlsxwriter.utility import _preserve_whitespace

from workbook_tools.packaging.zip_writer import pack_entries
from workbook_tools.pivots.assembly import Contents, assemble, build_caches
from workbook_tools.pivots.compressed_part import Compressed, Part
from workbook_tools.pivots.errors import PivotError
from workbook_tools.pivots.layout import Layout
from workbook_tools.pivots.package import Files, Package
from workbook_tools.pivots.pivot import Look, Pivot
from workbook_tools.pivots.placed import PlacedPivot, write_cells
from workbook_tools.pivots.slicers import PlacedSlicer, Slicer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlsxwriter.worksheet import Worksheet

    from workbook_tools.pivots.cache import Cache


class PivotWorkbook(xlsxwriter.Workbook):  # type: ignore[misc]
    """An xlsxwriter workbook with pivots; with ``native`` false the same cells are written, without anything behind them.

    Texts of cells are plain: of ``write_rich_string`` one would see the XML.
    """

    def __init__(
        self,
        filename: str | Path | BinaryIO,
        options: Mapping[str, Any] | None = None,
        *,
        native: bool = True,
    ) -> None:
        super().__init__(BytesIO(), {**(options or {}), "in_memory": True})
        self._target = filename
        self.native = native
        self._parts: Files = []
        self._pivots: list[PlacedPivot] = []
        self._slicers: list[PlacedSlicer] = []
        self._pivot_charts: list[tuple[Any, PlacedPivot]] = []
        self._caches: Sequence[tuple[Cache, Sequence[str | Compressed]]] = []
        self._made: dict[str, Format] = {}
        self._threads = ThreadPoolExecutor(os.cpu_count())

    def compressed(self) -> Compressed:
        """Room for the greater part of a sheet, which is compressed while the rest of the workbook is made."""
        return Compressed(self._threads)

    def add_pivot(
        self, sheet: Worksheet, row: int, column: int, pivot: Pivot, look: Look | None = None
    ) -> PlacedPivot:
        """Put a pivot on a sheet, its first filter or head at this cell, and write its cells at once.

        The sheet must be free below and to the right of it, for it grows. Raises PivotError where Excel would refuse.
        """
        look = look or Look()
        if any(known.pivot.name.casefold() == pivot.name.casefold() for known in self._pivots):
            raise PivotError(f"there is a pivot {pivot.name!r} already")
        placed = PlacedPivot(pivot, Layout(pivot), sheet, row, column, look)
        if not placed.layout.rows:
            raise PivotError(f"no record passes the filters of the pivot {pivot.name!r}")
        write_cells(placed, self._format, self._format(look.button, button=True))
        self._pivots.append(placed)
        return placed

    def add_slicer(self, sheet: Worksheet, row: int, column: int, slicer: Slicer) -> None:
        """Lay a slicer over the cells from this one on; nothing where pivots are not native."""
        sources = {id(placed.pivot.source) for placed in slicer.pivots}
        ticked = {tuple(placed.pivot.shown.get(slicer.field, (None,))) for placed in slicer.pivots}
        chosen = {placed.pivot.filters.get(slicer.field) for placed in slicer.pivots} - {None}
        if len(sources) != 1 or len(ticked) != 1 or chosen:
            raise PivotError(
                "pivots that share a slicer must have the same source, and the same items of its field"
            )
        slicer.pivots[0].pivot.source.field(slicer.field)
        if not self.native:
            return
        placed = PlacedSlicer(slicer, sheet, len(self._slicers) + 1)
        self._slicers.append(placed)
        box = {
            "width": slicer.width,
            "height": slicer.height,
            "x_offset": slicer.x_offset,
            "y_offset": slicer.y_offset,
            "description": placed.mark,
            # It moves with its cells, and does not grow with them.
            "object_position": 2,
            "fill": {"none": True},
            "line": {"none": True},
            "font": {"size": 9, "italic": True, "color": "#595959"},
        }
        # xlsxwriter works out where the box stands; the slicer takes its place when the file is made.
        sheet.insert_textbox(row, column, slicer.instead, box)
        self.define_name(placed.cache_name, "=#N/A")

    def arrange(self, sheets: Sequence[Worksheet]) -> None:
        """Give all sheets another order than that in which they were added; none may have been activated."""
        self.worksheets_objs[:] = sheets
        for number, sheet in enumerate(sheets):
            sheet.index = number

    def link_chart(self, chart: Any, placed: PlacedPivot) -> None:
        """Make a chart over a pivot's cells its PivotChart; nothing where pivots are not native."""
        if self.native:
            self._pivot_charts.append((chart, placed))

    def _format(self, properties: Mapping[str, Any], *, button: bool = False) -> Format:
        key = repr((button, sorted(properties.items())))
        if key not in self._made:
            kind = _ButtonFormat if button else Format
            made = kind(
                {**self.default_format_properties, **properties},
                self.xf_format_indices,
                self.dxf_format_indices,
            )
            self.formats.append(made)
            self._made[key] = made
        return self._made[key]

    def _store_workbook(self) -> None:
        """Make the parts as xlsxwriter does, but compress them meanwhile; the package that it zips itself has none of them."""
        with self._threads:
            if self.native:
                # First, for they take longest.
                self._caches = [
                    (c, c.render_records(self.compressed()))
                    for c in build_caches(self._pivots, self._slicers)
                ]
            super()._store_workbook()
            entries = (self._pack(part).entry(name) for part, name, _ in self._parts)
            with (
                Path(self._target).open("wb")
                if isinstance(self._target, str | Path)
                else nullcontext(self._target) as file
            ):
                file.writelines(pack_entries(entries))

    def _pack(self, part: Part | BytesIO) -> Part | Compressed:
        if isinstance(part, Part):
            return part
        picture = self.compressed()
        picture.add(part.getvalue)
        return picture

    def _get_packager(self) -> Packager:
        return _PivotPackager()

    def _contents(self) -> Contents:
        """What the packager is to write, once xlsxwriter has numbered formats and charts."""
        linked = {self.charts.index(chart) + 1: placed for chart, placed in self._pivot_charts}
        buttons = [
            f.xf_index for f in self._made.values() if isinstance(f, _ButtonFormat) and f.xf_index is not None
        ]
        created = self.doc_properties.get("created") or datetime.now()
        codes = {made.num_format: made.num_format_index for made in self.formats if made.xf_index is not None}
        return Contents(
            self._pivots,
            self._slicers,
            self._caches,
            linked,
            buttons,
            codes,
            created.replace(tzinfo=None)
            if isinstance(created, datetime)
            else datetime(created.year, created.month, created.day),
            self.doc_properties.get("author") or "xlsxwriter",
        )


class _PivotPackager(Packager):  # type: ignore[misc]
    """Completes the package, and keeps its parts from xlsxwriter, which would zip them one after the other."""

    def _filename(self, xml_filename: str) -> Part:
        part = Part(self.workbook._threads)
        self.filenames.append((part, xml_filename, False))
        return part

    def _write_shared_strings_file(self) -> None:
        if self.workbook.str_table.count:
            strings = _PlainStrings()
            strings.string_table = self.workbook.str_table
            strings._set_xml_writer(self._filename("xl/sharedStrings.xml"))
            strings._assemble_xml_file()

    def _create_package(self) -> Files:
        files: Files = super()._create_package()
        if self.workbook.native and self.workbook._pivots:
            assemble(Package(files, self._filename), self.workbook._contents())
        self.workbook._parts = files
        return []


class _PlainStrings(SharedStrings):  # type: ignore[misc]
    """The texts of all cells, each as it is: xlsxwriter takes one between ``<r>`` and ``</r>`` for XML that it has made itself."""

    def _write_si(self, string: str) -> None:
        is_plain = string.isprintable() and "_x" not in string
        escaped = self._escape_data(string if is_plain else self._escape_control_characters(string))
        space = ' xml:space="preserve"' if _preserve_whitespace(string) else ""
        self.fh.write(f"<si><t{space}>{escaped}</t></si>")


class _ButtonFormat(Format):  # type: ignore[misc]
    """The format of a field button, which no other cell may share: it carries a mark that xlsxwriter cannot give."""

    def _get_format_key(self) -> Any:
        return ("button", super()._get_format_key())
