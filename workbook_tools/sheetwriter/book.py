"""The consolidated workbook being written: sheets, formats and file; equal input gives equal bytes."""

from __future__ import annotations

import errno
import warnings
from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from xlsxwriter.exceptions import FileCreateError, FileSizeError

from workbook_tools.sheetwriter.book_sheet import Sheet
from workbook_tools.sheetwriter.cell_text import free_sheet_name
from workbook_tools.sheetwriter.column_sheet import ColumnSheet
from workbook_tools.sheetwriter.fast_workbook import FastWorkbook
from workbook_tools.sheetwriter.style import FONT, Formats

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from xlsxwriter.worksheet import Worksheet

    from workbook_tools.sheetwriter.overflow import LongList
    from workbook_tools.sheetwriter.whole_table import WholeTable
    from workbook_tools.storage.location import Location


class Book:
    """The consolidated workbook being written; a context manager that closes it.

    Styles are what :class:`~workbook_tools.sheetwriter.style.Formats` takes.
    """

    def __init__(
        self, path: Path, created: date, properties: Mapping[str, str], *, native_pivots: bool = True
    ) -> None:
        options = {
            # What units wrote is text: an =HYPERLINK of theirs must never run here.
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": False,
        }
        self.workbook = FastWorkbook(str(path), options, native=native_pivots)
        # Otherwise xlsxwriter takes the time of day, and no two files would be equal.
        self.workbook.set_properties(
            {**properties, "created": datetime(created.year, created.month, created.day)}
        )
        self.workbook.formats[0].set_font_name(FONT)
        self.workbook.formats[0].set_font_size(11)
        self.title = properties.get("title", "")
        self.native_pivots = native_pivots
        self._sheets: list[Sheet] = []
        self._last: list[Sheet] = []
        self._formats = Formats(self.workbook)
        self._warnings = warnings.catch_warnings()

    def __enter__(self) -> Self:
        self._warnings.__enter__()
        # xlsxwriter only warns when it drops content.
        warnings.filterwarnings("error", module=r"xlsxwriter\.")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._close()
        finally:
            self._warnings.__exit__(kind, error, trace)

    @property
    def sheets(self) -> Sequence[Sheet]:
        """All sheets so far, in order."""
        return [*self._sheets, *self._last]

    @property
    def long_lists(self) -> Sequence[LongList]:
        """Lists longer than their sheet, in the order of sheets."""
        return [sheet.long_list for sheet in self.sheets if sheet.long_list is not None]

    def note_long_lists(self, path: Location) -> list[WholeTable]:
        """Note on each sheet with a truncated list what is left out, beside the headings and below the last
        row.

        ``path`` is the workbook's destination. Returns the lists, which the caller writes whole beside it.
        """
        tables = []
        for sheet in self.sheets:
            if (long_list := sheet.long_list) is not None:
                table = long_list.describe(path)
                sheet.text(long_list.first - 1, len(long_list.heads) + 1, table.note(), "plain")
                sheet.text(long_list.first + long_list.shown, 0, table.note(), "plain")
                tables.append(table)
        return tables

    def _close(self) -> None:
        """Write the file; turn xlsxwriter's file errors back into OSError."""
        self.workbook.arrange([sheet.raw for sheet in self.sheets])
        try:
            self.workbook.close()
        except FileCreateError as error:
            raise error.args[0] from error
        except FileSizeError as error:
            raise OSError(errno.EFBIG, "the workbook would be larger than the format allows") from error

    def sheet(self, name: str, tab: str, kind: type[Worksheet] = ColumnSheet, *, last: bool = False) -> Sheet:
        """Add a sheet under a legal and unique name. ``kind`` may be another worksheet class.

        With ``last`` it is placed after all others, including those added later.
        """
        free = free_sheet_name(name, [sheet.name for sheet in self.sheets])
        worksheet = self.workbook.add_worksheet(free, kind)
        worksheet.set_tab_color(tab)
        sheet = Sheet(self.workbook, self._formats, worksheet, self.title)
        sheets = self._last if last else self._sheets
        sheets.append(sheet)
        return sheet
