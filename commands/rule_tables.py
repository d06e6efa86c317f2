"""The tables in which a lawyer reads a regulation: choices, limits and the status table, with their articles."""

from __future__ import annotations

from datetime import date
from typing import Any

from tracking.limits import Limit, Limits, RecurringLimit
from tracking.profile import Profile
from tracking.profile_parts import Cited
from tracking.rulebook import StatusRule

Row = dict[str, Any]

#: Facts and their values as a lawyer says them.
_WORDS: dict[str, dict[str, str]] = {
    "closing": {
        "none": "chưa kết thúc",
        "ended": "Văn phòng kết thúc",
        "recalled": "văn bản bị thu hồi",
        "superseded": "chuyển sang nhiệm vụ khác",
    },
    "decision": {
        "none": "chưa duyệt, chưa từ chối",
        "approved_before_due": "duyệt trong hạn",
        "approved_after_due": "duyệt sau hạn",
        "rejected_before_due": "từ chối trong hạn",
        "rejected_after_due": "từ chối sau hạn",
    },
    "submitted": {"none": "chưa gửi kết quả", "on_time": "gửi trong hạn", "late": "gửi sau hạn"},
    "progress": {"none": "chưa cập nhật tiến độ", "reported": "đã cập nhật tiến độ"},
    "due": {"none": "không có hạn", "ahead": "còn hạn", "near": "đến hạn", "past": "quá hạn"},
    "returned": {"no": "không chuyển trả", "yes": "đang chuyển trả"},
    "kind": {"directive": "việc giao xuống", "upward": "cấp trên giao", "petition": "tờ trình của đơn vị"},
}
_BASIS = {"text": "quy chế nói rõ", "inferred": "suy ra", "silent": "quy chế không nói", "": ""}
#: Headings of the printed tables; JSON keeps the keys.
_HEADINGS = {
    "no": "thứ tự",
    "rule": "dòng",
    "key": "khóa",
    "limit": "thời hạn",
    "party": "bên",
    "within": "trong vòng",
    "when_words": "khi",
    "chosen": "lựa chọn",
    "text": "hiển thị",
    "family": "nhóm",
    "consequence": "hệ quả",
    "article": "điều khoản",
    "basis": "căn cứ",
    "reading": "cách hiểu",
    "given": "chỉ khi chọn",
    "stands": "đang áp dụng",
}

_CITATION = ("source", "basis", "reading")


def choice_rows(profile: Profile) -> list[Row]:
    """Every key outside limits and status: what was chosen, by which article, and how a silence is read."""
    parts = ((key, getattr(profile, key)) for key in type(profile).model_fields)
    return [_cited(key, part) for key, part in parts if isinstance(part, Cited)]


def limit_rows(profile: Profile) -> list[Row]:
    """The limit of every party; a limit that the regulation does not set is listed as such."""
    rows = []
    for key in Limits.model_fields:
        limit = getattr(profile.limits, key)
        if key != "recurring":
            rows.append(_limit(key, limit))
    rows += [_recurring(limit) for limit in profile.limits.recurring]
    return rows


def status_rows(profile: Profile) -> list[Row]:
    """The status table, in the order in which it is read; the first row that matches decides."""
    standing = {rule.id for rule in profile.rules}
    return [
        _status(number, rule, stands=rule.id in standing) for number, rule in enumerate(profile.status, 1)
    ]


def printed(rows: list[Row]) -> list[Row]:
    """Rows for people: headings in Vietnamese, and no column that says the same nothing throughout."""
    told = [name for name in _HEADINGS if any(row.get(name) not in ("", None, True) for row in rows)]
    return [{_HEADINGS[name]: _printed(name, row[name]) for name in told if name in row} for row in rows]


def _printed(name: str, value: Any) -> Any:
    if name == "basis":
        return _BASIS[value]
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, dict):
        return {key: part for key, part in value.items() if part not in ([], None, "")}
    return value


def _when_words(rule: StatusRule) -> str:
    """`gửi trong hạn; từ chối trong hạn hoặc từ chối sau hạn`; a row without conditions takes what is left."""
    told = (" hoặc ".join(_WORDS[fact][value] for value in values) for fact, values in rule.when.items())
    return "; ".join(told) or "mọi trường hợp còn lại"


def _cited(key: str, part: Cited) -> Row:
    chosen = {name: value for name, value in part.model_dump().items() if name not in _CITATION}
    return {"key": key, "chosen": _plain(chosen), **_citation(part)}


def _citation(part: Cited) -> Row:
    return {"article": part.source, "basis": part.basis, "reading": part.reading}


def _limit(key: str, limit: Limit | None) -> Row:
    if limit is None:
        return {
            "limit": key,
            "party": "",
            "within": "không quy định",
            "article": "",
            "basis": "",
            "reading": "",
        }
    if limit.calendar_days is not None:
        within = f"{limit.calendar_days} calendar days"
    else:
        within = f"{limit.working_days} working days"
    cutoff = f", after {limit.cutoff:%H:%M:%S} the next working day" if limit.cutoff else ""
    tasks = "" if limit.tasks == "all" else f", {limit.tasks} tasks"
    return {
        "limit": key,
        "party": limit.party,
        "within": f"{within} from {limit.runs_from}{cutoff}{tasks}",
        **_citation(limit),
    }


def _recurring(limit: RecurringLimit) -> Row:
    weekday = f", weekday {limit.weekday} (1 is Monday)" if limit.weekday else ""
    hour = f", until {limit.at:%H:%M:%S}" if limit.at else ""
    tasks = "" if limit.tasks == "all" else f", {limit.tasks} tasks"
    return {
        "limit": "recurring",
        "party": limit.party,
        "within": f"every {limit.every}{weekday}{hour}{tasks}; on a day off: {limit.on_day_off}",
        **_citation(limit),
    }


def _status(number: int, rule: StatusRule, *, stands: bool) -> Row:
    return {
        "no": number,
        "rule": rule.id,
        "when": {fact: " | ".join(values) for fact, values in rule.when.items()} or "always",
        "when_words": _when_words(rule),
        "text": [rule.text, rule.second_text] if rule.second_text else rule.text,
        "family": rule.family.value,
        "consequence": rule.consequence,
        "article": rule.article,
        "basis": rule.basis,
        "reading": rule.reading,
        "given": _plain(dict(rule.given)) or "",
        "stands": stands,
    }


def _plain(values: Row) -> Row:
    return {
        name: value.isoformat()
        if isinstance(value, date)
        else list(value)
        if isinstance(value, tuple)
        else value
        for name, value in values.items()
    }
