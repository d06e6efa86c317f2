"""One record read whole, and the hashes by which it is known again.

A record that cannot be read does not stop the others (F25): its body then says why
under `unread`; decoding it raises, and without a fingerprint it is read again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from connector.errors import NotThere, ReplyUnreadable
from connector.province_api.boxes import INCOMING, OUTGOING
from connector.province_api.session import Session
from connector.raw_records import raw_record
from connector.records import Kind, RawRecord
from errors import SkipRecord

DETAIL: Final = "van-ban-di/chi-tiet-van-ban-di"


def read_document(
    session: Session, posting: str, remote_id: str, row: Mapping[str, Any] | None = None
) -> RawRecord | None:
    """The detail of an outgoing document: one request. None when it is not there."""
    body: dict[str, Any] = {"detail": None}
    try:
        body["detail"] = object_of(
            session.get(DETAIL, ma_van_ban_di=remote_id, ma_ctcb=posting) if remote_id.isdigit() else None
        )
    except NotThere:
        return None
    except SkipRecord as error:
        return raw_record(Kind.DOCUMENT, remote_id, {**body, "row": row, "unread": error.sentence})
    return raw_record(Kind.DOCUMENT, remote_id, body, OUTGOING.fingerprint(row) if row else "")


def incoming_document(remote_id: str, row: Mapping[str, Any]) -> RawRecord:
    """A row of the list of incoming documents, which is all that there is of one."""
    return raw_record(Kind.DOCUMENT, remote_id, {"incoming": dict(row)}, INCOMING.fingerprint(row))


def object_of(data: Any) -> dict[str, Any]:
    """`data` as one object; nothing at all is a document that is not there. Raises ReplyUnreadable, NotThere."""
    if data is None or data == []:
        raise NotThere(f"{DETAIL}: the document is not there.")
    if not isinstance(data, dict):
        raise ReplyUnreadable(f"{DETAIL}: an object was expected, not {type(data).__name__}.")
    return data
