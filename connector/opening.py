"""Opens a connector by the name that stands in the configuration, so that nobody above knows its class."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Final

from pydantic import SecretStr

from connector.edxml.client import AxisConnector
from connector.ioffice.client import IOfficeConnector
from connector.limits import Access
from connector.pace import Pace
from connector.plugins import offers, open_foreign
from connector.port import Connector
from connector.province_api.boxes import INCOMING
from connector.province_api.client import ProvinceApiConnector
from connector.soap.client import SoapConnector
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


#: By the word in `connector = "…"` of a site.
OPENERS: Final[dict[str, Opener]] = {
    "ioffice": open_ioffice,
    "soap": SoapConnector,
    "soap-plain": partial(SoapConnector, security="plain"),
    "soap12": partial(SoapConnector, version="1.2"),
    "soap12-plain": partial(SoapConnector, version="1.2", security="plain"),
    "axis": AxisConnector,
    "axis-lgsp": partial(AxisConnector, way="lgsp"),
    "province-api": ProvinceApiConnector,
    "province-api-incoming": partial(ProvinceApiConnector, box=INCOMING),
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
