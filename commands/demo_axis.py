"""The story over the axis: an agency gets the province's directives as packets and reports its states as statuses.

Nobody's work items are there to be seen or edited. What people do over the axis is what the
standard carries: the registry sends, the issuer asks for a document back or for a change, and a
person of this agency answers.
"""

from __future__ import annotations

from typing import Any, Final

from commands.demo_steps import Stage, first_passes, last_pass, pass_after, time_moves
from commands.demo_world import ask
from sync.change_orders import answer
from sync.flow import run_reconcile

_PERSON: Final = "Trần Thị Hà"
_NO_MARKS: Final = "none: packets carry no mark, and the registry sends no classified document over the axis"
_NO_ACCOUNTS: Final = "none: the axis knows agencies and no people"
_NO_DRIFT: Final = "none can exist: what was sent over the axis cannot be edited, and it keeps no work items"


def play_axis(stage: Stage) -> None:
    """Directives as packets, tasks, states back as statuses; requests of the issuer, answered by a person."""
    sent = ask(stage.url, "axis", {"do": "directives", "to": stage.site.connector.own_user})["axis"]
    stage.told.step("The registry sends over the axis", directives=len(sent))
    first_passes(stage)
    stage.told.cannot(_NO_MARKS, "classified_skipped")
    stage.told.cannot(_NO_ACCOUNTS, "accounts")
    _issuer_asks(stage, sent)
    pass_after(stage)
    _person_answers(stage)
    pass_after(stage)
    time_moves(stage)
    found = run_reconcile(stage.site)
    stage.told.cannot(_NO_DRIFT, "drift_found", "drift_healed")
    stage.told.step("Both sides compared", missing=found.missing, writes=found.pushed.confirmed)
    last_pass(stage)


def _issuer_asks(stage: Stage, sent: list[dict[str, Any]]) -> None:
    """Of two directives with tasks the issuer takes one back and wants the other one updated."""
    with stage.store.read() as places:
        tracked = {row.directive: row.number for row in places.tasks.find(stage.site.name)}
    boxes = {box: order for order in sent for box in order["boxes"].values()}
    recalled, updated, *_ = sorted(tracked, key=tracked.__getitem__)
    for directive, kind, reason in ((recalled, "1", "Ban hành nhầm"), (updated, "2", "Sai thời hạn")):
        number, _, notation = tracked[directive].partition("/")
        order = boxes[directive]
        business = {"type": kind, "reason": reason, "document_id": order["document_id"]}
        packet = {"from": order["from"], "to": [stage.site.connector.own_user], "number": number}
        ask(stage.url, "axis", {"do": "document", **packet, "notation": notation, "business": business})
    stage.told.step("The issuer asks for changes", taken_back=1, updated=1)


def _person_answers(stage: Stage) -> None:
    """A named person agrees to the recall and refuses the update, as `tdcd answer` does."""
    agreed, refused, ended = 0, 0, 0
    with stage.store.read() as places:
        asked = [hold for hold in places.holds.open(stage.site.name) if hold.scope.startswith("order:")]
    for hold in asked:
        agree = "thu hồi" in hold.reason
        with stage.store.begin() as places:
            reason = "" if agree else "Đã triển khai theo thời hạn cũ"
            done = answer(stage.site, places, hold.scope, agree=agree, by=_PERSON, reason=reason)
        agreed, refused, ended = agreed + agree, refused + (not agree), ended + done.recalled
    stage.told.step("A person answers", agreed=agreed, refused=refused, tasks_ended=ended)
