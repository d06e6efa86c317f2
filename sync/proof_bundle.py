"""One task's proof as a folder that can be checked anywhere, without this program and without a network.

Entries are written as the very bytes that were hashed. What is not in the ledger itself (the explanation,
facts of the envelope) is vouched for by the signed list of files. A bundle holds what open documents gave:
classified ones were never stored, and no private key, password or salt comes near it.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from config.profile_files import ProfileShelf
from connector.records import Kind
from errors import ConfigInvalid, StopService
from store import offline_verifier
from store.codec import from_body
from store.entries import StoredEntry, entry_text
from store.evidence import EvidenceFiles
from store.inclusion import SubtreeRoots, consistency_spans, inclusion_spans
from store.keys import open_signer
from store.ledger import Ledger
from store.places import Places
from store.signing import Signer, Statement
from store.verify import EntryWrongError, whole_rows
from sync.judging import NOTHING_READ, instant_of
from sync.proof_readme import README
from sync.proofs import Notary, close_ledger
from tracking.calendar import ZONE, WorkingCalendar
from tracking.events import ResultSubmitted, TaskAssigned
from tracking.explain import explain
from tracking.folding import fold
from tracking.status import derive

VERIFY = "Run `tdcd ledger verify`: it names the first entry that is wrong."


@dataclass(frozen=True, slots=True)
class Rules:
    """What a verdict is recomputed with."""

    profiles: ProfileShelf
    calendar: WorkingCalendar
    files: EvidenceFiles


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle as it was written, and the line with which its own verifier judged it."""

    folder: Path
    entries: int
    size: int
    key: str
    sentence: str


@dataclass(frozen=True, slots=True)
class _Proof:
    """The statements that are signed, and `proof.json`."""

    top: Statement
    earlier: Statement | None
    paths: dict[str, Any]


def prove_task(
    notary: Notary,
    rules: Rules,
    task: str,
    folder: Path,
    *,
    at: datetime,
    now: datetime,
    with_files: bool = False,
) -> Bundle:
    """Write the proof of one task into a new folder and check it there with its own verifier.

    `at` is the instant of the verdict, never past the last complete reading. Signs a checkpoint when the last
    one does not cover the task. ConfigInvalid: no such task, or the folder is there. StopService: the ledger
    is not whole. WitnessDisagrees as `close_ledger`.
    """
    if folder.exists():
        raise ConfigInvalid([f"{folder} is there already: name another folder with --out"], where="prove")
    with notary.store.read() as places:
        entries = places.ledger.history([task])[task]
        last = places.checkpoints.last()
    if not any(entry.kind == "task_assigned" for entry in entries):
        raise ConfigInvalid([f"no task has the code {task} (see `tdcd tasks`)"], where="prove")
    if last is None or last.size < entries[-1].seq:
        last = close_ledger(notary, now)
    signer = open_signer(notary.key_file, notary.origin)
    with notary.store.read() as places:
        proof = _proof(places, Statement(notary.origin, last.size, last.root), task, entries)
        facts = _facts(places, rules, task, entries, at)
    texts = _texts(proof, facts, task, entries, signer, now)
    copied = [found["sha256"] for found in facts["evidence"] if with_files and found["kept"]]
    sentence = _write(
        folder, texts, {f"evidence/{one}": rules.files.path(one) for one in copied}, signer, task
    )
    return Bundle(folder, len(entries), last.size, str(signer.key), sentence)


def _proof(places: Places, top: Statement, task: str, entries: Sequence[StoredEntry]) -> _Proof:
    """Hash the ledger once more up to the checkpoint, and pick up the paths on the way."""
    before = places.checkpoints.last(below=top.size)
    earlier = Statement(top.origin, before.size, before.root) if before and before.size else None
    growth = consistency_spans(earlier.size, top.size) if earlier else []
    spans = {entry.seq: inclusion_spans(entry.seq - 1, top.size) for entry in entries}
    tree = SubtreeRoots([*growth, *(span for some in spans.values() for span in some)])
    try:
        _grow(places.ledger, tree, [one for one in (earlier, top) if one])
    except EntryWrongError as wrong:
        raise StopService(f"Nothing can be proven: {wrong.sentence}", remedy=VERIFY) from None
    proven = [
        {"seq": one.seq, "leaf": one.leaf, "path": [node.hex() for node in tree.path(spans[one.seq])]}
        for one in entries
    ]
    consistency = [node.hex() for node in tree.path(growth)]
    return _Proof(top, earlier, {"task": task, "entries": proven, "consistency": consistency})


def _grow(ledger: Ledger, tree: SubtreeRoots, said: Sequence[Statement]) -> None:
    """Take the leaves up to the last statement; EntryWrongError when a root is not the one stated."""
    waiting = list(said)
    for _seq, _fact, _recorded_at, leaf in whole_rows(ledger, ledger.size()):
        tree.add(leaf)
        if tree.size == waiting[0].size and tree.root() != waiting.pop(0).root:
            raise EntryWrongError(None, f"the first {tree.size} entries are not those that were signed.")
        if not waiting:
            return
    raise EntryWrongError(None, f"entries {tree.size + 1} to {waiting[-1].size} are missing.")


def _facts(
    places: Places, rules: Rules, task: str, entries: Sequence[StoredEntry], at: datetime
) -> dict[str, Any]:
    """`task.json`: what a person asks first. The entries are the proof; this is what follows from them."""
    history = places.ledger.events([task])[task]
    assigned = next(event for event in history if isinstance(event, TaskAssigned))
    read_to = instant_of(places, assigned.site, at)
    as_of = (assigned.occurred_at if read_to == NOTHING_READ else min(at, read_to)).astimezone(ZONE)
    folded = fold(history, until=as_of)
    profile = rules.profiles.version(folded.profile, folded.profile_version)
    names = {unit.unit_id: unit.name for unit in places.directory.units(assigned.site)}
    verdict = derive(folded, profile, rules.calendar, as_of)
    told = {
        lang: explain(folded, verdict, profile, rules.calendar, as_of, lang, names=names)
        for lang in ("vi", "en")
    }
    return {
        "task": task,
        "site": assigned.site,
        "shown": {
            "state": verdict.shown,
            "as_of": as_of,
            "lateness": verdict.lateness,
            "rule": verdict.rule,
            "article": verdict.article,
            "due_end": verdict.due_end,
            "profile": f"{folded.profile} {folded.profile_version}",
        },
        "explanation": {lang: [one.sentence, one.second_line] for lang, one in told.items()},
        "timeline": told["vi"].timeline,
        "days": told["vi"].days,
        "directive": _directive(places, assigned),
        "row": asdict(assigned),
        "evidence": _evidence(places, rules, assigned.site, entries),
    }


def _directive(places: Places, assigned: TaskAssigned) -> dict[str, Any]:
    """What the envelope says from outside: which version was seen when, and the hash of its contents."""
    kind = Kind.DOCUMENT.value
    facts: dict[str, Any] = {
        "document_id": assigned.directive,
        "number": assigned.number,
        "subject": assigned.subject,
        "issued_on": assigned.issued_on,
    }
    envelope = places.inbox.latest(assigned.site, kind, [assigned.directive]).get(assigned.directive)
    if envelope is not None:
        facts["envelope"] = {
            "number": envelope.id,
            "version": envelope.version,
            "seen_at": envelope.seen_at,
            "bytes": len(envelope.body),
            "sha256": sha256(envelope.body).hexdigest(),
        }
    return facts


def _evidence(
    places: Places, rules: Rules, site: str, entries: Sequence[StoredEntry]
) -> list[dict[str, Any]]:
    """The files that submissions named, each with the entry that holds its hash."""
    named: dict[str, int] = {}
    for entry in entries:
        event = from_body(entry.kind, entry.body) if entry.kind == "result_submitted" else None
        for one in event.evidence if isinstance(event, ResultSubmitted) else ():
            named.setdefault(one, entry.seq)
    seen = {row.sha256: row for row in reversed(places.evidence.by_hash(site, named))}
    return [
        {
            "sha256": one,
            "entry": seq,
            "name": seen[one].name if one in seen else "",
            "bytes": seen[one].size if one in seen else None,
            "kept": rules.files.verify(one),
        }
        for one, seq in named.items()
    ]


def _texts(
    proof: _Proof,
    facts: dict[str, Any],
    task: str,
    entries: Sequence[StoredEntry],
    signer: Signer,
    now: datetime,
) -> dict[str, bytes]:
    """Every file but the evidence and the list."""
    made = f"{now.astimezone(ZONE):%d/%m/%Y %H:%M}"
    texts = {
        "README.md": README.format(task=task, key=signer.key, made=made).encode(),
        "verify.py": Path(offline_verifier.__file__).read_bytes(),
        "key.pub": f"{signer.key}\n".encode(),
        "checkpoint.txt": signer.sign(proof.top.text()).encode(),
        "proof.json": orjson.dumps(proof.paths, option=orjson.OPT_INDENT_2),
        "task.json": orjson.dumps(facts, option=orjson.OPT_INDENT_2),
    }
    if proof.earlier is not None:
        texts["earlier.txt"] = signer.sign(proof.earlier.text()).encode()
    for entry in entries:
        name = offline_verifier.entry_name(entry.seq)
        texts[name] = entry_text(entry.seq, entry.fact(), entry.recorded_at)
    return texts


def _write(folder: Path, texts: dict[str, bytes], copies: dict[str, Path], signer: Signer, task: str) -> str:
    """Write beside the folder, check, and only then give it its name; gives the verifier's sentence."""
    part = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        for name, data in texts.items():
            (part / name).parent.mkdir(parents=True, exist_ok=True)
            (part / name).write_bytes(data)
        for name, source in copies.items():
            (part / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(source, part / name)
        (part / "manifest.txt").write_text(_manifest(part, signer, task), encoding="utf-8", newline="")
        sentence = offline_verifier.check(part, str(signer.key))[1]
        part.rename(folder)
    except OSError as error:
        raise ConfigInvalid([f"it cannot be written: {error.strerror}"], where=str(folder)) from None
    except offline_verifier.Wrong as wrong:
        raise StopService(f"The bundle does not prove what it should: {wrong.en}.", remedy=VERIFY) from None
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return sentence


def _manifest(folder: Path, signer: Signer, task: str) -> str:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    listed = [
        f"{sha256(path.read_bytes()).hexdigest()} {path.relative_to(folder).as_posix()}" for path in files
    ]
    return signer.sign("\n".join([f"tdcd-bundle/v1 {signer.name}", task, *listed]) + "\n")
