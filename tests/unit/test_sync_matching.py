"""What a person says about an answer from another system: what is refused, and that it is said once.

Excludes what follows from it (`tests/flow/test_three_sites.py`).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from errors import ConfigInvalid
from store.directory import UnitRow
from store.engine import Store, open_store
from store.holds import Hold
from store.inbox import Envelope
from store.ledger import Entry
from store.tasks import TaskRow
from sync.matching import ASKED, MATCHED, match, matched
from tests.command_line import tdcd

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=2)
SCOPE = "answer:77"
SAID = {"by": "Trần Thị Hà", "reason": "Phường xác nhận"}


def ask(store: Store) -> None:
    """A ward answered, and leads one of two tasks."""
    with store.begin() as places:
        units = [UnitRow("office", "1", "UBND phường", code="H99.61"), UnitRow("office", "2", "Sở Y tế")]
        places.directory.replace_units("office", units, NOW, complete=True)
        places.tasks.open(
            [
                TaskRow(key, "office", "VB1", "1/CT", "1", "Việc", lead, name, "laocai", "2021-08-17")
                for key, lead, name in (("TD-A", "1", "UBND phường"), ("TD-B", "2", "Sở Y tế"))
            ]
        )
        (kept,) = places.inbox.put([Envelope("axis", "job", "77", "v1", b"{}", NOW)])
        assert kept.id is not None
        places.inbox.settle([kept.id], "mapped")
        body = {"envelope": kept.id, "tasks": [], "unit": "H99.61", "unit_name": ""}
        places.ledger.append([Entry("axis", SCOPE, ASKED, ASKED, NOW, body=orjson.dumps(body))], NOW)
        places.holds.place(
            Hold(site="axis", scope=SCOPE, reason="?", safe="", cost="", releaser="", since=NOW)
        )


REFUSED: list[tuple[dict[str, object], str]] = [
    ({"by": " "}, "--by NAME --reason TEXT"),
    ({"reason": ""}, "--by NAME --reason TEXT"),
    ({"scope": "answer:78"}, "no answer is asked about under answer:78"),
    ({"scope": "copy:77"}, "no answer is asked about"),
    ({"site": "office"}, "no answer is asked about"),
    ({"tasks": ["TD-A", "TD-X"]}, "no task has the code TD-X"),
    ({"tasks": ["TD-B"]}, "TD-B is led by Sở Y tế, and H99.61 answered"),
]


def test_what_cannot_be_meant_is_refused_and_the_question_stays(store: Store) -> None:
    ask(store)
    with store.begin() as places:
        for given, why in REFUSED:
            told = {"site": "axis", "scope": SCOPE, "now": LATER, "tasks": ["TD-A"], **SAID, **given}
            with pytest.raises(ConfigInvalid, match=why):
                match(places, **told)  # type: ignore[arg-type]
        assert [one.scope for one in places.holds.open("axis")] == [SCOPE]
        assert matched(places, "axis", [SCOPE]) == {}
        assert places.inbox.pending("axis", 9) == []


def test_it_is_said_once_by_somebody_for_a_reason(store: Store) -> None:
    ask(store)
    with store.begin() as places:
        match(places, "axis", SCOPE, LATER, tasks=["TD-A", "TD-A"], **SAID)
        assert matched(places, "axis", [SCOPE, "answer:78"]) == {SCOPE: ("TD-A",)}
        assert matched(places, "other", [SCOPE]) == {}
        assert [one.remote_id for one in places.inbox.pending("axis", 9)] == ["77"]
        assert places.holds.open("axis") == []
        with pytest.raises(ConfigInvalid, match="nothing is held under answer:77"):
            match(places, "axis", SCOPE, LATER, tasks=[], **SAID)
        said = places.ledger.history([SCOPE])[SCOPE][-1]
        assert (said.kind, said.actor, said.occurred_at) == (MATCHED, SAID["by"], LATER)
        assert orjson.loads(said.body) == {**SAID, "tasks": ["TD-A"]}


def test_the_command_wants_tasks_or_none_of_them(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    site = '[[site]]\nname = "axis"\nurl = "http://127.0.0.1:9"\nusername = "tdcd"\npassword = "x"\n'
    config = tmp_path / "tdcd.toml"
    config.write_text(f'[ledger]\nurl = "{url}"\n{site}', encoding="utf-8")
    store = open_store(url)
    ask(store)
    words = ("match", SCOPE, "--config", str(config), "--by", SAID["by"], "--reason", SAID["reason"])
    for wrong in ((), ("--none", "--task", "TD-A")):
        done = tdcd(*words, *wrong)
        assert (done.returncode, "say --task KEY, or --none" in done.stderr) == (2, True)
    done = tdcd(*words, "--none")
    assert (done.returncode, done.stdout) == (0, "Matched: answer:77 (none of ours)\n")
    with store.read() as places:
        assert matched(places, "axis", [SCOPE]) == {SCOPE: ()}
    store.close()
