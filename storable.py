"""Texts that both databases can keep: one of them takes neither NUL nor half a character, and fails the whole batch.

Whatever cannot be kept is shown as U+FFFD instead of being dropped: "900" and "900" with a NUL behind it are two
ids, and dropping would give the deeds of the one to the other.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from functools import cache
from operator import attrgetter
from typing import Any, Final, TypeVar, cast

import orjson

#: What stands for a character that cannot be kept.
REPLACED: Final = "\ufffd"
_UNFIT: Final = re.compile("[\x00\ud800-\udfff]")
_ESCAPED_NUL: Final = b"\\u0000"

T = TypeVar("T")


def storable(value: T) -> T:
    """The value itself where every text in it can be kept, which is told at the speed of C; else a copy that can."""
    try:
        if _ESCAPED_NUL not in orjson.dumps(value, _fields_of, orjson.OPT_PASSTHROUGH_DATACLASS):
            return value
    except TypeError:  # half a character, or a value that only looking tells about
        pass
    return cast("T", _copied(value))


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    """By `attrgetter`: orjson needs twice as long to find the fields of a class with slots by itself."""
    return attrgetter(*(one.name for one in fields(kind)))


def _fields_of(value: Any) -> Any:
    """Asked by orjson for what it does not know."""
    kind: Any = type(value)
    return _reader(kind)(value)


def _copied(value: Any) -> Any:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list | tuple | frozenset):
        return type(value)(_copied(one) for one in value)
    if isinstance(value, dict):
        return {_copied(key): _copied(one) for key, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        given = ((one.name, getattr(value, one.name)) for one in fields(value) if one.init)
        changed = {name: copy for name, old in given if (copy := _copied(old)) != old}
        return replace(value, **changed) if changed else value
    return value


def _text(text: str) -> str:
    """Words of a list of ours (`Kind.UNIT`) stay what they are."""
    if isinstance(text, Enum) or not _UNFIT.search(text):
        return text
    return _UNFIT.sub(REPLACED, text)
