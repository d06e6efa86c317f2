"""The buttons of the page: each turns a form into the call that the app of the real system would send."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sandbox import catalogues
from sandbox.app import Sandbox
from sandbox.calls import Upload
from sandbox.dialect import day
from sandbox.envelope import invalid


@dataclass(frozen=True, slots=True)
class Submitted:
    """What came with a form: texts and files."""

    texts: Mapping[str, str]
    files: Sequence[tuple[str, bytes]] = ()

    def text(self, name: str) -> str:
        """A text field, "" when absent."""
        return self.texts.get(name, "").strip()

    def reason(self) -> str:
        """The text field, which some buttons may not leave empty. Raises Refused."""
        if not self.text("text"):
            raise invalid("Phải nêu rõ nội dung, lý do")
        return self.text("text")

    def due(self) -> str:
        """The date field as `dd/MM/yyyy`. Raises Refused when it is empty."""
        if not self.text("due"):
            raise invalid("Phải chọn thời hạn")
        return day(self.text("due"))


Action = Callable[["_Hand", Submitted], str]


class _Hand:
    """One account acting through the handlers of the API."""

    def __init__(self, sandbox: Sandbox, posting_id: str) -> None:
        self._sandbox = sandbox
        self._posting = posting_id

    def call(
        self, name: str, body: Any = None, args: tuple[str, ...] = (), uploads: tuple[Upload, ...] = ()
    ) -> Any:
        return self._sandbox.perform(name, self._sandbox.call_as(self._posting, body, args, uploads))

    def upload(self, submitted: Submitted) -> list[str]:
        if not submitted.files:
            return []
        ids: list[str] = self.call("file/upload", uploads=tuple(Upload(*part) for part in submitted.files))
        return ids


def act(sandbox: Sandbox, submitted: Submitted) -> str:
    """Carry out the button `do`; what to tell the person. Raises Refused."""
    action = _ACTIONS.get(submitted.text("do"))
    if action is None:
        raise invalid("Không có chức năng này")
    return action(_Hand(sandbox, submitted.text("as")), submitted)


def _status(code: int, told: str, *, needs_reason: bool = False) -> Action:
    def action(hand: _Hand, submitted: Submitted) -> str:
        comment = submitted.reason() if needs_reason else submitted.text("text")
        _report(hand, submitted, str(code), comment)
        return told

    return action


def _report(hand: _Hand, submitted: Submitted, status: str, comment: str) -> None:
    body = {
        "id": submitted.text("job"),
        "nxlId": submitted.text("line"),
        "status": status,
        "comment": comment,
        "files": hand.upload(submitted),
    }
    hand.call("job/updatestatus", body)


def _ask_extension(hand: _Hand, submitted: Submitted) -> str:
    _report(
        hand, submitted, str(catalogues.ASK_EXTENSION), f"đến ngày {submitted.due()}: {submitted.reason()}"
    )
    return "Đã gửi đề nghị gia hạn"


def _say(hand: _Hand, submitted: Submitted) -> str:
    _report(hand, submitted, "", submitted.text("text"))
    return "Đã gửi ý kiến"


def _grade(code: int, told: str, *, needs_reason: bool = False) -> Action:
    def action(hand: _Hand, submitted: Submitted) -> str:
        text = submitted.reason() if needs_reason else submitted.text("text")
        hand.call("job/evaluatejob", {"id": submitted.text("job"), "danhGia": str(code), "noiDung": text})
        return told

    return action


def _consent(hand: _Hand, submitted: Submitted) -> str:
    body = {"id": submitted.text("job"), "expireDate": submitted.due(), "comment": submitted.text("text")}
    hand.call("job/updatejob", body)
    return "Đã đồng ý gia hạn"


def _comment(hand: _Hand, submitted: Submitted) -> str:
    body = {
        "docId": submitted.text("document"),
        "comment": submitted.text("text"),
        "files": hand.upload(submitted),
    }
    hand.call("incommingdocument/sendcomment", body)
    return "Đã gửi ý kiến văn bản"


def _recall(hand: _Hand, submitted: Submitted) -> str:
    hand.call("incommingdocument/recoverdocument", args=(submitted.text("document"),))
    return "Đã thu hồi văn bản"


def _issue(hand: _Hand, submitted: Submitted) -> str:
    parts = [
        {"fileName": name, "fileData": base64.b64encode(content).decode()}
        for name, content in submitted.files
    ]
    keys = ("summary", "documentType", "doMat", "doUuTien", "noiNhan", "ghiChu")
    dossier = {key: submitted.text(key) for key in keys} | {"files": parts}
    (number,) = hand.call("shared/integration/doc/create", [dossier])
    hand.call("incommingdocument/promulgatedocument", {"docId": number, "comment": submitted.text("text")})
    return "Đã phát hành văn bản"


def _promulgate(hand: _Hand, submitted: Submitted) -> str:
    hand.call("incommingdocument/promulgatedocument", {"docId": submitted.text("document")})
    return "Đã phát hành văn bản"


_ACTIONS: Final[Mapping[str, Action]] = {
    "take": _status(catalogues.TAKEN, "Đã tiếp nhận"),
    "progress": _status(catalogues.DOING, "Đã báo cáo tiến độ", needs_reason=True),
    "hand_in": _status(catalogues.HAND_IN, "Đã trình kết quả"),
    "send_back": _status(catalogues.SEND_BACK, "Đã chuyển trả", needs_reason=True),
    "difficulty": _status(catalogues.DIFFICULTY, "Đã báo cáo vướng mắc", needs_reason=True),
    "explain": _status(catalogues.EXPLANATION, "Đã gửi báo cáo giải trình", needs_reason=True),
    "ask_extension": _ask_extension,
    "say": _say,
    "approve": _grade(catalogues.APPROVED, "Đã phê duyệt kết quả"),
    "reject": _grade(catalogues.REJECTED, "Đã từ chối kết quả", needs_reason=True),
    "refuse_extension": _grade(catalogues.EXTENSION_REFUSED, "Không đồng ý gia hạn", needs_reason=True),
    "end": _grade(catalogues.ENDED, "Đã kết thúc công việc", needs_reason=True),
    "reopen": _grade(catalogues.REOPENED, "Đã mở lại công việc", needs_reason=True),
    "consent": _consent,
    "comment": _comment,
    "recall": _recall,
    "issue": _issue,
    "promulgate": _promulgate,
}
