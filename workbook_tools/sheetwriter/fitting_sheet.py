"""A worksheet whose rows fit their text, and are refitted when the text changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_rowcol_to_cell_fast
from xlsxwriter.worksheet import CellNumberTuple, Worksheet

if TYPE_CHECKING:
    from collections.abc import Sequence


class FittingSheet(Worksheet):  # type: ignore[misc]
    """An xlsxwriter worksheet with row heights as if Excel had fitted them.

    Programs that do not fit rows use the stored height. Excel refits a row when its content changes, as in a
    pivot, but only if its height is not marked as set by hand; xlsxwriter marks every one.
    """

    def _xml_start_tag_unencoded(self, tag: str, attributes: Sequence[tuple[str, Any]] = ()) -> None:
        if tag == "row":
            attributes = [attribute for attribute in attributes if attribute[0] != "customHeight"]
        super()._xml_start_tag_unencoded(tag, attributes)

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        # Fast path for tens of thousands of figures by area: xlsxwriter builds and quotes an attribute list
        # for each.
        if isinstance(cell, CellNumberTuple) and cell.format:
            self.fh.write(
                f'<c r="{xl_rowcol_to_cell_fast(row, col)}" s="{cell.format._get_xf_index()}">'
                f"<v>{cell.number:.16G}</v></c>"
            )
        else:
            super()._write_cell(row, col, cell)
