"""What an answer of the service is: a result, a refusal, a fault, or something else altogether. Pure.

zeep turns an unreadable date and a missing element into None; so answers are
checked against the XSD and read here, and nothing of them is repaired.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from mmap import mmap
from typing import Any, Final

from lxml import etree

from connector.calls import Reply
from connector.errors import AccessRefused, RemoteRefused, ReplyUnreadable, SessionLost, SystemAway, TooLarge
from connector.mishaps import ReplyCut
from connector.refusals import Status, refusal
from connector.soap.definition import ENVELOPES, guarded_parser, named, schema
from connector.soap.wire import XML_MEDIA
from errors import TdcdError

SUCCESS: Final = "0"
ENVELOPE_TAGS: Final = frozenset(f"{{{space}}}Envelope" for space in ENVELOPES.values())
FAULT_TAGS: Final = tuple(f"{{{space}}}Fault" for space in ENVELOPES.values())
_LOGIN_PAGE: Final = re.compile(rb"<form|<input|login|\xc4\x91\xc4\x83ng nh\xe1\xba\xadp", re.IGNORECASE)
_WEB_PAGE: Final = re.compile(rb"<(?:!doctype\s+)?html", re.IGNORECASE)
_SECURITY: Final = re.compile(r"FailedAuthentication|FailedCheck|InvalidSecurity", re.IGNORECASE)
_FIELD: Final = re.compile(r"Element '(?:\{[^}]*\})?(\w{1,60})'")
_ENCODING: Final = re.compile(rb"""^<\?xml[^>]*encoding\s*=\s*["']([\w.-]+)["']""")
#: A start tag with the text behind it, when both together are long: no value may hold a "<" of its own.
_LONG_PIECE: Final = re.compile(rb"<[^<]{65536,}")
#: Far more than any record has in one element; a file in base64 has two at most.
_MOST_EQUALS: Final = 1_000
#: Document end, attribute, start tag, end tag: libxml2's names for text that stops in the middle.
_EARLY_END: Final = frozenset({5, 40, 73, 77})
_WRONG_VERSION: Final = (
    "The service may be of another version than the WSDL that is shipped with this program."
)
_WRONG_ADDRESS: Final = "Check the site's url and whether a proxy stands in between."


def opened(
    reply: Reply, operation: str, clean: Callable[[str], str] = str.strip, *, packed: bool = False
) -> Any:
    """The `…Result` element of a whole, valid success.

    With `packed` a file stands beside the envelope: its place inside holds a reference,
    which the XSD does not know, so the result is not checked against it.

    Raises AccessRefused, SystemAway, SessionLost, RemoteRefused (NotThere, Hiccup) with the
    system's own words, ReplyCut for XML that ends early, ReplyUnreadable for anything else.
    """
    refuse_other_media(reply, operation)
    refuse_other_encoding(reply.body[:200], operation)
    refuse_crowded_tags(reply.body, operation)
    envelope = _parsed(reply.body, operation)
    if envelope.tag not in ENVELOPE_TAGS:
        raise unreadable(operation)
    fault = next((found for tag in FAULT_TAGS for found in envelope.iter(tag)), None)
    if fault is not None:
        raise fault_of(fault, operation, clean)
    if reply.status >= 400:
        raise RemoteRefused(f"{operation}: refused with {reply.status}.", remedy=_WRONG_ADDRESS)
    answer = envelope.find(f"*/{named(f'{operation}Response')}")
    if answer is None:
        raise unreadable(operation)
    result = answer.find(named(f"{operation}Result"))
    if result is not None:
        _accepted(result, operation, clean)
    if not packed:
        refuse_invalid(answer, operation)
    elif result is None:
        raise unreadable(operation)
    return result


def refuse_crowded_tags(body: bytes | mmap, operation: str) -> None:
    """Raises before the parser takes 36 times their size for attributes by the hundred thousand (M17)."""
    if any(piece.group().count(b"=") > _MOST_EQUALS for piece in _LONG_PIECE.finditer(body)):
        raise ReplyUnreadable(f"{operation}: an element has more attributes than any record.")


def refuse_other_media(reply: Reply, operation: str) -> None:
    """Raises for what is no XML by its own word, or an HTML page by its looks."""
    start = reply.body[:20_000]
    if 300 <= reply.status < 400 or _WEB_PAGE.search(start):
        if 300 <= reply.status < 400 or _LOGIN_PAGE.search(start):
            raise SessionLost(f"{operation}: a log-in page came instead of an answer.", remedy=_WRONG_ADDRESS)
        raise ReplyUnreadable(f"{operation}: a web page came instead of an answer.", remedy=_WRONG_ADDRESS)
    if reply.status == 413:
        raise TooLarge(f"{operation}: the document system finds this too large (413).")
    if reply.status in {401, 403}:
        raise AccessRefused(f"{operation}: refused with {reply.status}.", remedy=_WRONG_ADDRESS)
    if reply.content_type not in XML_MEDIA:
        if reply.status >= 400:
            raise RemoteRefused(f"{operation}: refused with {reply.status}.", remedy=_WRONG_ADDRESS)
        raise unreadable(operation)


def refuse_other_encoding(start: bytes, operation: str) -> None:
    """Only UTF-8 is read: a text in another encoding would pass for one that it is not (M19)."""
    declared = _ENCODING.match(start.removeprefix(b"\xef\xbb\xbf"))
    other = declared is not None and declared[1].lower() not in {b"utf-8", b"utf8", b"us-ascii"}
    if other or b"\x00" in start or start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ReplyUnreadable(f"{operation}: the answer is not in UTF-8.", remedy=_WRONG_VERSION)


def _parsed(body: bytes, operation: str) -> Any:
    try:
        envelope = etree.fromstring(body, guarded_parser())
    except etree.XMLSyntaxError as error:
        raise damaged(operation, error) from None
    refuse_doctype(envelope, operation)
    return envelope


def refuse_doctype(element: Any, operation: str) -> None:
    """No SOAP message has one: it can only carry entities (M12 to M14)."""
    if element.getroottree().docinfo.doctype:
        raise ReplyUnreadable(f"{operation}: the answer carries a DOCTYPE, which is refused.")


def refuse_invalid(element: Any, operation: str) -> None:
    """Raises ReplyUnreadable naming the field, never its value."""
    checking = schema()
    if not checking.validate(element):
        raise ReplyUnreadable(f"{operation}: {first_problem(checking)}", remedy=_WRONG_VERSION)


def first_problem(checking: Any) -> str:
    """The first element that is not as the XSD says; the library's own text would quote its value."""
    found = _FIELD.search(checking.error_log[0].message) if len(checking.error_log) else None
    return f"field {found[1] if found else '?'} is missing, misplaced or not of its type."


def _accepted(result: Any, operation: str, clean: Callable[[str], str]) -> None:
    code = (result.findtext(named("MaLoi")) or "").strip()
    if not code:
        raise unreadable(operation)
    if code != SUCCESS:
        raise refused_by(code, result.findtext(named("ThongBao")) or "", operation, clean)


def refused_by(code: str, message: str, operation: str, clean: Callable[[str], str]) -> TdcdError:
    """A business error, which comes inside a success."""
    return refusal(Status(clean(code), clean(message)), operation)


def fault_of(fault: Any, operation: str, clean: Callable[[str], str]) -> TdcdError:
    """What a fault asks of us: wrong credentials end the service, a fault of the server is waited out."""
    texts = {
        etree.QName(child).localname: "".join(child.itertext()).strip() for child in fault if _plain(child)
    }
    code = texts.get("faultcode") or texts.get("Code") or ""
    said = clean(texts.get("faultstring") or texts.get("Reason") or "no reason given")
    if _SECURITY.search(code):
        return AccessRefused(
            f"{operation}: the document system refused the account: {said}",
            remedy="Check user name, password and clock of this site; nothing is tried again until the next start.",
        )
    if re.search(r"Server|Receiver", code):
        return SystemAway(f"{operation}: the document system failed: {said}")
    return RemoteRefused(
        f"{operation}: the document system did not understand the call: {said}", remedy=_WRONG_VERSION
    )


def unreadable(operation: str) -> ReplyUnreadable:
    """The answer is well-formed, perhaps, but not one of this operation."""
    return ReplyUnreadable(f"{operation}: the answer is not what the WSDL says.", remedy=_WRONG_VERSION)


def damaged(operation: str, error: etree.XMLSyntaxError) -> ReplyUnreadable:
    """XML that ends too early may come whole next time; any other damage will not."""
    if error.code in _EARLY_END:
        return ReplyCut(
            f"{operation}: the answer was cut short.", remedy="It is read again in the next cycle."
        )
    return ReplyUnreadable(f"{operation}: the answer is not well-formed XML, or nested too deeply.")


def _plain(child: Any) -> bool:
    return isinstance(child.tag, str)
