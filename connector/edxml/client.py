"""The connector for the national document axis: the port's methods, each one line to where the work is done."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from connector.edxml.axis_transport import AxisTransport
from connector.edxml.codes import STATUSES
from connector.edxml.dates import ZONE
from connector.edxml.decoding import SEPARATOR, decode
from connector.edxml.files import write_file
from connector.edxml.gate import Gate
from connector.edxml.lgsp import LgspGate
from connector.edxml.parsing import LARGEST, refuse_old_parser
from connector.edxml.reading import Reading
from connector.edxml.sparing import spared
from connector.edxml.vxp import VxpGate
from connector.edxml.writing import Writing
from connector.errors import ListingUnreadable
from connector.limits import MIB, Access
from connector.pace import Pace
from connector.port import Capability, Known, Note, Page, Paging, Probe, Stream, Write, WriteReceipt
from connector.recording.tape import Exchange, IsOpen
from connector.records import FileRef, Kind, RawRecord, Record
from errors import ConfigInvalid, SkipRecord

CAPABILITIES: Final = frozenset(
    {
        Capability.CHANGE_FEED,
        Capability.SHOWS_WORK,
        Capability.ACKNOWLEDGES,
        Capability.WRITES_STATUS,
        Capability.FREE_STATUS,
    }
)
WAYS: Final = ("vxp", "lgsp")
_NO_MARK: Final = Note(
    "Packets of the axis carry no mark: what a blank mark means is the site's own rule.",
    "Gói tin trên trục không ghi độ mật: để trống nghĩa là gì do cấu hình của điểm kết nối quyết định.",
)


class AxisConnector:
    """One agency on the axis; see `connector.port.Connector`.

    `url` is where the axis's calls begin (of a gateway: with its `/v1`). `username` is the
    agency's code, or `code/system` where the axis knows the system under another name;
    `password` is the secret. What it reads it takes out of the box: the account must
    belong to this program alone. `way` is "vxp" or "lgsp"; `gate` is a third way in the place of both.
    """

    def __init__(
        self,
        site: str,
        url: str,
        username: str,
        password: SecretStr,
        *,
        way: str = "vxp",
        gate: Gate | None = None,
        access: Access | None = None,
        pace: Pace | None = None,
        page_size: int = 100,  # noqa: ARG002 - the axis has no pages
        overlap_days: int = 3,
        since: date | None = None,
        today: Callable[[], date] | None = None,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        refuse_old_parser()
        self.site = site
        self.own_user, _, system = username.partition("/")
        transport = AxisTransport(
            url, system or self.own_user, password, access=_roomy(access or Access()), pace=pace
        )
        self._gate = gate or _gate(way, transport, system or self.own_user, password)
        self._reading = Reading(
            self._gate, self.own_user, today or (lambda: _now().date()), since, timedelta(days=overlap_days)
        )
        self._writing = Writing(self._reading, clock or _now)
        self.capabilities: frozenset[Capability] = _shown(self._gate)

    @property
    def skew_seconds(self) -> float | None:
        """See the port."""
        return self._gate.transport.skew_seconds

    @property
    def requests_sent(self) -> int:
        """Requests since opening, retries too."""
        return self._gate.transport.requests_sent

    @requests_sent.setter
    def requests_sent(self, value: int) -> None:
        self._gate.transport.requests_sent = value

    def changes(self, stream: Stream, cursor: str | None, known: Known) -> Iterator[Page]:
        """See the port. A packet is acknowledged when the page after it is asked for."""
        return _whole_or_later(self._reading.changes(stream, cursor, known))

    def listing(self, stream: Stream, known: Known) -> Iterator[Page]:
        """See the port. Of papers only what is still in the box, so it is never complete; nothing is acknowledged."""
        return _whole_or_later(self._reading.listing(stream, known))

    def fetch(self, kind: Kind, remote_id: str) -> RawRecord | None:
        """See the port. A record that is there but cannot be read comes as one that `decode` refuses."""
        match kind:
            case Kind.UNIT:
                return self._reading.unit(remote_id)
            case Kind.DOCUMENT:
                return self._reading.document(remote_id)
            case Kind.JOB if SEPARATOR in remote_id:
                return self._reading.watched(remote_id)
            case Kind.JOB:
                return self._writing.job(remote_id)
        return None

    def decode(self, raw: RawRecord) -> Record:
        """See the port."""
        return decode(raw)

    def download(self, file: FileRef, target: Path, max_bytes: int) -> str:
        """See the port. The packet under way is at hand; any other is fetched again."""
        content = self._reading.file(file.remote_id)
        write_file(content, target, max_bytes)
        return hashlib.sha256(content).hexdigest()

    def apply(self, write: Write) -> WriteReceipt:
        """See the port."""
        return self._writing.apply(write)

    def find(self, write: Write) -> WriteReceipt | None:
        """See the port."""
        return self._writing.find(write)

    def probe(self) -> Probe:
        """Clock, box, agencies. Nothing is acknowledged."""
        waiting = self._reading.waiting()
        clock = self._gate.transport.last_server_date
        own = next((agency.name for agency in self._reading.agencies() if agency.code == self.own_user), "")
        return Probe(
            server_time=clock.astimezone(ZONE) if clock else None,
            clock_skew_seconds=self._gate.transport.skew_seconds,
            account=f"{own} ({self.own_user})".strip(),
            statuses=dict(STATUSES),
            documents_seen=waiting,
            documents_without_mark=waiting,
            notes=(_NO_MARK,),
            paging=Paging.WHOLE,
            declined=self._gate.transport.declined,
            longest_rest=self._gate.transport.longest_rest,
        )

    def spared(self, exchanges: Sequence[Exchange], is_open: IsOpen) -> list[Exchange]:
        """See `connector.recording.tape.Recordable`."""
        return spared(exchanges, is_open)

    def close(self) -> None:
        """See the port."""
        self._gate.close()


def _gate(way: str, transport: AxisTransport, system: str, secret: SecretStr) -> Gate:
    if way == "vxp":
        return VxpGate(transport)
    if way == "lgsp":
        return LgspGate(transport, system, secret)
    raise ConfigInvalid([f'way "{way}" is unknown, there is: {", ".join(WAYS)}'], where="axis")


def _shown(gate: Gate) -> frozenset[Capability]:
    """What this way can do beyond what every way can."""
    further = {
        Capability.LISTS_UNITS: gate.lists_agencies,
        Capability.LISTS_BY_DATE: gate.lists_by_days,
        Capability.READS_BACK: gate.lists_sent,
    }
    return CAPABILITIES | {capability for capability, there in further.items() if there}


def _roomy(access: Access) -> Access:
    """A packet comes in one answer, as base64 or as JSON text, with all its files in it."""
    return replace(access, max_body_bytes=max(access.max_body_bytes, LARGEST * 4 // 3 + MIB))


def _now() -> datetime:
    return datetime.now(ZONE)


def _whole_or_later(pages: Iterator[Page]) -> Iterator[Page]:
    """A list that cannot be read is not one bad record: nothing more of it counts and it is read again later."""
    try:
        yield from pages
    except ListingUnreadable:
        raise
    except SkipRecord as error:
        raise ListingUnreadable(error.sentence, remedy=error.remedy) from None
