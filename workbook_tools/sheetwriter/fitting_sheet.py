"""A worksheet whose rows are as high as their texts need, and stay so when other texts come to stand in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_rowcol_to_cell_fast
from xlsxwriter.worksheet import CellNumberTuple, Worksheet

if TYPE_CHECKING:
    from collections.abc import Sequence


class FittingSheet(Worksheet):  # type: ignore[misc]
    """A worksheet of xlsxwriter where heights are as if Excel had fitted them.

    Programs that do not fit rows take the height that is given. Excel fits a row anew when its content changes, as that
    of a pivot does, but only where the height is not marked as chosen by hand; xlsxwriter marks every one.
    """

    def _xml_start_tag_unencoded(self, tag: str, attributes: Sequence[tuple[str, Any]] = ()) -> None:
        if tag == "row":
            attributes = [attribute for attribute in attributes if attribute[0] != "customHeight"]
        super()._xml_start_tag_unencoded(tag, attributes)

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        # Figures by area are tens of thousands; xlsxwriter makes and quotes a list of attributes for each.
        if isinstance(cell, CellNumberTuple) and cell.format:
            self.fh.write(
                f'<c r="{xl_rowcol_to_cell_fast(row, col)}" s="{cell.format._get_xf_index()}"><v>{cell.number:.16G}</v></c>'
            )
        else:
            super()._write_cell(row, col, cell)
