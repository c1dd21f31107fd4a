"""A small campaign already collected: five communes with three schools each and two units directly under the office."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pandas as pd
from msgspec.structs import replace

from workbook_tools.excel import Cell
from workbook_tools.frames import ANSWER_COLUMNS, FILE_COLUMNS, STATUS_COLUMNS, Collection, categorize
from workbook_tools.model import (
    Campaign,
    Indicator,
    Kind,
    Need,
    ReportTemplate,
    Roster,
    State,
    Unit,
    UnitType,
)
from workbook_tools.problems import Place, Problem, Severity, problem
from workbook_tools.tally.areas import build_area_totals, weigh
from workbook_tools.tally.totals import area_names, build_comparison, build_totals, count_once

SHEET = "Biểu 1"
XA = frozenset({"xa"})
INDICATORS = (
    Indicator(
        "bao_gom", "Chung", "Đã bao gồm số của các trường?", "", Kind.CHOICE, who=XA, options=("Có", "Không")
    ),
    Indicator("ngay_ky", "Chung", "Ngày ký", "ngày", Kind.DATE),
    Indicator("so_kh", "Chung", "Kế hoạch", "", Kind.TEXT),
    Indicator("so_bai", "1. Tuyên truyền", "Số bài viết", "bài", Kind.COUNT, additive=True),
    Indicator("so_tin", "1. Tuyên truyền", "Số tin đã phát", "tin", Kind.COUNT, additive=True),
    Indicator(
        "so_bai_lai", "1. Tuyên truyền", "Số bài viết (nhắc lại)", "bài", Kind.MIRROR, mirrors="so_bai"
    ),
    Indicator(
        "so_lop", "2. Lớp bồi dưỡng", "Số lớp " + "bồi dưỡng nghiệp vụ " * 6, "lớp", Kind.COUNT, additive=True
    ),
    Indicator("so_luot", "2. Lớp bồi dưỡng", "Số lượt người", "lượt", Kind.COUNT, additive=True),
    Indicator("ty_le", "2. Lớp bồi dưỡng", "Tỷ lệ hài lòng", "%", Kind.COUNT),
    Indicator("trung_tam", "3. Trung tâm", "Về tài chính", "trung tâm", Kind.COUNT, who=XA, additive=True),
    Indicator("kinh_phi", "3. Trung tâm", "Kinh phí", "đồng", Kind.MONEY, additive=True),
    Indicator("kien_nghi", "3. Trung tâm", "Đề xuất, kiến nghị", "", Kind.TEXT),
)
OPTIONAL = ("so_kh", "kien_nghi")
MISSING = ("x3", "x2-th", "t2")
LATE = {"x4": 2}
SAID = {"x1": "Có", "x2": "Không", "x4": None, "x5": "Có"}
"""Commune → what it says about its schools; ``x4`` leaves it open."""
HOSTILE = '=HYPERLINK("http://a.example";"xem")'


def make_template(path: Path, level: str = "huyện", below: str = "xã") -> ReportTemplate:
    """A template whose one form sheet is a column of markers."""
    inputs = {i.code: Cell(SHEET, row, 2) for row, i in enumerate(INDICATORS, start=2)}
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = SHEET
    for code, cell in inputs.items():
        sheet.cell(cell.row, 1, INDICATORS[cell.row - 2].label)
        sheet.cell(cell.row, cell.column, f"{{{{{code}}}}}")
    book.save(path)
    campaign = Campaign(
        "DOT1",
        "2023: An toàn & học tập",
        date(2023, 10, 13),
        "Phòng GDĐT",
        "huyen",
        {1: level, 2: below, 3: "trường"},
        inclusion="bao_gom",
    )
    types = {"huyen": 1, "xa": 2, "mn": 3, "th": 3, "thcs": 3, "thpt": 3}
    named = {code: UnitType(code, f"Loại {code}", level) for code, level in types.items()}
    asked = {
        i.code: replace(i, need=Need.OPTIONAL if i.code in OPTIONAL else Need.REQUIRED) for i in INDICATORS
    }
    return ReportTemplate(path, "0123abcd", campaign, asked, (), named, (SHEET,), inputs, {})


def make_roster() -> Roster:
    """x1 … x5 with x1-mn, x1-th, x1-thcs and so on; t1 and t2 directly under the office."""
    units = [Unit(f"x{n}", f"Xã số {n}", "xa") for n in range(1, 6)]
    units += [
        Unit(f"{u.code}-{kind}", f"{kind.upper()} {u.name}", kind, u.code)
        for u in units[:5]
        for kind in ("mn", "th", "thcs")
    ]
    units += [Unit(f"t{n}", f"THPT số {n}", "thpt") for n in (1, 2)]
    return Roster(Path("units.xlsx"), {unit.code: unit for unit in sorted(units, key=lambda unit: unit.code)})


def make_collection(
    folder: Path, *, nobody: bool = False, level: str = "huyện", below: str = "xã"
) -> Collection:
    """Everything collected; with ``nobody``, of a folder that is empty."""
    template, roster = make_template(folder / "template.xlsx", level, below), make_roster()
    answers = _make_answers(template, roster, () if nobody else [u for u in roster.units if u not in MISSING])
    answers["counted"] = count_once(answers, template, roster)
    problems = () if nobody else _make_problems()
    return Collection(
        template=template,
        roster=roster,
        folder=str(folder / "returned"),
        as_of=date(2023, 10, 16),
        files=_make_files([] if nobody else list(answers["unit"].unique())),
        answers=answers,
        status=_make_status(template, roster, answers, problems),
        totals=build_totals(answers, template),
        areas=build_area_totals(answers, template, roster, weigh(answers, template, roster)),
        comparison=build_comparison(answers, template, roster),
        problems=problems,
    )


def many_missing(collection: Collection, count: int) -> Collection:
    """The same with so many units more that nobody heard of."""
    more = {f"z{n}": Unit(f"z{n}", f"Trường chưa nộp số {n}", "thpt") for n in range(count)}
    roster = Roster("units.xlsx", {**collection.roster.units, **more})
    status = _make_status(collection.template, roster, collection.answers, collection.problems)
    return replace(collection, roster=roster, status=status)


def with_answer(collection: Collection, unit: str, code: str, number: float) -> Collection:
    """The same with another figure, and what follows from it."""
    answers = collection.answers.copy()
    answers.loc[(answers["unit"] == unit) & (answers["indicator"] == code), ["value", "number", "state"]] = (
        number,
        number,
        State.ANSWERED,
    )
    answers["counted"] = count_once(answers, collection.template, collection.roster)
    return replace(
        collection,
        answers=answers,
        totals=build_totals(answers, collection.template),
        comparison=build_comparison(answers, collection.template, collection.roster),
    )


def _make_answers(template: ReportTemplate, roster: Roster, units: object) -> pd.DataFrame:
    found = []
    for place, unit in enumerate(u for u in roster if u.code in set(units)):  # type: ignore[call-overload]
        for indicator in template.indicators_for(unit.type):
            state, value = _answer(unit, indicator, place)
            number = value if indicator.kind.numeric else None
            cell, note = template.inputs[indicator.code], HOSTILE if unit.code == "t1" else ""
            raw = "" if value is None else str(value)
            found.append(
                (
                    unit.code,
                    indicator.code,
                    str(state),
                    value,
                    number,
                    None,
                    raw,
                    note,
                    f"{unit.code}.xlsx",
                    cell.sheet,
                    cell.ref,
                    "",
                )
            )
    frame = pd.DataFrame(found, columns=ANSWER_COLUMNS).astype({"number": "float64", "counted": "float64"})
    return categorize(
        frame.astype({name: object for name in ANSWER_COLUMNS if name not in ("number", "counted")})
    )


def _answer(unit: Unit, indicator: Indicator, place: int) -> tuple[State, float | str | date | None]:
    special = {
        ("x1-mn", "so_tin"): State.NO_FIGURE,
        ("x1-th", "so_tin"): State.IN_DOUBT,
        ("x1-thcs", "so_tin"): State.UNANSWERED,
        ("x5", "so_luot"): State.UNANSWERED,
    }
    if (unit.code, indicator.code) in special:
        return special[unit.code, indicator.code], None
    if indicator.kind is Kind.CHOICE:
        said = SAID[unit.code]
        return (State.ANSWERED, said) if said else (State.UNANSWERED, None)
    if indicator.kind is Kind.DATE:
        return State.ANSWERED, date(2023, 10, 1) + timedelta(days=place)
    if indicator.kind is Kind.TEXT:
        return State.ANSWERED, f"Nội dung của {unit.name}.\n- Dòng hai" * (60 if unit.code == "x1" else 1)
    number = float((place + 3) * (7 if unit.type == "xa" else 2))
    if unit.code == "x1" and indicator.code == "so_bai":
        number = 1.0
    return State.ANSWERED, number * 1_000_000 if indicator.kind is Kind.MONEY else number


def _make_problems() -> tuple[Problem, ...]:
    place = Place(file="x1-th.xlsx", sheet=SHEET, cell="B5", unit="x1-th", indicator="so_tin")
    return (
        problem("number-in-doubt", place, value="khoảng 20", reason="an approximate number"),
        problem("late", Place(file="x4.xlsx", unit="x4"), value="15/10/2023"),
        Problem(
            "answer-missing",
            Place(file="x1-thcs.xlsx", unit="x1-thcs", indicator="so_tin"),
            severity=Severity.WARNING,
            reason="+84 hỏng",
        ),
        problem("not-a-form", Place(file="100%20 lạ #1.xlsx"), reason="no form id"),
    )


def _make_files(units: list[str]) -> pd.DataFrame:
    first_day, no_mail = pd.Timestamp(2023, 10, 10, 8), (pd.NaT, "", "")
    found = [
        (
            f"{u}.xlsx",
            "",
            "0" * 64,
            1000,
            "accepted",
            u,
            first_day + timedelta(days=5 * (u in LATE)),
            *no_mail,
            1,
        )
        for u in units
    ]
    found += [("100%20 lạ #1.xlsx", "", "1" * 64, 10, "rejected", "", pd.NaT, *no_mail, 1)] if units else []
    frame = pd.DataFrame(sorted(found), columns=FILE_COLUMNS)
    for column in ("saved", "mailed"):
        frame[column] = pd.to_datetime(frame[column])
    return frame


def _make_status(
    template: ReportTemplate, roster: Roster, answers: pd.DataFrame, problems: tuple[Problem, ...]
) -> pd.DataFrame:
    areas, returned = area_names(template, roster), set(answers["unit"])
    known = answers["state"].isin([State.ANSWERED, State.NO_FIGURE]) & ~answers["indicator"].isin(OPTIONAL)
    given = answers[known].groupby("unit").size()
    found = []
    for unit in roster:
        came = unit.code in returned
        errors, warnings = (
            sum(p.place.unit == unit.code and p.severity is severity for p in problems)
            for severity in (Severity.ERROR, Severity.WARNING)
        )
        outcome = "missing" if not came else "accepted-with-warnings" if errors or warnings else "accepted"
        late = LATE.get(unit.code, 0)
        received = date(2023, 10, 13) + timedelta(days=late or -3) if came else None
        file, asked = f"{unit.code}.xlsx" if came else "", len(template.wanted_for(unit.type))
        counts = (errors, warnings, int(given.get(unit.code, 0)), asked)
        found.append(
            (
                unit.code,
                unit.name,
                unit.type,
                areas[unit.code],
                outcome,
                received,
                late if came else None,
                *counts,
                file,
            )
        )
    frame = pd.DataFrame(found, columns=STATUS_COLUMNS)
    for name in ("received", "days_late"):
        frame[name] = pd.Series([line[STATUS_COLUMNS.index(name)] for line in found], dtype=object)
    return frame
