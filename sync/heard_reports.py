"""A report that a department issues in its own system, about a directive that another site tracks.

Such a system has no field for the document that is answered; the report's subject names it: "Báo cáo
kết quả thực hiện Chỉ thị số 12/CT-UBND ngày 10/11/2026 của UBND tỉnh". Number, day and issuer have
to stand there; a report that names less is about nothing that can be known, or is held.
"""

from __future__ import annotations

from typing import Final

from connector.records import DirectiveRecord, JobAction, JobLine, JobRecord, LineRole
from mappings.assignment import issue_moment
from mappings.document_identity import cited, with_code
from mappings.texts import fold
from store.inbox import Envelope
from store.places import Places
from sync.map_answers import REPORT, Answer, map_answers
from sync.site import Site
from sync.site_papers import code_of_issuer

#: Kinds of document that report a result; a request for more time is none, whatever it names.
_REPORTS: Final = frozenset({"bao cao"})


def heard(site: Site, places: Places, envelope: Envelope, record: DirectiveRecord) -> int | None:
    """Map a report as an answer; how many events were new. None when it is none, or came over the axis.

    Over the axis a report names what it answers, and is an action of a work item already.
    """
    if site.owners is None or fold(record.doc_type) not in _REPORTS or record.identity.document_id:
        return None
    papers = cited(f"{record.subject}. {record.note}")
    if not papers or envelope.id is None:
        return None
    code = code_of_issuer(site, places, record.issuer, record.issued_on)
    job = _as_action(record, code or record.issuer)
    on = record.issued_on
    answers = [
        Answer(
            envelope.id,
            with_code(paper, code_of_issuer(site, places, paper.issuer, on)),
            job,
            code,
            record.issuer,
        )
        for paper in papers
    ]
    return map_answers(site, places, answers)


def _as_action(record: DirectiveRecord, unit: str) -> JobRecord:
    """What the document says, as one thing that its issuer did."""
    action = JobAction(
        entry_id=f"document-{record.remote_id}",
        at=issue_moment(record),
        actor=unit,
        actor_name=record.signer,
        line_id=unit,
        action=record.doc_type,
        status_code=REPORT,
        comment=f"{record.number} {record.subject}",
        files=tuple(file for file in record.files if not file.related),
    )
    return JobRecord(
        remote_id=record.remote_id,
        name=record.subject,
        content="",
        lines=(JobLine(unit, LineRole.LEAD, unit, name=record.issuer),),
        actions=(action,),
    )
