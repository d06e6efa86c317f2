"""Judging the tasks of the ledger at an instant, whatever they show now. Nothing is written.

Figures and the comparison of two regulations read tasks in blocks, so that a ledger of a million costs time
and not memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

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


@dataclass(slots=True)
class LeftOut:
    """Tasks that could not be judged at the instant, by why; they are counted, never guessed."""

    not_given_yet: int = 0
    unreadable: dict[str, str] = field(default_factory=dict)
    """Key of the task, and the sentence that says why."""


def instant_of(places: Places, site: str, now: datetime) -> datetime:
    """The moment to which people's actions at `site` were read completely; `now` before the first reading.

    It never goes back, so a clock that is set back takes back no state (F39).
    """
    read_to = places.cursors.complete_to(site, Stream.ACTIVITY.value)
    return now if read_to is None else read_to


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
