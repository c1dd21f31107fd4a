"""The office's report as a Word document, from a template that the officer edits in Word."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from workbook_tools.consolidated.office_report.annex import build_annex
from workbook_tools.consolidated.office_report.district_report import fact_texts, office_values
from workbook_tools.consolidated.office_report.report_entries import (
    DOTS,
    UNKNOWN,
    answers_by_choice,
    render_tally,
)
from workbook_tools.frames import Collection, find_answered, rows
from workbook_tools.locale import show_figure, show_number
from workbook_tools.model import Kind, Outcome
from workbook_tools.outputs.word_lists import build_lists, by_code, list_names
from workbook_tools.outputs.word_work import fill_in_report
from workbook_tools.readers.limits import read_tree
from workbook_tools.readers.refused import RefusedFile
from workbook_tools.readers.zip_package import open_package
from workbook_tools.sheetwriter.cell_text import excel_text, excel_value
from workbook_tools.spec.markers import address_unit
from workbook_tools.spec.own_workbook import read_own_file
from workbook_tools.tally.areas import FactSums
from workbook_tools.tally.status import MISSING, REPORTED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

    from workbook_tools.consolidated.office_report.statements import Statement
    from workbook_tools.model import ReportTemplate, Roster
    from workbook_tools.returns.workers.side_process import SideProcess
    from workbook_tools.storage.location import Location

_NARRATIVE = 60
"""A text line with any longer answer is a narrative; shorter ones are document numbers, names, places."""
_ALL_TEXTS = "thuyet_minh"
_BY_HAND = {
    "so_van_ban": DOTS,
    "ky_hieu": f"BC-{DOTS}",
    "dia_danh": DOTS,
    "nguoi_ky": 2 * DOTS,
    "noi_nhan": f"- {DOTS};\n- Lưu: VT.",
}
"""Optional values of the campaign or the office's letterhead; otherwise filled in by hand."""
_NAMES = frozenset(
    [
        "ngay",
        "thang",
        "nam",
        "so_don_vi",
        "so_da_bao_cao",
        "so_chua_bao_cao",
        "so_nop_tre",
        "chua_bao_cao",
        "nop_tre",
        "cac_nhom",
        "cac_danh_sach",
        _ALL_TEXTS,
        "nhan_xet",
        "cac_muc",
        "phu_luc",
        "phu_luc_con_lai",
        "ten_bao_cao",
        "tieu_de_thuong",
        "ma_so_lieu",
        *_BY_HAND,
    ]
)
_ANNEX_LINES = 350
"""About ten pages; the sheet “Thuyết minh” has all."""
_MOST_NAMES = 24


def begin_word_report(
    collection: Collection, statements: Sequence[Statement], template: Location, beside: SideProcess
) -> Callable[[], bytes]:
    """Begin to fill in the Word template; what is returned waits for the document.

    The same input gives the same bytes. Raises, now or then, SpecificationError for a template that is not a
    Word document or has forbidden marks, and CannotRead if it cannot be read or exceeds the limits of a
    report.
    """
    data = read_own_file(template)
    # What units wrote is sent to the other process only if the report quotes it: it may be 100 MB.
    context = build_context(collection, statements, narratives=_mentions(data, _ALL_TEXTS))
    return beside.begin(fill_in_report, data, context, template)


def _mentions(template: bytes, name: str) -> bool:
    """Whether a mark of the template may have that name; also if the template cannot be read."""
    try:
        package = open_package(template)
        parts = [package.read(part) for part in package.names if part.endswith(".xml")]
        # Without the tags, for Word spreads a mark over several elements.
        return any(name in "".join(read_tree(part).itertext()) for part in parts)
    except RefusedFile:
        return True


def report_names(template: ReportTemplate, roster: Roster) -> frozenset[str]:
    """Top-level names of a Word template; :func:`build_context` explains each."""
    texts = {*office_values(template), *fact_texts(template, FactSums(roster))}
    return frozenset({*list_names(template), *texts, *_NAMES})


def build_context(
    collection: Collection, statements: Sequence[Statement], *, narratives: bool = True
) -> dict[str, Any]:
    """The context of a template: the markers of the office's own form, and these.

    ``so_don_vi``, ``so_da_bao_cao``, ``so_chua_bao_cao``, ``so_nop_tre`` (texts of whole numbers);
    ``chua_bao_cao`` and ``nop_tre`` (lists of names); ``ngay``, ``thang``, ``nam`` of the report;
    ``cac_nhom``, each with ``ten`` and ``dong`` (``noi_dung``, ``don_vi_tinh``, ``tong``, ``so_don_vi``);
    ``cac_danh_sach``, and each list under its code, as :func:`~workbook_tools.outputs.word_lists.build_lists`
    has them; ``thuyet_minh``, each with ``tieu_de`` and ``y_kien`` (``don_vi``, ``noi_dung``), what units
    wrote, verbatim, with equal texts grouped (none without ``narratives``); ``ma_so_lieu``, the code that is
    also in the workbook of the same run; ``nhan_xet`` (``noi_dung``, ``nguon``, ``muc``), sentences with
    their sources; ``cac_muc`` (``ten`` of a section of text, ``nhan_xet``), those about it; ``phu_luc``
    (``ten`` of a section, ``y_kien`` of ``don_vi``, ``tieu_de``, ``noi_dung``), and ``phu_luc_con_lai``, the
    number of answers it omits. Long lists of names are truncated; ``…_con_lai`` is the number omitted.
    """
    status, as_of = collection.status, collection.as_of
    reported = status["outcome"].isin(REPORTED)
    missing = status.loc[status["outcome"].isin([MISSING, str(Outcome.REJECTED)]), "unit"]
    late = status.loc[[bool(days) for days in status["days_late"]], "unit"]
    values = office_values(collection.template) | fact_texts(collection.template, FactSums(collection.roster))
    office = {name: value or DOTS for name, value in values.items()}
    annex, left_out = build_annex(collection, _ANNEX_LINES)
    subject = _subject(office["tieu_de"])
    lists = build_lists(collection)
    narrated = _narratives(collection) if narratives else []
    return {
        **by_code(collection, lists),
        **_BY_HAND,
        **office,
        "ten_bao_cao": subject[:1].upper() + subject[1:],
        "tieu_de_thuong": _within_sentence(subject),
        "nhan_xet": [_sentence(found, found.text) for found in statements],
        "cac_muc": _sections(collection, statements),
        "phu_luc": _cleaned(annex),
        "phu_luc_con_lai": left_out,
        "ma_so_lieu": collection.code,
        "ngay": f"{as_of:%d}",
        "thang": f"{as_of:%m}",
        "nam": f"{as_of.year}",
        "so_don_vi": show_number(len(status), "vi"),
        "so_da_bao_cao": show_number(int(reported.sum()), "vi"),
        "so_chua_bao_cao": show_number(len(missing), "vi"),
        "so_nop_tre": show_number(len(late), "vi"),
        "chua_bao_cao": _first_names(missing, collection),
        "nop_tre": _first_names(late, collection),
        "cac_nhom": _groups(collection),
        "cac_danh_sach": lists,
        _ALL_TEXTS: narrated,
    }


def _sentence(found: Statement, text: str) -> dict[str, str]:
    return {"noi_dung": excel_text(text), "nguon": found.source, "muc": excel_text(found.section)}


def _sections(collection: Collection, statements: Sequence[Statement]) -> list[dict[str, Any]]:
    """The sections of the form that are answered in words, each with the sentences about it."""
    return [
        {
            "ten": excel_text(line.label),
            "nhan_xet": [
                _sentence(found, found.text.removeprefix(f"{found.title}: "))
                for found in statements
                if found.section == line.label
            ],
        }
        for line in collection.template.indicators.values()
        if line.narrative
    ]


def _subject(title: str) -> str:
    """What the report is about: its title without “Báo cáo”, which is above or before it already."""
    # But “báo cáo viên” are people.
    return re.sub(r"^báo cáo\s+(?!viên\b)", "", title, flags=re.IGNORECASE) or title


def _within_sentence(title: str) -> str:
    # Capitals are an abbreviation, or the whole title has them.
    if title[:2].isupper():
        return title
    return title[:1].lower() + title[1:]


def _first_names(codes: pd.Series, collection: Collection) -> list[str]:
    """Return the units' names, truncated if there are very many, and the number omitted."""
    units, types = [collection.roster[code] for code in codes[:_MOST_NAMES]], collection.template.unit_types
    shown = [excel_text(address_unit(unit, types[unit.type])) for unit in units]
    rest = len(codes) - len(shown)
    more = f"và {show_number(rest, 'vi')} đơn vị khác (trang Tình trạng nộp của tệp tổng hợp)"
    return [*shown, more] if rest > 0 else shown


def _cleaned(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _cleaned(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_cleaned(inner) for inner in value]
    return excel_value(value)


def _groups(collection: Collection) -> list[dict[str, Any]]:
    found: dict[str, list[dict[str, str]]] = {}
    totals = {str(row.Index): (float(row.total), int(row.units)) for row in rows(collection.totals)}
    answered = find_answered(collection.answers)["indicator"].value_counts()
    choices = answers_by_choice(collection)
    for indicator in collection.template.indicators.values():
        # Whether figures include those of the units below matters to this office, not to the one above.
        if indicator.code == collection.template.campaign.inclusion:
            continue
        if indicator.code in totals:
            total, units = totals[indicator.code]
            number_format = collection.template.number_format(indicator.code)
            figure = UNKNOWN if math.isnan(total) else show_figure(total, number_format, "vi")
            shown = _result_text(collection, indicator.code) or figure
        elif indicator.code in choices:
            chosen = choices[indicator.code]
            shown, units = excel_text(render_tally(indicator.options, chosen)), len(chosen)
        elif indicator.kind is Kind.TEXT and indicator.measure and indicator.code in answered.index:
            # Such as the number of a plan: the office has one of its own.
            shown, units = DOTS, int(answered[indicator.code])
        else:
            continue
        line = {
            "noi_dung": excel_text(indicator.label),
            "don_vi_tinh": excel_text(indicator.measure),
            "tong": shown,
            "so_don_vi": show_number(units, "vi"),
        }
        found.setdefault(indicator.group, []).append(line)
    return [{"ten": excel_text(group), "dong": lines} for group, lines in found.items()]


def _result_text(collection: Collection, code: str) -> str:
    """The office's result of a calculated line if it is a text, such as “Đủ”; else an empty text."""
    result = collection.areas[code].iloc[-1] if code in collection.areas else None
    if isinstance(result, str):
        return excel_text(result)
    return ""


def _narratives(collection: Collection) -> list[dict[str, Any]]:
    lines = [line for line in collection.template.indicators.values() if line.kind is Kind.TEXT]
    texts = find_answered(collection.answers, [line.code for line in lines])
    found = []
    for indicator in lines:
        section = texts[texts["indicator"] == indicator.code]
        if not any(len(str(text)) > _NARRATIVE for text in section["value"]):
            continue
        # Units copy from each other: a text that forty of them share is shown once.
        units_of: dict[str, list[str]] = {}
        for answer in rows(section):
            units_of.setdefault(excel_text(str(answer.value)), []).append(
                excel_text(collection.roster[answer.unit].name)
            )
        opinions = [{"don_vi": "; ".join(units), "noi_dung": text} for text, units in units_of.items()]
        found.append({"tieu_de": excel_text(indicator.label), "y_kien": opinions})
    return found
