"""The truth table of one field, row by row; every combination has an answer; every field has one owner."""

from __future__ import annotations

from dataclasses import fields
from itertools import product

import pytest

from connector.records import DirectiveRecord, JobRecord
from store.workitems import COMPARED
from sync.brakes import too_many, unit_vanished, vanished
from sync.plan import OWNERS, TABLE, WRITES, Action, Moved, Owner, compare, differences


@pytest.mark.parametrize(
    ("base", "theirs", "ours", "explained", "action"),
    [
        ("A", None, "A", False, Action.MISSING),
        ("A", "A", "A", False, Action.AGREE),
        ("A", "B", "B", False, Action.AGREE),
        ("", "B", "B", False, Action.AGREE),
        ("A", "A", "B", False, Action.PUSH),
        ("A", "X", "A", False, Action.HEAL),
        ("A", "X", "A", True, Action.RESTORE),
        ("A", "X", "B", False, Action.CONFLICT),
        (None, "X", "B", False, Action.PUSH),
        ("A", "X", "B", True, Action.PUSH),
    ],
)
@pytest.mark.covers("F45")
def test_a_field_of_the_tracker(
    base: str | None, theirs: str | None, ours: str, explained: bool, action: Action
) -> None:
    assert compare("state", base, theirs, ours, explained=explained).action is action


def test_a_field_of_the_document_system_is_never_pushed() -> None:
    for base, theirs, ours in product("ab", repeat=3):
        assert compare("number", base, theirs, ours).action in {Action.AGREE, Action.ACCEPT}


def test_only_an_unexplained_change_of_what_is_ours_is_drift() -> None:
    assert compare("due", "2026-01-01", "2026-02-01", "2026-01-01").drift
    assert not compare("state", "A", "X", "A", explained=True).drift
    assert not compare("state", "A", "A", "B").drift


def test_a_field_they_do_not_show_counts_as_agreed() -> None:
    assert differences({"content": "h1"}, {"state": "A"}, {"content": "h1"}) == ()
    (only,) = differences({"content": "h1"}, {"state": "A"}, {"content": "h2"})
    assert only.action is Action.PUSH


def test_a_missing_work_item_is_said_for_every_field() -> None:
    found = differences({"state": "A"}, None, {"state": "A", "due": ""})
    assert {difference.action for difference in found} == {Action.MISSING}


def test_a_conflict_keeps_both_values_and_shows_the_owners() -> None:
    found = compare("due", "2026-01-01", "2026-02-01", "2026-03-01")
    assert (found.theirs, found.ours, found.owner) == ("2026-02-01", "2026-03-01", Owner.TRACKER)
    assert found.drift
    assert found.action in WRITES


def test_the_table_is_complete_and_only_the_trackers_fields_are_ever_written() -> None:
    assert set(TABLE) == set(product(Owner, Moved, (False, True)))
    for (owner, _, _), action in TABLE.items():
        assert owner is Owner.TRACKER or action not in WRITES


#: Fields of records that say which thing it is or hold others; and those known here under another name.
IDENTITY = {"remote_id", "document_id", "lines", "identity"}
RENAMED = {
    "due": "due", "status_text": "state", "evaluation_code": "evaluation", "actions": "comments",
    "state": "document_state",
}  # fmt: skip


def test_every_field_has_one_owner_and_the_compared_ones_are_ours() -> None:
    assert set(OWNERS.values()) == set(Owner)
    assert all(OWNERS[field] is Owner.TRACKER for field in COMPARED - {"explained"})
    job = {RENAMED.get(field.name, field.name) for field in fields(JobRecord)} - IDENTITY
    assert job <= OWNERS.keys()
    directive = {RENAMED.get(field.name, field.name) for field in fields(DirectiveRecord)} - IDENTITY
    assert directive <= OWNERS.keys()


@pytest.mark.covers("F11", "F12")
def test_brakes() -> None:
    known = [str(number) for number in range(100)]
    empty = vanished("accounts", "tài khoản", known, [])
    assert empty is not None
    assert "rỗng" in empty.reason
    assert vanished("accounts", "tài khoản", known, known[5:]) is None
    six = vanished("accounts", "tài khoản", known, known[6:])
    assert six is not None
    assert "6 trong 100" in six.reason
    assert vanished("accounts", "tài khoản", [], []) is None
    few = [str(number) for number in range(10)]
    assert vanished("accounts", "tài khoản", few, few[1:]) is None


@pytest.mark.covers("F12")
@pytest.mark.parametrize(
    ("gone", "of", "stops"),
    [(0, 0, False), (1, 1, False), (1, 10, False), (2, 40, False), (3, 50, True), (20, 400, False),
     (20, 401, False), (21, 10_000, True), (6, 100, True), (5, 100, False)],
)  # fmt: skip
def test_over_five_per_cent_or_over_twenty_of_a_unit_stop_it(gone: int, of: int, stops: bool) -> None:
    assert too_many(gone, of) is stops
    brake = unit_vanished("unit:7:jobs", "Sở Y tế", "công việc", [str(n) for n in range(gone)], of)
    assert (brake is not None) is stops


def test_values_that_are_not_there_are_told_as_blank() -> None:
    first = compare("state", None, "Đang làm", "Chưa làm")
    assert (first.base, first.theirs, first.ours) == ("", "Đang làm", "Chưa làm")
    assert compare("state", "Chưa làm", None, "Xong").theirs == ""
    assert compare("state", "Chưa làm", "Đang làm", "Xong").base == "Chưa làm"


def test_a_field_that_neither_side_knows_yet_is_pushed_as_a_change_from_blank() -> None:
    (found,) = differences({}, {"due": "2026-11-30"}, {"state": "Chưa làm", "due": "2026-11-30"})
    assert (found.field, found.action, found.theirs) == ("state", Action.PUSH, "")
    assert differences({}, {}, {"state": ""}) == ()


def test_what_an_event_explains_is_restored_and_not_healed() -> None:
    base, theirs, ours = {"state": "A"}, {"state": "B"}, {"state": "A"}
    (healed,) = differences(base, theirs, ours)
    (restored,) = differences(base, theirs, ours, explained=frozenset({"state"}))
    assert (healed.action, restored.action) == (Action.HEAL, Action.RESTORE)
