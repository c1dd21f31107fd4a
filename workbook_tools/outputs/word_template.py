"""The Word template as untrusted code: which marks are allowed, and limits on filling them in."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from jinja2 import StrictUndefined, TemplateError, TemplateRuntimeError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from workbook_tools.locale import mark as _
from workbook_tools.problems import Place, Problem, problem
from workbook_tools.readers.limits import LIMITS, MIB, Limits
from workbook_tools.readers.refused import RefusedFile
from workbook_tools.readers.zip_package import open_package
from workbook_tools.text.near import suggest

if TYPE_CHECKING:
    from docxtpl import DocxTemplate

LISTS = frozenset(
    [
        "chua_bao_cao",
        "nop_tre",
        "cac_nhom",
        "thuyet_minh",
        "dong",
        "y_kien",
        "nhan_xet",
        "cac_muc",
        "phu_luc",
        "cac_danh_sach",
        "cot",
        "o",
    ]
)
"""Names that a loop may iterate over."""
ATTRIBUTES = frozenset(
    [
        "ten",
        "dong",
        "noi_dung",
        "don_vi_tinh",
        "tong",
        "so_don_vi",
        "tieu_de",
        "y_kien",
        "don_vi",
        "nguon",
        "muc",
        "nhan_xet",
        "so_dong",
        "con_lai",
        "cot",
        "o",
        "cong",
        "stt",
    ]
)
"""Names allowed after a dot, besides Jinja's loop variables."""
_LOOP = frozenset({"index", "index0", "revindex", "revindex0", "first", "last", "length"})
_FILTERS = frozenset(
    {"default", "d", "join", "length", "count", "upper", "lower", "capitalize", "trim", "first", "last"}
)
_PLAIN = (
    nodes.Output,
    nodes.TemplateData,
    nodes.Const,
    nodes.If,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
)
"""Nodes of which only the children need checking."""
_LIMITS = Limits(file=20 * MIB, part=8 * MIB, parts=40 * MIB, ratio=LIMITS.ratio, ratio_grace=4 * MIB)
_MOST_STEPS, _MOST_LETTERS = 5_000_000, 100_000_000
"""Limits on loop iterations and on characters of a part; a report of 45,000 units needs a hundredth."""
_PARAGRAPH = 120
_ANY_MARK = re.compile(r"\{[{%#].*?[}%#]\}")
_NO_NAME = _("there is no such name in the data of the report")
_NOT_ALLOWED = _("only the documented names, loops and conditions are allowed there")
_NOT_UNDERSTOOD = _("its syntax is wrong")


class Fault(NamedTuple):
    """A forbidden construct in a template: its 1-based source line, what it is, and why."""

    line: int
    value: str
    reason: str
    suggestion: str = ""


class TooMuch(TemplateRuntimeError):
    """Filling in a template exceeds the limits of a report."""


class ReportEnvironment(ImmutableSandboxedEnvironment):
    """Jinja reduced to the names of the report; every source is checked before it is compiled.

    With ``faults``, nothing is filled in: problems at ``file`` are collected there.
    """

    def __init__(self, names: Collection[str], faults: list[Problem] | None = None, file: str = "") -> None:
        super().__init__(undefined=StrictUndefined, autoescape=True)
        # Through Jinja's globals an expression can reach Python; no template needs them or the tests.
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in _FILTERS}
        self.tests.clear()
        self._names, self._faults, self._file = names, faults, file
        self.concat = self._join  # type: ignore[method-assign]

    def from_string(self, source: Any, *_more: Any, **_others: Any) -> Any:
        """Compile a part; if it is only checked, return a template that leaves it unchanged."""
        # docxtpl passes the source of every part to this method: body, headers, footnotes, properties.
        found = list(find_faults(source or "", self._names))
        if self._faults is not None:
            lines = re.split(r"\r\n|\r|\n", source or "")
            # A mark that is repeated in a paragraph is reported once.
            unique = dict.fromkeys(found)
            self._faults += [_problem(fault, lines[fault.line - 1], self._file) for fault in unique]
            return _Unfilled(source or "")
        if found:
            raise TemplateSyntaxError(found[0].reason, found[0].line)
        return super().from_string(source or "")

    @staticmethod
    def _join(pieces: Iterable[str]) -> str:
        kept, letters = [], 0
        for piece in pieces:
            letters += len(piece)
            if letters > _MOST_LETTERS:
                raise TooMuch
            kept.append(piece)
        return "".join(kept)


class CountedList(list[Any]):
    """A list that a template iterates over: all loops share one budget of iterations."""

    def __init__(self, items: Iterable[Any], budget: list[int]) -> None:
        super().__init__(items)
        self._budget = budget

    def __iter__(self) -> Iterator[Any]:
        for item in super().__iter__():
            self._budget[0] -= 1
            if self._budget[0] < 0:
                raise TooMuch
            yield item


def limit_loops(value: Any, budget: list[int] | None = None) -> Any:
    """Replace all lists in a value, however deeply nested, by counting ones."""
    if budget is None:
        budget = [_MOST_STEPS]
    if isinstance(value, Mapping):
        return {key: limit_loops(inner, budget) for key, inner in value.items()}
    if isinstance(value, list):
        return CountedList((limit_loops(inner, budget) for inner in value), budget)
    return value


def open_word_template(data: bytes) -> DocxTemplate:
    """Open the document; RefusedFile if it is not a Word document, or too large."""
    from docxtpl import DocxTemplate  # imported here, because it takes a quarter of a second

    package = open_package(data, _LIMITS)
    for name in package.names:
        # An entity defined in a DOCTYPE can expand to gigabytes.
        if b"<!DOCTYPE" in package.read(name)[:1024]:
            raise RefusedFile("return-hostile", name)
    document = DocxTemplate(io.BytesIO(data))
    document.init_docx()
    return document


def check_word_template(data: bytes, names: Collection[str], file: str) -> list[Problem]:
    """Return a problem for each forbidden mark in a Word template, with its paragraph; executes nothing."""
    faults: list[Problem] = []
    try:
        open_word_template(data).render({}, ReportEnvironment(names, faults, file), autoescape=True)
    except Exception:  # of docxtpl, python-docx and lxml, which have no common root
        return faults or [problem("word-template-unreadable", Place(file=file))]
    return faults


def find_faults(source: str, names: Collection[str]) -> Iterator[Fault]:
    """Yield everything in a source that is not a name, loop or condition of the report."""
    try:
        # Parsed by an environment without names, so that nothing runs.
        tree = ImmutableSandboxedEnvironment().parse(source)
        yield from _look(tree.body, frozenset(names))
    except TemplateError as error:
        yield Fault(getattr(error, "lineno", 1) or 1, "", _NOT_UNDERSTOOD)
    # A thousand nested brackets are valid syntax, but nobody writes them.
    except RecursionError:
        yield Fault(1, "", _NOT_ALLOWED)


def _look(found: Iterable[nodes.Node], names: frozenset[str]) -> Iterator[Fault]:
    for node in found:
        yield from _look_at(node, names)


def _look_at(node: nodes.Node, names: frozenset[str]) -> Iterator[Fault]:
    if isinstance(node, nodes.Name):
        if node.name not in names:
            yield Fault(node.lineno, node.name, _NO_NAME, suggest(node.name, sorted(names)))
    elif isinstance(node, nodes.For):
        yield from _look_at_loop(node, names)
    elif isinstance(node, nodes.Filter):
        yield from _look_at_filter(node, names)
    elif isinstance(node, nodes.Getattr):
        yield from _look_at_attribute(node, names)
    elif isinstance(node, nodes.Mul):
        # docxtpl's syntax for merging cells.
        if not all(isinstance(side, nodes.Const | nodes.Getattr) for side in (node.left, node.right)) or (
            isinstance(node.left, nodes.Const) and not isinstance(node.left.value, int)
        ):
            yield Fault(node.lineno, "*", _NOT_ALLOWED)
    elif isinstance(node, _PLAIN):
        yield from _look(node.iter_child_nodes(), names)
    else:
        yield Fault(node.lineno, "", _NOT_ALLOWED)


def _look_at_attribute(node: nodes.Getattr, names: frozenset[str]) -> Iterator[Fault]:
    """Yield the faults before the dot; only if there are none, those after it."""
    before = [*_look_at(node.node, names)]
    yield from before
    of_loop = isinstance(node.node, nodes.Name) and node.node.name == "loop"
    known = _LOOP if of_loop else ATTRIBUTES
    if not before and node.attr not in known and f".{node.attr}" not in names:
        yield Fault(node.lineno, node.attr, _NO_NAME, suggest(node.attr, known))


def _look_at_loop(node: nodes.For, names: frozenset[str]) -> Iterator[Fault]:
    goes_through = getattr(node.iter, "attr", "")
    if isinstance(node.iter, nodes.Name):
        goes_through = node.iter.name
    if goes_through not in LISTS or not isinstance(node.target, nodes.Name) or node.recursive:
        yield Fault(node.lineno, str(goes_through), _NOT_ALLOWED, suggest(str(goes_through), LISTS))
        return
    yield from _look_at(node.iter, names)
    inner = names | {node.target.name, "loop"}
    conditions = [node.test] if node.test else []
    yield from _look([*conditions, *node.body], inner)
    yield from _look(node.else_, names)


def _look_at_filter(node: nodes.Filter, names: frozenset[str]) -> Iterator[Fault]:
    if node.name not in _FILTERS or node.kwargs or node.dyn_args or node.dyn_kwargs or node.node is None:
        yield Fault(node.lineno, node.name, _NOT_ALLOWED, suggest(node.name, _FILTERS))
        return
    # The filter `default` is meant for names that may be missing.
    may_be_absent = node.name in ("default", "d") and isinstance(node.node, nodes.Name)
    if not may_be_absent:
        yield from _look_at(node.node, names)
    if node.name == "join":
        yield from (
            Fault(node.lineno, "join", _NOT_ALLOWED) for a in node.args if not isinstance(a, nodes.Const)
        )
    yield from _look(node.args, names)


def _problem(fault: Fault, line: str, file: str) -> Problem:
    text = " ".join(html.unescape(re.sub(r"<[^>]*>", "", line)).split())
    marks = _ANY_MARK.findall(text)
    first = marks[0] if marks else fault.value
    value = next((m for m in marks if fault.value and fault.value in m), first)
    shown = text if len(text) <= _PARAGRAPH else text[:_PARAGRAPH] + "…"
    return problem(
        "word-template-mark",
        Place(file=file),
        value=value or shown,
        reason=fault.reason,
        paragraph=shown,
        suggestion=fault.suggestion,
    )


class _Unfilled:
    """A template that renders to its own source."""

    def __init__(self, source: str) -> None:
        self._source = source

    def render(self, _context: object) -> str:
        """The source."""
        return self._source
