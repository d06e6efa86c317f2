"""Rows that the document system itself delivers as cells, in the same form as those of a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from connector.records import AssignmentCells
from mappings.tables.folding import is_tidy, tidy
from mappings.tables.found import Problem, TableProblem, TableReading, TableRow
from mappings.tables.marks import is_ditto
from mappings.tables.plain import bounded
from mappings.tables.problems import place_of, report

#: Places in the texts of a row: ordinal, content, lead, coordinators, deadline, product, officer.
_CONTENT: Final = 1
_LEAD: Final = 2
_COORDINATORS: Final = 3


def rows_from_api(cells: Sequence[AssignmentCells], place: str) -> TableReading:
    """Rows of an assignment table that came as data, not as a file. `place` names it in problems.

    Texts are tidied and ditto marks resolved as in a file; empty rows are left out. `row` is 1-based.
    """
    rows: list[TableRow] = []
    problems: list[TableProblem] = []
    for number, given in enumerate(cells, start=1):
        texts = _texts(given)
        if not any(texts[_CONTENT:]):
            continue
        if any(map(is_ditto, texts)):
            above = rows[-1].cells if rows else ()
            texts = _without_dittos(texts, above, place_of(place, "", number), problems)
        if not texts[_CONTENT]:
            where = place_of(place, "", number)
            problems.append(report(Problem.NO_CONTENT, where, detail=texts[_LEAD]))
        rows.append(_row(place, number, texts))
    text = bounded("\n".join([" ".join(filter(None, row.cells)) for row in rows]))
    return TableReading((), tuple(rows), tuple(problems), text)


def _texts(given: AssignmentCells) -> Sequence[str]:
    """The tidied texts of a row. Where all of them in one line are tidy, as nearly always, each of them is."""
    texts: tuple[str, ...] = (
        given.ordinal,
        given.content,
        given.lead,
        given.deadline,
        given.product,
        given.officer,
    )
    coordinators = given.coordinators
    if not is_tidy(" ".join(filter(None, (*texts, *coordinators)))):
        texts = tuple(map(tidy, texts))
        coordinators = tuple(map(tidy, coordinators))
    return (*texts[:_COORDINATORS], "; ".join(filter(None, coordinators)), *texts[_COORDINATORS:])


def _without_dittos(
    texts: Sequence[str], above: Sequence[str], where: str, problems: list[TableProblem]
) -> Sequence[str]:
    """The texts with what stands above in place of each ditto mark; a number is never one."""
    resolved = list(texts)
    for at in range(_CONTENT, len(resolved)):
        if is_ditto(resolved[at]):
            standing = above[at] if above else ""
            if not standing:
                problems.append(report(Problem.DITTO_WITHOUT_ABOVE, where, detail=resolved[at]))
            resolved[at] = standing or resolved[at]
    return resolved


def _row(place: str, number: int, texts: Sequence[str]) -> TableRow:
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
        tuple(texts),
    )
