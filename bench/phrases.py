"""How fast phrases and names are read on one core: `python -m bench.phrases` prints phrases and names a second.

Deadlines are all different (day, month, hour and wording vary); names come as a column of a real
table does, each many times, in several spellings.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta

import orjson

from mappings.deadlines import read_deadline
from mappings.units import UnitDirectory, UnitEntry

ISSUED = date(2026, 3, 2)
ROUNDS = 3
SHAPES: tuple[Callable[[date], str], ...] = (
    lambda day: f"trước ngày {day:%d/%m/%Y}",
    lambda day: f"Trước ngày {day.day}/{day.month}/{day.year}",
    lambda day: f"chậm nhất ngày {day.day} tháng {day.month} năm {day.year}",
    lambda day: f"{day:%d/%m/%Y}",
    lambda day: f"hoàn thành trong tháng {day.month}/{day.year}",
    lambda day: f"Quý {(day.month - 1) // 3 + 1}/{day.year}",
    lambda day: f"trước {day.day % 9 + 8}h00 ngày {day:%d/%m/%Y}",
    lambda day: f"trong {day.day + day.month} ngày làm việc kể từ ngày ban hành",
)
NAMES = ("Sở Tài chính", "Sở Xây dựng", "Sở Nông nghiệp và Môi trường", "Sở Khoa học và Công nghệ", "Sở Y tế")
WRITTEN = ("Sở Tài chính", "SỞ XÂY DỰNG", "Sở NN&MT", "sở nông nghiệp và môi trường", "Sở KH&CN", "Sở  Y tế")


def _rate(read: Callable[[str], object], texts: Sequence[str]) -> float:
    """The best of a few rounds, by processor time."""
    best = 0.0
    for _ in range(ROUNDS):
        begun = time.process_time()
        for text in texts:
            read(text)
        best = max(best, len(texts) / (time.process_time() - begun))
    return best


def main() -> None:
    days = [ISSUED + timedelta(days=n) for n in range(1, 1200)]
    phrases = list(dict.fromkeys(shape(day) for day in days for shape in SHAPES))
    directory = UnitDirectory([UnitEntry(str(n), name) for n, name in enumerate(NAMES)])
    figures = {
        "deadline_phrases_distinct": len(phrases),
        "deadline_phrases_a_second": round(_rate(lambda text: read_deadline(text, issued=ISSUED), phrases)),
        "unit_names_a_second": round(_rate(lambda text: directory.resolve(text, ISSUED), WRITTEN * 20_000)),
    }
    print(orjson.dumps(figures).decode())


if __name__ == "__main__":
    main()
