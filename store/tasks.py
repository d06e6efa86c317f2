"""Where each task stands now: a projection of the ledger that can be thrown away and made again.

`dirty` marks the tasks about which something was recorded since they were last decided; `next_change_at`
the moment at which the mere passing of time changes the text. Between these a task costs nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select, update

from store.codec import as_utc
from store.prepared import Prepared
from store.sql import Sql, Values, chunks
from store.tables import table_of
from store.tables_known import TaskTableRow
from tracking.calendar import ZONE
from tracking.events import TaskAssigned
from tracking.rulebook import SEPARATOR

TASK = table_of(TaskTableRow)


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task as it was last decided; `due` and `next_change_at` are aware (UTC when read back)."""

    key: str
    site: str
    directive: str
    number: str
    ordinal: str
    content: str
    lead: str
    lead_name: str
    profile: str
    profile_version: str
    text: str = ""
    second_text: str = ""
    family: str = ""
    lateness: str = ""
    rule: str = ""
    due: datetime | None = None
    next_change_at: datetime | None = None
    closed: bool = False

    def __post_init__(self) -> None:
        if not (self.key and self.site):
            raise ValueError("a task needs a key and a site")

    @property
    def shown(self) -> str:
        """What the document system shows: both fields in one where the regulation has two."""
        return _shown(self.text, self.second_text)


OF_DIRECTIVES = "SELECT directive, key FROM task WHERE site = ? AND directive IN (*)"

FIELDS = [TASK.c[field.name] for field in fields(TaskRow)]

SOME = TASK.c.key.in_(bindparam("keys", expanding=True))
BY_KEY = Prepared(select(*FIELDS).where(SOME))
TOUCH = Prepared(update(TASK).where(SOME).values(dirty=True))


def _taken(query: Select[Any]) -> tuple[Prepared, Prepared]:
    """A query of keys as it reads, and as it takes them: those that another machine has are passed over."""
    some = query.limit(bindparam("limit"))
    return Prepared(some), Prepared(some.with_for_update(skip_locked=True))


OF_SITE = select(TASK.c.key).where(TASK.c.site == bindparam("site"))
MARKED = _taken(OF_SITE.where(TASK.c.dirty).order_by(TASK.c.directive, TASK.c.key))
CHANGED = _taken(
    OF_SITE.where(~TASK.c.closed, TASK.c.next_change_at <= bindparam("as_of"), ~TASK.c.dirty).order_by(
        TASK.c.next_change_at, TASK.c.key
    )
)


class Tasks:
    """Tasks by key; keys are unique over all sites."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def open(self, rows: Sequence[TaskRow]) -> None:
        """Begin tracking tasks: those not there yet are put in, to be decided. Others stay as they are."""
        self._sql.load(TASK, [self._to_row(row, dirty=True) for row in rows], "(key) DO NOTHING")

    def assign(self, events: Sequence[TaskAssigned]) -> None:
        """`open` for tasks as they were given: nothing is decided about them yet, not even their due time."""
        nothing, truth = self._sql.binds.nothing, self._sql.binds.truth
        undecided = ("", "", "", "", "", nothing, nothing, truth(False), truth(True))
        rows = [
            (
                event.task,
                event.site,
                event.directive,
                event.number,
                event.origin.ordinal,
                event.content,
                event.lead,
                event.lead_name,
                event.profile,
                event.profile_version,
                *undecided,
            )
            for event in events
        ]
        self._sql.load(TASK, rows, "(key) DO NOTHING")

    def save(self, rows: Sequence[TaskRow]) -> None:
        """Put down what was decided, over what was there; they wait no longer.

        On PostgreSQL take, decide and save in one unit of work: then an event recorded meanwhile by another
        machine marks the task again afterwards, and is not lost.
        """
        self._sql.load(TASK, [self._to_row(row, dirty=False) for row in rows], "(key) UPDATE")

    def touch(self, keys: Collection[str]) -> None:
        """Mark tasks to be decided again."""
        for some in chunks(keys):
            self._sql.do(TOUCH, keys=some)

    def take_due(self, site: str, as_of: datetime, limit: int) -> list[str]:
        """Keys of tasks to decide: marked ones first, then those whose text time has changed, oldest first.

        In a writing unit on PostgreSQL tasks that another machine has taken are passed over.
        """
        taking = self._sql.writing
        keys = [key for (key,) in self._sql.ask(MARKED[taking], site=site, limit=limit)]
        if len(keys) < limit:
            more = self._sql.ask(CHANGED[taking], site=site, as_of=as_of, limit=limit - len(keys))
            keys += [key for (key,) in more]
        return keys

    def get(self, keys: Collection[str]) -> dict[str, TaskRow]:
        """Tasks by key; unknown keys are left out."""
        found: dict[str, TaskRow] = {}
        for some in chunks(keys):
            found.update((row[0], TaskRow(*row)) for row in self._sql.ask(BY_KEY, keys=some))
        return found

    def find(
        self,
        site: str | None = None,
        *,
        text: str | None = None,
        family: str | None = None,
        lead: str | None = None,
        directive: str | None = None,
        number: str | None = None,
        limit: int | None = None,
    ) -> list[TaskRow]:
        """Tasks that have everything that is asked for, by directive and key; `text` is one field or both."""
        wanted = {"site": site, "family": family, "lead": lead, "directive": directive, "number": number}
        given = [TASK.c[name] == value for name, value in wanted.items() if value is not None]
        if text is not None:
            both = TASK.c.text + SEPARATOR + TASK.c.second_text
            given.append(or_(TASK.c.text == text, both == text))
        query = select(*FIELDS).where(*given).order_by(TASK.c.directive, TASK.c.key).limit(limit)
        return [TaskRow(*row) for row in self._sql.run(query)]

    def of_directives(self, site: str, directives: Collection[str]) -> dict[str, list[str]]:
        """Keys of the tasks of each directive, sorted; an empty list if it has none."""
        found: dict[str, list[str]] = {directive: [] for directive in directives}
        for directive, key in self._sql.among(OF_DIRECTIVES, (site,), found):
            found[directive].append(key)
        return {directive: sorted(keys) for directive, keys in found.items()}

    def leads(self, site: str) -> list[str]:
        """The units that lead tasks which are not closed."""
        query = select(TASK.c.lead).distinct().where(TASK.c.site == site, ~TASK.c.closed)
        return list(self._sql.run(query.order_by(TASK.c.lead)).scalars())

    def due_counts(self, site: str, *, besides: str) -> dict[tuple[str, date], int]:
        """How many open tasks of each unit are due on each day (Asia/Ho_Chi_Minh), one directive left out.

        A task due at 24:00 of a day counts on that day.
        """
        columns = (TASK.c.lead, TASK.c.due, func.count())
        of_site = (TASK.c.site == site, ~TASK.c.closed, TASK.c.due.is_not(None), TASK.c.directive != besides)
        found: dict[tuple[str, date], int] = {}
        for lead, due, count in self._sql.run(select(*columns).where(*of_site).group_by(*columns[:2])):
            day = (due.astimezone(ZONE) - datetime.resolution).date()
            found[lead, day] = found.get((lead, day), 0) + int(count)
        return found

    def counts(self, site: str | None = None) -> dict[str, int]:
        """How many tasks show each text, both fields in one where the regulation has two."""
        texts = (TASK.c.text, TASK.c.second_text)
        query = select(*texts, func.count()).group_by(*texts).order_by(*texts)
        rows = self._sql.run(query if site is None else query.where(TASK.c.site == site))
        return {_shown(text, second): int(count) for text, second, count in rows}

    def clear(self, site: str) -> None:
        """Throw the projection of a site away, to make it again from the ledger."""
        self._sql.run(TASK.delete().where(TASK.c.site == site))

    def _to_row(self, row: TaskRow, *, dirty: bool) -> Values:
        binds = self._sql.binds
        return (
            row.key,
            row.site,
            row.directive,
            row.number,
            row.ordinal,
            row.content,
            row.lead,
            row.lead_name,
            row.profile,
            row.profile_version,
            row.text,
            row.second_text,
            row.family,
            row.lateness,
            row.rule,
            binds.moment(as_utc(row.due, "due")) if row.due else binds.nothing,
            binds.moment(as_utc(row.next_change_at, "next_change_at"))
            if row.next_change_at
            else binds.nothing,
            binds.truth(row.closed),
            binds.truth(dirty),
        )


def _shown(text: str, second: str) -> str:
    return f"{text}{SEPARATOR}{second}" if second else text
