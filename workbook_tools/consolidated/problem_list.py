"""The sheet ``Vấn đề``: everything that is wrong, where, and what to do."""

from __future__ import annotations

from workbook_tools.collection import Collection
from workbook_tools.consolidated import words
from workbook_tools.consolidated.book import ROW_LIMIT, Book
from workbook_tools.consolidated.files import FileLinks
from workbook_tools.consolidated.style import TAB
from workbook_tools.consolidated.texts import line_count

NAME = "Vấn đề"
_HEAD = ["Mức", "Đơn vị", "Mã chỉ tiêu", "Chỉ tiêu", "Trang", "Ô", "Giá trị", "Vấn đề", "Cách xử lý", "Giải trình, quyết định", "Tệp"]
_UNIT, _LABEL, _RAW, _MESSAGE, _REMEDY, _REASON, _FILE = _WRAPPED = (22.0, 28.0, 13.0, 46.0, 38.0, 22.0, 44.0)


def write_problem_list(book: Book, collection: Collection, links: FileLinks) -> None:
    """Write a line for every problem, errors first."""
    sheet = book.sheet(NAME, TAB["report"])
    sheet.widths([11, _UNIT, 12, _LABEL, 10, 7, _RAW, _MESSAGE, _REMEDY, _REASON, _FILE])
    sheet.page(landscape=True, repeat=(0, 0))
    sheet.head(0, _HEAD)
    indicators, roster = collection.template.indicators, collection.roster
    answers = collection.answers
    raws = dict(zip(zip(answers["unit"], answers["indicator"], strict=True), answers["raw"], strict=True))
    returned = set(collection.files["path"])
    shown = collection.problems[: ROW_LIMIT - 2]
    for row, problem in enumerate(shown, start=1):
        place = problem.place
        message, remedy = problem.message("vi"), problem.remedy("vi")
        sheet.text(row, 0, words.SEVERITIES[problem.severity], words.SEVERITY_STYLES[problem.severity])
        name = roster[place.unit].name if place.unit in roster else place.unit
        sheet.text(row, 1, name, "wrap")
        sheet.text(row, 2, place.indicator)
        raw = raws.get((place.unit, place.indicator), "")[:200]
        reason = "\n".join(filter(None, (problem.reason, problem.accepted and f"Đã chấp nhận: {problem.accepted}")))
        label = indicators[place.indicator].label if place.indicator in indicators else ""
        for column, text in ((3, label), (4, place.sheet), (5, place.cell), (6, raw), (7, message), (8, remedy), (9, reason)):
            sheet.text(row, column, text, "wrap")
        if place.file in returned:
            links.write(sheet, row, 10, place.file, (place.sheet, place.cell), "wrapped_link")
        else:
            sheet.text(row, 10, place.file, "wrap")
        wrapped = zip((name, label, raw, message, remedy, reason, place.file), _WRAPPED, strict=True)
        sheet.height(row, 15.5 * max(line_count(text, width) for text, width in wrapped) + 2)
    if not shown:
        sheet.text(1, 0, "Không có vấn đề nào.", "plain")
    sheet.raw.freeze_panes(1, 2)
    sheet.raw.autofilter(0, 0, max(len(shown), 1), len(_HEAD) - 1)
