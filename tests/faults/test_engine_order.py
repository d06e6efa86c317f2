"""News comes in any order, again and late: what the document system shows when it is asked is what counts (F18)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from connector.records import Kind
from store.engine import Store
from sync.flow import run_wake
from tests.engine_arena import FINANCE_HEAD, OFFICER, Arena, day, row


@pytest.fixture
def arena(store: Store, tmp_path: Path) -> Arena:
    return Arena(store, tmp_path)


@pytest.mark.covers("F18")
@pytest.mark.parametrize(
    "order",
    [("done", "assigned", "directive"), ("assigned", "directive", "done"), ("directive", "done", "assigned")],
)
def test_news_of_the_end_may_come_before_news_of_the_beginning(arena: Arena, order: tuple[str, ...]) -> None:
    arena.settle()
    document = arena.issue(row(1, "Rà soát nợ thuế", "Sở Tài chính", day(arena.system.clock, 20)))
    run_wake(arena.site, [(Kind.DOCUMENT, document)])
    job = arena.job_of("Rà soát nợ thuế")
    arena.system.act(job, FINANCE_HEAD, "34")
    arena.system.act(job, FINANCE_HEAD, "31", "Xong", attachments={"ket-qua.docx": b"PK"})
    arena.system.judge(job, OFFICER, "1", "Đạt")
    about = {"done": (Kind.JOB, job), "assigned": (Kind.JOB, job), "directive": (Kind.DOCUMENT, document)}
    for news in (*order, *order):
        run_wake(arena.site, [about[news]])
    arena.settle()
    assert arena.shown() == {"Rà soát nợ thuế": "Đã hoàn thành"}
    told = Counter(arena.kinds())
    assert (told["task_assigned"], told["result_submitted"], told["result_approved"]) == (1, 1, 1)
    assert max(arena.system.effects().values()) == 1


@pytest.mark.covers("F18")
def test_an_entry_that_becomes_visible_after_the_end_takes_no_state_back(arena: Arena) -> None:
    arena.issue(row(1, "Rà soát nợ thuế", "Sở Tài chính", day(arena.system.clock, 20)))
    arena.settle()
    job = arena.job_of("Rà soát nợ thuế")
    arena.move(hours=1)
    arena.system.act(job, FINANCE_HEAD, "2", "Đang làm")
    late = arena.system.jobs[job].actions[-1]
    arena.system.jobs[job] = replace(
        arena.system.jobs[job], actions=tuple(one for one in arena.system.jobs[job].actions if one != late)
    )
    arena.move(hours=1)
    arena.system.act(job, FINANCE_HEAD, "31", "Xong", attachments={"ket-qua.docx": b"PK"})
    arena.system.judge(job, OFFICER, "1", "Đạt")
    arena.settle()
    assert arena.shown() == {"Rà soát nợ thuế": "Đã hoàn thành"}
    shown = arena.system.jobs[job]
    arena.system.jobs[job] = replace(shown, actions=(*shown.actions, late))
    arena.move(minutes=5)
    run_wake(arena.site, [(Kind.JOB, job)])
    arena.settle()
    assert arena.shown() == {"Rà soát nợ thuế": "Đã hoàn thành"}
    kinds = arena.kinds()
    assert kinds.count("progress_reported") == 1
    assert kinds.index("progress_reported") > kinds.index("result_approved")
    assert late.at < arena.system.clock - timedelta(hours=1)
