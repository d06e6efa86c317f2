"""Words written into the document system, in Vietnamese, always the same for the same facts.

Every text that must be found again carries a marker; nothing here decides, and a
text is never cut inside a letter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from mappings.accounts import Account, contact_line
from tracking.events import Due, ResultSubmitted
from tracking.task import Task
from tracking.timeline import due_words

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
LONGEST_NAME = 250
LONGEST_COMMENT_ROWS = 40
CODE_WORDS: Final = "Mã theo dõi:"
_CODE = re.compile(re.escape(unicodedata.normalize("NFC", CODE_WORDS)) + r"\s*(TD-[0-9A-Z]{10})\b")

#: What is written, by the kind of the write: in Vietnamese as an action, in English as a thing.
WRITE_WORDS: Final = {
    "create_job": ("tạo công việc", "the work item"),
    "update_job": ("cập nhật nội dung công việc", "the work item's text"),
    "set_status": ("ghi trạng thái", "the state"),
    "receipt": ("ghi biên nhận kết quả", "the receipt"),
    "attach_file": ("đính kèm minh chứng", "the evidence file"),
    "comment_document": ("ghi ý kiến vào văn bản", "the comment on the document"),
    "answer_order": ("trả lời yêu cầu của cơ quan ban hành", "the answer to the issuer"),
    "answer_state": ("báo trạng thái cho cơ quan ban hành", "the state told to the issuer"),
}


def work_item_name(task: Task) -> str:
    """The title of a work item: the task's first line, at most 250 characters, cut between words."""
    return shorten(" ".join(task.content.split()), LONGEST_NAME)


def work_item_content(task: Task, *, contact: Account | None = None, coordinators: Sequence[str] = ()) -> str:
    """The body of a work item: where it comes from, what is asked, by when, and the tracking code.

    The deadline stands as written, its reading is the work item's own due date.
    `coordinators` are names; without a `contact` the officer stands as the table names them.
    """
    officer = contact_line(contact) if contact else task.officer
    lines = [
        f"Văn bản: {task.number} ngày {task.issued_on:%d/%m/%Y}",
        f"Trích yếu: {task.subject}",
        f"Nội dung: {task.content}",
        f"Sản phẩm: {task.product}" if task.product else "",
        f"Thời hạn ghi trong văn bản: {task.deadline_phrase}" if task.deadline_phrase else "",
        f"Cơ quan phối hợp: {'; '.join(coordinators)}" if coordinators else "",
        f"Chuyên viên theo dõi: {officer}" if officer else "",
        f"{CODE_WORDS} {task.key}",
    ]
    return "\n".join(line for line in lines if line)


def tracking_code(content: str) -> str:
    """The tracking code that a work item's body carries; blank when it was not made by a tracker."""
    found = _CODE.search(unicodedata.normalize("NFC", content))
    return found[1] if found else ""


def reported_task(task: Task) -> str:
    """Which of an agency's tasks a status is about; said after the state, so that several can be told apart."""
    return f"{shorten(work_item_name(task), 120)} ({task.key})"


def receipt_text(task: Task, event: ResultSubmitted, *, due_end: datetime | None, marker: str) -> str:
    """The receipt of a submission: the document system's time, in time or not, the hashes of its files.

    `due_end` is where the due date ends (24:00 is the next midnight, already late; a
    given hour itself is in time); None while nothing is decided about lateness.
    """
    at = event.occurred_at.astimezone(LOCAL)
    lines = [f"Biên nhận kết quả nhiệm vụ {task.key}: hệ thống ghi nhận lúc {at:%H:%M:%S ngày %d/%m/%Y}."]
    if due_end is not None:
        in_time = at < due_end or (at == due_end and due_end.astimezone(LOCAL).time() != time())
        lines.append(f"Thời điểm gửi: {'đúng hạn' if in_time else 'quá hạn'}.")
    lines += [f"Tệp minh chứng {sha[:16]} (SHA-256: {sha})" for sha in event.evidence]
    if event.not_kept:
        lines.append(
            f"{event.not_kept} tệp kèm theo chỉ có trên hệ thống văn bản, không được lưu làm minh chứng."
        )
    elif not event.evidence:
        lines.append("Không có tệp minh chứng kèm theo.")
    return "\n".join([*lines, f"Mã biên nhận: {marker}"])


def evidence_caption(task: Task, event: ResultSubmitted, sha256: str, marker: str) -> str:
    """What stands beside an evidence file in the directive's record."""
    return (
        f"Minh chứng nhiệm vụ {task.key} của {task.lead_name}, gửi lúc {clock_words(event.occurred_at)}. "
        f"SHA-256: {sha256}. Mã: {marker}"
    )


def refused_file_text(task_key: str, name: str, sha256: str, reason: str, marker: str) -> str:
    """Told to whoever handed in a file that is not passed on: which one, why, and what to do."""
    which = f"Tệp “{shorten(name, LONGEST_NAME)}” gửi cho nhiệm vụ {task_key}"
    lines = [
        f"{which} không được nhận làm minh chứng và không được gửi tiếp.",
        f"Lý do: {reason}",
        f"SHA-256: {sha256}" if sha256 else "",
        f"Mã thông báo: {marker}",
    ]
    return "\n".join(line for line in lines if line)


def void_due_text(task: Task, set_at: datetime, void: Due, marker: str) -> str:
    """Told on the work item: a due date that was over when somebody set it earlier does not count."""
    which = f"Hạn {due_words(void)} của nhiệm vụ {task.key}"
    lines = [
        f"{which} được ghi lúc {clock_words(set_at)}, khi đã qua hạn đó, nên không được tính.",
        f"Hạn đang áp dụng: {due_words(task.due)}. Để rút ngắn thời hạn, Văn phòng ghi một ngày chưa qua.",
        f"Mã thông báo: {marker}",
    ]
    return "\n".join(lines)


def lint_comment(number: str, findings: Sequence[tuple[str, str]], marker: str) -> str:
    """One comment for the drafter: every row that could not become a task, and what to change."""
    lines = [f"Rà soát bảng phân công của văn bản {number}: {len(findings)} nội dung cần chỉnh sửa."]
    for place, (sentence, remedy) in enumerate(findings[:LONGEST_COMMENT_ROWS], 1):
        lines.append(f"{place}. {sentence} {remedy}".rstrip())
    if len(findings) > LONGEST_COMMENT_ROWS:
        lines.append(f"… và {len(findings) - LONGEST_COMMENT_ROWS} nội dung khác cùng loại.")
    return "\n".join([*lines, f"Mã rà soát: {marker}"])


def clock_words(moment: datetime) -> str:
    """A moment (aware) as people in the document system read it."""
    return f"{moment.astimezone(LOCAL):%H:%M ngày %d/%m/%Y}"


def shorten(text: str, longest: int) -> str:
    """At most `longest` characters (NFC), cut between words where one fits, never inside a letter."""
    text = unicodedata.normalize("NFC", text)
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    while cut and unicodedata.combining(text[len(cut)]):
        cut = cut[:-1]
    at = cut.rfind(" ")
    return (cut[:at] if at > longest // 2 else cut).rstrip(" ,;") + "…"
