"""By what every site knows its documents, so that one that is shown in two systems is tracked once.

Only kept where several sites are configured. Can be made again by mapping the inbox again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date

from sqlalchemy import func, or_, select

from store.sql import Sql
from store.tables import table_of
from store.tables_known import IdentityRow

IDENTITY = table_of(IdentityRow)

#: A document that a site shows; an answer, by its envelope, that waits for the document it is about.
DOCUMENT, ANSWER = "document", "answer"

TURN = select(func.pg_advisory_xact_lock(0x7464_6364))

FORGET = "DELETE FROM document_identity WHERE site = ? AND kind = ? AND remote_id IN (*)"


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """One document at one site. `owner_site` is where its tasks are tracked when that is another site."""

    site: str
    kind: str
    remote_id: str
    issuer_code: str
    issuer: str
    number: str
    number_key: str
    issued_on: date | None
    document_id: str
    owner_site: str = ""
    owner_document: str = ""

    def __post_init__(self) -> None:
        if not (self.site and self.remote_id) or self.kind not in {DOCUMENT, ANSWER}:
            raise ValueError("a known document needs a site, a remote id and a kind")


FIELDS = [IDENTITY.c[one.name] for one in fields(KnownDocument)]


class Identities:
    """Documents by number or id, over all sites."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def take_turns(self) -> None:
        """Until this unit of work ends no other site maps: of two that show one document the second sees the first.

        Before anything is appended in it, so that nobody waits for another who waits for them.
        SQLite has one writer anyway.
        """
        if self._sql.postgresql:
            self._sql.run(TURN)

    def put(self, known: Sequence[KnownDocument]) -> None:
        """Put what is known now over what was known of the same documents."""
        nothing = self._sql.binds.nothing
        rows = [tuple(nothing if value is None else _plain(value) for value in astuple(one)) for one in known]
        self._sql.load(IDENTITY, rows, "(site,kind,remote_id) UPDATE")

    def like(self, kind: str, number_key: str, document_id: str) -> list[KnownDocument]:
        """Those of all sites with this number or this id."""
        alike = [column == value for column, value in (
            (IDENTITY.c.number_key, number_key), (IDENTITY.c.document_id, document_id),
        ) if value]  # fmt: skip
        if not alike:
            return []
        query = select(*FIELDS).where(IDENTITY.c.kind == kind, or_(*alike))
        ordered = query.order_by(IDENTITY.c.site, IDENTITY.c.remote_id)
        return [KnownDocument(*row) for row in self._sql.run(ordered)]

    def of(self, site: str, remote_id: str) -> KnownDocument | None:
        """What is known of one document of a site."""
        of_site = (IDENTITY.c.site == site, IDENTITY.c.kind == DOCUMENT, IDENTITY.c.remote_id == remote_id)
        row = self._sql.run(select(*FIELDS).where(*of_site)).first()
        return KnownDocument(*row) if row is not None else None

    def alone(self, site: str) -> list[KnownDocument]:
        """Copies at a site whose original its owner has not shown."""
        of_site = (IDENTITY.c.site == site, IDENTITY.c.owner_site != "", IDENTITY.c.owner_document == "")
        query = select(*FIELDS).where(*of_site).order_by(IDENTITY.c.remote_id)
        return [KnownDocument(*row) for row in self._sql.run(query)]

    def forget(self, site: str, kind: str, remote_ids: Collection[str]) -> None:
        """These are not known any more."""
        self._sql.change(FORGET, (site, kind), remote_ids)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
