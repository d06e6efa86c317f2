"""The owner closes the ledger every day and asks the witness first; a command owns the ledger as a daemon does."""

from __future__ import annotations

import os
import socket
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

import commands.orders
from commands.orders import _ask_owner, _failed
from config.settings import DaemonSettings, LedgerSettings, Settings, SiteSettings
from connector.records import Kind
from errors import RetryLater, StopService
from store.engine import Store
from store.ledger import Entry
from sync.closing import Closing
from sync.fencing import Fence, _started
from sync.lamps import Colour, lamps
from sync.opening import wall_clock
from sync.owning import owned_site
from sync.proofs import WitnessDisagrees
from tests.faults.test_ledger_proofs import mend_head
from tests.faults.test_store_verify import Forger

NOW = wall_clock().replace(hour=9)


class Service:
    """Settings over a store, a calendar and a steady clock that a test moves together."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.now = NOW
        self.store = store
        self.witness = folder / "witness"
        self.settings = Settings(
            ledger=LedgerSettings(
                url="sqlite:///unused",
                evidence=folder / "evidence",
                signing_key=folder / "checkpoint.key",
                witness_dir=self.witness,
            ),
            daemon=DaemonSettings(),
        )
        self.closing = self.restarted()

    def restarted(self) -> Closing:
        return Closing(self.settings, self.store, lambda: self.now, clock=self._steady)

    def _steady(self) -> float:
        return self.now.timestamp()

    def grow(self, key: str) -> None:
        with self.store.begin() as places:
            places.ledger.append([Entry("songlam", "TD-1", "noted", key, self.now)], self.now)

    def signed(self) -> list[int]:
        with self.store.read() as places:
            return [one.size for one in places.checkpoints.all()]

    def lamp(self) -> tuple[Colour, str]:
        with self.store.read() as places:
            (found,) = [
                one for one in lamps(places, self.settings, "songlam", self.now) if one.name == "checkpoint"
            ]
        return found.colour, found.remedy


@pytest.fixture
def service(store: Store, tmp_path: Path) -> Service:
    (tmp_path / "witness").mkdir()
    return Service(store, tmp_path)


@pytest.mark.covers("F34")
def test_the_ledger_is_closed_once_a_day_and_the_lamp_says_so(service: Service) -> None:
    assert service.lamp()[0] is Colour.GREY
    service.closing.begin()
    for size, days in ((1, 0), (2, 1), (3, 1)):
        service.now += timedelta(days=days)
        service.grow(f"entry {size}")
        for _ in range(3):
            service.closing.look()
            service.grow(f"afterwards {service.now}")
            service.now += timedelta(minutes=1)
    assert len(service.signed()) == 3
    assert len(list(service.witness.iterdir())) >= 3
    assert service.lamp() == (Colour.GREEN, "")
    service.now += timedelta(days=3)
    colour, remedy = service.lamp()
    assert colour is Colour.RED
    assert "tdcd ledger checkpoint" in remedy


@pytest.mark.covers("F34")
def test_an_older_copy_ends_its_owner_before_anything_is_done(service: Service) -> None:
    for number in range(5):
        service.grow(str(number))
    service.closing.look()
    service.restarted().begin()
    forger = Forger(service.store)
    forger.run("DELETE FROM ledger WHERE seq > 3", "DELETE FROM checkpoint")
    mend_head(forger)
    with pytest.raises(WitnessDisagrees, match="older copy") as told:
        service.restarted().begin()
    assert told.value.exit_code == 5
    with pytest.raises(WitnessDisagrees):
        service.restarted().look()


@pytest.mark.covers("F34")
def test_a_witness_that_is_away_stops_nothing_and_is_asked_until_it_answers(service: Service) -> None:
    service.grow("a")
    service.closing.look()
    away = service.witness.rename(service.witness.with_name("away"))
    closing = service.restarted()
    closing.begin()
    with pytest.raises(RetryLater, match="witness"):
        closing.look()
    assert service.lamp()[0] is Colour.RED
    closing.look()  # not before an hour has gone
    away.rename(service.witness)
    service.now += timedelta(hours=1, minutes=1)
    closing.look()
    assert service.lamp()[0] is Colour.GREEN


def test_an_order_whose_carrier_went_away_is_taken_back(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.begin() as places:
        places.leases.acquire(
            "daemon", "elsewhere:7:1", wall_clock() - timedelta(minutes=5), timedelta(seconds=30)
        )
    monkeypatch.setattr(commands.orders, "PATIENCE", 5.0)
    assert _ask_owner(store, "sync", {"site": "songlam"}) is None
    with store.read() as places:
        (order,) = places.signals.latest(1)
    assert order.state == "failed"


@pytest.mark.parametrize("code", [2, 3, 4, 5, 7])
def test_an_order_ends_with_the_same_code_beside_a_daemon(code: int) -> None:
    error = _failed({"error": "It said no.", "exit_code": code})
    assert (error.exit_code, str(error)) == (code, "It said no.")


@pytest.mark.covers("F35")
def test_a_command_does_not_work_beside_another_that_does(service: Service) -> None:
    site = SiteSettings(name="songlam", url="http://127.0.0.1:9", username="tdcd", password=SecretStr("x"))
    other = Fence(
        service.store, wall_clock, owner=f"{socket.gethostname()}:{os.getppid()}:{_started(os.getppid())}"
    )
    assert other.take(lambda _: False)
    with (
        pytest.raises(StopService, match="already worked on"),
        owned_site(service.settings, site, service.store),
    ):
        pytest.fail("two at once")
    assert other.keep()
    other.give_back()
    with owned_site(service.settings, site, service.store) as mine:
        assert not other.keep()
        with pytest.raises(RetryLater):
            mine.connector.fetch(Kind.DOCUMENT, "1")
    with service.store.read() as places:
        holder = places.leases.holder("daemon")
    assert holder is None or not holder.owner
