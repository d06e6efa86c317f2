"""An installation's own lists of codes, read once and looked up by name."""

from __future__ import annotations

import unicodedata
from abc import ABC, abstractmethod
from typing import Final

from connector.errors import RemoteRefused
from connector.texts import folded

#: The names under which installations keep the two lists that matter here.
STATUS: Final = "TINHTRANGCONGVIEC"
EVALUATION: Final = "DANHGIACONGVIEC"


class CodeLists(ABC):
    """Status codes by the text they show. The list differs from site to site and is never assumed."""

    def __init__(self) -> None:
        self._codes: dict[str, str] = {}

    @abstractmethod
    def listed(self, kind: str) -> dict[str, str]:
        """One list of the installation, `{code: name}`, asked for anew."""

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
