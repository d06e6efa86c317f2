"""Dates, months, quarters and periods inside a deadline phrase: the second step of reading it.

The letters of `deadline_words` are joined into parts, again one letter each, with the
values that stand in them. Nothing is inferred here: a date without a year stays one.

    D  date with year      M  month with year      Q  quarter with year    H  half with year
    d  date without year   e  month without year   q  quarter without year h  half without year
    N  day of the month    Y  year                 z  "năm nay", "cuối năm"
    T  hour                W  weekday              L  days, weeks, months  w  working days
    R  comes back          K  bare unit of time    I  from the issue of this document
    k  week by number      j  kinds of document    @  from receipt of this document
    F S G  thượng, trung, hạ tuần    [ ]  nửa đầu, nửa cuối    (others: see `deadline_words`)

Phrases of one office differ mostly in their numbers. So the letters are worked out
once for all phrases that are alike but for their numbers, and remembered.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from mappings.deadline_words import NUMBER_WORDS, ROMAN, WEEKDAYS, tokens_of

_PART: Final = re.compile(
    r"(?P<k>kh?1(?![/.\-]1))"
    r"|(?P<D>a1,?m1,?y4|a?1(?:/+1/+[14]|/m?1/y4|\.1\.[14]|-1-[14]|[/.\-]1y4|m1(?:/+|-|\.|,?y|,)4)|a?4(?:-1-1|/1/1))"
    r"|(?P<R>1x/?1?[kmqya]|1[kmqy]/?1?x|1a/[kmqy]|!1[kmqy]|(?<=a1/)m(?!1)|R)"
    r"|(?P<H>1m[<>]y4)|(?P<h>1m[<>](?:y(?!4)|z))"
    r"|(?P<M>m1(?:/+|-|\.|,?y)4|%1[/.\-]4|1/+4|(?<=m1[\-n,])1y4)"
    r"|(?P<Q>q\.?[1r](?:/+|-|\.|,?y)?4|r(?:/|-|y)4)"
    r"|(?P<d>a?1/1(?!/|-4|\d)|a?1m1|a1[.\-]1(?![.\-/149])|^1[.\-]1$)"
    r"|(?P<T>(?:1g(?:1(?![/.]1|-1-|[1m]))?p?|1:1(?::1)?(?!:))[C$]?|J)"
    r"|(?P<w>[19]aw|aw)|(?P<L>[19](?:a|k|m(?!1)|y(?!4)))"
    r"|(?P<e>m1|%1)|(?P<q>q\.?[1r])|(?P<N>a?1/?(?=R)|a1/(?=m(?!1))|a1"
    r"|1(?=[\-,n]a?1[/.m]1)|(?:(?<=R)|(?<=Rb)|(?<=R,b))1(?=,|$))|(?P<Y>y?4)|(?P<z>>y(?!4)|z)"
    r"|(?P<C>\$(?=a?1[/.\-m]|W|h1))|(?P<now>[sf]E?(?:a[j=]*[B=]|B)[j=]*(?=-?n))"
    r"|(?P<W>h1|W)|(?P<I>[sf]E?(?:a[j=]*[B=]|B)[j=]*)|(?P<other>.)"
)
#: What a letter that joined nothing means to the grammar; the others stand for themselves.
_ALONE: Final = {
    **dict.fromkeys("/19gphxwz$%!", "u"),
    "=": "j",
    **dict.fromkeys("_:B", ""),
    **dict.fromkeys("kmqy", "K"),
    ".": ",",
}
_NUMBER: Final = re.compile(r"(\d+)", re.ASCII)
#: For each number one with the same letter: of two digits at most, a year, or ("777") a longer number.
_STAND_IN: Final = {
    **{f"{number:0{width}d}": "7" for width in (1, 2) for number in range(100)},
    **{str(year): "2026" for year in range(1900, 2200)},
}
#: A longer phrase is a paragraph that nobody repeats.
_REMEMBERED_LENGTH: Final = 200
#: What one length counts in; months and years run to the same day of a later month.
_UNITS: Final = {"tuan": ("days", 7), "ngay": ("days", 1), "thang": ("months", 1), "nam": ("months", 12)}


class Parts(NamedTuple):
    """The parts of one phrase: `letters[i]` stands for `words[spans[i][0]:spans[i][1]]`."""

    letters: str
    words: list[str]
    spans: list[tuple[int, int]]

    def inside(self, at: int) -> list[str]:
        """The folded words of one part."""
        start, end = self.spans[at]
        return self.words[start:end]

    def numbers(self, at: int) -> list[int]:
        """The values in one part, number words and Roman quarters included."""
        return [n for word in self.inside(at) if (n := _VALUES[word]) is not None]

    def weekday(self, at: int) -> int:
        """Monday 0 … Sunday 6 of a `W` part; -1 when there is no such weekday ("thứ 9")."""
        if numbers := self.numbers(at):
            return numbers[0] - 2 if 2 <= numbers[0] <= 7 else -1
        return WEEKDAYS.get(self.inside(at)[0].split()[-1], -1)

    def length(self, at: int) -> tuple[str, int]:
        """Unit ("days" or "months") and number of an `L` part."""
        unit, times = _UNITS[self.inside(at)[-1]]
        return unit, times * self.numbers(at)[0]


class _Form(NamedTuple):
    """What all phrases alike but for their numbers share; `places` are the numbers among `words`."""

    letters: str
    words: list[str]
    spans: list[tuple[int, int]]
    places: list[int]


def parts_of(phrase: str) -> Parts:
    """The parts of a phrase; words without effect are gone."""
    if len(phrase) <= _REMEMBERED_LENGTH:
        pieces = _NUMBER.split(phrase)
        numbers = pieces[1::2]
        pieces[1::2] = [_STAND_IN.get(number, "777") for number in numbers]
        form = _remembered_form("".join(pieces))
        if len(numbers) == len(form.places):
            words = form.words.copy()
            for place, number in zip(form.places, numbers, strict=True):
                words[place] = number
            return Parts(form.letters, words, form.spans)
    form = _form_of(phrase)
    return Parts(form.letters, form.words, form.spans)


def _form_of(phrase: str) -> _Form:
    words, tokens = tokens_of(phrase)
    letters: list[str] = []
    spans: list[tuple[int, int]] = []
    for match in _PART.finditer(tokens):
        letter = match.lastgroup
        if letter == "now":  # "từ ngày ban hành đến …" is "từ nay đến …"
            continue
        if letter == "other":
            letter = _ALONE.get(match.group(), match.group())
        if letter:
            letters.append(letter)
            spans.append(match.span())
    places = [at for at, word in enumerate(words) if word.isascii() and word.isdigit()]
    return _Form("".join(letters), words, spans, places)


_remembered_form = lru_cache(maxsize=4096)(_form_of)


class _Values(dict[str, int | None]):
    """The values of words, worked out when a word is first met."""

    def __missing__(self, word: str) -> int | None:
        value = value_of(word)
        if len(self) < 4096:
            self[word] = value
        return value


_VALUES: Final = _Values()


def value_of(word: str) -> int | None:
    """The value of a number, a number word or a Roman quarter; None for any other word."""
    if word.isascii() and word.isdigit():
        return int(word) if len(word) < 9 else None
    return NUMBER_WORDS.get(word) or ROMAN.get(word)
