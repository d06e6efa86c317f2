"""The end of a run held against the oracle: what is lost, what is there twice, what is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

import orjson

from connector.records import JobRecord
from store.outbox import Intent
from store.places import Places
from store.plans import SealedPlan
from tests.simulation.daemons import Ground
from tests.simulation.oracle import HANOI, Life, life_of, text_of
from tests.simulation.world import UNITS, Row

HASH_LENGTH: Final = 64


@dataclass(frozen=True, slots=True)
class Fault:
    """One promise that was not kept. `kind` is lost, twice or wrong."""

    kind: str
    sentence: str


def check_shown(ground: Ground, *, compared: bool) -> Iterator[Fault]:
    """What people see. Before the nightly comparison (`compared`), silent changes are not judged yet."""
    for row in ground.world.rows:
        if compared or not (row.touched or row.document in ground.world.unseen):
            yield from _row(ground, row)
    yield from _comments(ground, compared=compared)


def check_plan(ground: Ground, plan: SealedPlan) -> Iterator[Fault]:
    """A mass change waits for a person: it must name what people did, and nothing else."""
    body = orjson.loads(plan.body)
    if plan.kind == "site:jobs" or (plan.kind.startswith("unit:") and plan.kind.endswith(":jobs")):
        ground.answered |= set(body["vanished"])
        there = ground.answered & ground.world.system.jobs.keys()
        if there:
            yield Fault("wrong", f"{plan.kind}: {sorted(there)} are there and are called gone")
    elif plan.kind.startswith("unit:") and plan.kind.endswith(":drift"):
        with ground.store.read() as places:
            names = {task.content for task in places.tasks.get({item[0] for item in body["items"]}).values()}
        untouched = names - {row.content for row in ground.world.rows if row.touched}
        if untouched:
            yield Fault("wrong", f"{plan.kind}: nobody touched {sorted(untouched)}")
    else:
        yield Fault("wrong", f"{plan.kind}: nothing like this happened, and it waits for a person")


def check_ledger(ground: Ground) -> Iterator[Fault]:
    """What the ledger and the outbox say of themselves, and whether anything was sent twice."""
    with ground.store.read() as places:
        yield from _projection(ground, places)
        yield from _outbox(ground, places.outbox.find("memory"))
        for hold in places.holds.open("memory"):
            if hold.scope.startswith(("site", "stream", "stale")) and hold.scope != "site:login":
                yield Fault("wrong", f"{hold.scope} is still held: {hold.reason}")
    for sentence in ground.stale:
        yield Fault("twice", sentence)
    visible = Counter((key, 0 if kind in {"CreateJob", "CommentJob", "CommentDocument", "AttachFile"} else acts)
                      for key, kind, acts in ground.sends)  # fmt: skip
    for (key, _), count in visible.items():
        if count > 1:
            yield Fault("twice", f"{key} was applied {count} times")


def _row(ground: Ground, row: Row) -> Iterator[Fault]:
    world, now = ground.world, ground.world.system.clock
    jobs = [job for job in world.system.jobs.values() if f"Nội dung: {row.content}\n" in job.content]
    if len(jobs) > 1:
        yield Fault("twice", f"{row.content}: {len(jobs)} work items")
    if row.content in world.deleted:
        yield from _deleted(ground, row, jobs)
        return
    if not jobs:
        if row.document not in world.recalled:
            yield Fault("lost", f"{row.content}: no work item")
        return
    life = life_of(row, world.diary, world.recalled.get(row.document))
    wanted, job = text_of(life, ground.profile, now), jobs[0]
    if job.lines[0].status_text != wanted:
        yield Fault("wrong", f"{row.content}: shows “{job.lines[0].status_text}”, must show “{wanted}”")
    yield from _fields(ground, row, job, life)
    yield from _receipts(row, job, life)
    yield from _evidence(ground, row, life)


def _fields(ground: Ground, row: Row, job: JobRecord, life: Life) -> Iterator[Fault]:
    if job.name != row.content:
        yield Fault("wrong", f"{row.content}: is called “{job.name}”")
    if row.document in ground.world.recalled:
        return
    if job.due != life.due:
        yield Fault("wrong", f"{row.content}: due {job.due}, must be {life.due}")
    if f"Sản phẩm: {row.product}\n" not in job.content:
        yield Fault("wrong", f"{row.content}: does not ask for “{row.product}”")
    if job.lines[0].unit_id != row.lead and not _held(ground, _code(job)):
        yield Fault("lost", f"{row.content}: {UNITS[row.lead]} leads, has no work item, and nobody was asked")


def _receipts(row: Row, job: JobRecord, life: Life) -> Iterator[Fault]:
    """One receipt for each result handed in: its second is on it, and the hash of every file."""
    said = [action.comment for action in job.actions if "Biên nhận kết quả" in action.comment]
    for noted in life.receipts:
        moment = f"{noted.at.astimezone(HANOI):%H:%M:%S ngày %d/%m/%Y}"
        mine = [text for text in said if moment in text]
        if not mine:
            yield Fault("lost", f"{row.content}: no receipt for {moment}")
        elif len(mine) > 1:
            yield Fault("twice", f"{row.content}: {len(mine)} receipts for {moment}")
        elif any(sha256(content).hexdigest() not in mine[0] for content in noted.files):
            yield Fault("wrong", f"{row.content}: the receipt for {moment} names other files")
    if len(said) > len(life.receipts):
        yield Fault("twice", f"{row.content}: {len(said)} receipts for {len(life.receipts)} results")


def _evidence(ground: Ground, row: Row, life: Life) -> Iterator[Fault]:
    system = ground.world.system
    there = Counter(
        system.files[file.remote_id] for file in system.documents[row.document].files if file.related
    )
    for content in {content for noted in life.receipts for content in noted.files}:
        if there[content] != 1:
            kind = "twice" if there[content] else "lost"
            yield Fault(kind, f"{row.content}: evidence {content!r} is attached {there[content]} times")


def _deleted(ground: Ground, row: Row, jobs: list[JobRecord]) -> Iterator[Fault]:
    """A work item that people removed is not made again; somebody is asked."""
    if jobs:
        yield Fault("twice", f"{row.content}: the work item that was removed was made again")
    with ground.store.read() as places:
        keys = {task.key for task in places.tasks.find("memory") if task.content == row.content}
        known = [item for item in places.workitems.by_task(keys).values() if item.job_id]
    answered = any(item.job_id in ground.answered for item in known)
    if known and not answered and not any(_held(ground, key) for key in keys):
        yield Fault("lost", f"{row.content}: its work item is gone and nobody was asked")


def _held(ground: Ground, task: str) -> bool:
    """Whether a person was asked about this task."""
    with ground.store.read() as places:
        return any(hold.scope.startswith(f"task:{task}") for hold in places.holds.open("memory"))


def _code(job: JobRecord) -> str:
    return job.content.rpartition("Mã theo dõi: ")[2].strip()


def _comments(ground: Ground, *, compared: bool) -> Iterator[Fault]:
    """The drafter hears once of a row that cannot be tracked."""
    for document in ground.world.system.documents.values():
        said = [entry.comment.rpartition("TD-RS-")[2] for entry in document.log if "TD-RS-" in entry.comment]
        if len(set(said)) != len(said):
            yield Fault("twice", f"{document.number}: the same comment stands there again")
        judged = compared or document.remote_id not in ground.world.unseen
        if (
            judged
            and document.remote_id in ground.world.bad_documents - ground.world.recalled.keys()
            and not said
        ):
            yield Fault("lost", f"{document.number}: the drafter was not told of the bad row")


def _projection(ground: Ground, places: Places) -> Iterator[Fault]:
    texts = {task.content: task.text for task in places.tasks.find("memory")}
    now: datetime = ground.world.system.clock
    for row in ground.world.rows:
        if row.content in ground.world.deleted or row.document in ground.world.recalled:
            continue
        wanted = text_of(life_of(row, ground.world.diary, None), ground.profile, now)
        if texts.get(row.content) != wanted:
            yield Fault(
                "wrong", f"{row.content}: the ledger says “{texts.get(row.content)}”, must be “{wanted}”"
            )


def _outbox(ground: Ground, intents: list[Intent]) -> Iterator[Fault]:
    """Every effect has its receipt with a hash; nothing waits, and only what lost its object was given up."""
    with ground.store.read() as places:
        contents = {task.key: task.content for task in places.tasks.find("memory")}
    for intent in intents:
        if intent.state == "confirmed" and len(intent.written) != HASH_LENGTH:
            yield Fault("lost", f"{intent.effect_key}: confirmed without the hash of what was written")
        gone = contents.get(intent.task) in ground.world.deleted
        if intent.state in {"pending", "sending", "held", "dead"} and not gone:
            yield Fault("lost", f"{intent.effect_key}: {intent.state} in the end ({intent.error})")
