"""The engine at a site that is only read: directives become tasks, nobody is called late, and nothing is written."""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

import cli
from config.profile_files import load_calendar, load_profiles
from config.settings import CanarySettings, LimitSettings, ScopeSettings, SiteSettings, WorkSettings
from config.template import TEMPLATE
from connector.port import Stream
from errors import ConfigInvalid, SkipRecord
from sandbox.sheet import TableRow, assignment_sheet
from store.engine import Store, open_store
from store.evidence import EvidenceFiles
from sync.canary import measure
from sync.decide_to_outbox import decision_time
from sync.flow import run_pass, run_reconcile, run_tick
from sync.judging import NOTHING_READ, figures_instant, instant_of
from sync.opening import connect, wall_clock
from sync.resync import Scope, resync
from sync.site import Site
from sync.staleness import freshness
from sync.why import why
from sync.why_causes import Look
from tests.conformance.province_api_arena import ProvinceApiArena, posting_of
from tests.conformance.sandbox_arena import SandboxArena
from tests.sandbox_process import SERVICE, SandboxHandle, sandbox_in_thread


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
def arena(sandbox: SandboxHandle) -> Iterator[ProvinceApiArena]:
    arena = ProvinceApiArena(sandbox, page_size=100)
    yield arena
    arena.connector.close()


@pytest.fixture
def site(arena: ProvinceApiArena, store: Store, tmp_path: Path) -> Site:
    settings = SiteSettings(
        name="tinh",
        connector="province-api",
        url=arena.sandbox.url,
        username=arena.connector.own_user,
        profile="laocai",
        scope=ScopeSettings(issuers=("UBND tỉnh Sông Lam",)),
    )
    return Site(
        name="tinh",
        settings=settings,
        store=store,
        files=EvidenceFiles(tmp_path / "evidence"),
        connector=arena.connector,
        profiles=load_profiles(),
        calendar=load_calendar(),
        now=arena.now,
    )


def states(store: Store) -> dict[str, tuple[str, str]]:
    with store.read() as places:
        return {row.content: (row.family, row.lateness) for row in places.tasks.find("tinh")}


def wait(arena: ProvinceApiArena, **time: float) -> None:
    arena.sandbox.post("/__sandbox__/clock", {"advance_seconds": timedelta(**time).total_seconds()})


def untouched(arena: ProvinceApiArena, store: Store) -> bool:
    with store.read() as places:
        counts = places.outbox.counts("tinh")
    return not any(counts.values()) and arena.sandbox.operations() == []


def test_directives_become_tasks_and_nothing_is_written(
    arena: ProvinceApiArena, site: Site, store: Store
) -> None:
    done = run_pass(site)
    assert (done.away, done.held, done.pulled.problems) == ("", "", [])
    assert done.pulled.classified == 1
    assert states(store) == dict.fromkeys(
        (
            "Rà soát biên chế các cơ quan hành chính",
            "Bố trí kinh phí phòng, chống dịch",
            "Báo cáo tình hình bệnh truyền nhiễm",
            "Chỉnh trang hè phố trung tâm",
            "Thẩm định dự toán chỉnh trang",
        ),
        ("waiting", "on_time"),
    )
    assert untouched(arena, store)
    again = run_pass(site)
    # Units and documents: one request each; accounts and work items are not there to be read.
    assert (again.requests, again.pulled.new) == (2, 0)


@pytest.mark.covers("F11")
def test_nobody_is_late_by_what_cannot_be_seen(arena: ProvinceApiArena, site: Site, store: Store) -> None:
    run_pass(site)
    before = states(store)
    for _ in range(4):
        wait(arena, days=15)
        run_pass(site)
        run_tick(site)
        assert run_reconcile(site).held == ""
    assert states(store) == before
    assert untouched(arena, store)
    with store.read() as places:
        assert instant_of(places, "tinh", arena.now()) == NOTHING_READ
        assert not freshness(places, "tinh", arena.now()).stale
        assert places.holds.open("tinh") == []
        with pytest.raises(SkipRecord, match="cannot be read at site tinh") as caught:
            figures_instant(places, "tinh", arena.now(), asked=True)
    assert caught.value.remedy


def test_why_says_that_work_is_not_shown_and_blames_nobody(
    arena: ProvinceApiArena, site: Site, store: Store
) -> None:
    run_pass(site)
    wait(arena, days=60)
    run_pass(site)
    with store.read() as places:
        key = places.tasks.find("tinh")[0].key
        look = Look(places, "tinh", arena.now(), load_profiles(), load_calendar())
        answer = why(look, key)
    assert [cause.code for cause in answer.causes if cause.code != "no_process"] == ["work_not_shown"]
    assert "không ai bị tính quá hạn" in answer.causes[-1].vi


def test_the_daily_measurement_goes_as_far_as_the_site_does(
    arena: ProvinceApiArena, site: Site, store: Store
) -> None:
    run_pass(site)
    with store.read() as places:
        number = places.tasks.find("tinh")[0].directive
    for directive, ok in ((number, True), ("70003", False), ("999", False)):
        canary = CanarySettings(directive=directive)
        measured = measure(replace(site, settings=site.settings.model_copy(update={"canary": canary})))
        assert measured is not None
        assert measured.ok is ok, measured.sentence
    assert untouched(arena, store)


@pytest.mark.parametrize("dry_run", [True, False])
def test_everything_is_read_again_without_anybody_being_late(
    arena: ProvinceApiArena, site: Site, store: Store, dry_run: bool
) -> None:
    run_pass(site)
    before = states(store)
    wait(arena, days=60)
    done = resync(site, Scope(since=date(2026, 11, 1)), dry_run=dry_run)
    assert done.pulled.read > 0
    assert (done.writes, done.waiting) == ([], 0)
    assert states(store) == before
    assert untouched(arena, store)


@pytest.mark.covers("F10", "F24")
def test_a_pass_that_breaks_off_stores_nothing_by_half_and_goes_on(
    arena: ProvinceApiArena, site: Site, store: Store
) -> None:
    arena.sandbox.fault("login_page", "tra-cuu-van-ban-di-agg", times=2)
    assert "not taken" in run_pass(site).away
    assert states(store) == {}
    arena.sandbox.fault("truncated_body", "chi-tiet-van-ban-di")
    arena.sandbox.fault("error_200", "read-file")
    first = run_pass(site)
    assert len(first.away.splitlines()) <= 1
    run_pass(site)
    assert len(states(store)) == 5


def test_a_site_that_gets_a_connector_which_shows_work_reads_it_from_the_beginning(
    arena: ProvinceApiArena, site: Site, store: Store, sandbox: SandboxHandle
) -> None:
    run_pass(site)
    other = SandboxArena(sandbox, page_size=100).connector
    run_pass(replace(site, connector=other))
    with store.read() as places:
        assert places.cursors.complete_to("tinh", Stream.ACTIVITY.value) is not None
        assert instant_of(places, "tinh", arena.now()) != NOTHING_READ
    other.close()


@pytest.fixture
def today(tmp_path: Path) -> Iterator[ProvinceApiArena]:
    """A sandbox whose clock agrees with this machine's: of two clocks the one that is behind counts."""
    with sandbox_in_thread(tmp_path / "today", now=wall_clock().isoformat()) as running:
        arena = ProvinceApiArena(running)
        yield arena
        arena.connector.close()


@pytest.fixture
def whole(today: ProvinceApiArena, site: Site) -> Iterator[Site]:
    """The same site with its work items over REST, as the configuration says it."""
    url = today.sandbox.url
    posting, refresh_token = posting_of(url, *SERVICE)
    work = WorkSettings(url=f"{url}/qlvb", username=SERVICE[0], password=SecretStr(SERVICE[1]))
    settings = SiteSettings(
        name="tinh",
        connector="province-api",
        url=url,
        username=posting,
        password=SecretStr(refresh_token),
        profile="laocai",
        scope=ScopeSettings(issuers=("UBND tỉnh Sông Lam",), since=today.now().date()),
        limits=LimitSettings(rate_per_second=1000),
        work=work,
    )
    connector = connect(settings, now=today.now)
    yield replace(site, settings=settings, connector=connector, now=today.now)
    connector.close()


@pytest.mark.covers("LC-05")
def test_states_go_where_the_work_items_are(today: ProvinceApiArena, whole: Site, store: Store) -> None:
    due = today.now().date() + timedelta(days=5)
    rows = (
        TableRow("Rà soát biên chế", "Sở Nội vụ", f"{due:%d/%m/%Y}"),
        TableRow("Bố trí kinh phí", "Sở Tài chính", f"{due + timedelta(days=60):%d/%m/%Y}"),
    )
    today.issue("12/CT-UBND", attachments={"Bảng phân công nhiệm vụ.xlsx": assignment_sheet("Việc", rows)})
    first = run_pass(whole)
    assert (first.away, first.held, first.pulled.problems) == ("", "", [])
    assert first.pushed.by_kind["create_job"] == 2
    second = run_pass(whole)
    assert (second.writes, second.decided.intents) == (0, 0)
    assert run_reconcile(whole).breaks == []
    wait(today, days=9)
    assert run_pass(whole).pushed.by_kind["set_status"] > 0
    with store.read() as places:
        (late,) = [row for row in places.tasks.find("tinh") if row.lateness == "late"]
        item = places.workitems.by_task([late.key])[late.key]
    assert late.lead_name == "Sở Nội vụ"
    with today.sandbox.service() as service:
        assert service.get(f"job/getdetailjobdagiao/{item.job_id}/")["status"] == late.text


def test_a_neighbour_that_shows_no_work_holds_nobody_up(
    arena: ProvinceApiArena, site: Site, whole: Site, store: Store
) -> None:
    run_pass(site)
    beside = replace(whole, name="khac", neighbours=("tinh",))
    run_pass(beside)
    with store.read() as places:
        assert instant_of(places, "tinh", arena.now()) == NOTHING_READ
        assert decision_time(beside, places) == instant_of(places, "khac", beside.now()) != NOTHING_READ
        assert decision_time(replace(site, neighbours=("khac",)), places) == NOTHING_READ


def test_the_site_of_the_template_is_valid_once_its_comment_is_taken_off() -> None:
    block = TEMPLATE[TEMPLATE.index("# A system that can only be read") : TEMPLATE.index("# A second system")]
    lines = block.strip().splitlines()[1:]
    (values,) = tomllib.loads("\n".join(line.removeprefix("# ") for line in lines))["site"]
    given = SiteSettings.model_validate(values)
    assert (given.connector, given.username) == ("province-api", "8000")
    assert given.work is not None
    assert given.work.connector == "ioffice"


def test_a_wrong_pair_of_addresses_is_a_problem_of_the_configuration(
    arena: ProvinceApiArena, site: Site
) -> None:
    work = WorkSettings(connector="axis", url=arena.sandbox.url, username="H99", password=SecretStr("khoa"))
    settings = site.settings.model_copy(update={"work": work, "password": SecretStr("rt-1")})
    with pytest.raises(ConfigInvalid, match="emptied by reading"):
        connect(settings, now=arena.now)


def test_the_commands_say_it_in_one_sentence(
    sandbox: SandboxHandle,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    posting, refresh_token = posting_of(sandbox.url, *SERVICE)
    config = tmp_path / "tdcd.toml"
    config.write_text(
        f"""
[ledger]
url = "sqlite:///{tmp_path}/commands.db"
evidence = "{tmp_path}/commands-evidence"
[[site]]
name = "tinh"
connector = "province-api"
url = "{sandbox.url}"
username = "{posting}"
password = "{refresh_token}"
[site.scope]
issuers = ["UBND tỉnh Sông Lam"]
since = 2026-11-01
[site.limits]
rate_per_second = 1000
""",
        encoding="utf-8",
    )

    def tdcd(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sync.logs.configure_logs", lambda _settings: None)
        monkeypatch.setattr(sys, "argv", ["tdcd", *words, "--config", str(config)])
        with pytest.raises(SystemExit) as end:
            cli.main()
        told = capsys.readouterr()
        return int(end.value.code or 0), told.out, told.err

    code, out, err = tdcd("doctor", "--json")
    found: dict[str, Any] = json.loads(out)
    assert set(found["capabilities"]) == {"lists_units", "lists_by_date", "lists_completely", "shows_secrecy"}
    assert refresh_token not in out + err
    code, out, _ = tdcd("doctor", "--lang", "en")
    assert "`[site.work]` may name where their work" in out
    assert code == 0
    assert tdcd("sync")[0] == 0
    task = json.loads(tdcd("tasks", "--json")[1])[0]["task"]
    assert "không cho đọc việc xử lý" in tdcd("explain", task)[1]
    assert json.loads(tdcd("explain", task, "--json")[1])["not_shown"] is True
    code, _, err = tdcd("figures")
    assert code == SkipRecord.exit_code
    assert "tdcd tasks" in " ".join(err.split())
