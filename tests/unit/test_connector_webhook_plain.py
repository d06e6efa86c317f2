"""Webhooks signed as the configuration describes: what is right, what is refused, what cannot be configured."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from connector.records import Kind
from connector.webhook import WebhookMalformed, WebhookRefused
from connector.webhook_plain import PlainHmac
from errors import ConfigInvalid
from tests.signed_posts import body

SECRET, OTHER = SecretStr("khóa bí mật thứ nhất"), SecretStr("khóa bí mật thứ hai!")
NOW = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
BODY = body()
PATH = "/webhook/songlam"
TIMED = PlainHmac("X-Signature", timestamp_header="X-Timestamp", id_header="X-Request-Id")
#: As code hosts sign: the body alone, in hex, behind the name of the hash.
BARE = PlainHmac("X-Hub-Signature-256", canonical="{body}", prefix="sha256=", id_header="X-Delivery")


def mac(signed: bytes, secret: SecretStr = SECRET) -> bytes:
    return hmac.new(secret.get_secret_value().encode(), signed, hashlib.sha256).digest()


def heads(**given: str) -> list[tuple[bytes, bytes]]:
    return [
        (name.replace("_", "-").lower().encode(), value.encode("latin-1")) for name, value in given.items()
    ]


def timed(stamp: str = STAMP, raw: bytes = BODY, secret: SecretStr = SECRET) -> list[tuple[bytes, bytes]]:
    signature = mac(f"{stamp}.".encode() + raw, secret).hex()
    return heads(X_Signature=signature, X_Timestamp=stamp, X_Request_Id="r-1")


def verified(
    scheme: PlainHmac, headers: Any, *secrets: SecretStr, raw: bytes = BODY, now: datetime = NOW
) -> Any:
    return scheme.verify(raw, headers, secrets or (SECRET,), now, PATH)


def test_a_signed_message_names_its_record() -> None:
    notice = verified(TIMED, timed())
    assert (notice.webhook_id, notice.kind, notice.remote_id) == ("r-1", Kind.JOB, "501")
    assert notice.digest == hashlib.sha256(BODY).hexdigest()


def test_the_way_of_the_code_hosts() -> None:
    signature = f"sha256={mac(BODY).hex()}"
    assert verified(BARE, heads(X_Hub_Signature_256=signature, X_Delivery="d-7")).webhook_id == "d-7"
    for wrong in (mac(BODY).hex(), f"sha1={mac(BODY).hex()}", f"SHA256={mac(BODY).hex()}", "sha256=", ""):
        with pytest.raises(WebhookRefused):
            verified(BARE, heads(X_Hub_Signature_256=wrong))


def test_method_path_id_and_line_ends_may_be_signed_too() -> None:
    scheme = PlainHmac(
        "X-Sig",
        canonical="{method}\\n{path}\\n{id}\\n{timestamp}\\n{body}",
        timestamp_header="X-Time",
        id_header="X-Id",
        encoding="base64",
    )
    millis = str(int(NOW.timestamp() * 1000))
    signed = f"POST\n{PATH}\nm-1\n{millis}\n".encode() + BODY
    given = heads(X_Sig=base64.b64encode(mac(signed)).decode(), X_Time=millis, X_Id="m-1")
    assert verified(scheme, given).webhook_id == "m-1"
    with pytest.raises(WebhookRefused):
        scheme.verify(BODY, given, (SECRET,), NOW, "/webhook/khac")


@pytest.mark.covers("F40")
def test_during_a_rotation_either_secret_will_do_and_afterwards_only_the_new_one() -> None:
    for secret in (SECRET, OTHER):
        assert verified(TIMED, timed(secret=secret), SECRET, OTHER)
    with pytest.raises(WebhookRefused):
        verified(TIMED, timed(secret=SECRET), OTHER)


@pytest.mark.covers("M03")
@pytest.mark.parametrize("seconds", [-301, 301, 10**9])
def test_a_time_too_far_off_is_refused_though_it_is_signed(seconds: int) -> None:
    with pytest.raises(WebhookRefused, match="too old or in the future"):
        verified(TIMED, timed(str(int(NOW.timestamp()) + seconds)))
    assert verified(TIMED, timed(), now=NOW + timedelta(seconds=300))


@pytest.mark.covers("M01", "M02", "M04", "M06")
@pytest.mark.parametrize(
    "headers",
    [
        [],
        timed(raw=BODY + b" "),
        timed() + heads(X_Signature="00" * 32),
        heads(X_Signature="xyz", X_Timestamp=STAMP),
        heads(X_Signature="00" * 31, X_Timestamp=STAMP),
        heads(X_Signature="ab" * 3000, X_Timestamp=STAMP),
        heads(X_Signature=mac(f".{BODY.decode()}".encode()).hex()),
        heads(X_Signature=mac(BODY).hex(), X_Timestamp="1e9"),
        heads(X_Signature="\xe9" * 64, X_Timestamp=STAMP),
        timed()[:2] + heads(X_Request_Id="a b"),
    ],
)
def test_everything_else_is_refused_and_nothing_escapes(headers: Any) -> None:
    with pytest.raises(WebhookRefused):
        verified(TIMED, headers)


def test_a_signed_body_that_names_nothing_is_malformed() -> None:
    with pytest.raises(WebhookMalformed) as caught:
        verified(TIMED, timed(raw=b"{}"), raw=b"{}")
    assert caught.value.webhook_id == "r-1"


def test_without_an_id_a_repeat_is_known_by_what_was_signed() -> None:
    scheme = PlainHmac("X-Signature", timestamp_header="X-Timestamp")
    later = str(int(STAMP) + 1)
    first, again, other = (verified(scheme, timed(stamp)) for stamp in (STAMP, STAMP, later))
    assert first.webhook_id == again.webhook_id != other.webhook_id


def test_without_id_and_time_a_repeat_is_known_for_a_while_only() -> None:
    scheme = PlainHmac("X-Signature", canonical="{body}")
    given = heads(X_Signature=mac(BODY).hex())
    ids = [verified(scheme, given, now=NOW + timedelta(seconds=n)).webhook_id for n in (0, 1, 600)]
    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"header": ""}, "header is not the name"),
        ({"header": "X Sig"}, "header is not the name"),
        ({"header": "X", "id_header": "a\nb", "canonical": "{body}"}, "id_header is not the name"),
        ({"header": "X", "canonical": "{timestamp}"}, "must have {body} once"),
        ({"header": "X", "canonical": "{body}{body}"}, "must have {body} once"),
        ({"header": "X"}, "exactly when timestamp_header is set"),
        ({"header": "X", "canonical": "{body}", "timestamp_header": "T"}, "exactly when timestamp_header"),
        ({"header": "X", "canonical": "{id}{body}"}, "id_header must be set"),
        ({"header": "X", "canonical": "{body}{secret}"}, "may name only"),
        ({"header": "X", "canonical": "{body!r}"}, "may name only"),
        ({"header": "X", "canonical": "{body"}, "not closed"),
        ({"header": "X", "canonical": "{body}", "tolerance": 0}, "tolerance"),
    ],
)
def test_what_proves_nothing_cannot_be_configured(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        PlainHmac(**given)
    assert said in str(caught.value)


def test_a_secret_that_could_be_guessed_is_refused_without_being_quoted() -> None:
    with pytest.raises(ConfigInvalid, match="webhook secret 2 of site songlam is shorter") as caught:
        BARE.check_secrets("songlam", [SECRET, SecretStr("ngắn")])
    assert "ngắn" not in str(caught.value)
