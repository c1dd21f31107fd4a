"""The live formulas of a form: the states of inputs, broken rules, and the checks beside the lines.

Each input and each rule has a hidden cell in the input's row with its only test. The line's message, the
panel's counts and the rules all use that cell, so they cannot disagree, and no formula grows with the number
of inputs. Every formula has its value on a blank form stored, for programs that do not calculate. None uses a
defined name (one office suite exports those as broken references), and none compares a boolean with a number:
in Excel, booleans are greater than any number.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from workbook_tools.excel import ARGUMENT_LIMIT, quote_text
from workbook_tools.forms.live.accepted import Options, accepts, as_read, objection
from workbook_tools.formula import parse_formula
from workbook_tools.formula.list_functions import is_measure, measure_call, measure_parts, without_blank_rows
from workbook_tools.formula.tree import render
from workbook_tools.model import Indicator, Kind, Need, ReportTemplate, Rule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ERROR, WARNING, MISSING = "Lỗi", "Cảnh báo", "Chưa điền"
_MOST_NAMED = ARGUMENT_LIMIT - 1
"""Of a row with more inputs none is named: CHOOSE has an argument for each, and one for the position."""


class InputState(IntEnum):
    """Content of an input's hidden cell; from UNKNOWN on, rules stay silent."""

    GOOD = 0
    WANTED = 1
    """Blank, and it should be filled in."""
    OPTIONAL = 2
    """Blank, and it may be."""
    MISSING = 3
    """Blank or only spaces, and it must be filled in."""
    LACKING = 4
    """Blank in a row of a list, and it must be filled in if the row is."""
    UNKNOWN = 5
    """The unit says that it has no figure."""
    WRONG = 6


BLANK_STATES = {
    Need.REQUIRED: InputState.MISSING,
    Need.RECOMMENDED: InputState.WANTED,
    Need.OPTIONAL: InputState.OPTIONAL,
}


class LiveCell(Struct, frozen=True):
    """A formula (with its ``=``) and its value on a blank form."""

    formula: str
    blank: str | int
    subject: str = ""
    """The rule or line that it tests."""


def _shows_nothing(ref: str) -> str:
    """Return an expression that is TRUE for a blank cell, or one with only spaces, also non-breaking ones."""
    # TRIM removes ordinary spaces only; texts pasted from web pages have non-breaking ones.
    return f'LEN(TRIM(CLEAN(SUBSTITUTE({ref},"\N{NO-BREAK SPACE}"," "))))=0'


def build_state(
    indicator: Indicator, ref: str, options: Options | None = None, *, in_list: bool = False
) -> LiveCell:
    """The hidden cell of one input, an :class:`InputState`."""
    blank = BLANK_STATES[indicator.need]
    if in_list:
        blank = InputState.LACKING if blank is InputState.MISSING else InputState.OPTIONAL
    spaces = blank if indicator.need is Need.REQUIRED else InputState.WRONG
    empty = f"{blank}" if spaces is blank else f"IF(LEN({ref})=0,{blank},{spaces})"
    content = f"{InputState.GOOD}"
    if indicator.kind is not Kind.TEXT:
        known = content
        if indicator.kind.numeric:
            known = f"IF(ISNUMBER({ref}),{InputState.GOOD},{InputState.UNKNOWN})"
        content = f"IF({accepts(indicator, ref, options)},{known},{InputState.WRONG})"
    return LiveCell(
        f"=IF(ISERROR({ref}),{InputState.WRONG},IF({_shows_nothing(ref)},{empty},{content}))", int(blank)
    )


class Places(Protocol):
    """How a formula refers to a unit's lines and facts, by code."""

    @property
    def nothing(self) -> str:
        """A cell that stays blank."""

    def value(self, code: str) -> str:
        """The cell of a line or fact; a cell that stays blank for a line that the unit is not asked."""

    def state(self, code: str) -> str | None:
        """The hidden cell of an input; None for calculated lines, facts, and lines that the unit is not
        asked.
        """

    def columns(self, measure: str) -> list[str]:
        """The ranges of a list that a count or sum goes through; none if the unit is not asked for it."""


def build_rule(rule: Rule, template: ReportTemplate, places: Places) -> LiveCell:
    """The hidden cell of one rule: its message if it fails, else "".

    A rule is silent while all its lines are blank, if one of its figures is not known (KCSL) or wrong, and if
    it cannot be computed, which only the office can correct.
    """
    formula = parse_formula(rule.formula)
    replacements: dict[str, str] = {}
    asked: list[str] = []
    calculated: dict[str, bool] = {}
    figures: list[str] = []
    listed: list[str] = []
    for name in formula.names:
        if is_measure(name):
            ranges = places.columns(name)
            replacements[name] = _over(name, ranges or [places.value(name)])
            listed += ranges
            continue
        indicator = template.line(name)
        source = template.source(name)
        replacements[name] = places.value(source)
        state = places.state(source)
        if state is not None:
            asked.append(state)
            kind = _line(template, source).kind
            if kind is Kind.CHOICE:
                replacements[name] = _or_nothing(replacements[name], as_read(replacements[name]), places)
            elif kind not in (Kind.CHOICES, Kind.TEXT):
                figures.append(state)
        elif indicator is not None and indicator.kind is Kind.FORMULA:
            calculated[replacements[name]] = template.may_be_text(source)
            # An uncalculated cell is "", which Excel treats as greater than any number.
            if template.may_be_text(source):
                replacements[name] = _or_nothing(replacements[name], replacements[name], places)
            else:
                replacements[name] = f"N({replacements[name]})"
    silent = _all_blank(asked, calculated, listed)
    if figures:
        silent = f"OR({silent},{_extreme('MAX', figures)}>={InputState.UNKNOWN})"
    level = ERROR if rule.is_error else WARNING
    message = quote_text(f"{level}: {rule.message}")
    holds = formula.rewrite(replacements)
    return LiveCell(f'=IFERROR(IF({silent},"",IF({holds},"",{message})),"")', "", rule.code)


def _over(measure: str, ranges: Sequence[str]) -> str:
    """A count or sum over the ranges of its columns; one range serves all where there are no others."""
    columns = measure_parts(measure)[1]
    given = dict(zip(columns, [*ranges, *[ranges[0]] * len(columns)], strict=False))
    call = measure_call(measure)
    counted = without_blank_rows(call)
    text = render(counted, given.__getitem__)
    return text if counted is call else f"({text})"


def _line(template: ReportTemplate, code: str) -> Indicator:
    line = template.line(code)
    assert line is not None
    return line


def _or_nothing(cell: str, content: str, places: Places) -> str:
    """What a cell says; a blank cell while it shows ""."""
    return f"IF(LEN({cell})=0,{places.nothing},{content})"


def _all_blank(asked: Sequence[str], calculated: Mapping[str, bool], listed: Sequence[str]) -> str:
    """An expression that is TRUE while all lines of a rule are blank.

    ``calculated`` says of cells whether they may hold texts; ``asked`` are states, ``listed`` ranges of
    lists.
    """
    tests = []
    if asked:
        tests.append(f"{_extreme('MIN', asked)}>{InputState.GOOD}")
    figures = [cell for cell, may_be_text in calculated.items() if not may_be_text]
    if figures:
        tests.append(f"{_extreme('COUNT', figures, 'SUM')}=0")
    tests += [f"LEN({cell})=0" for cell, may_be_text in calculated.items() if may_be_text]
    if listed:
        tests.append(f"{_extreme('COUNTA', listed, 'SUM')}=0")
    return f"AND({','.join(tests)})" if len(tests) > 1 else tests[0]


def _extreme(function: str, cells: Sequence[str], join: str = "") -> str:
    """MIN, MAX or, joined by SUM, COUNT of cells, within Excel's limit on arguments."""
    unique = list(dict.fromkeys(cells))
    parts = [",".join(unique[i : i + ARGUMENT_LIMIT]) for i in range(0, len(unique), ARGUMENT_LIMIT)]
    if len(parts) == 1:
        return f"{function}({parts[0]})"
    return f"{join or function}({','.join(f'{function}({part})' for part in parts)})"


def build_line_check(line: Sequence[Indicator], states: str, rules: str) -> LiveCell:
    """The check beside one line: its first error, else its first warning, else what is still missing.

    ``states`` and ``rules`` are the ranges of hidden cells of its inputs and rules, "" if it has none; a line
    that is only calculated has no inputs.
    """
    missing = quote_text(MISSING)
    if len(line) > 1:
        missing = f"{quote_text(f'{MISSING}: ')}&{_first_name(line, states, InputState.MISSING)}"
    formula = '""'
    if line:
        formula = f'IF(COUNTIF({states},{InputState.MISSING})>0,{missing},"")'
    if rules:
        # "?*" finds the first text that is not empty; rules that are errors come before those that are
        # warnings.
        formula = f'IFERROR(INDEX({rules},MATCH("?*",{rules},0)),{formula})'
    if line:
        formula = f"IF(COUNTIF({states},{InputState.WRONG})>0,{_wrong(line, states)},{formula})"
    required = [i for i in line if i.need is Need.REQUIRED]
    blank = ""
    if required:
        blank = f"{MISSING}: {_names(line)[required[0].code]}" if len(line) > 1 else MISSING
    return LiveCell("=" + formula, blank, ", ".join(indicator.code for indicator in line))


def _wrong(line: Sequence[Indicator], states: str) -> str:
    """The message for the first wrong input of a line."""
    objections = [objection(indicator) for indicator in line]
    if len(line) == 1:
        return quote_text(f"{ERROR}: {objections[0]}")
    name = _first_name(line, states, InputState.WRONG)
    if len(line) > _MOST_NAMED:
        objections = ["điền chưa đúng"]
    if len(set(objections)) == 1:
        return f"{quote_text(f'{ERROR}: ')}&{name}&{quote_text(f' {objections[0]}')}"
    which = ",".join(quote_text(f" {words}") for words in objections)
    return f"{quote_text(f'{ERROR}: ')}&{name}&CHOOSE(MATCH({InputState.WRONG},{states},0),{which})"


def _first_name(line: Sequence[Indicator], states: str, state: InputState) -> str:
    """An expression for the name of the first input of a line in that state."""
    position = f"MATCH({state},{states},0)"
    if _told_by_measure(line):
        return f"CHOOSE({position},{','.join(quote_text(name) for name in _names(line).values())})"
    return f'"ô thứ "&{position}'


def _told_by_measure(line: Sequence[Indicator]) -> bool:
    measures = [indicator.measure for indicator in line]
    return all(measures) and len(set(measures)) == len(measures) and len(line) <= _MOST_NAMED


def _names(line: Sequence[Indicator]) -> dict[str, str]:
    """Names of the inputs of one line in messages: by measure, or numbered if that is ambiguous."""
    if _told_by_measure(line):
        return {indicator.code: f"ô “{indicator.measure}”" for indicator in line}
    return {indicator.code: f"ô thứ {number}" for number, indicator in enumerate(line, start=1)}
