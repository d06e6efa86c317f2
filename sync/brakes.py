"""Brakes before mass changes: when in doubt, change nothing, say why, and what waiting costs. Pure.

Numbers are per unit and per complete listing. They suit duties that people answer
for, so they are far below what a file synchroniser would allow. A change above them
is not forbidden: it waits as a sealed plan for a person (`sync/sealed_plans.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from errors import HoldForHuman

MAX_VANISHED: Final = 20
MAX_VANISHED_SHARE: Final = 0.05
#: One item that is gone or was changed is looked at by itself, whatever share of a small unit it is.
ALONE: Final = 1
#: Hand edits up to here are ordinary and healed one by one, however small the unit.
FEW_EDITS: Final = 4
#: So many known rows, and every one of them changed, are no coincidence (F13).
ALL_CHANGED_FROM: Final = 20

#: Before words of the other side or of a program, in sentences for people who need not understand them.
DETAIL: Final = "Chi tiết kỹ thuật:"
ADMINISTRATOR: Final = "Quản trị hệ thống"
#: Documents that all changed stop the site; units and accounts only their own list.
CANARY: Final = "site:canary"
CHANGED: Final = {"documents": "site:changed"}
UNTOUCHED: Final = "Chưa có gì bị đóng, khóa, xóa hoặc ghi đè; dữ liệu trước đó giữ nguyên."


@dataclass(frozen=True, slots=True)
class Brake:
    """Why nothing is changed, written for the person who must decide (in Vietnamese).

    `body` is what a sealed plan holds, exactly; empty when there is nothing to approve and the
    hold ends by itself. `tasks` are those whose nearest due date tells what waiting costs.
    """

    scope: str
    reason: str
    safe: str = UNTOUCHED
    cost: str = "Thay đổi thật (nếu có) của phần này chưa được ghi nhận cho đến khi được xác nhận."
    releaser: str = ADMINISTRATOR
    body: Mapping[str, Any] = field(default_factory=dict)
    tasks: Collection[str] = ()


class Braked(HoldForHuman):
    """Raised where reading or writing must end at once; carries the brake."""

    def __init__(self, brake: Brake) -> None:
        self.brake = brake
        super().__init__(brake.reason, scope=brake.scope)


def too_many(changed: int, of: int) -> bool:
    """Whether so many changes in one cycle stop a unit: over 20, or over 5 % and more than one."""
    return changed > MAX_VANISHED or (changed > ALONE and changed / max(of, 1) > MAX_VANISHED_SHARE)


def vanished(scope: str, what: str, known: Collection[str], listed: Collection[str]) -> Brake | None:
    """A brake when a complete listing lacks too much of what was there before; None when it may be believed."""
    if not known:
        return None
    gone = sorted(set(known) - set(listed))
    if not listed:
        reason = f"Danh sách {what} trả về rỗng trong khi trước đó có {len(known)}."
    elif too_many(len(gone), len(known)):
        reason = f"{len(gone)} trong {len(known)} {what} không còn trong danh sách."
    else:
        return None
    return Brake(scope=scope, reason=reason, body={"vanished": gone})


def unit_vanished(scope: str, name: str, what: str, gone: Collection[str], of: int) -> Brake | None:
    """A brake when one unit lacks too many of its directives or work items in a complete listing (F12)."""
    if not too_many(len(gone), of):
        return None
    reason = f"{name}: {len(gone)} trong {of} {what} không còn trong danh sách đầy đủ."
    return Brake(scope=scope, reason=reason, body={"vanished": sorted(gone)})


def empty_listing(what: str, scope: str = "site:listing", gone: Collection[str] = ()) -> Brake:
    """A list that had something and now has nothing is not believed (F11).

    Each list has its own scope: that another one can be read again says nothing about this one.
    """
    return Brake(
        scope=scope,
        reason=f"Hệ thống văn bản trả lời thành công nhưng danh sách {what} rỗng, trong khi trước đó có dữ liệu.",
        cost="Chưa ghi gì vào hệ thống văn bản cho đến khi danh sách đọc lại được.",
        body={"vanished": sorted(gone)} if gone else {},
    )


def all_changed(stream: str, what: str, rows: Collection[str]) -> Brake:
    """Every known row differs from what was stored: a changed format or time zone, not people's work (F13).

    Each list has a hold of its own: they are read at different times, and one would void the other's plan.
    """
    return Brake(
        scope=CHANGED.get(stream, f"{stream}:changed"),
        reason=f"Toàn bộ {len(rows)} {what} đã biết đều thay đổi cùng một lúc; thường do đổi định dạng, múi giờ "
        "hoặc tài khoản, không phải do người dùng.",
        body={"changed": sorted(rows)},
    )


def canary_missing(number: str) -> Brake:
    """The document that must always be visible is not (F14)."""
    return Brake(
        scope=CANARY,
        reason=f"Không đọc được văn bản mốc {number}: có thể đăng nhập nhầm tài khoản, nhầm đơn vị hoặc bộ lọc "
        "đã đổi.",
        cost="Không đọc và không ghi gì cho đến khi văn bản mốc hiện lại.",
    )


def fields_changed(stream: str, what: str, unreadable: Collection[str], of: int, sentence: str) -> Brake:
    """Records of a stream lack a field or show it in another form: the stream waits, nothing is dropped (F48).

    A person who knows that just these records are bad approves to go on without them: they stand in the
    dead letters or, as documents whose mark cannot be read, count as classified.
    """
    return Brake(
        scope=f"stream:{stream}",
        reason=f"{len(unreadable)} trong {of} bản ghi của danh sách {what} vừa tải về không đọc được theo "
        f"cấu trúc đã biết. {DETAIL} {sentence}",
        body={"unreadable": sorted(unreadable)},
        safe="Chưa bản ghi nào của lần đọc này bị bỏ hoặc đánh dấu đã đọc; các luồng khác vẫn chạy.",
        cost="Thay đổi mới của luồng này chưa được ghi nhận.",
    )


def source_went_back(evidence: str) -> Brake:
    """Ids stand for other things, or time went back: the source is another one than before (F16)."""
    return Brake(
        scope="site:epoch",
        reason=f"Hệ thống văn bản có dấu hiệu được phục hồi từ bản sao cũ: {evidence}",
        safe="Chỉ đọc để so sánh; không ghi gì, không đổi sổ theo dõi.",
        cost="Mọi thay đổi trong hệ thống văn bản chưa được ghi nhận cho đến khi được xác nhận.",
    )


def drifted(unit: str, name: str, items: Collection[tuple[str, str, str, str, str]]) -> Brake:
    """So many work items of a unit were changed without an event that writing them back needs a person."""
    return Brake(
        scope=f"unit:{unit}:drift",
        reason=f"{len(items)} giá trị trong các công việc của {name} bị sửa ngoài quy trình trong một lần đối chiếu.",
        safe="Giá trị hai bên đều được giữ; chưa ghi đè giá trị nào.",
        cost="Chưa ghi gì cho các nhiệm vụ của đơn vị này.",
        body={"items": sorted(items)},
        tasks=sorted({item[0] for item in items}),
    )


def connector_unusable(sentence: str) -> Brake:
    """The part that speaks with this document system cannot be opened: a package is broken or gone, a setting wrong."""
    return Brake(
        scope="site:connector",
        reason="Không mở được phần kết nối với hệ thống văn bản này: gói phần mềm kết nối thiếu, hỏng hoặc cấu hình "
        f"sai; các hệ thống khác vẫn chạy. {DETAIL} {sentence}",
        safe="Chưa đọc, chưa ghi gì ở hệ thống này; sổ theo dõi và những gì chờ ghi giữ nguyên.",
        cost="Không đọc và không ghi gì ở hệ thống này cho đến khi mở được.",
    )


def work_failed(words: str) -> Brake:
    """The connector, or this program, raised what nobody foresaw while it worked on a site."""
    return Brake(
        scope="site:fault",
        reason="Phần kết nối hoặc chương trình gặp lỗi không lường trước khi đang làm việc với hệ thống văn bản này; "
        f"các hệ thống khác vẫn chạy. {DETAIL} {words}",
        safe="Những gì đã đọc và đã ghi trước đó vẫn còn; mỗi bước đều làm lại được từ đầu.",
        cost="Lượt làm việc bị lỗi chưa xong, được tự thử lại với khoảng nghỉ dài dần.",
    )


def ledger_is_empty(code: str, job: str) -> Brake:
    """Work was tracked here before, and this ledger knows nothing of it: lost, or on a disk that is not there (F34)."""
    return Brake(
        scope="site:ledger",
        reason=f"Sổ theo dõi trống, nhưng trong hệ thống văn bản đã có công việc {job} do tài khoản này giao với mã "
        f"theo dõi {code}: có thể sổ bị mất hoặc ổ đĩa chứa sổ chưa được gắn.",
        safe="Chưa đọc vào sổ, chưa giao lại công việc nào; công việc và trạng thái trong hệ thống văn bản giữ nguyên.",
        cost="Không đọc và không ghi gì cho đến khi sổ được phục hồi.",
    )


def ledger_is_older(mark: str, record: str) -> Brake:
    """What we wrote is there, and this ledger never intended it: an older copy was put back by hand (F34)."""
    kind, _, number = record.partition(":")
    what = "công việc" if kind == "job" else "văn bản"
    return Brake(
        scope="ledger",
        reason=f"Trong hệ thống văn bản, {what} {number} có nội dung do chính tài khoản này ghi với mã {mark}, nhưng "
        "sổ theo dõi này không có: có thể ai đó đã chép lại một bản sổ cũ.",
        safe="Trong 90 ngày, mọi nội dung ghi đều được tìm trước khi ghi nên không bị ghi hai lần; việc vẫn chạy tiếp.",
        cost="Những quyết định đã ra bằng tdcd sau bản sao đó (gỡ dừng, duyệt kế hoạch, trả lời) không còn trong sổ.",
    )
