"""The axis on a bad day: wrong packets, wrong answers, crashes between storing and acknowledging, a wrong key."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from pydantic import SecretStr

from connector.calls import Call, Reply
from connector.edxml.client import AxisConnector
from connector.edxml.codes import STATUSES
from connector.edxml.gate import Listed
from connector.edxml.packets import StatusPacket
from connector.edxml.read_packet import read_packet
from connector.edxml.write_packet import write_document, write_status
from connector.errors import (
    AccessRefused,
    ListingUnreadable,
    RemoteRefused,
    ReplyLost,
    SessionLost,
    SystemAway,
    TooLarge,
)
from connector.limits import Access
from connector.port import SetStatus, Stream
from connector.records import Change, DirectiveRecord, Identity, JobRecord, Kind
from errors import HoldForHuman, RetryLater, SkipRecord
from tests import edxml_packets as made
from tests.conformance.axis_arena import OTHER, OURS, PROVINCE, AxisArena, axis_connector
from tests.conformance.sandbox_arena import sandboxes
from tests.conformance.suite import Memory
from tests.sandbox_process import SandboxHandle

WAYS = ("vxp", "lgsp")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], SandboxHandle]]:
    with sandboxes(tmp_path_factory) as fresh:
        yield fresh


@pytest.fixture
def sandbox(fresh: Callable[[], SandboxHandle]) -> SandboxHandle:
    return fresh()


@pytest.fixture(params=WAYS)
def arena(sandbox: SandboxHandle, request: pytest.FixtureRequest) -> Iterator[AxisArena]:
    arena = AxisArena(sandbox, request.param)
    yield arena
    arena.connector.close()


@pytest.fixture
def direct(sandbox: SandboxHandle) -> Iterator[AxisArena]:
    arena = AxisArena(sandbox)
    yield arena
    arena.connector.close()


def states(arena: AxisArena) -> dict[str, str]:
    return {row["id"]: row["state"] for row in arena.boxes()}


@pytest.mark.covers("F25")
def test_one_bad_packet_stops_no_list_and_is_told_to_be_bad(arena: AxisArena) -> None:
    memory = Memory()
    first = arena.issue("41/CT-UBND")
    bad = arena.put(b"12" + write_document(made.directive()))
    empty = arena.put(b"")
    last = arena.issue("42/CT-UBND")
    found = {raw.remote_id: raw for raw in memory.pull(arena.connector, Stream.DOCUMENTS)}
    assert {first, bad, empty, last} <= set(found)
    with pytest.raises(SkipRecord, match="does not begin with XML"):
        arena.connector.decode(found[bad])
    with pytest.raises(SkipRecord):
        arena.connector.decode(found[empty])
    after = states(arena)
    assert (after[first], after[bad], after[last]) == ("done", "fail", "done")
    before = arena.connector.requests_sent
    assert memory.pull(arena.connector, Stream.DOCUMENTS) == []
    assert arena.connector.requests_sent - before == 1


def test_nothing_is_acknowledged_before_it_is_stored(arena: AxisArena) -> None:
    memory = Memory()
    document = arena.issue("43/CT-UBND")
    pages = arena.connector.changes(Stream.DOCUMENTS, None, memory.known)
    page = next(pages)
    assert document in {raw.remote_id for raw in page.records}
    assert states(arena)[document] == "initial"
    pages.close()  # type: ignore[attr-defined]
    assert states(arena)[document] == "initial"
    # The process died before it was stored: the packet comes again.
    assert document in {raw.remote_id for raw in memory.pull(arena.connector, Stream.DOCUMENTS)}
    assert states(arena)[document] == "done"


def test_what_was_stored_and_not_acknowledged_is_acknowledged_without_reading_it_again(
    arena: AxisArena,
) -> None:
    memory = Memory()
    document = arena.issue("44/CT-UBND")
    pages = arena.connector.changes(Stream.DOCUMENTS, memory.cursors.get(Stream.DOCUMENTS), memory.known)
    memory.keep(next(pages))
    pages.close()  # type: ignore[attr-defined]
    before = arena.connector.requests_sent
    assert memory.pull(arena.connector, Stream.DOCUMENTS) == []
    assert states(arena)[document] == "done"
    assert arena.connector.requests_sent - before == 2


def test_an_acknowledgement_that_is_lost_is_told_again(arena: AxisArena) -> None:
    memory = Memory()
    document = arena.issue("45/CT-UBND")
    arena.sandbox.fault("reset", "updateStatus")
    with pytest.raises(RetryLater):
        memory.pull(arena.connector, Stream.DOCUMENTS)
    assert states(arena)[document] == "initial"
    memory.pull(arena.connector, Stream.DOCUMENTS)
    assert states(arena)[document] == "done"


@pytest.mark.covers("F28", "M43")
@pytest.mark.parametrize(
    ("kind", "further", "error"),
    [
        ("login_page", {}, SessionLost),
        ("status_429", {"retry_after": 0}, SystemAway),
        ("error_200", {}, SystemAway),
        ("reset", {}, SystemAway),
        ("truncated_body", {}, RetryLater),
        ("truncated_body", {"close_delimited": True}, RetryLater),
        ("drop_reply", {}, SystemAway),
    ],
)
def test_a_list_that_does_not_come_is_never_an_empty_one(
    arena: AxisArena, kind: str, further: dict[str, object], error: type[Exception]
) -> None:
    memory = Memory()
    document = arena.issue("46/CT-UBND")
    arena.sandbox.fault(kind, "ReceivedEdocList", **further)
    with pytest.raises(error):
        memory.pull(arena.connector, Stream.DOCUMENTS)
    assert [raw.remote_id for raw in memory.pull(arena.connector, Stream.DOCUMENTS)] == [document]


@pytest.mark.covers("F25")
def test_a_packet_that_does_not_come_whole_stays_in_the_box_and_the_others_come(arena: AxisArena) -> None:
    memory = Memory()
    first, second = arena.issue("47/CT-UBND"), arena.issue("48/CT-UBND")
    arena.sandbox.fault("truncated_body", "getEdoc")
    found = {raw.remote_id: raw for raw in memory.pull(arena.connector, Stream.DOCUMENTS)}
    with pytest.raises(SkipRecord, match="could not be had"):
        arena.connector.decode(found[first])
    assert isinstance(arena.connector.decode(found[second]), DirectiveRecord)
    assert states(arena)[first] == "initial"
    (again,) = memory.pull(arena.connector, Stream.DOCUMENTS)
    assert isinstance(arena.connector.decode(again), DirectiveRecord)
    assert states(arena)[first] == "done"


def test_a_packet_that_is_not_the_one_listed_is_told_to_be_bad(
    direct: AxisArena, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = direct.issue("49/CT-UBND")
    gate = direct.connector._gate
    listed = gate.received
    monkeypatch.setattr(gate, "received", lambda *a: [replace(row, sha256="0" * 64) for row in listed(*a)])
    (raw,) = Memory().pull(direct.connector, Stream.DOCUMENTS)
    with pytest.raises(SkipRecord, match="not the one that the list tells of"):
        direct.connector.decode(raw)
    assert states(direct)[document] == "fail"


@pytest.mark.covers("M42")
def test_an_id_twice_in_a_list_makes_the_list_unbelievable(
    arena: AxisArena, monkeypatch: pytest.MonkeyPatch
) -> None:
    arena.issue("50/CT-UBND")
    send = arena.connector._gate.transport.send
    doubled = [False]

    def twice(call: object) -> object:
        reply = send(call)  # type: ignore[arg-type]
        if "ReceivedEdocList" in call.name:  # type: ignore[attr-defined]
            doubled[0] = True
            body = reply.body.replace(b'"count":', b'"counted":').replace(
                b'"data":[', b'"data":[{"docId":"a"},{"docId":"a"},'
            )
            return replace(reply, body=body)
        return reply

    monkeypatch.setattr(arena.connector._gate.transport, "send", twice)
    with pytest.raises(ListingUnreadable, match="stands twice"):
        Memory().pull(arena.connector, Stream.DOCUMENTS)
    assert doubled[0]


@pytest.mark.covers("M33")
def test_an_id_that_would_break_a_header_is_never_sent(
    direct: AxisArena, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [Listed("a\r\nXroadVnpt-status: done"), Listed("../../x?y"), Listed("")]
    monkeypatch.setattr(direct.connector._gate, "received", lambda *_: rows)
    before = direct.connector.requests_sent
    records = Memory().pull(direct.connector, Stream.DOCUMENTS)
    assert len(records) == 3
    for raw in records:
        with pytest.raises(SkipRecord, match="its id cannot be used"):
            direct.connector.decode(raw)
    assert direct.connector.fetch(Kind.DOCUMENT, rows[0].packet_id) is None
    assert direct.connector.requests_sent == before


@pytest.mark.covers("M38")
def test_a_packet_of_another_agency_is_none_for_us(arena: AxisArena) -> None:
    theirs = arena.send("51/CT-UBND", to=OTHER)["boxes"][OTHER]
    assert arena.connector.fetch(Kind.DOCUMENT, theirs) is None
    assert arena.connector.fetch(Kind.JOB, theirs) is None


@pytest.mark.covers("M40")
def test_a_date_in_the_future_does_not_move_the_cursor(
    sandbox: SandboxHandle, monkeypatch: pytest.MonkeyPatch
) -> None:
    arena = AxisArena(sandbox, "lgsp")
    arena.issue("52/CT-UBND")
    gate = arena.connector._gate
    listed = gate.received
    rows = listed("edoc", arena.now().date(), arena.now().date())
    future = [*rows[:-1], replace(rows[-1], created="2099-01-01T00:00:00")]
    monkeypatch.setattr(gate, "received", lambda *_: future)
    memory = Memory()
    memory.pull(arena.connector, Stream.DOCUMENTS)
    assert str(arena.now().year) in memory.cursors.get(Stream.DOCUMENTS, str(arena.now().year))
    assert "2099" not in memory.cursors.get(Stream.DOCUMENTS, "")
    arena.connector.close()


@pytest.mark.covers("M32")
def test_an_address_in_a_packet_is_followed_by_nobody(direct: AxisArena, tmp_path: Path) -> None:
    packet = made.net_kit(b"noi dung").replace(b'href="cid:9"', b'href="http://169.254.169.254/latest"')
    document = direct.put(packet)
    (raw,) = [one for one in Memory().pull(direct.connector, Stream.DOCUMENTS) if one.remote_id == document]
    record = direct.connector.decode(raw)
    assert isinstance(record, DirectiveRecord)
    before = direct.connector.requests_sent
    digest = direct.connector.download(record.files[0], tmp_path / "got", 100)
    assert digest == hashlib.sha256(b"noi dung").hexdigest()
    assert direct.connector.requests_sent - before == 1


def test_the_files_of_the_page_under_way_are_not_fetched_twice(arena: AxisArena, tmp_path: Path) -> None:
    document = arena.issue("53/CT-UBND", attachments={"bảng.xlsx": b"x" * 900, "b.pdf": b"%PDF"})
    memory = Memory()
    for page in arena.connector.changes(Stream.DOCUMENTS, None, memory.known):
        for raw in page.records:
            if raw.remote_id == document:
                record = arena.connector.decode(raw)
                assert isinstance(record, DirectiveRecord)
                assert b"sha256:" in raw.body
                before = arena.connector.requests_sent
                for file in record.files:
                    arena.connector.download(file, tmp_path / file.name, 1000)
                assert arena.connector.requests_sent == before
                assert [file.size for file in record.files] == [900, 4]
                with pytest.raises(TooLarge):
                    arena.connector.download(record.files[0], tmp_path / "small", 899)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.pdf", "bảng.xlsx"]
    assert arena.connector._reading.carried == {}


@pytest.mark.covers("M44")
def test_a_wrong_key_is_asked_for_once_and_never_told(
    sandbox: SandboxHandle, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for way, path in (("vxp", "truc/vxp"), ("lgsp", "truc/lgsp/v1")):
        connector = AxisConnector("a", f"{sandbox.url}/{path}", OURS, SecretStr("khoa-sai-7731"), way=way)
        with pytest.raises(AccessRefused) as caught:
            Memory().pull(connector, Stream.DOCUMENTS)
        assert "khoa-sai-7731" not in str(caught.value)
        assert connector.requests_sent == 1
        connector.close()
    assert "khoa-sai-7731" not in caplog.text


@pytest.mark.covers("M34", "M44")
def test_words_of_the_axis_are_cleaned_before_anybody_reads_them(
    arena: AxisArena, monkeypatch: pytest.MonkeyPatch
) -> None:
    Memory().pull(arena.connector, Stream.ACTIVITY)
    echo = f"\x1b[31m khoa-truc-{OURS}\r\nERROR forged line " + "x" * 2**20
    body: dict[str, object] = {"status": "FAIL", "ErrorCode": "18", "ErrorDesc": echo}
    body |= {"success": False, "errorCode": "18", "message": echo}
    reply = Reply(200, {"content-type": "application/json"}, orjson.dumps(body))
    monkeypatch.setattr(arena.connector._gate.transport, "send", lambda _: reply)
    with pytest.raises(ListingUnreadable) as caught:
        Memory().pull(arena.connector, Stream.ACTIVITY)
    told = str(caught.value)
    assert f"khoa-truc-{OURS}" not in told
    assert "\x1b" not in told
    assert "\n" not in told
    assert len(told) < 800


@pytest.mark.covers("M41")
def test_a_list_whose_count_lies_is_read_again(
    sandbox: SandboxHandle, monkeypatch: pytest.MonkeyPatch
) -> None:
    arena = AxisArena(sandbox, "lgsp")
    document = arena.issue("63/CT-UBND")
    send = arena.connector._gate.transport.send
    lies = [True]

    def lying(call: Call) -> Reply:
        reply = send(call)
        if lies.pop() if lies and call.name == "syncReceivedEdocList" else False:
            return replace(reply, body=reply.body.replace(b'"count":1', b'"count":2'))
        return reply

    monkeypatch.setattr(arena.connector._gate.transport, "send", lying)
    memory = Memory()
    with pytest.raises(ListingUnreadable, match="another number of packets"):
        memory.pull(arena.connector, Stream.DOCUMENTS)
    assert [raw.remote_id for raw in memory.pull(arena.connector, Stream.DOCUMENTS)] == [document]
    arena.connector.close()


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b'{"data": []}', b'{"status": "OK", "success": true}', b"{"]
)
def test_an_answer_that_is_no_list_is_never_an_empty_list(
    arena: AxisArena, monkeypatch: pytest.MonkeyPatch, body: bytes
) -> None:
    Memory().pull(arena.connector, Stream.ACTIVITY)
    reply = Reply(200, {"content-type": "application/json"}, body)
    monkeypatch.setattr(arena.connector._gate.transport, "send", lambda _: reply)
    with pytest.raises(RetryLater):
        Memory().pull(arena.connector, Stream.DOCUMENTS)


def test_a_session_that_ends_is_opened_again(sandbox: SandboxHandle) -> None:
    arena = AxisArena(sandbox, "lgsp")
    Memory().pull(arena.connector, Stream.ACTIVITY)
    arena.sandbox.fault("auth_churn", "syncReceivedEdocList")
    before = arena.connector.requests_sent
    Memory().pull(arena.connector, Stream.ACTIVITY)
    assert arena.connector.requests_sent - before >= 3
    arena.connector.close()


@pytest.mark.covers("F27")
def test_a_reply_that_drips_ends_at_the_total_time(direct: AxisArena) -> None:
    connector = axis_connector(
        direct.sandbox.url, access=Access(total_seconds=0.4, read_seconds=0.3, tries=1, rate_per_second=1000)
    )
    direct.sandbox.fault("slow_drip", "getReceivedEdocList", ms=50)
    with pytest.raises(SystemAway, match=r"within 0\.4 seconds"):
        Memory().pull(connector, Stream.DOCUMENTS)
    connector.close()


@pytest.mark.parametrize("kind", ["error_200", "login_page", "truncated_body", "reset", "drop_reply"])
def test_a_status_with_an_unusable_answer_is_an_unknown_outcome(arena: AxisArena, kind: str) -> None:
    document = arena.issue("54/CT-UBND")
    arena.sandbox.fault(kind, "sendEdoc")
    write = SetStatus(f"k-{kind}", document, OURS, f"Đang rà soát ({kind})")
    with pytest.raises(ReplyLost):
        arena.connector.apply(write)
    if arena.connector._gate.lists_sent:
        there = kind in {"truncated_body", "drop_reply"}
        assert (arena.connector.find(write) is not None) is there
    else:
        with pytest.raises(HoldForHuman, match="lists nothing of what was sent"):
            arena.connector.find(write)


def test_every_code_goes_both_ways_and_progress_goes_again(arena: AxisArena) -> None:
    sent = arena.send("55/CT-UBND")
    document = sent["boxes"][OURS]
    texts = [
        STATUSES["01"], STATUSES["03"], STATUSES["04"], "Đã làm một nửa", "Đã làm gần xong",
        STATUSES["06"], STATUSES["15"], STATUSES["16"],
    ]  # fmt: skip
    for number, text in enumerate(texts):
        arena.connector.apply(SetStatus(f"k-{document}-{number}", document, OURS, text))
    with pytest.raises(RemoteRefused, match="Trạng thái này đã được gửi"):
        arena.connector.apply(SetStatus("k-again", document, OURS, STATUSES["06"]))
    issuer = axis_connector(arena.sandbox.url, code=PROVINCE)
    records = [issuer.decode(raw) for raw in Memory().pull(issuer, Stream.ACTIVITY)]
    (job,) = [one for one in records if isinstance(one, JobRecord) and one.document_id == sent["document_id"]]
    assert job.remote_id == f"{sent['document_id']}|{OURS}"
    assert job.about == Identity(PROVINCE, "55/CT-UBND", arena.now().date(), sent["document_id"])
    assert [(action.status_code, action.comment) for action in job.actions] == [
        ("01", ""), ("03", ""), ("04", ""), ("05", "Đã làm một nửa"), ("05", "Đã làm gần xong"),
        ("06", ""), ("15", ""), ("16", ""),
    ]  # fmt: skip
    assert {action.actor for action in job.actions} == {OURS}
    issuer.close()


def test_statuses_for_several_tasks_of_one_document_are_told_apart(direct: AxisArena) -> None:
    document = direct.issue("57/CT-UBND")
    one, other = (
        SetStatus(f"k-{task}", document, OURS, "Đang làm", f"việc ({task})") for task in ("TD-1", "TD-2")
    )
    direct.connector.apply(one)
    assert direct.connector.find(other) is None
    direct.connector.apply(other)
    assert direct.connector.find(one) is not None
    newer = SetStatus("k-newer", document, OURS, "Đã xong", "việc (TD-1)")
    direct.connector.apply(newer)
    assert direct.connector.find(one) is None
    assert direct.connector.find(newer) is not None
    assert direct.connector.find(other) is not None


def test_what_is_for_the_issuer_to_say_is_not_said_by_the_receiver(direct: AxisArena) -> None:
    document = direct.issue("56/CT-UBND")
    with pytest.raises(RemoteRefused, match="what the issuer of a document says"):
        direct.connector.apply(SetStatus("k-13", document, OURS, STATUSES["13"]))
    with pytest.raises(SkipRecord):
        direct.connector.apply(SetStatus("k-none", "khong-co", OURS, "Đang làm"))
    assert direct.applied("k-13") == direct.applied("k-none") == 0


@pytest.mark.parametrize(
    ("kind", "change"), [("1", Change.RECALL), ("2", Change.UPDATE), ("3", Change.REPLACE)]
)
def test_orders_come_as_requests_and_change_nothing(direct: AxisArena, kind: str, change: Change) -> None:
    first = direct.send("57/CT-UBND")
    business = {"type": kind, "reason": "Sai thời hạn", "document_id": first["document_id"]}
    if change is Change.REPLACE:
        business |= {"replaced": [first["document_id"]]}
    second = direct.send("57/CT-UBND", business=business)["boxes"][OURS]
    found = {raw.remote_id: raw for raw in Memory().pull(direct.connector, Stream.DOCUMENTS)}
    record = direct.connector.decode(found[second])
    assert isinstance(record, DirectiveRecord)
    assert record.order is not None
    assert (record.order.change, record.order.reason) == (change, "Sai thời hạn")
    assert [target.document_id for target in record.order.targets] == [first["document_id"]]
    plain = direct.connector.decode(found[first["boxes"][OURS]])
    assert isinstance(plain, DirectiveRecord)
    assert plain.order is None


def test_a_status_that_asks_for_a_document_back_is_such_a_request(arena: AxisArena) -> None:
    sent = arena.send("58/CT-UBND")
    arena.order(
        "status",
        **{"from": PROVINCE, "to": OURS, "document_id": sent["document_id"], "code": "58/CT-UBND", "status": "13",
           "text": "Gửi nhầm"},
    )  # fmt: skip
    (raw,) = Memory().pull(arena.connector, Stream.ACTIVITY)
    record = arena.connector.decode(raw)
    assert isinstance(record, DirectiveRecord)
    assert record.order is not None
    assert (record.order.change, record.order.reason, record.order.targets[0].document_id) == (
        Change.RECALL,
        "Gửi nhầm",
        sent["document_id"],
    )


def test_an_order_of_a_kind_nobody_knows_is_bad_and_no_new_document(arena: AxisArena) -> None:
    memory = Memory()
    document = arena.send("59/CT-UBND", business={"type": "7"})["boxes"][OURS]
    (raw,) = memory.pull(arena.connector, Stream.DOCUMENTS)
    with pytest.raises(SkipRecord, match="BussinessDocType"):
        arena.connector.decode(raw)
    assert states(arena)[document] == "fail"


def test_a_report_reaches_the_issuer_with_its_evidence(sandbox: SandboxHandle, tmp_path: Path) -> None:
    arena = AxisArena(sandbox)
    sent = arena.send("60/CT-UBND")
    answered = {
        "OrganId": PROVINCE,
        "Code": "60/CT-UBND",
        "PromulgationDate": f"{arena.now():%Y/%m/%d}",
        "DocumentId": sent["document_id"],
    }
    report = arena.send(
        "8/BC-SNV",
        by=OURS,
        to=PROVINCE,
        attachments={"bao-cao.pdf": b"%PDF ket qua"},
        answers=[answered],
        type_name="Báo cáo",
        steering="2",
    )
    issuer = axis_connector(sandbox.url, code=PROVINCE)
    found = {(raw.kind, raw.remote_id): raw for raw in Memory().pull(issuer, Stream.DOCUMENTS)}
    job = issuer.decode(found[Kind.JOB, f"{sent['document_id']}|{OURS}"])
    assert isinstance(job, JobRecord)
    (action,) = job.actions
    assert (action.status_code, action.actor) == ("report", OURS)
    assert (
        issuer.download(action.files[0], tmp_path / "f", 100) == hashlib.sha256(b"%PDF ket qua").hexdigest()
    )
    record = issuer.decode(found[Kind.DOCUMENT, report["boxes"][PROVINCE]])
    assert isinstance(record, DirectiveRecord)
    assert [one.document_id for one in record.answers] == [sent["document_id"]]
    issuer.close()
    arena.connector.close()


@pytest.mark.covers("M39")
def test_a_status_nobody_knows_and_one_that_goes_back_are_handed_on_raw(direct: AxisArena) -> None:
    job_id = direct.watched_job(direct.issue("61/CT-UBND"))
    for code in ("06", "77", "01"):
        direct.report(job_id, "", code)
    (raw,) = [one for one in Memory().pull(direct.connector, Stream.ACTIVITY) if one.remote_id == job_id]
    job = direct.connector.decode(raw)
    assert isinstance(job, JobRecord)
    assert [action.status_code for action in job.actions] == ["06", "77", "01"]


def test_statuses_in_the_wrong_list_and_by_an_older_code_are_understood(direct: AxisArena) -> None:
    packet = made.status(
        sender=replace(made.DEPARTMENT, code="000.00.03.H99"),
        answers=replace(made.directive().answered(), document_id="CV-1", organ=OURS),
    )
    direct.put(write_status(packet), "edoc")
    (raw,) = [one for one in Memory().pull(direct.connector, Stream.DOCUMENTS) if one.kind is Kind.JOB]
    assert raw.remote_id == f"CV-1|{OTHER}"


def test_what_we_write_is_a_packet_that_the_standard_asks_for(direct: AxisArena) -> None:
    document = direct.issue("62/CT-UBND")
    direct.connector.apply(SetStatus("k-62", document, OURS, "Đã làm một phần"))
    row = direct.connector._gate.sent("status")[-1]
    content = direct.connector._gate.packet(row.packet_id)
    assert content is not None
    packet = read_packet(content)
    assert isinstance(packet, StatusPacket)
    assert (packet.sender.code, packet.sender.name) == (OURS, "Sở Nội vụ")
    assert (packet.answers.organ, packet.answers.code, packet.code) == (PROVINCE, "62/CT-UBND", "05")
