"""The sandbox as one application: the way of a call from the address to the envelope.

Order of a call: session, faults that come before, handler in its transaction,
webhooks after the commit, faults that damage the answer. All on one thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import orjson
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute as Address
from starlette.types import Receive, Scope, Send

from sandbox import (
    document_actions,
    document_issue,
    document_views,
    documents,
    files,
    job_actions,
    jobs,
    notices,
    people,
    session,
)
from sandbox.calls import Acting, Call, Route, Routes, Upload, acting_as
from sandbox.clock import Clock
from sandbox.envelope import JSON_TYPE, Download, Refused, accepted, invalid, refused, unauthenticated
from sandbox.faults import AFTER, BEFORE, Fault, Faults
from sandbox.session import COOKIE, SESSION_PATHS, Sessions
from sandbox.soap.address import soap_addresses
from sandbox.state import State
from sandbox.stats import Stats
from sandbox.webhooks import Webhooks
from sandbox.wire import cut, drip, drop

PREFIX = "/qlvb/api/"
TOKEN_HEADER = "X-Authentication-Token"
_LARGEST_BODY = 64 * 1024 * 1024
_LOGIN_PAGE = (
    "<!DOCTYPE html><html><head><title>Đăng nhập</title></head><body><form>Tên đăng nhập</form></body></html>"
)

ROUTES: Routes = {
    **people.ROUTES,
    **files.ROUTES,
    **documents.ROUTES,
    **document_views.ROUTES,
    **document_actions.ROUTES,
    **document_issue.ROUTES,
    **jobs.ROUTES,
    **job_actions.ROUTES,
    **notices.ROUTES,
}


@dataclass(slots=True)
class Sandbox:
    """Everything that lives as long as the process."""

    state: State
    clock: Clock
    sessions: Sessions
    webhooks: Webhooks
    faults: Faults = field(default_factory=Faults)
    stats: Stats = field(default_factory=Stats)

    def perform(self, name: str, call: Call) -> object:
        """Run one handler; a writing one in a transaction, its events published after the commit."""
        route = ROUTES[name]
        if not route.writes:
            return route.handler(call)
        with self.state.transaction():
            data = route.handler(call)
        self.webhooks.publish(call.events)
        return data

    def call_as(
        self, posting_id: str, body: Any = None, args: tuple[str, ...] = (), uploads: tuple[Upload, ...] = ()
    ) -> Call:
        """A call for the web page, which plays any account without a log-in. Raises Refused."""
        who = acting_as(self.state, posting_id)
        if who is None:
            raise unauthenticated()
        return Call(self.state, self.clock.now(), who, body, args, uploads)


def find_route(path: str) -> tuple[str, tuple[str, ...]]:
    """The handler's name and the arguments behind it; "" when there is none."""
    parts = [part for part in path.split("/") if part]
    for count in range(len(parts), max(0, len(parts) - 3), -1):
        name = "/".join(parts[:count])
        if name in ROUTES or name in SESSION_PATHS:
            return name, tuple(parts[count:])
    return "", ()


class Api:
    """The dialect's address, `/qlvb/api/…`, with or without the trailing slash."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or break its connection when a fault says so."""
        request = Request(scope, receive)
        name, args = find_route(scope["path"].removeprefix(PREFIX))
        if not name:
            await HTMLResponse("<h1>HTTP Status 404</h1>", 404)(scope, receive, send)
            return
        self._sandbox.stats.count(name)
        try:
            body = await _read_body(request)
        except ClientDisconnect:
            return
        who, problem = self._session(request, name)
        user = who.username if who else ""
        if delay := self._sandbox.faults.delay(scope["path"], user):
            await asyncio.sleep(delay)
        response = await self._before(scope, name, user) or self._answer(
            request, name, args, body, who, problem
        )
        await self._after(scope, receive, send, response, user)

    def _session(self, request: Request, name: str) -> tuple[Acting | None, Refused | None]:
        if name in SESSION_PATHS and name != "switch":
            return None, None
        try:
            token = request.headers.get(TOKEN_HEADER, "")
            return self._sandbox.sessions.acting(token, request.cookies.get(COOKIE, "")), None
        except Refused as problem:
            return None, problem

    async def _before(self, scope: Scope, name: str, user: str) -> Response | None:
        """The answer of a fault that applies nothing."""
        kinds = BEFORE - {"auth_churn"} if name in SESSION_PATHS else BEFORE
        fault = self._sandbox.faults.fire(kinds, scope["path"], user)
        if fault is None:
            return None
        if fault.kind == "reset":
            await drop(scope)
            return Response(status_code=0)
        return _fault_response(fault)

    def _answer(
        self,
        request: Request,
        name: str,
        args: tuple[str, ...],
        body: Any,
        who: Acting | None,
        problem: Refused | None,
    ) -> Response:
        """Run the handler; every refusal becomes an envelope."""
        try:
            if problem is not None:
                raise problem
            if isinstance(body, Refused):
                raise body
            _check_method(request.method, name)
            if name in SESSION_PATHS:
                return self._change_session(request, name, args, body, who)
            if who is None:
                raise unauthenticated()
            return _success(self._sandbox.perform(name, self._call(request, args, body, who, name)))
        except Refused as refusal:
            return Response(refused(refusal), refusal.http, media_type=JSON_TYPE)

    def _call(self, request: Request, args: tuple[str, ...], body: Any, who: Acting, name: str) -> Call:
        uploads = tuple(body) if isinstance(body, tuple) else ()
        faults, path = self._sandbox.faults, request.scope["path"]
        if ROUTES[name].writes:
            self._sandbox.stats.writes += 1
        return Call(
            self._sandbox.state,
            self._sandbox.clock.now(),
            who,
            None if uploads else body,
            args,
            uploads,
            request.headers.get("X-Effect-Key", "")[:200],
            paging=lambda asked, read: faults.page(path, who.username, asked, read),
        )

    def _change_session(
        self, request: Request, name: str, args: tuple[str, ...], body: Any, who: Acting | None
    ) -> Response:
        sessions = self._sandbox.sessions
        if name == "checkversion":
            return _success(session.check_version())
        if name == "logout":
            sessions.log_out(request.headers.get(TOKEN_HEADER, ""))
            return _success("TRUE")
        if name == "switch":
            if who is None or not args:
                raise unauthenticated()
            payload, cookie = sessions.switch(who, args[0])
        else:
            given = body if isinstance(body, Mapping) else {}
            payload, cookie = sessions.log_in(
                str(given.get("username") or ""), str(given.get("password") or "")
            )
        response = _success(payload)
        response.set_cookie(COOKIE, cookie, path="/qlvb", httponly=True)
        return response

    async def _after(self, scope: Scope, receive: Receive, send: Send, response: Response, user: str) -> None:
        """Send the answer, or what a fault leaves of it."""
        if response.status_code == 0:
            return
        fault = self._sandbox.faults.fire(AFTER, scope["path"], user)
        headers = [(name, value) for name, value in response.raw_headers if name != b"content-length"]
        headers.append((b"date", self._sandbox.clock.http_date()))
        body = bytes(response.body)
        if fault is None:
            response.raw_headers.append((b"date", self._sandbox.clock.http_date()))
            await response(scope, receive, send)
        elif fault.kind == "drop_reply":
            await drop(scope)
        elif fault.kind == "truncated_body":
            await cut(scope, headers, body, close_delimited=fault.close_delimited)
        else:
            await drip(scope, headers, body, piece=fault.piece, pause=fault.ms / 1000)


def _fault_response(fault: Fault) -> Response:
    if fault.kind == "login_page":
        return HTMLResponse(_LOGIN_PAGE)
    if fault.kind == "auth_churn":
        return Response(refused(unauthenticated()), 401, media_type=JSON_TYPE)
    if fault.kind == "error_200":
        return Response(refused(Refused("error_system", "Hệ thống đang bận")), media_type=JSON_TYPE)
    status = 429 if fault.kind == "status_429" else 503
    headers = {"Retry-After": str(fault.retry_after)}
    return HTMLResponse(f"<h1>HTTP Status {status}</h1>", status, headers=headers)


def _success(data: object) -> Response:
    if isinstance(data, Download):
        named = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(data.name)}"}
        return Response(data.content, media_type="application/octet-stream", headers=named)
    return Response(accepted(data), media_type=JSON_TYPE)


def _check_method(method: str, name: str) -> None:
    route: Route | None = ROUTES.get(name)
    methods = route.methods if route else SESSION_PATHS[name]
    if method not in methods:
        raise Refused("error_method_not_allowed", f"Không hỗ trợ {method}", 405)


async def _read_body(request: Request) -> Any:
    """The JSON value, the uploaded parts as a tuple, None for an empty body, or the refusal itself."""
    kind = request.headers.get("content-type", "")
    if int(request.headers.get("content-length") or 0) > _LARGEST_BODY:
        return invalid("Nội dung gửi lên quá lớn")
    if kind.startswith("multipart/form-data"):
        return await _uploads(request)
    raw = await request.body()
    if not raw:
        return None
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        return invalid("Nội dung gửi lên không phải JSON")


async def _uploads(request: Request) -> Any:
    try:
        async with request.form(max_files=20) as form:
            parts = [part for part in form.getlist("fileupload") if isinstance(part, UploadFile)]
            return tuple([Upload(part.filename or "tep", await part.read()) for part in parts])
    except MultiPartException:
        return invalid("Nội dung multipart không đọc được")


class StampedResponses:
    """Give page and control answers the `Date` of the sandbox's clock, as API answers have it."""

    def __init__(self, app: Starlette, clock: Clock) -> None:
        self._app = app
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with one header more."""

        async def stamped(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"date", self._clock.http_date())]
            await send(message)

        await self._app(scope, receive, stamped)


def make_app(sandbox: Sandbox, addresses: list[Address]) -> Any:
    """The API for its prefix, `addresses` (page and control plane) for everything else."""
    api = Api(sandbox)
    rest = StampedResponses(Starlette(routes=[*addresses, *soap_addresses(sandbox)]), sandbox.clock)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        target = api if scope["path"].startswith(PREFIX) else rest
        await target(scope, receive, send)

    return application
