"""The scenario `first-days`: what units and the Office do in the days after work was given.

Every decision is drawn from the seed and the work item's own name, so that the
same jobs see the same people's actions whatever order they are met in.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sandbox import catalogues
from sandbox.client import Person, Wire
from sandbox.dialect import nfc
from sandbox.evidence import report_file
from sandbox.roster import Actor, Roster, chosen

#: How often something happens; a scenario file may override each.
SHARES: Final[dict[str, float]] = {
    "untouched": 0.08,
    "returned": 0.06,
    "handed_in": 0.38,
    "extension": 0.16,
    "progress": 0.34,
    "difficulty": 0.08,
    "approved": 0.72,
    "consented": 0.62,
    "recall": 1.0,
}
_LEADING: Final = ("Xử lý chính", "Chủ trì")
_PAGE: Final = 50
_PROGRESS: Final = (
    "Đã phân công phòng chuyên môn, đang tổng hợp số liệu.",
    "Đã có văn bản gửi các đơn vị phối hợp, dự kiến xong trong tuần tới.",
    "Đã hoàn thành dự thảo, đang lấy ý kiến.",
)
_EXTENSION_REASONS: Final = (
    "cần thêm thời gian lấy ý kiến các đơn vị phối hợp",
    "số liệu của cấp xã gửi về chậm",
    "phải chờ hướng dẫn của Bộ chuyên ngành",
)
_RETURN_REASONS: Final = (
    "Nội dung không thuộc chức năng của đơn vị, đề nghị Văn phòng chuyển cơ quan khác.",
    "Nhiệm vụ trùng với nhiệm vụ đã giao, đề nghị điều chỉnh.",
)
_DIFFICULTIES: Final = ("Chưa được bố trí kinh phí thực hiện.", "Đơn vị phối hợp chưa cung cấp số liệu.")
_REJECTIONS: Final = (
    "Báo cáo chưa có số liệu cụ thể, đề nghị bổ sung.",
    "Thiếu văn bản có chữ ký của lãnh đạo.",
)
_APPROVAL: Final = "Kết quả đạt yêu cầu."
_REFUSAL: Final = "Lý do chưa chính đáng, đề nghị thực hiện đúng hạn."


@dataclass(frozen=True, slots=True)
class _Work:
    """A line a unit leads, as its person sees it."""

    job: str
    line: str
    name: str
    rng: random.Random


@dataclass(frozen=True, slots=True)
class _Pending:
    """What the Office has to answer; `until` is the day asked for, empty for a result."""

    job: str
    drafter: str
    until: str
    rng: random.Random


class FirstDays:
    """One run; `play` answers how often each action was taken."""

    def __init__(self, roster: Roster, seed: int, shares: dict[str, float]) -> None:
        self._roster = roster
        self._seed = seed
        self._shares = SHARES | shares
        self._counts: Counter[str] = Counter()
        self._pending: list[_Pending] = []
        self._documents: dict[int, str] = {}
        wire = Wire(roster.url)
        self._today = datetime.fromisoformat(wire.json("GET", "/__sandbox__/clock")["now"])
        wire.close()

    def play(self) -> dict[str, int]:
        """Units first, then the Office, then one recall."""
        for unit_id, actors in self._roster.answering_units().items():
            actor = chosen(random.Random(f"{self._seed}/unit/{unit_id}"), actors)
            for work in self._untouched(actor):
                self._act(actor, work)
        for pending in self._pending:
            self._answer(pending)
        if self._shares["recall"] > 0:
            self._recall_one()
        return dict(sorted(self._counts.items()))

    def _untouched(self, actor: Actor) -> list[_Work]:
        """Lines that the unit leads and on which nobody of the unit has acted yet."""
        person = self._roster.person(actor)
        found = []
        for row in _received(person):
            flow = person.get(f"job/getlistjobflow/{row['id']}") if row["vaitro"] in _LEADING else None
            if flow is not None and not any(
                entry["nxlId"] == row["nxlId"] and _by_unit(entry) for entry in flow
            ):
                name = nfc(row["name"])
                found.append(
                    _Work(
                        row["id"], row["nxlId"], name, random.Random(f"{self._seed}/{name}/{actor.unit_id}")
                    )
                )
        return found

    def _act(self, actor: Actor, work: _Work) -> None:
        """One unit, one work item: leave it, send it back, or take it and perhaps go on."""
        draw = work.rng.random()
        if draw < self._shares["untouched"]:
            self._counts["left_untouched"] += 1
            return
        if draw < self._shares["untouched"] + self._shares["returned"]:
            self._report(actor, work, catalogues.SEND_BACK, work.rng.choice(_RETURN_REASONS), "returned")
            return
        self._report(actor, work, catalogues.TAKEN, "", "taken")
        self._go_on(actor, work, work.rng.random())

    def _go_on(self, actor: Actor, work: _Work, draw: float) -> None:
        shares, rng = self._shares, work.rng
        if draw < shares["handed_in"]:
            self._hand_in(actor, work)
        elif draw < shares["handed_in"] + shares["extension"]:
            until = (self._today + timedelta(days=rng.randint(10, 40))).strftime("%d/%m/%Y")
            comment = f"đến ngày {until}: {rng.choice(_EXTENSION_REASONS)}"
            self._report(actor, work, catalogues.ASK_EXTENSION, comment, "extension_asked")
            self._await_office(actor, work, until)
        elif draw < shares["handed_in"] + shares["extension"] + shares["progress"]:
            self._report(actor, work, catalogues.DOING, rng.choice(_PROGRESS), "progress_reported")
        elif draw < shares["handed_in"] + shares["extension"] + shares["progress"] + shares["difficulty"]:
            self._report(actor, work, catalogues.DIFFICULTY, rng.choice(_DIFFICULTIES), "difficulty_reported")

    def _hand_in(self, actor: Actor, work: _Work) -> None:
        person = self._roster.person(actor)
        content = report_file(actor.unit_name, work.name, self._today.strftime("%d/%m/%Y"))
        files = person.upload((f"Báo cáo kết quả {work.job}.docx", content))
        comment = "Trình kết quả thực hiện nhiệm vụ."
        self._report(actor, work, catalogues.HAND_IN, comment, "result_handed_in", files)
        self._await_office(actor, work, "")

    def _report(
        self,
        actor: Actor,
        work: _Work,
        status: int,
        comment: str,
        counted: str,
        files: list[str] | None = None,
    ) -> None:
        body = {
            "id": work.job,
            "nxlId": work.line,
            "status": str(status),
            "comment": comment,
            "files": files or [],
        }
        self._roster.person(actor).post("job/updatestatus", body)
        self._counts[counted] += 1

    def _await_office(self, actor: Actor, work: _Work, until: str) -> None:
        """Remember what the Office has to answer, and who drafted the directive."""
        person = self._roster.person(actor)
        document = person.get(f"job/getdetailjobduocgiao/{work.job}/{work.line}")["docId"]
        drafter = ""
        if document is not None:
            drafter = (
                self._documents.get(document)
                or person.get(f"document/getdetaildocument/{document}")["nguoiSoanThao"]
            )
            self._documents[document] = drafter
        self._pending.append(_Pending(work.job, drafter, until, work.rng))

    def _answer(self, pending: _Pending) -> None:
        reviewer = self._roster.drafter(pending.drafter) or chosen(pending.rng, self._roster.office("leader"))
        if pending.until:
            self._answer_extension(reviewer, pending)
        elif pending.rng.random() < self._shares["approved"]:
            self._evaluate(reviewer, pending, catalogues.APPROVED, _APPROVAL, "result_approved")
        else:
            reason = pending.rng.choice(_REJECTIONS)
            self._evaluate(reviewer, pending, catalogues.REJECTED, reason, "result_rejected")

    def _answer_extension(self, reviewer: Actor, pending: _Pending) -> None:
        if pending.rng.random() < self._shares["consented"]:
            body = {"id": pending.job, "expireDate": pending.until, "comment": "Đồng ý gia hạn."}
            self._roster.person(reviewer).put("job/updatejob", body)
            self._counts["extension_consented"] += 1
        else:
            self._evaluate(reviewer, pending, catalogues.EXTENSION_REFUSED, _REFUSAL, "extension_refused")

    def _evaluate(self, reviewer: Actor, pending: _Pending, code: int, text: str, counted: str) -> None:
        body = {"id": pending.job, "danhGia": str(code), "noiDung": text}
        self._roster.person(reviewer).post("job/evaluatejob", body)
        self._counts[counted] += 1

    def _recall_one(self) -> None:
        """One of the directives met on the way is taken back by a leader of the Office."""
        if not self._documents:
            return
        rng = random.Random(f"{self._seed}/recall")
        leader = self._roster.person(chosen(rng, self._roster.office("leader")))
        leader.get(f"incommingdocument/recoverdocument/{rng.choice(sorted(self._documents))}")
        self._counts["directive_recalled"] += 1


def _received(person: Person) -> Iterator[dict[str, Any]]:
    """Every row of one's list of received work; a short page is the end."""
    number = 1
    while True:
        rows = person.post("job/getlistjobduocgiao", {"pageNo": number, "pageRec": _PAGE, "param": ""})
        yield from rows
        if len(rows) < _PAGE:
            return
        number += 1


def _by_unit(entry: dict[str, Any]) -> bool:
    """An entry that a unit itself made: one of the codes that only people use."""
    code = entry["status"]
    return code.isdigit() and catalogues.HAND_IN <= int(code) <= catalogues.EXPLANATION
