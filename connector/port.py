"""The contract between the engine and any document system. This file is the whole of it.

A connector turns one dialect into records, and writes into effects. It declares
what it can do; the engine adapts. It keeps no state that must survive: cursors
and what is already known belong to the ledger and are passed in.

Reading never guesses: a login page, an error inside a 200, a short body or an
impossible page raises (see `connector/errors.py`), it never looks like "empty".
Writing never repeats by itself: a lost reply raises `OutcomeUnknown`, the engine
then asks `find` whether the effect is there before it calls `apply` again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol, Self

from connector.records import FileRef, Kind, RawRecord, Record


class Stream(StrEnum):
    """What is polled. ACTIVITY tells of changed documents and work items by their notices."""

    UNITS = "units"
    ACCOUNTS = "accounts"
    DOCUMENTS = "documents"
    ACTIVITY = "activity"


class Capability(StrEnum):
    """What an installation can do. The engine asks before it relies on one."""

    LISTS_UNITS = "lists_units"
    LISTS_ACCOUNTS = "lists_accounts"
    LISTS_BY_DATE = "lists_by_date"
    CHANGE_FEED = "change_feed"
    WEBHOOKS = "webhooks"
    CREATES_TASKS = "creates_tasks"
    WRITES_STATUS = "writes_status"
    WRITES_COMMENTS = "writes_comments"
    UPLOADS_EVIDENCE = "uploads_evidence"
    IDEMPOTENT_WRITES = "idempotent_writes"
    INLINE_ROWS = "inline_rows"
    #: What was read is taken back from the list once it is stored: asking for the next page says that it is.
    ACKNOWLEDGES = "acknowledges"
    #: Documents and work items can be listed to the last one, so that absence means something.
    LISTS_COMPLETELY = "lists_completely"
    #: A record shows whether it is classified; without this the site's rule for blank marks decides.
    SHOWS_SECRECY = "shows_secrecy"
    #: Any text can be shown as a state, not only those of a list.
    FREE_STATUS = "free_status"
    #: Work items and what people do with them can be read; without this nobody here can be called late.
    SHOWS_WORK = "shows_work"
    #: An earlier write can be looked for; without this a lost answer always asks a person.
    READS_BACK = "reads_back"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of records. `cursor` may be kept once the page is stored; None keeps the old one.

    `complete` is true on the last page of a complete listing, and only there does
    the absence of a record mean anything; `listed` then holds every remote id seen
    in the whole listing, read or already known.
    """

    stream: Stream
    records: tuple[RawRecord, ...]
    cursor: str | None = None
    complete: bool = False
    listed: frozenset[str] = frozenset()


#: Given (kind, [(remote id, fingerprint)]) answers the remote ids whose row is unchanged since it was stored.
Known = Callable[[Kind, Sequence[tuple[str, str]]], Collection[str]]


@dataclass(frozen=True, slots=True)
class CreateJob:
    """Give a work item to a lead unit. `marker` is a text inside `content` by which `find` knows it."""

    effect_key: str
    document_id: str
    name: str
    content: str
    marker: str
    lead_unit: str
    coordinators: tuple[str, ...] = ()
    due: date | None = None
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class UpdateJob:
    """Rewrite what the tracker owns in a work item: its name, content and due date."""

    effect_key: str
    job_id: str
    name: str
    content: str
    due: date | None = None


@dataclass(frozen=True, slots=True)
class SetStatus:
    """Show `text` as the state of the lead line, in exactly these words. `reason` goes along where one can be said."""

    effect_key: str
    job_id: str
    line_id: str
    text: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CommentJob:
    """Put a text in the history of a work item without changing anything else. `marker` is in it."""

    effect_key: str
    job_id: str
    line_id: str
    text: str
    marker: str


@dataclass(frozen=True, slots=True)
class CommentDocument:
    """Put a text in the record of a document, for its drafter. `marker` is in it."""

    effect_key: str
    document_id: str
    text: str
    marker: str


@dataclass(frozen=True, slots=True)
class AttachFile:
    """Attach a file to a document's record, bytes unchanged; `sha256` (hex) is checked by reading back."""

    effect_key: str
    document_id: str
    name: str
    path: Path
    sha256: str
    caption: str
    marker: str


Write = CreateJob | UpdateJob | SetStatus | CommentJob | CommentDocument | AttachFile


@dataclass(frozen=True, slots=True)
class WriteReceipt:
    """What the document system now holds. `written` is a hash of the values it shows, read back where it can be.

    `state` is the status text that the lead line of a new work item shows, so that
    a state which is already right is not written again.
    """

    effect_key: str
    remote_id: str
    written: str
    line_id: str = ""
    at: datetime | None = None
    state: str = ""


class Note(str):
    """One odd thing that a probe saw, in English, and in Vietnamese as `vi`. A plain text will do in its place."""

    __slots__ = ("vi",)
    vi: str

    def __new__(cls, en: str, vi: str) -> Self:
        """Both texts; as a value it is the English one."""
        note = super().__new__(cls, en)
        note.vi = vi
        return note

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        """For copies."""
        return str(self), self.vi


def unread_note(count: int) -> Note:
    """Records that are there and cannot be read."""
    return Note(
        f"{count} of the newest documents could not be read.", f"{count} văn bản mới nhất không đọc được."
    )


class Paging(StrEnum):
    """How lists are divided: by numbered pages, behind the last id, or not at all. "" where nobody knows."""

    NUMBERED = "numbered"
    BEHIND_LAST = "behind_last"
    WHOLE = "whole"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class Probe:
    """What a read-only look at an installation found, for `tdcd doctor`.

    `server_time` is aware; `clock_skew_seconds` are theirs minus ours. `statuses` and `evaluations` are the
    site's lists as `{code: text}`. `pages_fit` tells whether two small pages hold the rows of one large one,
    None where that was not tried. `declined` counts the answers that asked us to slow down, `longest_rest` is the
    longest rest asked for, in seconds.
    """

    server_time: datetime | None
    clock_skew_seconds: float | None
    account: str
    statuses: dict[str, str] = field(default_factory=dict)
    evaluations: dict[str, str] = field(default_factory=dict)
    documents_seen: int = 0
    documents_without_mark: int = 0
    notes: tuple[str, ...] = ()
    paging: Paging = Paging.UNKNOWN
    pages_fit: bool | None = None
    declined: int = 0
    longest_rest: float = 0.0


class Connector(Protocol):
    """One installation of a document system, seen through one service account.

    Not shared between threads: each worker opens its own.
    """

    @property
    def site(self) -> str:
        """The site's name in the configuration."""
        ...

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What this installation can do; the engine adapts."""
        ...

    @property
    def requests_sent(self) -> int:
        """Requests since the connector was opened, every retry counted."""
        ...

    @property
    def own_user(self) -> str:
        """User id under which this connector acts: its own entries are not people's actions."""
        ...

    @property
    def skew_seconds(self) -> float | None:
        """The document system's clock minus ours at its last answer; None when it does not tell the time."""
        ...

    def changes(self, stream: Stream, cursor: str | None, known: Known) -> Iterator[Page]:
        """Pages of what is new or changed since `cursor` (None: from the beginning).

        The newest rows are listed again and put to `known`, so that a stream which once showed something
        never comes empty: an empty answer is a fault of the source (F11), not a quiet day.
        Raises RetryLater, StopService; a page that raised was not yielded and moved no cursor.
        Ask for the next page only when this one is stored: a connector that ACKNOWLEDGES
        tells the other side then, and what was never asked behind comes again.
        """
        ...

    def listing(self, stream: Stream, known: Known) -> Iterator[Page]:
        """Every record of UNITS, ACCOUNTS, DOCUMENTS or (as ACTIVITY) work items this account gave.

        Rows `known` calls unchanged are not read again but are counted in `listed`.
        """
        ...

    def fetch(self, kind: Kind, remote_id: str) -> RawRecord | None:
        """One record read whole; None when the system says that it does not exist (any more)."""
        ...

    def decode(self, raw: RawRecord) -> Record:
        """Pure: the record inside `raw`. Raises SkipRecord naming the field when it cannot be read."""
        ...

    def download(self, file: FileRef, target: Path, max_bytes: int) -> str:
        """Write the file's bytes to `target`; answer their SHA-256 (hex).

        Raises SkipRecord when larger than `max_bytes` or cut short (nothing is left at `target`).
        """
        ...

    def apply(self, write: Write) -> WriteReceipt:
        """Carry out one write. Raises OutcomeUnknown when the answer was lost after sending."""
        ...

    def find(self, write: Write) -> WriteReceipt | None:
        """The receipt of an earlier, identical write if its effect is there; None if it is not."""
        ...

    def probe(self) -> Probe:
        """A read-only look: clock, status lists, marks. Nothing is changed."""
        ...

    def close(self) -> None:
        """Log out and close connections; never raises."""
        ...
