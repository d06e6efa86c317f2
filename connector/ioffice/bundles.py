"""Reads one record whole: the several answers that make it up, bundled verbatim into one body.

The listing row is left out: it shows nothing more than the detail, but changes by the
reading itself (`isRead`), and the same record must give the same body however it was
come upon. A record that cannot be read does not stop the others (F25): its bundle
then says why under `unread`, with the row; decoding it raises, and without a
fingerprint it is read again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from connector.errors import NotThere
from connector.ioffice.envelope import object_of, rows_of
from connector.ioffice.fingerprints import document_fingerprint, job_fingerprint
from connector.ioffice.session import Session
from connector.raw_records import raw_record
from connector.records import Kind, RawRecord
from errors import SkipRecord

_DOCUMENT: Final = {
    "log": "document/getactivitylog",
    "files": "file/getfileattach",
    "related": "file/getfilerelated",
}
_JOB: Final = {"flow": "job/getlistjobflow", "lines": "job/getlistprocesser"}


def read_document(session: Session, remote_id: str, row: Mapping[str, Any] | None = None) -> RawRecord | None:
    """Detail, activity log and both lists of files: four requests. None when it is not there."""
    fingerprint = document_fingerprint(row) if row else ""
    return _read(session, Kind.DOCUMENT, remote_id, "document/getdetaildocument", _DOCUMENT, row, fingerprint)


def read_job(session: Session, remote_id: str, row: Mapping[str, Any] | None = None) -> RawRecord | None:
    """Detail, history and lines: three requests. None when it is not there."""
    fingerprint = job_fingerprint(row) if row else None
    return _read(session, Kind.JOB, remote_id, "job/getdetailjobdagiao", _JOB, row, fingerprint)


def _read(
    session: Session,
    kind: Kind,
    remote_id: str,
    detail_path: str,
    further: Mapping[str, str],
    row: Mapping[str, Any] | None,
    fingerprint: str | None,
) -> RawRecord | None:
    bundle: dict[str, Any] = {"detail": None}
    try:
        bundle["detail"] = object_of(session.get(detail_path, remote_id), detail_path)
        for name, path in further.items():
            bundle[name] = rows_of(session.get(path, remote_id), path)
    except NotThere:
        return None
    except SkipRecord as error:
        return raw_record(kind, remote_id, {**bundle, "row": row, "unread": error.sentence})
    if fingerprint is None:
        fingerprint = job_fingerprint(bundle["detail"])
    return raw_record(kind, remote_id, bundle, fingerprint)
