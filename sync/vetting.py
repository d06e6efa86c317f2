"""What a reading must look like before anything of it is kept: the brakes at the entrance.

Everything here is about the source as a whole: an empty list where there was one, every
known row changed at once, records that no longer have their fields, ids that stand for
others. A reading that does not pass moves no cursor and keeps nothing of the page.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from connector.port import Stream
from connector.records import Kind, RawRecord, Record
from sync.brakes import (
    ALL_CHANGED_FROM,
    ALONE,
    CHANGED,
    Brake,
    Braked,
    all_changed,
    empty_listing,
    fields_changed,
)
from sync.epochs import check_identities
from sync.sealed_plans import passed, withdraw
from sync.site import Site

_WORDS = {
    Stream.UNITS: "đơn vị",
    Stream.ACCOUNTS: "tài khoản",
    Stream.DOCUMENTS: "văn bản",
    Stream.ACTIVITY: "công việc",
}

#: A record with the reason why it could not be decoded; a decoded one has none.
Seen = tuple[RawRecord, Record | None, str]


@dataclass(slots=True)
class Vetting:
    """One reading of one stream, as far as it has come."""

    site: Site
    stream: Stream
    #: Whether this stream has ever shown a row (it has a cursor): then it cannot be empty (F11).
    begun: bool = False
    #: A complete list of work items does not show the documents that a reading of what changed stumbled over.
    complete: bool = False
    rows: int = 0
    _some_unchanged: bool = False
    _changed: dict[str, str] = field(default_factory=dict)

    def known(self, kind: Kind, rows: Sequence[tuple[str, str]]) -> Collection[str]:
        """The connector's question which rows are unchanged; raises Braked when all known rows changed (F13).

        Work items are left out: what we write into them changes their rows by itself.
        """
        self.rows += len(rows)
        with self.site.store.read() as places:
            same = places.inbox.unchanged(self.site.name, kind.value, rows)
            self._some_unchanged = self._some_unchanged or bool(same)
            if not self._some_unchanged and kind is not Kind.JOB:
                prints = dict(rows)
                stored = places.inbox.kept(self.site.name, kind.value, prints)
                self._changed.update((one, mark) for one, mark in prints.items() if one in stored)
        if not self._some_unchanged and len(self._changed) >= ALL_CHANGED_FROM:
            rows_changed = [f"{one} {mark}" for one, mark in self._changed.items()]
            self._stop_unless_approved(all_changed(self.stream.value, _WORDS[self.stream], rows_changed))
            self._some_unchanged = True
        return same

    def page(self, records: Sequence[Seen]) -> None:
        """Look at a page before it is kept. Raises Braked (F16, F48)."""
        bad = {self._digest(raw): problem for raw, record, problem in records if record is None and problem}
        if len(bad) > ALONE and 2 * len(bad) >= len(records):
            first = next(iter(bad.values()))
            self._stop_unless_approved(
                fields_changed(self.stream.value, _WORDS[self.stream], bad, len(records), first)
            )
        read = [(raw, record) for raw, record, _ in records if record is not None]
        if read:
            with self.site.store.read() as places:
                check_identities(self.site, places, read)

    def end(self) -> None:
        """The whole stream was read. Raises Braked when it was empty and should not be; else lifts its holds."""
        if self.begun and not self.rows and self.stream is Stream.DOCUMENTS:
            raise Braked(empty_listing(_WORDS[self.stream]))
        name = self.stream.value
        ended = {CHANGED.get(name, f"{name}:changed")}
        if not (self.complete and self.stream is Stream.ACTIVITY):
            ended.add(f"stream:{name}")
        if self.stream is Stream.DOCUMENTS:
            ended.add("site:listing")
        with self.site.store.read() as places:
            held = {hold.scope for hold in places.holds.open(self.site.name)} & ended
        if held:
            with self.site.store.begin() as places:
                for scope in held:
                    withdraw(self.site, places, scope)

    def _stop_unless_approved(self, brake: Brake) -> None:
        if not passed(self.site, brake):
            raise Braked(brake)

    def _digest(self, raw: RawRecord) -> str:
        """Which record it was, for whoever has the salt: the mark of an unreadable document is not known."""
        name = f"{raw.kind.value}\0{raw.remote_id}\0{raw.version}".encode()
        return blake2b(name, digest_size=8, key=self.site.store.salt, person=b"tdcd unreadable").hexdigest()
