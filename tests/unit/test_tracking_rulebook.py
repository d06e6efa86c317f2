"""The table worked out beforehand: what is owed, which rules are silent, what counts as late. By hand, no profile."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pydantic import ValidationError

from tracking.rulebook import Family, Lateness, OwedWhen, Rulebook, StatusRule
from tracking.vocabulary import VOCABULARY, Facts, combinations, possible


def _rule(id: str, text: str, family: Family, **when: str) -> StatusRule:  # noqa: A002
    values = {fact: tuple(value.split()) for fact, value in when.items()}
    return StatusRule(id=id, when=values, text=text, family=family, article="Điều 1")


RULES = (
    _rule("LC-1", "xong", Family.DONE, decision="approved_before_due approved_after_due"),
    _rule("LC-2", "gần hạn", Family.WORKING, due="near"),
    _rule("LC-3", "đã trình", Family.SUBMITTED, submitted="on_time late"),
    _rule("LC-4", "chờ", Family.WAITING),
)


def _facts(**given: str) -> Facts:
    """A possible combination with these facts, the plainest first."""
    fits = [
        facts
        for facts in combinations(["directive"])
        if possible(facts) and all(getattr(facts, name) == value for name, value in given.items())
    ]
    assert fits, given
    return fits[0]


LATE_WAITING = {"due": "past", "submitted": "none", "decision": "none"}
LATE_DONE = {"due": "past", "submitted": "late", "decision": "approved_after_due"}


@pytest.mark.parametrize(
    ("explanation", "waiting", "done"),
    [("never", False, False), ("done_late", False, True), ("late", True, True)],
)
def test_an_explanation_is_owed_for_what_is_late_as_the_regulation_has_it(
    explanation: OwedWhen, waiting: bool, done: bool
) -> None:
    book = Rulebook(RULES, explanation)
    assert book.ruling(_facts(**LATE_WAITING)).owes_explanation is waiting
    assert book.ruling(_facts(**LATE_DONE)).owes_explanation is done
    for facts in combinations(["directive"]):
        if book.ruling(facts).lateness is not Lateness.LATE:
            assert not book.ruling(facts).owes_explanation


def test_a_cause_is_owed_only_where_it_is_asked_for_and_only_while_late_and_unfinished() -> None:
    silent, asking = Rulebook(RULES, "late"), Rulebook(RULES, "late", cause_of_unfinished=True)
    owing = [facts for facts in combinations(["directive"]) if asking.ruling(facts).owes_cause]
    assert _facts(**LATE_WAITING) in owing
    for facts in combinations(["directive"]):
        assert silent.ruling(facts).owes_cause is False
        ruling = asking.ruling(facts)
        unfinished = ruling.rule.family in {Family.WAITING, Family.WORKING}
        assert ruling.owes_cause is (unfinished and ruling.lateness is Lateness.LATE)


def test_without_a_near_window_a_rule_about_near_is_silent() -> None:
    assert Rulebook(RULES, "late").silent_rules == ()
    assert Rulebook(RULES, "late", near=True).silent_rules == ()
    assert Rulebook(RULES, "late", near=False).silent_rules == ("LC-2",)


def test_an_end_is_neither_late_nor_in_time() -> None:
    ended = (_rule("LC-9", "kết thúc", Family.ENDED, due="past"), *RULES)
    assert Rulebook(ended, "late").ruling(_facts(**LATE_WAITING)).lateness is Lateness.NONE


def test_words_that_say_late_by_themselves_outdo_the_facts() -> None:
    said = StatusRule(
        id="LC-8", when={}, text="x", family=Family.WAITING, article="Điều 1", lateness=Lateness.ON_TIME
    )
    assert Rulebook((said,), "late").ruling(_facts(**LATE_WAITING)).lateness is Lateness.ON_TIME


@pytest.mark.parametrize(
    ("decision", "submitted", "due", "lateness"),
    [
        ("none", "none", "none", Lateness.NONE),
        ("none", "on_time", "none", Lateness.NONE),
        ("none", "none", "ahead", Lateness.ON_TIME),
        ("none", "none", "near", Lateness.ON_TIME),
        ("none", "none", "past", Lateness.LATE),
        ("none", "on_time", "past", Lateness.ON_TIME),
        ("none", "late", "past", Lateness.LATE),
        ("rejected_before_due", "on_time", "ahead", Lateness.ON_TIME),
        ("rejected_before_due", "on_time", "past", Lateness.LATE),
        ("rejected_after_due", "on_time", "past", Lateness.LATE),
        ("approved_before_due", "on_time", "past", Lateness.ON_TIME),
        ("approved_after_due", "on_time", "past", Lateness.ON_TIME),
        ("approved_after_due", "late", "past", Lateness.LATE),
        ("approved_before_due", "none", "past", Lateness.ON_TIME),
        ("approved_after_due", "none", "past", Lateness.LATE),
    ],
)
def test_late_is_told_by_the_sending_and_by_the_clock_only_while_nothing_was_sent(
    decision: str, submitted: str, due: str, lateness: Lateness
) -> None:
    book = Rulebook((_rule("LC-1", "x", Family.WORKING),), "late")
    assert book.ruling(_facts(decision=decision, submitted=submitted, due=due)).lateness is lateness


def test_time_changes_a_ruling_only_where_another_one_follows() -> None:
    book = Rulebook(RULES, "never")
    plain = {"submitted": "none", "decision": "none"}
    ahead, near = (book.ruling(_facts(due=due, **plain)) for due in ("ahead", "near"))
    assert (ahead.changes_when_near, ahead.changes_when_past) == (True, True)
    assert (near.changes_when_near, near.changes_when_past) == (False, True)
    sent = book.ruling(_facts(due="ahead", submitted="on_time", decision="approved_before_due"))
    assert (sent.changes_when_near, sent.changes_when_past) == (False, False)
    for due in ("none", "past"):
        still = book.ruling(_facts(due=due, **plain))
        assert (still.changes_when_near, still.changes_when_past) == (False, False)


def test_where_no_rule_answers_later_nothing_is_said_to_change() -> None:
    book = Rulebook((_rule("LC-1", "x", Family.WORKING, due="ahead"),), "never")
    ruling = book.ruling(_facts(due="ahead"))
    assert (ruling.changes_when_near, ruling.changes_when_past) == (False, False)
    assert all(facts.due != "ahead" for facts in book.gaps)


def test_a_kind_with_rules_of_its_own_is_worked_out_apart_and_every_other_is_read_as_a_directive() -> None:
    book = Rulebook((_rule("LC-5", "phản ánh", Family.WORKING, kind="petition"), *RULES), "late")
    plain = _facts(due="ahead", submitted="none", decision="none")
    assert book.ruling(replace(plain, kind="petition")).rule.text == "phản ánh"
    for kind in set(VOCABULARY["kind"]) - {"petition"}:
        assert book.ruling(replace(plain, kind=kind)) == book.ruling(plain)  # type: ignore[arg-type]
    assert book.ruling(plain).rule.text == "chờ"


def test_a_gap_is_told_for_each_kind_that_is_asked_for_and_for_no_other() -> None:
    book = Rulebook((_rule("LC-5", "x", Family.WORKING, kind="directive"),), "late")
    assert book.gaps == ()
    lacking = Rulebook((_rule("LC-5", "x", Family.WORKING, kind="petition"),), "late")
    assert set(lacking.gaps) == set(combinations(["directive"]))


def test_a_rule_behind_one_that_takes_everything_is_silent() -> None:
    book = Rulebook((*RULES, _rule("LC-9", "không bao giờ", Family.WORKING, due="past")), "late")
    assert book.silent_rules == ("LC-9",)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"when": {"colour": ("red",)}}, "no fact is called colour"),
        ({"when": {"due": ("near", "soon")}}, "due is never soon (choose from none, ahead, near, past)"),
        ({"when": {"due": ("soon",), "colour": ("red",)}}, "no fact is called colour; due is never soon"),
        ({"basis": "silent"}, "basis is silent: write the reading that was chosen"),
        ({"basis": "inferred"}, "basis is inferred: write the reading that was chosen"),
        ({"wehn": {"due": ("past",)}}, "Extra inputs are not permitted"),
        ({"id": "lc1"}, "String should match pattern"),
    ],
)
def test_a_rule_that_could_not_mean_what_it_says_is_refused(given: dict[str, object], said: str) -> None:
    plain = {"id": "LC-1", "when": {}, "text": "x", "family": "working", "article": "Điều 1"}
    assert StatusRule.model_validate({**plain, "basis": "silent", "reading": "as agreed"}).reading
    with pytest.raises(ValidationError) as refused:
        StatusRule.model_validate({**plain, **given})
    assert said in str(refused.value)
