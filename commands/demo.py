"""The whole mission in one command, against a real HTTP document system in a process of its own.

Everything stays in one folder, with a configuration, so that every other command
can be tried on what the demo left behind.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from commands.show import JSON_OPTION, err, out, print_json, print_table
from config.loading import load
from config.template import TEMPLATE
from errors import ConfigInvalid, StopService
from store.engine import Store
from store.verify import verify_ledger
from sync.flow import Pass, run_pass, run_reconcile
from sync.logs import configure_logs
from sync.opening import LOCAL, open_ledger, open_site, wall_clock
from sync.site import Site

#: The morning on which the demo begins; the sandbox and `tdcd` share this clock.
BEGIN = datetime(2026, 11, 16, 9, 0, tzinfo=LOCAL)
TEN_DAYS = timedelta(days=10)
MARK = ".tdcd-demo"
ISSUERS = '["UBND tỉnh", "Văn phòng UBND tỉnh", "Chủ tịch UBND tỉnh"]'
#: Findings about rows that became tasks all the same.
NOTES = frozenset({"coordinator_unknown"})


def demo(
    folder: Annotated[Path, typer.Option("--dir", help="Folder for everything it makes.")] = Path(
        "tdcd-demo"
    ),
    ledger: Annotated[str, typer.Option(help="Ledger URL; default an SQLite file in the folder.")] = "",
    profile: Annotated[str, typer.Option(help="laocai, tphcm, binhthuan, dongthap or dongnai.")] = "laocai",
    as_json: bool = JSON_OPTION,
) -> None:
    """Play the whole main job: directives to tasks, states and receipts back, drift found and healed."""
    _clear(folder)
    clock = _Clock(wall_clock())
    with _sandbox(folder) as url:
        config = _configure(folder, url, ledger, profile)
        settings = load(config)
        configure_logs(settings.log.model_copy(update={"level": "error"}))
        store = open_ledger(settings)
        try:
            with open_site(settings, settings.site[0], store, now=clock.now) as site:
                told = _play(site, store, url, clock)
        finally:
            store.close()
    told.answer["folder"] = str(folder)
    if as_json:
        print_json(told.answer)
    else:
        told.show(folder)
    if not told.answer["ledger_verified"] or told.answer["writes_last_pass"]:
        raise StopService("The demo did not end as it should: see the table above.")


#: The figures of the closing table, in the order of the story.
FIGURES = (
    "directives",
    "directives_in_scope",
    "classified_skipped",
    "accounts",
    "tasks",
    "held_for_a_person",
    "returned_rows",
    "writes_first_pass",
    "writes_idle_pass",
    "requests_idle_pass",
    "drift_found",
    "drift_healed",
    "writes_last_pass",
    "outbox_waiting",
    "ledger_entries",
    "ledger_verified",
)


@dataclass(slots=True)
class _Clock:
    """Real time, begun on the demo's first morning and moved on by whole days."""

    started: datetime
    moved: timedelta = timedelta(0)

    def now(self) -> datetime:
        """The demo's time."""
        return BEGIN + (wall_clock() - self.started) + self.moved


@dataclass(slots=True)
class _Told:
    """What happened, as numbers."""

    answer: dict[str, Any] = field(default_factory=dict)
    steps: list[dict[str, Any]] = field(default_factory=list)
    returned: Counter[str] = field(default_factory=Counter)
    before: dict[str, int] = field(default_factory=dict)
    after: dict[str, int] = field(default_factory=dict)

    def step(self, text: str, **numbers: Any) -> None:
        """One step of the story, told at once on stderr."""
        self.steps.append({"step": text, **numbers})
        shown = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in numbers.items())
        err().print(f"• {text}: {shown}", markup=False, highlight=False)

    def show(self, folder: Path) -> None:
        """The closing tables."""
        answer = self.answer
        print_table("Rows returned to the drafter, by reason", [
            {"reason": reason, "rows": rows} for reason, rows in self.returned.most_common()
        ])  # fmt: skip
        texts = sorted({*self.before, *self.after}, key=lambda text: -self.after.get(text, 0))
        print_table("States by text", [
            {"state": text, "first day": self.before.get(text, 0), "ten days later": self.after.get(text, 0)}
            for text in texts
        ])  # fmt: skip
        print_table("The main job", [{"what": n.replace("_", " "), "figure": answer[n]} for n in FIGURES])
        out().print(f"Everything is in {folder}/ (try: tdcd tasks --config {folder}/tdcd.toml)", markup=False)


def _play(site: Site, store: Store, url: str, clock: _Clock) -> _Told:
    told = _Told()
    first = run_pass(site)
    _settle(site, first)
    accepted = len(_ask(url, "operations")["operations"])
    _count(told, store, site)
    told.answer["writes_first_pass"] = accepted
    told.step("First pass", read=first.pulled.read, tasks=first.mapped.tasks, writes_accepted=accepted)
    idle = run_pass(site)
    told.answer |= {"writes_idle_pass": idle.writes, "requests_idle_pass": idle.requests}
    told.step("Second pass, nothing changed", writes=idle.writes, requests=idle.requests)
    told.before = _states(store, site)
    _people_act(told, site, url)
    _time_moves(told, site, url, clock)
    told.after = _states(store, site)
    _hand_edit(told, site, store, url)
    last = run_pass(site)
    told.answer["writes_last_pass"] = last.writes
    told.step("Last pass", writes=last.writes, requests=last.requests)
    report = verify_ledger(store)
    with store.read() as places:
        waiting = places.outbox.counts(site.name)
    told.answer["outbox_waiting"] = sum(
        waiting.get(state, 0) for state in ("pending", "sending", "held", "dead")
    )
    told.answer |= {
        "states": told.after,
        "ledger_entries": report.size,
        "ledger_verified": report.ok,
        "steps": told.steps,
    }
    return told


def _people_act(told: _Told, site: Site, url: str) -> None:
    acted = _robots(url, "first-days")
    told.step("People act in the document system", **acted)
    done = run_pass(site)
    _settle(site, done)
    told.step("Pass", events=done.mapped.events, writes=done.writes, **done.pushed.by_kind)


def _time_moves(told: _Told, site: Site, url: str, clock: _Clock) -> None:
    _ask(url, "clock", {"advance_seconds": TEN_DAYS.total_seconds()})
    clock.moved += TEN_DAYS
    done = run_pass(site)
    _settle(site, done)
    told.step("Ten days later", states_turned=done.decided.changed, writes=done.writes)


def _hand_edit(told: _Told, site: Site, store: Store, url: str) -> None:
    """Somebody edits a work item where nobody looks: no notice, no history."""
    with store.read() as places:
        rows = places.tasks.find(site.name, family="working", limit=1)
        item = places.workitems.by_task([rows[0].key])[rows[0].key]
    _ask(url, "quiet", {"job_id": item.job_id, "field": "status", "value": "4"})
    found = run_reconcile(site)
    healed = found.pushed.confirmed
    told.answer |= {"drift_found": found.decided.drift, "drift_healed": healed}
    told.step("Hand edit found by reconcile", drift_found=found.decided.drift, drift_healed=healed)


def _settle(site: Site, done: Pass) -> None:
    """What the first writes lead to belongs to the same pass for whoever reads the table."""
    while not done.away and (more := run_pass(site)).writes:
        done.pushed.confirmed += more.writes


def _count(told: _Told, store: Store, site: Site) -> None:
    with store.read() as places:
        findings = places.findings.of(site.name)
        returned = [finding for finding in findings if finding.problem not in NOTES]
        told.returned.update(finding.problem for finding in returned)
        rows = places.tasks.find(site.name)
        told.answer |= {
            "directives": places.inbox.count(site.name, "document"),
            "directives_in_scope": len({row.directive for row in rows}),
            "classified_skipped": places.inbox.classified_count(site.name),
            "accounts": len(places.directory.accounts(site.name)),
            "tasks": len(rows),
            "held_for_a_person": len(places.holds.open(site.name)),
            "returned_rows": len(returned),
        }


def _states(store: Store, site: Site) -> dict[str, int]:
    with store.read() as places:
        return dict(places.tasks.counts(site.name))


def _clear(folder: Path) -> None:
    """Only a folder that an earlier demo made is cleared."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            raise ConfigInvalid([f"{folder} is not empty and not of an earlier demo"], where="--dir")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()


def _configure(folder: Path, url: str, ledger: str, profile: str) -> Path:
    text = TEMPLATE.replace("http://127.0.0.1:8765/qlvb", f"{url}/qlvb").replace(
        "tdcd-data", f"{folder}/data"
    )
    text = text.replace('profile = "laocai" ', f'profile = "{profile}" ').replace(
        "rate_per_second = 200 ", "rate_per_second = 2000 "
    )
    # The made-up province is a province: under a city's regulation its issuers keep their names.
    text = text.replace('# issuers = ["UBND tỉnh"]', f"issuers = {ISSUERS}")
    if ledger:
        text = text.replace(f"sqlite:///{folder}/data/ledger.db", ledger)
    config = folder / "tdcd.toml"
    config.write_text(text, encoding="utf-8")
    return config


@contextmanager
def _sandbox(folder: Path) -> Iterator[str]:
    data = folder / "sandbox"
    log = (folder / "sandbox.log").open("wb")
    command = [sys.executable, "-m", "sandbox", "serve", "--port", "0", "--data", str(data)]
    process = subprocess.Popen(  # noqa: S603 - this interpreter, fixed arguments
        [*command, "--fresh", "--now", BEGIN.isoformat()], stdout=log, stderr=log
    )
    try:
        yield _wait(process, data / "port")
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
        log.close()


def _wait(process: subprocess.Popen[bytes], port: Path) -> str:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        if port.exists() and port.read_text().strip():
            return f"http://127.0.0.1:{port.read_text().strip()}"
        time.sleep(0.05)
    raise StopService("The sandbox did not start.", remedy="See sandbox.log in the demo's folder.")


def _robots(url: str, scenario: str) -> dict[str, int]:
    command = [sys.executable, "-m", "sandbox", "play", "--url", url, "--scenario", scenario, "--json"]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - this interpreter, fixed arguments
    if done.returncode:
        raise StopService(f"The people of the sandbox could not act: {done.stderr.decode()[-400:]}")
    answer = json.loads(done.stdout)
    return {name: value for name, value in answer["counts"].items() if value}


def _ask(url: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """The sandbox's control plane: not part of any document system."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(  # noqa: S310 - the loopback address of the sandbox just started
        f"{url}/__sandbox__/{path}", data=data, headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - as above
        loaded = json.load(answer)
    return loaded if isinstance(loaded, dict) else {path: loaded}
