"""Proofs over the hash tree (RFC 6962 §2.1.1 and §2.1.2), made while the leaves go by once.

A proof is a list of subtree roots. Which subtrees it needs follows from two numbers alone, so they are
named first and their roots are picked up in passing: what is held in memory is the frontier and the
proofs themselves, however long the ledger is. Whether a proof holds is judged by
`store/offline_verifier.py`, which shares no code with this.
"""

from __future__ import annotations

from collections.abc import Iterable

from store.merkle import EMPTY_ROOT, node_hash

#: Leaves of a subtree, counted from 0: the first, and the one after the last.
Span = tuple[int, int]


def inclusion_spans(index: int, size: int) -> list[Span]:
    """The subtrees whose roots prove that leaf `index` (from 0) stands in a tree of `size`; from the leaf up.

    ValueError when there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    spans, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    return spans[::-1]


def consistency_spans(old: int, new: int) -> list[Span]:
    """The subtrees whose roots prove that a tree of `new` leaves begins with the tree of `old` leaves.

    Nothing is needed for an empty old tree or an equal one. ValueError when the old one is larger.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} leaves does not begin with {old} leaves")
    if old in {0, new}:
        return []
    spans, start, end = [], 0, new
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    if start:  # otherwise the subtree is the old tree, whose root the reader has
        spans.append((start, end))
    return spans[::-1]


def _split(leaves: int) -> int:
    """The largest power of two below the number of leaves: how many of them go to the left."""
    return 1 << ((leaves - 1).bit_length() - 1)


class SubtreeRoots:
    """Takes the leaves of one tree in order, and keeps the roots of the subtrees that are wanted."""

    __slots__ = ("_nodes", "_wanted", "found", "size")

    def __init__(self, wanted: Iterable[Span]) -> None:
        self._wanted = frozenset(wanted)
        self._nodes: list[tuple[int, bytes]] = []
        self.found: dict[Span, bytes] = {}
        self.size = 0

    def add(self, leaf: bytes) -> None:
        """Take the hash of the next leaf."""
        start, node, rest = self.size, leaf, self.size
        self.size += 1
        self._keep(start, node)
        while rest & 1:
            start, left = self._nodes.pop()
            node = node_hash(left, node)
            rest >>= 1
            self._keep(start, node)
        self._nodes.append((start, node))

    def root(self) -> bytes:
        """The root over all leaves taken; the subtrees that end with the last leaf are known from here on."""
        if not self._nodes:
            return EMPTY_ROOT
        node = self._nodes[-1][1]
        for start, left in reversed(self._nodes[:-1]):
            node = node_hash(left, node)
            self._keep(start, node)
        return node

    def path(self, spans: Iterable[Span]) -> list[bytes]:
        """The roots of subtrees in the order asked for. KeyError before `root`, or for one not wanted."""
        return [self.found[span] for span in spans]

    def _keep(self, start: int, node: bytes) -> None:
        if (start, self.size) in self._wanted:
            self.found[start, self.size] = node
