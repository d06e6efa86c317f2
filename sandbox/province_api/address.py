"""The dialect's addresses: from a form or a query to an answer, every refusal inside a 200."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, quote

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.types import Receive, Scope, Send

from sandbox.calls import Acting, Call
from sandbox.envelope import JSON_TYPE, Download, Refused
from sandbox.faults import AFTER, BEFORE
from sandbox.province_api.answers import ANSWERS, acting, file_of, postings, posts_of
from sandbox.province_api.tokens import Tokens
from sandbox.wire import cut, drip, drop

if TYPE_CHECKING:
    from sandbox.app import Sandbox

PLACE: Final = "/api"
_TOKEN: Final = "can-bo/access-token"
_POSTINGS: Final = "can-bo/danh-sach-cong-tac-can-bo"
_FILES: Final = "file-manage/read-file/"
_LARGEST_BODY: Final = 1024 * 1024
_LOGIN_PAGE: Final = "<!DOCTYPE html><html><body><form>Đăng nhập hệ thống</form></body></html>"


class ProvinceApi:
    """`/api/…` with a bearer, and files by their packed path with a refresh token in the address."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._tokens = Tokens(sandbox.state, sandbox.clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or break its connection when a fault says so."""
        request, sandbox = Request(scope, receive), self._sandbox
        place = scope["path"]
        name = place.removeprefix(PLACE).strip("/")
        sandbox.stats.count(f"province/{_FILES.rstrip('/') if name.startswith(_FILES) else name}")
        try:
            given = await _given(request)
        except ClientDisconnect:
            return
        if delay := sandbox.faults.delay(place, ""):
            await asyncio.sleep(delay)
        response = await self._before(scope, name) or self._answer(request, name, given)
        await self._after(scope, receive, send, response)

    async def _before(self, scope: Scope, name: str) -> Response | None:
        """The answer of a fault that applies nothing; a token that is asked for cannot be too old."""
        kinds = BEFORE - {"auth_churn"} if name == _TOKEN else BEFORE
        fault = self._sandbox.faults.fire(kinds, scope["path"], "")
        if fault is None:
            return None
        match fault.kind:
            case "reset":
                await drop(scope)
                return Response(status_code=0)
            case "login_page":
                return HTMLResponse(_LOGIN_PAGE)
            case "auth_churn":
                self._tokens.forget()
                return _too_old()
            case "error_200":
                return _refused("Hệ thống đang bận, vui lòng thử lại sau")
        status = 429 if fault.kind == "status_429" else 503
        return HTMLResponse("<h1>Bận</h1>", status, headers={"Retry-After": str(fault.retry_after)})

    def _answer(self, request: Request, name: str, given: dict[str, str]) -> Response:
        try:
            if name == _TOKEN:
                return _success(self._tokens.exchange(given.get("refresh_token", "")))
            if name == _POSTINGS:
                user, password = given.get("username", ""), given.get("password", "")
                return _success(postings(self._sandbox.state, user, password, self._tokens.refresh_token))
            if name.startswith(_FILES):
                return self._file(name.removeprefix(_FILES))
            return self._data(request, name, given)
        except Refused as refusal:
            return _refused(refusal.message)

    def _data(self, request: Request, name: str, given: dict[str, str]) -> Response:
        answer = ANSWERS.get(name)
        if answer is None or answer.method != request.method:
            return HTMLResponse("<h1>404 Not Found</h1>", 404)
        user_id = self._tokens.user(request.headers.get("authorization", "").removeprefix("Bearer "))
        if not user_id:
            return _too_old()
        state = self._sandbox.state
        who = (
            acting(state, user_id, given.get(answer.posting, ""))
            if answer.posting
            else posts_of(state, user_id)[0]
        )
        return _success(answer.handler(self._call(request, who, given), request.url.hostname or ""))

    def _file(self, packed: str) -> Response:
        """`{path}/{view|download}/{refresh token}/{name}`."""
        parts = packed.split("/")
        if len(parts) != 4 or parts[1] not in {"view", "download"}:
            return HTMLResponse("<h1>404 Not Found</h1>", 404)
        posts = posts_of(self._sandbox.state, self._tokens.person(parts[2])["user_id"])
        call = Call(self._sandbox.state, self._sandbox.clock.now(), posts[0], {})
        found: Download = file_of(call, parts[0], posts)
        named = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name)}"}
        return Response(found.content, media_type="application/octet-stream", headers=named)

    def _call(self, request: Request, who: Acting, given: dict[str, str]) -> Call:
        faults, path = self._sandbox.faults, request.scope["path"]
        return Call(
            self._sandbox.state,
            self._sandbox.clock.now(),
            who,
            given,
            paging=lambda asked, read: faults.page(path, who.username, asked, read),
        )

    async def _after(self, scope: Scope, receive: Receive, send: Send, response: Response) -> None:
        """Send the answer, or what a fault leaves of it."""
        if response.status_code == 0:
            return
        fault = self._sandbox.faults.fire(AFTER, scope["path"], "")
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


async def _given(request: Request) -> dict[str, str]:
    """Parameters of the address and of the form alike: some clients send a POST with an empty body."""
    given = dict(request.query_params)
    if int(request.headers.get("content-length") or 0) > _LARGEST_BODY:
        return given
    body = await request.body()
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        given |= dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    return given


def _success(data: Any) -> Response:
    return Response(
        orjson.dumps({"success": True, "message": "Thành công", "data": data}), media_type=JSON_TYPE
    )


def _refused(message: str) -> Response:
    return Response(orjson.dumps({"success": False, "message": message, "data": None}), media_type=JSON_TYPE)


def _too_old() -> Response:
    body = orjson.dumps({"success": False, "message": "Token không hợp lệ hoặc đã hết hạn", "data": None})
    return Response(body, 401, media_type=JSON_TYPE)


def province_api_addresses(sandbox: Sandbox) -> list[BaseRoute]:
    """Where the API is mounted."""
    return [Mount(PLACE, app=ProvinceApi(sandbox))]
