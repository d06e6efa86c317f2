"""How this dialect is asked whether the effect of an earlier write is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from connector.port import AttachFile, CreateJob
from connector.read_back import ReadBack
from connector.records import JobAction, JobRecord, LogEntry
from connector.soap.decoding import decode
from connector.soap.files import directive, holds_file
from connector.soap.reading import Reading
from connector.soap.writing import job_of_id


@dataclass(frozen=True, slots=True)
class Finding(ReadBack):
    """Read-backs at one site."""

    reading: Reading

    def job(self, job_id: str) -> JobRecord:
        """As `ReadBack.job`."""
        return job_of_id(self.reading, job_id)

    def candidates(self, write: CreateJob) -> Iterator[JobRecord]:
        """By the marker: the service searches names and contents."""
        for raw in self.reading.search(write.marker):
            job = decode(raw)
            if isinstance(job, JobRecord):
                yield job

    def job_actions(self, job_id: str) -> Iterable[JobAction]:
        """As `ReadBack.job_actions`."""
        return self.job(job_id).actions

    def document_log(self, document_id: str) -> Iterable[LogEntry]:
        """As `ReadBack.document_log`."""
        return directive(self.reading, document_id).log

    def held_file(self, write: AttachFile) -> str:
        """As `ReadBack.held_file`."""
        return holds_file(self.reading, write)
