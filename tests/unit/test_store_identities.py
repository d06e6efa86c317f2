"""Documents by identity, over all sites, on both databases."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import date

import pytest

from store.engine import Store
from store.identities import ANSWER, DOCUMENT, KnownDocument

ORIGINAL = KnownDocument(
    site="van-phong",
    kind=DOCUMENT,
    remote_id="7",
    issuer_code="H99",
    issuer="UBND tỉnh Sông Lam",
    number="12/CT-UBND",
    number_key="12/ct-ubnd",
    issued_on=date(2026, 11, 10),
    document_id="",
)
COPY = replace(ORIGINAL, site="so", remote_id="31", owner_site="van-phong")


def test_what_is_put_is_found_by_number_or_by_id_and_nothing_else(store: Store) -> None:
    undated = replace(ORIGINAL, site="truc", issued_on=None, number="", number_key="", document_id="CV-1")
    answer = replace(ORIGINAL, site="truc", kind=ANSWER, remote_id="5")
    with store.begin() as places:
        places.identities.put([ORIGINAL, COPY, undated, answer])
    with store.begin() as places:
        assert places.identities.like(DOCUMENT, "12/ct-ubnd", "") == [COPY, ORIGINAL]
        assert places.identities.like(DOCUMENT, "", "CV-1") == [undated]
        assert places.identities.like(DOCUMENT, "12/ct-ubnd", "CV-1") == [COPY, undated, ORIGINAL]
        assert places.identities.like(ANSWER, "12/ct-ubnd", "") == [answer]
        assert places.identities.like(DOCUMENT, "", "") == []
    with store.read() as places:
        assert places.identities.of("so", "31") == COPY
        assert places.identities.of("so", "7") is None
        assert places.identities.of("truc", "5") is None


def test_the_newest_counts_and_what_is_forgotten_is_gone(store: Store) -> None:
    with store.begin() as places:
        places.identities.put([ORIGINAL, COPY])
        assert places.identities.alone("so") == [COPY]
        linked = replace(COPY, owner_document="7", issued_on=None)
        places.identities.put([linked])
        assert places.identities.of("so", "31") == linked
        assert places.identities.alone("so") == []
        places.identities.forget("so", DOCUMENT, ["31"])
        assert places.identities.of("so", "31") is None
        assert places.identities.of("van-phong", "7") == ORIGINAL


def test_a_document_needs_a_site_an_id_and_a_kind() -> None:
    with pytest.raises(ValueError, match="needs a site"):
        replace(ORIGINAL, site="")
    with pytest.raises(ValueError, match="needs a site"):
        replace(ORIGINAL, remote_id="")
    with pytest.raises(ValueError, match="needs a site"):
        replace(ORIGINAL, kind="paper")


def test_of_two_sites_that_map_at_once_the_second_sees_what_the_first_put(store: Store) -> None:
    seen: list[list[KnownDocument]] = []

    def second() -> None:
        with store.begin() as places:
            places.identities.take_turns()
            seen.append(places.identities.like(DOCUMENT, "12/ct-ubnd", ""))

    with store.begin() as places:
        places.identities.take_turns()
        other = threading.Thread(target=second)
        other.start()
        time.sleep(0.2)
        assert seen == []
        places.identities.put([ORIGINAL])
    other.join(timeout=20)
    assert seen == [[ORIGINAL]]
