"""One plain page on which a person plays any account. It calls the same handlers as the API."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from sandbox.app import Sandbox
from sandbox.calls import Call
from sandbox.dialect import day, second
from sandbox.document_rights import DOCUMENT, may_publish, seeing
from sandbox.envelope import Refused
from sandbox.files import linked
from sandbox.job_rights import JOB, judges, lines_of, own_line
from sandbox.page_actions import Submitted, act
from sandbox.people import everybody
from sandbox.state import Row

_SHOWN: Final = 60
_STATES: Final = {0: "Dự thảo", 1: "Đã phát hành", 2: "Đã thu hồi"}


def _environment() -> Environment:
    loader = FileSystemLoader(Path(__file__).parent / "templates")
    environment = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(day=day, second=second)
    return environment


class Page:
    """Shows the page and carries out what is submitted on it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._environment = _environment()

    async def show(self, request: Request) -> Response:
        """`/?as=POSTING&job=ID&document=ID`: the account's documents and work, one of them opened."""
        asked = request.query_params
        context: dict[str, Any] = {
            "people": everybody(self._sandbox.state),
            "now": self._sandbox.clock.now(),
            "message": asked.get("message", ""),
            "failed": asked.get("failed") == "1",
            "who": None,
        }
        try:
            if asked.get("as"):
                call = self._sandbox.call_as(asked["as"])
                context |= self._account(call, asked.get("job", ""), asked.get("document", ""))
        except Refused as refusal:
            context |= {"message": refusal.message, "failed": True}
        template = self._environment.get_template("page.html")
        return HTMLResponse(template.render(context))

    def _account(self, call: Call, job: str, document: str) -> dict[str, Any]:
        return {
            "who": call.who,
            "documents": _documents(call),
            "jobs": _jobs(call),
            "job": _opened_job(call, int(job)) if job.isdigit() else None,
            "document": _opened_document(call, int(document)) if document.isdigit() else None,
            "may_issue": call.who.reviews,
            "states": _STATES,
        }

    async def submit(self, request: Request) -> Response:
        """`POST /act`: one action, then back to the page with what happened."""
        async with request.form(max_files=10) as form:
            submitted = await _submitted(form)
        back = {key: submitted.text(key) for key in ("as", "job", "document") if submitted.text(key)}
        try:
            back["message"] = act(self._sandbox, submitted)
        except Refused as refusal:
            back |= {"message": refusal.message, "failed": "1"}
        return RedirectResponse(f"/?{urlencode(back)}", 303)


async def _submitted(form: FormData) -> Submitted:
    texts = {key: value for key, value in form.multi_items() if isinstance(value, str)}
    uploads = [part for part in form.getlist("file") if isinstance(part, UploadFile) and part.filename]
    return Submitted(texts, [(part.filename or "", await part.read()) for part in uploads])


def _documents(call: Call) -> list[Row]:
    condition, named = seeing(call.who)
    sql = (
        f"{DOCUMENT} WHERE {condition} ORDER BY d.state = 0 DESC, d.issued_at DESC, d.id DESC LIMIT {_SHOWN}"
    )
    return call.state.all(sql, named)


def _jobs(call: Call) -> list[Row]:
    """Work of the unit or person; all of it for the Office, which judges it."""
    if call.who.reviews or call.who.is_service:
        return call.state.all(f"{JOB} ORDER BY j.id DESC LIMIT {_SHOWN}")
    mine = "SELECT x.job_id FROM line x WHERE x.user_id = ? OR (x.unit_id = ? AND x.unit_id <> '')"
    return call.state.all(
        f"{JOB} WHERE j.id IN ({mine}) ORDER BY j.id DESC LIMIT {_SHOWN}",
        (call.who.user_id, call.who.unit_id),
    )


def _opened_job(call: Call, number: int) -> dict[str, Any] | None:
    row = next((job for job in _jobs(call) if job["id"] == number), None)
    if row is None:
        return None
    lines = lines_of(call, number)
    flow = call.state.all(
        "SELECT f.*, p.full_name FROM flow f LEFT JOIN person p USING (user_id)"
        " WHERE f.job_id = ? ORDER BY f.id",
        (number,),
    )
    return {
        "row": row,
        "lines": [
            (line, call.state.statuses.get(line["status"], ""), own_line(call.who, line)) for line in lines
        ],
        "mine": [line for line in lines if own_line(call.who, line)],
        "judging": judges(call.who, row) and not call.who.is_service,
        "flow": [
            (entry, _status_name(call, entry), linked(call.state, "flow", entry["id"])) for entry in flow
        ],
    }


def _status_name(call: Call, entry: Row) -> str:
    return call.state.statuses.get(int(entry["status"]), "") if entry["status"] else ""


def _opened_document(call: Call, number: int) -> dict[str, Any] | None:
    row = next((document for document in _documents(call) if document["id"] == number), None)
    if row is None:
        return None
    log = call.state.all(
        "SELECT g.*, p.full_name FROM doc_log g LEFT JOIN person p USING (user_id)"
        " WHERE g.doc_id = ? ORDER BY g.id",
        (number,),
    )
    return {
        "row": row,
        "files": linked(call.state, "attach", number),
        "related": linked(call.state, "related", number),
        "log": log,
        "may_publish": may_publish(call.who, row),
    }


def page_addresses(sandbox: Sandbox) -> list[Route]:
    """The page and its one form address."""
    page = Page(sandbox)
    return [Route("/", page.show, methods=["GET"]), Route("/act", page.submit, methods=["POST"])]
