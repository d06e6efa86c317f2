"""Daily, one made-up directive goes the whole way, and how long it took is kept.

The canary lives in the document system for this alone. It is read, its row must be tracked,
its work item must be there, a remark goes out through the outbox like everything else, and is
read back. Green then means measured, not assumed. That it is visible at all is asked before
every pass (`sync/brakes.py`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import orjson

from connector.port import Capability, CommentDocument
from connector.records import DirectiveRecord, Kind
from errors import RetryLater, SkipRecord
from store.ledger import Entry
from store.outbox import Intent
from sync.lamps import canary_of, note
from sync.push_from_outbox import push_from_outbox
from sync.site import Site, log

#: Read by people who open the canary's record.
REMARK = "Kiểm tra hằng ngày của hệ thống theo dõi, không phải xử lý. Mã: {marker}"


@dataclass(frozen=True, slots=True)
class Measured:
    """Whether the loop is closed, how many seconds it took, and where it broke."""

    ok: bool
    seconds: float
    sentence: str


def measure(site: Site, clock: Callable[[], float] = time.monotonic) -> Measured | None:
    """Send the canary round once; None without one. Raises StopService only; keeps fact and ledger entry."""
    number = site.settings.canary.directive
    if not number:
        return None
    began = clock()
    try:
        problem = _read(site, number) or _tracked(site, number) or _remark(site, number)
    except (RetryLater, SkipRecord) as error:
        problem = str(error)
    seconds = round(clock() - began, 3)
    measured = Measured(not problem, seconds, problem or f"{seconds} s for the whole loop.")
    _keep(site, number, measured)
    return measured


def _read(site: Site, number: str) -> str:
    raw = site.connector.fetch(Kind.DOCUMENT, number)
    if raw is None:
        return f"The canary directive {number} is not in the document system."
    record = site.connector.decode(raw)
    return "" if isinstance(record, DirectiveRecord) else f"The canary {number} is not a directive."


def _tracked(site: Site, number: str) -> str:
    with site.store.read() as places:
        tasks = places.tasks.of_directives(site.name, [number]).get(number, [])
        items = places.workitems.by_task(tasks)
    if not tasks:
        return f"No row of the canary directive {number} is tracked."
    if Capability.CREATES_TASKS not in site.connector.capabilities:
        return ""  # there the loop ends with the ledger
    jobs = [item.job_id for item in items.values() if item.job_id]
    if not jobs:
        return f"The row of the canary directive {number} has no work item."
    if site.connector.fetch(Kind.JOB, jobs[0]) is None:
        return f"The work item {jobs[0]} of the canary directive is gone."
    return ""


def _remark(site: Site, number: str) -> str:
    """Out through the outbox, and found again in the document system."""
    if Capability.WRITES_COMMENTS not in site.connector.capabilities:
        return ""
    now = site.now()
    marker = f"TD-CN-{now:%Y%m%d}"
    body = {"document_id": number, "text": REMARK.format(marker=marker), "marker": marker}
    key = f"{site.name}:canary:{marker}"
    intent = Intent(
        site.name, f"canary:{number}", "comment_document", key, orjson.dumps(body), created_at=now
    )
    with site.store.begin() as places:
        places.outbox.add([intent])
    push_from_outbox(site)
    if site.connector.find(CommentDocument(key, number, body["text"], marker)) is None:
        return "Today's remark on the canary directive did not arrive."
    return ""


def _keep(site: Site, number: str, measured: Measured) -> None:
    now = site.now()
    body = {"ok": measured.ok, "seconds": measured.seconds, "sentence": measured.sentence}
    with site.store.begin() as places:
        note(places, canary_of(site.name), now, ok=measured.ok, sentence=measured.sentence)
        key = f"measured:{now.isoformat()}"
        entry = Entry(site.name, f"canary:{number}", "canary_measured", key, now, body=orjson.dumps(body))
        places.ledger.append([entry], now)
    tell = log.info if measured.ok else log.error
    tell("canary", site=site.name, ok=measured.ok, seconds=measured.seconds, reason=measured.sentence)
