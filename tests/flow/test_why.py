"""`tdcd why`: one sentence in both languages that names the real cause, whatever stands in the way.

Included: every cause on both databases over the twin; the commands `why` and `dead` once. Excluded: the words of
holds, which are their makers'.
"""

from __future__ import annotations

import json
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from config.profile_files import load_calendar, load_profiles
from config.template import TEMPLATE
from connector.errors import RemoteRefused, ReplyLost, SessionLost, SystemAway
from connector.memory_system import Trouble
from mappings.tables import rows_from_api
from store.engine import Store
from store.holds import Hold
from sync.flow import run_pass
from sync.why import Answer, why
from sync.why_causes import Look
from tests.command_line import tdcd
from tests.engine_arena import FINANCE_HEAD, Arena, day, row
from tests.outbox_arena import Lanes, always, lanes

ROOT = Path(__file__).parents[2]
WORK = "Rà soát nợ thuế"


@pytest.fixture
def field(store: Store, tmp_path: Path) -> Lanes:
    return lanes(Arena(store, tmp_path))


def ask(field: Lanes, name: str) -> Answer:
    with field.site.store.read() as places:
        return why(Look(places, "memory", field.site.now(), load_profiles(), load_calendar()), name)


def codes(answer: Answer) -> list[str]:
    return [cause.code for cause in answer.causes]


def tracked(field: Lanes, due: int = 20) -> str:
    field.arena.issue(row(1, WORK, "Sở Tài chính", day(field.arena.system.clock, due)))
    field.arena.settle(field.site)
    (key,) = field.arena.states()
    return key


def test_a_task_in_order_waits_for_the_unit_that_owes_something(field: Lanes) -> None:
    key = tracked(field)
    answer = ask(field, key)
    assert answer.about == "task"
    assert {"owed", "time"} <= set(codes(answer)) <= {"owed", "time"}
    assert "Sở Tài chính" in answer.sentence
    assert answer.facts["lead"] == "Sở Tài chính"
    assert answer.facts["shown"] == answer.facts["state"]


def test_an_old_debt_comes_first_and_says_that_it_is_late(field: Lanes) -> None:
    key = tracked(field, due=2)
    for _ in range(10):
        field.move(days=1)
        field.arena.settle(field.site)
    answer = ask(field, key)
    assert codes(answer)[0] == "owed_late"
    assert "đã chậm" in answer.sentence
    assert "late" in answer.english


def test_a_task_that_has_ended_says_so(field: Lanes) -> None:
    key = tracked(field)
    field.arena.system.judge(field.arena.job_of(WORK), "900", "4", "Kết thúc")
    field.move(minutes=1)
    field.arena.settle(field.site)
    assert codes(ask(field, key)) == ["ended"]


def test_nobody_at_work_is_the_first_cause_and_then_the_old_reading(field: Lanes) -> None:
    key = tracked(field)
    field.move(hours=3)
    answer = ask(field, key)
    assert codes(answer)[:2] == ["no_process", "stale"]
    assert "tdcd run" in answer.english
    with field.site.store.begin() as places:
        places.leases.acquire("daemon", "may-1:7", field.site.now(), timedelta(seconds=30))
    assert codes(ask(field, key))[0] == "stale"
    assert ask(field, "memory").facts["daemon"] == "running (may-1:7)"


@pytest.mark.parametrize(
    ("scope", "asked"),
    [("task:{key}", "{key}"), ("unit:11:drift", "{key}"), ("unit:11", "Sở Tài chính"), ("site", "{key}")],
)
def test_a_hold_is_told_in_its_own_words(field: Lanes, scope: str, asked: str) -> None:
    key = tracked(field)
    with field.site.store.begin() as places:
        places.holds.place(
            Hold(
                site="memory",
                scope=scope.format(key=key),
                reason="Chờ lãnh đạo.",
                safe="Không mất gì.",
                cost="Hạn vẫn chạy.",
                releaser="Chánh Văn phòng",
                since=field.site.now(),
            )
        )
    answer = ask(field, asked.format(key=key))
    assert codes(answer)[0] == "hold"
    assert "Chờ lãnh đạo." in answer.sentence
    assert "Chánh Văn phòng" in answer.sentence
    assert f"tdcd release {scope.format(key=key)}" in answer.english


def test_a_write_that_waits_says_since_when_why_and_until_when(field: Lanes) -> None:
    field.wire.before = always(SystemAway("Answered 503."))
    field.arena.issue(row(1, WORK, "Sở Tài chính", day(field.arena.system.clock, 20)))
    run_pass(field.site)
    (key,) = field.arena.states()
    answer = ask(field, key)
    assert codes(answer)[0] == "write_waits"
    assert "tạo công việc" in answer.sentence
    assert "503" in answer.sentence
    assert answer.causes[0].facts["not_before"] > field.site.now()
    field.wire.before = always(ReplyLost("No answer came."))
    field.move(seconds=7)
    run_pass(field.site)
    assert codes(ask(field, key))[0] == "write_unknown"


def test_a_site_that_is_resting_away_or_closed_to_us_says_so(field: Lanes) -> None:
    field.put(4)
    field.wire.before = always(SystemAway("429", after=600))
    field.push()
    assert "resting" in codes(ask(field, "memory"))
    field.move(seconds=601)
    field.wire.before = always(SystemAway("Cannot be reached."))
    field.push()
    assert "away" in codes(ask(field, "memory"))
    for _ in range(2):
        field.move(minutes=6)
        field.wire.before = always(SessionLost("Nobody is logged in."))
        field.push()
    answer = ask(field, "memory")
    assert "site:login" in [cause.facts.get("scope") for cause in answer.causes]


def test_a_write_given_up_names_its_dead_letter(field: Lanes) -> None:
    field.wire.before = always(RemoteRefused("The unit is closed."))
    field.arena.issue(row(1, WORK, "Sở Tài chính", day(field.arena.system.clock, 20)))
    run_pass(field.site)
    for _ in range(5):
        field.move(hours=26)
        run_pass(field.site)
    (key,) = field.arena.states()
    dead = next(cause for cause in ask(field, key).causes if cause.code == "dead_write")
    assert f"tdcd dead replay {dead.facts['number']}" in dead.do_en
    assert "The unit is closed." in dead.vi
    assert "dead_write" in codes(ask(field, "memory"))


def test_rows_that_were_returned_name_the_place_and_the_remedy(field: Lanes) -> None:
    document = field.arena.issue(
        row(1, WORK, "Sở Tài chính", day(field.arena.system.clock, 20)),
        row(2, "Việc lạ", "Sở Không Có Thật", day(field.arena.system.clock, 20)),
    )
    field.arena.settle(field.site)
    answer = ask(field, document)
    assert answer.about == "directive"
    assert codes(answer)[0] == "returned_rows"
    assert "dòng" in answer.sentence
    assert answer.facts["tasks"] == 1
    assert codes(ask(field, "12/CT-UBND")) == codes(answer)


def test_a_directive_that_cannot_be_mapped_or_is_out_of_scope(
    field: Lanes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaking(cells: Any, place: str) -> Any:
        if place == "66/CT-UBND":
            raise OverflowError("nobody foresaw this")
        return rows_from_api(cells, place)

    monkeypatch.setattr("sync.map_directive.rows_from_api", breaking)
    poisoned = field.arena.issue(row(1, WORK, "Sở Nội vụ", "1/12/2026"), number="66/CT-UBND")
    outside = field.arena.issue(number="3/GM", doc_type="Giấy mời")
    run_pass(field.site)
    assert set(codes(ask(field, poisoned))) == {"record_held", "dead_record"}
    assert codes(ask(field, outside)) == ["out_of_scope"]


def test_a_classified_document_is_counted_and_never_named(field: Lanes) -> None:
    document = field.arena.issue(
        row(1, "Tuyệt mật X1", "Sở Nội vụ", "1/12/2026"), number="99/M", secrecy="Mật"
    )
    run_pass(field.site)
    answer = ask(field, "99/M")
    assert answer.about == ask(field, document).about == "unknown"
    assert answer.causes[0].facts == {"classified_skipped": 1}
    whole = repr(ask(field, "memory"))
    assert "Tuyệt mật" not in whole
    assert "99/M" not in whole


def test_a_unit_tells_each_cause_once_for_all_its_tasks(field: Lanes) -> None:
    clock = field.arena.system.clock
    field.arena.issue(*(row(n, f"Việc {n}", "Sở Tài chính", day(clock, 20)) for n in range(1, 6)))
    field.arena.settle(field.site)
    answer = ask(field, "tài chính")
    assert answer.about == "unit"
    assert codes(answer) == ["owed"]
    assert answer.sentence.startswith("5 nhiệm vụ")
    assert answer.facts["open"] == 5


def test_a_site_without_trouble_says_that_nothing_stands_in_the_way(field: Lanes) -> None:
    tracked(field)
    assert codes(ask(field, "memory")) == ["nothing"]
    field.arena.system.trouble_reading.extend([Trouble.AWAY] * 99)
    field.move(minutes=45)
    run_pass(field.site)
    assert "stale" in codes(ask(field, "memory"))


def test_an_action_that_nobody_understands_stands_with_its_task(field: Lanes) -> None:
    key = tracked(field)
    field.arena.system.act(field.arena.job_of(WORK), FINANCE_HEAD, "99", "?")
    field.move(minutes=1)
    field.arena.settle(field.site)
    assert "returned_rows" in codes(ask(field, key))


def _tdcd(config: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return tdcd(*arguments, "--config", str(config))


def test_the_commands_answer_and_refuse_in_sentences(tmp_path: Path) -> None:
    config = tmp_path / "tdcd.toml"
    config.write_text(TEMPLATE.replace("tdcd-data", str(tmp_path / "data")), encoding="utf-8")
    told = _tdcd(config, "why", "TD-KHONGCO", "--json")
    assert told.returncode == 0, told.stderr
    answer = json.loads(told.stdout)
    assert answer["about"] == "unknown"
    assert {"sentence", "english", "causes", "facts"} <= answer.keys()
    assert json.loads(_tdcd(config, "dead", "list", "--json").stdout) == []
    again = _tdcd(config, "dead", "replay", "--all", "--json")
    assert json.loads(again.stdout)["sent_again"] == 0
    for arguments, said in (
        (("dead", "show", "4"), "no dead letter has the number 4"),
        (("dead", "replay"), "exactly one of"),
        (("dead", "replay", "--range", "9-2"), "not a range"),
    ):
        refused = _tdcd(config, *arguments)
        assert refused.returncode == 2
        assert said in refused.stderr
