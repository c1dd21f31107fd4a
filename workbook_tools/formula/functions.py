"""The functions that rules may use, over whole columns, with Excel's semantics."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import numpy as np
from msgspec.structs import replace

from workbook_tools.excel import EPOCH, LAST_SERIAL
from workbook_tools.formula.operators import apply
from workbook_tools.formula.vector import (
    BLANK,
    BOOL,
    DIV0,
    ERROR,
    NUM,
    NUMBER,
    TEXT,
    VALUE,
    Mask,
    Numbers,
    Vector,
    fifteen_digits,
)

Function = Callable[[Sequence[Vector], int], Vector]
_FIRST_DAY = EPOCH.date()
_WHOLE = np.zeros(1)
_MARCH_1900 = date(1900, 3, 1)


def _if(arguments: Sequence[Vector], length: int) -> Vector:
    condition = arguments[0].as_bools()
    # Without a third argument Excel's IF returns FALSE, not a blank.
    otherwise = arguments[2] if len(arguments) > 2 else Vector.constant(False, length)
    return arguments[1].where(condition.number != 0, otherwise).with_errors_of(condition)


def _iferror(arguments: Sequence[Vector], length: int) -> Vector:
    return arguments[1].where(arguments[0].is_kind(ERROR), arguments[0])


def _logical(combine: Callable[[Numbers], Mask]) -> Function:
    """AND and OR: text and blanks in cells are ignored; #VALUE! if nothing is left."""
    # NaN marks what is ignored, so one array holds all arguments and numpy combines them at once.

    def function(arguments: Sequence[Vector], length: int) -> Vector:
        counts, values, errors = [], [], []
        for argument in arguments:
            ignored = (argument.is_kind(TEXT) | argument.is_kind(BLANK)) & argument.is_reference
            truth = argument.as_bools()
            counts.append(~ignored)
            values.append(np.where(ignored, np.nan, truth.number))
            errors.append(argument.where(argument.is_reference, truth))
        result = Vector.bools(combine(np.array(values)))
        return result.with_errors(~np.any(counts, axis=0), VALUE).with_errors_of(*errors)

    return function


def _all_true(values: Numbers) -> Mask:
    return np.array(np.where(np.isnan(values), 1, values).all(axis=0), dtype=bool)


def _any_true(values: Numbers) -> Mask:
    return np.array(np.where(np.isnan(values), 0, values).any(axis=0), dtype=bool)


def _not(arguments: Sequence[Vector], length: int) -> Vector:
    truth = arguments[0].as_bools()
    return Vector.bools(truth.number == 0).with_errors_of(truth)


def _counted(argument: Vector) -> Vector:
    """Convert an argument as SUM does: in cells only numbers count, literals are converted."""
    return argument.where(argument.is_reference, argument.as_numbers())


def _aggregate(combine: Callable[[Numbers], Numbers], empty_error: int | None = None) -> Function:
    """Functions like SUM; without any number the result is 0 or ``empty_error``."""

    def function(arguments: Sequence[Vector], length: int) -> Vector:
        values, errors = [], []
        for argument in arguments:
            numbers = _counted(argument)
            values.append(np.where(numbers.is_kind(NUMBER), numbers.number, np.nan))
            errors.append(numbers)
        stacked = np.array(values)
        result = Vector.numbers(combine(stacked))
        if empty_error is not None:
            result = result.with_errors(np.isnan(stacked).all(axis=0), empty_error)
        return result.with_errors_of(*errors)

    return function


def _largest(values: Numbers) -> Numbers:
    # MAX and MIN of nothing are 0 in Excel; an infinite result means that no number was found.
    found: Numbers = np.where(np.isnan(values), -np.inf, values).max(axis=0)
    return np.where(np.isinf(found), 0, found)


def _mean(values: Numbers) -> Numbers:
    count = (~np.isnan(values)).sum(axis=0)
    mean: Numbers = np.nansum(values, axis=0) / np.maximum(count, 1)
    return mean


def _product(values: Numbers) -> Numbers:
    """The product; 0 without any number."""
    product: Numbers = np.nanprod(values, axis=0)
    return np.where(np.isnan(values).all(axis=0), 0, product)


def _count(arguments: Sequence[Vector], length: int) -> Vector:
    return Vector.numbers(np.sum([_counted(a).is_kind(NUMBER) for a in arguments], axis=0).astype(float))


def _counta(arguments: Sequence[Vector], length: int) -> Vector:
    return Vector.numbers(
        np.sum([~(a.is_kind(BLANK) & a.is_reference) for a in arguments], axis=0).astype(float)
    )


def _numeric(compute: Callable[..., Numbers], divisor: int | None = None) -> Function:
    def function(arguments: Sequence[Vector], length: int) -> Vector:
        numbers = [argument.as_numbers() for argument in arguments]
        with np.errstate(all="ignore"):
            result = Vector.numbers(compute(*(n.number for n in numbers)))
        if divisor is not None:
            result = result.with_errors(numbers[divisor].number == 0, DIV0)
        return result.with_errors_of(*numbers)

    return function


def _round_half_up(value: Numbers, digits: Numbers) -> Numbers:
    return _rounded(value, digits, lambda scaled: np.floor(scaled + 0.5))


def _rounded(value: Numbers, digits: Numbers, step: Callable[[Numbers], Numbers]) -> Numbers:
    # Beyond 300 digits the factor itself would overflow.
    places = np.clip(np.trunc(digits), -300, 300)
    # Powers of ten above 1 are exact, 0.01 is not.
    factor, left = 10.0 ** np.abs(places), places < 0
    scaled = np.where(left, np.abs(value) / factor, np.abs(value) * factor)
    whole = step(fifteen_digits(scaled))
    unscaled = np.where(left, whole * factor, whole / factor)
    result: Numbers = np.where(np.isfinite(scaled), np.sign(value) * unscaled, value)
    return result


def _mod(value: Numbers, divisor: Numbers) -> Numbers:
    # The caller turns division by zero into an error. The result has the divisor's sign.
    safe = np.where(divisor == 0, 1, divisor)
    result: Numbers = value - safe * np.floor(value / safe)
    return result


def _test(check: Callable[[Vector], Mask]) -> Function:
    return lambda arguments, length: Vector.bools(check(arguments[0]))


def textual(compute: Callable[..., str | float | None], *counts: int) -> Function:
    """Functions over text, value by value.

    Arguments at the indices ``counts`` are numbers. A result of None is #VALUE!.
    """

    def function(arguments: Sequence[Vector], length: int) -> Vector:
        columns = [a.as_numbers() if i in counts else a.as_texts() for i, a in enumerate(arguments)]
        sound = ~np.any([c.is_kind(ERROR) for c in columns], axis=0)
        rows = zip(*(c.number if i in counts else c.text for i, c in enumerate(columns)), strict=True)
        results = [compute(*row) if ok else None for row, ok in zip(rows, sound, strict=True)]
        made = replace(Vector.from_values(results), is_reference=False)
        return made.with_errors(made.is_kind(BLANK), VALUE).with_errors_of(*columns)

    return function


def _left(text: str, count: float = 1) -> str | None:
    if count >= 0:
        return text[: int(count)]
    return None


def _right(text: str, count: float = 1) -> str | None:
    if count < 0:
        return None
    # A slice from −0 would be the whole text.
    if int(count):
        return text[-int(count) :]
    return ""


def _mid(text: str, start: float, count: float) -> str | None:
    if start >= 1 and count >= 0:
        return text[int(start) - 1 : int(start) - 1 + int(count)]
    return None


def _find(part: str, text: str, start: float = 1) -> float | None:
    found = text.find(part, int(start) - 1) if start >= 1 else -1
    return found + 1 if found >= 0 else None


def _exact(arguments: Sequence[Vector], length: int) -> Vector:
    left, right = arguments[0].as_texts(), arguments[1].as_texts()
    return Vector.bools(np.array(left.text == right.text, dtype=bool)).with_errors_of(left, right)


def _date(arguments: Sequence[Vector], length: int) -> Vector:
    numbers = [argument.as_numbers() for argument in arguments]
    serials = np.array(
        [_serial(*parts) for parts in zip(*(n.number for n in numbers), strict=True)], dtype=float
    )
    return Vector.numbers(serials).with_errors_of(*numbers)


def _serial(year: float, month: float, day: float) -> float:
    whole_year, whole_month = int(year), int(month)
    # Excel adds 1900 to years before 1900, and carries months and days beyond their range.
    if 0 <= year < 1900:
        whole_year += 1900
    whole_year, month_index = whole_year + (whole_month - 1) // 12, (whole_month - 1) % 12
    if not 1900 <= whole_year <= 9999:
        return float("nan")
    first = date(whole_year, month_index + 1, 1)
    serial = (first - _FIRST_DAY).days - (first < _MARCH_1900) + int(day) - 1
    if 0 <= serial <= LAST_SERIAL:
        return float(serial)
    return float("nan")


def _calendar(serial: int) -> tuple[int, int, int]:
    """Year, month and day of a serial number; to Excel, 1900 has a 29 February and 0 is 0 January."""
    if serial in (0, 60):
        return (1900, 1, 0) if serial == 0 else (1900, 2, 29)
    day = _FIRST_DAY + timedelta(days=serial + (serial < 60))
    return day.year, day.month, day.day


def _date_part(part: int) -> Function:
    def function(arguments: Sequence[Vector], length: int) -> Vector:
        numbers = arguments[0].as_numbers()
        valid = (numbers.number >= 0) & (numbers.number < LAST_SERIAL + 1)
        values = [_calendar(int(n))[part] if ok else 0 for n, ok in zip(numbers.number, valid, strict=True)]
        return Vector.numbers(np.array(values, dtype=float)).with_errors(~valid, NUM).with_errors_of(numbers)

    return function


COMPUTE: dict[str, Function] = {
    "IF": _if,
    "IFERROR": _iferror,
    "AND": _logical(_all_true),
    "OR": _logical(_any_true),
    "NOT": _not,
    "SUM": _aggregate(lambda values: np.nansum(values, axis=0)),
    "MAX": _aggregate(_largest),
    "MIN": _aggregate(lambda values: -_largest(-values)),
    "AVERAGE": _aggregate(_mean, DIV0),
    "COUNT": _count,
    "COUNTA": _counta,
    "ABS": _numeric(np.abs),
    "SIGN": _numeric(np.sign),
    "INT": _numeric(lambda value: np.floor(fifteen_digits(value))),
    "ROUND": _numeric(_round_half_up),
    "ROUNDUP": _numeric(lambda value, digits: _rounded(value, digits, np.ceil)),
    "ROUNDDOWN": _numeric(lambda value, digits: _rounded(value, digits, np.floor)),
    "TRUNC": _numeric(lambda value, digits=_WHOLE: _rounded(value, digits, np.floor)),
    "POWER": lambda arguments, length: apply("^", tuple(arguments)),
    "SQRT": _numeric(np.sqrt),
    "PRODUCT": _aggregate(_product),
    "MOD": _numeric(_mod, divisor=1),
    "ISBLANK": _test(lambda value: value.is_kind(BLANK)),
    "ISNUMBER": _test(lambda value: value.is_kind(NUMBER)),
    "ISTEXT": _test(lambda value: value.is_kind(TEXT)),
    "ISLOGICAL": _test(lambda value: value.is_kind(BOOL)),
    "ISERROR": _test(lambda value: value.is_kind(ERROR)),
    "CONCATENATE": textual(lambda *texts: "".join(texts)),
    "LEN": textual(lambda text: float(len(text))),
    "TRIM": textual(lambda text: " ".join(part for part in text.split(" ") if part)),
    "UPPER": textual(lambda text: text.upper()),
    "LOWER": textual(lambda text: text.lower()),
    "LEFT": textual(_left, 1),
    "RIGHT": textual(_right, 1),
    "MID": textual(_mid, 1, 2),
    "FIND": textual(_find, 2),
    "EXACT": _exact,
    "DATE": _date,
    "YEAR": _date_part(0),
    "MONTH": _date_part(1),
    "DAY": _date_part(2),
}
"""The implementation of each function of FUNCTIONS in ``function_list``. All are deterministic."""
