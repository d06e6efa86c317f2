"""Whose answer it was, as a person says it: these tasks, or none of ours.

What is said stands in the ledger with who said it and why, beside the question. The record of the answer is
put back to be mapped, in the same transaction; mapping finds there what was said and counts the answer as if it
had named those tasks itself. So it counts once, however often it is mapped, and with the time it was given at.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

import orjson

from errors import ConfigInvalid
from mappings.document_identity import same_code
from mappings.texts import fold
from store.ledger import Entry
from store.places import Places
from sync.holding import ANSWER

ASKED: Final = "answer_asked"
MATCHED: Final = "answer_matched"


def match(
    places: Places, site: str, scope: str, now: datetime, *, tasks: Sequence[str], by: str, reason: str
) -> None:
    """A named person says which tasks an answer is about, or, without any, that it is none of ours.

    In the caller's transaction. Raises ConfigInvalid when nothing is held under `scope`, nobody or no reason
    is named, a task does not exist, or another unit than the one that answered leads it.
    """
    where = "match"
    if not by.strip() or not reason.strip():
        raise ConfigInvalid(["say who decides and why: --by NAME --reason TEXT"], where=where)
    question = _question(places, site, scope)
    if problems := _unfit(places, question, tasks):
        raise ConfigInvalid(problems, where=where)
    if not places.holds.release(site, scope, now, by.strip()):
        raise ConfigInvalid([f"nothing is held under {scope} (see `tdcd holds`)"], where=where)
    body = {"by": by.strip(), "reason": reason.strip(), "tasks": list(dict.fromkeys(tasks))}
    places.ledger.append([Entry(site, scope, MATCHED, MATCHED, now, by.strip(), orjson.dumps(body))], now)
    places.inbox.again([question["envelope"]])


def matched(places: Places, site: str, scopes: Collection[str]) -> dict[str, tuple[str, ...]]:
    """What persons said, by the scope of the question; an empty tuple is "none of ours"."""
    return {
        scope: tuple(orjson.loads(entry.body)["tasks"])
        for scope, entries in places.ledger.history(scopes).items()
        for entry in entries
        if entry.site == site and entry.kind == MATCHED
    }


def answering_unit(places: Places, owner: str, code: str, name: str) -> str:
    """The owner's id of the unit that answers: by its code, else by its whole name."""
    units = [unit for unit in places.directory.units(owner) if unit.valid_to is None]
    coded = [unit.unit_id for unit in units if unit.code and same_code(unit.code, code)]
    named = [unit.unit_id for unit in units if fold(unit.name) == fold(name)]
    found = coded or named
    return found[0] if len(found) == 1 else ""


def _question(places: Places, site: str, scope: str) -> dict[str, Any]:
    entries = places.ledger.history([scope])[scope] if scope.startswith(ANSWER) else []
    asked = next((one for one in entries if one.site == site and one.kind == ASKED), None)
    if asked is None:
        raise ConfigInvalid([f"no answer is asked about under {scope} (see `tdcd holds`)"], where="match")
    question: dict[str, Any] = orjson.loads(asked.body)
    return question


def _unfit(places: Places, question: dict[str, Any], tasks: Sequence[str]) -> list[str]:
    """Why these tasks cannot be meant: a slip in a code would credit a unit with the work of another."""
    rows = places.tasks.get(tasks)
    problems = [f"no task has the code {key} (see `tdcd tasks`)" for key in tasks if key not in rows]
    code, name = question.get("unit", ""), question.get("unit_name", "")
    for row in rows.values():
        unit = answering_unit(places, row.site, code, name)
        if unit and row.lead != unit:
            problems.append(f"{row.key} is led by {row.lead_name or row.lead}, and {name or code} answered")
    return problems
