"""Verifies a webhook and tells which record it wakes. It never carries truth: the record is read afterwards.

Signatures follow Standard Webhooks. The library signs; what is checked around it is
stricter than its own `verify`, which accepts fractional and non-Latin timestamps and
lets several unrelated exceptions out. Nothing of the body is parsed before the
signature over its raw bytes has been found right.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pydantic import SecretStr
from standardwebhooks import Webhook

from connector.records import Kind
from errors import SkipRecord

LONGEST_HEADER: Final = 4096
LONGEST_BODY: Final = 1_048_576
MOST_SIGNATURES: Final = 16
_LONGEST_NUMBER: Final = 20
_TIMESTAMP: Final = re.compile(r"[0-9]{1,12}")
_WEBHOOK_ID: Final = re.compile(r"[!-~]{1,256}")


class WebhookRefused(SkipRecord):
    """Not proven to come from the site: answer 401, keep nothing, count it."""


class WebhookMalformed(SkipRecord):
    """Signed by the site, but not a message that can be read: answer 400."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something changed: which record, and the sender's word for what happened.

    `webhook_id` names the message across its repeats; `digest` (hex) tells a repeat
    from another message under the same id (M05).
    """

    webhook_id: str
    kind: Kind
    remote_id: str
    type: str
    digest: str = ""


class _Signer(Webhook):
    """The library's key handling, over bytes: a signed body need not be UTF-8 (M07)."""

    def signature(self, webhook_id: str, timestamp: str, raw: bytes) -> bytes:
        signed = f"{webhook_id}.{timestamp}.".encode() + raw
        return hmac.digest(self._whsecret, signed, hashlib.sha256)


def verify(
    raw: bytes,
    headers: Mapping[str, str],
    secrets: Sequence[SecretStr],
    now: datetime,
    tolerance: int = 300,
) -> Notice:
    """The notice in `raw`, once one of `secrets` has signed it within `tolerance` seconds of `now` (aware).

    Raises WebhookRefused (401) or WebhookMalformed (400), whatever arrives.
    """
    webhook_id, timestamp, signatures = _headers(headers)
    if abs(now.timestamp() - int(timestamp)) > tolerance:
        raise WebhookRefused("The webhook's timestamp is too old or in the future.")
    if len(raw) > LONGEST_BODY or not _signed(raw, webhook_id, timestamp, signatures, secrets):
        raise WebhookRefused("The webhook's signature is not right.")
    return _notice(webhook_id, raw)


def _headers(headers: Mapping[str, str]) -> tuple[str, str, list[bytes]]:
    given = {str(name).lower(): value for name, value in headers.items()}
    webhook_id, timestamp, packed = (
        given.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature")
    )
    if not all(
        isinstance(value, str) and len(value) <= LONGEST_HEADER for value in (webhook_id, timestamp, packed)
    ):
        raise WebhookRefused("A webhook header is too long.")
    if not _WEBHOOK_ID.fullmatch(webhook_id) or not _TIMESTAMP.fullmatch(timestamp):
        raise WebhookRefused("The webhook's id or timestamp is missing or not plain.")
    return webhook_id, timestamp, _signatures(packed)


def _signatures(packed: str) -> list[bytes]:
    """The `v1` signatures of the header; other versions and garbage count as none."""
    found = []
    for part in packed.split(" ")[:MOST_SIGNATURES]:
        version, _, encoded = part.partition(",")
        if version == "v1" and encoded.isascii():
            try:
                found.append(base64.b64decode(encoded, validate=True))
            except (binascii.Error, ValueError):
                continue
    return found


def _signed(
    raw: bytes, webhook_id: str, timestamp: str, signatures: Sequence[bytes], secrets: Sequence[SecretStr]
) -> bool:
    """Whether any secret made any of the signatures; all are compared, in constant time."""
    expected = [_signer(secret).signature(webhook_id, timestamp, raw) for secret in secrets]
    return any([hmac.compare_digest(want, got) for want in expected for got in signatures])  # noqa: C419


def _signer(secret: SecretStr) -> _Signer:
    try:
        return _Signer(secret.get_secret_value())
    except Exception:  # noqa: BLE001 - the library raises several unrelated types for an odd secret
        raise WebhookRefused(
            "A webhook secret of this site cannot be used.",
            remedy="It must look like whsec_ followed by base64 text.",
        ) from None


def _notice(webhook_id: str, raw: bytes) -> Notice:
    body = _parsed(raw)
    data = body.get("data")
    kind, remote_id = (data.get("kind"), data.get("id")) if isinstance(data, dict) else (None, None)
    if isinstance(remote_id, int) and not isinstance(remote_id, bool):
        remote_id = str(remote_id)
    if not isinstance(body.get("type"), str) or not isinstance(remote_id, str) or not remote_id:
        raise WebhookMalformed("The webhook names no type or no record.")
    if kind not in list(Kind) or len(remote_id) > 64 or not remote_id.isprintable():
        raise WebhookMalformed("The webhook names a record of an unknown kind.")
    digest = hashlib.sha256(raw).hexdigest()
    return Notice(webhook_id, Kind(kind), remote_id, body["type"][:100], digest)


def _parsed(raw: bytes) -> dict[str, Any]:
    """Strict JSON: UTF-8, no key twice, no NaN, no endless numbers; too deep raises in the parser (M08)."""
    try:
        text = raw.decode("utf-8")
        body = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_constant=_no_constant,
            parse_int=_short_int,
            parse_float=_finite,
        )
    except (ValueError, RecursionError):
        raise WebhookMalformed("The webhook's body is not plain JSON.") from None
    if not isinstance(body, dict):
        raise WebhookMalformed("The webhook's body is not an object.")
    return body


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _short_int(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        raise ValueError("a number is too long")
    return int(digits)


def _finite(digits: str) -> float:
    value = float(digits)
    if len(digits) > 2 * _LONGEST_NUMBER or not math.isfinite(value):
        raise ValueError("a number is too long")
    return value
