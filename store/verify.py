"""Checking the ledger against itself: contents hashed again, numbers without gaps, the tree, the head.

Rows are read page by page, so that the memory needed does not grow with the ledger.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from errors import SkipRecord
from store.engine import Store
from store.entries import Fact, entry_leaf
from store.ledger import Ledger
from store.merkle import Frontier

PAGE = 1000


@dataclass(frozen=True, slots=True)
class LedgerReport:
    """What was found: size and root (hex) as computed from the contents; the first entry that is wrong."""

    size: int
    root: str
    ok: bool
    first_bad_seq: int | None
    sentence: str


class _WrongError(Exception):
    """What was found, and the entry by which it was found."""

    def __init__(self, seq: int | None, sentence: str) -> None:
        self.seq = seq
        self.sentence = sentence
        super().__init__(sentence)


def verify_ledger(store: Store, *, known: tuple[int, str] | None = None) -> LedgerReport:
    """Hash every entry again and compare with what the entries, the head and an earlier checkpoint say.

    `known` is (size, root in hex) noted outside this database earlier, e.g. a signed checkpoint: only with
    it is a ledger found out that was replaced as a whole, or restored from an older copy (F34).
    """
    tree = Frontier()
    try:
        with store.read() as places:
            _verify(places.ledger, tree, known)
    except _WrongError as wrong:
        return _report(tree, wrong.seq, wrong.sentence, ok=False)
    return _report(tree, None, f"All {tree.size} entries are as they were recorded.", ok=True)


def _report(tree: Frontier, first_bad_seq: int | None, sentence: str, *, ok: bool) -> LedgerReport:
    return LedgerReport(tree.size, tree.root().hex(), ok, first_bad_seq, sentence)


def _verify(ledger: Ledger, tree: Frontier, known: tuple[int, str] | None) -> None:
    size, root, packed = ledger.head()
    subtrees = _subtrees(size, packed)
    differing: tuple[int, int] | None = None
    for seq, fact, recorded_at, leaf in _entries(ledger):
        _check_entry(seq, fact, recorded_at, leaf, expected=tree.size + 1, size=size)
        tree.add(leaf)
        first, claimed = subtrees.get(seq, (0, b""))
        if first and claimed != tree.nodes[-1] and differing is None:
            differing = (first, seq)
        if known is not None and known[0] == seq and known[1] != tree.root().hex():
            raise _WrongError(None, f"The first {seq} entries are not those of the earlier checkpoint.")
    _check_ending(tree, size, known)
    if tree.root() == root and tree.pack() == packed:
        return
    if tree.root() != root and differing is not None:
        first, last = differing
        raise _WrongError(first, f"Entries {first} to {last} are not those that the head was computed from.")
    raise _WrongError(None, "The head was changed: the entries are whole and give another root or frontier.")


def _check_entry(
    seq: int, fact: Fact, recorded_at: datetime, leaf: bytes, *, expected: int, size: int
) -> None:
    if seq != expected:
        raise _WrongError(expected, f"Entry {expected} is missing: the next one is {seq}.")
    if seq > size:
        raise _WrongError(seq, f"Entry {seq} was put in beside the head, which counts {size} entries.")
    try:
        whole = entry_leaf(seq, fact, recorded_at) == leaf
    except SkipRecord:
        whole = False
    if not whole:
        raise _WrongError(
            seq, f"Entry {seq} (about {fact[1]!a}) was changed: its contents do not give its hash."
        )


def _check_ending(tree: Frontier, size: int, known: tuple[int, str] | None) -> None:
    gone = tree.size + 1
    if tree.size < size:
        raise _WrongError(gone, f"The end is cut off: entries {gone} to {size} are missing.")
    if known is not None and known[0] > tree.size:
        older = "this is an older copy, or its end is cut off"
        raise _WrongError(gone, f"The earlier checkpoint knows {known[0]} entries, not {tree.size}: {older}.")


def _subtrees(size: int, packed: bytes) -> dict[int, tuple[int, bytes]]:
    """Of the head's frontier: last entry of each subtree → (its first entry, its root)."""
    try:
        return {last: (first, root) for first, last, root in Frontier(size, packed).spans()}
    except ValueError:
        return {}


def _entries(ledger: Ledger) -> Iterator[tuple[int, Fact, datetime, bytes]]:
    last, limit = 0, PAGE
    while True:
        try:
            rows = ledger.rows(last, limit)
        except ValueError:
            if limit == 1:
                raise _WrongError(
                    last + 1, f"Entry {last + 1} was changed: its times cannot be read."
                ) from None
            limit = 1
            continue
        yield from rows
        if not rows:
            return
        last = rows[-1][0]
