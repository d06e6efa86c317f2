"""Draft the rows of one assignment table: who does what until when, and the mistakes asked for."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sandbox.dataset import Unit
from sandbox.province import deadlines
from sandbox.province.plans import HORIZON, FilePlan
from sandbox.province.specification import (
    CORRUPT_FILE,
    GROUP_LEAD,
    IMPOSSIBLE_DATE,
    NO_HEADER,
    NO_LEAD,
    OLD_UNIT_SPLIT,
    TWO_LEADS,
    UNKNOWN_UNIT,
    Row,
)
from sandbox.province.tasks import FRAMES, LOCAL_FRAMES, SECTIONS, WORKS
from sandbox.province.units import Register

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII")

_NOBODY = (
    "Sở Thủy lợi",
    "Ban Điều phối lúa gạo ven sông",
    "UBND xã Cầu Gió",
    "Trung tâm Đổi mới sáng tạo Sông Lam Hạ",
    "Tổ công tác 47",
)
_GROUPS_TODAY = ("UBND các xã, phường", "Các sở, ban, ngành và UBND các xã, phường")
_GROUPS_BEFORE = ("UBND các huyện, thị xã, thành phố", "Các sở, ban, ngành cấp tỉnh")
_OPEN_GROUPS = ("các đơn vị liên quan", "các cơ quan, đơn vị có liên quan")
_TYPOS = (("à", "a"), ("ệ", "ê"), ("ế", "ê"), ("ộ", "ô"), ("ụ", "u"), ("ự", "ư"), ("ư", "u"))


@dataclass(slots=True)
class Desk:
    """A drafter's desk: the unit register, the lots to draw, and the contents used so far."""

    register: Register
    rng: random.Random
    today: date
    officers: Sequence[str]
    used: set[str] = field(default_factory=set)

    def content(self, works: Sequence[str], issued: date, *, local: bool) -> tuple[str, str]:
        """Return a task text that no other row of the province has, and the product it asks for."""
        frames = LOCAL_FRAMES if local else FRAMES
        for attempt in range(1000):
            frame, product = self.rng.choice(frames)
            work = self.rng.choice(works).format(
                y=issued.year + (issued.month > 9),
                n=self.rng.randint(2, 9),
                q=ROMAN[self.rng.randrange(4)],
                p=self.rng.choice(self.register.localities(issued)).name.removeprefix("UBND "),
            )
            text = frame.format(w=work) + (f" (lần {attempt // 100 + 1})" if attempt >= 100 else "")
            if text not in self.used:
                self.used.add(text)
                return text, product if self.rng.random() < 0.85 else ""
        raise RuntimeError("the lists of work are too short for so many rows")


@dataclass(frozen=True, slots=True)
class _Table:
    """What all rows of one table share."""

    desk: Desk
    plan: FilePlan
    issued: date
    horizon: int

    def says(self, quirk: str) -> bool:
        return quirk in self.plan.quirks

    def spell(self, unit: Unit) -> str:
        """Write a unit's name the way this drafter does."""
        rng, register = self.desk.rng, self.desk.register
        short = register.acronym(unit) if unit.tier != "commune" else unit.name.removeprefix("UBND ")
        if rng.random() < (0.75 if self.says("acronyms") else 0.06):
            return short
        turn = rng.random()
        if turn < 0.05 and unit.name.startswith("Sở "):
            return f"{unit.name} tỉnh"
        if turn < 0.1:
            return unit.name.replace(" và ", " & ")
        return unit.name

    def coordinators(self, lead: Unit) -> tuple[str, ...]:
        """Draw up to four coordinating units, sometimes an open group after them."""
        rng, register = self.desk.rng, self.desk.register
        count = rng.choices(range(5), (15, 32, 30, 15, 8))[0]
        others = [u for u in register.departments(self.issued) if u.unit_id != lead.unit_id]
        names = [self._coordinator(unit) for unit in rng.sample(others, count)]
        turn = rng.random()
        if turn < 0.2 and lead.tier == "department":
            names.append((_GROUPS_TODAY if self._two_tiers() else _GROUPS_BEFORE)[0])
        elif turn < 0.35 and names:
            names.append(rng.choice(_OPEN_GROUPS))
        return tuple(names)

    def _coordinator(self, unit: Unit) -> str:
        gone = _predecessors(self.desk.register, unit, self.issued)
        if gone and self.says("oldnames") and self.desk.rng.random() < 0.5:
            return self.desk.register.acronym(gone[0])
        return self.spell(unit)

    def _two_tiers(self) -> bool:
        return self.desk.register.localities(self.issued)[0].tier == "commune"

    def group(self) -> str:
        """Return a group of units, which cannot be one lead."""
        return self.desk.rng.choice(_GROUPS_TODAY if self._two_tiers() else _GROUPS_BEFORE)


def _predecessors(register: Register, unit: Unit, day: date) -> list[Unit]:
    """Return abolished units whose only successor is `unit`."""
    return [u for u in register.abolished(day) if u.successors == (unit.unit_id,)]


def _draft(table: _Table, field_of_work: str, previous: Row | None, owner: str) -> tuple[Row, str]:
    """Draft one sound row; a table that merges or dittoes often stays with the owner before."""
    desk = table.desk
    owners = WORKS[field_of_work]
    stays = (table.says("merge") or table.says("ditto")) and previous is not None and owner in owners
    slugs = owner if stays and desk.rng.random() < 0.6 else desk.rng.choice(list(owners))
    local = slugs == "*"
    if local and stays and previous is not None and slugs == owner and desk.rng.random() < 0.6:
        lead = next(u for u in desk.register.units if u.unit_id == previous.lead_unit)
    elif local:
        lead = desk.rng.choice(desk.register.localities(table.issued))
    else:
        lead = desk.register.owner(slugs, table.issued)
    repeats = previous is not None and lead.unit_id == previous.lead_unit
    content, product = desk.content(owners[slugs], table.issued, local=local)
    spreadsheet = table.plan.format != "docx"
    row = Row(
        ordinal="",
        content=content,
        lead=previous.lead if repeats and previous is not None else table.spell(lead),
        lead_unit=lead.unit_id,
        coordinators=table.coordinators(lead),
        deadline=deadlines.draw(
            desk.rng,
            table.issued,
            deadlines.pick_day(desk.rng, table.issued, desk.today, table.horizon),
            native=spreadsheet and table.says("native"),
            serial=spreadsheet and table.says("serial"),
        ),
        product=product,
        officer=desk.rng.choice(desk.officers),
    )
    return row, slugs


def draft_rows(
    desk: Desk, plan: FilePlan, fields: Sequence[str], issued: date, horizon: int = HORIZON
) -> tuple[Row, ...]:
    """Return the rows of one table in reading order, numbered, with its mistakes worked in.

    `horizon` is the longest time that a task may take, in days from the issue.
    """
    table = _Table(desk, plan, issued, horizon)
    rows: list[Row] = []
    owner = ""
    for place in range(plan.rows):
        turn = place * len(fields) // plan.rows
        row, owner = _draft(table, fields[turn], rows[-1] if rows else None, owner)
        section = f"{ROMAN[turn]}. {SECTIONS[fields[turn]].upper()}" if table.says("sections") else ""
        rows.append(replace(row, section=section))
    _use_old_names(table, rows)
    _mistype(table, rows)
    _spoil(table, rows)
    return _number(table, rows)


def _use_old_names(table: _Table, rows: list[Row]) -> None:
    """Let up to two leads go by the name of a unit that was merged into them."""
    if not table.says("oldnames"):
        return
    register, changed = table.desk.register, 0
    for place, row in enumerate(rows):
        unit = next(u for u in register.units if u.unit_id == row.lead_unit)
        gone = _predecessors(register, unit, table.issued) if unit.tier == "department" else []
        if gone and changed < 2:
            former = table.desk.rng.choice(gone)
            name = former.name if changed else register.acronym(former)
            rows[place] = replace(row, lead=name, remark="old_name")
            changed += 1


def _mistype(table: _Table, rows: list[Row]) -> None:
    """Drop an accent in up to two leads written in full."""
    if not table.says("typos"):
        return
    wrong = 0
    for place, row in enumerate(rows):
        found = [
            pair
            for pair in _TYPOS
            if row.lead.startswith("Sở ") and pair[0] in row.lead[3:] and "&" not in row.lead
        ]
        if found and wrong < 2 and not row.remark:
            right, slip = found[0]
            lead = row.lead[:3] + row.lead[3:].replace(right, slip, 1)
            rows[place] = replace(row, lead=lead, remark="typo")
            wrong += 1


def _two_leads(table: _Table, row: Row) -> Row:
    departments = [u for u in table.desk.register.departments(table.issued) if u.name.startswith("Sở ")]
    first, second = table.desk.rng.sample(departments, 2)
    joint = table.desk.rng.choice((", ", "; ", " và ", "\n"))
    return replace(row, lead=f"{first.name}{joint}{second.name}", lead_unit="", remark="")


def _nobody(table: _Table, row: Row) -> Row:
    return replace(row, lead=table.desk.rng.choice(_NOBODY), lead_unit="", remark="")


def _split_district(table: _Table, row: Row) -> Row:
    gone = [u for u in table.desk.register.abolished(table.issued) if len(u.successors) > 1]
    return replace(
        row, lead=table.desk.rng.choice(gone).name if gone else _NOBODY[2], lead_unit="", remark=""
    )


def _no_such_day(table: _Table, row: Row) -> Row:
    return replace(row, deadline=deadlines.impossible(table.desk.rng, table.desk.today.year))


_MISTAKES: dict[str, Callable[[_Table, Row], Row]] = {
    TWO_LEADS: _two_leads,
    UNKNOWN_UNIT: _nobody,
    OLD_UNIT_SPLIT: _split_district,
    IMPOSSIBLE_DATE: _no_such_day,
    NO_LEAD: lambda _table, row: replace(row, lead="", lead_unit="", remark=""),
    GROUP_LEAD: lambda table, row: replace(row, lead=table.group(), lead_unit="", remark=""),
}


def _spoil(table: _Table, rows: list[Row]) -> None:
    """Work the planned mistakes into different rows, never the first; or condemn the whole file."""
    sound = [place for place, row in enumerate(rows) if place and not row.remark]
    for place, why in zip(table.desk.rng.sample(sound, len(table.plan.bad)), table.plan.bad, strict=True):
        rows[place] = replace(_MISTAKES[why](table, rows[place]), why_bad=why)
    for quirk, why in (("noheader", NO_HEADER), ("corrupt", CORRUPT_FILE)):
        if table.says(quirk):
            rows[:] = [replace(row, why_bad=why) for row in rows]


def _number(table: _Table, rows: list[Row]) -> tuple[Row, ...]:
    """Number the rows in the drafter's style, anew in each section when the plan says so."""
    style = table.desk.rng.choice(("{}", "{}", "{:02}", "{}."))
    numbered, count, section = [], 0, rows[0].section
    for row in rows:
        if table.says("restart") and row.section != section:
            count, section = 0, row.section
        count += 1
        numbered.append(replace(row, ordinal=style.format(count)))
    return tuple(numbered)
