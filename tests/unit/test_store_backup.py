"""A backup is whole or it is none; a damaged one is told; a restore never goes over something.

Every test runs from SQLite and from PostgreSQL. The oracle of a copy is the store itself: the
same rows in every table, read by plain SQL. Excludes the daemon's own copies (`test_lifecycle_backup`).
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from errors import ConfigInvalid, StopService
from store.backup import MANIFEST, backups, make_backup, prune_backups, read_manifest
from store.engine import Store, open_store
from store.evidence import EvidenceFiles
from store.inbox import Envelope
from store.ledger import Entry
from store.outbox import Intent
from store.restore import check_backup, restore_backup, restored_since
from store.tables import METADATA
from store.verify import verify_ledger

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
CONTENT = b"%PDF-1.7 minh ch\xe1\xbb\xa9ng"
SHA = hashlib.sha256(CONTENT).hexdigest()

#: What a restore changes on purpose.
CHANGED = {"lease", "cursor", "ledger", "ledger_head"}


def fill(store: Store, evidence: Path, entries: int = 1200) -> None:
    """Something of every kind of value: texts, bytes, times, numbers, nothing."""
    files = EvidenceFiles(evidence)
    staged = files.stage()
    staged.write_bytes(CONTENT)
    files.adopt(staged, SHA)
    with store.begin() as places:
        places.ledger.append([Entry("s", f"TD-{n}", "noted", "k", NOW) for n in range(entries)], NOW)
        places.inbox.put([Envelope("s", "document", "VB1", "v", b"\x00\xff" + b"y" * 300, NOW)])
        first, *_ = places.outbox.add(
            [Intent("s", f"lane{n}", "set_status", f"e{n}", b"{}", created_at=NOW) for n in range(3)]
        )
        places.outbox.confirm(first.id or 0, "r1", "hash", NOW)
        places.signals.order("sync", {"site": "s", "text": "Tỉnh Sông Lam"}, NOW)
        places.leases.acquire("daemon", "gone", NOW - timedelta(hours=1), timedelta(seconds=30))
        places.cursors.set("s", "documents", "17", complete_to=NOW)


def content(store: Store) -> dict[str, list[Any]]:
    """Every row of every table."""
    with store.read() as places:
        connection = places.ledger._sql.connection
        return {
            table.name: [
                tuple(bytes(v) if isinstance(v, memoryview) else v for v in row)
                for row in connection.execute(table.select().order_by(*table.primary_key.columns))
            ]
            for table in METADATA.sorted_tables
        }


@pytest.fixture
def made(store: Store, store_url: str, tmp_path: Path) -> Path:
    fill(store, tmp_path / "evidence")
    folder, _ = make_backup(store_url, tmp_path / "evidence", tmp_path / "backups", NOW)
    return folder


@pytest.mark.covers("BT-24")
def test_a_backup_holds_every_row_and_every_file_and_says_so(
    store: Store, store_url: str, made: Path, tmp_path: Path
) -> None:
    manifest = read_manifest(made)
    with store.read() as places:
        assert (manifest.entries, manifest.root) == (places.ledger.size(), places.ledger.root())
    assert manifest.database == store_url.partition(":")[0]
    assert manifest.evidence == {SHA: len(CONTENT)}
    assert (made / "evidence" / SHA[:2] / SHA[2:]).read_bytes() == CONTENT
    copy = open_store(f"sqlite:///{made / 'ledger.sqlite3'}")
    assert content(copy) == content(store)
    copy.close()


@pytest.mark.covers("BT-24")
def test_a_copy_is_of_one_moment_while_others_write(store: Store, store_url: str, tmp_path: Path) -> None:
    fill(store, tmp_path / "evidence", entries=10)
    wrote: list[Any] = []

    def write_on() -> None:
        with store.begin() as places:
            places.ledger.append([Entry("s", "A", "noted", f"late{len(wrote)}", NOW)], NOW)
        wrote.append(1)

    folder, _ = make_backup(store_url, tmp_path / "evidence", tmp_path / "backups", NOW, go_on=write_on)
    assert wrote
    assert check_backup(folder, tmp_path).ok


def test_restored_into_nothing_it_is_what_it_was(store: Store, made: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'ledger.db'}"
    before = content(store)
    assert restore_backup(made, url, tmp_path / "new" / "evidence", NOW).ok
    again = open_store(url)
    after = content(again)
    assert {k: v for k, v in after.items() if k not in CHANGED} == {
        k: v for k, v in before.items() if k not in CHANGED
    }
    assert after["ledger"][:-1] == before["ledger"]
    assert after["ledger"][-1][3] == "backup_restored"
    assert verify_ledger(again).ok
    assert EvidenceFiles(tmp_path / "new" / "evidence").read(SHA) == CONTENT
    again.close()


def test_it_is_carried_to_the_other_kind_of_database_and_back(
    store: Store, made: Path, tmp_path: Path, postgres_url: str
) -> None:
    assert restore_backup(made, postgres_url, tmp_path / "e2", NOW).ok
    served = open_store(postgres_url)
    with served.begin() as places:
        assert places.ledger.size() == 1201
        last = max(intent.id or 0 for intent in places.outbox.find("s"))
        (new,) = places.outbox.add([Intent("s", "l", "k", "new", b"", created_at=NOW)])
        assert new.id == last + 1
    folder, manifest = make_backup(postgres_url, tmp_path / "e2", tmp_path / "again", NOW)
    assert manifest.database == "postgresql"
    copy = open_store(f"sqlite:///{folder / 'ledger.sqlite3'}")
    assert content(copy) == content(served)
    copy.close()
    served.close()


@pytest.mark.covers("F34", "F35")
def test_after_a_restore_no_token_of_before_is_good_and_the_store_knows(
    store: Store, made: Path, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    restore_backup(made, url, tmp_path / "evidence", NOW)
    again = open_store(url)
    with again.begin() as places:
        assert not places.leases.holds("daemon", "gone", 1)
        assert places.leases.acquire("daemon", "new", NOW, timedelta(seconds=30)) == 3, "one by the restore"
        assert restored_since(places, NOW + timedelta(days=1), timedelta(days=2))
        assert not restored_since(places, NOW + timedelta(days=3), timedelta(days=2))
    with store.read() as places:
        assert not restored_since(places, NOW, timedelta(days=2))
    again.close()


def test_a_store_that_holds_data_is_refused_and_moved_aside_only_by_force(made: Path, tmp_path: Path) -> None:
    file = tmp_path / "ledger.db"
    url = f"sqlite:///{file}"
    used = open_store(url)
    with used.begin() as places:
        places.ledger.append([Entry("s", "A", "noted", "mine", NOW)], NOW)
    used.close()
    with pytest.raises(ConfigInvalid, match="--force"):
        restore_backup(made, url, tmp_path / "evidence", NOW)
    assert restore_backup(made, url, tmp_path / "evidence", NOW, force=True).ok
    (aside,) = tmp_path.glob("ledger.db.before-restore-*")
    for path, size in ((aside, 1), (file, 1201)):
        kept = open_store(f"sqlite:///{path}")
        with kept.read() as places:
            assert places.ledger.size() == size
        kept.close()


def test_a_server_database_that_holds_data_is_refused_also_by_force(
    made: Path, tmp_path: Path, postgres_url: str
) -> None:
    used = open_store(postgres_url)
    with used.begin() as places:
        places.ledger.append([Entry("s", "A", "noted", "mine", NOW)], NOW)
    with pytest.raises(ConfigInvalid, match="new database"):
        restore_backup(made, postgres_url, tmp_path / "evidence", NOW, force=True)
    with used.read() as places:
        assert places.ledger.size() == 1
    used.close()


def test_a_store_that_a_service_works_on_is_refused_also_by_force(made: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    used = open_store(url)
    with used.begin() as places:
        places.leases.acquire("daemon", "alive", NOW, timedelta(seconds=30))
    with pytest.raises(StopService, match="worked on by alive"):
        restore_backup(made, url, tmp_path / "evidence", NOW, force=True)
    used.close()


@pytest.mark.covers("F50", "F32")
@pytest.mark.parametrize("what", ["ledger", "row", "evidence", "manifest", "gone"])
def test_any_damage_to_a_backup_is_found_and_nothing_is_replaced(
    store: Store, made: Path, tmp_path: Path, what: str
) -> None:
    assert check_backup(made, tmp_path).ok
    file = {
        "evidence": made / "evidence" / SHA[:2] / SHA[2:],
        "manifest": made / MANIFEST,
    }.get(what, made / "ledger.sqlite3")
    whole = file.read_bytes()
    file.unlink()
    if what != "gone":
        middle = len(whole) // 2
        file.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
    checked = check_backup(made, tmp_path)
    assert not checked.ok
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    assert not restore_backup(made, url, tmp_path / "other", NOW).ok
    assert not (tmp_path / "ledger.db").exists()
    assert not list((tmp_path / "other").rglob("*"))
    assert not list(tmp_path.glob(".tdcd-trial-*"))


@pytest.mark.covers("F33", "F50")
def test_a_copy_of_a_ledger_that_was_changed_is_no_good_copy(
    store: Store, store_url: str, tmp_path: Path
) -> None:
    fill(store, tmp_path / "evidence", entries=20)
    with store.begin() as places:
        connection = places.ledger._sql.connection
        if store_url.startswith("sqlite"):
            connection.execute(text("DROP TRIGGER ledger_keeps_rows"))
        else:
            connection.execute(text("ALTER TABLE ledger DISABLE TRIGGER ledger_keeps_rows"))
        connection.execute(text("UPDATE ledger SET actor = 'x' WHERE seq = 7"))
    folder, _ = make_backup(store_url, tmp_path / "evidence", tmp_path / "backups", NOW)
    checked = check_backup(folder, tmp_path)
    assert checked.problems
    assert "Entry 7" in checked.problems[0]


def test_what_was_left_off_leaves_nothing_behind(store: Store, store_url: str, tmp_path: Path) -> None:
    fill(store, tmp_path / "evidence", entries=5)

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_backup(store_url, tmp_path / "evidence", tmp_path / "backups", NOW, go_on=stop)
    assert list((tmp_path / "backups").iterdir()) == []
    killed = tmp_path / "backups" / "tdcd-20261120T000000Z.part"
    killed.mkdir()
    make_backup(store_url, tmp_path / "evidence", tmp_path / "backups", NOW)
    assert not killed.exists()


def test_evidence_is_linked_not_copied_and_old_backups_go(
    store: Store, store_url: str, tmp_path: Path
) -> None:
    fill(store, tmp_path / "evidence", entries=5)
    into = tmp_path / "backups"
    made = [make_backup(store_url, tmp_path / "evidence", into, NOW + timedelta(days=n))[0] for n in range(4)]
    assert (tmp_path / "evidence" / SHA[:2] / SHA[2:]).stat().st_nlink == 5
    assert backups(into) == made
    assert prune_backups(into, 2) == made[:2]
    assert backups(into) == made[2:]
    assert check_backup(made[3], tmp_path).ok
    same = make_backup(store_url, tmp_path / "evidence", into, NOW + timedelta(days=3))[0]
    assert same.name == made[3].name + "-2"
