"""The sheet ``Đối chiếu``: units against the sum of the units below them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from workbook_tools import heads
from workbook_tools.consolidated.words import COMPARISON_SHEET
from workbook_tools.frames import CONTRADICTED
from workbook_tools.model import Outcome
from workbook_tools.sheetwriter.cell_text import code_width, number_width
from workbook_tools.sheetwriter.columns import Column, heights_of_texts, pick
from workbook_tools.sheetwriter.style import TAB

if TYPE_CHECKING:
    import pandas as pd

    from workbook_tools.frames import Collection
    from workbook_tools.sheetwriter.book import Book

_HEAD = [
    heads.UNIT,
    heads.CODE,
    heads.LABEL,
    "Đã gồm cấp dưới?",
    "Số của đơn vị",
    "Tổng cấp dưới",
    "Số đơn vị cấp dưới",
    "Chênh lệch",
    "Nhận xét",
]
_LABEL, _REMARK = 50.0, 42.0
_INCLUDED = {True: "Có", False: "Không", None: "Chưa khai"}
_PAGE_ROWS = 25


def write_comparison(book: Book, collection: Collection) -> None:
    """Write a line for every figure that can be compared; those to check come first."""
    sheet = book.sheet(COMPARISON_SHEET, TAB["figures"])
    frame = collection.comparison
    frame = frame[frame["own"].notna() | frame["below"].notna()]
    # A stable sort keeps the order of roster and dictionary among the rest.
    frame = frame.sort_values("verdict", key=lambda column: ~column.isin(CONTRADICTED), kind="stable")
    wrong = frame["verdict"].isin(CONTRADICTED).to_numpy()
    figures = [number_width(frame[column].astype("float64")) for column in ("own", "below", "difference")]
    codes = code_width(collection.template.indicators)
    sheet.widths([26, codes, _LABEL, 12, figures[0], figures[1], 12, figures[2], _REMARK])
    sheet.page(landscape=True, repeat=(0, 0))
    sheet.head(0, _HEAD, 48)
    remarks = _remarks(frame, collection)
    labels = frame["indicator"].map({i.code: i.label for i in collection.template.indicators.values()})
    # As objects: of arrays of texts each cell takes as much memory as the longest.
    included = np.array([_INCLUDED[included] for included in frame["included"]], dtype=object)
    inclusions = np.where(_has_returned(frame, collection), included, "Chưa có báo cáo")
    looks = pick(("wrap", "bad"), wrong.astype(np.int8))
    listed = sheet.columns(
        1,
        [
            Column(frame["unit"].map(collection.roster.names)),
            Column(frame["indicator"]),
            Column(labels, "wrap"),
            Column(inclusions),
            *(Column(frame[name], "number") for name in ("own", "below", "units", "difference")),
            Column(remarks, looks),
        ],
        heights_of_texts((labels, _LABEL), (remarks, _REMARK)),
    )
    if frame.empty:
        sheet.text(1, 0, "Chưa có số liệu để đối chiếu.", "plain")
    # Only the lines to check, which come first, are printed: the whole list of 300 communes would take as
    # many pages.
    printed = max(int(wrong.sum()), min(len(frame), _PAGE_ROWS), 1)
    sheet.raw.print_area(0, 0, min(printed, max(listed, 1)), len(_HEAD) - 1)
    sheet.raw.freeze_panes(1, 1)
    sheet.raw.autofilter(0, 0, max(listed, 1), len(_HEAD) - 1)


def _has_returned(frame: pd.DataFrame, collection: Collection) -> npt.NDArray[np.bool_]:
    status = collection.status
    returned = status.loc[status["outcome"].isin([Outcome.ACCEPTED, Outcome.WARNED]), "unit"]
    return frame["unit"].isin(returned).to_numpy()


def _remarks(frame: pd.DataFrame, collection: Collection) -> pd.Categorical:
    """The meaning of the two figures for the total; of several remarks that hold, the first."""
    choice = collection.template.indicators.get(collection.template.campaign.inclusion or "")
    asked = [unit.code for unit in collection.roster if choice is not None and choice.applies_to(unit.type)]
    contains = (frame["unit"].isin(asked) & frame["included"].ne(False)).to_numpy()
    has_figure = frame["own"].notna().to_numpy()
    # In the order in which they count: the first that holds is shown.
    remarks = [
        (frame["verdict"] == "below", "Thấp hơn tổng cấp dưới dù khai đã gồm"),
        (frame["verdict"] == "blank", "Không có số dù khai đã gồm; cấp dưới có số"),
        (frame["verdict"] == "ok", "Phù hợp: không thấp hơn tổng cấp dưới"),
        (~_has_returned(frame, collection), "Chưa có báo cáo: lấy tổng cấp dưới"),
        (frame["units"] == 0, "Chưa có số của cấp dưới"),
        (~has_figure & contains, "Đơn vị không có số; số cấp dưới coi là đã gồm"),
        (~has_figure, "Đơn vị không có số: lấy tổng cấp dưới"),
        (contains, "Chưa khai: coi là đã gồm cấp dưới"),
    ]
    first = np.select([np.asarray(holds) for holds, _ in remarks], list(range(len(remarks))), len(remarks))
    return pick([*(remark for _, remark in remarks), "Hai số được cộng vào tổng"], first)
