"""The one place where HTTP is spoken: paced, bounded in time and bytes, and silent about secrets.

It knows no dialect. What it settles itself: connection errors, busy answers (429,
503 and their `Retry-After`), server errors, redirects and damaged bodies. Every
other answer is handed on as it is, also a 401 or an HTML page with status 200.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlsplit

import requests
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    wait_exponential,
    wait_random,
)

from connector.calls import Call, Reply, Saved
from connector.deadline import Deadline
from connector.errors import ReplyLost, ReplyUnreadable, SystemAway, TooLarge
from connector.incoming import Incoming, save_file
from connector.limits import Access
from connector.lines import new_adapter
from connector.mishaps import CAUGHT, ReplyCut, translated
from connector.pace import Pace, http_date, retry_after
from connector.redact import Redactor
from connector.version import user_agent
from errors import ConfigInvalid

log = logging.getLogger("tdcd.transport")

_HOPS: Final = 3
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_BACKOFF: Final = wait_exponential(multiplier=1, exp_base=2) + wait_random(0, 0.25)

Judge = Callable[[int, dict[str, str]], bool]
T = TypeVar("T")


class Transport:
    """Requests to one installation. Not shared between threads; `pace` is, between workers of a site.

    `base_url` ends where the dialect's paths begin. `requests_sent` counts every
    request, retries too. `last_server_date` is the newest `Date` header, `skew_seconds`
    how far that clock was ahead of ours when it came. `declined` counts the answers that asked us to
    slow down, `longest_rest` is the longest rest in seconds that one of them asked for.
    """

    def __init__(
        self,
        base_url: str,
        access: Access | None = None,
        *,
        pace: Pace | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.access = access or Access()
        self.secrets = Redactor()
        self.requests_sent = 0
        self.last_server_date: datetime | None = None
        self.skew_seconds: float | None = None
        self.declined = 0
        self.longest_rest = 0.0
        self._base = _checked(base_url)
        self._sleep = sleep
        self._now = now
        self._pace = pace or Pace(
            self.access.rate_per_second, patience=self.access.patience_seconds, clock=clock, sleep=sleep
        )
        self._adapter = new_adapter(self.secrets)
        self._session = self._new_session()

    def send(self, call: Call) -> Reply:
        """The answer to one call, its body decoded and whole.

        Raises SystemAway, ReplyUnreadable, TooLarge; for a write that may have been
        carried out ReplyLost. Reads are tried up to `access.tries` times.
        """
        return self._persist(call, lambda: self._once(call))

    def save(self, call: Call, target: Path, max_bytes: int, is_file: Judge) -> Saved | Reply:
        """Stream a file to `target`; `is_file` tells by status and headers whether the answer is one.

        Otherwise the answer comes back as a Reply. `target` appears only whole, with
        its bytes on disk. Raises as `send` does; TooLarge beyond `max_bytes`.
        """
        return self._persist(call, lambda: self._save_once(call, target, max_bytes, is_file))

    def forget_cookies(self) -> None:
        """Drop the session's cookies, before a new log-in."""
        self._session.cookies.clear()

    def close(self) -> None:
        """Close connections; never raises."""
        with suppress(*CAUGHT):
            self._session.close()

    def _new_session(self) -> requests.Session:
        session = requests.Session()
        # Neither proxies from the environment nor a .netrc may add or redirect credentials.
        session.trust_env = False
        session.mount("http://", self._adapter)
        session.mount("https://", self._adapter)
        session.headers.update({"User-Agent": user_agent(), "Accept-Encoding": "gzip, deflate"})
        session.verify = str(self.access.ca_bundle) if self.access.ca_bundle else True
        if self.access.proxy:
            session.proxies = {"http": self.access.proxy, "https": self.access.proxy}
            self.secrets.hide(urlsplit(self.access.proxy).password or "")
        # At DEBUG this library logs paths, which hold ids of documents that may be classified.
        logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)
        return session

    def _persist(self, call: Call, attempt: Callable[[], T]) -> T:
        if not call.repeatable:
            try:
                return attempt()
            except (ReplyUnreadable, TooLarge) as error:
                # The write went out; that its answer is of no use says nothing about its effect.
                raise ReplyLost(error.sentence) from None
        return Retrying(
            stop=stop_after_attempt(self.access.tries),
            wait=_waiting,
            retry=retry_if_exception(self._worth_another_try),
            sleep=self._sleep,
            reraise=True,
        )(attempt)

    def _worth_another_try(self, error: BaseException) -> bool:
        if isinstance(error, SystemAway):
            return (error.after or 0.0) <= self.access.patience_seconds
        return isinstance(error, ReplyCut)

    def _once(self, call: Call) -> Reply:
        with self._exchange(call, self.access.total_seconds) as incoming:
            return self._reply(call, incoming)

    def _save_once(self, call: Call, target: Path, max_bytes: int, is_file: Judge) -> Saved | Reply:
        with self._exchange(call, self.access.file_seconds(max_bytes)) as incoming:
            if not is_file(incoming.response.status_code, incoming.headers):
                return self._reply(call, incoming)
            return save_file(incoming, target, max_bytes)

    def _reply(self, call: Call, incoming: Incoming) -> Reply:
        body = b"".join(incoming.chunks(self.access.max_body_bytes))
        reply = Reply(incoming.response.status_code, incoming.headers, body)
        if call.check and call.repeatable:
            call.check(reply)
        return reply

    @contextmanager
    def _exchange(self, call: Call, seconds: float) -> Iterator[Incoming]:
        """One request with its deadline; whatever goes wrong inside leaves as one of our errors."""
        self._pace.take()
        with Deadline(seconds, self._adapter) as deadline:
            try:
                response = self._follow(call)
                try:
                    self._settle(call, response)
                    yield Incoming(call, response, deadline)
                finally:
                    response.close()
            except CAUGHT as error:
                raise (
                    _late(call, seconds)
                    if deadline.passed
                    else translated(error, call.name, repeatable=call.repeatable)
                ) from None

    def _follow(self, call: Call) -> requests.Response:
        """Send, and go where the same host sends us; never to another host (M32)."""
        url = self._base + call.path
        for _ in range(_HOPS):
            response = self._request(call, url)
            if response.status_code not in _REDIRECTS or call.method != "GET":
                return response
            onward = requests.compat.urljoin(url, response.headers.get("Location", ""))
            if _origin(onward) != _origin(self._base) or "login" in onward.lower():
                return response
            response.close()
            url = onward
        return response

    def _request(self, call: Call, url: str) -> requests.Response:
        headers = dict(call.headers)
        if call.upload:
            headers["Content-Type"] = call.upload.content_type
        self.requests_sent += 1
        started = time.monotonic()
        response = self._session.request(
            call.method,
            url,
            json=call.json,
            data=call.form if call.upload is None else call.upload,
            headers=headers,
            timeout=(self.access.connect_seconds, self.access.read_seconds),
            allow_redirects=False,
            stream=True,
        )
        log.debug("%s -> %s in %.3f s", call.name, response.status_code, time.monotonic() - started)
        return response

    def _settle(self, call: Call, response: requests.Response) -> None:
        """Note the clock and the cookies; raise for answers that no dialect need look at."""
        self._note(response)
        status = response.status_code
        if status in _REDIRECTS:
            self._refuse_redirect(call, response)
        if status == 429 or status >= 500:
            self._busy(call, status, response.headers.get("Retry-After"))

    def _note(self, response: requests.Response) -> None:
        self.secrets.hide(*(cookie.value or "" for cookie in self._session.cookies))
        date = http_date(response.headers.get("Date"))
        if date is not None:
            self.last_server_date = date
            self.skew_seconds = (date - self._now()).total_seconds()

    def _refuse_redirect(self, call: Call, response: requests.Response) -> None:
        """A redirect to a log-in page is left to the dialect, which sees it as a lost session."""
        if "login" in response.headers.get("Location", "").lower():
            return
        sentence = f"{call.name}: the document system pointed to another address, which was not followed."
        if call.repeatable:
            raise ReplyUnreadable(sentence, remedy="Check the site's url.")
        raise ReplyLost(sentence)

    def _busy(self, call: Call, status: int, header: str | None) -> None:
        after = retry_after(header, self.last_server_date, self._now())
        if after:
            self._pace.rest(after)
        sentence = f"{call.name}: the document system answered {status}."
        declined = status == 429 or (status == 503 and after is not None)
        self.declined += declined
        self.longest_rest = max(self.longest_rest, after or 0.0)
        if call.repeatable or declined:
            raise SystemAway(sentence, after=after)
        raise ReplyLost(sentence, after=after)


def _checked(base_url: str) -> str:
    parts = urlsplit(base_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.query:
        raise ConfigInvalid(["url must look like https://host/app, without user name or query"], where="site")
    return base_url.rstrip("/") + "/"


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port


def _late(call: Call, seconds: float) -> SystemAway | ReplyLost:
    sentence = f"{call.name}: no whole answer within {seconds:g} seconds."
    return SystemAway(sentence) if call.repeatable else ReplyLost(sentence)


def _waiting(state: RetryCallState) -> float:
    """The back-off, but never shorter than what the site asked for."""
    error = state.outcome.exception() if state.outcome else None
    return max(_BACKOFF(state), getattr(error, "after", None) or 0.0)
