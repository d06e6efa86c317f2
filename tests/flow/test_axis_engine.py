"""The engine at an axis: directives out of packets, and requests of their issuer that wait for a person."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from commands import holds
from config.profile_files import load_calendar, load_profiles
from config.settings import ScopeSettings, SecrecySettings, SiteSettings
from config.template import TEMPLATE
from connector.edxml.codes import STATUSES
from connector.port import Stream
from connector.records import JobRecord
from errors import ConfigInvalid
from sandbox.sheet import TableRow, assignment_sheet
from store.engine import Store, open_store
from store.evidence import EvidenceFiles
from sync.change_orders import answer
from sync.flow import run_pass, run_reconcile
from sync.holding import release
from sync.opening import connect
from sync.site import Site
from tests.conformance.axis_arena import OURS, PROVINCE, AxisArena, axis_connector
from tests.conformance.suite import Memory
from tests.sandbox_process import SandboxHandle, sandbox_in_thread

FILE = "Bảng phân công nhiệm vụ.xlsx"
ROWS = (
    TableRow("Rà soát biên chế các cơ quan", "Sở Nội vụ", "30/11/2027", "Sở Tài chính"),
    TableRow("Bố trí kinh phí", "Sở Tài chính", "20/12/2027"),
)


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[SandboxHandle]:
    with sandbox_in_thread(tmp_path / "sandbox") as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path}/ledger.db")
    yield opened
    opened.close()


@pytest.fixture
def arena(sandbox: SandboxHandle) -> Iterator[AxisArena]:
    arena = AxisArena(sandbox)
    yield arena
    arena.connector.close()


@pytest.fixture
def site(arena: AxisArena, store: Store, tmp_path: Path) -> Site:
    settings = SiteSettings(
        name="truc",
        connector="axis",
        url=arena.sandbox.url,
        username=OURS,
        profile="laocai",
        scope=ScopeSettings(issuers=("UBND tỉnh Sông Lam",)),
        secrecy=SecrecySettings(blank="open"),
    )
    return Site(
        name="truc",
        settings=settings,
        store=store,
        files=EvidenceFiles(tmp_path / "evidence"),
        connector=arena.connector,
        profiles=load_profiles(),
        calendar=load_calendar(),
        now=arena.now,
    )


def issue(arena: AxisArena, rows: tuple[TableRow, ...] = ROWS, **further: Any) -> Any:
    table = assignment_sheet("Phân công", rows)
    return arena.send("12/CT-UBND", attachments={FILE: table}, **further)


def tasks(store: Store) -> dict[str, tuple[str, str]]:
    with store.read() as places:
        return {row.content: (row.lead_name, row.family) for row in places.tasks.find("truc")}


def held(store: Store) -> list[str]:
    with store.read() as places:
        return [one.scope for one in places.holds.open("truc")]


def decide(site: Site, scope: str, *, agree: bool, reason: str = "") -> Any:
    with site.store.begin() as places:
        return answer(site, places, scope, agree=agree, by="Trần Thị Hà", reason=reason)


def answers(arena: AxisArena) -> list[tuple[str, str]]:
    """(code, text) of every answer to a request that the issuer got since the last look."""
    return [(code, text) for code, text in statuses(arena) if code != "05"]


def statuses(arena: AxisArena) -> list[tuple[str, str]]:
    """(code, text) of every status that the issuer got since the last look."""
    issuer = axis_connector(arena.sandbox.url, code=PROVINCE)
    records = [issuer.decode(raw) for raw in Memory().pull(issuer, Stream.ACTIVITY)]
    issuer.close()
    return [(a.status_code, a.comment) for one in records if isinstance(one, JobRecord) for a in one.actions]


def test_the_state_of_an_own_task_goes_back_to_the_issuer_each_time_it_turns(
    arena: AxisArena, site: Site, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arena.connector._gate.transport, "_now", arena.now)
    own = (TableRow("Tinh giản biên chế", "Sở Nội vụ", "30/11/2026"), *ROWS)
    issue(arena, own)
    assert run_pass(site).pushed.by_kind == {"answer_state": 2}
    with store.read() as places:
        keys = {row.content: row.key for row in places.tasks.find("truc")}
    first, later = (
        f"{content} ({keys[content]})" for content in ("Tinh giản biên chế", "Rà soát biên chế các cơ quan")
    )
    assert sorted(statuses(arena)) == [("05", f"Chưa thực hiện: {later}"), ("05", f"Chưa thực hiện: {first}")]
    assert run_pass(site).writes == 0
    arena.sandbox.post("/__sandbox__/clock", {"advance_seconds": 20 * 86400})
    assert run_pass(site).pushed.by_kind == {"answer_state": 1}
    assert statuses(arena) == [("05", f"Chưa thực hiện quá hạn: {first}")]
    assert run_pass(site).writes == 0


def test_a_state_whose_answer_was_lost_is_looked_for_among_those_of_its_own_task(
    arena: AxisArena, site: Site, store: Store
) -> None:
    issue(arena, (*ROWS, TableRow("Tinh giản biên chế", "Sở Nội vụ", "20/11/2027")))
    arena.sandbox.fault("drop_reply", "sendEdoc")
    while run_pass(site).writes:
        pass
    told = statuses(arena)
    assert len(told) == len({text for _, text in told}) == 2
    with store.read() as places:
        assert places.outbox.counts("truc") == {"confirmed": 2}


def test_a_packet_becomes_tasks_with_its_table_kept_and_writes_nothing_it_cannot(
    arena: AxisArena, site: Site, store: Store
) -> None:
    issue(arena)
    done = run_pass(site)
    assert (done.away, done.held, done.pulled.problems) == ("", "", [])
    assert {content: lead for content, (lead, _) in tasks(store).items()} == {
        "Rà soát biên chế các cơ quan": "Sở Nội vụ",
        "Bố trí kinh phí": "Sở Tài chính",
    }
    with store.read() as places:
        assert places.outbox.find("truc", "pending") == []
        assert places.inbox.count("truc", "document") == 1
    again = run_pass(site)
    # Units, documents, statuses: one request each; this site lists no accounts.
    assert (again.requests, again.pulled.new) == (3, 0)
    assert run_reconcile(site).missing == 0
    assert held(store) == []


def test_a_recall_waits_for_a_person_and_is_answered(arena: AxisArena, site: Site, store: Store) -> None:
    first = issue(arena)
    run_pass(site)
    issue(arena, business={"type": "1", "reason": "Ban hành nhầm", "document_id": first["document_id"]})
    run_pass(site)
    assert {family for _, family in tasks(store).values()} == {"waiting"}
    (scope,) = held(store)
    with store.read() as places:
        (hold,) = places.holds.open("truc")
    assert "thu hồi văn bản" in hold.reason
    assert "2 nhiệm vụ" in hold.reason
    assert "Ban hành nhầm" in hold.reason
    with pytest.raises(ConfigInvalid, match="tdcd answer"), store.begin() as places:
        release(places, "truc", scope, arena.now(), "ai đó")
    assert decide(site, scope, agree=True).recalled == 2
    run_pass(site)
    assert {family for _, family in tasks(store).values()} == {"ended"}
    assert held(store) == []
    assert answers(arena) == [("15", "")]
    with pytest.raises(ConfigInvalid, match="answered before"):
        decide(site, scope, agree=True)
    run_pass(site)
    assert answers(arena) == []


def test_a_refused_recall_changes_nothing_and_says_why(arena: AxisArena, site: Site, store: Store) -> None:
    first = issue(arena)
    run_pass(site)
    arena.order(
        "status",
        **{"from": PROVINCE, "to": OURS, "document_id": first["document_id"], "code": "12/CT-UBND", "status": "13",
           "text": "Gửi nhầm", "day": f"{arena.now():%Y/%m/%d}"},
    )  # fmt: skip
    run_pass(site)
    (scope,) = held(store)
    with pytest.raises(ConfigInvalid, match="--reason"):
        decide(site, scope, agree=False)
    decide(site, scope, agree=False, reason="Đã triển khai")
    run_pass(site)
    assert {family for _, family in tasks(store).values()} == {"waiting"}
    assert answers(arena) == [("16", "Từ chối cập nhật, lấy lại: Đã triển khai")]


def test_an_agreed_update_is_the_next_version_of_the_same_directive(
    arena: AxisArena, site: Site, store: Store
) -> None:
    first = issue(arena)
    run_pass(site)
    before = {row.key for row in _rows(store)}
    changed = (ROWS[0], TableRow("Bố trí kinh phí", "Sở Tài chính", "31/12/2027"))
    issue(arena, changed, business={"type": "2", "reason": "Sai hạn", "document_id": first["document_id"]})
    run_pass(site)
    assert {row.due for row in _rows(store)} == {row.due for row in _rows(store) if row.key in before}
    (scope,) = held(store)
    assert decide(site, scope, agree=True).read_as == first["boxes"][OURS]
    run_pass(site)
    rows = {row.content: row for row in _rows(store)}
    assert {row.key for row in rows.values()} == before
    due = rows["Bố trí kinh phí"].due
    assert isinstance(due, datetime)
    assert due.astimezone(arena.now().tzinfo).date().isoformat() == "2028-01-01"
    assert answers(arena) == [("15", "")]
    # Whatever is mapped again keeps the newer version.
    with store.begin() as places:
        places.inbox.reopen("truc", ["document"])
    run_pass(site)
    assert {row.content: row.due for row in _rows(store)} == {c: row.due for c, row in rows.items()}
    assert held(store) == []


def test_an_agreed_replacement_ends_the_old_tasks_and_brings_the_new_ones(
    arena: AxisArena, site: Site, store: Store
) -> None:
    first = issue(arena)
    run_pass(site)
    new = (TableRow("Việc theo văn bản mới", "Sở Y tế", "15/12/2027"),)
    business = {"type": "3", "reason": "Thay thế", "replaced": [first["document_id"]]}
    table = assignment_sheet("Phân công", new)
    arena.send("13/CT-UBND", attachments={FILE: table}, business=business)
    run_pass(site)
    assert "Việc theo văn bản mới" not in tasks(store)
    (scope,) = held(store)
    assert decide(site, scope, agree=True).recalled == 2
    run_pass(site)
    assert {content: family for content, (_, family) in tasks(store).items()} == {
        "Rà soát biên chế các cơ quan": "ended",
        "Bố trí kinh phí": "ended",
        "Việc theo văn bản mới": "waiting",
    }


def test_only_the_issuer_itself_is_believed_to_mean_its_document(
    arena: AxisArena, site: Site, store: Store
) -> None:
    first = issue(arena)
    run_pass(site)
    issue(arena, by="H99.03", business={"type": "1", "reason": "?", "document_id": first["document_id"]})
    run_pass(site)
    (scope,) = held(store)
    assert decide(site, scope, agree=True).recalled == 0
    run_pass(site)
    assert {family for _, family in tasks(store).values()} == {"waiting"}


@pytest.mark.parametrize("together", [True, False])
def test_a_document_that_is_sent_twice_is_tracked_once(
    arena: AxisArena, site: Site, store: Store, together: bool
) -> None:
    issue(arena)
    if not together:
        run_pass(site)
    issue(arena)
    run_pass(site)
    run_pass(site)
    assert len(_rows(store)) == 2
    assert len({row.directive for row in _rows(store)}) == 1
    assert held(store) == []


@pytest.mark.parametrize("together", [True, False])
def test_the_same_document_with_other_content_asks_a_person(
    arena: AxisArena, site: Site, store: Store, together: bool
) -> None:
    first = issue(arena)
    if not together:
        run_pass(site)
    changed = (ROWS[0], TableRow("Bố trí kinh phí", "Sở Y tế", "31/12/2027"))
    issue(arena, changed)
    run_pass(site)
    assert {content: lead for content, (lead, _) in tasks(store).items()}["Bố trí kinh phí"] == "Sở Tài chính"
    (scope,) = held(store)
    assert decide(site, scope, agree=True).read_as == first["boxes"][OURS]
    run_pass(site)
    assert {content: lead for content, (lead, _) in tasks(store).items()}["Bố trí kinh phí"] == "Sở Y tế"


def test_a_process_that_dies_after_storing_finds_the_packet_again_without_doubling(
    arena: AxisArena, site: Site, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue(arena)
    monkeypatch.setattr(arena.connector._gate, "acknowledge", _dies)
    with pytest.raises(KeyboardInterrupt):
        run_pass(site)
    monkeypatch.undo()
    run_pass(site)
    assert len(tasks(store)) == 2
    assert {row["state"] for row in arena.boxes() if row["receiver"] == OURS} == {"done"}
    with store.read() as places:
        assert places.inbox.count("truc", "document") == 1


def _dies(*_: object) -> None:
    raise KeyboardInterrupt


def _rows(store: Store) -> list[Any]:
    with store.read() as places:
        return places.tasks.find("truc")


@pytest.mark.parametrize(("name", "way"), [("axis", "VxpGate"), ("axis-lgsp", "LgspGate")])
def test_the_configuration_opens_either_way(name: str, way: str) -> None:
    settings = SiteSettings(
        name="truc", connector=name, url="http://127.0.0.1/truc", username="H99.02/he-thong-1"
    )
    opened = connect(settings)
    assert opened.own_user == "H99.02"
    assert type(opened._gate).__name__ == way  # type: ignore[attr-defined]
    opened.close()


def test_the_axis_site_of_the_template_is_valid_once_its_comment_is_taken_off() -> None:
    lines = TEMPLATE[TEMPLATE.index("# A second system") :].splitlines()[1:]
    (values,) = tomllib.loads("\n".join(line.removeprefix("# ") for line in lines))["site"]
    settings = SiteSettings(**values)
    assert (settings.connector, settings.secrecy.blank) == ("axis", "open")
    rules = settings.actions
    told = {*rules.received, *rules.progress, *rules.returned, *rules.submitted, *rules.displayed}
    assert told == {*STATUSES, "report"}


def test_an_answer_is_given_from_the_command_line(
    arena: AxisArena, site: Site, store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = issue(arena)
    issue(arena, business={"type": "1", "reason": "Nhầm", "document_id": first["document_id"]})
    run_pass(site)
    (scope,) = held(store)
    config = tmp_path / "tdcd.toml"
    config.write_text(
        f"""[ledger]
url = "sqlite:///{tmp_path}/ledger.db"
evidence = "{tmp_path}/evidence"
[[site]]
name = "truc"
connector = "axis"
url = "{arena.sandbox.url}/truc/vxp"
username = "{OURS}"
password = "khoa-truc-{OURS}"
profile = "laocai"
""",
        encoding="utf-8",
    )
    holds.answer(scope, agree=True, by="Trần Thị Hà", reason="", config=config, site="truc")
    assert "2 tasks ended" in capsys.readouterr().out
    run_pass(site)
    assert answers(arena) == [("15", "")]
