"""From a raw record of this dialect to the record everybody understands. Pure."""

from __future__ import annotations

from connector.ioffice.decode_document import directive_of
from connector.ioffice.decode_job import job_of
from connector.ioffice.decode_people import account_of, unit_of
from connector.json_replies import json_object
from connector.records import Kind, RawRecord, Record


def decode(raw: RawRecord) -> Record:
    """The record inside. Raises SkipRecord naming the field; never anything else, whatever the bytes."""
    body = json_object(raw)
    match raw.kind:
        case Kind.DOCUMENT:
            return directive_of(body, raw.remote_id)
        case Kind.JOB:
            return job_of(body, raw.remote_id)
        case Kind.UNIT:
            return unit_of(body)
        case Kind.ACCOUNT:
            return account_of(body)
