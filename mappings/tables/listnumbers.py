"""The numbers that Word writes itself before a paragraph ("1.", "a)"), which no text element holds.

Only the common ones are worked out: a counter per list and level, decimal, letters or
Roman, in the pattern of the list's definition. Bullets and unknown patterns give "".
"""

from __future__ import annotations

import re
from typing import Any, Final

from mappings.tables.archive import Archive
from mappings.tables.officexml import root_of

_PLACE = re.compile(r"%(\d)")
_ROMAN: Final = ((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


class ListNumbers:
    """Labels of numbered paragraphs, counted in the order in which they are asked for."""

    def __init__(self, archive: Archive, main: str) -> None:
        self._archive = archive
        self._entry = f"{main.rpartition('/')[0]}/numbering.xml".lstrip("/")
        self._levels: dict[tuple[str, str], tuple[str, str, int]] | None = None
        self._counts: dict[str, dict[int, int]] = {}

    def label(self, paragraph: Any) -> str:
        """The number shown before this paragraph, "" when it has none of its own."""
        properties = paragraph.find("{*}pPr/{*}numPr")
        if properties is None:
            return ""
        number = _value(properties.find("{*}numId"))
        level = _value(properties.find("{*}ilvl")) or "0"
        if self._levels is None:
            self._levels = self._definitions()
        known = self._levels.get((number, level))
        if known is None or known[0] in {"bullet", "none"} or not level.isdigit():
            return ""
        self._count(number, int(level), known[2])
        return _PLACE.sub(lambda found: self._part(number, int(found[1]) - 1), known[1]).strip()

    def _count(self, number: str, level: int, start: int) -> None:
        counts = self._counts.setdefault(number, {})
        counts[level] = counts.get(level, start - 1) + 1
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]

    def _part(self, number: str, level: int) -> str:
        style, _, start = (self._levels or {}).get((number, str(level)), ("", "", 1))
        return _written(self._counts.get(number, {}).get(level, start), style)

    def _definitions(self) -> dict[tuple[str, str], tuple[str, str, int]]:
        """(list, level) → (style, pattern, first number)."""
        if not self._archive.has(self._entry):
            return {}
        root = root_of(self._archive.read(self._entry))
        patterns = {_attribute(item, "abstractNumId"): item for item in root.iterfind("{*}abstractNum")}
        found: dict[tuple[str, str], tuple[str, str, int]] = {}
        for item in root.iterfind("{*}num"):
            pattern = patterns.get(_value(item.find("{*}abstractNumId")))
            for level in pattern.iterfind("{*}lvl") if pattern is not None else ():
                start = _value(level.find("{*}start"))
                found[_attribute(item, "numId"), _attribute(level, "ilvl")] = (
                    _value(level.find("{*}numFmt")),
                    _value(level.find("{*}lvlText")),
                    int(start) if start.isdigit() and len(start) < 5 else 1,
                )
        return found


def _attribute(element: Any, local: str) -> str:
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == local), "")


def _value(element: Any) -> str:
    return _attribute(element, "val") if element is not None else ""


def _written(number: int, style: str) -> str:
    if style in {"lowerLetter", "upperLetter"} and 0 < number <= 26:
        letter = chr(96 + number)
        return letter if style == "lowerLetter" else letter.upper()
    if style in {"lowerRoman", "upperRoman"} and 0 < number < 90:
        roman = _roman(number)
        return roman.lower() if style == "lowerRoman" else roman
    return f"{number:02d}" if style == "decimalZero" else str(number) if style.startswith("decimal") else ""


def _roman(number: int) -> str:
    parts: list[str] = []
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        parts.append(letters * count)
    return "".join(parts)
