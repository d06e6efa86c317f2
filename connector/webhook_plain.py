"""Webhooks of senders that do not follow Standard Webhooks: an HMAC-SHA256 over a text that the sender describes.

Which header carries it, and what is signed, is said in the configuration; the body names the record as it does
elsewhere. A time that is not signed proves nothing, so a header for it is taken only where the text has it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from string import Formatter
from typing import Final, Literal

from pydantic import SecretStr

from connector.webhook import (
    LONGEST_BODY,
    LONGEST_HEADER,
    SHORTEST_KEY,
    WEBHOOK_ID,
    Notice,
    WebhookRefused,
    notice_in,
)
from errors import ConfigInvalid

_PARTS: Final = frozenset({"body", "timestamp", "id", "method", "path"})
_TIMESTAMP: Final = re.compile(r"[0-9]{1,16}")
_HEADER: Final = re.compile(r"[A-Za-z0-9-]{1,64}")
#: A later time than this in seconds is one in milliseconds.
_MILLISECONDS: Final = 10**11
_SIZE: Final = 32


@dataclass(frozen=True, slots=True)
class PlainHmac:
    """How one sender signs. Raises ConfigInvalid naming everything that cannot be.

    `canonical` is the signed text: `{body}` are the raw bytes, `{timestamp}` and `{id}` the values of their
    headers, `{method}` and `{path}` those of the request; `\\n` may stand for a line end. `prefix` stands in front
    of the signature in its header; `tolerance` are seconds.
    """

    header: str
    canonical: str = "{timestamp}.{body}"
    timestamp_header: str = ""
    id_header: str = ""
    prefix: str = ""
    encoding: Literal["hex", "base64"] = "hex"
    tolerance: int = 300

    def __post_init__(self) -> None:
        problems = list(_problems(self))
        if problems:
            raise ConfigInvalid(problems, where="webhook of a site")

    def check_secrets(self, site: str, secrets: Sequence[SecretStr]) -> None:
        """Refuse secrets that could be guessed. Raises ConfigInvalid, quoting none."""
        weak = [
            f"webhook secret {number} of site {site} is shorter than {SHORTEST_KEY} bytes"
            for number, secret in enumerate(secrets, 1)
            if len(secret.get_secret_value().encode()) < SHORTEST_KEY
        ]
        if weak:
            raise ConfigInvalid(weak)

    def verify(
        self,
        raw: bytes,
        headers: Iterable[tuple[bytes, bytes]],
        secrets: Sequence[SecretStr],
        now: datetime,
        path: str,
    ) -> Notice:
        """The notice in `raw`, once one of `secrets` has signed it. Raises as `webhook.verify`, whatever arrives."""
        given = _single(headers)
        signature = self._signature(given.get(self.header.lower(), ""))
        timestamp, webhook_id = (
            given.get(name.lower(), "") if name else "" for name in (self.timestamp_header, self.id_header)
        )
        if self.timestamp_header:
            self._refuse_stale(timestamp, now)
        if webhook_id and not WEBHOOK_ID.fullmatch(webhook_id):
            raise WebhookRefused("The webhook's id is not plain.")
        parts = {"timestamp": timestamp, "id": webhook_id, "method": "POST", "path": path}
        signed = b"".join(raw if name == "body" else text.encode() for name, text in self._text(parts))
        if len(raw) > LONGEST_BODY or not _right(signed, signature, secrets):
            raise WebhookRefused("The webhook's signature is not right.")
        return notice_in(webhook_id or self._own_id(signed, now), raw)

    def _own_id(self, signed: bytes, now: datetime) -> str:
        """Without an id of the sender's a repeat is known by what was signed; without a time in it, for a while."""
        digest = hashlib.sha256(signed).hexdigest()
        if self.timestamp_header:
            return digest
        return f"{digest}-{int(now.timestamp()) // self.tolerance}"

    def _text(self, parts: Mapping[str, str]) -> Iterable[tuple[str, str]]:
        """The pieces of the signed text in their order, by name; plain text has none."""
        for plain, name, _, _ in Formatter().parse(self.canonical.replace("\\n", "\n")):
            yield "", plain
            if name is not None:
                yield name, parts.get(name, "")

    def _refuse_stale(self, timestamp: str, now: datetime) -> None:
        if not _TIMESTAMP.fullmatch(timestamp):
            raise WebhookRefused("The webhook's timestamp is missing or not plain.")
        moment = float(timestamp)
        if abs(now.timestamp() - (moment / 1000 if moment > _MILLISECONDS else moment)) > self.tolerance:
            raise WebhookRefused("The webhook's timestamp is too old or in the future.")

    def _signature(self, value: str) -> bytes:
        """The bytes of the signature; garbage is refused like a wrong one."""
        text = value.removeprefix(self.prefix).strip()
        if len(value) > LONGEST_HEADER or not value.startswith(self.prefix) or not text.isascii():
            raise WebhookRefused("The webhook's signature is missing or not plain.")
        try:
            made = bytes.fromhex(text) if self.encoding == "hex" else base64.b64decode(text, validate=True)
        except (ValueError, binascii.Error):
            raise WebhookRefused("The webhook's signature is not plain.") from None
        if len(made) != _SIZE:
            raise WebhookRefused("The webhook's signature has another length than SHA-256.")
        return made


def _right(signed: bytes, signature: bytes, secrets: Sequence[SecretStr]) -> bool:
    """Whether any secret made it; all are compared, in constant time (F40)."""
    made = [hmac.digest(secret.get_secret_value().encode(), signed, "sha256") for secret in secrets]
    return any([hmac.compare_digest(one, signature) for one in made])  # noqa: C419


def _single(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers by lower-case name; one that comes twice is joined, and so never right."""
    found: dict[str, str] = {}
    for name, value in headers:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        found[key] = f"{found[key]},{text}" if key in found else text
    return found


def _problems(given: PlainHmac) -> Iterable[str]:
    for name in ("header", "timestamp_header", "id_header"):
        value = getattr(given, name)
        if (value or name == "header") and not _HEADER.fullmatch(value):
            yield f"{name} is not the name of a header"
    try:
        pieces = list(Formatter().parse(given.canonical))
    except ValueError:
        yield "canonical has a brace that is not closed"
        return
    names = [name for _, name, _, _ in pieces if name is not None]
    if any(name not in _PARTS or form or change for _, name, form, change in pieces if name is not None):
        yield f"canonical may name only {', '.join('{' + name + '}' for name in sorted(_PARTS))}"
    if names.count("body") != 1:
        yield "canonical must have {body} once: what is not signed proves nothing"
    if ("timestamp" in names) != bool(given.timestamp_header):
        yield "canonical has {timestamp} exactly when timestamp_header is set"
    if "id" in names and not given.id_header:
        yield "canonical has {id}, so id_header must be set"
    if given.tolerance <= 0:
        yield "tolerance must be above 0"
