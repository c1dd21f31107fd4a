"""The form sheets of a template: the cells to fill in, and the texts printed around them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field

from workbook_tools.excel import Cell
from workbook_tools.formula.list_functions import list_of
from workbook_tools.spec import vocabulary as words
from workbook_tools.spec.markers import ANY_BRACES, FACT_PREFIX, LAST_SUFFIX, MARKER, NOTE_SUFFIX, marker
from workbook_tools.spec.own_workbook import filled_cells, result_of
from workbook_tools.spec.tables import Findings, clean, find_sheet
from workbook_tools.text.clean import drop_diacritics
from workbook_tools.text.near import suggest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openpyxl.cell.cell import Cell as SheetCell
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from workbook_tools.model import Indicator

_MOST_ROWS, _MOST_COLUMNS = 5_000, 500
"""Far beyond any form filled in by hand."""
# A marker typed with one brace on either side, or with one too few on one side.
_TOO_FEW_BRACES = re.compile(r"(?<!\{)(?!\{\{[^{}]*\}\})\{{1,2}\s*([A-Za-z][A-Za-z0-9_]*)\s*\}{1,2}(?!\})")
_POINTER = re.compile(r"=\s*(?:(?:'(?:[^']|'')+'|[^\W\d][\w.]*)!)?\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6}\s*")


class FormSheets(Struct):
    """The content of the form sheets."""

    names: list[str] = field(default_factory=list)
    inputs: dict[str, Cell] = field(default_factory=dict)
    notes: dict[str, Cell] = field(default_factory=dict)
    texts: dict[Cell, str] = field(default_factory=dict)
    """Printed texts with their markers, without results of formulas."""
    formulas: dict[Cell, str] = field(default_factory=dict)
    """The officer's own formulas; "" for one that spills over several cells."""
    drawn: dict[Cell, str] = field(default_factory=dict)
    """The number formats of those formulas."""
    numbers: dict[Cell, float] = field(default_factory=dict)
    """Printed numbers, which are also among the texts."""
    formats: dict[str, str] = field(default_factory=dict)
    """Code → number format of its cell."""
    columns: dict[str, Cell] = field(default_factory=dict)
    """The columns of lists; their cells are among neither inputs nor texts."""
    counters: dict[str, Cell] = field(default_factory=dict)
    """List → cell of its running number."""
    blocks: dict[str, tuple[tuple[int, int, int, int], ...]] = field(default_factory=dict)
    """Sheet → its merged blocks: first row and column, last row and column."""


def points(indicator: Indicator) -> bool:
    """Whether it is a calculated line whose row points to its formula, so that it needs no marker."""
    return bool(_POINTER.fullmatch(indicator.formula))


def read_form_sheets(
    workbook: Workbook,
    indicators: Mapping[str, Indicator],
    text_markers: set[str],
    findings: Findings,
    columns: Mapping[str, Indicator],
) -> FormSheets:
    """Read every sheet with a marker, except dictionary sheets; faults are noted."""
    names = (words.INDICATORS, words.RULES, words.UNIT_TYPES, words.CAMPAIGN, words.LETTERS, words.GUIDE)
    dictionary = {find_sheet(workbook.sheetnames, name) for name in names}
    reader = _FormSheetReader(indicators, text_markers, findings, columns)
    for sheet in workbook.worksheets:
        if sheet.title not in dictionary:
            reader.read_sheet(sheet)
    form = reader.form
    if not form.names:
        findings.add("form-sheet-missing")
    else:
        for code, indicator in {**indicators, **columns}.items():
            if code not in form.inputs and code not in form.columns and not points(indicator):
                findings.add("marker-missing", form.names[0], value=code, marker=marker(code))
    _share_notes(form)
    return form


class _FormSheetReader(Struct):
    """Reads the form sheets one after another into ``form``."""

    indicators: Mapping[str, Indicator]
    text_markers: set[str]
    findings: Findings
    columns: Mapping[str, Indicator]
    form: FormSheets = field(default_factory=FormSheets)

    def read_sheet(self, sheet: Worksheet) -> None:
        """Read a sheet if it holds any marker."""
        cells = filled_cells(sheet)
        # A sheet without a marker is not a form: officers keep notes and calculations of their own.
        if not any(self._is_marked(cell) for cell in cells) or self._is_too_far(sheet, cells):
            return
        self.form.names.append(sheet.title)
        self.form.blocks[sheet.title] = tuple(
            (block.min_row, block.min_col, block.max_row, block.max_col)
            for block in sheet.merged_cells.ranges
        )
        for cell in cells:
            place = Cell(sheet.title, cell.row, cell.column)
            if cell.data_type == "f":
                if self._is_marker_calculated(place, cell.value):
                    continue
                self.form.drawn[place] = cell.number_format
                self.form.formulas[place] = cell.value if isinstance(cell.value, str) else ""
                continue
            # The form's formulas may refer to printed numbers.
            if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
                self.form.numbers[place] = float(cell.value)
            self._read_cell(place, clean(cell.value))
        for code, place in {**self.form.inputs, **self.form.columns}.items():
            if place.sheet == sheet.title:
                self.form.formats[code] = sheet.cell(place.row, place.column).number_format
        printed = " ".join(text for cell, text in self.form.texts.items() if cell.sheet == sheet.title)
        for name in words.GENERATED_MARKERS:
            if marker(name) not in printed:
                self.findings.add("panel-marker-missing", sheet.title, sheet=sheet.title, marker=marker(name))

    def _is_marked(self, cell: SheetCell) -> bool:
        text = clean(cell.value)
        return bool(ANY_BRACES.search(text)) or any(
            found[1].lower() in self.indicators for found in _TOO_FEW_BRACES.finditer(text)
        )

    def _is_marker_calculated(self, place: Cell, formula: object) -> bool:
        """Whether a formula results in a marker, which calculating the form would destroy."""
        shown = ANY_BRACES.search(clean(result_of(formula)))
        if shown is None:
            return False
        self.findings.add(
            "marker-calculated", place.sheet, place.ref, marker=shown[0], suggestion=shown[1].strip().lower()
        )
        return True

    def _is_too_far(self, sheet: Worksheet, cells: list[SheetCell]) -> bool:
        """Note content beyond any page."""
        ends = [(cell.row, cell.column, cell.coordinate) for cell in cells]
        ends += [(block.max_row, block.max_col, block.coord) for block in sheet.merged_cells.ranges]
        # A single cell far below, typed by mistake, would make every form that large.
        far = [ref for row, column, ref in ends if row > _MOST_ROWS or column > _MOST_COLUMNS]
        if far:
            self.findings.add("form-too-large", sheet.title, far[0], rows=_MOST_ROWS, columns=_MOST_COLUMNS)
        return bool(far)

    def _read_cell(self, place: Cell, text: str) -> None:
        for braces in ANY_BRACES.finditer(text):
            name = braces[1].strip()
            code = name.removesuffix(NOTE_SUFFIX)
            places = self._places_for(name)
            if places is not None:
                if text != braces[0]:
                    self.findings.add("marker-not-alone", place.sheet, place.ref, marker=braces[0])
                self._place(places, code.removesuffix(f".{words.COUNTER}"), braces[0], place)
                return
            if name not in self.text_markers and not self._is_fact(name):
                known = [*self.indicators, *self.columns, *sorted(self.text_markers)]
                self.findings.add(
                    "marker-unknown",
                    place.sheet,
                    place.ref,
                    marker=braces[0],
                    suggestion=suggest(drop_diacritics(name.lower()), known),
                )
        for one in _TOO_FEW_BRACES.finditer(text):
            code = one[1].lower()
            if code in self.indicators:
                self.findings.add(
                    "marker-braces",
                    place.sheet,
                    place.ref,
                    value=one[0],
                    marker=marker(code),
                    suggestion=code,
                )
        if text:
            self.form.texts[place] = MARKER.sub(lambda match: marker(match[1]), text)

    def _places_for(self, name: str) -> dict[str, Cell] | None:
        """Where the cell of a marker belongs; None if it is not a line, remark, or part of a list."""
        if name in self.columns:
            return self.form.columns
        if name.endswith(f".{words.COUNTER}") and any(
            name.startswith(f"{list_of(c)}.{words.COUNTER}") for c in self.columns
        ):
            return self.form.counters
        if name.removesuffix(NOTE_SUFFIX) in self.indicators:
            if name.endswith(NOTE_SUFFIX):
                return self.form.notes
            return self.form.inputs
        return None

    def _is_fact(self, name: str) -> bool:
        if name.startswith(FACT_PREFIX):
            return True
        base = name.removesuffix(LAST_SUFFIX)
        return base != name and base in self.indicators and self.indicators[base].kind.is_figure

    def _place(self, places: dict[str, Cell], code: str, text: str, place: Cell) -> None:
        if code in places:
            first = places[code]
            self.findings.add(
                "marker-duplicate", place.sheet, place.ref, marker=text, first=f"{first.sheet}!{first.ref}"
            )
        else:
            places[code] = place


def _share_notes(form: FormSheets) -> None:
    """A remark's cell serves every input of its row that has none of its own."""
    by_row = {(cell.sheet, cell.row): cell for cell in form.notes.values()}
    for code, cell in form.inputs.items():
        if code not in form.notes and (cell.sheet, cell.row) in by_row:
            form.notes[code] = by_row[cell.sheet, cell.row]
