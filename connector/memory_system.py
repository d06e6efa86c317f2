"""A document system in dictionaries, with the people who use it: the twin that engine tests run against.

Deterministic: ids count up, the clock moves only by `tick`. Everything people do is
a method, everything that was written is in `operations`, so that a test can count
effects per key. It says no in the same places as a real installation.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from connector.errors import RemoteRefused
from connector.records import (
    AccountRecord,
    DirectiveRecord,
    DocumentState,
    FileRef,
    JobAction,
    JobLine,
    JobRecord,
    Kind,
    LineRole,
    LogEntry,
    UnitRecord,
)

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


class Trouble(Enum):
    """What happens to the next call instead of what should."""

    AWAY = "not sent: the system cannot be reached"
    REQUEST_LOST = "sent, but not applied, and no answer came"
    REPLY_LOST = "applied, but no answer came"


@dataclass(frozen=True, slots=True)
class Operation:
    """One write that was applied."""

    effect_key: str
    name: str
    target: str


@dataclass(frozen=True, slots=True)
class Told:
    """A notice of the service account: something of this kind and id changed."""

    number: int
    kind: Kind
    remote_id: str


@dataclass(slots=True)
class MemorySystem:
    """Everything one installation holds. `statuses` and `evaluations` are its lists, `{code: name}`.

    `trouble_writing` and `trouble_reading` hit the next calls in their order;
    `between_pages` is called after each page of a list, so that rows can move.
    """

    statuses: Mapping[str, str]
    evaluations: Mapping[str, str] = field(default_factory=dict)
    clock: datetime = datetime(2026, 11, 16, 8, 0, tzinfo=ZONE)
    service_user: str = "tdcd"
    units: dict[str, UnitRecord] = field(default_factory=dict)
    accounts: dict[str, AccountRecord] = field(default_factory=dict)
    documents: dict[str, DirectiveRecord] = field(default_factory=dict)
    jobs: dict[str, JobRecord] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    notices: list[Told] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    trouble_writing: deque[Trouble] = field(default_factory=deque)
    trouble_reading: deque[Trouble] = field(default_factory=deque)
    between_pages: Callable[[], None] | None = None
    _last_id: int = 0

    def tick(self, seconds: float = 60) -> datetime:
        """Let time pass."""
        self.clock += timedelta(seconds=seconds)
        return self.clock

    def new_id(self) -> str:
        """The next number, for whatever needs one."""
        self._last_id += 1
        return str(self._last_id)

    def effects(self) -> dict[str, int]:
        """How often each effect key was applied: the oracle of "nothing twice"."""
        counted: dict[str, int] = {}
        for operation in self.operations:
            counted[operation.effect_key] = counted.get(operation.effect_key, 0) + 1
        return counted

    # --- what people do with documents

    def issue(self, number: str, subject: str, **fields: Any) -> str:
        """A document is issued today, unless `issued_on` says otherwise; `attachments` is {name: bytes}."""
        attachments: Mapping[str, bytes] = fields.pop("attachments", {})
        given: dict[str, Any] = {
            "doc_type": "Chỉ thị",
            "issuer": "UBND tỉnh Sông Lam",
            "issued_on": self.clock.date(),
            "state": DocumentState.ISSUED,
            "secrecy": "Thường",
        }
        files = tuple(self._keep(name, content) for name, content in attachments.items())
        document_id = self.new_id()
        self.documents[document_id] = DirectiveRecord(
            document_id, number, subject, **{**given, **fields}, files=files
        )
        self._tell(Kind.DOCUMENT, document_id, "someone")
        return document_id

    def change_document(self, document_id: str, **fields: Any) -> None:
        """Change what a document shows without telling anybody."""
        self.documents[document_id] = replace(self.document(document_id), **fields)

    def recall(self, document_id: str, user: str) -> None:
        """The issuer takes a document back."""
        self.change_document(document_id, state=DocumentState.RECALLED)
        self.say_on_document(document_id, user, "Đã thu hồi văn bản", action="Thu hồi")

    def say_on_document(
        self,
        document_id: str,
        user: str,
        text: str,
        *,
        action: str = "Ý kiến",
        attachments: Mapping[str, bytes] | None = None,
    ) -> str:
        """A line in the activity log, files beside the originals. Answers the line's id."""
        document = self.document(document_id)
        files = tuple(
            self._keep(name, content, user, related=True) for name, content in (attachments or {}).items()
        )
        entry = LogEntry(self.new_id(), self.clock, user, user, "", action, text)
        self.change_document(document_id, log=(*document.log, entry), files=(*document.files, *files))
        self._tell(Kind.DOCUMENT, document_id, user)
        return entry.entry_id

    # --- what people do with work items

    def give(
        self,
        user: str,
        name: str,
        content: str,
        lead_unit: str,
        coordinators: Iterable[str] = (),
        due: date | None = None,
        document_id: str = "",
    ) -> str:
        """A work item for one lead unit. Raises RemoteRefused for a unit that does not exist."""
        roles = [(lead_unit, LineRole.LEAD), *((unit, LineRole.COORDINATE) for unit in coordinators)]
        job_id, code = self.new_id(), next(iter(self.statuses))
        lines = []
        for unit, role in roles:
            if unit not in self.units:
                raise RemoteRefused(f"There is no unit {unit}.")
            unit_name = self.units[unit].name
            lines.append(JobLine(self.new_id(), role, unit, "", unit_name, code, self.statuses[code], due))
        action = JobAction(self.new_id(), self.clock, user, user, action="Giao việc")
        self.jobs[job_id] = JobRecord(
            job_id,
            name,
            content,
            document_id,
            due,
            self.statuses[code],
            lines=tuple(lines),
            actions=(action,),
        )
        self._tell(Kind.JOB, job_id, user)
        return job_id

    def act(
        self,
        job_id: str,
        user: str,
        status_code: str = "",
        comment: str = "",
        *,
        line_id: str = "",
        attachments: Mapping[str, bytes] | None = None,
    ) -> str:
        """Somebody sets a state (or, with a blank code, only comments). Answers the entry's id.

        Raises RemoteRefused for an unknown code or line.
        """
        job = self.job(job_id)
        line_id = line_id or job.lines[0].line_id
        if status_code and status_code not in self.statuses:
            raise RemoteRefused(f"There is no status {status_code}.")
        if line_id not in {line.line_id for line in job.lines}:
            raise RemoteRefused(f"There is no line {line_id}.")
        files = tuple(self._keep(name, content, user) for name, content in (attachments or {}).items())
        if status_code:
            job = self._with_status(job, line_id, status_code)
        return self._did(
            job,
            user,
            line_id=line_id,
            action="Cập nhật",
            status_code=status_code,
            comment=comment,
            files=files,
        )

    def judge(self, job_id: str, user: str, evaluation_code: str, comment: str = "") -> str:
        """A reviewer judges. Answers the entry's id."""
        job = replace(self.job(job_id), evaluation_code=evaluation_code)
        return self._did(job, user, action="Đánh giá", evaluation_code=evaluation_code, comment=comment)

    def rewrite(
        self, job_id: str, user: str, *, name: str = "", content: str = "", due: date | None = None
    ) -> str:
        """Somebody changes name, content or due date; blanks stay. Answers the entry's id."""
        job = self.job(job_id)
        moved = due if due and due != job.due else None
        lines = tuple(replace(line, due=due or line.due) for line in job.lines)
        changed = replace(
            job, name=name or job.name, content=content or job.content, due=due or job.due, lines=lines
        )
        return self._did(changed, user, action="Điều chỉnh", new_due=moved)

    def change_job(self, job_id: str, **fields: Any) -> None:
        """Change what a work item shows behind everybody's back: drift."""
        status = fields.pop("status_code", "")
        job = replace(self.job(job_id), **fields)
        self.jobs[job_id] = self._with_status(job, job.lines[0].line_id, status) if status else job

    def document(self, document_id: str) -> DirectiveRecord:
        """Raises RemoteRefused when there is none."""
        if document_id not in self.documents:
            raise RemoteRefused("Văn bản không tồn tại.")
        return self.documents[document_id]

    def job(self, job_id: str) -> JobRecord:
        """Raises RemoteRefused when there is none."""
        if job_id not in self.jobs:
            raise RemoteRefused("Không tìm thấy công việc.")
        return self.jobs[job_id]

    def sha256(self, file_id: str) -> str:
        """Hash of a file that is kept."""
        return hashlib.sha256(self.files[file_id]).hexdigest()

    def _with_status(self, job: JobRecord, line_id: str, code: str) -> JobRecord:
        text = self.statuses[code]
        lines = tuple(
            replace(line, status_code=code, status_text=text) if line.line_id == line_id else line
            for line in job.lines
        )
        return replace(job, lines=lines, status_text=lines[0].status_text)

    def _did(self, job: JobRecord, user: str, **fields: Any) -> str:
        entry = JobAction(self.new_id(), self.clock, user, user, **fields)
        self.jobs[job.remote_id] = replace(job, actions=(*job.actions, entry))
        self._tell(Kind.JOB, job.remote_id, user)
        return entry.entry_id

    def _keep(self, name: str, content: bytes, user: str = "", *, related: bool = False) -> FileRef:
        file_id = self.new_id()
        self.files[file_id] = content
        return FileRef(file_id, name, len(content), user, related)

    def _tell(self, kind: Kind, remote_id: str, user: str) -> None:
        """The service account is told of everything except what it did itself."""
        if user != self.service_user:
            self.notices.append(Told(len(self.notices) + 1, kind, remote_id))
