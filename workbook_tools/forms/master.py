"""The master form of a unit type: the template's sheets with locks, checks and marks, without a unit.

What differs from unit to unit stays in it as markers, for :mod:`workbook_tools.forms.stamp` to fill in.
"""

from __future__ import annotations

import io
import pickle
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from msgspec import Struct, field
from openpyxl.cell.cell import MergedCell
from openpyxl.formatting.rule import Rule
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from openpyxl.utils.datetime import CALENDAR_WINDOWS_1900
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.dimensions import ColumnDimension, DimensionHolder, RowDimension

from workbook_tools.excel import Cell, quote_sheet
from workbook_tools.forms import form_marks
from workbook_tools.forms.dressing import dress_sheet, protect_sheet
from workbook_tools.forms.list_rows.list_cells import empty_lists, map_lists, mark_lists, name_lists
from workbook_tools.forms.list_rows.sheet_room import make_sheet_room
from workbook_tools.forms.live.formula_limits import check_limits
from workbook_tools.forms.live.list_checks import build_list_checks, build_row_formulas
from workbook_tools.forms.live.live_cells import LiveCells
from workbook_tools.forms.page_setup import open_where_asked
from workbook_tools.forms.pictures import keep_pictures
from workbook_tools.forms.printed import NOT_APPLICABLE, common_values, row_labels, texts_digest
from workbook_tools.forms.row_heights import narrative_rows, set_missing_heights
from workbook_tools.forms.sheet_layout import SheetLayout, build_layout
from workbook_tools.spec.markers import MARKER, NOTE_SUFFIX, fill_markers, is_fact, marker
from workbook_tools.spec.own_workbook import open_workbook, read_own_file, reopen_workbook
from workbook_tools.text.clean import fold_case

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from workbook_tools.forms.live.live_checks import LiveCell
    from workbook_tools.model import ReportTemplate, UnitType
    from workbook_tools.problems import Problem
    from workbook_tools.storage.location import Location

# A number that no format of a template has.
_WITH_DECIMALS = DifferentialStyle(numFmt=NumberFormat(999, "#,##0.####"))
FACT_SENTINEL, FACT_ROOM = 987_654_321_000_000, 1_000_000
"""In the master, a fact is the first number, which no unit has, plus an index below the second."""


class Master(Struct):
    """A form of one unit type, ready to be stamped.

    ``data`` is the .xlsx file, ``live`` the blank value of every formula cell, ``facts`` the facts in the
    order of their sentinel numbers, ``values`` what all units of the type print in place of markers.
    """

    data: bytes
    live: Mapping[Cell, str | int]
    facts: tuple[str, ...]
    values: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)


def build_master(
    template: ReportTemplate, unit_type: UnitType, password: str, longest: Mapping[str, str] | None = None
) -> Master:
    """Build the master form of a unit type from the template workbook.

    ``longest`` are the longest texts of the type's units by marker, for which rows have room.
    """
    content = template.content or read_own_file(template.path)
    workbook = _copy_forms(_pickle_forms(template.path, content, tuple(template.form_sheets)))
    make_sheet_room(workbook, template)
    layouts = [build_layout(workbook[name], template, unit_type.code) for name in template.form_sheets]
    alone = [match[1] for match in map(MARKER.fullmatch, template.texts.values()) if match]
    named = [fact for layout in layouts for fact in layout.facts]
    facts = tuple(dict.fromkeys([*named, *filter(is_fact, alone)]))
    live: dict[Cell, LiveCell] = {}
    live_cells = LiveCells.find(template, unit_type, layouts)
    for layout in layouts:
        sheet = workbook[layout.name]
        live.update(_build_live(live_cells, layout))
        live.update(_fill_cells(sheet, template, unit_type, live_cells))
        empty_lists(sheet, template, unit_type.code)
        _place_facts(sheet, template, facts)
        _write_marks(sheet, template, layout, unit_type.code, facts)
        dress_sheet(sheet, template, layout)
        set_missing_heights(sheet, layout.last_row, longest or {}, narrative_rows(sheet, layout, template))
    # Last, because they add up the states of all sheets.
    live.update(live_cells.build_sums())
    problems = _write_live(workbook, live)
    for layout in layouts:
        protect_sheet(workbook[layout.name], template, layout, password)
    _write_meta(workbook, template, layouts)
    _finish(workbook, template)
    open_where_asked(workbook, layouts)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return Master(
        buffer.getvalue(),
        {cell: formula.blank for cell, formula in live.items()},
        facts,
        common_values(template, unit_type.code),
        problems,
    )


@lru_cache(maxsize=1)
def _pickle_forms(path: Location, content: bytes, form_sheets: tuple[str, ...]) -> bytes:
    """The template's form sheets, to be copied for every unit type: that takes a fifth of opening them."""
    workbook = reopen_workbook(path, content)
    keep_pictures(workbook, content)
    # Bounds and facts are written as Excel counts days today, also where an old Macintosh workbook does not.
    workbook.epoch = CALENDAR_WINDOWS_1900
    for sheet in workbook.worksheets:
        for cell in (c for c in sheet._cells.values() if not isinstance(c, MergedCell)):
            # One program saves forms with comments so that others cannot open them.
            cell.comment = None
    for name in workbook.sheetnames:
        if name not in form_sheets:
            del workbook[name]
    # They may refer to sheets that the form does not have.
    for name in list(workbook.defined_names):
        del workbook.defined_names[name]
    return pickle.dumps(workbook, pickle.HIGHEST_PROTOCOL)


def _copy_forms(pickled: bytes) -> Workbook:
    workbook: Workbook = pickle.loads(pickled)
    for sheet in workbook.worksheets:
        # Their pickles lack what they make new rows and columns with.
        rows, columns = sheet.row_dimensions, sheet.column_dimensions
        sheet.row_dimensions = DimensionHolder(sheet, default_factory=partial(RowDimension, sheet))
        sheet.column_dimensions = DimensionHolder(sheet, default_factory=partial(ColumnDimension, sheet))
        sheet.row_dimensions.update(rows)
        sheet.column_dimensions.update(columns)
    return workbook


def _fill_cells(
    sheet: Worksheet, template: ReportTemplate, unit_type: UnitType, live_cells: LiveCells
) -> dict[Cell, LiveCell]:
    """Fill in every marker that is equal for all units of the type; stamping fills in the others."""
    values = common_values(template, unit_type.code)
    live = {}
    for place, text in template.texts.items():
        if place.sheet == sheet.title:
            cell = sheet.cell(place.row, place.column)
            # A formula is live, and calculated by LiveCells.
            if cell.data_type == "f":
                continue
            if marker("tien_do") in text:
                live[place] = live_cells.build_panel(sheet.title)
            elif MARKER.search(text):
                cell.value = fill_markers(text, values)
                # openpyxl would make a text that begins with = a formula.
                cell.data_type = "s"
    for code, place in template.inputs.items():
        if place.sheet == sheet.title:
            source = template.indicators[code].mirrors
            applies = template.indicators[code].applies_to(unit_type.code)
            sheet.cell(place.row, place.column).value = None if applies else NOT_APPLICABLE
            if source and applies:
                live[place] = live_cells.build_mirror(source, place)
    for place in template.notes.values():
        if place.sheet == sheet.title:
            sheet.cell(place.row, place.column).value = None
    return live


def _place_facts(sheet: Worksheet, template: ReportTemplate, facts: Sequence[str]) -> None:
    """Write a fact with a cell of its own as a typed value, so that formulas can use it."""
    for place, text in template.texts.items():
        alone = MARKER.fullmatch(text)
        if place.sheet == sheet.title and alone is not None and alone[1] in facts:
            cell = sheet.cell(place.row, place.column)
            # A number, because the officer's formulas may calculate with the fact.
            cell.value = FACT_SENTINEL + facts.index(alone[1])
            if cell.number_format == "General":
                # Group long numbers only: a year must not be grouped.
                cell.number_format = "[>=10000]#,##0;General"
                # A format cannot tell those with decimals, of which it would hide them.
                ref = cell.coordinate
                long = f"AND(ISNUMBER({ref}),{ref}>=10000,{ref}<>INT({ref}))"
                sheet.conditional_formatting.add(ref, Rule("expression", dxf=_WITH_DECIMALS, formula=[long]))


def _build_live(cells: LiveCells, layout: SheetLayout) -> dict[Cell, LiveCell]:
    """The checks of a sheet, and the officer's own formulas on it."""
    checks = cells.build_checks(layout) | build_list_checks(cells, layout)
    return checks | cells.build_computed(layout) | build_row_formulas(cells, layout)


def check_forms(template: ReportTemplate) -> list[Problem]:
    """Return the problems that the forms of any unit type would have; no form is made."""
    found: dict[str, Problem] = {}
    workbook = open_workbook(template.path, template.content)
    make_sheet_room(workbook, template)
    for unit_type in template.unit_types.values():
        layouts = [build_layout(workbook[name], template, unit_type.code) for name in template.form_sheets]
        live_cells = LiveCells.find(template, unit_type, layouts)
        for layout in layouts:
            for wrong in check_limits(_build_live(live_cells, layout)):
                found.setdefault(str(wrong.params), wrong)
    return list(found.values())


def _write_live(workbook: Workbook, live: Mapping[Cell, LiveCell]) -> list[Problem]:
    for place, formula in live.items():
        workbook[place.sheet].cell(place.row, place.column).value = formula.formula
    return check_limits(live)


def _write_marks(
    sheet: Worksheet, template: ReportTemplate, layout: SheetLayout, unit_type: str, facts: tuple[str, ...]
) -> None:
    columns: set[int] = set()
    labels = row_labels(template)
    for row, line in layout.lines.items():
        keys: dict[str, int] = {}
        for indicator in (*line, *layout.calculated.get(row, ())):
            keys[indicator.code] = template.inputs[indicator.code].column
            note = template.notes.get(indicator.code)
            if note is not None and note.sheet == layout.name and note.row == row:
                keys[indicator.code + NOTE_SUFFIX] = note.column
        columns.update(keys.values())
        label = labels[layout.name, row][1] if (layout.name, row) in labels else ""
        sheet.cell(row, layout.key_column).value = form_marks.render_row_key(keys, label)
    columns.update(mark_lists(sheet, layout))
    for column in sorted(columns):
        sheet.cell(layout.key_row, column).value = f"{form_marks.COLUMN}{column}"
    texts = texts_digest(template, unit_type)
    identity = f"{form_marks.ID}{marker('ma_bieu')} texts={texts} of={template.earlier_version}"
    hidden = layout.last_hidden_column - layout.key_column
    sheet.cell(layout.key_row, layout.key_column).value = f"{identity} {form_marks.render_hidden(hidden)}"
    for name, cell in layout.facts.items():
        sheet.cell(cell.row, 1).value = form_marks.FACT + name
        sheet.cell(cell.row, cell.column).value = FACT_SENTINEL + facts.index(name)
    for code, (first, last) in layout.options.items():
        sheet.cell(first.row, 1).value = form_marks.OPTIONS + code
        chosen = template.line(code)
        assert chosen is not None
        for column, option in enumerate(chosen.options, start=first.column):
            sheet.cell(first.row, column).value = option
            sheet.cell(first.row, column).data_type = "s"
        # The layout reserved as many cells as there are options.
        assert last.column == first.column + len(chosen.options) - 1


def _write_meta(workbook: Workbook, template: ReportTemplate, layouts: list[SheetLayout]) -> None:
    """Write the form's map as a sheet of plain cells, with an explanation in case a user finds it."""
    meta = workbook.create_sheet(form_marks.META_SHEET)
    meta.append(["Trang này giúp chương trình nhận ra biểu. Đề nghị không sửa, không xóa."])
    meta.append(["meta_version", form_marks.META_VERSION])
    meta.append(["form_id", marker("ma_bieu")])
    meta.append(["unit", marker("ma_don_vi")])
    # A list of units may give the code to another unit while the forms are out, and not all print the name.
    meta.append([form_marks.MADE_FOR, marker("don_vi")])
    meta.append(["campaign", template.campaign.code])
    meta.append(["form_version", template.version])
    labels = row_labels(template)
    for layout in layouts:
        for row, line in layout.lines.items():
            label = fold_case(labels[layout.name, row][1]) if (layout.name, row) in labels else ""
            hashed = form_marks.hash_text(label) if label else ""
            for indicator in line:
                cell = template.inputs[indicator.code]
                note = template.notes.get(indicator.code)
                note_ref = note.ref if note else ""
                meta.append(
                    [
                        "input",
                        indicator.code,
                        cell.sheet,
                        cell.ref,
                        str(indicator.kind),
                        note_ref,
                        hashed,
                    ]
                )
        for line_ in map_lists(layout):
            meta.append(line_)
    for row in meta.iter_rows():
        for cell_ in row:
            cell_.number_format = "@"
    # Excel does not offer a veryHidden sheet for unhiding, so users do not see and edit it.
    meta.sheet_state = "veryHidden"
    meta.protection.sheet = True


def _finish(workbook: Workbook, template: ReportTemplate) -> None:
    # The names only help to find moved cells. No formula uses them: ONLYOFFICE saves such formulas in .ods as
    # broken references.
    for code, cell in template.inputs.items():
        column = cell.ref.rstrip("0123456789")
        workbook.defined_names[code] = DefinedName(
            code, attr_text=f"{quote_sheet(cell.sheet)}!${column}${cell.row}"
        )
    name_lists(workbook, template)
    # Otherwise a unit could delete or rename the form's sheet.
    workbook.security = WorkbookProtection(lockStructure=True)
    properties = workbook.properties
    # The form id is in four places, because no program drops all of them on saving.
    properties.title = template.campaign.title
    properties.subject = marker("ma_bieu")
    properties.keywords = marker("ma_bieu")
    properties.creator = properties.lastModifiedBy = template.campaign.office
    # The officer's remarks about the template are not meant for the units.
    properties.description = properties.category = properties.identifier = None
