"""The province of the simulation: its document system (the twin), its people, and the diary of what they did.

The diary is plain data and the only thing that the oracle is told. Whoever acts finds the work item as a
person would, by what stands in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Final

from connector.memory_system import MemorySystem, Told
from connector.records import AccountRecord, AssignmentCells, JobRecord, Kind, UnitRecord
from tests.engine_arena import EVALUATIONS, STATUSES
from tests.simulation.script import Deed, Issue

OFFICE: Final = "10"
UNITS: Final = {"10": "Văn phòng UBND tỉnh", "11": "Sở Tài chính", "12": "Sở Nội vụ", "13": "Sở Y tế"}
OFFICER, OUTSIDER = "900", "903"
HEADS: Final = {"11": "901", "12": "902", "13": "903"}
NAMES: Final = {"900": "Hà Thị Lan", "901": "Lê Văn Bình", "902": "Trần Thu Cúc", "903": "Ngô Văn Dần"}
WORK: Final = (
    "Rà soát nợ thuế", "Sắp xếp bộ máy", "Kiểm tra kho thuốc", "Sửa chữa trường học", "Trồng rừng đầu nguồn",
    "Nạo vét kênh mương", "Cấp nước sạch nông thôn", "Số hóa sổ hộ tịch", "Tiêm phòng gia súc",
)  # fmt: skip

#: Status codes of what units do, and evaluation codes of what the Office does.
STATUS: Final = {
    "progress": "2", "submit": "31", "submit_again": "31", "submit_bare": "31", "ask_extension": "32",
    "return": "33", "receive": "34", "difficulty": "35", "show_done": "4",
}  # fmt: skip
EVALUATION: Final = {"approve": "1", "reject": "2", "end": "4", "reopen": "5"}


@dataclass(slots=True)
class Row:
    """A row of an assignment table as its drafter last wrote it."""

    content: str
    document: str
    role: str
    lead: str
    due: date
    ordinal: int
    product: str = "Báo cáo"
    touched: bool = False
    """Something was changed behind everybody's back: only the nightly comparison can see it."""


@dataclass(frozen=True, slots=True)
class Noted:
    """One line of the diary. `at` is the document system's time; files are the bytes handed in."""

    row: str
    kind: str
    at: datetime
    files: tuple[bytes, ...] = ()
    day: date | None = None


@dataclass(slots=True)
class World:
    """Everything outside the engine."""

    page_size: int
    system: MemorySystem = field(default_factory=lambda: MemorySystem(STATUSES, EVALUATIONS))
    rows: list[Row] = field(default_factory=list)
    diary: list[Noted] = field(default_factory=list)
    recalled: dict[str, datetime] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    bad_documents: set[str] = field(default_factory=set)
    unseen: set[str] = field(default_factory=set)
    """Documents that nobody was told of."""
    noted: Callable[[str], bool] = lambda _job: True
    """Whether the ledger has this work item: one that is removed before looks as if it had never been made."""
    cuts: dict[str, int] = field(default_factory=dict)
    """How often each file came cut."""
    outage: bool = False
    acts: int = 0
    """How often somebody changed a work item, openly or not."""
    done: dict[str, int] = field(default_factory=dict)
    _moments: set[tuple[str, datetime]] = field(default_factory=set)

    def __post_init__(self) -> None:
        for unit, name in UNITS.items():
            self.system.units[unit] = UnitRecord(unit, name)
        for place, (user, name) in enumerate(NAMES.items(), 1):
            unit = next((unit for unit, head in HEADS.items() if head == user), OFFICE)
            position = "Chuyên viên" if unit == OFFICE else "Giám đốc"
            self.system.accounts[str(place)] = AccountRecord(str(place), user, name, position, unit)

    def count(self, what: str, times: int = 1) -> None:
        """So many more of these were reached."""
        self.done[what] = self.done.get(what, 0) + times

    @property
    def silent(self) -> bool:
        """Whether anything happened that only the nightly comparison can see."""
        return bool(self.unseen or any(row.touched for row in self.rows))

    def issue(self, step: Issue) -> None:
        """A directive with a table; one that nobody is told of is found by whoever looks."""
        today, told = self.system.clock.date(), len(self.system.notices)
        self.count("directives" if step.told else "directives nobody was told of")
        if step.late:
            self.count("late directives")
        fresh = [
            Row(f"{WORK[(len(self.rows) + place) % len(WORK)]} đợt {len(self.rows) + place + 1}", "", role,
                list(HEADS)[(len(self.rows) + place) % 3], today + timedelta(days=days), place + 1)
            for place, (role, days) in enumerate(step.rows)
        ]  # fmt: skip
        number = f"{len(self.system.documents) + 1}/TB-UBND"
        document = self.system.issue(
            number,
            "Về một số việc trọng tâm",
            doc_type="Thông báo",
            issued_on=today - timedelta(days=step.late),
            rows=(*map(_cells, fresh), *([_BAD] if step.bad_row else [])),
        )
        for row in fresh:
            row.document = document
        self.rows += fresh
        if step.bad_row:
            self.bad_documents.add(document)
        if not step.told:
            del self.system.notices[told:]
            self.unseen.add(document)

    def act(self, deed: Deed) -> None:
        """Somebody does something, if there is something to do it with."""
        if not self.rows:
            return
        row = self.rows[deed.row % len(self.rows)]
        if deed.kind in {"recall", "mend_due", "mend_text", "move_lead"}:
            self._on_paper(row, deed)
            return
        job = self.job_of(row.content)
        if job is None or (deed.kind == "delete" and not self.noted(job.remote_id)):
            return
        if _allowed(row, deed, self.recalled):
            self.count(deed.kind)
            self._on_job(row, job, deed)

    def job_of(self, content: str) -> JobRecord | None:
        """The work item in which this content stands."""
        return next(
            (job for job in self.system.jobs.values() if f"Nội dung: {content}\n" in job.content), None
        )

    def tell_again(self, seed: int) -> None:
        """Old notices come once more, shuffled."""
        self.count("echoes")
        rng, old = Random(seed), self.system.notices[:]
        for told in rng.sample(old, min(3, len(old))):
            self._tell(told.kind, told.remote_id)

    def _tell(self, kind: Kind, remote_id: str) -> None:
        self.system.notices.append(Told(len(self.system.notices) + 1, kind, remote_id))

    def _on_paper(self, row: Row, deed: Deed) -> None:
        """The drafter mends the table, or the directive is recalled. Told by the document's log."""
        if deed.kind == "recall":
            if row.document not in self.recalled and deed.row == 0:
                self.count("recall")
                self.recalled[row.document] = self.system.clock
                self.system.recall(row.document, OFFICER)
            return
        if (row.role, deed.kind) not in _MENDS or row.document in self.recalled:
            return
        self.count(deed.kind)
        if deed.kind == "mend_due":
            row.due = self.system.clock.date() + timedelta(days=deed.days)
        elif deed.kind == "mend_text":
            row.product = f"Báo cáo lần {deed.days}"
        else:
            row.lead = list(HEADS)[(list(HEADS).index(row.lead) + 1) % 3]
        cells = [_cells(each) for each in self.rows if each.document == row.document]
        bad = [_BAD] if row.document in self.bad_documents else []
        self.system.change_document(row.document, rows=(*cells, *bad))
        self.system.say_on_document(row.document, OFFICER, "Đã sửa bảng phân công")

    def _on_job(self, row: Row, job: JobRecord, deed: Deed) -> None:
        self.acts += 1
        if deed.kind in {"hand_state", "hand_due", "hand_name", "delete"}:
            self._behind(row, job, deed)
            return
        if deed.late:
            self.count("late deeds")
        now = self.system.clock
        self.system.clock = at = self._moment(row, deed.late)
        try:
            self._openly(row, job, deed, at)
        finally:
            self.system.clock = now

    def _openly(self, row: Row, job: JobRecord, deed: Deed, at: datetime) -> None:
        system, unit_head = self.system, HEADS[row.lead]
        kind = deed.kind if deed.entitled else "not_entitled"
        if deed.kind in EVALUATION:
            user = OFFICER if deed.entitled else OUTSIDER
            system.judge(job.remote_id, user, EVALUATION[deed.kind], "Ý kiến của Văn phòng")
            self.diary.append(Noted(row.content, kind, at))
        elif deed.kind == "extend":
            day = system.clock.date() + timedelta(days=deed.days + 3)
            if day != job.due:
                system.rewrite(job.remote_id, OFFICER if deed.entitled else OUTSIDER, due=day)
                self.diary.append(Noted(row.content, kind, at, day=day))
        elif deed.kind == "rename":
            system.rewrite(job.remote_id, unit_head, name=f"{row.content} (việc của phòng)")
        elif deed.kind == "coordinator":
            system.act(job.remote_id, OUTSIDER, "31", "Xong phần phối hợp", line_id=job.lines[-1].line_id)
        else:
            files = self._files(row, deed)
            system.act(job.remote_id, unit_head, STATUS[deed.kind], "Báo cáo", attachments=files)
            submitted = "submit" if deed.kind.startswith("submit") else deed.kind
            self.diary.append(Noted(row.content, submitted, at, tuple(files.values())))

    def _files(self, row: Row, deed: Deed) -> dict[str, bytes]:
        if deed.kind == "submit":
            return {"ket-qua.bin": f"{row.content} {len(self.diary)}".encode()}
        if deed.kind == "submit_again":
            return {
                "ket-qua.bin": f"{row.content} cùng một tệp".encode(),
                "anh.bin": f"{row.content} ảnh".encode(),
            }
        return {}

    def _behind(self, row: Row, job: JobRecord, deed: Deed) -> None:
        """Nobody is told, and nothing in the history explains it."""
        row.touched = True
        if deed.kind == "hand_state":
            self.system.change_job(job.remote_id, status_code=("4", "24", "1")[deed.days % 3])
        elif deed.kind == "hand_name":
            self.system.change_job(job.remote_id, name="Việc khác hẳn")
        elif deed.kind == "hand_due":
            self.system.change_job(job.remote_id, due=job.due and job.due + timedelta(days=deed.days))
        else:
            del self.system.jobs[job.remote_id]
            self.deleted.add(row.content)

    def _moment(self, row: Row, late: int) -> datetime:
        """No two entries of one work item carry the same second; a late one looks older than it is."""
        at = self.system.clock - timedelta(seconds=late)
        while (row.content, at) in self._moments:
            at += timedelta(seconds=1)
        self._moments.add((row.content, at))
        return at


_BAD: Final = AssignmentCells(
    "9", "Việc có hai đơn vị chủ trì", "Sở Nội vụ, Sở Y tế", (), "30/12/2026", "Báo cáo"
)
_MENDS: Final = {
    ("mended", "mend_due"),
    ("mended", "mend_text"),
    ("plain", "mend_text"),
    ("moved", "move_lead"),
}


def _allowed(row: Row, deed: Deed, recalled: dict[str, datetime]) -> bool:
    """Where two people may change one thing, the texts do not say who wins: such pairs are not played."""
    if row.role == "moved":
        return deed.kind in {"hand_state", "hand_due", "hand_name", "delete", "rename"}
    if deed.kind == "extend":
        return row.role == "plain"
    return not (deed.kind == "reopen" and row.document in recalled)


def _cells(row: Row) -> AssignmentCells:
    lead = UNITS[row.lead]
    other = UNITS[list(HEADS)[(list(HEADS).index(row.lead) + 2) % 3]]
    due = f"{row.due:%d/%m/%Y}"
    return AssignmentCells(str(row.ordinal), row.content, lead, (other,), due, row.product)
