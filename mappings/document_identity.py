"""Whether two systems show the same document. Pure; a rule of identity, never of likeness.

A document is known by its issuer, its number with notation, and its day, or by the id that its
issuer gave it on the axis. Spelling does not count: "Số: 015/QĐ-UBND" is "15/QD-UBND". What is
missing on one side, or agrees in part only, is in doubt, and a person decides.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Final, Generic, TypeVar

from connector.records import Identity
from mappings.texts import collapse, fold
from mappings.unit_codes import other_form

_LABEL: Final = re.compile(r"^(?:so(?:\s*[/,]|\s+va)?\s*ky hieu|so|ky hieu)\s*[:.]?\s*(?=\d)")
_DASHES: Final = re.compile("[\u2010-\u2015\u2212]")
_SPACES: Final = re.compile(r"\s+")
_ZEROS: Final = re.compile(r"^0+(?=\d)")
#: Letters of other alphabets that look like Latin ones: two numbers that differ in them alone are in doubt.
_LOOK_ALIKE: Final = str.maketrans("авсекмнорстухіѕјαβεηικμνορτυχ", "abcekmhopctyxisjabenikmvoptux")
#: "…, số 12/CT-UBND ngày 10/11/2026": a document named inside a text, by number and day together.
_CITED: Final = re.compile(
    r"(?<![\w/])(\d{1,5}[a-zA-Z]?\s*/\s*[^\W\d_][\w&.]*(?:\s*[-\u2013/]\s*[^\W\d_][\w&.]*){0,4})"
    r"\s*,?\s+ngày\s+(\d{1,2})(?:[/.-]|\s+tháng\s+)(\d{1,2})(?:[/.-]|\s+năm\s+)(\d{4})(?!\d)"
    r"(?:\s+của\s+([^,;:.()“”\"]{3,100}?)(?=\s+(?:về|v/v|và|tại|trong|đối|năm|quý|tháng)\s|\s*(?:[,;:.()“”\"]|$)))?",
    re.IGNORECASE,
)

K = TypeVar("K", bound=Hashable)


class Likeness(StrEnum):
    """What two identities are to each other."""

    SAME = "same"
    DOUBTFUL = "doubtful"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Paper:
    """By what one system knows a document. `issuer` is the name shown; "" and None: not told."""

    number: str = ""
    issued_on: date | None = None
    issuer: str = ""
    issuer_code: str = ""
    document_id: str = ""

    @property
    def key(self) -> str:
        """Equal for all spellings of one number."""
        return number_key(self.number)


@dataclass(frozen=True, slots=True)
class Match(Generic[K]):
    """The one candidate that is meant; or those of which it may be one, for a person to say."""

    same: K | None = None
    doubtful: tuple[K, ...] = field(default=())


def paper_of(identity: Identity, *, issuer: str = "", issuer_code: str = "", number: str = "") -> Paper:
    """From what a record tells. An id of the legal form (`issuer,day,number`) fills in what is missing beside it."""
    code, day, said = _parts(identity.document_id)
    return Paper(
        number=identity.number or number or said,
        issued_on=identity.issued_on or day,
        issuer=issuer,
        issuer_code=identity.issuer_code or issuer_code or code,
        document_id=identity.document_id,
    )


def number_key(number: str) -> str:
    """Number and notation without label, spaces, leading zeros, accents and case, look-alike letters as Latin ones."""
    return _spelt(number).translate(_LOOK_ALIKE)


def _spelt(number: str) -> str:
    plain = _LABEL.sub("", _DASHES.sub("-", fold(number)))
    return _ZEROS.sub("", _SPACES.sub("", plain))


def likeness(one: Paper, other: Paper) -> Likeness:
    """Compare two papers, each side's silence counting for nothing."""
    issuer = _issuers_agree(one, other)
    if issuer is False:
        return Likeness.DIFFERENT
    if one.document_id and other.document_id and one.document_id.casefold() == other.document_id.casefold():
        return Likeness.SAME if issuer else Likeness.DOUBTFUL
    if not one.key or one.key != other.key:
        return Likeness.DIFFERENT
    day = _days_agree(one.issued_on, other.issued_on)
    if day is False:
        return Likeness.DOUBTFUL if issuer and _same_year(one, other) else Likeness.DIFFERENT
    unsure = bool(one.document_id and other.document_id) or _spelt(one.number) != _spelt(other.number)
    return Likeness.SAME if issuer and day and not unsure else Likeness.DOUBTFUL


def match(paper: Paper, candidates: Iterable[tuple[K, Paper]]) -> Match[K]:
    """The candidate that is the same document. Two that are the same as it are a doubt: nobody picks one."""
    judged = [(key, likeness(paper, other)) for key, other in candidates]
    same = tuple(dict.fromkeys(key for key, found in judged if found is Likeness.SAME))
    if len(same) == 1:
        return Match(same[0])
    return Match(doubtful=same or tuple(dict.fromkeys(key for key, f in judged if f is Likeness.DOUBTFUL)))


def cited(text: str) -> tuple[Paper, ...]:
    """The documents that a text names by number and day, each once, with whose they are; without a day none."""
    found = []
    for number, day, month, year, issuer in _CITED.findall(collapse(text)):
        try:
            found.append(Paper(_SPACES.sub("", number), date(int(year), int(month), int(day)), issuer))
        except ValueError:
            continue
    return tuple(dict.fromkeys(found))


def same_code(one: str, other: str) -> bool:
    """Codes of agencies, in either of their two forms, without regard to capitals."""
    first, second = one.strip().upper(), other.strip().upper()
    return first == second or other_form(first) == second or other_form(second) == first


def with_code(paper: Paper, code: str) -> Paper:
    """The paper with its issuer's code, where it told none itself."""
    return paper if paper.issuer_code or not code else replace(paper, issuer_code=code)


def _issuers_agree(one: Paper, other: Paper) -> bool | None:
    """None: one of them does not tell, or tells a name where the other tells a code."""
    if one.issuer_code and other.issuer_code:
        return same_code(one.issuer_code, other.issuer_code)
    if one.issuer and other.issuer and fold(one.issuer) == fold(other.issuer):
        return True
    return None


def _days_agree(one: date | None, other: date | None) -> bool | None:
    return None if one is None or other is None else one == other


def _same_year(one: Paper, other: Paper) -> bool:
    """An issuer gives a number once a year: another day of that year is somebody's mistake in one of them."""
    return (
        one.issued_on is not None
        and other.issued_on is not None
        and one.issued_on.year == other.issued_on.year
    )


def _parts(document_id: str) -> tuple[str, date | None, str]:
    """(issuer, day, number) of an id of the legal form; a year alone gives no day. Nothing for any other."""
    parts = [part.strip() for part in document_id.split(",")]
    if len(parts) != 3 or not all(parts):
        return "", None, ""
    try:
        day = date.fromisoformat(parts[1].replace("/", "-"))
    except ValueError:
        day = None
    return parts[0], day, parts[2]
