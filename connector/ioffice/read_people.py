"""The streams of units and of postings: one request each, complete every time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from connector.errors import ListingUnreadable, ReplyUnreadable
from connector.ioffice.decode_people import people_in
from connector.ioffice.envelope import rows_of
from connector.ioffice.packed import blocks_of
from connector.ioffice.session import Session
from connector.port import Known, Page, Stream
from connector.raw_records import raw_record, row_fingerprint
from connector.records import Kind, RawRecord

_UNITS: Final = "shared/unit/get_all"
_CONTACTS: Final = "getcontacts"


def unit_page(session: Session, known: Known) -> Page:
    """All units of the installation, those that ended too."""
    return _page(Stream.UNITS, units(session), known)


def account_page(session: Session, known: Known) -> Page:
    """All postings; the same person comes once for each post."""
    return _page(Stream.ACCOUNTS, accounts(session), known)


def units(session: Session) -> Iterator[RawRecord]:
    """Units as they are given, one block each. Raises ReplyUnreadable when the answer is no text."""
    blob = session.get(_UNITS)
    if not isinstance(blob, str):
        raise ReplyUnreadable(f"{_UNITS}: a text was expected, not {type(blob).__name__}.")
    return (_raw(Kind.UNIT, block["ID"], block) for block in blocks_of(blob) if block)


def accounts(session: Session) -> Iterator[RawRecord]:
    """Postings as they are given, one row each."""
    rows = rows_of(session.get(_CONTACTS), _CONTACTS)
    return (_raw(Kind.ACCOUNT, posting_id, row) for posting_id, row in people_in(rows))


def _raw(kind: Kind, remote_id: str, content: Mapping[str, Any]) -> RawRecord:
    return raw_record(kind, remote_id, content, row_fingerprint(content))


def _page(stream: Stream, found: Iterable[RawRecord], known: Known) -> Page:
    records = {}
    for raw in found:
        if raw.remote_id in records or not raw.remote_id:
            raise ListingUnreadable(f"The list of {stream.value} has an id twice, or a row without id.")
        records[raw.remote_id] = raw
    rows = [(raw.remote_id, raw.fingerprint) for raw in records.values()]
    kind = Kind.UNIT if stream is Stream.UNITS else Kind.ACCOUNT
    old = known(kind, rows) if rows else ()
    fresh = tuple(raw for raw in records.values() if raw.remote_id not in old)
    return Page(stream, fresh, complete=True, listed=frozenset(records))
