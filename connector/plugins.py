"""Connectors that live in other packages, found by the entry-point group `tdcd.connectors`.

    [project.entry-points."tdcd.connectors"]
    voffice = "tdcd_voffice.client:open_voffice"

The name is the word in `connector = "…"` of a site; the value is called as the openers of
`connector/opening.py` are. The words of this program are its own: a package can add one,
never replace one. A package is imported only when a site asks for its word, so one that is
broken stops nobody else (`sync/unopened.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from importlib import invalidate_caches
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Final

from connector.port import Connector
from errors import ConfigInvalid, TdcdError

GROUP: Final = "tdcd.connectors"
_PORT: Final = tuple(
    name for name in (*vars(Connector), *Connector.__annotations__) if not name.startswith("_")
)


@dataclass(frozen=True, slots=True)
class Offer:
    """A word that a package offers, and why it cannot be used, if it cannot."""

    word: str
    package: str
    problem: str = ""


def offers(own: Mapping[str, object]) -> list[Offer]:
    """Every word that installed packages offer beside `own`, sorted. Imports none of them."""
    found = sorted(entry_points(group=GROUP), key=lambda point: (point.name, _package(point)))
    return [Offer(point.name, _package(point), _clash(point, found, own)) for point in found]


def open_foreign(word: str, own: Mapping[str, object], *given: Any, **further: Any) -> Connector | None:
    """The connector that a package opens under `word`; None when no package offers it.

    A package that was installed or mended since the program started is found. Raises ConfigInvalid naming the
    package and what to do about it.
    """
    invalidate_caches()
    found = list(entry_points(group=GROUP))
    point = next((one for one in found if one.name == word), None)
    if point is None:
        return None
    where = f"site {given[0]}"
    if clash := _clash(point, found, own):
        raise ConfigInvalid([clash], where=where)
    opened = _guarded(point, where, partial(_loaded(point, where), *given, **further), "cannot be opened")
    missing = [name for name in _PORT if not _has(opened, name)]
    if missing:
        listed = ", ".join(missing)
        raise ConfigInvalid(
            [f"{_said(point)} is no connector: it lacks {listed}; {_remedy(point)}"], where=where
        )
    connector: Connector = opened
    return connector


def _clash(point: EntryPoint, found: list[EntryPoint], own: Mapping[str, object]) -> str:
    if point.name in own:
        return (
            f"{_said(point)} is not used, the word is this program's own; "
            f"ask the makers of {_package(point)} for another word, or remove it"
        )
    makers = sorted({_package(one) for one in found if one.name == point.name})
    if len(makers) > 1:
        return f'connector = "{point.name}" is offered by several packages ({", ".join(makers)}); remove all but one'
    return ""


def _loaded(point: EntryPoint, where: str) -> Any:
    opener = _guarded(point, where, point.load, "cannot be loaded")
    if not callable(opener):
        raise ConfigInvalid([f"{_said(point)} cannot be called; {_remedy(point)}"], where=where)
    return opener


def _guarded(point: EntryPoint, where: str, act: Any, what: str) -> Any:
    """Somebody else's code: whatever it raises becomes one sentence. Its words may hold a password: not repeated."""
    try:
        return act()
    except TdcdError:
        raise
    except (Exception, SystemExit) as error:
        kind = type(error).__name__
        raise ConfigInvalid([f"{_said(point)} {what} ({kind}); {_remedy(point)}"], where=where) from error


def _has(opened: object, name: str) -> bool:
    """By the class too: asking an instance could send a request."""
    return hasattr(type(opened), name) or name in getattr(opened, "__dict__", ())


def _said(point: EntryPoint) -> str:
    return f'connector = "{point.name}" of the package {_package(point)}'


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist else point.value.partition(".")[0].partition(":")[0]


def _remedy(point: EntryPoint) -> str:
    return f"update or reinstall {_package(point)}, or ask its makers"
