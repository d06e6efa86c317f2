"""The truth table of one field, row by row; every combination has an answer; every field has one owner."""

from __future__ import annotations

from itertools import product

import pytest

from sync.brakes import vanished
from sync.plan import OWNERS, Action, Owner, compare, differences


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
        ("A", "X", "B", False, Action.PUSH),
        ("A", "X", "B", True, Action.PUSH),
    ],
)
@pytest.mark.covers("F45")
def test_a_field_of_the_tracker(
    base: str, theirs: str | None, ours: str, explained: bool, action: Action
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


def test_every_field_has_one_owner_and_the_compared_ones_are_ours() -> None:
    assert set(OWNERS.values()) == set(Owner)
    assert all(OWNERS[field] is Owner.TRACKER for field in ("state", "due", "name", "content"))


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
