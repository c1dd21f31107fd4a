"""Vietnamese syllables: used to test whether text was decoded with the right encoding."""

from __future__ import annotations

import re
import unicodedata

_ONSETS = "b|c|ch|d|đ|g|gh|gi|h|k|kh|l|m|n|ng|ngh|nh|p|ph|qu|r|s|t|th|tr|v|x"
_OPEN_RIMES = (
    "a|ai|ao|au|ay|âu|ây|e|eo|ê|êu|i|ia|iu|iêu|o|oa|oai|oao|oay|oe|oeo|oi|oo|ô|ôi|ơ|ơi|"
    "u|ua|uê|ui|uy|uya|uyu|uơ|uôi|uây|ư|ưa|ưi|ưu|ươi|ươu|y|yêu|"
    "a|am|an|ang|anh|ăm|ăn|ăng|âm|ân|âng|em|en|eng|êm|ên|ênh|iêm|iên|iêng|im|in|inh|"
    "oam|oan|oang|oanh|oăm|oăn|oăng|oem|oen|oeng|om|on|ong|oong|ôm|ôn|ông|ơm|ơn|ơng|"
    "uân|uâng|uên|uênh|um|un|ung|uôm|uôn|uông|uyên|uynh|uyn|ươm|ươn|ương|ưm|ưn|ưng|yêm|yên|yêng|ynh"
)
_STOPPED_RIMES = (
    "ac|ach|ap|at|ăc|ăp|ăt|âc|âp|ât|ec|ep|et|êch|êp|êt|ich|ip|it|iêc|iêp|iêt|"
    "oac|oach|oap|oat|oăc|oăt|oc|ooc|oet|op|ot|ôc|ôp|ôt|ơp|ơt|"
    "uât|uc|uêch|uêt|uôc|uôt|up|ut|uych|uyt|uyêt|ưc|ưt|ươc|ươp|ươt|yêt|yt|ych"
)
_SYLLABLE = re.compile(f"(?:{_ONSETS})?(?:{_OPEN_RIMES}|(?P<stopped>{_STOPPED_RIMES}))")
_GRAVE, _HOOK, _TILDE, _ACUTE, _DOT = "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"
_TONES = re.compile(f"[{_GRAVE}{_HOOK}{_TILDE}{_ACUTE}{_DOT}]")


def is_syllable(word: str) -> bool:
    """Whether a word could be one Vietnamese syllable: a known onset and rime, and at most one tone.

    A rime that ends in c, ch, p or t takes the acute or the dot below only, so French ``tôt`` does not pass.
    """
    letters = unicodedata.normalize("NFD", word.lower())
    tones = _TONES.findall(letters)
    match = _SYLLABLE.fullmatch(unicodedata.normalize("NFC", _TONES.sub("", letters)))
    if match is None or len(tones) > 1:
        return False
    return match["stopped"] is None or tones in ([_ACUTE], [_DOT])
