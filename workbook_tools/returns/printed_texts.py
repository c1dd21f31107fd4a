"""Check that a form's printed texts are intact: titles, headings, measures, signature block, unit name."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from workbook_tools.bounded_cache import keep_with_first
from workbook_tools.forms import form_marks
from workbook_tools.forms.printed import print_texts, row_labels, texts_digest
from workbook_tools.problems import BLANK, Place, Problem, problem
from workbook_tools.readers.refused import RefusedFile
from workbook_tools.returns.identity import find_made_for, is_meta
from workbook_tools.returns.labels import LabelPlaces, are_in_place
from workbook_tools.spec.markers import MARKER, fill_markers, marker
from workbook_tools.text.clean import fold_case
from workbook_tools.text.figures import find_scales
from workbook_tools.text.legacy_fonts import legacy_readings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workbook_tools.excel import Cell
    from workbook_tools.model import ReportTemplate, Roster, Unit
    from workbook_tools.readers.sheet_book import SheetBook

_NAMED_TEXTS = 3
_NAME_MARKERS = ("don_vi", "don_vi_hoa")
_DOTS = re.compile(r"(?:\.{3,}|…|_{3,})+")


def check_texts(book: SheetBook, template: ReportTemplate, unit_type: str) -> list[Problem]:
    """A notice for every printed text that the form lost, including measures such as ``đồng``; a warning
    where figures may be in thousands now. Labels are checked elsewhere.

    Only for returns of the template's own version. Texts that differed when the form was printed, such as a
    title changed since, are skipped. If a form was reworded throughout, only the first few are named.
    """
    printed = _printed(template, unit_type)
    if are_in_place(printed.places, book) or _printed_otherwise(book, template, unit_type):
        return []
    gone = [*_find_changed(printed, book)]
    scales = [p for p in gone if p.code == "scale-changed"]
    others = [p for p in gone if p.code != "scale-changed"]
    # A form reworded throughout is one fact, not fifty.
    if len(others) > _NAMED_TEXTS:
        others = [*others[:_NAMED_TEXTS], problem("texts-changed", count=len(gone))]
    return [*scales, *others]


def check_name(
    book: SheetBook, template: ReportTemplate, unit: Unit, roster: Roster, *, own: bool
) -> list[Problem]:
    """Warn if the unit's name is no longer printed in its place, or if the roster names the unit otherwise
    than when the form was made.

    For forms of other versions (not ``own``) that place is unknown. RefusedFile if another unit of the roster
    is named there instead, or had the code then: the return must not silently count for either.
    """
    made_for, found = find_made_for(book), []
    if made_for and fold_case(made_for) != fold_case(unit.name):
        others = roster.by_name.get(fold_case(made_for), ())
        if len(others) == 1:
            raise RefusedFile(
                "code-of-other-unit", value=made_for, expected=unit.name, own=unit.code, unit=others[0].code
            )
        found.append(problem("unit-renamed", value=made_for, expected=unit.name))
        unit = replace(unit, name=made_for)
    return [*found, *_check_printed_name(book, template, unit, roster, own=own)]


def _check_printed_name(
    book: SheetBook, template: ReportTemplate, unit: Unit, roster: Roster, *, own: bool
) -> list[Problem]:
    for cell, text in _name_texts(template, unit.type):
        sheet = next((sheet for sheet in book.sheets if sheet.name == cell.sheet), book.sheets[0])
        now, expected = sheet.texts.get((cell.row, cell.column), ""), _with_name(text, unit)
        # Also anywhere else: rows may have been inserted above.
        if now == expected or fold_case(expected) in map(fold_case, sheet.texts.values()):
            continue
        others = (_who_is_named(found, text, unit, roster) for found in sheet.texts.values())
        other = next(filter(None, others), None)
        if other is not None:
            raise RefusedFile("name-of-other-unit", value=other.name, expected=unit.name, unit=other.code)
        if own and fold_case(unit.name) not in fold_case(now):
            place = Place(sheet=cell.sheet, cell=cell.ref)
            return [problem("name-changed", place, value=_one_line(now) or BLANK, expected=unit.name)]
    return []


@keep_with_first
def _name_texts(template: ReportTemplate, unit_type: str) -> tuple[tuple[Cell, str], ...]:
    """The texts of a type's forms that hold the unit's name, and no other fact of the unit."""
    found = []
    for cell, text in sorted(print_texts(template, unit_type).items()):
        names = set(MARKER.findall(text))
        if names and names <= set(_NAME_MARKERS):
            found.append((cell, text))
    return tuple(found)


def _with_name(text: str, unit: Unit) -> str:
    return fill_markers(text, {"don_vi": unit.name, "don_vi_hoa": unit.name.upper()})


def _who_is_named(now: str, text: str, unit: Unit, roster: Roster) -> Unit | None:
    """The one other unit whose name is in a text, with or without the form's words around it."""
    folded = fold_case(now)
    around = fold_case(MARKER.sub("\0", text)).split("\0")
    inner = folded.removeprefix(around[0]).removesuffix(around[-1]).strip()
    named = {one.code: one for key in (folded, inner) for one in roster.by_name.get(key, ())}
    # If two units have the same name, nobody can tell which is meant.
    if len(named) == 1 and unit.code not in named:
        return next(iter(named.values()))
    return None


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _printed_otherwise(book: SheetBook, template: ReportTemplate, unit_type: str) -> bool:
    """Whether the form records that it was printed with other texts than the template's present ones."""
    texts = (text for sheet in book.sheets for text in sheet.texts.values() if text.startswith(form_marks.ID))
    digests = {digest for text in texts if (digest := form_marks.parse_texts_digest(text))}
    types = [unit_type] if unit_type else template.unit_types
    return bool(digests) and not any(texts_digest(template, one) in digests for one in types)


class _Text(Struct, frozen=True):
    cell: Cell
    text: str
    folded: str


class _Printed(Struct, frozen=True):
    """Texts printed alike on all forms of a unit type, except the labels of lines and what rows of lists
    repeat.
    """

    texts: tuple[_Text, ...]
    places: LabelPlaces


@keep_with_first
def _printed(template: ReportTemplate, unit_type: str) -> _Printed:
    rows = {(cell.sheet, cell.row) for cell in template.inputs.values()}
    labels = {key: text for key, (_, text) in row_labels(template).items() if key in rows}
    listed = {(one.sheet, row) for one in template.lists.values() for row in one.rows}
    texts = tuple(
        _Text(cell, text, fold_case(text))
        for cell, text in print_texts(template, unit_type).items()
        if not MARKER.search(text)
        and (cell.sheet, cell.row) not in listed
        # Numbers and rules of dashes are retyped without meaning anything.
        and any(map(str.isalpha, text))
        and labels.get((cell.sheet, cell.row)) != text
        and marker("tien_do") not in template.texts[cell]
    )
    places: dict[str, set[tuple[tuple[int, int], str]]] = {}
    for one in texts:
        places.setdefault(one.cell.sheet, set()).add(((one.cell.row, one.cell.column), one.text))
    return _Printed(texts, places)


def _find_changed(printed: _Printed, book: SheetBook) -> Iterator[Problem]:
    sheets = {sheet.name: sheet.cells for sheet in book.sheets}
    # The map names the sheets of the form, whose names may be printed texts, too.
    standing = [
        fold_case(text) for sheet in book.sheets if not is_meta(sheet) for text in sheet.texts.values()
    ]
    left = Counter([*standing, *_decoded(book)])
    # Texts may move, so they are counted wherever they are.
    left.subtract(one.folded for one in printed.texts)
    for one in printed.texts:
        now = sheets.get(one.cell.sheet, {}).get((one.cell.row, one.cell.column))
        stands = now.raw if now is not None else ""
        # If one copy of a repeated text is missing, the place without it is the one that changed.
        if left[one.folded] < 0 and fold_case(stands) != one.folded and not _is_filled_in(one.text, stands):
            left[one.folded] += 1
            place = Place(sheet=one.cell.sheet, cell=one.cell.ref)
            code = "text-changed"
            if stands and find_scales(stands) != find_scales(one.text):
                code = "scale-changed"
            yield problem(code, place, expected=_one_line(one.text), value=_one_line(stands) or BLANK)


def _decoded(book: SheetBook) -> Iterator[str]:
    """Texts decoded from legacy fonts: converting a sheet's font is no change."""
    for sheet in book.sheets:
        for text in sheet.texts.values():
            if not text.isascii():
                yield from map(fold_case, set(legacy_readings(text)) - {text})


def _is_filled_in(text: str, now: str) -> bool:
    """Whether only the dotted blanks of a text were filled in, as on paper."""
    parts = _DOTS.split(fold_case(text))
    return len(parts) > 1 and re.fullmatch(".*".join(map(re.escape, parts)), fold_case(now)) is not None
