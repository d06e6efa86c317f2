"""The made-up province's table files, read back with calamine and python-docx, against its manifest.

Included: every row of every readable file, kinds of dates, deliberate mistakes, messes of
layout. Excluded: the product's own table reader (the manifest is made for scoring that one
elsewhere), and everything that is not a table (test_sandbox_province.py).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import docx
import pytest
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from sandbox.dataset import Attachment, Dataset, Unit
from sandbox.province import build, manifest
from sandbox.province.units import make_units

TODAY = date(2026, 11, 16)
DITTO = {"nt", "-nt-", "như trên", '"'}


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


def stands(unit: Unit, day: date) -> bool:
    return (unit.valid_from or date.min) <= day <= (unit.valid_to or date.max)


def attachment(province: Dataset, document_id: str, name: str) -> Attachment:
    document = next(d for d in province.documents if d.document_id == document_id)
    return next(a for a in document.attachments if a.name == name)


def grids(file: Attachment, *, hidden: bool = False) -> list[list[list[Any]]]:
    """The sheets (or tables) of a file with merged areas filled from their first cell."""
    if file.name.lower().endswith(".docx"):
        letter = docx.Document(BytesIO(file.content))
        return [[[cell.text for cell in row.cells] for row in table.rows] for table in letter.tables]
    book = CalamineWorkbook.from_filelike(BytesIO(file.content))
    sheets = []
    for about in book.sheets_metadata:
        if (about.visible is not SheetVisibleEnum.Visible) == hidden:
            sheet = book.get_sheet_by_name(about.name)
            grid = sheet.to_python(skip_empty_area=False)
            for (r1, c1), (r2, c2) in sheet.merged_cell_ranges or []:
                for r in range(r1, r2 + 1):
                    for c in range(c1, c2 + 1):
                        grid[r][c] = grid[r1][c1]
            sheets.append(grid)
    return sheets


def shown(value: Any) -> str:
    """A cell as people see it."""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return nfc(value)


def test_files_say_what_the_manifest_says(province: Dataset, answers: list[dict[str, Any]]) -> None:
    checked = 0
    for document in answers:
        for file in document["files"]:
            if any(row["why_bad"] == "corrupt_file" for row in file["rows"]):
                continue
            sheets = grids(attachment(province, document["document_id"], file["name"]))
            lines = [[shown(cell) for cell in line] for grid in sheets for line in grid]
            column = lead_column(lines, file["rows"])
            for row in file["rows"]:
                places = [i for i, line in enumerate(lines) if row["content"] in line]
                assert len(places) == 1, row
                line = lines[places[0]]
                assert line[0] == row["ordinal"]
                assert row["deadline"] in line
                assert resolved(lines, places[0], column) == row["lead"]
                assert all(any(name in cell for cell in line) for name in row["coordinators"])
                checked += 1
    assert checked == sum(1 for _ in all_rows(answers)) - 6


def lead_column(lines: list[list[str]], rows: list[dict[str, Any]]) -> int:
    """The column in which the first row of the file shows its lead; that row is never a bad one."""
    first = next(line for line in lines if rows[0]["content"] in line)
    return first.index(rows[0]["lead"])


def resolved(lines: list[list[str]], place: int, column: int) -> str:
    """The lead of a line, looked up through ditto marks."""
    while lines[place][column] in DITTO:
        place -= 1
    return lines[place][column]


def test_dates_of_every_kind_occur(province: Dataset, answers: list[dict[str, Any]]) -> None:
    native = serial = 0
    for document in answers:
        for file in document["files"]:
            if file["format"] == "docx" or any(row["why_bad"] == "corrupt_file" for row in file["rows"]):
                continue
            for grid in grids(attachment(province, document["document_id"], file["name"])):
                cells = [cell for line in grid for cell in line]
                native += sum(isinstance(cell, date) for cell in cells)
                serial += sum(isinstance(cell, float | int) and cell > 40000 for cell in cells)
    assert native >= 50
    assert serial >= 5
    kinds = Counter(row["due_kind"] for _, row in all_rows(answers))
    for kind in (
        "before",
        "month",
        "quarter",
        "working_days",
        "days",
        "ongoing",
        "recurring",
        "hour",
        "none",
    ):
        assert kinds[kind] >= 3, kind


@pytest.mark.parametrize(
    ("why", "at_least"),
    [
        ("two_leads", 4),
        ("unknown_unit", 3),
        ("impossible_date", 3),
        ("no_lead", 3),
        ("group_lead", 2),
        ("old_unit_split", 2),
        ("no_header", 4),
        ("corrupt_file", 4),
    ],
)
def test_every_deliberate_mistake_occurs(answers: list[dict[str, Any]], why: str, at_least: int) -> None:
    assert sum(row["why_bad"] == why for _, row in all_rows(answers)) >= at_least


def test_impossible_dates_are_impossible_and_the_others_are_not(answers: list[dict[str, Any]]) -> None:
    for _, row in all_rows(answers):
        found = re.search(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", row["deadline"])
        if found is None:
            continue
        day, month, year = map(int, found.groups())
        if row["why_bad"] == "impossible_date":
            with pytest.raises(ValueError, match=r"day|month"):
                date(year, month, day)
        else:
            assert date(year, month, day) == row["due"]


def test_leads_of_good_rows_stand_on_the_day_of_issue(
    province: Dataset, answers: list[dict[str, Any]]
) -> None:
    units = {u.unit_id: u for u in province.units}
    spared = {u.unit_id for u in province.units if u.name.startswith(("Tòa án", "Viện kiểm sát"))}
    tiers: Counter[str] = Counter()
    for document, row in all_rows(answers):
        if row["good"]:
            lead = units[row["lead_unit"]]
            assert stands(lead, document["issued_on"]), row
            assert lead.unit_id not in spared
            assert row["lead"]
            tiers[lead.tier] += 1
    assert tiers["district"] >= 3
    assert tiers["commune"] >= 30


def test_full_names_of_leads_lead_to_their_unit(province: Dataset, answers: list[dict[str, Any]]) -> None:
    by_name = {u.name: u for u in province.units}
    units = {u.unit_id: u for u in province.units}
    full = 0
    for _, row in all_rows(answers):
        if row["good"] and row["lead"] in by_name:
            full += 1
            named = by_name[row["lead"]]
            if row["remark"] == "old_name":
                assert named.successors == (row["lead_unit"],)
            else:
                assert named is units[row["lead_unit"]]
        if row["why_bad"] == "two_leads":
            assert sum(name in row["lead"] for name in by_name) == 2
        if row["why_bad"] == "unknown_unit":
            assert row["lead"] not in by_name
        if row["why_bad"] == "old_unit_split":
            assert len(by_name[row["lead"]].successors) > 1
    assert full >= 200


def test_short_and_misspelt_leads_lead_to_their_unit(answers: list[dict[str, Any]]) -> None:
    register = make_units()
    units = {u.unit_id: u for u in register.units}
    shortened = 0
    for _, row in all_rows(answers):
        if row["good"] and not row["remark"]:
            unit = units[row["lead_unit"]]
            short = register.acronym(unit) if unit.tier != "commune" else unit.name.removeprefix("UBND ")
            forms = {unit.name, f"{unit.name} tỉnh", unit.name.replace(" và ", " & "), short}
            assert row["lead"] in forms, row
            shortened += row["lead"] == short != unit.name
        if row["remark"] == "typo":
            assert row["lead"] not in {u.name for u in units.values()}
    assert shortened >= 20
    shorts = Counter(register.acronym(u) for u in register.units)
    assert max(shorts.values()) == 1


def test_contents_are_all_different(answers: list[dict[str, Any]]) -> None:
    contents = [row["content"] for _, row in all_rows(answers)]
    assert len(set(contents)) == len(contents)


def test_recent_due_dates_spread_around_today(answers: list[dict[str, Any]]) -> None:
    recent = [
        r["due"]
        for d, r in all_rows(answers)
        if (TODAY - d["issued_on"]).days <= 245 and r["good"] and r["due"]
    ]
    assert sum(due < TODAY - timedelta(days=30) for due in recent) >= 40
    assert sum(TODAY <= due <= TODAY + timedelta(days=3) for due in recent) >= 25
    assert sum(due > TODAY + timedelta(days=3) for due in recent) >= 80
    assert all(due > d["issued_on"] for d, r in all_rows(answers) if (due := r["due"]))


def test_messes_of_layout_occur(province: Dataset, answers: list[dict[str, Any]]) -> None:
    seen: Counter[str] = Counter()
    for document in answers:
        for file in document["files"]:
            stored = attachment(province, document["document_id"], file["name"])
            if any(row["why_bad"] == "corrupt_file" for row in file["rows"]):
                with pytest.raises(CalamineError):
                    CalamineWorkbook.from_filelike(BytesIO(stored.content))
                seen["corrupt"] += 1
                continue
            sheets = grids(stored)
            cells = [str(cell) for grid in sheets for line in grid for cell in line]
            texts = [nfc(cell) for cell in cells]
            seen["nfd"] += cells != [unicodedata.normalize("NFC", cell) for cell in cells]
            seen["ditto"] += bool(DITTO & set(texts))
            seen["repeated"] += sum(texts.count(h) > len(sheets) for h in ("STT", "TT", "SỐ TT")) > 0
            seen["two sheets"] += len(sheets) > 1
            seen["signed"] += any("KT. CHỦ TỊCH" in cell for cell in texts)
            seen["sums"] += any(cell.endswith("nhiệm vụ") and cell[0].isdigit() for cell in texts)
            seen["sections"] += any(cell.startswith("II. ") for cell in texts)
            seen["decoys"] += bool(file["decoys"])
            if file["decoys"]:
                hidden = [shown(c) for grid in grids(stored, hidden=True) for line in grid for c in line]
                assert set(file["decoys"]) <= set(hidden)
                assert not set(file["decoys"]) & set(texts)
            if any(row["why_bad"] == "no_header" for row in file["rows"]):
                assert not {"STT", "Cơ quan chủ trì", "Nội dung nhiệm vụ"} & set(texts)
    for mess in ("corrupt", "nfd", "ditto", "repeated", "two sheets", "signed", "sums", "sections", "decoys"):
        assert seen[mess] >= 1, mess
