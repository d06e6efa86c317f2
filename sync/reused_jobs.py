"""Work item ids that a restored document system has given to something else, once a person has approved the report.

Such a work item is not ours any more: nothing is written into it, and what people do with it counts for no
task of ours. The task has none until somebody orders one (`tdcd remake`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import orjson

from connector.records import Kind
from store.ledger import Entry
from store.places import Places
from store.workitems import WorkItem
from sync.brakes import Brake
from sync.holding import place
from sync.site import Site

LOST: Final = "work_item_lost"


def let_go_of_reused(site: Site, places: Places, reused: Iterable[Sequence[str]]) -> None:
    """Untie the tasks from the work items that the approved report names, and ask for each of them."""
    jobs = {remote_id: task for kind, remote_id, task, _ in reused if kind == Kind.JOB.value}
    now = site.now()
    for job, item in places.workitems.by_job(site.name, jobs).items():
        untie(places, item)
        body = orjson.dumps({"job": job})
        lost = Entry(site.name, item.task, LOST, f"lost:{job}:{now.isoformat()}", now, body=body)
        places.ledger.append([lost], now)
        place(site, places, _brake(item.task, job))


def untie(places: Places, item: WorkItem) -> None:
    """The task has no work item any more; what was to be written into it is not."""
    places.workitems.put([WorkItem(task=item.task, site=item.site, document_id=item.document_id)])
    for kind in ("set_status", "update_job"):
        places.outbox.supersede(item.site, f"task:{item.task}", kind, "")


def lost(places: Places, task: str) -> bool:
    """Whether this task's work item went like this, once."""
    return any(entry.kind == LOST for entry in places.ledger.history([task])[task])


def _brake(task: str, job: str) -> Brake:
    return Brake(
        scope=f"task:{task}:missing",
        reason=f"Sau khi hệ thống văn bản được phục hồi, mã {job} là một công việc khác; nhiệm vụ {task} không còn "
        "công việc nào.",
        safe="Nhiệm vụ và toàn bộ lịch sử vẫn còn trong sổ theo dõi; không ghi gì vào công việc của người khác.",
        cost="Đơn vị không nhìn thấy nhiệm vụ; hạn xử lý vẫn chạy.",
        tasks=[task],
    )
