"""What reading a deadline phrase comes to, and the sentences that say why a person is asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Final, Literal

#: Kinds with one due day; the others carry none.
DATED: Final = frozenset({"date", "end_of_month", "end_of_quarter", "end_of_year", "range", "relative_days"})
#: Kinds that come back: no due day, but a report period (LC-09).
PERIODIC: Final = ("weekly", "monthly", "quarterly", "half_year", "yearly")

Confidence = Literal["sure", "asks"]


@dataclass(frozen=True, slots=True)
class Deadline:
    """One deadline cell as read.

    `kind` is date, end_of_month, end_of_quarter, end_of_year, range, relative_days,
    relative_working_days, weekly, monthly, quarterly, half_year, yearly, ongoing,
    none or unclear. `due` is the last day (Asia/Ho_Chi_Minh), `at` the hour on it.
    With `asks` a `due` is only a proposal for the person who is asked (`why`, in
    Vietnamese) and is never used as the due date. `phrase` is verbatim; `rule` says
    how the day came about.
    """

    kind: str
    due: date | None
    at: time | None
    confidence: Confidence
    phrase: str
    rule: str = ""
    why: str = ""


WHY_UNKNOWN_WORDS: Final = "cụm từ có chữ chưa hiểu được"
WHY_NOT_UNDERSTOOD: Final = "chưa hiểu được cụm từ chỉ thời hạn"
WHY_SEVERAL: Final = "một ô có nhiều mốc thời hạn"
WHY_EVENT: Final = "thời hạn phụ thuộc một sự kiện, chưa có ngày"
WHY_OPEN_END: Final = "chỉ có ngày bắt đầu hoặc vừa có mốc vừa thường xuyên, không rõ ngày kết thúc"
WHY_TENTATIVE: Final = "thời hạn mới là dự kiến hoặc có điều kiện"
WHY_ALTERNATIVE: Final = "thời hạn có lựa chọn “hoặc”"
WHY_IMPOSSIBLE: Final = "ngày, tháng hoặc giờ không có thật"
WHY_YEAR: Final = "năm nằm ngoài khoảng 2000–2099"
WHY_NO_ISSUE: Final = "thiếu năm mà chưa biết ngày ban hành"
WHY_FAR: Final = "thiếu năm, ngày gần nhất sau ngày ban hành lại quá xa"
WHY_PAST: Final = "thời hạn trước ngày ban hành"
WHY_TOO_LATE: Final = "thời hạn cách ngày ban hành quá xa"
WHY_WEEKDAY: Final = "thứ trong tuần không khớp với ngày"
WHY_BEFORE_PERIOD: Final = "“trước” một tháng, quý hoặc năm: chưa rõ tính đến ngày nào"
WHY_BACKWARDS: Final = "ngày kết thúc trước ngày bắt đầu"
WHY_HOUR_BEFORE: Final = "“trước ngày” kèm giờ: chưa rõ hạn là ngày nào"
WHY_WITH_LENGTH: Final = "vừa có mốc vừa có số ngày"
WHY_NO_START: Final = "số ngày chưa rõ tính từ ngày nào"
WHY_WORKING_DAYS: Final = "số ngày làm việc: cần ghi rõ ngày đến hạn"
WHY_POINTER: Final = "thời hạn ghi ở chỗ khác"
WHY_PERIOD_AND_DATE: Final = "vừa định kỳ vừa có mốc cụ thể"
WHY_VAGUE: Final = "“đầu kỳ” không phải một ngày cụ thể"
WHY_SWAPPED: Final = "ô ngày của bảng tính có thể bị đảo ngày và tháng"
WHY_CELL_DIFFERS: Final = "ngày hiển thị khác ngày lưu trong ô của bảng tính"
