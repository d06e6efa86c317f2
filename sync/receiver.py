"""The webhook receiver: bound, verify, store, answer, wake. The only asynchronous code here.

A webhook carries no truth. Its signature is checked over the raw bytes before
anything is parsed, the wake-up is on disk before the sender hears "yes", and what
happened is then read from the document system itself. A sender is never told more
than a number: who cannot sign learns nothing, and what was refused is counted, not logged.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from pydantic import SecretStr

from config.settings import Settings, WebhookSettings
from connector.webhook import (
    LONGEST_BODY,
    WebhookMalformed,
    WebhookRefused,
    check_secrets,
    verify,
    webhook_headers,
)
from connector.webhook_plain import PlainHmac
from errors import RetryLater, StopService
from store.engine import Store
from sync.group_commit import STOPPED_AFTER, GroupCommit
from sync.keep_notices import NoticeKeeper, Outcome, Post
from sync.listening import Certificate, Listener
from sync.site import log
from sync.webhook_marks import MARK_EVERY

PATH: Final = "/webhook/"
BODY_SECONDS: Final = 10.0
MOST_HELD: Final = 64 * 2**20
STORE_AFTER: Final = 30.0


class Answer(NamedTuple):
    """An answer without words; `retry_after` in seconds, `close` ends the connection behind it."""

    status: int
    retry_after: float = 0.0
    close: bool = False


class _Turned(Exception):
    """The request is answered without being read to its end."""

    def __init__(self, answer: Answer, counted: str) -> None:
        self.answer = answer
        self.counted = counted
        super().__init__(counted)


OK: Final = Answer(200)
UNKNOWN: Final = Answer(404)
NOT_POST: Final = Answer(405)
UNSIGNED: Final = Answer(401)
MALFORMED: Final = Answer(400)
TOO_LARGE: Final = Answer(413, close=True)
GONE: Final = Answer(400, close=True)
TOO_SLOW: Final = Answer(408, close=True)
TOO_MANY: Final = Answer(503, retry_after=5.0, close=True)


class Receiver:
    """An ASGI application, its socket and its writer; `stop` finishes what was taken.

    `secrets` by site; a site without any is not known here. `plain` are the sites that sign in a way of their own,
    all others follow Standard Webhooks. `failure` tells the owner that receiving has
    ended for good: the disk failed, or the server did.
    """

    def __init__(
        self,
        secrets: Mapping[str, Sequence[SecretStr]],
        store: Store,
        wake: Callable[[str], None],
        now: Callable[[], datetime],
        plain: Mapping[str, PlainHmac] | None = None,
        certificate: Certificate | None = None,
    ) -> None:
        self._plain = plain or {}
        for site, given in secrets.items():
            check = self._plain[site].check_secrets if site in self._plain else check_secrets
            check(site, given)
        self._secrets = {site: given for site, given in secrets.items() if given}
        self._now = now
        self._held = 0
        self._keeper = NoticeKeeper(store, wake, now, tuple(self._secrets))
        self._commit: GroupCommit[Post, Outcome] = GroupCommit(
            self._keeper.write, idle_seconds=MARK_EVERY.total_seconds()
        )
        self._listener = Listener(self, certificate)

    @property
    def port(self) -> int:
        """Where it listens, once started."""
        return self._listener.port

    @property
    def failure(self) -> BaseException | None:
        """What ended it, if anything did."""
        return self._commit.failure or self._listener.failure

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """Webhooks of this process by site and by what became of them."""
        return {site: dict(counted) for site, counted in self._keeper.counts.items()}

    def start(self, host: str, port: int) -> None:
        """Listen until `stop`. Raises ConfigInvalid for a secret, StopService for an address, at once."""
        self._keeper.write(())
        self._listener.start(host, port)
        self._commit.start()

    def stop(self) -> None:
        """Take no more, write and answer what was taken."""
        self._listener.stop()
        self._commit.stop()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request; whatever happens, never with 500."""
        try:
            answer = await self._answer(scope, receive)
        except Exception as error:  # noqa: BLE001 - a fault of ours must not make the sender give up
            log.exception("webhook not answered", what=type(error).__name__)
            answer = Answer(503, retry_after=STOPPED_AFTER)
        await _send(send, answer)

    async def _answer(self, scope: Any, receive: Any) -> Answer:
        path: str = scope["path"]
        site = path[len(PATH) :] if path.startswith(PATH) else ""
        if site not in self._secrets:
            return UNKNOWN
        if scope["method"] != "POST":
            return NOT_POST
        counted = self._keeper.counts[site]
        try:
            post = self._post(site, scope["headers"], await self._body(scope["headers"], receive))
            await self._commit.keep(post)
        except WebhookRefused:
            counted["refused"] += 1
            return UNSIGNED
        except _Turned as turned:
            counted[turned.counted] += 1
            return turned.answer
        except (RetryLater, StopService) as error:
            counted["busy"] += 1
            return Answer(503, retry_after=_pause(error))
        return MALFORMED if post.problem else OK

    def _post(self, site: str, headers: Iterable[tuple[bytes, bytes]], body: bytes) -> Post:
        """What is to be kept of a signed request; raises WebhookRefused for any other."""
        secrets, now = self._secrets[site], self._now()
        try:
            if own := self._plain.get(site):
                notice = own.verify(body, headers, secrets, now, PATH + site)
            else:
                notice = verify(body, webhook_headers(headers), secrets, now)
        except WebhookMalformed as error:
            return Post(site, error.webhook_id, bytes.fromhex(error.digest), None, error.sentence)
        return Post(site, notice.webhook_id, bytes.fromhex(notice.digest), (notice.kind, notice.remote_id))

    async def _body(self, headers: Iterable[tuple[bytes, bytes]], receive: Any) -> bytes:
        """The raw bytes, at most LONGEST_BODY of them, in BODY_SECONDS; no more of it is ever held (M10)."""
        declared = next((value for name, value in headers if name == b"content-length"), b"0")
        if int(declared) > LONGEST_BODY:
            raise _Turned(TOO_LARGE, "too_large")
        try:
            async with asyncio.timeout(BODY_SECONDS):
                message = await _next(receive)
                if message["more_body"]:
                    return await self._parts(message, receive)
        except TimeoutError:
            raise _Turned(TOO_SLOW, "too_slow") from None
        body: bytes = message["body"]
        if len(body) > LONGEST_BODY:
            raise _Turned(TOO_LARGE, "too_large")
        return body

    async def _parts(self, message: dict[str, Any], receive: Any) -> bytes:
        """A body that comes in parts; all unfinished ones together may hold MOST_HELD."""
        parts: list[bytes] = []
        held = 0
        try:
            while True:
                part: bytes = message["body"]
                parts.append(part)
                held += len(part)
                self._held += len(part)
                if held > LONGEST_BODY:
                    raise _Turned(TOO_LARGE, "too_large")
                if self._held > MOST_HELD:
                    raise _Turned(TOO_MANY, "busy")
                if not message["more_body"]:
                    return b"".join(parts)
                message = await _next(receive)
        finally:
            self._held -= held


def receiver_for(
    settings: Settings, store: Store, wake: Callable[[str], None], now: Callable[[], datetime]
) -> Receiver:
    """The receiver that the configuration describes. Raises ConfigInvalid for what no sender could fulfil."""
    sites = [site for site in settings.site if site.webhook.secrets]
    rhythm = settings.daemon
    certificate = None
    if rhythm.webhook_certificate and rhythm.webhook_key:
        certificate = Certificate(rhythm.webhook_certificate, rhythm.webhook_key)
    return Receiver(
        {site.name: site.webhook.secrets for site in sites},
        store,
        wake,
        now,
        {site.name: _plain(site.webhook) for site in sites if site.webhook.signed == "hmac"},
        certificate,
    )


def _plain(given: WebhookSettings) -> PlainHmac:
    return PlainHmac(
        header=given.header,
        canonical=given.canonical,
        timestamp_header=given.timestamp_header,
        id_header=given.id_header,
        prefix=given.prefix,
        encoding=given.encoding,
        tolerance=given.tolerance_seconds,
    )


async def _next(receive: Any) -> dict[str, Any]:
    message: dict[str, Any] = await receive()
    if message["type"] == "http.disconnect":
        raise _Turned(GONE, "gone")
    return {"body": b"", "more_body": False} | message


def _pause(error: RetryLater | StopService) -> float:
    """Seconds after which the sender may try again."""
    if isinstance(error, StopService):
        return STOPPED_AFTER
    return STORE_AFTER if error.after is None else error.after


async def _send(send: Any, answer: Answer) -> None:
    headers = [(b"content-length", b"0")]
    if answer.retry_after:
        headers.append((b"retry-after", b"%d" % math.ceil(answer.retry_after)))
    if answer.close:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
