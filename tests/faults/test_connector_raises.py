"""A connector that raises what nobody foresaw during a pass: its own site is held and tried again, the others go on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.memory import MemoryConnector
from connector.memory_system import MemorySystem
from connector.port import Known, Page, Stream
from errors import StopService, TdcdError
from store.engine import Store
from store.holds import Hold
from sync.flow import run_pass
from sync.orders import SYNC, carry_out
from sync.owning import owned_site
from sync.unexpected import SCOPE
from tests.daemon_process import until
from tests.engine_arena import Arena
from tests.faults.test_connector_unopened import BROKEN, WELL, _cycles, _running, _settings
from tests.plugged_packages import GOOD, Packages, packages_in

SECRET = "mat-khau-8361"
FAILS = f"""
import os
from connector.memory import MemoryConnector, MemorySystem
class Failing(MemoryConnector):
    def changes(self, stream, cursor, known):
        if os.environ.get("TDCD_TEST_FAILS"):
            raise RAISED("no {SECRET}")
        return super().changes(stream, cursor, known)
    def close(self):
        raise KeyError("closed")
def open_it(site, url, username, password, **further):
    return Failing(MemorySystem({{}}, {{}}), site)
"""


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Packages]:
    monkeypatch.setattr("sync.worker.PAUSES", (0.1, 0.3))
    monkeypatch.setenv("TDCD_TEST_FAILS", "1")
    with packages_in(tmp_path, monkeypatch) as found:
        found.install("plug-good", "voffice", GOOD)
        yield found


def _held(store: Store, site: str) -> Hold | None:
    with store.read() as places:
        return next((one for one in places.holds.open(site) if one.scope == SCOPE), None)


@pytest.mark.parametrize("raised", ["KeyError", "SystemExit"])
def test_the_site_is_held_and_tried_again_and_the_others_go_on(
    raised: str, store: Store, tmp_path: Path, packages: Packages, capfd: pytest.CaptureFixture[str]
) -> None:
    packages.install("plug-bad", "egov", FAILS.replace("RAISED", raised))
    with _running(_settings(tmp_path, so_y_te="voffice", so_noi_vu="egov"), store) as ended:
        hold = until(lambda: _held(store, BROKEN), 10)
        assert f"{raised} at" in hold.reason
        assert "plug_bad.py:7 changes" in hold.reason
        first = until(lambda: _cycles(store, WELL), 10)
        assert until(lambda: _cycles(store, WELL) != first, 10)
        assert (_cycles(store, BROKEN), _held(store, WELL), ended) == (None, None, [])
        del os.environ["TDCD_TEST_FAILS"]
        assert until(lambda: _cycles(store, BROKEN) and not _held(store, BROKEN), 10)
    assert ended == []
    told = "".join(capfd.readouterr())
    assert "plug_bad.py:7 changes" in told
    assert "again_in_seconds" in told
    assert SECRET not in told + hold.reason


@pytest.mark.parametrize("raised", ["StopService", "MemoryError"])
def test_what_must_end_the_service_still_ends_it(
    raised: str, store: Store, tmp_path: Path, packages: Packages
) -> None:
    source = "from errors import StopService\n" + FAILS.replace("RAISED", raised)
    packages.install("plug-bad", "egov", source)
    with _running(_settings(tmp_path, so_y_te="voffice", so_noi_vu="egov"), store) as ended:
        assert until(lambda: ended, 10)
    assert isinstance(ended[0], StopService | MemoryError)
    assert _held(store, BROKEN) is None


def test_a_single_command_says_it_in_one_sentence(store: Store, tmp_path: Path, packages: Packages) -> None:
    packages.install("plug-bad", "egov", FAILS.replace("RAISED", "KeyError"))
    settings = _settings(tmp_path, so_noi_vu="egov")
    with (
        pytest.raises(TdcdError, match=r"unforeseen fault: KeyError at .*plug_bad\.py:7 changes") as told,
        owned_site(settings, settings.site[0], store) as site,
    ):
        run_pass(site)
    assert (told.value.exit_code, SECRET in str(told.value)) == (1, False)


def test_an_order_that_meets_it_is_answered_without_its_words(store: Store, tmp_path: Path) -> None:
    class Raising(MemoryConnector):
        def changes(self, stream: Stream, cursor: str | None, known: Known) -> Iterator[Page]:
            raise SystemExit(SECRET)

    site = Arena(store, tmp_path).site
    site.connector = Raising(MemorySystem({}), "memory")
    with store.begin() as places:
        places.signals.order(SYNC, {"site": "memory"}, site.now())
        signal = places.signals.take(site.now(), "memory")
    assert signal is not None
    result = carry_out(site, signal)
    assert result["exit_code"] == 1
    assert "SystemExit at" in result["error"]
    assert SECRET not in result["error"]
