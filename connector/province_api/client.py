"""The connector for a province's own API: the port's methods, each one line to where the work is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pydantic import SecretStr

from connector.dates import ZONE
from connector.errors import ListingUnreadable, RemoteRefused
from connector.limits import Access
from connector.pace import Pace
from connector.port import Capability, Known, Page, Probe, Stream, Write, WriteReceipt
from connector.province_api.boxes import OUTGOING, Box
from connector.province_api.decoding import decode
from connector.province_api.documents import DocumentList
from connector.province_api.files import download
from connector.province_api.keys import key_of
from connector.province_api.probing import probe
from connector.province_api.session import Session, file_place
from connector.province_api.units import unit_page, units
from connector.records import FileRef, Kind, RawRecord, Record
from connector.transport import Transport
from errors import ConfigInvalid, SkipRecord

CAPABILITIES: Final = frozenset({Capability.LISTS_UNITS, Capability.LISTS_BY_DATE})


class ProvinceApiConnector:
    """One installation through one posting; see `connector.port.Connector`. It is read and never written.

    `url` is where `api/` begins (`https://{province}-api.…`). `username` is the posting
    under which it acts, `ma_ctcb_kc`, or `posting/unit` where only one unit
    (`ma_don_vi_quan_tri`) shall be asked about. `password` is the account's refresh token.
    `box` is the list that is read: what the posting's office issued, or what was sent to its unit.
    `since` is the first issue day to list. Opening sends nothing.
    """

    capabilities: frozenset[Capability]
    own_user: str

    def __init__(
        self,
        site: str,
        url: str,
        username: str,
        password: SecretStr,
        *,
        box: Box = OUTGOING,
        access: Access | None = None,
        pace: Pace | None = None,
        page_size: int = 100,
        overlap_days: int = 3,
        since: date | None = None,
        today: Callable[[], date] | None = None,
    ) -> None:
        self.site = site
        self.capabilities = CAPABILITIES | box.shows
        self.own_user, unit = _posting(username)
        files_url = file_place(url)
        self._transport = Transport(url, access, pace=pace)
        files = self._transport if files_url == url else Transport(files_url, access, pace=pace)
        self._session = Session(self._transport, files, urlsplit(files_url).hostname or "", password)
        self._documents = DocumentList(
            self._session,
            self.own_user,
            unit,
            page_size,
            timedelta(days=overlap_days),
            today or (lambda: datetime.now(ZONE).date()),
            since,
            box,
        )
        self._carried = 0

    @property
    def skew_seconds(self) -> float | None:
        """See the port."""
        return self._transport.skew_seconds

    @property
    def requests_sent(self) -> int:
        """Requests since opening, retries and exchanged tokens too."""
        return self._carried + self._session.requests_sent

    @requests_sent.setter
    def requests_sent(self, value: int) -> None:
        self._carried = value - self._session.requests_sent

    def changes(self, stream: Stream, cursor: str | None, known: Known) -> Iterator[Page]:
        """See the port. This dialect has no accounts but one's own, and no work items."""
        if stream is Stream.DOCUMENTS:
            return _whole_or_later(self._documents.changes(cursor, known))
        return self.listing(stream, known)

    def listing(self, stream: Stream, known: Known) -> Iterator[Page]:
        """See the port."""
        match stream:
            case Stream.DOCUMENTS:
                return _whole_or_later(self._documents.listing(known))
            case Stream.UNITS:
                return _whole_or_later(self._units(known))
        return iter(())

    def fetch(self, kind: Kind, remote_id: str) -> RawRecord | None:
        """See the port. A record that is there but cannot be read comes as one that `decode` refuses."""
        match kind:
            case Kind.DOCUMENT:
                return self._documents.one(remote_id)
            case Kind.UNIT:
                return next((raw for raw in units(self._session) if raw.remote_id == remote_id), None)
        return None

    def decode(self, raw: RawRecord) -> Record:
        """See the port."""
        return decode(raw)

    def download(self, file: FileRef, target: Path, max_bytes: int) -> str:
        """See the port."""
        return download(self._session, file, target, max_bytes)

    def apply(self, write: Write) -> WriteReceipt:
        """Nothing can be written. Raises RemoteRefused, before anything is sent."""
        raise RemoteRefused(
            f"{type(write).__name__}: this document system offers no way to write; nothing was sent.",
            remedy="Let this site's capabilities decide what is written; `tdcd doctor` says where states can go.",
        )

    def find(self, write: Write) -> WriteReceipt | None:  # noqa: ARG002 - nothing was ever written
        """See the port. What is never written is never there."""
        return None

    def probe(self) -> Probe:
        """See the port."""
        return probe(self._documents)

    def close(self) -> None:
        """See the port."""
        self._session.close()

    def _units(self, known: Known) -> Iterator[Page]:
        yield unit_page(self._session, known)


def _posting(username: str) -> tuple[str, str]:
    """(posting, unit) of a user name, the unit "0" for all. Raises ConfigInvalid."""
    posting, _, unit = username.partition("/")
    try:
        found = key_of(posting.strip(), "username"), key_of(unit.strip(), "username") or "0"
    except SkipRecord:
        found = "", ""
    if not found[0]:
        raise ConfigInvalid(
            ["username must be the number of a posting (ma_ctcb_kc), or posting/unit"], where="site"
        )
    return found


def _whole_or_later(pages: Iterator[Page]) -> Iterator[Page]:
    """A list that cannot be read is not one bad record: nothing more of it counts and it is read again later."""
    try:
        yield from pages
    except ListingUnreadable:
        raise
    except SkipRecord as error:
        raise ListingUnreadable(error.sentence, remedy=error.remedy) from None
