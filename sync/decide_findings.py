"""The rows that could not become tasks, told to the drafter once, and again only when they change."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import orjson

from connector.port import Capability
from connector.records import DirectiveRecord
from mappings.words import lint_comment
from store.findings import Finding
from store.outbox import Intent
from store.places import Places
from sync.site import Site


def report_findings(site: Site, places: Places, record: DirectiveRecord, findings: Sequence[Finding]) -> None:
    """One comment on the directive's record for its findings, in the caller's transaction."""
    if not findings or Capability.WRITES_COMMENTS not in site.connector.capabilities:
        return
    digest = hashlib.sha256(orjson.dumps([[f.place, f.problem, f.text] for f in findings])).hexdigest()[:16]
    marker = f"TD-RS-{digest.upper()}"
    text = lint_comment(record.number, [(f.sentence, f.remedy) for f in findings], marker)
    body = {"document_id": record.remote_id, "text": text, "marker": marker}
    lane = f"document:{record.remote_id}"
    intent = Intent(
        site=site.name,
        lane=lane,
        kind="comment_document",
        effect_key=f"{site.name}:{lane}:lint:{digest}",
        body=orjson.dumps(body),
        created_at=site.now(),
    )
    places.outbox.supersede(site.name, lane, "comment_document", intent.effect_key)
    places.outbox.add([intent])
