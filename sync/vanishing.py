"""What a complete listing does not show any more: believed item by item, never by the dozen.

Directives and work items are counted by the unit that leads them. A unit of which too much
is gone is held alone, with a sealed plan of exactly these items; the others go on. One item
that is gone asks a person: nothing is closed for vanishing, nothing is made a second time.
Who releases that question knows it to be gone, and is not asked about it again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from connector.port import Stream
from connector.records import DirectiveRecord, Kind, RawRecord
from errors import SkipRecord
from store.breaks import ACCEPTED, Break
from store.breaks import gone as break_of
from store.places import Places
from sync.brakes import ALONE, Brake, Braked, empty_listing, unit_vanished
from sync.holding import lift, place
from sync.sealed_plans import allowed, approved, withdraw
from sync.site import Site

_WORDS = {Stream.DOCUMENTS: "văn bản", Stream.ACTIVITY: "công việc"}
_ITEM = {Stream.DOCUMENTS: "document", Stream.ACTIVITY: "job"}
#: An empty list of work items stops the site under this name.
NO_JOBS = "site:jobs"


@dataclass(slots=True)
class Vanished:
    """What is gone and believed to be (`gone`), the breaks of it, and the units that were stopped."""

    gone: set[str] = field(default_factory=set)
    breaks: list[Break] = field(default_factory=list)
    brakes: list[Brake] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Expected:
    """Ids that should be listed, by the unit that leads them, and their tasks."""

    by_unit: Mapping[str, set[str]]
    tasks: Mapping[str, set[str]]

    @property
    def ids(self) -> set[str]:
        return set(self.tasks)


def compare_listing(site: Site, stream: Stream, listed: frozenset[str]) -> Vanished:
    """Compare what should be there with what is. Raises Braked when the whole list came empty (F11)."""
    found = Vanished()
    with site.store.read() as places:
        expected = _expected(site, places, stream)
        accepted = _accepted(places, site.name, stream)
        gone = expected.ids - listed
        if stream is Stream.DOCUMENTS:
            gone -= _filtered_out(site, places, gone)
    if stream is Stream.ACTIVITY:
        _believe_jobs(site, expected, listed, accepted)
    elif expected.ids and not listed:
        raise Braked(empty_listing(_WORDS[stream]))
    for unit, ids in expected.by_unit.items():
        found.gone |= _of_unit(site, stream, unit, ids, gone, accepted, found)
    _settle(site, stream, expected, found, accepted)
    return found


def _believe_jobs(site: Site, expected: _Expected, listed: frozenset[str], accepted: dict[str, str]) -> None:
    """Raises Braked while no work item is listed and more than one should be; lifts that stop otherwise.

    A person may know that all of them were removed: then the sealed plan says which.
    """
    lacking = expected.ids - accepted.keys() if not listed else set[str]()
    if len(lacking) <= ALONE:
        with site.store.read() as places:
            held = any(hold.scope == NO_JOBS for hold in places.holds.open(site.name))
        if held:
            with site.store.begin() as places:
                withdraw(site, places, NO_JOBS)
        return
    brake = empty_listing(_WORDS[Stream.ACTIVITY], NO_JOBS, lacking)
    with site.store.begin() as places:
        approval = approved(places, site.name, NO_JOBS)
        believed = allowed(site, places, brake)
    if not believed:
        raise Braked(brake)
    accepted.update(dict.fromkeys(lacking, approval.by if approval else ""))


def _of_unit(
    site: Site,
    stream: Stream,
    unit: str,
    ids: set[str],
    gone: set[str],
    accepted: dict[str, str],
    found: Vanished,
) -> set[str]:
    """What of this unit is gone for certain; while it is held, only what was accepted before."""
    scope = f"unit:{unit}:{_ITEM[stream]}s"
    lacking = (ids & gone) - accepted.keys()
    with site.store.read() as places:
        entry = site.directory(places).units.entry(unit)
        held = any(hold.scope == scope for hold in places.holds.open(site.name))
    brake = unit_vanished(scope, entry.name if entry else unit, _WORDS[stream], lacking, len(ids))
    if brake is None:
        if held:
            with site.store.begin() as places:
                withdraw(site, places, scope)
        return ids & gone
    with site.store.begin() as places:
        approval = approved(places, site.name, scope)
        if not allowed(site, places, brake):
            found.brakes.append(brake)
            return ids & gone & accepted.keys()
    accepted.update(dict.fromkeys(lacking, approval.by if approval else ""))
    return ids & gone


def _settle(
    site: Site, stream: Stream, expected: _Expected, found: Vanished, accepted: Mapping[str, str]
) -> None:
    """A break for each item that is gone, a question to a person for each new one; answered ones end."""
    now, word = site.now(), _ITEM[stream]
    found.breaks = [break_of(site.name, f"{word}:{one}", now, accepted.get(one, "")) for one in found.gone]
    asks = {
        f"{_subject(stream, one, expected)}:missing": one for one in found.gone if not accepted.get(one, "")
    }
    with site.store.read() as places:
        held = {hold.scope for hold in places.holds.open(site.name)}
    back = {
        f"{_subject(stream, one, expected)}:missing" for one in expected.ids if one not in found.gone
    } & held
    if not asks and not back:
        return
    with site.store.begin() as places:
        lift(site, places, back)
        for scope, one in asks.items():
            place(site, places, _gone(stream, scope, one, expected.tasks[one]))


def _subject(stream: Stream, one: str, expected: _Expected) -> str:
    return f"directive:{one}" if stream is Stream.DOCUMENTS else f"task:{min(expected.tasks[one])}"


def _gone(stream: Stream, scope: str, one: str, tasks: Collection[str]) -> Brake:
    if stream is Stream.DOCUMENTS:
        return Brake(
            scope=scope,
            reason=f"Văn bản {one} không còn trong danh sách đầy đủ của hệ thống văn bản.",
            safe="Các nhiệm vụ của văn bản vẫn được theo dõi; không nhiệm vụ nào bị đóng.",
            cost="Nếu văn bản đã bị thu hồi thật, đơn vị vẫn thấy nhiệm vụ.",
            releaser="Chuyên viên soạn thảo văn bản",
            tasks=tasks,
        )
    return Brake(
        scope=scope,
        reason=f"Công việc {one} của nhiệm vụ {min(tasks)} đã bị xóa khỏi hệ thống văn bản.",
        safe="Nhiệm vụ và toàn bộ lịch sử vẫn còn trong sổ theo dõi.",
        cost="Đơn vị không nhìn thấy nhiệm vụ; hạn xử lý vẫn chạy.",
        tasks=tasks,
    )


def _expected(site: Site, places: Places, stream: Stream) -> _Expected:
    by_unit: defaultdict[str, set[str]] = defaultdict(set)
    tasks: defaultdict[str, set[str]] = defaultdict(set)
    jobs = {}
    if stream is Stream.ACTIVITY:
        jobs = {item.task: item.job_id for item in places.workitems.all_jobs(site.name)}
    for row in places.tasks.find(site.name):
        one = jobs.get(row.key, "") if stream is Stream.ACTIVITY else row.directive
        if one and (stream is Stream.ACTIVITY or not row.closed):
            by_unit[row.lead].add(one)
            tasks[one].add(row.key)
    return _Expected(by_unit, tasks)


def _accepted(places: Places, site: str, stream: Stream) -> dict[str, str]:
    """Items that a person knows to be gone, and who."""
    word = f"{_ITEM[stream]}:"
    return {
        one.item.removeprefix(word): one.theirs.removeprefix(ACCEPTED)
        for one in places.breaks.of(site)
        if one.field == "presence" and one.item.startswith(word) and one.theirs.startswith(ACCEPTED)
    }


def _filtered_out(site: Site, places: Places, gone: Collection[str]) -> set[str]:
    """Documents that the site's own filter leaves out have not vanished (F15)."""
    since = site.settings.scope.since
    if since is None:
        return set()
    latest = places.inbox.latest(site.name, Kind.DOCUMENT.value, gone)
    days = {one: _day(site, envelope.body, envelope.version, one) for one, envelope in latest.items()}
    return {one for one, day in days.items() if day is not None and day < since}


def _day(site: Site, body: bytes, version: str, remote_id: str) -> date | None:
    try:
        record = site.connector.decode(RawRecord(Kind.DOCUMENT, remote_id, body, version))
    except SkipRecord:
        return None
    return record.issued_on if isinstance(record, DirectiveRecord) else None
