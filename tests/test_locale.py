"""The Vietnamese catalogue has exactly the texts of the code, all translated, with the same placeholders, and is compiled."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from scripts import load_script

from workbook_tools.locale import Percent, default_language, show_figure, show_number, translate, translation

if TYPE_CHECKING:
    from types import ModuleType

pytest.importorskip("babel", reason="Babel is needed to read the catalogue")


@pytest.fixture(scope="module")
def messages() -> ModuleType:
    return load_script("tools/messages.py")


def forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)", text.replace("{{", "").replace("}}", "")))


def test_the_catalogue_has_the_texts_of_the_code(messages: ModuleType) -> None:
    """If this fails, `make messages` and translate what it names."""
    assert {m.id for m in messages.extract_messages()} == {m.id for m in messages.read_catalogue()}


def test_every_text_is_translated(messages: ModuleType) -> None:
    assert [m.id for m in messages.read_catalogue() if m.id and (m.fuzzy or not all(forms(m.string)))] == []


def test_placeholders_are_those_of_the_english_text(messages: ModuleType) -> None:
    for message in messages.read_catalogue():
        english, vietnamese = forms(message.id), forms(message.string)
        if message.id:
            assert placeholders(vietnamese[0]) <= set().union(*map(placeholders, english)), message.id
            assert len(english) > 1 or placeholders(vietnamese[0]) == placeholders(english[0]), message.id
            assert vietnamese[0].count("`") == english[0].count("`"), message.id


def test_translations_end_as_the_text_does(messages: ModuleType) -> None:
    for message in messages.read_catalogue():
        english, vietnamese = forms(message.id)[0], forms(message.string)[0]
        if message.id and not english.endswith("}"):
            assert english[-1] not in ".:?" or vietnamese[-1] == english[-1], english
            assert vietnamese.strip() == vietnamese or english.strip() != english


def test_the_compiled_catalogue_is_current(messages: ModuleType) -> None:
    """If this fails, `make messages`."""
    from babel.messages.mofile import read_mo

    with messages.PO.with_suffix(".mo").open("rb") as file:
        compiled = {forms(m.id): forms(m.string) for m in read_mo(file) if m.id}
    assert compiled == {forms(m.id): forms(m.string) for m in messages.read_catalogue() if m.id}


def test_when_it_was_compiled_makes_no_difference() -> None:
    assert translation("vi").info()["pot-creation-date"].startswith("1980-01-01")


def test_texts_are_composed(messages: ModuleType) -> None:
    import unicodedata

    text = messages.PO.read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", text)


def test_translate() -> None:
    assert translate("No answer.", "vi") == "Chưa điền."
    assert translate("No answer.", "en") == "No answer."
    assert translate("", "vi") == ""
    assert translate("not in the catalogue", "vi") == "not in the catalogue"


@pytest.mark.parametrize(("value", "language"), [("", "vi"), ("en", "en"), ("EN_us", "en"), ("fr", "vi")])
def test_default_language(value: str, language: str) -> None:
    assert default_language({"WORKBOOK_TOOLS_LANG": value}) == language


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (2457.3999999999996, "2.457,4"),
        (0.1 + 0.2, "0,3"),
        (1234567.0, "1.234.567"),
        (123456789012345.0, "123.456.789.012.345"),
        (-0.5, "-0,5"),
        (Percent(0.285 + 0.57), "85,5%"),
    ],
)
def test_a_number_is_shown_with_the_digits_that_excel_shows(number: float, shown: str) -> None:
    assert show_number(number, "vi") == shown


@pytest.mark.parametrize(
    ("number", "number_format", "cell"),
    [
        (0.125, "0%", "13%"),
        (0.0625, "0.0%", "6,3%"),
        (2.675, "#,##0.00", "2,68"),
        (-2.675, "#,##0.00", "-2,68"),
    ],
)
def test_figures_in_words_are_rounded_as_cells_show_them(
    number: float, number_format: str, cell: str
) -> None:
    assert show_figure(number, number_format, "vi") == cell
