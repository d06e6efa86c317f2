"""Posts and people: what a position hints at, and who may review for the Office (DT-08, LC-16)."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from mappings.accounts import contact_line, may_review, role_of


@dataclass(frozen=True)
class Post:
    user_id: str = "u1"
    full_name: str = "Trần Thị Bình"
    position: str = "Chuyên viên"
    role: str = "specialist"
    unit_id: str = "vp-th"
    email: str = "binh@songlam.example"
    phone: str = "0900000001"
    state: str = "active"


@pytest.mark.parametrize(
    ("position", "role"),
    [
        ("Chủ tịch UBND tỉnh", "leader"),
        ("PHÓ CHỦ TỊCH", "leader"),
        ("Chánh Văn phòng", "leader"),
        ("Phó Chánh Văn phòng", "leader"),
        ("Trưởng phòng Tổng hợp", "leader"),
        ("Phó Giám đốc Sở", "leader"),
        ("Bí thư Tỉnh đoàn", "leader"),
        ("Văn thư", "clerk"),
        ("Văn thư trưởng", "clerk"),
        ("Chuyên viên chính", "specialist"),
        ("Cán sự", "specialist"),
        ("Lái xe", "other"),
        ("", "other"),
        ("Chánh Thanh tra", "leader"),
    ],
)
def test_the_position_hints_at_a_role(position: str, role: str) -> None:
    assert role_of(position) == role


def test_the_contact_line_leaves_gaps_out() -> None:
    assert contact_line(Post()) == "Trần Thị Bình, Chuyên viên, 0900000001, binh@songlam.example"
    assert contact_line(Post(position="", email="")) == "Trần Thị Bình, 0900000001"


@pytest.mark.covers("LC-16", "DT-08")
def test_only_an_active_post_of_the_office_reviews() -> None:
    office = {"vp", "vp-th"}
    assert may_review([Post()], office, "u1")
    assert may_review([Post(unit_id="tc"), Post(role="leader")], office, "u1")
    for post in (
        Post(state="locked"),
        Post(state="gone"),
        Post(unit_id="tc"),
        Post(role="clerk"),
        Post(role="other"),
    ):
        assert not may_review([post], office, "u1")
    assert not may_review([Post()], office, "u2")
    assert not may_review([Post(user_id="")], office, "")
    assert not may_review([], office, "u1")
