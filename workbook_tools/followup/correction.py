"""The correction form: the unit's own form with what it sent, wrong cells marked until they change, and a
sheet ``Cần sửa``.

Only texts and numbers are taken from the returned file, because content from outside is never sent on.
"""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from msgspec import Struct

from workbook_tools.excel import FORMULA_LIMIT, Cell, parse_ref, quote_text
from workbook_tools.followup.correction_sheet import add_sheet
from workbook_tools.forms.fill import Filling, Value, fill_parts
from workbook_tools.forms.finish import sheet_parts
from workbook_tools.forms.form_marks import CORRECTION_SHEET, LIST, MADE, ROW
from workbook_tools.forms.live.lasting_references import on_sheet
from workbook_tools.forms.live.live_checks import ERROR, MISSING
from workbook_tools.forms.recalculate import recalculate_forms
from workbook_tools.forms.shared_strings import PART as SHARED_STRINGS
from workbook_tools.packaging.package_parts import pack_parts
from workbook_tools.returns.list_reading.row_numbers import number_rows
from workbook_tools.text.clean import clean_text
from workbook_tools.text.figures import drop_zero_decimals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workbook_tools.followup.questions import Question
    from workbook_tools.model import RawAnswer, ReportTemplate

# In a differential format, unlike in a cell's, the colour of a solid fill is its bgColor.
_MARKED = (
    '<dxf><font><b val="1"/><color rgb="009C0006"/></font><fill><patternFill patternType="solid">'
    '<bgColor rgb="00FF9999"/></patternFill></fill></dxf>'
)
# As forms/finish.py writes a cell with a formula: only our own forms are edited as text.
_FORMULA = re.compile(r'(<c r="([A-Z]+[0-9]+)"[^>]*>)<f>([^<]*)</f>(?:<v>[^<]*</v>|<v ?/>)</c>')
_SHARED = re.compile(r'<c r="([A-Z]+[0-9]+)"[^>]* t="s"><v>([0-9]+)</v></c>')
_SHORT = 100
"""Characters of a long text that are compared; Excel accepts at most 255 in a text of a formula."""


class Correction(Struct, frozen=True):
    """What a unit sent, by the cells of its form, and what it is asked; ``round`` is 2, 3 …"""

    values: Mapping[Cell, Value]
    questions: Sequence[Question]
    round: int
    title: str


def typed_again(
    answers: Sequence[RawAnswer],
    template: ReportTemplate,
    unit_type: str,
    list_cells: Sequence[RawAnswer] = (),
) -> dict[Cell, Value]:
    """Return the inputs and notes of a return by the cells of the unit's own form; a text stays a text.

    ``list_cells`` are those of its lists; their rows are filled in from the top as far as there is room.
    """
    asked = {i.code for i in template.indicators_for(unit_type)}
    values: dict[Cell, Value] = {}
    for answer in answers:
        # Lines that the unit is not asked are locked on its form, and their content was never counted.
        if answer.code not in asked:
            continue
        value = _again(answer, is_date=template.indicators[answer.code].kind == "date")
        if value != "":
            values[template.inputs[answer.code]] = value
        if answer.code in template.notes and (note := clean_text(answer.note)):
            values[template.notes[answer.code]] = note
    return values | _rows_again(list_cells, template, unit_type)


def _rows_again(cells: Sequence[RawAnswer], template: ReportTemplate, unit_type: str) -> dict[Cell, Value]:
    asked = {c.code: one for one in template.lists_for(unit_type) for c in one.asked}
    values: dict[Cell, Value] = {}
    for name, cell in number_rows(cells):
        one, row = asked.get(cell.code), int(name.rpartition(" ")[2])
        if one is not None and row <= one.room:
            value = _again(cell, is_date=one.columns[cell.code].kind == "date")
            if value != "":
                values[Cell(one.sheet, one.top + row - 1, one.places[cell.code])] = value
    return values


def _again(answer: RawAnswer, *, is_date: bool) -> Value:
    """Return the value to fill in; a date where none is asked for becomes the text that was displayed."""
    if isinstance(answer.value, bool) or answer.is_error or not isinstance(answer.value, float):
        return clean_text(answer.raw)
    # Excel turns 1/2 into a date; the unit should see what it typed, not 45323.
    if answer.is_date and not is_date:
        return clean_text(answer.raw)
    return drop_zero_decimals(answer.value)


def build_correction(form: bytes, correction: Correction) -> bytes:
    """Complete a form that was stamped with the round; the same bytes for the same input."""
    parts = fill_parts(Filling(form, correction.values, MADE))
    names = sheet_parts(parts)
    styles = parts["xl/styles.xml"].decode()
    marked = int(re.search(r'<dxfs count="(\d+)"', styles)[1])  # type: ignore[index]  # forms always have some
    parts["xl/styles.xml"] = (
        styles.replace(f'<dxfs count="{marked}"', f'<dxfs count="{marked + 1}"')
        .replace("</dxfs>", f"{_MARKED}</dxfs>")
        .encode()
    )
    keys = {sheet: _key_column(parts[part].decode(), parts) for sheet, part in names.items()}
    for sheet, part in names.items():
        if any(q.cell and q.cell.sheet == sheet for q in correction.questions):
            text = _mark_cells(parts[part].decode(), sheet, correction, marked)
            parts[part] = _ask_beside(text, sheet, correction, keys[sheet]).encode()
    # Before the sheet of questions is added, whose cached values are written with it.
    recalculate_forms([parts])
    tests = [
        (unchanged(q.watched, correction.values, CORRECTION_SHEET), _still_wrong(q, keys))
        for q in correction.questions
    ]
    add_sheet(parts, correction.title, correction.questions, tests)
    return pack_parts(parts)


def unchanged(cells: Sequence[Cell], values: Mapping[Cell, Value], sheet: str) -> str:
    """Return an expression, for a formula on ``sheet``, that is TRUE while these cells hold what was sent."""
    conditions = [_holds(on_sheet(cell.ref, cell.sheet, sheet), values.get(cell, "")) for cell in cells]
    if len(conditions) > 1:
        return f"AND({','.join(conditions)})"
    return "".join(conditions) or "TRUE"


def _still_wrong(question: Question, keys: Mapping[str, int]) -> str:
    """Return an expression that is TRUE while the check beside one of the question's lines finds an error."""
    # A warning stays beside the line also when the unit has given the reason.
    rows = {(cell.sheet, cell.row) for cell in question.watched if question.is_error and keys[cell.sheet]}
    tests = []
    for sheet, row in sorted(rows):
        check = on_sheet(Cell(sheet, row, keys[sheet] - 1).ref, sheet, CORRECTION_SHEET)
        tests += [f'LEFT({check},{len(word)})="{word}"' for word in (ERROR, MISSING)]
    return f"OR({','.join(tests)})" if tests else "FALSE"


def _holds(ref: str, value: Value) -> str:
    if isinstance(value, date):
        raise TypeError(value)  # typed_again returns serial numbers
    if not isinstance(value, str):
        # ISNUMBER first, because Excel treats a blank cell as equal to 0.
        return f"IF(ISNUMBER({ref}),{ref}={value!r},FALSE)"
    if not value:
        return f"LEN({ref})=0"
    first = value.split("\n", 1)[0]
    if first == value and len(value) <= _SHORT:
        # EXACT, because the = of Excel ignores case.
        return f"EXACT({ref},{quote_text(value)})"
    # LEN and LEFT count UTF-16 code units: a character beyond U+FFFF counts twice.
    length = len(value.encode("utf-16-le")) // 2
    begins = first.encode("utf-16-le")[: 2 * _SHORT].decode("utf-16-le", "ignore")
    shown = len(begins.encode("utf-16-le")) // 2
    return f"AND(LEN({ref})={length},EXACT(LEFT({ref},{shown}),{quote_text(begins)}))"


def _mark_cells(text: str, sheet: str, correction: Correction, style: int) -> str:
    """Add a conditional format to every watched cell, before all others; it stops when the cell changes."""
    by_cell: dict[Cell, list[str]] = {}
    for question in correction.questions:
        if question.cell is not None:
            condition = unchanged(question.watched, correction.values, sheet)
            for cell in question.watched:
                by_cell.setdefault(cell, []).append(condition)
    own = [(cell, tests) for cell, tests in by_cell.items() if cell.sheet == sheet]
    # The marks go before the form's own conditional formats, so their priorities move up.
    text = re.sub(r'(<cfRule [^>]*priority=")(\d+)"', lambda m: f'{m[1]}{int(m[2]) + len(own)}"', text)
    rules = []
    for priority, (cell, tests) in enumerate(own, start=1):
        distinct = list(dict.fromkeys(tests))
        formula = f"OR({','.join(distinct)})" if len(distinct) > 1 else distinct[0]
        rules.append(
            f'<conditionalFormatting sqref="{cell.ref}"><cfRule type="expression" priority="{priority}" '
            f'dxfId="{style}"><formula>{escape(formula)}</formula></cfRule></conditionalFormatting>'
        )
    head, found, tail = text.partition("<conditionalFormatting")
    return f"{head}{''.join(rules)}{found}{tail}"


def _key_column(text: str, parts: Mapping[str, bytes]) -> int:
    """Find the hidden column of row marks; the checks beside the lines are in the column before it."""
    items = re.findall(r"<si>(.*?)</si>", parts[SHARED_STRINGS].decode(), re.DOTALL)
    marks = {str(number) for number, item in enumerate(items) if f">{ROW}" in item or f">{LIST}" in item}
    columns = [parse_ref(ref)[1] for ref, item in _SHARED.findall(text) if item in marks]
    return max(columns, default=0)


def _ask_beside(text: str, sheet: str, correction: Correction, key_column: int) -> str:
    """Let the check beside each line show its question until a cell changes, then check as on any form."""
    asked: dict[int, list[Question]] = {}
    for question in correction.questions:
        if question.cell is not None and question.cell.sheet == sheet:
            asked.setdefault(question.cell.row, []).append(question)

    def wrapped(found: re.Match[str]) -> str:
        row, column = parse_ref(found[2])
        if row not in asked or column != key_column - 1:
            return found[0]
        formula, shown = unescape(found[3]), ""
        # In reverse, so that the first question is the outermost condition and shown first.
        for question in reversed(asked[row]):
            shown = f"{question.level}: {question.why} {question.ask}"
            condition = unchanged(question.watched, correction.values, sheet)
            formula = f"IF({condition},{quote_text(shown)},{formula})"
        # Too long for Excel: the check stays as it was, and the sheet of questions has the question anyway.
        if len(formula) >= FORMULA_LIMIT:
            return found[0]
        tag = re.sub(r' t="[a-z]+"', "", found[1]).removesuffix(">")
        return f'{tag} t="str"><f>{escape(formula)}</f><v>{escape(shown)}</v></c>'

    return _FORMULA.sub(wrapped, text)
