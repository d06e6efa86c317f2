"""Where the axis answers, with the same faults on request as the other dialects."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

import orjson
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.types import Receive, Scope, Send

from sandbox.axis.lgsp import Lgsp, Question
from sandbox.axis.post import Post
from sandbox.axis.vxp import Vxp
from sandbox.faults import AFTER, BEFORE, Fault
from sandbox.wire import cut, drip, drop

if TYPE_CHECKING:
    from sandbox.app import Sandbox

PLACE: Final = "/truc"
JSON: Final = "application/json"
_LARGEST_BODY: Final = 72 * 1024 * 1024
_LOGIN_PAGE: Final = "<!DOCTYPE html><html><body><form>Đăng nhập trục liên thông</form></body></html>"
_WRITES: Final = frozenset({"sendEdoc", "updateStatus"})


class AxisAddress:
    """`/truc/vxp/<call>` and `/truc/lgsp/v1/<call>`."""

    def __init__(self, sandbox: Sandbox, post: Post) -> None:
        self._sandbox = sandbox
        self._vxp = Vxp(post, sandbox.clock)
        self._lgsp = Lgsp(post, sandbox.clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or break its connection when a fault says so."""
        request = Request(scope, receive)
        place = scope["path"]
        name = place.rpartition("/")[2]
        self._sandbox.stats.count(f"truc/{name}")
        try:
            fields, file = await _read(request)
        except ClientDisconnect:
            return
        if delay := self._sandbox.faults.delay(place, ""):
            await asyncio.sleep(delay)
        response = await self._before(scope, place)
        if response is None:
            response = self._answer(request, place, name, fields, file)
        if response.status_code:
            await self._after(response, place, scope, receive, send)

    def _answer(
        self, request: Request, place: str, name: str, fields: dict[str, Any], file: bytes
    ) -> Response:
        dialect = place.removeprefix(PLACE).strip("/").partition("/")[0]
        if dialect == "lgsp":
            return self._gateway(request, name, fields, file)
        if dialect != "vxp" or name not in self._vxp.calls or request.method != "POST":
            return HTMLResponse("<h1>404</h1>", 404)
        with self._sandbox.state.transaction():
            return _json(self._vxp.answer(name, request.headers, file))

    def _gateway(self, request: Request, name: str, fields: dict[str, Any], file: bytes) -> Response:
        if name == "login" and request.method == "POST":
            return _json(self._lgsp.log_in(fields))
        if name not in self._lgsp.calls or request.method != self._lgsp.calls[name][0]:
            return HTMLResponse("<h1>404</h1>", 404)
        agency = self._lgsp.caller(request.headers)
        if agency is None:
            return _json({"success": False, "errorCode": "15", "message": "Hết phiên"}, 401)
        if name == "sendEdoc" and "content-length" not in request.headers:
            return _json({"success": False, "errorCode": "10", "message": "Cần Content-Length"}, 411)
        effect_key = request.headers.get("X-Effect-Key", "")[:200]
        question = Question(agency, request.query_params, fields, file, effect_key)
        with self._sandbox.state.transaction():
            return _json(self._lgsp.answer(name, question))

    async def _before(self, scope: Scope, place: str) -> Response | None:
        """The answer of a fault that applies nothing."""
        fault = self._sandbox.faults.fire(BEFORE, place, "")
        if fault is None:
            return None
        if fault.kind == "reset":
            await drop(scope)
            return Response(status_code=0)
        return _broken(fault, gateway="/lgsp/" in place)

    async def _after(
        self, response: Response, place: str, scope: Scope, receive: Receive, send: Send
    ) -> None:
        fault = self._sandbox.faults.fire(AFTER, place, "")
        headers = [(name, value) for name, value in response.raw_headers if name != b"content-length"]
        headers.append((b"date", self._sandbox.clock.http_date()))
        if fault is None:
            await response(scope, receive, send)
        elif fault.kind == "drop_reply":
            await drop(scope)
        elif fault.kind == "truncated_body":
            await cut(scope, headers, bytes(response.body), close_delimited=fault.close_delimited)
        else:
            await drip(scope, headers, bytes(response.body), piece=fault.piece, pause=fault.ms / 1000)


def _broken(fault: Fault, *, gateway: bool) -> Response:
    match fault.kind:
        case "login_page":
            return HTMLResponse(_LOGIN_PAGE)
        case "auth_churn":
            if gateway:
                return _json({"success": False, "errorCode": "15", "message": "Hết phiên"}, 401)
            return _json({"status": "FAIL", "ErrorCode": "15", "ErrorDesc": "Sai systemid hoặc secret"})
        case "error_200":
            failed = {"success": False, "errorCode": "20", "message": "Lỗi trục liên thông"}
            return _json(failed | {"status": "FAIL", "ErrorCode": "20", "ErrorDesc": "Lỗi trục liên thông"})
    status = 429 if fault.kind == "status_429" else 503
    return HTMLResponse("<h1>Bận</h1>", status, headers={"Retry-After": str(fault.retry_after)})


async def _read(request: Request) -> tuple[dict[str, Any], bytes]:
    """The fields of a body and the one file in it."""
    if int(request.headers.get("content-length") or 0) > _LARGEST_BODY:
        return {}, b""
    kind = request.headers.get("content-type", "")
    if not kind.startswith("multipart/form-data"):
        raw = await request.body()
        try:
            value = orjson.loads(raw) if raw else {}
        except orjson.JSONDecodeError:
            return {}, b""
        return value if isinstance(value, dict) else {}, b""
    try:
        async with request.form(max_files=5) as form:
            files = [part for part in form.values() if isinstance(part, UploadFile)]
            fields = {name: part for name, part in form.items() if isinstance(part, str)}
            return fields, await files[0].read() if files else b""
    except MultiPartException:
        return {}, b""


def _json(value: dict[str, Any], status: int = 200) -> Response:
    return Response(orjson.dumps(value), status, media_type=JSON)


def axis_addresses(sandbox: Sandbox, post: Post) -> list[BaseRoute]:
    """Where the axis is mounted."""
    return [Mount(PLACE, app=AxisAddress(sandbox, post))]
