"""The five decision tables, each written from its regulation as a chain of plain questions, top row first.

Nothing of `tracking` decides here: a table asks the clerk's notes (tests/tracking_oracle_reading.py) and
answers with row, texts and whether the task is late. Rows with a letter are the silent places, in the
default reading.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from tests.tracking_oracle_reading import Reading
from tracking.events import Event


class Told(NamedTuple):
    """What must be shown, and by which row; `late` is None where nothing can be late."""

    rule: str
    text: str
    second: str = ""
    late: bool | None = None


Oracle = Callable[[Sequence[Event], datetime], Told]


def _late(seen: Reading, now: datetime, sent: datetime | None) -> bool | None:
    """A completed task by its sending, a waiting one too, everything else by the clock."""
    if seen.day is None:
        return None
    if seen.verb == "yes":
        return seen.over(sent or seen.decided_at)
    return seen.over(sent) if sent is not None and seen.verb == "" else seen.over(now)


def laocai(history: Sequence[Event], now: datetime) -> Told:
    """Rows 0 to 9; a sending without a file is progress until somebody decides on it."""
    seen = Reading(history)
    sent = seen.sent if seen.with_file or seen.verb else None
    if seen.recalled:
        return Told("LC-0r", "Thu hồi")
    if seen.gone:
        return Told("LC-0s", "Đã chuyển sang nhiệm vụ khác")
    if seen.ended and seen.verb != "yes":
        return Told("LC-0", "Kết thúc")
    late = _late(seen, now, sent)
    if seen.verb == "yes":
        return Told("LC-1", "Đã hoàn thành", late=late)
    if sent is not None and seen.verb == "":
        return Told("LC-2", "Đã thực hiện", late=late)
    place, suffix = 0, ""
    if seen.over(now):
        place, suffix = 2, " quá hạn"
    elif seen.days_left(now) <= 3:
        place, suffix = 1, " đến hạn"
    if seen.verb == "no":
        return Told(("LC-3.6", "LC-3.5", "LC-3.4")[place], "Đang thực hiện" + suffix, late=late)
    if seen.reported:
        return Told(("LC-6", "LC-5", "LC-4")[place], "Đang thực hiện" + suffix, late=late)
    return Told(("LC-9", "LC-8", "LC-7")[place], "Chưa thực hiện" + suffix, late=late)


def _tphcm(history: Sequence[Event], now: datetime, *, strict: bool) -> Told:
    """Rows 1 to 7; only an electronic file makes a result complete."""
    seen = Reading(history)
    sent = seen.sent if seen.with_file or seen.verb else None
    if seen.recalled:
        return Told("HC-0r", "Thu hồi")
    if seen.gone:
        return Told("HC-0s", "Đã chuyển sang nhiệm vụ khác")
    if seen.day is None:
        return Told("HC-0u", "")
    late, waiting = _late(seen, now, sent), sent is not None and seen.verb == ""
    closed = seen.verb == "yes" or (seen.ended and waiting)
    if closed:
        row = "2" if late else "1"
        how = "" if seen.verb == "yes" and sent else "s" if seen.verb == "yes" else "e"
        return Told(f"HC-{row}{how}", "Đã xử lý quá hạn" if late else "Đã xử lý đúng hạn", late=late)
    if seen.ended:
        return Told("HC-0", "Kết thúc")
    if waiting:
        return _tphcm_waiting(late=bool(late), over=seen.over(now), strict=strict)
    row = "HC-7." if seen.verb == "no" else "HC-"
    if seen.over(now):
        return Told(row + "4", "Đang xử lý quá hạn", late=True)
    return Told(row + "3", "Đang xử lý trong hạn", late=False)


def _tphcm_waiting(*, late: bool, over: bool, strict: bool) -> Told:
    """Rows 3, 5 and 6 for a complete result that nobody has concluded on."""
    if late:
        return Told("HC-6", "Đang xử lý quá hạn", late=True)
    if over and strict:
        return Told("HC-5s", "Đang xử lý quá hạn", late=True)
    return Told("HC-5" if over else "HC-3w", "Đang xử lý trong hạn", late=False)


def tphcm(history: Sequence[Event], now: datetime) -> Told:
    """As the profile stands: what was sent in time keeps its state while it waits."""
    return _tphcm(history, now, strict=False)


def tphcm_strict(history: Sequence[Event], now: datetime) -> Told:
    """The other choice: past the due date whatever is not concluded is late."""
    return _tphcm(history, now, strict=True)


def binhthuan(history: Sequence[Event], now: datetime) -> Told:
    """Rows 1 to 10: two fields; the unit declares, the Office only takes an unfounded claim back."""
    seen = Reading(history)
    late = _late(seen, now, seen.sent)
    if seen.recalled:
        return Told("BT-0r", "thu hồi")
    if seen.gone:
        return Told("BT-0s", "đã chuyển sang nhiệm vụ khác")
    if seen.verb != "no" and (seen.sent or seen.verb == "yes"):
        how = "" if seen.sent else "s"
        row = "9" if late is None else "6" if late else "5"
        return Told(f"BT-{row}{how}", "đã thực hiện", _field(late), late)
    if seen.ended:
        return Told("BT-0", "kết thúc")
    late = None if seen.day is None else seen.over(now)
    if seen.verb == "no":
        row = "8" if late is None else "4" if late else "3"
        return Told(f"BT-10.{row}", "đang thực hiện", _field(late), late)
    if seen.reported:
        row = "8" if late is None else "4" if late else "3"
        return Told(f"BT-{row}", "đang thực hiện", _field(late), late)
    row = "7" if late is None else "2" if late else "1"
    return Told(f"BT-{row}", "chưa thực hiện", _field(late), late)


def _field(late: bool | None) -> str:
    return "" if late is None else "quá hạn" if late else "trong hạn"


def dongthap(history: Sequence[Event], now: datetime) -> Told:
    """Rows 1 to 11; row 10 has set D already, row 11 comes first."""
    seen = Reading(history)
    if seen.recalled:
        return Told("DT-0r", "Thu hồi")
    if seen.gone:
        return Told("DT-0s", "Đã chuyển sang nhiệm vụ khác")
    if seen.ended and seen.verb != "yes":
        return Told("DT-0", "Kết thúc")
    if seen.day is None:
        return Told("DT-11", "")
    late = _late(seen, now, seen.sent)
    if seen.verb == "yes":
        row, how = ("DT-8" if late else "DT-4"), ("" if seen.sent else "s")
        return Told(row + how, "Đã hoàn thành quá hạn" if late else "Đã hoàn thành trong hạn", late=late)
    if seen.sent is not None and seen.verb == "":
        return Told("DT-3", "Chờ xác nhận", late=late)
    over, in_time = "Đang thực hiện quá hạn", "Đang thực hiện trong hạn"
    if seen.sent is None:
        return Told("DT-2", over, late=True) if late else Told("DT-1", in_time, late=False)
    if seen.over(seen.sent):
        return Told("DT-9", over, late=True)
    if seen.over(seen.decided_at):
        return Told("DT-7", over, late=True)
    return Told("DT-6", over, late=True) if late else Told("DT-5", in_time, late=False)


def dongnai(history: Sequence[Event], now: datetime) -> Told:
    """Modules 1 and 2: done or not done; module 3: listed from day 21 until it is answered."""
    seen = Reading(history, answer_days=20)
    if seen.recalled:
        return Told("DN-0r", "thu hồi")
    if seen.gone:
        return Told("DN-0s", "đã chuyển sang nhiệm vụ khác")
    if seen.ended and seen.verb != "yes":
        return Told("DN-0", "kết thúc")
    late = _late(seen, now, seen.sent)
    if seen.kind == "petition":
        if seen.sent is not None:
            late = seen.over(seen.sent)
            return Told("DN-6t" if late else "DN-6", "", late=late)
        if seen.verb == "yes":
            return Told("DN-6d", "", late=late)
        return Told("DN-5", "đã quá thời hạn 20 ngày", late=True) if late else Told("DN-4", "", late=False)
    if seen.verb == "yes":
        return Told("DN-1", "nhiệm vụ đã hoàn thành", late=late)
    waits = seen.sent is not None and seen.verb == ""
    return Told("DN-2w" if waits else "DN-2", "nhiệm vụ chưa hoàn thành", late=late)


ORACLES: dict[str, Oracle] = {
    "laocai": laocai,
    "tphcm": tphcm,
    "tphcm-strict": tphcm_strict,
    "binhthuan": binhthuan,
    "dongthap": dongthap,
    "dongnai": dongnai,
}
