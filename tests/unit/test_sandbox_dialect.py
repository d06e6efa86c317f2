"""The sandbox's habits with values, its clock, its faults and its command line. No server here."""

from __future__ import annotations

import html
import unicodedata
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import dialect
from sandbox.calls import PageRequest
from sandbox.catalogues import CATALOGUES, STATUS
from sandbox.clock import ZONE, Clock
from sandbox.envelope import Refused
from sandbox.faults import FaultOrderError, Faults
from sandbox.load import document_numbers, office_units
from sandbox.operations import natural_key
from sandbox.roles import role_of
from sandbox.settings import PlaySettings, Settings, local_time, parse_arguments
from sandbox.sheet import TableRow, assignment_sheet
from sandbox.small import small_dataset


def test_dates_are_shown_without_zone_and_sometimes_without_time() -> None:
    stored = "2026-11-06T08:05:09"
    assert dialect.day(stored) == "06/11/2026"
    assert dialect.minute(stored) == "06/11/2026 08:05"
    assert dialect.second(stored) == "06/11/2026 08:05:09"
    assert dialect.day("") == dialect.minute("") == ""
    shown = {dialect.sometimes_minute(stored, number) for number in range(8)}
    assert shown == {"06/11/2026", "06/11/2026 08:05"}


@given(st.dates(min_value=date(1900, 1, 1)))
def test_a_day_comes_back_as_it_was_sent(value: date) -> None:
    assert dialect.stored_day(f"{value:%d}/{value:%m}/{value.year:04}", "x") == value.isoformat()


@pytest.mark.parametrize("text", ["31/02/2026", "2026-11-16", "16/11", "hôm nay", "99/99/9999"])
def test_a_day_that_is_none_is_refused_with_its_field(text: str) -> None:
    with pytest.raises(Refused, match="hanXuLy"):
        dialect.stored_day(text, "hanXuLy")


@given(st.text(), st.integers(min_value=1, max_value=50))
def test_markup_hides_nothing_and_breaks_nothing(text: str, number: int) -> None:
    shown = dialect.marked_up(text, number)
    assert html.unescape(shown) == text
    assert not set(shown) & set("<>\"'")


def test_every_fifth_record_has_numeric_entities() -> None:
    assert dialect.marked_up("Đồng ý & xử lý", 7) == "Đồng ý &amp; xử lý"
    assert dialect.marked_up("Đồng ý", 10) == "&#272;&#7891;ng &#253;"


def test_unicode_drifts_by_number_and_stays_the_same_text() -> None:
    shown = [dialect.drifting("Chỉ thị", number, 3) for number in range(1, 4)]
    assert len(set(shown)) == 2
    assert {unicodedata.normalize("NFC", text) for text in shown} == {"Chỉ thị"}


def test_has_file_says_null_when_there_is_one() -> None:
    assert dialect.has_file(1, present=False) == "none"
    assert {dialect.has_file(number, present=True) for number in (1, 2)} == {"null", None}


def test_packed_values() -> None:
    assert dialect.packed_person(["", "0900", ""]) == "null;0900;null"
    assert dialect.packed_routing([("Xử lý chính", ["A", "B"]), ("Phối hợp", []), ("Xem", ["C"])]) == (
        "Xử lý chính: A, B|Xem: C"
    )
    assert dialect.id_list("1, 2,null,") == ["1", "2"]
    assert dialect.id_list([3, "4"]) == ["3", "4"]
    assert dialect.id_list(None) == []


@pytest.mark.parametrize(
    ("position", "role"),
    [
        ("Giám đốc", "leader"),
        ("Phó Chánh Văn phòng", "leader"),
        ("Phó Trưởng ban", "leader"),
        ("Chủ tịch", "leader"),
        ("Văn thư", "clerk"),
        ("Chuyên viên", "specialist"),
        ("Kế toán trưởng", "specialist"),
        ("Tài khoản tích hợp", "specialist"),
    ],
)
def test_a_title_says_the_role(position: str, role: str) -> None:
    assert role_of(position) == role
    assert role_of(unicodedata.normalize("NFD", position)) == role


def test_the_status_list_is_the_agreed_one() -> None:
    values = dict(CATALOGUES[STATUS])
    of_people = [1, 2, 3, 4, 5, *range(31, 37)]
    of_provinces = [
        *range(11, 17),
        *range(21, 25),
        41,
        *range(51, 55),
        *range(61, 70),
        71,
        72,
        73,
        81,
        82,
        83,
    ]
    assert sorted(values) == sorted([*of_people, *of_provinces])
    assert (values[16], values[21], values[24], values[34]) == (
        "Thu hồi",
        "Chờ xác nhận",
        "Đã hoàn thành quá hạn",
        "Đã tiếp nhận",
    )


@pytest.mark.covers("F39")
def test_the_clock_jumps_stands_still_and_goes_on() -> None:
    clock = Clock()
    clock.set(datetime(2026, 2, 14, 23, 59, tzinfo=ZONE))
    assert abs(clock.now() - datetime(2026, 2, 14, 23, 59, tzinfo=ZONE)) < timedelta(seconds=5)
    clock.freeze(frozen=True)
    first = clock.now()
    assert clock.now() == first
    clock.advance(86_400)
    assert clock.now() == first + timedelta(days=1)
    clock.freeze(frozen=False)
    assert first + timedelta(days=1) <= clock.now() < first + timedelta(days=1, seconds=5)
    clock.set(datetime(2026, 11, 16, 0, 30, tzinfo=ZONE))
    assert clock.http_date().startswith(b"Sun, 15 Nov 2026 17:30")


def test_faults_count_matches_skips_and_users() -> None:
    faults = Faults()
    faults.add({"kind": "status_503", "match": "createjob", "times": 2, "skip": 1, "user": "tdcd"})
    kinds = frozenset({"status_503"})
    fired = [faults.fire(kinds, path, user) is not None for path, user in [
        ("/job/getlist", "tdcd"), ("/job/createjob", "other"), ("/job/createjob", "tdcd"),
        ("/job/createjob", "tdcd"), ("/job/createjob", "tdcd"), ("/job/createjob", "tdcd"),
    ]]  # fmt: skip
    assert fired == [False, False, False, True, True, False]
    assert faults.listed()[0]["hits"] == 2


def test_a_fault_without_an_end_goes_on_until_it_is_cleared() -> None:
    faults = Faults()
    faults.add({"kind": "latency", "ms": 5, "times": None})
    faults.add({"kind": "latency", "ms": 7, "times": 1})
    assert [faults.delay("/x", "") for _ in range(3)] == [0.012, 0.005, 0.005]
    faults.clear()
    assert faults.delay("/x", "") == 0


@pytest.mark.parametrize("order", [{"kind": "nonsense"}, {}, {"kind": "reset", "colour": "red"}])
def test_a_fault_that_cannot_be_understood_is_refused(order: dict[str, object]) -> None:
    with pytest.raises(FaultOrderError):
        Faults().add(order)


def test_page_shift_leaves_the_first_page_alone() -> None:
    faults = Faults()
    faults.add({"kind": "page_shift", "rows": -1, "times": None})
    offsets: list[int] = []

    def read(offset: int) -> list[object]:
        offsets.append(offset)
        return []

    for number in (1, 2, 3):
        faults.page("/x", "", PageRequest(number, 10), read)  # type: ignore[arg-type]
    assert offsets == [0, 9, 19]


def test_the_natural_key_knows_meaning_from_form() -> None:
    key = natural_key("job/updatestatus", "5", {"status": "34", "comment": "Đã nhận"})
    decomposed = {"comment": unicodedata.normalize("NFD", "Đã nhận") + " ", "status": "34"}
    assert natural_key("job/updatestatus", "5", decomposed) == key
    others = [
        ("job/updatestatus", "6", "Đã nhận"),
        ("job/evaluatejob", "5", "Đã nhận"),
        ("job/updatestatus", "5", "x"),
    ]
    assert all(natural_key(name, job, {"status": "34", "comment": text}) != key for name, job, text in others)


def test_documents_without_a_number_get_one() -> None:
    documents = small_dataset().documents
    numbers = document_numbers(documents)
    assert numbers["70001"] == 70001
    odd = [documents[0], *(replace(documents[1], document_id=name) for name in "ab")]
    assert document_numbers(odd) == {"70001": 70001, "a": 500001, "b": 500002}


def test_the_office_is_the_service_accounts_department_with_its_rooms() -> None:
    assert office_units(small_dataset()) == ["2", "21"]


def test_the_same_rows_give_the_same_workbook() -> None:
    rows = [TableRow("=1+1", "Sở Nội vụ", "30/11/2026")]
    assert assignment_sheet("T", rows) == assignment_sheet("T", rows)
    assert assignment_sheet("T", rows) != assignment_sheet("T", rows * 2)


def test_the_command_line() -> None:
    served = parse_arguments(["serve", "--port", "0", "--dataset", "small", "--now", "2026-11-16T08:00"])
    assert isinstance(served, Settings)
    assert (served.port, served.dataset, served.host) == (0, "small", "127.0.0.1")
    assert served.now == datetime(2026, 11, 16, 8, tzinfo=ZONE)
    played = parse_arguments(
        ["play", "--url", "http://x", "--scenario", "first-days", "--seed", "7", "--json"]
    )
    assert played == PlaySettings("http://x", "first-days", seed=7, as_json=True)
    assert local_time("2026-11-16T01:00:00+00:00") == datetime(2026, 11, 16, 8, tzinfo=ZONE)


@pytest.mark.parametrize(
    "arguments", [["serve", "--now", "tomorrow"], ["play"], [], ["serve", "--dataset", "x"]]
)
def test_a_wrong_command_line_ends_with_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse_arguments(arguments)
    assert ended.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_the_sandbox_borrows_nothing_from_the_product() -> None:
    rooms = ("cli", "commands", "config", "connector", "errors", "mappings", "store", "sync", "tracking")
    sources = list((Path(__file__).parents[2] / "sandbox").rglob("*.py"))
    assert len(sources) > 30
    for path in sources:
        lines = path.read_text(encoding="utf-8").splitlines()
        taken = [
            line.split()[1].split(".")[0] for line in lines if line.lstrip().startswith(("import ", "from "))
        ]
        assert not set(taken) & set(rooms), path.name
