"""To whom a task reports, and whether its words ask for anything that can be seen to be done."""

from __future__ import annotations

import re
from typing import Final

from mappings.narrative_text import Passage
from mappings.narrative_units import names_at

_REPORT: Final = re.compile(
    r"\b(?:bao cao|gui|trinh|nop)\b(?: [^\s,;.:()]+){0,8}?(?: ve| cho| voi| den| len"
    r"| toi)? (?=(?:ubnd|uy ban nhan dan|so|bo|chu tich|thuong truc"
    r"|tinh uy|thanh uy|hdnd|van phong|ban|cuc|cong an|thanh tra|chinh phu|thu tuong|hoi dong"
    r"|cong doan|phong|chi cuc|cong ty|trung tam)\b)"
)
_PURPOSE: Final = re.compile(r"\bde (?:[^;.]*)$")
#: Words that promise something to be handed over or counted.
_PRODUCT: Final = re.compile(
    r"\b(?:xay dung|ban hanh|tham muu|bao cao|tong hop|ra soat|lap|thong ke|tham dinh"
    r"|phe duyet|kiem tra|thanh tra|bo tri|trinh|de xuat|thanh lap|hoan thanh"
    r"|hoan thien|cong bo|khao sat|cung cap|giai ngan|xu ly|giai quyet|chu tri|huong dan"
    r"|to chuc|ky ket|dang ky|chuan bi|kiem ke|tap huan|theo doi)\b"
)


def report_to(passage: Passage, start: int, end: int) -> tuple[str, ...]:
    """The bodies that the result is reported to; "để tổng hợp, báo cáo …" is what those bodies do then."""
    for match in _REPORT.finditer(passage.folded, start, end):
        if " cua " in match.group() or _PURPOSE.search(
            passage.folded[max(start, match.start() - 60) : match.start()]
        ):
            continue
        at = passage.token_at(match.end())
        names = names_at(passage.text, passage.tokens, at) if at < len(passage.tokens) else None
        if names is not None and passage.tokens[at].capital:
            return tuple(names.names)
    return ()


def is_weak(action: str, *, dated: bool) -> bool:
    """True for an exhortation: no term and no word of a product that could be shown (folded text)."""
    return not dated and _PRODUCT.search(action) is None
