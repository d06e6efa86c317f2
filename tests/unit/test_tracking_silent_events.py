"""What no regulation speaks of and reality has, under every profile, each with its reading.

Reopening, recall, replacement, amendment, division, joining, pause, succession, another
officer, outage, a request after the due date. Excludes the clocks of further parties
(test_tracking_obligations).
"""

from __future__ import annotations

from typing import Any

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
    on,
    until,
)
from tracking.events import (
    CoordinationAsked,
    DirectiveAmended,
    DirectiveRecalled,
    DirectiveReplaced,
    Event,
    ExtensionAsked,
    ExtensionGranted,
    OfficerChanged,
    OutageNoted,
    ProgressReported,
    ResultApproved,
    ResultSubmitted,
    TaskCorrected,
    TaskMerged,
    TaskPaused,
    TaskReopened,
    TaskResumed,
    TaskSplit,
    UnitSucceeded,
)
from tracking.facts import deadline_of
from tracking.folding import fold
from tracking.profile import Profile
from tracking.status import Family, Lateness

EVERY = pytest.mark.parametrize("profile", ALL_PROFILES, ids=lambda profile: profile.id)
PROGRESS = did(ProgressReported, "5/3/2026 09:00:00")
SENT = did(ResultSubmitted, "10/3/2026 08:00:00", evidence=("a1",))

#: Words of reported, unfinished work: well before the due date, and past it.
UNDER_WAY = {
    "laocai": (("Đang thực hiện",), ("Đang thực hiện quá hạn",)),
    "tphcm": (("Đang xử lý trong hạn",), ("Đang xử lý quá hạn",)),
    "binhthuan": (("đang thực hiện", "trong hạn"), ("đang thực hiện", "quá hạn")),
    "dongthap": (("Đang thực hiện trong hạn",), ("Đang thực hiện quá hạn",)),
    "dongnai": (("nhiệm vụ chưa hoàn thành",), ("nhiệm vụ chưa hoàn thành",)),
}


def with_choice(profile: Profile, part: str, **choice: str) -> Profile:
    values: dict[str, Any] = profile.model_dump()
    values[part] |= choice
    return Profile.model_validate(values)


@EVERY
def test_every_silence_says_how_it_is_read(profile: Profile) -> None:
    parts = (
        profile.reopening,
        profile.recall,
        profile.replacement,
        profile.amendment,
        profile.pause,
        profile.succession,
        profile.absence,
        profile.outage,
    )
    for part in parts:
        assert part.basis != "text", part.source
        assert part.reading.endswith(".")


@EVERY
def test_reopened_work_is_under_way_again_and_keeps_its_due_date(profile: Profile) -> None:
    done: list[Event] = [assigned(), SENT, did(ResultApproved, "11/3/2026 08:00:00")]
    assert judged(profile, done, "12/3/2026 00:00:00").family is Family.DONE
    reopened = [*done, did(TaskReopened, "12/3/2026 08:00:00")]
    before, past = UNDER_WAY[profile.id]
    verdict = judged(profile, reopened, "12/3/2026 08:00:00")
    assert (verdict.texts, verdict.due_end) == (before, at("21/3/2026"))
    assert judged(profile, reopened, "21/3/2026 00:00:00").texts == past


@EVERY
def test_a_recalled_directive_ends_its_tasks_out_of_every_rate(profile: Profile) -> None:
    for history in ([assigned()], [assigned(), SENT, did(ResultApproved, "11/3/2026 08:00:00")]):
        recalled = [*history, did(DirectiveRecalled, "12/3/2026 08:00:00")]
        verdict = judged(profile, recalled, "1/6/2026 00:00:00")
        assert verdict.text.casefold() == "thu hồi"
        assert (verdict.family, verdict.lateness) == (Family.ENDED, Lateness.NONE)
        assert verdict.next_change_at is None


@EVERY
@pytest.mark.parametrize(
    ("closing", "by"),
    [
        (did(DirectiveReplaced, "12/3/2026 08:00:00", number="20/TB-UBND"), ("20/TB-UBND",)),
        (did(TaskSplit, "12/3/2026 08:00:00", into=("TD-A", "TD-B")), ("TD-A", "TD-B")),
        (did(TaskMerged, "12/3/2026 08:00:00", into="TD-C"), ("TD-C",)),
    ],
    ids=["replaced", "split", "merged"],
)
def test_what_goes_on_elsewhere_ends_here_or_stays_as_the_profile_says(
    profile: Profile, closing: Event, by: tuple[str, ...]
) -> None:
    history: list[Event] = [assigned(), PROGRESS, closing]
    assert fold(history).superseded_by == by
    verdict = judged(profile, history, "1/6/2026 00:00:00")
    assert verdict.text.casefold() == "đã chuyển sang nhiệm vụ khác"
    assert (verdict.family, verdict.lateness) == (Family.ENDED, Lateness.NONE)
    kept = judged(with_choice(profile, "replacement", effect="keep"), history, "13/3/2026 00:00:00")
    assert kept.texts == UNDER_WAY[profile.id][0]


@EVERY
def test_an_amendment_changes_rows_by_corrections_and_keeps_what_was(profile: Profile) -> None:
    amended = did(DirectiveAmended, "12/3/2026 08:00:00", number="20/TB-UBND")
    corrected = did(TaskCorrected, "12/3/2026 08:00:01", due=until("31/3/2026"))
    history: list[Event] = [assigned(), PROGRESS, amended]
    assert judged(profile, history, "13/3/2026 00:00:00").due_end == at("21/3/2026")
    verdict = judged(profile, [*history, corrected], "21/3/2026 00:00:00")
    assert (verdict.due_end, verdict.extension_count) == (at("1/4/2026"), 0)
    task = fold([*history, corrected])
    assert task.due_at(at("12/3/2026 08:00:00")) == until("20/3/2026")
    assert task.amended == (at("12/3/2026 08:00:00"),)


@EVERY
@pytest.mark.parametrize(("unit", "end"), [("calendar", "22/3/2026"), ("working", "20/3/2026")])
def test_a_pause_moves_the_due_day_by_the_days_it_lasted(profile: Profile, unit: str, end: str) -> None:
    """From Friday to Monday: three days, one of them worked; the due day is a Wednesday."""
    paused, resumed = did(TaskPaused, "6/3/2026 08:00:00"), did(TaskResumed, "9/3/2026 08:00:00")
    chosen = with_choice(profile, "pause", unit=unit)
    history: list[Event] = [assigned(due="18/3/2026"), PROGRESS, paused, resumed]
    verdict = judged(chosen, history, "10/3/2026 00:00:00")
    assert verdict.due_end == at(end)
    assert judged(chosen, history, end).lateness is Lateness.LATE
    none = judged(with_choice(profile, "pause", effect="none"), history, "10/3/2026 00:00:00")
    assert none.due_end == at("19/3/2026")


@EVERY
def test_while_the_clock_stands_nothing_turns_late(profile: Profile) -> None:
    history: list[Event] = [assigned(), PROGRESS, did(TaskPaused, "9/3/2026 08:00:00")]
    verdict = judged(profile, history, "1/6/2026 00:00:00")
    assert verdict.texts == UNDER_WAY[profile.id][0]
    assert (verdict.lateness, verdict.next_change_at) == (Lateness.ON_TIME, None)


@EVERY
def test_the_successor_carries_the_same_task_on(profile: Profile) -> None:
    gone = did(
        UnitSucceeded, "12/3/2026 08:00:00", unit="D01", successor="D09", successor_name="Sở Xây dựng mới"
    )
    history: list[Event] = [assigned(), PROGRESS, gone]
    task = fold(history)
    assert (task.lead, task.progress_at, task.lead_since) == (
        "D09",
        at("5/3/2026 09:00:00"),
        at("2/3/2026 08:00:00"),
    )
    assert judged(profile, history, "13/3/2026 00:00:00").texts == UNDER_WAY[profile.id][0]
    assert judged(profile, history, "21/3/2026 00:00:00").texts == UNDER_WAY[profile.id][1]


@EVERY
def test_a_coordinator_has_a_successor_too(profile: Profile) -> None:
    asked = did(CoordinationAsked, "4/3/2026 08:00:00", unit="D02", due=until("10/3/2026"))
    gone = did(
        UnitSucceeded, "12/3/2026 08:00:00", unit="D02", successor="D09", successor_name="Sở Tài chính mới"
    )
    history: list[Event] = [assigned(coordinators=("D02", "D03")), asked, gone]
    task = fold(history)
    assert (task.lead, task.coordinators, task.former_coordinators) == ("D01", ("D09", "D03"), ("D02",))
    assert [(part.unit, part.asked_at) for part in task.coordination] == [("D09", at("4/3/2026 08:00:00"))]
    same = judged(profile, history[:1], "13/3/2026 00:00:00")
    assert judged(profile, history, "13/3/2026 00:00:00") == same


@EVERY
def test_another_officer_changes_no_clock(profile: Profile) -> None:
    other = did(OfficerChanged, "12/3/2026 08:00:00", officer="u8", text="nghỉ phép")
    history: list[Event] = [assigned(officer="u7"), PROGRESS, other]
    assert fold(history).officer == "u8"
    for as_of in ("12/3/2026 08:00:00", "21/3/2026 00:00:00"):
        assert judged(profile, history, as_of) == judged(profile, history[:2], as_of)


@EVERY
def test_an_outage_on_the_last_day_is_noted_or_moves_the_day_as_the_profile_says(profile: Profile) -> None:
    """The due day is a Friday; the document system was out of use until Saturday noon."""
    out = did(OutageNoted, "20/3/2026 20:00:00", until=at("21/3/2026 12:00:00"))
    history: list[Event] = [assigned(), PROGRESS, out]
    assert judged(profile, history, "21/3/2026 12:00:00").due_end == at("21/3/2026")
    assert fold(history).outages[0].until == at("21/3/2026 12:00:00")
    moving = with_choice(profile, "outage", effect="next_working_day")
    assert judged(moving, history, "21/3/2026 12:00:00").due_end == at("24/3/2026")
    assert judged(moving, history, "23/3/2026 23:59:59").lateness is Lateness.ON_TIME
    assert judged(moving, history, "24/3/2026 00:00:00").lateness is Lateness.LATE


@EVERY
def test_an_outage_over_by_the_due_hour_moves_nothing(profile: Profile) -> None:
    out = did(OutageNoted, "20/3/2026 08:00:00", until=at("20/3/2026 12:00:00"))
    moving = with_choice(profile, "outage", effect="next_working_day")
    assert judged(moving, [assigned(), out], "21/3/2026 00:00:00").due_end == at("21/3/2026")


@EVERY
def test_a_request_after_the_due_date_is_a_request_like_any_other(profile: Profile) -> None:
    asked = did(ExtensionAsked, "23/3/2026 08:00:00", wished=on("31/3/2026"))
    history: list[Event] = [assigned(), PROGRESS, asked]
    assert judged(profile, history, "24/3/2026 00:00:00").texts == UNDER_WAY[profile.id][1]
    granted = did(ExtensionGranted, "24/3/2026 08:00:00", due=until("30/4/2026"))
    verdict = judged(profile, [*history, granted], "25/3/2026 00:00:00")
    assert (verdict.texts, verdict.extension_count) == (UNDER_WAY[profile.id][0], 1)


@pytest.mark.parametrize("profile", [TPHCM, BINHTHUAN], ids=lambda profile: profile.id)
def test_where_no_extension_is_regulated_nobody_owes_an_answer(profile: Profile) -> None:
    assert not profile.extension.allowed
    assert "vẫn được đếm" in profile.extension.reading
    assert profile.limits.extension_answer is None
    assert LAOCAI.extension.allowed
    assert DONGTHAP.extension.allowed


@EVERY
def test_a_due_date_on_a_day_off_stays_unless_the_profile_moves_it(profile: Profile) -> None:
    sunday = fold([assigned(due="22/3/2026")])
    stays = deadline_of(sunday, profile, CALENDAR)
    moves = deadline_of(sunday, with_choice(profile, "deadline_on_day_off", means="next_working"), CALENDAR)
    assert stays is not None
    assert moves is not None
    assert (stays.end, moves.end) == (at("23/3/2026"), at("24/3/2026"))
