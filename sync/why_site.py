"""What stops a whole site: nobody works on it, a person or a brake stopped it, it is away or silent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from mappings.words import clock_words
from store.leases import Lease
from sync.push_standing import LOGIN, standing_of
from sync.staleness import freshness
from sync.unseen_work import UNSEEN_EN, UNSEEN_VI, unseen
from sync.why_causes import Cause, Look

#: Without a daemon, what was read so long ago is not being kept up by hand either.
UNATTENDED = timedelta(minutes=10)


def site_causes(look: Look, *, whole: bool = False) -> list[Cause]:
    """What stands in the way of everything at this site; `whole`: also what stands in lists, and every hold."""
    causes = [*_process(look), *_holds(look, whole=whole), *_resting(look), *_stale(look), *_unseen(look)]
    return [*causes, *_lists(look)] if whole else causes


def site_facts(look: Look) -> dict[str, Any]:
    """The figures of a site; of classified documents only how many."""
    places, fresh = look.places, freshness(look.places, look.site, look.now)
    return {
        "complete_to": fresh.complete_to,
        "outbox": places.outbox.counts(look.site),
        "dead_letters": len(places.dead_letters.open(look.site)),
        "returned_rows": places.findings.count(look.site),
        "classified_skipped": places.inbox.classified_count(look.site),
        "daemon": _owner(look),
    }


def _owner(look: Look) -> str:
    lease = _lease(look)
    return f"running ({lease.owner})" if lease is not None else "not running"


def _lease(look: Look) -> Lease | None:
    """Who works on this ledger now."""
    holder = look.places.leases.holder("daemon")
    return holder if holder is not None and holder.owner and holder.expires_at > look.now else None


def _process(look: Look) -> Iterator[Cause]:
    read = freshness(look.places, look.site, look.now).complete_to
    if _lease(look) is not None or (read is not None and look.now - read < UNATTENDED):
        return
    since_vi = f"lần đọc trọn vẹn gần nhất: {clock_words(read)}" if read else "chưa đọc lần nào"
    since_en = f"last read completely at {read.isoformat(timespec='minutes')}" if read else "never read"
    yield Cause(
        code="no_process",
        vi=f"Không có tiến trình tdcd nào đang chạy ({since_vi}).",
        en=f"No tdcd process is running ({since_en}).",
        do_vi="Khởi động lại dịch vụ tdcd.",
        do_en="Start the service (`tdcd run`), or run `tdcd sync` once.",
        facts={"complete_to": read},
    )


def _holds(look: Look, *, whole: bool) -> Iterator[Cause]:
    stops = look.places.holds.open(look.site) if whole else look.places.holds.stops_site(look.site)
    told = {one.scope for one in stops}
    login = [one for one in look.places.holds.open(look.site) if one.scope == LOGIN and LOGIN not in told]
    for one in (*stops, *login):
        yield look.held(one)


def _resting(look: Look) -> Iterator[Cause]:
    standing = standing_of(look.places, look.site)
    if standing.away:
        yield Cause(
            code="away",
            vi=f"Hệ thống văn bản không nhận thao tác ghi trong {standing.away} lượt liền.",
            en=f"The document system took no write in {standing.away} passes in a row.",
            do_vi="Kiểm tra hệ thống văn bản và đường truyền; mỗi lượt tự thử lại một thao tác.",
            do_en="See whether it answers (`tdcd doctor`); each pass tries one write, the first success wakes all.",
            facts={"passes": standing.away},
        )
    if standing.rest_until is None or standing.rest_until <= look.now or standing.auth:
        return
    yield Cause(
        code="resting",
        vi=f"Hệ thống văn bản yêu cầu tạm ngừng gửi đến {clock_words(standing.rest_until)}.",
        en=f"The document system asked not to be written to until {standing.rest_until.isoformat(timespec='seconds')}.",
        do_vi="Không cần làm gì; việc ghi tự tiếp tục sau giờ đó.",
        do_en="Nothing to do; writing goes on by itself afterwards.",
        facts={"rest_until": standing.rest_until},
    )


def _stale(look: Look) -> Iterator[Cause]:
    fresh = freshness(look.places, look.site, look.now)
    if not fresh.stale or fresh.complete_to is None:
        return
    yield Cause(
        code="stale",
        vi=f"Chưa đọc lại được hệ thống văn bản từ {clock_words(fresh.complete_to)};"
        " không ai bị tính quá hạn sau giờ đó.",
        en=f"The document system was last read completely at {fresh.complete_to.isoformat(timespec='minutes')};"
        " nobody is called late by what was not read.",
        do_vi="Kiểm tra hệ thống văn bản và đường truyền.",
        do_en="See whether the document system answers: `tdcd doctor`.",
        facts={"complete_to": fresh.complete_to},
    )


def _unseen(look: Look) -> Iterator[Cause]:
    if unseen(look.places, look.site):
        yield Cause(
            code="work_not_shown",
            vi=UNSEEN_VI,
            en=UNSEEN_EN,
            do_vi="Khai địa chỉ có công việc của hệ thống này trong [site.work]; hoặc xem tiến độ ở nơi đơn vị xử lý.",
            do_en="Name the address of its work items under [site.work], or look where the units work.",
        )


def _lists(look: Look) -> Iterator[Cause]:
    letters = look.places.dead_letters.open(look.site)
    if letters:
        yield Cause(
            code="dead_write",
            vi=f"{len(letters)} mục đã dừng hẳn sau nhiều lần thử; mục đầu: {letters[0].error}",
            en=f"{len(letters)} items were given up; the first: {letters[0].error}",
            do_vi="Xem và xử lý nguyên nhân, rồi cho chạy lại.",
            do_en="`tdcd dead list`, mend the cause, then `tdcd dead replay --all`.",
            facts={"numbers": [letter.id for letter in letters[:20]], "oldest": letters[0].since},
        )
    rows = look.places.findings.count(look.site)
    if rows:
        yield Cause(
            code="returned_rows",
            vi=f"{rows} dòng trong bảng phân công đã trả lại người soạn thảo và chưa được sửa.",
            en=f"{rows} rows of assignment tables were returned to their drafters and stand unmended.",
            do_vi="Người soạn thảo sửa bảng trong văn bản.",
            do_en="The drafters correct the tables in the documents.",
        )
