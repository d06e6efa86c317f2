"""A task that cannot be judged is held alone (F25): the rest of its batch and of its site goes on.

A batch is judged as one. When that fails for a reason nobody foresaw, what it has written is undone and
each task is judged by itself, so that nothing is kept of the one that fails. It stays due: every pass
tries it again, and its hold ends once it can be judged.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence
from typing import Final, TypeVar

from errors import ConfigInvalid, RetryLater, StopService
from store.failures import UNSORTED
from store.ledger import Entry
from store.places import Places
from sync.brakes import DETAIL, Brake
from sync.holding import lift, place, released
from sync.site import Site, log
from tracking.events import EVENTS

#: What is wrong with the other side, the database or the configuration, and with no single task.
NOT_OF_A_TASK: Final = (RetryLater, StopService, ConfigInvalid, UNSORTED)
#: So much of an error's words stands in a hold; all of them stand in the log.
MOST_WORDS: Final = 300

T = TypeVar("T")


def judged_apart(
    site: Site, places: Places, keys: Sequence[str], judge: Callable[[Sequence[str]], T]
) -> tuple[list[T], set[str]]:
    """What `judge` gives for the keys, in parts, and the tasks for which it failed."""
    parts: list[T] = []
    unjudged: set[str] = set()
    if _failure(places, parts, judge, keys) is not None:
        for key in keys:
            error = _failure(places, parts, judge, [key])
            if error is not None:
                unjudged.add(key)
                _hold(site, places, key, error)
    _lift(site, places, set(keys) - unjudged)
    return parts, unjudged


def _failure(
    places: Places, parts: list[T], judge: Callable[[Sequence[str]], T], keys: Sequence[str]
) -> Exception | None:
    """Why these tasks could not be judged: then nothing is kept of what was written for them."""
    try:
        with places.apart():
            parts.append(judge(keys))
    except NOT_OF_A_TASK:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, it is theirs
        return error
    return None


def _hold(site: Site, places: Places, key: str, error: Exception) -> None:
    """Told once: a person who released it hears no more until something else happens to the task."""
    places.tasks.touch([key])
    scope, words = _scope(key), f"{type(error).__name__}: {error}"[:MOST_WORDS]
    known = sum(entry.kind in EVENTS for entry in places.ledger.history([key])[key])
    asked = f"unjudged:{known}:{hashlib.sha256(words.encode(errors='replace')).hexdigest()[:12]}"
    if released(places, site.name, scope, asked):
        return
    places.ledger.append([Entry(site.name, scope, "task_unjudged", asked, site.now())], site.now())
    placed = place(site, places, _brake(scope, key, words.encode(errors="replace").decode()))
    if placed.since == site.now():
        log.error("task not judged", site=site.name, task=key, exc_info=error)


def _brake(scope: str, key: str, words: str) -> Brake:
    return Brake(
        scope=scope,
        reason=f"Không xác định được trạng thái của nhiệm vụ {key} do một lỗi ngoài dự kiến của phần mềm. "
        f"{DETAIL} {words}",
        safe="Lịch sử của nhiệm vụ còn nguyên, trạng thái đã ghi giữ như cũ; các nhiệm vụ khác vẫn chạy.",
        cost="Chưa ghi gì cho nhiệm vụ này; trạng thái đang hiển thị có thể đã cũ. Mỗi lượt chạy đều thử lại.",
        tasks=[key],
    )


def _lift(site: Site, places: Places, keys: Collection[str]) -> None:
    held = {one.scope for one in places.holds.open(site.name)}
    lift(site, places, held & {_scope(key) for key in keys})


def _scope(key: str) -> str:
    return f"task:{key}:unjudged"
