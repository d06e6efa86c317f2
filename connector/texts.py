"""How the document systems write texts, truths and ids, and what they mean. Pure."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Final

from errors import SkipRecord

_GAPS: Final = frozenset({"", "null", "none"})
_TRUE: Final = frozenset({"true", "ok", "1"})
_BREAK: Final = re.compile(r"<br\s*/?>", re.IGNORECASE)
_UNSEEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u2060\ufeff]")


def text_of(value: object) -> str:
    """The text meant: entities resolved, `<br>` a line end, NFC, trimmed; a gap is "".

    JSON null and the words "null" and "none" are gaps. Only line breaks are taken
    for markup: "Sở TN&MT <x>" is what somebody typed. Raises SkipRecord for an object or list.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        text = value
    elif isinstance(value, int | float):
        return str(value)
    else:
        raise SkipRecord(f"A text was expected, not {type(value).__name__}.")
    if "&" in text or "<" in text:
        text = html.unescape(_BREAK.sub("\n", text))
    if not text.isprintable():
        text = _UNSEEN.sub("", text.replace("\r\n", "\n"))
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    text = text.strip()
    return "" if len(text) <= 4 and text.lower() in _GAPS else text


def is_true(value: object) -> bool:
    """Their yes: "TRUE", "true", JSON true, "OK", "1" or 1."""
    return value is True or (isinstance(value, str | int) and str(value).strip().lower() in _TRUE)


def id_of(value: object) -> str:
    """An id as text: numbers drift between text, integer and float (`1088.0`). "" when there is none.

    Raises SkipRecord when it cannot be an id.
    """
    if isinstance(value, str):
        shown = text_of(value)
        return shown[:-2] if shown.endswith(".0") and shown[:-2].isdigit() else shown
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    raise SkipRecord("An id is neither a text nor a whole number.")


def whole_number(value: object) -> int | None:
    """A count or size; None for what is not one ("null", "12 KB", a negative)."""
    shown = id_of(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
    return int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 16 else None


def folded(text: str) -> str:
    """For comparing names people type: NFC, case, spaces."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
