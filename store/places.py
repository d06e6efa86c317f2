"""One unit of work: every place, on one connection and in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from store.breaks import Breaks
from store.checkpoints import Checkpoints
from store.cursors import Cursors
from store.dead_letters import DeadLetters
from store.directory import Directory
from store.evidence import Evidence
from store.failures import UNSORTED
from store.findings import Findings
from store.holds import Holds
from store.identities import Identities
from store.inbox import Inbox
from store.leases import Leases
from store.ledger import Ledger
from store.outbox import Outbox
from store.plans import Plans
from store.signals import Signals
from store.sql import Sql
from store.sweeping import Sweeping
from store.tasks import Tasks
from store.webhooks import Webhooks
from store.workitems import WorkItems


class Places:
    """The places as they stand inside one transaction; of no use after it has ended."""

    __slots__ = (
        "_sql",
        "breaks",
        "checkpoints",
        "cursors",
        "dead_letters",
        "directory",
        "evidence",
        "findings",
        "holds",
        "identities",
        "inbox",
        "leases",
        "ledger",
        "outbox",
        "plans",
        "signals",
        "sweeping",
        "tasks",
        "webhooks",
        "workitems",
    )

    def __init__(self, sql: Sql) -> None:
        self._sql = sql
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
        self.identities = Identities(sql)
        self.leases = Leases(sql)
        self.checkpoints = Checkpoints(sql)
        self.webhooks = Webhooks(sql)
        self.dead_letters = DeadLetters(sql)
        self.plans = Plans(sql)
        self.breaks = Breaks(sql)
        self.sweeping = Sweeping(sql)

    @contextmanager
    def apart(self) -> Iterator[None]:
        """A part that is undone alone when anything is raised inside; the rest of the unit of work stays.

        After a failure of the database the whole unit ends: there may be nothing left to go back to.
        """
        part = self._sql.connection.begin_nested()
        try:
            yield
        except UNSORTED:
            raise
        except Exception:
            part.rollback()
            raise
        part.commit()
