"""The sandbox's axis by itself: who may call, where packets go, what happens to them on their way."""

from __future__ import annotations

import hashlib
import hmac
import http.client
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest

from connector.edxml.axis_transport import signed, timestamp
from connector.edxml.dates import ZONE
from connector.edxml.packets import DocumentPacket
from connector.edxml.read_packet import read_packet
from connector.edxml.write_packet import write_document
from tests import edxml_packets as made
from tests.conformance.axis_arena import OTHER, OURS, PROVINCE, AxisArena
from tests.sandbox_process import SandboxHandle, sandbox_in_thread


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxHandle]:
    with sandbox_in_thread(tmp_path_factory.mktemp("axis")) as running:
        yield running


@pytest.fixture
def arena(sandbox: SandboxHandle) -> Iterator[AxisArena]:
    arena = AxisArena(sandbox)
    yield arena
    arena.connector.close()


def asked(sandbox: SandboxHandle, name: str, headers: Mapping[str, str]) -> Any:
    address = urlsplit(sandbox.url)
    wire = http.client.HTTPConnection(address.hostname or "", address.port or 0, timeout=10)
    wire.request("POST", f"/truc/vxp/{name}", b"", dict(headers))
    value = orjson.loads(wire.getresponse().read())
    wire.close()
    return value


def signed_call(code: str = OURS, **given: str) -> dict[str, str]:
    values = {"systemid": code, "timestamp": timestamp(datetime.now(ZONE)), **given}
    return signed(values, f"khoa-truc-{code}")


def test_a_signature_is_the_hmac_of_the_json_of_all_parameters() -> None:
    headers = signed({"systemid": "H99", "status": "done"}, "khoa")
    text = headers["XroadVnpt-sign-header"]
    assert orjson.loads(text) == {"systemid": "H99", "status": "done"}
    assert headers["XroadVnpt-hash-header"] == hmac.new(b"khoa", text.encode(), hashlib.sha256).hexdigest()
    assert headers["XroadVnpt-sign-header-key"] == "systemid;status"
    assert headers["XroadVnpt-status"] == "done"
    assert timestamp(datetime(2026, 11, 16, 8, 5, 9, 42_000, ZONE)) == "16112026T080509+0042"


def test_only_signed_calls_of_the_present_are_answered(sandbox: SandboxHandle) -> None:
    good = signed_call()
    assert asked(sandbox, "getAgenciesList", good)["status"] == "OK"
    assert asked(sandbox, "getAgenciesList", {})["ErrorCode"] == "15"
    changed = good | {"XroadVnpt-systemid": PROVINCE}
    assert asked(sandbox, "getAgenciesList", changed)["ErrorCode"] == "15"
    wrong = signed({"systemid": OURS, "timestamp": timestamp(datetime.now(ZONE))}, "khoa-khac")
    assert asked(sandbox, "getAgenciesList", wrong)["ErrorCode"] == "15"
    old = signed_call(timestamp="16112020T080000+0000")
    assert asked(sandbox, "getAgenciesList", old)["ErrorCode"] == "16"


def test_agencies_have_both_codes(sandbox: SandboxHandle) -> None:
    rows = {row["code"]: row for row in asked(sandbox, "getAgenciesList", signed_call())["data"]}
    assert rows[OURS]["oldCode"] == "000.00.02.H99"
    assert rows[OURS]["pid"] == rows[PROVINCE]["id"]
    assert "H99.41" not in rows


def test_a_packet_goes_to_every_receiver_and_stays_until_it_is_done(arena: AxisArena) -> None:
    sent = arena.order(
        "document", **{"from": PROVINCE, "to": [OURS, OTHER], "number": "1", "notation": "CT-UBND"}
    )
    assert set(sent["boxes"]) == {OURS, OTHER}
    ours = sent["boxes"][OURS]
    sandbox = arena.sandbox
    listing = {"servicetype": "eDoc", "messagetype": "edoc"}
    for state, there in (("processing", True), ("fail", True), ("done", False)):
        answer = asked(sandbox, "updateStatus", signed_call(docId=ours, status=state))
        assert answer["status"] == "OK"
        rows = asked(sandbox, "getReceivedEdocList", signed_call(**listing))["data"]
        assert (ours in {row["docId"] for row in rows}) is there
    assert asked(sandbox, "updateStatus", signed_call(OTHER, docId=ours, status="done"))["status"] == "FAIL"


def test_the_axis_rewrites_what_it_passes_on(arena: AxisArena) -> None:
    content = write_document(made.directive(sender=made.PROVINCE, receivers=(made.DEPARTMENT,)))
    content = content.replace(b"H99.06", OURS.encode()).replace(b"</edXML>", b"<!-- noi bo --></edXML>")
    gate = arena.connector._gate
    issuer = AxisArena(arena.sandbox)
    sent = asked_to_send(issuer.sandbox, content)
    row = gate.received("edoc", arena.now().date(), arena.now().date())[-1]
    got = gate.packet(row.packet_id)
    assert got is not None
    assert sent["status"] == "OK"
    assert b"noi bo" not in got
    packet = read_packet(got)
    assert isinstance(packet, DocumentPacket)
    assert [hop.organ for hop in packet.hops] == ["H99", "001.00.00.TRUC"]
    assert [file.content for file in packet.attachments] == [
        file.content for file in made.directive().attachments
    ]
    issuer.connector.close()


def asked_to_send(sandbox: SandboxHandle, content: bytes) -> Any:
    address = urlsplit(sandbox.url)
    boundary = "ranh-gioi"
    body = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file_doc"; filename="a.edxml"\r\n\r\n'.encode()
        + content
        + f"\r\n--{boundary}--\r\n".encode()
    )
    given = {"from": PROVINCE, "servicetype": "eDoc", "messagetype": "edoc"}
    headers = {**signed_call(PROVINCE, **given), "Content-Type": f"multipart/form-data; boundary={boundary}"}
    wire = http.client.HTTPConnection(address.hostname or "", address.port or 0, timeout=10)
    wire.request("POST", "/truc/vxp/sendEdoc", body, headers)
    value = orjson.loads(wire.getresponse().read())
    wire.close()
    return value


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"khong phai XML", "22"),
        (write_document(made.directive(sender=made.DEPARTMENT)), "19"),
        (write_document(made.directive(receivers=(made.COMMUNE,))), "18"),
    ],
)
def test_what_the_axis_does_not_take_is_refused_with_its_number(
    sandbox: SandboxHandle, content: bytes, code: str
) -> None:
    assert asked_to_send(sandbox, content)["ErrorCode"] == code


def test_orders_that_cannot_be_understood_are_told(arena: AxisArena) -> None:
    for order in ({"do": "tell"}, {"do": "document", "from": "H1", "to": [OURS]}):
        address = urlsplit(arena.sandbox.url)
        wire = http.client.HTTPConnection(address.hostname or "", address.port or 0, timeout=10)
        wire.request("POST", "/__sandbox__/axis", orjson.dumps(order))
        answer = wire.getresponse()
        assert answer.status == 400
        assert b"error" in answer.read()
        wire.close()
