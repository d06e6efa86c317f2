"""How this dialect is asked whether the effect of an earlier write is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from connector.ioffice.decode_document import log_entries
from connector.ioffice.decode_job import actions_of
from connector.ioffice.envelope import rows_of
from connector.ioffice.evidence import holds_file
from connector.ioffice.read_activity import Activity
from connector.ioffice.read_documents import row_id
from connector.ioffice.session import Session
from connector.ioffice.writing import job_of_id
from connector.port import AttachFile, CreateJob
from connector.read_back import ReadBack
from connector.records import JobAction, JobRecord, LogEntry
from connector.texts import folded, text_of


@dataclass(frozen=True, slots=True)
class Finding(ReadBack):
    """Read-backs at one site."""

    session: Session
    activity: Activity

    def job(self, job_id: str) -> JobRecord:
        """As `ReadBack.job`."""
        return job_of_id(self.session, job_id)

    def candidates(self, write: CreateJob) -> Iterator[JobRecord]:
        """By the marker, then by the name: not every site's search reads the content."""
        looked: set[str] = set()
        for job_id in self._named_so(write):
            if job_id not in looked:
                looked.add(job_id)
                yield self.job(job_id)

    def job_actions(self, job_id: str) -> Iterable[JobAction]:
        """As `ReadBack.job_actions`."""
        path = "job/getlistjobflow"
        return actions_of(rows_of(self.session.get(path, job_id), path))

    def document_log(self, document_id: str) -> Iterable[LogEntry]:
        """As `ReadBack.document_log`."""
        path = "document/getactivitylog"
        return log_entries(rows_of(self.session.get(path, document_id), path))

    def held_file(self, write: AttachFile) -> str:
        """As `ReadBack.held_file`."""
        return holds_file(self.session, write)

    def _named_so(self, write: CreateJob) -> Iterator[str]:
        yield from (row_id(row) for row in self.activity.search(write.marker))
        name = folded(write.name)
        yield from (
            row_id(row)
            for row in self.activity.search(write.name)
            if folded(text_of(row.get("name"))) == name
        )
