"""`tdcd text read`: the tasks that the sentences of a conclusion or directive seem to give, for a person to confirm."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from commands.dryrun import Issued, UnitsFile
from commands.show import JSON_OPTION, print_json, print_table
from errors import ConfigInvalid, SkipRecord
from mappings.narrative import Proposal, read_narrative
from mappings.tables import read_table
from mappings.units import UnitDirectory, UnitEntry


def read(
    file: Annotated[Path, typer.Argument(help="TXT, DOCX or PDF whose sentences give tasks.")],
    issued: Issued = "",
    units: UnitsFile = None,
    as_json: bool = JSON_OPTION,
) -> None:
    """Read a conclusion or directive and propose the tasks its sentences give; nothing is tracked by this."""
    if not file.is_file():
        raise ConfigInvalid([f"the file does not exist: {file}"], where="text read")
    text = _text(file)
    found = read_narrative(text, directory=_units(units) if units else None, issued=_issued(issued))
    answers = [_answer(proposal) for proposal in found.proposals]
    if as_json:
        print_json({"issued": found.issued, "proposals": answers})
    else:
        print_table(f"{file.name}: proposals to confirm", [_short(answer) for answer in answers])


def _text(file: Path) -> str:
    """The text of the file: of a plain one character by character (offsets count in it), else what the reader sees."""
    data = file.read_bytes()
    if file.suffix.lower() in {".txt", ".md", ""}:
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            pass
    text = read_table(data, file.name).text
    if not text.strip():
        raise SkipRecord(
            f"{file.name}: no text could be read", remedy="save it as DOCX or as plain text in UTF-8"
        )
    return text


def _issued(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ConfigInvalid([f"not a date of the form YYYY-MM-DD: {text}"], where="--issued") from None


def _units(file: Path) -> UnitDirectory:
    """The unit list of a file, `[{"id", "name"}, …]`."""
    try:
        rows = orjson.loads(file.read_bytes())
        return UnitDirectory([UnitEntry(str(row["id"]), row["name"], row.get("code", "")) for row in rows])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigInvalid([f"not a list of units with id and name: {error}"], where=str(file)) from None


def _answer(proposal: Proposal) -> dict[str, Any]:
    """One proposal in the words of the command's JSON; `lead` joins several leads by "; "."""
    return {
        "start": proposal.start,
        "end": proposal.end,
        "span": proposal.span,
        "ask": proposal.ask,
        "lead": "; ".join(proposal.leads),
        "leads": list(proposal.leads),
        "lead_raw": proposal.lead_raw,
        "lead_inherited": proposal.inherited,
        "coordinators": list(proposal.coordinators),
        "coordinators_raw": proposal.coordinators_raw,
        "deadline": _deadline(proposal),
        "report_to": list(proposal.report_to),
        "weak": proposal.weak,
        "confidence": proposal.confidence,
        "why": proposal.why,
        "status": proposal.status,
    }


def _deadline(proposal: Proposal) -> dict[str, Any]:
    """The deadline of a proposal; of kind "none" where its sentences set no term."""
    term = proposal.term
    if term is None:
        return {"raw": "", "kind": "none", "due": None, "due_inclusive": None, "confidence": "sure"}
    return {
        "raw": term.deadline.phrase,
        "kind": term.deadline.kind,
        "due": term.deadline.due,
        "due_inclusive": term.inclusive,
        "at": term.deadline.at,
        "rule": term.deadline.rule,
        "confidence": term.deadline.confidence,
        "why": term.deadline.why,
        "others": list(term.others),
    }


def _short(answer: dict[str, Any]) -> dict[str, Any]:
    return {
        "lead": answer["lead"],
        "task": " ".join(answer["span"].split())[:90],
        "due": answer["deadline"]["due"] or answer["deadline"]["raw"],
        "status": answer["status"],
    }
