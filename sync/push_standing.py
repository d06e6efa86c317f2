"""Whether a site may be written to at all: what it asked for, what it refused, what a person stopped.

Kept in the store, so that a restart neither forgets a `Retry-After` nor knocks at a
closed door again. While something is wrong one write is tried at a time; the first that
succeeds ends the pause and wakes what waited for it. Where no write is left to try, a
reading that succeeds says that we are let in.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

import orjson

from errors import TdcdError
from store.holds import Hold
from store.places import Places
from sync.brakes import DETAIL
from sync.push_retry import Fault
from sync.site import Site, log

STREAM = "outbox"
#: Scope of the hold of a site that does not let us in.
LOGIN = "site:login"
#: So many writes in a row may fail before the document system itself counts as away.
FAILURES = 3
#: One 401 can be a coincidence; the second pass in a row that is not let in is not.
LASTING = 2
LOGIN_REST = (timedelta(seconds=5), timedelta(minutes=5))


@dataclass(frozen=True, slots=True)
class Standing:
    """`away` and `auth` count passes in a row that ended so; until `rest_until` nothing is sent."""

    away: int = 0
    auth: int = 0
    rest_until: datetime | None = None

    @property
    def troubled(self) -> bool:
        """Whether the next write is a trial."""
        return bool(self.away or self.auth)

    @property
    def patience(self) -> int:
        """How many writes in a row may fail before this pass ends."""
        return 1 if self.troubled else FAILURES


def standing_of(places: Places, site: str) -> Standing:
    """How a site stands; a hold for its log-in that a person released is forgotten with its pause."""
    kept = places.cursors.get(site, STREAM)
    if kept is None or not kept.value:
        return Standing()
    body = orjson.loads(kept.value)
    until = datetime.fromisoformat(body["rest_until"]) if body["rest_until"] else None
    standing = Standing(body["away"], body["auth"], until)
    if standing.auth >= LASTING and not any(hold.scope == LOGIN for hold in places.holds.open(site)):
        return Standing()
    return standing


def keep_standing(places: Places, site: str, standing: Standing) -> None:
    """Remember how the site stands, in the caller's transaction."""
    places.cursors.set(site, STREAM, orjson.dumps(asdict(standing)).decode())


def closed(places: Places, site: str, standing: Standing, now: datetime) -> str:
    """Why nothing may be sent now; empty when it may."""
    for hold in places.holds.stops_site(site):
        return f"Held ({hold.scope}): {hold.reason}"
    if standing.rest_until is not None and now < standing.rest_until:
        why = "not let in" if standing.auth else "asked to be left alone"
        return f"Nothing is sent until {standing.rest_until.isoformat(timespec='seconds')}: {why}."
    return ""


def recovered(site: Site) -> None:
    """We are let in again: no more trial, the log-in hold is released, what waited may go now."""
    with site.store.begin() as places:
        keep_standing(places, site.name, Standing())
        places.outbox.wake(site.name, Fault.TRANSIENT, site.now())
        places.holds.release(site.name, LOGIN, site.now(), "tdcd")
    log.info("writes go through again", site=site.name)


def went_away(site: Site, standing: Standing) -> Standing:
    """Several writes failed one after another: it is the document system, not one of them."""
    return _kept(site, replace(standing, away=standing.away + 1))


def rest(site: Site, standing: Standing, after: float) -> Standing:
    """The document system asked to be left alone for `after` seconds: so it is, in every lane of this site."""
    return _kept(site, replace(standing, rest_until=site.now() + timedelta(seconds=after)))


def not_let_in(site: Site, standing: Standing, error: TdcdError, *, lasting: bool = False) -> Standing:
    """A log-in was refused; the second time (or at once: `lasting`) a person is asked and the site pauses."""
    times = max(standing.auth + 1, LASTING if lasting else 1)
    until = site.now() + LOGIN_REST[min(times, len(LOGIN_REST)) - 1]
    now_standing = replace(standing, auth=times, rest_until=until)
    with site.store.begin() as places:
        keep_standing(places, site.name, now_standing)
        if times >= LASTING:
            places.holds.place(_login_hold(site, error, places.outbox.counts(site.name)))
            log.error("not let in", site=site.name, reason=error.sentence)
    return now_standing


def _kept(site: Site, standing: Standing) -> Standing:
    with site.store.begin() as places:
        keep_standing(places, site.name, standing)
    return standing


def _login_hold(site: Site, error: TdcdError, counts: dict[str, int]) -> Hold:
    waiting = counts.get("pending", 0) + counts.get("sending", 0)
    return Hold(
        site=site.name,
        scope=LOGIN,
        reason=f"Hệ thống văn bản không cho tài khoản của tdcd đăng nhập hoặc ghi. {DETAIL} {error.sentence}",
        safe=f"{waiting} thao tác đang chờ trong hàng đợi, không mất; sổ theo dõi giữ nguyên.",
        cost="Trạng thái, biên nhận và minh chứng mới chưa hiện trong hệ thống văn bản; hạn xử lý vẫn chạy.",
        releaser="Quản trị hệ thống văn bản (đổi mật khẩu, mở khóa hoặc cấp lại quyền)",
        since=site.now(),
    )
