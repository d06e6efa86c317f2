"""Answers about the state of a site, read from the places; what `tdcd status` and its kin print."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from connector.port import Stream
from mappings.texts import fold
from store.places import Places
from sync.webhook_marks import listening


def site_status(places: Places, site: str, now: datetime) -> dict[str, Any]:
    """Freshness, counts by state, what waits in the outbox, holds with their age in hours."""
    complete = {stream.value: places.cursors.complete_to(site, stream.value) for stream in Stream}
    holds = [
        {
            "scope": hold.scope,
            "reason": hold.reason,
            "safe": hold.safe,
            "cost": hold.cost,
            "releaser": hold.releaser,
            "hours": round((now - hold.since).total_seconds() / 3600, 1),
        }
        for hold in places.holds.open(site)
    ]
    return {
        "site": site,
        "complete_to": complete,
        "states": places.tasks.counts(site),
        "tasks": sum(places.tasks.counts(site).values()),
        "classified_skipped": places.inbox.classified_count(site),
        "returned_rows": places.findings.count(site),
        "outbox": places.outbox.counts(site),
        "webhooks": listening(places, site),
        "dead_letters": len(places.dead_letters.open(site)),
        "ledger_entries": places.ledger.size(),
        "daemon": _daemon(places, now),
        "holds": holds,
    }


def task_list(places: Places, site: str, state: str, unit: str, limit: int) -> list[dict[str, Any]]:
    """Tasks by due date, the nearest first; `unit` is matched folded, anywhere in the name."""
    rows = places.tasks.find(site, text=state or None)
    wanted = [row for row in rows if fold(unit) in fold(row.lead_name)] if unit else rows
    wanted.sort(key=lambda row: (row.due is None, row.due, row.key))
    return [
        {
            "task": row.key,
            "state": row.shown,
            "due": row.due.date() if row.due else None,
            "lead": row.lead_name,
            "directive": row.number,
            "content": _first_line(row.content),
            "rule": row.rule,
        }
        for row in wanted[:limit]
    ]


def account_list(places: Places, site: str, unit: str) -> list[dict[str, Any]]:
    """Accounts by unit and name."""
    rows = places.directory.accounts(site)
    wanted = [row for row in rows if fold(unit) in fold(row.unit_name)] if unit else list(rows)
    wanted.sort(key=lambda row: (row.unit_name, row.full_name, row.posting_id))
    return [
        {
            "posting": row.posting_id,
            "user": row.user_id,
            "name": row.full_name,
            "position": row.position,
            "role": row.role,
            "unit": row.unit_name,
            "state": row.state,
        }
        for row in wanted
    ]


def _daemon(places: Places, now: datetime) -> str:
    holder = places.leases.holder("daemon")
    if holder is None or holder.expires_at < now:
        return "not running"
    return f"running ({holder.owner})"


def _first_line(text: str) -> str:
    line = text.strip().split("\n", 1)[0]
    return line if len(line) <= 90 else line[:89].rstrip() + "…"
