"""The control plane: operations, faults on the wire, quiet changes, counters, webhooks.

Not here: what the calls mean. Faults are looked at with a raw connection, as a client sees them.
"""

from __future__ import annotations

import base64
import http.client
import http.server
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from standardwebhooks import Webhook
from starlette.requests import Request

from sandbox.client import Person, RefusedByServerError
from sandbox.control import from_this_machine
from sandbox.documents import SEARCH_KEYS
from tests.sandbox_process import SandboxHandle, sandbox_in_thread

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
STATUS = "job/updatestatus"


@pytest.fixture(scope="module")
def module_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxHandle]:
    with sandbox_in_thread(tmp_path_factory.mktemp("sandbox")) as handle:
        yield handle


@pytest.fixture
def sandbox(module_sandbox: SandboxHandle) -> Iterator[SandboxHandle]:
    """The same sandbox for all tests, its faults cleared after each."""
    yield module_sandbox
    module_sandbox.delete("/__sandbox__/faults")
    module_sandbox.delete("/__sandbox__/webhook")


@pytest.fixture
def service(sandbox: SandboxHandle) -> Iterator[Person]:
    with sandbox.service() as person:
        person.log_in()
        yield person


def give(person: Person, name: str = "Việc thử") -> tuple[str, str]:
    """A job and its leading line."""
    body = {"name": name, "content": "", "hanXuLy": "30/11/2026", "units": [{"unitId": "3", "vaiTro": "1"}]}
    job = person.post("job/createjob", body)
    return job, person.get(f"job/getlistprocesser/{job}")[0]["nxlId"]


def since(sandbox: SandboxHandle) -> int:
    return max((row["seq"] for row in sandbox.operations()), default=0)


def request(
    sandbox: SandboxHandle, person: Person, path: str, body: object = None, **headers: str
) -> tuple[int, http.client.HTTPMessage, bytes]:
    """One call as the person, without the client's own second try."""
    connection = http.client.HTTPConnection(urlsplit(sandbox.url).netloc, timeout=5)
    sent = {
        "X-Authentication-Token": person.login["token"],
        **{k.replace("_", "-"): v for k, v in headers.items()},
    }
    try:
        method = "GET" if body is None else "POST"
        encoded = None if body is None else json.dumps(body).encode()
        connection.request(method, f"/qlvb/api/{path}/", encoded, sent)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def test_operations_tell_what_was_applied(sandbox: SandboxHandle, service: Person) -> None:
    start = since(sandbox)
    job, line = give(service)
    body = {"id": job, "nxlId": line, "status": "", "comment": "Đã\nghi nhận"}
    for key in ("effect-1", "effect-2"):
        request(sandbox, service, STATUS, body, X_Effect_Key=key)
    refused = request(sandbox, service, STATUS, body | {"status": "999"})
    assert json.loads(refused[2])["status"]["code"] == "error_invalid_parameter"
    created, first, second = sandbox.operations(start)
    assert (created["operation"], created["user"], created["effect_key"]) == ("job/createjob", "tdcd", "")
    assert (first["operation"], first["target"], first["effect_key"]) == (STATUS, job, "effect-1")
    assert first["natural_key"] == second["natural_key"] != created["natural_key"]
    assert "\n" not in first["summary"]
    assert first["seq"] < second["seq"] == since(sandbox)
    assert first["at"].startswith("2026-11-16T08:0")


def test_a_repeated_upload_means_the_same(sandbox: SandboxHandle, service: Person) -> None:
    start = since(sandbox)
    for _ in range(2):
        (file_id,) = service.upload(("a.pdf", b"%PDF same"))
        body = {"docId": "70003", "comment": "Minh chứng", "files": [file_id]}
        service.post("incommingdocument/sendcomment", body)
    uploads = [op for op in sandbox.operations(start) if op["operation"] == "file/upload"]
    comments = [op for op in sandbox.operations(start) if op["operation"] == "incommingdocument/sendcomment"]
    assert len({op["natural_key"] for op in comments}) == 1
    assert len(uploads) == len(comments) == 2


@pytest.mark.covers("F04")
def test_a_dropped_reply_was_applied_exactly_once(sandbox: SandboxHandle, service: Person) -> None:
    job, line = give(service)
    start = since(sandbox)
    sandbox.fault("drop_reply", STATUS)
    body = {"id": job, "nxlId": line, "status": "21", "comment": ""}
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        request(sandbox, service, STATUS, body, X_Effect_Key="k")
    (applied,) = sandbox.operations(start)
    assert (applied["target"], applied["effect_key"]) == (job, "k")
    assert service.get(f"job/getlistprocesser/{job}")[0]["statusCode"] == "21"
    assert sandbox.get("/__sandbox__/faults")[0]["times"] == 0


def test_a_reset_applies_nothing(sandbox: SandboxHandle, service: Person) -> None:
    job, line = give(service)
    start = since(sandbox)
    sandbox.fault("reset", STATUS)
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        request(sandbox, service, STATUS, {"id": job, "nxlId": line, "status": "21", "comment": ""})
    assert sandbox.operations(start) == []


@pytest.mark.covers("F23", "M43", "F24")
@pytest.mark.parametrize(
    ("kind", "status", "inside"),
    [
        ("login_page", 200, b"<form"),
        ("auth_churn", 401, b"error_authentication_required"),
        ("status_429", 429, b"429"),
        ("status_503", 503, b"503"),
        ("error_200", 200, b"error_system"),
    ],
)
def test_answers_instead_of_the_right_one(
    sandbox: SandboxHandle, service: Person, kind: str, status: int, inside: bytes
) -> None:
    start = since(sandbox)
    sandbox.fault(kind, "getuserinfo", retry_after=600)
    told, headers, content = request(sandbox, service, "getuserinfo/me")
    assert told == status
    assert inside in content
    assert headers["Retry-After"] == ("600" if status in (429, 503) else None)
    assert request(sandbox, service, "getuserinfo/me")[0] == 200
    assert sandbox.operations(start) == []


@pytest.mark.covers("F28")
@pytest.mark.parametrize("close_delimited", [False, True])
def test_a_body_cut_short(sandbox: SandboxHandle, service: Person, close_delimited: bool) -> None:
    sandbox.fault("truncated_body", "getcontacts", close_delimited=close_delimited)
    if close_delimited:
        status, headers, content = request(sandbox, service, "getcontacts")
        assert (status, headers["Content-Length"]) == (200, None)
        with pytest.raises(json.JSONDecodeError):
            json.loads(content)
    else:
        with pytest.raises(http.client.IncompleteRead):
            request(sandbox, service, "getcontacts")
    assert json.loads(request(sandbox, service, "getcontacts")[2])["status"]["code"] == "0"


@pytest.mark.covers("F27")
def test_a_dripping_body_arrives_whole_and_late(sandbox: SandboxHandle, service: Person) -> None:
    sandbox.fault("slow_drip", "checksendcomment", ms=2, piece=4)
    begun = time.monotonic()
    status, headers, content = request(sandbox, service, "incommingdocument/checksendcomment/70002")
    assert time.monotonic() - begun > 0.02
    assert (status, int(headers["Content-Length"])) == (200, len(content))
    assert json.loads(content)["data"] == "true"


@pytest.mark.covers("F29")
def test_an_upload_cut_short_leaves_nothing(sandbox: SandboxHandle, service: Person) -> None:
    start = since(sandbox)
    host, port = str(urlsplit(sandbox.url).hostname), int(urlsplit(sandbox.url).port or 0)
    body = b'--b\r\nContent-Disposition: form-data; name="fileupload"; filename="a.pdf"\r\n\r\n' + b"x" * 5000
    head = (
        f"POST /qlvb/api/file/upload/ HTTP/1.1\r\nHost: x\r\nX-Authentication-Token: {service.login['token']}\r\n"
        f"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {len(body) + 50}\r\n\r\n"
    )
    with socket.create_connection((host, port)) as connection:
        connection.sendall(head.encode() + body)
    assert service.get("getuserinfo/me")["userId"] == "1000"
    assert sandbox.operations(start) == []


def test_latency_holds_nobody_else_up(sandbox: SandboxHandle, service: Person) -> None:
    sandbox.fault("latency", "getuserinfo", ms=150)
    slow = threading.Thread(target=request, args=(sandbox, service, "getuserinfo/me"))
    begun = time.monotonic()
    slow.start()
    request(sandbox, service, "job/getlistunit")
    quick = time.monotonic() - begun
    slow.join()
    assert quick < 0.12
    assert time.monotonic() - begun >= 0.15


def test_a_fault_may_be_for_one_account_only(sandbox: SandboxHandle, service: Person) -> None:
    sandbox.fault("status_503", "getuserinfo", user="tdcd", times=None)
    with sandbox.person("hatt.vp") as chief:
        assert chief.get("getuserinfo/me")["userName"] == "Trần Thị Hà"
    assert request(sandbox, service, "getuserinfo/me")[0] == 503


@pytest.mark.covers("F07", "F11")
def test_pages_that_lie(sandbox: SandboxHandle, service: Person) -> None:
    def page(number: int) -> list[str]:
        body = {"pageNo": str(number), "pageRec": "2", "parameter": dict.fromkeys(SEARCH_KEYS, "")}
        return [row["id"] for row in service.post("document/getlistlookupbyparam", body)]

    assert [page(1), page(2)] == [["70004", "70003"], ["70002", "70001"]]
    sandbox.fault("page_shift", rows=1)
    assert [page(1), page(2), page(2)] == [["70004", "70003"], ["70001"], ["70002", "70001"]]
    sandbox.fault("page_shift", rows=-1)
    assert page(2) == ["70003", "70002"]
    sandbox.fault("short_page", rows=1)
    assert [page(1), page(1)] == [["70004"], ["70004", "70003"]]
    sandbox.fault("empty_page")
    assert [page(1), page(1)] == [[], ["70004", "70003"]]


@pytest.mark.parametrize("order", [{"kind": "nonsense"}, [1], {"kind": "reset", "colour": 1}])
def test_a_fault_that_cannot_be_understood(sandbox: SandboxHandle, order: object) -> None:
    with pytest.raises(RefusedByServerError, match="400"):
        sandbox.post("/__sandbox__/faults", order)


def test_quiet_changes_leave_no_trace(sandbox: SandboxHandle, service: Person) -> None:
    job, _ = give(service)
    start, flow = since(sandbox), len(service.get(f"job/getlistjobflow/{job}"))
    notices = service.post("notifycation/getlistnotify/v2", {"pageNo": 1, "pageRec": 50})
    for name, value in (("status", "Đã hoàn thành"), ("endDate", "05/12/2026"), ("name", "Tên khác")):
        sandbox.post("/__sandbox__/quiet", {"job_id": job, "field": name, "value": value})
    rows = service.post("job/getlistjobdagiao", {"pageNo": 1, "pageRec": 1, "param": "tên khác"})
    assert [(row["status"], row["endDate"], row["id"]) for row in rows] == [
        ("Đã hoàn thành", "05/12/2026", job)
    ]
    assert service.get(f"job/getlistprocesser/{job}")[0]["endDate"] == "05/12/2026"
    assert len(service.get(f"job/getlistjobflow/{job}")) == flow
    assert service.post("notifycation/getlistnotify/v2", {"pageNo": 1, "pageRec": 50}) == notices
    assert sandbox.operations(start) == []
    sandbox.post("/__sandbox__/quiet", {"job_id": job, "field": "gone"})
    with pytest.raises(RefusedByServerError, match="error_data_not_found"):
        service.get(f"job/getdetailjobdagiao/{job}")


@pytest.mark.covers("F12", "F49")
def test_quiet_changes_of_documents_and_files(sandbox: SandboxHandle, service: Person) -> None:
    (file,) = service.get("file/getfileattach/70002")
    value = base64.b64encode(b"other bytes").decode()
    sandbox.post("/__sandbox__/quiet", {"file_id": file["id"], "field": "content", "value": value})
    assert service.download(file["id"]) == b"other bytes"
    sandbox.post("/__sandbox__/quiet", {"document_id": "70002", "field": "hidden", "value": True})
    with pytest.raises(RefusedByServerError, match="error_data_not_found"):
        service.get("document/getdetaildocument/70002")
    sandbox.post("/__sandbox__/quiet", {"document_id": "70002", "field": "hidden", "value": False})
    sandbox.post("/__sandbox__/quiet", {"document_id": "70002", "field": "secrecy", "value": ""})
    assert service.get("document/getdetaildocument/70002")["doMat"] == ""


@pytest.mark.parametrize(
    "order",
    [
        {"job_id": "99999", "field": "name", "value": "x"},
        {"job_id": "1", "field": "colour", "value": "x"},
        {"job_id": "1", "field": "endDate", "value": "mai"},
        {"job_id": "1", "field": "status", "value": "Không có"},
        {},
    ],
)
def test_a_quiet_change_of_nothing_is_refused(sandbox: SandboxHandle, order: object) -> None:
    with pytest.raises(RefusedByServerError, match="400"):
        sandbox.post("/__sandbox__/quiet", order)


def test_requests_are_counted_by_path(sandbox: SandboxHandle, service: Person) -> None:
    sandbox.delete("/__sandbox__/stats")
    job, line = give(service)
    service.post(STATUS, {"id": job, "nxlId": line, "status": "2", "comment": ""})
    service.get("getuserinfo/me")
    counted = sandbox.get("/__sandbox__/stats")
    assert counted["total"] == 4
    assert counted["writes"] == 2
    assert counted["paths"] == {"job/createjob": 1, "job/getlistprocesser": 1, STATUS: 1, "getuserinfo": 1}


def test_the_clock_is_shown_and_set(sandbox: SandboxHandle) -> None:
    try:
        shown = sandbox.post("/__sandbox__/clock", {"now": "2027-01-04T08:00:00+07:00", "frozen": True})
        assert shown["now"] == "2027-01-04T08:00:00+07:00"
        assert (
            sandbox.post("/__sandbox__/clock", {"advance_seconds": 3600})["now"]
            == "2027-01-04T09:00:00+07:00"
        )
        assert sandbox.get("/__sandbox__/clock")["frozen"] is True
        with pytest.raises(RefusedByServerError, match="400"):
            sandbox.post("/__sandbox__/clock", {"now": "mai"})
    finally:
        sandbox.post("/__sandbox__/clock", {"now": "2026-11-16T08:00:00", "frozen": False})


def test_people_are_told_to_this_machine_only(sandbox: SandboxHandle) -> None:
    people = {person["username"]: person for person in sandbox.get("/__sandbox__/people")}
    assert people["tdcd"]["service"] is True
    assert [post["unit_name"] for post in people["thanhlh.tc"]["postings"]] == ["Sở Tài chính", "Sở Y tế"]

    hosts = ("127.0.0.1", "::1", "10.0.0.7", "testclient")
    asked = {host: Request({"type": "http", "client": (host, 50000)}) for host in hosts}
    allowed = {host: from_this_machine(request) for host, request in asked.items()}
    assert allowed == {"127.0.0.1": True, "::1": True, "10.0.0.7": False, "testclient": False}
    assert not from_this_machine(Request({"type": "http"}))


class Receiver:
    """A webhook receiver in a thread; `answers` are the statuses it gives, the last one for ever."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers = [200]
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((dict(self.headers.items()), body))
                status = receiver.answers[0] if len(receiver.answers) == 1 else receiver.answers.pop(0)
                self.send_response(status)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hooks?site=a"
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()

    def data(self) -> list[dict[str, Any]]:
        return [json.loads(body)["data"] for _, body in self.got]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


def wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.covers("F17", "M01")
def test_webhooks_are_signed_and_thin(sandbox: SandboxHandle, service: Person, receiver: Receiver) -> None:
    shown = sandbox.post("/__sandbox__/webhook", {"url": receiver.url, "secret": SECRET})
    assert "secret" not in shown["subscription"]
    job, line = give(service, "Việc có tên")
    service.post(STATUS, {"id": job, "nxlId": line, "status": "2", "comment": "kín"})
    service.post("incommingdocument/sendcomment", {"docId": "70003", "comment": "kín"})
    wait(lambda: len(receiver.got) == 3)
    for headers, body in receiver.got:
        Webhook(SECRET).verify(body, {name.lower(): value for name, value in headers.items()})
        assert json.loads(body).keys() == {"type", "timestamp", "data"}
        assert b"k\\u00edn" not in body
        assert "kín".encode() not in body
    assert [json.loads(body)["type"] for _, body in receiver.got] == [
        "job.created",
        "job.updated",
        "document.commented",
    ]
    assert receiver.data() == [
        {"kind": "job", "id": job},
        {"kind": "job", "id": job},
        {"kind": "document", "id": "70003"},
    ]
    with pytest.raises(Exception, match="signature"):
        Webhook("whsec_" + base64.b64encode(b"x" * 32).decode()).verify(
            receiver.got[0][1], {name.lower(): value for name, value in receiver.got[0][0].items()}
        )


@pytest.mark.covers("F19", "F18")
def test_webhooks_repeat_and_come_out_of_order(
    sandbox: SandboxHandle, service: Person, receiver: Receiver
) -> None:
    order = {"url": receiver.url, "secret": SECRET, "repeat": 3, "delay_ms": 100, "shuffle": True, "seed": 5}
    sandbox.post("/__sandbox__/webhook", order)
    jobs = [give(service)[0] for _ in range(4)]
    wait(lambda: len(receiver.got) == 12)
    seen = [data["id"] for data in receiver.data()]
    assert sorted(seen) == sorted(jobs * 3)
    assert seen != sorted(seen)
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 4


@pytest.mark.covers("F22")
def test_a_failed_delivery_is_tried_again_with_the_same_id(
    sandbox: SandboxHandle, service: Person, receiver: Receiver
) -> None:
    receiver.answers = [503, 200]
    sandbox.post("/__sandbox__/webhook", {"url": receiver.url, "secret": SECRET})
    give(service)
    wait(lambda: len(receiver.got) == 2)
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    wait(lambda: sandbox.get("/__sandbox__/webhook")["attempts_failed"] == 1)


def test_a_receiver_that_is_gone_hears_no_more(
    sandbox: SandboxHandle, service: Person, receiver: Receiver
) -> None:
    receiver.answers = [410]
    sandbox.post("/__sandbox__/webhook", {"url": receiver.url, "secret": SECRET})
    give(service)
    wait(lambda: sandbox.get("/__sandbox__/webhook")["subscription"] is None)
    give(service)
    assert len(receiver.got) == 1


@pytest.mark.parametrize(
    "order",
    [
        {"url": "http://127.0.0.1:1/"},
        {"url": "x", "secret": "whsec_"},
        {"url": "x", "secret": SECRET, "z": 1},
    ],
)
def test_a_registration_that_cannot_work_is_refused(sandbox: SandboxHandle, order: dict[str, object]) -> None:
    with pytest.raises(RefusedByServerError, match="400"):
        sandbox.post("/__sandbox__/webhook", order)


def test_a_refused_write_tells_nobody(
    sandbox: SandboxHandle, service: Person, receiver: Receiver, tmp_path: Path
) -> None:
    sandbox.post("/__sandbox__/webhook", {"url": receiver.url, "secret": SECRET})
    with pytest.raises(RefusedByServerError):
        service.post("job/createjob", {"name": "x", "units": [], "users": []})
    give(service)
    wait(lambda: len(receiver.got) == 1)
    assert json.loads(receiver.got[0][1])["type"] == "job.created"
