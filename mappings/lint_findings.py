"""One finding about one row of an assignment table: where it stands, what is wrong, what to change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal

from mappings.assignment_returns import origin_of
from mappings.assignment_rows import RowCells
from mappings.lint_checks import CHECKS, Check, Severity
from mappings.texts import collapse
from tracking.events import Origin

Field = Literal["content", "lead", "coordinators", "deadline", "product", "officer"]

#: How the columns are called where people read about them.
COLUMNS: Final[Mapping[Field, str]] = MappingProxyType(
    {
        "content": "Nội dung công việc",
        "lead": "Cơ quan chủ trì",
        "coordinators": "Cơ quan phối hợp",
        "deadline": "Thời hạn",
        "product": "Sản phẩm",
        "officer": "Chuyên viên theo dõi",
    }
)
_SHOWN: Final = 120


@dataclass(frozen=True, slots=True)
class Finding:
    """What a person should change in one cell.

    `code` names the check (`lint_checks.CHECKS`), `text` is what the finding is about (the
    cell shortened, or the unit and day that are crowded) and tells whether a finding is the
    same as before; `sentence` and `remedy` are Vietnamese. With severity "must" the row is
    not fit to be tracked under the regulation, with "should" it is tracked all the same.
    """

    code: str
    origin: Origin
    field: Field
    text: str
    sentence: str
    remedy: str
    severity: Severity

    def __post_init__(self) -> None:
        if self.code not in CHECKS:
            raise ValueError(f"there is no check {self.code}; list it in lint_checks.CHECKS")

    @property
    def check(self) -> Check:
        """The check behind the finding, with its requirement rows and its reading."""
        return CHECKS[self.code]

    def as_answer(self) -> dict[str, Any]:
        """Plain values for the dry-run tools."""
        return {
            "code": self.code,
            "clear": f"rõ {self.check.clear}",
            "severity": self.severity,
            "field": self.field,
            "text": self.text,
            "sentence": self.sentence,
            "remedy": self.remedy,
            "requirements": list(self.check.requirements),
        }


def shown(text: str) -> str:
    """A cell on one line, cut between words so that a comment stays short."""
    text = collapse(text)
    if len(text) <= _SHOWN:
        return text
    return text[: _SHOWN - 1].rsplit(" ", 1)[0].rstrip(" ,;.") + "…"


def told(
    code: str,
    row: RowCells,
    field: Field,
    text: str,
    sentence: str,
    remedy: str,
    *,
    severity: Severity | None = None,
) -> Finding:
    """A finding about one cell of `row`, as grave as its check usually is."""
    grave = severity or CHECKS[code].severity
    return Finding(code, origin_of(row), field, shown(text), sentence, remedy, grave)
