"""Who sees which document, and who may do what with it.

The service account sees what the Office has issued and nothing else; drafts are
seen by their drafter and the Office's reviewers; a unit sees what was sent to it.
"""

from __future__ import annotations

from typing import Final

from sandbox.calls import Acting, Call
from sandbox.envelope import not_found
from sandbox.roles import CLERK
from sandbox.state import Row

DRAFT: Final = 0
ISSUED: Final = 1
RECALLED: Final = 2

DOCUMENT: Final = """
SELECT d.*, coalesce(w.is_read, 0) AS is_read, coalesce(w.is_marked, 0) AS is_marked,
       coalesce(w.done, 0) AS done,
       EXISTS (SELECT 1 FROM file_link k WHERE k.place = 'attach' AND k.target_id = d.id) AS has_file,
       EXISTS (SELECT 1 FROM doc_log g WHERE g.doc_id = d.id AND g.action = 'Ý kiến') AS has_comment
FROM document d LEFT JOIN doc_user w ON w.doc_id = d.id AND w.user_id = :me
"""


def seeing(who: Acting) -> tuple[str, dict[str, object]]:
    """The condition on `d` under which this posting sees a document, with its parameters."""
    named: dict[str, object] = {"me": who.user_id, "unit": who.unit_id}
    if who.is_service:
        return "d.hidden = 0 AND d.outgoing = 1 AND d.state > 0", named
    if who.in_office or who.above_office:
        drafts = "1" if who.reviews else "d.drafter_user = :me"
        return f"d.hidden = 0 AND (d.state > 0 OR {drafts})", named
    sent = "EXISTS (SELECT 1 FROM recipient r WHERE r.doc_id = d.id AND r.unit_id = :unit)"
    given = (
        "EXISTS (SELECT 1 FROM job j JOIN line l ON l.job_id = j.id WHERE j.doc_id = d.id"
        " AND (l.unit_id = :unit OR l.user_id = :me))"
    )
    return f"d.hidden = 0 AND (d.drafter_user = :me OR (d.state > 0 AND ({sent} OR {given})))", named


def seen_document(call: Call, number: int) -> Row | None:
    """The document if this posting sees it."""
    condition, named = seeing(call.who)
    return call.state.one(f"{DOCUMENT} WHERE d.id = :id AND {condition}", named | {"id": number})


def needed_document(call: Call, number: int) -> Row:
    """The document. Raises Refused when it is not there for this posting."""
    row = seen_document(call, number)
    if row is None:
        raise not_found("Văn bản không tồn tại")
    return row


def may_publish(who: Acting, document: Row) -> bool:
    """Issue or recall: the drafter, or the Office's leaders, specialists, clerks; not the service account."""
    if who.is_service:
        return False
    return who.user_id == document["drafter_user"] or who.reviews or (who.in_office and who.role == CLERK)


def watchers(call: Call, document: Row) -> set[str]:
    """Who hears of an activity on a document: its drafter, and the service account once it is issued."""
    heard = {str(document["drafter_user"])}
    if document["outgoing"] and document["state"] != DRAFT:
        heard.add(call.state.service_user)
    return heard
