"""Rows of the regulations that only show on the whole way: from an issued directive to what people see.

One behaviour a test, over the twin document system. Excludes what other tests of the engine show already.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connector.memory_system import Trouble
from connector.records import DirectiveRecord, Kind, RawRecord
from store.engine import Store
from sync.flow import run_pass
from tests.engine_arena import FINANCE_HEAD, HOME_HEAD, OFFICER, Arena, day, row

ACCOUNT_OF_OFFICER = "1"


@pytest.fixture
def arena(store: Store, tmp_path: Path) -> Arena:
    return Arena(store, tmp_path)


def _two_tasks(arena: Arena, **fields: Any) -> str:
    later = day(arena.system.clock, 20)
    directive = arena.issue(
        row(1, "Rà soát nợ thuế", "Sở Tài chính", later),
        row(2, "Sắp xếp bộ máy", "Sở Nội vụ", later),
        **fields,
    )
    arena.settle()
    return directive


@pytest.mark.covers("BT-09", "BT-10", "DT-19", "BT-05")
def test_what_the_office_would_type_comes_from_the_document(arena: Arena) -> None:
    """Name, number, subject, day, signer, drafter and the unit that submitted it; each task names them."""
    directive = _two_tasks(
        arena,
        number="12/CT-UBND",
        signer="Lý Văn An",
        drafter=OFFICER,
        drafter_unit="Văn phòng UBND tỉnh",
        attachments={"chi-thi.pdf": b"%PDF signed"},
    )
    with arena.store.read() as places:
        kept = places.inbox.latest("memory", "document", [directive])[directive]
        tasks = places.tasks.find("memory")
    record = arena.site.connector.decode(RawRecord(Kind.DOCUMENT, directive, kept.body, kept.version))
    assert isinstance(record, DirectiveRecord)
    assert (record.signer, record.drafter, record.drafter_unit) == (
        "Lý Văn An",
        OFFICER,
        "Văn phòng UBND tỉnh",
    )
    assert [file.name for file in record.files] == ["chi-thi.pdf"]
    today = arena.system.clock.date()
    for task in tasks:
        content = arena.system.job(arena.job_of(task.content)).content
        assert f"Văn bản: 12/CT-UBND ngày {today:%d/%m/%Y}" in content
        assert "Trích yếu: Về một số việc trọng tâm" in content


@pytest.mark.covers("BT-11", "BT-12", "DN-16", "HC-20")
def test_the_drafter_follows_a_task_and_the_unit_sees_how_to_reach_them(arena: Arena) -> None:
    account = arena.system.accounts[ACCOUNT_OF_OFFICER]
    arena.system.accounts[ACCOUNT_OF_OFFICER] = replace(
        account, phone="0900000001", email="lan@songlam.example"
    )
    _two_tasks(arena, drafter=OFFICER)
    job = arena.system.job(arena.job_of("Rà soát nợ thuế"))
    assert (
        "Chuyên viên theo dõi: Hà Thị Lan, Chuyên viên, 0900000001, lan@songlam.example"
        in job.content.splitlines()
    )
    assert [line.name for line in job.lines if line.role.value == "lead"] == ["Sở Tài chính"]
    assert f"Thời hạn ghi trong văn bản: {day(arena.system.clock, 20)}" in job.content
    assert job.due is not None


@pytest.mark.covers("DT-25")
def test_a_result_belongs_to_the_task_it_was_handed_in_on_and_to_no_other(arena: Arena) -> None:
    """Both tasks stand in one directive and neither result names it: nothing is matched by a guess."""
    _two_tasks(arena)
    first = arena.job_of("Rà soát nợ thuế")
    arena.system.act(first, FINANCE_HEAD, "31", "Báo cáo kết quả", attachments={"bao-cao.pdf": b"%PDF"})
    arena.settle()
    assert arena.shown() == {"Rà soát nợ thuế": "Đã thực hiện", "Sắp xếp bộ máy": "Chưa thực hiện"}


@pytest.mark.covers("DT-11", "DT-08", "LC-17")
def test_the_ledger_says_who_did_each_thing(arena: Arena) -> None:
    _two_tasks(arena)
    first = arena.job_of("Rà soát nợ thuế")
    arena.system.act(first, FINANCE_HEAD, "31", "Báo cáo", attachments={"bao-cao.pdf": b"%PDF"})
    arena.system.judge(first, OFFICER, "1", "Đạt")
    arena.system.act(arena.job_of("Sắp xếp bộ máy"), HOME_HEAD, "2", "Đang làm")
    arena.settle()
    with arena.store.read() as places:
        keys = [task.key for task in places.tasks.find("memory")]
        entries = [entry for found in places.ledger.history(keys).values() for entry in found]
    did = {entry.kind: entry.actor for entry in entries}
    assert did["result_submitted"] == FINANCE_HEAD
    assert did["result_approved"] == OFFICER
    assert did["progress_reported"] == HOME_HEAD


@pytest.mark.covers("DT-06", "DT-04", "LC-28")
def test_a_unit_finds_the_task_among_its_own_work_and_its_receipt_is_kept(arena: Arena) -> None:
    """People use the account they have: the ledger knows them by the document system's own user id."""
    _two_tasks(arena)
    arena.system.act(arena.job_of("Rà soát nợ thuế"), FINANCE_HEAD, "34", "Đã nhận việc")
    arena.settle()
    with arena.store.read() as places:
        (task,) = [one for one in places.tasks.find("memory") if one.content == "Rà soát nợ thuế"]
        entries = places.ledger.history([task.key])[task.key]
        people = {account.user_id for account in arena.system.accounts.values()}
    assert [entry.actor for entry in entries if entry.kind == "task_received"] == [FINANCE_HEAD]
    assert FINANCE_HEAD in people


@pytest.mark.covers("DT-15")
def test_no_byte_of_a_signed_file_changes(arena: Arena) -> None:
    _two_tasks(arena, attachments={"chi-thi.pdf": b"%PDF ch\xe1\xbb\xaf k\xc3\xbd s\xe1\xbb\x91"})
    job = arena.job_of("Rà soát nợ thuế")
    arena.system.act(job, FINANCE_HEAD, "31", "Báo cáo", attachments={"bao-cao.pdf": b"%PDF signed report"})
    before = dict(arena.system.files)
    names = {file.name for document in arena.system.documents.values() for file in document.files}
    arena.settle()
    arena.system.judge(job, OFFICER, "1", "Đạt")
    arena.settle()
    assert {file_id: arena.system.files[file_id] for file_id in before} == before
    assert names <= {file.name for document in arena.system.documents.values() for file in document.files}


@pytest.mark.covers("BT-23", "LC-34", "HC-18")
def test_after_days_without_the_document_system_everything_is_there_once(arena: Arena) -> None:
    _two_tasks(arena)
    job = arena.job_of("Rà soát nợ thuế")
    arena.system.trouble_reading.extend([Trouble.AWAY] * 30)
    arena.move(days=2)
    assert run_pass(arena.site).away
    arena.system.act(job, FINANCE_HEAD, "31", "Báo cáo", attachments={"bao-cao.pdf": b"%PDF"})
    arena.issue(row(1, "Tiêm chủng mở rộng", "Sở Y tế", day(arena.system.clock, 9)), number="13/CT-UBND")
    arena.system.trouble_reading.clear()
    arena.settle()
    assert arena.shown()["Rà soát nợ thuế"] == "Đã thực hiện"
    assert arena.shown()["Tiêm chủng mở rộng"] == "Chưa thực hiện"
    assert set(arena.system.effects().values()) == {1}


@pytest.mark.covers("HC-16", "LC-17")
def test_a_task_that_a_leader_adds_later_is_tracked_beside_the_others(arena: Arena) -> None:
    directive = _two_tasks(arena)
    rows = arena.system.document(directive).rows
    more = row(3, "Kiểm tra công vụ", "Sở Nội vụ", day(arena.system.clock, 5))
    arena.system.change_document(directive, rows=(*rows, more))
    arena.system.say_on_document(directive, OFFICER, "Bổ sung đầu việc số 3")
    arena.settle()
    assert set(arena.shown()) == {"Rà soát nợ thuế", "Sắp xếp bộ máy", "Kiểm tra công vụ"}
