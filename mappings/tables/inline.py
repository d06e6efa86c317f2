"""Rows that the document system itself delivers as cells, in the same form as those of a file."""

from __future__ import annotations

from collections.abc import Sequence

from connector.records import AssignmentCells
from mappings.tables.folding import tidy
from mappings.tables.found import Problem, TableProblem, TableReading, TableRow
from mappings.tables.linekinds import is_ditto
from mappings.tables.plain import bounded
from mappings.tables.problems import place_of, report

_FIELDS = ("content", "lead", "coordinators", "deadline", "product", "officer")


def rows_from_api(cells: Sequence[AssignmentCells], place: str) -> TableReading:
    """Rows of an assignment table that came as data, not as a file. `place` names it in problems.

    Texts are tidied and ditto marks resolved as in a file; empty rows are left out. `row` is 1-based.
    """
    rows: list[TableRow] = []
    problems: list[TableProblem] = []
    for number, given in enumerate(cells, start=1):
        texts = _texts(given)
        if not any(texts[name] for name in _FIELDS):
            continue
        where = place_of(place, "", number)
        for name in _FIELDS:
            if is_ditto(texts[name]):
                above = getattr(rows[-1], name) if rows else ""
                if not above:
                    problems.append(report(Problem.DITTO_WITHOUT_ABOVE, where, detail=texts[name]))
                texts[name] = above or texts[name]
        if not texts["content"]:
            problems.append(report(Problem.NO_CONTENT, where, detail=texts["lead"]))
        rows.append(_row(place, number, texts))
    text = bounded("\n".join(" ".join(filter(None, row.cells)) for row in rows))
    return TableReading((), tuple(rows), tuple(problems), text)


def _row(place: str, number: int, texts: dict[str, str]) -> TableRow:
    return TableRow(
        file="",
        table=place,
        row=number,
        ordinal=texts["ordinal"],
        section="",
        content=texts["content"],
        lead=texts["lead"],
        coordinators=texts["coordinators"],
        deadline=texts["deadline"],
        product=texts["product"],
        officer=texts["officer"],
        cells=tuple(texts.values()),
    )


def _texts(given: AssignmentCells) -> dict[str, str]:
    return {
        "ordinal": tidy(given.ordinal),
        "content": tidy(given.content),
        "lead": tidy(given.lead),
        "coordinators": "; ".join(filter(None, map(tidy, given.coordinators))),
        "deadline": tidy(given.deadline),
        "product": tidy(given.product),
        "officer": tidy(given.officer),
    }
