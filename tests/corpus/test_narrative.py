"""Real conclusions and directives against the tasks a careful person took out of them.

Each proposal is matched to the task it overlaps best (shared characters over both), one to
one. Span: precision and recall of the matches. Lead: of the matches, those whose set of
leads is equal by folded names, over all proposals (precision) and all tasks (recall). Due:
over the dated tasks and dated proposals only, right when the day is the annotator's
strict or inclusive one. Wrong but sure: a day believed that is not the annotator's.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mappings.deadlines import PERIODIC
from mappings.narrative import Proposal, read_narrative
from mappings.texts import fold

CORPUS = Path(__file__).parents[2].parent / "shared" / "corpus" / "dev" / "narrative"

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpus is not on this machine")


@dataclass
class Score:
    """Right answers of one field over those given and those wanted."""

    right: int = 0
    given: int = 0
    wanted: int = 0

    @property
    def f1(self) -> float:
        return 2 * self.right / max(self.given + self.wanted, 1)

    def __str__(self) -> str:
        precision, recall = self.right / max(self.given, 1), self.right / max(self.wanted, 1)
        return f"precision {precision:.3f}  recall {recall:.3f}  F1 {self.f1:.3f}"


@dataclass
class Scores:
    span: Score = field(default_factory=Score)
    lead: Score = field(default_factory=Score)
    coordinators: Score = field(default_factory=Score)
    due: Score = field(default_factory=Score)
    wrong_but_sure: int = 0


def _names(names: object) -> set[str]:
    return (
        {re.sub(r"\W+", " ", fold(str(name))).strip() for name in names}
        if isinstance(names, list | tuple)
        else set()
    )


def _wanted_days(task: dict[str, Any]) -> set[str]:
    due = task.get("due") or {}
    days = (
        due.get("strict") or due.get("date") or due.get("end", "")[:10],
        due.get("inclusive") or due.get("date"),
    )
    return {day for day in days if day}


def _read_days(proposal: Proposal) -> set[str]:
    if proposal.term is None or proposal.term.deadline.due is None or proposal.term.deadline.kind in PERIODIC:
        return set()
    return {str(proposal.term.deadline.due), str(proposal.term.inclusive)}


def _matches(tasks: list[dict[str, Any]], found: tuple[Proposal, ...]) -> dict[int, int]:
    """Proposal by task, the best overlaps first."""
    overlaps = sorted(
        (
            (
                (min(t["end"], p.end) - max(t["start"], p.start))
                / (max(t["end"], p.end) - min(t["start"], p.start)),
                i,
                j,
            )
            for i, t in enumerate(tasks)
            for j, p in enumerate(found)
        ),
        reverse=True,
    )
    matched: dict[int, int] = {}
    for overlap, i, j in overlaps:
        if overlap > 0 and i not in matched and j not in matched.values():
            matched[i] = j
    return matched


def _add(scores: Scores, tasks: list[dict[str, Any]], found: tuple[Proposal, ...]) -> None:
    matched = _matches(tasks, found)
    for score in (scores.span, scores.lead):
        score.given += len(found)
        score.wanted += len(tasks)
    scores.span.right += len(matched)
    right: dict[int, set[str]] = {}
    for i, task in enumerate(tasks):
        scores.due.wanted += bool(_wanted_days(task))
        scores.coordinators.wanted += len(task["coordinate"])
        if i in matched:
            proposal = found[matched[i]]
            right[matched[i]] = _wanted_days(task)
            scores.lead.right += _names(task["lead"]) == _names(proposal.leads)
            scores.coordinators.right += len(_names(task["coordinate"]) & _names(proposal.coordinators))
    for j, proposal in enumerate(found):
        days = _read_days(proposal)
        agrees = bool(days & right.get(j, set()))
        scores.coordinators.given += len(proposal.coordinators)
        scores.due.given += bool(days)
        scores.due.right += agrees
        sure = proposal.term is not None and proposal.term.deadline.confidence == "sure"
        scores.wrong_but_sure += bool(days) and sure and not agrees


def test_running_text_reaches_the_floors(capsys: pytest.CaptureFixture[str]) -> None:
    scores = Scores()
    for path in sorted(CORPUS.glob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        whole = re.fullmatch(r"\d{4}-\d\d-\d\d", document["issued_on"])
        issued = date.fromisoformat(document["issued_on"]) if whole else None
        text = path.with_suffix(".txt").read_text(encoding="utf-8")
        _add(scores, document["tasks"], read_narrative(text, issued=issued).proposals)
    with capsys.disabled():
        for name in ("span", "lead", "coordinators", "due"):
            sys.stdout.write(f"\nrunning text  {name:<13}{getattr(scores, name)}")
        sys.stdout.write(f"\nrunning text  wrong but sure {scores.wrong_but_sure}\n")
    assert scores.span.f1 >= 0.88
    assert scores.lead.f1 >= 0.85
    assert scores.coordinators.f1 >= 0.85
    assert scores.due.f1 >= 0.85
    assert scores.wrong_but_sure <= 0.005 * scores.due.given
