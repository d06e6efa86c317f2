"""Opens a connector by the name that stands in the configuration, so that nobody above knows its class.

Only the usual one is brought along at once; the others when a site names them, so that a start takes less time.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any, Final

from pydantic import SecretStr

from connector.ioffice.client import IOfficeConnector
from connector.limits import Access
from connector.pace import Pace
from connector.plugins import offers, open_foreign
from connector.port import Connector
from connector.transport import Transport
from errors import ConfigInvalid

__all__ = ["OPENERS", "Access", "Pace", "open_connector", "open_ioffice"]

Opener = Callable[..., Connector]


def open_ioffice(
    site: str,
    url: str,
    username: str,
    password: SecretStr,
    *,
    access: Access | None = None,
    pace: Pace | None = None,
    page_size: int = 100,
    overlap_days: int = 3,
    since: date | None = None,
    today: Callable[[], date] | None = None,
) -> Connector:
    """An iOffice installation; `pace` is shared by the workers of one site. Raises ConfigInvalid."""
    transport = Transport(url, access, pace=pace)
    return IOfficeConnector(
        site,
        url,
        username,
        password,
        transport=transport,
        page_size=page_size,
        overlap_days=overlap_days,
        since=since,
        today=today,
    )


def _soap(*given: Any, **further: Any) -> Connector:
    from connector.soap.client import SoapConnector

    return SoapConnector(*given, **further)


def _axis(*given: Any, **further: Any) -> Connector:
    from connector.edxml.client import AxisConnector

    return AxisConnector(*given, **further)


def _province_api(*given: Any, incoming: bool = False, **further: Any) -> Connector:
    from connector.province_api.boxes import INCOMING
    from connector.province_api.client import ProvinceApiConnector

    if incoming:
        further["box"] = INCOMING
    return ProvinceApiConnector(*given, **further)


#: By the word in `connector = "…"` of a site.
OPENERS: Final[dict[str, Opener]] = {
    "ioffice": open_ioffice,
    "soap": _soap,
    "soap-plain": partial(_soap, security="plain"),
    "soap12": partial(_soap, version="1.2"),
    "soap12-plain": partial(_soap, version="1.2", security="plain"),
    "axis": _axis,
    "axis-lgsp": partial(_axis, way="lgsp"),
    "province-api": _province_api,
    "province-api-incoming": partial(_province_api, incoming=True),
}


def open_connector(
    kind: str,
    site: str,
    url: str,
    username: str,
    password: SecretStr,
    *,
    access: Access | None = None,
    pace: Pace | None = None,
    page_size: int = 100,
    overlap_days: int = 3,
    since: date | None = None,
    today: Callable[[], date] | None = None,
) -> Connector:
    """The connector of one site, of this program or of another package (`connector/plugins.py`).

    Nothing is sent yet. Raises ConfigInvalid for an unknown `kind`, or for a package that cannot be used.
    """
    further = {
        "access": access,
        "pace": pace,
        "page_size": page_size,
        "overlap_days": overlap_days,
        "since": since,
        "today": today,
    }
    if kind in OPENERS:
        return OPENERS[kind](site, url, username, password, **further)
    opened = open_foreign(kind, OPENERS, site, url, username, password, **further)
    if opened is None:
        known = ", ".join(sorted({*OPENERS, *(offer.word for offer in offers(OPENERS) if not offer.problem)}))
        raise ConfigInvalid([f'connector = "{kind}" is unknown, there is: {known}'], where=f"site {site}")
    return opened
