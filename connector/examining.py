"""A read-only examination of one installation through the port, so that it fits every connector.

Nothing is written and nothing is acknowledged: lists are looked at row by row in the question whether a row is known,
and left after their first page. Counted are open documents only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from connector.port import Capability, Connector, Probe, Stream
from connector.records import DirectiveRecord, FileRef, JobRecord, Kind, RawRecord
from errors import SkipRecord

#: Documents and work items that are read whole.
LOOKED_AT: Final = 10
#: Rows of the page that is read twice.
ROWS: Final = 20


class Holds(StrEnum):
    """What the look showed of a capability."""

    SHOWN = "shown"
    NOT_SHOWN = "not_shown"
    NOT_TRIED = "not_tried"
    NOT_DECLARED = "not_declared"


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found. `stable` is None where the page was empty; sizes in bytes."""

    user: str
    probe: Probe
    units: int
    accounts: int
    page_rows: int
    stable: bool | None
    open_documents: int
    roles: dict[str, int]
    largest_file: int | None
    files: int
    capabilities: dict[Capability, Holds]
    requests: int


class _EnoughError(Exception):
    """The first page was seen."""


def examine(connector: Connector, is_open: Callable[[DirectiveRecord], bool]) -> Examination:
    """Log in, look, and leave everything as it was. Raises as reading does."""
    user = connector.own_user
    can = connector.capabilities
    units = len(_rows(connector, Stream.UNITS)) if Capability.LISTS_UNITS in can else 0
    accounts = len(_rows(connector, Stream.ACCOUNTS)) if Capability.LISTS_ACCOUNTS in can else 0
    first, again = _rows(connector, Stream.DOCUMENTS), _rows(connector, Stream.DOCUMENTS)
    papers = _Papers(connector, is_open)
    # What is handed out only once is not opened before the engine can keep it.
    if Capability.ACKNOWLEDGES not in can:
        papers.read(list(first)[:LOOKED_AT])
        papers.read_work(list(_rows(connector, Stream.ACTIVITY))[:LOOKED_AT])
    probe = connector.probe()
    shown = {
        Capability.LISTS_UNITS: units > 0,
        Capability.LISTS_ACCOUNTS: accounts > 0,
        Capability.SHOWS_SECRECY: probe.documents_without_mark < probe.documents_seen,
    }
    sizes = [file.size for file in papers.files if file.size is not None]
    return Examination(
        user=user,
        probe=probe,
        units=units,
        accounts=accounts,
        page_rows=len(first),
        stable=first == again if first else None,
        open_documents=len(papers.open),
        roles=dict(sorted(papers.roles.items())),
        largest_file=max(sizes, default=None),
        files=len(papers.files),
        capabilities={one: _holds(one, can, shown, empty=not probe.documents_seen) for one in Capability},
        requests=connector.requests_sent,
    )


class _Papers:
    """Documents and work items that were read, as far as they are open."""

    def __init__(self, connector: Connector, is_open: Callable[[DirectiveRecord], bool]) -> None:
        self._connector = connector
        self._is_open = is_open
        self._judged: dict[str, bool] = {}
        self.open: set[str] = set()
        self.files: list[FileRef] = []
        self.roles: Counter[str] = Counter()

    def read(self, ids: Sequence[str]) -> None:
        """Look into documents."""
        for remote_id in ids:
            self._document_is_open(remote_id)

    def read_work(self, ids: Sequence[str]) -> None:
        """Look into work items whose document is open."""
        for remote_id in ids:
            record = self._decoded(self._connector.fetch(Kind.JOB, remote_id))
            if not isinstance(record, JobRecord):
                continue
            if record.document_id and not self._document_is_open(record.document_id):
                continue
            self.roles.update(line.role.value for line in record.lines)
            self.files += [*record.files, *(file for action in record.actions for file in action.files)]

    def _document_is_open(self, remote_id: str) -> bool:
        if remote_id not in self._judged:
            record = self._decoded(self._connector.fetch(Kind.DOCUMENT, remote_id))
            self._judged[remote_id] = isinstance(record, DirectiveRecord) and self._is_open(record)
            if self._judged[remote_id] and isinstance(record, DirectiveRecord):
                self.open.add(remote_id)
                self.files += record.files
        return self._judged[remote_id]

    def _decoded(self, raw: RawRecord | None) -> object:
        try:
            return None if raw is None else self._connector.decode(raw)
        except SkipRecord:
            return None


def _rows(connector: Connector, stream: Stream) -> dict[str, str]:
    """Id and fingerprint of the first page's rows, of at most ROWS for papers, in the order of the list."""
    seen: dict[str, str] = {}

    def known(_kind: Kind, rows: Sequence[tuple[str, str]]) -> Collection[str]:
        seen.update(rows)
        raise _EnoughError

    pages: Iterator[object] = connector.listing(stream, known)
    try:
        for _ in pages:
            pass
    except _EnoughError:
        pass
    papers = stream in {Stream.DOCUMENTS, Stream.ACTIVITY}
    return dict(list(seen.items())[: ROWS if papers else None])


def _holds(
    one: Capability, can: Collection[Capability], shown: dict[Capability, bool], *, empty: bool
) -> Holds:
    """Of what is declared: seen, missed, or not tried, since that would have taken a write or a change."""
    if one not in can:
        return Holds.NOT_DECLARED
    if one not in shown or (one is Capability.SHOWS_SECRECY and empty):
        return Holds.NOT_TRIED
    return Holds.SHOWN if shown[one] else Holds.NOT_SHOWN
