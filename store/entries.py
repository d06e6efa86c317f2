"""What an entry of the ledger is, and the exact bytes of it that are hashed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import orjson

from errors import SkipRecord
from store.codec import as_utc
from store.merkle import leaf_hash

#: (site, subject, kind, key, occurred_at in UTC, actor, body, source): an entry before it has a number.
Fact = tuple[str, str, str, str, datetime, str, bytes, int | None]


@dataclass(frozen=True, slots=True)
class Entry:
    """One observation or decision: what it is about (`subject`), its name there (`key`), when it happened.

    `source` is the number of the inbox envelope that it was read from, if any.
    """

    site: str
    subject: str
    kind: str
    key: str
    occurred_at: datetime
    actor: str = ""
    body: bytes = b"{}"
    source: int | None = None

    def __post_init__(self) -> None:
        if not (self.site and self.subject and self.kind and self.key):
            raise ValueError("an entry needs site, subject, kind and key")
        if not isinstance(self.body, bytes):
            raise TypeError("the body of an entry is bytes")
        as_utc(self.occurred_at, "occurred_at")

    def fact(self) -> Fact:
        """The entry as the ledger takes it up."""
        at = as_utc(self.occurred_at, "occurred_at")
        return (self.site, self.subject, self.kind, self.key, at, self.actor, self.body, self.source)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEntry(Entry):
    """An entry with its number (from 1, without gaps), when it was recorded (UTC), its leaf hash in hex."""

    seq: int
    recorded_at: datetime
    leaf: str


def entry_text(seq: int, fact: Fact, recorded_at: datetime) -> bytes:
    """The bytes of an entry that are hashed; both times in UTC.

    One line of JSON `[seq, site, subject, kind, key, occurred_at, recorded_at, actor, source]` (UTF-8, times
    `YYYY-MM-DDTHH:MM:SS[.ffffff]Z`), a line feed, and the body as it is stored. SkipRecord: not Unicode.
    """
    site, subject, kind, key, occurred_at, actor, body, source = fact
    line = [seq, site, subject, kind, key, occurred_at, recorded_at, actor, source]
    try:
        return orjson.dumps(line, option=orjson.OPT_UTC_Z) + b"\n" + body
    except TypeError:
        raise SkipRecord(f"Entry {subject!a} {key!a} holds a text that is not Unicode.") from None


def entry_leaf(seq: int, fact: Fact, recorded_at: datetime) -> bytes:
    """RFC 6962 leaf hash of an entry."""
    return leaf_hash(entry_text(seq, fact, recorded_at))
