"""The sheets that a proposal adds to a drawn workbook: the dictionary, and the list of points to check."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from openpyxl.styles import Font

from workbook_tools import heads
from workbook_tools.excel import parse_ref
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
from workbook_tools.propose.look import FONT
from workbook_tools.spec import vocabulary as words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from openpyxl.workbook import Workbook

    from workbook_tools.propose.guesses import ProposedLine
    from workbook_tools.propose.proposal import Proposal, ProposedList

TO_REVIEW = "Cần xem"
_CALCULATED = "công thức"
_SUM = re.compile(r"=\s*(?:\+?(?:SUM\([A-Z0-9:,$ ]+\)|\$?[A-Z]{1,3}\$?\d+)\s*)+", re.IGNORECASE)
_PRODUCT = re.compile(r"=\s*\$?[A-Z]{1,3}\$?\d+(?:\s*\*\s*\$?[A-Z]{1,3}\$?\d+)+\s*", re.IGNORECASE)
_REFERENCE = re.compile(r"([A-Z]{1,3}\d+)(?::([A-Z]{1,3}\d+))?")


def add_proposed_sheets(workbook: Workbook, proposal: Proposal, title: str, deadline: date) -> None:
    """Add the dictionary sheets and, in front, the list of points to check."""
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
            # Excel accepts at most 255 characters in a text of a formula.
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


def _dictionary_rows(workbook: Workbook, proposal: Proposal) -> list[dict[str, object]]:
    """Build the rows of all lines; that of a list precedes those of its columns."""
    rows: list[dict[str, object]] = []
    begun: set[str] = set()
    for code, line in proposal.lines.items():
        name, dot, _column = code.partition(".")
        row = _line_row(code, line)
        if line.block.is_formula:
            formula = str(workbook[line.sheet].cell(line.block.row, line.block.column).value)
            row |= _calculated(line, formula, proposal.lines.values())
        if dot and name not in begun:
            rows.append(_list_row(name, proposal.lists[name]))
        if dot and not line.block.is_formula:
            # Only the first column is required: a row exists as soon as that is filled in.
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


def _line_row(code: str, line: ProposedLine) -> dict[str, object]:
    need = "bắt buộc" if line.is_number else "nên điền"
    adding = "cộng" if line.adds_up else "không cộng"
    return {
        heads.KEY: code,
        heads.GROUP: line.group[:200],
        heads.CONTENT: line.label,
        heads.MEASURE: line.measure,
        heads.KIND: line.kind,
        heads.NEED: need,
        heads.WHO_ANSWERS: words.EVERYBODY,
        heads.ADDING: adding,
        heads.OPTIONS: line.options,
        heads.MATRIX_ROW: line.row,
        heads.MATRIX_COLUMN: line.column,
    }


def _calculated(line: ProposedLine, formula: str, lines: Iterable[ProposedLine]) -> dict[str, object]:
    """What the row of a calculated line has of its own."""
    sheet = line.sheet.replace("'", "''")
    own = [one for one in lines if one.sheet == line.sheet]
    # Sums of sums are sums, and quantities times prices add up; any other formula, such as a rate, does not.
    adds_up = False
    if _PRODUCT.fullmatch(formula):
        adds_up = any(one.adds_up and not one.block.is_formula for one in _used(formula, own))
    elif _SUM.fullmatch(formula):
        adds_up = bool(_used(formula, own))
    return {
        heads.KIND: _CALCULATED,
        heads.NEED: "tùy ý",
        heads.OPTIONS: f"='{sheet}'!{line.block.ref}",
        heads.ADDING: "cộng" if adds_up else "không cộng",
    }


def _used(formula: str, lines: Iterable[ProposedLine]) -> list[ProposedLine]:
    """The lines at the addresses and in the ranges of a formula."""
    ends = _REFERENCE.findall(formula.upper().replace("$", ""))
    areas = [(parse_ref(first), parse_ref(last or first)) for first, last in ends]
    return [
        one
        for one in lines
        if any(
            top <= one.block.row <= bottom and left <= one.block.column <= right
            for (top, left), (bottom, right) in areas
        )
    ]


def _write_review(workbook: Workbook, proposal: Proposal) -> None:
    sheet = workbook.create_sheet(TO_REVIEW, 0)
    workbook.active = 0
    # Excel edits all selected sheets together, so only one may be selected.
    for other in workbook.worksheets:
        other.sheet_view.tabSelected = other is sheet
    sheet.page_setup.orientation = "landscape"
    fit_to_width(sheet)
    for place, (head, width) in enumerate(
        (("Trang", 20), (heads.CELL, 10), ("Đề xuất", 70), ("Cần xem", 80)), start=1
    ):
        cell = put(sheet.cell(1, place), head)
        cell.font, cell.fill = Font(name=FONT, size=12, bold=True), HEAD
        sheet.column_dimensions[cell.column_letter].width = width
    campaign = "Mã đợt, tên báo cáo, hạn nộp, tên cơ quan: thay bằng nội dung thật."
    rows = [(words.CAMPAIGN, "C2", "Mã đợt DOT-1", campaign), *proposal.remarks]
    for code, line in proposal.lines.items():
        kind = _CALCULATED if line.block.is_formula else line.kind
        description = ", ".join(part for part in (code, line.label, line.measure, kind) if part)
        rows.append(
            (
                line.sheet,
                line.block.ref,
                description,
                "Nhóm, nội dung, đơn vị tính, kiểu, cách cộng là phỏng đoán.",
            )
        )
    for number, rule in enumerate(proposal.rules, start=2):
        why = "Quy tắc in sẵn trên biểu." if rule.is_printed else "Quy tắc phỏng đoán; bỏ đi nếu không đúng."
        rows.append((words.RULES, f"B{number}", f"{rule.formula[:120]} – {rule.message}", why))
    for number, (name, ref, description, why) in enumerate(rows, start=2):
        for place, text in enumerate((name, ref, description, why), start=1):
            put(sheet.cell(number, place), text)
        target = name.replace("'", "''")
        sheet.cell(number, 2).hyperlink = f"#'{target}'!{ref}"
        sheet.cell(number, 2).fill = GUESSED
    sheet.freeze_panes = "A2"
