"""The Parquet file beside a consolidated workbook with a list too long for its sheet, and the note on it."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools.locale import show_number

if TYPE_CHECKING:
    from workbook_tools.storage.location import Location

DATA = "Dữ liệu"
"""The sheet of all answers."""
_NOTE = (
    "Trang “{sheet}” chỉ chứa được {shown} dòng đầu, còn thiếu {left} dòng; đủ cả {rows} dòng ở tệp "
    "“{name}” trong cùng thư mục. Số ở các trang tổng hợp tính từ đủ các dòng; phép lọc, phép cộng hay "
    "PivotTable tự lập trên trang này thì thiếu."
)
_MARK = re.compile(r"\bDuLieu=(\d+)\b")
_FORBIDDEN = re.compile(r'[<>"|]')


class WholeTable(Struct, frozen=True):
    """A list of ``rows`` rows whose sheet shows the first ``shown``; the file ``path`` has them all."""

    sheet: str
    rows: int
    shown: int
    path: Location

    @property
    def left(self) -> int:
        """The number of rows that the sheet leaves out."""
        return self.rows - self.shown

    def note(self) -> str:
        """The note in the workbook."""
        numbers = {
            name: show_number(count, "vi")
            for name, count in (("rows", self.rows), ("shown", self.shown), ("left", self.left))
        }
        return _NOTE.format(sheet=self.sheet, name=self.path.name, **numbers)


def whole_path(workbook: Location, sheet: str) -> Location:
    """The file with the whole list of a sheet, named after workbook and sheet, beside the workbook."""
    # Beside the workbook, and named after it: the two are sent together or not at all.
    return workbook.parent / (f"{PurePath(workbook.name).stem} - {_FORBIDDEN.sub(' ', sheet)}.parquet")


def mark_rows(rows: int) -> str:
    """Keyword that is set when the data sheet is truncated, so that readers need not count a million rows."""
    return f"DuLieu={rows}"


def marked_rows(keywords: str) -> int | None:
    """Row count of the whole data table from a workbook's keywords; None if it is all on its sheet."""
    found = _MARK.search(keywords)
    return int(found[1]) if found else None
