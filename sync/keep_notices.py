"""What a group of webhooks leaves in the store: their ids, the wake-ups they ask for, what cannot be read.

A notice says only "look at job 501". The first of an id orders one look, a repeat
none (F19), another body under a known id none either but a hold for a person (M05).
Nothing of a body is kept: it may speak of a document that must not be known here.
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from connector.records import Kind
from errors import RetryLater
from store.dead_letters import DeadLetter
from store.engine import Store
from store.holds import Hold
from store.places import Places
from store.webhooks import Heard
from sync.brakes import ADMINISTRATOR
from sync.orders import WAKE
from sync.site import log
from sync.webhook_marks import MARK_EVERY, Gap, mark

STAGE: Final = "webhook"
SCOPE: Final = "webhook"
MOST_WAKES: Final = 10_000
WAKES_AFTER: Final = 60.0
LOOK_EVERY: Final = timedelta(seconds=1)


class Outcome(enum.Enum):
    """What became of a webhook, once that is on disk."""

    KEPT = "kept"
    REPEATED = "repeated"
    CONFLICTING = "conflicting"


@dataclass(frozen=True, slots=True)
class Post:
    """A signed webhook: the SHA-256 of its body, and the record it names or the reason why it names none."""

    site: str
    webhook_id: str
    digest: bytes
    record: tuple[Kind, str] | None
    problem: str = ""


@dataclass(slots=True)
class NoticeKeeper:
    """Writes groups of webhooks for `sync/group_commit.py`; `wake` is told which sites have new orders.

    `counts` are of this process, by site; they are told in the log and in `tdcd status`, bodies never.
    """

    store: Store
    wake: Callable[[str], None]
    now: Callable[[], datetime]
    sites: Sequence[str]
    counts: dict[str, Counter[str]] = field(init=False)
    _marked: datetime | None = field(init=False, default=None)
    _looked: datetime | None = field(init=False, default=None)
    _crowded: bool = field(init=False, default=False)
    _told: dict[str, dict[str, int]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Every site begins with nothing counted."""
        self.counts = {site: Counter() for site in self.sites}

    def write(self, posts: Sequence[Post]) -> list[Outcome]:
        """Keep a group in one unit of work.

        Raises RetryLater (the store is busy or full, or 10,000 wake-ups wait for the site's worker) with
        nothing of the group kept, and StopService.
        """
        now = self.now().astimezone(UTC)
        due = _due(self._marked, now, MARK_EVERY)
        if not (posts or due):
            return []
        with self.store.begin() as places:
            gaps = {site: mark(places, site, self.counts[site], now) for site in self.sites if due}
            if _due(self._looked, now, LOOK_EVERY):
                self._crowded = places.signals.waiting(WAKE, MOST_WAKES + 1) > MOST_WAKES
            outcomes = [] if self._crowded else _kept(places, posts, now)
        self._looked, self._marked = now, now if due else self._marked
        self._tell_rhythm(gaps)
        if self._crowded and posts:
            raise RetryLater("Too many wake-ups wait for the site's worker.", after=WAKES_AFTER)
        self._tell_group(posts, outcomes)
        return outcomes

    def _tell_rhythm(self, gaps: Mapping[str, Gap | None]) -> None:
        for site, gap in gaps.items():
            if gap is not None:
                log.warning("no webhook was heard", site=site, since=gap.since, until=gap.until)
            counts = dict(self.counts[site])
            if counts != self._told.get(site, {}):
                self._told[site] = counts
                log.info("webhooks", site=site, **counts)

    def _tell_group(self, posts: Sequence[Post], outcomes: Sequence[Outcome]) -> None:
        wakes = set()
        for post, outcome in zip(posts, outcomes, strict=True):
            self.counts[post.site]["malformed" if post.problem else outcome.value] += 1
            if outcome is Outcome.CONFLICTING:
                log.error("another webhook under a known id", site=post.site, webhook=post.webhook_id)
            elif outcome is Outcome.KEPT and post.record is not None:
                wakes.add(post.site)
        for site in wakes:
            self.wake(site)


def _due(last: datetime | None, now: datetime, every: timedelta) -> bool:
    """Whether it is time again; also when the clock was set back."""
    return last is None or not last <= now < last + every


def _kept(places: Places, posts: Sequence[Post], now: datetime) -> list[Outcome]:
    """Judge a group by what was heard before and within it, and leave what follows from that."""
    outcomes = _judged(places, posts)
    fresh = [post for post, outcome in zip(posts, outcomes, strict=True) if outcome is Outcome.KEPT]
    places.webhooks.keep([Heard(post.site, post.webhook_id, post.digest, now) for post in fresh])
    places.signals.order_once(WAKE, [_order(post.site, *post.record) for post in fresh if post.record], now)
    for post, outcome in zip(posts, outcomes, strict=True):
        if outcome is Outcome.CONFLICTING:
            places.holds.place(_hold(post, now))
        elif outcome is Outcome.KEPT and post.problem:
            places.dead_letters.add(_quarantined(post, now))
    return outcomes


def _judged(places: Places, posts: Sequence[Post]) -> list[Outcome]:
    heard: dict[tuple[str, str], bytes] = {}
    for site in {post.site for post in posts}:
        ids = {post.webhook_id for post in posts if post.site == site}
        heard |= {(site, one): digest for one, digest in places.webhooks.known(site, list(ids)).items()}
    outcomes = []
    for post in posts:
        before = heard.get((post.site, post.webhook_id))
        if before is None:
            heard[post.site, post.webhook_id] = post.digest
            outcomes.append(Outcome.KEPT)
        else:
            outcomes.append(Outcome.REPEATED if before == post.digest else Outcome.CONFLICTING)
    return outcomes


def _order(site: str, kind: Kind, remote_id: str) -> dict[str, str]:
    """A wake-up carries no truth: which record, and nothing about it."""
    return {"site": site, "kind": kind.value, "id": remote_id}


def _quarantined(post: Post, now: datetime) -> DeadLetter:
    return DeadLetter(
        site=post.site,
        stage=STAGE,
        item=post.webhook_id,
        attempts=1,
        error=post.problem,
        context="{}",
        payload=post.digest.hex(),
        since=now,
    )


def _hold(post: Post, now: datetime) -> Hold:
    """Told to a person, not only logged: the sender is broken, or somebody else has its secret."""
    return Hold(
        site=post.site,
        scope=SCOPE,
        reason=f"Có hai thông báo (webhook) ký đúng, khác nội dung nhưng cùng mã {post.webhook_id}.",
        safe="Thông báo đến sau không có tác dụng; văn bản, công việc vẫn được đọc trực tiếp từ hệ thống "
        "theo chu kỳ, không mất dữ liệu.",
        cost="Thay đổi có thể được ghi nhận chậm một chu kỳ đọc; nếu khóa ký bị lộ thì cần đổi khóa ngay.",
        releaser=ADMINISTRATOR,
        since=now,
    )
