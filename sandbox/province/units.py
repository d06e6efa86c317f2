"""The units of the made-up province, before and after the two reforms of 2025.

Departments merged on 28/2/2025 (one board on 30/6/2025) and districts gave way to
communes and wards on 1/7/2025, so that "who existed on that day" is a real question.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sandbox.dataset import Unit

DEPARTMENTS_END = date(2025, 2, 28)
DISTRICTS_END = date(2025, 6, 30)
PROVINCE = "UBND"
OFFICE = "VP"

_Named = tuple[str, str, str]  # slug, name, acronym

_ROOMS: tuple[_Named, ...] = (
    ("TH", "Phòng Tổng hợp", "P. Tổng hợp"),
    ("KT", "Phòng Kinh tế", "P. Kinh tế"),
    ("VX", "Phòng Khoa giáo - Văn xã", "P. KGVX"),
    ("NC", "Phòng Nội chính", "P. Nội chính"),
    ("HC", "Phòng Hành chính - Tổ chức", "P. HC-TC"),
    ("QT", "Phòng Quản trị - Tài vụ", "P. QT-TV"),
    ("HCC", "Trung tâm Phục vụ hành chính công", "TT PVHCC"),
    ("TCD", "Ban Tiếp công dân", "Ban TCD"),
)

_DEPARTMENTS: tuple[_Named, ...] = (
    ("NV", "Sở Nội vụ", "Sở NV"),
    ("TP", "Sở Tư pháp", "Sở TP"),
    ("TC", "Sở Tài chính", "Sở TC"),
    ("CT", "Sở Công Thương", "Sở CT"),
    ("NNMT", "Sở Nông nghiệp và Môi trường", "Sở NN&MT"),
    ("XD", "Sở Xây dựng", "Sở XD"),
    ("KHCN", "Sở Khoa học và Công nghệ", "Sở KH&CN"),
    ("VHTTDL", "Sở Văn hóa, Thể thao và Du lịch", "Sở VH,TT&DL"),
    ("GDDT", "Sở Giáo dục và Đào tạo", "Sở GD&ĐT"),
    ("YT", "Sở Y tế", "Sở YT"),
    ("DTTG", "Sở Dân tộc và Tôn giáo", "Sở DT&TG"),
    ("TTT", "Thanh tra tỉnh", "Thanh tra tỉnh"),
    ("BQLKKT", "Ban Quản lý Khu kinh tế tỉnh", "BQL KKT tỉnh"),
    ("CA", "Công an tỉnh", "CA tỉnh"),
    ("BCHQS", "Bộ Chỉ huy Quân sự tỉnh", "Bộ CHQS tỉnh"),
    ("THUE", "Thuế tỉnh Sông Lam", "Thuế tỉnh"),
    ("KBNN", "Kho bạc Nhà nước tỉnh Sông Lam", "KBNN tỉnh"),
    ("BHXH", "Bảo hiểm xã hội tỉnh", "BHXH tỉnh"),
    ("TK", "Thống kê tỉnh Sông Lam", "Thống kê tỉnh"),
    ("BPTTH", "Báo và Phát thanh, Truyền hình Sông Lam", "Báo và PTTH Sông Lam"),
    ("XTDT", "Trung tâm Xúc tiến Đầu tư tỉnh", "TT XTĐT tỉnh"),
    ("QLDA", "Ban Quản lý dự án đầu tư xây dựng tỉnh", "BQLDA ĐTXD tỉnh"),
    ("QDT", "Quỹ Đầu tư phát triển tỉnh", "Quỹ ĐTPT tỉnh"),
    ("CDSL", "Trường Cao đẳng Sông Lam", "Trường CĐ Sông Lam"),
    ("TAND", "Tòa án nhân dân tỉnh", "TAND tỉnh"),
    ("VKSND", "Viện kiểm sát nhân dân tỉnh", "VKSND tỉnh"),
)

# slug, name, acronym, last day, successor's slug
_ABOLISHED: tuple[tuple[str, str, str, date, str], ...] = (
    ("KHDT", "Sở Kế hoạch và Đầu tư", "Sở KH&ĐT", DEPARTMENTS_END, "TC"),
    ("TNMT", "Sở Tài nguyên và Môi trường", "Sở TN&MT", DEPARTMENTS_END, "NNMT"),
    ("NNPTNT", "Sở Nông nghiệp và Phát triển nông thôn", "Sở NN&PTNT", DEPARTMENTS_END, "NNMT"),
    ("TTTT", "Sở Thông tin và Truyền thông", "Sở TT&TT", DEPARTMENTS_END, "KHCN"),
    ("GTVT", "Sở Giao thông vận tải", "Sở GTVT", DEPARTMENTS_END, "XD"),
    ("LDTBXH", "Sở Lao động - Thương binh và Xã hội", "Sở LĐTB&XH", DEPARTMENTS_END, "NV"),
    ("BDT", "Ban Dân tộc", "Ban DT", DEPARTMENTS_END, "DTTG"),
    ("SNGV", "Sở Ngoại vụ", "Sở NgV", DEPARTMENTS_END, OFFICE),
    ("BQLKCN", "Ban Quản lý các khu công nghiệp tỉnh", "BQL các KCN tỉnh", DISTRICTS_END, "BQLKKT"),
)

_FOUNDED = {"NNMT": DEPARTMENTS_END, "DTTG": DEPARTMENTS_END, "BQLKKT": DISTRICTS_END}

_DISTRICTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "thành phố Lam Châu",
        ("phường Lam Châu", "phường Bến Thượng", "phường Cầu Đông", "phường Trúc Khê", "phường Nam Lũng"),
    ),
    ("thị xã Cửa Nguồn", ("phường Cửa Nguồn", "phường Hải Trạch", "xã Bãi Sậy", "xã Đông Nguồn")),
    ("huyện Bạch Khê", ("xã Bạch Khê", "xã Khê Thượng", "xã Khê Hạ", "xã Trúc Khê")),
    ("huyện Thanh Lũng", ("xã Thanh Lũng", "xã Lũng Vài", "xã Nà Soi", "xã Tân Lũng")),
    ("huyện Đại Nham", ("xã Đại Nham", "xã Nham Sơn", "xã Hang Gấu")),
    ("huyện Yên Trạch", ("xã Yên Trạch", "xã Trạch Lộc", "xã Đồng Vang")),
    ("huyện Mường Lâm", ("xã Mường Lâm", "xã Mường Pha", "xã Bản Dền", "xã Co Mận")),
    ("huyện Tân Ngàn", ("xã Tân Ngàn", "xã Ngàn Phú", "xã Ngàn Sậu", "xã Đồng Ngàn")),
    ("huyện Phú Soi", ("xã Phú Soi", "xã Soi Giữa", "xã Kênh Đào")),
)


def fold(text: str) -> str:
    """Return lower-case ASCII letters and digits only, as log-in and file names carry them."""
    bare = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(letter for letter in bare if letter.isascii() and letter.isalnum())


@dataclass(frozen=True, slots=True)
class Register:
    """The unit tree with the short names that drafters use for its units."""

    units: tuple[Unit, ...]
    slugs: Mapping[str, Unit]
    acronyms: Mapping[str, str]

    def acronym(self, unit: Unit) -> str:
        """Return the usual abbreviation, or the full name where nobody abbreviates."""
        return self.acronyms.get(unit.unit_id, unit.name)

    def owner(self, slugs: str, day: date) -> Unit:
        """Return who answers for a field of work on `day`; `slugs` is "new" or "new/old"."""
        current, _, former = slugs.partition("/")
        if former and stands(self.slugs[former], day):
            return self.slugs[former]
        unit = self.slugs[current]
        if stands(unit, day):
            return unit
        return next(u for u in self.units if unit.unit_id in u.successors and stands(u, day))

    def localities(self, day: date) -> tuple[Unit, ...]:
        """Return the lowest tier that receives directives on `day`: districts, later communes."""
        communes = tuple(u for u in self.units if u.tier == "commune" and stands(u, day))
        return communes or tuple(u for u in self.units if u.tier == "district" and stands(u, day))

    def departments(self, day: date) -> tuple[Unit, ...]:
        """Return the departments that may be given work on `day` (courts and procuracy may not)."""
        outside = {self.slugs["TAND"].unit_id, self.slugs["VKSND"].unit_id}
        return tuple(
            u for u in self.units if u.tier == "department" and stands(u, day) and u.unit_id not in outside
        )

    def abolished(self, day: date) -> tuple[Unit, ...]:
        """Return the units that no longer stand on `day`."""
        return tuple(u for u in self.units if u.valid_to is not None and u.valid_to < day)


def stands(unit: Unit, day: date) -> bool:
    """Tell whether the unit exists on `day`; both ends of its validity belong to it."""
    begun = unit.valid_from is None or unit.valid_from <= day
    return begun and (unit.valid_to is None or day <= unit.valid_to)


def make_units() -> Register:
    """Build the register; the same ids every time, because nothing in it is drawn by lot."""
    top = Unit("100", "UBND tỉnh Sông Lam", "H99", "", "province")
    office = Unit("101", "Văn phòng UBND tỉnh", "H99.01", "100", "department")
    slugs: dict[str, Unit] = {PROVINCE: top, OFFICE: office}
    acronyms = {"100": "UBND tỉnh", "101": "VP UBND tỉnh"}
    for place, (slug, name, short) in enumerate(_ROOMS, start=1):
        slugs[slug] = Unit(str(110 + place), name, f"H99.01.{place:02}", "101", "room")
        acronyms[slugs[slug].unit_id] = short
    for place, (slug, name, short) in enumerate(_DEPARTMENTS, start=2):
        founded = _FOUNDED.get(slug)
        begin = founded + timedelta(days=1) if founded else None
        slugs[slug] = Unit(str(120 + place), name, f"H99.{place:02}", "100", "department", valid_from=begin)
        acronyms[slugs[slug].unit_id] = short
    for place, (slug, name, short, last, heir) in enumerate(_ABOLISHED, start=41):
        heirs = (slugs[heir].unit_id,)
        slugs[slug] = Unit(
            str(120 + place), name, f"H99.{place}", "100", "department", valid_to=last, successors=heirs
        )
        acronyms[slugs[slug].unit_id] = short
    _add_localities(slugs)
    return Register(tuple(slugs.values()), slugs, acronyms)


def _add_localities(slugs: dict[str, Unit]) -> None:
    """Add districts and the communes that took them over."""
    begin = DISTRICTS_END + timedelta(days=1)
    commune_ids = iter(range(301, 400))
    for place, (district, communes) in enumerate(_DISTRICTS, start=1):
        heirs = []
        for name in communes:
            number = next(commune_ids)
            heirs.append(str(number))
            slugs[fold(name)] = Unit(
                str(number), f"UBND {name}", f"H99.{number - 240}", "100", "commune", valid_from=begin
            )
        slugs[fold(district)] = Unit(
            str(200 + place),
            f"UBND {district}",
            f"H99.{50 + place}",
            "100",
            "district",
            valid_to=DISTRICTS_END,
            successors=tuple(heirs),
        )
