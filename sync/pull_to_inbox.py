"""Stage 1: ask the document system what changed and keep every record as it was given.

The secrecy guard stands here, before anything is kept: a classified document
leaves a counter and a keyed digest by which it is known again, nothing else. Its
files are judged in memory-backed storage. What is kept is kept page by page, each
page in one transaction with its cursor; a cycle that fails moves no cursor beyond
what is stored.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from connector.port import Page, Stream
from connector.records import DirectiveRecord, DocumentState, FileRef, JobRecord, Kind, RawRecord, Record
from connector.staging import staging
from errors import SkipRecord
from mappings.secrecy import OPEN_MARKS, judge, text_is_marked
from mappings.tables import plain_text
from store.evidence import EvidenceRow
from store.findings import Finding
from store.inbox import WAITING, Envelope
from store.places import Places
from sync.epochs import check_identities
from sync.files_again import Weighed, go_on, weigh
from sync.judging import NOT_SHOWN
from sync.older_ledger import note_traces
from sync.scanning import harmful, refused_file, refused_files
from sync.site import Site, log
from sync.unseen_work import note_unseen, shows_work
from sync.vetting import Vetting

#: Files whose text can carry a table or a stamp; others are evidence only.
READABLE = (
    ".xlsx", ".xls", ".xlsm", ".ods", ".csv", ".docx", ".doc", ".odt", ".pdf", ".txt", ".html", ".htm",
)  # fmt: skip


#: Maps new directives of a page in the transaction that keeps them.
MapNow = Callable[[Places, Sequence[tuple[Envelope, DirectiveRecord]]], None]


@dataclass(slots=True)
class Judged:
    """A record that passed the guard, with its files staged; or the bare fact that it did not."""

    raw: RawRecord
    record: Record | None = None
    classified: bool = False
    problem: str = ""
    files: list[tuple[FileRef, Path, str]] = field(default_factory=list)
    refused: list[Finding] = field(default_factory=list)
    missing: list[tuple[FileRef, SkipRecord]] = field(default_factory=list)


@dataclass(slots=True)
class Pulled:
    """What one pull found."""

    read: int = 0
    new: int = 0
    classified: int = 0
    problems: list[str] = field(default_factory=list)
    listed: frozenset[str] = frozenset()
    read_to: datetime | None = None

    def add(self, other: Pulled) -> None:
        """Sum up several streams of one pass."""
        self.read += other.read
        self.new += other.new
        self.classified += other.classified
        self.problems += other.problems


def pull_to_inbox(
    site: Site, stream: Stream, *, complete: bool = False, then: MapNow | None = None, noted: bool = True
) -> Pulled:
    """Read one stream to its end; `complete` lists everything instead of what changed.

    `then` maps the directives of each page along with it, so that they need not be read from
    the inbox and decoded again; without it, and when it fails, they wait there for `map_to_ledger`.
    Unless `noted`, the caller writes down by `note_read` that the stream was read.
    Raises RetryLater or StopService from the edge, HoldForHuman when what is shown cannot be
    believed (`sync/vetting.py`); what was stored before stays stored.
    """
    if stream is Stream.DOCUMENTS:
        begin_notices(site)
    started = site.now()
    with site.store.read() as places:
        cursor = places.cursors.get(site.name, stream.value)
    position = cursor.value if cursor and cursor.value != NOT_SHOWN else ""
    vetting = Vetting(site, stream, begun=bool(position), complete=complete)
    pages = (
        site.connector.listing(stream, vetting.known)
        if complete
        else site.connector.changes(stream, position or None, vetting.known)
    )
    pulled = Pulled()
    for page in pages:
        _keep_page(site, vetting, page, started, pulled, then)
        if page.complete:
            pulled.listed = page.listed
    vetting.end()
    site.traced = site.traced or stream is Stream.ACTIVITY
    pulled.read_to = _read_to(site, started)
    if noted:
        note_read(site, stream, pulled.read_to)
    return pulled


def note_read(site: Site, stream: Stream, read_to: datetime | None) -> None:
    """Promise that a stream is known completely to this moment."""
    if read_to is not None:
        with site.store.begin() as places:
            places.cursors.reach(site.name, stream.value, read_to)


def _read_to(site: Site, started: datetime) -> datetime:
    """The moment up to which this reading was complete: of two clocks the one that is behind counts.

    What people do carries the document system's time. While our clock runs ahead of it, what it calls
    that time has not been read, and nobody may be called late by it (F39).
    """
    skew = site.connector.skew_seconds
    return started if skew is None else started + min(timedelta(), timedelta(seconds=skew))


def begin_notices(site: Site) -> None:
    """Before the first document is read, notices are: what changes from then on is told by one.

    A row of a list does not show every change (a mended table). One that fell between the reading of a
    document and the first look at the notices would never be seen. Raises as `pull_to_inbox`.
    """
    if not shows_work(site):
        note_unseen(site)
        return
    with site.store.read() as places:
        cursor = places.cursors.get(site.name, Stream.ACTIVITY.value)
    # A list without a position of its own, read to its end once, has begun too.
    if cursor is None or cursor.value == NOT_SHOWN or not (cursor.value or cursor.complete_to):
        pull_to_inbox(site, Stream.ACTIVITY)


def fetch_to_inbox(site: Site, targets: Iterable[tuple[Kind, str]]) -> Pulled:
    """Read the named records whole, whatever is known of them (a webhook's wake-up).

    Raises Braked when an id stands for something else than before: a wake-up must not carry a restored source
    past the brake that a reading has (F16).
    """
    pulled = Pulled()
    begin_notices(site)
    for kind, remote_id in targets:
        raw = site.connector.fetch(kind, remote_id)
        if raw is None:
            continue
        with staging() as folder:
            judged = judge_record(site, raw, folder)
            with site.store.begin() as places:
                if judged.record is not None:
                    check_identities(site, places, [(raw, judged.record)])
                keep(site, places, [judged], site.now(), pulled)
    return pulled


def judge_record(site: Site, raw: RawRecord, folder: Path) -> Judged:
    """Decode one record and let the guard look at it and at every file of it."""
    judged = Judged(raw)
    try:
        judged.record = site.connector.decode(raw)
    except SkipRecord as error:
        _refuse(judged, error)
        return judged
    if isinstance(judged.record, DirectiveRecord):
        _judge_document(site, judged.record, judged, folder)
    elif isinstance(judged.record, JobRecord):
        _stage_results(site, judged.record, judged, folder)
    return judged


def keep(
    site: Site,
    places: Places,
    judged: Sequence[Judged],
    seen_at: datetime,
    pulled: Pulled,
    then: MapNow | None = None,
    at_once: Collection[str] = (),
) -> None:
    """Store what passed, remember all, and map directives by `then`: in the caller's transaction.

    A document is not stored before all of its files were judged: one that waits is read whole again (LC-02).
    Those `at_once` wait for no file.
    """
    missing = {(item.raw.kind, item.raw.remote_id): item.missing for item in judged}
    weighed = weigh(site, places, missing, at_once)
    unjudged = {key for key in weighed.waiting if key[0] is Kind.DOCUMENT}
    passed = [
        item for item in judged if not item.classified and (item.raw.kind, item.raw.remote_id) not in unjudged
    ]
    new = places.inbox.put(
        [_envelope(site.name, item, seen_at, weighed, now=then is not None) for item in passed]
    )
    go_on(places, site.name, weighed.ready)
    places.evidence.put(list(_adopted(site, passed, seen_at)))
    refused = [*weighed.findings, *(finding for item in passed for finding in item.refused)]
    places.findings.replace_all(site.name, [one.document_id for one in refused], refused)
    _remember(site, places, judged)
    if then is not None:
        then(places, _directives(passed, new))
    pulled.read += len(judged)
    pulled.new += len(new)
    pulled.classified += sum(item.classified for item in judged)
    for item in judged:
        if item.problem:
            pulled.problems.append(item.problem)
            log.warning("record unreadable", site=site.name, kind=item.raw.kind.value, reason=item.problem)


def _keep_page(
    site: Site, vetting: Vetting, page: Page, started: datetime, pulled: Pulled, then: MapNow | None
) -> None:
    """One page in one transaction; a page that cannot be mapped yet is kept all the same."""
    with staging() as folder:
        judged = [judge_record(site, raw, folder) for raw in page.records]
        if not judged and page.cursor is None:
            return
        vetting.page([(item.raw, item.record, item.problem) for item in judged])
        if vetting.complete or not site.traced:
            note_traces(site, [item.record for item in judged])
        try:
            _store_page(site, vetting.stream, page, judged, started, pulled, then)
        except Exception:
            if then is None:
                raise
            _store_page(site, vetting.stream, page, judged, started, pulled, None)


def _store_page(
    site: Site,
    stream: Stream,
    page: Page,
    judged: Sequence[Judged],
    started: datetime,
    pulled: Pulled,
    then: MapNow | None,
) -> None:
    found = Pulled()
    with site.store.begin() as places:
        keep(site, places, judged, started, found, then)
        if page.cursor is not None:
            places.cursors.set(site.name, stream.value, page.cursor)
    pulled.add(found)


def _directives(passed: Sequence[Judged], new: Sequence[Envelope]) -> list[tuple[Envelope, DirectiveRecord]]:
    """Envelopes put down as mapped, with their records."""
    records = {
        (item.raw.remote_id, item.raw.version): item.record
        for item in passed
        if isinstance(item.record, DirectiveRecord)
    }
    return [(one, records[one.remote_id, one.version]) for one in new if one.state == "mapped"]


def _judge_document(site: Site, record: DirectiveRecord, judged: Judged, folder: Path) -> None:
    rules = site.settings.secrecy
    marks = OPEN_MARKS | set(rules.open_marks) if rules.open_marks else OPEN_MARKS
    verdict = judge(record, blank=rules.blank, open_marks=marks)
    if verdict.classified:
        _classify(judged)
        return
    if record.state is DocumentState.DRAFT:
        return
    for file in record.files:
        if file.related or not file.name.lower().endswith(READABLE):
            continue
        if not _stage(site, file, judged, folder):
            return


def _stage_results(site: Site, record: JobRecord, judged: Judged, folder: Path) -> None:
    """Result files people handed in; one that carries a stamp is not kept, the action itself is."""
    with site.store.read() as places:
        files = [file.remote_id for action in record.actions for file in action.files]
        have, refused = places.evidence.by_remote(site.name, files), refused_files(places, site.name, files)
    for action in record.actions:
        for file in action.files:
            if action.actor != site.connector.own_user and file.remote_id not in have:
                _stage(site, file, judged, folder, alone=True)
    # Whoever sent such a file was told; what comes later does not wait for it once more.
    judged.missing = [(file, error) for file, error in judged.missing if file.remote_id not in refused]


def _stage(site: Site, file: FileRef, judged: Judged, folder: Path, *, alone: bool = False) -> bool:
    """Bring one file; False when its text makes the whole record classified.

    It lies under a name of its own: what the other side calls it may be too long for a disk or be a path, and
    two records of a page may show the same file.
    """
    target = folder / secrets.token_hex(16)
    try:
        sha = site.connector.download(file, target, site.settings.limits.max_file_mib * 2**20)
    except SkipRecord as error:
        judged.missing.append((file, error))
        return True
    if text_is_marked(plain_text(target.read_bytes(), file.name)):
        target.unlink()
        if not alone:
            _classify(judged)
        return alone
    rules = site.settings.evidence
    if reason := harmful(target, rules.scanner, rules.scanner_seconds):
        target.unlink()
        judged.refused.append(refused_file(site.name, file.remote_id, file.name, sha, reason))
        log.error("file laid apart", site=site.name, file=file.remote_id, sha256=sha, reason=reason)
        return True
    judged.files.append((file, target, sha))
    return True


def _refuse(judged: Judged, error: SkipRecord) -> None:
    """A document that cannot be decoded cannot be judged either: fail closed, keep no byte of it."""
    if judged.raw.kind is Kind.DOCUMENT:
        judged.problem = "A document could not be decoded, so its mark is unknown and nothing of it was kept."
        judged.classified = True
    else:
        judged.problem = str(error)


def _classify(judged: Judged) -> None:
    judged.classified = True
    judged.record = None
    for _, path, _ in judged.files:
        path.unlink(missing_ok=True)
    judged.files.clear()
    judged.refused.clear()
    judged.missing.clear()


def _envelope(site: str, item: Judged, seen_at: datetime, weighed: Weighed, *, now: bool) -> Envelope:
    """`now`: a directive is mapped in the same transaction. By position: envelopes come by the ten thousand."""
    raw = item.raw
    state = "mapped" if now and isinstance(item.record, DirectiveRecord) else "new"
    reason = ""
    if (raw.kind, raw.remote_id) in weighed.waiting:
        state, reason = "held", WAITING
    return Envelope(site, raw.kind.value, raw.remote_id, raw.version, raw.body, seen_at, None, state, reason)


def _adopted(site: Site, items: Iterable[Judged], seen_at: datetime) -> Iterator[EvidenceRow]:
    for item in items:
        for file, path, sha in item.files:
            size = path.stat().st_size
            staged = site.files.stage()
            shutil.copyfile(path, staged)
            site.files.adopt(staged, sha)
            document = item.raw.remote_id if item.raw.kind is Kind.DOCUMENT else ""
            yield EvidenceRow(
                sha256=sha,
                size=size,
                site=site.name,
                task="",
                document_id=document,
                remote_id=file.remote_id,
                name=file.name,
                seen_at=seen_at,
            )


def _remember(site: Site, places: Places, judged: Sequence[Judged]) -> None:
    groups: dict[tuple[Kind, bool], list[tuple[str, str]]] = {}
    for item in judged:
        if item.raw.fingerprint:
            row = (item.raw.remote_id, item.raw.fingerprint)
            groups.setdefault((item.raw.kind, item.classified), []).append(row)
    for (kind, classified), rows in groups.items():
        places.inbox.remember(site.name, kind.value, rows, classified=classified)
