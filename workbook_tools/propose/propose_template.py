"""Turn a drawn workbook into a template: find its lines, lists and rules, and write their markers."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

from openpyxl.styles import Font

from workbook_tools.forms.row_heights import DEFAULT_WIDTH, column_widths, text_width
from workbook_tools.propose.drawn_figures import empty_zeros, note_figures
from workbook_tools.propose.grid import Grid
from workbook_tools.propose.guesses import ProposedLine, guess_line
from workbook_tools.propose.inputs import Found, find_inputs, row_texts
from workbook_tools.propose.look import FONT, INPUT_FILL
from workbook_tools.propose.proposal import Proposal, ProposedList
from workbook_tools.propose.proposed_sheets import add_proposed_sheets
from workbook_tools.propose.ruled_lists import RuledRows, close_lists, code_columns, guess_column
from workbook_tools.propose.stated_rules import guess_rules, is_total, list_totals
from workbook_tools.spec import vocabulary as words
from workbook_tools.spec.markers import NOTE_SUFFIX, marker

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from workbook_tools.propose.grid import Block

_DOTTED = re.compile(r"[.…_]{4,}|…")
_TITLE = re.compile(r"\s*(?:BÁO CÁO|BIỂU|TỔNG HỢP|THỐNG KÊ|BẢNG|DANH SÁCH|PHIẾU)\b")


def propose_template(
    workbook: Workbook, deadline: date, lost: Sequence[tuple[str, str, str, str]] = ()
) -> Proposal:
    """Turn a workbook of drawn forms into a template; its sheets keep all their content.

    ``lost`` are remarks on what openpyxl did not read of it.
    """
    proposal, titles = Proposal(remarks=[*lost]), []
    sheets = [s for s in workbook.worksheets if s.sheet_state == "visible"]
    for sheet in sheets:
        proposal.remarks += empty_zeros(sheet)
    # Before anything else is found, because this moves the rows below each list.
    lists = close_lists(workbook, sheets)
    for sheet in sheets:
        grid = Grid(sheet)
        found = find_inputs(grid)
        if not found.inputs:
            continue
        titles += [" ".join(b.text.split()) for b in grid.blocks if _TITLE.match(b.text)]
        columns = _propose_lists(proposal, sheet, grid, lists.get(sheet.title, ()))
        proposal.remarks += note_figures(grid, found.inputs)
        _propose_sheet(proposal, grid, found, columns)
        _write_sheet(sheet, proposal, grid, found)
    title = titles[0] if titles else "Tên báo cáo"
    add_proposed_sheets(workbook, proposal, title, deadline)
    buffer = io.BytesIO()
    workbook.save(buffer)
    proposal.content = buffer.getvalue()
    return proposal


def _propose_lists(
    proposal: Proposal, sheet: Worksheet, grid: Grid, lists: Sequence[RuledRows]
) -> dict[Block, str]:
    """Add the lists of a sheet and mark their running numbers; return their columns' codes."""
    columns: dict[Block, str] = {}
    for one in lists:
        code = f"ds_{len(proposal.lists) + 1}" if proposal.lists else "ds"
        own = code_columns(grid, one, code)
        first = guess_column(grid, next(iter(own)), [*own])
        titles = [" ".join(b.text.split()) for b in grid.blocks if b.row < one.row and _TITLE.match(b.text)]
        label = first.group if first.group != grid.name or not titles else titles[-1]
        proposal.lists[code] = ProposedList(first.group, label[:200], one.count)
        # A printed 1 already counts as the list's running number.
        if one.number_column and sheet.cell(one.row, one.number_column).value != 1:
            sheet.cell(one.row, one.number_column).value = marker(f"{code}.{words.COUNTER}")
        why = (
            f"{one.count} dòng kẻ sẵn đã gộp thành một hàng, chương trình lặp lại hàng đó khi tạo biểu; "
            "cần nhiều dòng hơn thì sửa cột “Lớn nhất” của trang Chỉ tiêu."
        )
        proposal.remarks.append((grid.name, next(iter(own)).ref, f"{code}, {label}, danh sách", why))
        columns |= own
    return columns


def _propose_sheet(proposal: Proposal, grid: Grid, found: Found, columns: Mapping[Block, str]) -> None:
    calculated = [b for b in grid.blocks if b.is_formula and b.is_boxed and row_texts(grid, b)]
    listed = {block: guess_column(grid, block, [*columns]) for block in columns}
    in_lists = {block.row for block in columns}
    found.notes = {row: block for row, block in found.notes.items() if row not in in_lists}
    asked = [
        b for b in (*found.inputs, *calculated) if b.row not in in_lists and not _is_no_total(grid, b, listed)
    ]
    codes: dict[Block, str] = {}
    number = sum("." not in code for code in proposal.lines)
    for block in sorted([*asked, *columns], key=lambda b: (b.row, b.column)):
        if block in columns:
            code, line = columns[block], listed[block]
        else:
            number += 1
            code, line = f"ct_{number}", guess_line(grid, block, asked)
        proposal.lines[code] = line
        if block.is_formula or line.adds_up:
            codes[block] = code
    _propose_rules(proposal, grid, codes, columns)
    for block in grid.blocks:
        # A cell of dots alone is an input; dots within words are a place that no marker can take.
        if _DOTTED.search(block.text) and not block.is_blank:
            why = (
                "Có chỗ để điền trong một câu chữ: nếu đơn vị phải điền thì dành một ô riêng và đặt ký hiệu "
                "vào ô đó."
            )
            proposal.remarks.append((grid.name, block.ref, " ".join(block.text.split())[:80], why))


def _is_no_total(grid: Grid, block: Block, listed: Mapping[Block, ProposedLine]) -> bool:
    """Whether it is the empty cell of a total below a column of a list that holds no figures."""
    above = grid.at(block.row - 1, block.column)
    line = listed.get(above) if above is not None else None
    return line is not None and block.is_blank and not line.adds_up and is_total(grid, block)


def _propose_rules(
    proposal: Proposal, grid: Grid, codes: Mapping[Block, str], columns: Mapping[Block, str]
) -> None:
    """Add the rules over lines, and those over the columns of a list."""
    by_code = {code: block for block, code in codes.items()}
    of_lists = {block: code for block, code in codes.items() if block in columns}
    others = {block: code for block, code in codes.items() if block not in columns}
    guessed = [*guess_rules(grid, others), *list_totals(grid, of_lists, others)]
    for row in sorted({block.row for block in of_lists}):
        guessed += guess_rules(grid, {b: code for b, code in of_lists.items() if b.row == row})
    for rule in guessed:
        # A total that the form calculates itself needs no rule.
        first = by_code.get(re.match(r"=([\w.]+)", rule.formula)[1])  # type: ignore[index]
        if first is None or not first.is_formula:
            proposal.rules.append(rule)


def _write_sheet(sheet: Worksheet, proposal: Proposal, grid: Grid, found: Found) -> None:
    first_of_row: dict[int, str] = {}
    for code, line in proposal.lines.items():
        if line.sheet != sheet.title or line.block.is_formula:
            continue
        first_of_row.setdefault(line.block.row, code)
        cell = sheet.cell(line.block.row, line.block.column)
        cell.value = marker(code)
        # The officer's own colour stays.
        if not line.block.fill:
            cell.fill = INPUT_FILL
    for row, block in found.notes.items():
        if row in first_of_row and not block.text:
            sheet.cell(block.row, block.column).value = marker(first_of_row[row] + NOTE_SUFFIX)
    _place_panel(sheet, proposal, grid)


def _place_panel(sheet: Worksheet, proposal: Proposal, grid: Grid) -> None:
    """Put form id and progress into free cells of the first row, or below the form."""
    free = _free_columns(sheet, grid)
    row, places = grid.rows + 2, (1, max(grid.columns, 2))
    if len(free) > 1:
        row, places = 1, (free[0], free[-1])
    for name, column in zip(words.GENERATED_MARKERS, reversed(places), strict=True):
        cell = sheet.cell(row, column)
        cell.value = marker(name)
        cell.font = Font(name=FONT, size=9, color="FF7F7F7F")
        why = "Chương trình ghi mã biểu và tiến độ điền vào ô này; nên chuyển lên đầu biểu nếu còn chỗ."
        proposal.remarks.append((sheet.title, cell.coordinate, name, why))


def _free_columns(sheet: Worksheet, grid: Grid) -> list[int]:
    """The columns whose cell in the first row is blank, and not shown as part of a longer text beside it."""
    shown: set[int] = set()
    blocks, widths = grid.row(1), column_widths(sheet)
    for position, block in enumerate(blocks):
        if not block.text or block.last_column > block.column:
            continue
        cell: Any = sheet.cell(1, block.column)
        left = text_width(block.text, cell) - widths.get(block.column, DEFAULT_WIDTH)
        others = blocks[position + 1 :]
        if cell.alignment.horizontal == "right":
            others = blocks[:position][::-1]
        if cell.alignment.horizontal == "center":
            others = [*others, *blocks[:position][::-1]]
        for other in others:
            if other.text or left <= 0 or cell.alignment.wrap_text:
                break
            shown.add(other.column)
            left -= widths.get(other.column, DEFAULT_WIDTH)
    return [
        block.column
        for block in blocks
        if not block.text and block.column == block.last_column and block.column not in shown
    ]
