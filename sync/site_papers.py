"""The documents of all sites as papers that can be compared, and the code behind an issuer's name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from connector.records import DirectiveRecord
from mappings.document_identity import Paper, paper_of, with_code
from mappings.document_owner import Place, Standing, Verdict
from store.identities import DOCUMENT, KnownDocument
from store.places import Places
from sync.site import Site


def shown_paper(site: Site, places: Places, record: DirectiveRecord) -> Paper:
    """By what a record knows its document, with its issuer's code where the units of its site tell it."""
    paper = paper_of(record.identity, issuer=record.issuer, number=record.number)
    paper = replace(paper, issued_on=paper.issued_on or record.issued_on)
    return with_code(paper, code_of_issuer(site, places, record.issuer, record.issued_on))


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


def code_of_issuer(site: Site, places: Places, name: str, on: date | None) -> str:
    """The code of the one unit that a name stands for beyond doubt; "" for any other name."""
    if not name:
        return ""
    reading = site.directory(places).units.resolve(name, on)
    sure = reading.confidence == "sure" and reading.kind == "single" and len(reading.units) == 1
    return reading.units[0].code if sure else ""
