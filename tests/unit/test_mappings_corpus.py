"""Real deadline phrases and unit mentions, where the shared corpus is present: floors, not examples.

The same figures as the project's scorer, computed here without a process: kind, day, and
above all what was believed and wrong. Nothing of the corpus is kept in this file.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from datetime import date
from pathlib import Path

import pytest

from mappings.deadlines import read_deadline
from mappings.units import UnitDirectory, UnitEntry

CORPUS = Path(__file__).parents[2].parent / "shared" / "corpus" / "dev"
DATED = {"date", "end_of_month", "end_of_quarter", "end_of_year", "range"}

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpus is not on this machine")


def _rows(name: str) -> list[dict[str, str]]:
    with (CORPUS / name).open(encoding="utf8") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def _day(text: str) -> date:
    whole = text + "-15" if re.fullmatch(r"\d{4}-\d\d", text) else text
    return date.fromisoformat(whole if re.fullmatch(r"\d{4}-\d\d-\d\d", whole) else "2026-01-15")


def _words(text: str) -> str:
    return re.sub(r"\W+", " ", unicodedata.normalize("NFC", text).lower()).strip()


def test_deadlines_reach_the_floors() -> None:
    rows = _rows("deadlines.tsv")
    kinds = days = dated = wrong = 0
    for row in rows:
        found = read_deadline(row["phrase"], issued=_day(row["issued_on"]))
        wanted = {"recurring_weekly": "weekly"}.get(row["kind"], row["kind"])
        kinds += found.kind == wanted or (wanted == "unclear" and found.confidence == "asks")
        right = {row["due_strict"], row["due_inclusive"]} - {""}
        believed = found.due is not None and found.confidence == "sure"
        if wanted in DATED and right:
            dated += 1
            days += found.due is not None and found.due.isoformat() in right
            wrong += believed and str(found.due) not in right
        elif wanted in {"unclear", "none", "ongoing"}:
            wrong += believed
    assert kinds / len(rows) >= 0.99
    assert days / dated >= 0.99
    assert wrong == 0


def test_the_day_before_is_what_a_real_tracker_recorded() -> None:
    for row in _rows("observed_due_dates.tsv"):
        created = date.fromisoformat(row["created_on"]) if row["created_on"] else None
        found = read_deadline(row["phrase"], issued=created)
        assert str(found.due) == row["recorded_due"], row["phrase"]


def test_units_reach_the_floors_and_are_never_believed_wrongly() -> None:
    rows = _rows("units.tsv")
    parts = [part.strip() for row in rows for part in row["canonical"].split("|")]
    names = sorted({part for part in parts if part and not part.startswith(("(", "?"))})
    directory = UnitDirectory([UnitEntry(str(number), name) for number, name in enumerate(names)])
    kinds = named = right = wrong = 0
    for row in rows:
        found = directory.resolve(row["mention"], date(2026, 1, 15))
        kinds += found.kind == row["kind"] or (row["kind"] == "unclear" and found.confidence == "asks")
        if row["kind"] in {"single", "list"}:
            named += 1
            wanted = {_words(p) for p in row["canonical"].split("|") if not p.strip().startswith(("(", "?"))}
            same = wanted == {_words(unit.name) for unit in found.units}
            right += same
            wrong += found.confidence == "sure" and not same
    assert kinds / len(rows) >= 0.97
    assert right / named >= 0.88
    assert wrong == 0
