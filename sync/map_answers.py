"""What one site shows about a directive that another site tracks, as events of the tasks there.

A status or a report over the axis, a report that a department issues in its own system: both
name the document they answer and come from one unit. The document is found by identity, the
task by the unit that leads it. Where that unit leads several, the text has to name the tracking
code, or a person says which; only "received" is true of all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import orjson

from connector.records import JobAction, JobRecord
from mappings.actions import ActionRules, Reading, events_of
from mappings.document_identity import Paper, match, paper_of
from mappings.document_owner import Place
from mappings.texts import fold
from store.evidence import EvidenceRow
from store.identities import ANSWER as WAITING
from store.inbox import Envelope
from store.ledger import Entry
from store.places import Places
from store.tasks import TaskRow
from sync.brakes import Brake
from sync.holding import ANSWER, place, released
from sync.matching import ASKED, answering_unit, matched
from sync.site import Site, log
from sync.site_papers import kept, others
from tracking.events import Event, ResultSubmitted

#: The code of a document that answers another one; `[site.actions]` may give it another meaning.
REPORT: Final = "report"
_FOR_ALL: Final = frozenset({"task_received", ""})
_LONGEST: Final = 160


@dataclass(frozen=True, slots=True)
class Answer:
    """What a unit did about a document. `unit_name` is for systems that give units no codes."""

    envelope: int
    about: Paper
    job: JobRecord
    unit_code: str
    unit_name: str = ""


@dataclass(slots=True)
class _Found:
    """Events of one owner site's tasks, with the envelopes that they were read from."""

    events: list[Event] = field(default_factory=list)
    sources: list[int] = field(default_factory=list)


def answers_among(jobs: Sequence[tuple[Envelope, JobRecord]]) -> Iterator[Answer]:
    """Work items that are nobody's here, and say which document they are about."""
    for envelope, job in jobs:
        paper = paper_of(job.about)
        if envelope.id is not None and job.lines and (paper.key or paper.document_id):
            yield Answer(envelope.id, paper, job, job.lines[0].unit_id)


def map_answers(site: Site, places: Places, answers: Sequence[Answer]) -> int:
    """Append what the answers mean to the tasks at the sites that own them; how many events were new."""
    found: dict[str, _Found] = {}
    scopes = [_scope(action) for answer in answers for action in answer.job.actions]
    said = matched(places, site.name, scopes)
    for answer in answers:
        left = _as_said(site, places, answer, said, found) if said else answer
        if left.job.actions or not answer.job.actions:
            _as_read(site, places, left, found)
    return sum(_append(site, places, owner, one) for owner, one in found.items())


def _scope(action: JobAction) -> str:
    return f"{ANSWER}{action.entry_id}"


def _as_said(
    site: Site,
    places: Places,
    answer: Answer,
    said: Mapping[str, Sequence[str]],
    found: dict[str, _Found],
) -> Answer:
    """Count what a person has said about; gives the answer with what nobody has."""
    rules = _rules(site)
    for action in answer.job.actions:
        for row in places.tasks.get(said.get(_scope(action), ())).values():
            _count(site, places, answer, action, row, rules, found)
    left = tuple(action for action in answer.job.actions if _scope(action) not in said)
    return replace(answer, job=replace(answer.job, actions=left))


def _as_read(site: Site, places: Places, answer: Answer, found: dict[str, _Found]) -> None:
    """Find out by identity which document is meant; what is in doubt is asked."""
    candidates = others(places, answer.about, besides=site.name)
    meant = match(answer.about, candidates.items())
    if meant.same is not None:
        _flow(site, places, answer, meant.same, found)
    elif meant.doubtful:
        shown = "; ".join(f"{candidates[one].number} ({one[0]})" for one in meant.doubtful)
        why = f"có thể trả lời các văn bản: {shown}; số, ngày hoặc cơ quan ban hành chưa khớp"
        for action in answer.job.actions:
            _ask(site, places, answer, action, why, ())
    else:
        places.identities.put([kept(site.name, WAITING, str(answer.envelope), answer.about)])


def _append(site: Site, places: Places, owner: str, found: _Found) -> int:
    fresh = places.ledger.append_events(found.events, site.now(), found.sources, site=owner)
    places.tasks.touch({event.task for event in fresh})
    return len(fresh)


def _flow(site: Site, places: Places, answer: Answer, there: Place, found: dict[str, _Found]) -> None:
    """One answer into the tasks of the unit it came from."""
    owner, document = there
    unit = answering_unit(places, owner, answer.unit_code, answer.unit_name)
    rows = places.tasks.find(owner, directive=document, lead=unit) if unit else []
    if not rows:
        log.info(
            "answer of a unit that leads nothing", site=site.name, document=document, unit=answer.unit_code
        )
        return
    rules = _rules(site)
    for action in answer.job.actions:
        for row in _meant(site, places, answer, action, rows, rules):
            _count(site, places, answer, action, row, rules, found)


def _count(
    site: Site,
    places: Places,
    answer: Answer,
    action: JobAction,
    row: TaskRow,
    rules: ActionRules,
    found: dict[str, _Found],
) -> None:
    """What was done, as events of one task."""
    job = replace(answer.job, actions=(action,))
    reading = _read(site, job, row, rules)
    one, there = found.setdefault(row.site, _Found()), (row.site, row.directive)
    one.events += [_kept_here(site, places, event, action, there) for event in reading.events]
    one.sources += [answer.envelope] * len(reading.events)
    for problem in reading.problems:
        log.warning("action not understood", site=site.name, job=job.remote_id, problem=problem.problem)


def _rules(site: Site) -> ActionRules:
    rules = site.action_rules()
    return replace(rules, statuses={REPORT: "result_submitted", **rules.statuses})


def _read(site: Site, job: JobRecord, row: TaskRow, rules: ActionRules) -> Reading:
    """No unit reviews its own work: what only the Office may do counts nowhere but in its own system."""
    return events_of(
        job,
        row.key,
        rules,
        own_user=site.connector.own_user,
        may_review=lambda _user, _at: False,
        mine=job.lines[0].line_id,
    )


def _meant(
    site: Site,
    places: Places,
    answer: Answer,
    action: JobAction,
    rows: Sequence[TaskRow],
    rules: ActionRules,
) -> Sequence[TaskRow]:
    named = [row for row in rows if fold(row.key) in fold(action.comment)]
    if named or len(rows) == 1 or rules.statuses.get(action.status_code, "?") in _FOR_ALL:
        return named or rows
    why = f"mà đơn vị chủ trì {len(rows)} nhiệm vụ và nội dung không nêu mã theo dõi nào"
    _ask(site, places, answer, action, why, [row.key for row in rows])
    return ()


def _kept_here(site: Site, places: Places, event: Event, action: JobAction, there: Place) -> Event:
    """A key that no action of the owner has; files under their hashes, noted as the owner's evidence."""
    keyed = replace(event, key=f"{site.name}:{event.key}")
    if not isinstance(keyed, ResultSubmitted):
        return keyed
    owner, document = there
    hashes = places.evidence.by_remote(site.name, [file.remote_id for file in action.files])
    places.evidence.put(
        [
            EvidenceRow(
                sha256=hashes[file.remote_id],
                size=file.size or 0,
                site=owner,
                task="",
                document_id=document,
                remote_id=f"{site.name}:{file.remote_id}",
                name=file.name,
                seen_at=site.now(),
            )
            for file in action.files
            if file.remote_id in hashes
        ]
    )
    shown = tuple(hashes[file.remote_id] for file in action.files if file.remote_id in hashes)
    return replace(keyed, evidence=shown, not_kept=len(action.files) - len(shown))


def _ask(
    site: Site, places: Places, answer: Answer, action: JobAction, why: str, tasks: Sequence[str]
) -> None:
    scope, now = _scope(action), site.now()
    if released(places, site.name, scope, ASKED):
        return
    body = {
        "envelope": answer.envelope,
        "tasks": list(tasks),
        "unit": answer.unit_code,
        "unit_name": answer.unit_name,
    }
    places.ledger.append([Entry(site.name, scope, ASKED, ASKED, now, body=orjson.dumps(body))], now)
    text = " ".join(action.comment.split())[:_LONGEST]
    listed = f" Các nhiệm vụ: {', '.join(tasks)}." if tasks else ""
    place(
        site,
        places,
        Brake(
            scope=scope,
            reason=f"{answer.unit_name or answer.unit_code} trả lời văn bản {answer.about.number}: “{text}”, {why}.",
            safe="Nội dung và tệp gửi kèm đã được lưu.",
            cost=f"Trả lời này chưa được tính cho nhiệm vụ nào; hạn xử lý vẫn chạy.{listed}",
            releaser=f"Chuyên viên theo dõi: `tdcd match {scope} --task MÃ --by TÊN --reason LÝ_DO`, hoặc `--none` nếu "
            f"không thuộc nhiệm vụ nào; đã tự ghi nhận trong hệ thống văn bản thì `tdcd release {scope} --by TÊN`.",
            tasks=tasks,
        ),
    )
