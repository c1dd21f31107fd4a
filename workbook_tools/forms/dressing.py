"""Styles and protection of form sheets: locks, colours, drop-downs, hidden marks, page setup."""

from __future__ import annotations

from copy import copy
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeAlias

from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.numbers import is_date_format
from openpyxl.worksheet.cell_range import MultiCellRange
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.views import Selection

from workbook_tools.excel import (
    PROMPT_TITLE_LIMIT,
    STRING_LIMIT,
    TEXT_LIMIT,
    Cell,
    column_letters,
)
from workbook_tools.forms.list_rows.list_cells import list_area
from workbook_tools.forms.live.accepted import Options, accepts, date_bounds, expectation, is_wrong
from workbook_tools.forms.live.lasting_references import area as range_of
from workbook_tools.forms.live.live_checks import ERROR, MISSING, WARNING
from workbook_tools.forms.live.progress import READY
from workbook_tools.forms.page_setup import freeze_panel, set_up_page, show_first_input
from workbook_tools.model import Indicator, Kind, ReportTemplate, RowList
from workbook_tools.spec.markers import MARKER, marker
from workbook_tools.spec.unsupported.typing_rules import cells_left
from workbook_tools.spec.vocabulary import CONTACT_KEYS
from workbook_tools.text.clean import truncate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openpyxl.worksheet.worksheet import Worksheet

    from workbook_tools.forms.sheet_layout import SheetLayout

INPUT_FILL = PatternFill("solid", fgColor="FFF8DC")
LOCKED_FILL = PatternFill("solid", fgColor="E3E3E3")
_WRONG = {"font": Font(color="9C0006", bold=True), "fill": PatternFill("solid", bgColor="FFC7CE")}
_WARN = {"font": Font(color="7F6000"), "fill": PatternFill("solid", bgColor="FFEB9C")}
_GOOD = {"font": Font(color="006100", bold=True), "fill": PatternFill("solid", bgColor="C6EFCE")}
_QUIET = {"font": Font(color="7F7F7F", italic=True)}
CHECK_WIDTH = 100
"""Fits a message on one line: rows have the officer's heights, and a wrapped text would be clipped."""
Blocks: TypeAlias = "Mapping[tuple[int, int], str]"
"""First row and column of each merged block → its range."""
_UNLOCKED = Protection(locked=False, hidden=False)


def dress_sheet(sheet: Worksheet, template: ReportTemplate, layout: SheetLayout) -> None:
    """Style inputs, checks and marks of one form sheet after its contents are written."""
    asked = [i for line in layout.lines.values() for i in line]
    _clear_validations(sheet, template)
    for row_list in (one for one in template.lists.values() if one.sheet == layout.name):
        _dress_list(sheet, template, row_list, layout)
    open_notes = {template.notes[i.code] for i in asked if i.code in template.notes}
    blocks = _blocks(sheet)
    for indicator in asked:
        place = template.inputs[indicator.code]
        area = _open_cell(sheet, template, indicator, place, blocks)
        _add_rules(sheet, indicator, area, place, layout)
    for note in {cell for cell in template.notes.values() if cell.sheet == layout.name}:
        cell = sheet.cell(note.row, note.column)
        cell.number_format = "@"
        cell.alignment = _wrapped(cell.alignment)
        # If this unit type is asked none of its lines, the remark stays locked.
        if note in open_notes:
            cell.protection = _UNLOCKED
    calculated = [i for line in layout.calculated.values() for i in line]
    live = {i.code for i in (*asked, *calculated)}
    for code, place in template.inputs.items():
        if place.sheet == layout.name and code not in live:
            _dress_locked(sheet, place)
    _dress_checks(sheet, layout)
    _dress_panel(sheet, template, layout)
    _show_contact(sheet, template, layout)
    _hide_marks(sheet, layout)


def protect_sheet(sheet: Worksheet, template: ReportTemplate, layout: SheetLayout, password: str) -> None:
    """Protect the sheet but allow filters and resizing, and put the cursor into the first input."""
    protection = sheet.protection
    protection.sheet = True
    protection.set_password(password)
    # False means allowed: the schema states what is locked. Units may widen columns to read them.
    protection.formatColumns = protection.formatRows = protection.autoFilter = False
    inputs = [template.inputs[i.code] for line in layout.lines.values() for i in line]
    listed = [Cell(layout.name, one.top, one.places[c.code]) for one in layout.lists for c in one.asked]
    first = min([*inputs, *listed], default=Cell(layout.name, 1, 1))
    freeze_panel(sheet, template, layout, first)
    pane = sheet.sheet_view.pane
    active = pane.activePane if pane else None
    sheet.sheet_view.selection = [Selection(pane=active, activeCell=first.ref, sqref=first.ref)]
    show_first_input(sheet, first)
    set_up_page(sheet, layout)


def _clear_validations(sheet: Worksheet, template: ReportTemplate) -> None:
    """Take the officer's validations off all cells to fill in: of two on a cell, Excel applies only one."""
    inputs = [cell for cell in template.inputs.values() if cell.sheet == sheet.title]
    for one in (one for one in template.lists.values() if one.sheet == sheet.title):
        inputs += [Cell(one.sheet, row, one.places[column.code]) for row in one.rows for column in one.asked]
    kept = []
    for rule in sheet.data_validations.dataValidation:
        left = cells_left(rule.sqref.ranges, inputs)
        if left:
            rule.sqref = MultiCellRange(" ".join(left))
            kept.append(rule)
    sheet.data_validations.dataValidation = kept


def _dress_list(sheet: Worksheet, template: ReportTemplate, row_list: RowList, layout: SheetLayout) -> None:
    """Style the cells of a list; each column has one rule and one validation for all of its rows."""
    is_asked, blocks = row_list in layout.lists, _blocks(sheet)
    for column in row_list.asked:
        places = [Cell(layout.name, row, row_list.places[column.code]) for row in row_list.rows]
        if not is_asked:
            _dress_locked(sheet, places[0])
        else:
            for place in places:
                _open_cell(sheet, template, column, place, blocks)
            area = list_area(row_list, row_list.places[column.code])
            _add_rules(sheet, column, area, places[0], layout)


def _blocks(sheet: Worksheet) -> Blocks:
    return {(one.min_row, one.min_col): str(one.coord) for one in sheet.merged_cells.ranges}


def _open_cell(
    sheet: Worksheet, template: ReportTemplate, indicator: Indicator, place: Cell, blocks: Blocks
) -> str:
    """Let a cell be filled in; return it, or the merged block that starts there."""
    cell = sheet.cell(place.row, place.column)
    if indicator.kind.numeric:
        cell.number_format = template.number_format(indicator.code)
    elif indicator.kind is not Kind.DATE:
        # Text: in a General cell, Excel turns 007 into 7 and "=> xong" into a formula.
        cell.number_format = "@"
    # In another format a date is displayed as 45213, and the unit would type it again as text.
    elif not is_date_format(cell.number_format):
        cell.number_format = "dd/mm/yyyy"
    cell.fill = INPUT_FILL
    cell.protection = _UNLOCKED
    if indicator.kind in (Kind.TEXT, Kind.CHOICES):
        cell.alignment = _wrapped(cell.alignment)
    area = blocks.get((place.row, place.column), place.ref)
    # All cells of a merged block, so that none is locked after the block is split.
    if ":" in area:
        for covered in chain.from_iterable(sheet[area]):
            covered.protection = _UNLOCKED
    return area


def _add_rules(sheet: Worksheet, indicator: Indicator, area: str, place: Cell, layout: SheetLayout) -> None:
    """Add the colour of wrong content and the validation to cells; ``place`` is the first of them."""
    options = layout.options.get(indicator.code)
    # The conditional format is needed, too: pasting replaces a cell's validation. No text is wrong.
    if indicator.kind is not Kind.TEXT:
        sheet.conditional_formatting.add(
            area, FormulaRule(formula=[is_wrong(indicator, place.ref, options)], **_WRONG)
        )
    sheet.add_data_validation(_validation(indicator, area, place.ref, options))


def _validation(indicator: Indicator, area: str, ref: str, options: Options | None) -> DataValidation:
    if indicator.kind.numeric:
        # Not type="decimal", which would reject KCSL ("no figures").
        rule = DataValidation(type="custom", formula1=accepts(indicator, ref))
    elif indicator.kind is Kind.DATE:
        first, last = date_bounds(indicator)
        rule = DataValidation(type="date", operator="between", formula1=first, formula2=last)
    elif options is not None and indicator.kind is Kind.CHOICE:
        rule = DataValidation(type="list", formula1=range_of(*options))
    else:
        # Any text that fits a cell is allowed; the rule is there for its input message.
        rule = DataValidation(type="textLength", operator="lessThanOrEqual", formula1=str(TEXT_LIMIT))
    expected = expectation(indicator)
    rule.sqref.add(area)
    rule.allowBlank = True
    rule.showErrorMessage = rule.showInputMessage = True
    rule.errorStyle = "stop"
    rule.errorTitle = "Chưa đúng"
    rule.error = _limited(f"Ô này {expected}.")
    rule.promptTitle = truncate(indicator.label, PROMPT_TITLE_LIMIT)
    rule.prompt = _limited(indicator.hint or f"Ô này {expected}.")
    return rule


def _limited(text: str) -> str:
    """A message as long as Excel accepts; one with markers is cut once they are filled in."""
    if MARKER.search(text):
        return text
    return text[:STRING_LIMIT]


def _dress_locked(sheet: Worksheet, place: Cell) -> None:
    cell = sheet.cell(place.row, place.column)
    cell.fill = LOCKED_FILL
    cell.font = Font(name=cell.font.name, size=min(cell.font.size or 11, 10), italic=True, color="595959")
    # "Không áp dụng" may be wider than a cell meant for a figure.
    cell.alignment = Alignment(horizontal="center", vertical="center", shrink_to_fit=True)


def _dress_checks(sheet: Worksheet, layout: SheetLayout) -> None:
    letter = column_letters(layout.check_column)
    sheet.column_dimensions[letter].width = CHECK_WIDTH
    side = Side(style="thin", color="BFBFBF")
    for row in sorted(layout.checked_rows):
        cell = sheet.cell(row, layout.check_column)
        cell.font = Font(name="Times New Roman", size=11)
        # Several messages at once may be longer than the column, and the one beyond it is never empty.
        cell.alignment = Alignment(vertical="center", indent=1, shrink_to_fit=True)
        cell.border = Border(left=side)
    if not layout.checked_rows:
        return
    first, last = min(layout.checked_rows), max(layout.checked_rows)
    area, top = f"{letter}{first}:{letter}{last}", f"{letter}{first}"
    for word, look in ((ERROR, _WRONG), (WARNING, _WARN), (MISSING, _QUIET)):
        sheet.conditional_formatting.add(
            area, FormulaRule(formula=[f'LEFT({top},{len(word)})="{word}"'], stopIfTrue=True, **look)
        )


def _dress_panel(sheet: Worksheet, template: ReportTemplate, layout: SheetLayout) -> None:
    for place, text in template.texts.items():
        if place.sheet == layout.name and marker("tien_do") in text:
            area = _blocks(sheet).get((place.row, place.column), place.ref)
            ready = f'ISNUMBER(SEARCH("{READY}",{place.ref}))'
            faulty = f'NOT(ISNUMBER(SEARCH("còn 0 lỗi",{place.ref})))'
            sheet.conditional_formatting.add(area, FormulaRule(formula=[ready], **_GOOD))
            sheet.conditional_formatting.add(area, FormulaRule(formula=[faulty], **_WRONG))


def _show_contact(sheet: Worksheet, template: ReportTemplate, layout: SheetLayout) -> None:
    """Say beside the panel whom to ask, unless the officer has placed that on the sheet."""
    texts = {place: text for place, text in template.texts.items() if place.sheet == layout.name}
    placed = any(marker(key) in text for key in CONTACT_KEYS for text in texts.values())
    row = next((place.row for place, text in texts.items() if marker("tien_do") in text), 0)
    if not template.campaign.contact or placed or not row or row in layout.checked_rows:
        return
    # In the column of the checks, so that the form's own layout and what is printed stay as drawn.
    cell = sheet.cell(row, layout.check_column, template.campaign.contact)
    cell.data_type = "s"
    cell.font = Font(name="Times New Roman", size=11, bold=True)
    cell.alignment = Alignment(vertical="center", indent=1)


def _hide_marks(sheet: Worksheet, layout: SheetLayout) -> None:
    for column in range(layout.key_column, layout.last_hidden_column + 1):
        sheet.column_dimensions[column_letters(column)].hidden = True
    last = max(
        [
            layout.key_row,
            *(cell.row for cell in layout.facts.values()),
            *(first.row for first, _ in layout.options.values()),
        ]
    )
    for row in range(layout.key_row, last + 1):
        sheet.row_dimensions[row].hidden = True


def _wrapped(alignment: Any) -> Alignment:
    wrapped: Alignment = copy(alignment)
    wrapped.wrap_text = True
    wrapped.vertical = wrapped.vertical or "top"
    return wrapped
