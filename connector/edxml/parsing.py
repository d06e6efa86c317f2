"""From bytes to a plain tree: the one parser for packets, with its limits. Pure.

It reads events instead of building libxml2's tree, for one reason: libxml2 holds at most
10,000,000 bytes in one text, so a scanned file over 7.5 MB could not be read, and the
switch that lifts this limit lifts the others as well. Here a text may be as long as the
packet, while depth, width and size stay bounded (M12 to M14, M16, M17, M19).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from lxml import etree

from connector.limits import MIB
from errors import SkipRecord, StopService

#: What gateways of the axis take at most.
LARGEST: Final = 50 * MIB
#: A packet nests to twelve levels; what lies deeper was made to hurt.
DEEPEST: Final = 40
#: Elements, and quotation marks (two for an attribute), in one packet.
MOST_ELEMENTS, MOST_QUOTES = 20_000, 40_000
_SAFE_LXML: Final = (6, 1)
_ENCODING: Final = re.compile(rb"""^<\?xml[^>]*encoding\s*=\s*["']([\w.-]+)["']""")
_BOM: Final = b"\xef\xbb\xbf"
#: Document end, attribute, start tag, end tag: libxml2's names for text that stops in the middle.
_EARLY_END: Final = frozenset({5, 40, 73, 77})
_NOT_STARTED: Final = 4
_AGAIN: Final = "The sender has to send it again."


@dataclass(slots=True)
class Node:
    """An element by its local name in small letters: namespaces and spellings differ between kits."""

    name: str
    attributes: dict[str, str]
    children: list[Node] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text directly inside."""
        return "".join(self.pieces)

    def child(self, name: str) -> Node | None:
        """The first child of a name."""
        wanted = name.lower()
        return next((child for child in self.children if child.name == wanted), None)

    def all(self, name: str) -> list[Node]:
        """Every child of a name."""
        wanted = name.lower()
        return [child for child in self.children if child.name == wanted]

    def below(self, *names: str) -> Node | None:
        """The first element of one of these names at any depth, itself included."""
        wanted = {name.lower() for name in names}
        waiting = [self]
        while waiting:
            node = waiting.pop(0)
            if node.name in wanted:
                return node
            waiting += node.children
        return None


class _Growing:
    """Takes the parser's events. What goes beyond a limit ends the parsing at once."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self._open: list[Node] = []
        self._count = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) >= DEEPEST or self._count > MOST_ELEMENTS:
            raise refused("is nested too deeply or has too many elements")
        node = Node(_local(tag), {_local(name): value for name, value in attributes.items()})
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node
        self._open.append(node)

    def end(self, tag: str) -> None:  # noqa: ARG002 - the parser checked that it fits
        self._open.pop()

    def data(self, text: str) -> None:
        self._open[-1].pieces.append(text)

    def comment(self, text: str) -> None:
        """A comment says nothing."""

    def pi(self, target: str, text: str | None = None) -> None:
        """Nor does a processing instruction."""

    def doctype(self, *named: str | None) -> None:  # noqa: ARG002
        raise refused("carries a DOCTYPE, which is refused")

    def close(self) -> Node | None:
        return self.root


def tree_of(content: bytes, *, largest: int = LARGEST) -> Node:
    """The root of a packet. Raises SkipRecord with one sentence for whatever is not well-formed or too much."""
    _refuse_size(content, largest)
    _refuse_encoding(content[:200])
    parser: Any = etree.XMLParser(
        target=_Growing(), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise _damaged(error) from None
    if any(entry.domain_name == "NAMESPACE" for entry in parser.error_log):
        raise refused("uses a namespace prefix that it does not declare")
    if not isinstance(root, Node):
        raise refused("is empty")
    return root


def refuse_old_parser(version: tuple[int, ...] = etree.LXML_VERSION) -> None:
    """lxml before 6.1 may read external entities (M20). Raises StopService."""
    if version[:2] < _SAFE_LXML:
        raise StopService(
            "The XML library is too old to read packets of the axis safely.",
            remedy="Install lxml 6.1 or later.",
        )


def refused(what: str) -> SkipRecord:
    """A packet that is not taken, and why."""
    return SkipRecord(f"The packet {what}.", remedy=_AGAIN)


def _refuse_size(content: bytes, largest: int) -> None:
    """By counting bytes, before the parser has to hold them."""
    if len(content) > largest:
        raise refused(f"is larger than {largest / MIB:g} MiB")
    if content.count(b'"') + content.count(b"'") > MOST_QUOTES or content.count(b"<") > 3 * MOST_ELEMENTS:
        raise refused("has too many elements or attributes")


def _refuse_encoding(start: bytes) -> None:
    """Only UTF-8 is read: a text in another encoding would pass for one that it is not (M19)."""
    if not start.strip():
        raise refused("is empty")
    declared = _ENCODING.match(start.removeprefix(_BOM))
    other = declared is not None and declared[1].lower() not in {b"utf-8", b"utf8", b"us-ascii"}
    if other or b"\x00" in start or start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refused("is not in UTF-8")


def _damaged(error: etree.XMLSyntaxError) -> SkipRecord:
    """The place is told, the text is not: it may be that of a classified document."""
    line = error.lineno or 1
    if error.code == _NOT_STARTED:
        return refused("does not begin with XML: something stands before it, or it is another file")
    if error.code in _EARLY_END:
        return refused(f"is cut short in line {line}")
    return refused(f"is not well-formed XML (line {line})")


def _local(tag: str) -> str:
    """Undeclared prefixes stay in the name; they are refused afterwards."""
    return tag.rpartition("}")[2].rpartition(":")[2].lower()
