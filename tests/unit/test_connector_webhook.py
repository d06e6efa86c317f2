"""Verifying webhooks: M01–M09. The size limit of the receiver itself (M10) and repeats (M05) are sync's."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from standardwebhooks import Webhook

from connector.records import Kind
from connector.webhook import (
    LONGEST_BODY,
    Notice,
    WebhookMalformed,
    WebhookRefused,
    check_secrets,
    verify,
    webhook_headers,
)
from errors import ConfigInvalid

NOW = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
SECRET = SecretStr("whsec_" + base64.b64encode(b"khoa-bi-mat-dai-32-byte-cho-ky!!").decode())
OTHER = SecretStr("whsec_" + base64.b64encode(b"khoa-cu-truoc-khi-doi-32-byte!!!").decode())
BODY = json.dumps({"type": "job.updated", "timestamp": "x", "data": {"kind": "job", "id": "501"}}).encode()


def signed(
    raw: bytes = BODY,
    secret: SecretStr = SECRET,
    at: datetime = NOW,
    webhook_id: str = "msg_1",
    stamp: str | None = None,
) -> dict[str, str]:
    """Headers as a sender makes them, by an own calculation rather than the code under test."""
    stamp = str(int(at.timestamp())) if stamp is None else stamp
    key = base64.b64decode(secret.get_secret_value().removeprefix("whsec_"))
    mac = hmac.new(key, f"{webhook_id}.{stamp}.".encode() + raw, hashlib.sha256).digest()
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }


def refused(raw: bytes, headers: Any, secrets: tuple[SecretStr, ...] = (SECRET,)) -> None:
    with pytest.raises(WebhookRefused):
        verify(raw, headers, secrets, NOW)


def test_a_signed_message_names_its_record() -> None:
    digest = hashlib.sha256(BODY).hexdigest()
    assert verify(BODY, signed(), [SECRET], NOW) == Notice("msg_1", Kind.JOB, "501", "job.updated", digest)


def test_the_libraries_own_signature_is_accepted() -> None:
    signature = Webhook(SECRET.get_secret_value()).sign("msg_9", NOW, BODY.decode())
    headers = {
        "Webhook-Id": "msg_9",
        "WEBHOOK-TIMESTAMP": str(int(NOW.timestamp())),
        "webhook-signature": signature,
    }
    assert verify(BODY, headers, [SECRET], NOW).webhook_id == "msg_9"


@pytest.mark.covers("F40")
def test_during_a_rotation_either_secret_and_any_signature_will_do() -> None:
    assert verify(BODY, signed(secret=OTHER), [SECRET, OTHER], NOW)
    headers = signed()
    headers["webhook-signature"] = f"v1,AAAA v2,zzz {headers['webhook-signature']}"
    assert verify(BODY, headers, [SECRET], NOW)
    refused(BODY, signed(secret=OTHER))


@pytest.mark.covers("M01")
@pytest.mark.parametrize("missing", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_missing_header_is_refused(missing: str) -> None:
    headers = signed()
    del headers[missing]
    refused(BODY, headers)
    refused(BODY, {})


@pytest.mark.covers("M01")
def test_a_wrong_signature_is_refused_before_the_body_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("parsed")

    monkeypatch.setattr("connector.webhook._parsed", never)
    refused(BODY, signed(raw=BODY + b" "))
    refused(BODY, signed(webhook_id="msg_2") | {"webhook-id": "msg_1"})
    refused(BODY, signed(), secrets=())


@pytest.mark.covers("M02")
@pytest.mark.parametrize(
    "signature",
    [
        "garbage",
        "v1,abc",
        "v1,a,b",
        "v1,",
        "v1",
        ",",
        " ",
        "v1,đỏ",
        "v1,\x00",
        "v1," + "A" * 2**20,
        "v1,AAAA " * 10_000,
    ],
    ids=[
        "garbage",
        "short",
        "three",
        "empty",
        "bare",
        "comma",
        "space",
        "letters",
        "nul",
        "megabyte",
        "many",
    ],
)
def test_odd_signatures_are_refused_not_a_crash(signature: str) -> None:
    refused(BODY, signed() | {"webhook-signature": signature})


@pytest.mark.covers("M02")
@pytest.mark.parametrize("webhook_id", ["", "a b", "đỏ", "x" * 300, "a\r\nb", "\x00"])
def test_odd_ids_are_refused(webhook_id: str) -> None:
    refused(BODY, signed(webhook_id=webhook_id))


@pytest.mark.covers("M03")
@pytest.mark.parametrize(
    ("seconds", "good"), [(-300, True), (300, True), (-301, False), (301, False), (31_536_000, False)]
)
def test_the_timestamp_may_be_five_minutes_off_either_way(seconds: int, good: bool) -> None:
    headers = signed(at=NOW + timedelta(seconds=seconds))
    if good:
        assert verify(BODY, headers, [SECRET], NOW)
    else:
        refused(BODY, headers)


@pytest.mark.covers("M04")
@pytest.mark.parametrize(
    "stamp", ["nan", "1e400", "1763254800.9", "+1763254800", "-5", "", " ", "١٧٦٣٢٥٤٨٠٠", "9" * 50, "0x1"]
)
def test_a_timestamp_is_ascii_digits_or_nothing(stamp: str) -> None:
    refused(BODY, signed(stamp=stamp))


@pytest.mark.covers("M05")
def test_another_body_under_the_same_id_is_told_apart() -> None:
    other = BODY.replace(b"501", b"502")
    first = verify(BODY, signed(), [SECRET], NOW)
    second = verify(other, signed(raw=other), [SECRET], NOW)
    assert first.webhook_id == second.webhook_id
    assert first.digest != second.digest


@pytest.mark.covers("M06")
def test_a_body_that_was_re_encoded_on_the_way_is_refused() -> None:
    refused(json.dumps(json.loads(BODY), indent=1).encode(), signed())
    refused(BODY + b"\n", signed())


def malformed(raw: bytes) -> None:
    with pytest.raises(WebhookMalformed):
        verify(raw, signed(raw=raw), [SECRET], NOW)


@pytest.mark.covers("M07")
def test_a_signed_body_that_is_not_utf_8_is_malformed() -> None:
    malformed(BODY.replace(b"job.updated", b"\xff\xfe"))
    malformed(BODY.decode().encode("utf-16"))


@pytest.mark.covers("M08")
def test_a_body_nested_without_end_is_malformed_and_the_worker_lives() -> None:
    malformed(b"[" * 100_000 + b"]" * 100_000)
    malformed(b'{"a":' * 100_000)
    assert verify(BODY, signed(), [SECRET], NOW)


@pytest.mark.covers("M09")
@pytest.mark.parametrize(
    "raw",
    [
        b'{"type":"a","type":"b","data":{"kind":"job","id":"1"}}',
        b'{"type":"a","data":{"kind":"job","id":"1","id":"2"}}',
        b'{"type":"a","n":NaN,"data":{"kind":"job","id":"1"}}',
        b'{"type":"a","n":-Infinity,"data":{"kind":"job","id":"1"}}',
        b'{"type":"a","n":' + b"9" * 5000 + b',"data":{"kind":"job","id":"1"}}',
        b'{"type":"a","n":1e999,"data":{"kind":"job","id":"1"}}',
        b'{"type":"a","n":0.' + b"1" * 5000 + b',"data":{"kind":"job","id":"1"}}',
        b'{"type":"a","data":{"kind":"job","id":' + b"7" * 70 + b"}}",
    ],
    ids=["twice", "twice-inside", "nan", "infinity", "digits", "overflow", "fraction", "long-id"],
)
def test_json_that_can_be_read_in_two_ways_is_malformed(raw: bytes) -> None:
    malformed(raw)


@pytest.mark.parametrize(
    "body",
    [
        [],
        "x",
        {},
        {"type": "a"},
        {"type": "a", "data": []},
        {"type": "a", "data": {"kind": "job"}},
        {"type": "a", "data": {"kind": "job", "id": ""}},
        {"type": "a", "data": {"kind": "job", "id": True}},
        {"type": "a", "data": {"kind": "job", "id": "x" * 65}},
        {"type": "a", "data": {"kind": "job", "id": "a\nb"}},
        {"type": "a", "data": {"kind": "thing", "id": "1"}},
        {"type": "a", "data": {"kind": ["job"], "id": "1"}},
        {"type": 5, "data": {"kind": "job", "id": "1"}},
    ],
)
def test_a_signed_message_that_names_nothing_usable_is_malformed(body: object) -> None:
    malformed(json.dumps(body).encode())


def test_a_number_as_id_is_taken_and_a_long_type_cut() -> None:
    raw = json.dumps({"type": "x" * 500, "data": {"kind": "document", "id": 70001}}).encode()
    notice = verify(raw, signed(raw=raw), [SECRET], NOW)
    assert (notice.kind, notice.remote_id, len(notice.type)) == (Kind.DOCUMENT, "70001", 100)


@pytest.mark.covers("M10")
def test_a_body_over_the_limit_is_refused_unseen() -> None:
    raw = BODY + b" " * LONGEST_BODY
    refused(raw, signed(raw=raw))


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_!!!", "x", "đỏ"])
def test_a_secret_that_cannot_be_used_refuses_and_is_not_shown(secret: str) -> None:
    with pytest.raises(WebhookRefused) as caught:
        verify(BODY, signed(), [SecretStr(secret)], NOW)
    assert "!!!" not in str(caught.value)


def test_a_malformed_message_is_named_by_its_id_and_digest_and_not_quoted() -> None:
    raw = b'{"trichYeu":"x"}'
    with pytest.raises(WebhookMalformed) as caught:
        verify(raw, signed(raw=raw), [SECRET], NOW)
    assert (caught.value.webhook_id, caught.value.digest) == ("msg_1", hashlib.sha256(raw).hexdigest())
    assert "trichYeu" not in str(caught.value)


def test_of_the_headers_only_the_three_are_read_whatever_bytes_they_hold() -> None:
    pairs = [(b"host", b"x"), (b"webhook-id", b"msg_1"), (b"webhook-signature", b"v1,\xff\xc3")]
    assert webhook_headers(pairs) == {"webhook-id": "msg_1", "webhook-signature": "v1,\xff\xc3"}


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_header_that_comes_twice_is_refused_even_if_both_are_right(name: str) -> None:
    pairs = [(key.encode(), value.encode()) for key, value in signed().items()]
    assert verify(BODY, webhook_headers(pairs), [SECRET], NOW)
    refused(BODY, webhook_headers([*pairs, (name.encode(), signed()[name].encode())]))


def test_secrets_are_checked_before_listening_and_all_that_are_bad_are_told() -> None:
    check_secrets("songlam", [SECRET, OTHER])
    check_secrets("songlam", [])
    short = SecretStr("whsec_" + base64.b64encode(b"x" * 15).decode())
    with pytest.raises(ConfigInvalid) as caught:
        check_secrets("songlam", [short, SECRET, SecretStr("whsec_!!!")])
    assert [problem.split(" of ")[0] for problem in caught.value.problems] == [
        "webhook secret 1",
        "webhook secret 3",
    ]
    assert "eHh4" not in str(caught.value)


@given(
    raw=st.binary(max_size=200),
    headers=st.dictionaries(
        st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature", "x"]), st.text(max_size=40)
    ),
)
def test_whatever_arrives_unsigned_is_refused(raw: bytes, headers: dict[str, str]) -> None:
    refused(raw, headers)


@given(raw=st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_whatever_arrives_signed_is_a_notice_or_malformed(raw: bytes) -> None:
    try:
        notice = verify(raw, signed(raw=raw), [SECRET], NOW)
    except WebhookMalformed:
        return
    assert notice.remote_id
