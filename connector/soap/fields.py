"""The fields of one element by their names, as this program's values. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final, TypeVar

from connector.dates import ZONE
from connector.soap.definition import named
from errors import SkipRecord

_SPACE_LENGTH: Final = len(named(""))
D = TypeVar("D", date, datetime)
_YEARS: Final = range(1945, 2101)
#: An issue or due date says nothing below a day; what stands behind it is an hour or a zone.
_DAY_LENGTH: Final = 10


class Fields:
    """An element whose children are looked up by local name; a missing or nil one is a gap.

    The element was checked against the XSD before: types and presence hold, ranges do not.
    """

    __slots__ = ("_children",)

    def __init__(self, element: Any) -> None:
        children: dict[str, list[Any]] = {}
        for child in element:
            name = child.tag[_SPACE_LENGTH:]
            if name in children:
                children[name].append(child)
            else:
                children[name] = [child]
        self._children = children

    def text(self, name: str) -> str:
        """Trimmed NFC text, "" for a gap."""
        found = self._children.get(name)
        return "" if found is None else _composed(found[0].text)

    def texts(self, name: str) -> tuple[str, ...]:
        """A repeated field, gaps left out."""
        return tuple(text for child in self._children.get(name, ()) if (text := _composed(child.text)))

    def rows(self, name: str) -> list[Fields]:
        """Repeated elements with fields of their own."""
        return [Fields(child) for child in self._children.get(name, ())]

    def flag(self, name: str) -> bool:
        """xs:boolean."""
        return self.text(name) in {"true", "1"}

    def number(self, name: str) -> int | None:
        """xs:int or xs:long, None for a gap or a negative."""
        text = self.text(name)
        return int(text) if text.isascii() and text.isdigit() else None

    def day(self, name: str) -> date | None:
        """xs:date. Raises SkipRecord naming the field for a year that no document has."""
        text = self.text(name)
        return _checked(name, lambda: date.fromisoformat(text[:_DAY_LENGTH])) if text else None

    def moment(self, name: str) -> datetime:
        """xs:dateTime in Việt Nam time, which it is in when no zone stands there. Raises SkipRecord."""
        text = self.text(name)
        moment = _checked(name, lambda: datetime.fromisoformat(text))
        return moment.astimezone(ZONE) if moment.tzinfo else moment.replace(tzinfo=ZONE)


def _checked(name: str, read: Callable[[], D]) -> D:
    try:
        value = read()
        if value.year not in _YEARS:
            raise ValueError  # noqa: TRY301 - one sentence for every way a date can be wrong
    except (ValueError, OverflowError):
        raise SkipRecord(
            f"Field {name}: a date that cannot be.", remedy="Correct it in the document system."
        ) from None
    return value


def _composed(text: str | None) -> str:
    if not text:
        return ""
    return (text if text.isascii() else unicodedata.normalize("NFC", text)).strip()
