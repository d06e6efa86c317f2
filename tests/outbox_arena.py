"""A document system that fails on order, beside a hand-filled outbox: what the outbox's tests are played on.

Comments on documents need no task, so that lanes can be made at will. Everything that
reaches the system is written down in its order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import orjson

from connector.port import Write, WriteReceipt
from store.engine import Store
from store.outbox import Intent
from sync.push_from_outbox import Pushed, push_from_outbox
from sync.site import Site
from tests.engine_arena import Arena

#: What happens to a write: an error instead of it, or (`applied`) after it; None when nothing does.
Script = Callable[[Write], BaseException | None]


@dataclass(slots=True)
class Wire:
    """The twin's connector with a script before and after each write, and one for looking."""

    inner: Any
    before: Script = lambda write: None
    after: Script = lambda write: None
    looking: Script = lambda write: None
    calls: list[tuple[str, str]] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def apply(self, write: Write) -> WriteReceipt:
        self.calls.append(("apply", write.effect_key))
        if (error := self.before(write)) is not None:
            raise error
        receipt: WriteReceipt = self.inner.apply(write)
        if (error := self.after(write)) is not None:
            raise error
        return receipt

    def find(self, write: Write) -> WriteReceipt | None:
        self.calls.append(("find", write.effect_key))
        if (error := self.looking(write)) is not None:
            raise error
        found: WriteReceipt | None = self.inner.find(write)
        return found


@dataclass(slots=True)
class Lanes:
    """A site whose outbox holds comments, one lane for each document."""

    arena: Arena
    wire: Wire
    site: Site

    def put(self, count: int, prefix: str = "e") -> list[str]:
        """So many comments on as many documents; gives their effect keys."""
        intents = []
        for number in range(1, count + 1):
            key = f"{self.site.name}:{prefix}{number}"
            document = self.arena.system.issue(f"{prefix}{number}/TB", "Thông báo")
            body = {"document_id": document, "text": f"Ý kiến {key}.", "marker": f"{key}."}
            lane = f"document:{document}"
            intents.append(
                Intent(
                    self.site.name,
                    lane,
                    "comment_document",
                    key,
                    orjson.dumps(body),
                    created_at=self.site.now(),
                )
            )
        with self.site.store.begin() as places:
            places.outbox.add(intents)
        return [intent.effect_key for intent in intents]

    def push(self, **given: Any) -> Pushed:
        return push_from_outbox(self.site, **given)

    def move(self, **span: float) -> None:
        self.arena.system.clock += timedelta(**span)

    def intent(self, key: str) -> Intent:
        with self.site.store.read() as places:
            (found,) = [one for one in places.outbox.find(self.site.name) if one.effect_key == key]
        return found

    def counts(self) -> dict[str, int]:
        with self.site.store.read() as places:
            return places.outbox.counts(self.site.name)

    def said(self, key: str) -> int:
        """How often the comment of this effect stands in the document system."""
        logs = [entry.comment for document in self.arena.system.documents.values() for entry in document.log]
        return sum(f"{key}." in comment for comment in logs)

    def scopes(self) -> list[str]:
        with self.site.store.read() as places:
            return [hold.scope for hold in places.holds.open(self.site.name)]


def lanes(arena: Arena, name: str = "memory", store: Store | None = None) -> Lanes:
    """Lanes over the arena's document system, at a site of this name: a new process each time."""
    site = arena.open(store or arena.store)
    wire = Wire(site.connector)
    site.looked = site.traced = True  # as after its first reading
    return Lanes(arena, wire, replace(site, name=name, connector=wire))


def once(error: BaseException, key: str = "") -> Script:
    """The error the first time (of this effect), then nothing."""
    left = [error]

    def script(write: Write) -> BaseException | None:
        return left.pop() if left and key in ("", write.effect_key) else None

    return script


def always(error: BaseException, *keys: str) -> Script:
    """The error each time (for these effects)."""
    return lambda write: error if not keys or write.effect_key in keys else None
