"""The webhook receiver: verify, store, answer, wake. The only asynchronous code here.

A webhook carries no truth. Its signature is checked over the raw bytes before
anything is parsed, the wake-up is stored before the sender hears "yes", and what
happened is then read from the document system itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime

import uvicorn
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from connector.webhook import Notice, WebhookMalformed, WebhookRefused, verify
from store.engine import Store
from sync.orders import WAKE
from sync.site import log

MAX_BODY = 2**20


class Receiver:
    """An ASGI application in a thread of its own; `url` tells where it listens."""

    def __init__(
        self,
        secrets: Mapping[str, tuple[SecretStr, ...]],
        store: Store,
        wake: Callable[[str], None],
        now: Callable[[], datetime],
    ) -> None:
        self._secrets, self._store, self._wake, self._now = secrets, store, wake, now
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    def application(self) -> Starlette:
        """The routes: one path a site."""
        return Starlette(routes=[Route("/webhook/{site}", self._receive, methods=["POST"])])

    def start(self, host: str, port: int) -> None:
        """Listen until `stop`; an address in use raises OSError at once."""
        config = uvicorn.Config(self.application(), host=host, port=port, log_level="warning", lifespan="off")
        config.load()
        sock = config.bind_socket()
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [sock]}, name="webhooks", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop taking, finish what is being answered."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(timeout=10)

    async def _receive(self, request: Request) -> Response:
        site = request.path_params["site"]
        secrets = self._secrets.get(site, ())
        if not secrets:
            return PlainTextResponse("unknown", status_code=404)
        body = await _bounded(request)
        if body is None:
            return PlainTextResponse("too large", status_code=413)
        try:
            notice = verify(body, dict(request.headers), secrets, self._now())
        except WebhookRefused:
            log.warning("webhook refused", site=site)
            return PlainTextResponse("unauthorised", status_code=401)
        except WebhookMalformed as error:
            log.warning("webhook malformed", site=site, reason=str(error))
            return PlainTextResponse("malformed", status_code=400)
        await run_in_threadpool(self._keep, site, notice)
        self._wake(site)
        return PlainTextResponse("ok", status_code=200)

    def _keep(self, site: str, notice: Notice) -> None:
        """On disk before the answer."""
        body = {"site": site, "kind": notice.kind.value, "id": notice.remote_id, "webhook": notice.webhook_id}
        with self._store.begin() as places:
            places.signals.order(WAKE, body, self._now())


async def _bounded(request: Request) -> bytes | None:
    """The body, or None when it is over the limit; refused before it is buffered."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > MAX_BODY:
        return None
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > MAX_BODY:
            return None
        parts.append(part)
    return b"".join(parts)
