"""The tree of units, `{"data": {"ma", "ten"}, "childs": [...]}`, as one record for each unit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from connector.errors import ListingUnreadable, ReplyUnreadable
from connector.port import Known, Page, Stream
from connector.province_api.keys import key_of
from connector.province_api.session import Session
from connector.raw_records import raw_record, row_fingerprint
from connector.records import Kind, RawRecord
from connector.texts import text_of

TREE: Final = "can-bo/ds-don-vi-tu-dv-dinh-danh"


def unit_page(session: Session, known: Known) -> Page:
    """Every unit that exists today: one request, complete every time. Raises ReplyUnreadable, ListingUnreadable."""
    records: dict[str, RawRecord] = {}
    for raw in units(session):
        if raw.remote_id in records:
            raise ListingUnreadable(f"{TREE}: a unit stands twice in the tree.")
        records[raw.remote_id] = raw
    if not records:
        raise ReplyUnreadable(f"{TREE}: the tree has no unit.")
    old = known(Kind.UNIT, [(raw.remote_id, raw.fingerprint) for raw in records.values()])
    fresh = tuple(raw for raw in records.values() if raw.remote_id not in old)
    return Page(Stream.UNITS, fresh, complete=True, listed=frozenset(records))


def units(session: Session) -> Iterator[RawRecord]:
    """The tree flattened, each unit with the key of the one above it."""
    data = session.get(TREE)
    waiting = [(node, "") for node in _nodes(data if isinstance(data, list) else [data])]
    while waiting:
        node, above = waiting.pop()
        inner = node.get("data")
        inner = inner if isinstance(inner, dict) else {}
        key = key_of(inner.get("ma"), "ma")
        if not key:
            raise ReplyUnreadable(f"{TREE}: a unit came without its key.")
        content = {"ma": key, "ten": text_of(inner.get("ten")), "ma_cha": above}
        yield raw_record(Kind.UNIT, key, content, row_fingerprint(content))
        waiting += [(child, key) for child in _nodes(node.get("childs"))]


def _nodes(value: Any) -> list[dict[str, Any]]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(node, dict) for node in value):
        raise ReplyUnreadable(f"{TREE}: a tree of units was expected.")
    return value
