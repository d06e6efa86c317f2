"""One pass of the product over the page server: pull, guard, map, ledger.

`python -m bench.product PORT FOLDER first|again|listing` prints seconds, peak memory, tasks and requests.
What a service does once when it starts (migrations, a look through the database file, regulations and
calendar) is measured beside the pass, as `opening_seconds`.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import orjson

from bench.connector import PageConnector
from bench.directives import UNITS
from bench.measure import peak_mib
from config.profile_files import load_calendar, load_profiles
from config.settings import SiteSettings
from connector.fit_to_store import fit_to_store
from connector.port import Stream
from store.directory import UnitRow
from store.engine import Store, open_store
from store.evidence import EvidenceFiles
from sync.map_to_ledger import Mapped, map_as_read, map_to_ledger
from sync.opening import calm_collector
from sync.pull_to_inbox import pull_to_inbox
from sync.site import Site


def _now() -> datetime:
    return datetime.now(UTC)


def _site(port: int, folder: Path, store: Store) -> Site:
    settings = SiteSettings(name="bench", url="http://127.0.0.1", username="tdcd", profile="laocai")
    with store.begin() as places:
        rows = [
            UnitRow("bench", f"U{number}", name, "", "", "department", None, None, (), active=True)
            for number, name in enumerate(UNITS)
        ]
        places.directory.replace_units("bench", rows, _now(), complete=True)
    return Site(
        name="bench",
        settings=settings,
        store=store,
        files=EvidenceFiles(folder / "evidence"),
        connector=fit_to_store(PageConnector(port)),
        profiles=load_profiles(),
        calendar=load_calendar(),
        now=_now,
    )


def run(port: int, folder: Path, mode: str) -> dict[str, float | int]:
    calm_collector()
    opened = time.perf_counter()
    store = open_store(f"sqlite:///{folder}/ledger.db")
    site = _site(port, folder, store)
    begun = time.perf_counter()
    mapped = Mapped()
    if mode == "listing":
        pulled = pull_to_inbox(site, Stream.DOCUMENTS, complete=True)
    else:
        pulled = pull_to_inbox(site, Stream.DOCUMENTS, then=map_as_read(site, mapped))
    map_to_ledger(site, mapped)
    with store.read() as places:
        size = places.ledger.size()
    seconds = time.perf_counter() - begun
    requests_sent = site.connector.requests_sent
    store.close()
    return {
        "seconds": seconds,
        "opening_seconds": begun - opened,
        "peak_mib": peak_mib(),
        "read": pulled.read,
        "classified": pulled.classified,
        "tasks": mapped.tasks,
        "ledger": size,
        "requests": requests_sent,
    }


if __name__ == "__main__":
    print(orjson.dumps(run(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])).decode())
