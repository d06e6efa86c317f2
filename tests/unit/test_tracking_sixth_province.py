"""A province that nobody wrote code for: its regulation is a file, and everything else follows.

Made up: Tỉnh Sông Lam, with other words, two fields, a window of five working days and a
limit of its own. Includes loading, deriving, limits and the explanation.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from config.profile_files import load_profile, load_profiles
from tests.tracking_histories import ALL_PROFILES, CALENDAR, assigned, at, did, judged, on
from tracking.events import (
    DirectiveRecalled,
    Event,
    ProgressReported,
    ResultApproved,
    ResultRejected,
    ResultSubmitted,
)
from tracking.explain import explain
from tracking.facts import last_day
from tracking.folding import fold
from tracking.profile import Profile
from tracking.status import derive

#: Parts about which this regulation says nothing, each with the choice that stands in the file.
SILENT = {
    "secrecy": 'classified = "exclude"',
    "undated_tasks": 'policy = "track"',
    "leads": 'policy = "exactly_one"',
    "deadline_before_date": 'means = "day_before"',
    "deadline_on_day_off": 'means = "keep"',
    "lead_time": "",
    "approvers": 'who = ["Chánh Văn phòng"]',
    "evidence": 'required = true\nwithout_file = "submission"',
    "extension": "allowed = true",
    "returns": "allowed = true",
    "cause_report": "owed = false",
    "late_after_completion": "shown = true",
    "on_time_by": 'moment = "sending"',
    "pending_after_due": 'policy = "own_state"',
    "paper": 'parallel = "none"',
    "accounts": 'identity = "document_system"',
    "reports": 'periods = ["week"]',
    "upward": 'policy = "out"',
    "modules": 'enabled = ["directive"]',
    "outside": "names = []",
    "reopening": 'due = "keep"',
    "recall": 'effect = "end"',
    "replacement": 'effect = "end"',
    "amendment": 'effect = "correct"',
    "pause": 'effect = "shift_due"\nunit = "working"',
    "succession": 'clock = "goes_on"',
    "absence": 'clock = "goes_on"',
    "outage": 'effect = "attribute"',
}

HEAD = """
id = "songlam"
version = "2026-01-01"
name = "Sông Lam"
regulation = "Quy định kèm theo Quyết định số 01/2026/QĐ-UBND"
effective_from = 2026-01-01

[articles]
"Điều 4" = "loại văn bản"
"Điều 7" = "hai trường trạng thái, vàng trước năm ngày làm việc"
"Điều 8" = "xem xét trong hai ngày làm việc"
"Điều 9" = "việc muộn phải giải trình"

[scope]
source = "Điều 4"
doc_types = ["Chỉ thị"]
issuers = ["UBND tỉnh Sông Lam"]

[near_due]
source = "Điều 7"
enabled = true
days = 5
unit = "working"

[late_explanation]
source = "Điều 9"
owed = "late"

[waiting_state]
source = "Điều 7"
text = "Chờ xem"

[limits.review]
source = "Điều 8"
party = "reviewer"
runs_from = "submission"
working_days = 2
"""

STATUS = [
    ("SL-0", 'closing = ["recalled", "superseded", "ended"]', "Rút", "", "ended"),
    ("SL-1", 'decision = ["approved_before_due", "approved_after_due"]', "Xong", "", "done"),
    ("SL-2", 'decision = ["none"], submitted = ["on_time", "late"]', "Chờ xem", "", "submitted"),
    ("SL-3", 'due = ["none"]', "Đang làm", "", "working"),
    ("SL-4", 'due = ["past"]', "Đang làm", "Đỏ", "working"),
    ("SL-5", 'due = ["near"]', "Đang làm", "Vàng", "working"),
    ("SL-6", "", "Đang làm", "Xanh", "working"),
]


def regulation() -> str:
    """The whole file, as a province would write it."""
    parts = [HEAD]
    for part, choices in SILENT.items():
        parts.append(f'[{part}]\nsource = "không quy định"\nbasis = "silent"')
        parts.append(f'reading = "Chọn theo thông lệ."\n{choices}')
    for rule, when, text, second, family in STATUS:
        parts.append(f'[[status]]\nid = "{rule}"\nwhen = {{ {when} }}\ntext = "{text}"')
        parts.append(f'second_text = "{second}"\nfamily = "{family}"\narticle = "Điều 7"')
    return "\n".join(parts)


@pytest.fixture
def song_lam(tmp_path: Path) -> Profile:
    (tmp_path / "songlam.toml").write_text(regulation(), encoding="utf-8")
    return load_profile("songlam", tmp_path)


SENT = did(ResultSubmitted, "20/3/2026 17:00:00", evidence=("a1",))
SENT_LATE = did(ResultSubmitted, "21/3/2026 00:00:00", evidence=("a1",))


@pytest.mark.parametrize(
    ("happened", "as_of", "shown"),
    [
        ([], "12/3/2026 23:59:59", ("Đang làm", "Xanh")),
        ([], "13/3/2026 00:00:00", ("Đang làm", "Vàng")),  # Friday; 16, 17, 18, 19 and 20/3 are left
        ([], "20/3/2026 23:59:59", ("Đang làm", "Vàng")),
        ([], "21/3/2026 00:00:00", ("Đang làm", "Đỏ")),
        ([did(ProgressReported, "4/3/2026 08:00:00")], "21/3/2026 00:00:00", ("Đang làm", "Đỏ")),
        ([SENT], "1/6/2026 00:00:00", ("Chờ xem",)),
        ([SENT, did(ResultRejected, "20/3/2026 18:00:00")], "20/3/2026 18:00:00", ("Đang làm", "Vàng")),
        ([SENT, did(ResultApproved, "1/4/2026 08:00:00")], "1/6/2026 00:00:00", ("Xong",)),
        ([SENT, did(DirectiveRecalled, "1/4/2026 08:00:00")], "1/6/2026 00:00:00", ("Rút",)),
    ],
)
def test_its_own_words_on_its_own_days(
    song_lam: Profile, happened: list[Event], as_of: str, shown: tuple[str, ...]
) -> None:
    verdict = judged(song_lam, [assigned(profile="songlam"), *happened], as_of)
    assert (verdict.texts, verdict.shown) == (shown, " - ".join(shown))


def test_it_stands_beside_the_shipped_ones_and_keeps_to_itself(song_lam: Profile, tmp_path: Path) -> None:
    shelf = load_profiles(tmp_path)
    assert {profile.id for profile in shelf.files.values()} == {
        "songlam",
        *(shipped.id for shipped in ALL_PROFILES),
    }
    assert shelf.version("songlam", "2026-01-01") == song_lam
    assert shelf.in_force("songlam", on("2/3/2026")) == song_lam
    assert song_lam.in_scope("Chỉ thị", "UBND tỉnh Sông Lam") == "in"
    assert song_lam.in_scope("Chỉ thị", "UBND tỉnh Sông Ba") == "out"
    assert song_lam.texts() == {
        "Rút",
        "Xong",
        "Chờ xem",
        "Đang làm",
        "Đang làm - Đỏ",
        "Đang làm - Vàng",
        "Đang làm - Xanh",
    }


def test_its_window_leaves_days_off_out(song_lam: Profile) -> None:
    """Due on Tuesday after Tết: two of the five working days lie after it, three before."""
    history: list[Event] = [assigned("2/2/2026 08:00:00", due="24/2/2026")]
    assert judged(song_lam, history, "3/2/2026 00:00:00").next_change_at == at("10/2/2026")


def test_its_explanations_are_owed_and_its_limit_is_counted(song_lam: Profile) -> None:
    assert judged(song_lam, [assigned()], "21/3/2026 00:00:00").explanation_owed
    assert not judged(song_lam, [assigned()], "20/3/2026 23:59:59").explanation_owed
    assert judged(song_lam, [assigned(), SENT_LATE], "23/3/2026 00:00:00").explanation_owed
    assert song_lam.limits.review is not None
    assert last_day(song_lam.limits.review, at("20/3/2026 17:00:00"), CALENDAR) == on("24/3/2026")


def test_it_explains_itself_with_its_own_article(song_lam: Profile) -> None:
    task = fold([assigned(profile="songlam")])
    verdict = derive(task, song_lam, CALENDAR, at("23/3/2026 09:00:00"))
    told = explain(task, verdict, song_lam, CALENDAR, at("23/3/2026 09:00:00"))
    assert "“Đang làm / Đỏ”" in told.sentence
    assert "dòng SL-4, Điều 7 Quy định kèm theo Quyết định số 01/2026/QĐ-UBND" in told.sentence
