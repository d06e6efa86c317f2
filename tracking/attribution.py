"""Who had a task when: every instant from the assignment to the completion is booked to one party.

The regulated text never changes by it. It answers the question that the text leaves
open: a task is three days past due, and who had it during those days?

Readings, where the texts are silent:

* A coordinator is booked from the moment its answer is due, not from the request:
  until then the lead has counted with that time itself (Đồng Tháp, Điều 14 khoản 6
  blames delay, not being asked). A request that nobody set a day for is booked from
  the lead's complaint. Of several late coordinators the one longest late is booked.
* The reviewer is booked from sending to decision, the approver of an extension from
  request to answer, the Office while a returned task waits for it; a petition is the
  Office's all the time.
* What nobody can help comes first: an outage, then a pause. Between a completion and
  a reopening the time is nobody's (`closed`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise, zip_longest
from typing import Literal, NamedTuple

from tracking.calendar import MIDNIGHT, ZONE, WorkingCalendar
from tracking.obligations_course import Stretch
from tracking.obligations_office import extension_answers, petition_answers, reviews
from tracking.obligations_owed import Around, Days, Obligation, around, last_allowed, local_day
from tracking.obligations_unit import coordinations
from tracking.profile import Profile
from tracking.task import Task

BookedParty = Literal[
    "unit", "coordinator", "reviewer", "extension_approver", "office", "paused", "outage", "closed"
]
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
#: Who goes first where several could be booked; the lead unit has what is left.
_FIRST: tuple[BookedParty, ...] = (
    "closed",
    "outage",
    "paused",
    "reviewer",
    "extension_approver",
    "office",
    "coordinator",
)
_RANK = {party: rank for rank, party in enumerate(_FIRST)}
_LAST = len(_RANK)


@dataclass(frozen=True, slots=True)
class Booking:
    """One stretch of one party, from `since` until before `until` (both aware)."""

    party: BookedParty
    unit: str
    """The lead or coordinating unit; empty for every other party."""
    since: datetime
    until: datetime
    late_days: int | None = None
    """Days in it beyond the party's own limit, counted in `days`; None where no limit is set."""
    days: Days = "working"

    @property
    def hours(self) -> float:
        """How long it is."""
        return (self.until - self.since) / _HOUR

    def working_days(self, calendar: WorkingCalendar) -> float:
        """How much of it lies on working days, in days of 24 hours; parts add up to the whole."""
        return _working_time(self.since, self.until, calendar) / _DAY


class Share(NamedTuple):
    """What one party had of a task, over all its stretches."""

    party: BookedParty
    unit: str
    hours: float
    working_days: float


class _Claim(NamedTuple):
    """A stretch that a party would have, if nobody goes before it."""

    rank: int
    since: datetime
    until: datetime | None
    party: BookedParty
    unit: str = ""
    due_at: datetime | None = None
    days: Days = "working"


def booked(
    task: Task,
    profile: Profile,
    calendar: WorkingCalendar,
    as_of: datetime,
    *,
    entered_at: datetime | None = None,
) -> tuple[Booking, ...]:
    """The bookings of `task` from its assignment to its completion, or to `as_of` (aware), in order.

    A partition: no gap, no overlap, no instant outside. `as_of` is not earlier than the
    task's events; `entered_at` as in `obligations`.
    """
    return booked_around(around(task, profile, calendar, as_of), entered_at)


def booked_around(seen: Around, entered_at: datetime | None = None) -> tuple[Booking, ...]:
    """As `booked`, with the course of the task already read."""
    start, end = seen.task.assigned.occurred_at, _end(seen)
    claims = sorted(_claims(seen, entered_at), key=lambda claim: (claim.rank, claim.since))
    cuts = {start, end}
    for claim in claims:
        cuts |= {at for at in (claim.since, claim.until) if at is not None and start < at < end}
    ordered = sorted(at for at in cuts if at <= end)
    held: list[tuple[_Claim, datetime, datetime]] = []
    for since, until in pairwise(ordered):
        holder = next(
            each for each in claims if each.since <= since and (not each.until or since < each.until)
        )
        if held and held[-1][0] == holder:
            held[-1] = (holder, held[-1][1], until)
        else:
            held.append((holder, since, until))
    return tuple(_booking(claim, since, until, seen.calendar) for claim, since, until in held)


def shares(bookings: Sequence[Booking], calendar: WorkingCalendar) -> tuple[Share, ...]:
    """The sum of each party and unit, in hours and in working days, in the order of appearance."""
    spent: dict[tuple[BookedParty, str], tuple[timedelta, timedelta]] = {}
    for one in bookings:
        length, worked = spent.get((one.party, one.unit), (timedelta(), timedelta()))
        more = _working_time(one.since, one.until, calendar)
        spent[one.party, one.unit] = (length + (one.until - one.since), worked + more)
    return tuple(
        Share(party, unit, length / _HOUR, worked / _DAY) for (party, unit), (length, worked) in spent.items()
    )


def _end(seen: Around) -> datetime:
    """Completion, or now; a task that was assigned later than now has no time to book."""
    closed = seen.course.closed
    done = closed[-1].since if closed and closed[-1].until is None else seen.as_of
    return max(seen.task.assigned.occurred_at, min(done, seen.as_of))


def _claims(seen: Around, entered_at: datetime | None) -> Iterator[_Claim]:
    """Who would have the task when; whoever has the rest leaves no gap."""
    task, course = seen.task, seen.course
    for stretch in course.closed:
        yield _Claim(_RANK["closed"], stretch.since, stretch.until, "closed")
    for outage in task.outages:
        yield _Claim(_RANK["outage"], outage.since, outage.until, "outage")
    for pause in task.pauses:
        yield _Claim(_RANK["paused"], pause.since, pause.until, "paused")
    yield from _limited("reviewer", course.waits, reviews(seen))
    yield from _limited("extension_approver", course.requests, extension_answers(seen))
    for stretch in course.returned:
        yield _Claim(_RANK["office"], stretch.since, stretch.until, "office")
    if entered_at is not None:
        yield _Claim(_RANK["office"], task.assigned.occurred_at, entered_at, "office")
    if task.coordination:
        yield from _late_coordinators(seen)
    yield from _rest(seen)


def _limited(
    party: BookedParty, stretches: Sequence[Stretch], owed: Iterable[Obligation]
) -> Iterator[_Claim]:
    """Stretches of one party, each with its own limit where the regulation sets one."""
    for stretch, one in zip_longest(stretches, owed):
        due_at = None if one is None else one.due_at
        days = "working" if one is None else one.days
        yield _Claim(_RANK[party], stretch.since, stretch.until, party, "", due_at, days)


def _late_coordinators(seen: Around) -> Iterator[_Claim]:
    for asked, one in zip(seen.task.coordination, coordinations(seen), strict=True):
        begins = one.late_from or asked.complained_at
        if begins is not None:
            since = max(begins, asked.asked_at)  # a letter may name a day that is over already
            due_at = one.due_at or since
            yield _Claim(_RANK["coordinator"], since, one.met_at, "coordinator", one.unit, due_at, one.days)


def _rest(seen: Around) -> Iterator[_Claim]:
    """Who has what nobody else has: the leads one after the other, or the Office for a petition."""
    task, since = seen.task, seen.task.assigned.occurred_at
    if task.kind == "petition":
        due_at = next((one.due_at for one in petition_answers(seen)), None)
        yield _Claim(_LAST, since, None, "office", "", due_at, "calendar")
        return
    for former in task.former_leads:
        yield _Claim(_LAST, since, former.until, "unit", former.unit)
        since = former.until
    yield _Claim(_LAST, since, None, "unit", task.lead)


def _booking(claim: _Claim, since: datetime, until: datetime, calendar: WorkingCalendar) -> Booking:
    late = None if claim.due_at is None else _late_days(claim.due_at, since, until, claim.days, calendar)
    return Booking(claim.party, claim.unit, since, until, late, claim.days)


def _late_days(
    due_at: datetime, since: datetime, until: datetime, days: Days, calendar: WorkingCalendar
) -> int:
    """Days after the last one allowed that begin in the stretch; the parts of a wait add up to the whole."""
    if until < due_at:
        return 0
    first = last_allowed(due_at) if since <= due_at else local_day(since)
    if days == "working":
        return calendar.working_days_between(first, local_day(until))
    return (local_day(until) - first).days


def _working_time(since: datetime, until: datetime, calendar: WorkingCalendar) -> timedelta:
    """How much of a stretch lies on working days; there is no summer time in this zone."""
    first, last = local_day(since), local_day(until)
    time = calendar.working_days_between(first, last) * _DAY
    if calendar.is_working(first):
        time += _rest_of(first, since)
    return time - _rest_of(last, until) if calendar.is_working(last) else time


def _rest_of(day: date, instant: datetime) -> timedelta:
    return _DAY - (instant - datetime.combine(day, MIDNIGHT, ZONE))
