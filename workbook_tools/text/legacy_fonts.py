"""Vietnamese typed for the fonts of before Unicode: TCVN3 (.VnTime and the like) and VNI (VNI-Times and the like).

Such fonts draw Vietnamese letters in the places of Western European ones. A workbook keeps the places, so what looks
like ``Trung tâm`` in its font is stored as ``Trung t©m`` (TCVN3, TCVN 5712:1993) or ``Trung taâm`` (VNI).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from workbook_tools.text.syllables import is_syllable

if TYPE_CHECKING:
    from collections.abc import Mapping

# In the order of their code points; capitals with a tone do not exist, a font of capitals draws them instead.
_TCVN3_PLACES = "¡¢£¤¥¦§¨©ª«¬\xad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ"
_TCVN3_LETTERS = "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"


def _vni_letters() -> dict[str, str]:
    """VNI writes a letter and then its marks, but for i, ơ, ư, đ and ỵ, which have places of their own."""
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


@dataclass(frozen=True)
class LegacyFont:
    """One encoding: what its places draw, and what no Western European text has (``evidence``)."""

    letters: Mapping[str, str]
    evidence: re.Pattern[str]

    def decode_word(self, word: str) -> str | None:
        """The word in Unicode; None where it holds a sign that the font has not."""
        if not self._whole_word.fullmatch(word):
            return None
        decoded = self._places.sub(lambda match: self.letters[match[0]], word)
        # A font of capitals shows HµNG as HÀNG: capitals after the first letter tell that the word is in capitals.
        return decoded.upper() if re.search("[A-Z]", word[1:]) and not re.search("[a-z]", word) else decoded

    @cached_property
    def _places(self) -> re.Pattern[str]:
        return re.compile("|".join(sorted(self.letters, key=len, reverse=True)))

    @cached_property
    def _whole_word(self) -> re.Pattern[str]:
        return re.compile(f"(?:{self._places.pattern}|[A-Za-z])+")


_SIGNS = "¡-®¶-¹»-¾"
TCVN3 = LegacyFont(
    dict(zip(_TCVN3_PLACES, _TCVN3_LETTERS, strict=True)),
    # A sign or a capital within a word; µ only after a letter, for it is the sign of micro before one.
    re.compile(f"[A-Za-z][{_SIGNS}µ×÷ß]|[{_SIGNS}][A-Za-z]|[a-z][Æ-Þ]"),
)
VNI = LegacyFont(
    _vni_letters(),
    # Two vowels that meet in no Western European word that would be a Vietnamese syllable; où and Thaï would.
    re.compile("(?i:[aeo][âáàåãä]|a[êéèúüë]|[ôö][ùøûõï]|[aeouy][øûõ]|[aeuy]ù|\\bñ[a-zôö])"),
)
_FONTS = (TCVN3, VNI)
_WORD = re.compile("[A-Za-z\xa1-\xff]+")
_ABBREVIATION = re.compile("[A-ZĐ]{2,}")
_MOST_WORDS_FIT = 0.8
_CHANCE_EXCLUDED = 3
"""So many words that are syllables in the font, and none as it stands, are evidence enough."""


def decode_legacy(text: str) -> str | None:
    """The text in Unicode if it was plainly typed for a legacy font, else None.

    Most of its words with other letters than A–Z must become Vietnamese syllables, more of them than are syllables
    as they stand, and it must hold signs that only such a font puts into words, or several words without exception.
    A text with a Vietnamese letter of Unicode is never touched.
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
    """What the text is in each legacy font, likely or not: for comparison with a closed list of words only."""
    if text.isascii() or _has_unicode_letters(text):
        return ()
    return tuple(_decode(text, font) for font in _FONTS)


def _decode(text: str, font: LegacyFont) -> str:
    return _WORD.sub(lambda match: font.decode_word(match[0]) or match[0], text)


def _is_likely(word: str | None) -> bool:
    return word is not None and (is_syllable(word) or _ABBREVIATION.fullmatch(word) is not None)


def _has_unicode_letters(text: str) -> bool:
    return any(character > "\xff" and character.isalpha() for character in text)
