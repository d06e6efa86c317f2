"""Three systems in one configuration: a directive that several of them show is one set of tasks.

The Office issues in iOffice, a department reads it in its own system over SOAP, a commune answers over the axis.
Excludes the rule of identity itself (`tests/unit/test_mappings_document_identity.py`) and killed processes
(`tests/faults/test_three_sites_killed.py`).
"""

from __future__ import annotations

import base64
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from config.settings import LedgerSettings, Settings
from sandbox.sheet import TableRow, assignment_sheet
from store.engine import Store, open_store
from sync.decide_to_outbox import decision_time
from sync.flow import Pass, run_pass, run_reconcile
from sync.holding import release
from sync.matching import match
from sync.opening import open_site
from sync.site import Site
from sync.why_causes import Look
from sync.why_paper import paper_causes
from tests.engine_arena import CrashError, CrashingStore
from tests.sandbox_process import SandboxHandle, sandbox_in_thread
from tests.three_sites import AXIS, DEPARTMENT, OFFICE, Axis, settings_of

WARD = "H99.61"


@dataclass
class World:
    """The three sandboxes, one ledger, a site for each of them."""

    folder: Path
    store: Store
    sandboxes: dict[str, SandboxHandle]
    stack: ExitStack
    sites: dict[str, Site] = field(default_factory=dict)

    def open(self, *names: str, **owns: tuple[str, ...]) -> World:
        """Configure these sites; an owner can be left out or given otherwise."""
        urls = {name: self.sandboxes[name].url for name in names}
        given = settings_of(urls, {"ledger": LedgerSettings(evidence=self.folder / "evidence")})
        changed = [one.model_copy(update={"owns": owns.get(one.name, one.owns)}) for one in given.site]
        settings = Settings(ledger=given.ledger, site=tuple(changed))
        for one in settings.site:
            self.sites[one.name] = self.stack.enter_context(open_site(settings, one, self.store))
        return self

    @property
    def axis(self) -> Axis:
        return Axis(self.sandboxes[AXIS])

    def passes(self, *names: str) -> list[Pass]:
        """One pass over each site, in this order; without names over all."""
        return [run_pass(self.sites[name]) for name in names or self.sites]

    def rows(self, site: str) -> dict[str, Any]:
        with self.store.read() as places:
            return {row.content: row for row in places.tasks.find(site)}

    def held(self, site: str) -> dict[str, str]:
        with self.store.read() as places:
            return {one.scope: one.reason for one in places.holds.open(site)}

    def release(self, site: str, scope: str) -> None:
        with self.store.begin() as places:
            release(places, site, scope, self.sites[site].now(), "Trần Thị Hà")

    def why_skipped(self, site: str) -> set[str]:
        with self.store.read() as places:
            found = places.inbox.latest(site, "document", ["70001", "70002", "70003"])
            return {one.reason for one in found.values() if one.state == "skipped"}

    def created(self, site: str) -> int:
        return sum("createjob" in one["operation"] for one in self.sandboxes[site].operations())

    def events(self, site: str, content: str) -> list[tuple[str, str, str]]:
        key = self.rows(site)[content].key
        with self.store.read() as places:
            entries = places.ledger.history([key])[key]
        return [(one.kind, one.key, one.actor) for one in entries if one.key.startswith((AXIS, DEPARTMENT))]


class Started(dict[str, SandboxHandle]):
    """Sandboxes by name, each started when it is first asked for."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        super().__init__()
        self._folder, self._stack = folder, stack

    def __missing__(self, name: str) -> SandboxHandle:
        now = f"{datetime.now():%Y-%m-%dT%H:%M:%S}"
        self[name] = self._stack.enter_context(sandbox_in_thread(self._folder / name, now=now))
        return self[name]


@contextmanager
def world_on(folder: Path, ledger: str) -> Iterator[World]:
    with ExitStack() as stack:
        store = open_store(ledger)
        stack.callback(store.close)
        yield World(folder, store, Started(folder, stack), stack)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with world_on(tmp_path, f"sqlite:///{tmp_path}/ledger.db") as opened:
        yield opened


WARD_WORK = "Chỉnh trang hè phố trung tâm"
FINANCE_WORK = {"Bố trí kinh phí phòng, chống dịch", "Thẩm định dự toán chỉnh trang"}


@pytest.mark.parametrize("order", [(OFFICE, DEPARTMENT), (DEPARTMENT, OFFICE)])
def test_a_directive_that_two_systems_show_is_one_set_of_tasks(world: World, order: tuple[str, str]) -> None:
    world.open(OFFICE, DEPARTMENT).passes(*order)
    assert len(world.rows(OFFICE)) == world.created(OFFICE) == 5
    assert world.rows(DEPARTMENT) == {}
    assert world.created(DEPARTMENT) == 0
    assert "a copy: tracked at van-phong" in {
        reason.split(",")[0] for reason in world.why_skipped(DEPARTMENT)
    }
    assert world.held(OFFICE) == world.held(DEPARTMENT) == {}
    again = world.passes(*order)
    assert [one.writes for one in again] == [0, 0]
    with world.store.read() as places:
        known = [places.identities.of(DEPARTMENT, "70001"), places.identities.of(OFFICE, "70001")]
    assert [(one.owner_site, one.owner_document) for one in known if one] == [(OFFICE, "70001"), ("", "")]


def test_without_an_owner_the_second_one_asks_and_a_person_says(world: World) -> None:
    world.open(OFFICE, DEPARTMENT, **{OFFICE: ()}).passes()
    assert len(world.rows(OFFICE)) == 5
    assert world.rows(DEPARTMENT) == {}
    held = world.held(DEPARTMENT)
    assert sorted(held) == ["copy:70001", "copy:70002"]
    assert "12/CT-UBND" in held["copy:70001"]
    assert OFFICE in held["copy:70001"]
    world.passes()
    assert sorted(world.held(DEPARTMENT)) == sorted(held)
    # A person says that it is another document: its rows are tasks here from then on, and nobody is asked again.
    world.release(DEPARTMENT, "copy:70001")
    world.passes()
    assert len(world.rows(DEPARTMENT)) == 3
    assert sorted(world.held(DEPARTMENT)) == ["copy:70002"]
    world.passes()
    assert sorted(world.held(DEPARTMENT)) == ["copy:70002"]


def test_saying_who_owns_it_ends_the_question(world: World) -> None:
    world.open(OFFICE, DEPARTMENT, **{OFFICE: ()}).passes()
    assert sorted(world.held(DEPARTMENT)) == ["copy:70001", "copy:70002"]
    world.open(OFFICE, DEPARTMENT).passes()
    assert world.held(DEPARTMENT) == {}
    assert world.rows(DEPARTMENT) == {}


def test_what_was_tracked_twice_before_is_told_and_nothing_is_taken_away(world: World) -> None:
    alone = world.open(OFFICE).passes()
    world.sites.clear()
    world.open(DEPARTMENT).passes()
    assert len(alone) == 1
    assert len(world.rows(OFFICE)) == len(world.rows(DEPARTMENT)) == 5
    world.sites.clear()
    world.open(OFFICE, DEPARTMENT).passes()
    # Whichever of the two is read last finds out, and is told once.
    assert world.held(OFFICE) == {}
    assert sorted(world.held(DEPARTMENT)) == ["copy:70001", "copy:70002"]
    assert "không nhiệm vụ nào bị bỏ" in _safe(world, DEPARTMENT)
    assert len(world.rows(DEPARTMENT)) == len(world.rows(OFFICE)) == 5
    world.release(DEPARTMENT, "copy:70001")
    world.passes()
    assert sorted(world.held(DEPARTMENT)) == ["copy:70002"]
    assert len(world.rows(DEPARTMENT)) == 5


def test_a_number_that_a_clerk_mistyped_is_asked_about_and_settled_by_the_correction(world: World) -> None:
    _quietly(world.sandboxes[DEPARTMENT], "70001", "issued_at", "2026-11-09T09:05:00")
    world.open(OFFICE, DEPARTMENT).passes()
    assert sorted(world.held(DEPARTMENT)) == ["copy:70001"]
    assert "10/11/2026" in world.held(DEPARTMENT)["copy:70001"]
    assert world.rows(DEPARTMENT) == {}
    _quietly(world.sandboxes[DEPARTMENT], "70001", "issued_at", "2026-11-10T09:05:00")
    _read_again(world, DEPARTMENT)
    assert world.held(DEPARTMENT) == {}
    assert world.rows(DEPARTMENT) == {}


def test_the_same_number_of_last_year_is_another_document(world: World) -> None:
    _quietly(world.sandboxes[DEPARTMENT], "70001", "issued_at", "2025-11-10T09:05:00")
    world.open(OFFICE, DEPARTMENT, **{OFFICE: ()}).passes()
    assert len(world.rows(DEPARTMENT)) == 3
    assert sorted(world.held(DEPARTMENT)) == ["copy:70002"]


def test_two_sites_cannot_own_the_same_issuer(tmp_path: Path) -> None:
    given = settings_of(dict.fromkeys((OFFICE, DEPARTMENT), "http://127.0.0.1"), {})
    sites = [one.model_copy(update={"owns": ("H99",)}).model_dump(exclude_unset=True) for one in given.site]
    with pytest.raises(ValueError, match="two sites own the same issuer: h99"):
        Settings(site=sites)


def _safe(world: World, site: str) -> str:
    with world.store.read() as places:
        return places.holds.open(site)[0].safe


def _quietly(sandbox: SandboxHandle, document: str, field: str, value: str) -> None:
    with closing(sqlite3.connect(sandbox.data_dir / "sandbox.db")) as database, database:
        database.execute(f"UPDATE document SET {field} = ? WHERE id = ?", (value, document))


def _read_again(world: World, site: str) -> None:
    with world.store.begin() as places:
        places.inbox.forget(site)
        places.cursors.clear(site)
    world.passes(site)


def test_a_copy_whose_original_never_comes_is_asked_about(world: World) -> None:
    _quietly(world.sandboxes[OFFICE], "70001", "hidden", "1")
    world.open(OFFICE, DEPARTMENT).passes()
    assert world.held(DEPARTMENT) == {}
    run_reconcile(world.sites[DEPARTMENT])
    ((scope, reason),) = world.held(DEPARTMENT).items()
    assert scope == "copy:70001"
    assert "12/CT-UBND" in reason
    _quietly(world.sandboxes[OFFICE], "70001", "hidden", "0")
    _read_again(world, OFFICE)
    assert world.held(DEPARTMENT) == {}
    assert len(world.rows(OFFICE)) == 5
    run_reconcile(world.sites[DEPARTMENT])
    assert world.held(DEPARTMENT) == {}


def test_or_tracked_where_it_is_when_a_person_says_so(world: World) -> None:
    _quietly(world.sandboxes[OFFICE], "70001", "hidden", "1")
    world.open(OFFICE, DEPARTMENT).passes()
    run_reconcile(world.sites[DEPARTMENT])
    world.release(DEPARTMENT, "copy:70001")
    world.passes(DEPARTMENT)
    assert len(world.rows(DEPARTMENT)) == 3
    run_reconcile(world.sites[DEPARTMENT])
    assert world.held(DEPARTMENT) == {}


def test_why_says_where_a_copy_is_tracked(world: World) -> None:
    world.open(OFFICE, DEPARTMENT).passes()
    with world.store.read() as places:
        one = world.sites[DEPARTMENT]
        look = Look(places, one.name, one.now(), one.profiles, one.calendar)
        (cause,) = paper_causes(look, "70001", has_tasks=False)
    assert (cause.code, cause.facts["site"], cause.facts["document"]) == ("known_elsewhere", OFFICE, "70001")


DIRECTIVE = {"number": "233/TB-VP", "day": "2026/11/12", "document_id": "H99,2026/11/12,233/TB-VP"}
FILE = "Báo cáo kết quả.pdf"


def test_a_commune_answers_over_the_axis_and_the_office_sees_it(world: World) -> None:
    world.open(OFFICE, DEPARTMENT, AXIS).passes()
    world.axis.status(WARD, DIRECTIVE, "03")
    world.axis.status(WARD, DIRECTIVE, "05", "Đã lát xong hai tuyến phố")
    world.passes(AXIS, OFFICE)
    assert world.rows(OFFICE)[WARD_WORK].family == "working"
    world.axis.report(
        WARD, DIRECTIVE, "45/BC-UBND", "Báo cáo kết quả chỉnh trang", {FILE: b"%PDF-1.4 ket qua"}
    )
    world.passes(AXIS, OFFICE)
    assert [(kind, actor) for kind, _, actor in world.events(OFFICE, WARD_WORK)] == [
        ("task_received", WARD), ("progress_reported", WARD), ("result_submitted", WARD),
    ]  # fmt: skip
    assert world.rows(OFFICE)[WARD_WORK].family == "submitted"
    with world.sandboxes[OFFICE].service() as service:
        attached = [row["name"] for row in service.get("file/getfilerelated/70002")]
    assert attached == [FILE]
    assert world.rows(AXIS) == world.rows(DEPARTMENT) == {}
    assert world.held(OFFICE) == world.held(AXIS) == {}
    assert [one.writes for one in world.passes()] == [0, 0, 0]
    # Everything is read once more: nothing is said twice.
    with world.store.begin() as places:
        places.inbox.reopen(AXIS, ["job", "document"])
    world.passes()
    assert len(world.events(OFFICE, WARD_WORK)) == 3


def test_an_answer_that_came_before_the_directive_waits_for_it(world: World) -> None:
    world.open(AXIS, DEPARTMENT, OFFICE)
    world.axis.status(WARD, DIRECTIVE, "03")
    world.passes(AXIS)
    world.axis.status(WARD, DIRECTIVE, "05", "Đang làm")
    world.passes(AXIS, DEPARTMENT, OFFICE, AXIS, OFFICE)
    assert [kind for kind, *_ in world.events(OFFICE, WARD_WORK)] == ["task_received", "progress_reported"]
    world.passes(DEPARTMENT)
    with world.store.read() as places:
        assert places.identities.like("answer", "233/tb-vp", "") == []


def test_the_same_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    with world_on(tmp_path, postgres_url) as world:
        world.open(AXIS, DEPARTMENT, OFFICE)
        world.axis.status(WARD, DIRECTIVE, "03")
        world.axis.status(WARD, {"number": "233/TB-VP"}, "05", "Đang làm")
        world.passes()
        world.passes(AXIS, OFFICE)
        assert [kind for kind, *_ in world.events(OFFICE, WARD_WORK)] == ["task_received"]
        assert world.rows(DEPARTMENT) == world.held(DEPARTMENT) == {}
        assert len(world.held(AXIS)) == 1
        with world.store.read() as places:
            (copy, *_) = (places.identities.of(DEPARTMENT, one) for one in ("70002", "70001"))
        assert copy is not None
        assert (copy.owner_site, copy.owner_document) == (OFFICE, "70002")


def test_an_answer_about_another_document_is_nobodys(world: World) -> None:
    world.open(OFFICE, AXIS).passes()
    world.axis.status(WARD, {"number": "233/TB-VP", "day": "2025/11/12"}, "05", "Việc của năm trước")
    world.axis.status(WARD, {"number": "234/TB-VP", "day": "2026/11/12"}, "05", "Việc khác")
    world.axis.status("H99.04", DIRECTIVE, "05", "Sở Y tế không chủ trì việc nào ở đây")
    world.passes(AXIS, OFFICE)
    assert world.held(AXIS) == {}
    assert all(world.events(OFFICE, content) == [] for content in world.rows(OFFICE))


def test_an_answer_without_a_day_is_held_and_let_go_by_a_person(world: World) -> None:
    world.open(OFFICE, AXIS).passes()
    sent = world.axis.status(WARD, {"number": "233/TB-VP"}, "05", "Đang làm")
    world.passes(AXIS, OFFICE)
    assert world.events(OFFICE, WARD_WORK) == []
    ((scope, reason),) = world.held(AXIS).items()
    assert scope.startswith("answer:")
    assert sent
    assert "233/TB-VP" in reason
    assert "Đang làm" in reason
    world.release(AXIS, scope)
    with world.store.begin() as places:
        places.inbox.reopen(AXIS, ["job"])
    world.passes(AXIS)
    assert world.held(AXIS) == {}


def test_of_several_tasks_of_one_unit_the_text_names_the_one_that_is_meant(world: World) -> None:
    rows = (
        TableRow("Việc thứ nhất", "UBND phường Lam Châu", "15/12/2027"),
        TableRow("Việc thứ hai", "UBND phường Lam Châu", "20/12/2027"),
    )
    directive = _issue(world.sandboxes[OFFICE], rows)
    world.open(OFFICE, AXIS).passes()
    world.axis.status(WARD, directive, "03")
    world.axis.status(WARD, directive, "05", "Đang làm việc nào không rõ")
    second = world.rows(OFFICE)["Việc thứ hai"].key
    world.axis.status(WARD, directive, "05", f"Đã làm một nửa ({second})")
    world.passes(AXIS, OFFICE)
    kinds = {
        content: [kind for kind, *_ in world.events(OFFICE, content)]
        for content in ("Việc thứ nhất", "Việc thứ hai")
    }
    assert kinds == {
        "Việc thứ nhất": ["task_received"],
        "Việc thứ hai": ["task_received", "progress_reported"],
    }
    ((scope, reason),) = world.held(AXIS).items()
    assert scope.startswith("answer:")
    assert "chủ trì 2 nhiệm vụ" in reason


@pytest.mark.covers("F01", "F02")
def test_a_person_says_which_task_was_meant_and_it_counts_once_with_its_own_time(world: World) -> None:
    rows = (
        TableRow("Việc thứ nhất", "UBND phường Lam Châu", "15/12/2027"),
        TableRow("Việc thứ hai", "UBND phường Lam Châu", "20/12/2027"),
    )
    directive = _issue(world.sandboxes[OFFICE], rows)
    world.open(OFFICE, AXIS).passes()
    world.axis.status(WARD, directive, "05", "Đang làm việc nào không rõ")
    world.passes(AXIS, OFFICE)
    (scope,) = world.held(AXIS)
    second = world.rows(OFFICE)["Việc thứ hai"].key
    _match(world, scope, second)
    assert world.held(AXIS) == {}
    _kill_every_pass(world, AXIS)
    assert world.events(OFFICE, "Việc thứ nhất") == []
    assert [kind for kind, *_ in world.events(OFFICE, "Việc thứ hai")] == ["progress_reported"]
    with world.store.begin() as places:
        asked, said = places.ledger.history([scope])[scope]
        (entry,) = [one for one in places.ledger.history([second])[second] if one.actor == WARD]
        places.inbox.reopen(AXIS, ["job"])
    assert (said.kind, said.actor) == ("answer_matched", "Trần Thị Hà")
    assert entry.occurred_at < asked.recorded_at < said.recorded_at
    world.passes(AXIS, OFFICE)
    assert world.rows(OFFICE)["Việc thứ hai"].family == "working"
    assert len(world.events(OFFICE, "Việc thứ hai")) == 1
    assert world.held(AXIS) == {}
    # What is about none of them counts nowhere and is not asked about again.
    world.axis.status(WARD, directive, "05", "Việc riêng của phường")
    world.passes(AXIS, OFFICE)
    _match(world, *world.held(AXIS))
    _read_again(world, AXIS)
    world.passes(AXIS, OFFICE)
    assert world.held(AXIS) == {}
    assert [len(world.events(OFFICE, row.content)) for row in rows] == [0, 1]


def _match(world: World, scope: str, *tasks: str) -> None:
    with world.store.begin() as places:
        now = world.sites[AXIS].now()
        match(places, AXIS, scope, now, tasks=tasks, by="Trần Thị Hà", reason="Phường gọi điện xác nhận")


def _kill_every_pass(world: World, name: str) -> None:
    """The process dies before, then after, each commit of a pass, one later each time, until it gets through."""
    kills = ((step, after) for step in range(1, 40) for after in (False, True))
    assert any(not _killed(world, name, step, after) for step, after in kills)


def _killed(world: World, name: str, step: int, after: bool) -> bool:
    store: Any = CrashingStore(world.store, step, after)
    try:
        run_pass(replace(world.sites[name], store=store))
    except CrashError:
        return True
    return False


def test_nobody_is_late_while_the_axis_was_not_read(world: World) -> None:
    """What a commune reported in time may lie in a box that nobody could read meanwhile."""
    world.open(OFFICE, AXIS).passes()
    with world.store.read() as places:
        read_to = places.cursors.complete_to(AXIS, "activity")
        assert read_to is not None
    later = read_to + timedelta(days=1)
    with world.store.begin() as places:
        places.cursors.reach(OFFICE, "activity", later)
        assert decision_time(world.sites[OFFICE], places) == read_to
        places.cursors.reach(AXIS, "activity", later + timedelta(hours=1))
        assert decision_time(world.sites[OFFICE], places) == later


def _issue(sandbox: SandboxHandle, rows: tuple[TableRow, ...]) -> dict[str, str]:
    """A directive of the Office with these rows; its number and day as the axis writes them."""
    content = assignment_sheet("Phân công", rows)
    file = {"fileName": "Bảng phân công.xlsx", "fileData": base64.b64encode(content).decode(), "fileType": ""}
    dossier = {
        "summary": "Chỉ thị về một số việc cấp bách",
        "documentType": "Chỉ thị",
        "doMat": "Thường",
        "doUuTien": "Thường",
        "noiNhan": "6|6",
        "files": [file | {"fileSize": "1"}],
    }
    with sandbox.person("minhnv.vp") as drafter, sandbox.person("hatt.vp") as leader:
        (document,) = drafter.post("shared/integration/doc/create", [dossier])
        leader.post("incommingdocument/promulgatedocument", {"docId": document})
        shown = leader.get(f"document/getdetaildocument/{document}")
    day = datetime.strptime(shown["ngayBanHanh"][:10], "%d/%m/%Y")
    return {"number": shown["soKiHieu"], "day": f"{day:%Y/%m/%d}"}


CITED = "Báo cáo kết quả thực hiện Chỉ thị số 12/CT-UBND ngày 10/11/2026 của UBND tỉnh Sông Lam"


def test_a_department_reports_in_its_own_system_and_its_task_has_the_result(world: World) -> None:
    world.open(OFFICE, DEPARTMENT).passes()
    _report(world.sandboxes[DEPARTMENT], CITED, "Báo cáo")
    world.passes(DEPARTMENT, OFFICE)
    (work,) = [c for c, row in world.rows(OFFICE).items() if row.family == "submitted"]
    assert work == "Bố trí kinh phí phòng, chống dịch"
    assert [(kind, actor) for kind, _, actor in world.events(OFFICE, work)] == [
        ("result_submitted", "H99.03")
    ]
    with world.sandboxes[OFFICE].service() as service:
        assert [row["name"] for row in service.get("file/getfilerelated/70001")] == [FILE]
    assert world.rows(DEPARTMENT) == world.held(DEPARTMENT) == {}
    assert [one.writes for one in world.passes()] == [0, 0]


@pytest.mark.parametrize(
    ("subject", "kind", "held"),
    [
        ("Báo cáo kết quả thực hiện Chỉ thị số 12/CT-UBND ngày 10/11/2026", "Báo cáo", 1),
        (
            "Báo cáo kết quả thực hiện Chỉ thị số 12/CT-UBND ngày 10/11/2025 của UBND tỉnh Sông Lam",
            "Báo cáo",
            0,
        ),
        ("Báo cáo kết quả thực hiện Chỉ thị số 12/CT-UBND", "Báo cáo", 0),
        (
            "Đề nghị gia hạn thực hiện Chỉ thị số 12/CT-UBND ngày 10/11/2026 của UBND tỉnh Sông Lam",
            "Công văn",
            0,
        ),
    ],
)
def test_a_report_that_names_less_is_no_result_of_anything(
    world: World, subject: str, kind: str, held: int
) -> None:
    world.open(OFFICE, DEPARTMENT).passes()
    _report(world.sandboxes[DEPARTMENT], subject, kind)
    world.passes(DEPARTMENT, OFFICE)
    assert all(world.events(OFFICE, content) == [] for content in world.rows(OFFICE))
    assert len(world.held(DEPARTMENT)) == held


def _report(sandbox: SandboxHandle, subject: str, kind: str) -> None:
    """A document that the Sở Tài chính issues in its own system, with one file."""
    content = base64.b64encode(b"%PDF-1.4 ket qua").decode()
    dossier = {
        "summary": subject,
        "documentType": kind,
        "issuer": "Sở Tài chính",
        "doMat": "Thường",
        "doUuTien": "Thường",
        "noiNhan": "1|1",
        "files": [{"fileName": FILE, "fileData": content, "fileType": "", "fileSize": "1"}],
    }
    with sandbox.person("ngandt.tc") as clerk:
        (document,) = clerk.post("shared/integration/doc/create", [dossier])
        clerk.post("incommingdocument/promulgatedocument", {"docId": document, "soKyHieu": "45/BC-STC"})
