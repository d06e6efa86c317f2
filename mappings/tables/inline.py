"""Rows that the document system itself delivers as cells, in the same form as those of a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from connector.records import AssignmentCells
from mappings.tables.folding import is_tidy, tidy
from mappings.tables.found import Problem, TableProblem, TableReading, TableRow
from mappings.tables.marks import MARK_STARTS, is_ditto
from mappings.tables.plain import bounded
from mappings.tables.problems import place_of, report

#: The texts of a row: ordinal, content, lead, coordinators, deadline, product, officer.
Texts = tuple[str, str, str, str, str, str, str]
_CONTENT: Final = 1
_LEAD: Final = 2


def rows_from_api(cells: Sequence[AssignmentCells], place: str) -> TableReading:
    """Rows of an assignment table that came as data, not as a file. `place` names it in problems.

    Texts are tidied and ditto marks resolved as in a file; empty rows are left out. `row` is 1-based.
    """
    rows: list[TableRow] = []
    problems: list[TableProblem] = []
    all_tidy = _are_tidy(cells)
    for number, given in enumerate(cells, start=1):
        texts = _joined(given if all_tidy or _are_tidy([given]) else _tidied(given))
        if not any(texts[_CONTENT:]):
            continue
        if not MARK_STARTS.isdisjoint([text[:1] for text in texts]) and any(map(is_ditto, texts)):
            above = rows[-1].cells if rows else ()
            texts = _without_dittos(texts, above, place_of(place, "", number), problems)
        if not texts[_CONTENT]:
            where = place_of(place, "", number)
            problems.append(report(Problem.NO_CONTENT, where, detail=texts[_LEAD]))
        rows.append(_row(place, number, texts))
    text = bounded("\n".join([" ".join(filter(None, row.cells)) for row in rows]))
    return TableReading((), tuple(rows), tuple(problems), text)


def _are_tidy(cells: Sequence[AssignmentCells]) -> bool:
    """Whether no text of these rows needs tidying: where all of them in one line are tidy, each of them is."""
    texts: list[str] = []
    for one in cells:
        texts += (one.ordinal, one.content, one.lead, one.deadline, one.product, one.officer)
        texts += one.coordinators
    return is_tidy(" ".join(filter(None, texts)))


def _tidied(given: AssignmentCells) -> AssignmentCells:
    return AssignmentCells(
        tidy(given.ordinal),
        tidy(given.content),
        tidy(given.lead),
        tuple(map(tidy, given.coordinators)),
        tidy(given.deadline),
        tidy(given.product),
        tidy(given.officer),
    )


def _joined(given: AssignmentCells) -> Texts:
    coordinators = "; ".join(filter(None, given.coordinators))
    return (
        given.ordinal,
        given.content,
        given.lead,
        coordinators,
        given.deadline,
        given.product,
        given.officer,
    )


def _without_dittos(texts: Texts, above: Sequence[str], where: str, problems: list[TableProblem]) -> Texts:
    """The texts with what stands above in place of each ditto mark; a number is never one."""
    resolved = list(texts)
    for at in range(_CONTENT, len(resolved)):
        if is_ditto(resolved[at]):
            standing = above[at] if above else ""
            if not standing:
                problems.append(report(Problem.DITTO_WITHOUT_ABOVE, where, detail=resolved[at]))
            resolved[at] = standing or resolved[at]
    ordinal, content, lead, coordinators, deadline, product, officer = resolved
    return ordinal, content, lead, coordinators, deadline, product, officer


def _row(place: str, number: int, texts: Texts) -> TableRow:
    """By position: rows come by the ten thousand, and names cost as much as the rest."""
    ordinal, content, lead, coordinators, deadline, product, officer = texts
    return TableRow(
        "",
        place,
        number,
        ordinal,
        "",
        content,
        lead,
        coordinators,
        deadline,
        None,
        product,
        officer,
        "",
        texts,
    )
