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
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from pydantic import SecretStr
from standardwebhooks import Webhook

from connector.records import Kind
from errors import ConfigInvalid, SkipRecord

LONGEST_HEADER: Final = 4096
LONGEST_BODY: Final = 1_048_576
MOST_SIGNATURES: Final = 16
SHORTEST_KEY: Final = 16
_PREFIX: Final = b"webhook-"
_KINDS: Final = {kind.value: kind for kind in Kind}
_LONGEST_FLOAT: Final = 40
_TIMESTAMP: Final = re.compile(r"[0-9]{1,12}")
WEBHOOK_ID: Final = re.compile(r"[!-~]{1,256}")


class WebhookRefused(SkipRecord):
    """Not proven to come from the site: answer 401, keep nothing, count it."""


class WebhookMalformed(SkipRecord):
    """Signed by the site, but not a message that can be read: answer 400 and quarantine it.

    `webhook_id` and `digest` (SHA-256 of the body, hex) name it; the body itself is not kept, for nobody
    knows what secret it may hold.
    """

    def __init__(self, sentence: str, *, webhook_id: str = "", digest: str = "") -> None:
        self.webhook_id = webhook_id
        self.digest = digest
        super().__init__(sentence, remedy="Ask the sender to correct the message; the poll reads the record.")


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

    @property
    def strong(self) -> bool:
        """Whether the key is long enough not to be guessed; the standard asks for 24 bytes or more."""
        return len(self._whsecret) >= SHORTEST_KEY

    def signature(self, webhook_id: str, timestamp: str, raw: bytes) -> bytes:
        """The `v1` signature of a message, not encoded."""
        signed = f"{webhook_id}.{timestamp}.".encode() + raw
        return hmac.digest(self._whsecret, signed, "sha256")


def webhook_headers(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """The headers that `verify` looks at, from ASGI's pairs; one that comes twice is joined, and so refused."""
    found: dict[str, str] = {}
    for name, value in pairs:
        if name.startswith(_PREFIX):
            key, text = name.decode("latin-1"), value.decode("latin-1")
            found[key] = f"{found[key]},{text}" if key in found else text
    return found


def check_secrets(site: str, secrets: Sequence[SecretStr]) -> None:
    """Refuse secrets that could never verify anything, before listening. Raises ConfigInvalid, quoting none."""
    problems = []
    for number, secret in enumerate(secrets, 1):
        try:
            strong = _signer(secret).strong
        except WebhookRefused:
            strong = False
        if not strong:
            problems.append(
                f"webhook secret {number} of site {site} cannot be used: it must look like whsec_ followed by "
                f"base64 text of at least {SHORTEST_KEY} bytes"
            )
    if problems:
        raise ConfigInvalid(problems)


def verify(
    raw: bytes,
    headers: Mapping[str, str],
    secrets: Sequence[SecretStr],
    now: datetime,
    tolerance: int = 300,
) -> Notice:
    """The notice in `raw`, once one of `secrets` has signed it within `tolerance` seconds of `now` (aware).

    Standard Webhooks, over the raw bytes (M01 to M09); several secrets and signatures allow rotation (F40).
    Raises WebhookRefused (401) or WebhookMalformed (400), whatever arrives.
    """
    webhook_id, timestamp, signatures = _headers(headers)
    if abs(now.timestamp() - int(timestamp)) > tolerance:
        raise WebhookRefused("The webhook's timestamp is too old or in the future.")
    if len(raw) > LONGEST_BODY or not _signed(raw, webhook_id, timestamp, signatures, secrets):
        raise WebhookRefused("The webhook's signature is not right.")
    return notice_in(webhook_id, raw)


def _headers(headers: Mapping[str, str]) -> tuple[str, str, list[bytes]]:
    given = {str(name).lower(): value for name, value in headers.items()}
    webhook_id, timestamp, packed = (
        given.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature")
    )
    if not all(
        isinstance(value, str) and len(value) <= LONGEST_HEADER for value in (webhook_id, timestamp, packed)
    ):
        raise WebhookRefused("A webhook header is too long.")
    if not WEBHOOK_ID.fullmatch(webhook_id) or not _TIMESTAMP.fullmatch(timestamp):
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


@lru_cache(maxsize=64)
def _signer(secret: SecretStr) -> _Signer:
    try:
        return _Signer(secret.get_secret_value())
    except Exception:  # noqa: BLE001 - the library raises several unrelated types for an odd secret
        raise WebhookRefused(
            "A webhook secret of this site cannot be used.",
            remedy="It must look like whsec_ followed by base64 text.",
        ) from None


def notice_in(webhook_id: str, raw: bytes) -> Notice:
    """What a proven message says. Raises WebhookMalformed."""
    digest = hashlib.sha256(raw).hexdigest()
    try:
        kind, remote_id, happened = _named(_parsed(raw))
    except WebhookMalformed as error:
        raise WebhookMalformed(error.sentence, webhook_id=webhook_id, digest=digest) from None
    return Notice(webhook_id, kind, remote_id, happened[:100], digest)


def _named(body: dict[str, Any]) -> tuple[Kind, str, str]:
    """Kind and id of the record, and the sender's word for what happened to it."""
    data, happened = body.get("data"), body.get("type")
    kind, remote_id = (data.get("kind"), data.get("id")) if isinstance(data, dict) else (None, None)
    if isinstance(remote_id, int) and not isinstance(remote_id, bool):
        remote_id = str(remote_id)
    if not isinstance(happened, str) or not isinstance(remote_id, str) or not remote_id:
        raise WebhookMalformed("The webhook names no type or no record.")
    if not isinstance(kind, str) or kind not in _KINDS or len(remote_id) > 64 or not remote_id.isprintable():
        raise WebhookMalformed("The webhook names a record of an unknown kind.")
    return _KINDS[kind], remote_id, happened


def _parsed(raw: bytes) -> dict[str, Any]:
    """Strict JSON: UTF-8, no key twice, no NaN. Too deep and too many digits raise in the parser (M08, M09)."""
    try:
        body = _STRICT.decode(raw.decode("utf-8"))
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


def _finite(digits: str) -> float:
    value = float(digits)
    if len(digits) > _LONGEST_FLOAT or not math.isfinite(value):
        raise ValueError("a number is too long")
    return value


#: Made once: making one takes longer than a short body does.
_STRICT: Final = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_finite)
