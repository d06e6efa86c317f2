"""The second line: what the regulated text cannot say, in one short line ("nộp đúng hạn, duyệt chậm 2 ngày").

It stands under the state and changes nothing in it. What the unit did comes first,
then who had the task during the days past due, then who else was late on the way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from tracking.attribution import BookedParty, Booking
from tracking.calendar import MIDNIGHT, ZONE
from tracking.obligations_owed import DAY_WORDS, last_allowed, local_day
from tracking.status import Family, Lateness, Verdict
from tracking.task import Task

#: What a day past due was spent on, where the unit did not have the task.
_WAITED: Final[dict[BookedParty, tuple[str, str]]] = {
    "coordinator": ("chờ phối hợp {unit}", "waiting for {unit}"),
    "reviewer": ("chờ duyệt", "waiting for review"),
    "extension_approver": ("chờ trả lời gia hạn", "waiting for the answer on an extension"),
    "office": ("chờ Văn phòng", "waiting for the Office"),
    "paused": ("tạm dừng", "paused"),
    "outage": ("hệ thống ngừng", "system out of use"),
}
#: What a party is called that was later than its own limit.
_SLOW: Final[dict[BookedParty, tuple[str, str]]] = {
    "reviewer": ("duyệt chậm", "reviewed late by"),
    "extension_approver": ("trả lời gia hạn chậm", "extension answered late by"),
    "office": ("Văn phòng trả lời chậm", "the Office answered late by"),
    "coordinator": ("{unit} phối hợp chậm", "{unit} answered late by"),
}


def second_line(
    task: Task,
    verdict: Verdict,
    bookings: Sequence[Booking],
    lang: str = "vi",
    names: Mapping[str, str] | None = None,
) -> str:
    """The line for `verdict`, with the `bookings` of the same task and instant; may be empty.

    `names` gives the names of units by id; a unit without a name is called by its id.
    Days past due are calendar days, as in the explanation; limits of other parties are
    counted as the regulation counts them.
    """
    if verdict.family is Family.ENDED or not bookings:
        return ""
    return _Line(task, verdict, bookings, lang, names or {}).text()


class _Line:
    """The parts of the line."""

    def __init__(
        self, task: Task, verdict: Verdict, bookings: Sequence[Booking], lang: str, names: Mapping[str, str]
    ) -> None:
        self.task, self.verdict, self.bookings, self.lang = task, verdict, bookings, lang
        self.named: Counter[tuple[BookedParty, str]] = Counter()
        """Days past due that the line has named already."""
        self.names = {former.unit: former.name for former in task.former_leads} | dict(names)

    def text(self) -> str:
        """The sending and its review, the days past due, and the delays of others."""
        parts = [
            self._sending(),
            self._overdue(),
            *self._slow("extension_approver"),
            *self._slow("office"),
            *self._slow_coordinators(),
        ]
        return "; ".join(part for part in parts if part)

    def say(self, vi: str, en: str) -> str:
        """The text in the language asked for."""
        return vi if self.lang == "vi" else en

    def _sending(self) -> str:
        """Whether the unit was in time, and how long the other side of the desk took."""
        facts = self.verdict.facts
        clauses = []
        if facts.due != "none" and facts.submitted == "on_time":
            clauses = [self.say("nộp đúng hạn", "sent in time")]
        elif facts.due != "none" and facts.decision == "approved_before_due":
            clauses = [self.say("hoàn thành đúng hạn", "completed in time")]
        clauses += self._slow("reviewer") or self._waited_long()
        line = ", ".join(clauses)
        if self._refused_by_late_review():
            line += self.say(" nên bị từ chối sau hạn", ", and so refused after the due date")
        return line

    def _waited_long(self) -> list[str]:
        """Whole days of waiting where the regulation sets the reviewer no limit."""
        waits = [one for one in self.bookings if one.party == "reviewer" and one.late_days is None]
        days = sum((local_day(one.until) - local_day(one.since)).days for one in waits)
        return [self.say(f"chờ duyệt {days} ngày", f"{days} days waiting for review")] if days else []

    def _refused_by_late_review(self) -> bool:
        """The unit was in time, and only the late review put the refusal behind the due date (DT-09)."""
        facts, decided = self.verdict.facts, self.task.decided
        return (
            facts.submitted == "on_time"
            and facts.decision == "rejected_after_due"
            and any(
                one.late_days for one in self.bookings if one.party == "reviewer" and one.until == decided.at
            )
        )

    def _overdue(self) -> str:
        """Days past due until the moment that decides, and on what they were spent."""
        measured, due_end = self._measured(), self.verdict.due_end
        if measured is None or due_end is None or self.verdict.lateness is not Lateness.LATE:
            return ""
        last = last_allowed(due_end)
        days = (local_day(measured) - last).days
        late = self.say(f"quá hạn {days} ngày", f"{days} days past due")
        if not days:
            late = self.say("quá hạn dưới 1 ngày", "less than a day past due")
        words = {"sent": self.say("nộp ", "sent "), "done": self.say("hoàn thành ", "completed ")}
        self.named = Counter(self._holder(last + timedelta(days=n), measured) for n in range(1, days + 1))
        parts = [self._spent(party, unit, n) for (party, unit), n in self.named.items() if party in _WAITED]
        among = self.say(", trong đó ", ", of which ") + ", ".join(parts) if parts else ""
        return words.get(self._deciding(), "") + late + among

    def _deciding(self) -> str:
        """What is held against the due date: a sending that stands, a completion, or the clock."""
        facts = self.verdict.facts
        if facts.submitted != "none" and not facts.decision.startswith("rejected"):
            return "sent"
        return "done" if facts.decision.startswith("approved") else "now"

    def _measured(self) -> datetime | None:
        sent = self.task.submission
        match self._deciding():
            case "sent":
                return sent.at if sent is not None else None
            case "done":
                return self.task.decided.at
            case _:
                return self.bookings[-1].until

    def _holder(self, day: date, until: datetime) -> tuple[BookedParty, str]:
        """Who had the task for most of `day`, as far as it counts; of equals the first."""
        begins = datetime.combine(day, MIDNIGHT, ZONE)
        ends = min(begins + timedelta(days=1), until)
        held: dict[tuple[BookedParty, str], timedelta] = {}
        for one in self.bookings:
            span = min(one.until, ends) - max(one.since, begins)
            if span > timedelta():
                held[one.party, one.unit] = held.get((one.party, one.unit), timedelta()) + span
        return max(held, key=lambda holder: held[holder], default=("unit", self.task.lead))

    def _spent(self, party: BookedParty, unit: str, days: int) -> str:
        words = self.say(*_WAITED[party]).format(unit=self.names.get(unit, unit))
        return self.say(f"{words} {days} ngày", f"{words} {days} days")

    def _slow(self, party: BookedParty, unit: str = "") -> list[str]:
        """The party's days beyond its own limit, all its stretches together, if there are more than named."""
        own = [one for one in self.bookings if (one.party, one.unit) == (party, unit) and one.late_days]
        days = sum(one.late_days or 0 for one in own)
        if days <= self.named[party, unit]:
            return []
        words = self.say(*_SLOW[party]).format(unit=self.names.get(unit, unit))
        return [f"{words} {days} {DAY_WORDS[own[0].days][self.lang]}"]

    def _slow_coordinators(self) -> Iterator[str]:
        """Coordinators by name: what they cost is seen even where the task itself is in time (DT-28)."""
        for unit in dict.fromkeys(one.unit for one in self.bookings if one.party == "coordinator"):
            yield from self._slow("coordinator", unit)
