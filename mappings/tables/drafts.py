"""A task between the line it was read from and the row that is given.

It may still grow by the lines under it, take what its heading says, and come apart into
several rows; only then does it become a frozen `TableRow`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from mappings.tables.columns import Columns
from mappings.tables.folding import bare
from mappings.tables.found import CellDoubt, TableRow
from mappings.tables.listitems import divided, misaligned
from mappings.tables.marks import is_nothing
from mappings.tables.sharedcells import lead_and_others, time_and_rest


@dataclass(slots=True)
class Draft:
    """A task row that may still change. `texts` by column, `day` the native date of the deadline cell."""

    table: int
    name: str
    row: int
    columns: Columns
    section: str
    ordinal: str
    texts: list[str]
    cells: tuple[str, ...]
    day: date | None
    doubts: list[CellDoubt] = field(default_factory=list)


def rows_of(draft: Draft, file: str) -> list[TableRow]:
    """The row of this draft, or the several rows into which its cells divide."""
    if "\n" not in draft.texts[draft.columns.content]:
        return [_row(draft, file, draft.texts, draft.ordinal, draft.day)]
    parts = divided(draft.texts, draft.columns)
    if parts:
        number = draft.ordinal.strip("().")
        return [
            _row(
                draft,
                file,
                part.texts,
                f"{number}.{part.label}" if number else part.label,
                None if part.own_deadline else draft.day,
            )
            for part in parts
        ]
    doubt = misaligned(draft.texts, draft.columns)
    if doubt is not None:
        draft.doubts.append(doubt)
    return [_row(draft, file, draft.texts, draft.ordinal, draft.day)]


def _row(draft: Draft, file: str, texts: Sequence[str], ordinal: str, day: date | None) -> TableRow:
    """By position: a row costs as much in names as in all the rest."""
    columns = draft.columns
    lead, coordinators, deadline, product = _said(columns, texts)
    note = _note(columns, texts)
    if columns.mixed_note and "phoi hop" in bare(note):
        coordinators = note
    return TableRow(
        file,
        draft.name,
        draft.row,
        ordinal,
        draft.section,
        texts[columns.content],
        lead,
        coordinators,
        deadline,
        day,
        product,
        texts[columns.officer] if columns.officer >= 0 else "",
        note,
        draft.cells,
        tuple(draft.doubts),
    )


def _said(columns: Columns, texts: Sequence[str]) -> tuple[str, str, str, str]:
    """Lead, coordinators, deadline and product, each out of the cell that it shares with another."""
    lead = texts[columns.lead]
    coordinators = texts[columns.coordinate] if columns.coordinate >= 0 else ""
    deadline = texts[columns.deadline] if columns.deadline >= 0 else ""
    product = texts[columns.product] if columns.product >= 0 else ""
    if columns.shared:
        if columns.deadline == columns.product:
            deadline, product = time_and_rest(deadline)
        elif columns.deadline == columns.lead:
            deadline, lead = time_and_rest(deadline)
    if columns.lead == columns.coordinate:
        return *lead_and_others(lead, shared=True), deadline, product
    if ":" in lead:
        lead, others = lead_and_others(lead, shared=False)
        coordinators = "\n".join(filter(None, (others, coordinators)))
    return lead, coordinators, deadline, product


def _note(columns: Columns, texts: Sequence[str]) -> str:
    """The note column as it stands; what other columns add, under their titles."""
    parts: list[str] = []
    for column, title in columns.shown_notes:
        text = texts[column]
        if text and not is_nothing(text):
            parts.append(f"{title}: {text}" if title else text)
    return "\n".join(parts)
