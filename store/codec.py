"""Events as bytes and back. The bytes are what the ledger hashes, so they are written in one way only.

orjson writes the fields in the order of the class, UTF-8, without spaces, times in UTC with a Z. Bodies
are never written again from what was read: the stored bytes themselves are hashed, so a later field of
an event does not change an older entry.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime
from functools import cache
from operator import attrgetter
from typing import Any

import orjson
from pydantic import TypeAdapter, ValidationError

from errors import SkipRecord
from tracking.events import EVENTS, NAMES, Event, TaskAssigned

REMEDY = "Look at the entry with `tdcd ledger verify`; it is left out until then."


def as_utc(moment: datetime, field: str) -> datetime:
    """The same instant in UTC. ValueError for a naive time, SkipRecord for one outside the calendar."""
    if moment.tzinfo is None:
        raise ValueError(f"{field}: a time without a zone cannot be stored")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        remedy = "Correct the year in the document system."
        raise SkipRecord(f"{field}: {moment!s} lies outside the calendar.", remedy=remedy) from None


@cache
def _fields(name: str) -> tuple[tuple[str, ...], Callable[[Event], tuple[Any, ...]]]:
    names = tuple(field.name for field in fields(EVENTS[name]))
    return names, attrgetter(*names)


@cache
def _adapter(name: str) -> TypeAdapter[Event]:
    return TypeAdapter(EVENTS[name])


def to_body(event: Event) -> bytes:
    """One event as canonical JSON. ValueError: naive time. SkipRecord: a text that is not Unicode."""
    return body_at(event, as_utc(event.occurred_at, "occurred_at"))


def body_at(event: Event, occurred_at: datetime) -> bytes:
    """`to_body` for a caller that has the instant in UTC already."""
    due = getattr(event, "due", None)
    if due is not None and due.at is not None and due.at.microsecond:
        # orjson 3.13 writes time(0, 0, 0, 10000) as 00:00:00.10000; no due hour has parts of a second.
        raise SkipRecord(
            f"The due hour of task {event.task!a} has parts of a second.", remedy="Correct the hour."
        )
    try:
        if type(event) is TaskAssigned:
            return orjson.dumps(_assigned(event, occurred_at), option=orjson.OPT_UTC_Z)
        if event.occurred_at.tzinfo is UTC:
            return orjson.dumps(event, option=orjson.OPT_UTC_Z)
        names, values = _fields(NAMES[type(event)])
        body = dict(zip(names, values(event), strict=True))
        body["occurred_at"] = occurred_at
        return orjson.dumps(body, option=orjson.OPT_UTC_Z)
    except TypeError:
        named = f"{type(event).__name__} of task {event.task!a}"
        raise SkipRecord(
            f"{named} holds a value that cannot be written.", remedy="Correct the source."
        ) from None


def _assigned(event: TaskAssigned, occurred_at: datetime) -> dict[str, Any]:
    """Its fields in their order: orjson needs five times as long to find them in the class by itself.

    Nine of ten events of a first pass are of this kind. A test holds it against the class.
    """
    due, origin = event.due, event.origin
    return {
        "task": event.task,
        "key": event.key,
        "occurred_at": occurred_at,
        "actor": event.actor,
        "site": event.site,
        "directive": event.directive,
        "number": event.number,
        "subject": event.subject,
        "issued_on": event.issued_on,
        "content": event.content,
        "lead": event.lead,
        "lead_name": event.lead_name,
        "profile": event.profile,
        "profile_version": event.profile_version,
        "coordinators": event.coordinators,
        "due": None if due is None else {"day": due.day, "at": due.at},
        "deadline_kind": event.deadline_kind,
        "deadline_phrase": event.deadline_phrase,
        "product": event.product,
        "officer": event.officer,
        "origin": {
            "file": origin.file,
            "table": origin.table,
            "row": origin.row,
            "ordinal": origin.ordinal,
        },
        "kind": event.kind,
        "asks": event.asks,
        "parent": event.parent,
    }


def from_body(name: str, body: bytes) -> Event:
    """The event of a ledger entry; times in UTC.

    SkipRecord names the field when the body does not have exactly the fields of that event, each of its type.
    """
    if name not in EVENTS:
        raise SkipRecord(f"'{name}' is not the name of an event.", remedy=REMEDY)
    try:
        event = _adapter(name).validate_json(body, strict=True, extra="forbid")
    except ValidationError as error:
        raise SkipRecord(_fault(name, error), remedy=REMEDY) from None
    if event.occurred_at.tzinfo is None:
        raise SkipRecord(f"{name}: field 'occurred_at': a time needs a zone.", remedy=REMEDY)
    return event


def _fault(name: str, error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    place = ".".join(str(step) for step in first["loc"]) or "the whole body"
    return f"{name}: field '{place}': {first['msg']}."
