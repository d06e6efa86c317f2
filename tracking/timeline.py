"""What happened to a task, one line an event, in the words of the people who read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from tracking.calendar import ZONE
from tracking.events import (
    NAMES,
    ComplaintWithdrawn,
    CoordinationAnswered,
    CoordinationAsked,
    CoordinationComplained,
    DirectiveAmended,
    DirectiveReplaced,
    Due,
    Event,
    ExtensionAsked,
    ExtensionGranted,
    OfficerChanged,
    OutageNoted,
    ResultSubmitted,
    TaskAssigned,
    TaskCorrected,
    TaskMerged,
    TaskReassigned,
    TaskSplit,
    UnitSucceeded,
)
from tracking.facts import Deadline
from tracking.profile import Cited, Profile
from tracking.task import Task

#: One line of the timeline: when, what, and under which article (may be empty).
Moment = tuple[datetime, str, str]

_WORDS: dict[str, tuple[str, str]] = {
    "task_assigned": ("giao nhiệm vụ", "task assigned"),
    "task_received": ("đơn vị tiếp nhận", "received by the unit"),
    "progress_reported": ("đơn vị cập nhật tiến độ", "progress reported"),
    "result_submitted": ("đơn vị gửi kết quả", "result submitted"),
    "result_approved": ("kết quả được duyệt", "result approved"),
    "result_rejected": ("kết quả bị từ chối", "result rejected"),
    "extension_asked": ("đơn vị xin gia hạn", "extension asked"),
    "extension_granted": ("chấp thuận gia hạn", "extension granted"),
    "extension_refused": ("không chấp thuận gia hạn", "extension refused"),
    "task_returned": ("đơn vị chuyển trả", "returned to the Office"),
    "task_reassigned": ("chuyển cho đơn vị khác", "given to another unit"),
    "task_corrected": ("điều chỉnh nội dung", "corrected"),
    "difficulty_reported": ("đơn vị báo cáo khó khăn, vướng mắc", "difficulty reported"),
    "explanation_filed": ("đơn vị gửi báo cáo giải trình", "explanation filed"),
    "task_ended": ("Văn phòng kết thúc công việc", "ended by the Office"),
    "task_reopened": ("mở lại", "reopened"),
    "directive_recalled": ("văn bản giao nhiệm vụ được thu hồi", "directive recalled"),
    "opinion_given": ("lãnh đạo cho ý kiến", "a leader's opinion was given"),
    "coordination_asked": ("đề nghị đơn vị phối hợp", "a coordinating unit was asked"),
    "coordination_answered": ("đơn vị phối hợp trả lời", "the coordinating unit answered"),
    "coordination_complained": ("phản ánh đơn vị chậm phối hợp", "slow coordination was reported"),
    "complaint_withdrawn": ("rút phản ánh chậm phối hợp", "the complaint was withdrawn"),
    "directive_amended": ("văn bản giao nhiệm vụ được sửa đổi", "directive amended"),
    "directive_replaced": ("văn bản giao nhiệm vụ được thay thế", "directive replaced"),
    "task_split": ("tách thành nhiệm vụ khác", "split into other tasks"),
    "task_merged": ("gộp vào nhiệm vụ khác", "merged into another task"),
    "task_paused": ("tạm dừng", "paused"),
    "task_resumed": ("tiếp tục", "resumed"),
    "unit_succeeded": ("đơn vị kế thừa làm tiếp", "carried on by the successor unit"),
    "officer_changed": ("thay chuyên viên theo dõi", "another officer follows the task"),
    "outage_noted": ("hệ thống ngừng hoạt động", "the document system was out of use"),
}

#: The part of the profile whose article speaks about a kind of event.
_PART: dict[str, str] = {
    "task_assigned": "scope",
    "task_received": "limits.first_update",
    "progress_reported": "limits.first_update",
    "result_submitted": "evidence",
    "result_approved": "approvers",
    "result_rejected": "approvers",
    "extension_asked": "extension",
    "extension_granted": "extension",
    "extension_refused": "extension",
    "task_returned": "returns",
    "task_reassigned": "returns",
    "difficulty_reported": "cause_report",
    "explanation_filed": "late_explanation",
    "task_ended": "approvers",
    "opinion_given": "approvers",
    "coordination_asked": "limits.coordination",
    "coordination_answered": "limits.coordination",
    "directive_recalled": "recall",
    "directive_replaced": "replacement",
    "task_split": "replacement",
    "task_merged": "replacement",
    "directive_amended": "amendment",
    "task_paused": "pause",
    "task_resumed": "pause",
    "unit_succeeded": "succession",
    "officer_changed": "absence",
    "outage_noted": "outage",
    "task_reopened": "reopening",
}


def timeline(
    task: Task, profile: Profile, deadline: Deadline | None, as_of: datetime, lang: str
) -> tuple[Moment, ...]:
    """Every event, and the instants at which time alone moved the task, oldest first."""
    moments = [_moment(event, profile, lang) for event in task.history]
    if deadline is not None:
        moments += [moment for moment in _passages(deadline, profile, lang) if moment[0] <= as_of]
    return tuple(sorted(moments, key=lambda moment: moment[0]))


def at_words(instant: datetime, lang: str = "vi") -> str:
    """A moment to the second, in Asia/Ho_Chi_Minh."""
    local = instant.astimezone(ZONE)
    return f"{local:%H:%M:%S} ngày {local:%d/%m/%Y}" if lang == "vi" else f"{local:%H:%M:%S on %d/%m/%Y}"


def day_words(day: date) -> str:
    """A day as it is written in the directives."""
    return f"{day:%d/%m/%Y}"


def due_words(due: Due | None, lang: str = "vi") -> str:
    """A due date with the moment at which it is over."""
    if due is None:
        return "không thời hạn" if lang == "vi" else "no due date"
    if due.at is None:
        day = day_words(due.day)
        return f"hết ngày {day} (24 giờ)" if lang == "vi" else f"the end of {day} (24:00)"
    return at_words(datetime.combine(due.day, due.at, ZONE), lang)


def _moment(event: Event, profile: Profile, lang: str) -> Moment:
    name = NAMES[type(event)]
    words = _WORDS[name][0 if lang == "vi" else 1]
    said = getattr(event, "text", "")
    detail = "; ".join(part for part in (*_details(event, lang), said) if part)
    return event.occurred_at, f"{words}: {detail}" if detail else words, _article(name, profile)


def _details(event: Event, lang: str) -> Iterator[str]:
    vi = lang == "vi"
    match event:
        case TaskAssigned():
            yield event.lead_name
            yield ("hạn " if vi else "due ") + due_words(event.due, lang)
        case ResultSubmitted():
            count = len(event.evidence)
            yield f"{count} tệp minh chứng" if vi else f"{count} evidence file{'' if count == 1 else 's'}"
        case ExtensionAsked(wished=date() as wished):
            yield ("đến ngày " if vi else "until ") + day_words(wished)
        case ExtensionGranted() | TaskCorrected(due=Due()):
            yield ("hạn mới " if vi else "now due ") + due_words(event.due, lang)
        case CoordinationAsked(due=Due()):
            yield event.unit
            yield ("hạn " if vi else "due ") + due_words(event.due, lang)
        case OutageNoted():
            yield ("đến " if vi else "until ") + at_words(event.until, lang)
        case _:
            yield _NAMED[type(event)](event) if type(event) in _NAMED else ""


#: Events of which one value says who, where or which.
_NAMED: dict[type[Event], Callable[[Any], str]] = {
    TaskReassigned: lambda event: event.lead_name,
    CoordinationAsked: lambda event: event.unit,
    CoordinationAnswered: lambda event: event.unit,
    CoordinationComplained: lambda event: event.unit,
    ComplaintWithdrawn: lambda event: event.unit,
    UnitSucceeded: lambda event: event.successor_name,
    TaskSplit: lambda event: ", ".join(event.into),
    TaskMerged: lambda event: event.into,
    DirectiveAmended: lambda event: event.number,
    DirectiveReplaced: lambda event: event.number,
    OfficerChanged: lambda event: event.officer,
}


def _article(name: str, profile: Profile) -> str:
    part: object = profile
    for step in _PART.get(name, "").split("."):
        part = getattr(part, step, None)
    return part.source if isinstance(part, Cited) and part.basis != "silent" else ""


def _passages(deadline: Deadline, profile: Profile, lang: str) -> Iterator[Moment]:
    if deadline.near_from is not None:
        text = "bắt đầu khoảng thời gian đến hạn" if lang == "vi" else "the near-due window begins"
        yield deadline.near_from, text, profile.near_due.source
    yield deadline.late_from, "hết thời hạn" if lang == "vi" else "the due date is over", ""
