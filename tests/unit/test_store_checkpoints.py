"""Checkpoints as they are kept, closing the ledger, and the witness's folder. Excludes tampering and bundles."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.settings import LedgerSettings, Settings
from errors import ConfigInvalid, RetryLater, StopService
from store.checkpoints import Checkpoint
from store.engine import Store
from store.keys import known_keys
from store.ledger import Entry
from store.merkle import EMPTY_ROOT
from store.signing import Signer, Statement, ledger_origin, read_note, read_statement
from store.verify import verify_ledger
from store.witness import WitnessFolder
from sync.proofs import Notary, check_witness, close_ledger, notary_of, renew_key

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def grow(store: Store, *keys: str) -> None:
    with store.begin() as places:
        places.ledger.append([Entry("songlam", "TD-1", "noted", key, NOW) for key in keys], NOW)


def notary(store: Store, folder: Path, *, witness: bool = False) -> Notary:
    (folder / "witness").mkdir(exist_ok=True)
    kept = WitnessFolder(folder / "witness", ledger_origin(store.salt)) if witness else None
    return Notary(store, folder / "checkpoint.key", kept)


def test_the_first_of_a_size_stands(store: Store) -> None:
    first = Checkpoint(3, b"\1" * 32, NOW, "note\n")
    with store.begin() as places:
        assert places.checkpoints.last() is None
        assert places.checkpoints.add(first) == first
        assert places.checkpoints.add(Checkpoint(3, b"\2" * 32, NOW, "other\n")) == first
        places.checkpoints.add(Checkpoint(1, b"\3" * 32, NOW, "earlier\n"))
    with store.read() as places:
        assert [one.size for one in places.checkpoints.all()] == [1, 3]
        assert places.checkpoints.last() == places.checkpoints.at(3) == first
        assert places.checkpoints.at(2) is None
        before = places.checkpoints.last(below=3)
        assert before is not None
        assert before.note == "earlier\n"
        assert places.checkpoints.last(below=1) is None


def test_closing_signs_what_the_head_says_once_for_each_size(store: Store, tmp_path: Path) -> None:
    closing = notary(store, tmp_path)
    assert close_ledger(closing, NOW).root == EMPTY_ROOT
    grow(store, "a", "b")
    kept = close_ledger(closing, NOW)
    keys = known_keys(closing.key_file)
    with store.read() as places:
        assert (kept.size, kept.root.hex()) == (2, places.ledger.root())
    assert read_statement(read_note(kept.note, keys)) == Statement(closing.origin, 2, kept.root)
    assert close_ledger(closing, datetime(2026, 11, 22, tzinfo=UTC)) == kept
    report = verify_ledger(store, keys=keys)
    assert report.ok
    assert "2 signed checkpoints hold" in report.sentence


def test_what_an_earlier_key_signed_still_holds(store: Store, tmp_path: Path) -> None:
    closing = notary(store, tmp_path)
    grow(store, "a")
    close_ledger(closing, NOW)
    old = known_keys(closing.key_file)
    renew_key(closing)
    grow(store, "b")
    close_ledger(closing, NOW)
    assert verify_ledger(store, keys=known_keys(closing.key_file)).ok
    report = verify_ledger(store, keys=old)
    assert not report.ok
    assert "over 2 entries does not hold: no known key has signed it" in report.sentence


def test_the_witness_gets_every_checkpoint_that_it_lacks(store: Store, tmp_path: Path) -> None:
    grow(store, "a")
    close_ledger(notary(store, tmp_path), NOW)
    grow(store, "b")
    closing = notary(store, tmp_path, witness=True)
    kept = close_ledger(closing, NOW)
    assert closing.witness is not None
    seen = closing.witness.all()
    assert [one.statement.size for one in seen] == [1, 2]
    assert seen[1].note == kept.note
    short = closing.origin.rpartition("/")[2]
    assert seen[1].file == f"{short}-000000000002-{kept.root.hex()[:8]}.checkpoint"
    assert closing.witness.newest() == seen[1:]
    assert closing.witness.newest(aside=[seen[1].file]) == seen[:1]
    close_ledger(closing, NOW)
    assert len(list((tmp_path / "witness").iterdir())) == 2


def test_other_ledgers_and_other_files_in_the_folder_are_left_alone(store: Store, tmp_path: Path) -> None:
    closing = notary(store, tmp_path, witness=True)
    other = Signer("tdcd/ledger/ffffffffffffffff", bytes(32))
    text = other.sign(Statement(other.name, 99, bytes(32)).text())
    (tmp_path / "witness" / "ffffffffffffffff-000000000099-00000000.checkpoint").write_text(text)
    (tmp_path / "witness" / "ghi-chu.txt").write_text("x")
    grow(store, "a")
    close_ledger(closing, NOW)
    assert closing.witness is not None
    assert [one.statement.size for one in closing.witness.all()] == [1]


@pytest.mark.parametrize("text", [b"", b"\xff", b"x\n1\nAAAA\n"])
def test_a_file_of_ours_that_cannot_be_read_is_named(store: Store, tmp_path: Path, text: bytes) -> None:
    closing = notary(store, tmp_path, witness=True)
    name = f"{closing.origin.rpartition('/')[2]}-000000000007-00000000.checkpoint"
    (tmp_path / "witness" / name).write_bytes(text)
    with pytest.raises(StopService, match=f"{name} cannot be used"):
        check_witness(closing)


def test_a_witness_that_is_away_is_never_made_anew(store: Store, tmp_path: Path) -> None:
    grow(store, "a")
    away = WitnessFolder(tmp_path / "share", "tdcd/ledger/0")
    with pytest.raises(RetryLater, match=r"witness folder .*share cannot be used"):
        close_ledger(Notary(store, tmp_path / "checkpoint.key", away), NOW)
    assert not (tmp_path / "share").exists()


def test_the_configuration_says_who_signs_and_who_keeps_copies(store: Store, tmp_path: Path) -> None:
    plain = notary_of(Settings(ledger=LedgerSettings(url=f"sqlite:///{tmp_path}/ledger.db")), store)
    assert plain.key_file == tmp_path / "checkpoint.key"
    assert plain.witness is None
    check_witness(plain)
    given = LedgerSettings(signing_key=tmp_path / "k", witness_dir=tmp_path / "w")
    told = notary_of(Settings(ledger=given), store)
    assert told.key_file == tmp_path / "k"
    assert told.witness is not None
    assert told.witness.folder == tmp_path / "w"


def test_a_key_of_another_ledger_signs_nothing(store: Store, tmp_path: Path) -> None:
    closing = notary(store, tmp_path)
    closing.key_file.write_text(Signer("tdcd/ledger/0", bytes(32)).secret_line())
    closing.key_file.chmod(0o600)
    with pytest.raises(ConfigInvalid, match="this ledger is"):
        close_ledger(closing, NOW)
    with store.read() as places:
        assert places.checkpoints.all() == []
