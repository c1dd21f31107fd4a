"""Questions to a unit about its report: problems that it can correct itself, worded for the unit."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools.excel import Cell
from workbook_tools.followup.requests import ASKED, word_request
from workbook_tools.forms.live.live_checks import ERROR, WARNING
from workbook_tools.formula import parse_formula
from workbook_tools.formula.list_functions import list_of
from workbook_tools.locale import show_number
from workbook_tools.model import State
from workbook_tools.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workbook_tools.frames import Collection
    from workbook_tools.problems import Problem

_MOST_WATCHED = 6
"""A broken rule over more lines than this is marked only at one, or nearly the whole form would be red."""
_SHOWN = 300


class Question(Struct, frozen=True):
    """One thing that the unit should check.

    ``cell`` is the cell on the unit's own form, None if the question is about no line; ``watched`` are the
    cells that are marked: once one of them changes, the question counts as answered. ``sent`` is the content
    that was returned, ``understood`` what the program made of it.
    """

    label: str
    cell: Cell | None
    watched: tuple[Cell, ...]
    sent: str
    understood: str
    why: str
    ask: str
    is_error: bool
    group: str = ""
    """The group under which the form has the line; "" if the label says enough."""
    remark: Cell | None = None
    """The one of ``watched`` that is for a remark."""

    @property
    def line(self) -> str:
        """The line with its group, without which many a label means nothing."""
        return f"{self.label} (mục “{self.group}”)" if self.group else self.label

    @property
    def places(self) -> str:
        """The cells it is about: ``E32; E33``."""
        return "; ".join(cell.ref for cell in sorted(self.watched) if cell != self.remark)

    @property
    def level(self) -> str:
        """“Lỗi” or “Cảnh báo”, as the checks beside the lines say."""
        return ERROR if self.is_error else WARNING


def find_questions(collection: Collection, *, warnings: bool) -> dict[str, list[Question]]:
    """Return unit → its questions, in the order of the form, without units that have none.

    They are about errors of counted reports; with ``warnings``, also about warnings for which the unit has
    given no reason.
    """
    # A unit that has not reported gets a reminder instead.
    counted = {str(row.unit) for row in collection.status.itertuples() if row.file}
    found: dict[str, list[tuple[int, Question]]] = defaultdict(list)
    template = collection.template
    every = [*template.indicators, *template.lists, *template.columns]
    lines = {code: number for number, code in enumerate(every)}
    asked = [p for p in collection.problems if _is_asked(p, warnings=warnings) and p.place.unit in counted]
    units = {p.place.unit for p in asked}
    answers, listed = _answers(collection, units), ListedCells.find(collection, units)
    for problem in asked:
        place = problem.place
        answer = answers.get((place.unit, place.indicator), ("", ""))
        in_list = listed.question(problem)
        question = in_list or _question(problem, answer, collection)
        found[place.unit].append((lines.get(place.indicator, -1), question))
    for unit, question in listed.left_out(counted):
        found[unit].append((-1, question))
    return {
        unit: [question for _, question in sorted(questions, key=lambda pair: pair[0])]
        for unit, questions in found.items()
    }


def _is_asked(problem: Problem, *, warnings: bool) -> bool:
    if problem.code not in ASKED:
        return False
    return problem.severity is Severity.ERROR or (
        warnings and problem.severity is Severity.WARNING and not problem.reason
    )


def _answers(collection: Collection, units: set[str]) -> dict[tuple[str, str], tuple[str, str]]:
    """Return what was sent and what was understood, by unit and indicator."""
    frame = collection.answers
    frame = frame[frame["unit"].isin(units)]
    columns = ["unit", "indicator", "state", "value", "raw"]
    return {
        (unit, indicator): (str(raw), _understood(state, value))
        for unit, indicator, state, value, raw in frame[columns].itertuples(index=False, name=None)
    }


class ListedCells(Struct, frozen=True):
    """The cells of lists that units sent, and their places on a correction form.

    The form's rows are filled in from the top without gaps.
    """

    collection: Collection
    sent: Mapping[tuple[str, str, str], tuple[int, str, str, str]]
    """Unit, sheet and cell of the return → row, column, what was sent and what was understood."""

    @classmethod
    def find(cls, collection: Collection, units: set[str]) -> ListedCells:
        """Collect the cells of some units."""
        frame = collection.list_cells
        frame = frame[frame["unit"].isin(units)]
        columns = ["unit", "sheet", "cell", "row", "indicator", "raw", "state", "value"]
        return cls(
            collection,
            {
                (unit, sheet, cell): (int(row), code, str(raw), _understood(state, value))
                for unit, sheet, cell, row, code, raw, state, value in frame[columns].itertuples(
                    index=False, name=None
                )
            },
        )

    def question(self, problem: Problem) -> Question | None:
        """Return the question about a cell of a list or a whole list; None for any other problem."""
        template, place = self.collection.template, problem.place
        one = template.lists.get(place.indicator) or template.lists.get(list_of(place.indicator))
        if one is None:
            return None
        row, code, sent, understood = self.sent.get((place.unit, place.sheet, place.cell), (0, "", "", ""))
        column = template.columns.get(code) if place.indicator in template.columns else None
        home = Cell(one.sheet, one.top, min(one.places.values()))
        # Rows beyond the room are not on the correction form.
        if column is not None and row <= one.room:
            home = Cell(one.sheet, one.top + row - 1, one.places[column.code])
        label = one.label
        if column is not None:
            label = f"{one.label}, dòng {row}: {column.label}"
        return Question(
            label=label,
            cell=home,
            watched=(home,),
            sent=sent[:_SHOWN],
            understood=understood,
            why=problem.message("vi"),
            ask=word_request(problem, column, has_remark=False),
            is_error=problem.severity is Severity.ERROR,
        )

    def left_out(self, units: set[str]) -> Iterator[tuple[str, Question]]:
        """Return a question for each list of these units that has more rows than a form has room for."""
        rows: dict[tuple[str, str], int] = {}
        for (unit, _sheet, _cell), (row, code, _raw, _shown) in self.sent.items():
            rows[unit, list_of(code)] = max(row, rows.get((unit, list_of(code)), 0))
        for (unit, code), count in rows.items():
            one = self.collection.template.lists[code]
            if count > one.room and unit in units:
                last = Cell(one.sheet, one.rows[-1], min(one.places.values()))
                yield (
                    unit,
                    Question(
                        label=one.label,
                        cell=last,
                        watched=(last,),
                        sent=f"{count} dòng",
                        understood=f"{count} dòng",
                        why=f"Danh sách đã gửi có {count} dòng, biểu này chỉ có chỗ cho {one.room} dòng.",
                        ask=(
                            "Chép các dòng còn lại từ bản đã gửi vào ngay dưới danh sách, hoặc gửi kèm bản "
                            "đã gửi."
                        ),
                        is_error=False,
                    ),
                )


def _understood(state: str, value: object) -> str:
    if state == State.UNANSWERED:
        return "(để trống)"
    if state == State.NO_FIGURE:
        return "Không có số liệu"
    if state == State.IN_DOUBT or value is None:
        return "Chưa xác định được"
    if isinstance(value, float):
        return show_number(value, "vi")
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return str(value)[:_SHOWN]


def _question(problem: Problem, answer: tuple[str, str], collection: Collection) -> Question:
    template = collection.template
    code = problem.place.indicator
    indicator, cell = template.indicators.get(code), template.inputs.get(code)
    label = indicator.label if indicator else "Toàn bộ báo cáo"
    watched, remark = _watched(problem, collection) if cell is not None else (), None
    # A reason in the notes also answers a warning.
    if problem.severity is Severity.WARNING and code in template.notes:
        remark = template.notes[code]
        watched += (remark,)
    group = indicator.group if indicator is not None and indicator.label not in indicator.group else ""
    return Question(
        label=label,
        cell=cell,
        watched=watched,
        sent=answer[0][:_SHOWN],
        understood=answer[1],
        why=problem.message("vi"),
        ask=word_request(problem, indicator, has_remark=code in template.notes),
        is_error=problem.severity is Severity.ERROR,
        group=group if len(template.groups) > 1 else "",
        remark=remark,
    )


def _watched(problem: Problem, collection: Collection) -> tuple[Cell, ...]:
    """Return the cell of the line; for a broken rule, the cells of all its lines that the unit is asked."""
    template = collection.template
    own = template.inputs[problem.place.indicator]
    if problem.code != "rule-broken":
        return (own,)
    rule = next((rule for rule in template.rules if rule.code == problem.params.get("rule")), None)
    unit_type = collection.roster[problem.place.unit].type
    names = parse_formula(rule.formula).names if rule else ()
    cells = [
        template.inputs[template.indicators[name].mirrors or name]
        for name in names
        if name in template.indicators and template.indicators[name].applies_to(unit_type)
    ]
    if len(cells) <= _MOST_WATCHED:
        return tuple(dict.fromkeys((own, *cells)))
    return (own,)
