"""The status tables as tables: every combination of facts is answered, every rule can speak.

Also that the vocabulary carries the tables of TP.HCM and Bình Thuận, so that a further
province is data only, and which documents a profile takes for directives. Excludes
reading files (test_config_profiles).
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.tracking_histories import DONGTHAP, LAOCAI, assigned, did, judged
from tracking.events import Event, ProgressReported, ResultApproved, ResultRejected, ResultSubmitted
from tracking.profile import Profile
from tracking.rulebook import Family, Lateness, Rulebook, StatusRule
from tracking.vocabulary import VOCABULARY, Facts, combinations, possible

SHIPPED = [LAOCAI, DONGTHAP]
APPROVED = ["approved_before_due", "approved_after_due"]
REFUSED = ["rejected_before_due", "rejected_after_due"]
IN_TIME = ["none", "ahead", "near"]


@pytest.mark.covers("LC-05", "DT-12")
@pytest.mark.parametrize("profile", SHIPPED, ids=lambda profile: profile.id)
def test_every_combination_of_facts_has_exactly_one_text(profile: Profile) -> None:
    every = list(combinations())
    assert len(every) == 3 * 5 * 3 * 2 * 4 * 2
    for facts in every:
        ruling = profile.rulebook.ruling(facts)
        first = next(rule for rule in profile.status if rule.matches(facts))
        assert ruling.rule is first


@pytest.mark.parametrize("profile", SHIPPED, ids=lambda profile: profile.id)
def test_every_rule_is_reached_by_a_possible_history(profile: Profile) -> None:
    reached = {profile.rulebook.ruling(facts).rule.id for facts in combinations() if possible(facts)}
    assert reached == {rule.id for rule in profile.status}
    assert profile.rulebook.silent_rules == ()


@pytest.mark.parametrize("profile", SHIPPED, ids=lambda profile: profile.id)
def test_time_alone_never_brings_a_task_back_in_time(profile: Profile) -> None:
    for facts in combinations():
        if facts.due == "past":
            earlier = {
                profile.rulebook.ruling(_with(facts, due=due)).lateness
                for due in ("ahead", "near")
                if possible(_with(facts, due=due))
            }
            if profile.rulebook.ruling(facts).lateness is Lateness.ON_TIME:
                assert earlier <= {Lateness.ON_TIME}


@pytest.mark.parametrize("profile", SHIPPED, ids=lambda profile: profile.id)
def test_being_returned_changes_no_state(profile: Profile) -> None:
    for facts in combinations():
        other = profile.rulebook.ruling(_with(facts, returned="yes"))
        assert other.rule is profile.rulebook.ruling(_with(facts, returned="no")).rule


def _with(facts: Facts, **changes: Any) -> Facts:
    values = {name: getattr(facts, name) for name in VOCABULARY}
    return Facts(**{**values, **changes})


def test_gaps_and_silent_rules_are_found() -> None:
    rules = [
        _rule("XX-1", {"due": ["past"]}, "Quá hạn", "working"),
        _rule("XX-2", {"due": ["past"], "progress": ["reported"]}, "Không bao giờ", "working"),
        _rule("XX-3", {"submitted": ["late"], "due": ["near"]}, "Không thể có", "working"),
    ]
    book = Rulebook(rules, "never")
    assert {facts.due for facts in book.gaps} == {"none", "ahead", "near"}
    assert book.silent_rules == ("XX-2", "XX-3")


def _rule(name: str, when: dict[str, list[str]], text: str, family: str, second_text: str = "") -> StatusRule:
    return StatusRule.model_validate(
        {
            "id": name,
            "when": when,
            "text": text,
            "second_text": second_text,
            "family": family,
            "article": "Điều 2 khoản 2",
        }
    )


def _profile(rules: list[StatusRule], **changes: Any) -> Profile:
    values = LAOCAI.model_dump() | changes
    values["status"] = [rule.model_dump() for rule in rules]
    values["near_due"] |= {"enabled": False}
    return Profile.model_validate(values)


#: TP.HCM: closed by a leader, no state for waiting; a result sent in time stays in time while it waits.
HCM = [
    _rule("HC-0", {"closing": ["ended", "recalled"]}, "Kết thúc", "ended"),
    _rule("HC-2", {"decision": APPROVED, "submitted": ["late"]}, "Đã xử lý quá hạn", "done"),
    _rule(
        "HC-2s",
        {"decision": ["approved_after_due"], "submitted": ["none"]},
        "Đã xử lý quá hạn",
        "done",
    ),
    _rule("HC-1", {"decision": APPROVED}, "Đã xử lý đúng hạn", "done"),
    _rule("HC-5", {"decision": ["none"], "submitted": ["on_time"]}, "Đang xử lý trong hạn", "submitted"),
    _rule("HC-3", {"due": IN_TIME}, "Đang xử lý trong hạn", "working"),
    _rule("HC-4", {}, "Đang xử lý quá hạn", "working"),
]

#: Bình Thuận: two fields, declared by the unit, nobody approves; an undated task has no second field.
BINHTHUAN = [
    _rule("BT-0", {"closing": ["ended", "recalled"]}, "kết thúc", "ended"),
    _rule(
        "BT-9",
        {"due": ["none"], "submitted": ["on_time", "late"], "decision": ["none", *APPROVED]},
        "đã thực hiện",
        "done",
    ),
    _rule(
        "BT-5",
        {"submitted": ["on_time"], "decision": ["none", *APPROVED]},
        "đã thực hiện",
        "done",
        "trong hạn",
    ),
    _rule(
        "BT-6", {"submitted": ["late"], "decision": ["none", *APPROVED]}, "đã thực hiện", "done", "quá hạn"
    ),
    _rule("BT-8", {"due": ["none"], "progress": ["reported"]}, "đang thực hiện", "working"),
    _rule("BT-4", {"due": ["past"], "progress": ["reported"]}, "đang thực hiện", "working", "quá hạn"),
    _rule("BT-3", {"progress": ["reported"]}, "đang thực hiện", "working", "trong hạn"),
    _rule("BT-7", {"due": ["none"]}, "chưa thực hiện", "waiting"),
    _rule("BT-2", {"due": ["past"]}, "chưa thực hiện", "waiting", "quá hạn"),
    _rule("BT-1", {}, "chưa thực hiện", "waiting", "trong hạn"),
]

SENT = did(ResultSubmitted, "19/3/2026 16:00:00", evidence=("a1",))
SENT_LATE = did(ResultSubmitted, "23/3/2026 16:00:00", evidence=("a1",))
PROGRESS = did(ProgressReported, "5/3/2026 09:00:00")


@pytest.mark.parametrize(
    ("happened", "as_of", "rule"),
    [
        ([], "20/3/2026 23:59:59", "HC-3"),
        ([], "21/3/2026 00:00:00", "HC-4"),
        ([SENT], "30/3/2026 00:00:00", "HC-5"),
        ([SENT_LATE], "30/3/2026 00:00:00", "HC-4"),
        ([SENT, did(ResultRejected, "22/3/2026 08:00:00")], "30/3/2026 00:00:00", "HC-4"),
        ([SENT, did(ResultApproved, "29/3/2026 08:00:00")], "30/3/2026 00:00:00", "HC-1"),
        ([SENT_LATE, did(ResultApproved, "29/3/2026 08:00:00")], "30/3/2026 00:00:00", "HC-2"),
    ],
)
def test_the_vocabulary_carries_the_table_of_ho_chi_minh_city(
    happened: list[Event], as_of: str, rule: str
) -> None:
    assert judged(_profile(HCM), [assigned(), *happened], as_of).rule == rule


@pytest.mark.parametrize(
    ("happened", "due", "as_of", "shown"),
    [
        ([], "20/3/2026", "20/3/2026 23:59:59", ("chưa thực hiện", "trong hạn")),
        ([], "20/3/2026", "21/3/2026 00:00:00", ("chưa thực hiện", "quá hạn")),
        ([PROGRESS], "20/3/2026", "20/3/2026 00:00:00", ("đang thực hiện", "trong hạn")),
        ([PROGRESS], "20/3/2026", "21/3/2026 00:00:00", ("đang thực hiện", "quá hạn")),
        ([SENT], "20/3/2026", "30/3/2026 00:00:00", ("đã thực hiện", "trong hạn")),
        ([SENT_LATE], "20/3/2026", "30/3/2026 00:00:00", ("đã thực hiện", "quá hạn")),
        ([], "", "30/3/2026 00:00:00", ("chưa thực hiện", "")),
        ([PROGRESS], "", "30/3/2026 00:00:00", ("đang thực hiện", "")),
        ([SENT], "", "30/3/2026 00:00:00", ("đã thực hiện", "")),
    ],
)
def test_the_vocabulary_carries_the_two_fields_of_binh_thuan(
    happened: list[Event], due: str, as_of: str, shown: tuple[str, str]
) -> None:
    verdict = judged(_profile(BINHTHUAN), [assigned(due=due), *happened], as_of)
    assert (verdict.text, verdict.second_text) == shown


def test_an_explanation_may_be_owed_for_unfinished_work_too() -> None:
    owed = LAOCAI.model_dump()["late_explanation"] | {"owed": "late"}
    profile = _profile(BINHTHUAN, late_explanation=owed)
    verdict = judged(profile, [assigned()], "20/3/2026 23:59:59")
    assert not verdict.explanation_owed
    assert verdict.next_change_at is not None
    assert judged(profile, [assigned()], "21/3/2026 00:00:00").explanation_owed


@pytest.mark.covers("LC-01", "LC-07", "LC-08")
@pytest.mark.parametrize(
    ("doc_type", "issuer", "scope"),
    [
        ("Chỉ thị", "UBND tỉnh Sông Lam", "in"),
        ("Thông báo kết luận", "Văn phòng UBND tỉnh Sông Lam", "in"),
        ("THÔNG BÁO", "Ủy ban nhân dân tỉnh Sông Lam", "in"),
        ("Thông báo", "Uỷ ban nhân dân tỉnh", "in"),
        ("Thông báo", "", "in"),
        ("Công văn", "UBND tỉnh Sông Lam", "if_marked"),
        ("Công văn", "Văn phòng Chính phủ", "if_marked"),
        ("Thông báo", "Bộ Tài chính", "if_marked"),
        ("Chỉ thị", "Thủ tướng Chính phủ", "if_marked"),
        ("Chỉ thị", "UBND huyện Thanh Giang", "out"),
        ("Công văn", "Sở Tài chính", "out"),
        ("Thông báo", "UBND tỉnhX", "out"),
    ],
)
def test_which_documents_are_directives_in_lao_cai(doc_type: str, issuer: str, scope: str) -> None:
    assert LAOCAI.in_scope(doc_type, issuer) == scope


@pytest.mark.covers("DT-02")
@pytest.mark.parametrize(
    ("doc_type", "issuer", "scope"),
    [
        ("Công văn", "UBND tỉnh Sông Lam", "in"),
        ("Thông báo kết luận", "Văn phòng UBND tỉnh Sông Lam", "in"),
        ("Quyết định", "UBND tỉnh Sông Lam", "if_marked"),
        ("Công văn", "Văn phòng Chính phủ", "out"),
    ],
)
def test_which_documents_are_directives_in_dong_thap(doc_type: str, issuer: str, scope: str) -> None:
    assert DONGTHAP.in_scope(doc_type, issuer) == scope


@pytest.mark.covers("LC-04", "LC-09", "DT-03", "DT-05")
def test_what_the_profiles_say_about_rows() -> None:
    assert (LAOCAI.undated, DONGTHAP.undated) == ("track_if_periodic", "exclude")
    assert (LAOCAI.leads.policy, DONGTHAP.leads.policy) == ("exactly_one", "lead_and_coordinators")
    assert (LAOCAI.before_date, DONGTHAP.before_date) == ("day_before", "day_before")
    assert (LAOCAI.lead_time.min_working_days, DONGTHAP.lead_time.min_working_days) == (None, 1)


def test_families_and_lateness_are_plain_words_too() -> None:
    verdict = judged(LAOCAI, [assigned()], "21/3/2026 00:00:00")
    assert verdict.family is Family.WAITING
    assert verdict.lateness is Lateness.LATE
    assert f"{verdict.family}/{verdict.lateness}" == "waiting/late"
