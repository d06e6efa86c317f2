"""The control plane: what tests and scripts order, without log-in, from this machine only."""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable
from dataclasses import fields
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.app import Sandbox
from sandbox.faults import FaultOrderError
from sandbox.operations import listed
from sandbox.people import everybody
from sandbox.quiet import QuietChangeError, change_quietly
from sandbox.settings import local_time
from sandbox.webhooks import Subscription

BASE: Final = "/__sandbox__/"
Answer = Callable[[Request, Any], object]


class OrderError(ValueError):
    """The order cannot be understood; the text says why."""


class Control:
    """The handlers; each takes the request and its JSON value and answers a JSON value."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def operations(self, request: Request, _: Any) -> object:
        """Applied writes in order; `?since=N` those after number N."""
        since = request.query_params.get("since", "0")
        if not since.isdigit():
            raise OrderError("since must be a number")
        return [dict(row) for row in listed(self._sandbox.state, int(since))]

    def clock(self, _: Request, order: Any) -> object:
        """Show or set the time: `now` (ISO), `advance_seconds`, `frozen`."""
        clock = self._sandbox.clock
        given = _object(order)
        if given.get("frozen"):
            clock.freeze(frozen=True)
        try:
            if "now" in given:
                clock.set(local_time(str(given["now"])))
            if "advance_seconds" in given:
                clock.advance(float(given["advance_seconds"]))
        except (ValueError, OverflowError) as problem:
            raise OrderError(str(problem)) from None
        if given.get("frozen") is False:
            clock.freeze(frozen=False)
        if given:
            self._sandbox.state.remember("clock_offset", str(clock.offset_seconds))
        return {
            "now": clock.now().isoformat(),
            "offset_seconds": clock.offset_seconds,
            "frozen": clock.frozen,
        }

    def faults(self, request: Request, order: Any) -> object:
        """List, add (one or a list) or, by DELETE, clear faults."""
        faults = self._sandbox.faults
        if request.method == "DELETE":
            faults.clear()
        orders = order if isinstance(order, list) else [order] if order else []
        for one in orders:
            faults.add(_object(one))
        return faults.listed()

    def quiet(self, _: Request, order: Any) -> object:
        """Change a value behind everybody's back."""
        given = _object(order)
        with self._sandbox.state.transaction():
            return change_quietly(self._sandbox.state, given)

    def webhook(self, request: Request, order: Any) -> object:
        """Register, show or, by DELETE, end the one webhook."""
        if request.method == "DELETE":
            self._sandbox.webhooks.subscribe(None)
        elif order:
            known = {field.name for field in fields(Subscription)}
            given = _object(order)
            if not {"url", "secret"} <= given.keys() <= known:
                raise OrderError(f"webhook needs url and secret, and knows {', '.join(sorted(known))}")
            self._sandbox.webhooks.subscribe(Subscription(**given))
        return self._sandbox.webhooks.describe()

    def stats(self, request: Request, _: Any) -> object:
        """Requests by path; DELETE begins at zero."""
        if request.method == "DELETE":
            self._sandbox.stats.reset()
        return self._sandbox.stats.listed()

    def people(self, _: Request, __: Any) -> object:
        """Every log-in with its password and postings, so that robots can act as real people."""
        return everybody(self._sandbox.state)


def _object(order: Any) -> dict[str, Any]:
    if order is None:
        return {}
    if isinstance(order, dict):
        return order
    raise OrderError("a JSON object is expected")


def control_addresses(sandbox: Sandbox) -> list[Route]:
    """The addresses under `/__sandbox__/`."""
    control = Control(sandbox)
    table: tuple[tuple[str, Answer, list[str]], ...] = (
        ("operations", control.operations, ["GET"]),
        ("clock", control.clock, ["GET", "POST"]),
        ("faults", control.faults, ["GET", "POST", "DELETE"]),
        ("quiet", control.quiet, ["POST"]),
        ("webhook", control.webhook, ["GET", "POST", "DELETE"]),
        ("stats", control.stats, ["GET", "DELETE"]),
        ("people", control.people, ["GET"]),
    )
    return [Route(BASE + name, guarded(answer), methods=methods) for name, answer, methods in table]


def guarded(answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that only this machine may ask; what it cannot understand is told with status 400."""

    async def endpoint(request: Request) -> Response:
        if not from_this_machine(request):
            return _json({"error": "only from this machine"}, 403)
        try:
            raw = await request.body()
            return _json(answer(request, orjson.loads(raw) if raw else None))
        except (FaultOrderError, OrderError, QuietChangeError, ValueError) as problem:
            return _json({"error": str(problem)}, 400)

    return endpoint


def from_this_machine(request: Request) -> bool:
    """True for a loopback address."""
    host = request.client.host if request.client else ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _json(value: object, status: int = 200) -> Response:
    return Response(orjson.dumps(value), status, media_type="application/json")
