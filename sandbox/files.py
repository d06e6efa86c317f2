"""Files: uploaded loose, then named in `files[]` of a later call, listed and downloaded by id."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any, Final

from sandbox.calls import POST, Call, Route, Routes
from sandbox.dialect import DIGIT_FALSE, NULL, digit_flag, id_list
from sandbox.document_rights import seen_document
from sandbox.envelope import Download, forbidden, invalid, not_found
from sandbox.job_rights import seen_job
from sandbox.operations import applied
from sandbox.people import name_of
from sandbox.state import Row, State

LARGEST_FILE: Final = 25 * 1024 * 1024
_LINKED: Final = """
SELECT f.id, f.name, f.size, f.creator, k.id AS link_id FROM file_link k JOIN file f ON f.id = k.file_id
WHERE k.place = ? AND k.target_id = ? ORDER BY k.id
"""


def upload(call: Call) -> object:
    """`file/upload`: every part `fileupload` kept, ids answered as texts."""
    if not call.uploads:
        raise invalid("Không có tệp nào trong phần fileupload")
    return [str(_store(call, part.name, part.content)) for part in call.uploads]


def _store(call: Call, name: str, content: bytes) -> int:
    if len(content) > LARGEST_FILE:
        raise invalid("Tệp vượt quá 25 MB")
    digest = hashlib.sha256(content).hexdigest()
    file_id = call.state.insert(
        "file",
        name=name,
        content=content,
        size=len(content),
        sha256=digest,
        creator=call.who.user_id,
        created_at=call.at,
    )
    applied(call, "file/upload", str(file_id), name, {"name": name, "sha256": digest})
    return file_id


def download(call: Call) -> object:
    """`file/download/{id}`: the bytes, for those who see what the file hangs on."""
    file_id = call.argument()
    row = call.state.one("SELECT name, content, creator FROM file WHERE id = ?", (file_id,))
    if row is None:
        raise not_found("Không tìm thấy tệp")
    if row["creator"] != call.who.user_id and not _may_open(call, file_id):
        raise forbidden("Bạn không có quyền xem tệp này")
    return Download(row["name"], row["content"])


def _may_open(call: Call, file_id: int) -> bool:
    """A file follows the document or work item that it hangs on."""
    links = call.state.all("SELECT place, target_id FROM file_link WHERE file_id = ?", (file_id,))
    return any(_sees(call, link["place"], link["target_id"]) for link in links)


def _sees(call: Call, place: str, target: int) -> bool:
    if place in ("attach", "related"):
        return seen_document(call, target) is not None
    job = target if place == "job" else call.state.value("SELECT job_id FROM flow WHERE id = ?", (target,))
    return job is not None and seen_job(call, job)


def attached(call: Call) -> object:
    """`file/getfileattach/{id}`: the signed originals of a document."""
    return _document_files(call, "attach")


def related(call: Call) -> object:
    """`file/getfilerelated/{id}`: files that came later, with comments."""
    return _document_files(call, "related")


def _document_files(call: Call, place: str) -> list[dict[str, Any]]:
    number = call.argument()
    if seen_document(call, number) is None:
        raise not_found("Không tìm thấy văn bản")
    return [file_row(call.state, row) for row in linked(call.state, place, number)]


def file_row(state: State, row: Row) -> dict[str, Any]:
    """A row of a file list: the id as a number, the size as a text that is "null" now and then."""
    signed = row["name"].casefold().endswith(".pdf")
    return {
        "id": row["id"],
        "name": row["name"],
        "attachmentId": row["link_id"],
        "creator": name_of(state, row["creator"]),
        "fileSize": NULL if row["id"] % 7 == 0 else str(row["size"]),
        "filePage": "1",
        "isKy": digit_flag(signed),
        "kyPki": DIGIT_FALSE,
        "kyServer": digit_flag(signed),
        "kyCA": DIGIT_FALSE,
        "info": [],
        "commentDisplay": "",
        "editFile": DIGIT_FALSE,
        "btnChuyen": DIGIT_FALSE,
    }


def linked(state: State, place: str, target: int) -> list[Row]:
    """Files at one place: `attach`, `related`, `job` or `flow`."""
    return state.all(_LINKED, (place, target))


def link_files(call: Call, place: str, target: int, given: object) -> int:
    """Hang uploaded files somewhere; how many. Raises Refused for an id that is not one's own upload."""
    numbers = [_own_upload(call, file_id) for file_id in id_list(given)]
    call.state.many(
        "INSERT INTO file_link (file_id, place, target_id) VALUES (?, ?, ?)",
        [(number, place, target) for number in numbers],
    )
    return len(numbers)


def _own_upload(call: Call, file_id: str) -> int:
    creator = call.state.value("SELECT creator FROM file WHERE id = ?", (file_id,))
    if creator != call.who.user_id:
        raise invalid(f"files: không có tệp {file_id}")
    return int(file_id)


def stored_files(call: Call, parts: Iterable[tuple[str, bytes]]) -> list[str]:
    """Keep files that came inside a JSON body; their ids."""
    return [str(_store(call, name, content)) for name, content in parts]


ROUTES: Routes = {
    "file/upload": Route(upload, POST, writes=True),
    "file/uploadfile": Route(upload, POST, writes=True),
    "file/download": Route(download),
    "file/getfileattach": Route(attached),
    "file/getfilerelated": Route(related),
}
