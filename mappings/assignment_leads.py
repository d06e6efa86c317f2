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
#: "Sở A chủ trì; Sở B phối hợp".
_BOTH_SAID: Final = re.compile(
    r"(?P<lead>[^()]+?)[\s,]*\bchủ trì\b[\s.,;:–-]+(?P<others>[^()]+?)\s*\bphối hợp(?:\s+thực hiện)?[.;]?",
    re.IGNORECASE | re.DOTALL,
)
#: "Sở A phối hợp với Sở B", "Sở A; phối hợp: Sở B", "Sở A (phối hợp Sở B)".
_HELPED_BY: Final = re.compile(
    r"(?P<lead>[^()]+?)[\s.,;:(–-]+(?:và\s+)?phối hợp(?:\s+(?:với|cùng|thực hiện))*[\s:]+(?P<others>[^()]+?)\)?[.;]?",
    re.IGNORECASE | re.DOTALL,
)
WHY_HELPERS: Final = "ô chủ trì ghi cả cơ quan phối hợp"


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


@dataclass(frozen=True, slots=True)
class RowUnits:
    """The units of a row, read from its two cells together.

    `coordinators` are ids of units known beyond doubt, without the lead's own; an open group has none.
    `doubtful` are the texts that name coordinating units nobody knows, with their reading.
    """

    lead: LeadReading
    coordinators: tuple[str, ...]
    doubtful: tuple[tuple[str, UnitReading], ...] = ()

    @property
    def plain(self) -> bool:
        """Whether there is nothing to be said about the cells once the row is a task."""
        return not (self.doubtful or self.lead.by_title or self.lead.joint)


def read_units(directory: UnitDirectory, cells: tuple[str, str, bool], issued: date | None) -> RowUnits:
    """The units of a row by its lead cell and its coordinators' cell; the third says whether leads may be joint."""
    cell, coordinators, joint_leads = cells
    lead = directory.recall(read_lead, cell, issued)
    if lead.joint and joint_leads:
        # HC-01: the first named leads, those named beside it coordinate.
        lead = replace(lead, unit=lead.joint[0], others="; ".join(unit.name for unit in lead.joint[1:]))
    readings = [(text, directory.resolve(text, issued)) for text in (lead.others, coordinators) if text]
    found = dict.fromkeys(unit.unit_id for _, reading in readings for unit in reading.certain)
    if lead.unit is not None:
        found.pop(lead.unit.unit_id, None)
    doubtful = tuple([(text, reading) for text, reading in readings if reading.confidence == "asks"])
    return RowUnits(lead, tuple(found), doubtful)


def read_lead(directory: UnitDirectory, cell: str, issued: date | None) -> LeadReading:
    """One unit, a title that stands for one unit, or one unit followed by those it works with."""
    reading = directory.resolve(cell, issued)
    if fold(cell).startswith("phoi hop"):
        return LeadReading(
            None, replace(reading, confidence="asks", why="chỉ ghi phối hợp, chưa rõ cơ quan chủ trì")
        )
    if reading.confidence == "sure" and len(reading.units) == 1 and reading.kind in {"single", "person"}:
        return LeadReading(reading.units[0], reading, by_title=reading.kind == "person")
    text = nfc(cell).strip()
    match = _LEADS_WITH.fullmatch(text)
    if match is not None:
        others = match["named"] or match["others"] or ""
        return _first_of(directory, match["lead"], others, issued) or LeadReading(None, reading)
    if "phoi hop" in fold(cell):
        return _helped(directory, text, issued) or LeadReading(
            None, replace(reading, confidence="asks", why=reading.why or WHY_HELPERS)
        )
    joint = reading.certain if reading.confidence == "sure" and reading.kind == "list" else ()
    return LeadReading(None, reading, joint=tuple(joint))


def _first_of(directory: UnitDirectory, lead: str, others: str, issued: date | None) -> LeadReading | None:
    """The one unit before the words of leading, None when it is not plain."""
    first = directory.resolve(lead, issued)
    plain = first.confidence == "sure" and first.kind == "single" and len(first.units) == 1
    if not plain or "chủ trì" in others.lower():
        return None
    return LeadReading(first.units[0], first, others=others.strip(" .;,"))


def _helped(directory: UnitDirectory, text: str, issued: date | None) -> LeadReading | None:
    """The unit that those after (or before) "phối hợp" help; None when either side is not plain."""
    match = _BOTH_SAID.fullmatch(text) or _HELPED_BY.fullmatch(text)
    if match is None or "phoi hop" in fold(match["lead"] + match["others"]):
        return None
    helpers = directory.resolve(match["others"], issued)
    if helpers.confidence == "asks" or helpers.kind not in {"single", "list", "group"}:
        return None
    return _first_of(directory, match["lead"], match["others"], issued)
