"""Decode Vietnamese typed for fonts older than Unicode: TCVN3 (such as .VnTime) and VNI (such as VNI-Times).

Such fonts draw Vietnamese letters at the code points of Western European ones. A workbook stores the code
points, so ``Trung tâm`` is stored as ``Trung t©m`` (TCVN3, TCVN 5712:1993) or as ``Trung taâm`` (VNI).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools.text.syllables import is_syllable

if TYPE_CHECKING:
    from collections.abc import Mapping

# Sorted by code point. Capitals with a tone are missing: TCVN3 draws them with a separate font of capitals.
_TCVN3_PLACES = "¡¢£¤¥¦§¨©ª«¬\xad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ"
_TCVN3_LETTERS = "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"


def _vni_letters() -> dict[str, str]:
    """VNI writes a letter followed by its marks; only i, ơ, ư, đ and ỵ have code points of their own."""
    tones = ("\u0301", "\u0300", "\u0309", "\u0303", "\u0323")
    letters = {"ñ": "đ", "î": "ỵ", "ô": "ơ", "ö": "ư", **dict(zip("íìæóò", "íìỉĩị", strict=True))}
    for base, drawn in {"a": "a", "e": "e", "o": "o", "u": "u", "y": "y", "ô": "ơ", "ö": "ư"}.items():
        letters.update({base + mark: drawn + tone for mark, tone in zip("ùøûõï", tones, strict=True)})
    del letters["yï"]
    for base in "aeo":
        circumflex = {mark: base + "\u0302" + tone for mark, tone in zip("âáàåãä", ("", *tones), strict=True)}
        letters.update({base + mark: letter for mark, letter in circumflex.items()})
    letters.update({"a" + mark: "a\u0306" + tone for mark, tone in zip("êéèúüë", ("", *tones), strict=True)})
    letters |= {places.upper(): letter.upper() for places, letter in letters.items()}
    return {places: unicodedata.normalize("NFC", letter) for places, letter in letters.items()}


class LegacyFont(Struct, frozen=True, dict=True):
    """One encoding: its code points → letters, and a pattern that no Western European text matches
    (``evidence``).
    """

    letters: Mapping[str, str]
    evidence: re.Pattern[str]

    def decode_word(self, word: str) -> str | None:
        """Decode a word to Unicode; None if it holds a character that the font lacks."""
        if not self._whole_word.fullmatch(word):
            return None
        decoded = self._places.sub(lambda match: self.letters[match[0]], word)
        # A font of capitals shows HµNG as HÀNG, so capitals after the first letter mean that the whole word
        # is in capitals.
        if re.search("[A-Z]", word[1:]) and not re.search("[a-z]", word):
            return decoded.upper()
        return decoded

    @cached_property
    def _places(self) -> re.Pattern[str]:
        return re.compile("|".join(sorted(self.letters, key=len, reverse=True)))

    @cached_property
    def _whole_word(self) -> re.Pattern[str]:
        return re.compile(f"(?:{self._places.pattern}|[A-Za-z])+")


_SIGNS = "¡-®¶-¹»-¾"
TCVN3 = LegacyFont(
    dict(zip(_TCVN3_PLACES, _TCVN3_LETTERS, strict=True)),
    # A symbol or a capital within a word. µ counts only after a letter; before one it is the micro sign.
    re.compile(f"[A-Za-z][{_SIGNS}µ×÷ß]|[{_SIGNS}][A-Za-z]|[a-z][Æ-Þ]"),
)
VNI = LegacyFont(
    _vni_letters(),
    # Pairs of vowels that no Western European word has where the result is a Vietnamese syllable; this leaves
    # out où and Thaï.
    re.compile("(?i:[aeo][âáàåãä]|a[êéèúüë]|[ôö][ùøûõï]|[aeouy][øûõ]|[aeuy]ù|\\bñ[a-zôö])"),
)
_FONTS = (TCVN3, VNI)
_WORD = re.compile("[A-Za-z\xa1-\xff]+")
_ABBREVIATION = re.compile("[A-ZĐ]{2,}")
_MOST_WORDS_FIT = 0.8
_CHANCE_EXCLUDED = 3
"""Words that must be syllables in the font, and none of them as typed, before that is taken as evidence."""


def decode_legacy(text: str) -> str | None:
    """Decode text that was clearly typed for a legacy font; None for any other text.

    Most of its non-ASCII words must become Vietnamese syllables, and more of them than are syllables as
    typed. Besides that, either the text holds characters that only such a font puts into words, or at least
    three words fit without exception. Text with a Vietnamese letter in Unicode is never changed.
    """
    if text.isascii() or _has_unicode_letters(text):
        return None
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    if not words:
        return None
    as_it_stands = sum(map(is_syllable, words))
    best, best_fit = None, as_it_stands
    for font in _FONTS:
        fit = sum(_is_likely(font.decode_word(word)) for word in words)
        certain = fit == len(words) >= _CHANCE_EXCLUDED and not as_it_stands
        if fit > best_fit and fit >= _MOST_WORDS_FIT * len(words) and (certain or font.evidence.search(text)):
            best, best_fit = font, fit
    return _decode(text, best) if best else None


def legacy_readings(text: str) -> tuple[str, ...]:
    """Decode text with each legacy font, however unlikely: only to compare with a closed list of words."""
    if text.isascii() or _has_unicode_letters(text):
        return ()
    return tuple(_decode(text, font) for font in _FONTS)


def _decode(text: str, font: LegacyFont) -> str:
    return _WORD.sub(lambda match: font.decode_word(match[0]) or match[0], text)


def _is_likely(word: str | None) -> bool:
    return word is not None and (is_syllable(word) or _ABBREVIATION.fullmatch(word) is not None)


def _has_unicode_letters(text: str) -> bool:
    return any(character > "\xff" and character.isalpha() for character in text)
