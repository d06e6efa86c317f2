"""A process that lives and does nothing: its lamp turns red, it gives no sign of life, and it says so (F43, F50)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog

from config.settings import DaemonSettings, LedgerSettings, Settings, SiteSettings
from store.engine import Store
from store.evidence import EvidenceFiles
from sync.backing_up import Upkeep
from sync.fencing import NAME
from sync.heartbeat import Pulse
from sync.lamps import FIRST_RUN, STARTED, Colour, Lamp, lamps, note, quiet_after
from sync.opening import LOCAL

NOW = datetime(2026, 11, 16, 8, 0, tzinfo=LOCAL)
SITE = SiteSettings(name="s", url="http://127.0.0.1", username="tdcd")


def _settings(folder: Path, url: str = "sqlite://") -> Settings:
    return Settings(
        ledger=LedgerSettings(url=url, evidence=folder / "evidence"),
        daemon=DaemonSettings(poll_seconds=60),
        backup={"dir": folder / "backups", "every_days": 7},
        site=(SITE,),
    )


def _lamp(store: Store, settings: Settings, name: str, now: datetime) -> Lamp:
    with store.read() as places:
        return next(lamp for lamp in lamps(places, settings, "s", now) if lamp.name == name)


@pytest.fixture
def said() -> Iterator[list[Any]]:
    with structlog.testing.capture_logs() as events:
        yield events


@pytest.mark.covers("F43")
def test_two_intervals_without_a_successful_cycle_turn_the_lamp_red_and_end_the_heartbeat(
    store: Store, tmp_path: Path, said: list[Any]
) -> None:
    settings, sent, steady = _settings(tmp_path), [], [0.0]
    with store.begin() as places:
        places.leases.acquire(NAME, "here", NOW, timedelta(hours=9))
        note(places, STARTED, NOW)
    pulse = Pulse(
        ["s", "t"], quiet_after(settings).total_seconds(), lambda: sent.append(1), lambda: steady[0]
    )
    pulse.succeeded(store, "s", NOW)
    assert (len(sent), _lamp(store, settings, "cycle", NOW).colour) == (1, Colour.GREEN)
    for minutes, colour, heartbeats in ((2, Colour.GREEN, 2), (2.1, Colour.RED, 2), (5, Colour.RED, 2)):
        now, steady[0] = NOW + timedelta(minutes=minutes), 60 * minutes
        assert _lamp(store, settings, "cycle", now).colour is colour
        # The other site goes on well: the sign of life is withheld all the same.
        pulse.succeeded(store, "t", now)
        pulse.watch()
        assert len(sent) == heartbeats
    assert [event["site"] for event in said if event["event"] == "no successful cycle"] == ["s"]
    assert "2 minutes" in _lamp(store, settings, "cycle", NOW + timedelta(minutes=2.5)).sentence
    pulse.succeeded(store, "s", NOW + timedelta(minutes=6))
    pulse.watch()
    assert len(sent) == 3
    assert _lamp(store, settings, "cycle", NOW + timedelta(minutes=6)).colour is Colour.GREEN
    assert [event["event"] for event in said][-1] == "cycles succeed again"


@pytest.mark.covers("F50")
def test_the_lamp_of_the_trial_turns_red_in_the_night_in_which_the_copy_was_damaged(
    store: Store, store_url: str, tmp_path: Path, said: list[Any]
) -> None:
    settings, clock = _settings(tmp_path, store_url), [NOW]
    (tmp_path / "evidence").mkdir()
    EvidenceFiles(tmp_path / "evidence")
    with store.begin() as places:
        note(places, FIRST_RUN, NOW)
    upkeep = Upkeep(settings, store, lambda: clock[0])
    nights = [datetime(2026, 11, 17 + night, 2, 0, tzinfo=LOCAL) for night in range(3)]
    clock[0] = nights[0]
    upkeep.look()
    (copy,) = (tmp_path / "backups").iterdir()
    assert _lamp(store, settings, "restore drill", nights[0]).colour is Colour.GREEN
    clock[0] = nights[1]
    upkeep.look()
    assert _lamp(store, settings, "restore drill", nights[1]).at == nights[1].astimezone(UTC)
    file = copy / "ledger.sqlite3"
    whole = bytearray(file.read_bytes())
    whole[len(whole) // 2] ^= 1
    file.write_bytes(whole)
    clock[0] = nights[2]
    upkeep.look()
    lamp = _lamp(store, settings, "restore drill", nights[2])
    assert lamp.colour is Colour.RED
    assert copy.name in lamp.sentence
    assert [event["backup"] for event in said if event["event"] == "backup cannot be relied on"] == [
        copy.name
    ]
