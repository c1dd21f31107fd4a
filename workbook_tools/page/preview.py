"""Preview a form on the page: the cells of its sheets with merges, sizes, colours and borders, as printed."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from msgspec import Struct
from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string, get_column_letter

from workbook_tools.forms.form_id import sheet_password, sign_form
from workbook_tools.forms.master import build_master
from workbook_tools.forms.stamp import build_stamp, stamp_form, unit_texts
from workbook_tools.text.clean import value_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.cell.cell import Cell as SheetCell
    from openpyxl.cell.cell import MergedCell
    from openpyxl.styles.colors import Color
    from openpyxl.worksheet.worksheet import Worksheet

    from workbook_tools.model import ReportTemplate, Roster, Unit

_DEFAULT_WIDTH = 8.43
"""Excel's width, in characters, of a column for which none is set."""
_PIXELS = 4 / 3
"""In one point."""
_NO_KEY = bytes(32)
"""A trial is not a unit's form: it is signed with a key that no campaign has."""


class PreviewCell(Struct, frozen=True):
    """A cell, or the block of merged cells that starts there."""

    text: str
    columns: int
    rows: int
    to_fill_in: bool
    bold: bool
    centred: bool
    fill: str
    """The colour behind the text, as in HTML; empty for none."""
    colour: str
    """The colour of the text; empty for black."""
    edges: str
    """The sides that have a border: ``top``, ``right``, ``bottom`` and ``left``."""


class PreviewRow(Struct, frozen=True):
    """A row of a form sheet; ``height`` in pixels, 0 if the sheet sets none."""

    height: int
    cells: tuple[PreviewCell, ...]


class PreviewSheet(Struct, frozen=True):
    """A form sheet; ``widths`` are per mille of the sheet's width."""

    name: str
    widths: tuple[int, ...]
    rows: tuple[PreviewRow, ...]


def preview_form(template: ReportTemplate, roster: Roster, unit: Unit) -> list[PreviewSheet]:
    """Build the form sheets of a unit's form as they are printed, without hidden rows and columns."""
    # openpyxl is safe here: this is our own form, not a returned file.
    workbook = load_workbook(io.BytesIO(build_trial(template, roster, unit)), data_only=True)
    inputs = (*template.inputs.values(), *template.notes.values())
    places = {(cell.sheet, cell.row, cell.column) for cell in inputs}
    return [_preview_sheet(workbook[name], places) for name in template.form_sheets]


def build_trial(template: ReportTemplate, roster: Roster, unit: Unit) -> bytes:
    """Build a unit's form to look at and to try out: no campaign accepts it as a return."""
    above = roster.name_above(unit, template.campaign.office)
    master = build_master(
        template, template.unit_types[unit.type], sheet_password(_NO_KEY), unit_texts(unit, above)
    )
    form_id = sign_form(template.campaign.code, unit.code, template.version, _NO_KEY)
    return stamp_form(build_stamp(master), unit, above, form_id)


def _preview_sheet(sheet: Worksheet, inputs: set[tuple[str, int, int]]) -> PreviewSheet:
    columns = [c for c in _printed_columns(sheet) if not sheet.column_dimensions[get_column_letter(c)].hidden]
    widths = [sheet.column_dimensions[get_column_letter(c)].width or _DEFAULT_WIDTH for c in columns]
    covered = {(row, column) for area in sheet.merged_cells.ranges for row, column in _covered(area.bounds)}
    spans = {
        (a.min_row, a.min_col): (a.max_row - a.min_row + 1, a.max_col - a.min_col + 1)
        for a in sheet.merged_cells.ranges
    }
    rows = []
    for row in range(1, sheet.max_row + 1):
        if sheet.row_dimensions[row].hidden:
            continue
        cells = [sheet.cell(row, column) for column in columns if (row, column) not in covered]
        shown = (_preview_cell(sheet, cell, spans, inputs) for cell in cells)
        height = round((sheet.row_dimensions[row].height or 0) * _PIXELS)
        rows.append(PreviewRow(height, tuple(shown)))
    # openpyxl counts every formatted row, also those below the form.
    while rows and not any(cell.text or cell.to_fill_in for cell in rows[-1].cells):
        rows.pop()
    return PreviewSheet(
        sheet.title, tuple(round(1000 * width / sum(widths)) for width in widths), tuple(rows)
    )


def _printed_columns(sheet: Worksheet) -> range:
    """The columns of the print area; all columns if there is none."""
    areas = sheet.print_area.split(":") if sheet.print_area else []
    if len(areas) != 2:
        return range(1, sheet.max_column + 1)
    left, right = (
        column_index_from_string(area.rpartition("!")[2].replace("$", "").rstrip("0123456789"))
        for area in areas
    )
    return range(left, right + 1)


def _covered(bounds: tuple[int, int, int, int]) -> Iterator[tuple[int, int]]:
    left, top, right, bottom = bounds
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            if (row, column) != (top, left):
                yield row, column


def _preview_cell(
    sheet: Worksheet,
    cell: SheetCell | MergedCell,
    spans: dict[tuple[int, int], tuple[int, int]],
    inputs: set[tuple[str, int, int]],
) -> PreviewCell:
    row, column = cell.row or 0, cell.column or 0
    rows, columns = spans.get((row, column), (1, 1))
    last = sheet.cell(row + rows - 1, column + columns - 1)
    return PreviewCell(
        text=value_text(cell.value),
        columns=columns,
        rows=rows,
        to_fill_in=(sheet.title, row, column) in inputs and not cell.protection.locked,
        bold=bool(cell.font.bold),
        centred=cell.alignment.horizontal == "center",
        fill=_rgb(cell.fill.fgColor) if cell.fill.patternType == "solid" else "",
        colour=_rgb(cell.font.color).replace("#000000", ""),
        edges=_edges(cell, last),
    )


def _rgb(colour: Color | None) -> str:
    """A colour as in HTML; empty for none, and for those of the theme, which stand in another part."""
    if colour is None or colour.type != "rgb":
        return ""
    return f"#{colour.rgb[-6:]}"


def _edges(first: SheetCell | MergedCell, last: SheetCell | MergedCell) -> str:
    """The sides of a block, from its first cell to its last, that have a border."""
    sides = {
        "top": first.border.top,
        "right": last.border.right,
        "bottom": last.border.bottom,
        "left": first.border.left,
    }
    return " ".join(name for name, side in sides.items() if side is not None and side.style)
