"""The connector for VNPT iOffice: the port's methods, each one line to where the work is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from connector.dates import ZONE
from connector.errors import ListingUnreadable
from connector.ioffice import read_people
from connector.ioffice.bundles import read_document, read_job
from connector.ioffice.decoding import decode
from connector.ioffice.evidence import download
from connector.ioffice.finding import Finding
from connector.ioffice.probing import probe
from connector.ioffice.read_activity import Activity
from connector.ioffice.read_documents import DocumentList
from connector.ioffice.session import Session
from connector.ioffice.sparing import Sparing
from connector.ioffice.statuses import Statuses
from connector.ioffice.writing import Writing
from connector.limits import Access
from connector.port import Capability, Known, Page, Probe, Stream, Write, WriteReceipt
from connector.recording.tape import Exchange, IsOpen
from connector.records import FileRef, Kind, RawRecord, Record
from connector.transport import Transport
from errors import SkipRecord, TdcdError

CAPABILITIES: Final = frozenset(
    {
        Capability.LISTS_UNITS,
        Capability.LISTS_ACCOUNTS,
        Capability.LISTS_BY_DATE,
        Capability.CHANGE_FEED,
        Capability.SHOWS_WORK,
        Capability.CREATES_TASKS,
        Capability.WRITES_STATUS,
        Capability.WRITES_COMMENTS,
        Capability.UPLOADS_EVIDENCE,
        Capability.LISTS_COMPLETELY,
        Capability.SHOWS_SECRECY,
        Capability.READS_BACK,
    }
)


def _today() -> date:
    return datetime.now(ZONE).date()


class IOfficeConnector:
    """One iOffice installation through one service account; see `connector.port.Connector`.

    `base_url` is the application's address (`https://host/qlvb`). `transport` may be
    given ready made, for instance to share its pace between the workers of a site;
    else `access` says its limits. `since` is the first issue day to list, `today` the
    local day. Opening sends nothing: the first call logs in.
    """

    capabilities: frozenset[Capability] = CAPABILITIES

    def __init__(
        self,
        site: str,
        base_url: str,
        username: str,
        password: SecretStr,
        *,
        transport: Transport | None = None,
        access: Access | None = None,
        page_size: int = 100,
        overlap_days: int = 3,
        since: date | None = None,
        today: Callable[[], date] | None = None,
    ) -> None:
        self.site = site
        self._transport = transport or Transport(base_url, access)
        self._session = Session(self._transport, username, password)
        self._documents = DocumentList(
            self._session, page_size, timedelta(days=overlap_days), today or _today, since
        )
        self._activity = Activity(self._session, page_size)
        self._statuses = Statuses(self._session)
        self._writing = Writing(self._session, self._statuses)
        self._finding = Finding(self._session, self._activity)

    @property
    def skew_seconds(self) -> float | None:
        """See the port."""
        return self._transport.skew_seconds

    @property
    def requests_sent(self) -> int:
        """Requests since opening, retries and log-ins too."""
        return self._transport.requests_sent

    @requests_sent.setter
    def requests_sent(self, value: int) -> None:
        self._transport.requests_sent = value

    @property
    def own_user(self) -> str:
        """The account's user id; logs in when nobody did yet, and raises as a call does."""
        return self._session.user_id

    @own_user.setter
    def own_user(self, value: str) -> None:
        """Spare the log-in where the id is remembered from before."""
        self._session.remember_user(value)

    def changes(self, stream: Stream, cursor: str | None, known: Known) -> Iterator[Page]:
        """See the port. Units and accounts come whole each time, at one request each."""
        match stream:
            case Stream.DOCUMENTS:
                return _whole_or_later(self._documents.changes(cursor, known))
            case Stream.ACTIVITY:
                return _whole_or_later(self._activity.changes(cursor, known))
        return self.listing(stream, known)

    def listing(self, stream: Stream, known: Known) -> Iterator[Page]:
        """See the port."""
        match stream:
            case Stream.UNITS:
                return _whole_or_later(iter_page(lambda: read_people.unit_page(self._session, known)))
            case Stream.ACCOUNTS:
                return _whole_or_later(iter_page(lambda: read_people.account_page(self._session, known)))
            case Stream.DOCUMENTS:
                return _whole_or_later(self._documents.listing(known))
            case Stream.ACTIVITY:
                return _whole_or_later(self._activity.listing(known))

    def fetch(self, kind: Kind, remote_id: str) -> RawRecord | None:
        """See the port. A record that is there but cannot be read comes as one that `decode` refuses."""
        match kind:
            case Kind.DOCUMENT:
                return read_document(self._session, remote_id)
            case Kind.JOB:
                return read_job(self._session, remote_id)
            case Kind.UNIT:
                found = read_people.units(self._session)
            case Kind.ACCOUNT:
                found = read_people.accounts(self._session)
        return next((raw for raw in found if raw.remote_id == remote_id), None)

    def decode(self, raw: RawRecord) -> Record:
        """See the port."""
        return decode(raw)

    def download(self, file: FileRef, target: Path, max_bytes: int) -> str:
        """See the port."""
        return download(self._session, file, target, max_bytes)

    def apply(self, write: Write) -> WriteReceipt:
        """See the port."""
        return self._writing.apply(write)

    def find(self, write: Write) -> WriteReceipt | None:
        """See the port. While it cannot be looked for, the outcome stays unknown."""
        return self._finding.find(write)

    def probe(self) -> Probe:
        """See the port."""
        return probe(self._session, self._statuses, self._documents)

    def spared(self, exchanges: Sequence[Exchange], is_open: IsOpen) -> list[Exchange]:
        """See `connector.recording.tape.Recordable`."""
        return Sparing().spared(exchanges, is_open)

    def close(self) -> None:
        """See the port."""
        with suppress(TdcdError):
            self._session.log_out()
        self._transport.close()


def iter_page(read: Callable[[], Page]) -> Iterator[Page]:
    """One page, read when it is asked for."""
    yield read()


def _whole_or_later(pages: Iterator[Page]) -> Iterator[Page]:
    """A list that cannot be read is not one bad record: nothing of it counts and it is read again later."""
    try:
        yield from pages
    except ListingUnreadable:
        raise
    except SkipRecord as error:
        raise ListingUnreadable(error.sentence, remedy=error.remedy) from None
