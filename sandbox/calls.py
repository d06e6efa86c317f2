"""One call on the sandbox: who acts, with which body, and what is told to whom afterwards.

The REST address, the web page and the tests all end in the same handlers; a
handler answers the envelope's `data` or raises `Refused`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sandbox.dialect import NULL, nfc, stored_time
from sandbox.envelope import invalid
from sandbox.roles import CLERK, LEADER
from sandbox.state import Row, State

GET: Final = frozenset({"GET"})
POST: Final = frozenset({"POST"})
EITHER: Final = frozenset({"GET", "POST"})
_LARGEST_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Acting:
    """The posting that acts. Rights belong to the posting, not to the person."""

    user_id: str
    username: str
    full_name: str
    posting_id: str
    unit_id: str
    unit_name: str
    position: str
    role: str
    in_office: bool
    above_office: bool
    is_service: bool

    @property
    def reviews(self) -> bool:
        """May judge results: a leader or specialist of the Office, or the province's leaders, all people."""
        return not self.is_service and (self.above_office or (self.in_office and self.role != CLERK))

    @property
    def answers_for_unit(self) -> bool:
        """May act on a line given to the unit itself."""
        return self.role in (LEADER, CLERK)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with the call."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a registered webhook hears about: which thing changed, never how."""

    type: str
    kind: str
    id: int


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which rows of a list are asked for, as SQL wants it."""

    number: int
    size: int

    @property
    def offset(self) -> int:
        """Rows before this page."""
        return (self.number - 1) * self.size


#: Given the rows of the asked page and a way to read them from another offset, the rows that are shown.
Paging = Callable[[PageRequest, Callable[[int], list[Row]]], list[Row]]


def honest_paging(page: PageRequest, read: Callable[[int], list[Row]]) -> list[Row]:
    """Pages as they are, without a fault."""
    return read(page.offset)


@dataclass(slots=True)
class Call:
    """Everything a handler needs; `events` collects what webhooks are told after the commit."""

    state: State
    now: datetime
    who: Acting
    body: Any = None
    args: Sequence[str] = ()
    uploads: Sequence[Upload] = ()
    effect_key: str = ""
    paging: Paging = honest_paging
    events: list[Event] = field(default_factory=list)

    @property
    def at(self) -> str:
        """The instant of this call as it is stored."""
        return stored_time(self.now)

    @property
    def fields(self) -> Mapping[str, Any]:
        """The body as an object. Raises Refused for a list or a scalar."""
        if isinstance(self.body, dict):
            return self.body
        raise invalid("Nội dung gửi lên phải là một đối tượng JSON")

    def text(self, name: str) -> str:
        """A field as composed text; absent, JSON null and "null" are empty."""
        given = self.fields.get(name)
        text = "" if given is None else nfc(str(given)).strip()
        return "" if text == NULL else text

    def needed(self, name: str) -> str:
        """A text field that may not be empty. Raises Refused naming it."""
        return self.text(name) or _missing(name)

    def number(self, name: str) -> int:
        """A whole number, sent as a number or as text. Raises Refused naming the field."""
        return whole(self.needed(name), name)

    def argument(self, name: str = "id") -> int:
        """The number in the address. Raises Refused."""
        return whole(self.args[0], name) if self.args else whole(_missing(name), name)

    def page(self) -> PageRequest:
        """`pageNo`/`pageRec`, both as text or as numbers. Raises Refused."""
        page = PageRequest(self.number("pageNo"), self.number("pageRec"))
        if page.number < 1 or not 1 <= page.size <= _LARGEST_PAGE:
            raise invalid(f"pageNo phải từ 1, pageRec phải từ 1 đến {_LARGEST_PAGE}")
        return page

    def tell(self, event_type: str, kind: str, number: int) -> None:
        """Let webhooks know after the commit."""
        self.events.append(Event(event_type, kind, number))


@dataclass(frozen=True, slots=True)
class Route:
    """A handler with its methods; `writes` runs it in a transaction."""

    handler: Callable[[Call], object]
    methods: frozenset[str] = GET
    writes: bool = False


Routes = Mapping[str, Route]


def whole(text: str, name: str) -> int:
    """A whole number of at most 15 digits. Raises Refused naming the field."""
    if text.isascii() and text.lstrip("-").isdigit() and len(text) <= 15:
        return int(text)
    raise invalid(f"{name}: phải là số")


def _missing(name: str) -> str:
    raise invalid(f"Thiếu trường {name}")


_ACTING: Final = """
SELECT p.user_id, p.username, p.full_name, o.id AS posting_id, o.unit_id, u.name AS unit_name, o.position,
       o.role
FROM posting o JOIN person p USING (user_id) JOIN unit u ON u.id = o.unit_id WHERE o.id = ?
"""


def acting_as(state: State, posting_id: str) -> Acting | None:
    """The posting with its person and unit; None when there is no such posting."""
    row = state.one(_ACTING, (posting_id,))
    if row is None:
        return None
    return Acting(
        **dict(row),
        in_office=row["unit_id"] in state.office,
        above_office=row["unit_id"] in state.head_units and row["role"] == LEADER,
        is_service=row["user_id"] == state.service_user,
    )


def postings_of(state: State, user_id: str) -> list[Row]:
    """All postings of a person, the main one first."""
    return state.all(
        "SELECT o.id, o.position, u.name AS unit_name FROM posting o JOIN unit u ON u.id = o.unit_id"
        " WHERE o.user_id = ? ORDER BY o.rowid",
        (user_id,),
    )
