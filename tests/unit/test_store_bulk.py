"""The bulk path at scale: 500 documents of three tasks each per unit of work, through every place it touches.

Includes that everything arrives and that a second run over the same pages writes nothing. Excludes figures:
run `python -m tests.unit.test_store_bulk [DOCUMENTS [ADDRESS]]` for the time of each call.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson
import pytest

from store.engine import Store, open_store
from store.inbox import Envelope
from store.tasks import TaskRow
from store.verify import verify_ledger
from tracking.events import Due, Origin, TaskAssigned

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
CONTENT = (
    "Chủ trì, phối hợp với các cơ quan liên quan rà soát, tham mưu Ủy ban nhân dân tỉnh kế hoạch thực hiện"
)


def envelope(number: int) -> Envelope:
    body = orjson.dumps({"id": number, "trichyeu": CONTENT, "rows": [CONTENT] * 3, "log": "x" * 900})
    return Envelope("songlam", "document", f"VB{number}", f"{number:032x}", body, NOW)


def code(number: int, row: int) -> str:
    """A tracking code as scattered as real ones: they decide where rows fall in an index."""
    return f"TD-{blake2b(f'{number}/{row}'.encode(), digest_size=5).hexdigest().upper()}"


def assigned(number: int) -> list[TaskAssigned]:
    issued = datetime(2026, 1, 5, 8, 30, tzinfo=ZONE) + timedelta(minutes=number)
    return [
        TaskAssigned(
            task=code(number, row),
            key="row",
            occurred_at=issued,
            site="songlam",
            directive=f"VB{number}",
            number=f"{number}/CT-UBND",
            subject="Về việc tăng cường quản lý đất đai",
            issued_on=issued.date(),
            content=CONTENT,
            lead=f"H01.{row}",
            lead_name="Sở Nông nghiệp và Môi trường",
            profile="song-lam",
            profile_version="2026-01",
            coordinators=("H01.7", "H01.9"),
            due=Due(date(2026, 12, 1)),
            deadline_kind="date",
            deadline_phrase="trước ngày 01/12/2026",
            origin=Origin("phu-luc.xlsx", "1", row, f"II.{row}"),
        )
        for row in range(3)
    ]


def task_row(event: TaskAssigned) -> TaskRow:
    return TaskRow(
        event.task,
        event.site,
        event.directive,
        event.number,
        event.origin.ordinal,
        event.content,
        event.lead,
        event.lead_name,
        event.profile,
        event.profile_version,
    )


class Watch:
    """Wall and processor time of each call, in seconds."""

    def __init__(self) -> None:
        self.wall: dict[str, float] = defaultdict(float)
        self.cpu: dict[str, float] = defaultdict(float)

    @contextmanager
    def on(self, name: str) -> Iterator[None]:
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.wall[name] += time.perf_counter() - wall
        self.cpu[name] += time.process_time() - cpu


def one_batch(store: Store, first: int, count: int, watch: Watch) -> int:
    envelopes = [envelope(number) for number in range(first, first + count)]
    rows = [(one.remote_id, one.version) for one in envelopes]
    events = [event for number in range(first, first + count) for event in assigned(number)]
    with watch.on("whole"), store.begin() as places:
        with watch.on("inbox.put"):
            new = places.inbox.put(envelopes)
        with watch.on("inbox.remember"):
            places.inbox.remember("songlam", "document", rows)
        with watch.on("ledger.append_events"):
            recorded = places.ledger.append_events(events, NOW, site="songlam")
        opened = [task_row(event) for event in recorded if isinstance(event, TaskAssigned)]
        with watch.on("tasks.open"):
            places.tasks.open(opened)
        with watch.on("inbox.settle"):
            places.inbox.settle([one.id for one in new if one.id is not None], "mapped")
    return len(recorded)


def run(store: Store, documents: int, watch: Watch) -> int:
    return sum(one_batch(store, first, 500, watch) for first in range(0, documents, 500))


@pytest.mark.covers("F02")
def test_everything_arrives_and_a_second_run_writes_nothing(store: Store) -> None:
    assert run(store, 1000, Watch()) == 3000
    with store.read() as places:
        size, root = places.ledger.size(), places.ledger.root()
        rows = [(one.remote_id, one.version) for one in map(envelope, range(1000))]
        assert places.inbox.unchanged("songlam", "document", rows) == {f"VB{n}" for n in range(1000)}
        assert places.inbox.pending("songlam", 10) == []
        assert len(places.tasks.take_due("songlam", NOW, 5000)) == 3000
        assert places.ledger.events([code(1, 2)])[code(1, 2)] == [assigned(1)[2]]
    assert size == 3000
    assert run(store, 1000, Watch()) == 0
    with store.read() as places:
        assert (places.ledger.size(), places.ledger.root()) == (size, root)
    assert verify_ledger(store).ok


def main(documents: int, url: str = "") -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(url or f"sqlite:///{Path(folder) / 'bulk.sqlite3'}")
        watch = Watch()
        sys.stdout.write(f"{store.describe()}: {run(store, documents, watch)} events\n")
        for name, seconds in watch.wall.items():
            sys.stdout.write(f"{name:24}{seconds:8.3f} s wall{watch.cpu[name]:8.3f} s cpu\n")
        store.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000, *sys.argv[2:3])
