"""Carries out one write and tells what the document system holds afterwards.

Each write is sent once. As soon as it was accepted, no further error may look as if
it had not been: what cannot be read back then is an unknown outcome, to be looked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from connector.calls import Upload
from connector.dates import shown_day
from connector.errors import NotThere, RemoteRefused
from connector.ioffice.bundles import read_job
from connector.ioffice.decoding import decode
from connector.ioffice.evidence import holds_file
from connector.ioffice.session import Session
from connector.ioffice.statuses import Statuses
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
from connector.read_back import afterwards, created, updated
from connector.receipts import wanted_hash
from connector.records import JobRecord
from connector.texts import id_of, is_true
from errors import HoldForHuman

UPDATE_STATUS: Final = "job/updatestatus"
_COMMENT: Final = "incommingdocument/sendcomment"


@dataclass(frozen=True, slots=True)
class Writing:
    """The writes of one site."""

    session: Session
    statuses: Statuses

    def apply(self, write: Write) -> WriteReceipt:
        """Raises RemoteRefused with the system's words, SystemAway, ReplyLost, HoldForHuman."""
        match write:
            case CreateJob():
                return self._create(write)
            case UpdateJob():
                return self._update(write)
            case SetStatus():
                return self._set_status(write)
            case CommentJob():
                return self._comment_job(write)
            case CommentDocument():
                return self._comment_document(write)
            case AttachFile():
                return self._attach(write)

    def _create(self, write: CreateJob) -> WriteReceipt:
        units = [_assignee(write.lead_unit, "1", write)]
        units += [_assignee(unit, "2", write) for unit in write.coordinators]
        body = {
            "name": write.name,
            "content": write.content,
            "hanXuLy": shown_day(write.due),
            "priority": "2" if write.urgent else "1",
            "docId": write.document_id,
            "lanhDaoGiaoViec": "",
            "parentId": "",
            "parentNxlId": "",
            "files": [],
            "users": [],
            "units": units,
        }
        answer = self.session.write("job/createjob", body, write.effect_key)
        with afterwards("job/createjob"):
            return created(write, job_of_id(self.session, id_of(answer)))

    def _update(self, write: UpdateJob) -> WriteReceipt:
        body = {
            "id": write.job_id,
            "name": write.name,
            "content": write.content,
            "expireDate": shown_day(write.due),
        }
        answer = self.session.write("job/updatejob", body, write.effect_key, method="PUT")
        _accepted(answer, "job/updatejob", write)
        with afterwards("job/updatejob"):
            return updated(write, job_of_id(self.session, write.job_id))

    def _set_status(self, write: SetStatus) -> WriteReceipt:
        code = self.statuses.code(write.text)
        self._status_call(write, code, "")
        return WriteReceipt(
            write.effect_key, write.job_id, wanted_hash(write), write.line_id, state=write.text
        )

    def _comment_job(self, write: CommentJob) -> WriteReceipt:
        self._status_call(write, "", write.text)
        return WriteReceipt(write.effect_key, write.job_id, wanted_hash(write), write.line_id)

    def _status_call(self, write: SetStatus | CommentJob, code: str, comment: str) -> None:
        """A blank status leaves the state as it is and only adds the comment."""
        body = {"id": write.job_id, "nxlId": write.line_id, "status": code, "comment": comment}
        _accepted(self.session.write(UPDATE_STATUS, body, write.effect_key), UPDATE_STATUS, write)

    def _comment_document(self, write: CommentDocument) -> WriteReceipt:
        body = {"docId": write.document_id, "comment": write.text}
        _accepted(self.session.write(_COMMENT, body, write.effect_key), _COMMENT, write)
        return WriteReceipt(write.effect_key, write.document_id, wanted_hash(write))

    def _attach(self, write: AttachFile) -> WriteReceipt:
        """Upload, hang it on the document with a comment, then fetch it back and compare."""
        upload = Upload("fileupload", write.name, write.path)
        ids = self.session.upload("file/upload", upload, write.effect_key)
        if not isinstance(ids, list) or len(ids) != 1:
            raise RemoteRefused("file/upload: the document system did not answer with the id of one file.")
        body = {"docId": write.document_id, "comment": write.caption, "files": [id_of(ids[0])]}
        _accepted(self.session.write(_COMMENT, body, write.effect_key), _COMMENT, write)
        with afterwards(_COMMENT):
            remote_id = holds_file(self.session, write, wanted_id=id_of(ids[0]))
        if not remote_id:
            raise HoldForHuman(
                "A file that was attached came back with other bytes, or is not listed.",
                scope=write.effect_key,
                remedy="Open the document, remove the file if it is damaged, then release.",
            )
        return WriteReceipt(write.effect_key, remote_id, wanted_hash(write))


def job_of_id(session: Session, job_id: str) -> JobRecord:
    """The work item as it stands. Raises SkipRecord when it cannot be read or is not there."""
    raw = read_job(session, job_id)
    if raw is None:
        raise NotThere("The work item is not there.")
    record = decode(raw)
    assert isinstance(record, JobRecord)
    return record


def _assignee(unit_id: str, role: str, write: CreateJob) -> dict[str, str]:
    return {"unitId": unit_id, "vaiTro": role, "startDate": "", "endDate": shown_day(write.due)}


def _accepted(answer: Any, call: str, write: Write) -> None:
    """Three spellings of true, and "OK" for what was there already; the same spellings of no are refusals.

    Anything else ("OTP_REQUIRE", say) is a doubt that only a person can resolve.
    """
    if is_true(answer):
        return
    if answer is None or str(answer).strip().lower() in {"false", "0", "null", "none", ""}:
        raise RemoteRefused(f"{call}: the document system did not carry out the write.")
    raise HoldForHuman(f"{call}: the document system answered neither yes nor no.", scope=write.effect_key)
