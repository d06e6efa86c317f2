"""The engine over the twin document system: one behaviour a test, on SQLite and PostgreSQL.

Crashes and lost replies are in `tests/faults/test_engine_crashes.py`; the real HTTP system is elsewhere.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from connector.memory_system import Trouble
from connector.port import Stream
from connector.records import DocumentState, UnitRecord
from mappings.tables import rows_from_api
from store.engine import Store
from sync.flow import run_pass, run_reconcile, run_tick
from sync.resync import Scope, resync
from tests.engine_arena import (
    FINANCE,
    FINANCE_HEAD,
    HOME,
    OFFICER,
    OUTSIDER,
    Arena,
    day,
    row,
)
from tracking.calendar import ZONE
from tracking.events import UnitSucceeded


@pytest.fixture
def arena(store: Store, tmp_path: Path) -> Arena:
    return Arena(store, tmp_path)


def _one_task(arena: Arena, days: int = 20) -> str:
    """One directive with one task for Sở Tài chính, pushed; gives the work item's id."""
    arena.issue(row(1, "Rà soát nợ thuế", "Sở Tài chính", day(arena.system.clock, days), "Sở Nội vụ"))
    arena.settle()
    return arena.job_of("Rà soát nợ thuế")


@pytest.mark.covers("LC-04", "LC-13", "F02")
def test_rows_become_work_items_once(arena: Arena) -> None:
    soon, later = day(arena.system.clock, 2), day(arena.system.clock, 30)
    arena.issue(
        row(1, "Rà soát nợ thuế", "Sở Tài chính", soon, "Sở Nội vụ"),
        row(2, "Sắp xếp bộ máy", "Sở Nội vụ", later),
    )
    arena.settle()
    assert arena.shown() == {"Rà soát nợ thuế": "Chưa thực hiện đến hạn", "Sắp xếp bộ máy": "Chưa thực hiện"}
    job = arena.system.job(arena.job_of("Rà soát nợ thuế"))
    assert [(line.role.value, line.name) for line in job.lines] == [
        ("lead", "Sở Tài chính"),
        ("coordinate", "Sở Nội vụ"),
    ]
    assert "12/CT-UBND" in job.content
    assert "Mã theo dõi: TD-" in job.content
    assert set(arena.system.effects().values()) == {1}
    before = list(arena.system.operations)
    idle = run_pass(arena.site)
    assert (idle.writes, idle.requests) == (0, len(Stream))
    assert arena.system.operations == before


@pytest.mark.covers("LC-14", "LC-05", "DT-10")
def test_a_submission_gets_state_receipt_and_evidence(arena: Arena) -> None:
    job_id = _one_task(arena)
    arena.move(hours=2)
    arena.system.act(job_id, FINANCE_HEAD, "31", "Đã xong", attachments={"ket-qua.docx": b"PK result"})
    arena.settle()
    assert arena.shown() == {"Rà soát nợ thuế": "Đã thực hiện"}
    job = arena.system.job(job_id)
    receipts = [action for action in job.actions if "TD-BN-" in action.comment]
    assert len(receipts) == 1
    assert "10:00:00" in receipts[0].comment
    attached = [file for file in arena.system.document(job.document_id).files if file.related]
    assert [arena.system.files[file.remote_id] for file in attached] == [b"PK result"]
    assert arena.system.sha256(attached[0].remote_id) in receipts[0].comment
    arena.system.judge(job_id, OFFICER, "1", "Đạt")
    arena.settle()
    assert arena.shown() == {"Rà soát nợ thuế": "Đã hoàn thành"}


@pytest.mark.covers("LC-16", "HC-12")
def test_an_approval_by_someone_not_entitled_changes_nothing_and_is_told(arena: Arena) -> None:
    job_id = _one_task(arena)
    arena.system.act(job_id, FINANCE_HEAD, "31", "Xong", attachments={"a.txt": b"x"})
    arena.system.judge(job_id, OUTSIDER, "1", "Đạt")
    arena.settle()
    assert arena.shown() == {"Rà soát nợ thuế": "Đã thực hiện"}
    with arena.store.read() as places:
        (finding,) = places.findings.of("memory", [f"job:{job_id}"])
    assert finding.sentence
    assert finding.remedy


@pytest.mark.covers("LC-23", "DT-14")
def test_an_extension_moves_the_due_date_only_by_consent(arena: Arena) -> None:
    job_id = _one_task(arena, days=1)
    arena.system.act(job_id, FINANCE_HEAD, "32", f"đến ngày {day(arena.system.clock, 30)}: chờ số liệu")
    arena.settle()
    assert arena.shown() == {"Rà soát nợ thuế": "Chưa thực hiện đến hạn"}
    arena.system.rewrite(job_id, OFFICER, due=arena.system.clock.date().replace(month=12, day=20))
    arena.settle()
    assert arena.shown() == {"Rà soát nợ thuế": "Chưa thực hiện"}
    assert arena.system.job(job_id).due == arena.system.clock.date().replace(month=12, day=20)
    assert "extension_granted" in arena.kinds()


@pytest.mark.covers("DT-14", "LC-21")
def test_an_earlier_day_shortens_and_one_that_is_over_is_put_back_with_a_word(arena: Arena) -> None:
    job_id, today = _one_task(arena, days=20), arena.system.clock.date()
    arena.system.rewrite(job_id, OFFICER, due=today + timedelta(days=10))
    arena.settle()
    (key,) = arena.states()
    assert arena.system.job(job_id).due == today + timedelta(days=10)
    arena.move(days=2)
    arena.system.rewrite(job_id, OFFICER, due=today)
    arena.settle()
    arena.settle()
    assert arena.system.job(job_id).due == today + timedelta(days=10)
    assert arena.shown() == {"Rà soát nợ thuế": "Chưa thực hiện"}
    said = [done.comment for done in arena.system.job(job_id).actions if "không được tính" in done.comment]
    assert len(said) == 1
    assert f"{today + timedelta(days=10):%d/%m/%Y}" in said[0]
    with arena.store.read() as places:
        decided = [e for e in places.ledger.history([key])[key] if e.kind == "state_decided"]
    assert orjson.loads(decided[-1].body)["extensions"] == 0


@pytest.mark.covers("LC-05", "LC-06")
def test_time_alone_turns_states_and_costs_what_is_due(arena: Arena) -> None:
    _one_task(arena, days=10)
    arena.move(days=6)
    assert run_pass(arena.site).decided.changed == 0
    arena.move(days=1)
    done = arena.settle()
    assert arena.shown() == {"Rà soát nợ thuế": "Chưa thực hiện đến hạn"}
    arena.move(days=4)
    arena.settle()
    assert arena.shown() == {"Rà soát nợ thuế": "Chưa thực hiện quá hạn"}
    assert done.writes == 0


def test_nobody_turns_overdue_while_the_system_is_away(arena: Arena) -> None:
    job_id = _one_task(arena, days=1)
    arena.move(days=5)
    arena.system.trouble_reading.extend([Trouble.AWAY] * 40)
    away = run_pass(arena.site)
    assert away.away
    run_tick(arena.site)
    assert arena.states().popitem()[1] == "Chưa thực hiện đến hạn"
    arena.system.trouble_reading.clear()
    arena.system.act(job_id, FINANCE_HEAD, "2", "Đang làm")
    arena.settle()
    assert arena.shown() == {"Rà soát nợ thuế": "Đang thực hiện quá hạn"}


@pytest.mark.covers("F44")
def test_our_own_writes_are_no_events(arena: Arena) -> None:
    _one_task(arena)
    run_reconcile(arena.site)
    assert set(arena.kinds()) == {"task_assigned", "state_decided", "write_confirmed"}


def test_a_hand_edit_nobody_was_told_of_is_found_recorded_and_healed(arena: Arena) -> None:
    job_id = _one_task(arena)
    arena.system.change_job(job_id, status_code="4", due=arena.system.clock.date())
    assert run_pass(arena.site).writes == 0
    found = run_reconcile(arena.site)
    assert (found.decided.drift, found.pushed.confirmed) == (2, 2)
    assert arena.shown() == {"Rà soát nợ thuế": "Chưa thực hiện"}
    assert arena.kinds().count("drift_found") == 2
    again = run_reconcile(arena.site)
    assert (again.decided.drift, again.pushed.confirmed) == (0, 0)


@pytest.mark.covers("M39")
def test_an_unknown_code_is_kept_told_and_healed(arena: Arena) -> None:
    job_id = _one_task(arena)
    arena.system.act(job_id, FINANCE_HEAD, "99", "?")
    arena.settle()
    assert arena.shown() == {"Rà soát nợ thuế": "Chưa thực hiện"}
    with arena.store.read() as places:
        (finding,) = places.findings.of("memory", [f"job:{job_id}"])
    assert "99" in finding.text + finding.sentence


@pytest.mark.covers("LC-25")
def test_progress_reject_and_return(arena: Arena) -> None:
    job_id = _one_task(arena)
    arena.system.act(job_id, FINANCE_HEAD, "34")
    arena.settle()
    assert arena.shown() == {"Rà soát nợ thuế": "Chưa thực hiện"}
    arena.system.act(job_id, FINANCE_HEAD, "31", "Xong", attachments={"a.txt": b"x"})
    arena.settle()
    arena.move(minutes=5)
    arena.system.judge(job_id, OFFICER, "2", "Thiếu số liệu")
    arena.settle()
    assert arena.shown() == {"Rà soát nợ thuế": "Đang thực hiện"}
    arena.system.act(job_id, FINANCE_HEAD, "33", "Không thuộc chức năng")
    arena.settle()
    assert "task_returned" in arena.kinds()


def test_a_recalled_directive_ends_its_tasks(arena: Arena) -> None:
    job_id = _one_task(arena)
    arena.system.recall(arena.system.job(job_id).document_id, OFFICER)
    arena.settle()
    assert arena.shown() == {"Rà soát nợ thuế": "Thu hồi"}


def test_a_corrected_table_changes_the_task_and_makes_no_second_one(arena: Arena) -> None:
    clock = arena.system.clock
    document = arena.issue(
        row(1, "Rà soát nợ thuế", "Sở Tài chính", day(clock, 20)),
        row(2, "Sắp xếp", "Sở Nội vụ", day(clock, 20)),
    )
    arena.settle()
    changed = (row(1, "Rà soát nợ thuế", "Sở Tài chính", day(clock, 40)),)
    arena.system.change_document(document, rows=changed)
    arena.system.say_on_document(document, OFFICER, "Đính chính")
    arena.settle()
    assert len(arena.system.jobs) == 2
    job = arena.system.job(arena.job_of("Rà soát nợ thuế"))
    assert job.due is not None
    assert f"{job.due:%d/%m/%Y}" == day(clock, 40)
    assert "task_corrected" in arena.kinds()
    with arena.store.read() as places:
        (hold,) = places.holds.open("memory")
    assert hold.scope == f"directive:{document}"
    arena.settle()
    assert arena.kinds().count("task_corrected") == 1


@pytest.mark.covers("LC-02", "BT-15")
def test_a_classified_directive_leaves_a_counter(arena: Arena) -> None:
    canary = "CANARY-ENGINE"
    arena.issue(row(1, canary, "Sở Tài chính", "30/11/2026"), number="1/M-CT", secrecy="Mật")
    arena.issue(row(1, canary, "Sở Tài chính", "30/11/2026"), number="2/CT-UBND", secrecy="")
    done = arena.settle()
    assert done.pulled.classified == 2
    assert run_pass(arena.site).pulled.read == 0
    assert not arena.system.jobs
    with arena.store.read() as places:
        assert places.inbox.classified_count("memory") == 2
        assert places.inbox.count("memory", "document") == 0
    for file in arena.folder.rglob("*"):
        assert not file.is_file() or canary.encode() not in file.read_bytes()


@pytest.mark.covers("LC-21", "HC-15")
def test_a_row_that_cannot_be_a_task_goes_back_to_the_drafter_once(arena: Arena) -> None:
    document = arena.issue(
        row(1, "Việc A", "Sở Tài chính, Sở Nội vụ", "30/11/2026"),
        row(2, "Việc B", "Sở Không Có", "30/11/2026"),
        row(3, "Việc C", "Sở Nội vụ", "31/02/2027"),
    )
    arena.settle()
    assert not arena.system.jobs
    (comment,) = [entry for entry in arena.system.document(document).log if "TD-RS-" in entry.comment]
    assert all(f"{number}. " in comment.comment for number in (1, 2, 3))
    arena.settle()
    assert len(arena.system.document(document).log) == 1


@pytest.mark.covers("LC-03")
def test_a_unit_that_becomes_known_later_gets_its_task(arena: Arena) -> None:
    arena.issue(row(1, "Việc B", "Sở Du lịch", day(arena.system.clock, 20)))
    arena.settle()
    assert not arena.system.jobs
    arena.system.units["14"] = UnitRecord("14", "Sở Du lịch")
    arena.settle()
    assert arena.shown() == {"Việc B": "Chưa thực hiện"}


@pytest.mark.covers("LC-03", "DT-01")
def test_a_task_of_an_abolished_unit_goes_to_its_only_successor_or_to_a_person(arena: Arena) -> None:
    ended = date(2026, 2, 28)
    units = arena.system.units
    units["21"] = UnitRecord("21", "Sở Kế hoạch và Đầu tư", valid_to=ended, successors=("11",))
    units["22"] = UnitRecord("22", "UBND huyện Phú Soi", valid_to=ended, successors=("12", "13"))
    clock, issued = arena.system.clock, date(2026, 2, 2)
    arena.issue(
        row(1, "Kế hoạch vốn", "Sở Kế hoạch và Đầu tư", day(clock, 20)),
        row(2, "Sửa đường", "UBND huyện Phú Soi", day(clock, 20)),
        issued_on=issued,
    )
    arena.settle()
    (job,) = arena.system.jobs.values()
    assert (job.name, job.lines[0].name) == ("Kế hoạch vốn", "Sở Tài chính")
    with arena.store.read() as places:
        (hold,) = places.holds.open("memory")
        assert len(places.tasks.find("memory")) == 2
    assert "UBND huyện Phú Soi" in hold.reason


@pytest.mark.covers("LC-03", "DT-01")
def test_a_unit_that_is_merged_hands_its_open_tasks_on_and_nothing_is_lost(arena: Arena) -> None:
    job_id = _one_task(arena, days=40)
    arena.system.act(job_id, FINANCE_HEAD, "2", "Đã làm một nửa")
    arena.settle()
    ended = arena.system.clock.date() + timedelta(days=2)
    units = arena.system.units
    units[FINANCE] = replace(units[FINANCE], valid_to=ended, successors=(HOME,))
    for days in (1, 3, 1):
        arena.move(days=days)
        arena.settle()
    with arena.store.read() as places:
        (task,) = places.tasks.find("memory")
        events = places.ledger.events([task.key])[task.key]
    assert (task.lead, task.lead_name, task.text) == (HOME, "Sở Nội vụ", "Đang thực hiện")
    (succession,) = [event for event in events if isinstance(event, UnitSucceeded)]
    assert succession.occurred_at.astimezone(ZONE).date() == ended + timedelta(days=1)


def test_directives_wait_until_the_units_were_read(arena: Arena) -> None:
    arena.issue(row(1, "Việc A", "Sở Nội vụ", day(arena.system.clock, 20)))
    run_pass(arena.site, (Stream.DOCUMENTS, Stream.ACTIVITY))
    with arena.store.read() as places:
        assert not places.findings.of("memory")
        assert places.inbox.pending("memory", 10)
    arena.settle()
    assert arena.shown() == {"Việc A": "Chưa thực hiện"}


@pytest.mark.covers("LC-11", "F11", "F12")
def test_accounts_moved_renamed_locked_and_gone(arena: Arena) -> None:
    arena.settle()
    people = arena.system.accounts
    people["2"] = replace(people["2"], unit_id=HOME)
    people["3"] = replace(people["3"], full_name="Trần Thu Cúc (mới)")
    people["4"] = replace(people["4"], locked=True)
    people["5"] = replace(people["1"], remote_id="5", position="Phó Trưởng phòng")
    arena.settle()
    with arena.store.read() as places:
        rows = {account.posting_id: account for account in places.directory.accounts("memory")}
    assert rows["2"].unit_id == HOME
    assert rows["3"].full_name.endswith("(mới)")
    assert rows["4"].state == "locked"
    assert (rows["5"].user_id, rows["5"].role, rows["1"].role) == (OFFICER, "leader", "specialist")
    del people["4"]
    arena.settle()
    with arena.store.read() as places:
        assert {a.posting_id for a in places.directory.accounts("memory") if a.state == "gone"} == {"4"}
    kept = dict(people)
    people.clear()
    arena.settle()
    with arena.store.read() as places:
        assert sum(a.state == "active" for a in places.directory.accounts("memory")) == 4
        assert [hold.scope for hold in places.holds.open("memory")] == ["accounts"]
    people.update(kept)
    arena.settle()
    with arena.store.read() as places:
        assert not places.holds.open("memory")


def test_a_work_item_removed_by_hand_is_held_not_made_again(arena: Arena) -> None:
    arena.issue(row(1, "Việc khác", "Sở Nội vụ", day(arena.system.clock, 20)), number="13/CT-UBND")
    job_id = _one_task(arena)
    del arena.system.jobs[job_id]
    found = run_reconcile(arena.site)
    assert found.missing == 1
    assert arena.shown() == {"Việc khác": "Chưa thực hiện"}
    with arena.store.read() as places:
        (hold,) = places.holds.open("memory")
    assert hold.reason
    assert hold.cost


def test_a_dry_run_prints_the_plan_and_changes_nothing(arena: Arena) -> None:
    clock = arena.system.clock
    document = arena.issue(row(1, "Rà soát nợ thuế", "Sở Tài chính", day(clock, 20)))
    arena.settle()
    with arena.store.read() as places:
        size = places.ledger.size()
    rows = (
        row(1, "Rà soát nợ thuế", "Sở Tài chính", day(clock, 2)),
        row(2, "Thêm", "Sở Nội vụ", day(clock, 20)),
    )
    arena.system.change_document(document, rows=rows)
    planned = resync(arena.site, Scope(directive="12/CT-UBND"), dry_run=True)
    assert {write.kind for write in planned.writes} == {"create_job", "set_status", "update_job"}
    with arena.store.read() as places:
        assert places.ledger.size() == size
        assert not places.outbox.find("memory", "pending")
    assert len(arena.system.jobs) == 1
    done = resync(arena.site, Scope(directive="12/CT-UBND"), dry_run=False)
    assert [write.kind for write in done.writes] == [write.kind for write in planned.writes]
    arena.settle()
    assert arena.shown() == {"Rà soát nợ thuế": "Chưa thực hiện đến hạn", "Thêm": "Chưa thực hiện"}


@pytest.mark.covers("DT-12", "DT-10")
def test_dong_thap_waits_for_confirmation_and_judges_by_the_sending_time(
    store: Store, tmp_path: Path
) -> None:
    arena = Arena(store, tmp_path, profile="dongthap")
    arena.issue(
        row(1, "Rà soát nợ thuế", "Sở Tài chính", day(arena.system.clock, 3)),
        doc_type="Công văn",
        number="8/UBND-KT",
    )
    arena.settle()
    job_id = arena.job_of("Rà soát nợ thuế")
    assert arena.shown() == {"Rà soát nợ thuế": "Đang thực hiện trong hạn"}
    arena.move(days=2)
    arena.system.act(job_id, FINANCE_HEAD, "31", "Xong", attachments={"a.txt": b"x"})
    arena.settle()
    arena.move(days=4)
    arena.settle()
    assert arena.shown() == {"Rà soát nợ thuế": "Chờ xác nhận"}
    arena.system.judge(job_id, OFFICER, "1", "Đạt")
    arena.settle()
    assert arena.shown() == {"Rà soát nợ thuế": "Đã hoàn thành trong hạn"}


def test_drafts_are_no_tasks(arena: Arena) -> None:
    arena.issue(row(1, "Dự thảo", "Sở Nội vụ", "30/11/2026"), state=DocumentState.DRAFT)
    arena.settle()
    assert not arena.system.jobs


def test_a_new_lead_in_a_corrected_table_is_recorded_and_asked_about(arena: Arena) -> None:
    clock = arena.system.clock
    document = arena.issue(row(1, "Rà soát nợ thuế", "Sở Tài chính", day(clock, 20)))
    arena.settle()
    for lead in ("Sở Y tế", "Sở Tài chính", "Sở Y tế"):
        arena.move(hours=1)
        changed = (row(1, "Rà soát nợ thuế", lead, day(clock, 20)),)
        arena.system.change_document(document, rows=changed)
        arena.system.say_on_document(document, OFFICER, "Đính chính")
        arena.settle()
    assert arena.kinds().count("task_reassigned") == 3
    with arena.store.read() as places:
        assert [task.lead_name for task in places.tasks.find("memory")] == ["Sở Y tế"]
        (hold,) = places.holds.open("memory")
    assert "Sở Y tế" in hold.reason


@pytest.mark.covers("F25")
def test_one_directive_nobody_foresaw_is_held_and_the_rest_goes_on(
    arena: Arena, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaking(cells: Any, place: str) -> Any:
        if place == "66/CT-UBND":
            raise OverflowError("nobody foresaw this")
        return rows_from_api(cells, place)

    monkeypatch.setattr("sync.map_directive.rows_from_api", breaking)
    for number in ("65/CT-UBND", "66/CT-UBND", "67/CT-UBND"):
        arena.issue(row(1, f"Việc {number}", "Sở Nội vụ", day(arena.system.clock, 20)), number=number)
    done = run_pass(arena.site)
    assert sorted(arena.shown()) == ["Việc 65/CT-UBND", "Việc 67/CT-UBND"]
    assert any(
        "66/CT-UBND" in problem and "nobody foresaw this" in problem for problem in done.mapped.problems
    )
    arena.settle()
