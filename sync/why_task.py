"""What keeps one task where it is: a hold, a write on its way, a write given up, or somebody who owes something."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import orjson

from connector.records import Kind
from errors import ConfigInvalid
from mappings.words import WRITE_WORDS, clock_words
from store.outbox import DECLINED, QUIET, Intent
from store.tasks import TaskRow
from sync.push_retry import POISON, trouble_of
from sync.unseen_work import unseen
from sync.why_causes import Cause, Look
from tracking.events import UnitSucceeded
from tracking.folding import fold
from tracking.limits import Party
from tracking.obligations import Kind as OwedKind
from tracking.obligations import Obligation, obligations

_OWED: Final[dict[OwedKind, str]] = {
    "enter": "nhập nhiệm vụ",
    "first_update": "cập nhật tiến độ lần đầu",
    "recurring_update": "cập nhật tiến độ định kỳ",
    "review": "duyệt kết quả",
    "extension_answer": "trả lời đề nghị gia hạn",
    "petition_answer": "trả lời tờ trình",
    "coordination": "trả lời phối hợp",
    "explanation": "báo cáo giải trình",
    "cause_and_proposal": "báo cáo nguyên nhân, đề xuất",
    "opinion": "cho ý kiến trước khi duyệt",
}
_PARTIES: Final[dict[Party, str]] = {
    "unit": "đơn vị chủ trì",
    "office": "Văn phòng",
    "reviewer": "bên duyệt",
    "coordinator": "đơn vị phối hợp",
}


def task_causes(look: Look, row: TaskRow) -> list[Cause]:
    """Causes that belong to this task, the first to be removed first."""
    scopes = (f"task:{row.key}", f"directive:{row.directive}", f"unit:{row.lead}", *_stops_before(look, row))
    causes = look.held_under(*scopes)
    causes += _job(look, row)
    causes += lane_causes(look, f"task:{row.key}")
    causes += _letters(look, row)
    if row.closed:
        causes += _ended(row)
    elif not unseen(look.places, look.site):
        causes += [*_owed(look, row), *_time(look, row)]
    return sorted(causes, key=lambda cause: cause.rank)


def _stops_before(look: Look, row: TaskRow) -> list[str]:
    """A person's stop of a unit goes on for the tasks that passed to the unit in its place."""
    events = look.places.ledger.events([row.key]).get(row.key, [])
    return [f"unit:{event.unit}:stop" for event in events if isinstance(event, UnitSucceeded)]


def task_facts(look: Look, row: TaskRow) -> dict[str, Any]:
    """Where the task stands now."""
    item = look.places.workitems.by_task([row.key]).get(row.key)
    return {
        "state": " · ".join(part for part in (row.text, row.second_text) if part),
        "rule": row.rule,
        "lead": row.lead_name,
        "directive": row.number,
        "due": row.due,
        "next_change_at": row.next_change_at,
        "shown": item.seen.get("state", "") if item else "",
        "work_item": item.job_id if item else "",
        "waiting_writes": len(look.places.outbox.unfinished([f"task:{row.key}"]).get(f"task:{row.key}", [])),
    }


def lane_causes(look: Look, lane: str) -> list[Cause]:
    """What stands at the front of a lane; what comes behind it waits for that."""
    waiting = look.places.outbox.unfinished([lane]).get(lane, [])
    if not waiting:
        return []
    first = waiting[0]
    if first.state == "held":
        return look.held_under(f"write:{first.id}") or [_write_held(first)]
    return [_write(look, first, len(waiting) - 1)]


def _write_held(intent: Intent) -> Cause:
    vi, en = WRITE_WORDS.get(intent.kind, (intent.kind, intent.kind))
    return Cause(
        code="write_held",
        vi=f"Thao tác {vi} chờ người quyết định: {intent.error}",
        en=f"Writing {en} waits for a person: {intent.error}",
        do_vi="Lượt chạy kế tiếp sẽ thử lại.",
        do_en="Its hold was released: the next pass looks for it and tries again.",
        facts={"intent": intent.id, "attempts": intent.attempts},
    )


def _write(look: Look, intent: Intent, behind: int) -> Cause:
    if intent.error in QUIET:
        return _not_wanted(intent)
    vi, en = WRITE_WORDS.get(intent.kind, (intent.kind, intent.kind))
    trouble = trouble_of(intent.error)
    facts = {
        "intent": intent.id,
        "kind": intent.kind,
        "attempts": intent.attempts,
        "not_before": intent.not_before,
        "class": trouble.fault if trouble else "",
        "behind": behind,
    }
    if trouble is None:
        return Cause(
            code="write_next",
            vi=f"Đã quyết định, đang chờ gửi: {vi}.",
            en=f"Decided, and next in line to be written: {en}.",
            do_vi="Lượt chạy kế tiếp sẽ gửi.",
            do_en="The next pass sends it.",
            facts=facts,
        )
    when = (
        clock_words(intent.not_before)
        if intent.not_before and intent.not_before > look.now
        else "lượt chạy kế tiếp"
    )
    soon = intent.not_before.isoformat(timespec="seconds") if intent.not_before else "in the next pass"
    known = intent.state == "sending"
    return Cause(
        code="write_unknown" if known else "write_waits",
        vi=f"Chưa {'rõ kết quả' if known else 'ghi được'} thao tác {vi} sau {trouble.times} lần: {trouble.sentence}",
        en=f"{'It is not known whether' if known else 'Not written yet:'} {en}"
        f"{' was written' if known else ''} ({trouble.fault}, {trouble.times} times): {trouble.sentence}",
        do_vi=f"Tự {'kiểm tra' if known else 'thử'} lại lúc {when}; quá {POISON} lần bị từ chối thì dừng hẳn.",
        do_en=f"{'Looked for' if known else 'Tried'} again {soon}; refused {POISON} times, it is a dead letter.",
        facts=facts,
    )


def _not_wanted(intent: Intent) -> Cause:
    """Of an old directive that was read in years later."""
    vi, en = WRITE_WORDS.get(intent.kind, (intent.kind, intent.kind))
    declined = intent.error == DECLINED
    state = "đã có người quyết định không gửi" if declined else "chờ duyệt"
    return Cause(
        code="write_waits",
        vi=f"Nhiệm vụ của văn bản cũ đọc bổ sung: {vi} {state}.",
        en=f"Of an old directive that was read in later: {en} {'was declined' if declined else 'waits for approval'}.",
        do_vi="Muốn gửi thì đọc lại văn bản rồi duyệt kế hoạch." if declined else "Văn phòng duyệt kế hoạch.",
        do_en="`tdcd resync --directive NUMBER` proposes it again." if declined else "`tdcd plan show`.",
        facts={"intent": intent.id, "kind": intent.kind, "class": "quiet"},
    )


def _job(look: Look, row: TaskRow) -> Iterator[Cause]:
    """The newest version of the work item, when it could not be understood or waits."""
    item = look.places.workitems.by_task([row.key]).get(row.key)
    if item is None or not item.job_id:
        return
    envelope = look.places.inbox.latest(look.site, Kind.JOB.value, [item.job_id]).get(item.job_id)
    if envelope is not None and envelope.state == "held":
        yield Cause(
            code="record_held",
            vi=f"Diễn biến mới nhất của công việc {item.job_id} không đọc được: {envelope.reason}",
            en=f"The latest version of work item {item.job_id} cannot be read: {envelope.reason}",
            do_vi="Báo quản trị hệ thống.",
            do_en="Mend the cause, then `tdcd dead list` and `tdcd dead replay NUMBER`.",
            facts={"seen_at": envelope.seen_at},
        )
    for finding in look.places.findings.of(look.site, [f"job:{item.job_id}"]):
        yield Cause(
            code="returned_rows",
            vi=f"Một thao tác trong công việc {item.job_id} không hiểu được: {finding.sentence}",
            en=f"An action in work item {item.job_id} was not understood: {finding.problem}.",
            do_vi=finding.remedy,
            do_en="Correct the entry there, or name its code under [site.actions].",
        )


def _letters(look: Look, row: TaskRow) -> Iterator[Cause]:
    for letter in look.places.dead_letters.open(look.site):
        context = orjson.loads(letter.context)
        if context.get("task") == row.key:
            vi, en = WRITE_WORDS.get(context["kind"], (context["kind"], context["kind"]))
            yield Cause(
                code="dead_write",
                vi=f"Thao tác {vi} đã dừng hẳn sau {letter.attempts} lần thử: {letter.error}",
                en=f"Writing {en} was given up after {letter.attempts} attempts: {letter.error}",
                do_vi="Xử lý nguyên nhân rồi cho chạy lại.",
                do_en=f"Mend the cause, then `tdcd dead replay {letter.id}`.",
                facts={"number": letter.id, "payload": letter.payload, "since": letter.since},
            )


def _owed(look: Look, row: TaskRow) -> list[Cause]:
    """Who owes what, the latest first: the task moves when they move."""
    history = look.places.ledger.events([row.key]).get(row.key, [])
    if not history:
        return []
    as_of = max(look.now, *(event.occurred_at for event in history))
    task = fold(history)
    try:
        profile = look.profiles.version(task.profile, task.profile_version)
    except ConfigInvalid:
        return []
    names = {unit.unit_id: unit.name for unit in look.places.directory.units(look.site)}
    still = [one for one in obligations(task, profile, look.calendar, as_of) if one.is_open()]
    still.sort(key=lambda one: (not one.is_late(as_of), one.due_at is None, one.due_at or as_of))
    return [_debt(look, one, as_of, names) for one in still]


def _debt(look: Look, one: Obligation, as_of: datetime, names: Mapping[str, str]) -> Cause:
    who = " ".join(part for part in (_PARTIES[one.party], names.get(one.unit, one.unit)) if part)
    late = one.is_late(as_of)
    days, unit_of_days = one.missed_by(as_of, look.calendar)
    until = f" trước {clock_words(one.due_at)}" if one.due_at else ""
    over = f", đã chậm {days} {unit_of_days}" if days else ", đã chậm" if late else ""
    due_en = f", due {one.due_at.isoformat(timespec='minutes')}" if one.due_at else ""
    return Cause(
        code="owed_late" if late else "owed",
        vi=f"Đang chờ {who} {_OWED[one.kind]}{until}{over}.",
        en=f"Waiting for {one.party} {names.get(one.unit, one.unit)} ({one.kind.replace('_', ' ')}{due_en})"
        f"{', late' if late else ''}.",
        do_vi=f"Căn cứ: {one.article}.",
        do_en=f"Article: {one.article}.",
        facts={"kind": one.kind, "party": one.party, "unit": one.unit, "due_at": one.due_at, "late": late},
    )


def _time(look: Look, row: TaskRow) -> Iterator[Cause]:
    if row.next_change_at is not None:
        yield Cause(
            code="time",
            vi=f"Trạng thái “{row.text}” là đúng; riêng thời gian chỉ làm đổi nó từ {clock_words(row.next_change_at)}.",
            en=f"The state is right; time alone changes it at {row.next_change_at.isoformat(timespec='minutes')}.",
            do_vi="Không cần làm gì.",
            do_en="Nothing to do (`tdcd explain` counts the days).",
            facts={"next_change_at": row.next_change_at, "overdue": bool(row.due and row.due < look.now)},
        )


def _ended(row: TaskRow) -> list[Cause]:
    return [
        Cause(
            code="ended",
            vi=f"Nhiệm vụ đã kết thúc ({row.text}); không còn gì thay đổi.",
            en="The task has ended; nothing about it changes any more.",
            do_vi="Không cần làm gì.",
            do_en="Nothing to do.",
        )
    ]
