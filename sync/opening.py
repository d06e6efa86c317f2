"""Wiring: from settings to sites that can be run. The only place where parts are chosen."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from zoneinfo import ZoneInfo

from config.profile_files import ProfileShelf, load_calendar, load_profiles
from config.settings import Settings, SiteSettings
from connector.fit_to_store import fit_to_store
from connector.opening import Access, open_connector
from connector.port import Connector
from connector.staging import discard_left
from connector.two_ways import TwoWays
from mappings.texts import fold
from store.engine import Store, open_store
from store.evidence import EvidenceFiles
from sync.site import Site

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")


def wall_clock() -> datetime:
    """The time of this machine, in the zone of the regulations."""
    return datetime.now(LOCAL)


def connect(settings: SiteSettings, *, now: Callable[[], datetime] = wall_clock) -> Connector:
    """The connector of one site, not logged in yet; `now` says which day it is there.

    Where its work items are seen elsewhere (`[site.work]`), both together. Raises ConfigInvalid.
    """
    if settings.work is not None:
        other = settings.work.model_dump()
        papers = connect(settings.model_copy(update={"work": None}), now=now)
        try:
            work = connect(settings.model_copy(update={"work": None, **other}), now=now)
        except BaseException:
            papers.close()
            raise
        return TwoWays(papers, work)
    limits = settings.limits
    access = Access(
        connect_seconds=limits.connect_seconds,
        read_seconds=limits.read_seconds,
        total_seconds=limits.total_seconds,
        max_body_bytes=limits.max_body_mib * 2**20,
        max_file_bytes=limits.max_file_mib * 2**20,
        rate_per_second=limits.rate_per_second,
        ca_bundle=settings.ca_bundle,
    )
    return open_connector(
        settings.connector,
        settings.name,
        settings.url,
        settings.username,
        settings.password,
        access=access,
        page_size=limits.page_size,
        overlap_days=limits.overlap_days,
        since=settings.scope.since,
        today=lambda: now().astimezone(LOCAL).date(),
    )


def open_ledger(settings: Settings) -> Store:
    """The store of this installation. Raises ConfigInvalid or StopService (see `store/engine.py`)."""
    return open_store(settings.ledger.url)


def profiles_for(settings: Settings, site: SiteSettings) -> ProfileShelf:
    """Every regulation at hand, with the site's own among them. Raises ConfigInvalid when it is not."""
    shelf = load_profiles(settings.profiles_dir)
    shelf.named(site.profile)
    return shelf


def owners_of(settings: Settings) -> dict[str, str] | None:
    """Which site the directives of an issuer (folded code or name) belong to; None for a single site."""
    if len(settings.site) < 2:
        return None
    return {fold(name): site.name for site in settings.site for name in site.owns}


def calm_collector() -> None:
    """Look for dead cycles every 100,000 objects instead of every 700.

    Records, rows and events hold no cycles and go with their page; walking the living ones
    of a page dozens of times took a fifth of a pass. What cycles there are (a connection,
    an exception with its frames) can wait: 100,000 objects are a few tens of megabytes.
    """
    gc.set_threshold(100_000, 20, 20)


@contextmanager
def open_site(
    settings: Settings,
    site: SiteSettings,
    store: Store,
    *,
    now: Callable[[], datetime] = wall_clock,
    connector: Connector | None = None,
) -> Iterator[Site]:
    """One site ready to run; its connector is closed at the end, and gives no text that the store cannot keep."""
    calm_collector()
    discard_left()
    opened = connector or connect(site, now=now)
    try:
        yield Site(
            name=site.name,
            settings=site,
            store=store,
            files=EvidenceFiles(settings.ledger.evidence),
            connector=fit_to_store(opened),
            profiles=profiles_for(settings, site),
            calendar=load_calendar(),
            now=now,
            owners=owners_of(settings),
            neighbours=tuple(one.name for one in settings.site if site.owns and one.name != site.name),
        )
    finally:
        with suppress(Exception):  # the port promises that it never raises
            opened.close()
