"""How old what we know is. Nobody is called late by what was not read (`decide_to_outbox.decision_time`).

That promise needs no person. But a source that stays away is a stop that must be seen: it gets a hold with
its age and with the first due date that passes unseen (F43).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from connector.port import Stream
from mappings.words import clock_words
from store.places import Places
from sync.brakes import DETAIL, Brake
from sync.holding import lift, place
from sync.judging import NOT_SHOWN
from sync.site import Site

STALE_AFTER = timedelta(minutes=30)
STREAMS = (Stream.DOCUMENTS, Stream.ACTIVITY)
SCOPE = "stale"


@dataclass(frozen=True, slots=True)
class Freshness:
    """Until when (aware) both documents and activity are known completely; None before the first reading."""

    complete_to: datetime | None
    now: datetime

    @property
    def stale(self) -> bool:
        """Whether nothing may be said about who is late."""
        return self.complete_to is not None and self.now - self.complete_to > STALE_AFTER


def freshness(places: Places, site: str, now: datetime) -> Freshness:
    """How fresh a site is: the older of its two streams counts, of those that it shows."""
    read = [places.cursors.get(site, stream.value) for stream in STREAMS]
    times = [one.complete_to if one else None for one in read if one is None or one.value != NOT_SHOWN]
    known = [time for time in times if time is not None]
    return Freshness(min(known) if len(known) == len(times) else None, now)


def watch_age(site: Site, away: str) -> None:
    """Hold a source that has been away for too long; release it as soon as it was read."""
    with site.store.read() as places:
        state = freshness(places, site.name, site.now())
        held = any(one.scope == SCOPE for one in places.holds.open(site.name))
    if not state.stale or not away:
        if held:
            with site.store.begin() as places:
                lift(site, places, [SCOPE])
        return
    assert state.complete_to is not None
    brake = Brake(
        scope=SCOPE,
        reason=f"Hệ thống văn bản chưa đọc lại được từ {clock_words(state.complete_to)}. {DETAIL} {away}",
        safe="Không nhiệm vụ nào bị tính quá hạn và không thông báo nào được gửi theo dữ liệu cũ.",
        cost="Kết quả gửi sau thời điểm đó chưa được ghi nhận.",
    )
    with site.store.begin() as places:
        place(site, places, brake)
