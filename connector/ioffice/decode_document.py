"""A document's bundle of answers (`detail`, `log`, `files`, `related`) as a DirectiveRecord. Pure."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from connector.dates import day_of, moment_of
from connector.records import DirectiveRecord, DocumentState, FileRef, LogEntry
from connector.texts import folded, id_of, is_true, text_of, whole_number
from errors import SkipRecord

#: Some documents have their deadline only in the prose of the activity log.
_PROSE_DUE: Final = re.compile(
    r"hạn\s+(?:xử\s+lý|giải\s+quyết|hoàn\s+thành)\s*:?\s*(\d{1,2}/\d{1,2}/\d{4})", re.IGNORECASE
)
_RECALL: Final = "thu hồi"


def directive_of(bundle: Mapping[str, Any], remote_id: str) -> DirectiveRecord:
    """The document, its mark passed through as shown. Raises SkipRecord naming the field."""
    detail = bundle.get("detail")
    if not isinstance(detail, dict) or bundle.get("unread"):
        raise SkipRecord(f"The document could not be read: {bundle.get('unread') or 'no detail'}")
    if id_of(detail.get("id")) != remote_id:
        raise SkipRecord("Field id: the detail is that of another document.")
    log = tuple(log_entries(bundle.get("log")))
    return DirectiveRecord(
        remote_id=remote_id,
        number=text_of(detail.get("soKiHieu")),
        subject=text_of(detail.get("trichYeu")),
        doc_type=text_of(detail.get("hinhThucVanBan")),
        issuer=text_of(detail.get("donViBanHanh")),
        issued_on=day_of(_first(detail.get("ngayBanHanh"), detail.get("ngayVanBan")), "ngayBanHanh"),
        state=_state(detail, log),
        signer=text_of(detail.get("nguoiKiChinh")),
        drafter=_first(detail.get("nguoiSoanThao"), detail.get("assigner")),
        drafter_unit=text_of(detail.get("donViSoanThao")),
        secrecy=text_of(detail.get("doMat")),
        urgency=text_of(detail.get("doUuTien")),
        due_text=text_of(detail.get("hanGiaiQuyet")) or _due_in_prose(log),
        note=text_of(detail.get("ghiChu")),
        files=(*file_refs(bundle.get("files")), *file_refs(bundle.get("related"), related=True)),
        log=log,
    )


def file_refs(rows: object, *, related: bool = False) -> Iterator[FileRef]:
    """Rows of a file list; a size that is no number is unknown. Raises SkipRecord for a row without id."""
    for row in rows_in(rows, "files"):
        remote_id = id_of(row.get("id"))
        if not remote_id:
            raise SkipRecord("Field files: a file without id.")
        yield FileRef(
            remote_id=remote_id,
            name=text_of(row.get("name")),
            size=whole_number(row.get("fileSize")),
            uploaded_by=text_of(row.get("creator")),
            related=related,
        )


def log_entries(blocks: object) -> Iterator[LogEntry]:
    """The activity log, oldest first within its blocks (one for each unit).

    Lines have no id: it is made of their content, with a counter for lines that are the same.
    """
    seen: Counter[str] = Counter()
    for block in rows_in(blocks, "log"):
        unit = text_of(block.get("unit"))
        for line in rows_in(block.get("parameter"), "log.parameter"):
            content = "\x1f".join(
                [text_of(block.get("schema")), unit, *(text_of(line.get(n)) for n in _LINE)]
            )
            seen[content] += 1
            entry_id = hashlib.sha256(f"{content}\x1f{seen[content]}".encode()).hexdigest()[:24]
            yield LogEntry(
                entry_id=entry_id,
                at=_lenient_moment(line.get("updateDate")),
                actor=text_of(line.get("updateBy")),
                actor_name=text_of(line.get("fullName")),
                unit=unit,
                action=text_of(line.get("action")),
                comment=text_of(line.get("comment")),
            )


_LINE: Final = ("updateBy", "updateDate", "action", "comment", "chuyenToi")


def _state(detail: Mapping[str, Any], log: tuple[LogEntry, ...]) -> DocumentState:
    """`layLai` alone is not enough: some installations use it for "may be recalled"."""
    issued = text_of(detail.get("soKiHieu")) and text_of(detail.get("ngayBanHanh"))
    if not issued:
        return DocumentState.DRAFT
    taken_back = any(_RECALL in folded(entry.action) for entry in log)
    return DocumentState.RECALLED if taken_back and is_true(detail.get("layLai")) else DocumentState.ISSUED


def _due_in_prose(log: Iterable[LogEntry]) -> str:
    found = [match[1] for entry in log for match in _PROSE_DUE.finditer(entry.comment)]
    return found[-1] if found else ""


def _first(*values: object) -> str:
    return next((shown for value in values if (shown := text_of(value))), "")


def _lenient_moment(value: object) -> datetime | None:
    try:
        return moment_of(value, "updateDate")
    except SkipRecord:
        return None


def rows_in(rows: object, field: str) -> list[Mapping[str, Any]]:
    """A list of objects, JSON null as an empty one. Raises SkipRecord naming the field."""
    if rows is None:
        return []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise SkipRecord(f"Field {field}: a list of rows was expected.")
    return rows
