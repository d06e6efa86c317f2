"""The rows that could not become tasks, told to the drafter once, and again only when they change."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from typing import Final

import orjson

from connector.port import Capability
from connector.records import DirectiveRecord
from mappings.words import lint_comment
from store.findings import Finding
from store.outbox import Intent
from store.places import Places
from sync.site import Site

KIND: Final = "comment_document"
#: What stands in the ledger of a directive, or of a task, that was entered quietly.
HISTORY: Final = "backfilled"


def report_findings(site: Site, places: Places, record: DirectiveRecord, findings: Sequence[Finding]) -> None:
    """One comment on the directive's record for its findings, in the caller's transaction.

    Nothing is told about what was entered as history (`sync/backfill.py`), however often it is mapped again.
    """
    if not findings or Capability.WRITES_COMMENTS not in site.connector.capabilities:
        return
    lane = _lane(record.remote_id)
    if any((one.site, one.kind) == (site.name, HISTORY) for one in places.ledger.history([lane])[lane]):
        return
    digest = hashlib.sha256(orjson.dumps([[f.place, f.problem, f.text] for f in findings])).hexdigest()[:16]
    marker = f"TD-RS-{digest.upper()}"
    text = lint_comment(record.number, [(f.sentence, f.remedy) for f in findings], marker)
    body = {"document_id": record.remote_id, "text": text, "marker": marker}
    intent = Intent(
        site=site.name,
        lane=lane,
        kind=KIND,
        effect_key=places.outbox.key_anew(f"{site.name}:{lane}:lint:{digest}"),
        body=orjson.dumps(body),
        created_at=site.now(),
    )
    places.outbox.supersede(site.name, lane, KIND, intent.effect_key)
    places.outbox.add([intent])


def nothing_found(site: Site, places: Places, documents: Collection[str]) -> None:
    """What was not told yet of these is told no more: it was mended meanwhile."""
    for lane in places.outbox.unfinished([_lane(one) for one in documents]):
        places.outbox.supersede(site.name, lane, KIND, "")


def _lane(document: str) -> str:
    return f"document:{document}"
