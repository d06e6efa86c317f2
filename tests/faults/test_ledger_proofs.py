"""Tampering with a ledger that was closed by signed checkpoints, and databases put back to older copies.

Each forger here is better than the last one: who mends leaf, head and checkpoint table after an edit is still
found by what was signed, and who puts back a whole database by what the witness remembers.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from errors import ConfigInvalid
from store.checkpoints import Checkpoint
from store.codec import as_utc
from store.engine import Store, open_store
from store.entries import entry_leaf
from store.keys import known_keys
from store.ledger import Entry
from store.merkle import Frontier
from store.signing import Signer, Statement, ledger_origin
from store.verify import verify_ledger
from store.witness import WitnessFolder
from sync.orders import RESYNC
from sync.proofs import (
    Notary,
    WitnessDisagrees,
    check_witness,
    close_ledger,
    rebaseline,
    verify_with_checkpoints,
)
from tests.faults.test_store_verify import FLIPPED, SIZE, Forger, filled

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


def grow(store: Store, *keys: str) -> None:
    with store.begin() as places:
        places.ledger.append([Entry("songlam", "TD-1", "noted", key, NOW) for key in keys], NOW)


def notary(store: Store, folder: Path) -> Notary:
    (folder / "witness").mkdir(exist_ok=True)
    witness = WitnessFolder(folder / "witness", ledger_origin(store.salt))
    return Notary(store, folder / "checkpoint.key", witness)


def closed(store: Store, folder: Path) -> Notary:
    """A ledger of 11 entries that was signed, two more, and signed again."""
    closing = notary(store, folder)
    filled(store)
    close_ledger(closing, NOW)
    grow(store, "a", "b")
    close_ledger(closing, LATER)
    assert verify_with_checkpoints(closing).ok
    return closing


def mend_head(forger: Forger) -> None:
    """What a careful forger does after every edit: number, hash and head fit the entries again."""
    with forger.store.read() as places:
        rows = places.ledger.rows(0, 1000)
    tree = Frontier()
    for seq, (_, fact, recorded_at, _leaf) in enumerate(rows, 1):
        leaf = entry_leaf(seq, fact, as_utc(recorded_at, "recorded_at"))
        tree.add(leaf)
        forger.run("UPDATE ledger SET leaf = :leaf WHERE seq = :seq", leaf=leaf, seq=seq)
    given = {"size": tree.size, "root": tree.root(), "packed": tree.pack()}
    forger.run("UPDATE ledger_head SET size = :size, root = :root, frontier = :packed", **given)


def edit(forger: Forger) -> None:
    forger.run("UPDATE ledger SET actor = 'x' WHERE seq = 12")
    mend_head(forger)


def cut(forger: Forger) -> None:
    forger.run("DELETE FROM ledger WHERE seq > 12")
    mend_head(forger)


def swap(forger: Forger) -> None:
    """The note of the smaller checkpoint in the place of the larger one's."""
    forger.run(
        f"UPDATE checkpoint SET note = (SELECT note FROM checkpoint WHERE size = {SIZE}) WHERE size = 13"
    )


def forge_note(forger: Forger) -> None:
    edit(forger)
    with forger.store.read() as places:
        root = bytes.fromhex(places.ledger.root())
    origin = ledger_origin(forger.store.salt)
    note = Signer(origin, bytes(32)).sign(Statement(origin, 13, root).text())
    forger.run("UPDATE checkpoint SET note = :note, root = :root WHERE size = 13", note=note, root=root)


def move(forger: Forger) -> None:
    forger.run("UPDATE checkpoint SET size = 12 WHERE size = 13")


FORGERIES: dict[str, tuple[Callable[[Forger], None], int | None, str]] = {
    "a byte": (
        lambda it: it.run("UPDATE ledger SET body = :b WHERE seq = 5", b=FLIPPED),
        5,
        "Entry 5 .* changed",
    ),
    "a row": (lambda it: it.run("UPDATE ledger SET actor = 'x' WHERE seq = 7"), 7, "Entry 7 .* was changed"),
    "a row, leaf and head": (edit, 12, "Entries 12 to 13 are not those of the checkpoint of 22/11/2026"),
    "the tail": (lambda it: it.run("DELETE FROM ledger WHERE seq > 11"), 12, "entries 12 to 13 are missing"),
    "the tail and head": (cut, 13, "The checkpoint of 22/11/2026 over 13 entries knows 13 entries, not 12"),
    "a swapped checkpoint": (swap, None, "over 13 entries does not hold: its text speaks of another"),
    "a checkpoint of another key": (
        forge_note,
        None,
        "over 13 entries does not hold: no known key has signed",
    ),
    "a moved checkpoint": (move, None, "over 12 entries does not hold: its text speaks of another"),
}


@pytest.mark.covers("F33", "F34")
@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forgery_is_found_against_what_was_signed(store: Store, tmp_path: Path, forgery: str) -> None:
    closing = closed(store, tmp_path)
    forge, first_bad_seq, sentence = FORGERIES[forgery]
    forge(Forger(store))
    report = verify_ledger(store, keys=known_keys(closing.key_file))
    assert not report.ok
    assert report.first_bad_seq == first_bad_seq
    assert re.search(sentence, report.sentence), report.sentence


def test_a_rewritten_ledger_without_its_checkpoints_is_found_by_the_witness(
    store: Store, tmp_path: Path
) -> None:
    closing = closed(store, tmp_path)
    Forger(store).run("UPDATE ledger SET actor = 'x' WHERE seq = 3", "DELETE FROM checkpoint")
    mend_head(Forger(store))
    assert verify_ledger(store, keys=known_keys(closing.key_file)).ok  # it agrees with itself in everything
    report = verify_with_checkpoints(closing)
    assert (report.ok, report.first_bad_seq) == (False, 1)
    assert "The first 11 entries are not those of the witness's" in report.sentence
    with pytest.raises(WitnessDisagrees, match="are not those that the witness knows"):
        check_witness(closing)
    with pytest.raises(WitnessDisagrees):
        close_ledger(closing, LATER)
    with store.read() as places:
        assert places.checkpoints.all() == []


@pytest.fixture
def restored(store: Store, tmp_path: Path) -> Notary:
    """A database that was put back to what it was before the last two entries and the last checkpoint."""
    closing = closed(store, tmp_path)
    Forger(store).run("DELETE FROM ledger WHERE seq > 11", "DELETE FROM checkpoint WHERE size > 11")
    mend_head(Forger(store))
    return closing


@pytest.mark.covers("F34")
def test_an_older_copy_agrees_with_itself_and_not_with_the_witness(restored: Notary) -> None:
    assert verify_ledger(restored.store, keys=known_keys(restored.key_file)).ok
    with pytest.raises(
        WitnessDisagrees, match=r"knows 13 entries .* has 11: an older copy was restored"
    ) as told:
        check_witness(restored)
    assert told.value.exit_code == 5
    assert "tdcd ledger rebaseline --reason" in told.value.remedy
    assert "knows 13 entries, not 11" in verify_with_checkpoints(restored).sentence


@pytest.mark.covers("F34")
def test_an_older_copy_that_was_gone_on_with_is_found_too(restored: Notary) -> None:
    grow(restored.store, "c", "d", "e")
    with pytest.raises(WitnessDisagrees, match=r"The first 13 entries .* gone on with"):
        check_witness(restored)
    with restored.store.read() as places:
        assert places.ledger.size() == 14


@pytest.mark.covers("F34")
def test_accepting_an_older_copy_leaves_a_mark_and_orders_a_full_reading(restored: Notary) -> None:
    with pytest.raises(ConfigInvalid, match="reason"):
        rebaseline(restored, ["songlam"], " ", "nv1", LATER)
    kept = rebaseline(restored, ["songlam", "khac"], "Đĩa hỏng, phục hồi bản sao ngày 21/11", "nv1", LATER)
    check_witness(restored)
    assert verify_with_checkpoints(restored).ok
    with restored.store.read() as places:
        (mark,) = places.ledger.history(["ledger"])["ledger"]
        orders = places.signals.latest()
    assert (kept.size, mark.seq, mark.kind, mark.actor) == (12, 12, "ledger_rebaselined", "nv1")
    assert "Đĩa hỏng".encode() in mark.body
    assert sorted((one.kind, one.body["site"], one.body["everything"]) for one in orders) == [
        (RESYNC, "khac", True),
        (RESYNC, "songlam", True),
    ]
    assert restored.witness is not None
    assert [one.statement.size for one in restored.witness.all()] == [11, 12, 13]  # nothing was removed there
    with pytest.raises(ConfigInvalid, match="nothing to accept"):
        rebaseline(restored, ["songlam"], "lần nữa", "nv1", LATER)


@pytest.mark.covers("F34")
def test_after_acceptance_the_next_older_copy_is_found_again(restored: Notary) -> None:
    rebaseline(restored, [], "Đĩa hỏng", "nv1", LATER)
    grow(restored.store, "c", "d", "e")
    close_ledger(restored, LATER)
    check_witness(restored)
    Forger(restored.store).run("DELETE FROM ledger WHERE seq > 12", "DELETE FROM checkpoint WHERE size > 12")
    mend_head(Forger(restored.store))
    with pytest.raises(WitnessDisagrees, match=r"knows 15 entries .* has 12"):
        check_witness(restored)


def test_a_checkpoint_that_the_witness_never_got_stops_nobody(store: Store, tmp_path: Path) -> None:
    closing = closed(store, tmp_path)
    grow(store, "c")
    close_ledger(replace(closing, witness=None), LATER)
    check_witness(closing)
    with store.begin() as places:
        places.checkpoints._sql.connection.execute(text("DELETE FROM checkpoint"))
    check_witness(closing)  # dearer: the entries are hashed again


def test_without_a_public_key_no_signature_is_believed(store: Store, tmp_path: Path) -> None:
    closing = closed(store, tmp_path)
    for file in tmp_path.glob("checkpoint.key*"):
        file.unlink()
    report = verify_with_checkpoints(closing)
    assert not report.ok
    assert "no known key has signed it" in report.sentence
    assert verify_ledger(store).ok


@pytest.mark.covers("F34")
def test_yesterdays_file_is_found_on_opening(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/ledger.db")
    filled(store)
    close_ledger(notary(store, tmp_path), NOW)
    store.close()
    shutil.copyfile(tmp_path / "ledger.db", tmp_path / "yesterday.db")
    store = open_store(f"sqlite:///{tmp_path}/ledger.db")
    grow(store, "a")
    close_ledger(notary(store, tmp_path), LATER)
    store.close()
    (tmp_path / "yesterday.db").replace(tmp_path / "ledger.db")
    store = open_store(f"sqlite:///{tmp_path}/ledger.db")
    with pytest.raises(WitnessDisagrees, match="knows 12 entries"):
        check_witness(notary(store, tmp_path))
    store.close()


def test_a_checkpoint_of_nothing_is_held_to_too(store: Store, tmp_path: Path) -> None:
    closing = notary(store, tmp_path)
    close_ledger(closing, NOW)
    filled(store)
    assert verify_with_checkpoints(closing).ok
    with store.begin() as places:
        places.checkpoints._sql.connection.execute(text("DELETE FROM checkpoint"))
        places.checkpoints.add(Checkpoint(0, bytes(32), NOW, "x\n"))
    assert "does not hold: it is not a signed note" in verify_ledger(store).sentence
