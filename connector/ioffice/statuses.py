"""How this dialect tells its lists of codes."""

from __future__ import annotations

from typing import Final

from connector.code_lists import CodeLists
from connector.ioffice.envelope import rows_of
from connector.ioffice.session import Session
from connector.texts import id_of, text_of

_PATH: Final = "job/getliststatus"


class Statuses(CodeLists):
    """The installation's lists of codes, asked for by `job/getliststatus/{list}`."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def listed(self, kind: str) -> dict[str, str]:
        """One list of the installation, `{code: name}`."""
        rows = rows_of(self._session.get(_PATH, kind), _PATH)
        return {id_of(row.get("value")): text_of(row.get("name")) for row in rows}
