"""Last period's figures, read from its consolidated workbook, and their changes."""

from __future__ import annotations

from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec import Struct
from msgspec.structs import replace

from workbook_tools import heads
from workbook_tools.answers.measures import factor_of
from workbook_tools.checks.answer_line import lines, plain_number
from workbook_tools.errors import CannotRead
from workbook_tools.locale import mark as _
from workbook_tools.model import Kind, ReportTemplate
from workbook_tools.problems import Place, Problem, problem
from workbook_tools.readers import read_workbook
from workbook_tools.readers.file_kind import Format, detect_format
from workbook_tools.readers.limits import MIB
from workbook_tools.readers.properties import read_package_properties
from workbook_tools.sheetwriter.whole_table import DATA, marked_rows, whole_path
from workbook_tools.spec.own_workbook import read_own_file
from workbook_tools.tally.previous_tables import OWN_LIMITS, read_tables
from workbook_tools.tally.totals import DECIMALS
from workbook_tools.text.label_words import label_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workbook_tools.storage.location import Location

CHANGE_COLUMNS = ["unit", "name", "indicator", "label", "last", "now", "difference", "share", "counted"]
_HEADS = {
    heads.UNIT_CODE: "unit",
    heads.UNIT: "name",
    heads.CODE: "indicator",
    heads.LABEL: "label",
    heads.MEASURE: "measure",
    heads.VALUE: "last",
    heads.COUNTED: "counted",
}
_NEEDED = ("unit", "indicator", "last", "counted")
_PACKAGES = (Format.XLSX, Format.XLSB)
_OTHER = _("it is not the file that was written together with last period's workbook")
_NONE = _("it is not a consolidated workbook of this program")
_ANOTHER = _(
    "Use the consolidated workbook of last period, unchanged; if it is damaged, use an earlier copy."
)
_meaning = partial(label_words, numbers=False)
_LARGEST_TABLE = 2048 * MIB
_TIMES = 3
_LEAST = {Kind.COUNT: 20.0, Kind.MONEY: 1_000_000.0}
"""Least change of a jump, besides a factor of three: 2 lectures to 7 is normal, 20 to 70 is worth a question.

Chosen, not measured: there is no second period yet to measure on.
"""


class Previous(Struct, frozen=True):
    """Last period.

    ``figures`` has a row for each unit and indicator with a number (columns ``unit``, ``name``,
    ``indicator``, ``label``, ``measure``, ``last``, ``counted``; ``counted`` is NaN if not part of the
    totals). ``file`` is the name of the workbook, ``campaign`` the code of its campaign, ``code`` that of its
    figures.
    """

    figures: pd.DataFrame
    file: str = ""
    campaign: str = ""
    code: str = ""

    @property
    def totals(self) -> pd.Series:
        """Indicator → last period's total, rounded as this period's is."""
        counted = self.figures.dropna(subset=["counted"]).groupby("indicator", sort=False)["counted"]
        return counted.sum().round(DECIMALS)


def read_previous(path: Location) -> Previous:
    """Read last period's consolidated workbook, or the file beside it if its data table exceeds a sheet.

    CannotRead if it is not such a workbook, or the whole table is missing.
    """
    data = read_own_file(path, OWN_LIMITS.file)
    try:
        properties: Mapping[str, str]
        if detect_format(data) in _PACKAGES:
            properties = read_package_properties(data, OWN_LIMITS)
        else:
            properties = read_workbook(data, OWN_LIMITS).properties
        rows = marked_rows(properties.get("keywords", ""))
        figures = _figures(data) if rows is None else _whole_figures(whole_path(path, DATA), rows)
        campaign, code = properties.get("subject", ""), properties.get("description", "")
        return Previous(figures, path.name, campaign, code)
    except CannotRead:
        raise
    except Exception as error:  # calamine and its dependencies share no exception class
        raise CannotRead(path, _NONE, _ANOTHER) from error
    except BaseException as error:  # a Rust panic in calamine is a BaseException without an importable class
        if type(error).__name__ != "PanicException":
            raise
        raise CannotRead(path, _NONE, _ANOTHER) from error


def _figures(data: bytes) -> pd.DataFrame:
    """The data table, found by its headings; ValueError if there is none."""
    for rows in read_tables(data, DATA):
        columns = {head: place for place, head in enumerate(next(rows, []))}
        if _HEADS.keys() <= columns.keys():
            places = {name: columns[head] for head, name in _HEADS.items()}
            found: dict[str, list[object]] = {name: [] for name in places}
            texts: dict[object, object] = {}
            for row in rows:
                unit, indicator, *figures = (row[places[name]] for name in _NEEDED)
                if unit and indicator and any(type(figure) in (int, float) for figure in figures):
                    for name, values in found.items():
                        value = row[places[name]]
                        if isinstance(value, str):
                            value = texts.setdefault(value, value)
                        values.append(value)
            for name in ("last", "counted"):
                found[name] = [value if type(value) in (int, float) else None for value in found[name]]
            frame = pd.DataFrame(found, dtype="object")
            return _fill_in_last(frame.astype({"last": "float64", "counted": "float64"}))
    raise ValueError("no sheet has the heads of the table of data")


def _fill_in_last(figures: pd.DataFrame) -> pd.DataFrame:
    """A running total in doubt has no value; its amount before counts, and the next period adds to it."""
    return figures.assign(last=figures["last"].fillna(figures["counted"]))


def _whole_figures(path: Location, rows: int) -> pd.DataFrame:
    """The data table from Parquet; CannotRead if it does not belong to the workbook."""
    try:
        frame = pd.read_parquet(BytesIO(read_own_file(path, _LARGEST_TABLE)), columns=list(_HEADS))
    except CannotRead as error:
        reason = _(
            "last period's workbook does not contain all rows, this file does: it must be beside the "
            "workbook and named after it"
        )
        raise CannotRead(path, reason) from error
    except Exception as error:  # pyarrow's exceptions share no base class
        raise CannotRead(path, _OTHER) from error
    # The workbook says how many rows it has: another number means a file of another run. Without its data
    # sets, which the folder for Windows leaves out, pyarrow passes over columns that are missing.
    if len(frame) != rows or len(frame.columns) != len(_HEADS):
        raise CannotRead(path, _OTHER)
    named = _fill_in_last(frame.rename(columns=_HEADS))
    known = named.dropna(subset=["unit", "indicator", "last"]).reset_index(drop=True)
    texts = [name for name in known if name not in ("last", "counted")]
    return known.astype({"last": "float64", "counted": "float64", **dict.fromkeys(texts, "str")})


def match_lines(previous: Previous, template: ReportTemplate) -> tuple[Previous, list[Problem]]:
    """Last period without the figures of lines that are now asked in another measure, and what has changed.

    Lines are matched by code; whether another label is another line is left to the officer.
    """
    problems: list[Problem] = []
    if previous.campaign == template.campaign.code:
        problems.append(problem("previous-same", Place(file=previous.file), value=previous.campaign))
    other_measure = []
    first = previous.figures.drop_duplicates("indicator")[["indicator", "label", "measure"]].fillna("")
    for code, last, measure in first.itertuples(index=False, name=None):
        now = template.indicators.get(code)
        if now is None:
            continue
        place = Place(file=previous.file, indicator=code)
        # Numbers, such as a year, change from period to period.
        if _meaning(measure) != _meaning(now.measure) and factor_of(measure, now) != 1:
            other_measure.append(code)
            problems.append(
                problem("previous-measure", place, value=now.label, last=measure, expected=now.measure)
            )
        elif _meaning(last.removesuffix(f" ({code})")) != _meaning(now.label):
            problems.append(problem("previous-label", place, last=last, expected=now.label))
    left = previous.figures[~previous.figures["indicator"].isin(other_measure)]
    return replace(previous, figures=left.reset_index(drop=True)), problems


def build_changes(
    answers: pd.DataFrame, previous: Previous, names: Mapping[str, str], labels: Mapping[str, str]
) -> pd.DataFrame:
    """A row for each unit and indicator with a figure in either period: :data:`CHANGE_COLUMNS`.

    ``last``, ``now`` and ``difference`` are NaN if missing; ``share`` is the difference as a fraction of
    ``last``; ``counted`` is the part of ``last`` in last period's totals. ``names`` and ``labels`` are this
    period's, by code; codes missing from them keep last period's. This period's rows come first, in its
    order.
    """
    now = answers.dropna(subset=["number"])[["unit", "indicator", "number"]].rename(columns={"number": "now"})
    # As texts: there are lines that only one of the periods has.
    now = now.astype({"indicator": object})
    merged = now.merge(previous.figures, on=["unit", "indicator"], how="outer", sort=False)
    for code, column, known in (("unit", "name", names), ("indicator", "label", labels)):
        merged[column] = merged[code].map(known).fillna(merged[column]).fillna(merged[code])
    units, indicators = {code: n for n, code in enumerate(names)}, {code: n for n, code in enumerate(labels)}
    ranks = merged["unit"].map(units).fillna(len(units)) * (len(indicators) + 1) + merged["indicator"].map(
        indicators
    ).fillna(len(indicators))
    merged = merged.iloc[ranks.argsort(kind="stable")].reset_index(drop=True)
    merged["difference"] = merged["now"] - merged["last"]
    # A change from 0 has no percentage.
    merged["share"] = (merged["difference"] / merged["last"]).where(merged["last"] != 0)
    return merged[CHANGE_COLUMNS]


def is_jump(last: float, now: float, kind: Kind) -> bool:
    """Whether a figure changed so much that the unit should be asked."""
    least, greatest = sorted((last, now))
    return greatest >= _TIMES * least and greatest - least >= _LEAST.get(kind, float("inf"))


def check_changes(
    answers: pd.DataFrame, changes: pd.DataFrame | None, template: ReportTemplate
) -> Iterator[Problem]:
    """Warn of every figure that jumped since last period, if there was one."""
    if changes is None:
        return
    # A figure in only one period is new or gone, not a jump.
    both = changes.dropna(subset=["difference"])
    jumped = {
        (unit, code): last
        for unit, code, last, now in both[["unit", "indicator", "last", "now"]].itertuples(
            index=False, name=None
        )
        if is_jump(last, now, template.indicators[code].kind)
    }
    keys = zip(answers["unit"], answers["indicator"], strict=True)
    # As an array: pandas would take an empty list, if nothing has come back, for a choice of no columns.
    about = np.array([key in jumped for key in keys], dtype=bool)
    for line in lines(answers[about]):
        last = jumped[line.place.unit, line.place.indicator]
        if last:
            times = plain_number(float(f"{line.number / last:.2g}"))
            yield line.problem("jump", value=plain_number(line.number), last=plain_number(last), times=times)
        else:
            yield line.problem("jump-from-none", value=plain_number(line.number))
