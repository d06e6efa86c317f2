"""Keeps secrets and control characters out of every sentence that leaves the edge.

A server may echo what it was sent, also inside an error page (M44), so sentences
are cleaned where they are made, not where they are printed.
"""

from __future__ import annotations

import html
import json
import re
from typing import Final
from urllib.parse import quote

HIDDEN: Final = "•••"
LONGEST: Final = 512
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]+")


class Redactor:
    """Remembers the secrets of one connector in every form in which a server may echo them."""

    def __init__(self) -> None:
        self._forms: set[str] = set()

    def hide(self, *secrets: str) -> None:
        """Never show these again. Under 4 characters is no secret, it would garble every text."""
        for secret in secrets:
            if len(secret) >= 4:
                self._forms |= {secret, quote(secret, safe=""), html.escape(secret), json.dumps(secret)[1:-1]}

    def clean(self, text: str) -> str:
        """`text` on one line, without secrets, cut at 512 characters (M34)."""
        return _CONTROL.sub(" ", self.clean_whole(text)).strip()[:LONGEST]

    def clean_whole(self, text: str) -> str:
        """`text` without secrets, else as it is."""
        for form in sorted(self._forms, key=len, reverse=True):
            text = text.replace(form, HIDDEN)
        return text
