"""Identify the sender from form ids in several channels of the file, two of which must agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools.forms import form_marks
from workbook_tools.forms.form_id import PREFIX, FormId, parse_form_id
from workbook_tools.locale import mark as _
from workbook_tools.model import Identity
from workbook_tools.readers.refused import RefusedFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from workbook_tools.readers.sheet_book import SheetBook, SheetCells

VISIBLE, ROW_KEYS, META, PROPERTIES = "visible-id", "row-keys", "meta-sheet", "properties"
CHANNELS = {
    VISIBLE: _("the form's code at its top"),
    ROW_KEYS: _("the codes of its lines"),
    META: _("the hidden sheet"),
    PROPERTIES: _("the file's properties"),
}
"""Channel → its everyday name."""
ENOUGH_CHANNELS = 2
_META_MARK = "meta_version"


def identify(
    book: SheetBook,
    key: bytes | None,
    suggest: Callable[[], str] = str,
    campaign: str | None = None,
    named: Callable[[str], str] = str,
) -> Identity:
    """The identity on which the channels of a workbook agree.

    Sheet names, positions and states are not trusted: ids are found by content. A single channel suffices if
    its signature is valid and names the unit of ``suggest``; the caller must report that. Raises RefusedFile
    if there is no id, it belongs to another campaign than ``campaign`` (so its signature is not checked), a
    single channel is not confirmed, channels disagree, or the signature is invalid (only with ``key``); its
    message names a unit by what ``named`` returns for the unit's code.
    """
    channels = find_channels(book)
    distinct = list(dict.fromkeys(form_id for ids in channels.values() for form_id in ids))
    if not distinct:
        raise RefusedFile("not-a-form", reason=_("no form id of this program was found in it"))
    # Before the signature: both may be valid, of forms pasted together.
    if len(distinct) > 1:
        first, second = distinct[:2]
        # Two forms of one unit are told apart by campaign and version.
        tell = _tell_unit if first.unit != second.unit else _tell_form
        raise RefusedFile("identity-conflict", first=tell(first, named), second=tell(second, named))
    form_id = distinct[0]
    # Before the signature as well: an earlier campaign may have had another key.
    if campaign is not None and form_id.campaign != campaign:
        title = book.properties.get("title", "").strip()
        other = f"{title} ({form_id.campaign})" if title else form_id.campaign
        raise RefusedFile("other-campaign", value=other, expected=campaign, unit=form_id.unit)
    signed = key is not None and form_id.is_signed_with(key)
    # One channel can be copied into another workbook by hand; two hardly by chance.
    if len(channels) < ENOUGH_CHANNELS and not (signed and form_id.unit == suggest()):
        raise RefusedFile("identity-weak", what=[CHANNELS[channel] for channel in channels])
    if key is not None and not signed:
        raise RefusedFile("signature-wrong", value=named(form_id.unit))
    # The round decides which return counts, so it is believed only if signed.
    round_ = form_id.round if signed else 1
    return Identity(
        unit=form_id.unit,
        campaign=form_id.campaign,
        form_version=form_id.version,
        channels={channel: str(ids[0]) for channel, ids in channels.items()},
        signature_checked=key is not None,
        made_with=next(_made_with(book), ""),
        round=round_,
    )


def _made_with(book: SheetBook) -> Iterator[str]:
    for sheet in book.sheets:
        for _place, text in sheet.texts_with(PREFIX):
            if found := form_marks.parse_made_with(text):
                yield found


def find_channels(book: SheetBook) -> dict[str, list[FormId]]:
    """Channel → its form ids; channels without any are omitted."""
    found: dict[str, list[FormId]] = {VISIBLE: [], ROW_KEYS: [], META: [], PROPERTIES: []}
    for sheet in book.sheets:
        meta = is_meta(sheet)
        # Cheap filter: most texts hold no form id.
        for _place, text in sheet.texts_with(PREFIX):
            if (form_id := parse_form_id(text)) is not None:
                channel = ROW_KEYS if text.startswith(form_marks.ID) else VISIBLE
                if meta:
                    channel = META
                found[channel].append(form_id)
    found[PROPERTIES] = list(_in_texts(book.properties.get(name, "") for name in ("subject", "keywords")))
    return {channel: ids for channel, ids in found.items() if ids}


def is_meta(sheet: SheetCells) -> bool:
    """Whether a sheet is the form's map, whatever its name."""
    return _META_MARK in sheet.texts.values() and any(
        text == _META_MARK for (_, column), text in sheet.texts.items() if column == 1
    )


def map_rows(book: SheetBook, kind: str, columns: int) -> Iterator[list[str]]:
    """The rows of one kind (``input``, ``list``) in the form's map, as texts of ``columns`` cells each."""
    for sheet in filter(is_meta, book.sheets):
        for (row, column), cell in sheet.cells.items():
            if column == 1 and cell.raw == kind:
                places = [(row, 2 + position) for position in range(columns)]
                yield [*map(sheet.raw, places)]


def find_made_for(book: SheetBook) -> str:
    """The unit's name when the form was made; "" on older forms and if the map was removed."""
    for sheet in filter(is_meta, book.sheets):
        for (row, column), text in sheet.texts_with(form_marks.MADE_FOR):
            if (column, text) == (1, form_marks.MADE_FOR):
                return sheet.texts.get((row, 2), "").strip()
    return ""


def _in_texts(texts: Iterable[str]) -> Iterable[FormId]:
    return (form_id for text in texts if (form_id := parse_form_id(text)) is not None)


def _tell_unit(form_id: FormId, named: Callable[[str], str]) -> str:
    return named(form_id.unit)


def _tell_form(form_id: FormId, named: Callable[[str], str]) -> str:
    return f"{named(form_id.unit)}, {form_id.campaign}, {form_id.version}"
