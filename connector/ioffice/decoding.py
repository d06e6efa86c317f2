"""From a raw record of this dialect to the record everybody understands. Pure."""

from __future__ import annotations

from typing import Any

import orjson

from connector.ioffice.decode_document import directive_of
from connector.ioffice.decode_job import job_of
from connector.ioffice.decode_people import account_of, unit_of
from connector.records import Kind, RawRecord, Record
from errors import SkipRecord


def decode(raw: RawRecord) -> Record:
    """The record inside. Raises SkipRecord naming the field; never anything else, whatever the bytes."""
    try:
        body: Any = orjson.loads(raw.body)
    except orjson.JSONDecodeError:
        raise SkipRecord(f"The {raw.kind.value} is not JSON.") from None
    if not isinstance(body, dict):
        raise SkipRecord(f"The {raw.kind.value} is not an object.")
    match raw.kind:
        case Kind.DOCUMENT:
            return directive_of(body, raw.remote_id)
        case Kind.JOB:
            return job_of(body, raw.remote_id)
        case Kind.UNIT:
            return unit_of(body)
        case Kind.ACCOUNT:
            return account_of(body)
