"""What reading a deadline phrase comes to, and the sentences that say why a person is asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Any, Final, Literal

from frozen import quickly_made

#: Kinds with one due day; the others carry none.
DATED: Final = frozenset({"date", "end_of_month", "end_of_quarter", "end_of_year", "range", "relative_days"})
#: Kinds that come back: a report period (LC-09), with the next day where the rule names one.
PERIODIC: Final = ("weekly", "monthly", "quarterly", "half_year", "yearly")

Confidence = Literal["sure", "asks"]


@quickly_made
@dataclass(frozen=True, slots=True)
class Deadline:
    """One deadline cell as read.

    `kind` is date, end_of_month, end_of_quarter, end_of_year, range, relative_days,
    relative_working_days, weekly, monthly, quarterly, half_year, yearly, ongoing,
    by_event, none or unclear. `due` is the last day (Asia/Ho_Chi_Minh), of what comes
    back the first one after the issue, `at` the hour on it. With `asks` a `due` is only
    a proposal for the person who is asked (`why`, in Vietnamese) and is never used as
    the due date. `phrase` is verbatim; `rule` says how the day came about.
    `due_inclusive` is X itself for “trước ngày X” whatever the site made of it, and
    `due` for everything else.
    """

    kind: str
    due: date | None
    at: time | None
    confidence: Confidence
    phrase: str
    rule: str = ""
    why: str = ""
    due_inclusive: date | None = None

    def __post_init__(self) -> None:
        if self.due_inclusive is None and self.due is not None:
            object.__setattr__(self, "due_inclusive", self.due)

    @property
    def once(self) -> date | None:
        """The day on which the task itself ends; None where only a report comes back or a person is asked."""
        return self.due if self.confidence == "sure" and self.kind not in PERIODIC else None


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
WHY_NEXT_YEAR: Final = "thiếu năm, kỳ này sắp hết: chưa rõ là năm nay hay năm sau"
WHY_MONTH_OR_WEEKDAY: Final = "“T” kèm số có thể là tháng hoặc thứ trong tuần"
WHY_DECIMAL: Final = "hai số ngăn bởi dấu chấm hoặc gạch ngang: chưa chắc là ngày và tháng"
WHY_THIS_PERIOD: Final = "chưa ghi rõ tháng, quý hoặc năm nào"
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
WHY_LUNAR: Final = "ngày âm lịch hoặc ngày lễ, Tết: cần ghi ngày dương lịch"
WHY_WEEK_OF_MONTH: Final = "tuần trong tháng chưa rõ tính từ ngày nào đến ngày nào"
WHY_SCHEDULE: Final = "thời hạn theo tiến độ, kế hoạch hoặc quy định khác, chưa có ngày"
WHY_WHICH_WEEK: Final = "chỉ có thứ trong tuần, chưa rõ tuần nào"
WHY_TWO_WAYS: Final = "có thể là một ngày hoặc hai ngày liền nhau"
WHY_HALF_OF_DAY: Final = "chưa rõ giờ buổi sáng hay buổi tối"
WHY_SWAPPED: Final = "ô ngày của bảng tính có thể bị đảo ngày và tháng"
WHY_CELL_DIFFERS: Final = "ngày hiển thị khác ngày lưu trong ô của bảng tính"


def deadline_answer(read: Deadline) -> dict[str, Any]:
    """A deadline in plain values; `time` as "15:00", days as dates."""
    return {
        "kind": read.kind,
        "due": read.due,
        "time": _hour(read.at),
        "rule": read.rule,
        "confidence": read.confidence,
        "due_inclusive": read.due_inclusive,
        "why": read.why,
    }


def _hour(at: time | None) -> str | None:
    return f"{at:%H:%M}" if at is not None else None
