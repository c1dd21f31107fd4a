"""Make samples/forms anew: a template and a roster from each table of tools/forms.

Run by ``make samples``. A table is a text of parts that begin with ``==``. Cells stand between ``|``. On a
form sheet ``#`` begins a head row and ``:`` a row of a ruled table, ``<`` continues the cell to the left and
``^`` the one above, ``*…*`` is bold, and ``[0.0%]`` behind a cell's content is its number format.
"""

from __future__ import annotations

import re
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from large_form import build_table
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from workbook_tools.propose.dictionary_sheets import add_dictionary_sheet, fit_to_width
from workbook_tools.propose.look import FONT, INPUT_FILL, RULED
from workbook_tools.spec import vocabulary as words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

ROOT = Path(__file__).resolve().parent.parent
TABLES, SAMPLES = ROOT / "tools/forms", ROOT / "samples/forms"
FORM, LINES, RULES, TYPES, CAMPAIGN, UNITS = "form", "lines", "rules", "types", "campaign", "units"
_HEAD = PatternFill("solid", fgColor="FFF2F2F2")
_ANSWER = re.compile(r"\{\{[a-z][a-z0-9_.]*\}\}")
_FORMAT = re.compile(r"(.*?)\s*\[([^\]]+)\]", re.DOTALL)
_USUAL = {"Mức": "bắt buộc", "Ai điền": words.EVERYBODY, "Cách cộng": "cộng", "Kiểu": "số đếm"}
_LETTERHEAD = (
    ("{{tien_do}}", "{{ma_bieu}}"),
    ("{{dong_tren}}", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    ("*{{don_vi_hoa}}*", "*Độc lập - Tự do - Hạnh phúc*"),
)


def read_parts(text: str) -> Iterator[tuple[str, list[str], list[list[str]]]]:
    """The parts of a table: name, arguments, and rows of cells."""
    for part in re.split(r"^== ", text, flags=re.MULTILINE)[1:]:
        head, *lines = part.rstrip().splitlines()
        name, *arguments = _cells(head)
        yield name, arguments, [_cells(line) for line in lines if line.strip()]


def write_campaign(text: str, template: Path, units: Path) -> None:
    """Write the template and roster that a table describes."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    rows: dict[str, list[dict[str, object]]] = {}
    for name, arguments, cells in read_parts(text):
        if name == FORM:
            _draw(workbook.create_sheet(arguments[0]), arguments[1:], cells)
        else:
            rows[name] = [dict(zip(cells[0], map(_value, row), strict=False)) for row in cells[1:]]
    add_dictionary_sheet(workbook, words.INDICATORS, [_line(row) for row in rows[LINES]])
    every: dict[str, object] = {"Ai": words.EVERYBODY}
    add_dictionary_sheet(workbook, words.RULES, [every | row for row in rows.get(RULES, [])])
    add_dictionary_sheet(workbook, words.UNIT_TYPES, rows[TYPES])
    add_dictionary_sheet(workbook, words.CAMPAIGN, rows[CAMPAIGN])
    _add_further(workbook[words.UNIT_TYPES], rows[TYPES])
    _save(workbook, template)
    roster = Workbook()
    roster.remove(roster.worksheets[0])
    _add_further(add_dictionary_sheet(roster, words.ROSTER, rows[UNITS]), rows[UNITS])
    _save(roster, units)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")]


def _line(row: Mapping[str, object]) -> dict[str, object]:
    given = {head: value for head, value in row.items() if value is not None}
    usual = dict(_USUAL)
    if given.get("Kiểu") not in (None, "số đếm", "tiền", "số thập phân", "lũy kế"):
        usual["Cách cộng"] = "không cộng"
    return usual | given


def _value(text: str) -> float | datetime | str | None:
    if re.fullmatch(r"-?\d+(\.\d+)?", text):
        return float(text) if "." in text else int(text)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return datetime.fromisoformat(text)
    return text or None


def _add_further(sheet: Worksheet, rows: list[dict[str, Any]]) -> None:
    """Add the columns that are not among the program's own: facts, texts of letterheads."""
    known = {str(cell.value) for cell in sheet[1]}
    for head in [head for head in (rows[0] if rows else ()) if head not in known]:
        column = sheet.max_column + 1
        for number, value in enumerate([head, *(row.get(head) for row in rows)], start=1):
            cell = sheet.cell(number, column, value)
            cell.font, cell.border = Font(name=FONT, size=12, bold=number == 1), RULED
        sheet.column_dimensions[get_column_letter(column)].width = 20


def _draw(sheet: Worksheet, arguments: list[str], rows: list[list[str]]) -> None:
    widths = [int(width) for width in arguments[0].split()]
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    last = len(widths)
    half = max(last // 2, 1)
    for number, texts in enumerate(_LETTERHEAD, start=1):
        for text, first, end in zip(texts, (1, half + 1), (half, last), strict=True):
            cell = sheet.cell(number, first, text)
            _dress(cell, ruled=False, head=False, size=9 if number == 1 else 12)
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
            if end > first:
                sheet.merge_cells(start_row=number, start_column=first, end_row=number, end_column=end)
    for number, cells in enumerate(rows, start=5):
        _draw_row(sheet, number, cells, last)
    sheet.page_setup.orientation = "landscape" if "landscape" in arguments else "portrait"
    fit_to_width(sheet)
    sheet.page_margins.left, sheet.page_margins.right = 1.18, 0.6


def _draw_row(sheet: Worksheet, number: int, cells: list[str], last: int) -> None:
    head, ruled = cells[0].startswith("#"), cells[0].startswith((":", "#"))
    cells = [cells[0].lstrip("#:").strip(), *cells[1:]]
    cells += [""] * (last - len(cells) if ruled else 0)
    for column, text in enumerate(cells, start=1):
        cell = sheet.cell(number, column, text if text not in ("", "<", "^") else None)
        _dress(cell, ruled=ruled, head=head, size=13)
        if text == "^":
            top = next(row for row in range(number - 1, 0, -1) if sheet.cell(row, column).value)
            _merge(sheet, (top, column), (number, column))
        elif text and text != "<":
            end = column
            while end < len(cells) and cells[end] == "<":
                end += 1
            if end > column:
                _merge(sheet, (number, column), (number, end))
                if not ruled and not _ANSWER.fullmatch(text):
                    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def _merge(sheet: Worksheet, first: tuple[int, int], last: tuple[int, int]) -> None:
    for block in [b for b in sheet.merged_cells.ranges if (b.min_row, b.min_col) == first]:
        sheet.unmerge_cells(block.coord)
    sheet.merge_cells(start_row=first[0], start_column=first[1], end_row=last[0], end_column=last[1])


def _dress(cell: Cell, *, ruled: bool, head: bool, size: int) -> None:
    match = _FORMAT.fullmatch(cell.value) if isinstance(cell.value, str) else None
    if match:
        cell.value, cell.number_format = match[1] or None, match[2]
    text = cell.value if isinstance(cell.value, str) else ""
    bold = head or (text.startswith("*") and text.endswith("*") and len(text) > 1)
    if isinstance(cell.value, str):
        value = _value(text.strip("*").replace("\\n", "\n"))
        cell.value = value if not isinstance(value, datetime) else text
    cell.font = Font(name=FONT, size=size, bold=bold)
    answer = bool(_ANSWER.fullmatch(text)) and ruled
    horizontal = "center" if head else "right" if answer or text.startswith("=") else None
    cell.alignment = Alignment(horizontal=horizontal, vertical="center", wrap_text=True)
    if ruled:
        cell.border = RULED
    if head or answer:
        cell.fill = _HEAD if head else INPUT_FILL


def _save(workbook: Workbook, path: Path) -> None:
    """Save without the time of day, so that the same table makes the same file."""
    workbook.properties.created = workbook.properties.modified = datetime(2024, 1, 1)
    workbook.properties.creator = "workbook-tools"
    path.parent.mkdir(parents=True, exist_ok=True)
    workbook.save(path)


def read_tables() -> dict[str, str]:
    """Name → table; that of the large form is made, since it has 900 lines."""
    tables = {path.stem: path.read_text(encoding="utf-8") for path in sorted(TABLES.glob("*.txt"))}
    return tables | {"large": build_table()}


def main() -> None:
    """Write the samples named on the command line, or all."""
    for name, table in read_tables().items():
        if not sys.argv[1:] or name in sys.argv[1:]:
            write_campaign(table, SAMPLES / f"{name}_template.xlsx", SAMPLES / f"{name}_units.xlsx")


if __name__ == "__main__":
    main()
