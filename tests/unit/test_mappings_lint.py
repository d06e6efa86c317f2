"""The check of a table before it is issued: people, work and product of a row, each finding with its remedy.

Excludes days and load (test_mappings_lint_days, test_mappings_lint_load) and the comment
to the drafter (test_mappings_lint_comment).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.assignment import AssignRules, assign
from mappings.lint import Finding, LintLimits, lint
from mappings.lint_checks import CHECKS
from mappings.lint_findings import told
from mappings.lint_rows import names_as_written
from mappings.lint_work import tasks_in
from mappings.tables import TableRow
from mappings.tables.found import CellDoubt
from mappings.units import UnitDirectory, UnitEntry
from tests.tracking_histories import ALL_PROFILES, BINHTHUAN, CALENDAR, DONGNAI, LAOCAI, TPHCM, on
from tests.unit.test_mappings_assignment import DIRECTIVE
from tracking.profile import Profile

ISSUED = on("10/3/2026")
UNITS = UnitDirectory(
    [
        UnitEntry("tc", "Sở Tài chính"),
        UnitEntry("xd", "Sở Xây dựng"),
        UnitEntry("yt", "Sở Y tế"),
        UnitEntry("ta", "Tòa án nhân dân tỉnh"),
        UnitEntry("vp", "Văn phòng UBND tỉnh"),
    ]
)
GOOD = TableRow(
    file="phu-luc.xlsx",
    table="Phụ lục",
    row=5,
    ordinal="1",
    section="",
    content="Tham mưu kế hoạch cải tạo tuyến đường ven sông Lam",
    lead="Sở Xây dựng",
    coordinators="Sở Tài chính",
    deadline="27/3/2026",
    product="Kế hoạch",
)
LONG = "Rà soát hồ sơ các công trình thủy lợi trên địa bàn. " * 20


def found(
    profile: Profile | None = LAOCAI, units: UnitDirectory | None = UNITS, **cells: Any
) -> list[Finding]:
    return list(
        lint([replace(GOOD, **cells)], profile=profile, calendar=CALENDAR, directory=units, issued=ISSUED)
    )


def codes(profile: Profile | None = LAOCAI, units: UnitDirectory | None = UNITS, **cells: Any) -> list[str]:
    return [finding.code for finding in found(profile, units, **cells)]


def test_a_row_with_everything_clear_has_no_finding() -> None:
    for profile in (None, *ALL_PROFILES):
        assert codes(profile) == []


@pytest.mark.covers("HC-06")
@pytest.mark.parametrize(
    ("cells", "code", "field"),
    [
        ({"content": " "}, "no_content", "content"),
        ({"lead": "–"}, "no_lead", "lead"),
        ({"deadline": ""}, "no_deadline", "deadline"),
    ],
)
def test_each_of_the_three_elements_is_asked_for(cells: dict[str, Any], code: str, field: str) -> None:
    """TP.HCM Điều 3: nội dung, đơn vị, thời hạn."""
    (finding,) = found(TPHCM, **cells)
    assert (finding.code, finding.field, finding.severity) == (code, field, "must")
    assert "HC-06" in finding.check.requirements


@pytest.mark.covers("HC-06")
def test_a_row_without_any_element_names_all_three() -> None:
    assert codes(TPHCM, content="", lead="", deadline="", coordinators="", product="") == [
        "no_lead",
        "no_content",
        "no_deadline",
    ]


@pytest.mark.covers("LC-04")
@pytest.mark.parametrize(
    ("lead", "code", "said"),
    [
        ("Sở Tài chính, Sở Xây dựng", "several_leads", "từ hai cơ quan"),
        ("Sở Tài chính\nSở Xây dựng", "several_leads", "“Sở Tài chính; Sở Xây dựng”"),
        ("Các sở, ban, ngành", "lead_group", "một nhóm cơ quan"),
        ("Giám đốc Sở Y tế", "lead_by_title", "đã hiểu là Sở Y tế"),
        ("Giám đốc", "lead_person", "chưa rõ cơ quan nào"),
        ("Sở Giao thông", "lead_unknown", "“Sở Giao thông”"),
    ],
)
def test_a_lead_that_is_not_one_named_unit(lead: str, code: str, said: str) -> None:
    (finding,) = found(lead=lead, coordinators="")
    assert (finding.code, finding.field, finding.check.clear) == (code, "lead", "người")
    assert said in finding.sentence
    assert finding.severity == ("should" if code == "lead_by_title" else "must")


def test_a_lead_followed_by_its_coordinators_is_one_lead() -> None:
    assert codes(lead="Sở Xây dựng chủ trì, phối hợp với Sở Y tế") == []


@pytest.mark.covers("HC-01")
def test_several_leads_are_only_worth_a_look_where_the_regulation_allows_them() -> None:
    (finding,) = found(BINHTHUAN, lead="Sở Tài chính, Sở Xây dựng", coordinators="")
    assert (finding.code, finding.severity) == ("several_leads", "should")


def test_an_unknown_name_is_told_with_names_to_choose_from() -> None:
    (finding,) = found(lead="Sở Xây dựn", coordinators="")
    assert "Sở Xây dựng" in finding.remedy


@pytest.mark.covers("DN-06")
def test_a_unit_outside_the_regulation_does_not_get_a_task() -> None:
    (finding,) = found(DONGNAI, lead="Tòa án nhân dân tỉnh")
    assert (finding.code, finding.severity, finding.check.clear) == ("lead_outside", "must", "thẩm quyền")
    assert codes(LAOCAI, lead="Tòa án nhân dân tỉnh") == []


@pytest.mark.parametrize("units", [UNITS, None])
def test_related_units_are_nobody(units: UnitDirectory | None) -> None:
    (finding,) = found(units=units, coordinators="Sở Y tế, các đơn vị liên quan")
    assert (finding.code, finding.field, finding.text) == (
        "open_coordinators",
        "coordinators",
        "các đơn vị liên quan",
    )


def test_an_unknown_coordinator_and_a_lead_that_helps_itself() -> None:
    assert codes(coordinators="Sở Giao thông") == ["coordinator_unknown"]
    assert codes(coordinators="Sở Y tế, Sở Xây dựng") == ["lead_coordinates"]


def test_somebody_with_authority_is_nobody_either() -> None:
    (finding,) = found(content="Rà soát, trình cấp có thẩm quyền xem xét phương án")
    assert (finding.code, finding.check.clear) == ("open_authority", "thẩm quyền")


@pytest.mark.covers("LC-04", "LC-09")
@pytest.mark.parametrize(
    ("content", "verb"),
    [
        ("Tăng cường công tác phòng cháy", "Tăng cường"),
        ("- Đẩy mạnh tuyên truyền về chuyển đổi số", "Đẩy mạnh"),
        ("Tiếp tục nâng cao chất lượng phục vụ", "nâng cao"),
        ("Tiếp tục chăm lo đời sống người cao tuổi", "Tiếp tục"),
        ("THỰC HIỆN TỐT việc tiếp công dân", "THỰC HIỆN TỐT"),
    ],
)
def test_an_appeal_without_a_product_is_no_concrete_job(content: str, verb: str) -> None:
    (finding,) = found(content=content, product="")
    assert finding.code == "vague_work"
    assert f"“{verb}”" in finding.sentence


@pytest.mark.parametrize(
    "cells",
    [
        {"content": "Tăng cường công tác phòng cháy", "product": "Báo cáo"},
        {"content": "Tăng cường phòng cháy, báo cáo kết quả về UBND tỉnh", "product": ""},
        {"content": "Tổ chức lễ khánh thành cầu Lam Hạ", "product": ""},
    ],
)
def test_a_product_in_its_column_or_in_the_content_is_enough(cells: dict[str, Any]) -> None:
    assert codes(**cells) == []


@pytest.mark.covers("BT-04")
@pytest.mark.parametrize(
    ("content", "product", "code"),
    [
        ("Chăm lo đời sống người cao tuổi", "", "no_product"),
        ("Chăm lo đời sống người cao tuổi", "Theo quy định", "open_product"),
        ("Chăm lo đời sống người cao tuổi", "Kết quả thực hiện", "open_product"),
    ],
)
def test_a_product_is_missing_or_open(content: str, product: str, code: str) -> None:
    (finding,) = found(content=content, product=product)
    assert (finding.code, finding.check.clear, finding.severity) == (code, "sản phẩm", "should")


@pytest.mark.parametrize(
    ("content", "count"),
    [
        ("Lập kế hoạch cải tạo đường", 1),
        ("1. Lập kế hoạch\n2. Trình UBND tỉnh\n3. Báo cáo", 3),
        ("- Lập kế hoạch\n- Trình UBND tỉnh", 2),
        ("Các việc: a) lập kế hoạch; b) trình UBND tỉnh", 2),
        ("Rà soát: (1) đường ven sông; (2) cầu Lam Hạ", 2),
        ("Thực hiện điểm a, điểm b khoản 1, khoản 2 Điều 5", 1),
        ("Báo cáo tiến độ năm 2026. Kết quả gửi Sở Xây dựng", 1),
        ("2. Lập kế hoạch", 1),
        ("Lập kế hoạch\n- trình UBND tỉnh", 1),
    ],
)
def test_tasks_of_one_cell_are_counted(content: str, count: int) -> None:
    assert tasks_in(content) == count
    assert ("several_tasks" in codes(content=content)) == (count > 1)


def test_a_long_content_is_measured_against_the_office_s_own_number() -> None:
    assert "long_content" in codes(content=LONG)
    (finding,) = lint(
        [GOOD],
        profile=None,
        calendar=CALENDAR,
        directory=None,
        issued=None,
        limits=LintLimits(longest_content=len(GOOD.content) - 1),
    )
    assert f"{len(GOOD.content)} ký tự" in finding.sentence


@pytest.mark.parametrize(
    ("role", "code", "severity"),
    [
        ("lead", "lead_doubt", "must"),
        ("deadline", "deadline_doubt", "must"),
        ("product", "cell_doubt", "should"),
    ],
)
def test_what_the_table_leaves_open_is_asked_once(role: str, code: str, severity: str) -> None:
    doubt = CellDoubt(role, "Sở Y tế" if role == "lead" else "30/4/2026", "Ô để trống.", "Ghi rõ.")
    cells: dict[str, Any] = {role: "", "doubts": (doubt,)}
    (finding,) = found(**cells)
    assert (finding.code, finding.severity, finding.remedy) == (code, severity, "Ghi rõ.")


@pytest.mark.covers("HC-15", "LC-04", "LC-09")
@pytest.mark.parametrize("profile", ALL_PROFILES, ids=lambda profile: profile.id)
def test_whatever_assignment_sends_back_has_a_grave_finding(profile: Profile) -> None:
    """The check before the issue promises nothing that tracking does not keep."""
    cells: list[dict[str, Any]] = [
        {"lead": lead, "deadline": deadline}
        for lead in ("Sở Y tế", "", "Giám đốc", "Các sở", "Sở Giao thông", "Tòa án nhân dân tỉnh")
        for deadline in ("27/3/2026", "", "Thường xuyên", "hằng tháng", "31/2/2026", "1/3/2026", "khi rảnh")
    ]
    rules = AssignRules(
        profile.undated, profile.before_date, CALENDAR.add_working_days, profile.outside.holds
    )
    for one in cells:
        row = replace(GOOD, **one)
        directive = replace(DIRECTIVE, issued_on=ISSUED)
        made = assign(
            directive,
            [row],
            directory=UNITS,
            rules=rules,
            site="s",
            profile_id=profile.id,
            profile_version="1",
        )
        grave = any(finding.severity == "must" for finding in found(profile, **one))
        assert grave == (not made.tasks), one


def test_names_are_cut_only_where_a_name_begins() -> None:
    cell = "Sở Văn hóa, Thể thao và Du lịch, Sở Nông nghiệp và Môi trường; UBND các xã\n- Công an tỉnh và Sở Y tế."
    assert names_as_written(cell) == [
        "Sở Văn hóa, Thể thao và Du lịch",
        "Sở Nông nghiệp và Môi trường",
        "UBND các xã",
        "Công an tỉnh",
        "Sở Y tế",
    ]


def test_every_check_is_listed_and_an_unlisted_one_is_refused() -> None:
    with pytest.raises(ValueError, match="CHECKS"):
        told("new_check", GOOD, "lead", "", "", "", severity="must")
    rooms = Path(__file__).parents[2].joinpath("mappings").glob("lint*.py")
    source = "".join(path.read_text(encoding="utf-8") for path in rooms if path.name != "lint_checks.py")
    derived = {"lead_doubt", "deadline_doubt"}
    assert [code for code in CHECKS if f'"{code}"' not in source and code not in derived] == []


CELL = st.text(st.sampled_from("aăđờƠ 1a).;,-\n“/XIV"), max_size=40) | st.sampled_from(
    ["Sở Xây dựng", "các đơn vị liên quan", "Tăng cường", "trước ngày 30/4", "31/02/2026", "hằng quý", LONG]
)


@settings(max_examples=200)
@given(
    cells=st.fixed_dictionaries(
        dict.fromkeys(("content", "lead", "coordinators", "deadline", "product"), CELL)
    ),
    profile=st.sampled_from([None, *ALL_PROFILES]),
    issued=st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    known=st.booleans(),
)
def test_no_row_is_too_odd_to_be_checked(
    cells: dict[str, Any], profile: Profile | None, issued: date | None, known: bool
) -> None:
    row = replace(GOOD, **cells)
    units = UNITS if known else None
    once = lint([row], profile=profile, calendar=CALENDAR, directory=units, issued=issued)
    assert once == lint([row], profile=profile, calendar=CALENDAR, directory=units, issued=issued)
    assert all(finding.sentence.endswith((".", ".”")) and finding.remedy for finding in once)
    assert len({(finding.code, finding.field, finding.text) for finding in once}) == len(once)
