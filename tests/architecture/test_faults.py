"""Every fault and bad input is shown by a test, on each database that it concerns, and the page tells the same."""

from __future__ import annotations

import pytest

from tests.fault_page import PAGE, databases, page, problems
from tests.fault_rows import BOTH, FAULTS, INPUTS, Fault
from tests.requirement_page import covering

COVERED = covering()
LOST = "tests/faults/test_store_damage.py::test_a_lost_server_connection_is_tried_later_and_works_again"


def test_no_fault_has_lost_its_last_test() -> None:
    assert problems(FAULTS, COVERED) == []


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(COVERED), "run: python -m tests.fault_rows --write"


def test_faults_and_inputs_are_numbered_without_a_gap() -> None:
    assert [fault.id for fault in FAULTS] == [f"F{number:02d}" for number in range(1, 51)]
    assert [name for name, _, _ in INPUTS] == [f"M{number:02d}" for number in range(1, 45)]


def test_every_marker_names_a_fault_that_exists() -> None:
    known = {fault.id for fault in FAULTS} | {name for name, _, _ in INPUTS}
    assert {name for name in COVERED if name[0] in "FM" and "-" not in name} == known


def test_nothing_that_covers_a_fault_is_skipped() -> None:
    """By mark or by hand; a test that needs what is not there fails."""
    for test in {test for fault in FAULTS for test in COVERED[fault.id]}:
        source = (PAGE.parents[1] / test.partition("::")[0]).read_text(encoding="utf-8")
        assert not any(word in source for word in ("pytest.skip", "mark.skip", "xfail", "importorskip")), test


@pytest.mark.parametrize(
    ("test", "names"),
    [
        ("tests/faults/test_process_killed.py::test_killed_at_durable_steps_the_end_is_the_same", BOTH),
        ("tests/machine/test_engine_sides.py::test_after_random_days_both_sides_are_the_same_or_a_stop_says_why", BOTH),
        (LOST, {"PostgreSQL"}),
        ("tests/flow/test_beside_the_sandbox.py::test_a_webhook_brings_it_within_two_seconds", {"SQLite"}),
        ("tests/unit/test_connector_webhook.py::test_during_a_rotation_either_secret_and_any_signature_will_do", set()),
    ],
)  # fmt: skip
def test_the_databases_of_a_test_are_read_from_its_fixtures(test: str, names: set[str]) -> None:
    assert databases(test) == names


def test_a_fault_that_lost_its_tests_is_told() -> None:
    row = Fault("F99", "x", "y")
    told = problems([row, Fault("F01", "x", "y", frozenset())], {"F01": COVERED["F01"]})
    assert told[0] == "F99: no test covers it any more"
    assert "F99: no test on PostgreSQL covers it any more" in told
    assert "F01: says not why it is not shown on both databases" in told
    sqlite_only = {
        "F99": ["tests/flow/test_beside_the_sandbox.py::test_a_webhook_brings_it_within_two_seconds"]
    }
    assert problems([row], sqlite_only)[0] == "F99: no test on PostgreSQL covers it any more"
