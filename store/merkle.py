"""The hash tree over the ledger, as RFC 6962 §2.1 defines it, kept as a frontier that grows in place.

A frontier holds the roots of the perfect subtrees that a tree of `size` leaves is made of, largest
first: one for each bit set in `size`. It is all that is needed to add a leaf or to tell the root, so
the root after every append costs a few hashes and never a walk over the ledger.
"""

from __future__ import annotations

from hashlib import sha256

HASH_BYTES = 32

#: The root of a tree without leaves.
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf: 0x00 before the data keeps a leaf from passing for a node."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """A tree of `size` leaves, as the roots of its perfect subtrees."""

    __slots__ = ("nodes", "size")

    def __init__(self, size: int = 0, packed: bytes = b"") -> None:
        """Take up a packed frontier; ValueError when it cannot belong to a tree of that size."""
        if len(packed) != HASH_BYTES * size.bit_count():
            raise ValueError(
                f"a tree of {size} leaves has {size.bit_count()} subtrees, not {len(packed)} bytes"
            )
        self.size = size
        self.nodes = [packed[at : at + HASH_BYTES] for at in range(0, len(packed), HASH_BYTES)]

    def add(self, leaf: bytes) -> None:
        """Add the hash of a leaf, joining subtrees of equal height."""
        nodes, rest = self.nodes, self.size
        while rest & 1:
            leaf = sha256(b"\x01" + nodes.pop() + leaf).digest()
            rest >>= 1
        nodes.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The root hash; 32 bytes."""
        if not self.nodes:
            return EMPTY_ROOT
        root = self.nodes[-1]
        for left in reversed(self.nodes[:-1]):
            root = node_hash(left, root)
        return root

    def pack(self) -> bytes:
        """The bytes from which the same frontier is taken up again."""
        return b"".join(self.nodes)

    def spans(self) -> list[tuple[int, int, bytes]]:
        """Each perfect subtree as (first leaf, last leaf, root), leaves numbered from 1."""
        spans, first = [], 1
        heights = [bit for bit in range(self.size.bit_length() - 1, -1, -1) if self.size >> bit & 1]
        for height, root in zip(heights, self.nodes, strict=True):
            spans.append((first, first + 2**height - 1, root))
            first += 2**height
        return spans
