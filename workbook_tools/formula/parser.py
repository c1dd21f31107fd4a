"""Parse an Excel formula to a tree.

The language of rules has numbers, text in double quotes, TRUE and FALSE, names, functions and Excel's
operators. Rules refer to indicators, so cell addresses and ranges are allowed only with ``places``: for
formulas that the officer typed on a form sheet.
"""

from __future__ import annotations

import math
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools.errors import FormulaError
from workbook_tools.excel import parse_ref
from workbook_tools.formula.tree import PRECEDENCE, Call, Literal, Name, Node, Operation, Reference
from workbook_tools.locale import mark as _

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)
    | (?P<text>"(?:[^"]|"")*")
    | (?P<name>[A-Za-z_][A-Za-z0-9_.]*)
    | (?P<operator><=|>=|<>|[-+*/^&=<>%(),;!:$])
    )""",
    re.VERBOSE,
)
_PLACE = re.compile(
    r"""\s*(?:(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>[^\W\d][\w.]*))!)?
    \$?(?P<first>[A-Za-z]{1,3}\$?[1-9][0-9]{0,6})
    (?::\$?(?P<last>[A-Za-z]{1,3}\$?[1-9][0-9]{0,6}))?(?![\w.(!:])""",
    re.VERBOSE,
)
_ADDRESS = re.compile(r"[a-z]{1,3}[0-9]+|r[0-9]*c[0-9]*", re.I)
_ODD_CHARACTER = _("a character that does not belong in a formula")
_SIGNS = {
    "≤": _("≤ is written <= in a formula"),
    "≥": _("≥ is written >= in a formula"),
    "≠": _("≠ is written <> in a formula"),
    "×": _("× is written * in a formula"),
    "÷": _("÷ is written / in a formula"),
    **dict.fromkeys("“”„‟", _('curly quotation marks; a formula needs straight ones around texts: "…"')),
    **dict.fromkeys("‘’'", _('single quotation marks; a formula needs double ones around texts: "…"')),
    **dict.fromkeys("–−—", _("a dash instead of a minus sign; use the one on the keyboard: -")),
    **dict.fromkeys("[]{}", _("square or curly brackets; a line is named by its code alone: ct_1")),
}
"""Signs that word processors, or people, write instead of those of a formula."""
_SIGN = 6
"""In Excel a sign binds more tightly than ^: -2^2 is 4."""
_DEPTH_LIMIT = 64
"""Excel's limit on nesting."""


class _Token(Struct, frozen=True):
    kind: str
    text: str
    position: int
    place: Reference | None = None


def parse(text: str, *, places: bool = False) -> Node:
    """Parse a formula, with or without a leading ``=``; FormulaError for a syntax error.

    With ``places`` it may refer to cells and ranges.
    """
    reader = _Parser(list(_tokens(text, _start(text), places=places)), len(text))
    node = reader.expression(0)
    reader.expect_end()
    return node


def fixed_rows(text: str) -> set[tuple[str, int]]:
    """Sheet ("" for the formula's own) and row of every address with a $ before its row, as ``C$5``."""
    found = set()
    for token in _tokens(text, _start(text), places=True):
        address = _PLACE.fullmatch(token.text) if token.place else None
        if token.place is not None and address is not None:
            fixed = [ref for ref in address.group("first", "last") if ref and "$" in ref]
            found |= {(token.place.sheet, parse_ref(ref)[0]) for ref in fixed}
    return found


def _start(text: str) -> int:
    return len(text) - len(text.lstrip().removeprefix("="))


def _tokens(text: str, start: int, *, places: bool) -> Iterator[_Token]:
    position = start
    while position < len(text.rstrip()):
        # Before names, since E23 is a name, too.
        place = _PLACE.match(text, position) if places else None
        if place is not None:
            yield _Token("place", place[0].strip(), position, _reference(place))
            position = place.end()
            continue
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            sign = text[position:].lstrip()[0]
            raise FormulaError(_SIGNS.get(sign, _ODD_CHARACTER), position)
        yield _Token(match.lastgroup, match[match.lastgroup], match.start(match.lastgroup))
        position = match.end()


def _reference(place: re.Match[str]) -> Reference:
    first = parse_ref(place["first"])
    last = parse_ref(place["last"]) if place["last"] else first
    sheet = (place["quoted"] or "").replace("''", "'") or place["plain"] or ""
    return Reference(
        sheet,
        (min(first[0], last[0]), min(first[1], last[1])),
        (max(first[0], last[0]), max(first[1], last[1])),
    )


class _Parser:
    """Precedence climbing over a list of tokens."""

    def __init__(self, tokens: list[_Token], length: int) -> None:
        # The end has a token of its own, so that an error there has a position, too.
        self._tokens = [*tokens, _Token("end", "", length)]
        self._at = 0
        self._depth = 0

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self, *texts: str) -> bool:
        found = self._next.kind == "operator" and self._next.text in texts
        self._at += found
        return found

    def expression(self, least: int) -> Node:
        left = self._operand()
        while True:
            operator = self._next.text if self._next.kind == "operator" else ""
            rank = PRECEDENCE.get(operator, -1)
            # Operators of equal rank bind from the left, also ^: in Excel 2^3^2 is 64.
            if rank <= least:
                return left
            self._at += 1
            left = Operation(operator, (left, self.expression(rank)))

    def _operand(self) -> Node:
        token = self._next
        if self._take("-", "+"):
            with self._deeper(token):
                return Operation(f"{token.text}sign", (self.expression(_SIGN),))
        self._at += 1
        if token.kind == "number":
            if math.isinf(float(token.text)):
                raise FormulaError(_("a number larger than Excel has"), token.position)
            node: Node = Literal(float(token.text))
        elif token.kind == "text":
            node = Literal(token.text[1:-1].replace('""', '"'))
        elif token.kind == "name":
            node = self._name(token)
        elif token.place is not None:
            node = token.place
        elif token.text == "(" and token.kind == "operator":
            with self._deeper(token):
                node = self.expression(0)
            self._close()
        elif token.kind == "end":
            raise FormulaError(_("it ends too early"), token.position)
        else:
            raise FormulaError(_("a value is missing before an operator, comma or bracket"), token.position)
        for _time in range(2):
            if self._take("%"):
                node = Operation("%", (node,))
        if self._next.kind == "operator" and self._next.text == "%":
            raise FormulaError(_("more than two percent signs"), self._next.position)
        return node

    @contextmanager
    def _deeper(self, token: _Token) -> Iterator[None]:
        if self._depth == _DEPTH_LIMIT:
            raise FormulaError(
                _("brackets, functions or signs nested more than 64 deep, which Excel does not accept"),
                token.position,
            )
        self._depth += 1
        yield
        self._depth -= 1

    def _name(self, token: _Token) -> Node:
        if self._take("("):
            with self._deeper(token):
                return Call(token.text.upper(), tuple(self._arguments()), token.position)
        if token.text.upper() in ("TRUE", "FALSE"):
            return Literal(token.text.upper() == "TRUE")
        # A code that looks like A1 or R1C1 would name a cell once the rule is written into a form.
        if _ADDRESS.fullmatch(token.text):
            raise FormulaError(_("a cell address; name the indicator instead"), token.position)
        return Name(token.text.lower())

    def _arguments(self) -> Iterator[Node | None]:
        if self._take(")"):
            return
        while True:
            empty = self._next.kind == "operator" and self._next.text in (",", ")")
            argument = None if empty else self.expression(0)
            yield argument
            if self._take(")"):
                return
            self._expect_no_slip(in_call=True)
            if not self._take(","):
                raise FormulaError(_("a comma or closing bracket is missing"), self._next.position)

    def _close(self) -> None:
        self._expect_no_slip()
        if not self._take(")"):
            raise FormulaError(_("a closing bracket is missing"), self._next.position)

    def _expect_no_slip(self, *, in_call: bool = False) -> None:
        """FormulaError for the signs that Vietnamese settings, or a habit of cell addresses, put into a
        formula of codes.
        """
        token, before = self._next, self._tokens[self._at - 1]
        if token.kind != "operator":
            return
        if token.text == ";":
            raise FormulaError(_("a semicolon; arguments are separated by commas"), token.position)
        if token.text == ":":
            raise FormulaError(
                _("a range; codes have none: name each line, such as SUM(ct_1,ct_2,ct_3)"), token.position
            )
        if token.text == "," and before.kind == "number" and not in_call:
            raise FormulaError(_("a decimal comma; formulas use a decimal point: 0.5"), token.position)

    def expect_end(self) -> None:
        self._expect_no_slip()
        if self._next.kind != "end":
            raise FormulaError(
                _("an operator is missing, or there is a bracket too many"), self._next.position
            )
