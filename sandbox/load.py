"""Turn a `Dataset` into the sandbox's first state: who there is and what was issued so far."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sandbox.catalogues import CATALOGUES, EVALUATION, STATUS
from sandbox.dataset import Attachment, Dataset, Document, Unit
from sandbox.dialect import folded, nfc, packed_routing, stored_date, stored_time
from sandbox.roles import role_of

if TYPE_CHECKING:
    from sandbox.state import State

DRAFT: Final = 0
ISSUED: Final = 1
_FIRST_NUMBER: Final = 500_001


def load_dataset(state: State, dataset: Dataset) -> None:
    """Write everything in the caller's transaction."""
    _units(state, dataset)
    _people(state, dataset)
    _catalogues(state, dataset)
    state.remember("service_user", dataset.service_user)
    state.remember("office", ",".join(office_units(dataset)))
    state.remember("province", dataset.province)
    numbers = document_numbers(dataset.documents)
    names = {unit.unit_id: unit.name for unit in dataset.units}
    for document in dataset.documents:
        _document(state, document, numbers[document.document_id], names)


def office_units(dataset: Dataset) -> list[str]:
    """The unit of the service account (its department, if it sits in a room) and all rooms below."""
    units = {unit.unit_id: unit for unit in dataset.units}
    top = next(posting.unit_id for posting in dataset.postings if posting.user_id == dataset.service_user)
    while units[top].tier == "room" and units[top].parent_id in units:
        top = units[top].parent_id
    found = [top]
    for unit_id in found:
        found.extend(
            unit.unit_id for unit in dataset.units if unit.parent_id == unit_id and unit.tier == "room"
        )
    return found


def document_numbers(documents: Sequence[Document]) -> dict[str, int]:
    """The dialect's documents have integer ids; an id that is no number gets the next free one."""
    numbers = {
        d.document_id: int(d.document_id)
        for d in documents
        if d.document_id.isascii() and d.document_id.isdigit()
    }
    following = max([_FIRST_NUMBER, *(number + 1 for number in numbers.values())])
    for document in documents:
        if document.document_id not in numbers:
            numbers[document.document_id] = following
            following += 1
    return numbers


def _units(state: State, dataset: Dataset) -> None:
    state.many("INSERT INTO unit VALUES (?,?,?,?,?,?,?,?)", [_unit_row(unit) for unit in dataset.units])


def _unit_row(unit: Unit) -> tuple[str, ...]:
    return (
        unit.unit_id,
        unit.name,
        unit.code,
        unit.parent_id,
        unit.tier,
        stored_date(unit.valid_from),
        stored_date(unit.valid_to),
        ",".join(unit.successors),
    )


def _people(state: State, dataset: Dataset) -> None:
    state.many(
        "INSERT INTO person VALUES (?,?,?,?,?,?,?)",
        [
            (p.user_id, p.username, p.password, p.full_name, p.email, p.phone, int(p.locked))
            for p in dataset.people
        ],
    )
    state.many(
        "INSERT INTO posting VALUES (?,?,?,?,?)",
        [(p.posting_id, p.user_id, p.unit_id, p.position, role_of(p.position)) for p in dataset.postings],
    )


def _catalogues(state: State, dataset: Dataset) -> None:
    lists = dict(CATALOGUES)
    lists[STATUS] = dataset.statuses or lists[STATUS]
    lists[EVALUATION] = dataset.evaluations or lists[EVALUATION]
    rows = [(kind, value, name) for kind, entries in lists.items() for value, name in entries]
    state.many("INSERT INTO catalogue VALUES (?,?,?)", rows)


def _document(state: State, document: Document, number: int, names: Mapping[str, str]) -> None:
    issued_at = stored_time(document.issued_at)
    created_at = stored_time(document.issued_at - timedelta(days=1))
    state.insert(
        "document",
        id=number,
        number=document.number,
        subject=nfc(document.subject),
        doc_type=document.doc_type,
        issuer=nfc(document.issuer),
        signer=document.signer,
        created_at=created_at,
        issued_at=issued_at,
        drafter_user=document.drafter_user,
        drafter_unit=document.drafter_unit,
        secrecy=document.secrecy,
        urgency=document.urgency,
        due=stored_date(document.due),
        note=nfc(document.note),
        state=ISSUED if document.issued else DRAFT,
        outgoing=int(document.outgoing),
        search=folded(f"{document.number} {document.subject}"),
    )
    recipients = [unit_id for unit_id in document.recipients if unit_id in names]
    state.many(
        "INSERT OR IGNORE INTO recipient VALUES (?,?,'main')", [(number, unit_id) for unit_id in recipients]
    )
    _first_log(state, document, number, [names[unit_id] for unit_id in recipients])
    for attachment in document.attachments:
        _attachment(state, attachment, number, document.drafter_user, created_at)


def _first_log(state: State, document: Document, number: int, recipients: Sequence[str]) -> None:
    drafted = document.issued_at - timedelta(days=1)
    entries = [(drafted, "2", "Dự thảo", "Tạo dự thảo văn bản", "")]
    if document.issued:
        due = f" Hạn xử lý: {document.due:%d/%m/%Y}" if document.due else ""
        routing = packed_routing([("Xử lý chính", recipients)])
        entries.append((document.issued_at, "2", "Phát hành", f"Đã phát hành văn bản.{due}", routing))
    for at, status, action, comment, routing in entries:
        state.insert(
            "doc_log",
            doc_id=number,
            unit_id=document.drafter_unit,
            user_id=document.drafter_user,
            at=stored_time(at),
            status=status,
            action=action,
            comment=comment,
            passed_to=routing,
        )


def _attachment(state: State, attachment: Attachment, document: int, creator: str, at: str) -> None:
    file_id = state.insert(
        "file",
        name=attachment.name,
        content=attachment.content,
        size=len(attachment.content),
        sha256=hashlib.sha256(attachment.content).hexdigest(),
        creator=creator,
        created_at=at,
    )
    state.insert("file_link", file_id=file_id, place="attach", target_id=document)
