"""One unit of work: every place, on one connection and in one transaction."""

from __future__ import annotations

from store.cursors import Cursors
from store.directory import Directory
from store.evidence import Evidence
from store.findings import Findings
from store.holds import Holds
from store.inbox import Inbox
from store.leases import Leases
from store.ledger import Ledger
from store.outbox import Outbox
from store.signals import Signals
from store.sql import Sql
from store.tasks import Tasks
from store.workitems import WorkItems


class Places:
    """The places as they stand inside one transaction; of no use after it has ended."""

    __slots__ = (
        "cursors",
        "directory",
        "evidence",
        "findings",
        "holds",
        "inbox",
        "leases",
        "ledger",
        "outbox",
        "signals",
        "tasks",
        "workitems",
    )

    def __init__(self, sql: Sql) -> None:
        self.inbox = Inbox(sql)
        self.ledger = Ledger(sql)
        self.tasks = Tasks(sql)
        self.workitems = WorkItems(sql)
        self.outbox = Outbox(sql)
        self.cursors = Cursors(sql)
        self.directory = Directory(sql)
        self.findings = Findings(sql)
        self.evidence = Evidence(sql)
        self.signals = Signals(sql)
        self.holds = Holds(sql)
        self.leases = Leases(sql)
