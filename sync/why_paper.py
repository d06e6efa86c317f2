"""What keeps a directive from becoming tasks: not read, not mapped, out of scope, or returned to its drafter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from connector.records import Kind
from mappings.words import clock_words
from store.identities import KnownDocument
from sync.holding import COPY
from sync.why_causes import Cause, Look
from sync.why_task import lane_causes


def paper_causes(look: Look, directive: str, *, has_tasks: bool) -> list[Cause]:
    """Causes that belong to the directive itself, whatever becomes of its tasks."""
    causes = [
        *look.held_under(f"directive:{directive}", f"{COPY}{directive}"),
        *_record(look, directive, has_tasks=has_tasks),
        *_returned(look, directive),
        *lane_causes(look, f"document:{directive}"),
    ]
    return [*causes, *_letters(look, directive)]


def _record(look: Look, directive: str, *, has_tasks: bool) -> Iterator[Cause]:
    envelope = look.places.inbox.latest(look.site, Kind.DOCUMENT.value, [directive]).get(directive)
    if envelope is None:
        return
    facts = {"seen_at": envelope.seen_at, "inbox": envelope.state, "reason": envelope.reason}
    if envelope.state == "new":
        yield Cause(
            code="record_waits",
            vi=f"Văn bản đã đọc lúc {clock_words(envelope.seen_at)} nhưng chưa được chuyển thành nhiệm vụ.",
            en="The directive was read and waits to be mapped (units are read first).",
            do_vi="Lượt chạy kế tiếp sẽ xử lý.",
            do_en="The next pass maps it; if not, see whether the unit list can be read.",
            facts=facts,
        )
    elif envelope.state == "held":
        yield Cause(
            code="record_held",
            vi=f"Văn bản không xử lý được: {envelope.reason}",
            en=f"The directive could not be mapped: {envelope.reason}",
            do_vi="Báo quản trị hệ thống; sau khi sửa, cho chạy lại.",
            do_en="After mending the cause: `tdcd dead list`, then `tdcd dead replay NUMBER`.",
            facts=facts,
        )
    elif envelope.state == "skipped" and (copy := look.places.identities.of(look.site, directive)):
        yield _copy(copy, facts)
    elif envelope.state == "skipped" and not has_tasks:
        yield Cause(
            code="out_of_scope",
            vi=f"Văn bản không thuộc diện theo dõi: {envelope.reason}.",
            en=f"The directive is out of scope: {envelope.reason}.",
            do_vi="Nếu phải theo dõi, kiểm tra loại văn bản, cơ quan ban hành và trạng thái phát hành.",
            do_en="If it should be tracked, look at its type, issuer and state (`tdcd rules show`).",
            facts=facts,
        )


def _copy(copy: KnownDocument, facts: dict[str, Any]) -> Cause:
    return Cause(
        code="known_elsewhere",
        vi=f"Văn bản được theo dõi ở hệ thống {copy.owner_site}, nơi cơ quan ban hành phát hành; ở đây là bản nhận.",
        en=f"The directive is tracked at {copy.owner_site}, where its issuer issues; this site shows a copy.",
        do_vi=f"Xem nhiệm vụ ở hệ thống {copy.owner_site}.",
        do_en=f"Look there: `tdcd why --site {copy.owner_site} {copy.owner_document or copy.number}`.",
        facts={**facts, "site": copy.owner_site, "document": copy.owner_document},
    )


def _returned(look: Look, directive: str) -> Iterator[Cause]:
    findings = look.places.findings.of(look.site, [directive])
    if findings:
        first = findings[0]
        yield Cause(
            code="returned_rows",
            vi=f"{len(findings)} chỗ trong bảng phân công đã trả lại người soạn thảo; {first.place}: {first.sentence}",
            en=f"{len(findings)} places of the table were returned to the drafter; the first: {first.problem}.",
            do_vi=first.remedy,
            do_en="The drafter mends the table in the document; it is read again by itself.",
            facts={"places": [finding.place for finding in findings]},
        )


def _letters(look: Look, directive: str) -> Iterator[Cause]:
    for letter in look.places.dead_letters.open(look.site):
        context = orjson.loads(letter.context)
        if context.get("directive") == directive and not context.get("task"):
            yield Cause(
                code="dead_record" if letter.stage == "map" else "dead_write",
                vi=f"Đã dừng hẳn sau {letter.attempts} lần thử: {letter.error}",
                en=f"Given up after {letter.attempts} attempts at stage {letter.stage}: {letter.error}",
                do_vi="Xử lý nguyên nhân rồi cho chạy lại.",
                do_en=f"Mend the cause, then `tdcd dead replay {letter.id}`.",
                facts={"number": letter.id, "payload": letter.payload, "since": letter.since},
            )
