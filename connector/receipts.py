"""The hash that a receipt carries of what was written, the same for every connector. Pure.

Values are hashed as a person would compare them: composed and trimmed. So the
receipt of a write and the receipt of finding that write again are equal.
"""

from __future__ import annotations

import hashlib
import unicodedata
from datetime import date

import orjson

from connector.port import AttachFile, CommentDocument, CommentJob, CreateJob, SetStatus, UpdateJob, Write
from connector.records import JobRecord, LineRole


def wanted_hash(write: Write) -> str:
    """Of what a write wants to be shown."""
    match write:
        case CreateJob():
            coordinators = sorted(write.coordinators)
            return shown_hash(
                write.name, write.content, _day(write.due), write.document_id, write.lead_unit, *coordinators
            )
        case UpdateJob():
            return shown_hash(write.name, write.content, _day(write.due))
        case SetStatus() | CommentJob() | CommentDocument():
            return shown_hash(write.text)
        case AttachFile():
            return shown_hash(write.name, write.sha256)


def created_hash(job: JobRecord) -> str:
    """Of what a work item shows, to hold against the write that created it."""
    lead = [line.unit_id for line in job.lines if line.role is LineRole.LEAD]
    others = sorted(line.unit_id for line in job.lines if line.role is LineRole.COORDINATE)
    return shown_hash(job.name, job.content, _day(job.due), job.document_id, *lead, *others)


def updated_hash(job: JobRecord) -> str:
    """Of what a work item shows of the fields that `UpdateJob` owns."""
    return shown_hash(job.name, job.content, _day(job.due))


def shown_hash(*values: str) -> str:
    """SHA-256 (hex) of values in their order."""
    canonical = [unicodedata.normalize("NFC", value).strip() for value in values]
    return hashlib.sha256(orjson.dumps(canonical)).hexdigest()


def _day(value: date | None) -> str:
    return value.isoformat() if value else ""
