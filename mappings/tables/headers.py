"""What a column of an assignment table is for, told by the meaning of its title.

No two offices title their columns alike ("Cơ quan chủ công thực hiện", "TG hoàn thành",
"Cấp trình"), so there is no list of titles. A Vietnamese title begins with its head
noun (đơn vị, thời gian, nội dung …) and the words after it turn the meaning ("đơn vị"
+ "phối hợp", "thời gian" + "giao"): both are scored. In `columns.py` the titles of one
table compete for the roles.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from mappings.tables.folding import bare, kept

LONGEST_TITLE: Final = 120
_MOST_WORDS: Final = 22


class Role(StrEnum):
    """What a column tells. NOTE is anything about the task that is none of the others."""

    STT = "stt"
    CONTENT = "content"
    LEAD = "lead"
    COORDINATE = "coordinate"
    DEADLINE = "deadline"
    PRODUCT = "product"
    OFFICER = "officer"
    NOTE = "note"
    OTHER = "other"


SURE: Final = 5
"""A score from which a title alone says its role; below it the other columns must agree."""
USABLE: Final = 3

Scores = Mapping[Role, int]
_ORGAN = (
    r"(?:don vi|co quan|dia phuong|bo phan|phong ban|phong|to chuc|so nganh|so ban nganh|cac so|nganh|chu the"
    r"|noi(?= thuc hien)|tap the|don vi ca nhan)"
)
_PERSON = r"(?:nguoi|can bo|ca nhan|cong chuc|dong chi|nhan su)"
_DOES = (
    r"(?:thuc hien|trien khai|xu ly|giai quyet|tham muu|nhan|dam nhan|duoc giao|duoc phan cong"
    r"|chiu trach nhiem|soan thao|xay dung|phu trach)"
)
_LEADS = r"\b(?:chu tri|chu cong|chiu trach nhiem chinh|dau moi)\b"
_HELPS = r"\b(?:phoi hop|ket hop|tham gia|lien quan|ho tro|phoi thuoc)\b"
_WATCHES = r"\b(?:theo doi|giam sat|don doc|kiem tra|phu trach)\b"
_RECEIVES = (
    r"\b(?:ban hanh|phe duyet|duyet|tham dinh|tham tra|tiep nhan|thu huong|quyet dinh|tinh|trinh|bao cao|gui"
    r"|kiem soat)\b"
)
_PAST_TIME = (
    r"\b(?:giao|ban hanh|chi dao|van ban|(?:ngay|gian) ky|bat dau|khoi cong|tiep nhan|ngay nhan|ngay den"
    r"|cap nhat|hop|phat hanh)\b"
)
_TOLD = (
    r"(?:ket qua|tinh trang|trang thai|tinh hinh|danh gia|nguon|can cu|so ky hieu|so van ban|so hieu|ky hieu"
    r"|van ban|cap trinh|cap|kinh phi|linh vuc|ly do|kho khan|de xuat|ma|so|nhom|loai|bat dau|y kien cua"
    r"|mo ta tien do)\b"
)
_TO_DO = (
    r"(?:ten |danh muc |cac )?(?:noi dung|nhiem vu|cong viec|dau viec|viec|hang muc|ket luan|y kien chi dao"
    r"|chi dao)\b"
)
_ASKED_RESULT = r"\b(?:san pham|dau ra|can dat|phai dat|du kien|yeu cau)\b"
_TIME = r"(?:thoi gian|tg|moc|thoi diem)\b"
_NOT_ASKED = r"\b(?:thuc te|gia han|qua han|con lai|bat dau|da hoan thanh|cham)\b"
_ASKED = r"\b(?:hoan thanh|thuc hien|trinh|ket thuc|xu ly)\b"

# First rule that fits decides. (title begins with, then contains, not contains) → scores.
_RULES: Final[tuple[tuple[str, str, str, dict[Role, int]], ...]] = (
    # Numbers.
    (r"(?:stt|tt|so tt|so thu tu|thu tu)\b", "", "", {Role.STT: 9}),
    (r"(?:no|muc so|so muc)$", "", "", {Role.STT: 5}),
    # A unit or a person, whichever the words after it make of it.
    (rf"(?:ten )?(?:cac )?(?:{_ORGAN}|{_PERSON})\b", _LEADS, "", {Role.LEAD: 9}),
    (rf"(?:ten )?(?:cac )?(?:{_ORGAN}|{_PERSON})\b", _HELPS, "", {Role.COORDINATE: 9}),
    (rf"(?:ten )?(?:cac )?{_ORGAN}\b", rf"\b{_DOES}\b", r"\btinh\b", {Role.LEAD: 7}),
    (rf"(?:ten )?(?:cac )?{_ORGAN}\b", _WATCHES, "", {Role.OFFICER: 5}),
    (rf"(?:ten )?(?:cac )?{_ORGAN} giao\b", "", "", {Role.LEAD: 3, Role.NOTE: 2}),
    (rf"{_PERSON} (?:giao|ky|lap|nhan|bao cao)\b", "", "", {Role.NOTE: 4}),
    (rf"(?:ten )?(?:cac )?{_ORGAN}\b", r"\btrinh\b", r"\b(?:cap|duyet)\b", {Role.LEAD: 3, Role.NOTE: 2}),
    (rf"(?:ten )?(?:cac )?{_ORGAN}\b", _RECEIVES, "", {Role.NOTE: 3}),
    (rf"(?:ten )?(?:cac )?{_ORGAN}(?: {_ORGAN}| hoac ca nhan| ca nhan)*$", "", "", {Role.LEAD: 4}),
    (rf"{_PERSON}\b", r"\b(?:theo doi|giam sat|don doc|phu trach)\b", "", {Role.OFFICER: 8}),
    (rf"{_PERSON}\b", rf"\b{_DOES}\b", "", {Role.LEAD: 6, Role.OFFICER: 2}),
    (r"(?:chuyen vien|theo doi|nguoi dau moi|dau moi theo doi)\b", "", "", {Role.OFFICER: 8}),
    (r"(?:thu ky|thu ki)\b", "", "", {Role.OFFICER: 7}),
    (r"(?:lanh dao|pho chu tich|chu tich|giam doc)\b", "", r"\b(?:y kien|noi dung)\b", {Role.OFFICER: 6}),
    (r"(?:chu tri|chu cong|dau moi|chiu trach nhiem)\b", "", "", {Role.LEAD: 8}),
    (r"(?:phoi hop|ket hop)\b", "", _LEADS, {Role.COORDINATE: 8}),
    (r"(?:phan cong|trach nhiem|giao cho|giao)\b", _LEADS, "", {Role.LEAD: 8}),
    (r"(?:phan cong|trach nhiem|giao cho|giao)\b", _HELPS, "", {Role.COORDINATE: 8}),
    (r"(?:phan cong|giao) (?:nhiem vu|cong viec|viec)$", "", "", {Role.CONTENT: 4, Role.LEAD: 3}),
    (r"(?:phan cong|trach nhiem|giao cho|giao)\b", "", r"\b(?:ngay|so luong)\b", {Role.LEAD: 5}),
    # What must come out of it, before "kết quả" is taken for a report of progress.
    (r"(?:yeu cau )?(?:ve )?(?:san pham|dau ra|ket qua dau ra)\b", "", "", {Role.PRODUCT: 9}),
    (r"(?:yeu cau ket qua|ket qua)", _ASKED_RESULT, "", {Role.PRODUCT: 8}),
    (r"ket qua$", "", "", {Role.PRODUCT: 4, Role.NOTE: 2}),
    (r"(?:hinh thuc|loai) (?:van ban|san pham)", "", "", {Role.PRODUCT: 5}),
    # Time: the head noun wins unless the words after it point backwards.
    (
        r"(?:thoi gian|thoi han|thoi diem|tg|han|moc|ngay|ky han|tien do|hoan thanh|gia han|qua han|da)\b",
        _NOT_ASKED, "", {Role.NOTE: 4},
    ),
    (r"(?:thoi gian|thoi diem|tg|moc|ngay|tien do|lo trinh)\b", _PAST_TIME, _ASKED, {Role.NOTE: 4}),
    (r"(?:thoi han|han|ky han|deadline|den han)\b", "", r"\bhan che\b", {Role.DEADLINE: 9}),
    (_TIME, r"\b(?:hoan thanh|trinh|ket thuc|xu ly|han)\b", "", {Role.DEADLINE: 9}),
    (_TIME, "", "", {Role.DEADLINE: 7}),
    (r"(?:ngay|thang|quy|nam)\b", rf"{_ASKED}|\bden han\b", "", {Role.DEADLINE: 8}),
    (r"(?:hoan thanh|ket thuc|den ngay)\b", "", r"\bket qua\b", {Role.DEADLINE: 5}),
    (r"lo trinh\b", "", "", {Role.DEADLINE: 5}),
    (r"tien do\b", "", "", {Role.DEADLINE: 4, Role.NOTE: 3}),
    (r"ngay(?: thang)?(?: nam)?$", "", "", {Role.DEADLINE: 3, Role.NOTE: 2}),
    # What is told about the task.
    (r"(?:ghi chu|luu y|chu thich)\b", _HELPS, "", {Role.NOTE: 9, Role.COORDINATE: 3}),
    (r"(?:ghi chu|luu y|chu thich)\b", "", "", {Role.NOTE: 9}),
    (_TOLD, "", "", {Role.NOTE: 5}),
    # What is to be done.
    (_TO_DO, "", r"\bma\b", {Role.CONTENT: 9}),
    (r"ten (?:van ban|de an|du an|ke hoach|nghi quyet|chuong trinh|ho so)", "", "", {Role.CONTENT: 6}),
    (r"(?:de an|du an|chuong trinh|ke hoach|kien nghi|giai phap|trich yeu)\b", "", "", {Role.CONTENT: 4}),
    (r"(?:chi tieu|muc tieu)\b", "", "", {Role.CONTENT: 3, Role.PRODUCT: 3}),
    # Whatever stands first, these words seldom mean anything else.
    (r"", _LEADS, "", {Role.LEAD: 6}),
    (r"", r"\bphoi hop\b", "", {Role.COORDINATE: 6}),
    (r"", rf"\b{_ORGAN} {_DOES}\b", "", {Role.LEAD: 4}),
    (r"", r"\b(?:chuyen vien|nguoi theo doi)\b", "", {Role.OFFICER: 4}),
    (r"", r"\b(?:thoi han|thoi gian hoan thanh|han hoan thanh)\b", "", {Role.DEADLINE: 4}),
    (r"", r"\bsan pham\b", "", {Role.PRODUCT: 4}),
    (r"", r"\b(?:nhiem vu|noi dung cong viec)\b", r"\bso\b", {Role.CONTENT: 3}),
    (r"", r"\bghi chu\b", "", {Role.NOTE: 4}),
    (rf"(?:ten )?{_ORGAN}\b", "", "", {Role.LEAD: 2}),
)  # fmt: skip
_COMPILED: Final = tuple(
    (re.compile(head), re.compile(has), re.compile(lacks) if lacks else None, MappingProxyType(scores))
    for head, has, lacks, scores in _RULES
)
_NOTHING: Final[Scores] = MappingProxyType({})
# Two titles that only their marks tell apart.
_BY_MARKS: Final[Mapping[str, Scores]] = MappingProxyType(
    {
        "mục": MappingProxyType({Role.STT: 4}),
        "mức": MappingProxyType({Role.NOTE: 5}),
        "muc": MappingProxyType({Role.NOTE: 2}),
    }
)


@lru_cache(maxsize=4096)
def scores_of(title: str) -> Scores:
    """Role → score of one title; empty for what is no title (too long, a number, a sentence)."""
    if not title or len(title) > LONGEST_TITLE:
        return _NOTHING
    words = bare(title)
    if not words or len(words.split()) > _MOST_WORDS or words.replace(" ", "").isdigit():
        return _NOTHING
    by_marks = _BY_MARKS.get(kept(title))
    if by_marks is not None:
        return by_marks
    for head, has, lacks, scores in _COMPILED:
        if head.match(words) and has.search(words) and not (lacks and lacks.search(words)):
            return scores
    return _NOTHING


def role_of(title: str) -> Role:
    """The role that a title says by itself, OTHER when it says none."""
    return best_role(scores_of(title))


def best_role(scores: Scores) -> Role:
    """The highest scored role, OTHER below `USABLE`."""
    role = max(scores, key=scores.__getitem__) if scores else Role.OTHER
    return role if scores.get(role, 0) >= USABLE else Role.OTHER
