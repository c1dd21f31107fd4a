"""Rows of ``Chỉ tiêu``: the lines of the form."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from workbook_tools import heads
from workbook_tools.excel import STRING_LIMIT
from workbook_tools.formula.list_functions import is_column
from workbook_tools.model import Adding, Indicator, Kind, Need, Rate, UnitType
from workbook_tools.spec import vocabulary as words
from workbook_tools.spec.dictionary.codes import read_code, read_types
from workbook_tools.spec.markers import FACT, LAST_SUFFIX
from workbook_tools.spec.row_lists.list_columns import ListReader, is_list
from workbook_tools.spec.tables import CodeBook, Row, Table
from workbook_tools.text.near import suggest

if TYPE_CHECKING:
    from collections.abc import Mapping


_LIKE_SHARE = 2
"""Up to which number a bound without a per cent sign may be meant as a share: 1.5 for 150 %."""
_RATE = re.compile(rf"(?:([0-9]+(?:\.[0-9]+)?)\s+)?({FACT.pattern})")


def read_indicators(
    table: Table, unit_types: Mapping[str, UnitType], lists: ListReader
) -> tuple[dict[str, Indicator], dict[str, Row]]:
    """The lines by code, and the rows of calculated ones; lists and their columns go into ``lists``."""
    seen, found, places = CodeBook(), {}, {}
    for row in table:
        code = read_code(row, seen, columns=True)
        if code and is_list(row):
            lists.add_list(code, row, read_types(row, heads.WHO_ANSWERS, unit_types))
            continue
        indicator = _indicator(row, code or "", unit_types)
        if code and is_column(code):
            lists.add_column(indicator, row)
        elif code in words.UNIT_MARKERS or code in words.GENERATED_MARKERS:
            row.note("code-reserved", heads.KEY, value=code)
        elif code:
            found[code], places[code] = indicator, row
    # After all rows: a mirror or a weight may name a line further down.
    _check_mirrors(found, places)
    _check_weights(found, places)
    _check_matrix(found, places)
    return found, {code: places[code] for code, one in found.items() if one.kind is Kind.FORMULA}


def _check_mirrors(found: Mapping[str, Indicator], places: Mapping[str, Row]) -> None:
    for code, indicator in found.items():
        name = indicator.mirrors or ""
        if indicator.kind is Kind.MIRROR and (name not in found or not found[name].asked):
            places[code].note("mirror-unknown", heads.OPTIONS, value=name, suggestion=suggest(name, found))


def _check_weights(found: Mapping[str, Indicator], places: Mapping[str, Row]) -> None:
    for code, indicator in found.items():
        name = indicator.weight
        if indicator.adding is Adding.MEAN and (name not in found or not found[name].kind.is_figure):
            places[code].note("weight-unknown", heads.ADDING, value=name, suggestion=suggest(name, found))


def _check_matrix(found: Mapping[str, Indicator], places: Mapping[str, Row]) -> None:
    """Note lines at the same place of a matrix: its pivot would show their sum as one figure."""
    taken: dict[tuple[str, ...], Indicator] = {}
    for code, indicator in found.items():
        if indicator.additive and indicator.matrix_row and indicator.matrix_column:
            place = (indicator.group, indicator.matrix_row, indicator.matrix_column)
            # As a pivot sees them, for which m² is m2.
            seen = tuple(unicodedata.normalize("NFKC", text).casefold() for text in place)
            other = taken.setdefault(seen, indicator)
            if other is not indicator:
                places[code].note("matrix-place-taken", heads.MATRIX_COLUMN, value=other.label)


def _indicator(row: Row, code: str, unit_types: Mapping[str, UnitType]) -> Indicator:
    kind = row.one_of(heads.KIND, words.KINDS, Kind.TEXT)
    need = row.one_of(heads.NEED, words.NEEDS, Need.OPTIONAL)
    in_list = is_column(code)
    adding, weight = Adding.NONE, ""
    if not in_list or row.text(heads.ADDING):
        adding, weight = _adding(row)
    additive = adding is Adding.SUM
    understood = row.closed_value(heads.KIND) in words.KINDS
    # A sum of per cents means nothing; a mirror follows its line, and a formula is checked elsewhere.
    adds_up = (kind.numeric and kind is not Kind.PERCENT) or kind in (Kind.MIRROR, Kind.FORMULA)
    if understood and ((additive and not adds_up) or (adding.is_statistic and not kind.numeric)):
        row.note("text-not-additive", heads.ADDING, kind=row.text(heads.KIND))
    minimum, maximum = (_bound(row, head, kind) for head in (heads.LEAST, heads.MOST))
    if minimum is not None and maximum is not None and minimum > maximum:
        row.note("range-reversed", heads.MOST, minimum=f"{minimum:.15g}", maximum=f"{maximum:.15g}")
    if kind.numeric and minimum is None:
        minimum = 0.0
    # Nobody can be asked to fill in a calculated cell.
    if kind is Kind.FORMULA:
        need = Need.OPTIONAL
    label, hint = row.text(heads.CONTENT, required=True), row.text(heads.HINT)
    if len(hint) > STRING_LIMIT:
        row.note("hint-long", heads.HINT, length=len(hint))
    return Indicator(
        code=code,
        group=row.text(heads.GROUP, required=not in_list),
        label=label,
        measure=row.text(heads.MEASURE),
        kind=kind,
        need=need,
        minimum=minimum,
        maximum=maximum,
        who=read_types(row, heads.WHO_ANSWERS, unit_types),
        # Not a mirror: what it shows is already added up where it was asked.
        additive=additive and kind.is_figure,
        adding=adding,
        weight=weight,
        matrix_row=" ".join(row.text(heads.MATRIX_ROW).split()),
        matrix_column=" ".join(row.text(heads.MATRIX_COLUMN).split()),
        options=_options(row, kind),
        mirrors=_mirrored(row, kind),
        formula=_formula(row, code, kind),
        hint=hint,
        rate=_rate(row, additive=additive and kind.numeric),
    )


def _mirrored(row: Row, kind: Kind) -> str | None:
    """The line that a mirror shows."""
    if kind is not Kind.MIRROR:
        return None
    return row.text(heads.OPTIONS).lower() or None


def _formula(row: Row, code: str, kind: Kind) -> str:
    """The formula of a calculated line; a running total adds another line to its own last figure."""
    if kind is not Kind.FORMULA:
        return ""
    text = row.text(heads.OPTIONS, required=True)
    if row.closed_value(heads.KIND) != words.RUNNING or not text:
        return text
    return f"={code}{LAST_SUFFIX}+{text.lower().removeprefix('=')}"


def _rate(row: Row, *, additive: bool) -> Rate | None:
    """The base of a line's rate: ``1000 dv_so_hoc_sinh``, or the fact alone."""
    text = row.text(heads.RATE_BASE).lower()
    found = _RATE.fullmatch(text)
    if text and (found is None or not additive or float(found[1] or 1) == 0):
        row.note("rate-invalid", heads.RATE_BASE, value=text)
        return None
    if found:
        return Rate(found[2], float(found[1] or 1))
    return None


def _adding(row: Row) -> tuple[Adding, str]:
    """How a line is aggregated, and for a weighted mean the code of the weighting line."""
    text = row.closed_value(heads.ADDING)
    if text.startswith(words.WEIGHTED):
        return Adding.MEAN, text.removeprefix(words.WEIGHTED)
    known = row.one_of(heads.ADDING, {**words.ADDING, f"{words.WEIGHTED}…": None}, Adding.NONE)
    return known or Adding.NONE, ""


def _bound(row: Row, head: str, kind: Kind) -> float | None:
    """A bound; for a rate, 100 and 100% are equal, and the default is 100%.

    Excel stores what is typed as 150% as 1.5, which without the sign would be 1.5 %.
    """
    if kind is not Kind.PERCENT:
        return row.number_in(head, whole=kind is not Kind.DECIMAL)
    text = row.text(head)
    value = row.cells.get(head)
    if isinstance(value, str) and text.endswith("%"):
        try:
            return float(text.removesuffix("%").strip().replace(",", ".")) / 100
        except ValueError:
            row.note("value-not-number", head, value=text)
            return None
    bound = row.number_in(head)
    if bound is None:
        if head == heads.MOST and not text:
            return 1.0
        return None
    if "%" in row.shown(head) or abs(bound) <= 1:
        return bound
    if abs(bound) <= _LIKE_SHARE:
        row.note("bound-in-doubt", head, value=bound, other=bound * 100)
    return bound / 100


def _options(row: Row, kind: Kind) -> tuple[str, ...]:
    """What can be chosen."""
    if kind not in (Kind.CHOICE, Kind.CHOICES):
        return ()
    options = row.codes(heads.OPTIONS)
    if len(options) < 2:
        row.note(
            "options-missing",
            heads.OPTIONS,
            suggestion="; ".join(row.codes(heads.OPTIONS, between=",/\n")[:5]),
        )
    seen: set[str] = set()
    for option in options:
        if option.casefold() in seen:
            row.note("option-duplicate", heads.OPTIONS, value=option)
        seen.add(option.casefold())
    return options
