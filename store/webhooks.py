"""Webhooks that were heard: a repeat is answered and has no effect, another body under the same id is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete

from store.sql import Sql
from store.tables import table_of
from store.tables_proof import WebhookRow

WEBHOOK = table_of(WebhookRow)

_KNOWN = "SELECT webhook_id, digest FROM webhook WHERE site = ? AND webhook_id IN (*)"


@dataclass(frozen=True, slots=True)
class Heard:
    """One webhook: the SHA-256 of its body, and when it came (UTC)."""

    site: str
    webhook_id: str
    digest: bytes
    seen_at: datetime


class Webhooks:
    """Ids of webhooks, kept as long as a sender may repeat them."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def known(self, site: str, ids: Sequence[str]) -> dict[str, bytes]:
        """Digests of those ids that were heard before."""
        rows = self._sql.among(_KNOWN, (site,), ids)
        return {one: bytes(digest) for one, digest in rows}

    def keep(self, heard: Sequence[Heard]) -> None:
        """Remember them; an id that is there already stays as it was first heard."""
        binds = self._sql.binds
        rows = [(one.webhook_id, one.site, binds.raw(one.digest), binds.moment(one.seen_at)) for one in heard]
        self._sql.load(WEBHOOK, rows, "(webhook_id,site) DO NOTHING")

    def forget(self, before: datetime) -> int:
        """Drop those heard before a moment; gives how many."""
        return int(self._sql.run(delete(WEBHOOK).where(WEBHOOK.c.seen_at < before)).rowcount)
