"""A campaign of any size: a roster of communes with three schools each, real forms, filled with seeded
figures.
"""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from xlsxwriter import Workbook

from benchmarks.clients import CLIENTS, assign_clients, save_as_clients
from benchmarks.forms import LIST, LIST_FILLED, SAMPLE, write_template
from benchmarks.narratives import write_narrative
from benchmarks.office import Office
from workbook_tools.demo.invented_answers import invent_answers
from workbook_tools.excel import Cell
from workbook_tools.forms.fill import Filling, Value, fill_forms
from workbook_tools.spec.roster import load_roster
from workbook_tools.spec.template import load_template
from workbook_tools.usecases.generate import generate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from workbook_tools.model import ReportTemplate

_SEED, _BATCH = 7, 1_000
_SAVED = datetime(2023, 10, 9, tzinfo=UTC)
_SCHOOLS = (("mn", "Trường Mầm non"), ("th", "Trường Tiểu học"), ("thcs", "Trường THCS"))


def make_office(root: Path, size: int, clients: Sequence[str] = CLIENTS, form: str = SAMPLE) -> Office:
    """Lay out a campaign of so many units, with a form and a return of each, saved by each client in turn.

    What is there already is kept."""
    office = Office(root / (f"{size}" if form == SAMPLE else f"{size}-{form}"))
    made = office.root / "clients.json"
    if made.exists():
        return office
    office.returned.mkdir(parents=True, exist_ok=True)
    write_template(office.template, form)
    _write_roster(office.units, size)
    generated = generate(office.template, office.units, office.forms, key=office.key)
    template = load_template(office.template)[0]
    roster = load_roster(office.units, template)[0]
    invented = invent_answers(template, roster, _SEED)
    generator = random.Random(_SEED)
    names = [blank.path.name for blank in generated.forms]
    client_of = assign_clients(names, clients)
    # In batches: the filled forms of 45,000 units would take 12 GB.
    for first in range(0, len(names), _BATCH):
        fillings = {}
        for number, blank in enumerate(generated.forms[first : first + _BATCH], start=first):
            answers = {
                code: write_narrative(generator) if template.indicators[code].narrative else value
                for code, value in invented[blank.unit].items()
            }
            typed: dict[Cell, Value] = {template.inputs[code]: value for code, value in answers.items()}
            saved = _SAVED + timedelta(minutes=number % 4000)
            fillings[blank.path.name] = Filling(blank.path.read_bytes(), typed | _list_rows(template), saved)
        filled = dict(zip(fillings, fill_forms([*fillings.values()]), strict=True))
        moments = {name: filling.saved for name, filling in fillings.items()}
        for name, data in save_as_clients(filled, moments, client_of).items():
            (office.returned / name).write_bytes(data)
    made.write_text(json.dumps(client_of), encoding="utf-8")
    return office


def _list_rows(template: ReportTemplate) -> dict[Cell, Value]:
    """What is typed into a list, if the form has one."""
    if LIST not in template.lists:
        return {}
    found = template.lists[LIST]
    typed: dict[Cell, Value] = {}
    for number in range(LIST_FILLED):
        values: tuple[Value, ...] = (
            f"Nguyễn Văn {number + 1}",
            "Hoàn thành tốt nhiệm vụ",
            100_000 * (number + 1),
        )
        for column, value in zip(found.places.values(), values, strict=True):
            typed[Cell(found.sheet, found.top + number, column)] = value
    return typed


def _write_roster(path: Path, size: int) -> None:
    """As Excel saves one: each text is there once, the sheets refer to it."""
    with Workbook(path) as book:
        sheet = book.add_worksheet("Đơn vị")
        sheet.write_row(
            0,
            0,
            ["Mã", "Tên đơn vị", "Loại", "Trực thuộc", "E-mail", "Điện thoại", "dv_so_ttht", "dv_so_csgd"],
        )
        for number in range(size):
            commune, place = divmod(number, 4)
            code = f"{10_000 + commune}"
            if place == 0:
                sheet.write_row(number + 1, 0, [code, f"Xã số {commune + 1}", "xa", None, None, None, 1, 4])
            else:
                kind, name = _SCHOOLS[place - 1]
                sheet.write_row(number + 1, 0, [f"{code}-{kind}", f"{name} số {commune + 1}", kind, code])
