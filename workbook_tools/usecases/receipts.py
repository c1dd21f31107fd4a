"""Use case: receipts for the units whose report is accepted without errors."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from workbook_tools.followup.letters import Attachment, Details, Letter, Writer
from workbook_tools.followup.receipt_page import QuotedList, render_receipt
from workbook_tools.forms.form_name import form_stem
from workbook_tools.locale import show_number
from workbook_tools.model import NO_FIGURE_CODE, LetterKind, Outcome, State
from workbook_tools.text.clean import truncate
from workbook_tools.usecases.correct import collect_campaign, own_deadlines, received_at
from workbook_tools.usecases.prepare_letters import Prepared, check_letters

if TYPE_CHECKING:
    from collections.abc import Collection as Codes
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from workbook_tools.frames import Collection
    from workbook_tools.model import Unit
    from workbook_tools.storage.campaign_folder import CampaignFolder

_ACCEPTED = (str(Outcome.ACCEPTED), str(Outcome.WARNED))
_LONGEST = 200


def write_receipts(campaign: CampaignFolder[Path], only: Codes[str] = ()) -> tuple[Prepared, Collection]:
    """Compose the receipts of all accepted reports without errors; nothing is sent or written.

    The same report gives the same receipt; a new report gives a new one. Raises what ``collect`` raises.
    """
    collection = collect_campaign(campaign)
    status = collection.status
    accepted = status[status["outcome"].isin(_ACCEPTED) & (status["errors"] == 0)]
    units = [unit for unit in accepted["unit"] if not only or unit in only]
    answers = dict(
        tuple(collection.answers[collection.answers["unit"].isin(units)].groupby("unit", sort=False))
    )
    cells = dict(tuple(collection.list_cells.groupby("unit", sort=False)))
    writer, deadlines = Writer(collection.template, collection.roster), own_deadlines(collection)
    received = received_at(collection)
    letters: list[Letter] = []
    for code in units:
        unit = collection.roster[code]
        figures = _figures(answers[code]) if code in answers else {}
        lists = _quote_lists(cells[code], collection) if code in cells else []
        details = Details(deadlines[code], _in_words(figures, lists, collection), received=received[code])
        page = _page(unit, figures, lists, collection, received[code])
        letters.append(writer.write(LetterKind.RECEIPT, unit, details, (page,)))
    prepared = Prepared(LetterKind.RECEIPT, collection.template, collection.roster, tuple(letters), ())
    return check_letters(prepared), collection


def _figures(answers: pd.DataFrame) -> Mapping[str, str]:
    """Indicator → value as written in Vietnamese; blanks are omitted."""
    cells = zip(answers["indicator"], answers["state"], answers["value"], strict=True)
    found = {code: _show_answer(state, value) for code, state, value in cells}
    return {code: text for code, text in found.items() if text}


def _quote_lists(cells: pd.DataFrame, collection: Collection) -> list[QuotedList]:
    """The lists of which a unit filled at least one row."""
    rows: dict[tuple[str, int], dict[str, str]] = {}
    columns = (cells[name] for name in ("list", "row", "indicator", "state", "value"))
    for code, number, column, state, value in zip(*columns, strict=True):
        rows.setdefault((code, number), {})[column] = _show_answer(state, value)
    found = []
    for one in collection.template.lists.values():
        heads = [column.full_label for column in one.ordered]
        own = [texts for (code, _number), texts in rows.items() if code == one.code]
        if own:
            texts = [[row.get(c.code, "") for c in one.ordered] for row in own]
            found.append(QuotedList(one.label, heads, texts))
    return found


def _show_answer(state: str, value: object) -> str:
    """An answer as written in Vietnamese; empty for none."""
    if state == State.NO_FIGURE:
        return NO_FIGURE_CODE
    if state == State.ANSWERED and value is not None:
        return _show(value)
    return ""


def _show(value: object) -> str:
    if isinstance(value, float):
        return show_number(value, "vi")
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return str(value)


def _in_words(figures: Mapping[str, str], lists: Sequence[QuotedList], collection: Collection) -> str:
    lines, group = [], ""
    for code, value in figures.items():
        indicator = collection.template.indicators[code]
        # Many a label means nothing without its group.
        if len(collection.template.groups) > 1 and indicator.group != group:
            group = indicator.group
            lines.append(group)
        measure = ""
        if indicator.kind.numeric and value != NO_FIGURE_CODE:
            measure = f" {indicator.measure}"
        shown = " ".join(truncate(value, _LONGEST).split())
        lines.append(f"- {indicator.label.rstrip(' :')}: {shown}{measure}")
    lines += [f"- {one.title.rstrip(' :')}: {len(one.rows)} dòng" for one in lists]
    return "\n".join(lines)


def _page(
    unit: Unit,
    figures: Mapping[str, str],
    lists: Sequence[QuotedList],
    collection: Collection,
    received: str,
) -> Attachment:
    template = collection.template
    groups: dict[str, list[tuple[str, str, str]]] = {group: [] for group in template.groups}
    for line in template.indicators.values():
        if line.code in figures:
            measure = line.measure if line.kind.numeric else ""
            groups[line.group].append((line.label, figures[line.code], measure))
    head = [f"Đơn vị: {unit.name}", f"Thời gian: {received}", f"Nơi nhận: {template.campaign.office}"]
    html = render_receipt(
        template.campaign.title, head, [(group, found) for group, found in groups.items() if found], lists
    )
    return Attachment(f"{form_stem(unit)}_da-nhan.html", html.encode())
