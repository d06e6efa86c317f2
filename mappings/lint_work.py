"""What is to be done and what comes of it: the checks of content and product (rõ việc, rõ sản phẩm)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from mappings.lint_findings import Finding, shown, told
from mappings.lint_rows import RowRead
from mappings.texts import fold

#: Appeals: what follows is done for ever and never finished, unless a product is named.
_APPEALS: Final = re.compile(
    r"\W*(?:\d+\W+)?(?:tiep tuc )?"
    r"(tang cuong|day manh|nang cao|chu trong|quan tam|phat huy|quan triet|phan dau|tich cuc|nghiem tuc|chu dong"
    r"|thuong xuyen|tap trung|thuc hien (?:tot|nghiem|co hieu qua|hieu qua)|tiep tuc)\b"
)
#: Words that name a paper or a result which can be handed in.
_PRODUCTS: Final = re.compile(
    r"\b(?:bao cao|ke hoach|de an|to trinh|du thao|quyet dinh|nghi quyet|nghi dinh|thong tu|chi thi|cong van|quy che"
    r"|quy dinh|quy trinh|phuong an|danh muc|danh sach|ho so|bien ban|thong bao|chuong trinh|du an|phan mem"
    r"|co so du lieu|so lieu|bieu|ban hanh|de xuat|de nghi|du toan|tham muu|trinh|dinh muc|don gia|bo tieu chi"
    r"|tai lieu|bai viet|hop dong|giay phep)\b"
)
#: Work whose end anyone can see, without any paper.
_RESULTS: Final = re.compile(
    r"\b(?:hoan thanh|khoi cong|khanh thanh|giai ngan|ban giao|nghiem thu|phe duyet|tham dinh|to chuc|thanh lap"
    r"|lap dat|sua chua|chi tra|cap phat|tuyen dung|bo nhiem|ky ket|cong bo|kiem tra|thanh tra|giai quyet|tra loi)\b"
)
#: A product cell that names none.
_OPEN_PRODUCT: Final = re.compile(
    r"\W*(?:theo (?:quy dinh|yeu cau|nhiem vu|ke hoach|chi dao|noi dung)(?: \w+){0,3}"
    r"|(?:ket qua|viec) thuc hien(?: nhiem vu)?|khong|x)\W*"
)
_LISTED: Final = re.compile(
    r"(?:^|\n)\s*(?:[-–+•*]|(\d{1,2}|[a-zđ])[.)])\s+\S|[:;.]\s+(?:\((\d{1,2})\)|([a-zđ])\))\s*\S"
)
_SUMMARY: Final = "Tóm tắt trong một, hai câu; nội dung đầy đủ đã có trong văn bản."


def work_findings(read: RowRead, longest: int) -> Iterator[Finding]:
    """Whether the content is one concrete job (LC-04), said shortly; `longest` in characters."""
    row = read.row
    if not any(letter.isalnum() for letter in row.content):
        yield told("no_content", row, "content", "", "Chưa ghi nội dung công việc.", "Ghi việc phải làm.")
        return
    if (count := tasks_in(row.content)) > 1:
        said = f"Một dòng có {count} việc."
        yield told("several_tasks", row, "content", row.content, said, "Tách mỗi việc thành một dòng riêng.")
    if len(row.content) > longest:
        said = f"Nội dung dài {len(row.content)} ký tự (nên không quá {longest})."
        yield told("long_content", row, "content", row.content, said, _SUMMARY)


def product_findings(read: RowRead) -> Iterator[Finding]:
    """Whether it is plain what is handed in; a product named in the content is as good as its own column."""
    row = read.row
    content = fold(row.content)
    if not content:
        return
    if row.product.strip() and not _OPEN_PRODUCT.fullmatch(fold(row.product)):
        return
    named = _PRODUCTS.search(content) is not None
    if not named and (appeal := _APPEALS.match(content)):
        said = f"“{_as_written(row.content, appeal)}” không kèm sản phẩm thì chưa phải công việc cụ thể."
        remedy = "Ghi việc cụ thể và sản phẩm phải có (báo cáo, kế hoạch, tờ trình…)."
        yield told("vague_work", row, "content", row.content, said, remedy)
    elif row.product.strip():
        said = f"“{shown(row.product)}” không phải tên một sản phẩm."
        remedy = "Ghi sản phẩm cụ thể, ví dụ báo cáo, kế hoạch, tờ trình."
        yield told("open_product", row, "product", row.product, said, remedy)
    elif not named and not _RESULTS.search(content):
        remedy = "Ghi sản phẩm phải nộp, ở cột sản phẩm hoặc ngay trong nội dung."
        yield told("no_product", row, "product", row.content, "Chưa rõ sản phẩm.", remedy)


def _as_written(content: str, found: re.Match[str]) -> str:
    """The matched words with their accents: folding keeps the number of words."""
    first = len(found.string[: found.start(1)].split())
    words = content.split()[first : first + len(found.group(1).split())]
    return " ".join(words).strip(" ,.;:–-+•")


def tasks_in(content: str) -> int:
    """How many tasks a cell lists: dashed lines, or numbers and letters that begin at 1 or a; else 1."""
    marks = [next(filter(None, found.groups()), "-") for found in _LISTED.finditer(content)]
    counts = [marks.count("-"), _run(marks, "123456789"), _run(marks, "abcdđeghik")]
    return max(1, *counts)


def _run(marks: list[str], order: str) -> int:
    """How far the marks count up from the first one of `order`."""
    length = 0
    while length < len(order) and order[length] in marks:
        length += 1
    return length
