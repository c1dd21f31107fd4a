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
from workbook_tools.propose.stated_rules import ProposedRule, guess_rules
from workbook_tools.spec import vocabulary as words
from workbook_tools.spec.markers import NOTE_SUFFIX, marker

if TYPE_CHECKING:
    from datetime import date

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from workbook_tools.propose.grid import Block

TO_REVIEW = "Cần xem"
_INPUT = PatternFill("solid", fgColor="FFFFF8DC")
_CALCULATED = "công thức"
_ADDED_UP = frozenset({"số đếm", "tiền", "số thập phân"})
_SUM = re.compile(r"=\s*(?:\+?(?:SUM\([A-Z0-9:,$ ]+\)|\$?[A-Z]{1,3}\$?\d+)\s*)+", re.IGNORECASE)
_DOTTED = re.compile(r"[.…_]{4,}|…")
_TITLE = re.compile(r"\s*(?:BÁO CÁO|BIỂU|TỔNG HỢP|THỐNG KÊ|BẢNG|DANH SÁCH|PHIẾU)\b")


@dataclass
class Proposal:
    """A proposal: lines with their codes, rules, and remarks (sheet, cell, proposal, reason to check it)."""

    lines: dict[str, ProposedLine] = field(default_factory=dict)
    rules: list[ProposedRule] = field(default_factory=list)
    remarks: list[tuple[str, str, str, str]] = field(default_factory=list)
    content: bytes = b""


def propose_template(workbook: Workbook, deadline: date) -> Proposal:
    """Complete a workbook of drawn forms to a template; its sheets keep all their content."""
    proposal, titles = Proposal(), []
    for sheet in [s for s in workbook.worksheets if s.sheet_state == "visible"]:
        grid = Grid(sheet)
        found = find_inputs(grid)
        if not found.inputs:
            continue
        titles += [" ".join(b.text.split()) for b in grid.blocks if _TITLE.match(b.text)]
        _propose_sheet(proposal, grid, found)
        _write_sheet(sheet, proposal, grid, found)
    _write_dictionary(workbook, proposal, titles[0] if titles else "Tên báo cáo", deadline)
    buffer = io.BytesIO()
    workbook.save(buffer)
    proposal.content = buffer.getvalue()
    return proposal


def _propose_sheet(proposal: Proposal, grid: Grid, found: Found) -> None:
    calculated = [b for b in grid.blocks if b.is_formula and b.is_boxed and row_texts(grid, b)]
    asked = [*found.inputs, *calculated]
    codes: dict[Block, str] = {}
    for block in sorted(asked, key=lambda b: (b.row, b.column)):
        code = f"ct_{len(proposal.lines) + 1}"
        line = guess_line(grid, block, asked)
        proposal.lines[code] = line
        if block.is_formula or line.kind in _ADDED_UP:
            codes[block] = code
    by_code = {code: block for block, code in codes.items()}
    for rule in guess_rules(grid, codes):
        # A total that the form calculates itself cannot be wrong, so it needs no rule.
        first = by_code.get(re.match(r"=(\w+)", rule.formula)[1])  # type: ignore[index]
        if first is None or not first.is_formula:
            proposal.rules.append(rule)
    for block in grid.blocks:
        if _DOTTED.search(block.text) and not block.is_blank:
            why = (
                "Có chỗ để điền trong một câu chữ: nếu đơn vị phải điền thì dành một ô riêng "
                "và đặt ký hiệu vào ô đó."
            )
            proposal.remarks.append((grid.name, block.ref, " ".join(block.text.split())[:80], why))


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
        heads.MATRIX_ROW,
        heads.MATRIX_COLUMN,
    )
    rows = [_line_row(workbook, code, line) for code, line in proposal.lines.items()]
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
        heads.ADDING: "cộng" if line.kind in _ADDED_UP else "không cộng",
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
