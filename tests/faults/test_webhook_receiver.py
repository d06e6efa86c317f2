"""The receiver over real sockets: whatever strangers send, it answers with the right number and lives.

Excludes what a group leaves in the store (`test_webhook_keeping`) and killing the process
(`test_webhook_process`).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pydantic import SecretStr

from errors import ConfigInvalid, RetryLater, StopService
from store.engine import Store
from sync.orders import WAKE
from sync.receiver import MOST_HELD, Receiver
from tests.signed_posts import OLD, SECRET, SITE, body, headers, post, posted, raw_status, receiving

BODY = body()
LIMIT = 2**20


@pytest.fixture
def receiver(store: Store) -> Iterator[Receiver]:
    with receiving(store) as made:
        yield made


def head(length: str, given: dict[str, str]) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    return f"POST /webhook/{SITE} HTTP/1.1\r\nhost: x\r\n{length}{lines}\r\n".encode()


def wakes(store: Store) -> list[dict[str, Any]]:
    with store.read() as places:
        return [order.body for order in reversed(places.signals.latest(100)) if order.kind == WAKE]


def test_a_signed_post_is_on_disk_when_it_is_answered_and_wakes_its_site(store: Store) -> None:
    woken: list[str] = []
    with receiving(store, woken=woken) as receiver:
        assert post(receiver.port, BODY, headers(BODY)) == 200
        assert wakes(store) == [{"site": SITE, "kind": "job", "id": "501"}]
    assert woken == [SITE]


def test_what_is_not_a_post_to_a_known_site_is_told_so(receiver: Receiver) -> None:
    assert post(receiver.port, BODY, headers(BODY), path="/webhook/khac") == 404
    assert post(receiver.port, BODY, headers(BODY), path="/") == 404
    assert posted(receiver.port, b"", {}, method="GET")[0] == 405


@pytest.mark.covers("M01", "M06")
def test_unsigned_and_wrongly_signed_posts_are_401_counted_and_leave_nothing(
    receiver: Receiver, store: Store
) -> None:
    assert post(receiver.port, BODY, {}) == 401
    assert post(receiver.port, BODY + b"\n", headers(BODY)) == 401
    assert post(receiver.port, BODY, headers(BODY, secret=OLD)) == 401
    assert receiver.counts[SITE] == {"refused": 3}
    with store.read() as places:
        assert places.webhooks.known(SITE, ["msg_1"]) == {}
        assert places.signals.waiting(WAKE, 10) == 0


@pytest.mark.covers("M02")
@pytest.mark.parametrize(
    "signature",
    [b"garbage", b"v1,abc", b"v1,a,b", "v1,đỏ".encode(), b"\xff\xfe", b"v1," + b"A" * 20_000, b"v1 " * 9000],
    ids=["garbage", "short", "three", "letters", "bytes", "long", "many"],
)
def test_junk_in_a_signature_is_401(receiver: Receiver, signature: bytes) -> None:
    given = headers(BODY)
    del given["webhook-signature"]
    start = head(f"content-length: {len(BODY)}\r\n", given).removesuffix(b"\r\n")
    status = raw_status(receiver.port, start, b"webhook-signature: ", signature, b"\r\n\r\n", BODY)
    assert status == 401
    assert post(receiver.port, BODY, headers(BODY)) == 200


@pytest.mark.covers("M02")
def test_a_header_of_a_megabyte_is_431_and_the_next_sender_is_served(receiver: Receiver) -> None:
    for line in (b"webhook-signature: v1,", b"x: ", b""):
        start = head(f"content-length: {len(BODY)}\r\n", {}).removesuffix(b"\r\n")
        assert raw_status(receiver.port, start + line, b"A" * 2**20, b"\r\n\r\n", BODY) == 431
    assert post(receiver.port, BODY, headers(BODY)) == 200


def test_a_header_given_twice_is_401(receiver: Receiver) -> None:
    given, other = headers(BODY), headers(BODY, "msg_2")
    twice = head(f"content-length: {len(BODY)}\r\n", given).removesuffix(b"\r\n")
    more = f"webhook-id: {other['webhook-id']}\r\n\r\n".encode()
    assert raw_status(receiver.port, twice, more, BODY) == 401


@pytest.mark.parametrize(
    "junk",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a TLS hello\r\n\r\n",
        b"POST /webhook/songlam HTTP/1.1\r\nhost: x\r\ncontent-length: -5\r\n\r\n",
        b"POST /webhook/songlam HTTP/1.1\r\nhost: x\r\ncontent-length: nan\r\n\r\n",
        b"POST /webhook/songlam HTTP/1.1\r\nhost: x\r\nwebhook-id: a\x00b\r\n\r\n",
        b"POST /webhook/songlam HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    ],
    ids=["tls", "negative", "words", "nul", "chunk"],
)
def test_what_is_not_http_is_400_and_the_receiver_lives(receiver: Receiver, junk: bytes) -> None:
    assert raw_status(receiver.port, junk) == 400
    assert post(receiver.port, BODY, headers(BODY)) == 200


@pytest.mark.covers("M07", "M08", "M09")
@pytest.mark.parametrize(
    "raw",
    [
        BODY.replace(b"job.updated", b"\xff\xfe"),
        b"[" * 100_000 + b"]" * 100_000,
        b'{"type":"a","type":"b","data":{"kind":"job","id":"1"}}',
        b'{"type":"a","n":NaN,"data":{"kind":"job","id":"1"}}',
        b'{"type":"a","n":' + b"9" * 5000 + b',"data":{"kind":"job","id":"1"}}',
    ],
    ids=["not-utf-8", "deep", "twice", "nan", "digits"],
)
def test_a_signed_body_that_cannot_be_read_is_400_and_quarantined_without_it(
    receiver: Receiver, store: Store, raw: bytes
) -> None:
    for _ in range(3):
        assert post(receiver.port, raw, headers(raw)) == 400
    with store.read() as places:
        (letter,) = places.dead_letters.open(SITE)
        assert places.signals.waiting(WAKE, 10) == 0
    assert (letter.stage, letter.item, len(letter.payload)) == ("webhook", "msg_1", 64)
    assert post(receiver.port, BODY, headers(BODY, "msg_2")) == 200


@pytest.mark.covers("M10")
def test_a_body_over_the_limit_is_413_before_it_is_sent(receiver: Receiver) -> None:
    assert raw_status(receiver.port, head(f"content-length: {LIMIT + 1}\r\n", headers(BODY))) == 413
    assert raw_status(receiver.port, head("content-length: 99999999999999999\r\n", headers(BODY))) == 413
    assert receiver.counts[SITE] == {"too_large": 2}


@pytest.mark.covers("M10")
def test_a_chunked_body_over_the_limit_is_413_before_it_ends(receiver: Receiver) -> None:
    start = head("transfer-encoding: chunked\r\n", headers(BODY))
    chunk = b"10000\r\n" + b" " * 65536 + b"\r\n"
    assert raw_status(receiver.port, start, *[chunk] * 17) == 413


@pytest.mark.covers("M10")
def test_a_body_of_just_the_limit_is_taken_whole_or_in_chunks(receiver: Receiver) -> None:
    raw = BODY + b" " * (LIMIT - len(BODY))
    assert post(receiver.port, raw, headers(raw)) == 200
    given = headers(raw, "msg_2")
    parts = [b"%x\r\n%s\r\n" % (len(part), part) for part in (raw[:10], raw[10:300_000], raw[300_000:])]
    start = head("transfer-encoding: chunked\r\n", given)
    assert raw_status(receiver.port, start, *parts, b"0\r\n\r\n") == 200


def test_unfinished_bodies_of_many_strangers_are_bounded_together(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.receiver.MOST_HELD", 100_000)
    start = head("content-length: 900000\r\n", headers(BODY))
    assert raw_status(receiver.port, start, b" " * 500_000) == 503
    assert post(receiver.port, BODY, headers(BODY)) == 200
    assert MOST_HELD == 64 * LIMIT


def test_a_body_that_does_not_come_is_408(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.receiver.BODY_SECONDS", 0.1)
    assert raw_status(receiver.port, head("content-length: 100\r\n", headers(BODY)), b"{") == 408
    assert receiver.counts[SITE] == {"too_slow": 1}


@pytest.mark.parametrize("pieces", [(), (b"POST /web",), (b"POST /web", b"hook/", b"songlam HT")])
def test_a_head_that_does_not_come_is_cut_off(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, pieces: tuple[bytes, ...]
) -> None:
    monkeypatch.setattr("sync.listening.HEAD_SECONDS", 0.2)
    assert raw_status(receiver.port, *pieces) == 0


def test_one_connection_too_many_is_told_to_come_back(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.listening.MOST_CONNECTIONS", 0)
    assert raw_status(receiver.port) == 503
    monkeypatch.undo()
    assert post(receiver.port, BODY, headers(BODY)) == 200


@pytest.mark.covers("F40")
def test_rotating_the_secret_under_load_refuses_nobody_and_then_all_of_the_old(store: Store) -> None:
    for phase, (secrets, good) in enumerate(
        [((OLD,), {OLD}), ((SECRET, OLD), {SECRET, OLD}), ((SECRET,), {SECRET})]
    ):
        with receiving(store, *secrets) as receiver, ThreadPoolExecutor(8) as senders:

            def sent(number: int, port: int = receiver.port, phase: int = phase) -> tuple[SecretStr, int]:
                secret = (OLD, SECRET)[number % 2]
                raw = body(str(number))
                return secret, post(port, raw, headers(raw, f"msg_{phase}_{number}", secret))

            answers = list(senders.map(sent, range(40)))
        assert {(secret, status) for secret, status in answers} == {
            (secret, 200 if secret in good else 401) for secret in (OLD, SECRET)
        }


class Broken:
    """A store that complains; the receiver's own marks go through until it is armed."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.error: Exception | None = None

    def begin(self) -> Any:
        if self.error is not None:
            raise self.error
        return self.store.begin()


@pytest.mark.covers("F30")
@pytest.mark.parametrize(
    ("error", "pause"),
    [
        (RetryLater("The disk of the database is full; nothing of this step was kept."), "30"),
        (RetryLater("The database is busy.", after=2.5), "3"),
    ],
)
def test_a_full_disk_is_503_with_a_pause_and_goes_on_by_itself(
    store: Store, error: Exception, pause: str
) -> None:
    broken = Broken(store)
    with receiving(broken) as receiver:  # type: ignore[arg-type]
        broken.error = error
        status, answer = posted(receiver.port, BODY, headers(BODY))
        assert (status, answer["retry-after"]) == (503, pause)
        broken.error = None
        assert post(receiver.port, BODY, headers(BODY)) == 200
        assert receiver.failure is None
    assert len(wakes(store)) == 1


@pytest.mark.covers("F31")
def test_a_failed_disk_is_503_for_ever_and_told_to_the_owner(store: Store) -> None:
    broken = Broken(store)
    with receiving(broken) as receiver:  # type: ignore[arg-type]
        broken.error = StopService("The disk of the database failed while reading or writing.")
        assert post(receiver.port, BODY, headers(BODY)) == 503
        broken.error = None
        assert post(receiver.port, BODY, headers(BODY, "msg_2")) == 503
        assert isinstance(receiver.failure, StopService)
    assert wakes(store) == []


def test_a_fault_of_our_own_is_503_not_500(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    def fault(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("sync.receiver.verify", fault)
    assert post(receiver.port, BODY, headers(BODY)) == 503
    monkeypatch.undo()
    assert post(receiver.port, BODY, headers(BODY)) == 200


@pytest.mark.covers("M44")
def test_neither_secret_nor_body_stands_in_a_log(
    receiver: Receiver, capfd: pytest.CaptureFixture[str], store: Store
) -> None:
    raw = body(trichYeu="Mật: kế hoạch CHIM-YEN-77")
    for given in (headers(raw, "msg_a", OLD), headers(raw, "msg_b"), headers(raw, "msg_b")):
        post(receiver.port, raw, given)
    post(receiver.port, b'{"trichYeu":"CHIM-YEN-77', headers(b'{"trichYeu":"CHIM-YEN-77'))
    post(receiver.port, body("x"), headers(body("x"), "msg_b"))
    receiver.stop()
    out, err = capfd.readouterr()
    with store.read() as places:
        kept = json.dumps([vars_of(one) for one in places.dead_letters.open(SITE)], default=str)
    for secret in ("CHIM-YEN-77", "trichYeu", SECRET.get_secret_value()[6:20], "whsec"):
        assert secret not in out + err + kept


def vars_of(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__slots__}


def test_a_secret_that_cannot_be_used_is_told_at_the_start_without_being_quoted(store: Store) -> None:
    for bad in ("whsec_!!!", "whsec_YWJj", ""):
        with pytest.raises(ConfigInvalid, match="webhook secret 2 of site songlam") as caught:
            Receiver({SITE: (SECRET, SecretStr(bad))}, store, print, lambda: None)  # type: ignore[arg-type,return-value]
        assert "YWJj" not in str(caught.value)


def test_an_address_in_use_is_told_at_once(receiver: Receiver, store: Store) -> None:
    second = Receiver({SITE: (SECRET,)}, store, print, receiver._now)
    with pytest.raises(StopService, match=r"cannot be received at 127\.0\.0\.1"):
        second.start("127.0.0.1", receiver.port)


def test_a_stop_answers_what_was_taken(store: Store) -> None:
    statuses: list[int] = []
    with receiving(store) as receiver:

        def send() -> None:
            for number in range(1000):
                raw = body(str(number))
                try:
                    statuses.append(post(receiver.port, raw, headers(raw, f"msg_{number}")))
                except OSError:
                    return

        sender = threading.Thread(target=send)
        sender.start()
        while len(statuses) < 5:
            sender.join(0.01)
    sender.join(30)
    assert set(statuses) == {200}
    with store.read() as places:
        assert places.signals.waiting(WAKE, 2000) >= len(statuses)
