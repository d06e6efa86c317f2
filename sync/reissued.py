"""A directive that was recalled and is shown as issued again, under the same id.

Its tasks stay recalled: nobody knows whether they are meant again, by which dates, and what was done before
would count. So it is said, once for each time. A recall that a person agreed to (`tdcd answer`) leaves the
document as issued as it was: that is no news.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connector.records import DirectiveRecord
from store.entries import StoredEntry
from store.ledger import Entry
from store.places import Places
from sync.brakes import Brake
from sync.holding import lift, place, released
from sync.site import Site
from tracking.events import NAMES, DirectiveRecalled, Event, TaskReopened

REISSUED = "directive_reissued"
_BEFORE, _AFTER = "directive:", ":reissued"


def recall_key(site: Site, places: Places, document: str) -> str:
    """What a recall of this document is known by: one after it was issued again is another one."""
    times = _times(site, places, document)
    return f"recalled:{times}" if times else "recalled"


def recalled_again(site: Site, places: Places, document: str) -> None:
    """Nothing is left to ask."""
    lift(site, places, [_scope(document)])


def hold_reissued(
    site: Site, places: Places, record: DirectiveRecord, histories: Mapping[str, Sequence[Event]]
) -> None:
    """Tell a person of the tasks that stay recalled although their directive is issued again."""
    scope = _scope(record.remote_id)
    recalls = _recalls(places, [key for key, history in histories.items() if _is_recalled(history)])
    if not recalls:
        lift(site, places, [scope])
        return
    now = site.now()
    if recall_key(site, places, record.remote_id) in {entry.key for entry in recalls.values()}:
        again = f"reissued:{_times(site, places, record.remote_id) + 1}"
        places.ledger.append([Entry(site.name, scope, REISSUED, again, now)], now)
    if not released(places, site.name, scope, f"reissued:{_times(site, places, record.remote_id)}"):
        place(site, places, _brake(scope, record.number, sorted(recalls)))


def lift_tracked_again(site: Site, places: Places) -> None:
    """End the holds whose tasks people opened again, one by one, in the document system."""
    held = [one.scope for one in places.holds.open(site.name) if one.scope.endswith(_AFTER)]
    documents = {scope.removeprefix(_BEFORE).removesuffix(_AFTER): scope for scope in held}
    for document, keys in places.tasks.of_directives(site.name, documents).items():
        if not any(_is_recalled(history) for history in places.ledger.events(keys).values()):
            lift(site, places, [documents[document]])


def _recalls(places: Places, keys: Sequence[str]) -> dict[str, StoredEntry]:
    """The last recall of each task, as far as it was read from the document itself."""
    kind, found = NAMES[DirectiveRecalled], {}
    for key, entries in (places.ledger.history(keys) if keys else {}).items():
        last = next(entry for entry in reversed(entries) if entry.kind == kind)
        if last.source is not None:
            found[key] = last
    return found


def _is_recalled(history: Sequence[Event]) -> bool:
    last = next((one for one in reversed(history) if isinstance(one, DirectiveRecalled | TaskReopened)), None)
    return isinstance(last, DirectiveRecalled)


def _times(site: Site, places: Places, document: str) -> int:
    scope = _scope(document)
    return sum(
        one.site == site.name and one.kind == REISSUED for one in places.ledger.history([scope])[scope]
    )


def _brake(scope: str, number: str, tasks: Sequence[str]) -> Brake:
    return Brake(
        scope=scope,
        reason=f"Văn bản {number} đã thu hồi, nay lại hiện là đã ban hành; {len(tasks)} nhiệm vụ của văn bản vẫn ở "
        f"trạng thái thu hồi: {', '.join(tasks)}.",
        safe="Lịch sử của các nhiệm vụ còn nguyên; chưa nhiệm vụ nào tự mở lại.",
        cost="Các nhiệm vụ này không được theo dõi và không tính hạn cho đến khi được mở lại.",
        releaser="Chuyên viên soạn thảo văn bản. Cần theo dõi tiếp: Văn phòng mở lại từng công việc trong hệ thống văn "
        "bản; việc chưa từng được giao thì ban hành bằng văn bản mới. Không theo dõi nữa: thu hồi lại văn bản, hoặc "
        f"`tdcd release {scope} --by TÊN`.",
        tasks=tasks,
    )


def _scope(document: str) -> str:
    return f"{_BEFORE}{document}{_AFTER}"
