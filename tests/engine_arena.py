"""A small province in memory with the whole engine beside it: what the engine's tests are played on.

Time stands still unless a test moves it. `crash_at` ends the process, so to speak, at one durable step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from config.profile_files import ProfileShelf, load_calendar, load_profiles
from config.settings import SiteSettings
from connector.memory import MemoryConnector
from connector.memory_system import MemorySystem
from connector.records import AccountRecord, AssignmentCells, UnitRecord
from store.engine import Store
from store.evidence import EvidenceFiles
from store.places import Places
from sync.flow import Pass, run_pass
from sync.site import Site

STATUSES = {
    "1": "Chưa thực hiện", "2": "Đang thực hiện", "3": "Đã thực hiện", "4": "Đã hoàn thành", "5": "Đã hủy",
    "11": "Chưa thực hiện đến hạn", "12": "Chưa thực hiện quá hạn", "13": "Đang thực hiện đến hạn",
    "14": "Đang thực hiện quá hạn", "15": "Kết thúc", "16": "Thu hồi", "21": "Chờ xác nhận",
    "22": "Đang thực hiện trong hạn", "23": "Đã hoàn thành trong hạn", "24": "Đã hoàn thành quá hạn",
    "31": "Trình kết quả", "32": "Xin gia hạn", "33": "Chuyển trả", "34": "Đã tiếp nhận",
    "35": "Báo cáo vướng mắc", "36": "Báo cáo giải trình", "99": "Mã lạ",
}  # fmt: skip
EVALUATIONS = {
    "1": "Đạt",
    "2": "Không đạt",
    "3": "Không đồng ý gia hạn",
    "4": "Kết thúc công việc",
    "5": "Mở lại",
}

cached_profiles: Callable[[], ProfileShelf] = cache(load_profiles)
cached_calendar = cache(load_calendar)

OFFICE, FINANCE, HOME, HEALTH = "10", "11", "12", "13"
OFFICER, FINANCE_HEAD, HOME_HEAD, OUTSIDER = "900", "901", "902", "903"


class CrashError(BaseException):
    """The process is gone: nothing may catch it."""


@dataclass(slots=True)
class CrashingStore:
    """The real store, whose process dies before or after the n-th commit."""

    inner: Store
    step: int
    after: bool
    commits: int = 0

    @contextmanager
    def begin(self) -> Iterator[Places]:
        self.commits += 1
        dying = self.commits == self.step
        with self.inner.begin() as places:
            yield places
            if dying and not self.after:
                raise CrashError
        if dying:
            raise CrashError

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


@dataclass(slots=True)
class Arena:
    """The province, its document system, and a site of the engine on a store."""

    store: Store
    folder: Path
    profile: str = "laocai"
    system: MemorySystem = field(default_factory=lambda: MemorySystem(STATUSES, EVALUATIONS))
    site: Site = field(init=False)

    def __post_init__(self) -> None:
        for unit_id, name in (
            (OFFICE, "Văn phòng UBND tỉnh"),
            (FINANCE, "Sở Tài chính"),
            (HOME, "Sở Nội vụ"),
            (HEALTH, "Sở Y tế"),
        ):
            self.system.units[unit_id] = UnitRecord(unit_id, name)
        people = (
            ("1", OFFICER, "Hà Thị Lan", "Chuyên viên", OFFICE),
            ("2", FINANCE_HEAD, "Lê Văn Bình", "Giám đốc", FINANCE),
            ("3", HOME_HEAD, "Trần Thu Cúc", "Giám đốc", HOME),
            ("4", OUTSIDER, "Ngô Văn Dần", "Giám đốc", HEALTH),
        )
        for posting, user, name, position, unit in people:
            self.system.accounts[posting] = AccountRecord(posting, user, name, position, unit)
        self.site = self.open(self.store)

    def open(self, store: Any) -> Site:
        """A new process over the same document system and the same ledger."""
        settings = SiteSettings(name="memory", url="http://127.0.0.1", username="tdcd", profile=self.profile)
        return Site(
            name="memory",
            settings=settings,
            store=store,
            files=EvidenceFiles(self.folder / "evidence"),
            connector=MemoryConnector(self.system, "memory"),
            profiles=cached_profiles(),
            calendar=cached_calendar(),
            now=lambda: self.system.clock,
        )

    def issue(self, *rows: AssignmentCells, number: str = "12/CT-UBND", **fields: Any) -> str:
        """A directive with rows inside."""
        return self.system.issue(number, "Về một số việc trọng tâm", rows=rows, **fields)

    def settle(self, site: Site | None = None, most: int = 12) -> Pass:
        """Pass after pass until one writes nothing; gives the last."""
        for _ in range(most):
            done = run_pass(site or self.site)
            if not done.writes and not done.away:
                return done
        raise AssertionError(f"still writing after {most} passes")

    def move(self, **span: float) -> None:
        """Let time pass for both sides."""
        self.system.clock += timedelta(**span)

    def states(self) -> dict[str, str]:
        """Task key → state text in the ledger's projection."""
        with self.store.read() as places:
            return {row.key: row.text for row in places.tasks.find("memory")}

    def shown(self) -> dict[str, str]:
        """Work item name → state text that people see on the lead line."""
        return {job.name: job.lines[0].status_text for job in self.system.jobs.values()}

    def job_of(self, content: str) -> str:
        """The id of the work item with this name."""
        (found,) = [job_id for job_id, job in self.system.jobs.items() if job.name == content]
        return found

    def kinds(self) -> list[str]:
        """Kinds of all ledger entries about tasks, in order."""
        with self.store.read() as places:
            keys = [row.key for row in places.tasks.find("memory")]
            entries = [entry for found in places.ledger.history(keys).values() for entry in found]
        return [entry.kind for entry in sorted(entries, key=lambda entry: entry.seq)]


def row(ordinal: int, content: str, lead: str, deadline: str, *coordinators: str) -> AssignmentCells:
    """One row of an assignment table."""
    return AssignmentCells(str(ordinal), content, lead, coordinators, deadline, "Báo cáo")


def day(clock: datetime, days: int) -> str:
    """A date so many days from the clock, as drafters write it."""
    moved: date = clock.date() + timedelta(days=days)
    return f"{moved:%d/%m/%Y}"
