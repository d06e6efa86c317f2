"""Faults on request: what goes wrong, where, how often. Only the API is hit, never the control plane."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from sandbox.calls import PageRequest
from sandbox.state import Row

#: Instead of the answer, nothing is applied.
BEFORE: Final = frozenset({"auth_churn", "login_page", "status_429", "status_503", "error_200", "reset"})
#: The call is applied, the answer is damaged.
AFTER: Final = frozenset({"drop_reply", "truncated_body", "slow_drip"})
#: The rows of one list page are wrong.
PAGING: Final = frozenset({"page_shift", "short_page", "empty_page"})
LATENCY: Final = "latency"
KINDS: Final = frozenset({LATENCY}) | BEFORE | AFTER | PAGING


class FaultOrderError(ValueError):
    """The order for a fault cannot be understood."""


@dataclass(slots=True)
class Fault:
    """One order.

    `match` is a part of the path or "*"; `user` limits it to one log-in name; the
    first `skip` matches pass, then `times` calls are hit (None: all). `ms` is the
    delay of `latency` and the pause between two pieces of `slow_drip`; `rows` is by
    how much `page_shift` and `short_page` are off; `retry_after` is in seconds;
    `close_delimited` cuts a body without having told its length.
    """

    id: int
    match: str
    kind: str
    times: int | None = 1
    skip: int = 0
    user: str = ""
    ms: int = 100
    rows: int = 1
    retry_after: int = 1
    piece: int = 1
    close_delimited: bool = False
    hits: int = 0

    def fires(self, path: str, user: str) -> bool:
        """Count one matching call; true when it is to be hit."""
        if self.match != "*" and self.match not in path:
            return False
        if (self.user and self.user != user) or self.times == 0:
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        self.times = None if self.times is None else self.times - 1
        self.hits += 1
        return True


@dataclass(slots=True)
class Faults:
    """All orders, in the order they were given."""

    orders: list[Fault] = field(default_factory=list)
    _last: int = 0

    def add(self, order: Mapping[str, Any]) -> Fault:
        """Take one order. Raises FaultOrderError naming the unknown kind or key."""
        if order.get("kind") not in KINDS:
            raise FaultOrderError(f"kind must be one of {', '.join(sorted(KINDS))}")
        self._last += 1
        try:
            fault = Fault(id=self._last, **{"match": "*"} | dict(order))
        except TypeError as problem:
            raise FaultOrderError(str(problem)) from None
        self.orders.append(fault)
        return fault

    def clear(self) -> None:
        """Everything works again."""
        self.orders.clear()

    def listed(self) -> list[dict[str, Any]]:
        """The orders as JSON values, with `hits` so far and `times` still to come."""
        return [asdict(fault) for fault in self.orders]

    def fire(self, kinds: frozenset[str], path: str, user: str) -> Fault | None:
        """The first order of these kinds that hits this call."""
        return next((f for f in self.orders if f.kind in kinds and f.fires(path, user)), None)

    def delay(self, path: str, user: str) -> float:
        """Seconds this call has to wait, all latency orders together."""
        waits = [f.ms for f in self.orders if f.kind == LATENCY and f.fires(path, user)]
        return sum(waits) / 1000

    def page(self, path: str, user: str, asked: PageRequest, read: Callable[[int], list[Row]]) -> list[Row]:
        """A list page, with the rows that a paging fault shows instead of the right ones.

        `page_shift` moves every page but the first by `rows`: 1 skips a row (one left
        the earlier page), -1 repeats one (a new one arrived there).
        """
        fault = self._paging_fault(path, user, asked)
        if fault is None:
            return read(asked.offset)
        if fault.kind == "empty_page":
            return []
        if fault.kind == "short_page":
            rows = read(asked.offset)
            return rows[: max(0, len(rows) - fault.rows)]
        return read(max(0, asked.offset + fault.rows))

    def _paging_fault(self, path: str, user: str, asked: PageRequest) -> Fault | None:
        kinds = PAGING if asked.number > 1 else PAGING - {"page_shift"}
        return self.fire(kinds, path, user)
