"""The job that carries each task in the document system, and both sides' last words about it.

Of the four texts that we write there ("state", "due", "name", "content"), `written` is what we last wrote
and `seen` what the document system last showed: the base and the other side of a three-way comparison.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import bindparam, select

from store.prepared import Prepared
from store.sql import Sql, Values, chunks
from store.tables import table_of
from store.tables_known import WorkItemRow

WORKITEM = table_of(WorkItemRow)
PAGE = 1000

#: The texts that are compared, and in `seen` whether an event accounts for the state that is shown.
COMPARED = frozenset({"state", "due", "name", "content", "explained"})


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A task and its job; an empty `job_id` until the job was made there."""

    task: str
    site: str
    job_id: str = ""
    line_id: str = ""
    document_id: str = ""
    written: dict[str, str] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not (self.task and self.site):
            raise ValueError("a work item needs a task and a site")
        if unknown := (self.written.keys() | self.seen.keys()) - COMPARED:
            raise ValueError(f"a work item does not compare {sorted(unknown)}")


FIELDS = [
    WORKITEM.c[name] for name in ("task", "site", "job_id", "line_id", "document_id", "written", "seen")
]
BY_TASK = Prepared(select(*FIELDS).where(WORKITEM.c.task.in_(bindparam("tasks", expanding=True))))
OF_SITE = select(*FIELDS).where(WORKITEM.c.site == bindparam("site"))
BY_JOB = Prepared(OF_SITE.where(WORKITEM.c.job_id.in_(bindparam("jobs", expanding=True))))
NEXT_PAGE = Prepared(
    OF_SITE.where(WORKITEM.c.job_id != "", WORKITEM.c.task > bindparam("after"))
    .order_by(WORKITEM.c.task)
    .limit(PAGE)
)


class WorkItems:
    """Work items by task and by job."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def put(self, items: Sequence[WorkItem]) -> None:
        """Put work items over those of the same tasks."""
        self._sql.load(WORKITEM, [_to_row(item) for item in items], "(task) UPDATE")

    def by_task(self, tasks: Collection[str]) -> dict[str, WorkItem]:
        """The work item of each task; tasks without one are left out."""
        found: dict[str, WorkItem] = {}
        for some in chunks(tasks):
            found.update((row[0], _item(row)) for row in self._sql.ask(BY_TASK, tasks=some))
        return found

    def by_job(self, site: str, job_ids: Collection[str]) -> dict[str, WorkItem]:
        """The work item of each job; jobs that are not ours are left out."""
        found: dict[str, WorkItem] = {}
        for some in chunks(job_ids):
            found.update((row[2], _item(row)) for row in self._sql.ask(BY_JOB, site=site, jobs=some))
        return found

    def all_jobs(self, site: str) -> Iterator[WorkItem]:
        """Every work item of a site that has a job, by task, read page by page."""
        last = ""
        while True:
            rows = self._sql.ask(NEXT_PAGE, site=site, after=last)
            yield from (_item(row) for row in rows)
            if len(rows) < PAGE:
                return
            last = rows[-1][0]


def _to_row(item: WorkItem) -> Values:
    written, seen = (
        orjson.dumps(texts, option=orjson.OPT_SORT_KEYS).decode() for texts in (item.written, item.seen)
    )
    return (item.task, item.site, item.job_id, item.line_id, item.document_id, written, seen)


def _item(row: Sequence[Any]) -> WorkItem:
    task, site, job_id, line_id, document_id, written, seen = row
    return WorkItem(task, site, job_id, line_id, document_id, orjson.loads(written), orjson.loads(seen))
