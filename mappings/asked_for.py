"""What a row asks for: to draft and submit, to report, or just to be done by then (BT-04, BT-12).

Bình Thuận, Điều 3 khoản 1 tells drafting and submitting from any other concrete job, and a due date means
another thing for each. It is kept beside the task for reports; no state depends on it.
"""

from __future__ import annotations

import re
from typing import Final

from mappings.texts import fold_accents_kept
from tracking.events import Asks

_DRAFT: Final = re.compile(r"\b(?:tham mưu|soạn thảo|dự thảo)\b")
#: "trình" as a verb; in chương trình, quy trình, trình tự, trình độ it is part of a noun. What must not stand
#: before a word is asked after it: an expression that begins with plain letters is found many times faster.
_SUBMIT: Final = re.compile(
    r"trình\b(?<!\wtrình)(?<!chương trình)(?<!công trình)(?<!giáo trình)(?<!hành trình)(?<!lộ trình)"
    r"(?<!phương trình)(?<!quá trình)(?<!quy trình)(?<!thuyết trình)(?<!tiến trình)(?! bày| diễn| độ| tự)"
)
#: "báo cáo" as what is to be done; after theo, tại, nội dung it is somebody's document.
_REPORT: Final = re.compile(
    r"báo cáo\b(?<!\wbáo cáo)(?<!theo báo cáo)(?<!tại báo cáo)(?<!nội dung báo cáo)(?<!chế độ báo cáo)"
)


def asks_of(content: str, product: str, *, dated: bool) -> Asks:
    """What `content` and `product` (cells as written) ask for; "" where they say nothing and no day is set."""
    words = fold_accents_kept(f"{content} ; {product}")
    if _SUBMIT.search(words) or (("mưu" in words or "thảo" in words) and _DRAFT.search(words)):
        return "submit"
    if _REPORT.search(words):
        return "report"
    return "finish" if dated else ""
