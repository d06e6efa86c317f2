"""An empty ledger beside work that was tracked before: was it lost, or is its disk not mounted?

Going on as if nothing had happened would give every work item a second time. So before anything
is read into a ledger that knows no task of a site, the work items that the account has given there are
looked through. A tracking code among them holds the site: put the ledger back. A person without a
backup releases, and what is there is found by its codes, which are made from the directive, and adopted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from connector.port import Capability, Stream
from connector.records import JobRecord, Kind, RawRecord
from errors import SkipRecord
from mappings.words import tracking_code
from store.places import Places
from store.restore import restored_since
from sync.brakes import ledger_is_empty
from sync.holding import place
from sync.site import Site

SCOPE = "site:ledger"
#: When work of before was found at a site (`complete_to`), or that there is none.
STREAM = "work of before"
#: How long every write is looked for before it is made: longer than any directive rests before its next reminder.
LOOK_FOR = timedelta(days=90)

_NEEDED = {Capability.CREATES_TASKS, Capability.LISTS_COMPLETELY}


def ledger_accepted(site: Site) -> bool:
    """Whether this ledger may be gone on with; asked of the document system once, before the first reading.

    Raises RetryLater when the source is away.
    """
    with site.store.read() as places:
        if places.cursors.get(site.name, STREAM) is not None:
            return True
        known = bool(places.tasks.counts(site.name)) or not site.connector.capabilities >= _NEEDED
    code, job = ("", "") if known else _tracked_before(site)
    site.looked = not known
    with site.store.begin() as places:
        places.cursors.set(site.name, STREAM, job, site.now() if job else None)
        if job:
            place(site, places, ledger_is_empty(code, job))
    return not job


def looks_first(places: Places, site: str, now: datetime) -> bool:
    """Whether a write is looked for before it is made, since an earlier ledger may have made it.

    So after a restore, which knows nothing of what was sent between the backup and the loss, and after
    a person went on with an empty ledger.
    """
    found = places.cursors.complete_to(site, STREAM)
    return restored_since(places, now, LOOK_FOR) or (found is not None and now - found < LOOK_FOR)


def _tracked_before(site: Site) -> tuple[str, str]:
    """Code and id of the first work item of this account that carries a tracking code; blank when none does."""
    for page in site.connector.listing(Stream.ACTIVITY, _nothing_known):
        for raw in page.records:
            if code := _code(site, raw):
                return code, raw.remote_id
    return "", ""


def _nothing_known(_kind: Kind, _rows: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    return ()


def _code(site: Site, raw: RawRecord) -> str:
    try:
        record = site.connector.decode(raw)
    except SkipRecord:
        return ""
    return tracking_code(record.content) if isinstance(record, JobRecord) else ""
