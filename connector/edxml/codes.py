"""Code lists of the axis, and codes of organisations and documents. Pure.

Lists differ between kits, so nothing here is filtered by one: an unknown code is kept as
it came and told (M39).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from errors import SkipRecord


class Business(StrEnum):
    """`BussinessDocType`: what the issuer wants done with a document."""

    NEW = "0"
    RECALL = "1"
    UPDATE = "2"
    REPLACE = "3"


class Steering(StrEnum):
    """`SteeringType` as most kits number it. A hint only: some put 1 on everything."""

    NONE = "0"
    DIRECTIVE = "1"
    REPORT = "2"


ARRIVED, REFUSED, ACCEPTED, ASSIGNED, IN_PROGRESS, FINISHED = "01", "02", "03", "04", "05", "06"
TAKE_BACK, CHANGE_AGREED, CHANGE_REFUSED = "13", "15", "16"

#: `StatusCode` by what people read. 07 to 12 and 14 exist nowhere.
STATUSES: Final = {
    ARRIVED: "Đã đến",
    REFUSED: "Từ chối tiếp nhận",
    ACCEPTED: "Đã tiếp nhận",
    ASSIGNED: "Phân công xử lý",
    IN_PROGRESS: "Đang xử lý",
    FINISHED: "Hoàn thành xử lý",
    TAKE_BACK: "Yêu cầu lấy lại văn bản",
    CHANGE_AGREED: "Đồng ý cập nhật, lấy lại",
    CHANGE_REFUSED: "Từ chối cập nhật, lấy lại",
}
#: Sent by who issued the document; all others by who received it.
FROM_ISSUER: Final = frozenset({TAKE_BACK})
#: May be sent again and again, each time with another description: the progress report.
REPEATABLE: Final = frozenset({IN_PROGRESS})
#: The sender must say why.
WITH_REASON: Final = frozenset({REFUSED, TAKE_BACK, CHANGE_REFUSED})

URGENCY: Final = {
    "0": "Thường",
    "1": "Khẩn",
    "2": "Thượng khẩn",
    "3": "Hỏa tốc",
    "4": "Hỏa tốc hẹn giờ",
    "5": "Thường",
}


def status_code(text: str) -> str:
    """Two digits; some senders leave out the zero. Raises SkipRecord for what is no code."""
    shown = text.strip()
    if not (shown.isascii() and shown.isdigit() and len(shown) <= 3):
        raise SkipRecord(
            "Field StatusCode: it is missing or no number.", remedy="The sender has to correct it."
        )
    return shown.zfill(2)


def same_organ(one: str, other: str) -> bool:
    """Codes of organisations are compared without capitals; no pattern holds for all that occur."""
    return one.strip().casefold() == other.strip().casefold()


def newer_code(code: str) -> str:
    """`000.00.15.H44` (QCVN 102) as `H44.15` (QĐ 20/2020); "" for what is not of the older form.

    An inference, good for a suggestion: the axis publishes the true pairs with its agencies.
    """
    groups = code.strip().split(".")
    if len(groups) != 4 or not groups[-1][:1].isalpha():
        return ""
    return ".".join(group for group in reversed(groups) if group.strip("0"))


def document_parts(document_id: str) -> tuple[str, str, str] | None:
    """(issuer, year or date, number/notation) of the legal form; None for the others, which are opaque."""
    parts = [part.strip() for part in document_id.split(",")]
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 and all(parts) else None
