"""Connectors of other packages: found by their word, never in place of ours, one sentence when they cannot be used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from connector.ioffice.client import IOfficeConnector
from connector.memory import MemoryConnector
from connector.opening import OPENERS, open_connector
from connector.plugins import Offer, offers
from connector.port import Connector
from errors import ConfigInvalid, StopService
from tests.plugged_packages import GOOD, Packages, packages_in


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Packages]:
    with packages_in(tmp_path, monkeypatch) as found:
        yield found


def opened(word: str, password: str = "mật-khẩu-9") -> Connector:
    return open_connector(word, "songlam", "https://x.example/qlvb", "tdcd", SecretStr(password))


def test_a_package_adds_a_word(packages: Packages) -> None:
    packages.install("plug-good", "voffice", GOOD)
    connector = opened("voffice")
    assert isinstance(connector, MemoryConnector)
    assert connector.site == "songlam"
    assert offers(OPENERS) == [Offer("voffice", "plug-good")]
    with pytest.raises(ConfigInvalid, match=r"there is: .*voffice"):
        opened("vofice")


@pytest.mark.parametrize(
    ("source", "target", "said"),
    [
        ("import nothing_like_this", "open_it", r"plug-bad cannot be loaded \(ModuleNotFoundError\)"),
        ("raise SystemExit(3)", "open_it", r"plug-bad cannot be loaded \(SystemExit\)"),
        ("raise SystemError('mật-khẩu-9')", "open_it", r"plug-bad cannot be loaded \(SystemError\)"),
        (GOOD, "no_such_name", r"plug-bad cannot be loaded \(AttributeError\)"),
        ("open_it = 7", "open_it", r"plug-bad cannot be called"),
        ("def open_it(site): ...", "open_it", r"plug-bad cannot be opened \(TypeError\)"),
        ("def open_it(*a, **k): raise KeyError(a)", "open_it", r"plug-bad cannot be opened \(KeyError\)"),
        ("def open_it(*a, **k): return object()", "open_it", r"is no connector: it lacks site, capabilities"),
    ],
)
def test_a_broken_package_is_one_sentence_and_stops_nobody_else(
    packages: Packages, source: str, target: str, said: str
) -> None:
    packages.install("plug-bad", "voffice", source, target)
    packages.install("plug-good", "other", GOOD)
    with pytest.raises(ConfigInvalid, match=said) as caught:
        opened("voffice")
    (problem,) = caught.value.problems
    assert "update or reinstall plug-bad" in problem
    assert "mật-khẩu-9" not in str(caught.value)
    assert isinstance(opened("ioffice"), IOfficeConnector)
    assert isinstance(opened("other"), MemoryConnector)


def test_our_own_words_cannot_be_taken(packages: Packages) -> None:
    packages.install("plug-greedy", "ioffice", GOOD)
    assert isinstance(opened("ioffice"), IOfficeConnector)
    (offer,) = offers(OPENERS)
    assert "ask the makers of plug-greedy for another word, or remove it" in offer.problem


def test_a_word_of_two_packages_is_nobodys(packages: Packages) -> None:
    packages.install("plug-a", "voffice", GOOD)
    packages.install("plug-b", "voffice", GOOD)
    with pytest.raises(ConfigInvalid, match=r"several packages \(plug-a, plug-b\); remove all but one"):
        opened("voffice")


def test_what_a_package_says_in_our_own_errors_is_handed_on(packages: Packages) -> None:
    source = "from errors import StopService\ndef open_it(*a, **k): raise StopService('Hết hạn.')"
    packages.install("plug-own", "voffice", source)
    with pytest.raises(StopService, match="Hết hạn"):
        opened("voffice")
