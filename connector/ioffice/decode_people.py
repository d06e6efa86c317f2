"""Units and postings as this dialect lists them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from connector.dates import day_of
from connector.ioffice.packed import person_of
from connector.records import AccountRecord, UnitRecord
from connector.texts import id_of, text_of
from errors import SkipRecord


def unit_of(block: Mapping[str, Any]) -> UnitRecord:
    """One block of `shared/unit/get_all`. Installations that know no validity leave the last keys out.

    Raises SkipRecord naming the field.
    """
    name = text_of(block.get("NAME"))
    if not name:
        raise SkipRecord(f"Field NAME: unit {id_of(block.get('ID'))} has no name.")
    return UnitRecord(
        remote_id=id_of(block.get("ID")),
        name=name,
        parent_id=id_of(block.get("PARENT_ID")),
        code=text_of(block.get("AGENT_ID")),
        tier=text_of(block.get("TIER")),
        valid_from=day_of(block.get("START_DATE"), "START_DATE"),
        valid_to=day_of(block.get("END_DATE"), "END_DATE"),
        successors=tuple(
            part.strip() for part in text_of(block.get("REPLACED_BY")).split(",") if part.strip()
        ),
    )


def is_person(row: Mapping[str, Any]) -> bool:
    """`getcontacts` mixes units and people: a person has `dataInfo` and `position`."""
    return bool(text_of(row.get("dataInfo"))) and bool(text_of(row.get("position")))


def account_of(row: Mapping[str, Any]) -> AccountRecord:
    """One posting. The same person comes once for each post, with the same user id.

    Raises SkipRecord naming the field.
    """
    person = person_of(row.get("dataInfo"))
    if not person.user_id:
        raise SkipRecord("Field dataInfo: a person without user id.")
    return AccountRecord(
        remote_id=id_of(row.get("id")),
        user_id=person.user_id,
        full_name=text_of(row.get("userName")),
        position=text_of(row.get("position")),
        unit_id=id_of(row.get("parentId")),
        unit_name=text_of(row.get("unitName")),
        email=person.email,
        phone=person.phone,
        locked=person.status == "1",
    )


def people_in(rows: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(posting id, row) of each person in `getcontacts`."""
    return ((id_of(row.get("id")), row) for row in rows if is_person(row))
