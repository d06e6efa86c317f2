"""Three real document systems and the real daemon, killed by SIGKILL while a directive and its answers travel.

The Office issues in iOffice, a department shows the same directive in its own system and reports there, a
commune reports over the axis. The referee are the operation logs of all three: each effect once.
Excludes what the answers mean (`tests/flow/test_three_sites.py`).
"""

from __future__ import annotations

import base64
import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from store.engine import open_store
from store.verify import verify_ledger
from tests.daemon_process import daemon, dying
from tests.killed_world import IDLE
from tests.sandbox_process import SandboxHandle, running_sandbox
from tests.three_sites import AXIS, DEPARTMENT, OFFICE, Axis, configuration

SITES = (OFFICE, DEPARTMENT, AXIS)
WARD = "H99.61"
DIRECTIVE = {"number": "233/TB-VP", "day": "2026/11/12", "document_id": "H99,2026/11/12,233/TB-VP"}
WARD_FILE, FINANCE_FILE = "Báo cáo phường.pdf", "Báo cáo sở.pdf"
CITED = "Báo cáo kết quả thực hiện Thông báo số 233/TB-VP ngày 12/11/2026 của UBND tỉnh Sông Lam"


@dataclass(frozen=True, slots=True)
class World:
    """Three running sandboxes and the configuration of one daemon beside them."""

    folder: Path
    sandboxes: dict[str, SandboxHandle]
    config: Path

    @property
    def ledger(self) -> str:
        return f"sqlite:///{self.folder}/data/ledger.db"

    def run(self, step: str = "0", side: str = "before", seconds: float = 90) -> str:
        """Run a daemon that dies at a durable step, or until it is idle; what it was doing when it died."""
        log, steps = self.folder / "tdcd.log", self.folder / "steps"
        begun = log.stat().st_size if log.exists() else 0
        with daemon(self.config, dying(step, side, steps)) as process:
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                if process.poll() is not None:
                    assert process.returncode == -9, self.log_tail()
                    return steps.read_text(encoding="utf-8").splitlines()[-1].removeprefix(f"died {side} ")
                if self._idle(begun):
                    return ""
                time.sleep(0.05)
        raise AssertionError(f"neither dead nor idle: {self.log_tail()}")

    def _idle(self, begun: int) -> bool:
        """The last poll of every site since `begun` found nothing to do, twice in a row, and no write waits."""
        lines = (self.folder / "tdcd.log").read_bytes()[begun:].decode().splitlines()
        for name in SITES:
            polls = [line for line in lines if " polled " in line and re.search(rf"site={name}\b", line)]
            if len(polls) < 2 or any(not IDLE.search(one) or "ended_early" in one for one in polls[-2:]):
                return False
        store = open_store(self.ledger, check=False)
        try:
            with store.read() as places:
                counts = [places.outbox.counts(name) for name in SITES]
        finally:
            store.close()
        return not any(one.get(state, 0) for one in counts for state in ("pending", "sending"))

    def log_tail(self) -> str:
        return (self.folder / "tdcd.log").read_text(encoding="utf-8")[-3000:]

    def twice(self) -> list[tuple[str, str]]:
        """Effects that one of the three systems carried out more than once."""
        found: Counter[tuple[str, str]] = Counter()
        for name, sandbox in self.sandboxes.items():
            for one in sandbox.operations():
                if one["effect_key"] and one["operation"] != "file/upload":
                    found[f"{name} {one['operation']}", one["effect_key"]] += 1
        return [key for key, count in found.items() if count > 1]

    def done(self, site: str) -> Counter[str]:
        """What the program carried out in a system, by operation."""
        operations = self.sandboxes[site].operations()
        return Counter(one["operation"] for one in operations if one["effect_key"])

    def attached(self, document: str) -> list[str]:
        with self.sandboxes[OFFICE].service() as service:
            return sorted(row["name"] for row in service.get(f"file/getfilerelated/{document}"))


@contextmanager
def three(folder: Path) -> Iterator[World]:
    with ExitStack() as stack:
        running = {}
        for name in SITES:
            (folder / name).mkdir(parents=True)
            running[name] = stack.enter_context(running_sandbox(folder / name, dataset="small"))
        urls = {name: sandbox.url for name, sandbox in running.items()}
        ledger = f"sqlite:///{folder}/data/ledger.db"
        (folder / "data").mkdir()
        yield World(folder, running, configuration(folder, urls, ledger, poll=0.3))


def _people_answer(world: World) -> None:
    """The commune over the axis, the department in its own system."""
    axis = Axis(world.sandboxes[AXIS])
    axis.status(WARD, DIRECTIVE, "03")
    axis.status(WARD, DIRECTIVE, "05", "Đã lát xong hai tuyến phố")
    axis.report(WARD, DIRECTIVE, "9/BC-UBND", "Báo cáo kết quả chỉnh trang", {WARD_FILE: b"%PDF-1.4 phuong"})
    file = {"fileName": FINANCE_FILE, "fileData": base64.b64encode(b"%PDF-1.4 so").decode(), "fileType": ""}
    dossier = {
        "summary": CITED,
        "documentType": "Báo cáo",
        "issuer": "Sở Tài chính",
        "doMat": "Thường",
        "doUuTien": "Thường",
        "noiNhan": "1|1",
        "files": [file | {"fileSize": "1"}],
    }
    with world.sandboxes[DEPARTMENT].person("ngandt.tc") as clerk:
        (document,) = clerk.post("shared/integration/doc/create", [dossier])
        clerk.post("incommingdocument/promulgatedocument", {"docId": document, "soKyHieu": "45/BC-STC"})


@pytest.mark.covers("F01", "F02", "F04", "F46")
def test_a_directive_and_its_answers_travel_all_the_way_though_the_process_is_killed(tmp_path: Path) -> None:
    with three(tmp_path) as world:
        world.sandboxes[OFFICE].fault("drop_reply", "createjob", times=1)
        died = [world.run("write-CreateJob:2", "after")]
        assert world.run() == ""
        assert world.done(OFFICE)["job/createjob"] == 5
        assert world.done(DEPARTMENT) == Counter()
        _people_answer(world)
        # Evidence is on disk and nothing is committed; it is mapped; it hangs on the directive and nobody noted that.
        moments = (("file:1", "after"), ("commit map_to_ledger:1", "after"), ("write-AttachFile:1", "after"))
        died += [world.run(*moment) for moment in moments]
        assert world.run() == ""
        assert [one.partition(" ")[0] for one in died] == [
            "write-CreateJob",
            "file",
            "commit",
            "write-AttachFile",
        ]
        assert world.twice() == []
        assert world.attached("70002") == [WARD_FILE, FINANCE_FILE]
        assert world.done(OFFICE)["job/createjob"] == 5
        assert world.done(DEPARTMENT) == Counter()
        store = open_store(world.ledger, check=False)
        try:
            with store.read() as places:
                rows = places.tasks.find()
                history = places.ledger.history([row.key for row in rows])
                held = [hold for name in SITES for hold in places.holds.open(name)]
            assert verify_ledger(store).ok
        finally:
            store.close()
        assert {row.site for row in rows} == {OFFICE}
        assert len(rows) == 5
        assert held == []
        kinds = Counter(
            one.kind for entries in history.values() for one in entries if one.key.startswith(SITES[1:])
        )
        assert kinds == {"task_received": 1, "progress_reported": 1, "result_submitted": 2}
        assert sum(row.family == "submitted" for row in rows) == 2
