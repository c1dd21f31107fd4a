"""An xlsxwriter workbook with native pivots, slicers and PivotCharts."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any, BinaryIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.packager import Packager

from workbook_tools.pivots.assembly import Contents, assemble, build_caches
from workbook_tools.pivots.field import as_moment
from workbook_tools.pivots.layout import Layout
from workbook_tools.pivots.parts.package import Files, Package
from workbook_tools.pivots.pivot import Look, Pivot
from workbook_tools.pivots.pivot_error import PivotError
from workbook_tools.pivots.placed import PlacedPivot
from workbook_tools.pivots.slicers import PlacedSlicer, Slicer
from workbook_tools.pivots.source import Source
from workbook_tools.pivots.visible_cells import write_cells, write_item

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from io import StringIO
    from pathlib import Path

    import pandas as pd
    from xlsxwriter.worksheet import Worksheet

    from workbook_tools.pivots.cache import Cache
    from workbook_tools.pivots.date_groups import DatePart
    from workbook_tools.pivots.field import Item


# A sheet's rows and columns in Excel.
_ROWS, _COLUMNS = 1_048_576, 16_384


_DAY, _MOMENT = (Look().day, 11), (f"{Look().day} hh:mm:ss", 19)
"""Number format and column width of days, and of those with a time."""


class PivotWorkbook(xlsxwriter.Workbook):  # type: ignore[misc]
    """An xlsxwriter workbook with pivots; without ``native`` it writes their cells only."""

    def __init__(
        self,
        filename: str | Path | BinaryIO,
        options: Mapping[str, Any] | None = None,
        *,
        native: bool = True,
    ) -> None:
        # Parts are edited as texts before they are zipped, so they must not be temporary files.
        super().__init__(filename, {**(options or {}), "in_memory": True})
        self.native = native
        self._pivots: list[PlacedPivot] = []
        self._slicers: list[PlacedSlicer] = []
        self._pivot_charts: list[tuple[Any, PlacedPivot]] = []
        self._caches: Sequence[tuple[Cache, Sequence[Any]]] = []
        self._made: dict[str, Format] = {}

    def write_source(
        self,
        sheet: Worksheet,
        table: str,
        frame: pd.DataFrame,
        order: Mapping[str, Sequence[Item]] | None = None,
        dates: Mapping[str, Sequence[DatePart]] | None = None,
    ) -> Source:
        """Write a frame as the Excel Table ``table`` from A1 of a sheet on; return it as a source of pivots.

        ``order`` and ``dates`` are those of the source. Raises PivotError for values that fit no cell.
        """
        source = Source(table, frame, order or {}, dates or {})
        columns = list(source.columns)
        for column, field in enumerate(source.columns.values()):
            moments = [item for item in field.column_items if isinstance(item, datetime)]
            look, width = _DAY if all(map(_is_day, moments)) else _MOMENT
            made = self._format({"num_format": look}) if moments else None
            if moments:
                # In a column of the usual width Excel shows dates as ####.
                sheet.set_column(column, column, width)
            for row, item in enumerate(field.written(), start=1):
                write_item(sheet, (row, column), item, made if isinstance(item, datetime) else None)
        # An Excel Table has at least one row below its heads.
        rows = max(len(source), 1)
        options = {"name": table, "columns": [{"header": head} for head in columns]}
        if sheet.add_table(0, 0, rows, len(columns) - 1, options):
            raise PivotError(f"the table {table!r} does not fit: give it another name, or a sheet of its own")
        return source

    def add_pivot(
        self, sheet: Worksheet, row: int, column: int, pivot: Pivot, look: Look | None = None
    ) -> PlacedPivot:
        """Put a pivot on a sheet, its first filter or head at this cell, and write its cells at once.

        The sheet must be free below and to the right of it, for it may grow. Raises PivotError if Excel would
        refuse it.
        """
        look = look or Look()
        if any(known.pivot.name.casefold() == pivot.name.casefold() for known in self._pivots):
            raise PivotError(f"there is a pivot {pivot.name!r} already; give this one another name")
        placed = PlacedPivot(pivot, Layout(pivot), sheet, row, column, look)
        if not placed.layout.rows:
            raise PivotError(
                f"no record passes the filters of the pivot {pivot.name!r}; choose other items, or all"
            )
        self._check_room(placed)
        write_cells(placed, self._format, self._format(look.button, button=True))
        self._pivots.append(placed)
        return placed

    def _check_room(self, placed: PlacedPivot) -> None:
        """PivotError if a pivot leaves its sheet or touches another one: Excel would repair the file."""
        row, column = placed.last
        if row >= _ROWS or column >= _COLUMNS:
            raise PivotError(f"the pivot {placed.pivot.name!r} is larger than its sheet; move or filter it")
        for other in self._pivots:
            if other.sheet is placed.sheet and (
                max(placed.row, other.row) <= min(row, other.last[0])
                and max(placed.column, other.column) <= min(column, other.last[1])
            ):
                raise PivotError(
                    f"the pivots {placed.pivot.name!r} and {other.pivot.name!r} overlap; move one of them"
                )

    def add_slicer(self, sheet: Worksheet, row: int, column: int, slicer: Slicer) -> None:
        """Lay a slicer over the cells from this one on; does nothing without native pivots."""
        sources = {id(placed.pivot.source) for placed in slicer.pivots}
        ticked = {tuple(placed.pivot.shown.get(slicer.field, (None,))) for placed in slicer.pivots}
        chosen = {placed.pivot.filters.get(slicer.field) for placed in slicer.pivots} - {None}
        # A slicer shows one state of its items, so its pivots must agree on it.
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
            # Move with the cells, but do not grow with them.
            "object_position": 2,
            "fill": {"none": True},
            "line": {"none": True},
            "font": {"size": 9, "italic": True, "color": "#595959"},
        }
        # xlsxwriter computes the position of the box; the slicer replaces it when the file is packed.
        sheet.insert_textbox(row, column, slicer.instead, box)
        # Excel keeps such a name for every slicer cache.
        self.define_name(placed.cache_name, "=#N/A")

    def arrange(self, sheets: Sequence[Worksheet]) -> None:
        """Reorder all sheets; none may have been activated."""
        self.worksheets_objs[:] = sheets
        for number, sheet in enumerate(sheets):
            sheet.index = number

    def link_chart(self, chart: Any, placed: PlacedPivot) -> None:
        """Make a chart over a pivot's cells its PivotChart; does nothing without native pivots."""
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

    def _prepare_caches(self) -> None:
        """Render the caches' records, once."""
        # Called early by a workbook that compresses in threads, and again by the packager.
        if self.native and not self._caches:
            caches = build_caches(self._pivots, self._slicers)
            self._caches = [(cache, self._render_records(cache)) for cache in caches]

    def _render_records(self, cache: Cache) -> Sequence[Any]:
        """The part of a cache's records, in pieces."""
        return list(cache.render_records())

    def _get_packager(self) -> Packager:
        return PivotPackager()

    def _check_tables(self) -> None:
        """PivotError if a pivot reads a table that no sheet has."""
        written = {table["name"].casefold() for sheet in self.worksheets_objs for table in sheet.tables}
        for placed in self._pivots:
            name = placed.pivot.source.table
            if name.casefold() not in written:
                raise PivotError(f"no sheet has the table {name!r}; write it with write_source or add_table")

    def _contents(self) -> Contents:
        """The native parts for the packager, once xlsxwriter has numbered formats and charts."""
        linked = {self.charts.index(chart) + 1: placed for chart, placed in self._pivot_charts}
        buttons = [
            f.xf_index for f in self._made.values() if isinstance(f, _ButtonFormat) and f.xf_index is not None
        ]
        # The workbook's own date, so that equal input gives equal bytes.
        created = self.doc_properties.get("created") or datetime.now()
        codes = {made.num_format: made.num_format_index for made in self.formats if made.xf_index is not None}
        return Contents(
            self._pivots,
            self._slicers,
            self._caches,
            linked,
            buttons,
            codes,
            as_moment(created).replace(tzinfo=None),
            self.doc_properties.get("author") or "xlsxwriter",
        )


def _is_day(moment: datetime) -> bool:
    return moment.time() == time()


class PivotPackager(Packager):  # type: ignore[misc]
    """Adds the native parts to xlsxwriter's package before it is zipped."""

    def _create_package(self) -> Files:
        files: Files = super()._create_package()
        if self.workbook.native and self.workbook._pivots:
            self.workbook._check_tables()
            self.workbook._prepare_caches()
            assemble(Package(files, self._filename, self._rewrite), self.workbook._contents())
        return files

    def _rewrite(self, part: StringIO, pieces: Iterable[str]) -> None:
        """Replace a part's whole text."""
        part.seek(0)
        part.truncate()
        part.writelines(pieces)


class _ButtonFormat(Format):  # type: ignore[misc]
    """The format of a field button, shared with no other cell: it gets a mark that xlsxwriter cannot set."""

    def _get_format_key(self) -> Any:
        return ("button", super()._get_format_key())
