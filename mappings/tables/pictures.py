"""Whether an office file that holds no assignment table shows a picture large enough to be one.

A logo or a scanned stamp is small; a photographed table is as wide as the page. Asked
only when no table was found, to tell the drafter "the table is a picture" instead of
"there is no table".
"""

from __future__ import annotations

import re
from typing import Final

from mappings.tables.archive import Archive

_PART = re.compile(r"word/document\d*\.xml|xl/drawings/[^/]+\.xml|content\.xml")
_STORED = re.compile(r"(?:word|xl)/media/.|Pictures/.")
_SIZE = re.compile(rb'<(?:\w+:)?(?:extent|ext)\s+cx="(\d{1,10})"\s+cy="(\d{1,10})"')
_OLD_SIZE = re.compile(rb"<v:shape\s[^<>]*?width:([\d.]{1,8})pt;height:([\d.]{1,8})pt")
_OPEN_SIZE = re.compile(
    rb'<draw:frame\s(?=[^<>]*svg:width="([\d.]{1,8})(cm|in|mm)")(?=[^<>]*svg:height="([\d.]{1,8})(?:cm|in|mm)")'
)
_EMU: Final = 36_000  # a millimetre
_POINT: Final = 25.4 / 72
_UNIT: Final = {b"cm": 10.0, b"in": 25.4, b"mm": 1.0}
_WIDE: Final = 90.0
_HIGH: Final = 30.0


def has_table_picture(archive: Archive) -> bool:
    """True when a stored picture of at least 9 × 3 cm stands in the text or on a sheet."""
    if not any(_STORED.match(name) for name in archive.names):
        return False
    parts = [name for name in archive.names if _PART.fullmatch(name)]
    return any(wide >= _WIDE and high >= _HIGH for name in parts for wide, high in _sizes(archive.read(name)))


def _sizes(xml: bytes) -> list[tuple[float, float]]:
    """Width and height in millimetres of every drawing in this part."""
    sizes = [(int(wide) / _EMU, int(high) / _EMU) for wide, high in _SIZE.findall(xml)]
    for wide, high in _OLD_SIZE.findall(xml):
        sizes.append((_number(wide) * _POINT, _number(high) * _POINT))
    for wide, unit, high in _OPEN_SIZE.findall(xml):
        sizes.append((_number(wide) * _UNIT[unit], _number(high) * _UNIT[unit]))
    return sizes


def _number(digits: bytes) -> float:
    return float(digits) if digits.count(b".") < 2 and digits != b"." else 0.0
