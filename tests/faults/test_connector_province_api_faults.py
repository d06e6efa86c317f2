"""The province API connector against a sandbox that misbehaves on order: nothing lost, nothing by half."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from connector.errors import AccessRefused
from connector.port import Stream
from connector.province_api.client import ProvinceApiConnector
from connector.records import DirectiveRecord, Kind
from errors import RetryLater, SkipRecord
from tests.conformance.province_api_arena import DETAIL, SEARCH, ProvinceApiArena, asked, posting_of
from tests.conformance.sandbox_arena import FAST, sandboxes
from tests.conformance.suite import Memory
from tests.sandbox_process import PASSWORD, SERVICE, SandboxHandle

BEFORE = ("auth_churn", "login_page", "status_429", "status_503", "error_200", "reset")
AFTER = ("drop_reply", "truncated_body", "slow_drip")
TOKEN = "can-bo/access-token"
FILE = "file-manage/read-file"


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], SandboxHandle]]:
    with sandboxes(tmp_path_factory) as fresh:
        yield fresh


@pytest.fixture
def arena(fresh: Callable[[], SandboxHandle]) -> Iterator[ProvinceApiArena]:
    arena = ProvinceApiArena(fresh(), page_size=20)
    yield arena
    arena.sandbox.delete("/__sandbox__/faults")
    arena.connector.close()


def exchanges(arena: ProvinceApiArena) -> int:
    counted = arena.sandbox.get("/__sandbox__/stats")["paths"]
    return int(counted.get(f"province/{TOKEN}", 0))


def documents(arena: ProvinceApiArena, memory: Memory) -> dict[str, DirectiveRecord]:
    """What of the memory can be read."""
    found = {}
    for (kind, remote_id), raw in memory.records.items():
        try:
            record = arena.connector.decode(raw)
        except SkipRecord:
            continue
        if kind is Kind.DOCUMENT and isinstance(record, DirectiveRecord):
            found[remote_id] = record
    return found


@pytest.mark.covers("F24", "M43", "F27", "F28")
@pytest.mark.parametrize("close_delimited", [False, True], ids=["length", "no-length"])
@pytest.mark.parametrize("kind", [*BEFORE, *AFTER])
def test_a_fault_while_reading_is_mended_or_said_never_guessed(
    arena: ProvinceApiArena, kind: str, close_delimited: bool
) -> None:
    issued = arena.issue_many(3)
    whole = Memory().listing(arena.connector, Stream.DOCUMENTS)[1]
    assert issued <= whole
    for path in (SEARCH, DETAIL):
        arena.sandbox.fault(kind, path, ms=1, piece=50, retry_after=0, close_delimited=close_delimited)
        memory = Memory()
        try:
            memory.listing(arena.connector, Stream.DOCUMENTS)
        except RetryLater:
            memory.listing(arena.connector, Stream.DOCUMENTS)
        memory.listing(arena.connector, Stream.DOCUMENTS)
        assert set(documents(arena, memory)) == whole


@pytest.mark.covers("F24")
def test_a_token_that_ends_in_the_middle_of_a_pass_is_renewed_once(arena: ProvinceApiArena) -> None:
    arena.issue_many(5)
    Memory().pull(arena.connector, Stream.UNITS)
    before = exchanges(arena)
    arena.sandbox.fault("auth_churn", DETAIL, skip=2)
    memory = Memory()
    memory.listing(arena.connector, Stream.DOCUMENTS)
    assert len(documents(arena, memory)) == 9
    assert exchanges(arena) - before == 1


@pytest.mark.covers("F24")
def test_a_token_that_is_too_old_by_the_clock_is_renewed_once(arena: ProvinceApiArena) -> None:
    Memory().pull(arena.connector, Stream.UNITS)
    before = exchanges(arena)
    arena.sandbox.post("/__sandbox__/clock", {"advance_seconds": 3600})
    memory = Memory()
    for stream in (Stream.UNITS, Stream.DOCUMENTS):
        memory.listing(arena.connector, stream)
    assert exchanges(arena) - before == 1


@pytest.mark.covers("F24")
def test_a_site_that_takes_no_token_is_asked_twice_a_call_and_no_more(arena: ProvinceApiArena) -> None:
    arena.sandbox.fault("auth_churn", SEARCH, times=None)
    for n in (1, 2, 3):
        before = exchanges(arena)
        with pytest.raises(RetryLater, match="not taken"):
            Memory().listing(arena.connector, Stream.DOCUMENTS)
        assert exchanges(arena) - before == 2, n


@pytest.mark.covers("F24")
def test_a_locked_account_ends_the_service_and_is_not_asked_for_again(arena: ProvinceApiArena) -> None:
    arena.sandbox.post("/__sandbox__/quiet", {"user_id": "1000", "field": "locked", "value": True})
    before = exchanges(arena)
    for _ in range(3):
        with pytest.raises(AccessRefused, match="Refresh token không hợp lệ"):
            Memory().pull(arena.connector, Stream.UNITS)
    assert exchanges(arena) - before == 1


@pytest.mark.covers("F28", "M43")
@pytest.mark.parametrize("close_delimited", [False, True], ids=["length", "no-length"])
@pytest.mark.parametrize("kind", [*BEFORE, *AFTER])
def test_a_fault_while_a_file_comes_leaves_the_whole_file_or_none(
    arena: ProvinceApiArena, tmp_path: Path, kind: str, close_delimited: bool
) -> None:
    content = bytes(range(256)) * 30
    raw = arena.connector.fetch(
        Kind.DOCUMENT, arena.issue("9/CT-UBND", attachments={"bảng am.xlsx": content})
    )
    assert raw is not None
    record = arena.connector.decode(raw)
    assert isinstance(record, DirectiveRecord)
    arena.sandbox.fault(kind, FILE, ms=1, piece=500, retry_after=0, close_delimited=close_delimited)
    target = tmp_path / "got"
    try:
        arena.connector.download(record.files[0], target, 10**6)
    except (RetryLater, SkipRecord):
        assert not list(tmp_path.iterdir())
        arena.connector.download(record.files[0], target, 10**6)
    assert target.read_bytes() == content


def test_a_document_that_is_taken_back_is_read_again(arena: ProvinceApiArena) -> None:
    document_id = arena.issue("9/CT-UBND")
    memory = Memory()
    memory.pull(arena.connector, Stream.DOCUMENTS)
    with arena.sandbox.person("minhnv.vp") as drafter:
        drafter.get(f"incommingdocument/recoverdocument/{document_id}/")
    assert [raw.remote_id for raw in memory.pull(arena.connector, Stream.DOCUMENTS)] == [document_id]
    assert documents(arena, memory)[document_id].state.value == "recalled"


def test_a_posting_of_somebody_else_is_refused_and_no_empty_list(arena: ProvinceApiArena) -> None:
    _, refresh_token = posting_of(arena.sandbox.url, *SERVICE)
    other, _ = posting_of(arena.sandbox.url, "lanpt.vp", PASSWORD)
    edge = ProvinceApiConnector("songlam", arena.sandbox.url, other, SecretStr(refresh_token), access=FAST)
    with pytest.raises(RetryLater, match="không có công tác này"):
        Memory().listing(edge, Stream.DOCUMENTS)
    edge.close()


def test_one_person_s_posts_see_different_documents(arena: ProvinceApiArena) -> None:
    """Lý Hữu Thành leads the Sở Tài chính and helps out in the Sở Y tế."""
    form = {"username": "thanhlh.tc", "password": PASSWORD}
    posts = asked(arena.sandbox.url, "POST", "can-bo/danh-sach-cong-tac-can-bo", **form)["data"]
    assert [post["ten_don_vi"] for post in posts] == ["Sở Tài chính", "Sở Y tế"]
    token = asked(arena.sandbox.url, "GET", "can-bo/access-token", refresh_token=posts[0]["refresh_token"])
    common = {"nam": "2026", "page": "1", "size": "20", "ma_don_vi_quan_tri": "0", "trang_thai_xu_ly": "1"}
    common |= {"co_tep_tin": "-1", "ma_loai_ttdh": "0", "ma_yeu_cau": "2", "trang_thai_ttdh_gui": "-1"}
    for post in posts:
        rows = asked(
            arena.sandbox.url,
            "POST",
            "van-ban-den/danh-sach-van-ban-den-theo-trang-thai-cua-chuyen-vien",
            token["data"]["access_token"],
            ma_can_bo=str(post["ma_ctcb_kc"]),
            **common,
        )["data"]
        assert rows
        assert all(f"{post['ten_don_vi']} (xử lý chính)" in row["nguoi_xu_ly_chinh"] for row in rows)
        assert all(isinstance(row["ma_van_ban"], float) for row in rows)
