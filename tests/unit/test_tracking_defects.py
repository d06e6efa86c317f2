"""Six defects found by reading other systems that follow directives, none of which may come back here.

Each test names what went wrong there. Excludes random histories (tests/machine).
"""

from __future__ import annotations

from collections import Counter
from itertools import product

import pytest

from tests.tracking_histories import (
    ALL_PROFILES,
    BINHTHUAN,
    CALENDAR,
    DONGTHAP,
    LAOCAI,
    TPHCM,
    assigned,
    at,
    did,
    judged,
    until,
)
from tracking.events import (
    CoordinationAnswered,
    CoordinationAsked,
    Event,
    ExtensionGranted,
    ProgressReported,
    ResultApproved,
    ResultSubmitted,
    TaskPaused,
    TaskReassigned,
    TaskResumed,
)
from tracking.facts import last_day
from tracking.folding import fold
from tracking.profile import Profile
from tracking.status import Family, Lateness

EVERY = pytest.mark.parametrize("profile", ALL_PROFILES, ids=lambda profile: profile.id)
PROGRESS = did(ProgressReported, "5/3/2026 09:00:00")

#: Sent or not, before and after the due instant; approved or not, before and after.
SENDINGS: list[list[Event]] = [
    [],
    [did(ResultSubmitted, "20/3/2026 23:59:59", evidence=("a1",))],
    [did(ResultSubmitted, "21/3/2026 00:00:00", evidence=("a1",))],
]
DECISIONS: list[list[Event]] = [[], [did(ResultApproved, "24/3/2026 08:00:00")]]


def histories() -> list[list[Event]]:
    starts: list[list[Event]] = [[assigned()], [assigned(), PROGRESS], [assigned(due="")]]
    return [[*a, *b, *c] for a, b, c in product(starts, SENDINGS, DECISIONS)]


@EVERY
def test_1_states_part_the_tasks_so_no_two_numbers_count_the_same(profile: Profile) -> None:
    """There, "done in time" and "done late" were filtered alike and showed the same number."""
    verdicts = [judged(profile, history, "1/6/2026 00:00:00") for history in histories()]
    states = Counter((verdict.shown, verdict.family, verdict.lateness) for verdict in verdicts)
    assert sum(states.values()) == len(histories())
    done = Counter(verdict.lateness for verdict in verdicts if verdict.family is Family.DONE)
    declared = profile is BINHTHUAN  # where a result needs no approval to be one
    assert done[Lateness.ON_TIME] == (4 if declared else 2)
    assert done[Lateness.LATE] == (6 if declared else 4)  # two of them approved without any sending


@pytest.mark.parametrize(
    ("profile", "in_time", "late"),
    [
        (DONGTHAP, "Đã hoàn thành trong hạn", "Đã hoàn thành quá hạn"),
        (TPHCM, "Đã xử lý đúng hạn", "Đã xử lý quá hạn"),
        (BINHTHUAN, "đã thực hiện - trong hạn", "đã thực hiện - quá hạn"),
    ],
    ids=lambda value: getattr(value, "id", None),
)
def test_1_done_in_time_and_done_late_are_different_words(profile: Profile, in_time: str, late: str) -> None:
    approved = DECISIONS[1]
    assert judged(profile, [assigned(), *SENDINGS[1], *approved], "1/6/2026 00:00:00").shown == in_time
    assert judged(profile, [assigned(), *SENDINGS[2], *approved], "1/6/2026 00:00:00").shown == late


@pytest.mark.covers("LC-06")
@pytest.mark.parametrize("hour", ["00:00:00", "12:00:00", "23:59:59"])
def test_2_a_task_due_today_is_near_its_due_date(hour: str) -> None:
    """There, only one to three days left were coloured, and none left was not."""
    verdict = judged(LAOCAI, [assigned()], f"20/3/2026 {hour}")
    assert (verdict.text, verdict.days_left) == ("Chưa thực hiện đến hạn", 0)


@EVERY
def test_3_a_due_day_ends_at_its_end(profile: Profile) -> None:
    """There, a due date was stored as midnight and late from the first second of its own day."""
    for hour in ("00:00:00", "00:00:01", "12:00:00", "23:59:59"):
        assert judged(profile, [assigned()], f"20/3/2026 {hour}").lateness is Lateness.ON_TIME
    assert judged(profile, [assigned()], "21/3/2026 00:00:00").lateness is Lateness.LATE


@pytest.mark.covers("LC-04")
def test_4_units_are_known_by_their_whole_id() -> None:
    """There, units were kept in one text and found by a part of it."""
    asked = [
        did(CoordinationAsked, f"{day}/3/2026 08:00:00", unit=unit) for day, unit in ((3, "D1"), (4, "D12"))
    ]
    answered = did(CoordinationAnswered, "6/3/2026 08:00:00", unit="D1")
    task = fold([assigned(lead="D", coordinators=("D1", "D12")), *asked, answered])
    assert {part.unit: part.answered_at for part in task.coordination} == {
        "D1": at("6/3/2026 08:00:00"),
        "D12": None,
    }
    assert (task.lead, task.coordinators) == ("D", ("D1", "D12"))


@EVERY
def test_4_a_later_entry_overwrites_nothing(profile: Profile) -> None:
    """There, each progress entry set the time of completion anew."""
    sent = did(ResultSubmitted, "19/3/2026 16:00:00", evidence=("a1",))
    later = did(ProgressReported, "25/3/2026 08:00:00", text="bổ sung")
    before, after = fold([assigned(), PROGRESS, sent]), fold([assigned(), PROGRESS, sent, later])
    assert after.submission == before.submission
    assert after.history[:3] == before.history
    approved = did(ResultApproved, "26/3/2026 08:00:00")
    verdict = judged(profile, [assigned(), sent, later, approved], "27/3/2026 00:00:00")
    assert (verdict.family, verdict.lateness) == (Family.DONE, Lateness.ON_TIME)


@EVERY
def test_5_a_pause_gives_the_due_date_back(profile: Profile) -> None:
    """There, a pause set the due date to the year 9999 and going on did not restore it."""
    paused, resumed = did(TaskPaused, "9/3/2026 08:00:00"), did(TaskResumed, "13/3/2026 08:00:00")
    still: list[Event] = [assigned(), PROGRESS, paused]
    assert judged(profile, still, "10/3/2026 00:00:00").due_end == at("21/3/2026")
    assert fold(still).due == until("20/3/2026")
    assert judged(profile, [*still, resumed], "13/3/2026 08:00:00").due_end == at("25/3/2026")
    assert judged(profile, [resumed, *still], "13/3/2026 08:00:00").due_end == at("25/3/2026")


@EVERY
def test_5_a_new_due_date_during_a_pause_counts_only_what_was_left_of_it(profile: Profile) -> None:
    paused, resumed = did(TaskPaused, "9/3/2026 08:00:00"), did(TaskResumed, "13/3/2026 08:00:00")
    granted = did(ExtensionGranted, "12/3/2026 08:00:00", due=until("31/3/2026"))
    history: list[Event] = [assigned(), paused, granted, resumed]
    assert judged(profile, history, "14/3/2026 00:00:00").due_end == at("2/4/2026")


@EVERY
@pytest.mark.covers("LC-25")
def test_6_giving_a_task_from_unit_to_unit_does_not_make_it_punctual(profile: Profile) -> None:
    """There, lateness was measured from the last assignment, so bouncing a case reset its clock."""
    moves = [
        did(TaskReassigned, f"{day}/3/2026 08:00:00", lead=lead, lead_name=f"Sở {lead}")
        for day, lead in ((17, "D02"), (19, "D03"))
    ]
    history: list[Event] = [assigned(), PROGRESS, *moves]
    verdict = judged(profile, history, "21/3/2026 00:00:00")
    assert (verdict.due_end, verdict.lateness) == (at("21/3/2026"), Lateness.LATE)
    assert fold(history).original_due == until("20/3/2026")


@pytest.mark.parametrize(
    ("profile", "opens"), [(LAOCAI, "receipt"), (BINHTHUAN, "assignment")], ids=["laocai", "binhthuan"]
)
def test_6_the_new_unit_has_its_own_first_limit(profile: Profile, opens: str) -> None:
    moved = did(TaskReassigned, "17/3/2026 08:00:00", lead="D02", lead_name="Sở Tài chính")
    task = fold([assigned(), PROGRESS, moved])
    limit = profile.limits.first_update
    assert limit is not None
    assert (limit.runs_from, task.lead_since, task.progress_at) == (opens, at("17/3/2026 08:00:00"), None)
    assert last_day(limit, task.lead_since, CALENDAR) == until("20/3/2026").day
