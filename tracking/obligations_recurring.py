"""Updates owed again and again: every Friday, every quarter, until the task is closed (LC-30, BT-19).

Readings, where the texts are silent:

* A report counts for the period in which it comes. One that comes too late meets the
  missed one as well, so that one late report does not leave a row of open ones behind.
* The first day is not counted, and the first update has its own limit: a period that
  ends before that limit asks for nothing.
* While a finished result waits for the reviewer, or the task lies with the Office or
  stands still, the unit has nothing to update; the period in which it gets the task
  back counts from that moment, and the first day is not counted here either.
* Where several rhythms end on the same day (quarter, half year, year), one update is
  owed and not three.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from tracking.calendar import MIDNIGHT, ZONE
from tracking.events import Due
from tracking.facts import last_day
from tracking.limits import Period, RecurringLimit
from tracking.obligations_course import Moment, Stretch, Tenure
from tracking.obligations_owed import Around, Obligation, local_day
from tracking.obligations_unit import is_among, receipt_of

_ONE_DAY = timedelta(days=1)
_MONTHS: dict[Period, int] = {"quarter": 3, "half_year": 6, "year": 12}
_ROMAN = ("I", "II", "III", "IV")


def recurring_updates(seen: Around) -> Iterator[Obligation]:
    """One for each period from the assignment to now, the open one included."""
    limits = [limit for limit in seen.profile.limits.recurring if is_among(seen.task, limit.tasks)]
    if not limits:
        return
    rests = _rests(seen)
    for tenure in seen.course.tenures:
        by_end: dict[datetime, Obligation] = {}
        for limit in sorted(limits, key=lambda each: _MONTHS.get(each.every, 0)):
            for one in _of_tenure(limit, tenure, rests, seen):
                by_end.setdefault(one.late_from or one.opened_at, one)
        yield from by_end.values()


def _of_tenure(
    limit: RecurringLimit, tenure: Tenure, rests: list[Stretch], seen: Around
) -> Iterator[Obligation]:
    spared, tenure_day = _spared(tenure, seen), local_day(tenure.since)
    for first, last in _periods(limit, tenure_day):
        opened_at = tenure.since if first <= tenure_day else datetime.combine(first, MIDNIGHT, ZONE)
        rest = _covering(rests, opened_at)
        if rest is not None:
            if rest.until is None:
                return
            opened_at = rest.until
        if opened_at > seen.as_of or (tenure.until is not None and opened_at >= tenure.until):
            return
        due = _due(limit, first, last, seen)
        if due is None:
            continue
        due_at = seen.calendar.end_of(due)  # "trước 10h00": ten o'clock itself is too late
        at_rest = rest is not None and due.day <= local_day(opened_at)
        if not at_rest and not _stands_still(due_at, seen) and not _is_spared(spared, due.day, due_at):
            yield _update(limit, tenure, Moment(opened_at, _words(limit, first, last)), due_at, seen)


def _update(
    limit: RecurringLimit, tenure: Tenure, opened: Moment, due_at: datetime, seen: Around
) -> Obligation:
    """Met by the first report from its opening on, by closing, or by the end of the tenure."""
    met = seen.settled(tenure, opened.at)
    return Obligation(
        kind="recurring_update",
        party=limit.party,
        unit=tenure.unit if limit.party == "unit" else "",
        opened_at=opened.at,
        opened_by=opened.key,
        due_at=due_at,
        late_from=due_at,
        met_at=None if met is None else met.at,
        met_by="" if met is None else met.key,
        article=limit.source,
    )


def _spared(tenure: Tenure, seen: Around) -> list[tuple[datetime, date]]:
    """Since when, and until which day, a new lead owes its first update only.

    A receipt spares from its own instant on: what was missed before stays missed.
    """
    limit = seen.profile.limits.first_update
    if limit is None or not is_among(seen.task, limit.tasks):
        return [(tenure.since, local_day(tenure.since))]
    receipt = receipt_of(tenure, seen) if limit.runs_from == "receipt" else None
    begun = [tenure.since] if receipt is None else [tenure.since, receipt.at]
    return [(since, last_day(limit, since, seen.calendar)) for since in begun]


def _is_spared(spared: list[tuple[datetime, date]], day: date, due_at: datetime) -> bool:
    return any(day <= until and since < due_at for since, until in spared)


def _covering(rests: list[Stretch], instant: datetime) -> Stretch | None:
    for rest in rests:
        if rest.covers(instant):
            return rest
    return None


def _rests(seen: Around) -> list[Stretch]:
    """When the unit had nothing to update: the task closed, under review or back at the Office."""
    course = seen.course
    rests: list[Stretch] = []
    for stretch in sorted((*course.closed, *course.waits, *course.returned), key=lambda each: each.since):
        last = rests[-1] if rests else None
        if last is None or (last.until is not None and last.until < stretch.since):
            rests.append(stretch)
        elif last.until is not None and (stretch.until is None or stretch.until > last.until):
            rests[-1] = last._replace(until=stretch.until)
    return rests


def _stands_still(instant: datetime, seen: Around) -> bool:
    """Whether the clock of the unit is stopped at `instant`."""
    return seen.clock_stops and any(
        pause.since < instant and (pause.until is None or instant <= pause.until)
        for pause in seen.task.pauses
    )


def _periods(limit: RecurringLimit, day: date) -> Iterator[tuple[date, date]]:
    """First and last day of the period that `day` lies in, and of all that follow; no end of its own."""
    if limit.every == "week":
        first = day - timedelta(days=day.weekday())
        while True:
            yield first, first + timedelta(days=6)
            first += timedelta(days=7)
    months = _MONTHS[limit.every]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    while True:
        years, month = divmod(first.month - 1 + months, 12)
        follows = date(first.year + years, month + 1, 1)
        yield first, follows - _ONE_DAY
        first = follows


def _due(limit: RecurringLimit, first: date, last: date, seen: Around) -> Due | None:
    """The day that counts; None for a period without any day on which offices work."""
    day = first + timedelta(days=limit.weekday - 1) if limit.weekday is not None else last
    if limit.on_day_off == "keep" or seen.calendar.is_working(day):
        return Due(day, limit.at)
    if limit.on_day_off == "next_working":
        return Due(seen.calendar.on_or_after(day), limit.at)
    before = seen.calendar.working_day_before(day, 0)
    return None if before < first else Due(before, limit.at)


def _words(limit: RecurringLimit, first: date, last: date) -> str:
    """The period as people name it."""
    if limit.every == "week":
        return f"tuần {first.day:02}/{first.month:02}–{last.day:02}/{last.month:02}/{last.year}"
    if limit.every == "quarter":
        return f"quý {_ROMAN[first.month // 3]}/{first.year}"
    if limit.every == "half_year":
        return f"6 tháng {'đầu' if first.month == 1 else 'cuối'} năm {first.year}"
    return f"năm {first.year}"
