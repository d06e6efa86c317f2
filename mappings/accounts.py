"""People and posts: what a position means for tracking, and who may review.

The acting identity is the post; roles are hints taken from the words of the
position, since no document system tells them in a field.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Literal, Protocol

from mappings.texts import fold

Role = Literal["leader", "clerk", "specialist", "other"]

_CLERK = re.compile(r"\bvan thu\b")
_LEADER = re.compile(
    r"\b(chu tich|giam doc|chanh van phong|chanh thanh tra|cuc truong|chi cuc truong|truong (ban|phong|khoa)"
    r"|hieu truong|vien truong|thu truong|nguoi dung dau"
    r"|bi thu|chi huy truong|truong cong an|pho (chu tich|giam doc|chanh|truong|cuc|chi cuc))\b"
)
_SPECIALIST = re.compile(
    r"\b(chuyen vien|can su|thanh tra vien|ky su|ke toan|cong chuc|tai khoan tich hop)\b"
)


class Account(Protocol):
    """What is needed of an account; the store's rows are such."""

    @property
    def user_id(self) -> str:
        """Id of the person, one over all posts."""

    @property
    def full_name(self) -> str:
        """Name as shown."""

    @property
    def position(self) -> str:
        """Title of the post."""

    @property
    def role(self) -> str:
        """Hint of `role_of`."""

    @property
    def unit_id(self) -> str:
        """Unit of the post."""

    @property
    def email(self) -> str:
        """E-mail, may be blank."""

    @property
    def phone(self) -> str:
        """Telephone, may be blank."""

    @property
    def state(self) -> str:
        """Active, locked or gone, as a word."""


def role_of(position: str) -> Role:
    """The role a position hints at: a clerk before a leader ("Phó Trưởng phòng Văn thư" handles papers)."""
    words = fold(position)
    if _CLERK.search(words):
        return "clerk"
    if _LEADER.search(words):
        return "leader"
    if _SPECIALIST.search(words):
        return "specialist"
    return "other"


def contact_line(account: Account) -> str:
    """Name, position, telephone and e-mail of the person who follows a task (HC-20); gaps are left out."""
    parts = (account.full_name, account.position, account.phone, account.email)
    return ", ".join(part for part in parts if part)


def may_review(accounts: Iterable[Account], office_units: Collection[str], user_id: str) -> bool:
    """Whether a user holds an active post of the Office that may approve, reject or consent (LC-16, DT-08)."""
    return any(
        account.user_id == user_id != ""
        and account.state == "active"
        and account.unit_id in office_units
        and account.role in {"leader", "specialist"}
        for account in accounts
    )
