"""What the suite needs to know about the other side: a connector, and the people who act there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol, runtime_checkable

from connector.port import Connector, Write


class Arena(Protocol):
    """A connector and the people on the other side. Lists are read in pages of few rows (five do well).

    Each test gets a fresh one, in which nothing of an earlier test is left. Unless the connector declares
    FREE_STATUS, its list of states has "Chờ xác nhận" and "Đang thực hiện trong hạn", and its list of
    evaluations "Đạt".
    """

    #: ids of two units that can be given work.
    lead: str
    coordinator: str

    @property
    def connector(self) -> Connector:
        """The connector under test, the same at each call."""
        ...

    def now(self) -> datetime:
        """The clock of the other side, aware."""
        ...

    def issue(
        self, number: str, secrecy: str = "Thường", attachments: Mapping[str, bytes] | None = None
    ) -> str:
        """Somebody issues a document of this number today, with a mark and files by name; its id."""
        ...

    def comment(self, document_id: str, text: str) -> None:
        """Somebody who is not the connector's account comments on a document. Only for WRITES_COMMENTS."""
        ...

    def report(self, job_id: str, text: str) -> None:
        """Somebody of the lead unit reports progress with a text (code 2, or `progress_code`)."""
        ...

    def lose_reply(self, write: Write) -> None:
        """The next sending of `write` is applied, but no answer comes."""
        ...

    def fail_reading(self) -> None:
        """The next page of a list fails, and so do its repeats within one call."""
        ...

    def shift_pages(self) -> None:
        """While the next list is read, a row of its first page goes away."""
        ...

    def applied(self, effect_key: str) -> int:
        """How often this effect was applied."""
        ...


@runtime_checkable
class GivenJobs(Protocol):
    """What the arena of a connector that creates no tasks has beside: work items that are there by themselves."""

    #: the code by which a report of progress is known.
    progress_code: str

    def own_job(self, document_id: str) -> tuple[str, str]:
        """(id, lead line) of the one that a document means for us."""
        ...

    def watched_job(self, document_id: str) -> str:
        """One in which others report."""
        ...
