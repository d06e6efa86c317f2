"""Conclusions and directives whose tasks are sentences, read into proposals that a person confirms.

The steps: `narrative_lines` (lines to paragraphs), `narrative_parts` (paragraphs to pieces
of work, with the lead a heading gives), `narrative_asks` and `narrative_units` (who is
asked), `narrative_deadlines` (which words set the term). A sentence is no table cell:
whatever is read here stays “đề xuất, cần xác nhận” and is never tracked by itself
(issue "Running text"; regulations name one lead and one term for each task).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from mappings.deadlines import BeforeDate
from mappings.narrative_asks import Ask
from mappings.narrative_deadlines import Term, find_term, labelled_term
from mappings.narrative_lines import passages
from mappings.narrative_parts import Piece, pieces
from mappings.narrative_reports import is_weak, report_to
from mappings.narrative_sentences import partners
from mappings.narrative_text import Passage, fold_kept
from mappings.narrative_units import NameList
from mappings.texts import fold
from mappings.units import UnitDirectory

#: What a proposal says of itself, in the words that people read.
PROPOSED: Final = "đề xuất, cần xác nhận"
_ISSUED: Final = re.compile(r",\s*ngay\s+(\d{1,2})\s+thang\s+(\d{1,2})\s+nam\s+(20\d\d)")
#: The same on a line of its own, as a draft without a place has it.
_ISSUED_ALONE: Final = re.compile(
    r"^[ \t]*ngay\s+(\d{1,2})\s+thang\s+(\d{1,2})\s+nam\s+(20\d\d)[ \t]*$", re.MULTILINE
)
_CITED: Final = re.compile(r"ngay (\d{1,2})/(\d{1,2})/(20\d\d)(?= (?:cua|ve)\b)")
_HEAD: Final = 3000


@dataclass(frozen=True, slots=True)
class Proposal:
    """One task that a sentence seems to give.

    `start` and `end` are offsets in the text handed in, `span` the text between them as it
    stands. `leads` are names as written and spelled out, or canonical where the unit list
    knows them for sure; [] when no lead is named. `asks` says in Vietnamese what a person
    must look at; "" when nothing is in doubt beyond the proposal itself.
    """

    start: int
    end: int
    span: str
    ask: Ask
    leads: tuple[str, ...]
    lead_raw: str
    inherited: bool
    coordinators: tuple[str, ...]
    coordinators_raw: str
    term: Term | None
    report_to: tuple[str, ...]
    weak: bool
    confidence: Literal["sure", "asks"]
    why: str
    status: str = PROPOSED


@dataclass(frozen=True, slots=True)
class Narrative:
    """All proposals of one text in its order, never overlapping; `issued` is the day missing years were taken from."""

    proposals: tuple[Proposal, ...]
    issued: date | None


def read_narrative(
    text: str,
    *,
    directory: UnitDirectory | None = None,
    issued: date | None = None,
    before_date: BeforeDate = "day_before",
) -> Narrative:
    """The tasks that sentences of a conclusion or directive give, as proposals. Never raises.

    `issued` is the issue date (without it the one in the text's own head, "…, ngày 5 tháng
    6 năm 2026"); `directory` makes leads canonical where it knows them; `before_date` is
    what "trước ngày X" means on the site. Pure and linear in the text.
    """
    day = issued or _issued_in(text)
    cited = None if day else _latest_cited(text)
    found = [_proposal(text, piece, directory, day, cited, before_date) for piece in pieces(passages(text))]
    return Narrative(tuple(p for p in found if p is not None), day)


def _issued_in(text: str) -> date | None:
    """The issue date in the document's head: the first "…, ngày D tháng M năm Y"; None when it is left blank."""
    head = fold_kept(text[:_HEAD])
    match = _ISSUED.search(" ".join(head.split())) or _ISSUED_ALONE.search(head)
    return _day(match) if match else None


def _latest_cited(text: str) -> date | None:
    """The latest day of a document cited: the text itself was issued no earlier."""
    days = [day for match in _CITED.finditer(fold_kept(text)) if (day := _day(match))]
    return max(days, default=None)


def _day(match: re.Match[str]) -> date | None:
    try:
        return date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        return None


def _proposal(
    text: str,
    piece: Piece,
    directory: UnitDirectory | None,
    issued: date | None,
    cited: date | None,
    before_date: BeforeDate,
) -> Proposal | None:
    """One piece with its fields; None for undated work that nobody is given."""
    term = _term(piece, issued, cited, before_date)
    if piece.names is None and (term is None or term.deadline.due is None):
        return None
    first, last = piece.parts[0], piece.parts[-1]
    start, end = first[0].origin(first[1], first[2])[0], last[0].origin(last[1], last[2])[1]
    leads, doubt = _resolved(piece.names, directory, issued)
    together = _together(piece, leads)
    doubts = [doubt, "" if term is None or term.deadline.confidence == "sure" else term.deadline.why]
    why = "; ".join(dict.fromkeys(d for d in doubts if d))
    partner_names = _names_resolved(together, directory, issued)
    return Proposal(
        start,
        end,
        text[start:end],
        piece.ask,
        leads,
        piece.names.raw if piece.names else "",
        piece.inherited,
        tuple(name for name in partner_names if name not in leads),
        "; ".join(names.raw for names in together),
        term,
        report_to(piece.parts[-1][0], piece.parts[-1][1], piece.parts[-1][2]),
        is_weak(piece.parts[0][0].folded[piece.action : piece.parts[0][2]], dated=term is not None),
        "asks" if why else "sure",
        why,
    )


def _term(piece: Piece, issued: date | None, cited: date | None, before: BeforeDate) -> Term | None:
    """The deadline of a piece: of its labelled lines first, then of its sentences."""
    found: list[Term] = []
    if piece.term_at is not None:
        passage, start, end = piece.term_at
        found.append(labelled_term(passage.text, start, end, issued=issued, before_date=before))
    for passage, start, end in reversed(piece.parts):
        term = find_term(
            passage.text, passage.folded, start, end, issued=issued, before_date=before, not_before=cited
        )
        if term is not None:
            found.append(term)
    dated = [term for term in found if term.deadline.due is not None]
    return next(iter(dated or found), None)


def _resolved(
    names: NameList | None, directory: UnitDirectory | None, on: date | None
) -> tuple[tuple[str, ...], str]:
    """Lead names, canonical where known for sure, and what a person must look at."""
    if names is None:
        return (), "chưa nêu cơ quan chủ trì"
    if directory is None:
        return tuple(dict.fromkeys(names.names)), ""
    found: list[str] = []
    doubts: list[str] = []
    for name in names.names:
        reading = directory.resolve(name, on)
        if reading.confidence == "sure" and reading.units and reading.kind in {"single", "list"}:
            found += [unit.name for unit in reading.units]
        else:
            found.append(name)
            doubts.append(reading.why)
    return tuple(dict.fromkeys(found)), "; ".join(dict.fromkeys(d for d in doubts if d))


def _together(piece: Piece, leads: tuple[str, ...]) -> list[NameList]:
    """Lists of coordinators in the piece, without those a condition names ("Trường hợp …, phối hợp với …")."""
    found = [names for passage, start, end in piece.parts for names in _unconditional(passage, start, end)]
    known = {fold(name) for name in leads}
    return [
        names for names in [*found, *piece.by_label] if not all(fold(name) in known for name in names.names)
    ]


def _unconditional(passage: Passage, start: int, end: int) -> list[NameList]:
    kept: list[NameList] = []
    for names in partners(passage, start, end):
        place = passage.tokens[names.start].start
        sentence = max(passage.folded.rfind(". ", start, place), passage.folded.rfind("; ", start, place)) + 2
        opening = passage.folded[max(sentence, start) : place].lstrip()
        if not opening.startswith(("truong hop", "neu ")):
            kept.append(names)
    return kept


def _names_resolved(
    lists: list[NameList], directory: UnitDirectory | None, on: date | None
) -> tuple[str, ...]:
    found: list[str] = []
    for names in lists:
        found += _resolved(names, directory, on)[0]
    return tuple(dict.fromkeys(found))
