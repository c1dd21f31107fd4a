"""The column beside the office's report, which is not printed: what stands behind a row, where to look."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from workbook_tools.consolidated.list_sheets import list_sheet_names
from workbook_tools.consolidated.office_report.copied_page import print_area
from workbook_tools.consolidated.sums import find_wrong_figures
from workbook_tools.consolidated.words import NARRATIVE_SHEET, SUMMARY_SHEET
from workbook_tools.frames import find_answered
from workbook_tools.locale import show_figure, show_number
from workbook_tools.sheetwriter.book_sheet import sheet_link
from workbook_tools.sheetwriter.style import FONT

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from workbook_tools.consolidated.office_report.copied_style import Properties
    from workbook_tools.consolidated.office_report.sheet_to_copy import SheetCopy
    from workbook_tools.excel import Cell
    from workbook_tools.frames import Collection
    from workbook_tools.model import ReportTemplate
    from workbook_tools.sheetwriter.book_sheet import Sheet

REMARK: Properties = {"font_name": FONT, "font_size": 10, "italic": True, "font_color": "#808080"}
_NAMED = 2
"""Units named for a line whose total contains figures with errors."""
_COUNTED, _ANSWERED = "báo cáo được cộng", "đơn vị trả lời"
_WHY_FEWER = (
    "Số báo cáo được cộng có thể ít hơn số đơn vị đã nộp: không cộng lại báo cáo đã gộp trong số của đơn vị "
    "cấp trên; đơn vị không được hỏi hoặc không có số thì không có gì để cộng."
)
_SEE_UNITS = f"(Xem trang {SUMMARY_SHEET})"


class Remark(NamedTuple):
    """A text beside a row, and the place in the workbook that it leads to."""

    text: str
    url: str | None = None


def build_remarks(
    collection: Collection, units: Mapping[Cell, str], attached: Mapping[Cell, str]
) -> dict[Cell, Remark]:
    """Cell of the report → what stands beside its row.

    ``units`` are the units of list rows, ``attached`` the lists that do not stand on the report itself.
    """
    template, sheets = collection.template, list_sheet_names(collection.template)
    found = find_answered(collection.answers)["indicator"].value_counts(sort=False)
    answers = {str(code): int(count) for code, count in found.items()}
    behind = _count_units(template, collection.totals["units"], answers) | dict(units)
    for cell, text in _name_wrong_figures(collection).items():
        behind[cell] = "; ".join(filter(None, (behind.get(cell), text)))
    return {
        **{cell: Remark(text) for cell, text in behind.items()},
        **{cell: _see(NARRATIVE_SHEET, text) for cell, text in _count_opinions(template, answers).items()},
        **{cell: _see(sheets[code]) for cell, code in attached.items()},
    }


def _name_wrong_figures(collection: Collection) -> dict[Cell, str]:
    """Remark of the form → the figures with errors that the totals of its line contain."""
    template = collection.template
    wrong = find_wrong_figures(collection)
    found: dict[Cell, str] = {}
    for code, cell in template.notes.items():
        shown = template.number_format(code)
        figures = wrong.get(template.source(code), [])
        named = [f"{collection.roster.names[unit]}: {show_figure(n, shown, 'vi')}" for unit, n in figures]
        if named:
            more = ["…"] if len(named) > _NAMED else []
            text = f"gồm {show_number(len(named), 'vi')} số còn lỗi ({'; '.join([*named[:_NAMED], *more])})"
            found[cell] = "; ".join(filter(None, (found.get(cell), text)))
    return found


def _see(sheet: str, opinions: str = "") -> Remark:
    return Remark(f"(Xem trang {sheet}{opinions and f': {opinions}'})", sheet_link(sheet))


def _count_units(template: ReportTemplate, totals: pd.Series, answers: Mapping[str, int]) -> dict[Cell, str]:
    """Remark of the form → the number of units behind the figures of its line, if there are any."""
    behind: dict[Cell, list[int]] = {}
    what: dict[Cell, str] = {}
    for code, cell in template.notes.items():
        shown = template.indicators[code]
        line = template.indicators.get(shown.mirrors or "", shown)
        units = totals.get(line.code, 0)
        if line.options:
            units = answers.get(line.code, 0)
        if units:
            behind.setdefault(cell, []).append(int(units))
            if line.additive or cell not in what:
                what[cell] = _COUNTED if line.additive else _ANSWERED
    return {cell: f"{_numbers_text(units)} {what[cell]}" for cell, units in behind.items()}


def _count_opinions(template: ReportTemplate, answers: Mapping[str, int]) -> dict[Cell, str]:
    """Input of a narrative → the number of units that answered, if there are any."""
    narrative = {code: cell for code, cell in template.inputs.items() if template.indicators[code].narrative}
    return {
        cell: f"{show_number(answers[code], 'vi')} đơn vị có ý kiến"
        for code, cell in narrative.items()
        if code in answers
    }


def _numbers_text(units: list[int]) -> str:
    """``17``; if the inputs of a line differ, their numbers from left to right: ``17; 15``."""
    numbers = units[:1] if len(set(units)) == 1 else units
    return "; ".join(map(str, numbers))


def write_remarks(
    copy: SheetCopy, target: Sheet, remarks: Mapping[Cell, Remark], links: dict[tuple[int, int], str]
) -> None:
    """Write the remarks on a form sheet's copy beside the form: within a cell they would be a part of it.

    ``links`` maps cells of the form to where they lead. LibreOffice follows links only on texts, so the first
    of a row is repeated beside it. The column is not printed: the copy to sign is the form alone.
    """
    top, _, bottom, right = copy.printed
    if print_area(copy.source) is None:
        target.raw.print_area(top - 1, 0, bottom - 1, right - 1)
    of_rows: dict[int, Remark] = {}
    for cell, remark in remarks.items():
        if cell.sheet == copy.source.title:
            before = of_rows.get(cell.row)
            joined = remark
            if before:
                joined = Remark(f"{before.text}; {remark.text}", before.url or remark.url)
            of_rows[cell.row] = joined
    for (row, _), url in reversed(links.items()):
        of_rows[row] = of_rows.get(row, Remark(_SEE_UNITS))._replace(url=url)
    if links:
        # One for all lines, above them.
        of_rows.setdefault(top, Remark(_WHY_FEWER))
    for row, remark in of_rows.items():
        if remark.url:
            target.point(row - 1, right, remark.url)
        target.text(row - 1, right, remark.text, REMARK)
