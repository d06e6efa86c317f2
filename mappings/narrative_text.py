"""Running text made comparable without losing the place of a single character.

A proposal points at the sentence it comes from, so every rule of the narrative works on
two strings of equal length (as written in NFC, and folded) and knows for each character
where it stood in the text that was handed in, decomposed letters and invisible signs
of a copied PDF included (M35).
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from mappings.texts import nfc

_WORD: Final = re.compile(r"\S+")
_TOKEN: Final = re.compile(r"[^\W_]+(?:&[^\W_]+)*|[^\w\s]")


def _folds() -> dict[int, str]:
    """One folded character for each letter that has one: the table keeps lengths equal."""
    table = {ord("đ"): "d", ord("Đ"): "d", ord("ð"): "d", ord("Ð"): "d"}
    for code in (*range(0x41, 0x5B), *range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        plain = unicodedata.normalize("NFD", chr(code))[0].lower()
        if len(plain) == 1:
            table.setdefault(code, plain)
    return table


_FOLDS: Final = _folds()


def fold_kept(text: str) -> str:
    """Lower case without accents, character by character: positions in both strings agree."""
    return text.translate(_FOLDS)


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a sign of a passage: as written, folded, and where it stands in the passage."""

    raw: str
    word: str
    start: int
    end: int

    @property
    def capital(self) -> bool:
        """True for a word with a capital first letter."""
        return self.raw[0].isupper()


@dataclass(slots=True)
class Passage:
    """A paragraph with its wrapped lines joined: `text` in NFC, single spaces, `folded` of equal length.

    `marker` is its number, letter or dash, `rank` how deep that marker stands (0 section …
    6 plus sign, 4.5 without a marker). `starts` and `ends` are the
    places of every character in the handed-in text (see `origin`).
    """

    marker: str = ""
    rank: float = 4.5
    text: str = ""
    folded: str = ""
    tokens: list[Token] = field(default_factory=list)
    begun: int = 0
    starts: array[int] = field(default_factory=lambda: array("q"))
    ends: array[int] = field(default_factory=lambda: array("q"))

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The place of `text[start:end]` in the handed-in text; the marker counts to a passage's beginning."""
        return self.begun if start == 0 else self.starts[start], self.ends[end - 1]

    def token_at(self, position: int) -> int:
        """The index of the first token that stands at or behind a position of the text."""
        low, high = 0, len(self.tokens)
        while low < high:
            middle = (low + high) // 2
            if self.tokens[middle].start < position:
                low = middle + 1
            else:
                high = middle
        return low


def passage_of(source: str, pieces: list[tuple[int, int]], marker: str, rank: float, begun: int) -> Passage:
    """The passage whose words stand in these parts of the source; `begun` is where its marker stands."""
    passage = Passage(marker, rank, begun=begun)
    written: list[str] = []
    for word, spans in _words(source, pieces):
        if written:
            passage.starts.append(spans[0][0])
            passage.ends.append(spans[0][0])
        written.append(word)
        passage.starts.extend(start for start, _ in spans)
        passage.ends.extend(end for _, end in spans)
    passage.text = " ".join(written)
    passage.folded = fold_kept(passage.text)
    passage.tokens = [
        Token(found.group(), passage.folded[found.start() : found.end()], found.start(), found.end())
        for found in _TOKEN.finditer(passage.text)
    ]
    return passage


def _words(source: str, pieces: list[tuple[int, int]]) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """Words in NFC, each with the place of every character; words of invisible signs only are left out."""
    for start, end in pieces:
        for found in _WORD.finditer(source, start, end):
            raw, at = found.group(), found.start()
            word = nfc(raw)
            if word == raw:
                yield word, [(place, place + 1) for place in range(at, at + len(raw))]
            elif word:
                yield _composed(raw, at)


def _composed(raw: str, at: int) -> tuple[str, list[tuple[int, int]]]:
    """A word with decomposed letters or invisible signs: each letter keeps the place of all its marks."""
    written, spans = "", list[tuple[int, int]]()
    for cluster in re.finditer(r".[\u0300-\u036f]*", raw, re.DOTALL):
        plain = nfc(cluster.group())
        written += plain
        spans += [(at + cluster.start(), at + cluster.end())] * len(plain)
    return written, spans
