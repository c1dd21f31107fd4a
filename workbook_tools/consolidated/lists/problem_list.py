"""The sheet ``Vấn đề``: everything that is wrong, where, and what to do."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

import pandas as pd
from xlsxwriter.utility import xl_range

from workbook_tools import heads
from workbook_tools.consolidated import words
from workbook_tools.consolidated.words import PROBLEMS_SHEET
from workbook_tools.problems import Problem, Severity, root_key
from workbook_tools.sheetwriter.cell_text import code_width
from workbook_tools.sheetwriter.columns import Column, heights_of_texts
from workbook_tools.sheetwriter.style import TAB

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbook_tools.consolidated.lists.file_links import FileLinks
    from workbook_tools.frames import Collection
    from workbook_tools.problems import Place
    from workbook_tools.sheetwriter.book import Book

_REASONS = "Giải trình, xử lý"
_HEAD = [
    heads.NEED,
    heads.UNIT,
    heads.LABEL,
    heads.VALUE,
    "Vấn đề",
    "Cách xử lý",
    _REASONS,
    "Trang",
    heads.CELL,
    heads.FILE,
    heads.CODE,
    "Loại vấn đề",
]
_UNIT, _LABEL, _RAW, _MESSAGE, _REMEDY, _REASON, _FILE = 20.0, 27.0, 13.0, 44.0, 36.0, 18.0, 44.0
_SHEET = 10.0
_LONGEST_RAW = 200
_KIND = 40.0
_FIRST_ROW = 1

Kinds: TypeAlias = list[tuple[Severity, str, int]]
"""Severity, code and how many there are."""


def count_kinds(problems: Sequence[Problem], *, notices: bool = False) -> Kinds:
    """The kinds of problems: errors first, the most frequent first; notices only where they are wanted."""
    counts = Counter((p.severity, p.code) for p in problems if notices or p.severity is not Severity.NOTICE)
    ranks = list(Severity)
    found = [(severity, code, count) for (severity, code), count in counts.items()]
    return sorted(found, key=lambda kind: (ranks.index(kind[0]), -kind[2], kind[1]))


def find_kinds(problems: Sequence[Problem]) -> dict[tuple[Severity, str], str]:
    """Severity and code → the lines of that kind in the list, as a link names them."""
    places, row = {}, _FIRST_ROW
    sizes = Counter(_kinds_of(problems))
    for severity, code, _ in count_kinds(problems, notices=True):
        count = sizes[severity, code]
        if not count:
            continue
        lines = xl_range(row, 0, row + count - 1, len(_HEAD) - 1)
        places[severity, code] = f"'{PROBLEMS_SHEET}'!{lines}"
        row += count
    return places


def kind_name(code: str) -> str:
    """The title of a kind of problem."""
    return Problem(code).title("vi")


def _kinds_of(problems: Sequence[Problem]) -> list[tuple[Severity, str]]:
    """The kind under which each problem is listed: a detail under that of its cause."""
    # A detail is listed below its cause, so that a link from the overview finds both together.
    roots = {root_key(p): (p.severity, p.code) for p in problems if not p.under}
    return [roots.get(root_key(p), (p.severity, p.code)) for p in problems]


def _by_kind(problems: Sequence[Problem]) -> list[Problem]:
    """Group the problems by kind, kinds in the order of :func:`count_kinds`; stable within a kind."""
    order = {kind[:2]: place for place, kind in enumerate(count_kinds(problems, notices=True))}
    pairs = sorted(zip(_kinds_of(problems), problems, strict=True), key=lambda pair: order[pair[0]])
    return [found for _, found in pairs]


def write_problem_list(book: Book, collection: Collection, links: FileLinks) -> None:
    """Write a line for every problem, errors first, those of one kind together."""
    sheet = book.sheet(PROBLEMS_SHEET, TAB["report"])
    codes = code_width(collection.template.indicators)
    sheet.widths([11, _UNIT, _LABEL, _RAW, _MESSAGE, _REMEDY, _REASON, _SHEET, 7, _FILE, codes, _KIND])
    sheet.page(landscape=True, repeat=(0, 0))
    sheet.head(0, _HEAD)
    problems = _by_kind(collection.problems)
    places = [problem.place for problem in problems]
    roster, returned = collection.roster, set(collection.files["path"])
    wrapped = [
        # A file that is no unit's is known by its name only.
        ([roster.names.get(place.unit, place.unit) or place.file for place in places], _UNIT),
        (
            [collection.template.label(place.indicator) for place in places],
            _LABEL,
        ),
        (_find_raws(places, collection.answers), _RAW),
        ([problem.message("vi") for problem in problems], _MESSAGE),
        ([problem.remedy("vi") for problem in problems], _REMEDY),
        ([_reason(problem) for problem in problems], _REASON),
        ([place.file for place in places], _FILE),
        ([kind_name(code) for _, code in _kinds_of(problems)], _KIND),
        ([place.sheet for place in places], _SHEET),
    ]
    names, labels, raws, messages, remedies, reasons, files, kinds, sheets = (texts for texts, _ in wrapped)
    # Not every problem's file is a returned one.
    known = [file if file in returned else "" for file in files]
    severities = Column(
        [words.DETAIL if p.under else words.SEVERITIES[p.severity] for p in problems],
        [words.SEVERITY_STYLES[p.severity] for p in problems],
    )
    cells = [place.cell for place in places]
    listed = sheet.columns(
        _FIRST_ROW,
        [
            severities,
            Column(names, "wrap"),
            *(Column(texts, "wrap") for texts in (labels, raws, messages, remedies, reasons, sheets, cells)),
            Column(files, "wrapped_link", links.of(known, sheets, cells)),
            Column([place.indicator for place in places]),
            Column(kinds, "wrap"),
        ],
        heights_of_texts(*wrapped),
    )
    if not problems:
        sheet.text(1, 0, "Không có vấn đề nào.", "plain")
    # The columns beyond are for the screen; on paper they would leave the others too small to read.
    sheet.raw.print_area(0, 0, max(listed, 1), _HEAD.index(_REASONS))
    sheet.raw.freeze_panes(1, 2)
    sheet.raw.autofilter(0, 0, max(listed, 1), len(_HEAD) - 1)


def _find_raws(places: Sequence[Place], answers: pd.DataFrame) -> list[str]:
    """The beginning of what the report holds at each place; empty if the place is no answer's."""
    keys = ["unit", "indicator"]
    wanted = pd.DataFrame([(place.unit, place.indicator) for place in places], columns=keys, dtype=object)
    known = answers.loc[answers["unit"].isin(wanted["unit"]), [*keys, "raw"]].astype(object)
    # One merge instead of a search for each problem, of which there may be thousands.
    found = wanted.merge(known, on=keys, how="left", validate="many_to_one")
    return [raw[:_LONGEST_RAW] for raw in found["raw"].fillna("")]


def _reason(problem: Problem) -> str:
    """The unit's explanation, and the officer's decision."""
    return "\n".join(filter(None, (problem.reason, problem.accepted and f"Đã chấp nhận: {problem.accepted}")))
