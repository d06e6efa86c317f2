"""How small a connector can be: JSON pages in sequence, rows inside, nothing to write back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import orjson
import requests

from connector.port import Capability, Known, Page, Probe, Stream, Write, WriteReceipt
from connector.records import AssignmentCells, DirectiveRecord, DocumentState, FileRef, Kind, RawRecord
from errors import SkipRecord

LIMIT = 500


def _day(text: str) -> date:
    return date(int(text[6:]), int(text[3:5]), int(text[:2]))


class PageConnector:
    """Reads `GET /api/directives?after=N&limit=M`; the cursor is the last sequence number."""

    site = "bench"
    own_user = "tdcd"
    capabilities = frozenset({Capability.INLINE_ROWS, Capability.CHANGE_FEED, Capability.SHOWS_WORK})

    def __init__(self, port: int) -> None:
        self._url = f"http://127.0.0.1:{port}/api/directives"
        self._session = requests.Session()
        self.requests_sent = 0
        self.skew_seconds: float | None = None

    def changes(self, stream: Stream, cursor: str | None, known: Known) -> Iterator[Page]:
        after = max(int(cursor or 0) - 1, 0)
        more = stream is Stream.DOCUMENTS
        while more:
            items, more = self._page(after)
            after += len(items)
            yield Page(stream, self._unknown(items, known), cursor=str(after))

    def listing(self, stream: Stream, known: Known) -> Iterator[Page]:
        after, more, listed = 0, stream is Stream.DOCUMENTS, set[str]()
        while more:
            items, more = self._page(after)
            after += len(items)
            listed.update(str(item["id"]) for item in items)
            raws = self._unknown(items, known)
            yield Page(stream, raws, complete=not more, listed=frozenset() if more else frozenset(listed))

    def _page(self, after: int) -> tuple[list[dict[str, object]], bool]:
        self.requests_sent += 1
        answer = self._session.get(self._url, params={"after": after, "limit": LIMIT}, timeout=60)
        page = orjson.loads(answer.content)
        return page["items"], page["next"] is not None

    def _unknown(self, items: list[dict[str, object]], known: Known) -> tuple[RawRecord, ...]:
        bodies = {str(item["id"]): orjson.dumps(item) for item in items}
        versions = {key: hashlib.blake2b(body, digest_size=16).hexdigest() for key, body in bodies.items()}
        same = known(Kind.DOCUMENT, list(versions.items()))
        return tuple(
            RawRecord(Kind.DOCUMENT, key, bodies[key], version, version)
            for key, version in versions.items()
            if key not in same
        )

    def decode(self, raw: RawRecord) -> DirectiveRecord:
        item = orjson.loads(raw.body)
        return DirectiveRecord(
            remote_id=raw.remote_id,
            number=item["soKiHieu"],
            subject=item["trichYeu"],
            doc_type=item["hinhThuc"],
            issuer=item["coQuanBanHanh"],
            issued_on=_day(item["ngayBanHanh"]),
            state=DocumentState.ISSUED,
            signer=item["nguoiKy"],
            secrecy=item["doMat"],
            urgency=item["doKhan"],
            rows=tuple(
                AssignmentCells(
                    str(r["tt"]), r["noiDung"], r["chuTri"], tuple(r["phoiHop"]), r["han"], r["sanPham"]
                )
                for r in item["phanCong"]
            ),
        )

    def fetch(self, kind: Kind, remote_id: str) -> RawRecord | None:
        return None

    def download(self, file: FileRef, target: Path, max_bytes: int) -> str:
        raise SkipRecord("This system has no files.")

    def apply(self, write: Write) -> WriteReceipt:
        raise SkipRecord("This system takes nothing back.")

    def find(self, write: Write) -> WriteReceipt | None:
        return None

    def probe(self) -> Probe:
        return Probe(None, None, self.own_user)

    def close(self) -> None:
        self._session.close()
