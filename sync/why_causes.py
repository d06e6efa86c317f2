"""One cause of standing still: what it is, and what to do about it, for a clerk and for an administrator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from config.profile_files import ProfileShelf
from mappings.words import clock_words
from store.holds import Hold
from store.places import Places
from sync.holding import plan_behind
from tracking.calendar import WorkingCalendar

#: Causes in the order in which they must be removed.
ORDER = (
    "no_process",
    "hold",
    "resting",
    "away",
    "stale",
    "work_not_shown",
    "dead_record",
    "record_held",
    "record_waits",
    "known_elsewhere",
    "out_of_scope",
    "returned_rows",
    "write_held",
    "write_unknown",
    "write_waits",
    "write_next",
    "dead_write",
    "owed_late",
    "owed",
    "time",
    "ended",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """`vi` and `en` say what stands in the way, `do_vi` and `do_en` what to do; `facts` are its figures."""

    code: str
    vi: str
    en: str
    do_vi: str = ""
    do_en: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def rank(self) -> int:
        """Smaller is removed first."""
        return ORDER.index(self.code) if self.code in ORDER else len(ORDER)

    def shared_by(self, tasks: Sequence[str]) -> Cause:
        """The same cause, told once for several tasks."""
        if len(tasks) == 1:
            return replace(self, facts={**self.facts, "tasks": list(tasks)})
        more_vi, more_en = f"{len(tasks)} nhiệm vụ; ví dụ:", f"{len(tasks)} tasks; for example:"
        facts = {**self.facts, "tasks": list(tasks)}
        return replace(self, vi=f"{more_vi} {self.vi}", en=f"{more_en} {self.en}", facts=facts)


@dataclass(frozen=True, slots=True)
class Look:
    """Where an answer is looked for: one site's places at one moment (aware), its rules and calendar."""

    places: Places
    site: str
    now: datetime
    profiles: ProfileShelf
    calendar: WorkingCalendar

    def held_under(self, *scopes: str) -> list[Cause]:
        """A cause for every open hold of these scopes, or of a part of them (`unit:7:drift` of `unit:7`)."""
        return [
            self.held(one)
            for one in self.places.holds.open(self.site)
            if any(one.scope == scope or one.scope.startswith(f"{scope}:") for scope in scopes)
        ]

    def held(self, hold: Hold) -> Cause:
        """A hold, in its own words: they were written for a clerk."""
        return _held(hold, self.now, plan_behind(self.places, self.site, hold.scope)[:12])


def _held(hold: Hold, now: datetime, plan: str) -> Cause:
    hours = (now - hold.since).total_seconds() / 3600
    let_go = f"tdcd plan show {plan}, then tdcd plan apply {plan}" if plan else f"tdcd release {hold.scope}"
    return Cause(
        code="hold",
        vi=f"Đang tạm dừng từ {clock_words(hold.since)}: {hold.reason} {hold.cost}",
        en=f"Held for {hours:.1f} hours ({hold.scope}).",
        do_vi=f"Người được gỡ: {hold.releaser or 'quản trị hệ thống'}.",
        do_en=f"After a look: {let_go} --by NAME",
        facts={
            "scope": hold.scope,
            "since": hold.since,
            "hours": round(hours, 1),
            "safe": hold.safe,
            "plan": plan,
        },
    )


def healthy(subject: str) -> Cause:
    """Nothing stands in the way."""
    return Cause(
        code="nothing",
        vi=f"Không có gì cản trở {subject}: mọi thứ đã đọc, đã quyết định và đã ghi.",
        en=f"Nothing stands in the way of {subject}: everything was read, decided and written.",
    )


def no_such_thing(look: Look, name: str) -> Cause:
    """Nothing is known by this name; it may be classified, and that is all that may be said."""
    secret = look.places.inbox.classified_count(look.site)
    return Cause(
        code="unknown",
        vi=f"Sổ theo dõi chưa có gì mang tên {name}.",
        en=f"Nothing is known by the name {name}.",
        do_vi=f"Kiểm tra lại số ký hiệu; {secret} văn bản mật không được theo dõi và không được nêu tên.",
        do_en=f"Check the name; {secret} classified documents are not tracked and never named.",
        facts={"classified_skipped": secret},
    )
