"""What `tdcd doctor` says, in Vietnamese and in English: facts as lines, and what follows from them as findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from connector.capability_words import words
from connector.examining import Examination, Holds
from connector.plugins import Offer
from connector.port import Capability, Paging

#: Beyond this the two clocks are worth a word; the program itself goes by the document system's.
SKEW_SECONDS: Final = 60.0
MIB: Final = 2**20


@dataclass(frozen=True, slots=True)
class Finding:
    """One consequence. `must`: it has to be mended before this site is run."""

    must: bool
    vi: str
    en: str


def headline(site: str, connector: str, lang: str) -> str:
    """Which site this is about."""
    return f"Điểm kết nối {site} ({connector})" if lang == "vi" else f"Site {site} ({connector})"


def lines(found: Examination, answer: dict[str, Any], lang: str) -> list[str]:
    """The facts, one a line."""
    vi = lang == "vi"
    pairs = [
        ("Sổ cái", "Ledger", answer["ledger"]),
        ("Quy chế", "Regulation", answer["profile"]),
        ("Đăng nhập", "Logged in as", f"{found.probe.account or found.user}"),
        ("Đồng hồ", "Clock", _clock(found, vi=vi)),
        ("Cách chia trang", "Paging", _paging(found, vi=vi)),
        ("Đọc hai lần", "Read twice", _stability(found, vi=vi)),
        ("Đơn vị, tài khoản", "Units, accounts", _people(found, vi=vi)),
        ("Văn bản đã xem", "Documents seen", _documents(found, vi=vi)),
        ("Vai trò thấy được", "Roles found", _roles(found, vi=vi)),
        ("Tệp lớn nhất", "Largest attachment", _file(found, vi=vi)),
        ("Giới hạn tốc độ", "Rate limit", _rate(found, vi=vi)),
        ("Số yêu cầu đã gửi", "Requests sent", str(found.requests)),
    ]
    return [f"{name_vi if vi else name_en}: {value}" for name_vi, name_en, value in pairs]


def findings(
    connector: str, found: Examination, answer: dict[str, Any], offered: Sequence[Offer]
) -> list[Finding]:
    """What must be mended first, then what is worth knowing."""
    told = [*_lists(answer), *_capabilities(found), *_clocks(found), *_pages(found)]
    told += [Finding(False, getattr(note, "vi", note), str(note)) for note in found.probe.notes]
    told += [Finding(one.word == connector, one.problem, one.problem) for one in offered if one.problem]
    return sorted(told, key=lambda one: not one.must)


def _lists(answer: dict[str, Any]) -> list[Finding]:
    told = []
    if codes := answer["codes_not_in_site_list"]:
        listed = ", ".join(codes)
        told.append(
            Finding(
                True,
                f"Mã trong [site.actions] không có trong danh mục của hệ thống: {listed}. Sửa [site.actions].",
                f"Codes in [site.actions] that the system's list does not have: {listed}. Correct [site.actions].",
            )
        )
    if texts := answer["texts_not_in_site_list"]:
        listed = "; ".join(texts)
        told.append(
            Finding(
                True,
                f"Danh mục trạng thái thiếu: {listed}. Thêm đúng từng chữ vào danh mục của hệ thống văn bản.",
                f"The list of states lacks: {listed}. Add them to the document system's list, word for word.",
            )
        )
    return told


def _capabilities(found: Examination) -> list[Finding]:
    told = []
    for one, holds in found.capabilities.items():
        if holds is not Holds.NOT_SHOWN:
            continue
        if one is Capability.SHOWS_SECRECY:
            told.append(_all_blank(found))
            continue
        told.append(
            Finding(
                True,
                f"Không thấy khả năng “{words(one, 'vi').name}”. Kiểm tra quyền của tài khoản.",
                f"“{words(one, 'en').name}” was not seen. Check the rights of the account.",
            )
        )
    return told


def _all_blank(found: Examination) -> Finding:
    return Finding(
        False,
        f"Cả {found.probe.documents_seen} văn bản đã xem đều không ghi độ mật: secrecy.blank quyết định.",
        f"None of the {found.probe.documents_seen} documents looked at shows a mark: secrecy.blank decides.",
    )


def _clocks(found: Examination) -> list[Finding]:
    skew = found.probe.clock_skew_seconds
    if skew is None or abs(skew) <= SKEW_SECONDS:
        return []
    return [
        Finding(
            False,
            "Hai đồng hồ lệch nhau hơn một phút. Đặt lại giờ; chương trình tính theo giờ của hệ thống văn bản.",
            "The two clocks differ by more than a minute. Set them; the document system's time is what counts here.",
        )
    ]


def _pages(found: Examination) -> list[Finding]:
    told = []
    if found.probe.pages_fit is False:
        told.append(
            Finding(
                False,
                "Hai trang nhỏ không khớp với một trang lớn: danh sách đổi trong khi đọc, hoặc trang bị giới hạn.",
                "Two small pages are not one large one: the list moves while it is read, or pages are capped.",
            )
        )
    if found.stable is False:
        told.append(
            Finding(
                False,
                "Đọc cùng một trang hai lần thấy khác nhau: chạy lại lúc vắng; nếu vẫn khác, báo nhà cung cấp.",
                "The same page read twice was not the same: look again at a quiet hour; if it stays, tell the vendor.",
            )
        )
    if found.probe.declined:
        told.append(
            Finding(
                False,
                "Hệ thống yêu cầu chậm lại: giảm limits.rate_per_second.",
                "The system asked us to slow down: lower limits.rate_per_second.",
            )
        )
    return told


def _clock(found: Examination, *, vi: bool) -> str:
    skew = found.probe.clock_skew_seconds
    if skew is None or found.probe.server_time is None:
        return "hệ thống không cho biết giờ" if vi else "the system does not tell the time"
    there = f"{found.probe.server_time:%d/%m/%Y %H:%M:%S}"
    return f"{there} (lệch {skew:+.0f} giây)" if vi else f"{there} ({skew:+.0f} seconds from ours)"


def _paging(found: Examination, *, vi: bool) -> str:
    return _PAGING[found.probe.paging][0 if vi else 1] + _FIT[found.probe.pages_fit][0 if vi else 1]


def _stability(found: Examination, *, vi: bool) -> str:
    if found.stable is None:
        return "chưa có văn bản nào" if vi else "there is no document yet"
    rows = found.page_rows
    if found.stable:
        return f"{rows} dòng giống nhau" if vi else f"{rows} rows, the same both times"
    return f"{rows} dòng, KHÁC nhau" if vi else f"{rows} rows, NOT the same"


def _people(found: Examination, *, vi: bool) -> str:
    can = found.capabilities
    none = "không liệt kê" if vi else "not listed"
    counts = ((Capability.LISTS_UNITS, found.units), (Capability.LISTS_ACCOUNTS, found.accounts))
    return ", ".join(none if can[one] is Holds.NOT_DECLARED else str(count) for one, count in counts)


def _documents(found: Examination, *, vi: bool) -> str:
    seen, blank, opened = (
        found.probe.documents_seen,
        found.probe.documents_without_mark,
        found.open_documents,
    )
    if found.capabilities[Capability.ACKNOWLEDGES] is not Holds.NOT_DECLARED:
        return f"{seen} gói chờ trong hộp, không mở" if vi else f"{seen} packets wait in the box, not opened"
    if vi:
        return f"{seen}, trong đó {blank} không ghi độ mật; {opened} văn bản thường được xem kỹ"
    return f"{seen}, {blank} of them without a mark; {opened} open ones were looked into"


def _roles(found: Examination, *, vi: bool) -> str:
    if not found.roles:
        return "chưa thấy công việc nào" if vi else "no work item was seen"
    return ", ".join(f"{_ROLES[name] if vi else name} {count}" for name, count in found.roles.items())


def _file(found: Examination, *, vi: bool) -> str:
    if found.largest_file is None:
        return "chưa thấy tệp nào" if vi else "no file was seen"
    size = f"{found.largest_file / MIB:.2f} MiB"
    return f"{size} trong {found.files} tệp" if vi else f"{size} among {found.files} files"


def _rate(found: Examination, *, vi: bool) -> str:
    if not found.probe.declined:
        return "không bị yêu cầu chậm lại" if vi else "was not asked to slow down"
    times, rest = found.probe.declined, found.probe.longest_rest
    if vi:
        return f"bị yêu cầu chậm lại {times} lần, lâu nhất {rest:g} giây"
    return f"asked to slow down {times} times, for {rest:g} seconds at most"


_ROLES: Final = {"lead": "chủ trì", "coordinate": "phối hợp", "watch": "theo dõi"}
_PAGING: Final = {
    Paging.NUMBERED: ("trang có số", "numbered pages"),
    Paging.BEHIND_LAST: ("tiếp sau mã cuối cùng", "behind the last id"),
    Paging.WHOLE: ("không chia trang", "no pages"),
    Paging.UNKNOWN: ("bộ kết nối không cho biết", "the connector does not tell"),
}
_FIT: Final = {
    True: (", hai trang nhỏ khớp một trang lớn", ", two small pages are one large one"),
    False: (", hai trang nhỏ KHÔNG khớp", ", two small pages do NOT fit"),
    None: ("", ""),
}
