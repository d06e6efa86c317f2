"""Questions about copies, in the words of a clerk: is it the same, is it tracked twice, where is its original?

Each stands under `copy:ID` with a key of what was asked, so that an answered question stays answered.
"""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Final

import orjson

from connector.port import Stream
from connector.records import DirectiveRecord
from mappings.document_identity import Paper
from mappings.document_owner import Standing, Verdict
from store.identities import KnownDocument
from store.ledger import Entry
from store.places import Places
from sync.brakes import Brake
from sync.holding import COPY, place
from sync.site import Site
from sync.site_papers import as_paper
from tracking.calendar import ZONE

ASKED: Final = "copy_asked"
#: How long an owner may take to show what another system shows already.
_PATIENCE: Final = timedelta(days=3)
_NOBODY: Final = "cơ quan không nêu tên"


def question(*parts: object) -> str:
    """The key of what is asked: another paper, or other candidates, are another question."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]


def ask_whether_same(
    site: Site, places: Places, record: DirectiveRecord, other: Paper, verdict: Standing, asked: str
) -> None:
    """Hold a document that may be one with `other`, in the caller's transaction."""
    scope, now = f"{COPY}{record.remote_id}", site.now()
    body = {"document": record.remote_id, "site": verdict.site, "as": verdict.document}
    places.ledger.append([Entry(site.name, scope, ASKED, asked, now, body=orjson.dumps(body))], now)
    twice = verdict.verdict is Verdict.TWICE
    safe = (
        "Nhiệm vụ ở cả hai hệ thống vẫn được theo dõi như trước; không nhiệm vụ nào bị bỏ."
        if twice
        else "Chưa giao nhiệm vụ nào từ bản này; nhiệm vụ ở hệ thống kia vẫn được theo dõi."
    )
    cost = (
        "Đơn vị có thể nhận cùng một nhiệm vụ hai lần."
        if twice
        else "Nếu đây là văn bản khác thì nhiệm vụ của nó chưa được theo dõi, hạn xử lý vẫn chạy."
    )
    place(
        site,
        places,
        Brake(
            scope=scope,
            reason=f"Văn bản {record.number} ngày {_day(record.issued_on)} của {record.issuer or _NOBODY} "
            f"có thể là một với văn bản {other.number} ngày {_day(other.issued_on)} "
            f"của {other.issuer or other.issuer_code or _NOBODY} ở hệ thống {verdict.site}.",
            safe=safe,
            cost=cost,
            releaser="Văn thư: sửa số, ngày, cơ quan ban hành cho khớp. Quản trị: khai báo `owns`. "
            f"Là văn bản khác: `tdcd release {scope} --by TÊN`.",
        ),
    )


def ask_about_lost_originals(site: Site) -> None:
    """Copies whose original its owner has not shown for days: a person looks where it is. Nothing may be silent."""
    if site.owners is None:
        return
    with site.store.read() as places:
        lost = [one for one in places.identities.alone(site.name) if _is_overdue(places, one)]
        held = {one.scope for one in places.holds.open(site.name)}
    new = [one for one in lost if f"{COPY}{one.remote_id}" not in held]
    if new:
        with site.store.begin() as places:
            for one in new:
                _ask_where(site, places, one)


def _is_overdue(places: Places, copy: KnownDocument) -> bool:
    """Its owner was read completely days after the document was issued."""
    read_to = places.cursors.complete_to(copy.owner_site, Stream.DOCUMENTS.value)
    if read_to is None or copy.issued_on is None:
        return False
    return read_to.astimezone(ZONE).date() > copy.issued_on + _PATIENCE


def _ask_where(site: Site, places: Places, copy: KnownDocument) -> None:
    scope, now, paper = f"{COPY}{copy.remote_id}", site.now(), as_paper(copy)
    body = {"document": copy.remote_id, "site": copy.owner_site, "as": ""}
    asked = question(paper, None)
    places.ledger.append([Entry(site.name, scope, ASKED, asked, now, body=orjson.dumps(body))], now)
    brake = Brake(
        scope=scope,
        reason=f"Văn bản {copy.number} ngày {_day(copy.issued_on)} của {copy.issuer or copy.issuer_code} có ở hệ thống "
        f"này, nhưng hệ thống {copy.owner_site} của cơ quan ban hành chưa có.",
        safe="Không có nhiệm vụ nào bị theo dõi hai lần.",
        cost="Nhiệm vụ của văn bản này chưa được theo dõi ở đâu, hạn xử lý vẫn chạy.",
        releaser=f"Văn thư: tìm văn bản ở hệ thống {copy.owner_site}; nếu chỉ theo dõi ở đây: "
        f"`tdcd release {scope} --by TÊN`.",
    )
    place(site, places, brake)


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else "không rõ"
