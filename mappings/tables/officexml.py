"""The XML of office files, parsed with everything dangerous switched off (M12 to M17).

Entities are not resolved and nothing is fetched; depth and text size keep libxml2's own
limits; a DOCTYPE has already been refused by `archive.py`. lxml is imported on first use
so that a start without attachments does not pay for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

from mappings.tables.found import Problem
from mappings.tables.problems import Refused

MAX_MARKS: Final = 2_000_000
"""Most "<" and "=" in one part: what libxml2 needs grows with elements and attributes, not with bytes."""

#: A start tag with the text behind it, when both together are long, and the most "=" that a sheet may need there (M17).
_LONG_PIECE: Final = re.compile(rb"<[^<]{65536,}")
_MOST_EQUALS: Final = 10_000
_WHOLE: Final = 4 * 1024 * 1024  # up to here a tree costs less than it saves


def root_of(xml: bytes) -> Any:
    """The root element. Raises `Refused`: DAMAGED when not well-formed, TOO_LARGE above `MAX_MARKS`."""
    import lxml.etree as etree  # noqa: PLR0402 (typed only this way)

    refuse_crowd(xml)
    _refuse_two_encodings(xml)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused(Problem.DAMAGED) from error


def each(xml: bytes, *names: str) -> Iterator[Any]:
    """Elements of these local names in order; in a large part each is emptied after use, so that memory stays flat.

    Raises `Refused`: DAMAGED where the XML breaks off, TOO_LARGE above `MAX_MARKS`.
    """
    import lxml.etree as etree  # noqa: PLR0402 (typed only this way)

    refuse_crowd(xml)
    _refuse_two_encodings(xml)
    tags = [f"{{*}}{name}" for name in names]
    if len(xml) <= _WHOLE:
        yield from root_of(xml).iter(*tags)
        return
    try:
        for _, element in etree.iterparse(
            BytesIO(xml),
            events=("end",),
            tag=tags,
            resolve_entities=False,
            no_network=True,
            remove_comments=True,
            remove_pis=True,
        ):
            yield element
            element.clear()
    except etree.XMLSyntaxError as error:
        raise Refused(Problem.DAMAGED) from error


def refuse_crowd(xml: bytes) -> None:
    """Raise `Refused` (TOO_LARGE) for markup that would make a tree out of all proportion to its bytes."""
    if xml.count(b"<") + xml.count(b"=") > MAX_MARKS:
        raise Refused(Problem.TOO_LARGE, f"trên {MAX_MARKS} phần tử")
    if any(piece.group().count(b"=") > _MOST_EQUALS for piece in _LONG_PIECE.finditer(xml)):
        raise Refused(Problem.TOO_LARGE, "một phần tử có quá nhiều thuộc tính")


def _refuse_two_encodings(xml: bytes) -> None:
    """UTF-16 that calls itself UTF-8 was put together by something broken: libxml2 would read on (M19)."""
    if b"\x00" in xml[:4] and b"utf-8" in xml[:400].replace(b"\x00", b"").lower():
        raise Refused(Problem.DAMAGED)


def namespace_of(element: Any) -> str:
    """The namespace of an element's own tag, "" when it has none."""
    tag: str = element.tag
    return tag[1:].partition("}")[0] if tag.startswith("{") else ""
