"""What the JSON dialects have in common: a reply that was cut, a reply that is a file, a record that is an object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from connector.calls import Reply
from connector.mishaps import ReplyCut
from connector.records import RawRecord
from errors import SkipRecord


def not_cut(reply: Reply) -> None:
    """JSON that ends early without having told its length is worth another try: raises ReplyCut."""
    if reply.content_type == "application/json" and reply.body:
        try:
            orjson.loads(reply.body)
        except orjson.JSONDecodeError:
            raise ReplyCut("The answer was cut short or damaged.") from None


def is_file(status: int, headers: Mapping[str, str]) -> bool:
    """What is announced as attachment is the file; other JSON or HTML is an error or a log-in page."""
    if status != 200:
        return False
    media = headers.get("content-type", "").partition(";")[0].strip().lower()
    announced = headers.get("content-disposition", "").strip().lower().startswith("attachment")
    return announced or media not in {"application/json", "text/html"}


def json_object(raw: RawRecord) -> dict[str, Any]:
    """The JSON object that a raw record holds. Raises SkipRecord; never anything else, whatever the bytes."""
    try:
        body: Any = orjson.loads(raw.body)
    except orjson.JSONDecodeError:
        raise SkipRecord(f"The {raw.kind.value} is not JSON.") from None
    if not isinstance(body, dict):
        raise SkipRecord(f"The {raw.kind.value} is not an object.")
    return body
