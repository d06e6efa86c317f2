"""Texts typed for the fonts of before Unicode, TCVN3 (ABC, ".VnTime") and VNI ("VNI-Times"), made readable.

Such a text is a row of Latin letters that only looks Vietnamese in its font: "Së Tµi
chÝnh", "Sôû Taøi chính". A wrong repair would spoil a good text, so the rule is strict:
a text with one letter that only Unicode has is left alone, and so is one whose words
are all possible Vietnamese as they stand. The rest is converted only where nearly every
changed word becomes a possible Vietnamese syllable, in one of the two ways and not in both.

TCVN3 is the lower half of TCVN 5712:1993; VNI writes a vowel and its marks as two letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Literal

Encoding = Literal["tcvn3", "vni"]

#: Letters and marks that no text of an old font holds; one of them proves Unicode.
_UNICODE_ONLY: Final = re.compile("[\u0100-\u02af\u0300-\u1fff\u2c00-\uffff]")
_WORD: Final = re.compile("[A-Za-z\u00a1-\u00ff]+")
#: Marks of a text of an old font that are no letters; behind a whole word they are what they look like.
_SIGNS: Final = "®©ª«»·¡¢£¤¥¦§¨¬\u00ad¯°±²³´µ¶¸¹º¼½¾¿×÷"
#: So much of the changed words must become Vietnamese; short texts have no word to spare.
_SHARE: Final = 0.9
_FEW_WORDS: Final = 10

_TCVN3: Final = MappingProxyType(
    dict(zip("¡¢£¤¥¦§¨©ª«¬\u00ad®", "ĂÂÊÔƠƯĐăâêôơưđ", strict=True))
    | dict(
        zip(
            "µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ",
            "àảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
            strict=True,
        )
    )
)
#: Marks behind a letter: the same with and without a hat ("aá" is ấ, "aù" is á).
_VNI_TONES: Final = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_VNI_HATS: Final = {"á": "\u0301", "à": "\u0300", "å": "\u0309", "ã": "\u0303", "ä": "\u0323", "â": ""}
_VNI_BREVES: Final = {"é": "\u0301", "è": "\u0300", "ú": "\u0309", "ü": "\u0303", "ë": "\u0323", "ê": ""}
_VNI_ALONE: Final = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "í": "í", "ì": "ì"}


def _vni_pairs() -> dict[str, str]:
    """Letter and mark → letter, in both cases; a capital letter may carry a small mark."""
    pairs: dict[str, str] = {}
    for plain, base in {**dict(zip("aeouy", "aeouy", strict=True)), "ô": "ơ", "ö": "ư"}.items():
        pairs |= {plain + mark: base + tone for mark, tone in _VNI_TONES.items()}
    for base in "aeo":
        pairs |= {base + mark: f"{base}\u0302{tone}" for mark, tone in _VNI_HATS.items()}
    pairs |= {"a" + mark: f"a\u0306{tone}" for mark, tone in _VNI_BREVES.items()}
    pairs |= _VNI_ALONE
    cased: dict[str, str] = {}
    for written, letter in pairs.items():
        composed = unicodedata.normalize("NFC", letter)
        cased |= {
            written: composed,
            written[0].upper() + written[1:]: composed.upper(),
            written.upper(): composed.upper(),
        }
    return cased


_VNI: Final = MappingProxyType(_vni_pairs())
_VNI_PART: Final = re.compile("|".join(sorted(_VNI, key=len, reverse=True)))

_ONSET: Final = "ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnrstvxp]"
#: Rhymes without their tone; those that end in a stop bear only two of the tones.
_OPEN: Final = (
    "a|ai|ao|au|ay|âu|ây|e|eo|ê|êu|i|ia|iu|iêu|o|oi|oa|oai|oay|oe|oeo|ô|ôi|ơ|ơi|u|ua|ui|uê|uy|uya|uyu|uôi|uây"
    "|uơ|uêu|uao|ư|ưa|ưi|ưu|ươi|ươu|y|yêu|am|an|ang|anh|ăm|ăn|ăng|âm|ân|âng|em|en|eng|êm|ên|ênh|im|in|inh|iêm|iên|iêng"
    "|om|on|ong|oong|oan|oang|oanh|oam|oăn|oăng|oen|ôm|ôn|ông|ơm|ơn|um|un|ung|uân|uâng|uôm|uôn|uông|uyn|uynh|uyên"
    "|ưm|ưn|ưng|ươm|ươn|ương|yên|yêm|yêng|yn|ynh|uênh"
)
_STOPPED: Final = (
    "ac|ach|ap|at|ăc|ăp|ăt|âc|âp|ât|ec|ep|et|êch|êp|êt|ich|ip|it|iêc|iêp|iêt|oc|op|ot|ooc|oac|oach|oat|oap|oăc|oăt|oet"
    "|ôc|ôp|ôt|ơp|ơt|uc|up|ut|uât|uôc|uôt|uych|uyt|uyêt|uêch|ưc|ưt|ươc|ươp|ươt|yêt|yt|yp|ych"
)
_SYLLABLE: Final = re.compile(rf"(?:{_ONSET})?(?:{_OPEN})|(?:{_ONSET})?(?:{_STOPPED})(?P<stopped>)")
_TONES: Final = re.compile("[\u0300\u0301\u0303\u0309\u0323]")


def convert(text: str) -> tuple[str, Encoding | None]:
    """The text in Unicode and the old encoding it was in; (text, None) where it is left as it is.

    To be called on the text of a cell or paragraph before anything strips invisible
    characters: TCVN3 writes "ư" as the soft hyphen. Texts of two encodings in one string
    are left alone. Never raises.
    """
    if text.isascii() or _UNICODE_ONLY.search(text):
        return text, None
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    if all(_is_vietnamese(word) or _only_signs(word) for word in words):
        return text, None
    fitting: list[Encoding] = [way for way, letters in _WAYS.items() if _fits(words, letters)]
    if len(fitting) != 1:
        return text, None
    letters = _WAYS[fitting[0]]
    return _WORD.sub(lambda word: letters(word[0]), text), fitting[0]


def _fits(words: list[str], letters: Callable[[str], str]) -> bool:
    """True when nearly all words become Vietnamese, at least one of them a word of several letters."""
    good = [word for word in words if _is_vietnamese(letters(word))]
    enough = len(words) if len(words) < _FEW_WORDS else _SHARE * len(words)
    return len(good) >= enough and any(len(letters(word)) > 1 and not _is_vietnamese(word) for word in good)


def _only_signs(word: str) -> bool:
    """“2026®”, "«", "§": signs without a letter beside them."""
    return not word.strip(_SIGNS)


@lru_cache(maxsize=8192)
def _is_vietnamese(word: str) -> bool:
    """True when the word is a possible Vietnamese syllable, whether or not it exists."""
    apart = unicodedata.normalize("NFD", word.lower())
    tones = _TONES.findall(apart)
    if len(tones) > 1:
        return False
    plain = unicodedata.normalize("NFC", _TONES.sub("", apart))
    found = _SYLLABLE.fullmatch(plain)
    if found is None:
        return False
    return found["stopped"] is None or tones in (["\u0301"], ["\u0323"])


def _from_tcvn3(word: str) -> str:
    return "".join([_TCVN3.get(letter, letter) for letter in word])


def _from_vni(word: str) -> str:
    return _VNI_PART.sub(lambda part: _VNI[part[0]], word)


_WAYS: Final[Mapping[Encoding, Callable[[str], str]]] = MappingProxyType(
    {"tcvn3": _from_tcvn3, "vni": _from_vni}
)
