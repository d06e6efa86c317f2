"""Proofs over the hash tree: published paths, and an oracle that is the RFC written down as it stands there.

What is made by `store/inclusion` is judged by `store/offline_verifier`, which shares no code with it.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.inclusion import Span, SubtreeRoots, consistency_spans, inclusion_spans
from store.merkle import EMPTY_ROOT, leaf_hash
from store.offline_verifier import grew_from, root_from_leaf
from tests.unit.test_store_merkle import LEAVES, ROOTS, tree_hash

#: Paths that Certificate Transparency's implementations test themselves with: (leaf from 0, size) → path.
PATHS = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
GROWTH = {
    (1, 1): [],
    (1, 8): PATHS[0, 8],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}

TREES = st.lists(st.binary(max_size=3), min_size=1, max_size=70)


def rfc_path(m: int, data: list[bytes]) -> list[bytes]:
    """RFC 6962 §2.1.1."""
    n = len(data)
    if n == 1:
        return []
    k = largest_power(n)
    if m < k:
        return [*rfc_path(m, data[:k]), tree_hash(data[k:])]
    return [*rfc_path(m - k, data[k:]), tree_hash(data[:k])]


def rfc_subproof(m: int, data: list[bytes], *, whole: bool) -> list[bytes]:
    """RFC 6962 §2.1.2."""
    n = len(data)
    if m == n:
        return [] if whole else [tree_hash(data)]
    k = largest_power(n)
    if m <= k:
        return [*rfc_subproof(m, data[:k], whole=whole), tree_hash(data[k:])]
    return [*rfc_subproof(m - k, data[k:], whole=False), tree_hash(data[:k])]


def largest_power(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def made(data: list[bytes], spans: list[Span]) -> list[bytes]:
    tree = SubtreeRoots(spans)
    for leaf in data:
        tree.add(leaf_hash(leaf))
    assert tree.root() == tree_hash(data)
    return tree.path(spans)


@pytest.mark.parametrize(("index", "size"), PATHS)
def test_published_paths(index: int, size: int) -> None:
    data = [bytes.fromhex(leaf) for leaf in LEAVES[:size]]
    path = made(data, inclusion_spans(index, size))
    assert [node.hex() for node in path] == PATHS[index, size]
    assert root_from_leaf(index, size, leaf_hash(data[index]), path).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(("old", "new"), GROWTH)
def test_published_consistency(old: int, new: int) -> None:
    data = [bytes.fromhex(leaf) for leaf in LEAVES[:new]]
    path = made(data, consistency_spans(old, new))
    assert [node.hex() for node in path] == GROWTH[old, new]
    assert grew_from(old, new, bytes.fromhex(ROOTS[old - 1]), bytes.fromhex(ROOTS[new - 1]), path)


@given(TREES, st.data())
def test_inclusion_is_that_of_the_rfc_and_leads_to_the_root(data: list[bytes], draw: st.DataObject) -> None:
    index, size = draw.draw(st.integers(0, len(data) - 1)), len(data)
    path = made(data, inclusion_spans(index, size))
    assert path == rfc_path(index, data)
    assert root_from_leaf(index, size, leaf_hash(data[index]), path) == tree_hash(data)


@given(TREES, st.data())
def test_consistency_is_that_of_the_rfc_and_holds(data: list[bytes], draw: st.DataObject) -> None:
    old, new = draw.draw(st.integers(0, len(data))), len(data)
    path = made(data, consistency_spans(old, new))
    assert path == (rfc_subproof(old, data, whole=True) if old else [])
    assert grew_from(old, new, tree_hash(data[:old]), tree_hash(data), path)


@given(st.lists(st.binary(min_size=1, max_size=3), min_size=2, max_size=40, unique=True), st.data())
def test_no_proof_holds_for_another_leaf_place_size_or_path(data: list[bytes], draw: st.DataObject) -> None:
    index, size = draw.draw(st.integers(0, len(data) - 1)), len(data)
    path, root = made(data, inclusion_spans(index, size)), tree_hash(data)
    other = draw.draw(st.integers(0, size - 1).filter(lambda place: place != index))
    assert reached(index, size, leaf_hash(data[other]), path) != root
    assert reached(other, size, leaf_hash(data[index]), path) != root
    assert reached(index, size, leaf_hash(data[index]), path[:-1]) != root
    assert reached(index, size, leaf_hash(data[index]), [*path, root]) != root
    assert reached(size, size, leaf_hash(data[index]), path) is None


@given(TREES, st.data())
def test_a_rewritten_beginning_has_no_consistency(data: list[bytes], draw: st.DataObject) -> None:
    old, new = draw.draw(st.integers(1, len(data))), len(data)
    path = made(data, consistency_spans(old, new))
    place = draw.draw(st.integers(0, old - 1))
    rewritten = [*data[:place], data[place] + b"x", *data[place + 1 :]]
    assert not grew_from(old, new, tree_hash(rewritten[:old]), tree_hash(data), path)
    assert not grew_from(old, new, tree_hash(data[:old]), tree_hash(rewritten), path)
    assert not grew_from(old, new, tree_hash(data[:old]), tree_hash(data), [*path, EMPTY_ROOT])
    assert not grew_from(new + 1, new, tree_hash(data), tree_hash(data), path)


def reached(index: int, size: int, leaf: bytes, path: list[bytes]) -> bytes | None:
    try:
        return root_from_leaf(index, size, leaf, path)
    except ValueError:
        return None


def test_impossible_questions_are_refused() -> None:
    with pytest.raises(ValueError, match="no leaf 3"):
        inclusion_spans(3, 3)
    with pytest.raises(ValueError, match="does not begin with 4"):
        consistency_spans(4, 3)
    assert SubtreeRoots([]).root() == EMPTY_ROOT


def test_memory_is_the_frontier_and_what_is_wanted() -> None:
    spans = inclusion_spans(4999, 10_000)
    tree = SubtreeRoots(spans)
    for number in range(10_000):
        tree.add(leaf_hash(b"%d" % number))
        assert len(tree._nodes) <= 14
    assert root_from_leaf(4999, 10_000, leaf_hash(b"4999"), tree.path(spans)) if tree.root() else False
    assert len(tree.found) == len(spans) == 14
