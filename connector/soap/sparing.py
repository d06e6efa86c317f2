"""Takes out of recorded answers the documents that are not open, and the work on them.

An element must stay valid, so one that must go is replaced by a copy of an open one under an id that nobody has; where
there is no open one, it goes without a trace.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any, Final

from lxml import etree

from connector.recording.tape import Exchange, IsOpen
from connector.records import DirectiveRecord, Kind
from connector.soap.decoding import decode
from connector.soap.definition import guarded_parser, named
from connector.soap.lists import raw_of
from errors import SkipRecord

_VOCABULARY: Final = "LayDanhMuc"
#: Operations whose answers hold people, documents or work items, and nothing else of interest.
_KNOWN: Final = frozenset(
    {
        "LayThongTinTaiKhoan",
        "LayDanhSachDonVi",
        "LayDanhSachTaiKhoan",
        "LayDanhSachVanBan",
        "LayVanBan",
        "LayDanhSachCongViec",
        "LayCongViec",
        "LayThayDoi",
    }
)
_NOBODYS: Final = 90_000_000


@dataclass
class Sparing:
    """What is known of the documents and work items on one tape."""

    open_documents: dict[str, Any] = field(default_factory=dict)
    open_jobs: dict[str, Any] = field(default_factory=dict)
    _made_up: dict[tuple[str, str], str] = field(default_factory=dict)

    def spared(self, exchanges: Sequence[Exchange], is_open: IsOpen) -> list[Exchange]:
        """See `connector.recording.tape.Recordable`."""
        parsed = [(exchange, _parsed(exchange)) for exchange in exchanges]
        for _, root in parsed:
            self._judge(root, is_open)
        return list(self._all(parsed))

    def _judge(self, root: Any, is_open: IsOpen) -> None:
        for element in _elements(root, "VanBan"):
            try:
                record = decode(raw_of(Kind.DOCUMENT, element, ""))
            except SkipRecord:
                continue
            if isinstance(record, DirectiveRecord) and is_open(record):
                self.open_documents.setdefault(record.remote_id, element)

    def _all(self, parsed: Sequence[tuple[Exchange, Any]]) -> Iterator[Exchange]:
        for _, root in parsed:
            for element in _elements(root, "CongViec"):
                document = _text(element, "MaVanBan")
                if not document or document in self.open_documents:
                    self.open_jobs.setdefault(_text(element, "Ma"), element)
        for exchange, root in parsed:
            if exchange.operation == _VOCABULARY:
                yield replace(exchange, vocabulary=True, sent=b"")
            elif exchange.operation in _KNOWN and root is not None:
                self._clear(root, "VanBan", self.open_documents)
                self._clear(root, "CongViec", self.open_jobs)
                yield replace(exchange, sent=b"", body=etree.tostring(root))

    def _clear(self, root: Any, what: str, open_ones: dict[str, Any]) -> None:
        template = deepcopy(next(iter(open_ones.values()), None))
        for element in _elements(root, what):
            remote_id = _text(element, "Ma")
            if remote_id in open_ones:
                continue
            parent = element.getparent()
            if template is not None:
                parent.replace(element, self._stand_in(deepcopy(template), what, remote_id, element))
            else:
                parent.remove(element)

    def _stand_in(self, made: Any, what: str, remote_id: str, real: Any) -> Any:
        made.tail = None
        _set(made, "Ma", self._nobodys(what, remote_id))
        _set(made, "DoMat", "Mật" if _text(real, "DoMat") else "")
        _set(made, "MaVanBan", self._nobodys("VanBan", _text(real, "MaVanBan")))
        return made

    def _nobodys(self, what: str, remote_id: str) -> str:
        return self._made_up.setdefault((what, remote_id), str(_NOBODYS + len(self._made_up)))


def _parsed(exchange: Exchange) -> Any:
    """The envelope; None for what is none."""
    try:
        return etree.fromstring(exchange.body, guarded_parser())
    except (etree.XMLSyntaxError, ValueError):
        return None


def _elements(root: Any, what: str) -> list[Any]:
    return [] if root is None else list(root.iter(named(what)))


def _text(element: Any, name: str) -> str:
    return (element.findtext(named(name)) or "").strip()


def _set(element: Any, name: str, value: str) -> None:
    child = element.find(named(name))
    if child is not None:
        child.text = value
