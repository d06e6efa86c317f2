"""Who may act for whom: the robots' list of real people, asked from the control plane."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from sandbox.client import Person, Wire


@dataclass(frozen=True, slots=True)
class Actor:
    """One posting with its log-in."""

    username: str
    password: str
    user_id: str
    posting_id: str
    unit_id: str
    unit_name: str
    role: str
    in_office: bool


class Roster:
    """Everybody who can act, and their open sessions. Use as a context manager."""

    def __init__(self, url: str) -> None:
        self.url = url
        wire = Wire(url)
        self.actors = [
            actor for person in wire.json("GET", "/__sandbox__/people") for actor in _actors(person)
        ]
        wire.close()
        self._open: dict[str, Person] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for person in self._open.values():
            person.__exit__(None, None, None)

    def person(self, actor: Actor) -> Person:
        """The actor's own connection, the same for every call."""
        if actor.posting_id not in self._open:
            self._open[actor.posting_id] = Person(self.url, actor.username, actor.password, actor.posting_id)
        return self._open[actor.posting_id]

    def answering_units(self) -> dict[str, list[Actor]]:
        """Leaders and clerks by unit id, in the order of the ids."""
        units: dict[str, list[Actor]] = {}
        for actor in self.actors:
            if actor.role in ("leader", "clerk"):
                units.setdefault(actor.unit_id, []).append(actor)
        return dict(sorted(units.items()))

    def office(self, *roles: str) -> list[Actor]:
        """The Office's people with one of these roles."""
        return [actor for actor in self.actors if actor.in_office and actor.role in roles]

    def drafter(self, user_id: str) -> Actor | None:
        """The Office posting of a user, None when there is none."""
        return next(
            (actor for actor in self.office("leader", "specialist") if actor.user_id == user_id), None
        )


def _actors(person: dict[str, Any]) -> list[Actor]:
    """A person's postings; nobody for a locked log-in and for the service account."""
    if person["locked"] or person["service"]:
        return []
    return [
        Actor(
            person["username"],
            person["password"],
            person["user_id"],
            posting["posting_id"],
            posting["unit_id"],
            posting["unit_name"],
            posting["role"],
            posting["in_office"],
        )
        for posting in person["postings"]
    ]


def chosen(rng: random.Random, actors: Sequence[Actor]) -> Actor:
    """One of them, the same for the same seed. Raises IndexError when there is nobody."""
    return rng.choice(sorted(actors, key=lambda actor: actor.posting_id))
