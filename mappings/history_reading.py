"""From the text of a history file to events, or to everything that is wrong with a history, at once.

A verdict on a history that contradicts itself would look as sure as any other. So a history is judged only
when every part of it can be read and its times agree; the others of the same file are judged all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

import orjson
from pydantic import ValidationError

from errors import ConfigInvalid, HoldForHuman
from mappings.history_form import KINDS, RECEIVED, History, due_text, events_of, file_form, public_name
from tracking import events as e
from tracking.calendar import ZONE, WorkingCalendar

#: Events that set the task's due date, and those whose `due` is another one: wished for, refused, a coordinator's.
_MOVES_DUE: Final = (e.ExtensionGranted, e.TaskCorrected)
_OTHER_DUE: Final = (e.ExtensionAsked, e.ExtensionRefused, e.CoordinationAsked)

#: Longest list of problems in one sentence; a file that is wrong throughout need not be told line by line.
_MOST: Final = 20


@dataclass(frozen=True, slots=True)
class ReadHistory:
    """One history of a file: its events, or why it is held. Exactly one of both is there."""

    place: str
    """File and number in the file, for sentences: `EVENTS.json, history 2`."""
    events: tuple[e.Event, ...] = ()
    held: HoldForHuman | None = None


@dataclass(frozen=True, slots=True)
class HistoryFile:
    """What a file holds; `many` says whether it was a list, and so must be the answer."""

    many: bool
    histories: tuple[ReadHistory, ...]


def read_history_file(body: bytes, where: str, *, profile: str, version: str) -> HistoryFile:
    """The histories in `body`, as they would stand under `profile` in `version`.

    Raises ConfigInvalid when the file as a whole is neither a history nor a list of them.
    """
    try:
        values = orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise ConfigInvalid([f"not readable as JSON: {error}; correct that line"], where=where) from None
    if isinstance(values, Mapping):
        return HistoryFile(False, (_read(values, where, "T1", profile, version),))
    if not isinstance(values, list):
        said = "it holds neither a history nor a list of histories; see docs/history.schema.json"
        raise ConfigInvalid([said], where=where)
    read = (
        _read(value, f"{where}, history {number}", f"T{number}", profile, version)
        for number, value in enumerate(values, 1)
    )
    return HistoryFile(True, tuple(read))


def _read(value: Any, place: str, name: str, profile: str, version: str) -> ReadHistory:
    try:
        history = file_form().validate_python(value)
    except ValidationError as error:
        return ReadHistory(place, held=_held(place, list(_problems(error, value))))
    events = events_of(history, task=history.task.task or name, profile=profile, version=version)
    if problems := [*_disorder(events), *_dues(history)]:
        return ReadHistory(place, held=_held(place, problems))
    return ReadHistory(place, tuple(events))


def _held(place: str, problems: Sequence[str]) -> HoldForHuman:
    told = "; ".join(problems[:_MOST]) + (f"; and {len(problems) - _MOST} more" if problems[_MOST:] else "")
    remedy = "Nothing is guessed and no state is given: correct each of them and ask again."
    return HoldForHuman(f"{place}: {told}.", scope=place, remedy=remedy)


def _problems(error: ValidationError, value: Any) -> Iterator[str]:
    """One sentence for each problem: where, what, and what to do."""
    for item in error.errors(include_url=False, include_context=True):
        place, kind = _place(item["loc"], value), item["type"]
        if kind == "union_tag_invalid":
            yield f"{place}.type: there is no event {_tag(item)}; {_instead(_tag(item))}"
        elif kind == "union_tag_not_found":
            yield f"{place}: has no type; name the event, as ProgressReported"
        elif kind == "missing":
            yield f"{place}: is missing; {_missing(str(item['loc'][-1]))}"
        elif kind == "extra_forbidden":
            yield f"{place}: there is no such key; correct or remove it"
        elif kind in {"model_type", "model_attributes_type"}:
            yield f"{place or 'the history'}: is no JSON object; see docs/history.schema.json"
        else:
            message = item["msg"].removeprefix("Value error, ")
            yield f"{place}: {message[:1].lower()}{message[1:]}"


def _place(location: tuple[int | str, ...], value: Any) -> str:
    """`events[3] (TaskEnded).at`: the path as it stands in the file, the event's kind beside its number."""
    path = ""
    for position, step in enumerate(location):
        if isinstance(step, int):
            path += f"[{step}]"
        elif position == 2 and location[0] == "events":
            path += f" ({step})"
        else:
            path += f".{step}"
    if len(location) == 2 and location[0] == "events" and not isinstance(value["events"][location[1]], dict):
        return f"{path[1:]} (no object)"
    return path[1:]


def _tag(item: Mapping[str, Any]) -> str:
    return str(item["ctx"]["tag"])


def _instead(name: str) -> str:
    if name == e.TaskAssigned.__name__:
        return "the assignment stands under `task`"
    close = get_close_matches(name, KINDS, n=1, cutoff=0.5)
    return f"did you mean {close[0]}?" if close else f"choose from {', '.join(KINDS)}"


def _missing(key: str) -> str:
    return "write null where the task has no due date" if key == "due" else "add it"


def _disorder(events: Sequence[e.Event]) -> Iterator[str]:
    """Times that contradict each other. Equal times are in order: what opens is taken before what closes."""
    assigned = events[0]
    assert isinstance(assigned, e.TaskAssigned)
    if assigned.issued_on > assigned.occurred_at.astimezone(ZONE).date():
        yield (
            f"task.assigned_at: {assigned.occurred_at} lies before issued_on {assigned.issued_on}; "
            "correct one of both"
        )
    yield from _due_problem("task.due", assigned.due, assigned)
    last, last_name = assigned.occurred_at, "task.assigned_at"
    for event, name in zip(events[1:], _names(events[1:]), strict=True):
        if event.occurred_at < last:
            remedy = "put the events in the order of their times"
            yield f"{name}: {event.occurred_at} lies before {last_name}, {last}; {remedy}"
        elif event.key != RECEIVED:  # the unit may be recorded to have received it after later events
            last, last_name = event.occurred_at, name
        place = name.removesuffix(".at")
        if isinstance(event, e.ExtensionGranted | e.TaskCorrected | e.CoordinationAsked):
            yield from _due_problem(f"{place}.due", event.due, assigned)
        if isinstance(event, e.OutageNoted) and event.until < event.occurred_at:
            yield f"{place}.until: {event.until} lies before at, {event.occurred_at}; correct one of both"


def _names(events: Sequence[e.Event]) -> Iterator[str]:
    """Where the time of each event stands in the file."""
    number = 0
    for event in events:
        if event.key == RECEIVED:
            yield "task.received_at"
        else:
            yield f"events[{number}] ({public_name(type(event))}).at"
            number += 1


def _dues(history: History) -> Iterator[str]:
    """Due dates that would say something else than the event they stand on.

    An extension never shortens. On an event that moves no due date, another one than the one in force
    would be passed over silently, and the state be that of the old date.
    """
    due = history.task.due
    events: Sequence[Any] = history.events
    for number, written in enumerate(events):
        kind = KINDS[written.type]
        place = f"events[{number}] ({public_name(kind)}).due"
        if kind in _MOVES_DUE:
            if kind is e.ExtensionGranted and _is_earlier(written.due, due):
                yield f"{place}: lies before {due_text(due)}, which is in force; a TaskCorrected may say so"
            due = written.due or due
        elif kind not in _OTHER_DUE and written.due not in {None, due}:
            yield (
                f"{place}: this event moves no due date from {due_text(due) or 'none'}; "
                "put an ExtensionGranted or a TaskCorrected beside it"
            )


def _is_earlier(new: e.Due, old: e.Due | None) -> bool:
    return old is not None and WorkingCalendar.end_of(new) < WorkingCalendar.end_of(old)


def _due_problem(place: str, due: e.Due | None, assigned: e.TaskAssigned) -> Iterator[str]:
    if due is None:
        return
    if due.day < assigned.issued_on or WorkingCalendar.end_of(due) < assigned.occurred_at:
        hour = f" {due.at:%H:%M}" if due.at else ""
        yield (
            f"{place}: {due.day}{hour} lies before the task was given ({assigned.occurred_at}); "
            "correct one of both"
        )
