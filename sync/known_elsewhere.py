"""A directive that two systems show is one set of tasks: at the site it belongs to. The other shows a copy.

Looked at only where several sites are configured. Which site a directive belongs to is said by
`owns`; whether two documents are one by `mappings/document_identity.py`. What is in doubt is held
under `copy:ID`, and nothing is given from it meanwhile.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

import orjson

from connector.records import DirectiveRecord, Kind
from mappings.document_identity import Likeness, Paper, likeness, match
from mappings.document_owner import Standing, Verdict, standing
from mappings.texts import fold
from mappings.unit_codes import other_form
from store.identities import ANSWER, DOCUMENT
from store.inbox import Envelope
from store.ledger import Entry
from store.places import Places
from sync.ask_about_copies import ask_whether_same, question
from sync.holding import COPY, lift, released
from sync.site import Site
from sync.site_papers import as_paper, kept, others, shown_paper

KNOWN = "known_elsewhere"
#: Under this name stands what was said about owners at the last pass.
_STREAM = "owners"


def why_not_here(
    site: Site, places: Places, envelope: Envelope, record: DirectiveRecord, *, tracked: bool
) -> str:
    """Empty when the document is tracked here; else where it is tracked, or that a person is asked first."""
    if site.owners is None:
        return ""
    paper = shown_paper(site, places, record)
    candidates = others(places, paper, besides=site.name)
    found = match(paper, candidates.items())
    asked = question(paper, found.same, *found.doubtful)
    its_own = released(places, site.name, f"{COPY}{record.remote_id}", asked)
    verdict = standing(site.name, _owner(site, paper), found, tracked=tracked, its_own=its_own)
    if verdict.verdict in {Verdict.ASK, Verdict.TWICE}:
        ask_whether_same(site, places, record, candidates[verdict.site, verdict.document], verdict, asked)
    else:
        lift(site, places, [f"{COPY}{record.remote_id}"])
    if verdict.verdict is Verdict.ASK:
        places.identities.forget(site.name, DOCUMENT, [record.remote_id])
        return f"another site may track it, see `tdcd holds` ({COPY}{record.remote_id})"
    places.identities.put([kept(site.name, DOCUMENT, record.remote_id, paper, verdict)])
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


def _owner(site: Site, paper: Paper) -> str:
    owners, code = site.owners or {}, paper.issuer_code
    names = (fold(name) for name in (code, other_form(code), paper.issuer) if name)
    return next((owners[name] for name in names if name in owners), "")


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
