"""The people of the province, their log-ins and their posts.

Among them are the awkward ones that a real directory holds: namesakes, people with two
posts, locked accounts, people moved by the merger, and accounts without mail or phone.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from sandbox.dataset import Person, Posting, Unit
from sandbox.province.units import OFFICE, PROVINCE, Register, fold

SERVICE_USER = "2000"
PASSWORD = "sandbox"
CLERK = "Văn thư"
SPECIALIST = "Chuyên viên"


def _words(text: str) -> tuple[str, ...]:
    """Split a word list; repeated words are meant, they are the common ones."""
    return tuple(text.split())


_FAMILY = _words(
    "Nguyễn Nguyễn Nguyễn Nguyễn Trần Trần Trần Lê Lê Lê Phạm Phạm Hoàng Hoàng Phan Phan Vũ Võ Đặng Bùi Đỗ "
    "Hồ Ngô Dương Lý Đinh Cao Thái Lương Vi Lô Hà Trịnh Mai Tô Đoàn Chu Tạ Kha Cầm"
)
_MALE_MIDDLE = _words(
    "Văn Văn Đức Hữu Quang Minh Xuân Công Đình Trọng Ngọc Thanh Bá Viết Anh Hoàng Khắc Tiến"
)
_MALE_GIVEN = _words(
    "Hùng Dũng Tuấn Sơn Cường Thắng Hải Long Nam Trung Bình Đạt Hiếu Khánh Lâm Phong Quân Tài Thành Tùng "
    "Việt Vinh Kiên Lợi Nghĩa Phúc Quyết Sáng Toàn Trường"
)
_FEMALE_MIDDLE = (
    "Thị",
    "Thị",
    "Thị Thu",
    "Thị Thanh",
    "Thị Ngọc",
    "Thị Kim",
    "Thị Hồng",
    "Thùy",
    "Phương",
    "Khánh",
    "Bích",
    "Diệu",
)
_FEMALE_GIVEN = _words(
    "Hà Hương Lan Hằng Hoa Linh Mai Nga Ngân Nhung Oanh Phượng Quyên Tâm Thảo Trang Thủy Tuyết Vân Yến Anh "
    "Chi Dung Giang Hạnh Huệ Liên Loan My Xuân"
)

# Two people each: the first in two departments, the second in one and the same.
_NAMESAKES = ("Nguyễn Thị Thanh Hà", "Trần Văn Hùng")

# First words of a unit's name → title of its head, title of the deputies.
_TITLES = (
    ("Văn phòng", "Chánh Văn phòng", "Phó Chánh Văn phòng"),
    ("Thanh tra", "Chánh Thanh tra", "Phó Chánh Thanh tra"),
    ("Bộ Chỉ huy", "Chỉ huy trưởng", "Phó Chỉ huy trưởng"),
    ("Ban", "Trưởng ban", "Phó Trưởng ban"),
    ("Phòng", "Trưởng phòng", "Phó Trưởng phòng"),
    ("Thuế", "Trưởng Thuế tỉnh", "Phó Trưởng Thuế tỉnh"),
    ("Thống kê", "Trưởng Thống kê tỉnh", "Phó Trưởng Thống kê tỉnh"),
    ("Báo", "Tổng Biên tập", "Phó Tổng Biên tập"),
    ("Trường", "Hiệu trưởng", "Phó Hiệu trưởng"),
    ("Tòa án", "Chánh án", "Phó Chánh án"),
    ("Viện", "Viện trưởng", "Phó Viện trưởng"),
    ("UBND", "Chủ tịch", "Phó Chủ tịch"),
    ("", "Giám đốc", "Phó Giám đốc"),
)

# tier → number of deputies, clerks, specialists
_STAFF = {"province": (3, 1, 0), "department": (2, 1, 5), "room": (1, 1, 5), "commune": (1, 1, 2)}


@dataclass(slots=True)
class _Rolls:
    """The directory while it is being filled."""

    register: Register
    rng: random.Random
    people: list[Person] = field(default_factory=list)
    postings: list[Posting] = field(default_factory=list)
    names: set[str] = field(default_factory=lambda: set(_NAMESAKES))
    usernames: set[str] = field(default_factory=lambda: set(_NAMESAKES))

    def hire(self, unit: Unit, position: str, *, full_name: str = "", slug: str = "") -> Person:
        """Add a log-in with one post in `unit`; `slug` keeps the user name of an earlier unit."""
        name = full_name or self._fresh_name()
        username = self._fresh_username(name, slug or _domain(self.register, unit))
        user_id = str(2001 + len(self.people))
        email = f"{username}@songlam.example" if self.rng.random() > 0.05 else ""
        phone = f"0900{self.rng.randrange(10**6):06}" if self.rng.random() > 0.08 else ""
        person = Person(user_id, username, PASSWORD, name, email, phone)
        self.people.append(person)
        self.post(person.user_id, unit, position)
        return person

    def post(self, user_id: str, unit: Unit, position: str) -> None:
        """Give a person (another) post."""
        self.postings.append(Posting(str(50001 + len(self.postings)), user_id, unit.unit_id, position))

    def _fresh_name(self) -> str:
        """Draw a full name that nobody has yet; namesakes are made on purpose elsewhere."""
        while True:
            if self.rng.random() < 0.55:
                middle, given = self.rng.choice(_MALE_MIDDLE), self.rng.choice(_MALE_GIVEN)
            else:
                middle, given = self.rng.choice(_FEMALE_MIDDLE), self.rng.choice(_FEMALE_GIVEN)
            name = f"{self.rng.choice(_FAMILY)} {middle} {given}"
            if name not in self.names:
                self.names.add(name)
                return name

    def _fresh_username(self, name: str, slug: str) -> str:
        """Make the usual log-in name (given name, initials, unit), numbered when taken."""
        words = name.split()
        stem = fold(words[-1]) + "".join(fold(word)[0] for word in words[:-1])
        for username in _numbered(stem, slug):
            if username not in self.usernames:
                self.usernames.add(username)
                return username
        raise AssertionError("unreachable: the numbering has no end")


def _numbered(stem: str, slug: str) -> Iterator[str]:
    yield f"{stem}.{slug}"
    number = 2
    while True:
        yield f"{stem}{number}.{slug}"
        number += 1


def _domain(register: Register, unit: Unit) -> str:
    """Return the part of a log-in name that tells the unit."""
    for slug, other in register.slugs.items():
        if other.unit_id == unit.unit_id:
            return slug.lower()
    raise KeyError(unit.unit_id)


def titles(unit: Unit) -> tuple[str, str]:
    """Return what the head and the deputies of this unit are called."""
    for opening, head, deputy in _TITLES:
        if unit.name.startswith(opening):
            return head, deputy
    raise AssertionError("unreachable: the last opening is empty")


def _staff(rolls: _Rolls, unit: Unit) -> None:
    """Fill a standing unit; an abolished one keeps its last head and clerk only."""
    head, deputy = titles(unit)
    deputies, clerks, specialists = (0, 1, 0) if unit.valid_to else _STAFF[unit.tier]
    rolls.hire(unit, head)
    for _ in range(deputies):
        rolls.hire(unit, deputy)
    for _ in range(clerks):
        rolls.hire(unit, CLERK)
    for _ in range(specialists):
        rolls.hire(unit, SPECIALIST)


def _move_by_merger(rolls: _Rolls) -> None:
    """Heads of abolished units keep their old post beside the new one; others only have the new one."""
    by_id = {unit.unit_id: unit for unit in rolls.register.units}
    for unit in rolls.register.units:
        if not unit.successors:
            continue
        head = next(p for p in rolls.postings if p.unit_id == unit.unit_id)
        heir = by_id[unit.successors[0]]
        rolls.post(head.user_id, heir, titles(heir)[1])
        rolls.hire(heir, SPECIALIST, slug=_domain(rolls.register, unit))


def _second_posts(rolls: _Rolls) -> None:
    """Concurrent posts (kiêm nhiệm), once even inside the same unit."""
    slugs = rolls.register.slugs
    deputies = [p for p in rolls.postings if p.unit_id == slugs[PROVINCE].unit_id][1:]
    rolls.post(deputies[0].user_id, slugs["BQLKKT"], "Trưởng ban (kiêm nhiệm)")
    office = [p for p in rolls.postings if p.unit_id == slugs[OFFICE].unit_id]
    rolls.post(office[1].user_id, slugs["HCC"], "Giám đốc Trung tâm (kiêm nhiệm)")
    commune = [p for p in rolls.postings if p.unit_id == slugs["xabachkhe"].unit_id]
    rolls.post(commune[1].user_id, slugs["xabachkhe"], "Giám đốc Trung tâm Phục vụ hành chính công")


def _lock(rolls: _Rolls) -> None:
    """Lock the clerks of abolished units and some who left; never a unit's only leader or clerk."""
    closed = {unit.unit_id for unit in rolls.register.units if unit.valid_to}
    idle = {p.user_id for p in rolls.postings if p.position == CLERK and p.unit_id in closed}
    leavers = [p.user_id for p in rolls.postings if p.position == SPECIALIST][7::29]
    idle.update(leavers)
    rolls.people[:] = [replace(p, locked=True) if p.user_id in idle else p for p in rolls.people]


def make_people(register: Register, seed: int) -> tuple[tuple[Person, ...], tuple[Posting, ...]]:
    """Return every log-in and post; the service account stands first."""
    rolls = _Rolls(register, random.Random(f"{seed}/people"))
    for unit in register.units:
        _staff(rolls, unit)
    slugs = register.slugs
    for slug in ("NV", "XD"):
        rolls.hire(slugs[slug], SPECIALIST, full_name=_NAMESAKES[0])
    for _ in range(2):
        rolls.hire(slugs["YT"], SPECIALIST, full_name=_NAMESAKES[1])
    _move_by_merger(rolls)
    _second_posts(rolls)
    _lock(rolls)
    # A third of the keyboards in the field still type decomposed letters; three names do so here.
    for place in (60, 140, 220):
        person = rolls.people[place]
        rolls.people[place] = replace(person, full_name=unicodedata.normalize("NFD", person.full_name))
    service = Person(SERVICE_USER, "tdcd", "tdcd-sandbox", "Tài khoản tích hợp Theo dõi chỉ đạo")
    post = Posting("50000", SERVICE_USER, slugs[OFFICE].unit_id, "Tài khoản tích hợp")
    return (service, *rolls.people), (post, *rolls.postings)
