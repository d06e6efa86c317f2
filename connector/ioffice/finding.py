"""Looks whether the effect of an earlier write is there. Changes nothing.

Absence must be certain, since it leads to writing again. So what keeps this module
from looking leaves the outcome unknown (RetryLater stays OutcomeUnknown), and what
cannot be understood is for a person; neither is ever taken for "not there".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from connector.errors import ReplyLost
from connector.ioffice.decode_document import log_entries
from connector.ioffice.decode_job import actions_of
from connector.ioffice.envelope import NotThere, rows_of
from connector.ioffice.evidence import holds_file
from connector.ioffice.read_activity import Activity
from connector.ioffice.read_documents import row_id
from connector.ioffice.session import Session
from connector.ioffice.texts import folded, text_of
from connector.ioffice.writing import created, job_of_id, updated
from connector.port import (
    AttachFile,
    CommentDocument,
    CommentJob,
    CreateJob,
    SetStatus,
    UpdateJob,
    Write,
    WriteReceipt,
)
from connector.receipts import wanted_hash
from connector.records import JobRecord
from errors import HoldForHuman, OutcomeUnknown, RetryLater, SkipRecord


@dataclass(frozen=True, slots=True)
class Finding:
    """Read-backs at one site."""

    session: Session
    activity: Activity

    def find(self, write: Write) -> WriteReceipt | None:
        """The receipt if the effect is there. Raises ReplyLost (cannot look now), HoldForHuman."""
        try:
            return self._look(write)
        except OutcomeUnknown:
            raise
        except RetryLater as error:
            raise ReplyLost(
                f"An earlier write could not be looked for. {error.sentence}", after=error.after
            ) from None
        except NotThere:
            return None
        except SkipRecord as error:
            raise HoldForHuman(
                f"Whether an earlier write is there cannot be told. {error.sentence}", scope=write.effect_key
            ) from None

    def _look(self, write: Write) -> WriteReceipt | None:
        match write:
            case CreateJob():
                return self._created(write)
            case UpdateJob():
                return self._updated(write)
            case SetStatus():
                return self._status(write)
            case CommentJob():
                return self._job_comment(write)
            case CommentDocument():
                return self._document_comment(write)
            case AttachFile():
                return self._attached(write)

    def _created(self, write: CreateJob) -> WriteReceipt | None:
        """By the marker, then by the name: not every site's search reads the content."""
        looked: set[str] = set()
        for job_id in self._candidates(write):
            if job_id not in looked:
                looked.add(job_id)
                job = job_of_id(self.session, job_id)
                if write.marker in job.content:
                    return created(write, job)
        return None

    def _candidates(self, write: CreateJob) -> Iterator[str]:
        yield from (row_id(row) for row in self.activity.search(write.marker))
        name = folded(write.name)
        yield from (
            row_id(row)
            for row in self.activity.search(write.name)
            if folded(text_of(row.get("name"))) == name
        )

    def _updated(self, write: UpdateJob) -> WriteReceipt | None:
        receipt = updated(write, self._job(write.job_id))
        return receipt if receipt.written == wanted_hash(write) else None

    def _status(self, write: SetStatus) -> WriteReceipt | None:
        lines = {line.line_id: line for line in self._job(write.job_id).lines}
        line = lines.get(write.line_id)
        if line is None or folded(line.status_text) != folded(write.text):
            return None
        return WriteReceipt(
            write.effect_key, write.job_id, wanted_hash(write), line.line_id, state=line.status_text
        )

    def _job_comment(self, write: CommentJob) -> WriteReceipt | None:
        path = "job/getlistjobflow"
        actions = actions_of(rows_of(self.session.get(path, write.job_id), path))
        entry = next((action for action in actions if write.marker in action.comment), None)
        if entry is None:
            return None
        return WriteReceipt(write.effect_key, write.job_id, wanted_hash(write), write.line_id, at=entry.at)

    def _document_comment(self, write: CommentDocument | AttachFile) -> WriteReceipt | None:
        path = "document/getactivitylog"
        entries = log_entries(rows_of(self.session.get(path, write.document_id), path))
        entry = next((entry for entry in entries if write.marker in entry.comment), None)
        if entry is None:
            return None
        return WriteReceipt(write.effect_key, write.document_id, wanted_hash(write), at=entry.at)

    def _attached(self, write: AttachFile) -> WriteReceipt | None:
        comment = self._document_comment(write)
        if comment is None:
            return None
        remote_id = holds_file(self.session, write)
        if not remote_id:
            raise HoldForHuman(
                "The comment of an attached file is there, the file itself is not.", scope=write.effect_key
            )
        return WriteReceipt(write.effect_key, remote_id, wanted_hash(write), at=comment.at)

    def _job(self, job_id: str) -> JobRecord:
        return job_of_id(self.session, job_id)
