"""The rows of ``Chỉ tiêu`` that describe lists: one of kind danh sách for the list, one for each column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from workbook_tools import heads
from workbook_tools.formula.list_functions import list_of
from workbook_tools.model import Kind, Need, RowList
from workbook_tools.spec import vocabulary as words
from workbook_tools.text.near import suggest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbook_tools.model import Indicator
    from workbook_tools.spec.tables import Row

USUAL_ROOM, MOST_ROOM = 30, 1000
RESERVED = frozenset({"ghi_chu", "ky_truoc", words.COUNTER})
"""Reserved column names: endings of markers."""
_NO_COLUMN = frozenset({Kind.MIRROR, Kind.LIST})


def is_list(row: Row) -> bool:
    """Whether a row of ``Chỉ tiêu`` describes a list."""
    return words.KINDS.get(row.closed_value(heads.KIND)) is Kind.LIST


class ListReader(Struct):
    """Lists and columns read so far."""

    lists: dict[str, RowList] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)
    """The dictionary row of each list and column."""
    _columns: dict[str, Indicator] = field(default_factory=dict)

    def add_list(self, code: str, row: Row, who: frozenset[str]) -> None:
        """Read the row of a list; its bounds are the least and the greatest number of its rows."""
        least, room = row.number_in(heads.LEAST), row.number_in(heads.MOST)
        if room is None:
            room = USUAL_ROOM
        numbers = (least or 0.0, room)
        if not 0 <= numbers[0] <= numbers[1] <= MOST_ROOM or numbers[1] < 1:
            row.note("list-room-invalid", heads.MOST, limit=MOST_ROOM)
            numbers = (0.0, float(USUAL_ROOM))
        self.rows[code] = row
        self.lists[code] = RowList(
            code,
            row.text(heads.GROUP, required=True),
            row.text(heads.CONTENT, required=True),
            {},
            row.one_of(heads.NEED, words.NEEDS, Need.OPTIONAL),
            int(numbers[0]),
            int(numbers[1]),
            who,
        )

    def add_column(self, column: Indicator, row: Row) -> None:
        """Read the row of a column; its list may come later."""
        if column.kind in _NO_COLUMN or row.closed_value(heads.KIND) == words.RUNNING:
            row.note("list-column-kind", heads.KIND, value=row.text(heads.KIND))
        if column.who:
            row.note("list-column-types", heads.WHO_ANSWERS, value=list_of(column.code))
        self._columns[column.code], self.rows[column.code] = column, row

    def settle(self) -> Mapping[str, RowList]:
        """The lists with their columns; notes columns without a list and lists without columns."""
        for code, column in self._columns.items():
            if list_of(code) not in self.lists:
                near = suggest(list_of(code), self.lists)
                self.rows[code].note(
                    "list-unknown", heads.KEY, value=code, list=list_of(code), suggestion=near
                )
            elif not column.group:
                self._columns[code] = replace(column, group=self.lists[list_of(code)].group)
        found = {}
        for code, one in self.lists.items():
            columns = {c: column for c, column in self._columns.items() if list_of(c) == code}
            if not any(column.asked for column in columns.values()):
                self.rows[code].note("list-without-columns", heads.KEY, value=code)
            found[code] = replace(one, columns=columns)
        return found
