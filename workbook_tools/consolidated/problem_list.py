"""The sheet ``Vấn đề``: everything that is wrong, where, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from workbook_tools.consolidated import words
from workbook_tools.sheetwriter.columns import Column, row_heights
from workbook_tools.sheetwriter.style import TAB

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbook_tools.collection import Collection
    from workbook_tools.consolidated.files import FileLinks
    from workbook_tools.problems import Place, Problem
    from workbook_tools.sheetwriter.book import Book

NAME = "Vấn đề"
_HEAD = [
    "Mức",
    "Đơn vị",
    "Mã chỉ tiêu",
    "Chỉ tiêu",
    "Trang",
    "Ô",
    "Giá trị",
    "Vấn đề",
    "Cách xử lý",
    "Giải trình, xử lý",
    "Tệp",
]
_UNIT, _LABEL, _RAW, _MESSAGE, _REMEDY, _REASON, _FILE = 22.0, 28.0, 13.0, 46.0, 38.0, 22.0, 44.0
_LONGEST_RAW = 200


def write_problem_list(book: Book, collection: Collection, links: FileLinks) -> None:
    """Write a line for every problem, errors first."""
    sheet = book.sheet(NAME, TAB["report"])
    sheet.widths([11, _UNIT, 12, _LABEL, 10, 7, _RAW, _MESSAGE, _REMEDY, _REASON, _FILE])
    sheet.page(landscape=True, repeat=(0, 0))
    sheet.head(0, _HEAD)
    problems = collection.problems
    places = [problem.place for problem in problems]
    indicators, roster, returned = (
        collection.template.indicators,
        collection.roster,
        set(collection.files["path"]),
    )
    wrapped = [
        ([roster[place.unit].name if place.unit in roster else place.unit for place in places], _UNIT),
        (
            [indicators[place.indicator].label if place.indicator in indicators else "" for place in places],
            _LABEL,
        ),
        (_find_raws(places, collection.answers), _RAW),
        ([problem.message("vi") for problem in problems], _MESSAGE),
        ([problem.remedy("vi") for problem in problems], _REMEDY),
        ([_reason(problem) for problem in problems], _REASON),
        ([place.file for place in places], _FILE),
    ]
    names, labels, raws, messages, remedies, reasons, files = (texts for texts, _ in wrapped)
    urls = [
        links.url(place.file, place.sheet, place.cell) if place.file in returned else None for place in places
    ]
    severities = Column(
        [words.SEVERITIES[p.severity] for p in problems],
        [words.SEVERITY_STYLES[p.severity] for p in problems],
    )
    sheets, cells = [place.sheet for place in places], [place.cell for place in places]
    listed = sheet.columns(
        1,
        [
            severities,
            Column(names, "wrap"),
            Column([place.indicator for place in places]),
            *(Column(texts, "wrap") for texts in (labels, sheets, cells, raws, messages, remedies, reasons)),
            Column(files, "wrapped_link", urls),
        ],
        row_heights(*wrapped),
    )
    if not problems:
        sheet.text(1, 0, "Không có vấn đề nào.", "plain")
    sheet.raw.freeze_panes(1, 2)
    sheet.raw.autofilter(0, 0, max(listed, 1), len(_HEAD) - 1)


def _find_raws(places: Sequence[Place], answers: pd.DataFrame) -> list[str]:
    """What stands in the report at each place, its beginning; empty where a place is not that of an answer."""
    keys = ["unit", "indicator"]
    wanted = pd.DataFrame([(place.unit, place.indicator) for place in places], columns=keys, dtype=object)
    found = wanted.merge(answers[[*keys, "raw"]], on=keys, how="left", validate="many_to_one")
    return [raw[:_LONGEST_RAW] for raw in found["raw"].fillna("")]


def _reason(problem: Problem) -> str:
    """What the unit wrote in explanation, and what the officer decided."""
    return "\n".join(filter(None, (problem.reason, problem.accepted and f"Đã chấp nhận: {problem.accepted}")))
