"""Values that this dialect packs into one text. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from connector.texts import text_of
from errors import SkipRecord

_PERSON: Final = 11
_KEY: Final = re.compile(r"([A-Z][A-Z0-9_]*):(?: (.*))?")


@dataclass(frozen=True, slots=True)
class Person:
    """The fields of `dataInfo` that are used. `status` "0" is active, "1" locked."""

    phone: str
    email: str
    status: str
    user_id: str


def person_of(packed: object) -> Person:
    """`dataInfo`: eleven fields joined by `;`, gaps written "null". Raises SkipRecord when fewer."""
    fields = [text_of(part) for part in str(packed).split(";")]
    if len(fields) < _PERSON:
        raise SkipRecord(f"Field dataInfo: {len(fields)} parts instead of {_PERSON}.")
    # An address may itself contain the separator: the fields after it are counted from the end.
    return Person(phone=fields[1], email=fields[2], status=fields[-4], user_id=fields[-3])


def routing_of(packed: object) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """`chuyenToi`: `Xử lý chính: A, B|Phối hợp: C` as ((label, names), …); a missing label is ""."""
    parts = []
    for part in text_of(packed).split("|"):
        label, colon, names = part.rpartition(":") if ":" in part else ("", "", part)
        listed = tuple(name.strip() for name in names.split(",") if name.strip())
        if listed or colon:
            parts.append((label.strip(), listed))
    return tuple(parts)


def pairs_of(packed: object) -> dict[str, str]:
    """`key=value;key=value`, the word "null" for a gap (the parameters of a notice)."""
    pairs = (part.partition("=") for part in text_of(packed).split(";"))
    return {key.strip(): text_of(value) for key, _, value in pairs if key.strip()}


def blocks_of(blob: str) -> list[dict[str, str]]:
    """Records of `KEY: VALUE` lines with blank lines between them, as `shared/unit/get_all` gives units.

    Only the first ": " divides, and a line without a key belongs to the value above
    it, so that a name with a colon or a line end in it stays whole. Raises SkipRecord
    when a record does not begin with ID.
    """
    records: list[dict[str, str]] = []
    for block in re.split(r"\n\s*\n(?=ID:)", blob.replace("\r\n", "\n").strip()):
        record: dict[str, list[str]] = {}
        last = ""
        for line in block.split("\n"):
            match = _KEY.fullmatch(line.rstrip())
            if match:
                last = match[1]
                record.setdefault(last, []).append(match[2] or "")
            elif last:
                record[last].append(line)
        if block.strip() and "ID" not in record:
            raise SkipRecord("The list of units has a record without ID.")
        if record:
            records.append({key: text_of("\n".join(lines)) for key, lines in record.items()})
    return records
