"""One installation seen in two ways: papers over one interface, people and their work over another.

An installation may offer an interface that shows documents and cannot be written, beside one
that has work items. Directives and their files are read over the first; units, accounts, work
items and all writes go over the second. Both must name documents by the same keys, so before the
first write about a document it is looked up in both, and its number and day have to agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from connector.errors import RemoteRefused
from connector.port import (
    AttachFile,
    Capability,
    CommentDocument,
    Connector,
    CreateJob,
    Known,
    Page,
    Probe,
    Stream,
    Write,
    WriteReceipt,
)
from connector.records import DirectiveRecord, FileRef, JobRecord, Kind, RawRecord, Record
from errors import ConfigInvalid, SkipRecord

#: What the papers' side decides; everything else is the other one's.
PAPERS: Final = frozenset({Capability.LISTS_BY_DATE, Capability.SHOWS_SECRECY, Capability.INLINE_ROWS})
#: In front of the ids of files that hang on work items.
_AT_WORK: Final = "work/"


class TwoWays:
    """See `connector.port.Connector`. Raises ConfigInvalid when the two cannot be one system."""

    def __init__(self, papers: Connector, work: Connector) -> None:
        self._papers = papers
        self._work = work
        self._agreed: set[str] = set()
        self.site = papers.site
        self.capabilities = _together(papers, work)

    @property
    def own_user(self) -> str:
        """Who writes."""
        return self._work.own_user

    @property
    def requests_sent(self) -> int:
        """Over both."""
        return self._papers.requests_sent + self._work.requests_sent

    @property
    def skew_seconds(self) -> float | None:
        """Of two clocks the one that is further behind: nobody may be called late by the other."""
        known = [one.skew_seconds for one in (self._papers, self._work) if one.skew_seconds is not None]
        return min(known, default=None)

    def changes(self, stream: Stream, cursor: str | None, known: Known) -> Iterator[Page]:
        """See the port. A notice about a document sends to the papers' side for it."""
        if stream is Stream.DOCUMENTS:
            return self._papers.changes(stream, cursor, known)
        return self._own_papers(self._work.changes(stream, cursor, known))

    def listing(self, stream: Stream, known: Known) -> Iterator[Page]:
        """See the port."""
        if stream is Stream.DOCUMENTS:
            return self._papers.listing(stream, known)
        return self._own_papers(self._work.listing(stream, known))

    def fetch(self, kind: Kind, remote_id: str) -> RawRecord | None:
        """See the port."""
        return self._side(kind).fetch(kind, remote_id)

    def decode(self, raw: RawRecord) -> Record:
        """See the port."""
        record = self._side(raw.kind).decode(raw)
        return _marked(record) if isinstance(record, JobRecord) else record

    def download(self, file: FileRef, target: Path, max_bytes: int) -> str:
        """See the port."""
        if file.remote_id.startswith(_AT_WORK):
            there = replace(file, remote_id=file.remote_id.removeprefix(_AT_WORK))
            return self._work.download(there, target, max_bytes)
        return self._papers.download(file, target, max_bytes)

    def apply(self, write: Write) -> WriteReceipt:
        """See the port. Raises RemoteRefused when the document is another one over there."""
        match write:
            case CreateJob() | CommentDocument() | AttachFile():
                self._agree(write.document_id)
        return self._work.apply(write)

    def find(self, write: Write) -> WriteReceipt | None:
        """See the port."""
        return self._work.find(write)

    def probe(self) -> Probe:
        """Accounts, states and clock of where the work is, marks of the papers."""
        papers, work = self._papers.probe(), self._work.probe()
        return replace(
            work,
            account=f"{work.account}; papers: {papers.account}",
            documents_seen=papers.documents_seen,
            documents_without_mark=papers.documents_without_mark,
            notes=(*papers.notes, *work.notes),
            paging=papers.paging,
            pages_fit=papers.pages_fit,
            declined=papers.declined + work.declined,
            longest_rest=max(papers.longest_rest, work.longest_rest),
        )

    def close(self) -> None:
        """See the port."""
        self._papers.close()
        self._work.close()

    def _side(self, kind: Kind) -> Connector:
        return self._papers if kind is Kind.DOCUMENT else self._work

    def _own_papers(self, pages: Iterator[Page]) -> Iterator[Page]:
        """The same pages with the documents in them as the papers' side gives them."""
        for page in pages:
            found = (self._own(raw) for raw in page.records)
            yield replace(page, records=tuple(raw for raw in found if raw is not None))

    def _own(self, raw: RawRecord) -> RawRecord | None:
        return self._papers.fetch(Kind.DOCUMENT, raw.remote_id) if raw.kind is Kind.DOCUMENT else raw

    def _agree(self, document_id: str) -> None:
        """The document has to be the same on both sides; once for each, and never by its key alone."""
        if not document_id or document_id in self._agreed:
            return
        here, there = (_known_by(side, document_id) for side in (self._papers, self._work))
        if here is None or here != there:
            raise RemoteRefused(
                f"Document {document_id} is another one where the work items are, or not there at all.",
                remedy="Both addresses of the site must be of one installation: check [site.work] url.",
            )
        self._agreed.add(document_id)


def _together(papers: Connector, work: Connector) -> frozenset[Capability]:
    """What both can do together. Raises ConfigInvalid."""
    problems = [
        f"the {name} are read from a box that is emptied by reading, it cannot be half of a site"
        for name, side in (("papers", papers), ("work items", work))
        if Capability.ACKNOWLEDGES in side.capabilities
    ]
    if Capability.SHOWS_WORK in papers.capabilities:
        problems.append("this system shows work items itself, [site.work] must not be given")
    if Capability.SHOWS_WORK not in work.capabilities:
        problems.append("[site.work] names a connector that shows no work items")
    if problems:
        raise ConfigInvalid(problems, where=f"site {papers.site}")
    both = {Capability.LISTS_COMPLETELY} & papers.capabilities & work.capabilities
    only_work = work.capabilities - PAPERS - {Capability.LISTS_COMPLETELY}
    return frozenset((papers.capabilities & PAPERS) | only_work | both)


def _known_by(side: Connector, document_id: str) -> tuple[str, object] | None:
    """Number and day of a document; None when it is not there or cannot be read."""
    raw = side.fetch(Kind.DOCUMENT, document_id)
    if raw is None:
        return None
    try:
        record = side.decode(raw)
    except SkipRecord:
        return None
    return (record.number, record.issued_on) if isinstance(record, DirectiveRecord) else None


def _marked(job: JobRecord) -> JobRecord:
    """Its files can be told from those of documents."""
    actions = (replace(action, files=_files(action.files)) for action in job.actions)
    return replace(job, actions=tuple(actions), files=_files(job.files))


def _files(files: tuple[FileRef, ...]) -> tuple[FileRef, ...]:
    return tuple(replace(file, remote_id=f"{_AT_WORK}{file.remote_id}") for file in files)
