"""One sentence that anyone can recompute: the state, the rule, the article, the instants, the days counted.

Disputes about "quá hạn" end when both sides can count the same days. So the
sentence names every input of the verdict, and the days it counted come along one
by one with the reason why each was counted or not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from tracking.attribution import Booking, booked_around
from tracking.attribution_words import second_line
from tracking.calendar import ZONE, WorkingCalendar
from tracking.events import TaskReturned
from tracking.explain_remarks import blank_words, blank_years, clock_remarks, lead_remarks, move_reasons
from tracking.facts import Deadline, counted_submission, deadline_of
from tracking.obligations import Obligation, obligations_around
from tracking.obligations_owed import around
from tracking.profile import Profile
from tracking.status import Family, Lateness, Verdict
from tracking.task import Task
from tracking.timeline import Moment, at_words, day_words, due_words, timeline

Lang = Literal["vi", "en"]


#: One day between the due day and the moment that decides: the day, whether it was counted, and why.
CountedDay = tuple[date, bool, str]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a task shows what it shows."""

    sentence: str
    timeline: tuple[Moment, ...]
    days: tuple[CountedDay, ...]
    second_line: str
    """What the regulated text cannot say: "nộp đúng hạn, duyệt chậm 2 ngày làm việc"; may be empty."""
    obligations: tuple[Obligation, ...]
    booked: tuple[Booking, ...]
    blank_years: tuple[int, ...] = ()
    """Years that were counted although nobody entered their days off: what follows from them is not certain."""


def explain(
    task: Task,
    verdict: Verdict,
    profile: Profile,
    calendar: WorkingCalendar,
    as_of: datetime,
    lang: Lang = "vi",
    *,
    names: Mapping[str, str] | None = None,
    entered_at: datetime | None = None,
) -> Explanation:
    """The explanation of `verdict`, which was derived from the same task, profile, calendar and `as_of`.

    `names` gives the names of units by id, for the second line; `entered_at` is when a
    row that waited for a person became a task.
    """
    deadline = deadline_of(task, profile, calendar)
    measured_at = _measured_at(task, profile, verdict, as_of)
    days = _days(deadline, measured_at, profile, calendar, lang)
    seen = around(task, profile, calendar, as_of)
    owed, bookings = obligations_around(seen, entered_at), booked_around(seen, entered_at)
    clauses = _Clauses(task, verdict, profile, deadline, calendar, lang)
    counted = [day for day, _, _ in days] if clauses.in_working_days() else []
    if deadline is not None and clauses.moved_by_working_days():
        counted.append(deadline.due.day)
    blank = blank_years(counted, owed, calendar, as_of)
    parts = [*clauses.facts(), *clauses.span(days, measured_at), *clauses.remarks(blank)]
    return Explanation(
        sentence=f"{clauses.head()}: {'; '.join(parts)}; {clauses.tail(as_of)}.",
        timeline=timeline(task, profile, deadline, as_of, lang),
        days=days,
        second_line=second_line(task, verdict, bookings, lang, names),
        obligations=owed,
        booked=bookings,
        blank_years=tuple(blank),
    )


def _measured_at(task: Task, profile: Profile, verdict: Verdict, as_of: datetime) -> datetime:
    """The moment that is held against the due date: sending, else approval, else end, else now."""
    sent = counted_submission(task, profile)
    if sent is not None and task.decided.verb != "rejected":
        return sent.at
    if task.decided.verb == "approved" and task.decided.at is not None:
        return task.decided.at
    ended = task.recalled_at or task.ended_at
    return ended if ended is not None and verdict.family is Family.ENDED else as_of


def _days(
    deadline: Deadline | None, measured_at: datetime, profile: Profile, calendar: WorkingCalendar, lang: Lang
) -> tuple[CountedDay, ...]:
    """The days after the earlier of due day and measured day, up to and with the later one."""
    if deadline is None:
        return ()
    measured = measured_at.astimezone(ZONE).date()
    first, last = sorted((measured, deadline.due.day))
    calendar_days = not profile.near_due.enabled or profile.near_due.unit == "calendar"
    spanned = (first + timedelta(days=step) for step in range(1, (last - first).days + 1))
    return tuple((day, calendar_days or calendar.is_working(day), calendar.why(day, lang)) for day in spanned)


class _Clauses:
    """The parts of the sentence, in Vietnamese or English."""

    def __init__(
        self,
        task: Task,
        verdict: Verdict,
        profile: Profile,
        deadline: Deadline | None,
        calendar: WorkingCalendar,
        lang: Lang,
    ) -> None:
        self.task, self.verdict, self.profile = task, verdict, profile
        self.deadline, self.calendar = deadline, calendar
        self.lang: Lang = lang

    def say(self, vi: str, en: str) -> str:
        """The text in the language asked for."""
        return vi if self.lang == "vi" else en

    def head(self) -> str:
        """Which task, and what it shows."""
        given = self.task.assigned
        shown = " / ".join(text for text in (self.verdict.text, self.verdict.second_text) if text)
        issued = day_words(given.issued_on)
        return self.say(
            f"Nhiệm vụ {self.task.key} (văn bản {given.number} ngày {issued}, chủ trì {self.task.lead_name}) "
            + (f"ở trạng thái “{shown}” vì" if shown else "không thuộc diện theo dõi vì"),
            f"Task {self.task.key} (directive {given.number} of {issued}, lead: {self.task.lead_name}) "
            + (f"shows “{shown}” because" if shown else "is not tracked because"),
        )

    def facts(self) -> Iterator[str]:
        """Everything the rule looked at, with its instants."""
        task = self.task
        if task.recalled_at is not None:
            when = at_words(task.recalled_at, self.lang)
            yield self.say(f"văn bản được thu hồi lúc {when}", f"the directive was recalled at {when}")
        elif task.superseded_at is not None:
            yield self._superseded(task.superseded_at)
        elif task.ended_at is not None:
            when = at_words(task.ended_at, self.lang)
            yield self.say(f"Văn phòng kết thúc công việc lúc {when}", f"the Office ended it at {when}")
        yield self._due()
        yield self._sent()
        if task.decided.at is not None:
            yield self._decided(task.decided.verb, task.decided.at)
        if task.returned_at is not None:
            yield self._returned(task.returned_at)
        yield from lead_remarks(task, self.lang)
        yield from clock_remarks(task, self.deadline, self.profile, self.lang)

    def span(self, days: tuple[CountedDay, ...], measured_at: datetime) -> Iterator[str]:
        """How far the deciding moment lies from the due day."""
        if self.deadline is None:
            return
        counted = sum(is_counted for _, is_counted, _ in days)
        unit = self._unit()
        skipped = len(days) - counted
        note = (
            self.say(f" (bỏ qua {skipped} ngày nghỉ)", f" ({skipped} days off left out)") if skipped else ""
        )
        when = at_words(measured_at, self.lang)
        if measured_at >= self.deadline.late_from and not counted:
            yield self.say(f"tại {when} đã quá hạn dưới 1 ngày", f"at {when} it is less than a day past due")
        elif measured_at >= self.deadline.late_from:
            yield self.say(
                f"tại {when} đã quá hạn {counted} {unit}{note}, không tính ngày đầu",
                f"at {when} it is {counted} {unit} past due{note}, the first day not counted",
            )
        else:
            yield self.say(
                f"tại {when} còn {counted} {unit} đến hạn{note}, không tính ngày đầu",
                f"at {when} {counted} {unit} are left{note}, the first day not counted",
            )
        if self.verdict.facts.due in {"ahead", "near"} and self.deadline.near_from is not None:
            begins = at_words(self.deadline.near_from, self.lang)
            yield self.say(f"mốc đến hạn tính từ {begins}", f"near due from {begins}")

    def remarks(self, blank: list[int]) -> Iterator[str]:
        """Consequence, reports owed, and years whose days off nobody entered."""
        if self.verdict.consequence:
            yield self.say(f"hệ quả: {self.verdict.consequence}", f"consequence: {self.verdict.consequence}")
        if self.verdict.explanation_owed:
            yield self.say("đơn vị còn nợ báo cáo giải trình", "a report of explanation is owed")
        if self.verdict.cause_owed:
            yield self.say(
                "đơn vị còn nợ báo cáo nguyên nhân và đề xuất", "a report of cause and proposal is owed"
            )
        if blank:
            yield self.say("lưu ý: ", "note: ") + blank_words(blank, self.lang)

    def tail(self, as_of: datetime) -> str:
        """Rule and article, the reading where the text is silent, and the instant."""
        rule = next(rule for rule in self.profile.status if rule.id == self.verdict.rule)
        how = {
            "text": "",
            "inferred": self.say(", suy ra", ", inferred"),
            "silent": self.say(", quy chế không nói", ", the regulation is silent"),
        }[rule.basis]
        reading = f" ({rule.reading.rstrip('.')})" if rule.reading else ""
        when = at_words(as_of, self.lang)
        cited = f"{rule.article} {self.profile.regulation}"
        return self.say(
            f"theo dòng {rule.id}{how}, {cited}{reading}; tính đến {when}",
            f"by rule {rule.id}{how}, {cited}{reading}; as of {when}",
        )

    def _due(self) -> str:
        if self.deadline is None:
            return self.say("không có thời hạn", "it has no due date")
        words = due_words(self.deadline.due, self.lang)
        text = self.say(f"hạn {words}", f"due at {words}")
        if self.task.due is not None and self.task.due.day != self.deadline.due.day:
            given = day_words(self.task.due.day)
            why = ", ".join(move_reasons(self.task, self.profile, self.calendar, self.lang))
            text += self.say(f" (hạn ghi {given} {why})", f" ({given} as written {why})")
        if self.task.extensions:
            count, first = len(self.task.extensions), due_words(self.task.original_due, self.lang)
            when = at_words(self.task.extensions[-1].at, self.lang)
            times = "once" if count == 1 else f"{count} times"
            text += self.say(
                f", đã gia hạn {count} lần (chấp thuận lúc {when}), hạn đầu {first}",
                f", extended {times} (granted at {when}), at first due at {first}",
            )
        return text + self._corrected()

    def _corrected(self) -> str:
        """A due date that is in force by no extension: since when, and which one was before."""
        set_at, before = self.task.dues[-1][0], [due for _, due in self.task.dues[:-1]]
        if not before or any(one.at == set_at for one in self.task.extensions):
            return ""
        when, earlier = at_words(set_at, self.lang), due_words(before[-1], self.lang)
        return self.say(
            f", được điều chỉnh lúc {when}, trước đó {earlier}",
            f", corrected at {when}, before that {earlier}",
        )

    def _returned(self, at: datetime) -> str:
        """Returned and not answered: the regulation has no state for it, so that the table goes on as before."""
        when = at_words(at, self.lang)
        said = next(each.text for each in reversed(self.task.history) if isinstance(each, TaskReturned))
        reason = f" ({self.say('lý do', 'reason')}: “{said}”)" if said else ""
        return self.say(
            f"đơn vị chuyển trả lúc {when}{reason}, Văn phòng chưa trả lời, trong lúc chờ vẫn xét theo thời hạn",
            f"returned by the unit at {when}{reason}, not answered yet, the due date still counts meanwhile",
        )

    def _superseded(self, at: datetime) -> str:
        """Where the work goes on."""
        when, into = at_words(at, self.lang), ", ".join(self.task.superseded_by)
        text = self.say(f"phần việc chuyển tiếp từ {when}", f"the work went on elsewhere at {when}")
        return text + (self.say(f" sang {into}", f" under {into}") if into else "")

    def _sent(self) -> str:
        sent = counted_submission(self.task, self.profile)
        if sent is not None:
            when = at_words(sent.at, self.lang)
            side = self._side(late=self.verdict.facts.submitted == "late")
            return self.say(f"đơn vị gửi kết quả lúc {when}{side}", f"the result was sent at {when}{side}")
        if self.task.submission is not None:
            when = at_words(self.task.submission.at, self.lang)
            return self.say(
                f"kết quả gửi lúc {when} không kèm tệp minh chứng nên chỉ tính là tiến độ",
                f"the result sent at {when} has no evidence file and counts as progress only",
            )
        if self.task.progress_at is not None:
            when = at_words(self.task.progress_at, self.lang)
            return self.say(
                f"đã cập nhật tiến độ từ {when}, chưa gửi kết quả",
                f"progress reported since {when}, no result sent",
            )
        return self.say("đơn vị chưa cập nhật tiến độ", "nothing was reported")

    def _decided(self, verb: str, at: datetime) -> str:
        when = at_words(at, self.lang)
        side = self._side(late=self.verdict.facts.decision.endswith("after_due"))
        if verb == "approved":
            return self.say(f"được duyệt lúc {when}", f"approved at {when}")
        said = self.task.decided.reason
        reason = f", {self.say('lý do', 'reason')}: “{said}”" if said else ""
        text = self.say(f"bị từ chối lúc {when}{side}{reason}", f"rejected at {when}{side}{reason}")
        return text + self._refused_too_late()

    def _refused_too_late(self) -> str:
        """Sent in time and late all the same: the one case that a unit will ask about (Đồng Tháp b3)."""
        facts = self.verdict.facts
        if facts.submitted != "on_time" or facts.decision != "rejected_after_due":
            return ""
        if self.verdict.lateness is not Lateness.LATE:
            return ""
        return self.say(
            ", nên tính quá hạn dù đã gửi trong hạn",
            ", so that it counts as late although it was sent in time",
        )

    def _side(self, *, late: bool) -> str:
        if self.deadline is None:
            return ""
        return (
            self.say(" (sau hạn)", " (after the due date)")
            if late
            else self.say(" (trong hạn)", " (in time)")
        )

    def in_working_days(self) -> bool:
        """Whether the days up to the due day are counted in working days."""
        return self.profile.near_due.enabled and self.profile.near_due.unit == "working"

    def moved_by_working_days(self) -> bool:
        """Whether the due day itself was found by counting working days."""
        profile, task = self.profile, self.task
        return (
            profile.due_on_day_off == "next_working"
            or (bool(task.pauses) and profile.pause.effect == "shift_due" and profile.pause.unit == "working")
            or (bool(task.outages) and profile.outage.effect == "next_working_day")
        )

    def _unit(self) -> str:
        if self.in_working_days():
            return self.say("ngày làm việc", "working days")
        return self.say("ngày lịch", "calendar days")
