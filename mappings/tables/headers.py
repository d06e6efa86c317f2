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
    r"|noi(?= thuc hien)|tap the|don vi ca nhan|bo nganh|ban nganh|cap uy|chi bo)"
)
_PERSON = r"(?:nguoi|can bo|ca nhan|cong chuc|dong chi|nhan su|thanh vien|uy vien|ho ten|ho va ten)"
_DOES = (
    r"(?:thuc hien|trien khai|xu ly|giai quyet|tham muu|nhan|dam nhan|duoc giao|duoc phan cong"
    r"|chiu trach nhiem|soan thao|xay dung|phu trach|chuan bi|tra loi|lam dau moi|to chuc thuc hien)"
)
_LEADS = r"\b(?:chu tri|chu cong|chiu trach nhiem chinh|dau moi)\b"
_HELPS = r"\b(?:phoi hop|ket hop|tham gia|lien quan|ho tro|phoi thuoc|cung thuc hien)\b"
_WATCHES = r"\b(?:theo doi|giam sat|don doc|kiem tra|phu trach)\b"
_RECEIVES = (
    r"\b(?:ban hanh|phe duyet|duyet|tham dinh|tham tra|tiep nhan|nhan bao cao|thu huong|quyet dinh|tinh|trinh|gui"
    r"|kiem soat|gop y|cong tac)\b"
)
_PAST_TIME = (
    r"\b(?:giao|ban hanh|chi dao|van ban|(?:ngay|gian) ky|bat dau|khoi cong|tiep nhan|ngay nhan|ngay den(?! han)"
    r"|cap nhat|hop|phat hanh|bao quan)\b"
)
_TOLD = (
    r"(?:ket qua|tinh trang|trang thai|tinh hinh|danh gia|nguon|can cu|so ky hieu|so van ban|so hieu|ky hieu"
    r"|van ban|cap trinh|cap|kinh phi|linh vuc|ly do|kho khan|de xuat|ma|so|loai|bat dau|y kien cua"
    r"|mo ta tien do|phan tram|ty le|muc do|tham quyen|co so phap ly|nguyen nhan|ton tai|diem|trong so)\b"
)
_TO_DO = (
    r"(?:ten |danh muc |cac |nhung |mo ta |chi tiet )*(?:noi dung|nhiem vu|cong viec|dau viec|dau muc|viec|hang muc"
    r"|ket luan|y kien chi dao|chi dao)\b"
)
_PAPER = r"(?:van ban|de an|du an|ke hoach|nghi quyet|chuong trinh|ho so|bao cao|chuyen de)"
_ASKED_RESULT = r"\b(?:san pham|dau ra|can dat|phai dat|du kien|yeu cau|mong doi|ky vong|phai co)\b"
_TIME = r"(?:thoi gian|tg|moc|thoi diem)\b"
_NOT_ASKED = (
    r"\b(?:thuc te|gia han|qua han|con lai|bat dau(?!.*\b(?:ket thuc|hoan thanh)\b)|da hoan thanh|cham"
    r"|den nay)\b"
)
_ASKED = r"\b(?:hoan thanh|thuc hien|trinh|ket thuc|xu ly)\b"

# First rule that fits decides. (title begins with, then contains, not contains) → scores.
_RULES: Final[tuple[tuple[str, str, str, dict[Role, int]], ...]] = (
    # Numbers.
    (r"(?:stt|tt|so tt|so thu tu|thu tu)\b", "", "", {Role.STT: 9}),
    (r"xong(?: truoc)?$", "", "", {Role.DEADLINE: 5}),
    (r"cung (?:lam|thuc hien|tham gia)$", "", "", {Role.COORDINATE: 6}),
    (r"(?:no|muc so|so muc)$", "", "", {Role.STT: 5}),
    # A unit or a person, whichever the words after it make of it.
    (rf"(?:ten )?(?:cac )?(?:{_ORGAN}|{_PERSON})\b", _LEADS, "", {Role.LEAD: 9}),
    (rf"(?:ten )?(?:cac )?(?:{_ORGAN}|{_PERSON})\b", _HELPS, "", {Role.COORDINATE: 9}),
    (rf"(?:ten )?(?:cac )?{_ORGAN} nhan (?:bao cao|van ban|ket qua)\b", "", "", {Role.NOTE: 4}),
    (rf"(?:ten )?(?:cac )?{_ORGAN}\b", rf"\b{_DOES}\b", r"\btinh\b", {Role.LEAD: 7}),
    (rf"(?:ten )?(?:cac )?{_ORGAN}\b", _WATCHES, "", {Role.OFFICER: 5}),
    (rf"(?:ten )?(?:cac )?{_ORGAN} (?:giao|duoc phoi hop)\b", "", r"\bduoc giao\b", {Role.NOTE: 4}),
    (rf"{_PERSON} (?:giao|ky|lap|nhan|bao cao)\b", "", "", {Role.NOTE: 4}),
    (rf"(?:ten )?(?:cac )?{_ORGAN}\b", r"\btrinh\b", r"\b(?:cap|duyet)\b", {Role.LEAD: 3, Role.NOTE: 2}),
    (rf"(?:ten )?(?:cac )?{_ORGAN}\b", _RECEIVES, "", {Role.NOTE: 3}),
    (rf"(?:ten )?(?:cac )?{_ORGAN} (?:lap )?bao cao\b", "", "", {Role.LEAD: 4, Role.NOTE: 3}),
    (rf"(?:ten )?(?:cac )?{_ORGAN} (?:thuong truc|chu quan|lap$)\b", "", "", {Role.LEAD: 4}),
    (rf"(?:ten )?(?:cac )?{_ORGAN}(?: {_ORGAN}| hoac ca nhan| ca nhan)*$", "", "", {Role.LEAD: 4}),
    (rf"{_PERSON}\b", r"\b(?:theo doi|giam sat|don doc)\b", "", {Role.OFFICER: 8}),
    (rf"{_PERSON}\b", r"\bphu trach\b", "", {Role.OFFICER: 8, Role.LEAD: 3}),
    (rf"{_PERSON} chi dao\b", "", "", {Role.OFFICER: 6}),
    (rf"{_PERSON}\b", rf"\b{_DOES}\b", "", {Role.LEAD: 6, Role.OFFICER: 2}),
    (r"(?:chuyen vien|theo doi|nguoi dau moi|dau moi theo doi)\b", "", "", {Role.OFFICER: 8}),
    (r"(?:thu ky|thu ki)\b", "", "", {Role.OFFICER: 7}),
    (r"(?:lanh dao|(?:pho )?(?:chu tich|giam doc|bo truong|thu truong|truong phong|chanh van phong))\b",
     "", r"\b(?:y kien|noi dung)\b", {Role.OFFICER: 6}),
    (r"(?:chu tri|chu cong|dau moi|chiu trach nhiem)\b", "", "", {Role.LEAD: 8}),
    (r"(?:phoi hop|ket hop)\b", "", _LEADS, {Role.COORDINATE: 8}),
    (r"(?:phan cong|trach nhiem|giao cho|giao)\b", _LEADS, "", {Role.LEAD: 8}),
    (r"(?:phan cong|trach nhiem|giao cho|giao)\b", _HELPS, "", {Role.COORDINATE: 8}),
    (r"(?:phan cong|giao) (?:nhiem vu|cong viec|viec)$", "", "", {Role.CONTENT: 4, Role.LEAD: 3}),
    (r"(?:phan cong|trach nhiem|giao cho|giao)\b", "", r"\b(?:ngay|so luong)\b", {Role.LEAD: 5}),
    (r"(?:thanh phan) (?:tham gia|phoi hop)\b", "", "", {Role.COORDINATE: 5}),
    (r"tham quyen (?:giai quyet|thuc hien|xu ly|tra loi)\b", "", "", {Role.NOTE: 4, Role.LEAD: 3}),
    # What must come out of it, before "kết quả" is taken for a report of progress.
    (r"(?:yeu cau )?(?:ve )?(?:san pham|dau ra|ket qua dau ra)\b", "", "", {Role.PRODUCT: 9}),
    (r"(?:yeu cau (?:ve )?ket qua|du kien (?:ket qua|san pham)|ket qua)", _ASKED_RESULT, "", {Role.PRODUCT: 8}),
    (r"ket qua$", "", "", {Role.PRODUCT: 4, Role.NOTE: 2}),
    (r"(?:hinh thuc|loai) (?:van ban|san pham)", "", "", {Role.PRODUCT: 5}),
    (r"van ban (?:ban hanh|can ban hanh|phai ban hanh)$", "", "", {Role.NOTE: 5, Role.PRODUCT: 3}),
    (r"muc tieu\b", r"\bsan pham\b", "", {Role.PRODUCT: 6}),
    # Time: the head noun wins unless the words after it point backwards.
    (
        r"(?:thoi gian|thoi han|thoi diem|tg|han|moc|ngay|ky han|tien do|hoan thanh|gia han|qua han|da)\b",
        _NOT_ASKED, "", {Role.NOTE: 4},
    ),
    (r"(?:thoi gian|tg|ngay|thang)? ?tu(?: ngay| thang)?$", "", "", {Role.NOTE: 5}),
    (r"(?:tu ngay|tu)\b", r"\bden\b", "", {Role.DEADLINE: 6}),
    (r"(?:thoi gian|tg|ngay|thang)? ?den(?: ngay| thang)?$", "", "", {Role.DEADLINE: 8}),
    (r"(?:thoi gian|thoi diem|tg) (?:ban hanh|phat hanh)$", "", "", {Role.NOTE: 4, Role.DEADLINE: 3}),
    (r"(?:thoi gian|thoi diem|tg|moc|ngay|tien do|lo trinh)\b", _PAST_TIME, _ASKED, {Role.NOTE: 4}),
    (r"(?:thoi han|han|ky han|deadline|den han)\b", "", r"\bhan che\b", {Role.DEADLINE: 9}),
    (_TIME, r"\b(?:hoan thanh|trinh|ket thuc|xu ly|han)\b", "", {Role.DEADLINE: 9}),
    (_TIME, "", "", {Role.DEADLINE: 7}),
    (r"(?:ngay|thang|quy|nam)\b", rf"{_ASKED}|\bden han\b", "", {Role.DEADLINE: 8}),
    (r"yeu cau (?:ve )?(?:thoi gian|thoi han|tien do|han)\b", "", "", {Role.DEADLINE: 7}),
    (r"(?:du kien|ke hoach) (?:(?:thoi gian|thoi han|ngay|thang) )?(?:hoan thanh|trinh|ket thuc)\b",
     "", "", {Role.DEADLINE: 7}),
    (r"(?:hoan thanh|ket thuc|den ngay)\b", "", r"\bket qua\b", {Role.DEADLINE: 5}),
    (r"lo trinh\b", "", "", {Role.DEADLINE: 5}),
    (r"tien do\b", "", "", {Role.DEADLINE: 4, Role.NOTE: 3}),
    (r"ngay(?: thang)?(?: nam)?$", "", "", {Role.DEADLINE: 3, Role.NOTE: 2}),
    (r"(?:thang|quy|dinh ky)$", "", "", {Role.DEADLINE: 3, Role.NOTE: 2}),
    # What is told about the task.
    (r"(?:ghi chu|luu y|chu thich)\b", _HELPS, "", {Role.NOTE: 9, Role.COORDINATE: 3}),
    (r"(?:ghi chu|luu y|chu thich)\b", "", "", {Role.NOTE: 9}),
    (_TOLD, "", "", {Role.NOTE: 5}),
    # What is to be done.
    (r"nhom (?:nhiem vu|noi dung|cong viec|giai phap|linh vuc)", r"\b(?:cu the|va nhiem vu|chi tiet)\b", "",
     {Role.CONTENT: 6}),
    (r"nhom (?:nhiem vu|noi dung|cong viec|giai phap)", "", "", {Role.NOTE: 5, Role.CONTENT: 4}),
    (r"nhom\b", "", "", {Role.NOTE: 5}),
    (r"(?:noi dung|y kien|kien nghi) gop y\b", "", "", {Role.NOTE: 4}),
    (r"(?:noi dung|tieu chi) (?:chi|danh gia|tieu chi|thanh toan)$", "", "", {Role.NOTE: 4}),
    (_TO_DO, "", r"\bma\b", {Role.CONTENT: 9}),
    (rf"(?:ten |danh muc )(?:cac )?(?:du thao (?:cac )?)?{_PAPER}",
     "", "", {Role.CONTENT: 6}),
    (r"(?:ten )?(?:cac )?(?:hoat dong|giai phap)\b", "", "", {Role.CONTENT: 5}),
    (r"(?:ke hoach|muc tieu|chi tieu) (?:nam )?20\d\d$", "", "", {Role.NOTE: 4, Role.PRODUCT: 3}),
    (r"(?:van de|cong tac|chuyen de|yeu cau)\b", "", r"\bcan bo\b", {Role.CONTENT: 4}),
    (r"(?:de an|du an|chuong trinh|ke hoach|kien nghi|giai phap|trich yeu)\b", "", "", {Role.CONTENT: 4}),
    (r"(?:chi tieu|muc tieu)\b", r"\b(?:nhiem vu|cong viec|noi dung|giai phap)\b", "", {Role.CONTENT: 7}),
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
# Short forms as they stand in narrow columns, written out before the rules look at a title.
_SHORT_FORMS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "s t t": "stt", "s tt": "stt", "t gian": "thoi gian", "t han": "thoi han", "cq": "co quan", "dv": "don vi",
        "cv theo doi": "chuyen vien theo doi", "cb": "can bo", "nv": "nhiem vu", "nd": "noi dung", "sp": "san pham",
        "kq": "ket qua", "ld": "lanh dao", "vb": "van ban", "p hop": "phoi hop", "c tri": "chu tri", "ht": "hoan thanh",
        "th": "thuc hien",
    }
)  # fmt: skip
_SHORT: Final = re.compile(rf"\b(?:{'|'.join(sorted(_SHORT_FORMS, key=len, reverse=True))})\b")
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


# Titles that stand in other lists than assignment tables: procedures, tenders, archives, prices, persons.
_FOREIGN: Final = re.compile(
    r"(?:muc )?(?:phi|le phi)\b|thoi han bao quan|(?:ten|gia) goi thau|don gia|thanh tien|(?:ngay|nam) sinh"
    r"|ten thu tuc\b|(?:tong )?muc dau tu|nha thau"
)
_PART: Final = re.compile(r"[/\n,;&+()–-]| và ", re.IGNORECASE)


@lru_cache(maxsize=1024)
def is_foreign(title: str) -> bool:
    """Whether this title belongs to some other list, however well its neighbours fit."""
    return len(title) <= LONGEST_TITLE and _FOREIGN.match(bare(title)) is not None


@lru_cache(maxsize=1024)
def also_says(title: str, role: Role) -> bool:
    """Whether one part of a title of two parts says this role plainly ("Sản phẩm/Thời hạn")."""
    parts = _PART.split(title.rpartition(" | ")[2]) if len(title) <= LONGEST_TITLE else []
    return len(parts) > 1 and any(scores_of(part).get(role, 0) > SURE for part in parts)


@lru_cache(maxsize=4096)
def scores_of(title: str) -> Scores:
    """Role → score of one title; empty for what is no title (too long, a number, a sentence)."""
    if not title or len(title) > LONGEST_TITLE:
        return _NOTHING
    words = _SHORT.sub(lambda found: _SHORT_FORMS[found[0]], bare(title.replace("%", " phan tram ")))
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
