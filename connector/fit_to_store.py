"""A connector whose texts can all be kept, whoever wrote it: the one place where records come in.

A record with a text that no database takes would fail its page again with each pass, and stop its site for good.
An id that had to be changed names nothing over there: such a record is refused, the rest of its page goes on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from connector.errors import ListingUnreadable
from connector.port import Capability, Connector, Known, Page, Probe, Stream, Write, WriteReceipt
from connector.records import FileRef, Kind, RawRecord, Record
from errors import SkipRecord, TdcdError
from storable import REPLACED, storable


def fit_to_store(inner: Connector) -> Connector:
    """The connector, giving only texts that the store can keep."""
    return _FitToStore(inner)


class _FitToStore:
    """See `Connector`; what is asked goes through unchanged, what comes back is looked at."""

    def __init__(self, inner: Connector) -> None:
        self._inner = inner

    @property
    def site(self) -> str:
        return self._inner.site

    @property
    def capabilities(self) -> frozenset[Capability]:
        return self._inner.capabilities

    @property
    def requests_sent(self) -> int:
        return self._inner.requests_sent

    @property
    def own_user(self) -> str:
        return storable(self._inner.own_user)

    @property
    def skew_seconds(self) -> float | None:
        return self._inner.skew_seconds

    def changes(self, stream: Stream, cursor: str | None, known: Known) -> Iterator[Page]:
        with _said():
            for page in self._inner.changes(stream, cursor, _asked(known)):
                yield _fit_page(page)

    def listing(self, stream: Stream, known: Known) -> Iterator[Page]:
        with _said():
            for page in self._inner.listing(stream, _asked(known)):
                yield _fit_page(page)

    def fetch(self, kind: Kind, remote_id: str) -> RawRecord | None:
        with _said():
            raw = self._inner.fetch(kind, remote_id)
        return None if raw is None else _fit_raw(raw)

    def decode(self, raw: RawRecord) -> Record:
        """Without `_said`, which a record of ten thousand would notice."""
        try:
            given = self._inner.decode(raw)
        except TdcdError as error:
            _fit_error(error)
            raise
        record = storable(given)
        if REPLACED in raw.remote_id or (record is not given and REPLACED in record.remote_id):
            raise SkipRecord(f"The id {raw.remote_id} holds a character that cannot be stored.")
        return record

    def download(self, file: FileRef, target: Path, max_bytes: int) -> str:
        with _said():
            return self._inner.download(file, target, max_bytes)

    def apply(self, write: Write) -> WriteReceipt:
        with _said():
            return storable(self._inner.apply(write))

    def find(self, write: Write) -> WriteReceipt | None:
        with _said():
            return storable(self._inner.find(write))

    def probe(self) -> Probe:
        with _said():
            return storable(self._inner.probe())

    def close(self) -> None:
        self._inner.close()


@contextmanager
def _said() -> Iterator[None]:
    """What an error says is kept too, as the reason of a hold or of a dead letter."""
    try:
        yield
    except TdcdError as error:
        _fit_error(error)
        raise


def _fit_error(error: TdcdError) -> None:
    error.sentence, error.remedy = storable(error.sentence), storable(error.remedy)
    error.args = storable(error.args)


def _fit_page(page: Page) -> Page:
    """Ids and hashes only: a body is bytes. A position that was changed would be another one."""
    if page.cursor is not None and storable(page.cursor) != page.cursor:
        raise ListingUnreadable("The position in a list holds a character that cannot be stored.")
    ids = [text for raw in page.records for text in (raw.remote_id, raw.version, raw.fingerprint)]
    if storable(ids) is ids and storable(listed := list(page.listed)) is listed:
        return page
    return replace(
        page,
        records=tuple(_fit_raw(raw) for raw in page.records),
        listed=frozenset(map(storable, page.listed)),
    )


def _fit_raw(raw: RawRecord) -> RawRecord:
    texts = (raw.remote_id, raw.version, raw.fingerprint)
    if storable(texts) is texts:
        return raw
    remote_id, version, fingerprint = map(storable, texts)
    return replace(raw, remote_id=remote_id, version=version, fingerprint=fingerprint)


def _asked(known: Known) -> Known:
    """What is known is known under the ids that could be kept."""

    def ask(kind: Kind, rows: Sequence[tuple[str, str]]) -> Collection[str]:
        fit = storable(rows)
        if fit is rows:
            return known(kind, rows)
        theirs = {ours[0]: row[0] for ours, row in zip(fit, rows, strict=True)}
        return [theirs[one] for one in known(kind, fit)]

    return ask
