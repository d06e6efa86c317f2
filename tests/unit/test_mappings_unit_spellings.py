"""The many ways in which offices write one unit, several units and groups of units.

A made-up province in 2026, after its merger. Excludes the plain cases of
test_mappings_units and the corpus of real mentions (test_mappings_corpus).
"""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.unit_codes import other_form
from mappings.units import UnitDirectory, UnitEntry, UnitReading

MERGED, LAST, TODAY = date(2025, 7, 1), date(2025, 6, 30), date(2026, 3, 10)

UNITS = (
    UnitEntry("p", "UBND tỉnh Sông Lam", code="000.00.00.H99"),
    UnitEntry("vp", "Văn phòng UBND tỉnh", code="000.00.01.H99"),
    UnitEntry("dp", "Văn phòng Đoàn Đại biểu Quốc hội và Hội đồng nhân dân tỉnh"),
    UnitEntry("tc", "Sở Tài chính", code="H99.05"),
    UnitEntry("xd", "Sở Xây dựng", code="000.00.06.H99"),
    UnitEntry("nv", "Sở Nội vụ"),
    UnitEntry("ngv", "Sở Ngoại vụ"),
    UnitEntry("yt", "Sở Y tế"),
    UnitEntry("tp", "Sở Tư pháp"),
    UnitEntry("ct", "Sở Công Thương"),
    UnitEntry("kcn", "Sở Khoa học và Công nghệ"),
    UnitEntry("gd", "Sở Giáo dục và Đào tạo"),
    UnitEntry("vh", "Sở Văn hóa, Thể thao và Du lịch"),
    UnitEntry("dt", "Sở Dân tộc và Tôn giáo"),
    UnitEntry("nnmt", "Sở Nông nghiệp và Môi trường", valid_from=MERGED),
    UnitEntry("gt", "Sở Giao thông vận tải", valid_to=LAST, successors=("xd",)),
    UnitEntry("tn", "Sở Tài nguyên và Môi trường", valid_to=LAST, successors=("nnmt",)),
    UnitEntry("ca", "Công an tỉnh"),
    UnitEntry("qs", "Bộ Chỉ huy Quân sự tỉnh"),
    UnitEntry("bp", "Bộ Chỉ huy Bộ đội Biên phòng tỉnh"),
    UnitEntry("mt", "Ủy ban MTTQ Việt Nam tỉnh"),
    UnitEntry("nh", "Ngân hàng Nhà nước Việt Nam - Chi nhánh tỉnh Sông Lam"),
    UnitEntry("th", "Đài Phát thanh và Truyền hình tỉnh"),
    UnitEntry("hcc", "Trung tâm Phục vụ hành chính công tỉnh"),
    UnitEntry("kt", "Trung tâm Kỹ thuật Tài nguyên"),
    UnitEntry("thue", "Cục Thuế tỉnh"),
    UnitEntry("lc", "UBND thành phố Lam Châu", valid_to=LAST),
    UnitEntry("hl", "UBND huyện Hương Lý", valid_to=LAST),
    UnitEntry("x1", "UBND xã Tân An", valid_from=MERGED),
    UnitEntry("x2", "UBND xã Bình Hòa"),
    UnitEntry("f1", "UBND phường Lam Sơn", valid_from=MERGED),
    UnitEntry("ca1", "Công an xã Tân An"),
)
DIRECTORY = UnitDirectory(UNITS)


def read(text: str, on: date = TODAY) -> UnitReading:
    return DIRECTORY.resolve(text, on)


def ids(reading: UnitReading) -> list[str]:
    return [unit.unit_id for unit in reading.units]


ONE = """
Sở TN&MT|nnmt
Sở TNMT|nnmt
Sở GTVT|xd
Sở VH-TT-DL|vh
Sở VH, TT và DL|vh
Sở VHTT và DL|vh
Sở VHTT&DL|vh
Sở KH và CN|kcn
Sở KHCN|kcn
SỞ KH&CN|kcn
Sở GD - ĐT|gd
Sở GD và ĐT|gd
Sở DT&TG|dt
Sở TC|tc
STP|tp
Sở CT|ct
SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG|nnmt
SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH|vh
Sở  Nông nghiệp - Môi trường|nnmt
Sở Nông nghiệp & Môi trường|nnmt
Sở Nông nghiệp, Môi trường|nnmt
Sở Tài-chính|tc
Sở Tàichính|tc
SởTài chính|tc
Sở Tài chính tỉnh Sông Lam|tc
Sở Giao thông Vận tải|xd
Trung tâm Kĩ thuật Tài nguyên|kt
UBND xã Bình Hoà|x2
Uỷ ban nhân dân xã Bình Hòa|x2
xã Bình Hòa|x2
CA tỉnh|ca
Công An Tỉnh|ca
Công an tỉnh Sông Lam|ca
BCH Quân sự tỉnh|qs
Bộ CHQS tỉnh|qs
Bộ Chỉ huy quân sự tỉnh Sông Lam|qs
BCH BĐBP tỉnh|bp
VP.UBND tỉnh|vp
Văn Phòng Uỷ ban nhân dân Tỉnh|vp
Văn phòng HĐND tỉnh|dp
VP Đoàn ĐBQH và HĐND tỉnh|dp
Ủy ban Mặt trận Tổ quốc tỉnh|mt
UBMTTQVN tỉnh|mt
Mặt trận Tổ quốc tỉnh|mt
NHNN chi nhánh tỉnh|nh
Ngân hàng Nhà nước chi nhánh tỉnh Sông Lam|nh
Đài PT-TH tỉnh|th
TT PVHCC tỉnh|hcc
H99.05|tc
000.00.05.H99|tc
h99.06|xd
Mã định danh: 000.00.06.H99|xd
H99|p
"""


@pytest.mark.covers("LC-03", "LC-04", "M35")
@pytest.mark.parametrize(("text", "unit"), [line.split("|") for line in ONE.strip().splitlines()])
def test_one_unit_in_many_spellings(text: str, unit: str) -> None:
    for typed in (text, unicodedata.normalize("NFD", text), f" {text}. ", f"- {text};"):
        reading = read(typed)
        assert (reading.kind, ids(reading), reading.confidence) == ("single", [unit], "sure"), typed


@pytest.mark.parametrize(
    ("text", "kind", "units"),
    [
        ("Sở Tài chính, Y tế và Nội vụ", "list", ["tc", "yt", "nv"]),
        ("các Sở: Tài chính; Y tế; Nội vụ", "list", ["tc", "yt", "nv"]),
        ("Các Sở, ngành: Tài chính, Y tế, Công an tỉnh", "list", ["tc", "yt", "ca"]),
        ("các Sở Tài chính, NN&MT, XD", "list", ["tc", "nnmt", "xd"]),
        ("H99.05; 000.00.06.H99", "list", ["tc", "xd"]),
        ("Sở Tài chính + Sở Y tế", "list", ["tc", "yt"]),
        ("Sở Tài chính Sở Y tế", "list", ["tc", "yt"]),
        ("Sở TC, XD, NN&MT", "list", ["tc", "xd", "nnmt"]),
        ("UBND các xã, phường: Tân An, Lam Sơn, Bình Hòa", "list", ["x1", "f1", "x2"]),
        ("UBND 02 xã Tân An, Bình Hòa", "list", ["x1", "x2"]),
        ("Chủ tịch UBND các xã Tân An, Bình Hòa", "person", ["x1", "x2"]),
        ("UBND 24 xã, phường", "group", []),
        ("24 UBND cấp xã", "group", []),
        ("UBND các huyện, thành, thị", "group", []),
        ("Giám đốc các Sở: Tài chính, Y tế", "person", ["tc", "yt"]),
        ("Đ/c Giám đốc Sở Y tế", "person", ["yt"]),
        ("GĐ Sở Y tế", "person", ["yt"]),
        ("PCT UBND tỉnh", "person", ["p"]),
        ("Chủ tịch UBND xã Tân An", "person", ["x1"]),
        ("Chỉ huy trưởng Bộ CHQS tỉnh", "person", ["qs"]),
        ("ngành Giáo dục và Đào tạo", "group", []),
        ("Ngành Kế hoạch và Đầu tư", "group", []),
        ("SỞ, BAN, NGÀNH", "group", []),
    ],
)
def test_lists_persons_and_sectors(text: str, kind: str, units: list[str]) -> None:
    reading = read(text)
    assert (reading.kind, ids(reading), reading.confidence) == (kind, units, "sure")


@pytest.mark.parametrize(
    "text",
    [
        "Sở NV",
        "Sở Kế hoạch và Đầu tư",
        "Sở KH&ĐT",
        "Chi cục Thuế",
        "Sở tài chinhs",
        "Sở Tài chính, xây dựng nhà",
        "H99.77",
        "000.00.77.H99",
        "UBND thành phố Lam Châu",
        "Sở Y tế thành phố Hải Vân",
        "Bộ CHQS tỉnh Hải Vân",
        "Liên hiệp các tổ chức hữu nghị tỉnh",
        "Đảng ủy các cơ quan Đảng tỉnh",
        "UBND các xã, phường: Tân An, Hồng Mai",
    ],
)
def test_what_a_person_would_ask_about_is_asked(text: str) -> None:
    reading = read(text)
    assert reading.confidence == "asks"
    assert reading.why
    assert reading.certain == () or ids(reading)[0] in {"tc", "x1"}


def test_a_known_name_of_no_unit_here_stays_one_name() -> None:
    reading = read("Sở Kế hoạch và Đầu tư, Sở Y tế")
    assert reading.names == ("Sở Kế hoạch và Đầu tư", "Sở Y tế")
    assert [unit.unit_id for unit in reading.certain] == ["yt"]


MINISTRY = UnitDirectory(
    [
        UnitEntry("th", "Vụ Giáo dục Tiểu học (Bộ GD&ĐT)"),
        UnitEntry("trh", "Vụ Giáo dục Trung học (Bộ GD&ĐT)"),
        UnitEntry("hs", "Vụ Công tác học sinh, sinh viên (Bộ GD&ĐT)"),
        UnitEntry("tt", "Thanh tra Bộ GD&ĐT"),
        UnitEntry("tt2", "Thanh tra Bộ Y tế"),
        UnitEntry("cd", "Công đoàn ngành Giáo dục"),
    ]
)


def test_of_two_that_the_same_initials_spell_the_list_names_each_once() -> None:
    both = MINISTRY.resolve("Vụ GDTH và Vụ GDTrH", TODAY)
    assert (ids(both), both.confidence) == (["th", "trh"], "sure")


@pytest.mark.parametrize(
    ("text", "proposed"),
    [
        ("Vụ GDTH", ["th"]),
        ("Vụ HSSV", ["hs"]),
        ("Vụ GDTrH, Thanh tra Bộ", ["trh", "tt"]),
        ("Công đoàn ngành", ["cd"]),
    ],
)
def test_what_is_only_likely_is_proposed_and_asked(text: str, proposed: list[str]) -> None:
    reading = MINISTRY.resolve(text, TODAY)
    assert (ids(reading), reading.confidence) == (proposed, "asks")
    assert len(reading.certain) < len(proposed)


def test_offices_of_one_place_are_proposed_together() -> None:
    two = UnitDirectory(
        [
            UnitEntry(f"{name} {place}", f"{name} {place}")
            for name, places in (
                ("Sở Tài chính", ("tỉnh Sông Lam", "tỉnh Hải Vân")),
                ("Sở Y tế", ("tỉnh Sông Lam", "tỉnh Núi Hồng")),
            )
            for place in places
        ]
    )
    reading = two.resolve("Sở Tài chính, Sở Y tế", TODAY)
    assert ids(reading) == ["Sở Tài chính tỉnh Sông Lam", "Sở Y tế tỉnh Sông Lam"]
    assert (reading.confidence, reading.certain) == ("asks", ())
    assert ids(two.resolve("Sở Tài chính", TODAY)) == []


def test_a_remark_behind_a_name_makes_it_the_less_plain_one() -> None:
    noted = UnitDirectory(
        [UnitEntry("a", "Sở Y tế tỉnh Sông Lam"), UnitEntry("b", "Sở Y tế tỉnh Sông Lam [Phòng Nghiệp vụ]")]
    )
    assert ids(noted.resolve("Sở Y tế", TODAY)) == ["a"]
    assert noted.resolve("Sở Y tế", TODAY).confidence == "sure"


@pytest.mark.covers("LC-03")
@pytest.mark.parametrize(
    ("text", "on", "units"),
    [
        ("UBND các xã, phường", TODAY, ["x1", "x2", "f1"]),
        ("UBND các xã, phường", date(2025, 1, 1), ["x2"]),
        ("UBND cấp xã", TODAY, ["x1", "x2", "f1"]),
        ("UBND các phường", TODAY, ["f1"]),
        ("Chủ tịch UBND các xã, phường", TODAY, ["x1", "x2", "f1"]),
        ("UBND các huyện, thị xã, thành phố", date(2025, 1, 1), ["lc", "hl"]),
        ("UBND các huyện, thị xã, thành phố", TODAY, []),
        ("Công an các xã, phường", TODAY, ["ca1"]),
        ("Sở Y tế, UBND các phường", TODAY, ["yt", "f1"]),
        ("Sở Y tế; các đơn vị liên quan", TODAY, ["yt"]),
        ("các đơn vị liên quan", TODAY, []),
        ("các sở, ban, ngành", TODAY, []),
        ("UBND các xã, phường liên quan", TODAY, []),
    ],
)
def test_a_group_is_expanded_where_its_words_fix_who_is_meant(text: str, on: date, units: list[str]) -> None:
    assert [unit.unit_id for unit in DIRECTORY.expand(DIRECTORY.resolve(text, on), on)] == units


def test_all_departments_are_those_in_force() -> None:
    found = [unit.unit_id for unit in DIRECTORY.expand(read("các sở"), TODAY)]
    assert "nnmt" in found
    assert {"tn", "gt", "ca"}.isdisjoint(found)


@pytest.mark.parametrize(
    ("code", "other"),
    [
        ("000.00.15.H40", "H40.15"),
        ("H40.15", "000.00.15.H40"),
        ("000.03.15.H40", "H40.15.03"),
        ("H40", "000.00.00.H40"),
        ("000.03.00.H40", ""),
        ("H37.DN.001", ""),
        ("vxp.saas.03", ""),
    ],
)
def test_the_two_forms_of_a_code(code: str, other: str) -> None:
    assert other_form(code) == other


def test_a_form_that_two_codes_share_is_nobodys() -> None:
    clash = UnitDirectory(
        [UnitEntry("a", "Sở A", code="000.00.05.H99"), UnitEntry("b", "Sở B", code="H99.05")]
    )
    assert ids(clash.resolve("H99.05", TODAY)) == ["b"]
    assert ids(clash.resolve("000.00.05.H99", TODAY)) == ["a"]


_NAMES = [unit for unit in UNITS if unit.valid_to is None]


@given(st.sampled_from(_NAMES), st.integers(0, 200), st.sampled_from(["", "x", "ng", "q"]))
def test_a_mistyped_name_is_never_believed_to_be_another_unit(unit: UnitEntry, at: int, put: str) -> None:
    at %= len(unit.name)
    reading = read(unit.name[:at] + put + unit.name[at + 1 :])
    if reading.confidence == "sure" and reading.units:
        assert reading.units == (unit,)


@given(st.sampled_from(_NAMES), st.sampled_from([str.upper, str.lower, str.title]))
def test_letter_case_tells_no_unit_from_another(unit: UnitEntry, case: object) -> None:
    assert callable(case)
    assert read(case(unit.name)).units == (unit,)
