"""Connectors are opened by the name in the configuration, and opening sends nothing."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import SecretStr

from connector.opening import OPENERS, Access, Pace, open_connector
from connector.port import Capability, Connector
from errors import ConfigInvalid


def test_a_known_name_opens_without_sending() -> None:
    connector: Connector = open_connector(
        "ioffice",
        "songlam",
        "https://vanban.songlam.example/qlvb",
        "tdcd",
        SecretStr("mật"),
        access=Access(rate_per_second=2),
        pace=Pace(2),
        page_size=50,
        overlap_days=1,
        since=date(2026, 1, 1),
        today=lambda: date(2026, 11, 16),
    )
    assert (connector.site, connector.requests_sent) == ("songlam", 0)
    assert Capability.IDEMPOTENT_WRITES not in connector.capabilities
    assert "mật" not in repr(vars(connector))
    connector.close()


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ConfigInvalid, match=", ".join(sorted(OPENERS))):
        open_connector("voffice", "a", "https://x.example", "u", SecretStr("p"))


def test_an_address_that_cannot_be_used_is_said_at_once() -> None:
    with pytest.raises(ConfigInvalid):
        open_connector("ioffice", "a", "x.example", "u", SecretStr("p"))
