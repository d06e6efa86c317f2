"""What is wrong with each directive's table, as it was told to the people who made it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import astuple, dataclass, fields

from sqlalchemy import func, select

from store.sql import Sql, chunks
from store.tables import table_of
from store.tables_known import FindingRow

FINDING = table_of(FindingRow)


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem: its place, its code, the text it is about, a sentence and a remedy in Vietnamese."""

    site: str
    document_id: str
    place: str
    problem: str
    text: str
    sentence: str
    remedy: str

    def __post_init__(self) -> None:
        if not (self.site and self.document_id and self.problem):
            raise ValueError("a finding needs site, document and problem")


FIELDS = [FINDING.c[field.name] for field in fields(Finding)]

FORGET = "DELETE FROM finding WHERE site = ? AND document_id IN (*)"


class Findings:
    """Findings by document."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def replace(self, site: str, document_id: str, findings: Sequence[Finding]) -> None:
        """Put what is wrong now in place of what was wrong with the document before."""
        if any((finding.site, finding.document_id) != (site, document_id) for finding in findings):
            raise ValueError("every finding must be of the document that is replaced")
        self.replace_all(site, [document_id], findings)

    def replace_all(self, site: str, document_ids: Collection[str], findings: Sequence[Finding]) -> None:
        """The same for many documents at once; `findings` may be of any of them."""
        self._sql.change(FORGET, (site,), document_ids)
        self._sql.load(FINDING, [astuple(finding) for finding in findings])

    def of(self, site: str, document_ids: Collection[str] | None = None) -> list[Finding]:
        """Findings of a site, or of some of its documents, in the order in which they were found."""
        query = select(*FIELDS).where(FINDING.c.site == site).order_by(FINDING.c.id)
        if document_ids is None:
            return [Finding(*row) for row in self._sql.run(query)]
        some_queries = [query.where(FINDING.c.document_id.in_(some)) for some in chunks(document_ids)]
        return [Finding(*row) for some in some_queries for row in self._sql.run(some)]

    def count(self, site: str) -> int:
        """How many findings stand open at a site."""
        query = select(func.count()).select_from(FINDING).where(FINDING.c.site == site)
        return int(self._sql.run(query).scalar_one())
