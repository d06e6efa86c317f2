"""Which column of a table plays which role, once every title has its scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mappings.tables.headers import SURE, USABLE, Role, Scores, best_role, scores_of


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column plays which role; -1 for a role that the table lacks.

    `roles` is parallel to `titles`. `notes` are the columns shown as notes, the one
    titled "Ghi chú" first. `mixed_note` says that the note column also names coordinators.
    """

    titles: tuple[str, ...]
    roles: tuple[Role, ...]
    ordinals: tuple[int, ...]
    content: int
    lead: int
    coordinate: int
    deadline: int
    product: int
    officer: int
    notes: tuple[int, ...]
    mixed_note: bool
    score: int


_SINGLE: Final = (Role.CONTENT, Role.LEAD, Role.COORDINATE, Role.DEADLINE, Role.PRODUCT, Role.OFFICER)


def recognise(titles: Sequence[str], scored: Sequence[Scores] | None = None) -> Columns | None:
    """The columns of an assignment table, None when the titles are not those of one.

    Content and lead are needed; a lead that is only probable ("Đơn vị") needs a deadline,
    product or coordinator beside it, or the table is some list of units.
    """
    all_scores = [scores_of(title) for title in titles] if scored is None else list(scored)
    places = _compete(all_scores)
    content, lead = places.get(Role.CONTENT, -1), places.get(Role.LEAD, -1)
    if content < 0 or lead < 0:
        return None
    lead_score = all_scores[lead][Role.LEAD]
    company = {Role.DEADLINE, Role.PRODUCT, Role.COORDINATE} & places.keys()
    if (
        all_scores[content][Role.CONTENT] < USABLE
        or lead_score < USABLE
        or (lead_score < SURE and not company)
    ):
        return None
    taken = {column: role for role, column in places.items()}
    roles = tuple(_shown_role(index, scores, taken) for index, scores in enumerate(all_scores))
    notes = _note_columns(all_scores, roles, taken)
    mixed = Role.COORDINATE not in places and any(Role.COORDINATE in all_scores[column] for column in notes)
    return Columns(
        titles=tuple(titles),
        roles=roles,
        ordinals=tuple(index for index, role in enumerate(roles) if role is Role.STT),
        content=content,
        lead=lead,
        coordinate=places.get(Role.COORDINATE, -1),
        deadline=places.get(Role.DEADLINE, -1),
        product=places.get(Role.PRODUCT, -1),
        officer=places.get(Role.OFFICER, -1),
        notes=notes,
        mixed_note=mixed,
        score=sum(max(scores.values(), default=0) for scores in all_scores),
    )


def partial_roles(titles: Sequence[str]) -> frozenset[Role]:
    """Roles that titles of a near miss say for sure: used to tell a drafter which column is missing."""
    return frozenset(
        role
        for title in titles
        for role, score in scores_of(title).items()
        if score > SURE and role in _SINGLE
    )


def _compete(all_scores: Sequence[Scores]) -> dict[Role, int]:
    """Each role to its best column, each column to one role, highest score first, left before right."""
    bids = [
        (-score, column, _SINGLE.index(role), role)
        for column, scores in enumerate(all_scores)
        for role, score in scores.items()
        if role in _SINGLE and (role is not Role.COORDINATE or Role.NOTE not in scores)
    ]
    places: dict[Role, int] = {}
    for _, column, _, role in sorted(bids):
        if role not in places and column not in places.values():
            places[role] = column
    return places


def _shown_role(index: int, scores: Scores, taken: Mapping[int, Role]) -> Role:
    return taken.get(index) or best_role(scores)


def _note_columns(
    all_scores: Sequence[Scores], roles: Sequence[Role], taken: Mapping[int, Role]
) -> tuple[int, ...]:
    """Columns worth showing beside a task: notes, and the losers of a role (a second date or person)."""
    columns = [
        index for index, role in enumerate(roles) if index not in taken and role not in {Role.STT, Role.OTHER}
    ]
    return tuple(sorted(columns, key=lambda index: (-all_scores[index].get(Role.NOTE, 0), index)))
