"""A site whose connector cannot be opened, here one of a package: the others go on, it is held and tried again."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from config.settings import DaemonSettings, LedgerSettings, Settings, SiteSettings
from errors import ConfigInvalid
from store.engine import Store
from store.holds import Hold
from sync.daemon import Daemon
from sync.flow import run_pass
from sync.lamps import cycle_of, noted
from sync.owning import owned_site
from sync.unopened import SCOPE
from tests.command_line import tdcd
from tests.daemon_process import until
from tests.plugged_packages import GOOD, Packages, packages_in

WELL, BROKEN = "so-y-te", "so-noi-vu"
AWAY_ONCE = """
from connector.memory import MemoryConnector, MemorySystem
from errors import RetryLater
asked = []
def open_it(site, url, username, password, **further):
    asked.append(site)
    if len(asked) == 1:
        raise RetryLater("Chưa vào được.")
    return MemoryConnector(MemorySystem({}, {}), site)
"""


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Packages]:
    with packages_in(tmp_path, monkeypatch) as found:
        found.install("plug-good", "voffice", GOOD)
        yield found


def _settings(folder: Path, **words: str) -> Settings:
    sites = [
        SiteSettings(name=name.replace("_", "-"), connector=word, url="https://x.example", username="tdcd")
        for name, word in words.items()
    ]
    return Settings(
        ledger=LedgerSettings(evidence=folder / "evidence"),
        daemon=DaemonSettings(poll_seconds=0.2),
        backup={"dir": folder / "backups"},
        site=tuple(sites),
    )


@contextmanager
def _running(settings: Settings, store: Store) -> Iterator[list[BaseException]]:
    """The daemon in a thread; what it raised, once the block is left."""
    daemon, raised = Daemon(settings, store), list[BaseException]()

    def work() -> None:
        try:
            daemon.run()
        except BaseException as error:  # noqa: BLE001 - looked at by the test
            raised.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield raised
    finally:
        daemon.stop()
        thread.join(20)
    assert not thread.is_alive()


def _held(store: Store, site: str) -> Hold | None:
    with store.read() as places:
        return next((one for one in places.holds.open(site) if one.scope == SCOPE), None)


def _cycles(store: Store, site: str) -> datetime | None:
    with store.read() as places:
        fact = noted(places, cycle_of(site))
    return fact.at if fact else None


def test_a_broken_package_stops_its_own_site_only_until_it_is_mended(
    store: Store, tmp_path: Path, packages: Packages
) -> None:
    packages.install("plug-bad", "egov", "import nothing_like_this")
    with _running(_settings(tmp_path, so_y_te="voffice", so_noi_vu="egov"), store) as raised:
        hold = until(lambda: _held(store, BROKEN), 10)
        assert "plug-bad cannot be loaded (ModuleNotFoundError); update or reinstall plug-bad" in hold.reason
        first = until(lambda: _cycles(store, WELL), 10)
        assert until(lambda: _cycles(store, WELL) != first, 10)
        assert (_cycles(store, BROKEN), _held(store, WELL), raised) == (None, None, [])
        (tmp_path / "plug_bad.py").write_text(GOOD, encoding="utf-8")
        assert until(lambda: _cycles(store, BROKEN), 10)
        assert _held(store, BROKEN) is None
    assert raised == []


def test_with_no_other_site_the_service_ends_as_for_a_wrong_configuration(
    store: Store, tmp_path: Path, packages: Packages
) -> None:
    packages.install("plug-bad", "egov", "def open_it(*a, **k): raise KeyError(a)")
    settings = _settings(tmp_path, so_noi_vu="egov", so_khac="gone")
    with _running(settings, store) as raised:
        assert until(lambda: raised, 10)
    assert isinstance(raised[0], ConfigInvalid)
    assert raised[0].exit_code == 2
    # A single command finds the package mended: its pass begins, and the hold is over.
    assert _held(store, BROKEN) is not None
    (tmp_path / "plug_bad.py").write_text(GOOD, encoding="utf-8")
    sys.modules.pop("plug_bad")
    with owned_site(settings, settings.site[0], store) as site:
        assert run_pass(site).held == ""
    assert _held(store, BROKEN) is None


def test_a_connector_that_is_merely_away_is_waited_for(
    store: Store, tmp_path: Path, packages: Packages
) -> None:
    packages.install("plug-later", "egov", AWAY_ONCE)
    with _running(_settings(tmp_path, so_noi_vu="egov"), store) as raised:
        assert until(lambda: raised or _cycles(store, BROKEN), 10)
    assert raised == []
    assert _held(store, BROKEN) is None


def test_doctor_and_run_of_the_command_line_name_the_package(
    tmp_path: Path, packages: Packages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signal.signal", lambda *_: None)
    packages.install("plug-bad", "egov", "raise SystemError")
    config = tmp_path / "tdcd.toml"
    config.write_text(
        f'[ledger]\nurl = "sqlite:///{tmp_path}/ledger.db"\nevidence = "{tmp_path}/evidence"\n'
        f'[backup]\ndir = "{tmp_path}/backups"\n'
        '[[site]]\nname = "so-noi-vu"\nconnector = "egov"\nurl = "https://x.example"\nusername = "tdcd"\n'
        'password = "x"\n',
        encoding="utf-8",
    )
    for verb in ("doctor", "run"):
        done = tdcd(verb, "--config", str(config))
        assert done.returncode == 2
        assert "plug-bad cannot be loaded (SystemError)" in done.stderr
    assert SCOPE in tdcd("holds", "--config", str(config), "--json").stdout
