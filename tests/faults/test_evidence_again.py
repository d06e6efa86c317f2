"""A file that comes cut: tried again, waited for a little, and in the end told to whoever sent it (F28)."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import orjson
import pytest

from connector.errors import ReplyUnreadable
from connector.memory import MemoryConnector
from connector.port import Stream
from connector.records import FileRef
from store.engine import Store
from sync.flow import run_pass, run_tick
from sync.pull_to_inbox import pull_to_inbox
from sync.resync import Scope, resync
from tests.engine_arena import FINANCE_HEAD, Arena, day, row
from tests.table_files import Sheet, xlsx_of


class _Cuts(MemoryConnector):
    """Every download of a file with this name comes cut, as often as `times` says."""

    def __init__(self, arena: Arena, name: str, times: int) -> None:
        super().__init__(arena.system, "memory")
        self.name, self.times, self.tried = name, times, 0

    def download(self, file: FileRef, target: Path, max_bytes: int) -> str:
        if file.name == self.name:
            self.tried += 1
            if self.tried <= self.times:
                raise ReplyUnreadable("The file came cut.")
        return super().download(file, target, max_bytes)


@pytest.fixture
def arena(store: Store, tmp_path: Path) -> Arena:
    made = Arena(store, tmp_path)
    made.issue(row(1, "Rà soát nợ thuế", "Sở Tài chính", day(made.system.clock, 1)))
    made.settle()
    return made


def _hand_in(arena: Arena, times: int) -> _Cuts:
    """The result is handed in, and its file comes cut so often."""
    cuts = _Cuts(arena, "ket-qua.pdf", times)
    arena.site.connector = cuts
    job = arena.job_of("Rà soát nợ thuế")
    arena.system.act(job, FINANCE_HEAD, "31", "Xong", attachments={"ket-qua.pdf": b"%PDF-1.4 x"})
    arena.move(seconds=5)
    return cuts


def _said(arena: Arena) -> list[str]:
    return [one.comment for one in arena.system.job(arena.job_of("Rà soát nợ thuế")).actions]


@pytest.mark.covers("F28")
def test_a_file_that_comes_at_the_second_try_counts_as_handed_in_with_the_result(arena: Arena) -> None:
    before = list(arena.states().values())
    _hand_in(arena, times=1)
    run_pass(arena.site)
    with arena.store.read() as places:
        (task,) = places.tasks.find("memory")
        (file,) = arena.system.job(arena.job_of("Rà soát nợ thuế")).actions[-1].files
        assert not places.evidence.by_remote("memory", [file.remote_id])
        assert not places.dead_letters.open("memory")
    assert [task.text] == before
    arena.move(seconds=30)
    arena.settle()
    assert arena.shown() == {"Rà soát nợ thuế": "Đã thực hiện"}
    (receipt,) = [text for text in _said(arena) if "Biên nhận" in text]
    assert "SHA-256" in receipt
    with arena.store.read() as places:
        assert not places.dead_letters.open("memory")


@pytest.mark.covers("F28", "LC-14", "DT-10")
def test_a_file_that_never_comes_is_told_to_the_sender_and_the_result_counts_without_it(arena: Arena) -> None:
    cuts = _hand_in(arena, times=100)
    for _ in range(8):
        run_pass(arena.site)
        arena.move(minutes=20)
    arena.settle()
    assert cuts.tried <= 12
    (note,) = [text for text in _said(arena) if "Mã thông báo" in text]
    assert "ket-qua.pdf" in note
    assert "không tải được nguyên vẹn" in note
    assert "SHA-256" not in note
    (receipt,) = [text for text in _said(arena) if "Biên nhận" in text]
    assert "Không có tệp minh chứng" not in receipt
    assert "1 tệp kèm theo chỉ có trên hệ thống văn bản" in receipt
    # Handed in with its file and in time: that the file cannot be brought makes nobody late (LC-14).
    arena.move(days=3)
    arena.settle()
    assert arena.shown() == {"Rà soát nợ thuế": "Đã thực hiện"}
    before = cuts.tried
    arena.system.act(arena.job_of("Rà soát nợ thuế"), FINANCE_HEAD, "", "Bổ sung sau")
    arena.settle()
    assert cuts.tried <= before + 2


@pytest.mark.covers("F24", "F28")
def test_nobody_turns_overdue_while_their_file_is_tried_again(arena: Arena) -> None:
    due = arena.system.clock + timedelta(days=1)
    arena.system.clock = due.replace(hour=23, minute=59, second=50, microsecond=0)
    arena.settle()
    _hand_in(arena, times=2)
    run_pass(arena.site)
    before = set(arena.states().values())
    arena.move(seconds=15)
    run_tick(arena.site)
    run_pass(arena.site)
    assert set(arena.states().values()) == before
    assert not any("quá hạn" in text for text in before)
    for _ in range(2):
        arena.move(minutes=3)
        run_tick(arena.site)
        assert set(arena.states().values()) == before
        arena.settle()
    assert arena.shown() == {"Rà soát nợ thuế": "Đã thực hiện"}
    (receipt,) = [text for text in _said(arena) if "Biên nhận" in text]
    assert "đúng hạn" in receipt


@pytest.mark.covers("F24", "F28")
def test_what_is_decided_while_a_file_is_tried_again_is_entered_with_the_hour_it_was_decided_for(
    store: Store, tmp_path: Path
) -> None:
    arena = Arena(store, tmp_path)
    due = arena.system.clock + timedelta(days=20)
    arena.issue(row(1, "Rà soát nợ thuế", "Sở Tài chính", day(arena.system.clock, 20)))
    arena.settle()
    assert list(arena.states().values()) == ["Chưa thực hiện"]
    arena.system.clock = due.replace(hour=23, minute=59, second=50, microsecond=0)
    _hand_in(arena, times=100)
    handed_in = arena.system.clock
    pull_to_inbox(arena.site, Stream.ACTIVITY)  # the process ends before it decides anything
    arena.move(seconds=15)
    run_pass(arena.site)
    with arena.store.read() as places:
        (task,) = places.tasks.find("memory")
        decided = [one for one in places.ledger.history([task.key])[task.key] if one.kind == "state_decided"]
    body = orjson.loads(decided[-1].body)
    assert arena.system.clock.date() > handed_in.date(), "by now it would be overdue"
    assert task.text == body["text"] == "Chưa thực hiện đến hạn"
    assert decided[-1].occurred_at == handed_in
    assert body["as_of"] == body["complete_to"] == handed_in.isoformat()


@pytest.mark.covers("F28", "M29")
def test_a_table_that_comes_cut_gives_its_tasks_when_it_comes_whole(store: Store, tmp_path: Path) -> None:
    arena = Arena(store, tmp_path)
    cuts = _Cuts(arena, "bang-phan-cong.xlsx", times=2)
    arena.site.connector = cuts
    due = day(arena.system.clock, 20)
    table = xlsx_of(
        Sheet(
            [
                ["STT", "Nội dung nhiệm vụ", "Cơ quan chủ trì", "Thời hạn hoàn thành"],
                ["1", "Kiểm tra kho thuốc", "Sở Y tế", due],
                ["2", "Rà soát biên chế", "Sở Nội vụ", due],
            ]
        )
    )
    arena.system.issue("15/CT-UBND", "Về một số việc", attachments={"bang-phan-cong.xlsx": table})
    run_pass(arena.site)
    assert arena.system.jobs == {}
    assert not any(document.log for document in arena.system.documents.values())
    for _ in range(3):
        arena.move(minutes=5)
        arena.settle()
    assert set(arena.shown()) == {"Kiểm tra kho thuốc", "Rà soát biên chế"}
    assert cuts.tried == 3


@pytest.mark.covers("F28", "LC-02")
def test_a_document_whose_late_file_shows_that_it_is_classified_leaves_no_byte(
    store: Store, tmp_path: Path
) -> None:
    arena = Arena(store, tmp_path)
    arena.site.connector = _Cuts(arena, "kem-theo.txt", times=1)
    rows = row(1, "Kiểm tra kho thuốc", "Sở Y tế", day(arena.system.clock, 20))
    document = arena.issue(rows, attachments={"kem-theo.txt": "TỐI MẬT\nNội dung".encode(), "bang.txt": b"x"})
    for _ in range(3):
        run_pass(arena.site)
        with store.read() as places:
            assert not places.inbox.latest("memory", "document", [document])
            assert not places.tasks.find("memory")
            files = [file.remote_id for file in arena.system.document(document).files]
            assert not places.evidence.by_remote("memory", files)
        arena.move(minutes=1)
    with store.read() as places:
        assert places.inbox.classified_count("memory") == 1
    assert arena.system.jobs == {}


@pytest.mark.covers("F28")
def test_an_order_to_read_again_does_not_count_a_result_without_its_file(arena: Arena) -> None:
    _hand_in(arena, times=1)
    resync(arena.site, Scope(directive="12/CT-UBND"), dry_run=False)
    arena.move(minutes=1)
    arena.settle()
    (receipt,) = [text for text in _said(arena) if "Biên nhận" in text]
    assert "SHA-256" in receipt


@pytest.mark.covers("F28")
def test_nothing_of_an_old_directive_is_given_out_when_its_file_comes_later(
    store: Store, tmp_path: Path
) -> None:
    arena = Arena(store, tmp_path)
    arena.settle()
    arena.site.connector = _Cuts(arena, "bang.xlsx", times=1)
    head = ["STT", "Nội dung nhiệm vụ", "Cơ quan chủ trì", "Thời hạn hoàn thành"]
    table = xlsx_of(Sheet([head, ["1", "Kiểm tra kho thuốc", "Sở Y tế", "01/03/2024"]]))
    arena.system.issue("9/CT-UBND", "Việc cũ", issued_on=date(2024, 2, 1), attachments={"bang.xlsx": table})
    resync(arena.site, Scope(since=date(2018, 1, 1)), dry_run=False)
    for _ in range(3):
        arena.move(minutes=5)
        arena.settle()
    assert arena.system.operations == []
    with store.read() as places:
        assert [one.problem for one in places.findings.of("memory")]
