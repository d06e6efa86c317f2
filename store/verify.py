"""Checking the ledger against itself: contents hashed again, numbers without gaps, the tree, the head.

And against what was said of it earlier: the signed checkpoints beside it, and those that somebody outside
kept. Rows are read page by page, so that the memory needed does not grow with the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from errors import SkipRecord
from store.checkpoints import Checkpoint
from store.engine import Store
from store.entries import Fact, entry_leaf
from store.ledger import Ledger
from store.merkle import EMPTY_ROOT, Frontier
from store.signing import NoteError, VerifierKey, ledger_origin, read_note, read_statement, split_note

PAGE = 1000

#: A row of the ledger: number, fact, recorded_at, leaf.
StoredRow = tuple[int, Fact, datetime, bytes]


@dataclass(frozen=True, slots=True)
class LedgerReport:
    """What was found: size and root (hex) as computed from the contents; the first entry that is wrong."""

    size: int
    root: str
    ok: bool
    first_bad_seq: int | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was said of the ledger at an earlier time: size, root (hex), and who said it, for sentences."""

    size: int
    root: str
    said_by: str


class EntryWrongError(Exception):
    """What was found, and the first entry that it concerns, when one can be named."""

    def __init__(self, seq: int | None, sentence: str) -> None:
        self.seq = seq
        self.sentence = sentence
        super().__init__(sentence)


def verify_ledger(
    store: Store,
    *,
    known: tuple[int, str] | None = None,
    keys: Sequence[VerifierKey] | None = None,
    witnessed: Iterable[Earlier] = (),
) -> LedgerReport:
    """Hash every entry again and compare with what the entries, the head and every checkpoint say.

    `keys` are the public keys that may have signed the checkpoints; without them signatures are not judged.
    `known` is (size, root in hex) noted outside this database, and `witnessed` more of the same: only with
    them is a ledger found out that was replaced as a whole, or restored from an older copy (F34).
    """
    tree = Frontier()
    earlier = [*witnessed, *([Earlier(*known, "the earlier checkpoint")] if known else [])]
    try:
        with store.read() as places:
            signed = places.checkpoints.all()
            earlier += [_said(one, ledger_origin(store.salt), keys) for one in signed]
            _verify(places.ledger, tree, earlier)
    except EntryWrongError as wrong:
        return _report(tree, wrong.seq, wrong.sentence, ok=False)
    held = f" {len(signed)} signed checkpoints hold." if signed and keys is not None else ""
    return _report(tree, None, f"All {tree.size} entries are as they were recorded.{held}", ok=True)


def whole_rows(ledger: Ledger, size: int) -> Iterator[StoredRow]:
    """The rows of the ledger in order, each hashed again. EntryWrongError at the first that is not whole.

    `size` is what the head counts; whether the last one is there is left to the caller.
    """
    expected = 1
    for row in _rows(ledger):
        _check_row(row, expected=expected, size=size)
        yield row
        expected += 1


def _report(tree: Frontier, first_bad_seq: int | None, sentence: str, *, ok: bool) -> LedgerReport:
    return LedgerReport(tree.size, tree.root().hex(), ok, first_bad_seq, sentence)


def _said(one: Checkpoint, origin: str, keys: Sequence[VerifierKey] | None) -> Earlier:
    """What a stored checkpoint says, once its row and its signed text are found to say the same."""
    named = f"the checkpoint of {one.made_at:%d/%m/%Y} over {one.size} entries"
    try:
        text = split_note(one.note)[0] if keys is None else read_note(one.note, keys)
        said = read_statement(text)
    except NoteError as error:
        raise EntryWrongError(None, f"{_capital(named)} does not hold: {error}.") from None
    if (said.origin, said.size, said.root) != (origin, one.size, one.root):
        reason = "its text speaks of another ledger, size or root"
        raise EntryWrongError(None, f"{_capital(named)} does not hold: {reason}.")
    return Earlier(one.size, one.root.hex(), named)


def _verify(ledger: Ledger, tree: Frontier, earlier: Sequence[Earlier]) -> None:
    size, root, packed = ledger.head()
    subtrees = _subtrees(size, packed)
    said = _by_size(earlier)
    differing: tuple[int, int] | None = None
    agreed = _agreed(said.get(0, ()), 0, 0, EMPTY_ROOT)
    for seq, _fact, _recorded_at, leaf in whole_rows(ledger, size):
        tree.add(leaf)
        first, claimed = subtrees.get(seq, (0, b""))
        if first and claimed != tree.nodes[-1] and differing is None:
            differing = (first, seq)
        if seq in said:
            agreed = _agreed(said[seq], agreed, seq, tree.root())
    _check_ending(tree, size, earlier)
    if tree.root() == root and tree.pack() == packed:
        return
    if tree.root() != root and differing is not None:
        first, last = differing
        raise EntryWrongError(
            first, f"Entries {first} to {last} are not those that the head was computed from."
        )
    raise EntryWrongError(
        None, "The head was changed: the entries are whole and give another root or frontier."
    )


def _by_size(earlier: Sequence[Earlier]) -> dict[int, list[Earlier]]:
    found: dict[int, list[Earlier]] = {}
    for one in earlier:
        found.setdefault(one.size, []).append(one)
    return found


def _agreed(said: Iterable[Earlier], agreed: int, size: int, root: bytes) -> int:
    """The number of entries that stand as they were signed; EntryWrongError when it goes no further."""
    for one in said:
        if one.root != root.hex():
            named = f"Entries {agreed + 1} to" if agreed else "The first"
            what = f"{named} {size}{'' if agreed else ' entries'} are not those of {one.said_by}."
            raise EntryWrongError(agreed + 1 if size else None, what)
    return size


def _check_row(row: StoredRow, *, expected: int, size: int) -> None:
    seq, fact, recorded_at, leaf = row
    if seq != expected:
        raise EntryWrongError(expected, f"Entry {expected} is missing: the next one is {seq}.")
    if seq > size:
        raise EntryWrongError(seq, f"Entry {seq} was put in beside the head, which counts {size} entries.")
    try:
        whole = entry_leaf(seq, fact, recorded_at) == leaf
    except SkipRecord:
        whole = False
    if not whole:
        raise EntryWrongError(
            seq, f"Entry {seq} (about {fact[1]!a}) was changed: its contents do not give its hash."
        )


def _check_ending(tree: Frontier, size: int, earlier: Iterable[Earlier]) -> None:
    gone = tree.size + 1
    if tree.size < size:
        raise EntryWrongError(gone, f"The end is cut off: entries {gone} to {size} are missing.")
    for one in earlier:
        if one.size > tree.size:
            older = "this is an older copy, or its end is cut off"
            raise EntryWrongError(
                gone, f"{_capital(one.said_by)} knows {one.size} entries, not {tree.size}: {older}."
            )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _subtrees(size: int, packed: bytes) -> dict[int, tuple[int, bytes]]:
    """Of the head's frontier: last entry of each subtree → (its first entry, its root)."""
    try:
        return {last: (first, root) for first, last, root in Frontier(size, packed).spans()}
    except ValueError:
        return {}


def _rows(ledger: Ledger) -> Iterator[StoredRow]:
    last, limit = 0, PAGE
    while True:
        try:
            rows = ledger.rows(last, limit)
        except ValueError:
            if limit == 1:
                raise EntryWrongError(
                    last + 1, f"Entry {last + 1} was changed: its times cannot be read."
                ) from None
            limit = 1
            continue
        yield from rows
        if not rows:
            return
        last = rows[-1][0]
