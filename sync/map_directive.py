"""One directive's way into tasks: scope, tables, rows, and what changed since the last version.

A later version of the same table never makes a second set of tasks: a changed row
becomes a correction or a new lead, a row that is gone is held for a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from connector.records import DirectiveRecord, DocumentState, Kind
from errors import RetryLater, StopService
from mappings.assignment import AssignRules, assign
from mappings.assignment_returns import ReturnedRow
from mappings.tables import Problem, TableProblem, TableRow, read_table, rows_from_api
from store.findings import Finding
from store.inbox import Envelope
from store.places import Places
from sync.change_orders import to_map
from sync.decide_findings import nothing_found, report_findings
from sync.heard_reports import heard
from sync.known_elsewhere import why_not_here
from sync.lint_directive import lint_findings, linted_since
from sync.map_amendment import changes, hold_gone, hold_reassigned
from sync.propose_tasks import rows_from_text
from sync.pull_to_inbox import READABLE
from sync.reissued import hold_reissued, recall_key, recalled_again
from sync.site import Site, log
from tracking.events import DirectiveRecalled, Event, TaskAssigned, TaskReassigned
from tracking.profile import Profile

#: What a reader says of ordinary attachments: nothing that a drafter must mend.
ORDINARY = frozenset({Problem.UNSUPPORTED, Problem.HIDDEN_SHEET})
#: Files that are the directive itself more often than its table: none in them is no news.
PAPERS = (".pdf", ".html", ".htm", ".odt", ".txt")


@dataclass(slots=True)
class Directives:
    """What one batch of directives became."""

    tasks: int = 0
    events: int = 0
    returned: int = 0
    out_of_scope: int = 0
    problems: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Batch:
    """Collected over a batch, so that the store is asked once and not once a row."""

    linted_since: date
    #: what a regulation says about rows, by its version and whether a higher level issued the directive.
    rules: dict[tuple[str, str, bool], AssignRules] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    #: number of the envelope of each event.
    sources: list[int | None] = field(default_factory=list)
    opened: list[TaskAssigned] = field(default_factory=list)
    mapped: list[int] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)
    findings: dict[str, list[Finding]] = field(default_factory=dict)
    #: the same documents as others of the batch: looked at once those have their tasks.
    again: list[str] = field(default_factory=list)

    def add(self, events: Sequence[Event], envelope: Envelope) -> None:
        """Events that were read from an envelope."""
        self.events += events
        self.sources += [envelope.id] * len(events)


def map_directives(
    site: Site, places: Places, documents: Sequence[tuple[Envelope, DirectiveRecord]]
) -> Directives:
    """Append the events of a batch of directives, in the caller's transaction."""
    if site.owners is not None:
        places.identities.take_turns()
    done, batch = Directives(), _Batch(linted_since(site))
    twice: dict[tuple[str, str], str] = {}
    ids = [record.remote_id for _, record in documents]
    known = places.tasks.of_directives(site.name, ids)
    histories = places.ledger.events({key for keys in known.values() for key in keys}) if known else {}
    for envelope, shown in documents:
        record, why_not = to_map(site, places, envelope, shown)
        if record is None:
            _skip(places, envelope, why_not, done)
            continue
        if twice.setdefault(_document(record), record.remote_id) != record.remote_id:
            batch.again.append(record.remote_id)
            continue
        keys = known.get(record.remote_id, [])
        if record.state is DocumentState.RECALLED:
            name = recall_key(site, places, record.remote_id)
            batch.add(list(_recalled(record, keys, envelope.seen_at, name)), envelope)
            recalled_again(site, places, record.remote_id)
            batch.touched.update(keys)
        elif record.state is not DocumentState.ISSUED or record.issued_on is None:
            _skip(places, envelope, "not issued", done)
            continue
        else:
            reason = _tried(site, places, envelope, record, {k: histories[k] for k in keys}, batch, done)
            if reason is None:
                continue
            if reason:
                _skip(places, envelope, reason, done)
                continue
        if envelope.id is not None and envelope.state != "mapped":
            batch.mapped.append(envelope.id)
    _write(site, places, batch, done)
    return done


def _tried(
    site: Site,
    places: Places,
    envelope: Envelope,
    record: DirectiveRecord,
    histories: dict[str, list[Event]],
    batch: _Batch,
    done: Directives,
) -> str | None:
    """`_map_one`, so that one directive nobody foresaw is held with its reason and the rest goes on (F25).

    The database's own troubles are not the directive's: they end the batch. None: it is held.
    """
    try:
        return _map_one(site, places, envelope, record, histories, batch, done)
    except (RetryLater, StopService):
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, it is this directive's
        sentence = f"Directive {record.number} could not be mapped ({type(error).__name__}: {error})."
        done.problems.append(sentence)
        log.exception("directive held", site=site.name, document=record.remote_id)
        if envelope.id is not None:
            places.inbox.settle([envelope.id], "held", sentence)
        return None


def _map_one(
    site: Site,
    places: Places,
    envelope: Envelope,
    record: DirectiveRecord,
    histories: dict[str, list[Event]],
    batch: _Batch,
    done: Directives,
) -> str:
    """Map one issued directive; a non-empty answer says why nothing is tracked of it here."""
    profile = site.profile_on(record.issued_on) if record.issued_on else None
    if profile is None:
        return "no regulation of this site was in force on its issue day"
    scope = site.in_scope(profile, record.doc_type, record.issuer)
    if scope == "out" and not histories:
        events = heard(site, places, envelope, record)
        done.events += events or 0
        return (
            f"document type not tracked: {record.doc_type}" if events is None else "a report, see its tasks"
        )
    rows, problems, texts = _rows(site, places, record)
    if scope == "if_marked" and not rows and not histories:
        return f"{record.doc_type} without an assignment table"
    if elsewhere := why_not_here(site, places, envelope, record, tracked=bool(histories)):
        return elsewhere
    if not rows and scope == "in":
        proposed = rows_from_text(site, places, record, texts, profile)
        if proposed is not None:
            rows, problems = proposed, [one for one in problems if one.problem is not Problem.NO_TABLE]
    assignment = assign(
        record,
        rows,
        directory=site.directory(places).units,
        rules=_rules(site, profile, record, batch),
        site=site.name,
        profile_id=profile.id,
        profile_version=profile.version,
    )
    found, amendment = changes(assignment, histories, envelope)
    given = [_with_officer(site, places, event, record) for event in found] if found else found
    batch.add(given, envelope)
    batch.opened += [event for event in given if isinstance(event, TaskAssigned)]
    if histories:
        batch.touched.update(event.task for event in given if not isinstance(event, TaskAssigned))
    findings = [
        *_table_findings(site, record, problems),
        *_row_findings(site, record, [*assignment.returned, *assignment.noted]),
    ]
    if record.issued_on is not None and record.issued_on >= batch.linted_since:
        findings += lint_findings(site, places, record, rows, profile, assignment)
    done.returned += len(assignment.returned)
    done.problems += [finding.sentence for finding in findings]
    batch.findings[record.remote_id] = findings
    report_findings(site, places, record, findings)
    if histories:
        hold_gone(site, places, record, amendment.gone)
        hold_reissued(site, places, record, histories)
    return ""


def _rules(site: Site, profile: Profile, record: DirectiveRecord, batch: _Batch) -> AssignRules:
    """What the regulation says about rows, worked out once a batch."""
    upward = profile.from_above(record.issuer)
    key = (profile.id, profile.version, upward)
    if key not in batch.rules:
        batch.rules[key] = AssignRules(
            undated=profile.undated,
            before_date=profile.before_date,
            working_day=site.calendar.add_working_days,
            outside=profile.outside.holds if profile.outside.names else None,
            joint_leads=profile.leads.policy == "one_or_several",
            kind="upward" if upward else "directive",
        )
    return batch.rules[key]


def _rows(
    site: Site, places: Places, record: DirectiveRecord
) -> tuple[list[TableRow], list[TableProblem], list[tuple[str, str]]]:
    """Rows the API delivered, then the rows and the text of every readable file, oldest file first."""
    rows: list[TableRow] = []
    problems: list[TableProblem] = []
    texts: list[tuple[str, str]] = []
    if record.rows:
        reading = rows_from_api(record.rows, record.number)
        rows += reading.rows
        problems += reading.problems
    files = [f for f in record.files if not f.related and f.name.lower().endswith(READABLE)]
    hashes = places.evidence.by_remote(site.name, [f.remote_id for f in files]) if files else {}
    for file in files:
        if file.remote_id not in hashes:
            continue
        reading = read_table(site.files.read(hashes[file.remote_id]), file.name)
        rows += reading.rows
        texts.append((file.name, reading.text))
        problems += [problem for problem in reading.problems if not _ordinary(problem, file.name)]
    if rows:  # the scan beside the table that was read
        problems = [problem for problem in problems if problem.problem is not Problem.IMAGE_TABLE]
    return rows, problems, texts


def _ordinary(problem: TableProblem, name: str) -> bool:
    paper = problem.problem is Problem.NO_TABLE and name.lower().endswith(PAPERS)
    return paper or problem.problem in ORDINARY


def _with_officer(site: Site, places: Places, event: Event, record: DirectiveRecord) -> Event:
    """Name the monitoring officer by user id, so that notices can carry their contact line."""
    if not isinstance(event, TaskAssigned) or not (event.officer or record.drafter):
        return event
    return replace(event, officer=site.directory(places).officer(event.officer, record.drafter))


def _recalled(record: DirectiveRecord, keys: Iterable[str], seen_at: datetime, name: str) -> Iterator[Event]:
    entry = next((e for e in reversed(record.log) if "thu hồi" in e.action.lower()), None)
    at = entry.at if entry is not None and entry.at is not None else seen_at
    for task in keys:
        yield DirectiveRecalled(
            task=task,
            key=name,
            occurred_at=at,
            actor=entry.actor if entry else "",
            text=entry.comment if entry else "",
        )


def _write(site: Site, places: Places, batch: _Batch, done: Directives) -> None:
    now = site.now()
    fresh = places.ledger.append_events(batch.events, now, batch.sources, site=site.name)
    done.events += len(fresh)
    done.tasks += sum(isinstance(event, TaskAssigned) for event in fresh)
    places.tasks.assign(batch.opened)
    if batch.touched:
        places.tasks.touch(batch.touched)
    found = [finding for findings in batch.findings.values() for finding in findings]
    places.findings.replace_all(site.name, batch.findings, found)
    nothing_found(site, places, [one for one, findings in batch.findings.items() if not findings])
    places.inbox.settle(batch.mapped, "mapped")
    if batch.again:
        _look_again(site, places, batch.again)
    hold_reassigned(site, places, [event for event in fresh if isinstance(event, TaskReassigned)])


def _document(record: DirectiveRecord) -> tuple[str, str]:
    """By what the same document is known when it comes twice; other systems tell no such id."""
    identity = record.identity
    if not identity.document_id:
        return ("", record.remote_id)
    return (identity.issuer_code.casefold(), identity.document_id)


def _look_again(site: Site, places: Places, documents: Sequence[str]) -> None:
    """Settled first, since only what was settled can be opened again."""
    latest = places.inbox.latest(site.name, Kind.DOCUMENT.value, documents)
    places.inbox.settle([one.id for one in latest.values() if one.id is not None], "skipped", "came twice")
    places.inbox.reopen(site.name, [Kind.DOCUMENT.value], list(documents))


def _skip(places: Places, envelope: Envelope, reason: str, done: Directives) -> None:
    done.out_of_scope += 1
    if envelope.id is not None:
        places.inbox.settle([envelope.id], "skipped", reason)
    log.debug("document out of scope", site=envelope.site, reason=reason)


def _table_findings(
    site: Site, record: DirectiveRecord, problems: Iterable[TableProblem]
) -> Iterator[Finding]:
    for problem in problems:
        yield Finding(
            site=site.name,
            document_id=record.remote_id,
            place=problem.place,
            problem=problem.problem,
            text=problem.text,
            sentence=problem.sentence,
            remedy=problem.remedy,
        )


def _row_findings(site: Site, record: DirectiveRecord, rows: Iterable[ReturnedRow]) -> Iterator[Finding]:
    for row in rows:
        place = " · ".join(
            part for part in (row.origin.file, row.origin.table, f"dòng {row.origin.row}") if part
        )
        yield Finding(
            site=site.name,
            document_id=record.remote_id,
            place=place,
            problem=row.problem,
            text=row.text,
            sentence=row.sentence,
            remedy=row.remedy,
        )
