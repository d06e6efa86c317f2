"""Loss of power, a full disk, a failing disk, a damaged file, a server that goes away.

The oracle is always what was committed before: it is there afterwards, whole, or the start is refused.
Excludes a byte changed inside an entry of the ledger (`test_store_verify`).
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from errors import RetryLater, StopService
from store.engine import open_store
from store.inbox import Envelope
from store.ledger import Entry
from store.verify import verify_ledger

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[2]

PREPARE = """
import os, resource, signal, sys
from datetime import UTC, datetime
from errors import RetryLater, StopService
from store.engine import open_store
from store.ledger import Entry
now = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
store = open_store(sys.argv[1])
def note(key, body=b"{}"):
    with store.begin() as places:
        places.ledger.append([Entry("s", "A", "noted", key, now, body=body)], now)
"""


def script(url: str, text_: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", PREPARE + text_, url]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)


def keys(url: str) -> list[str]:
    store = open_store(url)
    assert verify_ledger(store).ok
    with store.read() as places:
        found = [entry.key for entry in places.ledger.history(["A"])["A"]]
    store.close()
    return found


@pytest.mark.covers("F21", "F01")
def test_what_was_committed_before_a_kill_is_there_and_nothing_else(store_url: str) -> None:
    done = script(
        store_url,
        """
note("kept")
with store.begin() as places:
    places.ledger.append([Entry("s", "A", "noted", "lost", now)], now)
    os.kill(os.getpid(), signal.SIGKILL)
""",
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert keys(store_url) == ["kept"]


@pytest.mark.covers("F30")
def test_a_full_disk_keeps_nothing_of_the_step_and_goes_on_by_itself(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'tdcd.sqlite3'}")
    with store.begin() as places:
        places.ledger.append([Entry("s", "A", "noted", "kept", NOW)], NOW)
        connection = places.ledger._sql.connection
        pages = connection.execute(text("PRAGMA page_count")).scalar()
        connection.execute(text(f"PRAGMA max_page_count = {pages}"))

    def one_step() -> None:
        with store.begin() as places:
            places.ledger.append([Entry("s", "A", "noted", "small", NOW)], NOW)
            places.inbox.put([Envelope("s", "document", "A", "v", b"x" * 100_000, NOW)])

    with pytest.raises(RetryLater, match="is full"):
        one_step()
    with store.begin() as places:
        assert places.ledger.size() == 1
        assert places.inbox.pending("s", 9) == []
        places.ledger._sql.connection.execute(text("PRAGMA max_page_count = 1000000"))
    one_step()
    assert verify_ledger(store).size == 2
    store.close()


@pytest.mark.covers("F31")
def test_after_a_failing_disk_every_unit_is_refused_and_the_last_commit_is_intact(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'tdcd.sqlite3'}"
    done = script(
        url,
        """
note("kept")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
size = os.path.getsize(sys.argv[1].removeprefix("sqlite:///") + "-wal")
for attempt, room in (("failed", size + 5000), ("refused", resource.RLIM_INFINITY)):
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
    try:
        note(attempt, b"x" * 50_000)
    except StopService as stop:
        print(attempt, stop.exit_code, stop.sentence)
""",
    )
    told = done.stdout.splitlines()
    assert [line.split(" ", 2)[:2] for line in told] == [["failed", "5"], ["refused", "5"]], done.stderr
    assert "disk of the database failed" in told[0]
    assert keys(url) == ["kept"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A store with something in every larger table, closed."""
    file = tmp_path / "tdcd.sqlite3"
    store = open_store(f"sqlite:///{file}")
    with store.begin() as places:
        places.ledger.append(
            [Entry("s", f"TD-{n}", "noted", "k", NOW, body=b"%03d" % n + b"x" * 300) for n in range(200)], NOW
        )
        places.inbox.put([Envelope("s", "document", f"VB{n}", "v", b"y" * 300, NOW) for n in range(200)])
    store.close()
    return file


def pages_of(file: Path, name: str) -> int:
    store = open_store(f"sqlite:///{file}")
    with store.read() as places:
        query = text("SELECT rootpage FROM sqlite_master WHERE name = :name")
        page = places.ledger._sql.connection.execute(query, {"name": name}).scalar_one()
    store.close()
    return int(page)


@pytest.mark.covers("F32")
@pytest.mark.parametrize("table", ["ledger", "inbox", "ledger_head"])
def test_a_damaged_page_is_found_at_start_and_the_table_named(file: Path, table: str) -> None:
    page = pages_of(file, table)
    whole = bytearray(file.read_bytes())
    whole[(page - 1) * 4096] ^= 0x55
    file.write_bytes(whole)
    with pytest.raises(StopService, match=rf"table {table}\b") as caught:
        open_store(f"sqlite:///{file}")
    assert "restore" in caught.value.remedy


@pytest.mark.covers("F32")
@pytest.mark.parametrize("at", [0, 17, 21])
def test_a_damaged_beginning_is_refused(file: Path, at: int) -> None:
    whole = bytearray(file.read_bytes())
    whole[at] ^= 0x7F
    file.write_bytes(whole)
    with pytest.raises(StopService):
        open_store(f"sqlite:///{file}")


@pytest.mark.covers("F32")
def test_a_file_that_was_cut_or_is_none_is_refused(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: 5 * 4096])
    with pytest.raises(StopService):
        open_store(f"sqlite:///{file}")
    file.write_bytes(b"%PDF-1.7" * 1000)
    with pytest.raises(StopService, match="not a database"):
        open_store(f"sqlite:///{file}")


@pytest.mark.covers("F32")
def test_a_byte_inside_an_entry_is_found_by_verify_and_a_copy_restores_it(file: Path, tmp_path: Path) -> None:
    copy = shutil.copy(file, tmp_path / "copy.sqlite3")
    body = b"%03d" % 17 + b"x" * 300
    assert body in file.read_bytes()
    file.write_bytes(file.read_bytes().replace(body, body.replace(b"x", b"y", 1)))
    store = open_store(f"sqlite:///{file}")
    report = verify_ledger(store)
    store.close()
    assert (report.ok, report.first_bad_seq) == (False, 18)
    shutil.copy(copy, file)
    store = open_store(f"sqlite:///{file}")
    assert verify_ledger(store).ok
    store.close()


@pytest.mark.covers("F38")
def test_a_lost_server_connection_is_tried_later_and_works_again(postgres_url: str) -> None:
    store = open_store(postgres_url)

    def cut() -> None:
        with store.begin() as places:
            places.ledger.append([Entry("s", "A", "noted", "lost", NOW)], NOW)
            connection = places.ledger._sql.connection
            own = connection.execute(text("SELECT pg_backend_pid()")).scalar()
            with store.begin() as other:
                kill = text("SELECT pg_terminate_backend(:own)")
                other.ledger._sql.connection.execute(kill, {"own": own})
            places.ledger.size()

    with pytest.raises(RetryLater):
        cut()
    with store.begin() as places:
        assert places.ledger.size() == 0
        places.ledger.append([Entry("s", "A", "noted", "kept", NOW)], NOW)
    assert verify_ledger(store).size == 1
    store.close()
