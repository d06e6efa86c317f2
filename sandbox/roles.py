"""What a position is allowed to be: read from its title, as the dataset names it."""

from __future__ import annotations

from sandbox.dialect import folded

LEADER = "leader"
CLERK = "clerk"
SPECIALIST = "specialist"

_LEADING = ("chủ tịch", "giám đốc", "chánh", "trưởng", "bí thư", "tổng biên tập")
_NOT_LEADING = ("chuyên viên", "kế toán")


def role_of(position: str) -> str:
    """`leader` (a deputy too), `clerk` (văn thư) or `specialist`."""
    title = folded(position)
    if "văn thư" in title:
        return CLERK
    if any(word in title for word in _LEADING) and not any(word in title for word in _NOT_LEADING):
        return LEADER
    return SPECIALIST
