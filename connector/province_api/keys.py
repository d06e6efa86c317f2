"""Keys of this dialect are whole numbers that come as floats, `1088.0`; here they become texts. Pure."""

from __future__ import annotations

import re
from typing import Final

from connector.texts import text_of
from errors import SkipRecord

#: From here on neighbouring whole numbers are one and the same float.
EXACT: Final = 2**53
_DIGITS: Final = re.compile(r"(\d{1,18})(?:\.0+)?", re.ASCII)


def key_of(value: object, field: str) -> str:
    """The key as digits, "" for a gap (null, "", 0, -1). Raises SkipRecord naming `field`.

    A float beyond 2^53 has lost digits: two records would look like one, so it is refused.
    A text or an integer of that size is exact and is taken.
    """
    if value is None or isinstance(value, str):
        return _of_text(text_of(value), field)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _no_key(field)
    if isinstance(value, float):
        if not value.is_integer():
            raise _no_key(field)
        if abs(value) >= EXACT:
            raise SkipRecord(
                f"Field {field}: a key came as a number so large that its last digits are lost.",
                remedy="Ask the operator of the document system to send keys as text.",
            )
    return "" if value in (0, -1) else _of_text(str(int(value)), field)


def _of_text(shown: str, field: str) -> str:
    if not shown:
        return ""
    found = _DIGITS.fullmatch(shown)
    if found is None and shown.removesuffix(".0") != "-1":
        raise _no_key(field)
    return found[1].lstrip("0") if found else ""


def _no_key(field: str) -> SkipRecord:
    return SkipRecord(f"Field {field}: a key is neither a whole number nor its digits.")
