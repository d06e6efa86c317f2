"""Brakes before mass changes: when in doubt, change nothing, say why, and what waiting costs.

Numbers are per complete listing. They suit duties that people answer for, so they
are far below what a file synchroniser would allow.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

MAX_VANISHED = 20
MAX_VANISHED_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Brake:
    """Why nothing is changed, written for the person who must decide (in Vietnamese)."""

    scope: str
    reason: str
    safe: str
    cost: str
    releaser: str = "Quản trị hệ thống"


def vanished(scope: str, what: str, known: Collection[str], listed: Collection[str]) -> Brake | None:
    """A brake when a complete listing lacks too much of what was there before; None when it may be believed."""
    if not known:
        return None
    gone = len(set(known) - set(listed))
    if not listed:
        reason = f"Danh sách {what} trả về rỗng trong khi trước đó có {len(known)}."
    elif gone > MAX_VANISHED or (gone > 3 and gone / len(known) > MAX_VANISHED_SHARE):
        reason = f"{gone} trong {len(known)} {what} không còn trong danh sách."
    else:
        return None
    return Brake(
        scope=scope,
        reason=reason,
        safe="Chưa có gì bị đóng, khóa hoặc xóa; dữ liệu trước đó giữ nguyên.",
        cost="Thay đổi thật (nếu có) của phần này chưa được ghi nhận cho đến khi được xác nhận.",
    )
