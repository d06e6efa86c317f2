"""NUL and half characters in what is read: shown as U+FFFD, whoever wrote the connector; nothing stops for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from config.settings import LedgerSettings, Settings
from connector.fit_to_store import fit_to_store
from connector.memory import MemoryConnector
from connector.port import Known, Page, Stream
from connector.records import DirectiveRecord, Kind, RawRecord, Record
from errors import RetryLater, SkipRecord
from mappings.tables import read_table
from storable import storable
from store.engine import Store
from sync.flow import run_pass
from sync.opening import open_site
from tests.engine_arena import FINANCE, FINANCE_HEAD, Arena, day, row

HALF = "\ud800"
#: So far behind the beginning, NUL does not make a text a binary file.
TABLE = (
    f"STT,Nội dung,Đơn vị chủ trì,Thời hạn\n1,Rà soát dự án,Sở Tài chính,30/11/2026\nGhi chú {'x' * 9000}\0\n"
)


class Careless(MemoryConnector):
    """Of somebody else: it hands on whatever stands there, and halves a character where it says {half}."""

    renamed = ""
    cursor: str | None = None

    def decode(self, raw: RawRecord) -> Record:
        record = super().decode(raw)
        if not isinstance(record, DirectiveRecord):
            return record
        rows = tuple(replace(one, content=one.content.replace("{half}", HALF)) for one in record.rows)
        return replace(record, subject=record.subject.replace("{half}", HALF), rows=rows)

    def changes(self, stream: Stream, cursor: str | None, known: Known) -> Iterator[Page]:
        for page in super().changes(stream, cursor, known):
            raws = [
                replace(raw, remote_id=f"{raw.remote_id}\0") if raw.remote_id == self.renamed else raw
                for raw in page.records
            ]
            yield replace(page, records=tuple(raws), cursor=self.cursor or page.cursor)


def _careless(arena: Arena) -> Careless:
    connector = Careless(arena.system, "memory")
    arena.site.connector = fit_to_store(connector)
    return connector


def test_texts_that_no_database_takes_stop_nothing(store: Store, tmp_path: Path) -> None:
    arena = Arena(store, tmp_path)
    _careless(arena)
    arena.system.accounts["2"] = replace(arena.system.accounts["2"], full_name="Lê Văn\0 Bình")
    due = day(arena.system.clock, 30)
    table = TABLE.replace("30/11/2026", due).encode()
    arena.issue(row(1, "Báo cáo {half}quý\0", "Sở Tài chính", due), number="1/CT-UBND", note="a\0b")
    arena.system.issue("2/CT-UBND", "Việc {half}\0", attachments={"bảng\0.csv": table})
    arena.settle()
    assert len(arena.states()) == 2
    (job,) = [one for one, item in arena.system.jobs.items() if "quý" in item.content]
    arena.system.act(job, FINANCE_HEAD, "34", "Đã nhận\0 việc", attachments={"tờ\0 trình.txt": b"x\0y"})
    done = arena.settle()
    assert (done.pulled.problems, done.held) == ([], "")
    assert "task_received" in arena.kinds()
    with store.read() as places:
        kept = [task.content for task in places.tasks.find("memory", lead=FINANCE)]
    assert sorted(kept) == ["Báo cáo \ufffdquý\ufffd", "Rà soát dự án"]


def test_an_id_that_cannot_be_kept_is_refused_and_the_rest_of_its_page_goes_on(
    store: Store, tmp_path: Path
) -> None:
    arena = Arena(store, tmp_path)
    arena.settle()
    due = day(arena.system.clock, 30)
    _careless(arena).renamed = arena.issue(row(1, "Không đọc được", "Sở Tài chính", due), number="1/CT-UBND")
    for number in range(2, 30):
        arena.issue(row(1, f"Việc {number}", "Sở Nội vụ", due), number=f"{number}/CT-UBND")
    first = run_pass(arena.site)
    assert (len(set(first.pulled.problems)), first.held) == (1, "")
    arena.settle()
    assert len(arena.states()) == 28


def test_a_position_that_cannot_be_kept_is_told_and_not_changed(store: Store, tmp_path: Path) -> None:
    arena = Arena(store, tmp_path)
    arena.issue(row(1, "Báo cáo", "Sở Tài chính", day(arena.system.clock, 30)))
    _careless(arena).cursor = "7\0"
    assert "position" in run_pass(arena.site).away


def test_what_is_known_is_asked_under_the_ids_that_were_kept(store: Store, tmp_path: Path) -> None:
    asked: list[Any] = []

    class Asking(MemoryConnector):
        def listing(self, stream: Stream, known: Known) -> Iterator[Page]:
            asked.append(known(Kind.DOCUMENT, [("7\0", "f"), ("8", "g")]))
            yield Page(stream, (), complete=True, listed=frozenset({"7\0", "8"}))

    connector = fit_to_store(Asking(Arena(store, tmp_path).system, "memory"))
    (page,) = connector.listing(Stream.DOCUMENTS, lambda _kind, rows: [one for one, _ in rows])
    assert asked == [["7\0", "8"]]
    assert page.listed == {"7\ufffd", "8"}


@pytest.mark.parametrize("raised", [SkipRecord("Sai\0.", remedy=HALF), RetryLater("Sai\0.", remedy=HALF)])
def test_what_an_error_says_can_be_kept(raised: Any, store: Store, tmp_path: Path) -> None:
    class Failing(MemoryConnector):
        def decode(self, raw: RawRecord) -> Record:
            raise raised

        def fetch(self, kind: Kind, remote_id: str) -> RawRecord | None:
            raise raised

    connector = fit_to_store(Failing(Arena(store, tmp_path).system, "memory"))
    for call in (
        lambda: connector.fetch(Kind.JOB, "1"),
        lambda: connector.decode(RawRecord(Kind.JOB, "1", b"", "v")),
    ):
        with pytest.raises(type(raised)) as told:
            call()
        assert str(told.value) == "Sai\ufffd. \ufffd"


def test_a_site_that_is_opened_gives_only_texts_that_can_be_kept(store: Store, tmp_path: Path) -> None:
    arena, settings = Arena(store, tmp_path), Settings(ledger=LedgerSettings(evidence=tmp_path / "evidence"))
    document = arena.issue(row(1, "Báo cáo {half}", "Sở Tài chính", ""))
    connector = Careless(arena.system, "memory")
    with open_site(settings, arena.site.settings, store, connector=connector) as site:
        raw = site.connector.fetch(Kind.DOCUMENT, document)
        assert raw is not None
        assert HALF not in str(site.connector.decode(raw))


def test_texts_read_out_of_files_can_be_kept() -> None:
    reading = read_table(TABLE.encode(), "x\0.csv")
    assert reading.text.endswith("x\ufffd\n")
    assert storable(reading) is reading


def test_what_can_be_kept_is_not_copied_and_an_id_is_never_made_another() -> None:
    told = {"Sở": ["a\\n", ("ư", 1, None)]}
    assert storable(told) is told
    assert storable({"900\0": frozenset({HALF})}) == {"900\ufffd": frozenset({"\ufffd"})}
    assert storable("900\0") != storable("900")
