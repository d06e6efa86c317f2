"""The connector for an ASMX-style SOAP service: the port's methods, each one line to where the work is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from connector.code_lists import EVALUATION, STATUS
from connector.dates import ZONE
from connector.errors import ListingUnreadable, ReplyUnreadable
from connector.limits import Access
from connector.pace import Pace
from connector.port import Capability, Known, Page, Paging, Probe, Stream, Write, WriteReceipt, unread_note
from connector.recording.tape import Exchange, IsOpen
from connector.records import DirectiveRecord, FileRef, Kind, RawRecord, Record
from connector.soap.decoding import decode
from connector.soap.fields import Fields
from connector.soap.files import download
from connector.soap.finding import Finding
from connector.soap.reading import Reading
from connector.soap.service import Service
from connector.soap.sparing import Sparing
from connector.soap.wire import SoapTransport, service_place
from connector.soap.writing import Catalogues, Writing
from errors import SkipRecord

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
_LOOKED_AT: Final = 20


class SoapConnector:
    """One SOAP service through one service account; see `connector.port.Connector`.

    `url` is the service's own address (`https://host/Services/VanBan.asmx`, without
    `?wsdl`). `version` is "1.1" or "1.2", `security` how the password goes out:
    "digest", or "plain" for a service that keeps none that a digest can be made of.
    `since` is the first issue day to list. Opening sends nothing; there is no log-in.
    """

    capabilities: frozenset[Capability] = CAPABILITIES

    def __init__(
        self,
        site: str,
        url: str,
        username: str,
        password: SecretStr,
        *,
        version: str = "1.1",
        security: str = "digest",
        access: Access | None = None,
        pace: Pace | None = None,
        page_size: int = 100,
        overlap_days: int = 3,
        since: date | None = None,
        today: Callable[[], date] | None = None,
    ) -> None:
        self.site = site
        base, name = service_place(url)
        self._transport = SoapTransport(base, username, password, security=security, access=access, pace=pace)
        self._service = Service(self._transport, name, version)
        self._reading = Reading(
            self._service, page_size, timedelta(days=overlap_days), today or _today, since
        )
        self._catalogues = Catalogues(self._service)
        self._writing = Writing(self._service, self._reading, self._catalogues)
        self._finding = Finding(self._reading)
        self._user = ""

    @property
    def skew_seconds(self) -> float | None:
        """See the port."""
        return self._transport.skew_seconds

    @property
    def requests_sent(self) -> int:
        """Requests since opening, retries too."""
        return self._transport.requests_sent

    @requests_sent.setter
    def requests_sent(self, value: int) -> None:
        self._transport.requests_sent = value

    @property
    def own_user(self) -> str:
        """The account's user id; asked for once, and raises as a call does."""
        if not self._user:
            self._user = self._me().text("MaNguoiDung")
        return self._user

    @own_user.setter
    def own_user(self, value: str) -> None:
        """Spare the question where the id is remembered from before."""
        self._user = value

    def changes(self, stream: Stream, cursor: str | None, known: Known) -> Iterator[Page]:
        """See the port."""
        return _whole_or_later(self._reading.changes(stream, cursor, known))

    def listing(self, stream: Stream, known: Known) -> Iterator[Page]:
        """See the port."""
        return _whole_or_later(self._reading.listing(stream, known))

    def fetch(self, kind: Kind, remote_id: str) -> RawRecord | None:
        """See the port. A record that is there but cannot be read comes as one that `decode` refuses."""
        return self._reading.one(kind, remote_id)

    def decode(self, raw: RawRecord) -> Record:
        """See the port."""
        return decode(raw)

    def download(self, file: FileRef, target: Path, max_bytes: int) -> str:
        """See the port."""
        return download(self._service, file, target, max_bytes)

    def apply(self, write: Write) -> WriteReceipt:
        """See the port."""
        return self._writing.apply(write)

    def find(self, write: Write) -> WriteReceipt | None:
        """See the port. While it cannot be looked for, the outcome stays unknown."""
        return self._finding.find(write)

    def probe(self) -> Probe:
        """Account, clock, both lists of codes, marks of documents of the last thirty days."""
        me = self._me()
        seen, blank, unread = self._marks()
        clock = self._transport.last_server_date
        return Probe(
            server_time=clock.astimezone(ZONE) if clock else None,
            clock_skew_seconds=self._transport.skew_seconds,
            account=f"{me.text('HoTen')} ({me.text('MaNguoiDung')}), {me.text('TenDonVi')}",
            statuses=self._catalogues.listed(STATUS),
            evaluations=self._catalogues.listed(EVALUATION),
            documents_seen=seen,
            documents_without_mark=blank,
            notes=(unread_note(unread),) if unread else (),
            paging=Paging.BEHIND_LAST,
            declined=self._transport.declined,
            longest_rest=self._transport.longest_rest,
        )

    def spared(self, exchanges: Sequence[Exchange], is_open: IsOpen) -> list[Exchange]:
        """See `connector.recording.tape.Recordable`."""
        return Sparing().spared(exchanges, is_open)

    def close(self) -> None:
        """See the port. There is no session to end."""
        self._transport.close()

    def _me(self) -> Fields:
        account = Fields(self._service.ask("LayThongTinTaiKhoan")).rows("TaiKhoan")
        if not account:
            raise ReplyUnreadable("LayThongTinTaiKhoan: the service does not tell who this account is.")
        return account[0]

    def _marks(self) -> tuple[int, int, int]:
        """How many documents were read, how many of them show no mark, how many could not be read."""
        seen = blank = unread = 0
        for raw in self._reading.newest(_LOOKED_AT):
            try:
                record = decode(raw)
            except SkipRecord:
                unread += 1
                continue
            seen += 1
            blank += isinstance(record, DirectiveRecord) and not record.secrecy
        return seen, blank, unread


def _today() -> date:
    return datetime.now(ZONE).date()


def _whole_or_later(pages: Iterator[Page]) -> Iterator[Page]:
    """A list that cannot be read is not one bad record: nothing more of it counts and it is read again later."""
    try:
        yield from pages
    except ListingUnreadable:
        raise
    except SkipRecord as error:
        raise ListingUnreadable(error.sentence, remedy=error.remedy) from None
