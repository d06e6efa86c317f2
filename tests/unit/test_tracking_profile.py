"""The status tables as tables: every combination of facts is answered, every rule can speak.

Also rows that stand only under a choice of the profile, the 22 keys of the comparison of the
five regulations, and which documents a profile takes for directives. Excludes reading files
(test_config_profiles) and the rows themselves (test_tracking_laocai and its neighbours).
"""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest

from tests.tracking_histories import (
    ALL_PROFILES,
    BINHTHUAN,
    DONGNAI,
    DONGTHAP,
    LAOCAI,
    TPHCM,
    assigned,
    at,
    did,
    judged,
)
from tracking.events import ResultSubmitted
from tracking.profile import Profile
from tracking.rulebook import Family, Lateness, Rulebook, StatusRule
from tracking.vocabulary import VOCABULARY, Facts, combinations, possible

SHIPPED = ALL_PROFILES


@pytest.mark.covers("LC-05", "HC-02", "BT-13", "DT-12")
@pytest.mark.parametrize("profile", SHIPPED, ids=lambda profile: profile.id)
def test_every_combination_of_facts_has_exactly_one_text(profile: Profile) -> None:
    every = list(combinations())
    assert len(every) == 4 * 5 * 3 * 2 * 4 * 2 * 3
    for facts in every:
        ruling = profile.rulebook.ruling(facts)
        first = next(rule for rule in profile.rules if rule.matches(facts))
        assert ruling.rule is first


@pytest.mark.parametrize("profile", SHIPPED, ids=lambda profile: profile.id)
def test_every_rule_is_reached_by_a_possible_history(profile: Profile) -> None:
    reached = {profile.rulebook.ruling(facts).rule.id for facts in combinations() if possible(facts)}
    assert reached == {rule.id for rule in profile.rules}
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


def test_an_explanation_may_be_owed_for_unfinished_work_too() -> None:
    profile = changed(BINHTHUAN, "late_explanation", owed="late")
    verdict = judged(profile, [assigned()], "20/3/2026 23:59:59")
    assert not verdict.explanation_owed
    assert verdict.next_change_at == at("21/3/2026")
    assert judged(profile, [assigned()], "21/3/2026 00:00:00").explanation_owed


def changed(profile: Profile, part: str, **choices: Any) -> Profile:
    values = profile.model_dump()
    values[part] |= choices
    return Profile.model_validate(values)


def test_a_row_stands_only_where_the_profile_makes_its_choice() -> None:
    strict = changed(TPHCM, "pending_after_due", policy="strict")
    assert {rule.id for rule in TPHCM.rules} ^ {rule.id for rule in strict.rules} == {"HC-5", "HC-5s"}
    assert TPHCM.status == strict.status


def test_a_row_of_a_choice_not_made_need_not_be_reachable() -> None:
    """With a state of its own for waiting neither row stands, and the rest still answers everything."""
    own = changed(TPHCM, "pending_after_due", policy="own_state")
    assert not {"HC-5", "HC-5s"} & {rule.id for rule in own.rules}
    assert (own.rulebook.gaps, own.rulebook.silent_rules) == ((), ())


def test_kinds_that_no_rule_asks_for_are_treated_alike() -> None:
    for profile in (LAOCAI, TPHCM, BINHTHUAN, DONGTHAP):
        for kind in ("upward", "petition"):
            given = judged(profile, [assigned(kind=kind)], "21/3/2026 00:00:00")
            assert given.rule == judged(profile, [assigned()], "21/3/2026 00:00:00").rule


def test_words_may_say_late_by_themselves() -> None:
    """Where waiting counts as late the words say so, although the sending was in time."""
    strict = changed(TPHCM, "pending_after_due", policy="strict")
    sent = did(ResultSubmitted, "19/3/2026 16:00:00", evidence=("a1",))
    verdict = judged(strict, [assigned(), sent], "21/3/2026 00:00:00")
    assert (verdict.lateness, verdict.facts.submitted) == (Lateness.LATE, "on_time")


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


#: The comparison of the five regulations, key by key: Lào Cai, TP.HCM, Bình Thuận, Đồng Tháp, Đồng Nai.
MATRIX: dict[str, tuple[Any, Any, Any, Any, Any]] = {
    "undated_tasks.policy": ("track_if_periodic", "exclude", "track", "exclude", "track"),
    "limits.enter.working_days": (3, None, 1, 0, None),
    "limits.enter.cutoff": (None, None, None, time(15), None),
    "limits.first_update.runs_from": ("receipt", None, "assignment", None, None),
    "limits.first_update.working_days": (3, None, 3, None, None),
    "limits.recurring.0.every": ("week", None, "quarter", None, None),
    "limits.recurring.0.at": (time(10), None, None, None, None),
    "limits.review.cutoff": (None, None, None, time(15), None),
    "limits.petition_answer.calendar_days": (None, None, None, None, 20),
    "near_due.enabled": (True, False, False, False, False),
    "waiting_state.text": ("Đã thực hiện", "", "", "Chờ xác nhận", ""),
    "late_after_completion.shown": (False, True, True, True, False),
    "on_time_by.moment": ("sending", "sending", "sending", "sending", "sending"),
    "on_time_by.basis": ("silent", "inferred", "inferred", "text", "silent"),
    "pending_after_due.policy": ("own_state", "freeze", "own_state", "own_state", "freeze"),
    "approvers.who.0": (
        "Chuyên viên Văn phòng UBND tỉnh",
        "Lãnh đạo Văn phòng UBND thành phố",
        None,
        "Phòng chuyên môn thuộc Văn phòng UBND tỉnh",
        "Văn phòng UBND tỉnh",
    ),
    "extension.allowed": (True, False, False, True, False),
    "extension.written_consent": (False, False, False, True, False),
    "extension.max_count": (None, None, None, None, None),
    "limits.extension_answer.working_days": (2, None, None, None, None),
    "returns.allowed": (True, False, True, True, True),
    "late_explanation.owed": ("done_late", "done_late", "done_late", "never", "never"),
    "cause_report.owed": (True, False, True, False, True),
    "leads.policy": (
        "exactly_one",
        "one_or_several",
        "one_or_several",
        "lead_and_coordinators",
        "lead_and_coordinators",
    ),
    "evidence.required": (True, True, False, True, False),
    "evidence.without_file": ("progress", "progress", "submission", "submission", "submission"),
    "paper.parallel": ("none", "beside", "on_request", "beside", "replaced"),
    "secrecy.classified": ("exclude", "exclude", "exclude", "exclude", "exclude"),
    "secrecy.basis": ("text", "inferred", "text", "silent", "silent"),
    "accounts.identity": (
        "document_system",
        "separate",
        "document_system",
        "document_system",
        "document_system",
    ),
    "lead_time.min_working_days": (None, None, None, 1, None),
    "reports.periods": (
        ("week", "month", "year"),
        ("month", "quarter", "half_year"),
        ("quarter", "half_year", "nine_months", "year"),
        ("month",),
        (),
    ),
    "reports.on_demand": (False, True, True, True, True),
    "upward.policy": ("in", "out", "in", "out", "own_module"),
}


@pytest.mark.covers("LC-04", "LC-09", "HC-06", "BT-08", "BT-27", "DT-03", "DT-05", "DT-22", "HC-22")
@pytest.mark.parametrize("key", MATRIX)
def test_the_comparison_of_the_five_regulations(key: str) -> None:
    assert tuple(_value(profile, key) for profile in ALL_PROFILES) == MATRIX[key]


def _value(profile: Profile, key: str) -> Any:
    """What stands under a dotted key; None where the part or the place is absent."""
    value: Any = profile
    for step in key.split("."):
        if isinstance(value, tuple):
            value = value[int(step)] if int(step) < len(value) else None
        else:
            value = None if value is None else getattr(value, step)
    return value


#: Where a contradiction inside one regulation is on record, and words of the choice.
CONTRADICTIONS = [
    (LAOCAI, "scope", "Điều 5 khoản 1 chỉ nêu Tỉnh ủy"),
    (LAOCAI, "approvers", "Điều 6 chỉ nêu Thường trực UBND tỉnh"),
    (LAOCAI, "limits.first_update", "Điểm a giao Thủ trưởng phê duyệt"),
    (LAOCAI, "near_due", "khoản 2 bao trùm cả khoản 3 và khoản 4"),
    (DONGTHAP, "on_time_by", "khoản 2 điểm b coi từ chối sau hạn là quá hạn"),
    (DONGTHAP, "on_time_by", "phát hành trong hệ thống cũng là gửi"),
    (DONGTHAP, "approvers", "đơn vị chỉ còn vài phút"),
    (BINHTHUAN, "reports", "Điều 9 và Điều 10 có kỳ 9 tháng"),
    (BINHTHUAN, "upward", "ngày 27/7/2014"),
    (BINHTHUAN, "limits.first_update", "Văn phòng có 01 ngày để nhập"),
    (TPHCM, "leads", "Điều 3 chỉ viết đơn vị thực hiện"),
    (DONGNAI, "reports", "ở Một cửa tại một chỗ và ở Văn thư tại chỗ khác"),
]


@pytest.mark.parametrize(
    ("profile", "key", "words"), CONTRADICTIONS, ids=lambda value: getattr(value, "id", None)
)
def test_every_contradiction_inside_one_regulation_has_its_choice_on_record(
    profile: Profile, key: str, words: str
) -> None:
    assert words in _value(profile, f"{key}.reading")


def test_families_and_lateness_are_plain_words_too() -> None:
    verdict = judged(LAOCAI, [assigned()], "21/3/2026 00:00:00")
    assert verdict.family is Family.WAITING
    assert verdict.lateness is Lateness.LATE
    assert f"{verdict.family}/{verdict.lateness}" == "waiting/late"
