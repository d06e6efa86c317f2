"""Judging the tasks of the ledger at an instant, whatever they show now. Nothing is written.

Figures and the comparison of two regulations read tasks in blocks, so that a ledger of a million costs time
and not memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from config.profile_files import ProfileShelf
from connector.port import Stream
from errors import SkipRecord
from store.places import Places
from store.tasks import TaskRow
from tracking.calendar import WorkingCalendar
from tracking.events import TaskAssigned
from tracking.figures import Judged
from tracking.folding import fold
from tracking.status import derive
from tracking.task import Task

BLOCK = 500
#: In the place of a moment: nothing that people do can be read at this site, so nobody is called late there.
NOTHING_READ: Final = datetime(1970, 1, 1, tzinfo=UTC)
#: In the place of a position in the list of work items, at a site that shows none (`sync/unseen_work.py`).
NOT_SHOWN: Final = "not shown"
#: The cursor of a source that was restored: since when it is read anew, and how far it had been read before.
READ_ANEW: Final = "epoch"


@dataclass(slots=True)
class LeftOut:
    """Tasks that could not be judged at the instant, by why; they are counted, never guessed."""

    not_given_yet: int = 0
    unreadable: dict[str, str] = field(default_factory=dict)
    """Key of the task, and the sentence that says why."""


def instant_of(places: Places, site: str, now: datetime) -> datetime:
    """The moment to which people's actions at `site` were read completely; `now` before the first reading.

    It never goes back, so a clock that is set back takes back no state (F39), and neither does a source that is
    read anew. NOTHING_READ where it can never be read, or where the first reading was begun and not ended yet.
    """
    read = places.cursors.get(site, Stream.ACTIVITY.value)
    if read is not None and read.complete_to is not None:
        return read.complete_to
    if read is not None and read.value == NOT_SHOWN:
        return NOTHING_READ
    before = places.cursors.complete_to(site, READ_ANEW)
    if before is not None:
        return before
    return NOTHING_READ if read is not None and read.value else now


def instant_for(task: Task, as_of: datetime) -> datetime:
    """When one task is looked at: where nothing is read about it, it stands as it was given."""
    return task.assigned.occurred_at if as_of == NOTHING_READ else as_of


def figures_instant(places: Places, site: str, at: datetime, *, asked: bool) -> datetime:
    """The instant that figures of a site are counted at: `at` where a person `asked` for it, else `instant_of`.

    Raises SkipRecord where no figure would say anything about anybody.
    """
    as_of = instant_of(places, site, at)
    if as_of == NOTHING_READ:
        raise SkipRecord(
            f"What people do with their tasks cannot be read at site {site}, so there is nothing to count.",
            remedy="Ask at the site where they work; `tdcd tasks` lists what was given, with its due dates.",
        )
    return at if asked else as_of


def ledger_tasks(
    places: Places,
    site: str,
    as_of: datetime,
    left_out: LeftOut,
    wanted: Callable[[TaskRow], bool] = lambda _row: True,
) -> Iterator[Task]:
    """The tasks of `site` as they stood at `as_of`, by directive; `left_out` takes what is passed over."""
    keys = [row.key for row in places.tasks.find(site) if wanted(row)]
    for start in range(0, len(keys), BLOCK):
        yield from _block(places, keys[start : start + BLOCK], as_of, left_out)


def _block(places: Places, keys: Sequence[str], as_of: datetime, left_out: LeftOut) -> Iterator[Task]:
    for key, events in places.ledger.events(keys).items():
        if not any(isinstance(event, TaskAssigned) and event.occurred_at <= as_of for event in events):
            left_out.not_given_yet += 1
            continue
        try:
            yield fold(events, until=as_of)
        except SkipRecord as error:
            left_out.unreadable[key] = str(error)


def judged_tasks(
    places: Places,
    site: str,
    profiles: ProfileShelf,
    calendar: WorkingCalendar,
    as_of: datetime,
    left_out: LeftOut,
) -> Iterator[Judged]:
    """Every task of `site` with its verdict at `as_of`, each under the regulation that it was given under.

    Raises ConfigInvalid when the file of such a regulation was taken away.
    """
    for task in ledger_tasks(places, site, as_of, left_out):
        profile = profiles.version(task.profile, task.profile_version)
        yield Judged(task, derive(task, profile, calendar, as_of), profile)
