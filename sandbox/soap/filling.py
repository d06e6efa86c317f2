"""Fills elements of the service from rows: the order of the XSD, nil where something is missing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from lxml import etree

from sandbox.soap.definition import NAMESPACE, named

NIL: Final = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_NAMES: Final = {None: NAMESPACE, "xsi": "http://www.w3.org/2001/XMLSchema-instance"}


def element(name: str) -> Any:
    """An empty element."""
    return etree.Element(named(name), nsmap=_NAMES)


def put(parent: Any, **fields: object) -> Any:
    """One child for each field: None is nil, a list repeats it, an element goes in as it is."""
    for name, value in fields.items():
        for one in value if isinstance(value, list) else [value]:
            _put_one(parent, name, one)
    return parent


def _put_one(parent: Any, name: str, value: object) -> None:
    if etree.iselement(value):
        parent.append(value)
        return
    child = etree.SubElement(parent, named(name))
    if value is None:
        child.set(NIL, "true")
    else:
        child.text = str(value).lower() if isinstance(value, bool) else _clean(str(value))


def _clean(text: str) -> str:
    """XML holds no control characters."""
    return "".join(c for c in text if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff"))


def values(message: Any) -> dict[str, Any]:
    """The fields of a request: texts, None for nil, a list for the repeated one."""
    found: dict[str, Any] = {}
    for child in message:
        name = etree.QName(child).localname
        value = None if child.get(NIL) in ("true", "1") else (child.text or "")
        if name == "donViPhoiHop":
            found.setdefault(name, []).append(value)
        else:
            found[name] = value
    return found


def all_of(rows: Iterable[Any]) -> list[Any]:
    """A repeated field."""
    return list(rows)
