"""A vector of Excel values, one per unit: number, text, boolean, blank or error, as numpy arrays."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from msgspec.structs import replace

from workbook_tools.excel import bool_text, number_of_text, to_serial
from workbook_tools.formula.function_list import ExcelError

if TYPE_CHECKING:
    from collections.abc import Iterable

BLANK, NUMBER, TEXT, BOOL, ERROR = range(5)
ERROR_NAMES = ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")
DIV0, VALUE, REF, NUM, NA = 1, 2, 3, 5, 6

Numbers = npt.NDArray[np.float64]
Kinds = npt.NDArray[np.int8]
Texts = npt.NDArray[np.object_]
Mask = npt.NDArray[np.bool_]


class Vector(Struct, frozen=True):
    """The values of one expression; ``kind`` says which of the other two arrays holds each value.

    ``number`` holds numbers, booleans as 0 and 1, and errors as indices into ERROR_NAMES; ``text`` holds
    text. ``is_reference`` marks cell contents, which Excel's aggregate functions treat differently from
    literals. IF and IFERROR pass it on, so it may differ from unit to unit.
    """

    kind: Kinds
    number: Numbers
    text: Texts
    is_reference: Mask | bool = False

    def __len__(self) -> int:
        return len(self.kind)

    @classmethod
    def from_values(cls, values: Iterable[object]) -> Vector:
        """From Python values: None and NaN are blank, dates become Excel's serial numbers."""
        # Fast path for columns of figures.
        if getattr(values, "dtype", None) == np.float64:
            numbers = np.asarray(values, dtype=np.float64)
            blank = np.isnan(numbers)
            kind = np.where(blank, BLANK, NUMBER).astype(np.int8)
            return cls(kind, np.where(blank, 0.0, numbers + 0.0), _no_texts(len(numbers)), is_reference=True)
        cells = [_cell(value) for value in values]
        kind = np.array([cell[0] for cell in cells], dtype=np.int8)
        number = np.array([cell[1] for cell in cells], dtype=np.float64)
        text = np.empty(len(cells), dtype=object)
        text[:] = [cell[2] for cell in cells]
        return cls(kind, number, text, is_reference=True)

    @classmethod
    def constant(cls, value: float | str | bool | None, length: int) -> Vector:
        """One value for every unit; None is an omitted argument."""
        kind, number, text = _cell(value)
        texts = np.empty(length, dtype=object)
        texts[:] = text
        return cls(np.full(length, kind, np.int8), np.full(length, number), texts)

    @classmethod
    def numbers(cls, values: Numbers) -> Vector:
        """Results of arithmetic; infinite and NaN become #NUM!."""
        bad = ~np.isfinite(values)
        kind = np.where(bad, ERROR, NUMBER).astype(np.int8)
        # Adding 0 turns -0 into 0; & would show the sign.
        return cls(kind, np.where(bad, NUM, values + 0.0), _no_texts(len(values)))

    @classmethod
    def bools(cls, values: Mask) -> Vector:
        """Booleans."""
        return cls(np.full(len(values), BOOL, np.int8), values.astype(np.float64), _no_texts(len(values)))

    @classmethod
    def texts(cls, values: Iterable[str], length: int) -> Vector:
        """Text."""
        text = np.empty(length, dtype=object)
        text[:] = list(values)
        return cls(np.full(length, TEXT, np.int8), np.zeros(length), text)

    def is_kind(self, kind: int) -> Mask:
        """Mask of the values of one kind."""
        mask: Mask = self.kind == kind
        return mask

    def is_true(self) -> Mask:
        """Mask of the values that count as true in a condition."""
        mask: Mask = (self.is_kind(BOOL) | self.is_kind(NUMBER)) & (self.number != 0)
        return mask

    def take(self, positions: npt.NDArray[np.intp]) -> Vector:
        """The values at these indices."""
        is_reference = self.is_reference
        if not isinstance(is_reference, bool):
            is_reference = is_reference[positions]
        return Vector(self.kind[positions], self.number[positions], self.text[positions], is_reference)

    def where(self, mask: Mask | bool, other: Vector) -> Vector:
        """These values where ``mask``, the other column's elsewhere."""
        return Vector(
            np.where(mask, self.kind, other.kind).astype(np.int8),
            np.where(mask, self.number, other.number),
            np.where(mask, self.text, other.text),
            np.where(mask, self.is_reference, other.is_reference),
        )

    def with_errors(self, mask: Mask, error: int) -> Vector:
        """A copy with an error where ``mask``."""
        return replace(
            self,
            kind=np.where(mask, ERROR, self.kind).astype(np.int8),
            number=np.where(mask, error, self.number),
        )

    def with_errors_of(self, *sources: Vector) -> Vector:
        """A copy with the first error of the sources, wherever one of them is an error."""
        result = self
        # From the last one, so that the first error has the last word, as in Excel.
        for source in reversed(sources):
            mask = source.is_kind(ERROR)
            if mask.any():
                result = source.where(mask, result)
        return result

    def as_numbers(self) -> Vector:
        """Convert to numbers as arithmetic does.

        Blank is 0, TRUE is 1, numeric text (also with a percent sign) its number, other text #VALUE!.
        """
        texts = self.is_kind(TEXT)
        number = np.where(self.is_kind(BLANK), 0.0, self.number)
        kind = np.where(self.is_kind(ERROR), ERROR, NUMBER).astype(np.int8)
        for position in np.flatnonzero(texts):
            parsed = number_of_text(self.text[position])
            kind[position], number[position] = (ERROR, VALUE) if parsed is None else (NUMBER, parsed)
        return Vector(kind, number, _no_texts(len(self)))

    def as_texts(self) -> Vector:
        """Convert to text as & does; errors stay."""
        rendered = [_render(k, n, t) for k, n, t in zip(self.kind, self.number, self.text, strict=True)]
        return Vector.texts(rendered, len(self)).with_errors_of(self)

    def as_bools(self) -> Vector:
        """Convert to conditions: blank and 0 are FALSE, other numbers TRUE, non-boolean text #VALUE!."""
        result = Vector.bools((self.number != 0) & ~self.is_kind(BLANK))
        for position in np.flatnonzero(self.is_kind(TEXT)):
            word = str(self.text[position]).upper()
            result.number[position] = word == "TRUE"
            if word not in ("TRUE", "FALSE"):
                result.kind[position], result.number[position] = ERROR, VALUE
        return result.with_errors_of(self)

    def to_values(self) -> list[object]:
        """Convert to Python: float, str, bool, None or ExcelError."""
        return [_value(k, n, t) for k, n, t in zip(self.kind, self.number, self.text, strict=True)]


def fifteen_digits(values: Numbers) -> Numbers:
    """Numbers as Excel shows them, in 15 digits; it rounds and compares these: 28.999999999999996 is 29."""
    with np.errstate(all="ignore"):
        size = np.floor(np.log10(np.where(values == 0, 1, np.abs(values))))
        factor = 10.0 ** np.clip(14 - size, 0, 300)
        found: Numbers = np.round(values * factor) / factor
    return np.where(np.isfinite(found), found, values)


def _no_texts(length: int) -> Texts:
    text = np.empty(length, dtype=object)
    text[:] = ""
    return text


def _cell(value: object) -> tuple[int, float, str]:
    # pandas' NaT is a datetime that differs from itself, like NaN.
    if value is None or (isinstance(value, float | np.floating | datetime) and value != value):
        return BLANK, 0.0, ""
    if isinstance(value, bool | np.bool_):
        return BOOL, float(value), ""
    if isinstance(value, int | float | np.integer | np.floating):
        return NUMBER, float(value) + 0.0, ""
    if isinstance(value, date):
        # The day and the clock apart: a zone or microseconds would be lost in the fraction.
        days = to_serial(date(value.year, value.month, value.day))
        clock = 0.0
        if isinstance(value, datetime):
            clock = (value.hour * 3600 + value.minute * 60 + value.second) / 86400
        return NUMBER, days + clock, ""
    if isinstance(value, ExcelError):
        error = ERROR_NAMES.index(value.name) if value.name in ERROR_NAMES else VALUE
        return ERROR, float(error), ""
    return TEXT, 0.0, str(value)


def _render(kind: int, number: float, text: str) -> str:
    if kind == TEXT:
        return text
    if kind == BOOL:
        return bool_text(bool(number))
    # Fifteen digits: more would show what binary fractions make of 0.1.
    if kind == NUMBER:
        return f"{number:.15g}".replace("e", "E")
    return ""


def _value(kind: int, number: float, text: str) -> object:
    if kind == NUMBER:
        return float(number)
    if kind == BOOL:
        return bool(number)
    if kind == ERROR:
        return ExcelError(ERROR_NAMES[int(number)])
    return text if kind == TEXT else None
