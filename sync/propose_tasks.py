"""A directive without a table: the tasks its sentences give are proposed, and tracked once a person says so.

Nothing that was read from running text becomes a task by itself, unless the site says so
(`[site.narrative] mode = "track"`). The confirmation is a comment in the document system,
by the drafter or by somebody who may decide for the Office.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import orjson

from connector.port import Capability
from connector.records import DirectiveRecord
from mappings.narrative import read_narrative
from mappings.proposed_rows import confirms, proposal_code, proposal_comment, proposed_rows
from mappings.tables import TableRow
from store.outbox import Intent
from store.places import Places
from sync.site import Site
from tracking.calendar import ZONE
from tracking.profile import Profile


def rows_from_text(
    site: Site, places: Places, record: DirectiveRecord, texts: Sequence[tuple[str, str]], profile: Profile
) -> list[TableRow] | None:
    """The confirmed rows of `texts` (file name, text); none, and a question to the drafter, before that.

    None where the sentences give nothing that could be asked about.
    """
    mode = site.settings.narrative.mode
    rows = _proposed(site, places, record, texts, profile) if mode != "off" else []
    if not rows:
        return None
    code = proposal_code(rows)
    if mode == "track" or _confirmed(site, places, record, code):
        return rows
    _ask(site, places, record, rows, code)
    return []


def _proposed(
    site: Site, places: Places, record: DirectiveRecord, texts: Sequence[tuple[str, str]], profile: Profile
) -> list[TableRow]:
    """From the first file that says anything: a signed PDF and its draft are one text."""
    for name, text in texts:
        found = read_narrative(
            text,
            directory=site.directory(places).units,
            issued=record.issued_on,
            before_date=profile.before_date,
        )
        proposals = [one for one in found.proposals if one.leads and not one.weak]
        if proposals:
            return proposed_rows(proposals, name)
    return []


def _confirmed(site: Site, places: Places, record: DirectiveRecord, code: str) -> bool:
    people = site.directory(places)
    return any(
        confirms(entry.comment, code)
        and entry.actor != site.connector.own_user
        and (entry.actor == record.drafter or people.may_review(entry.actor, entry.at or site.now()))
        for entry in record.log
    )


def _ask(site: Site, places: Places, record: DirectiveRecord, rows: Sequence[TableRow], code: str) -> None:
    """Once, and only about directives issued lately: an archive is not commented on."""
    today = site.now().astimezone(ZONE).date()
    recent = timedelta(days=site.settings.narrative.recent_days)
    if record.issued_on is None or record.issued_on < today - recent:
        return
    if Capability.WRITES_COMMENTS not in site.connector.capabilities:
        return
    text = proposal_comment(record.number, rows, code)
    lane = f"proposal:{record.remote_id}"
    intent = Intent(
        site=site.name,
        lane=lane,
        kind="comment_document",
        effect_key=f"{site.name}:{lane}:proposal:{code}",
        body=orjson.dumps({"document_id": record.remote_id, "text": text, "marker": code}),
        created_at=site.now(),
    )
    places.outbox.add([intent])
