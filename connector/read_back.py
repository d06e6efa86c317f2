"""Looks whether the effect of an earlier write is there. Changes nothing.

Absence must be certain, since it leads to writing again. So what keeps us from looking
leaves the outcome unknown (RetryLater becomes OutcomeUnknown), and what cannot be
understood is for a person; neither is ever taken for "not there".
"""

from __future__ import annotations

import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from connector.errors import NotThere, ReplyLost, TooLarge
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
from connector.receipts import created_hash, updated_hash, wanted_hash
from connector.records import FileRef, JobAction, JobLine, JobRecord, LineRole, LogEntry
from connector.texts import folded
from errors import HoldForHuman, OutcomeUnknown, RetryLater, SkipRecord

#: Writes a file to a path, whole or not at all, up to so many bytes; answers its SHA-256 (hex).
Download = Callable[[FileRef, Path, int], str]


class ReadBack(ABC):
    """Read-backs at one site: a dialect says how each thing is looked at, and each raises as reading does."""

    @abstractmethod
    def job(self, job_id: str) -> JobRecord:
        """The work item as it stands. Raises NotThere."""

    @abstractmethod
    def candidates(self, write: CreateJob) -> Iterable[JobRecord]:
        """Work items that may be the one of this write, as far as the site's search goes."""

    @abstractmethod
    def job_actions(self, job_id: str) -> Iterable[JobAction]:
        """What was done with a work item, comments included."""

    @abstractmethod
    def document_log(self, document_id: str) -> Iterable[LogEntry]:
        """What was done with a document, comments included."""

    @abstractmethod
    def held_file(self, write: AttachFile) -> str:
        """The remote id of the attached file with exactly these bytes, "" when there is none."""

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
                found = (job for job in self.candidates(write) if write.marker in job.content)
                return next((created(write, job) for job in found), None)
            case UpdateJob():
                receipt = updated(write, self.job(write.job_id))
                return receipt if receipt.written == wanted_hash(write) else None
            case SetStatus():
                return self._status(write)
            case CommentJob():
                return self._job_comment(write)
            case CommentDocument():
                return self._document_comment(write)
            case AttachFile():
                return self._attached(write)

    def _status(self, write: SetStatus) -> WriteReceipt | None:
        lines = {line.line_id: line for line in self.job(write.job_id).lines}
        line = lines.get(write.line_id)
        if line is None or folded(line.status_text) != folded(write.text):
            return None
        return WriteReceipt(
            write.effect_key, write.job_id, wanted_hash(write), line.line_id, state=line.status_text
        )

    def _job_comment(self, write: CommentJob) -> WriteReceipt | None:
        actions = self.job_actions(write.job_id)
        entry = next((action for action in actions if write.marker in action.comment), None)
        if entry is None:
            return None
        return WriteReceipt(write.effect_key, write.job_id, wanted_hash(write), write.line_id, at=entry.at)

    def _document_comment(self, write: CommentDocument | AttachFile) -> WriteReceipt | None:
        log = self.document_log(write.document_id)
        entry = next((entry for entry in log if write.marker in entry.comment), None)
        if entry is None:
            return None
        return WriteReceipt(write.effect_key, write.document_id, wanted_hash(write), at=entry.at)

    def _attached(self, write: AttachFile) -> WriteReceipt | None:
        comment = self._document_comment(write)
        if comment is None:
            return None
        remote_id = self.held_file(write)
        if not remote_id:
            raise HoldForHuman(
                "The comment of an attached file is there, the file itself is not.", scope=write.effect_key
            )
        return WriteReceipt(write.effect_key, remote_id, wanted_hash(write), at=comment.at)


def created(write: CreateJob, job: JobRecord) -> WriteReceipt:
    """The receipt of a work item that is there. Raises HoldForHuman when nobody answers for it."""
    lead = lead_line(job)
    if lead is None:
        raise HoldForHuman(
            "A work item was created but shows no unit that answers for it.", scope=write.effect_key
        )
    at = job.actions[0].at if job.actions else None
    return WriteReceipt(
        write.effect_key, job.remote_id, created_hash(job), lead.line_id, at=at, state=lead.status_text
    )


def updated(write: UpdateJob, job: JobRecord) -> WriteReceipt:
    """The receipt of a rewritten work item."""
    lead = lead_line(job)
    line_id, state = (lead.line_id, lead.status_text) if lead else ("", "")
    return WriteReceipt(write.effect_key, job.remote_id, updated_hash(job), line_id, state=state)


def lead_line(job: JobRecord) -> JobLine | None:
    """The first line with the leading role."""
    return next((line for line in job.lines if line.role is LineRole.LEAD), None)


@contextmanager
def afterwards(call: str) -> Iterator[None]:
    """What fails after a write was accepted leaves its outcome unknown, never undone."""
    try:
        yield
    except (RetryLater, SkipRecord) as error:
        after = error.after if isinstance(error, RetryLater) else None
        raise ReplyLost(f"{call}: accepted, but not read back. {error.sentence}", after=after) from None


def held_among(listed: Sequence[FileRef], write: AttachFile, download: Download, wanted_id: str = "") -> str:
    """Of listed files the remote id of one with exactly the bytes of this write, "" when there is none.

    With `wanted_id` only that file is looked at, if it is listed; else those of that name, newest first.
    """
    exact = [file for file in listed if wanted_id and file.remote_id == wanted_id]
    named = [file for file in reversed(listed) if folded(file.name) == folded(write.name)]
    with tempfile.TemporaryDirectory(prefix="tdcd-") as folder:
        for file in exact or named:
            try:
                found = download(file, Path(folder) / "back", write.path.stat().st_size + 1)
            except TooLarge:
                continue  # more than was sent, so it is another file
            if found == write.sha256:
                return file.remote_id
    return ""
