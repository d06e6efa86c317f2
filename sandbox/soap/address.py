"""The service's address: from a message to an operation and back, with faults as ASMX words them.

A business error is a result with its code in `MaLoi`; a fault comes for messages that
are not of the WSDL, and for callers that are not known.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from lxml import etree
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.types import Receive, Scope, Send

from sandbox.calls import Acting, Call, Upload
from sandbox.envelope import Refused
from sandbox.faults import AFTER, BEFORE
from sandbox.soap.definition import ENVELOPES, actions, document, named, schema
from sandbox.soap.filling import element, put, values
from sandbox.soap.operations import OPERATIONS
from sandbox.soap.packages import put_together, taken_apart
from sandbox.soap.security import NotAuthenticated, Tokens
from sandbox.wire import cut, drip, drop

if TYPE_CHECKING:
    from sandbox.app import Sandbox

PLACE: Final = "/Services"
_XOP: Final = "{http://www.w3.org/2004/08/xop/include}Include"
_LARGEST_BODY: Final = 64 * 1024 * 1024
_LOGIN_PAGE: Final = "<!DOCTYPE html><html><body><form>Đăng nhập cổng thông tin</form></body></html>"


class Malformed(Exception):
    """The message is not one of the WSDL."""


@dataclass(frozen=True, slots=True)
class Message:
    """A request that was understood: its envelope's namespace, operation, fields and file."""

    space: str
    operation: str
    envelope: Any
    given: dict[str, Any]
    uploads: tuple[Upload, ...] = ()

    @property
    def media(self) -> str:
        """Content type of answers in this version of SOAP."""
        return ENVELOPES[self.space]


class SoapAddress:
    """`/Services/VanBan.asmx`: the WSDL by GET, the operations by POST."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._tokens = Tokens(sandbox.state)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or break its connection when a fault says so."""
        request = Request(scope, receive)
        if request.method != "POST":
            text = document(request.url.query)
            shown = Response(text, media_type="text/xml") if text else HTMLResponse("<h1>404</h1>", 404)
            await shown(scope, receive, send)
            return
        try:
            body = await request.body()
        except ClientDisconnect:
            return
        try:
            message = _understood(request, body)
        except Malformed as problem:
            space = _space_of(request)
            await _fault(space, "Client", str(problem))(scope, receive, send)
            return
        await self._answer(message, request, scope, receive, send)

    async def _answer(
        self, message: Message, request: Request, scope: Scope, receive: Receive, send: Send
    ) -> None:
        place = f"{PLACE}/VanBan.asmx/{message.operation}"
        sandbox = self._sandbox
        sandbox.stats.count(f"soap/{message.operation}")
        if delay := sandbox.faults.delay(place, ""):
            await asyncio.sleep(delay)
        response = await self._before(message, place, scope)
        if response is None:
            response = self._performed(message, request)
        if response.status_code == 0:
            return
        fault = sandbox.faults.fire(AFTER, place, "")
        headers = [(name, value) for name, value in response.raw_headers if name != b"content-length"]
        headers.append((b"date", sandbox.clock.http_date()))
        if fault is None:
            await response(scope, receive, send)
        elif fault.kind == "drop_reply":
            await drop(scope)
        elif fault.kind == "truncated_body":
            await cut(scope, headers, bytes(response.body), close_delimited=fault.close_delimited)
        else:
            await drip(scope, headers, bytes(response.body), piece=fault.piece, pause=fault.ms / 1000)

    async def _before(self, message: Message, place: str, scope: Scope) -> Response | None:
        """The answer of a fault that applies nothing."""
        fault = self._sandbox.faults.fire(BEFORE, place, "")
        if fault is None:
            return None
        match fault.kind:
            case "reset":
                await drop(scope)
                return Response(status_code=0)
            case "login_page":
                return HTMLResponse(_LOGIN_PAGE)
            case "auth_churn":
                return _unknown_caller(message.space)
            case "error_200":
                return _result(message, {}, "error_system", "Hệ thống đang bận")
        status = 429 if fault.kind == "status_429" else 503
        return HTMLResponse("<h1>Bận</h1>", status, headers={"Retry-After": str(fault.retry_after)})

    def _performed(self, message: Message, request: Request) -> Response:
        try:
            who = self._tokens.acting(message.envelope)
            fields = self._perform(message, who, request.headers.get("X-Effect-Key", "")[:200])
        except NotAuthenticated:
            return _unknown_caller(message.space)
        except Refused as refusal:
            return _result(message, {}, refusal.code, refusal.message)
        return _result(message, fields)

    def _perform(self, message: Message, who: Acting, effect_key: str) -> dict[str, Any]:
        operation, sandbox = OPERATIONS[message.operation], self._sandbox
        call = Call(sandbox.state, sandbox.clock.now(), who, None, (), message.uploads, effect_key)
        if not operation.writes:
            return operation.handler(call, message.given)
        sandbox.stats.writes += 1
        with sandbox.state.transaction():
            fields = operation.handler(call, message.given)
        sandbox.webhooks.publish(call.events)
        return fields


def _understood(request: Request, body: bytes) -> Message:
    """The message inside a body. Raises Malformed as ASMX would answer with a fault."""
    if len(body) > _LARGEST_BODY:
        raise Malformed("Maximum request length exceeded.")
    kind = request.headers.get("content-type", "")
    beside: list[bytes] = []
    if kind.startswith("multipart/related"):
        try:
            body, beside = taken_apart(body, kind)
        except ValueError:
            raise Malformed("The package cannot be read.") from None
    try:
        envelope = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        raise Malformed("Server was unable to read request.") from None
    space = etree.QName(envelope).namespace or ""
    if envelope.getroottree().docinfo.doctype or space not in ENVELOPES:
        raise Malformed("Possible SOAP version mismatch.")
    content = envelope.find(f"{{{space}}}Body/*")
    operation = actions().get(_action(request, kind))
    if operation is None or content is None or content.tag != named(operation):
        raise Malformed("Server did not recognize the value of HTTP Header SOAPAction.")
    return _checked(space, operation, envelope, content, beside)


def _checked(space: str, operation: str, envelope: Any, content: Any, beside: list[bytes]) -> Message:
    for reference in list(content.iter(_XOP)):
        reference.getparent().remove(reference)
    if not schema().validate(content):
        raise Malformed("Server was unable to read request: the message is not valid.")
    given = values(content)
    uploads = tuple(Upload(given.get("tenTep") or "tep", part) for part in beside)
    return Message(space, operation, envelope, given, uploads)


def _action(request: Request, kind: str) -> str:
    """SOAP 1.1 has a quoted header, SOAP 1.2 a parameter of the content type."""
    header = request.headers.get("soapaction", "")
    if header:
        return header[1:-1] if header.startswith('"') and header.endswith('"') else ""
    return kind.partition('action="')[2].partition('"')[0]


def _result(message: Message, fields: dict[str, Any], code: str = "0", text: str = "") -> Response:
    content = fields.get("NoiDung")
    beside = content if isinstance(content, bytes) else None
    if beside is not None:
        place = element("NoiDung")
        etree.SubElement(place, _XOP, href="cid:tep@may-chu")
        fields = {**fields, "NoiDung": place}
    result = put(element(f"{message.operation}Result"), MaLoi=code, ThongBao=text, **fields)
    answer = element(f"{message.operation}Response")
    answer.append(result)
    body = _enveloped(message.space, answer)
    if beside is not None:
        package, kind = put_together(body, message.media, beside)
        return Response(package, headers={"content-type": kind})
    return Response(body, headers={"content-type": f"{message.media}; charset=utf-8"})


def _enveloped(space: str, content: Any) -> bytes:
    envelope = etree.Element(f"{{{space}}}Envelope", nsmap={"soap": space})
    etree.SubElement(envelope, f"{{{space}}}Body").append(content)
    return bytes(etree.tostring(envelope, encoding="utf-8", xml_declaration=True))


def _unknown_caller(space: str) -> Response:
    return _fault(space, "wsse:FailedAuthentication", "The security token could not be authenticated")


def _fault(space: str, code: str, text: str) -> Response:
    """A fault comes with status 500, in either version of SOAP."""
    fault = etree.Element(f"{{{space}}}Fault", nsmap={"soap": space})
    if "2003" in space:
        shown = {"Client": "soap:Sender"}.get(code, code)
        etree.SubElement(etree.SubElement(fault, f"{{{space}}}Code"), f"{{{space}}}Value").text = shown
        etree.SubElement(etree.SubElement(fault, f"{{{space}}}Reason"), f"{{{space}}}Text").text = text
    else:
        etree.SubElement(fault, "faultcode").text = f"soap:{code}" if code == "Client" else code
        etree.SubElement(fault, "faultstring").text = text
    media = ENVELOPES[space]
    return Response(_enveloped(space, fault), 500, headers={"content-type": f"{media}; charset=utf-8"})


def _space_of(request: Request) -> str:
    """The version of SOAP that a message which was not understood seems to be of."""
    newer = "application/soap+xml" in request.headers.get("content-type", "")
    return next(space for space in ENVELOPES if ("2003" in space) is newer)


def soap_addresses(sandbox: Sandbox) -> list[BaseRoute]:
    """Where the service is mounted."""
    return [Mount(PLACE, app=SoapAddress(sandbox))]
