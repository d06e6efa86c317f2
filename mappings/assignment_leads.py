"""The lead cell of a row: the one unit that leads, and those named beside it (LC-04)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from mappings.texts import fold, nfc
from mappings.units import UnitDirectory, UnitEntry, UnitReading

#: "Sở A chủ trì, phối hợp với Sở B", "Sở A (chủ trì), Sở B": one lead and its coordinators in one cell.
_LEADS_WITH: Final = re.compile(
    r"(?P<lead>[^()]+?)[\s,]*(?:\(\s*chủ trì\s*\)(?P<named>.*)"
    r"|\bchủ trì[\s.,;:–-]*(?:(?:và\s+)?phối hợp(?:\s+(?:với|cùng))*\s+(?P<others>.+))?)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class LeadReading:
    """A lead cell as understood: the unit, or None with the reading that says why not.

    `others` is the part of the cell that names coordinating units; `joint` are units named
    side by side, all beyond doubt, of which the first would lead where several are allowed.
    """

    unit: UnitEntry | None
    reading: UnitReading
    others: str = ""
    by_title: bool = False
    joint: tuple[UnitEntry, ...] = ()


def certain_ids(directory: UnitDirectory, cell: str, issued: date | None) -> tuple[str, ...]:
    """Ids of the units a cell names beyond doubt; an open group has none."""
    return tuple(dict.fromkeys(unit.unit_id for unit in directory.resolve(cell, issued).certain))


def read_lead(directory: UnitDirectory, cell: str, issued: date | None) -> LeadReading:
    """One unit, a title that stands for one unit, or one unit followed by those it works with."""
    reading = directory.resolve(cell, issued)
    if fold(cell).startswith("phoi hop"):
        return LeadReading(
            None, replace(reading, confidence="asks", why="chỉ ghi phối hợp, chưa rõ cơ quan chủ trì")
        )
    if reading.confidence == "sure" and len(reading.units) == 1 and reading.kind in {"single", "person"}:
        return LeadReading(reading.units[0], reading, by_title=reading.kind == "person")
    match = _LEADS_WITH.fullmatch(nfc(cell).strip())
    if match is None:
        joint = reading.certain if reading.confidence == "sure" and reading.kind == "list" else ()
        return LeadReading(None, reading, joint=tuple(joint))
    first, others = directory.resolve(match["lead"], issued), match["named"] or match["others"] or ""
    plain = first.confidence == "sure" and first.kind == "single" and len(first.units) == 1
    if plain and "chủ trì" not in others.lower():
        return LeadReading(first.units[0], first, others=others.strip(" .;,"))
    return LeadReading(None, reading)
