"""What is known: work items, cursors, units and accounts, findings, and where evidence was seen.

Excludes tasks (`test_store_tasks`) and evidence files (`test_store_evidence`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from errors import SkipRecord
from store.cursors import Cursor
from store.directory import AccountRow, UnitRow
from store.engine import Store
from store.evidence import EvidenceRow
from store.findings import Finding
from store.workitems import WorkItem

NOW = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)
LATER = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def test_work_items_by_task_and_by_job(store: Store) -> None:
    one = WorkItem(
        "T1", "songlam", "J1", "D1", "VB1", {"state": "Chờ xác nhận"}, {"state": "2", "due": "2026-12-01"}
    )
    with store.begin() as places:
        places.workitems.put([one, WorkItem("T2", "songlam"), WorkItem("T3", "khac", "J1")])
        assert places.workitems.by_task(["T1", "T2", "T9"]) == {"T1": one, "T2": WorkItem("T2", "songlam")}
        assert places.workitems.by_job("songlam", ["J1", "J2"]) == {"J1": one}
        changed = replace(one, written={"state": "Đang thực hiện"})
        places.workitems.put([changed])
        assert places.workitems.by_task(["T1"]) == {"T1": changed}
        assert list(places.workitems.all_jobs("songlam")) == [changed]


def test_all_jobs_are_read_page_by_page(store: Store) -> None:
    with store.begin() as places:
        places.workitems.put([WorkItem(f"T{number:05}", "songlam", f"J{number}") for number in range(2101)])
        jobs = places.workitems.all_jobs("songlam")
        assert next(jobs).job_id == "J0"
        assert [item.job_id for item in jobs] == [f"J{number}" for number in range(1, 2101)]


def test_only_the_four_texts_are_compared() -> None:
    with pytest.raises(ValueError, match="colour"):
        WorkItem("T1", "songlam", written={"colour": "red"})


def test_a_cursor_keeps_its_promise_until_it_is_renewed(store: Store) -> None:
    with store.begin() as places:
        assert places.cursors.get("songlam", "document") is None
        assert places.cursors.complete_to("songlam", "document") is None
        places.cursors.set("songlam", "document", "p1", NOW, digest="d1")
        places.cursors.set("songlam", "document", "p2", digest="d2")
        assert places.cursors.get("songlam", "document") == Cursor("p2", NOW, "d2")
        places.cursors.set("songlam", "document", "p3", LATER)
        assert places.cursors.complete_to("songlam", "document") == LATER
        places.cursors.set("songlam", "unit", "u", NOW)
        places.cursors.clear("songlam", "document")
        assert places.cursors.get("songlam", "document") is None
        assert places.cursors.get("songlam", "unit") == Cursor("u", NOW, "")
        places.cursors.clear("songlam")
        assert places.cursors.get("songlam", "unit") is None


def unit(unit_id: str, **given: object) -> UnitRow:
    return replace(UnitRow("songlam", unit_id, f"Đơn vị {unit_id}"), **given)  # type: ignore[arg-type]


@pytest.mark.covers("F11")
def test_only_a_complete_listing_shows_that_a_unit_is_gone(store: Store) -> None:
    successors = unit("C", valid_to=date(2026, 6, 30), valid_from=date(2020, 1, 1), successors=("A", "B"))
    with store.begin() as places:
        changes = places.directory.replace_units("songlam", [unit("A"), unit("B"), successors], NOW, True)
        assert [row.unit_id for row in changes.added] == ["A", "B", "C"]
        assert not places.directory.replace_units("songlam", [unit("A")], NOW, False)
        assert places.directory.units("songlam") == [unit("A"), unit("B"), successors]
        renamed = unit("A", name="Sở mới", code="H01.02")
        changes = places.directory.replace_units("songlam", [renamed, successors], NOW, True)
        gone = unit("B", active=False, valid_to=date(2026, 11, 21))
        assert (changes.added, changes.changed, changes.gone) == ((), (renamed,), (gone,))
        assert changes.before == {"A": unit("A"), "B": unit("B")}
        assert places.directory.units("songlam") == [renamed, gone, successors]
        assert not places.directory.replace_units("songlam", [renamed, successors], LATER, True)
        back = places.directory.replace_units("songlam", [unit("B")], NOW, False)
        assert back.changed == (unit("B"),)
        assert places.directory.units("khac") == []


def test_accounts_come_change_and_go(store: Store) -> None:
    one = AccountRow("songlam", "P1", "U1", "Nguyễn Văn A", "Chuyên viên", "user", "H1", "Sở A", "a@x", "09")
    two = AccountRow("songlam", "P2", "U1", "Nguyễn Văn A", unit_id="H2")
    with store.begin() as places:
        assert len(places.directory.replace_accounts("songlam", [one, two], NOW, True).added) == 2
        changes = places.directory.replace_accounts("songlam", [replace(two, state="locked")], NOW, True)
        assert changes.changed == (replace(two, state="locked"),)
        assert changes.gone == (replace(one, state="gone"),)
        assert changes.before == {"P1": one, "P2": two}
        assert [row.posting_id for row in places.directory.accounts("songlam", user_id="U1")] == ["P1", "P2"]
        assert places.directory.accounts("songlam", unit_id="H1") == [replace(one, state="gone")]
        assert not places.directory.replace_accounts("songlam", [replace(two, state="locked")], NOW, True)


@pytest.mark.covers("M42")
def test_a_listing_that_names_an_id_twice_changes_nothing(store: Store) -> None:
    with store.begin() as places:
        with pytest.raises(SkipRecord, match="'A' twice"):
            places.directory.replace_units(
                "songlam", [unit("B"), unit("A"), unit("A", name="khác")], NOW, True
            )
        assert places.directory.units("songlam") == []


def finding(document_id: str, place: str) -> Finding:
    return Finding("songlam", document_id, place, "no_unit", "Sở X", "Không rõ đơn vị.", "Ghi đủ tên đơn vị.")


def test_findings_are_replaced_document_by_document(store: Store) -> None:
    with store.begin() as places:
        places.findings.replace("songlam", "VB1", [finding("VB1", "II.1"), finding("VB1", "II.2")])
        places.findings.replace("songlam", "VB2", [finding("VB2", "I.1")])
        places.findings.replace("songlam", "VB1", [finding("VB1", "II.3")])
        assert places.findings.of("songlam") == [finding("VB2", "I.1"), finding("VB1", "II.3")]
        assert places.findings.of("songlam", ["VB1", "VB9"]) == [finding("VB1", "II.3")]
        assert places.findings.count("songlam") == 2
        places.findings.replace("songlam", "VB1", [])
        assert places.findings.count("songlam") == 1
        with pytest.raises(ValueError, match="of the document"):
            places.findings.replace("songlam", "VB1", [finding("VB2", "x")])


@pytest.mark.covers("F49")
def test_new_bytes_under_an_old_id_are_another_file(store: Store) -> None:
    old = EvidenceRow("a" * 64, 10, "songlam", "T1", "VB1", "F1", "bao-cao.pdf", NOW)
    new = replace(old, sha256="b" * 64, size=12, seen_at=LATER)
    with store.begin() as places:
        places.evidence.put([old])
        places.evidence.put([replace(old, seen_at=LATER), new, replace(old, remote_id="F2", task="T2")])
        assert places.evidence.by_hash("songlam", ["a" * 64, "b" * 64]) == [
            old,
            new,
            replace(old, remote_id="F2", task="T2"),
        ]
        assert places.evidence.by_remote("songlam", ["F1", "F2", "F9"]) == {"F1": "b" * 64, "F2": "a" * 64}
        assert places.evidence.by_remote("khac", ["F1"]) == {}
    with pytest.raises(ValueError, match="64 lower-case"):
        replace(old, sha256="A" * 64)
