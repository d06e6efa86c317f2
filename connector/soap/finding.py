"""Looks whether the effect of an earlier write is there. Changes nothing.

Absence must be certain, since it leads to writing again: what keeps this module from
looking leaves the outcome unknown, what cannot be understood is for a person.
"""

from __future__ import annotations

from dataclasses import dataclass

from connector.errors import ReplyLost
from connector.ioffice.envelope import NotThere
from connector.ioffice.texts import folded
from connector.ioffice.writing import created, updated
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
from connector.soap.decoding import decode
from connector.soap.files import directive, holds_file
from connector.soap.reading import Reading
from connector.soap.writing import job_of_id
from errors import HoldForHuman, OutcomeUnknown, RetryLater, SkipRecord


@dataclass(frozen=True, slots=True)
class Finding:
    """Read-backs at one site."""

    reading: Reading

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
                receipt = updated(write, job_of_id(self.reading, write.job_id))
                return receipt if receipt.written == wanted_hash(write) else None
            case SetStatus():
                return self._status(write)
            case CommentJob():
                return self._job_comment(write)
            case CommentDocument():
                return self._document_comment(write)
            case AttachFile():
                return self._attached(write)

    def _created(self, write: CreateJob) -> WriteReceipt | None:
        for raw in self.reading.search(write.marker):
            job = decode(raw)
            if isinstance(job, JobRecord) and write.marker in job.content:
                return created(write, job)
        return None

    def _status(self, write: SetStatus) -> WriteReceipt | None:
        lines = {line.line_id: line for line in job_of_id(self.reading, write.job_id).lines}
        line = lines.get(write.line_id)
        if line is None or folded(line.status_text) != folded(write.text):
            return None
        return WriteReceipt(
            write.effect_key, write.job_id, wanted_hash(write), line.line_id, state=line.status_text
        )

    def _job_comment(self, write: CommentJob) -> WriteReceipt | None:
        actions = job_of_id(self.reading, write.job_id).actions
        entry = next((action for action in actions if write.marker in action.comment), None)
        if entry is None:
            return None
        return WriteReceipt(write.effect_key, write.job_id, wanted_hash(write), write.line_id, at=entry.at)

    def _document_comment(self, write: CommentDocument | AttachFile) -> WriteReceipt | None:
        log = directive(self.reading, write.document_id).log
        entry = next((entry for entry in log if write.marker in entry.comment), None)
        if entry is None:
            return None
        return WriteReceipt(write.effect_key, write.document_id, wanted_hash(write), at=entry.at)

    def _attached(self, write: AttachFile) -> WriteReceipt | None:
        comment = self._document_comment(write)
        if comment is None:
            return None
        remote_id = holds_file(self.reading, write)
        if not remote_id:
            raise HoldForHuman(
                "The comment of an attached file is there, the file itself is not.", scope=write.effect_key
            )
        return WriteReceipt(write.effect_key, remote_id, wanted_hash(write), at=comment.at)
