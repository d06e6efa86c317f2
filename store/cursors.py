"""How far each stream of a site was read. Moved last, in the unit of work that kept what was read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from store.prepared import Prepared
from store.sql import Sql
from store.tables import CursorRow, table_of

CURSOR = table_of(CursorRow)

ONE = Prepared(
    select(CURSOR.c.value, CURSOR.c.complete_to, CURSOR.c.digest).where(
        CURSOR.c.site == bindparam("site"), CURSOR.c.stream == bindparam("stream")
    )
)


@dataclass(frozen=True, slots=True)
class Cursor:
    """`value` is the connector's own; until `complete_to` (UTC) everything is known to have been read.

    `digest` is of the page that was read last, to know it again when it comes unchanged.
    """

    value: str
    complete_to: datetime | None = None
    digest: str = ""


class Cursors:
    """Cursors by site and stream."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def get(self, site: str, stream: str) -> Cursor | None:
        """The cursor of a stream; None before its first complete reading."""
        row = self._sql.ask_one(ONE, site=site, stream=stream)
        return None if row is None else Cursor(*row)

    def set(
        self, site: str, stream: str, value: str, complete_to: datetime | None = None, *, digest: str = ""
    ) -> None:
        """Move a cursor. Without `complete_to` the earlier one stands: a move alone promises nothing.

        A promise is never taken back: of two times the later one stands, whatever clock the earlier came from (F39).
        """
        row = {"site": site, "stream": stream, "value": value, "digest": digest}
        promise = {}
        if complete_to is not None:
            before = self.complete_to(site, stream)
            promise = {"complete_to": complete_to if before is None else max(before, complete_to)}
        self._sql.put(CURSOR, [{**row, **promise}], ("site", "stream"))

    def reach(self, site: str, stream: str, complete_to: datetime) -> None:
        """Note that a stream was read to its end: the cursor stays where it is, the promise moves as in `set`."""
        before = self.get(site, stream) or Cursor("")
        reached = complete_to if before.complete_to is None else max(before.complete_to, complete_to)
        row = {"site": site, "stream": stream, "value": before.value, "digest": "", "complete_to": reached}
        self._sql.put(CURSOR, [row], ("site", "stream"))

    def complete_to(self, site: str, stream: str) -> datetime | None:
        """Until when (UTC) the stream is known completely; None if it never was."""
        found = self.get(site, stream)
        return None if found is None else found.complete_to

    def under(self, site: str, prefix: str) -> dict[str, Cursor]:
        """Cursors of streams whose name begins with `prefix`: the steps of one long reading."""
        name = (CURSOR.c.stream, CURSOR.c.value, CURSOR.c.complete_to, CURSOR.c.digest)
        rows = self._sql.run(
            select(*name).where(CURSOR.c.site == site, CURSOR.c.stream.startswith(prefix, autoescape=True))
        )
        return {row.stream: Cursor(row.value, row.complete_to, row.digest) for row in rows}

    def clear(self, site: str, stream: str | None = None) -> None:
        """Forget cursors, so that a resync reads from the beginning and promises nothing until then."""
        gone = CURSOR.delete().where(CURSOR.c.site == site)
        self._sql.run(gone if stream is None else gone.where(CURSOR.c.stream == stream))
