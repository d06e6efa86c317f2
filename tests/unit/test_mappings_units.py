"""Names of units in a cell, resolved against a small made-up province before and after a merger.

Excludes the corpus of real mentions (test_mappings_corpus).
"""

from __future__ import annotations

import time
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.units import UnitDirectory, UnitEntry, UnitReading

MERGED = date(2025, 3, 1)
BEFORE, AFTER = date(2024, 6, 1), date(2026, 3, 10)
LAST = date(2025, 2, 28)

PROVINCE = (
    UnitEntry("p", "UBND tỉnh Sông Lam", code="000.00.00.H99"),
    UnitEntry("vp", "Văn phòng UBND tỉnh"),
    UnitEntry("tc", "Sở Tài chính"),
    UnitEntry("xd", "Sở Xây dựng"),
    UnitEntry("nv", "Sở Nội vụ"),
    UnitEntry("yt", "Sở Y tế"),
    UnitEntry("kcn", "Sở Khoa học và Công nghệ"),
    UnitEntry("gd", "Sở Giáo dục và Đào tạo"),
    UnitEntry("vh", "Sở Văn hóa, Thể thao và Du lịch"),
    UnitEntry("nnmt", "Sở Nông nghiệp và Môi trường", valid_from=MERGED),
    UnitEntry("tnmt", "Sở Tài nguyên và Môi trường", valid_to=LAST, successors=("nnmt",)),
    UnitEntry("nn", "Sở Nông nghiệp và Phát triển nông thôn", valid_to=LAST, successors=("nnmt",)),
    UnitEntry("ld", "Sở Lao động - Thương binh và Xã hội", valid_to=LAST, successors=("nv", "yt")),
    UnitEntry("tt", "Sở Thông tin và Truyền thông", valid_to=LAST, successors=("kcn",)),
    UnitEntry("bd", "Ban Dân tộc tỉnh", valid_to=LAST),
    UnitEntry("ca", "Công an tỉnh"),
    UnitEntry("thanhtra", "Thanh tra tỉnh"),
    UnitEntry("kkt", "Ban Quản lý Khu kinh tế và các Khu công nghiệp tỉnh"),
    UnitEntry("kb", "Kho bạc Nhà nước Sông Lam"),
    UnitEntry("hoa", "UBND xã Tân Hòa"),
    UnitEntry("hoas", "UBND xã Tân Hóa"),
    UnitEntry("p7", "UBND phường 7"),
    UnitEntry("p8", "UBND phường 8"),
    UnitEntry("gdth", "Phòng Giáo dục Tiểu học"),
    UnitEntry("gdtrh", "Phòng Giáo dục Trung học"),
)
DIRECTORY = UnitDirectory(PROVINCE)


def read(text: str, on: date | None = AFTER) -> UnitReading:
    return DIRECTORY.resolve(text, on)


def ids(reading: UnitReading) -> list[str]:
    return [unit.unit_id for unit in reading.units]


@pytest.mark.covers("LC-03", "LC-04", "M35")
@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("Sở Tài chính", "tc"),
        ("sở tài chính.", "tc"),
        ("SỞ TÀI CHÍNH", "tc"),
        ("So Tai chinh", "tc"),
        (unicodedata.normalize("NFD", "Sở Tài chính"), "tc"),
        ("Sở Tài\nchính", "tc"),
        ("- Sở Tài chính;", "tc"),
        ("1. Sở Tài chính", "tc"),
        ("Chủ trì: Sở Tài chính", "tc"),
        ("Sở Tài chính tỉnh", "tc"),
        ("Sở Tài chính tỉnh Sông Lam", "tc"),
        ("Sở Văn hóa – Thể thao & Du lịch", "vh"),
        ("Sở VHTTDL", "vh"),
        ("Sở VH-TT-DL", "vh"),
        ("Sở VHTT&DL", "vh"),
        ("Sở KH&CN", "kcn"),
        ("Sở KHCN", "kcn"),
        ("Sở GD&ĐT", "gd"),
        ("sở gdđt", "gd"),
        ("STC", "tc"),
        ("Sở NN&MT", "nnmt"),
        ("UBND tỉnh", "p"),
        ("Uỷ ban nhân dân tỉnh Sông Lam", "p"),
        ("000.00.00.h99", "p"),
        ("VP UBND tỉnh", "vp"),
        ("BQL KKT và các KCN tỉnh", "kkt"),
        ("Kho bạc Nhà nước tỉnh", "kb"),
        ("CA tỉnh", "ca"),
        ("UBND xã Tân Hoà", "hoa"),
        ("xã Tân Hòa", "hoa"),
        ("phường 7", "p7"),
        ("Sở Tai chính", "tc"),
        ("Sở Y tê", "yt"),
        ("UBND xã Tân Hoá", "hoas"),
        ("Phòng GDTrH", "gdtrh"),
    ],
)
def test_one_unit_however_it_is_written(text: str, unit: str) -> None:
    reading = read(text)
    assert (reading.kind, ids(reading), reading.confidence) == ("single", [unit], "sure")
    assert reading.certain == reading.units


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("Sở Tài chính, Sở Y tế", ["tc", "yt"]),
        ("Sở Tài chính; Sở Văn hóa, Thể thao và Du lịch; Sở Y tế", ["tc", "vh", "yt"]),
        ("Sở Khoa học và Công nghệ và Sở Giáo dục và Đào tạo", ["kcn", "gd"]),
        ("Sở Tài chính\nSở Y tế", ["tc", "yt"]),
        ("- Sở Tài chính\n- Công an tỉnh", ["tc", "ca"]),
        ("Sở Nội vụ/Sở Y tế", ["nv", "yt"]),
        ("Các Sở: Tài chính, Khoa học và Công nghệ, Y tế; Công an tỉnh", ["tc", "kcn", "yt", "ca"]),
        ("Sở: Tài chính và Nội vụ", ["tc", "nv"]),
        ("các Sở Tài chính, Xây dựng và Y tế", ["tc", "xd", "yt"]),
        ("UBND các phường 7, 8", ["p7", "p8"]),
        ("Sở KH&CN, Sở GD&ĐT", ["kcn", "gd"]),
        ("Ban Quản lý Khu kinh tế và các Khu công nghiệp tỉnh, Thanh tra tỉnh", ["kkt", "thanhtra"]),
    ],
)
def test_a_list_is_cut_where_names_end(text: str, units: list[str]) -> None:
    reading = read(text)
    assert (reading.kind, ids(reading), reading.confidence) == ("list", units, "sure")


def test_a_list_with_an_open_group_keeps_both() -> None:
    reading = read("Sở Tài chính và các sở, ban, ngành, UBND các xã, phường")
    assert (reading.kind, ids(reading), reading.confidence) == ("list", ["tc"], "sure")
    assert reading.names == ("Sở Tài chính", "các sở, ban, ngành", "UBND các xã, phường")


@pytest.mark.parametrize(
    "text",
    [
        "các sở, ban, ngành",
        "Các cơ quan, đơn vị liên quan",
        "Sở, ngành có liên quan",
        "UBND các xã, phường",
        "UBND xã/phường",
        "UBND cấp xã",
        "Công an các xã, phường",
        "các doanh nghiệp trên địa bàn",
    ],
)
def test_an_open_group_is_no_unit(text: str) -> None:
    reading = read(text)
    assert (reading.kind, ids(reading), reading.confidence) == ("group", [], "sure")


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("Giám đốc Sở Tài chính", ["tc"]),
        ("Chủ tịch UBND tỉnh", ["p"]),
        ("Chánh Văn phòng UBND tỉnh", ["vp"]),
        ("Chánh Thanh tra tỉnh", ["thanhtra"]),
        ("Lãnh đạo Sở KH&CN", ["kcn"]),
        ("Giám đốc Sở Y tế, Giám đốc Công an tỉnh", ["yt", "ca"]),
        ("Thủ trưởng các sở, ban, ngành", []),
        ("Ông Nguyễn Văn An", []),
    ],
)
def test_a_title_is_a_person_with_the_unit_where_it_is_plain(text: str, units: list[str]) -> None:
    reading = read(text)
    assert (reading.kind, ids(reading), reading.confidence) == ("person", units, "sure")


@pytest.mark.parametrize("text", ["", " ", "-", "…"])
def test_an_empty_cell_names_nobody(text: str) -> None:
    assert read(text) == UnitReading("none", (), (), "sure")


@pytest.mark.covers("LC-03")
def test_an_old_name_leads_to_its_one_successor() -> None:
    for text in ("Sở Tài nguyên và Môi trường", "Sở TN&MT", "Sở NN&PTNT"):
        assert ids(read(text)) == ["nnmt"]
        assert read(text).confidence == "sure"
    assert ids(read("Sở TN&MT", BEFORE)) == ["tnmt"]
    assert ids(read("Sở TT&TT")) == ["kcn"]
    assert ids(read("Sở TN&MT", LAST)) == ["tnmt"]
    assert ids(read("Sở TN&MT", None)) == ["tnmt"]


@pytest.mark.covers("LC-03")
def test_a_divided_or_vanished_unit_asks() -> None:
    divided = read("Sở LĐ-TB&XH")
    assert (ids(divided), divided.confidence) == ([], "asks")
    assert divided.suggestions == ("Sở Nội vụ", "Sở Y tế")
    assert read("Ban Dân tộc tỉnh").confidence == "asks"
    assert ids(read("Ban Dân tộc tỉnh")) == []


def test_successors_that_point_at_each_other_do_not_hang() -> None:
    old = date(2020, 1, 1)
    round_about = UnitDirectory(
        [
            UnitEntry("a", "Chi cục A", valid_to=old, successors=("b",)),
            UnitEntry("b", "Chi cục B", valid_to=old, successors=("a",)),
        ]
    )
    assert round_about.resolve("Chi cục A", AFTER).confidence == "asks"


def test_a_name_borne_by_two_is_the_one_in_force_and_asks_when_both_are() -> None:
    twins = UnitDirectory(
        [
            UnitEntry("old", "Sở Xây dựng", valid_to=LAST),
            UnitEntry("new", "Sở Xây dựng", valid_from=MERGED),
            UnitEntry("one", "Phòng Kinh tế"),
            UnitEntry("two", "Phòng Kinh tế"),
        ]
    )
    assert ids(twins.resolve("Sở Xây dựng", BEFORE)) == ["old"]
    assert ids(twins.resolve("Sở Xây dựng", AFTER)) == ["new"]
    both = twins.resolve("Phòng Kinh tế", AFTER)
    assert (ids(both), both.confidence) == ([], "asks")


@pytest.mark.parametrize(
    "text",
    [
        "Sở Tài chánh",
        "Sở Ngoại vụ",
        "Phòng GDTH",
        "UBND",
        "UBND xã Tan Hoa",
        "UBND xã Tân Hỏa",
        "Sở Tái chính",
        "xã Tân Bình",
        "Sở",
        "Sở Tài chính tỉnh Thanh Xuân",
        "Hoàn thiện thể chế",
        "Sở Tài chính (Phòng Ngân sách)",
        "Công an tỉnh, Xây dựng",
        "Sở Tài chính rà soát, Sở Y tế tổng hợp",
    ],
)
def test_what_could_mean_something_else_asks(text: str) -> None:
    reading = read(text)
    assert reading.confidence == "asks"
    assert reading.why


def test_likeness_only_suggests() -> None:
    reading = read("Sở Tài chánh")
    assert (reading.kind, reading.units) == ("single", ())
    assert "Sở Tài chính" in reading.suggestions
    assert len(reading.suggestions) <= 3


def test_what_stands_beyond_doubt_in_a_doubtful_list_is_told_apart() -> None:
    reading = read("Sở Tài chính, Sở Ngoại vụ")
    assert reading.confidence == "asks"
    assert [unit.unit_id for unit in reading.certain] == ["tc"]


def test_a_name_without_its_place_must_begin_no_other_name() -> None:
    rooms = [
        "Phòng Kinh tế phường Lam Châu",
        "Phòng Kinh tế và Hạ tầng phường Lam Châu",
        "Phòng Nội vụ phường Lam Châu",
    ]
    ward = UnitDirectory([UnitEntry(name, name) for name in rooms])
    assert ward.resolve("Phòng Kinh tế", AFTER).confidence == "asks"
    assert ids(ward.resolve("Phòng Nội vụ", AFTER)) == [rooms[2]]
    swapped = UnitDirectory(
        [UnitEntry("a", "Phòng Tài chính - Kế hoạch xã An Sơn"), UnitEntry("b", "Phòng Kế hoạch - Tài chính")]
    )
    assert ids(swapped.resolve("Phòng Kế hoạch - Tài chính", AFTER)) == ["b"]
    assert swapped.resolve("Phòng Tài chính - Kế hoạch", AFTER).confidence == "asks"


def test_tp_is_a_field_after_a_head_and_a_city_elsewhere() -> None:
    city = UnitDirectory([UnitEntry("tp", "Sở Tư pháp"), UnitEntry("ub", "UBND thành phố Lam Châu")])
    assert ids(city.resolve("Sở TP", AFTER)) == ["tp"]
    assert ids(city.resolve("UBND TP. Lam Châu", AFTER)) == ["ub"]


def test_names_of_other_provinces_are_not_ours() -> None:
    two = UnitDirectory(
        [UnitEntry("a", "Công an tỉnh Sông Lam"), UnitEntry("b", "Công an thành phố Hải Vân")]
    )
    assert ids(two.resolve("Công an tỉnh", AFTER)) == ["a"]
    assert ids(two.resolve("Công an thành phố", AFTER)) == ["b"]
    assert two.resolve("Công an", AFTER).confidence == "asks"


@given(
    st.lists(
        st.sampled_from([entry for entry in PROVINCE if entry.valid_to is None]),
        min_size=1,
        max_size=5,
        unique=True,
    )
)
def test_any_list_of_full_names_is_read_back_whole(entries: list[UnitEntry]) -> None:
    for separator in (", ", "; ", "\n", " và "):
        reading = read(separator.join(entry.name for entry in entries))
        assert list(reading.units) == entries
        assert reading.confidence == "sure"


@given(st.text(max_size=60))
def test_no_text_raises_and_nothing_strange_is_believed(text: str) -> None:
    reading = read(text)
    if reading.confidence == "sure" and reading.units:
        assert any(letter.isalnum() for letter in text)
    assert read(text) == reading


def test_a_paragraph_in_the_wrong_column_is_refused_quickly() -> None:
    start = time.perf_counter()
    assert read("Sở lạ, " * 30_000).confidence == "asks"
    assert read("UBND các xã, phường " * 90).kind in {"group", "list"}
    assert time.perf_counter() - start < 2
