"""The public form of a task's history: what `tdcd rules try` reads, and what a ledger's task is written as.

One model stands for each kind of event, made from the event class itself: a new event has its public form,
its check and its place in the JSON Schema at once. Unknown keys and kinds are refused, since a mistyped key
that is passed over would give a state that nobody asked for.
"""

from __future__ import annotations

from dataclasses import MISSING, fields
from dataclasses import Field as DataclassField
from datetime import date, datetime, time
from functools import cache
from typing import Annotated, Any, ClassVar, Final, Literal, Union, get_type_hints

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    WithJsonSchema,
    create_model,
    model_validator,
)

from tracking import events as e
from tracking.calendar import ZONE

#: Events whose public name is not the name of their class; both are read, the public one is written.
PUBLIC_NAMES: Final[dict[type[e.Event], str]] = {e.ExtensionAsked: "ExtensionRequested"}

#: What stands for the unit that a task was given to when nobody wrote down which; each is another one.
UNNAMED_UNIT: Final = "đơn vị chưa ghi tên"

#: Key of the receipt that stands under `task`.
RECEIVED: Final = "received"

#: What stands for the number of a directive that nobody wrote down.
NO_NUMBER: Final = "chưa ghi số"

#: What stands for the file of a result whose `evidence` nobody wrote down.
ONE_FILE: Final = ("tệp minh chứng",)


def _instant(value: Any) -> datetime:
    """A moment with its offset. A time without one is not guessed: two provinces' servers may differ."""
    if not isinstance(value, str):
        raise ValueError('is not a time in text form; write it as "2026-03-20T14:05:00+07:00"')  # noqa: TRY004
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(f'"{value}" is not an ISO time; write it as 2026-03-20T14:05:00+07:00') from None
    if len(value) <= len("2026-03-20"):
        raise ValueError(f'"{value}" is a day without a time; write {moment:%Y-%m-%d}T08:00:00+07:00')
    if moment.tzinfo is None:
        raise ValueError(f'"{value}" has no offset; add it, as in {value[:19]}+07:00')
    return moment


def _due(value: Any) -> e.Due:
    """A day, or a day with an hour; an hour without offset is the regulations' own, Asia/Ho_Chi_Minh."""
    if not isinstance(value, str):
        raise ValueError('is not a date in text form; write it as "2026-03-20"')  # noqa: TRY004
    try:
        if len(value) <= len("2026-03-20"):
            return e.Due(date.fromisoformat(value))
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(
            f'"{value}" is no day; write 2026-03-20, or 2026-03-20T17:00 where an hour is set'
        ) from None
    local = moment.astimezone(ZONE) if moment.tzinfo else moment
    if local.second or local.microsecond:
        raise ValueError(f'"{value}": a due hour has no seconds; write hours and minutes')
    return e.Due(local.date(), time(local.hour, local.minute))


def _day(value: Any) -> date:
    due = _due(value)
    if due.at is not None:
        raise ValueError(f'"{value}" has an hour; write the day alone, as 2026-03-20')
    return due.day


Instant = Annotated[
    datetime,
    BeforeValidator(_instant),
    WithJsonSchema({"type": "string", "format": "date-time", "description": "ISO time with an offset."}),
]
DueDay = Annotated[
    e.Due,
    BeforeValidator(_due),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:00)?(Z|[+-]\d{2}:?\d{2})?)?$",
            "description": "A day, which ends at 24:00, or a day with an hour (Asia/Ho_Chi_Minh when no offset "
            "is given).",
        }
    ),
]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Name = Annotated[str, Field(min_length=1)]


class Form(BaseModel):
    """Common to all parts of the form. A key with the value null is as good as left out."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    says_null: ClassVar[str] = ""
    """The one key of which null says something of its own."""

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        idle = {name for name, value in values.items() if value is None} & cls.model_fields.keys()
        return {name: value for name, value in values.items() if name not in idle - {cls.says_null}}


class GivenTask(Form):
    """How the task was given. Whatever is left out has no influence on the state."""

    says_null = "due"

    assigned_at: Instant
    due: Annotated[DueDay | None, Field(description="null: a task without a due date.")]
    lead: Name
    coordinators: list[Name] = []
    received_at: Instant | None = None
    kind: e.TaskKind = "directive"
    issued_on: Annotated[
        Day | None, Field(description="Issue day of the directive; the day of assignment when left out.")
    ] = None
    task: str = ""
    number: str = ""
    subject: str = ""
    content: str = ""
    lead_name: str = ""
    product: str = ""
    officer: str = ""
    parent: str = ""
    asks: e.Asks = ""


class HappenedEvent(Form):
    """Common to all events: when, by whom, and why."""

    at: Instant
    by: str = ""
    reason: str = ""
    text: str = ""


#: How a field of an event is written in the form, where it is not written as it is held.
_WRITTEN: Final[dict[str, Any]] = {
    "due": DueDay,
    "wished": DueDay,
    "until": Instant,
    "not_kept": Annotated[int, Field(ge=0)],
}
_COMMON: Final = {field.name for field in fields(e.Event)} | {"text"}
#: Names that may be left out: the id is a name as well.
_NAMES: Final = {"lead_name": "lead", "successor_name": "successor"}


def public_name(kind: type[e.Event]) -> str:
    """The name of an event's kind in the form."""
    return PUBLIC_NAMES.get(kind, kind.__name__)


def _model(kind: type[e.Event]) -> type[HappenedEvent]:
    hints = get_type_hints(kind)
    own = {
        field.name: _written(field, hints[field.name]) for field in fields(kind) if field.name not in _COMMON
    }
    if kind is e.ExtensionAsked:
        wished = "The due date wished for; may also be called `wished`."
        own = {"due": (DueDay | None, Field(None, description=wished)), "wished": (DueDay | None, None)}
    if "due" not in own:
        repeated = "May repeat the due date in force; another one is refused, since this event moves none."
        own["due"] = (DueDay | None, Field(None, description=repeated))
    if kind is e.TaskReassigned:
        named = "The unit that has the task now; left out, another one whose name is not known."
        own["lead"] = (Name | None, Field(None, description=named))
    if kind is e.ResultSubmitted:
        files = "Files that prove the result; left out, one file is taken as attached. []: without any file."
        own["evidence"] = (list[Name], Field(list(ONE_FILE), description=files))
    names = dict.fromkeys((public_name(kind), kind.__name__))
    title = (kind.__doc__ or "").split("\n", maxsplit=1)[0]
    parts: dict[str, Any] = {"type": (Literal[tuple(names)], ...), **own}
    return create_model(public_name(kind), __base__=HappenedEvent, __doc__=title, **parts)


def _written(field: DataclassField[Any], held: Any) -> tuple[Any, Any]:
    """Type and default of a field; lists stand for tuples, as JSON has them."""
    if field.name in _NAMES:
        return str, ""
    optional = field.default is None
    written = _WRITTEN.get(field.name)
    if written is None:
        written = list[Name] if "tuple" in str(held) else Name if field.default is MISSING else str
    if optional:
        return written | None, None
    if field.default is MISSING:
        return written, ...
    return written, list(field.default) if isinstance(field.default, tuple) else field.default


#: Every event of a form by its name. The assignment is not among them: it stands under `task`.
KINDS: Final[dict[str, type[e.Event]]] = {
    name: kind
    for kind in e.EVENTS.values()
    if kind is not e.TaskAssigned
    for name in (public_name(kind), kind.__name__)
}
_MODELS: Final = {kind: _model(kind) for kind in dict.fromkeys(KINDS.values())}
AnyEvent = Annotated[Union[tuple(_MODELS.values())], Field(discriminator="type")]  # type: ignore[valid-type] # noqa: UP007


class History(Form):
    """One task and what happened to it, oldest event first."""

    task: GivenTask
    events: list[AnyEvent] = []  # type: ignore[valid-type]


def events_of(history: History, *, task: str, profile: str, version: str) -> list[e.Event]:
    """The form as events of the task `task`, which falls under `profile` in `version`.

    The events' keys follow their order in the form, so that two events of one second keep it.
    """
    given = history.task
    assigned = e.TaskAssigned(
        task=task,
        key="task",
        occurred_at=given.assigned_at,
        site="",
        directive="",
        number=given.number or NO_NUMBER,
        subject=given.subject,
        issued_on=given.issued_on or given.assigned_at.astimezone(ZONE).date(),
        content=given.content,
        lead=given.lead,
        lead_name=given.lead_name or given.lead,
        profile=profile,
        profile_version=version,
        coordinators=tuple(given.coordinators),
        due=given.due,
        product=given.product,
        officer=given.officer,
        kind=given.kind,
        asks=given.asks,
        parent=given.parent,
    )
    made: list[e.Event] = [assigned]
    if given.received_at is not None:
        made.append(e.TaskReceived(task=task, key=RECEIVED, occurred_at=given.received_at, actor=given.lead))
    made += [_event(each, task, f"event:{place:06d}") for place, each in enumerate(history.events)]
    return made


def _event(written: HappenedEvent, task: str, key: str) -> e.Event:
    values = {name: getattr(written, name) for name in type(written).model_fields}
    kind = KINDS[values.pop("type")]
    moment, actor, reason = values.pop("at"), values.pop("by"), values.pop("reason")
    said = "; ".join(dict.fromkeys(filter(None, (reason, values.pop("text")))))
    if kind is e.TaskReassigned and not values["lead"]:
        values["lead"] = f"{UNNAMED_UNIT} ({key.removeprefix('event:').lstrip('0') or 0})"
    if kind is not e.TaskReceived:  # the one event at which nobody says anything
        values["text"] = said
    for name, known_as in _NAMES.items():
        if name in values:
            values[name] = values[name] or values[known_as]
    if kind is e.ExtensionAsked:
        wished = values.pop("due") or values["wished"]
        values["wished"] = wished.day if wished is not None else None
    if "due" not in kind.__dataclass_fields__:
        values.pop("due", None)
    lists = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    return kind(task=task, key=key, occurred_at=moment, actor=actor, **{**values, **lists})


def form_of(events: list[e.Event]) -> dict[str, Any]:
    """A task's events, in order and with the assignment first, as the form; plain values ready for JSON.

    What the form leaves out (where the row stands, how the deadline was phrased) decides no state.
    """
    assigned = next(event for event in events if isinstance(event, e.TaskAssigned))
    task: dict[str, Any] = {
        "assigned_at": _iso(assigned.occurred_at),
        "due": due_text(assigned.due),
        "lead": assigned.lead,
        "coordinators": list(assigned.coordinators),
        "issued_on": assigned.issued_on.isoformat(),
        "task": assigned.task,
    }
    for name in ("kind", "number", "subject", "content", "lead_name", "product", "officer", "parent", "asks"):
        if value := getattr(assigned, name):
            task[name] = value
    return {
        "task": task,
        "events": [_form(event) for event in events if not isinstance(event, e.TaskAssigned)],
    }


def _form(event: e.Event) -> dict[str, Any]:
    values: dict[str, Any] = {"type": public_name(type(event)), "at": _iso(event.occurred_at)}
    if event.actor:
        values["by"] = event.actor
    for field in fields(event):
        value = getattr(event, field.name)
        if field.name in {"task", "key", "occurred_at", "actor"}:
            continue
        if value in (None, "", (), 0) and field.name != "evidence":
            continue
        values["due" if field.name == "wished" else field.name] = _plain(value)
    return values


def _plain(value: Any) -> Any:
    if isinstance(value, e.Due):
        return due_text(value)
    if isinstance(value, datetime):
        return _iso(value)
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def due_text(due: e.Due | None) -> str | None:
    """A due date as the form has it: the day, or the moment with its offset where an hour is set."""
    if due is None:
        return None
    return due.day.isoformat() if due.at is None else _iso(datetime.combine(due.day, due.at, ZONE))


def _iso(moment: datetime) -> str:
    return moment.astimezone(ZONE).isoformat()


@cache
def file_form() -> TypeAdapter[History]:
    """The check of one history."""
    return TypeAdapter(History)
