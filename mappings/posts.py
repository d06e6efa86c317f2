"""Which posts a person held when they did something, as far as lists of people that were read tell.

A list says what is, not since when. A change falls somewhere between the last complete reading that did not
show it and the first that did; within that stretch both are possible, and doubt never takes away a right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

Post = TypeVar("Post")


@dataclass(frozen=True, slots=True)
class Held(Generic[Post]):
    """A post as it was after `since` and up to `until`; None where no reading sets a bound."""

    post: Post
    since: datetime | None = None
    until: datetime | None = None

    def at(self, moment: datetime) -> bool:
        """Whether it may have been so at this moment."""
        return self._begun(moment) and (self.until is None or moment <= self.until)

    def _begun(self, moment: datetime) -> bool:
        return self.since is None or moment > self.since


def held_at(posts: Sequence[Held[Post]], moment: datetime) -> list[Post]:
    """What one person held at a moment; of somebody who was in no list yet, what the first one shows.

    Whoever acts before the list shows them is no stranger (M39): accounts are made before they are listed.
    """
    if all(held.since is not None and moment <= held.since for held in posts):
        first = min((held.since for held in posts if held.since is not None), default=None)
        return [held.post for held in posts if held.since == first]
    return [held.post for held in posts if held.at(moment)]
