"""The words of a deadline phrase, each as one letter: the first step of reading a deadline.

A phrase becomes a string of letters, one per word, number or sign, so that the next
step (`deadline_parts`) is a regular expression over a dozen letters instead of a
hundred spellings. Words that say nothing about time are "_" (known, without effect);
words this module does not know are "u", and a phrase with a "u" in it is never sure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import product
from types import MappingProxyType
from typing import Final

from mappings.texts import fold

#: Several words that mean one thing; "A/B C/D" stands for all four combinations.
_TOGETHER: Final = """
R  hang/moi tuan/thang/quy/qui/nam
R  thang cuoi/dau quy
R  thang cuoi/dau cua quy
O  thuong xuyen
O  lien tuc
O  hang/moi ngay
P  dinh ky
P  theo dinh ky
i  truoc va/hoac trong/dung
v  du kien
v  trong qua trinh
v  truong hop
v  phan dau
v  co gang
v  so lieu den
v  so lieu tinh/chot/cap den
U  am lich
U  thang gieng/chap
U  ngay/hom ram
U  trung thu
V  tro di/len
V  tiep theo
V  ke tiep
V  lien ke
E  truoc/den/toi khi
E  truoc/den/toi thoi diem
V  khong som hon
X  sau/duoi day
X  neu/noi tren
X  tung moc
c  cham/muon/tre nhat
c  han/thoi chot/cuoi
c  thoi han chot/cuoi
c  han cuoi cung
c  den het
c  toi da
c  khong qua
c  khong cham/muon/tre qua
c  khong muon/cham/tre hon
s  ke/tinh tu
s  ke/tinh tu khi
s  sau khi
s  ngay sau
@  ke/tinh tu ngay/khi/luc nhan/duoc
@  ke/tinh tu ngay/khi/luc tiep nhan
@  ke/tinh tu ngay/khi/luc nhan duoc
@  tu/sau khi/ngay nhan
@  tu/sau khi/ngay nhan duoc
F  thuong tuan
S  trung tuan
G  ha tuan
[  nua dau
]  nua cuoi
>  cuoi cung
J  cuoi/het gio
J  cuoi/het gio chieu/sang
J  cuoi/het gio lam viec
J  cuoi/het gio hanh chinh
J  cuoi buoi chieu/sang
J  cuoi/het ngay lam viec
C  buoi chieu/trua
_  buoi sang
_  dau tu
_  thu truong/tuong/tuc
_  chinh phu
_  quoc hoi
_  trung uong
_  khan truong
_  thuong/hoa khan/toc
_  ban can su dang
_  cong/tai/noi thuong/chinh/vu
_  tu phap
_  ngoai vu
_  quan su
_  thanh tra
_  tham dinh/tra
_  kip thoi
_  chu dong
_  nghiem tuc
_  phuong/du/de/cong an
_  ket qua
_  tu nay
_  toi thieu
_  it nhat
_  dot xuat
W  thu hai/ba/tu/nam/sau/bay
W  chu nhat
w  lam viec
B  ban hanh
B  phat hanh
B  ky ban hanh
z  nam nay
u  quy dinh/che/trinh/mo/hoach/luat/uoc/chuan
u  qui dinh
u  thong tu
u  nam hoc
u  tuan/thang/quy nay/toi/sau/truoc
Z  khong co/ghi
Z  khong thoi han
Z  khong co han
Z  khong quy/xac/an dinh
Z  khong thoi gian
Z  khong co thoi han
Z  khong quy/xac/an dinh thoi han
"""

_SINGLE: Final = {
    "a": "ngay",
    "m": "thang",
    "q": "quy qui q",
    "y": "nam",
    "k": "tuan",
    "h": "thu",
    "g": "gio h g",
    "p": "phut p",
    "x": "lan",
    "n": "den toi",
    "f": "tu",
    "t": "trong vong vao luc",
    "c": "qua het",
    "o": "theo",
    "|": "hoac hay",
    ",": "va , ; & +",
    "-": "- – — − ~ ‑ ‐ →",
    "/": "/",
    ".": ".",
    ":": ":",
    "<": "dau",
    ">": "cuoi",
    "l": "≤ ≥ < > =",
    "r": "i ii iii iv",
    "1": "mot hai ba bon bay tam chin muoi",
    "j": "ke hoach van ban chi thi quyet dinh thong bao cong nay duoc",
    "=": "ky",
    "E": "khi",
    "~": "giua",
    "!": "moi",
    "O": "tx",
    "C": "chieu trua",
    "$": "sang",
    "%": "t",
    "U": "tet ram mung mong nguyen",
    "Z": "khong",
    "b": "truoc",
    "s": "sau",
    "v": "neu khoang ngoai",
    "V": "tiep",
    "": "! ' ’ ‘ ` ´ ′ \" “ ” ( ) [ ] * •",
}

#: Words round a date that do not change it: what is to be done, by and for whom, and polite words.
_WITHOUT_EFFECT: Final = """
hoan thanh xong thuc hien trien khai thoi gian han ht moc diem la va can phai yeu cau de nghi giao cho ca
bao cao bc gui ve trinh tham muu xin y kien cap nhat tong hop ra soat xay dung lap nop tra loi phan hoi
tien do noi dung nhiem vu viec tac ho so xuat phuong du thao so lieu danh sach phe duyet xem xet
ubnd uy ban nhan dan tinh thanh pho huyen xa phuong van phong nganh don vi co quan chu tich lanh dao
thuong truc hdnd bo tai chinh vu nong nghiep moi truong khoa hoc te giao duc toan dut giai doan dung cua cac
"""

NUMBER_WORDS: Final = MappingProxyType(
    {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "bay": 7, "tam": 8, "chin": 9, "muoi": 10}
)
ROMAN: Final = MappingProxyType({"i": 1, "ii": 2, "iii": 3, "iv": 4})
#: The last word of a weekday's name, Monday as 0.
WEEKDAYS: Final = MappingProxyType({"hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4, "bay": 5, "nhat": 6})


def _spread(words: str) -> list[str]:
    """The combinations that one line of `_TOGETHER` stands for."""
    return [" ".join(choice) for choice in product(*(word.split("/") for word in words.split()))]


def _letters() -> dict[str, str]:
    """Every known word, group of words or number and its letter; "" passes the word over."""
    known = dict.fromkeys(_WITHOUT_EFFECT.split(), "_")
    for letter, words in _SINGLE.items():
        known |= dict.fromkeys(words.split(), letter)
    for line in _TOGETHER.strip().splitlines():
        known |= dict.fromkeys(_spread(line[1:]), line[0])
    known |= {f"{n:0{width}d}": "1" for width in (1, 2) for n in range(100)}
    known |= {str(year): "4" for year in range(1900, 2200)}
    return known


def _together_pattern(known: Mapping[str, str]) -> str:
    """One alternation of all groups of words, the longest first, sorted by first letter for speed."""
    by_first: dict[str, list[str]] = {}
    for words in sorted((w for w in known if " " in w), key=len, reverse=True):
        by_first.setdefault(words[0], []).append(words[1:])
    return "|".join(f"{first}(?:{'|'.join(rest)})(?![a-z])" for first, rest in by_first.items())


_KNOWN: Final = MappingProxyType(_letters())
#: "tháng Sáu năm 2026": these words mean something else unless a year follows ("tháng sau", "từ", "năm").
_MONTH_BY_NAME: Final = re.compile(r"\bthang (sau|tu|nam)(?=,? nam \d{4}\b)", re.ASCII)
_MONTHS: Final = MappingProxyType({"tu": "thang 4", "nam": "thang 5", "sau": "thang 6"})
#: "sáu tháng đầu năm" is no "sau", and in "5 ngày sau khi" the days belong to the number.
_FOURTH_QUARTER: Final = re.compile(r"\bquy tu(?= nam|/|$)", re.ASCII)
_SIX_MONTHS: Final = re.compile(r"\bsau (?=thang (?:dau|cuoi) nam)", re.ASCII)
_DAYS_AFTER: Final = re.compile(r"(?<=\d) ngay (?=sau\b)", re.ASCII)
#: "QII/2026": a quarter that clings to its number.
_QUARTER: Final = r"q(?:uy)?(?=(?:i{1,3}|iv)(?![a-z]))"
_TOKEN: Final = re.compile(rf"{_QUARTER}|{_together_pattern(_KNOWN)}|\d+|[a-z]+|[^\sa-z\d]", re.ASCII)


def tokens_of(phrase: str) -> tuple[list[str], str]:
    """The folded words of a phrase and, position by position, their letters.

    Numbers of one or two digits are "1", years "4", other numbers "9".
    """
    folded = _MONTH_BY_NAME.sub(lambda month: _MONTHS[month[1]], fold(phrase).removesuffix("./."))
    folded = _FOURTH_QUARTER.sub("quy 4", folded)
    if "sau" in folded:
        folded = _DAYS_AFTER.sub(" ngay , ", _SIX_MONTHS.sub("6 ", folded))
    words = _TOKEN.findall(folded)
    letters = [_KNOWN.get(word) for word in words]
    if None in letters or "" in letters:
        pairs = [(w, _unknown(w) if x is None else x) for w, x in zip(words, letters, strict=True) if x != ""]
        return [word for word, _ in pairs], "".join([letter for _, letter in pairs])
    return words, "".join(letters)  # type: ignore[arg-type]


def _unknown(word: str) -> str:
    """The letter of a word in no table: a long number, or a word not understood."""
    return "9" if word.isascii() and word.isdigit() else "u"
