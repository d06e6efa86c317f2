"""The installation's own lists of codes, read once and looked up by name."""

from __future__ import annotations

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
        """The code that shows exactly `text`, letters and spaces folded.

        A missing one is asked for once more, since the administrator may just have added it.
        Raises RemoteRefused naming the text and the remedy.
        """
        wanted = folded(text)
        if wanted not in self._codes:
            self._codes = {folded(name): value for value, name in self.listed(STATUS).items()}
        if wanted not in self._codes:
            raise RemoteRefused(
                f"The status list {STATUS} of the document system has no entry “{text}”.",
                remedy="Add it to that list, in exactly these words.",
            )
        return self._codes[wanted]

    def listed(self, kind: str) -> dict[str, str]:
        """One list of the installation, `{code: name}`."""
        rows = rows_of(self._session.get(_PATH, kind), _PATH)
        return {id_of(row.get("value")): text_of(row.get("name")) for row in rows}
