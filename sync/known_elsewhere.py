"""A directive that two systems show is one set of tasks: at the site it belongs to. The other shows a copy.

Looked at only where several sites are configured. Which site a directive belongs to is said by
`owns`; whether two documents are one by `mappings/document_identity.py`. What is in doubt is held
under `copy:ID`, and nothing is given from it meanwhile.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, timedelta

import orjson

from connector.port import Stream
from connector.records import DirectiveRecord, Kind
from mappings.document_identity import Likeness, Paper, likeness, match, paper_of, with_code
from mappings.document_owner import Place, Standing, Verdict, standing
from mappings.texts import fold
from store.identities import ANSWER, DOCUMENT, KnownDocument
from store.inbox import Envelope
from store.ledger import Entry
from store.places import Places
from sync.brakes import Brake
from sync.holding import COPY, lift, place, released
from sync.site import Site
from tracking.calendar import ZONE

ASKED, KNOWN = "copy_asked", "known_elsewhere"
_NOBODY = "cơ quan không nêu tên"


def why_not_here(
    site: Site, places: Places, envelope: Envelope, record: DirectiveRecord, *, tracked: bool
) -> str:
    """Empty when the document is tracked here; else where it is tracked, or that a person is asked first."""
    if site.owners is None:
        return ""
    paper = _paper(site, places, record)
    candidates = others(places, paper, besides=site.name)
    found = match(paper, candidates.items())
    asked = _digest(paper, found.same, *found.doubtful)
    its_own = released(places, site.name, f"{COPY}{record.remote_id}", asked)
    verdict = standing(site.name, _owner(site, paper), found, tracked=tracked, its_own=its_own)
    known = _known(site, record, paper, verdict)
    if verdict.verdict in {Verdict.ASK, Verdict.TWICE}:
        _ask(site, places, record, candidates[verdict.site, verdict.document], verdict, asked)
    else:
        lift(site, places, [f"{COPY}{record.remote_id}"])
    if verdict.verdict is Verdict.ASK:
        places.identities.forget(site.name, DOCUMENT, [record.remote_id])
        return f"another site may track it, see `tdcd holds` ({COPY}{record.remote_id})"
    places.identities.put([known])
    if verdict.verdict is Verdict.THERE:
        return _copy(site, places, envelope, record, verdict)
    _link_copies(site, places, paper, record.remote_id)
    take_up_answers(places, paper, besides=site.name)
    return ""


def _link_copies(site: Site, places: Places, paper: Paper, document: str) -> None:
    """Copies that were shown before their original know it now."""
    alone = [
        one
        for one in places.identities.like(DOCUMENT, paper.key, paper.document_id)
        if one.owner_site == site.name and not one.owner_document
    ]
    same = [one for one in alone if likeness(paper, as_paper(one)) is Likeness.SAME]
    places.identities.put([replace(one, owner_document=document) for one in same])
    for one in same:
        places.holds.release(one.site, f"{COPY}{one.remote_id}", site.now(), "tdcd")


def others(places: Places, paper: Paper, *, besides: str) -> dict[Place, Paper]:
    """Documents with this number or id that other sites track or may come to track, as papers."""
    found = places.identities.like(DOCUMENT, paper.key, paper.document_id)
    return {
        (one.site, one.remote_id): as_paper(one)
        for one in found
        if one.site != besides and not one.owner_site
    }


def as_paper(known: KnownDocument) -> Paper:
    """What is kept of a document, to be compared."""
    return Paper(known.number, known.issued_on, known.issuer, known.issuer_code, known.document_id)


def kept(
    site: str, kind: str, remote_id: str, paper: Paper, verdict: Standing | None = None
) -> KnownDocument:
    """A paper as it is kept; `verdict` says where it is tracked when that is another site."""
    there = verdict if verdict is not None and verdict.verdict is Verdict.THERE else None
    return KnownDocument(
        site=site,
        kind=kind,
        remote_id=remote_id,
        issuer_code=paper.issuer_code,
        issuer=paper.issuer,
        number=paper.number,
        number_key=paper.key,
        issued_on=paper.issued_on,
        document_id=paper.document_id,
        owner_site=there.site if there else "",
        owner_document=there.document if there else "",
    )


def take_up_answers(places: Places, paper: Paper, *, besides: str) -> None:
    """Answers that came before the document they are about are read once more."""
    waiting = places.identities.like(ANSWER, paper.key, paper.document_id)
    by_site: dict[str, list[str]] = {}
    for one in waiting:
        if one.site != besides:
            by_site.setdefault(one.site, []).append(one.remote_id)
    for site, envelopes in by_site.items():
        places.inbox.again([int(number) for number in envelopes])
        places.identities.forget(site, ANSWER, envelopes)


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


def read_again_when_changed(site: Site) -> None:
    """Which site owns what was said anew, or a second site came: documents that were read before are judged again."""
    if site.owners is None:
        return
    said = hashlib.sha256(orjson.dumps(sorted(site.owners.items()))).hexdigest()
    with site.store.read() as places:
        before = places.cursors.get(site.name, _STREAM)
    if before is not None and before.value == said:
        return
    with site.store.begin() as places:
        places.inbox.reopen(site.name, [Kind.DOCUMENT.value])
        places.cursors.set(site.name, _STREAM, said)


#: How long an owner may take to show what another system shows already.
_PATIENCE = timedelta(days=3)
#: Under this name stands what was said about owners at the last pass.
_STREAM = "owners"


def _ask_where(site: Site, places: Places, copy: KnownDocument) -> None:
    scope, now, paper = f"{COPY}{copy.remote_id}", site.now(), as_paper(copy)
    body = {"document": copy.remote_id, "site": copy.owner_site, "as": ""}
    asked = _digest(paper, None)
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


def code_of_issuer(site: Site, places: Places, name: str, on: date | None) -> str:
    """The code of the one unit that a name stands for beyond doubt; "" for any other name."""
    if not name:
        return ""
    reading = site.directory(places).units.resolve(name, on)
    sure = reading.confidence == "sure" and reading.kind == "single" and len(reading.units) == 1
    return reading.units[0].code if sure else ""


def _paper(site: Site, places: Places, record: DirectiveRecord) -> Paper:
    paper = paper_of(record.identity, issuer=record.issuer, number=record.number)
    if paper.issued_on is None:
        paper = Paper(paper.number, record.issued_on, paper.issuer, paper.issuer_code, paper.document_id)
    return with_code(paper, code_of_issuer(site, places, record.issuer, record.issued_on))


def _owner(site: Site, paper: Paper) -> str:
    owners = site.owners or {}
    return owners.get(fold(paper.issuer_code)) or owners.get(fold(paper.issuer), "")


def _known(site: Site, record: DirectiveRecord, paper: Paper, verdict: Standing) -> KnownDocument:
    return kept(site.name, DOCUMENT, record.remote_id, paper, verdict)


def _copy(site: Site, places: Places, envelope: Envelope, record: DirectiveRecord, verdict: Standing) -> str:
    """It stands in the ledger that this document is known, from where, and that nothing was given from it."""
    body = {
        "document": record.remote_id,
        "number": record.number,
        "site": verdict.site,
        "as": verdict.document,
    }
    key = f"{verdict.site}:{verdict.document}:{envelope.version[:16]}"
    now = site.now()
    entry = Entry(site.name, f"document:{record.remote_id}", KNOWN, key, now, body=orjson.dumps(body))
    places.ledger.append([entry], now)
    shown = "" if verdict.document else ", which has not shown it yet"
    return f"a copy: tracked at {verdict.site}{shown}"


def _ask(
    site: Site, places: Places, record: DirectiveRecord, other: Paper, verdict: Standing, asked: str
) -> None:
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


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else "không rõ"


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]
