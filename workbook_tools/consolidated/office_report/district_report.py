"""The office's own report: the form as the officer drew it, with the totals of all units in its cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from workbook_tools.consolidated.office_report.beside_form import REMARK, build_remarks, write_remarks
from workbook_tools.consolidated.office_report.copied_page import PrintedSheet, print_area
from workbook_tools.consolidated.office_report.copied_sheet import write_copied_sheet
from workbook_tools.consolidated.office_report.copied_style import CopiedStyles
from workbook_tools.consolidated.office_report.listed_rows import build_list_entries, count_rows, with_room
from workbook_tools.consolidated.office_report.report_entries import (
    UNKNOWN,
    build_entries,
    render_coverage,
)
from workbook_tools.consolidated.office_report.sheet_to_copy import SheetCopy
from workbook_tools.consolidated.summary import total_cells
from workbook_tools.forms.list_rows.sheet_room import make_sheet_room
from workbook_tools.formula.places import live_names, place_formula
from workbook_tools.locale import show_number
from workbook_tools.model import Combined
from workbook_tools.sheetwriter.cell_text import free_sheet_name
from workbook_tools.sheetwriter.style import TAB
from workbook_tools.spec.markers import MARKER, fill_markers, is_fact, marker_text
from workbook_tools.spec.own_workbook import reopen_workbook
from workbook_tools.spec.vocabulary import GENERATED_MARKERS
from workbook_tools.tally.areas import FactSums
from workbook_tools.tally.status import REPORTED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openpyxl.worksheet.worksheet import Worksheet

    from workbook_tools.excel import Cell
    from workbook_tools.frames import Collection
    from workbook_tools.model import Campaign, ReportTemplate
    from workbook_tools.sheetwriter.book import Book

_SIGNED = ("noi_nhan", "quyen_han_ky", "chuc_vu_ky")
"""Markers of recipients and signature, which follow the report's body."""


def write_district_report(book: Book, collection: Collection) -> None:
    """Write one sheet for each form sheet of the template, ready to print and sign.

    Additive lines hold the total, with the number of contributing units beside the form; choices hold a tally
    of the answers, and what only the office can say is left as dots. Beside the form, off the printed copy,
    is what stands behind an entry: the number of units, or the sheet to look at. Raises CannotRead if the
    template is gone.
    """
    # The office's lists hold the rows of all units, so the template gets room first.
    counts = count_rows(collection)
    content = collection.template.content
    collection = with_room(collection, counts)
    template = collection.template
    workbook = reopen_workbook(template.path, content or None)
    make_sheet_room(workbook, template, counts)
    styles = CopiedStyles(workbook)
    facts = FactSums(collection.roster)
    values = office_values(template) | fact_texts(template, facts)
    entries = build_entries(collection) | _fact_entries(template, facts)
    names = report_sheet_names(template)
    formulas, unknown = _build_formulas(collection, names, facts)
    entries |= dict.fromkeys(unknown, UNKNOWN)
    listed, units, attached = build_list_entries(collection)
    entries |= listed
    remarks = build_remarks(collection, units, attached)
    fences = [(one.sheet, row) for one in template.lists.values() for row in one.fences]
    for form, name in names.items():
        source = workbook[form]
        copy = SheetCopy(
            source=source,
            styles=styles,
            entries={(cell.row, cell.column): entry for cell, entry in entries.items() if cell.sheet == form},
            fill=lambda text: fill_office_text(text, values),
            idle_rows=idle_rows(source, template),
            hidden_rows=[*_own_rows(template, form), *(row for sheet, row in fences if sheet == form)],
            short_entries=[(c.row, c.column) for c in _narrative_cells(template) if c.sheet == form],
            sentences=_sentences(collection, source),
            formulas={(cell.row, cell.column): f for cell, f in formulas.items() if cell.sheet == form},
        )
        target = book.sheet(name, TAB["report"], PrintedSheet)
        links = _build_links(collection, form)
        # Before the cells, because xlsxwriter writes a link's text into the cell; the figure replaces it.
        for (row, column), url in links.items():
            target.point(row - 1, column - 1, url)
        write_copied_sheet(copy, target)
        if copy.idle_rows:
            target.text(copy.idle_rows[0] - 1, 0, render_coverage(collection), REMARK)
        write_remarks(copy, target, remarks, links)


def _sentences(collection: Collection, source: Worksheet) -> dict[int, str]:
    """Row → the report's opening or closing sentence: the last blank row above the body or the signature."""
    template, campaign = collection.template, collection.template.campaign
    asked = [cell.row for cell in template.inputs.values() if cell.sheet == source.title]
    marked: dict[str, int] = {}
    for place, text in template.texts.items():
        if place.sheet == source.title:
            marked |= dict.fromkeys(MARKER.findall(text), place.row)
    title = marked.get("tieu_de")
    signed = min((marked[name] for name in _SIGNED if name in marked), default=None)
    if title is None or signed is None or not any(title < row < signed for row in asked):
        return {}
    body = [row for row in asked if title < row < signed]
    about = campaign.title[:1].lower() + campaign.title[1:]
    reported = int(collection.status["outcome"].isin(REPORTED).sum())
    opening = (
        f"Tổng hợp báo cáo của {show_number(reported, 'vi')}/{show_number(len(collection.roster), 'vi')} "
        f"đơn vị đến ngày {collection.as_of:%d/%m/%Y}, kết quả {about} như sau:"
    )
    found = [
        (_last_blank(source, title, min(body)), opening),
        (_last_blank(source, max(body), signed), f"Trên đây là báo cáo kết quả {about}./."),
    ]
    return {row: text for row, text in found if row}


def _last_blank(source: Worksheet, above: int, below: int) -> int | None:
    """The last row between two others that is empty and not merged."""
    merged = {row for block in source.merged_cells.ranges for row in range(block.min_row, block.max_row + 1)}
    rows = [row for row in range(above + 1, below) if row not in merged]
    blank = [row for row in rows if all(cell.value is None for cell in source[row])]
    return blank[-1] if blank else None


def _build_links(collection: Collection, form: str) -> dict[tuple[int, int], str]:
    """Row and column of each total on a form sheet → link to the units' figures behind it."""
    template, targets, found = collection.template, total_cells(collection), {}
    for code, cell in template.inputs.items():
        shown = template.indicators[code].mirrors or code
        if cell.sheet == form and shown in collection.totals.index:
            found[cell.row, cell.column] = targets[shown]
    return dict(sorted(found.items()))


def _narrative_cells(template: ReportTemplate) -> list[Cell]:
    return [cell for code, cell in template.inputs.items() if template.indicators[code].narrative]


def _own_rows(template: ReportTemplate, form: str) -> list[int]:
    """Rows that only ask whether figures include those of units below, which does not concern the office."""
    cell = template.inputs.get(template.campaign.inclusion or "")
    if cell is None or cell.sheet != form:
        return []
    others = [c for code, c in template.inputs.items() if code != template.campaign.inclusion]
    if any((c.sheet, c.row) == (form, cell.row) for c in others):
        return []
    return [cell.row]


def _build_formulas(
    collection: Collection, names: Mapping[str, str], facts: FactSums
) -> tuple[dict[Cell, tuple[str, float | str]], list[Cell]]:
    """The report's calculated cells as live formulas, "" for one that is added up, with their results; and
    the cells without a result.
    """
    template, known = collection.template, collection.areas
    found: dict[Cell, tuple[str, float | str]] = {}
    unknown = [*template.uncalculated]
    for computed in template.computed:
        if computed.name not in known:
            unknown.append(computed.cell)
            continue
        value = known[computed.name].iloc[-1]
        numbers = {name: f"{facts.total(name) or 0:.15g}" for name in live_names(computed.live)}
        # The office has no cells for facts, so their totals are written into the formula.
        live = place_formula(computed.live, computed.cell.sheet, names, numbers)
        # Over the totals, the formula would give another figure.
        if computed.combined is Combined.ADDED:
            live = ""
        result = "" if pd.isna(value) else value
        found[computed.cell] = (live, result)
    return found, unknown


def _fact_entries(template: ReportTemplate, facts: FactSums) -> dict[Cell, float | str]:
    """Totals of the units' facts that are alone in a cell; blank if they cannot be added up."""
    alone = {cell: MARKER.fullmatch(text) for cell, text in template.texts.items()}
    found = {cell: match[1] for cell, match in alone.items() if match and is_fact(match[1])}
    totals = {cell: facts.total(name) for cell, name in found.items()}
    return {cell: "" if total is None else total for cell, total in totals.items()}


def fact_texts(template: ReportTemplate, facts: FactSums) -> dict[str, str]:
    """Totals of the units' facts for use in texts, without those that cannot be added up."""
    named = {name for text in template.texts.values() for name in MARKER.findall(text) if is_fact(name)}
    totals = {name: facts.total(name) for name in named}
    return {name: show_number(total, "vi") for name, total in totals.items() if total is not None}


def report_sheet_names(template: ReportTemplate) -> dict[str, str]:
    """Form sheet → its sheet's name, such as ``Báo cáo huyện``; each is legal in Excel and unique."""
    first = f"Báo cáo {template.campaign.level_names.get(1, '')}".strip()
    names: dict[str, str] = {}
    for form in template.form_sheets:
        wanted = f"{first} - {form}" if names else first
        names[form] = free_sheet_name(wanted, names.values())
    return names


def office_values(template: ReportTemplate) -> dict[str, str]:
    """Text marker → its value on the office's own report."""
    campaign = template.campaign
    office_type = template.unit_types.get(campaign.office_type)
    texts = office_type.texts if office_type else {}
    return {
        **dict.fromkeys(GENERATED_MARKERS, ""),
        "don_vi": campaign.office,
        "don_vi_hoa": campaign.office.upper(),
        "ma_don_vi": "",
        "cap_tren": "",
        "cap_tren_hoa": "",
        **_campaign_texts(campaign),
        **texts,
    }


def _campaign_texts(campaign: Campaign) -> dict[str, str]:
    levels = {f"cap_{level}": name for level, name in campaign.level_names.items()}
    fixed = {
        "ma_dot": campaign.code,
        "tieu_de": campaign.title,
        "han_nop": marker_text(campaign.deadline),
        "co_quan": campaign.office,
    }
    return {**levels, **fixed, **{name: marker_text(value) for name, value in campaign.values.items()}}


def fill_office_text(text: str, values: Mapping[str, str]) -> str:
    """Fill the markers of a printed text; dots for those without a value, such as a unit's facts."""
    return MARKER.sub(UNKNOWN, fill_markers(text, values))


def idle_rows(source: Worksheet, template: ReportTemplate) -> list[int]:
    """Rows outside the print area without inputs: they help to fill in the form and mean nothing to readers.

    Without a print area, the rows of the generator's panel.
    """
    asked = {
        cell.row
        for places in (template.inputs, template.notes)
        for cell in places.values()
        if cell.sheet == source.title
    }
    area = print_area(source)
    if area:
        idle = {row for row in range(1, source.max_row + 1) if not area[0] <= row <= area[2]}
    else:
        texts = {place.row: text for place, text in template.texts.items() if place.sheet == source.title}
        idle = {row for row, text in texts.items() if set(MARKER.findall(text)) & set(GENERATED_MARKERS)}
    return sorted(idle - asked)
