"""The inbox: what is new, in which order it is worked on, what comes back, and what is remembered as a digest.

Excludes the bulk path (`test_store_bulk`) and crashes (`tests/faults`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from store.engine import Store
from store.inbox import Envelope, Inbox
from store.tables import Base

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def envelope(remote_id: str, version: str = "v1", kind: str = "document", site: str = "songlam") -> Envelope:
    return Envelope(site, kind, remote_id, version, f"{remote_id}/{version}".encode(), NOW)


def ids(envelopes: list[Envelope]) -> list[int]:
    return [one.id for one in envelopes if one.id is not None]


def shown(envelopes: list[Envelope]) -> list[tuple[str, str]]:
    return [(one.remote_id, one.version) for one in envelopes]


@pytest.mark.covers("F17", "F19")
def test_only_new_versions_are_kept(store: Store) -> None:
    with store.begin() as places:
        first = places.inbox.put([envelope("A"), envelope("B"), envelope("A")])
        assert shown(first) == [("A", "v1"), ("B", "v1")]
        assert places.inbox.put([envelope("A"), envelope("B")]) == []
        assert shown(places.inbox.put([envelope("B", "v2"), envelope("A")])) == [("B", "v2")]
        assert places.inbox.put([]) == []
    with store.read() as places:
        kept = places.inbox.pending("songlam", 10)
    assert shown(kept) == [("A", "v1"), ("B", "v1"), ("B", "v2")]
    assert kept[0] == replace(envelope("A"), id=ids(first)[0])


def test_the_same_id_of_another_kind_or_site_is_another_record(store: Store) -> None:
    with store.begin() as places:
        new = places.inbox.put([envelope("A"), envelope("A", kind="job"), envelope("A", site="khac")])
        assert len(new) == len({one.id for one in new}) == 3
        assert shown(places.inbox.pending("khac", 10)) == [("A", "v1")]


def test_a_version_that_comes_back_is_the_latest_again_and_is_worked_on_again(store: Store) -> None:
    with store.begin() as places:
        old = places.inbox.put([envelope("A")])
        newer = places.inbox.put([envelope("A", "v2"), envelope("B")])
        places.inbox.settle(ids(old + newer), "mapped")
        returned = places.inbox.put([replace(envelope("A"), seen_at=NOW - timedelta(hours=1))])
        assert ids(returned) == ids(old)
        assert places.inbox.latest("songlam", "document", ["A"])["A"].version == "v1"
        assert shown(places.inbox.pending("songlam", 10)) == [("A", "v1")]
        assert places.inbox.put([envelope("A")]) == []


def test_which_records_were_ever_kept_and_how_each_was_shown_last(store: Store) -> None:
    with store.begin() as places:
        places.inbox.put([envelope("A"), envelope("A", "v2"), envelope("B"), envelope("C", kind="job")])
        places.inbox.put([envelope("A"), envelope("D", site="khac")])
        asked = ["A", "B", "C", "D", "E"]
        assert places.inbox.kept("songlam", "document", asked) == {"A", "B"}
        latest = places.inbox.latest("songlam", "document", asked)
        assert {one: kept.version for one, kept in latest.items()} == {"A": "v1", "B": "v1"}
        assert latest["B"] == replace(envelope("B"), id=latest["B"].id)


def test_a_version_that_comes_back_is_worked_on_after_the_one_between(store: Store) -> None:
    with store.begin() as places:
        places.inbox.put([envelope("A", "v1"), envelope("A", "v2"), envelope("A", "v1")])
        assert shown(places.inbox.pending("songlam", 10)) == [("A", "v2"), ("A", "v1")]


def test_pending_by_limit_and_kind(store: Store) -> None:
    with store.begin() as places:
        places.inbox.put([envelope("A"), envelope("J", kind="job"), envelope("B")])
        assert shown(places.inbox.pending("songlam", 2)) == [("A", "v1"), ("J", "v1")]
        assert shown(places.inbox.pending("songlam", 9, kinds=["document"])) == [("A", "v1"), ("B", "v1")]
        assert places.inbox.pending("khac", 9) == []


def test_settled_envelopes_can_be_opened_again(store: Store) -> None:
    with store.begin() as places:
        new = places.inbox.put([envelope("A"), envelope("B"), envelope("J", kind="job"), envelope("C")])
        places.inbox.settle(ids(new)[:1], "held", "không rõ độ mật")
        places.inbox.settle(ids(new)[1:3], "mapped")
        held = places.inbox.latest("songlam", "document", ["A"])["A"]
        assert (held.state, held.reason) == ("held", "không rõ độ mật")
        assert places.inbox.reopen("songlam", kinds=["job"]) == 1
        assert places.inbox.reopen("songlam", remote_ids=["A", "C"]) == 1
        assert shown(places.inbox.pending("songlam", 9)) == [("A", "v1"), ("J", "v1"), ("C", "v1")]
        assert places.inbox.reopen("songlam") == 1


def test_more_than_one_statement_can_take(store: Store) -> None:
    many = [envelope(f"VB{number}") for number in range(1203)]
    with store.begin() as places:
        new = places.inbox.put(many)
        assert len(places.inbox.latest("songlam", "document", [one.remote_id for one in many])) == 1203
        places.inbox.settle(ids(new), "skipped")
        assert places.inbox.pending("songlam", 9) == []
        assert places.inbox.put(many) == []


def test_what_is_settled_must_be_an_end(store: Store) -> None:
    with store.begin() as places, pytest.raises(ValueError, match="'new'"):
        places.inbox.settle([1], "new")


def test_an_envelope_is_checked_when_it_is_made() -> None:
    with pytest.raises(ValueError, match="needs site"):
        Envelope("", "document", "A", "v1", b"", NOW)
    with pytest.raises(ValueError, match="without a zone"):
        Envelope("s", "document", "A", "v1", b"", datetime(2026, 11, 21))


def test_unchanged_rows_are_known_again(store: Store) -> None:
    with store.begin() as places:
        assert places.inbox.unchanged("songlam", "document", [("A", "f1")]) == set()
        places.inbox.remember("songlam", "document", [("A", "f1"), ("B", "f1")])
        places.inbox.remember("songlam", "document", [("B", "f2")])
        rows = [("A", "f1"), ("B", "f1"), ("C", "f1")]
        assert places.inbox.unchanged("songlam", "document", rows) == {"A"}
        assert places.inbox.unchanged("songlam", "job", rows) == set()
        assert places.inbox.unchanged("khac", "document", rows) == set()
        places.inbox.remember("songlam", "job", [("A", "f1")])
        places.inbox.forget("songlam", "document")
        assert places.inbox.unchanged("songlam", "document", rows) == set()
        assert places.inbox.unchanged("songlam", "job", rows) == {"A"}
        places.inbox.forget("songlam")
        assert places.inbox.unchanged("songlam", "job", rows) == set()


def everything_stored(store: Store) -> bytes:
    with store.read() as places:
        connection = places.inbox._sql.connection
        tables = [connection.execute(text(f'SELECT * FROM "{name}"')).all() for name in Base.metadata.tables]
    return repr(
        [[bytes(v) if isinstance(v, memoryview) else v for v in row] for rows in tables for row in rows]
    ).encode()


def test_of_a_classified_document_nothing_is_kept_but_that_there_is_one(store: Store) -> None:
    with store.begin() as places:
        places.inbox.remember("songlam", "document", [("MAT-77/UBND", "fingerprint-77")], classified=True)
        places.inbox.remember("songlam", "document", [("A", "f")])
        assert places.inbox.classified_count("songlam") == 1
        assert places.inbox.classified_count("khac") == 0
        assert places.inbox.unchanged("songlam", "document", [("MAT-77/UBND", "fingerprint-77")]) == {
            "MAT-77/UBND"
        }
    kept = everything_stored(store)
    assert b"document" in kept
    assert b"MAT-77" not in kept
    assert b"fingerprint-77" not in kept
    with store.begin() as places:
        places.inbox.remember("songlam", "document", [("MAT-77/UBND", "fingerprint-78")])
        assert places.inbox.classified_count("songlam") == 0


def test_digests_are_keyed_with_the_salt_of_the_ledger(store: Store) -> None:
    assert len(store.salt) == 32
    with store.begin() as places:
        sql = places.inbox._sql
        ours = places.inbox._item("document", "A")
        sql.salt = b"x" * 32
        assert Inbox(sql)._item("document", "A") != ours
