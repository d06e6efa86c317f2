"""Robots that act as real people of the province, through the API, the same for the same seed."""

from __future__ import annotations

import base64
import json
import random
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sandbox.client import RefusedByServerError, Wire
from sandbox.dialect import NULL
from sandbox.first_days import SHARES, FirstDays
from sandbox.roster import Actor, Roster, chosen
from sandbox.settings import PlaySettings
from sandbox.sheet import TableRow, assignment_sheet

_WORK: Final = (
    ("Rà soát, báo cáo kết quả giải ngân vốn đầu tư công", "Báo cáo"),
    ("Tham mưu kế hoạch phòng, chống thiên tai", "Kế hoạch"),
    ("Hoàn thành cập nhật cơ sở dữ liệu chuyên ngành", "Báo cáo kết quả"),
    ("Kiểm tra việc thực hiện nếp sống văn minh đô thị", "Biên bản kiểm tra"),
)


class ScenarioError(ValueError):
    """There is no such scenario, or its file cannot be used."""


def play(settings: PlaySettings) -> int:
    """Run the scenario and print what was done; the exit code."""
    try:
        with Roster(settings.url) as roster:
            done = run_scenario(roster, settings.scenario, settings.seed)
    except (ScenarioError, RefusedByServerError, OSError) as problem:
        sys.stderr.write(f"play: {problem}\n")
        return 1
    text = json.dumps(done, ensure_ascii=False) if settings.as_json else _table(done)
    sys.stdout.write(f"{text}\n")
    return 0


def run_scenario(roster: Roster, scenario: str, seed: int) -> dict[str, Any]:
    """Counts of each action, with the scenario's name. Raises ScenarioError."""
    name, shares = _read_scenario(scenario)
    if name == "issue-one":
        return {"scenario": name, "seed": seed, **issue_one(roster, seed)}
    return {"scenario": name, "seed": seed, "counts": FirstDays(roster, seed, shares).play()}


def _read_scenario(scenario: str) -> tuple[str, dict[str, float]]:
    """A name, or a JSON file `{"base": name, "shares": {…}}`."""
    if scenario in ("first-days", "issue-one"):
        return scenario, {}
    try:
        given = json.loads(Path(scenario).read_text(encoding="utf-8"))
        shares = {str(key): float(value) for key, value in given.get("shares", {}).items()}
        base = str(given.get("base", "first-days"))
    except (OSError, ValueError, AttributeError, TypeError) as problem:
        raise ScenarioError(f"{scenario}: neither a scenario nor a file of shares ({problem})") from None
    if base not in ("first-days", "issue-one") or not shares.keys() <= SHARES.keys():
        raise ScenarioError(f"{scenario}: shares are {', '.join(SHARES)}")
    return base, shares


def issue_one(roster: Roster, seed: int) -> dict[str, Any]:
    """A specialist of the Office drafts a directive with a table, a leader issues it."""
    rng = random.Random(f"{seed}/issue")
    drafter = roster.person(chosen(rng, roster.office("specialist")))
    leader = roster.person(chosen(rng, roster.office("leader")))
    units = drafter.get("job/getlistunit")
    leads = _leads(roster, rng, {unit["id"] for unit in units if unit["parentId"] != NULL})
    summary = f"Chỉ thị về các nhiệm vụ trọng tâm (đợt {seed})"
    content = assignment_sheet(summary, _rows(roster, rng, leads))
    file = {"fileName": "Bảng phân công.xlsx", "fileData": base64.b64encode(content).decode(), "fileType": ""}
    dossier = {
        "summary": summary,
        "documentType": "Chỉ thị",
        "doMat": "Thường",
        "doUuTien": "Thường",
        "noiNhan": ", ".join(f"{lead.unit_id}|{lead.unit_id}" for lead in leads),
        "files": [file | {"fileSize": "1"}],
    }
    (document,) = drafter.post("shared/integration/doc/create", [dossier])
    leader.post("incommingdocument/promulgatedocument", {"docId": document})
    number = leader.get(f"document/getdetaildocument/{document}")["soKiHieu"]
    return {"document": document, "number": number, "rows": len(leads)}


def _leads(roster: Roster, rng: random.Random, living: set[str]) -> list[Actor]:
    """One leader each of some units outside the Office."""
    units = {
        unit_id: actors
        for unit_id, actors in roster.answering_units().items()
        if unit_id in living and not actors[0].in_office
    }
    picked = rng.sample(sorted(units), min(len(_WORK), len(units)))
    return [units[unit_id][0] for unit_id in picked]


def _rows(roster: Roster, rng: random.Random, leads: list[Actor]) -> list[TableRow]:
    wire = Wire(roster.url)
    today = datetime.fromisoformat(wire.json("GET", "/__sandbox__/clock")["now"])
    wire.close()
    rows = []
    for (content, product), lead in zip(_WORK, leads, strict=False):
        deadline = today + timedelta(days=rng.randint(7, 45))
        rows.append(TableRow(content, lead.unit_name, f"{deadline:%d/%m/%Y}", product=product))
    return rows


def _table(done: dict[str, Any]) -> str:
    counts = done.get(
        "counts", {key: value for key, value in done.items() if key not in ("scenario", "seed")}
    )
    lines = [f"{done['scenario']} (seed {done['seed']})"]
    return "\n".join(lines + [f"  {key}: {value}" for key, value in counts.items()])
