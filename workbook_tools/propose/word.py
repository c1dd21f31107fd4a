"""Convert a form drawn in Word to a sheet: a row for each paragraph, tables cell by cell."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import docx
from docx.table import Table
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from workbook_tools.errors import CannotRead
from workbook_tools.excel import column_letters
from workbook_tools.locale import mark as _
from workbook_tools.propose.look import FONT, RULED
from workbook_tools.text.clean import clean_text

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph
    from openpyxl.worksheet.worksheet import Worksheet

    from workbook_tools.storage.location import Location

_WIDTH, _FIRST_WIDTH, _LEAST_COLUMNS = 14, 40, 4
_CELLS = 20_000


def read_word_form(path: Location, data: bytes) -> Workbook:
    """Return a workbook with one sheet, ``Biểu``; CannotRead if it is not a Word document or has no table."""
    if not data.startswith(b"PK"):
        # Documents of Word 97–2003 (.doc) and RTF: still what many forms are kept in.
        raise CannotRead(
            path,
            _("it was not saved as a Word Document (.docx)"),
            _("Open it in Word, choose Save As, Word Document (.docx), and use that file."),
        )
    try:
        document = docx.Document(io.BytesIO(data))
        parts = list(document.iter_inner_content())
    except (KeyError, ValueError, zipfile.BadZipFile, OSError) as error:
        raise CannotRead(path, _("it is damaged: a part of it cannot be parsed")) from error
    tables = [part for part in parts if isinstance(part, Table)]
    if not tables:
        raise CannotRead(path, _("it has no table"), _("Draw the form as a table, in Word or in Excel."))
    columns = max(_LEAST_COLUMNS, *(len(table.columns) for table in tables))
    if sum(len(table.rows) for table in tables) * columns > _CELLS:
        raise CannotRead(path, _("its tables are larger than any form"))
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "Biểu"
    # The first row stays free for form id and progress.
    row = 2
    for part in parts:
        if isinstance(part, Table):
            row = _put_table(sheet, row, part)
        else:
            row = _put_text(sheet, row, part, columns)
    for column in range(1, columns + 1):
        sheet.column_dimensions[column_letters(column)].width = _FIRST_WIDTH if column == 2 else _WIDTH
    return workbook


def _put_text(sheet: Worksheet, row: int, paragraph: Paragraph, columns: int) -> int:
    text = clean_text(paragraph.text)
    if not text:
        return row + (row > 2 and sheet.cell(row - 1, 1).value is not None)
    cell = sheet.cell(row, 1, text)
    # openpyxl makes a text that begins with = a formula.
    cell.data_type = "s"
    bold = any(run.bold for run in paragraph.runs)
    centred = paragraph.alignment is not None and int(paragraph.alignment) == 1
    across = "center" if centred else None
    cell.font = Font(name=FONT, size=13, bold=bold)
    cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal=across)
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=columns)
    return row + 1


def _put_table(sheet: Worksheet, first: int, table: Table) -> int:
    # The cells of a merged block share one XML element, which identifies the block.
    grid = [[cell._tc for cell in row.cells] for row in table.rows]
    done = set()
    for r, row in enumerate(table.rows):
        for c, cell in enumerate(row.cells):
            target = sheet.cell(first + r, c + 1)
            target.border = RULED
            # python-docx returns a merged cell once per place that it covers.
            if cell._tc in done:
                continue
            done.add(cell._tc)
            target.font = Font(
                name=FONT, size=12, bold=any(run.bold for p in cell.paragraphs for run in p.runs)
            )
            target.alignment = Alignment(wrap_text=True, vertical="center")
            if text := clean_text(cell.text):
                target.value = text
                target.data_type = "s"
            _merge(sheet, grid, (r, c), first)
    return first + len(grid) + 1


def _merge(sheet: Worksheet, grid: list[list[object]], at: tuple[int, int], first: int) -> None:
    r, c = at
    own = grid[r][c]
    right = c
    while right + 1 < len(grid[r]) and grid[r][right + 1] is own:
        right += 1
    bottom = r
    while bottom + 1 < len(grid) and c < len(grid[bottom + 1]) and grid[bottom + 1][c] is own:
        bottom += 1
    if (right, bottom) != (c, r):
        for row in range(r, bottom + 1):
            for column in range(c, right + 1):
                sheet.cell(first + row, column + 1).border = RULED
        sheet.merge_cells(
            start_row=first + r, end_row=first + bottom, start_column=c + 1, end_column=right + 1
        )
