"""The installation's own lists of codes, read once and looked up by name."""

from __future__ import annotations

import unicodedata
from typing import Final

from connector.errors import RemoteRefused
from connector.ioffice.envelope import rows_of
from connector.ioffice.session import Session
from connector.ioffice.texts import folded, id_of, text_of

STATUS: Final = "TINHTRANGCONGVIEC"
EVALUATION: Final = "DANHGIACONGVIEC"
_PATH: Final = "job/getliststatus"


class Statuses:
    """Status codes by the text they show. The list differs from site to site and is never assumed."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._codes: dict[str, str] = {}

    def code(self, text: str) -> str:
        """The code that shows exactly `text`; where none does, the one that does with letters and spaces folded.

        A missing one is asked for once more, since the administrator may just have added it.
        Raises RemoteRefused naming the text and the remedy.
        """
        code = self._known(text)
        if code is None:
            self._codes = {}
            for value, name in self.listed(STATUS).items():
                self._codes[unicodedata.normalize("NFC", name)] = value
                self._codes.setdefault(folded(name), value)
            code = self._known(text)
        if code is None:
            raise RemoteRefused(
                f"The status list {STATUS} of the document system has no entry “{text}”.",
                remedy="Add it to that list, in exactly these words.",
            )
        return code

    def _known(self, text: str) -> str | None:
        """Two entries may differ by a capital letter alone: the exact words come first."""
        exact = self._codes.get(unicodedata.normalize("NFC", text))
        return self._codes.get(folded(text)) if exact is None else exact

    def listed(self, kind: str) -> dict[str, str]:
        """One list of the installation, `{code: name}`."""
        rows = rows_of(self._session.get(_PATH, kind), _PATH)
        return {id_of(row.get("value")): text_of(row.get("name")) for row in rows}
