"""The form sheets of a template: which cell is to be filled with what, and what is printed around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.cell.cell import MergedCell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_tools.model import Cell, Indicator
from workbook_tools.spec import vocabulary as words
from workbook_tools.spec.markers import ANY_BRACES, MARKER, NOTE_SUFFIX, marker
from workbook_tools.spec.tables import Findings, clean, suggest


@dataclass
class FormSheets:
    """What stands where on the form sheets."""

    names: list[str] = field(default_factory=list)
    inputs: dict[str, Cell] = field(default_factory=dict)
    notes: dict[str, Cell] = field(default_factory=dict)
    texts: dict[Cell, str] = field(default_factory=dict)
    """Printed texts, those with markers for texts included."""


def read_form_sheets(workbook: Workbook, indicators: Mapping[str, Indicator], text_markers: set[str], findings: Findings) -> FormSheets:
    """Read every sheet that is no dictionary sheet and holds a marker; what is wrong is noted."""
    dictionary = {words.INDICATORS, words.RULES, words.UNIT_TYPES, words.CAMPAIGN, words.GUIDE}
    form = FormSheets()
    for sheet in workbook.worksheets:
        if sheet.title not in dictionary:
            _read_sheet(sheet, indicators, text_markers, form, findings)
    if not form.names:
        findings.add("form-sheet-missing")
    else:
        for code in indicators:
            if code not in form.inputs:
                findings.add("marker-missing", form.names[0], value=code, marker=marker(code))
    _share_notes(form)
    return form


def _read_sheet(
    sheet: Worksheet, indicators: Mapping[str, Indicator], text_markers: set[str], form: FormSheets, findings: Findings
) -> None:
    cells = [cell for row in sheet.iter_rows() for cell in row if isinstance(cell, MergedCell) or cell.value is not None]
    if not any(ANY_BRACES.search(clean(cell.value)) for cell in cells):
        return
    form.names.append(sheet.title)
    panel: set[str] = set()
    for cell in cells:
        if isinstance(cell, SheetCell):
            text = clean(cell.value)
            if cell.data_type == "f":
                findings.add("formula-in-form", sheet.title, cell.coordinate, value=text)
            _read_cell(sheet, cell, text, indicators, text_markers, form, panel, findings)
    for name in words.GENERATED_MARKERS:
        if name not in panel:
            findings.add("panel-marker-missing", sheet.title, sheet=sheet.title, marker=marker(name))


def _read_cell(
    sheet: Worksheet,
    cell: SheetCell,
    text: str,
    indicators: Mapping[str, Indicator],
    text_markers: set[str],
    form: FormSheets,
    panel: set[str],
    findings: Findings,
) -> None:
    place = Cell(sheet.title, cell.row, cell.column)
    for braces in ANY_BRACES.finditer(text):
        match = MARKER.fullmatch(braces[0])
        name = match[1] if match else braces[1].strip()
        code = name.removesuffix(NOTE_SUFFIX)
        if code in indicators:
            if text != braces[0]:
                findings.add("marker-not-alone", sheet.title, cell.coordinate, marker=braces[0])
            _place(form.notes if name.endswith(NOTE_SUFFIX) else form.inputs, code, braces[0], place, findings)
            return
        if name in words.GENERATED_MARKERS:
            panel.add(name)
        elif name not in text_markers and not name.startswith(words.FACT_PREFIX):
            known = [*indicators, *sorted(text_markers)]
            findings.add("marker-unknown", sheet.title, cell.coordinate, marker=braces[0], suggestion=suggest(name, known))
    if text:
        form.texts[place] = text


def _place(places: dict[str, Cell], code: str, text: str, place: Cell, findings: Findings) -> None:
    if code in places:
        first = places[code]
        findings.add("marker-duplicate", place.sheet, place.ref, marker=text, first=f"{first.sheet}!{first.ref}")
    else:
        places[code] = place


def _share_notes(form: FormSheets) -> None:
    """A remark's cell serves every input of its row that has none of its own."""
    by_row = {(cell.sheet, cell.row): cell for cell in form.notes.values()}
    for code, cell in form.inputs.items():
        if code not in form.notes and (cell.sheet, cell.row) in by_row:
            form.notes[code] = by_row[cell.sheet, cell.row]
