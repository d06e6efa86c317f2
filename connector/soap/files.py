"""Files of a document: brought down, inline or beside the envelope, and looked for by what is in them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import tempfile
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any, Final

from connector.calls import Reply
from connector.errors import NotThere, ReplyUnreadable, TooLarge
from connector.limits import MIB
from connector.port import AttachFile
from connector.read_back import held_among
from connector.records import DirectiveRecord, FileRef, Kind
from connector.soap.answers import opened
from connector.soap.decoding import decode
from connector.soap.definition import named
from connector.soap.envelopes import LARGEST_INLINE
from connector.soap.fields import Fields
from connector.soap.packages import opened_package
from connector.soap.reading import Reading
from connector.soap.service import Service
from connector.soap.wire import DOWNLOAD

_INCLUDE: Final = "{http://www.w3.org/2004/08/xop/include}Include"
#: What an envelope may weigh beside the file itself.
_SLACK: Final = MIB


def download(service: Service, file: FileRef, target: Path, max_bytes: int) -> str:
    """Write the file to `target`, whole or not at all; answers its SHA-256 (hex). Raises SkipRecord."""
    limit = min(max_bytes, service.transport.access.max_file_bytes)
    # Base64 inside the envelope weighs a third more than the file.
    spool = limit * 4 // 3 + _SLACK
    with service.spooled(DOWNLOAD, spool, ma=file.remote_id) as (path, content_type):
        if content_type.lower().startswith("multipart/"):
            return _unpacked(service, path, content_type, target, limit)
        return _inline(service, path, content_type, target, limit)


def _inline(service: Service, path: Path, content_type: str, target: Path, limit: int) -> str:
    if path.stat().st_size > LARGEST_INLINE * 4 // 3 + _SLACK:
        raise TooLarge(
            f"{DOWNLOAD}: a file over 7.5 MB came inside the answer, which no XML reader takes.",
            remedy="Switch MTOM on at the service.",
        )
    result = _result(service, path.read_bytes(), content_type)
    content = result.findtext(named("NoiDung")) or ""
    try:
        pieces = [base64.b64decode("".join(content.split()), validate=True)]
    except binascii.Error:
        raise ReplyUnreadable(f"{DOWNLOAD}: the content of a file is not base64.") from None
    return _kept(pieces, Fields(result).number("KichThuoc"), target, limit)


def _unpacked(service: Service, path: Path, content_type: str, target: Path, limit: int) -> str:
    with opened_package(path, content_type) as package:
        envelope = package.envelope(_SLACK)
        result = _result(service, envelope, "text/xml", packed=True)
        place = result.find(f"{named('NoiDung')}/{_INCLUDE}")
        if place is None:
            raise ReplyUnreadable(f"{DOWNLOAD}: a package came without its file.")
        pieces = package.pieces(place.get("href", ""))
        return _kept(pieces, Fields(result).number("KichThuoc"), target, limit)


def _result(service: Service, envelope: bytes, content_type: str, *, packed: bool = False) -> Any:
    reply = Reply(200, {"content-type": content_type}, envelope)
    return opened(reply, DOWNLOAD, service.transport.secrets.clean, packed=packed)


def _kept(pieces: Iterable[bytes], told: int | None, target: Path, limit: int) -> str:
    """Under a temporary name, then renamed. The size that the answer tells must be the one that came (F28)."""
    digest, size = hashlib.sha256(), 0
    handle, name = tempfile.mkstemp(prefix=".part-", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as part:
            for piece in pieces:
                size += len(piece)
                if size > limit:
                    raise TooLarge(f"{DOWNLOAD}: the file is larger than {limit / MIB:g} MiB.")
                part.write(piece)
                digest.update(piece)
            part.flush()
            os.fsync(part.fileno())
        if told != size:
            raise ReplyUnreadable(f"{DOWNLOAD}: a file came with another size than the answer tells.")
        Path(name).replace(target)
    finally:
        Path(name).unlink(missing_ok=True)
    return digest.hexdigest()


def holds_file(reading: Reading, write: AttachFile, wanted_id: str = "") -> str:
    """The remote id of an attached file with exactly these bytes, "" when there is none. Raises as reading does."""
    listed = directive(reading, write.document_id).files
    return held_among(listed, write, partial(download, reading.service), wanted_id)


def directive(reading: Reading, document_id: str) -> DirectiveRecord:
    """The document as it stands. Raises SkipRecord when it is not there or cannot be read."""
    raw = reading.one(Kind.DOCUMENT, document_id)
    if raw is None:
        raise NotThere("The document is not there.")
    record = decode(raw)
    assert isinstance(record, DirectiveRecord)
    return record
