"""A worksheet whose body is written as whole columns: a million rows would take minutes cell by cell."""

from __future__ import annotations

import math
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from msgspec import Struct
from xlsxwriter.url import Url, UrlTypes
from xlsxwriter.utility import xl_col_to_name, xl_range
from xlsxwriter.worksheet import Worksheet

from workbook_tools.packaging.row_joiner import TextColumn, join_rows
from workbook_tools.pivots import as_moment
from workbook_tools.sheetwriter.compressed_part import Compressed, check_xml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from xlsxwriter.format import Format

    from workbook_tools.packaging.row_joiner import Numbers
    from workbook_tools.sheetwriter.columns import CellContent, Links, Places


class CellColumn(Struct, frozen=True):
    """A column: its distinct cells as (format, value), and the index of each row's cell."""

    distinct: Sequence[tuple[Format, CellContent]]
    places: Places
    links: Links | None = None


class ColumnSheet(Worksheet):  # type: ignore[misc]
    """An xlsxwriter worksheet that can have a body of columns below its other cells.

    Everything outside of the body goes through xlsxwriter. Rows of the body have no other cells; they are
    joined from strings rendered once per distinct value and are compressed at once, so that they are never
    all in memory.
    """

    dim_rowmin: int
    dim_rowmax: int

    def __init__(self) -> None:
        super().__init__()
        self._body: Compressed | None = None
        self._links: dict[int, Links] = {}
        self._first = self._end = self._width = 0
        self._is_annotating = False

    def write_comment(self, row: int, column: int, *comment: Any) -> int:
        """As in xlsxwriter, and allowed in the body."""
        self._is_annotating = True
        try:
            code: int = super().write_comment(row, column, *comment)
        finally:
            self._is_annotating = False
        return code

    def lay_columns(
        self,
        first: int,
        columns: Mapping[int, CellColumn],
        compressed: Callable[[], Compressed],
        heights: npt.NDArray[np.float64] | None = None,
    ) -> int:
        """Write columns of equal length, by position, from the row ``first`` on; may be called once.

        Text must be valid for Excel; None, NaN and "" are blank cells; ``heights`` are points; ``compressed``
        makes a buffer for what is long. Returns -1 if the rows are taken or exceed the sheet. Raises
        ValueError for an infinite number.
        """
        (count,) = {len(column.places) for column in columns.values()}
        self._width = max(columns) + 1
        # Cells below the body would be written before it, out of order, and Excel would call the file
        # damaged.
        taken = self._body or any(row >= first for row in (*self.table, *self.row_info))
        if taken or (
            count
            and (
                super()._check_dimensions(first, 0)
                or super()._check_dimensions(first + count - 1, self._width - 1)
            )
        ):
            return -1
        self._compressed = compressed
        self._body = _join(compressed(), self._render_columns(heights, columns, count), first + 1)
        self._links = {
            place: column.links
            for place, column in columns.items()
            if column.links is not None and column.links.there.any()
        }
        self._first, self._end = first, first + count
        return 0

    def lay_table(self, options: Mapping[str, Any]) -> int:
        """Make the body and the row above it an Excel Table; options and return value as in ``add_table``."""
        head, right = self._first - 1, self._width - 1
        # xlsxwriter records every cell of a table to detect overlaps, so it gets the first rows only.
        code: int = self.add_table(head, 0, head + 1, right, options)
        if not code:
            self.tables[-1].update(
                dict.fromkeys(
                    ("range", "a_range", "autofilter"), xl_range(head, 0, max(self._end - 1, head + 1), right)
                )
            )
        return code

    def _render_columns(
        self, heights: npt.NDArray[np.float64] | None, columns: Mapping[int, CellColumn], count: int
    ) -> list[TextColumn]:
        """Rows as XML, split at their numbers: that of the row, and that in the address of each cell."""
        cells = [
            (xl_col_to_name(place), self._render_column(column), column.places)
            for place, column in sorted(columns.items())
        ]
        for name, texts, _ in cells:
            check_xml(f"{self.name}!{name}", ["<row>", *(f'<c r="{name}1{text}' for text in texts), "</row>"])
        # What precedes the number in a cell is joined to the end of the cell before it, which is constant per
        # column.
        ends = [f'<c r="{name}' for name, _, _ in cells[1:]] + ["</row>"]
        starts, places = self._render_starts(heights, count, f'<c r="{cells[0][0]}')
        return [
            TextColumn(['<row r="'], np.zeros(count, np.uint8)),
            TextColumn(starts, places),
            *(
                TextColumn([text + end for text in texts], of_row)
                for (_, texts, of_row), end in zip(cells, ends, strict=True)
            ),
        ]

    def _render_starts(
        self, heights: npt.NDArray[np.float64] | None, count: int, end: str
    ) -> tuple[list[str], Places]:
        start = f'" spans="1:{self._width}"'
        if heights is None:
            return [f"{start}>{end}"], np.zeros(count, np.uint8)
        places, found = pd.factorize(heights)
        pixels = [int(points * 4 / 3 + 0.5) for points in found]
        usual = self.default_row_height
        looks = [
            "" if number == usual else f' ht="{number * 0.75:.16g}" customHeight="1"' for number in pixels
        ]
        return [f"{start}{look}>{end}" for look in looks], places

    def _render_column(self, column: CellColumn) -> list[str]:
        """Each distinct cell's XML after the row number."""
        uses = np.bincount(column.places, minlength=len(column.distinct)).tolist()
        # In order, because formats are numbered on first use.
        looks = {
            look: f'" s="{look._get_xf_index()}"'
            for look in dict.fromkeys(look for look, _ in column.distinct)
        }
        return [
            looks[look] + self._render_value(value, times)
            for (look, value), times in zip(column.distinct, uses, strict=True)
        ]

    def _render_value(self, value: CellContent, times: int) -> str:
        """The rest of a cell after its format."""
        if value is None or value == "" or value != value or not times:
            return "/>"
        if isinstance(value, str):
            index = self.str_table._get_shared_string_index(value)
            # The file states how often its strings are used; xlsxwriter counted this one once.
            self.str_table.count += times - 1
            return f' t="s"><v>{index}</v></c>'
        if isinstance(value, date):
            return f"><v>{self._convert_date_time(as_moment(value)):.16G}</v></c>"
        # Excel has no infinity, and a file that holds one does not open.
        if math.isinf(value):
            raise ValueError("no cell holds an infinite number")
        return f"><v>{value:.16G}</v></c>"

    def _check_dimensions(
        self, row: int, col: int, ignore_row: bool = False, ignore_col: bool = False
    ) -> int:
        # A cell in the body would be lost, so let xlsxwriter refuse it like one off the sheet.
        is_taken = self._first <= row < self._end and not ignore_row and not self._is_annotating
        return -1 if is_taken else super()._check_dimensions(row, col, ignore_row, ignore_col)

    def _write_rows(self) -> None:
        if self._body is None:
            super()._write_rows()
            return
        top, bottom = self.dim_rowmin, self.dim_rowmax
        # xlsxwriter writes the rows above the body, then those below it, each as if they were all.
        self.dim_rowmax = self._first - 1
        super()._write_rows()
        self.fh.writelines([self._body])
        self.dim_rowmin, self.dim_rowmax = self._end, bottom
        super()._write_rows()
        self.dim_rowmin = top

    def _write_hyperlinks(self) -> None:
        if not self._links:
            super()._write_hyperlinks()
            return
        self._xml_start_tag("hyperlinks")
        # One relationship per file, however many cells link to it: thousands of them open slowly.
        relations: dict[str, str] = {}
        self.fh.writelines(
            f'<hyperlink ref="{cell}"{self._relate(file, relations)}{self._render_place(place)}/>'
            for cell, file, place in self._find_links()
        )
        for column, links in sorted(self._links.items()):
            self.fh.writelines([self._render_links(xl_col_to_name(column), links, relations)])
        self._xml_end_tag("hyperlinks")

    def _relate(self, file: str, relations: dict[str, str]) -> str:
        """The attribute that names the relationship to a file, which is made the first time."""
        if file and file not in relations:
            self.rel_count += 1
            self.external_hyper_links.append(["/hyperlink", file, "External"])
            relations[file] = f' r:id="rId{self.rel_count}"'
        return relations.get(file, "")

    def _render_place(self, place: str) -> str:
        if place:
            return f' location="{self._escape_attributes(place)}"'
        return ""

    def _find_links(self) -> Iterator[tuple[str, str, str]]:
        """Cell, file and place in it of each link above the body; one into this workbook has no file."""
        for row, urls in sorted(self.hyperlinks.items()):
            for column, url in sorted(urls.items()):
                is_internal = url._link_type is UrlTypes.INTERNAL
                of_url = ("", url._link) if is_internal else (url._target(), url._anchor)
                yield f"{xl_col_to_name(column)}{row + 1}", *of_url

    def _render_links(self, name: str, links: Links, relations: dict[str, str]) -> Compressed:
        """The links of a column of the body."""
        rows = np.flatnonzero(links.there)
        files, of_row = links.files.categories, links.files.codes[rows].astype(np.intp)
        # In the order of the rows, because relationships are numbered on first use.
        used = pd.unique(of_row[of_row >= 0]).tolist()
        named = {code: self._relate(_target(files[code]), relations) for code in used}
        # The code -1, no file, picks the last text.
        targets = [*(named.get(code, "") for code in range(len(files))), ""]
        places, end = [*map(self._render_place, links.places.categories)], "/>"
        links_alone = "".join([f"<hyperlink{place}/>" for place in places])
        check_xml(f"{self.name}!{name}", ["<hyperlinks>", links_alone, "</hyperlinks>"])
        numbers: list[Numbers] = []
        if links.rows is not None:
            # Between the place, which is a column, and its closing quotation mark.
            places, end, numbers = [place.removesuffix('"') for place in places], '"/>', [links.rows[rows]]
        start, middle, last = (
            TextColumn([text], np.zeros(len(rows), np.uint8))
            for text in (f'<hyperlink ref="{name}', '"', end)
        )
        target = TextColumn(targets, of_row % len(targets))
        place = TextColumn(places, links.places.codes[rows])
        return _join(
            self._compressed(), [start, rows + self._first + 1, middle, target, place, *numbers, last]
        )


def _join(
    buffer: Compressed, columns: Sequence[TextColumn | Numbers], first: int | None = None
) -> Compressed:
    """Join rows into a buffer: compressed in other threads while the next piece is being joined."""
    for piece in join_rows(columns, first):
        buffer.add(piece, is_checked=True)
    return buffer


@lru_cache(maxsize=1 << 16)
def _target(path: str) -> str:
    """A file as a relationship target; cached, because several sheets link to the same files."""
    target: str = Url(f"external:{path}")._target()
    return target
