"""What a document system says when it says no, and which no it is. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from connector.errors import Hiccup, NotThere, RemoteRefused

#: `document_recovered` is a document that its issuer took back: for this account it is not there any more.
_NOT_THERE: Final = re.compile(r"not_found|document_recovered|không tồn tại|không tìm thấy", re.IGNORECASE)
_PASSING: Final = re.compile(r"system|busy|timeout|maintenance|unavailable", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"https?://\S+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Status:
    """What the envelope says of itself."""

    code: str
    message: str


def refusal(status: Status, call: str) -> RemoteRefused | Hiccup:
    """The document system's no, in its own words. An address is not shown: it may carry a token."""
    said = _ADDRESS.sub("(an address to open)", status.message) or "no reason given"
    sentence = f"{call}: the document system refused ({status.code}): {said}"
    if _NOT_THERE.search(f"{status.code} {status.message}"):
        return NotThere(sentence)
    return Hiccup(sentence) if _PASSING.search(status.code) else RemoteRefused(sentence)
