"""The hash tree: published roots, an independent recursive oracle, and what a packed frontier refuses.

Excludes the ledger's rows; see `test_store_ledger` and the ledger machine.
"""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.merkle import EMPTY_ROOT, Frontier, leaf_hash

#: The leaves and roots that Certificate Transparency's implementations test themselves with.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def tree_hash(data: list[bytes]) -> bytes:
    """RFC 6962 §2.1, written down as it stands there."""
    if not data:
        return sha256().digest()
    if len(data) == 1:
        return sha256(b"\x00" + data[0]).digest()
    k = 1
    while k * 2 < len(data):
        k *= 2
    return sha256(b"\x01" + tree_hash(data[:k]) + tree_hash(data[k:])).digest()


def test_published_roots() -> None:
    tree = Frontier()
    assert tree.root() == EMPTY_ROOT == tree_hash([])
    for leaf, root in zip(LEAVES, ROOTS, strict=True):
        tree.add(leaf_hash(bytes.fromhex(leaf)))
        assert tree.root().hex() == root


@given(st.lists(st.binary(max_size=8), max_size=70), st.integers(0, 70))
def test_growing_gives_the_root_computed_from_scratch(data: list[bytes], cut: int) -> None:
    tree = Frontier()
    for leaf in data[:cut]:
        tree.add(leaf_hash(leaf))
    tree = Frontier(tree.size, tree.pack())
    for leaf in data[cut:]:
        tree.add(leaf_hash(leaf))
    assert tree.size == len(data)
    assert tree.root() == tree_hash(data)


@given(st.lists(st.binary(max_size=4), max_size=70))
def test_spans_are_perfect_subtrees_that_cover_every_leaf(data: list[bytes]) -> None:
    tree = Frontier()
    for leaf in data:
        tree.add(leaf_hash(leaf))
    covered: list[int] = []
    for first, last, root in tree.spans():
        assert root == tree_hash(data[first - 1 : last])
        assert (last - first + 1).bit_count() == 1
        covered += range(first, last + 1)
    assert covered == list(range(1, len(data) + 1))


def test_a_frontier_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="3 leaves has 2 subtrees"):
        Frontier(3, b"\x00" * 32)
