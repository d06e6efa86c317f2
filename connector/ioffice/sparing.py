"""Takes out of recorded answers whatever belongs to documents that are not open: rows, details, logs, files, work.

A row that must go is replaced by one of the same keys in which nothing is left but dates of its neighbour, so that a
list is as long and as sorted as it was; its id and that of its answers become ids that nobody has.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import unquote

import orjson

from connector.dates import lenient_day
from connector.ioffice.decode_document import directive_of
from connector.recording.tape import Exchange, IsOpen
from connector.texts import id_of, text_of
from errors import SkipRecord

_ADDRESS: Final = re.compile(r"(.*/api/)(.*?)(?:/([^/]+))?/?")
_DETAIL: Final = "document/getdetaildocument"
_OF_DOCUMENT: Final = {
    _DETAIL: "detail",
    "document/getactivitylog": "log",
    "file/getfileattach": "files",
    "file/getfilerelated": "related",
}
_JOB_DETAIL: Final = "job/getdetailjobdagiao"
_OF_JOB: Final = frozenset({_JOB_DETAIL, "job/getlistjobflow", "job/getlistprocesser"})
_LISTS: Final = {"document/getlistlookupbyparam": "documents", "job/getlistjobdagiao": "jobs"}
_STATUSES: Final = "job/getliststatus"
#: In these nothing stands that belongs to a document.
_PEOPLE: Final = frozenset({"getuserinfo", "shared/unit/get_all", "getcontacts", "logout", "login/v3"})
_NOBODYS: Final = 90_000_000


@dataclass
class Sparing:
    """What is known of the documents and work items on one tape."""

    open_documents: set[str] = field(default_factory=set)
    open_jobs: set[str] = field(default_factory=set)
    _made_up: dict[tuple[str, str], str] = field(default_factory=dict)

    def spared(self, exchanges: Sequence[Exchange], is_open: IsOpen) -> list[Exchange]:
        """See `connector.recording.tape.Recordable`."""
        self._judge(exchanges, is_open)
        found = (self._one(exchange) for exchange in exchanges)
        return [exchange for exchange in found if exchange is not None]

    def _judge(self, exchanges: Sequence[Exchange], is_open: IsOpen) -> None:
        bundles: dict[str, dict[str, Any]] = {}
        jobs: dict[str, Any] = {}
        for exchange in exchanges:
            operation, remote_id = _asked(exchange)
            if operation in _OF_DOCUMENT:
                bundles.setdefault(remote_id, {})[_OF_DOCUMENT[operation]] = _data(exchange)
            elif operation == _JOB_DETAIL:
                jobs[remote_id] = _data(exchange)
        for remote_id, bundle in bundles.items():
            try:
                if is_open(directive_of(bundle, remote_id)):
                    self.open_documents.add(remote_id)
            except SkipRecord:
                continue
        for remote_id, detail in jobs.items():
            document = id_of(detail.get("docId")) if isinstance(detail, dict) else "?"
            if not document or document in self.open_documents:
                self.open_jobs.add(remote_id)

    def _one(self, exchange: Exchange) -> Exchange | None:
        """An answer whose place in the dialect is not known is left out."""
        operation, remote_id = _asked(exchange)
        if operation == _STATUSES:
            return replace(exchange, vocabulary=True)
        if operation in _PEOPLE:
            return exchange
        if operation in _LISTS:
            return self._list(exchange, _LISTS[operation])
        if operation in _OF_DOCUMENT:
            return self._belonging(exchange, "documents", remote_id)
        return self._belonging(exchange, "jobs", remote_id) if operation in _OF_JOB else None

    def _list(self, exchange: Exchange, what: str) -> Exchange:
        rows, made = _data(exchange), []
        if not isinstance(rows, list):
            return exchange
        beside: Mapping[str, Any] = next(
            (row for row in rows if self._is_open(what, id_of(row.get("id")))), {}
        )
        for row in rows:
            remote_id = id_of(row.get("id"))
            if self._is_open(what, remote_id):
                beside = row
                made.append(row)
            else:
                made.append(_emptied(row, beside) | {"id": self._nobodys(what, remote_id)})
        return _with_data(exchange, made)

    def _belonging(self, exchange: Exchange, what: str, remote_id: str) -> Exchange:
        if self._is_open(what, remote_id):
            return exchange
        nobodys, data = self._nobodys(what, remote_id), _data(exchange)
        made: Any = []
        if isinstance(data, dict):
            made = _emptied(data, {}) | {"id": int(nobodys)}
            if "doMat" in data:
                made["doMat"] = "Mật" if text_of(data["doMat"]) else ""
            if document := id_of(data.get("docId")):
                made["docId"] = int(self._nobodys("documents", document))
        path = exchange.path.replace(f"/{remote_id}/", f"/{nobodys}/")
        return replace(_with_data(exchange, made), path=path)

    def _is_open(self, what: str, remote_id: str) -> bool:
        return remote_id in (self.open_documents if what == "documents" else self.open_jobs)

    def _nobodys(self, what: str, remote_id: str) -> str:
        return self._made_up.setdefault((what, remote_id), str(_NOBODYS + len(self._made_up)))


def _asked(exchange: Exchange) -> tuple[str, str]:
    """(operation, id) of an address; operations have one or two words, ids stand behind them."""
    found = _ADDRESS.fullmatch(exchange.path)
    if found is None:
        return "", ""
    whole = f"{found[2]}/{found[3]}" if found[3] else found[2]
    if whole in _LISTS or whole in _PEOPLE:
        return whole, ""
    return found[2], unquote(found[3] or "")


def _data(exchange: Exchange) -> Any:
    try:
        body = orjson.loads(exchange.body)
    except orjson.JSONDecodeError:
        return None
    return body.get("data") if isinstance(body, dict) else None


def _with_data(exchange: Exchange, data: Any) -> Exchange:
    """Other data under the same code; what the system said may have named the document."""
    code = "0"
    with suppress(orjson.JSONDecodeError, KeyError, TypeError):
        code = str(orjson.loads(exchange.body)["status"]["code"])
    return replace(exchange, body=orjson.dumps({"status": {"code": code, "message": ""}, "data": data}))


def _emptied(row: Mapping[str, Any], beside: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of a row with values that say nothing; a date is the neighbour's, or one of no meaning."""
    made: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, str) and lenient_day(value):
            made[name] = beside.get(name) or "01/01/2026"
        elif isinstance(value, str):
            made[name] = "x" if text_of(value) else ""
        else:
            made[name] = [] if isinstance(value, list) else None
    return made
