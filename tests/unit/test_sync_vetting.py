"""What a reading must look like before anything of it is kept: where each brake takes hold, and where it does not.

Included: one reading by itself, on a real store. Excluded: what a pass does about a brake
(`faults/test_brakes_source`), identities that stand for others (there as well).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from connector.port import Stream
from connector.records import Kind, RawRecord
from store.engine import Store, open_store
from store.holds import Hold
from store.inbox import Envelope
from store.plans import SealedPlan
from sync.brakes import Braked
from sync.sealed_plans import approve
from sync.site import Site
from sync.vetting import Seen, Vetting
from tests.engine_arena import Arena


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path) -> Iterator[Site]:
    """On one database: what is asked of it here is asked on both by the tests of a whole pass."""
    (tmp_path / "ledger.db").write_bytes(sqlite_template.read_bytes())
    opened = open_store(f"sqlite:///{tmp_path / 'ledger.db'}")
    yield Arena(opened, tmp_path).site
    opened.close()


def _rows(count: int, mark: str, start: int = 0) -> list[tuple[str, str]]:
    return [(f"{number}", mark) for number in range(start, start + count)]


def _read_before(site: Site, kind: Kind, rows: Sequence[tuple[str, str]]) -> None:
    """These records were kept, with these fingerprints."""
    with site.store.begin() as places:
        places.inbox.put(
            [Envelope(site.name, kind.value, one, "v1", b"{}", site.now(), state="mapped") for one, _ in rows]
        )
        places.inbox.remember(site.name, kind.value, rows)


def _documents(site: Site, **given: Any) -> Vetting:
    return Vetting(site, Stream.DOCUMENTS, **given)


def _plan(site: Site) -> SealedPlan:
    with site.store.read() as places:
        (plan,) = places.plans.find(site.name)
    return plan


def _hold(site: Site, *scopes: str) -> None:
    with site.store.begin() as places:
        for scope in scopes:
            places.holds.place(
                Hold(
                    site=site.name,
                    scope=scope,
                    reason="r",
                    safe="s",
                    cost="c",
                    releaser="x",
                    since=site.now(),
                )
            )


def _held(site: Site) -> set[str]:
    with site.store.read() as places:
        return {hold.scope for hold in places.holds.open(site.name)}


@pytest.mark.covers("F13")
@pytest.mark.parametrize(("known", "stopped"), [(19, False), (20, True), (21, True)])
def test_twenty_known_rows_that_all_changed_are_no_coincidence(site: Site, known: int, stopped: bool) -> None:
    _read_before(site, Kind.DOCUMENT, _rows(known, "a"))
    reading = _documents(site)
    if not stopped:
        assert not reading.known(Kind.DOCUMENT, _rows(known, "b"))
        return
    with pytest.raises(Braked, match=f"Toàn bộ {known} văn bản") as braked:
        reading.known(Kind.DOCUMENT, _rows(known, "b"))
    assert braked.value.brake.scope == "site:changed"
    assert orjson.loads(_plan(site).body) == {"changed": sorted(f"{number} b" for number in range(known))}


@pytest.mark.covers("F13")
def test_rows_are_counted_over_all_pages_and_new_ones_are_not_changed_ones(site: Site) -> None:
    _read_before(site, Kind.DOCUMENT, _rows(24, "a"))
    reading = _documents(site)
    reading.known(Kind.DOCUMENT, [*_rows(12, "b"), *_rows(40, "b", start=500)])
    with pytest.raises(Braked, match="Toàn bộ 24 văn bản"):
        reading.known(Kind.DOCUMENT, _rows(12, "b", start=12))


@pytest.mark.covers("F13")
def test_one_unchanged_row_says_that_the_source_is_what_it_was(site: Site) -> None:
    _read_before(site, Kind.DOCUMENT, _rows(60, "a"))
    reading = _documents(site)
    assert set(reading.known(Kind.DOCUMENT, [*_rows(25, "b"), ("25", "a")])) == {"25"}
    assert not reading.known(Kind.DOCUMENT, _rows(30, "b", start=26))


def test_work_items_may_all_change_since_we_write_into_them(site: Site) -> None:
    _read_before(site, Kind.JOB, _rows(30, "a"))
    assert not Vetting(site, Stream.ACTIVITY).known(Kind.JOB, _rows(30, "b"))


@pytest.mark.covers("F13")
def test_once_a_person_has_agreed_the_whole_reading_goes_on(site: Site) -> None:
    _read_before(site, Kind.DOCUMENT, _rows(60, "a"))
    with pytest.raises(Braked):
        _documents(site).known(Kind.DOCUMENT, _rows(30, "b"))
    with site.store.begin() as places:
        approve(places, site.name, _plan(site).digest, "Hà Thị Lan")
    reading = _documents(site)
    assert not reading.known(Kind.DOCUMENT, _rows(30, "b"))
    assert not reading.known(Kind.DOCUMENT, _rows(30, "b", start=30))
    assert not _held(site)


@pytest.mark.covers("F11")
def test_only_a_list_of_documents_that_had_something_and_shows_nothing_at_all_is_not_believed(
    site: Site,
) -> None:
    with pytest.raises(Braked) as braked:
        _documents(site, begun=True).end()
    assert braked.value.brake.scope == "site:listing"
    assert "danh sách văn bản rỗng" in braked.value.brake.reason
    _documents(site).end()
    for stream in (Stream.ACTIVITY, Stream.UNITS, Stream.ACCOUNTS):
        Vetting(site, stream, begun=True).end()


@pytest.mark.covers("F11")
def test_a_last_page_without_rows_does_not_make_a_list_empty(site: Site) -> None:
    reading = _documents(site, begun=True)
    reading.known(Kind.DOCUMENT, _rows(2, "a"))
    reading.known(Kind.DOCUMENT, [])
    reading.end()


@pytest.mark.parametrize(
    ("stream", "complete", "ended"),
    [
        (Stream.DOCUMENTS, False, {"site:changed", "stream:documents", "site:listing"}),
        (Stream.DOCUMENTS, True, {"site:changed", "stream:documents", "site:listing"}),
        (Stream.UNITS, True, {"units:changed", "stream:units"}),
        (Stream.ACCOUNTS, True, {"accounts:changed", "stream:accounts"}),
        (Stream.ACTIVITY, False, {"stream:activity"}),
        (Stream.ACTIVITY, True, set()),
    ],
)
def test_a_list_read_to_its_end_lifts_its_own_holds_and_no_others(
    site: Site, stream: Stream, complete: bool, ended: set[str]
) -> None:
    lists = {f"stream:{name}" for name in ("documents", "units", "accounts", "activity")}
    held = {*lists, "site:changed", "units:changed", "accounts:changed", "site:listing", "site:jobs"}
    _hold(site, *held)
    Vetting(site, stream, complete=complete).end()
    assert _held(site) == held - ended


def _seen(number: int, problem: str) -> Seen:
    return RawRecord(Kind.DOCUMENT, f"MAT-{number}", b"{}", "v1"), None, problem


@pytest.mark.covers("F48")
@pytest.mark.parametrize(
    ("bad", "others", "stopped"),
    [(1, 0, False), (2, 0, True), (2, 2, True), (2, 3, False), (3, 3, True), (3, 4, False)],
)
def test_a_page_of_which_half_cannot_be_read_is_another_format(
    site: Site, bad: int, others: int, stopped: bool
) -> None:
    """One bad record stands alone, whatever share it is; classified ones have no problem and are not bad."""
    unreadable = [_seen(number, f"Field {number} is missing.") for number in range(bad)]
    page = [*unreadable, *(_seen(number, "") for number in range(10, 10 + others))]
    if not stopped:
        _documents(site).page(page)
        return
    with pytest.raises(Braked) as braked:
        _documents(site).page(page)
    assert braked.value.brake.scope == "stream:documents"
    assert f"{bad} trong {bad + others} bản ghi của danh sách văn bản" in braked.value.brake.reason
    assert "Field 0 is missing." in braked.value.brake.reason
    assert len(orjson.loads(_plan(site).body)["unreadable"]) == bad


@dataclass
class _Salted:
    """The store, with a salt of its own."""

    inner: Store
    salt: bytes

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


@pytest.mark.covers("F48", "LC-02")
def test_a_plan_names_unreadable_documents_only_to_whoever_has_the_salt(site: Site) -> None:
    """The mark of a document that cannot be read is not known: it may be a secret one."""
    plans = []
    for salt in (b"one", b"other", b"one"):
        salted: Any = _Salted(site.store, salt)
        with pytest.raises(Braked) as braked:
            _documents(replace(site, store=salted)).page([_seen(1, "x"), _seen(2, "x")])
        plans.append(braked.value.brake.body["unreadable"])
    assert plans[0] == plans[2]
    assert not set(plans[0]) & set(plans[1])
    assert not any("MAT" in name for name in plans[0])
