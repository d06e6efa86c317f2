"""The axis as a connector needs it, whatever way leads there: list, get, acknowledge, send, agencies."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, Protocol

import orjson

from connector.calls import Reply
from connector.edxml.axis_transport import AxisTransport
from connector.errors import (
    AccessRefused,
    ListingUnreadable,
    RemoteRefused,
    ReplyLost,
    ReplyUnreadable,
    SessionLost,
    SystemAway,
)
from connector.mishaps import ReplyCut
from errors import TdcdError

Message = Literal["edoc", "status"]
#: What became of a packet: fetched and kept, or not usable.
DONE, FAILED = "done", "fail"

_ID: Final = re.compile(r"[A-Za-z0-9._:@{}+-]{1,100}", re.ASCII)
_WEB_PAGE: Final = re.compile(rb"<(?:!doctype\s+)?html", re.IGNORECASE)
_LOGIN_PAGE: Final = re.compile(rb"<form|<input|login|\xc4\x91\xc4\x83ng nh\xe1\xba\xadp", re.IGNORECASE)
_ADDRESS: Final = "Check the site's url and whether a proxy stands in between."
#: The axis's own numbers, as far as they are known.
WRONG_KEY, FAILED_INSIDE = "15", "20"
NOT_THERE: Final = frozenset({"17"})
_REMEDIES: Final = {
    "10": "The packet did not arrive as a file; report this as a fault of the program.",
    "16": "Set the clock of this machine.",
    "18": "The addressee is not connected to the axis: send it another way.",
    "19": "Register the sending organisation, or correct `username` of this site.",
    "22": "The axis finds the packet malformed; report this as a fault of the program.",
    "23": "The addressee is locked on the axis: send it another way.",
}


@dataclass(frozen=True, slots=True)
class Listed:
    """A packet that waits, or that was sent. `sha256` where the axis tells it."""

    packet_id: str
    sender: str = ""
    receiver: str = ""
    created: str = ""
    state: str = ""
    sha256: str = ""
    notation: str = ""
    #: not remembered: it is to be read again.
    forgotten: bool = False

    @property
    def usable(self) -> bool:
        """Whether the id may stand in a header or an address (M33)."""
        return _ID.fullmatch(self.packet_id) is not None

    @property
    def fingerprint(self) -> str:
        """What stays the same whatever becomes of the packet."""
        if self.forgotten:
            return ""
        text = f"{self.packet_id}\n{self.sender}\n{self.created}\n{self.sha256}"
        return hashlib.sha256(text.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Agency:
    """A body on the axis, with its older code where the axis publishes it."""

    code: str
    name: str
    parent: str = ""
    old_code: str = ""


class Gate(Protocol):
    """One way to the axis, as one agency."""

    transport: AxisTransport
    #: whether lists go by days and show also what was acknowledged.
    lists_by_days: bool
    #: whether sent packets can be listed.
    lists_sent: bool
    #: whether agencies can be listed.
    lists_agencies: bool

    def received(self, message: Message, since: date, until: date) -> list[Listed]:
        """Packets in the box; of a way that lists by days, those of these days."""
        ...

    def packet(self, packet_id: str) -> bytes | None:
        """The bytes of a packet, None when there is none of this id."""
        ...

    def acknowledge(self, packet_id: str, state: str) -> None:
        """Tell what became of a packet; may be told again."""
        ...

    def send(self, content: bytes, message: Message, sender: str, effect_key: str) -> str:
        """Hand a packet over, once; the axis's id of it."""
        ...

    def sent(self, message: Message) -> list[Listed]:
        """What this agency sent, one for each receiver, oldest first."""
        ...

    def agencies(self) -> list[Agency]:
        """Everybody on the axis."""
        ...

    def close(self) -> None:
        """Close connections; never raises."""
        ...


def value_of(reply: Reply, name: str) -> dict[str, Any]:
    """The JSON object of an answer. Raises SessionLost, ReplyUnreadable, RemoteRefused, AccessRefused."""
    start = reply.body[:20_000]
    if 300 <= reply.status < 400 or _WEB_PAGE.search(start):
        if 300 <= reply.status < 400 or _LOGIN_PAGE.search(start):
            raise SessionLost(f"{name}: a log-in page came instead of an answer.", remedy=_ADDRESS)
        raise ReplyUnreadable(f"{name}: a web page came instead of an answer.", remedy=_ADDRESS)
    if reply.status in {401, 403}:
        raise AccessRefused(
            f"{name}: refused with {reply.status}.", remedy="Check user name and password of this site."
        )
    if reply.status >= 400:
        raise RemoteRefused(f"{name}: refused with {reply.status}.", remedy=_ADDRESS)
    if not reply.body.strip():
        # The axis's own kit reads this as an empty list; it is no list at all.
        raise ReplyCut(f"{name}: an empty answer came.", remedy="It is read again in the next cycle.")
    try:
        value = orjson.loads(reply.body)
    except orjson.JSONDecodeError:
        raise ReplyUnreadable(f"{name}: the answer is not JSON.", remedy=_ADDRESS) from None
    if not isinstance(value, dict):
        raise ReplyUnreadable(f"{name}: the answer is not a JSON object.")
    return value


def answer_of(reply: Reply, name: str, verdict: str, *, repeatable: bool) -> dict[str, Any]:
    """The object of an answer that has a field `verdict`, which says whether it is a success.

    Raises as `value_of`; what leaves the effect of a write open is an unknown outcome.
    """
    try:
        value = value_of(reply, name)
    except (ReplyUnreadable, SessionLost) as error:
        if repeatable:
            raise
        raise ReplyLost(error.sentence) from None
    if value.get(verdict) in {None, ""}:
        sentence = f"{name}: the answer does not say whether it is one."
        raise ReplyUnreadable(sentence, remedy=_ADDRESS) if repeatable else ReplyLost(sentence)
    return value


def refusal(code: str, said: str, name: str, *, repeatable: bool) -> TdcdError:
    """What a refusal in the axis's own words asks of us."""
    sentence = f"{name}: the axis answered {code or '?'}: {said or 'no reason given'}"
    if code == WRONG_KEY:
        return AccessRefused(
            sentence,
            remedy="Check user name and password of this site; nothing is tried again until the next start.",
        )
    if code == FAILED_INSIDE:
        return SystemAway(sentence) if repeatable else ReplyLost(sentence)
    return RemoteRefused(sentence, remedy=_REMEDIES.get(code, ""))


def rows_of(value: object, name: str) -> list[Mapping[str, Any]]:
    """The rows of a list. Raises ReplyUnreadable for anything else: it never looks like "nothing new"."""
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise ReplyUnreadable(f"{name}: the answer has no list.")
    return value


def refuse_doubles(rows: Sequence[Listed], name: str) -> list[Listed]:
    """An id twice means that the list cannot be believed (M42)."""
    ids = [row.packet_id for row in rows]
    if len(set(ids)) != len(ids):
        raise ListingUnreadable(f"{name}: an id stands twice in the list.")
    return list(rows)


def text_in(row: Mapping[str, Any], *names: str) -> str:
    """The first of these fields that has a value; numbers and texts alike."""
    for name in names:
        value = row.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return str(value).strip()
    return ""
