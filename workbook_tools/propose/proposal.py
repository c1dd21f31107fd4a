"""Turns a drawn workbook into a template: markers, dictionary, and a list of points to check."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from openpyxl.cell.cell import MergedCell
from openpyxl.styles import Font, PatternFill

from workbook_tools import heads
from workbook_tools.propose.dictionary_sheets import (
    GUESSED,
    HEAD,
    TYPE_ROWS,
    add_dictionary_sheet,
    add_guide,
    campaign_rows,
    fit_to_width,
    put,
)
from workbook_tools.propose.grid import Grid
from workbook_tools.propose.guesses import ProposedLine, guess_line
from workbook_tools.propose.inputs import Found, find_inputs, row_texts
from workbook_tools.propose.ruled_lists import RuledRows, close_lists, guess_column, name_columns
from workbook_tools.propose.stated_rules import ProposedRule, guess_rules, is_total, list_totals
from workbook_tools.spec import vocabulary as words
from workbook_tools.spec.markers import NOTE_SUFFIX, marker
from workbook_tools.text.clean import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from workbook_tools.propose.grid import Block

TO_REVIEW = "Cần xem"
_INPUT = PatternFill("solid", fgColor="FFFFF8DC")
_CALCULATED = "công thức"
_ADDED_UP = frozenset({"số đếm", "tiền", "số thập phân"})
_PER_PIECE = re.compile(r"\b(?:don gia|dinh muc|binh quan|trung binh)\b")
_SUM = re.compile(r"=\s*(?:\+?(?:SUM\([A-Z0-9:,$ ]+\)|\$?[A-Z]{1,3}\$?\d+)\s*)+", re.IGNORECASE)
_DOTTED = re.compile(r"[.…_]{4,}|…")
_TITLE = re.compile(r"\s*(?:BÁO CÁO|BIỂU|TỔNG HỢP|THỐNG KÊ|BẢNG|DANH SÁCH|PHIẾU)\b")


@dataclass(frozen=True, slots=True)
class ProposedList:
    """A list: its group, its name, and how many rows were ruled for it."""

    group: str
    label: str
    room: int


@dataclass
class Proposal:
    """A proposal: lines, lists, rules, and remarks (sheet, cell, proposal, reason to check it).

    The columns of a list are lines whose codes begin with the list's.
    """

    lines: dict[str, ProposedLine] = field(default_factory=dict)
    lists: dict[str, ProposedList] = field(default_factory=dict)
    rules: list[ProposedRule] = field(default_factory=list)
    remarks: list[tuple[str, str, str, str]] = field(default_factory=list)
    content: bytes = b""


def propose_template(workbook: Workbook, deadline: date) -> Proposal:
    """Complete a workbook of drawn forms to a template; its sheets keep all their content."""
    proposal, titles = Proposal(), []
    sheets = [s for s in workbook.worksheets if s.sheet_state == "visible"]
    lists = close_lists(workbook, sheets)
    for sheet in sheets:
        grid = Grid(sheet)
        found = find_inputs(grid)
        if not found.inputs:
            continue
        titles += [" ".join(b.text.split()) for b in grid.blocks if _TITLE.match(b.text)]
        columns = _propose_lists(proposal, sheet, grid, lists.get(sheet.title, ()))
        _propose_sheet(proposal, grid, found, columns)
        _write_sheet(sheet, proposal, grid, found)
    _write_dictionary(workbook, proposal, titles[0] if titles else "Tên báo cáo", deadline)
    buffer = io.BytesIO()
    workbook.save(buffer)
    proposal.content = buffer.getvalue()
    return proposal


def _propose_lists(
    proposal: Proposal, sheet: Worksheet, grid: Grid, lists: Sequence[RuledRows]
) -> dict[Block, str]:
    """Add the lists of a sheet and mark their running numbers; their columns with their codes."""
    columns: dict[Block, str] = {}
    for one in lists:
        code = f"ds_{len(proposal.lists) + 1}" if proposal.lists else "ds"
        own = name_columns(grid, one, code)
        first = guess_column(grid, next(iter(own)), [*own])
        titles = [" ".join(b.text.split()) for b in grid.blocks if b.row < one.row and _TITLE.match(b.text)]
        label = first.group if first.group != grid.name or not titles else titles[-1]
        proposal.lists[code] = ProposedList(first.group, label[:200], one.count)
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
        if block.is_formula or _adds_up(line):
            codes[block] = code
    _propose_rules(proposal, grid, codes, columns)
    for block in grid.blocks:
        if _DOTTED.search(block.text) and not block.is_blank:
            why = (
                "Có chỗ để điền trong một câu chữ: nếu đơn vị phải điền thì dành một ô riêng "
                "và đặt ký hiệu vào ô đó."
            )
            proposal.remarks.append((grid.name, block.ref, " ".join(block.text.split())[:80], why))


def _is_no_total(grid: Grid, block: Block, listed: Mapping[Block, ProposedLine]) -> bool:
    """Whether it is the empty cell of a total below a column of a list that holds no figures."""
    above = grid.at(block.row - 1, block.column)
    line = listed.get(above) if above is not None else None
    return line is not None and block.is_blank and not _adds_up(line) and is_total(grid, block)


def _propose_rules(
    proposal: Proposal, grid: Grid, codes: Mapping[Block, str], columns: Mapping[Block, str]
) -> None:
    """Add the rules of the lines, and those that hold in every row of a list."""
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
            cell.fill = _INPUT
    for row, block in found.notes.items():
        if row in first_of_row and not block.text:
            sheet.cell(block.row, block.column).value = marker(first_of_row[row] + NOTE_SUFFIX)
    _place_panel(sheet, proposal, grid)


def _place_panel(sheet: Worksheet, proposal: Proposal, grid: Grid) -> None:
    """Put form id and progress into free cells of the first row, or below the form."""
    free = [
        column
        for column in range(1, grid.columns + 1)
        if not isinstance(sheet.cell(1, column), MergedCell) and sheet.cell(1, column).value is None
    ]
    row, places = (1, (free[0], free[-1])) if len(free) > 1 else (grid.rows + 2, (1, max(grid.columns, 2)))
    for name, column in zip(words.GENERATED_MARKERS, reversed(places), strict=True):
        cell = sheet.cell(row, column)
        cell.value = marker(name)
        cell.font = Font(name="Times New Roman", size=9, color="FF7F7F7F")
        why = "Chương trình ghi mã biểu và tiến độ điền vào ô này; nên chuyển lên đầu biểu nếu còn chỗ."
        proposal.remarks.append((sheet.title, cell.coordinate, name, why))


def _write_dictionary(workbook: Workbook, proposal: Proposal, title: str, deadline: date) -> None:
    guessed = (
        heads.GROUP,
        heads.CONTENT,
        heads.MEASURE,
        heads.KIND,
        heads.NEED,
        heads.ADDING,
        heads.OPTIONS,
        heads.MOST,
        heads.MATRIX_ROW,
        heads.MATRIX_COLUMN,
    )
    rows = _dictionary_rows(workbook, proposal)
    add_dictionary_sheet(workbook, words.INDICATORS, rows, guessed)
    rules = [
        {
            heads.KEY: f"qt_{number}",
            heads.FORMULA: rule.formula,
            heads.SEVERITY: "lỗi" if rule.is_printed else "cảnh báo",
            heads.MESSAGE: rule.message[:250],
            heads.RULE_FOR: words.EVERYBODY,
        }
        for number, rule in enumerate(proposal.rules, start=1)
    ]
    add_dictionary_sheet(workbook, words.RULES, rules, (heads.FORMULA, heads.SEVERITY, heads.MESSAGE))
    add_dictionary_sheet(workbook, words.UNIT_TYPES, TYPE_ROWS, (heads.TYPE_NAME, heads.KEY))
    add_dictionary_sheet(workbook, words.CAMPAIGN, campaign_rows(title, deadline), (heads.VALUE,))
    add_guide(workbook)
    _write_review(workbook, proposal)


def _adds_up(line: ProposedLine) -> bool:
    """Whether figures of several units are added up; prices and means are not."""
    return line.kind in _ADDED_UP and not _PER_PIECE.search(fold(line.label))


def _dictionary_rows(workbook: Workbook, proposal: Proposal) -> list[dict[str, object]]:
    """The rows of all lines, that of a list before those of its columns."""
    rows: list[dict[str, object]] = []
    begun: set[str] = set()
    for code, line in proposal.lines.items():
        name, dot, _column = code.partition(".")
        row = _line_row(workbook, code, line)
        if dot and name not in begun:
            rows.append(_list_row(name, proposal.lists[name]))
        if dot and not line.block.is_formula:
            # A row is there when it has its first column; the others may be missing.
            row[heads.NEED] = "nên điền" if name in begun else "bắt buộc"
        if dot:
            begun.add(name)
        rows.append(row)
    return rows


def _list_row(code: str, one: ProposedList) -> dict[str, object]:
    return {
        heads.KEY: code,
        heads.GROUP: one.group[:200],
        heads.CONTENT: one.label,
        heads.KIND: "danh sách",
        heads.NEED: "tùy ý",
        heads.MOST: one.room,
        heads.WHO_ANSWERS: words.EVERYBODY,
        heads.ADDING: "không cộng",
    }


def _line_row(workbook: Workbook, code: str, line: ProposedLine) -> dict[str, object]:
    number = line.kind in _ADDED_UP or line.kind == "tỷ lệ %"
    row: dict[str, object] = {
        heads.KEY: code,
        heads.GROUP: line.group[:200],
        heads.CONTENT: line.label,
        heads.MEASURE: line.measure,
        heads.KIND: line.kind,
        heads.NEED: "bắt buộc" if number else "nên điền",
        heads.WHO_ANSWERS: words.EVERYBODY,
        heads.ADDING: "cộng" if _adds_up(line) else "không cộng",
        heads.OPTIONS: line.options,
        heads.MATRIX_ROW: line.row,
        heads.MATRIX_COLUMN: line.column,
    }
    if line.block.is_formula:
        formula = str(workbook[line.sheet].cell(line.block.row, line.block.column).value)
        sheet = line.sheet.replace("'", "''")
        row |= {heads.KIND: _CALCULATED, heads.NEED: "tùy ý", heads.OPTIONS: f"='{sheet}'!{line.block.ref}"}
        # Sums of sums are sums; any other formula, such as a rate, is wrong once added up over units.
        row[heads.ADDING] = "cộng" if _SUM.fullmatch(formula) else "không cộng"
    return row


def _write_review(workbook: Workbook, proposal: Proposal) -> None:
    sheet = workbook.create_sheet(TO_REVIEW, 0)
    workbook.active = 0
    # Excel edits all selected sheets together, so only one may be selected.
    for other in workbook.worksheets:
        other.sheet_view.tabSelected = other is sheet
    fit_to_width(sheet)
    for place, (head, width) in enumerate(
        (("Trang", 20), (heads.CELL, 10), ("Đề xuất", 70), ("Cần xem", 80)), start=1
    ):
        cell = put(sheet.cell(1, place), head)
        cell.font, cell.fill = Font(name="Times New Roman", size=12, bold=True), HEAD
        sheet.column_dimensions[cell.column_letter].width = width
    campaign = "Mã đợt, tên báo cáo, hạn nộp, tên cơ quan: thay bằng nội dung thật."
    rows = [(words.CAMPAIGN, "C2", "Mã đợt DOT-1", campaign), *proposal.remarks]
    for code, line in proposal.lines.items():
        kind = _CALCULATED if line.block.is_formula else line.kind
        said = ", ".join(part for part in (code, line.label, line.measure, kind) if part)
        rows.append(
            (line.sheet, line.block.ref, said, "Nhóm, nội dung, đơn vị tính, kiểu, cách cộng là phỏng đoán.")
        )
    for number, rule in enumerate(proposal.rules, start=2):
        why = "Quy tắc in sẵn trên biểu." if rule.is_printed else "Quy tắc phỏng đoán; bỏ đi nếu không đúng."
        rows.append((words.RULES, f"B{number}", f"{rule.formula[:120]} – {rule.message}", why))
    for number, (name, ref, said, why) in enumerate(rows, start=2):
        for place, text in enumerate((name, ref, said, why), start=1):
            put(sheet.cell(number, place), text)
        target = name.replace("'", "''")
        sheet.cell(number, 2).hyperlink = f"#'{target}'!{ref}"
        sheet.cell(number, 2).fill = GUESSED
    sheet.freeze_panes = "A2"
