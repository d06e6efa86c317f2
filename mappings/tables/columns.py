"""Which column of a table plays which role, once every title has its scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mappings.tables.headers import SURE, USABLE, Role, Scores, also_says, best_role, is_foreign, scores_of


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column plays which role; -1 for a role that the table lacks.

    `roles` is parallel to `titles`. `notes` are the columns shown as notes, the one
    titled "Ghi chú" first. `mixed_note` says that the note column also names coordinators.
    `spoken` are the columns of a role, whose cells may hold a ditto mark or a dash.
    `shown_notes` pairs each with the title shown before its text, "" for a plain note column.
    Two roles may share a column whose title names both ("Sản phẩm/Thời hạn"): `shared` tells of
    any such pair.
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
    spoken: tuple[int, ...]
    notes: tuple[int, ...]
    shown_notes: tuple[tuple[int, str], ...]
    mixed_note: bool
    shared: bool
    score: int


_NEEDED: Final = (Role.CONTENT, Role.LEAD, Role.DEADLINE)
# Which columns may hold a second role, likeliest first.
_HOSTS: Final[Mapping[Role, tuple[Role, ...]]] = {
    Role.DEADLINE: (Role.PRODUCT, Role.LEAD),
    Role.LEAD: (Role.COORDINATE, Role.DEADLINE),
    Role.COORDINATE: (Role.LEAD,),
    Role.PRODUCT: (Role.DEADLINE,),
}
_SINGLE: Final = (Role.CONTENT, Role.LEAD, Role.COORDINATE, Role.DEADLINE, Role.PRODUCT, Role.OFFICER)


def recognise(titles: Sequence[str], scored: Sequence[Scores] | None = None) -> Columns | None:
    """The columns of an assignment table, None when the titles are not those of one.

    Content and lead are needed; a lead that is only probable ("Đơn vị") needs a deadline,
    product or coordinator beside it, or the table is some list of units. A column that
    stands only in other lists (fees, tenders, archives) rules a table out.
    """
    all_scores = [scores_of(title) for title in titles] if scored is None else list(scored)
    if any(map(is_foreign, titles)):
        return None
    places = _compete(all_scores)
    _share(places, titles)
    content, lead = places.get(Role.CONTENT, -1), places.get(Role.LEAD, -1)
    if content < 0 or lead < 0:
        return None
    lead_score = all_scores[lead].get(Role.LEAD, SURE)
    company = {Role.DEADLINE, Role.PRODUCT, Role.COORDINATE} & places.keys()
    if (
        all_scores[content].get(Role.CONTENT, 0) < USABLE
        or lead_score < USABLE
        or (lead_score < SURE and not company)
    ):
        return None
    taken = {column: role for role, column in reversed(places.items())}
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
        spoken=tuple(dict.fromkeys(places.values())),
        notes=notes,
        shown_notes=tuple(
            (column, "" if all_scores[column].get(Role.NOTE, 0) > SURE else titles[column])
            for column in notes
        ),
        mixed_note=mixed,
        shared=len(set(places.values())) < len(places),
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
    for role in _NEEDED:
        if role not in places:
            _yield_to(role, places, all_scores)
    return places


def _yield_to(role: Role, places: dict[Role, int], all_scores: Sequence[Scores]) -> None:
    """A column that also says a role the table cannot do without gives up one it can ("Người phụ trách")."""
    for other in (Role.OFFICER, Role.PRODUCT, Role.COORDINATE):
        column = places.get(other, -1)
        if column >= 0 and all_scores[column].get(role, 0) >= USABLE:
            places[role] = places.pop(other)
            return


def _share(places: dict[Role, int], titles: Sequence[str]) -> None:
    """A role without a column of its own may stand in the title of another's."""
    for role, hosts in _HOSTS.items():
        if role not in places:
            columns = [places[host] for host in hosts if host in places]
            found = next((column for column in columns if also_says(titles[column], role)), -1)
            if found >= 0:
                places[role] = found


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
