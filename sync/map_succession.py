"""A unit was merged or abolished: its open tasks go on with the unit that took its place (LC-03).

The unit list says from which day, and who carries on. Nothing that the former unit did is
lost and no clock begins anew. Where it was divided among several, a person decides.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, time, timedelta

from store.holds import SUCCESSION
from store.places import Places
from store.scopes import form_of
from sync.brakes import Brake
from sync.holding import lift, place
from sync.site import Site
from tracking.calendar import ZONE
from tracking.events import Event, TaskAssigned, UnitSucceeded

#: Where the day of the last look is kept; cleared whenever a unit changes.
STREAM = "succession"
#: The form of the question who carries on.
ASKED = form_of("unit:ID")


def map_succession(site: Site) -> int:
    """Append a succession to every open task of a unit that is no more; gives how many.

    Looks once a day and after every change of a unit: a pass in between costs one read.
    """
    today = site.now().astimezone(ZONE).date()
    with site.store.read() as places:
        looked = places.cursors.get(site.name, STREAM)
    if looked is not None and looked.value == today.isoformat():
        return 0
    with site.store.begin() as places:
        leads = places.tasks.leads(site.name)
        succeeded = sum(_succeed(site, places, unit) for unit in leads)
        lift(site, places, _answered(site, places, leads))
        places.cursors.set(site.name, STREAM, today.isoformat())
    return succeeded


def look_again(site: Site, places: Places) -> None:
    """A unit changed: the next pass looks for successions again."""
    places.cursors.set(site.name, STREAM, "")


def _answered(site: Site, places: Places, leads: Collection[str]) -> list[str]:
    """Questions about units that lead nothing any more, or act again: nobody has to answer them."""
    people, today = site.directory(places), site.now().astimezone(ZONE).date()
    asked = [hold.scope for hold in places.holds.open(site.name) if form_of(hold.scope) == ASKED]
    units = {scope.removeprefix("unit:"): scope for scope in asked}
    return [scope for unit, scope in units.items() if unit not in leads or people.acting(unit, today)]


def _succeed(site: Site, places: Places, unit: str) -> int:
    people, today = site.directory(places), site.now().astimezone(ZONE).date()
    entry = people.units.entry(unit)
    if entry is None or entry.valid_to is None or entry.valid_to >= today:
        return 0
    successor = people.units.entry(people.acting(unit, today))
    if successor is None:
        place(site, places, divided(unit, entry.name))
        return 0
    lift(site, places, [f"unit:{unit}"], "một đơn vị kế thừa duy nhất đã có trong danh sách")
    from_day = datetime.combine(entry.valid_to + timedelta(days=1), time(), ZONE)
    keys = [row.key for row in places.tasks.find(site.name, lead=unit) if not row.closed]
    events = [
        _event(key, history, unit, successor.unit_id, successor.name, from_day)
        for key, history in places.ledger.events(keys).items()
    ]
    fresh = places.ledger.append_events(events, site.now(), site=site.name)
    places.tasks.touch([event.task for event in fresh])
    return len(fresh)


def _event(
    task: str, history: Sequence[Event], unit: str, successor: str, name: str, from_day: datetime
) -> UnitSucceeded:
    """Not before the task was given: a table may name a unit that was gone already."""
    given = next((event.occurred_at for event in history if isinstance(event, TaskAssigned)), from_day)
    return UnitSucceeded(
        task=task,
        key=f"{SUCCESSION}{unit}:{successor}",
        occurred_at=max(from_day, given),
        unit=unit,
        successor=successor,
        successor_name=name,
    )


def divided(unit: str, name: str) -> Brake:
    """Asks a person who carries on what this unit led."""
    return Brake(
        scope=f"unit:{unit}",
        reason=f"{name} không còn hoạt động và không có đúng một đơn vị kế thừa.",
        safe="Các nhiệm vụ của đơn vị vẫn được theo dõi dưới tên cũ.",
        cost="Chưa đơn vị nào nhận tiếp các nhiệm vụ này; hạn xử lý vẫn chạy. Tự hết khi danh sách đơn vị ghi đúng "
        "một đơn vị kế thừa.",
        releaser="Văn phòng UBND tỉnh",
    )
