"""An older copy of the ledger put back by hand: what was written since is recognised and not written again (F34).

Excludes a ledger that is empty (`test_ledger_lost.py`) and one that a witness remembers (`test_ledger_proofs.py`).
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from connector.errors import ListingUnreadable
from connector.memory_system import Trouble
from connector.port import Stream
from store.engine import Store, open_store
from sync.decide_to_outbox import decide_to_outbox
from sync.flow import PEOPLE, run_pass, run_reconcile
from sync.holding import release
from sync.lost_ledger import LOOK_FOR, looks_first
from sync.map_to_ledger import map_to_ledger
from sync.older_ledger import SCOPE
from sync.pull_to_inbox import pull_to_inbox
from sync.site import Site
from tests.engine_arena import FINANCE, FINANCE_HEAD, Arena, day, row

TAX, BUDGET = "Rà soát nợ thuế", "Lập dự toán năm sau"


@dataclass(slots=True)
class Copied:
    """A province whose ledger can be copied aside and put back, each time with a new process on it."""

    folder: Path
    arena: Arena = field(init=False)
    store: Store = field(init=False)
    site: Site = field(init=False)

    def __post_init__(self) -> None:
        self.store = open_store(self.url)
        self.arena = Arena(self.store, self.folder)
        self.site = self.arena.site

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder / 'ledger.db'}"

    def copy_aside(self) -> None:
        self._between(self.folder / "ledger.db", self.folder / "copy.db")

    def put_back(self) -> None:
        self._between(self.folder / "copy.db", self.folder / "ledger.db")

    def start_again(self) -> None:
        self.store.close()
        self.store = open_store(self.url)
        self.site = self.arena.open(self.store)

    def give(self, content: str, number: str) -> str:
        due = day(self.arena.system.clock, 20)
        return self.arena.issue(row(1, content, "Sở Tài chính", due), number=number)

    def hand_in(self, content: str, code: str = "31") -> None:
        job = self.arena.job_of(content)
        self.arena.system.act(job, FINANCE_HEAD, code, "Xong", attachments={"kq.txt": content.encode()})
        self.arena.move(minutes=5)

    def settle(self) -> None:
        self.arena.settle(self.site)

    def done(self) -> list[tuple[str, str]]:
        return [(one.name, one.target) for one in self.arena.system.operations]

    def held(self) -> dict[str, str]:
        with self.store.read() as places:
            return {one.scope: one.reason for one in places.holds.open("memory")}

    def looks(self) -> bool:
        with self.store.read() as places:
            return looks_first(places, "memory", self.site.now())

    def _between(self, source: Path, target: Path) -> None:
        self.store.close()
        for one in self.folder.glob(f"{target.name}*"):
            one.unlink()
        shutil.copyfile(source, target)
        self.store = open_store(self.url)
        self.site = self.arena.open(self.store)


@pytest.fixture
def copied(tmp_path: Path) -> Iterator[Copied]:
    found = Copied(tmp_path)
    yield found
    found.store.close()


def _bad_row(arena: Arena) -> str:
    return arena.issue(row(1, "Việc không rõ ai", "Sở Không Có", ""), number="99/CT-UBND")


@pytest.mark.covers("F34")
@pytest.mark.parametrize(
    "since", [("give",), ("hand in",), ("give", "hand in"), ("comment",), ("hand in", "return", "give")]
)
def test_what_was_written_since_the_copy_is_not_written_again(copied: Copied, since: tuple[str, ...]) -> None:
    copied.give(TAX, "12/CT-UBND")
    copied.settle()
    copied.copy_aside()
    for what in since:
        if what == "give":
            copied.give(BUDGET, "13/CT-UBND")
        elif what == "comment":
            _bad_row(copied.arena)
        else:
            copied.hand_in(TAX, "31" if what == "hand in" else "33")
        copied.settle()
    before, shown = copied.done(), copied.arena.shown()
    assert len(before) > 1
    copied.put_back()
    copied.settle()
    run_reconcile(copied.site)
    assert copied.done() == before
    assert copied.arena.shown() == shown
    assert "chép lại một bản sổ cũ" in copied.held()[SCOPE]
    assert copied.looks()
    with copied.store.read() as places:
        (entry,) = places.ledger.history([SCOPE])[SCOPE]
        assert (entry.kind, entry.site) == ("older_ledger_found", "memory")
        assert not places.dead_letters.open("memory")


@pytest.mark.covers("F34")
@pytest.mark.parametrize("first", ["people", "all", "activity away"])
def test_what_the_copy_still_had_to_write_is_looked_for_first(copied: Copied, first: str) -> None:
    copied.give(TAX, "12/CT-UBND")
    copied.settle()
    copied.hand_in(TAX)
    _bad_row(copied.arena)
    copied.arena.system.trouble_writing.extend([Trouble.AWAY] * 4)
    run_pass(copied.site)
    copied.copy_aside()
    copied.arena.move(hours=1)
    copied.arena.system.trouble_writing.clear()
    copied.settle()
    before = copied.done()
    assert {kind for kind, _ in before} >= {"CommentDocument", "CommentJob", "SetStatus"}
    copied.put_back()
    if first == "people":
        run_pass(copied.site, PEOPLE)
    elif first == "activity away":
        reads = copied.arena.system.trouble_reading
        reads.extend([Trouble.AWAY])
        run_pass(copied.site)
        reads.clear()
    copied.settle()
    assert copied.done() == before


@pytest.mark.covers("F34")
@pytest.mark.parametrize("tried", [False, True])
def test_a_work_item_that_the_copy_still_had_to_make_is_made_once(copied: Copied, tried: bool) -> None:
    copied.give(TAX, "12/CT-UBND")
    copied.settle()
    copied.give(BUDGET, "13/CT-UBND")
    if tried:
        copied.arena.system.trouble_writing.append(Trouble.AWAY)
        run_pass(copied.site)
    else:
        pull_to_inbox(copied.site, Stream.DOCUMENTS)
        map_to_ledger(copied.site)
        assert decide_to_outbox(copied.site).intents == 1
    copied.copy_aside()
    copied.arena.move(hours=1)
    copied.settle()
    before = copied.done()
    copied.put_back()
    copied.settle()
    assert copied.done() == before
    assert (SCOPE in copied.held()) is not tried


@pytest.mark.covers("F34")
def test_a_state_that_the_copy_still_had_to_write_is_not_written_over_a_later_one(copied: Copied) -> None:
    copied.give(TAX, "12/CT-UBND")
    copied.settle()
    copied.hand_in(TAX, "33")
    copied.arena.system.trouble_writing.append(Trouble.AWAY)
    run_pass(copied.site)
    copied.copy_aside()
    copied.arena.move(hours=1)
    copied.settle()
    copied.hand_in(TAX, "31")
    copied.settle()
    before = copied.done()
    copied.put_back()
    run_pass(copied.site, PEOPLE)
    copied.settle()
    assert copied.done() == before


@pytest.mark.covers("F34")
def test_a_site_that_only_starts_again_never_takes_its_ledger_for_an_older_one(copied: Copied) -> None:
    looked: Counter[str] = Counter()
    for number, content in enumerate((TAX, BUDGET), 12):
        copied.give(content, f"{number}/CT-UBND")
        copied.start_again()
        _watch(copied.site, looked)
        copied.settle()
        copied.hand_in(content)
        copied.start_again()
        _watch(copied.site, looked)
        copied.settle()
    _bad_row(copied.arena)
    quoted = copied.arena.system.job(copied.arena.job_of(TAX)).content.replace("TD-", "TD-0")[:-1]
    copied.arena.system.give(FINANCE_HEAD, "Việc của phòng", quoted, FINANCE)
    said = "Biên nhận kết quả nhiệm vụ TD-0A1B2C3D4E\nMã biên nhận: TD-BN-0123456789AB"
    copied.arena.system.act(copied.arena.job_of(TAX), FINANCE_HEAD, "", said)
    copied.settle()
    copied.start_again()
    run_reconcile(copied.site)
    copied.settle()
    assert (copied.held(), copied.looks(), looked["find"]) == ({}, False, 0)


@pytest.mark.covers("F34")
def test_once_told_it_is_not_told_again_of_the_same_things(copied: Copied) -> None:
    copied.give(TAX, "12/CT-UBND")
    copied.settle()
    copied.copy_aside()
    document = copied.give(BUDGET, "13/CT-UBND")
    copied.settle()
    copied.arena.system.documents.pop(document)
    copied.put_back()
    copied.settle()
    with copied.store.begin() as places:
        release(places, "memory", SCOPE, copied.site.now(), "Hà Thị Lan")
    copied.arena.move(days=LOOK_FOR.days + 1)
    copied.arena.system.act(copied.arena.job_of(BUDGET), FINANCE_HEAD, "22", "Đang làm")
    copied.start_again()
    copied.settle()
    assert SCOPE not in copied.held()
    assert not copied.looks()


def _watch(site: Site, looked: Counter[str]) -> None:
    find = site.connector.find

    def counted(write: Any) -> Any:
        looked["find"] += 1
        return find(write)

    site.connector.find = counted  # type: ignore[method-assign]


@pytest.mark.covers("F34")
def test_a_list_of_work_items_that_cannot_be_used_holds_up_nothing_else(copied: Copied) -> None:
    copied.give(TAX, "12/CT-UBND")
    copied.settle()
    copied.copy_aside()
    copied.give(BUDGET, "13/CT-UBND")
    copied.settle()
    before = copied.done()
    copied.put_back()
    whole = copied.site.connector.listing

    def broken(stream: Stream, known: Any) -> Any:
        if stream is Stream.ACTIVITY:
            raise ListingUnreadable("A page repeats.")
        return whole(stream, known)

    copied.site.connector.listing = broken  # type: ignore[method-assign]
    copied.give("Báo cáo quý", "14/CT-UBND")
    assert run_pass(copied.site).mapped.tasks == 2
    copied.site.connector.listing = whole  # type: ignore[method-assign]
    copied.settle()
    assert copied.done()[: len(before)] == before
    assert len(copied.done()) == len(before) + 1
