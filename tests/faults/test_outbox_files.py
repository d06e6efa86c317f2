"""Evidence on its way in and out: cut, repeated, replaced. What is kept is whole, what is shown is shown once.

Included: the engine over the twin. Excluded: cut bodies on the wire (`test_connector_wire`), reading a file back
from a real installation (`test_connector_sandbox_faults`).
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from connector.errors import ReplyLost, ReplyUnreadable
from connector.port import AttachFile, Write
from errors import HoldForHuman
from store.engine import Store
from tests.engine_arena import FINANCE_HEAD, Arena, CrashError, day, row
from tests.outbox_arena import Lanes, lanes

RESULT = b"PK " + bytes(range(256)) * 400


@pytest.fixture
def field(store: Store, tmp_path: Path) -> Lanes:
    field = lanes(Arena(store, tmp_path))
    arena = field.arena
    arena.issue(row(1, "Rà soát nợ thuế", "Sở Tài chính", day(arena.system.clock, 20)))
    arena.settle(field.site)
    return field


def _hand_in(field: Lanes) -> None:
    job_id = field.arena.job_of("Rà soát nợ thuế")
    field.arena.system.act(job_id, FINANCE_HEAD, "31", "Xong", attachments={"ket-qua.docx": RESULT})
    field.move(minutes=1)


def _attached(field: Lanes) -> list[str]:
    system = field.arena.system
    return [
        system.sha256(file.remote_id)
        for document in system.documents.values()
        for file in document.files
        if file.related
    ]


def _first_attach(error: BaseException) -> Any:
    left = [error]
    return lambda write: left.pop() if left and isinstance(write, AttachFile) else None


@pytest.mark.covers("F29")
def test_an_upload_cut_before_its_end_is_sent_again_after_looking(field: Lanes) -> None:
    _hand_in(field)
    field.wire.before = _first_attach(ReplyLost("The connection broke at 99 %."))
    field.arena.settle(field.site)
    assert _attached(field) == []
    field.move(seconds=7)
    field.arena.settle(field.site)
    assert _attached(field) == [hashlib.sha256(RESULT).hexdigest()]
    names = [name for name, key in field.wire.calls if ":evidence:" in key]
    assert names == ["apply", "find", "find", "apply"]


@pytest.mark.covers("F29")
def test_an_upload_that_arrived_without_an_answer_gives_the_same_hash_by_read_back(field: Lanes) -> None:
    _hand_in(field)
    field.wire.after = _first_attach(ReplyLost("The connection broke after the last byte."))
    field.arena.settle(field.site)
    assert _attached(field) == [hashlib.sha256(RESULT).hexdigest()]
    written = _written(field)
    direct = lanes(field.arena)
    assert direct.push().confirmed == 0
    assert len(written) == 64


@pytest.mark.covers("F42", "F29")
def test_a_process_that_dies_in_an_upload_attaches_once(field: Lanes) -> None:
    _hand_in(field)
    field.wire.after = _first_attach(CrashError())
    with pytest.raises(CrashError):
        field.arena.settle(field.site)
    again = lanes(field.arena)
    field.arena.settle(again.site)
    assert _attached(again) == [hashlib.sha256(RESULT).hexdigest()]
    assert max(field.arena.system.effects().values()) == 1


def test_a_file_that_came_back_with_other_bytes_is_asked_about_and_never_final(field: Lanes) -> None:
    _hand_in(field)

    def damaged(write: Write) -> BaseException | None:
        return HoldForHuman("Other bytes.", scope="x") if isinstance(write, AttachFile) else None

    field.wire.before = damaged
    field.arena.settle(field.site)
    assert field.push().outcome == "degraded"
    with field.site.store.read() as places:
        assert [one.kind for one in places.outbox.find("memory", "held")] == ["attach_file"]
        (hold,) = places.holds.open("memory")
    assert "đính kèm minh chứng" in hold.reason
    assert "hạn xử lý" in hold.cost


@pytest.mark.covers("F28")
def test_evidence_that_came_cut_is_never_stored_as_final(
    field: Lanes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _hand_in(field)
    download = field.wire.inner.download

    def cut(file: Any, target: Path, max_bytes: int) -> str:
        raise ReplyUnreadable("The file was cut short.")

    field.wire.inner.download = cut
    field.arena.settle(field.site)
    field.wire.inner.download = download
    kept = [path for path in (tmp_path / "evidence").rglob("*") if path.is_file()]
    assert kept == []
    assert _attached(field) == []


@pytest.mark.covers("F49")
def test_new_bytes_under_an_old_attachment_id_are_a_new_version_and_the_old_one_stays(
    field: Lanes, tmp_path: Path
) -> None:
    system = field.arena.system
    document = system.issue("9/TB", "Thông báo", attachments={"phu-luc.txt": b"first"})
    field.arena.settle(field.site)
    (file,) = system.document(document).files
    system.files[file.remote_id] = b"second"
    system.say_on_document(document, "900", "Thay phụ lục")
    field.move(minutes=1)
    field.arena.settle(field.site)
    hashes = [hashlib.sha256(content).hexdigest() for content in (b"first", b"second")]
    with field.site.store.read() as places:
        assert places.evidence.by_remote("memory", [file.remote_id]) == {file.remote_id: hashes[1]}
        assert len(places.evidence.by_hash("memory", hashes)) == 2
    assert all(field.site.files.verify(sha) for sha in hashes)


def _written(field: Lanes) -> str:
    with field.site.store.read() as places:
        (intent,) = [one for one in places.outbox.find("memory", "confirmed") if one.kind == "attach_file"]
    return intent.written
