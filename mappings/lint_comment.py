"""All findings of one directive as one comment for its drafter, written again only when they change."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import groupby
from typing import Final

from mappings.lint_findings import COLUMNS, Finding
from tracking.events import Origin

#: A longer comment is not read; the rest is counted.
LONGEST_ROWS: Final = 40
_WORDS: Final = {"must": "Phải sửa", "should": "Nên xem lại"}


def lint_comment(findings: Sequence[Finding]) -> str:
    """The comment for the drafter: findings by row, in the order in which they stand on paper; "" for none.

    The order in which they come does not matter, equal ones are said once. The last line
    carries `lint_digest`, so that the comment is found again in the document system.
    """
    if not findings:
        return ""
    ordered = _ordered(findings)
    rows = [(place, list(group)) for place, group in groupby(ordered, key=lambda f: f.origin)]
    must = sum(finding.severity == "must" for finding in ordered)
    lines = [
        f"Rà soát bảng phân công: {len(ordered)} nội dung ở {len(rows)} dòng, trong đó {must} nội dung phải sửa."
    ]
    table = ("", "")
    for place, group in rows[:LONGEST_ROWS]:
        if (place.file, place.table) != table:
            table = (place.file, place.table)
            lines.append(_table(place))
        lines.append(f"- {_row(place)}:")
        lines += [_line(finding) for finding in group]
    if len(rows) > LONGEST_ROWS:
        lines.append(f"… và {len(rows) - LONGEST_ROWS} dòng khác.")
    return "\n".join([*lines, f"Mã rà soát: {lint_digest(ordered)}"])


def lint_digest(findings: Sequence[Finding]) -> str:
    """Tells whether the same things are found at the same places: "TD-RS-" and 16 hexadecimal digits.

    Words and counts are left out: a sentence put better, or one more task on a crowded
    day, is no reason to write to the drafter again.
    """
    marks = sorted({(_place(f.origin), f.code, f.field, f.text) for f in findings})
    return f"TD-RS-{hashlib.sha256(repr(marks).encode()).hexdigest()[:16].upper()}"


def _ordered(findings: Sequence[Finding]) -> list[Finding]:
    """Each once, by place; inside a row what must be changed first, else as they were found."""
    tables = list(dict.fromkeys(sorted((f.origin.file, f.origin.table) for f in findings)))
    return sorted(
        dict.fromkeys(findings),
        key=lambda f: (
            tables.index((f.origin.file, f.origin.table)),
            f.origin.row,
            f.origin.ordinal,
            f.severity != "must",
            f.code,
            f.field,
            f.text,
        ),
    )


def _place(origin: Origin) -> tuple[str, str, int, str]:
    return (origin.file, origin.table, origin.row, origin.ordinal)


def _table(origin: Origin) -> str:
    if origin.file:
        return f"Tệp “{origin.file}”, bảng “{origin.table}”:"
    return f"Bảng phân công “{origin.table}”:" if origin.table else "Bảng phân công:"


def _row(origin: Origin) -> str:
    number = origin.ordinal.strip(" .)")
    return f"Dòng {origin.row}" + (f" (số thứ tự {number})" if number else "")


def _line(finding: Finding) -> str:
    said = f"{_WORDS[finding.severity]}, cột “{COLUMNS[finding.field]}” (rõ {finding.check.clear})"
    return f"  + {said}: {finding.sentence} {finding.remedy}"
