"""The tables of what is known now: tasks, work items, units, accounts, findings, evidence.

All but one can be made again: the tasks from the ledger, the rest by reading the document system. Who held
which post before is read nowhere a second time.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from store.tables import BIG, Base, filled, one_of, partial

#: Tasks whose text changes by the mere passing of time.
OPEN = "NOT closed AND next_change_at IS NOT NULL"


class TaskTableRow(Base, table=True):
    """Where each task stands now; can be rebuilt from the ledger at any time."""

    __tablename__ = "task"
    __table_args__ = (
        filled("key", "site"),
        Index("ix_task_directive", "directive", "site"),
        partial("ix_task_dirty", "site", "directive", where="dirty", sqlite="dirty = 1"),
        partial(
            "ix_task_waiting",
            "site",
            "next_change_at",
            where=OPEN,
            sqlite=OPEN.replace("NOT closed", "closed = 0"),
        ),
    )
    key: str = Field(primary_key=True)
    site: str
    directive: str
    number: str
    ordinal: str
    content: str
    lead: str
    lead_name: str
    profile: str
    profile_version: str
    text: str
    second_text: str
    family: str
    lateness: str
    rule: str
    due: datetime | None
    next_change_at: datetime | None
    closed: bool
    dirty: bool


class WorkItemRow(Base, table=True):
    """The job in the document system that carries a task, with both sides' last words as JSON objects."""

    __tablename__ = "workitem"
    __table_args__ = (filled("task", "site"), Index("ix_workitem_job", "job_id", "site"))
    task: str = Field(primary_key=True)
    site: str
    job_id: str
    line_id: str
    document_id: str
    written: str
    seen: str


class UnitTableRow(Base, table=True):
    """Units of the tree with the days they existed; `successors` is a JSON list of unit ids."""

    __tablename__ = "unit"
    __table_args__ = (filled("site", "unit_id"),)
    site: str = Field(primary_key=True)
    unit_id: str = Field(primary_key=True)
    name: str
    parent_id: str
    code: str
    tier: str
    valid_from: date | None
    valid_to: date | None
    successors: str
    active: bool


class AccountTableRow(Base, table=True):
    """Postings of people; the acting identity is the posting."""

    __tablename__ = "account"
    __table_args__ = (
        filled("site", "posting_id"),
        one_of("state", "active", "locked", "gone"),
        Index("ix_account_user", "user_id", "site"),
        Index("ix_account_unit", "unit_id", "site"),
    )
    site: str = Field(primary_key=True)
    posting_id: str = Field(primary_key=True)
    user_id: str
    full_name: str
    position: str
    role: str
    unit_id: str
    unit_name: str
    email: str
    phone: str
    state: str


class FormerPostRow(Base, table=True):
    """What a posting was until `ended_at`, when the list was seen to show something else.

    It was so for certain until `sure_to`, the last complete reading before; empty where none is on record. A
    posting that came into a list which was read before was `unlisted`, and nobody's.
    """

    __tablename__ = "former_post"
    __table_args__ = (
        filled("site", "posting_id"),
        one_of("state", "active", "locked", "gone", "unlisted"),
        Index("ix_former_post_site", "site"),
    )
    id: int | None = Field(default=None, sa_type=BIG, primary_key=True)
    site: str
    posting_id: str
    user_id: str
    position: str
    unit_id: str
    state: str
    sure_to: datetime | None
    ended_at: datetime


class FindingRow(Base, table=True):
    """What is wrong with a directive's table, as it is told to the people who made it."""

    __tablename__ = "finding"
    __table_args__ = (
        filled("site", "document_id", "problem"),
        Index("ix_finding_document", "document_id", "site"),
    )
    id: int | None = Field(default=None, sa_type=BIG, primary_key=True)
    site: str
    document_id: str
    place: str
    problem: str
    text: str
    sentence: str
    remedy: str


class EvidenceTableRow(Base, table=True):
    """Which file (by hash) was seen under which remote id; new bytes under an old id are a new row."""

    __tablename__ = "evidence"
    __table_args__ = (
        UniqueConstraint("remote_id", "sha256", "task", "document_id", "site"),
        filled("site", "remote_id"),
        CheckConstraint("length(sha256) = 64", name="sha256"),
        CheckConstraint("size >= 0", name="size"),
        Index("ix_evidence_task", "task"),
    )
    id: int | None = Field(default=None, sa_type=BIG, primary_key=True)
    sha256: str
    size: int = Field(sa_type=BigInteger)
    site: str
    task: str
    document_id: str
    remote_id: str
    name: str
    seen_at: datetime


class IdentityRow(Base, table=True):
    """By what a site knows a document, and where its tasks are when that is another site."""

    __tablename__ = "document_identity"
    __table_args__ = (
        filled("site", "remote_id"),
        one_of("kind", "document", "answer"),
        Index("ix_document_identity_number", "number_key"),
        Index("ix_document_identity_id", "document_id"),
    )
    site: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    remote_id: str = Field(primary_key=True)
    issuer_code: str
    issuer: str
    number: str
    number_key: str
    issued_on: date | None
    document_id: str
    owner_site: str
    owner_document: str
