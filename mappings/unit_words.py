"""Words of unit names: how a text becomes tokens that can be compared.

A token is compared folded; its accents are kept beside it, because "Hóa" and "Hòa" are
two communes while "hoà" and "hòa" are one. Connecting words and signs ("và", "&", "-")
carry no identity: "Văn hóa – Thể thao" and "Văn hóa và Thể thao" are the same tokens.
Abbreviations that every office uses are spelled out in names and in mentions alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

from mappings.texts import fold, nfc

#: Abbreviations with one meaning in every province; others are matched against the directory itself.
_ABBREVIATIONS: Final = """
ubnd=uy ban nhan dan|hdnd=hoi dong nhan dan|mttq=mat tran to quoc|mttqvn=mat tran to quoc viet nam
ubmttq=uy ban mat tran to quoc|ubmttqvn=uy ban mat tran to quoc viet nam|ub=uy ban|tp=thanh pho
bql=ban quan ly|ql=quan ly|da=du an|qlda=quan ly du an|dtxd=dau tu xay dung|dbqh=dai bieu quoc hoi
kcn=khu cong nghiep|kkt=khu kinh te|htx=hop tac xa|hv=hoc vien|vp=van phong|lhpn=lien hiep phu nu
ptnt=phat trien nong thon|chqs=chi huy quan su|bdbp=bo doi bien phong|bhxh=bao hiem xa hoi
ldld=lien doan lao dong|tand=toa an nhan dan|vksnd=vien kiem sat nhan dan|thads=thi hanh an dan su
kbnn=kho bac nha nuoc|nhnn=ngan hang nha nuoc|ubkt=uy ban kiem tra|cntt=cong nghe thong tin
tnhh=trach nhiem huu han|mtv=mot thanh vien|cp=co phan|ctcp=cong ty co phan|tnxp=thanh nien xung phong
tncs=thanh nien cong san|ccb=cuu chien binh|tttm=trung tam thuong mai|tthc=thu tuc hanh chinh
gtvt=giao thong van tai|vhttdl=van hoa the thao du lich|vhtt=van hoa the thao|qhkt=quy hoach kien truc
tnmt=tai nguyen moi truong|nnmt=nong nghiep moi truong|nnptnt=nong nghiep phat trien nong thon
ldtbxh=lao dong thuong binh xa hoi|khcn=khoa hoc cong nghe|cty=cong ty
"""


def _abbreviations() -> dict[str, tuple[str, ...]]:
    pairs = [entry.split("=") for entry in _ABBREVIATIONS.strip().replace("\n", "|").split("|")]
    return {short: tuple(words.split()) for short, words in pairs}


ABBREVIATIONS: Final = MappingProxyType(_abbreviations())
#: Words that are written with i and with y alike; after other letters the two are two sounds.
_WITH_I: Final = frozenset({"hi", "ki", "li", "mi", "si", "ti", "qui"})
_TONES: Final = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_WORD: Final = re.compile(r"[^\W_]+|[,;:/\n.…(){}\[\]&+|\-–—]")
_CONNECTIVES: Final = frozenset({"và", "cùng", "với", "va"})
#: After these "TP" is the name of a field ("Sở TP" is Tư pháp), not of a city.
_NOT_OF_A_CITY: Final = frozenset({"so", "phong", "bo"})
#: Signs at which a list may be cut; a dash or "&" alone belongs to names.
_CUTS: Final = re.compile(r"[,;:/\n.…()\[\]+|]|va")


class Token(NamedTuple):
    """One word: folded, with accents (tone order normalised), as written, and what stands before it.

    `gap` holds the signs and connecting words before it ("", ",", ";", "/", "-", "va" …),
    `start` and `end` are offsets in the text in NFC.
    """

    word: str
    accents: str
    raw: str
    gap: str = ""
    start: int = 0
    end: int = 0

    @property
    def cuts(self) -> bool:
        """True when a list may be cut before this word."""
        return self.gap != "" and _cuts(self.gap)


@lru_cache(maxsize=1024)
def _cuts(gap: str) -> bool:
    return _CUTS.search(gap) is not None


def accents_of(word: str) -> str:
    """The word with its letters' marks and its tone at the end: "hoà" and "hòa" become equal."""
    if word.isascii():
        return _one_i(word.lower())
    plain = unicodedata.normalize("NFD", word.lower())
    tone = _TONES.findall(plain)
    return _one_i(unicodedata.normalize("NFC", _TONES.sub("", plain))) + "".join(tone)


def _one_i(word: str) -> str:
    """“kĩ” and "kỹ", "qui" and "quy" are two spellings of one word: always y."""
    return word[:-1] + "y" if word[-1:] == "i" and word in _WITH_I else word


@lru_cache(maxsize=16384)
def _spelling(raw: str) -> tuple[str, str]:
    """The folded word and the word with its accents, both with one spelling of i and y."""
    return _one_i(fold(raw)), accents_of(raw)


def same_accents(written: Sequence[str], known: Sequence[str]) -> bool:
    """True when each written word has the marks of the known one or fewer, never others.

    A forgotten mark is a typing slip; another one may be another name. A word that the
    directory itself has without marks (an abbreviation spelled out) fits any.
    """
    return all(a == b or b.isascii() or _lacks_marks(a, b) for a, b in zip(written, known, strict=True))


def _lacks_marks(written: str, known: str) -> bool:
    """True when removing marks from the known word gives the written one."""
    left = iter(_apart(known))
    return all(any(mark == other for other in left) for mark in _apart(written))


def _apart(word: str) -> str:
    """Letters and marks one by one, đ as d with a stroke."""
    return unicodedata.normalize("NFD", word.replace("đ", "d\u0335"))


def words_of(tokens: Sequence[Token]) -> tuple[str, ...]:
    """The folded words of some tokens, the form in which names are looked up."""
    return tuple([token.word for token in tokens])


def tokens_of(text: str) -> list[Token]:
    """The words of a text in NFC, abbreviations spelled out, separators in `gap`."""
    found: list[Token] = []
    gap = ""
    for match in _WORD.finditer(nfc(text)):
        raw = match.group()
        word, accents = _spelling(raw)
        if not word or not word[0].isalnum():
            gap += raw
        elif raw.lower() in _CONNECTIVES:
            gap += "va"
        else:
            if word == "tp" and found and found[-1].word in _NOT_OF_A_CITY:
                found.append(Token(word, accents, raw, gap, match.start(), match.end()))
            else:
                found += _spelled(word, accents, raw, gap, match.start(), match.end())
            gap = ""
    return found


def _spelled(word: str, accents: str, raw: str, gap: str, start: int, end: int) -> list[Token]:
    """One token, or the words of an abbreviation (which carry no accents and so fit any).

    Two small letters are a word ("đa", "ba"), not an abbreviation.
    """
    if word not in ABBREVIATIONS or (len(word) < 3 and word != "tp" and raw != raw.upper()):
        return [Token(word, accents, raw, gap, start, end)]
    first, *rest = ABBREVIATIONS[word]
    return [Token(first, first, first, gap, start, end), *[Token(w, w, w, "", start, end) for w in rest]]
