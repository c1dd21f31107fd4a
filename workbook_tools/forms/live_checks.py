"""The formulas that make a form answer while it is typed: wrong content, broken rules, progress.

Every formula comes with its value on a blank form, so that the form shows the right thing in programs that do not
calculate. None of them uses a defined name: one office suite exports those as broken references.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbook_tools.excel import LAST_SERIAL
from workbook_tools.formula import parse_formula
from workbook_tools.model import NO_FIGURE_CODE, Indicator, Kind, Need, ReportTemplate, Rule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ERROR, WARNING, MISSING = "Lỗi", "Cảnh báo", "Chưa điền"
READY = "GỬI ĐƯỢC"
_LITERAL_LIMIT = 255
_ARGUMENT_LIMIT = 250


@dataclass(frozen=True, slots=True)
class LiveCell:
    """A formula (with its ``=``) and what it shows on a blank form."""

    formula: str
    blank: str


def accepts(indicator: Indicator, ref: str, options: str = "") -> str:
    """An expression that is TRUE where a filled cell holds what the indicator asks for; ``options`` is a range."""
    if indicator.kind.numeric:
        upper = f",{ref}<={indicator.maximum:.15g}" if indicator.maximum is not None else ""
        number = f"AND({ref}=INT({ref}),{ref}>={indicator.minimum or 0:.15g}{upper})"
        return f'IF(ISNUMBER({ref}),{number},UPPER(TRIM({ref}))="{NO_FIGURE_CODE}")'
    if indicator.kind is Kind.DATE:
        lower = indicator.minimum if indicator.minimum is not None else 1
        upper_date = indicator.maximum if indicator.maximum is not None else LAST_SERIAL
        return f"IF(ISNUMBER({ref}),AND({ref}>={lower:.15g},{ref}<={upper_date:.15g}),FALSE)"
    if indicator.kind is Kind.CHOICE:
        return f"ISNUMBER(MATCH(TRIM({ref}),{options},0))"
    return "TRUE"


def is_wrong(indicator: Indicator, ref: str, options: str = "") -> str:
    """An expression that is TRUE where the cell holds something else than what is asked; never for a blank cell."""
    if indicator.kind is Kind.TEXT:
        return f"ISERROR({ref})"
    return f"IF(ISERROR({ref}),TRUE,IF(LEN(TRIM({ref}))=0,FALSE,NOT({accepts(indicator, ref, options)})))"


def expectation(indicator: Indicator) -> str:
    """What the cell takes, in the words of a form."""
    if indicator.kind.numeric:
        least = _grouped(indicator.minimum or 0)
        span = (
            f"từ {least} đến {_grouped(indicator.maximum)}"
            if indicator.maximum is not None
            else f"từ {least} trở lên"
        )
        return f"chỉ nhận số nguyên {span}, hoặc {NO_FIGURE_CODE} khi không có số liệu"
    if indicator.kind is Kind.DATE:
        return "chỉ nhận ngày, gõ theo dạng ngày/tháng/năm"
    if indicator.kind is Kind.CHOICE:
        return "chỉ nhận một trong các mục của danh sách"
    return "chỉ nhận văn bản"


def is_broken(rule: Rule, template: ReportTemplate, refs: Mapping[str, str], nothing: str) -> str | None:
    """An expression that is TRUE where the rule does not hold; None where none of its lines is asked of the unit.

    ``refs`` gives the cell of every indicator the unit is asked, and of every fact; in place of a line that it is not
    asked ``nothing`` is referred to, a cell that stays blank. A rule is silent while all its lines are blank, where one of its
    figures is not known (a text such as KCSL), and where it cannot be computed, which is the office's to mend.
    """
    formula = parse_formula(rule.formula)
    replacements, asked, figures = {}, [], []
    for name in formula.names:
        indicator = template.indicators.get(name)
        source = indicator.mirrors if indicator is not None and indicator.mirrors else name
        replacements[name] = refs.get(source, nothing)
        if source in refs and indicator is not None:
            asked.append(refs[source])
            if template.indicators[source].kind not in (Kind.CHOICE, Kind.TEXT):
                figures.append(refs[source])
    if not asked:
        return None
    holds = f"IFERROR({formula.rewrite(replacements)},TRUE)"
    filled = f"({count_filled(asked)})=0"
    unknown = "+".join(f"ISTEXT({ref})" for ref in dict.fromkeys(figures))
    silent = f"OR({filled},({unknown})>0)" if unknown else filled
    return f"IF({silent},FALSE,NOT({holds}))"


def count_filled(refs: Sequence[str]) -> str:
    """An expression that counts the cells with content, within Excel's limit of arguments."""
    unique = list(dict.fromkeys(refs))
    parts = [unique[i : i + _ARGUMENT_LIMIT] for i in range(0, len(unique), _ARGUMENT_LIMIT)]
    return "+".join(f"COUNTA({','.join(part)})" for part in parts) or "0"


def build_line_check(
    inputs: Sequence[tuple[Indicator, str, str]], broken: Sequence[tuple[Rule, str]]
) -> LiveCell:
    """The check beside one line: its first error, else its first warning, else what is still missing.

    ``inputs`` are (indicator, cell, range of options) of the line, ``broken`` its rules with their expressions.
    """
    names = _names([indicator for indicator, _, _ in inputs])
    wrong = [
        (is_wrong(i, ref, options), f"{ERROR}: {names[i.code]} {expectation(i)}".replace("  ", " "))
        for i, ref, options in inputs
    ]
    ordered = sorted(broken, key=lambda pair: not pair[0].is_error)
    broken_cases = [
        (expression, f"{ERROR if rule.is_error else WARNING}: {rule.message}") for rule, expression in ordered
    ]
    required = [(i, ref) for i, ref, _ in inputs if i.need is Need.REQUIRED]
    missing = [
        (f"LEN(TRIM({ref}))=0", f"{MISSING}: {names[i.code]}" if names[i.code] else MISSING)
        for i, ref in required
    ]
    cases = [*wrong, *broken_cases, *missing]
    formula = '""'
    for expression, text in reversed(cases):
        formula = f"IF({expression},{literal(text)},{formula})"
    return LiveCell("=" + formula, missing[0][1] if missing else "")


def build_panel(asked: Sequence[str], required: Sequence[str], checks: Sequence[str]) -> LiveCell:
    """The progress panel: how many of the lines asked are filled in, and how many errors remain.

    ``asked`` and ``required`` are cells, ``checks`` the ranges in which the checks beside the lines stand.
    """
    errors = "+".join(f'COUNTIF({check},"{ERROR}*")' for check in checks)
    missing = f"({len(set(required))}-({count_filled(required)}))"
    filled = f'"Đã điền "&({count_filled(asked)})&"/{len(set(asked))} · còn "&({errors})&" lỗi"'
    tail = f'IF({missing}>0," · còn "&{missing}&" ô bắt buộc chưa điền",IF(({errors})=0," · {READY}",""))'
    blank = f"Đã điền 0/{len(set(asked))} · còn 0 lỗi" + (
        f" · còn {len(set(required))} ô bắt buộc chưa điền" if required else f" · {READY}"
    )
    return LiveCell(f"={filled}&{tail}", blank)


def literal(text: str) -> str:
    """A text as Excel formulas write it, in pieces of the length Excel takes."""
    pieces = [text[i : i + _LITERAL_LIMIT] for i in range(0, len(text), _LITERAL_LIMIT)] or [""]
    return "&".join('"' + piece.replace('"', '""') + '"' for piece in pieces)


def _names(line: Sequence[Indicator]) -> dict[str, str]:
    """What the cells of one line are called in its messages: by unit of measure, or counted where that tells nothing apart."""
    measures = [indicator.measure for indicator in line]
    if len(line) == 1:
        return {line[0].code: ""}
    if all(measures) and len(set(measures)) == len(measures):
        return {indicator.code: f"ô “{indicator.measure}”" for indicator in line}
    return {indicator.code: f"ô thứ {number}" for number, indicator in enumerate(line, start=1)}


def _grouped(number: float) -> str:
    return f"{number:,.0f}".replace(",", ".")
