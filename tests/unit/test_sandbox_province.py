"""The made-up province: its sizes, its awkward cases, its secrets, and that it is the same every time.

Included: units, people, documents, canaries, determinism. Excluded: what stands in the table
files (test_sandbox_province_tables.py), and serving the province over HTTP.
"""

from __future__ import annotations

import ast
import hashlib
import os
import re
import subprocess
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from datetime import time as clock
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import docx
import pytest
from python_calamine import CalamineWorkbook

from sandbox.dataset import Attachment, Dataset, Document, Unit
from sandbox.province import build, manifest

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 16)
ORDINARY_MARKS = {"thường", "bình thường", "không"}


@pytest.fixture(scope="module")
def province() -> Dataset:
    return build()


@pytest.fixture(scope="module")
def answers(province: Dataset) -> list[dict[str, Any]]:
    return manifest(province)


def nfc(text: object) -> str:
    return unicodedata.normalize("NFC", str(text)).strip()


def all_rows(answers: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for document in answers:
        for file in document["files"]:
            for row in file["rows"]:
                yield document, row


def issued(province: Dataset) -> list[Document]:
    return [d for d in province.documents if d.issued and d.outgoing]


def stands(unit: Unit, day: date) -> bool:
    return (unit.valid_from or date.min) <= day <= (unit.valid_to or date.max)


def visible_text(file: Attachment) -> str:
    """Everything a program could find in a file, packed parts unpacked."""
    content = file.content
    if content[:2] == b"PK":
        try:
            with ZipFile(BytesIO(content)) as archive:
                return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
        except BadZipFile:  # the truncated workbook on purpose
            return content.decode("latin-1")
    if file.name.lower().endswith(".xls"):
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        return "\n".join(str(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)
    return content.decode("latin-1")


# --- sizes -----------------------------------------------------------------------------------------


def test_sizes(province: Dataset, answers: list[dict[str, Any]]) -> None:
    rows = [row for _, row in all_rows(answers)]
    assert len(province.units) >= 60
    assert len(province.people) >= 400
    assert len(issued(province)) >= 80
    assert len({d.doc_type for d in issued(province)}) >= 8
    assert len(answers) == 34
    assert len(rows) >= 360
    assert 0.06 <= sum(not row["good"] for row in rows) / len(rows) <= 0.10
    assert Counter(file["format"] for d in answers for file in d["files"]) == {
        "xlsx": 16,
        "docx": 12,
        "xls": 8,
    }


def test_the_lists_of_states_and_judgements(province: Dataset) -> None:
    states = dict(province.statuses)
    assert len(states) == 41
    assert (states[21], states[24], states[32]) == ("Chờ xác nhận", "Đã hoàn thành quá hạn", "Xin gia hạn")
    assert dict(province.evaluations)[3] == "Không đồng ý gia hạn"


# --- units -----------------------------------------------------------------------------------------


def test_unit_tree_is_sound(province: Dataset) -> None:
    by_id = {u.unit_id: u for u in province.units}
    assert len(by_id) == len(province.units)
    assert len({u.code for u in province.units}) == len(province.units)
    assert len({(u.name, u.parent_id) for u in province.units}) == len(province.units)
    for unit in province.units:
        assert unit.parent_id in by_id or unit.tier == "province"
        assert bool(unit.successors) == (unit.valid_to is not None)
        assert all(stands(by_id[heir], date(2025, 7, 1)) for heir in unit.successors)


def test_districts_give_way_to_communes(province: Dataset) -> None:
    by_id = {u.unit_id: u for u in province.units}
    districts = [u for u in province.units if u.tier == "district"]
    communes = [u for u in province.units if u.tier == "commune"]
    assert len(districts) == 9
    assert len(communes) >= 30
    assert {u.valid_to for u in districts} == {date(2025, 6, 30)}
    assert {u.valid_from for u in communes} == {date(2025, 7, 1)}
    heirs = [heir for u in districts for heir in u.successors]
    assert sorted(heirs) == sorted(u.unit_id for u in communes)
    assert all(by_id[heir].tier == "commune" for heir in heirs)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Sở Kế hoạch và Đầu tư", "Sở Tài chính"),
        ("Sở Tài nguyên và Môi trường", "Sở Nông nghiệp và Môi trường"),
        ("Sở Thông tin và Truyền thông", "Sở Khoa học và Công nghệ"),
        ("Sở Giao thông vận tải", "Sở Xây dựng"),
        ("Sở Lao động - Thương binh và Xã hội", "Sở Nội vụ"),
    ],
)
def test_merged_departments_name_their_heir(province: Dataset, old: str, new: str) -> None:
    by_name = {u.name: u for u in province.units}
    assert by_name[old].successors == (by_name[new].unit_id,)
    assert by_name[old].valid_to in {date(2025, 2, 28), date(2025, 6, 30)}


# --- people ----------------------------------------------------------------------------------------


def test_every_unit_has_a_leader_and_a_clerk(province: Dataset) -> None:
    posts: dict[str, list[str]] = {}
    for posting in province.postings:
        posts.setdefault(posting.unit_id, []).append(posting.position)
    heads = ("Chủ tịch", "Chánh", "Giám đốc", "Trưởng", "Chỉ huy trưởng", "Tổng", "Hiệu", "Viện trưởng")
    for unit in province.units:
        assert any(p.startswith(heads) for p in posts[unit.unit_id]), unit.name
        assert "Văn thư" in posts[unit.unit_id], unit.name


def test_awkward_accounts_exist(province: Dataset) -> None:
    people = {p.user_id: p for p in province.people}
    units = {u.unit_id: u for u in province.units}
    assert len(people) == len(province.people)
    assert len({p.username for p in province.people}) == len(people)
    assert len({p.posting_id for p in province.postings}) == len(province.postings)
    assert {p.user_id for p in province.postings} == set(people)
    namesakes = [n for n, times in Counter(p.full_name for p in province.people).items() if times == 2]
    assert namesakes == ["Nguyễn Thị Thanh Hà", "Trần Văn Hùng"]
    posts = Counter(p.user_id for p in province.postings)
    assert sum(times > 1 for times in posts.values()) >= 10
    assert sum(p.locked for p in province.people) >= 10
    assert any(not p.email for p in province.people)
    assert any(not p.phone for p in province.people)
    assert any(p.full_name != nfc(p.full_name) for p in province.people)
    moved = [p for p in province.postings if people[p.user_id].username.endswith(".tnmt")]
    assert "Sở Nông nghiệp và Môi trường" in {units[p.unit_id].name for p in moved}
    only_new = [p for p in moved if posts[p.user_id] == 1 and stands(units[p.unit_id], TODAY)]
    assert only_new


def test_service_account(province: Dataset) -> None:
    service = next(p for p in province.people if p.user_id == province.service_user)
    assert (service.username, service.password) == ("tdcd", "tdcd-sandbox")
    post = next(p for p in province.postings if p.user_id == service.user_id)
    office = next(u for u in province.units if u.unit_id == post.unit_id)
    assert (office.name, post.position) == ("Văn phòng UBND tỉnh", "Tài khoản tích hợp")
    assert {p.password for p in province.people if p is not service} == {"sandbox"}


# --- documents -------------------------------------------------------------------------------------


def test_documents_are_dated_in_office_hours_up_to_today(province: Dataset) -> None:
    for document in province.documents:
        at = document.issued_at
        assert at.utcoffset() == timedelta(hours=7)
        assert TODAY - timedelta(days=732) <= at.date() <= TODAY
        assert at.weekday() < 5
        assert clock(7, 30) <= at.time() < clock(17, 0)
    times = {d.issued_at.time() for d in province.documents}
    assert {clock(15, 30), clock(16, 59), clock(14, 59, 59), clock(15, 0)} <= times
    assert max(d.issued_at for d in issued(province)).date() == TODAY


def test_numbers_rise_within_a_series_and_start_anew_each_year(province: Dataset) -> None:
    last: dict[tuple[str, int], int] = {}
    for document in issued(province):
        number, _, notation = document.number.partition("/")
        series = "UBND-công văn" if document.doc_type == "Công văn" and "UBND" in notation else notation
        key = (series, document.issued_at.year)
        assert int(number) > last.get(key, 0), document.number
        last[key] = int(number)
    assert len({year for _, year in last}) == 3


def test_people_and_units_of_documents_exist(province: Dataset) -> None:
    units = {u.unit_id: u for u in province.units}
    people = {p.user_id: p for p in province.people}
    for document in province.documents:
        assert not people[document.drafter_user].locked
        assert document.drafter_unit in units
        assert document.recipients
        assert all(stands(units[r], document.issued_at.date()) for r in document.recipients)


def test_marks(province: Dataset) -> None:
    assert {d.secrecy.lower() for d in province.documents if not d.classified} == ORDINARY_MARKS
    assert sorted(d.secrecy for d in province.documents if d.classified) == ["", "Mật", "Thường", "Tối mật"]


def test_drafts_incoming_and_documents_out_of_scope(province: Dataset) -> None:
    drafts = [d for d in province.documents if not d.issued]
    assert len(drafts) >= 3
    assert all(d.number == "" for d in drafts)
    assert any(a.is_table for d in drafts for a in d.attachments)
    assert len([d for d in province.documents if not d.outgoing]) >= 5
    types = Counter(d.doc_type for d in issued(province))
    assert types["Giấy mời"] >= 3
    assert types["Quyết định khen thưởng"] >= 2
    assert any(d.subject != nfc(d.subject) for d in province.documents)


def test_pdf_cross_references_point_at_their_objects(province: Dataset) -> None:
    files = [a for d in province.documents for a in d.attachments if a.name.endswith(".pdf")]
    assert len(files) >= 80
    for file in files:
        text = file.content.decode("ascii")
        start = int(text.split("startxref\n")[1].split("\n")[0])
        assert text[start:].startswith("xref\n0 7\n")
        offsets = [int(offset) for offset in re.findall(r"^(\d{10}) 00000 n", text, re.MULTILINE)]
        assert [text[o:].split(" ")[0] for o in offsets] == ["1", "2", "3", "4", "5", "6"]
        length = int(text.split("/Length ")[1].split(" ")[0])
        assert len(text.split("stream\n")[1].removesuffix("\nend")) == length


# --- secrets ---------------------------------------------------------------------------------------


def test_each_canary_occurs_in_its_own_document_only(province: Dataset) -> None:
    owners = {d.canary: d.document_id for d in province.documents if d.canary}
    assert len(owners) == 4
    assert {d.document_id for d in province.documents if d.classified} == set(owners.values())
    for document in province.documents:
        text = "\n".join([document.subject, document.note, *(visible_text(a) for a in document.attachments)])
        assert [c for c, owner in owners.items() if c in text] == (
            [document.canary] if document.canary else []
        )


def test_only_the_stamp_gives_the_fourth_secret_away(province: Dataset) -> None:
    secret = next(d for d in province.documents if d.classified and d.secrecy == "Thường")
    letter, table = secret.attachments
    assert secret.canary not in visible_text(letter)
    assert secret.canary not in secret.subject + secret.note
    stamped = docx.Document(BytesIO(table.content))
    assert stamped.paragraphs[0].text == "MẬT"
    for document in province.documents:
        for file in document.attachments:
            if document is not secret and file.content[:2] == b"PK":
                assert ">MẬT<" not in visible_text(file)


def test_nothing_of_drafts_and_secrets_stands_in_the_manifest(
    province: Dataset, answers: list[dict[str, Any]]
) -> None:
    listed = {d["document_id"] for d in answers}
    ruled_out = [d for d in province.documents if d.classified or not d.issued or not d.outgoing]
    assert any(a.is_table for d in ruled_out for a in d.attachments)
    assert not listed & {d.document_id for d in ruled_out}
    assert "CANARY" not in str(answers)


# --- the same every time ---------------------------------------------------------------------------

_DIGEST = """
import hashlib
from sandbox.province import build
print(hashlib.sha256(repr(build()).encode()).hexdigest())
"""


def test_the_same_bytes_in_another_process(province: Dataset) -> None:
    mine = hashlib.sha256(repr(province).encode()).hexdigest()
    env = {**os.environ, "PYTHONHASHSEED": "77", "PYTHONPATH": str(ROOT), "TZ": "America/Lima"}
    other = subprocess.run(
        [sys.executable, "-c", _DIGEST], env=env, capture_output=True, text=True, check=True, timeout=60
    )
    assert other.stdout.strip() == mine


def test_it_is_built_quickly() -> None:
    begun = time.process_time()
    build()
    assert time.process_time() - begun < 3


@pytest.mark.parametrize(("seed", "today"), [(1, TODAY), (2026, date(2027, 3, 7)), (5, date(2026, 7, 4))])
def test_other_seeds_and_days_hold_too(province: Dataset, seed: int, today: date) -> None:
    other = build(seed, today)
    units = {u.unit_id: u for u in other.units}
    answers = manifest(other)
    assert len(answers) == 34
    assert other.units == province.units
    assert other.documents != province.documents
    assert all(d.issued_at.date() <= today for d in other.documents)
    assert all(stands(units[r["lead_unit"]], d["issued_on"]) for d, r in all_rows(answers) if r["good"])
    assert (
        not {d.canary for d in other.documents if d.canary} & {d.canary for d in province.documents}
        or seed == 2026
    )


def test_the_province_imports_nothing_of_the_product() -> None:
    allowed = {"sandbox", "docx", "xlsxwriter", "xlwt", *sys.stdlib_module_names}
    for path in sorted((ROOT / "sandbox" / "province").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                assert {alias.name.partition(".")[0] for alias in node.names} <= allowed, path.name
            elif isinstance(node, ast.ImportFrom):
                assert (node.module or "").partition(".")[0] in allowed, path.name
