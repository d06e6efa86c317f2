"""A harmful file is laid apart, goes nowhere, and whoever sent it is told; the rest of the submission counts (M29)."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from store.engine import Store
from sync.scanning import CALLED_HARMFUL, EICAR, NOT_SCANNED, TEST_STRING, harmful
from sync.site import Site
from tests.engine_arena import FINANCE_HEAD, Arena, day, row

CLEAN, BAD = b"PK clean report", b"PK report with a thing in it"


@pytest.fixture
def arena(store: Store, tmp_path: Path) -> Arena:
    arena = Arena(store, tmp_path)
    arena.issue(row(1, "Rà soát nợ thuế", "Sở Tài chính", day(arena.system.clock, 20)))
    arena.settle()
    return arena


def _hand_in(arena: Arena, **files: bytes) -> str:
    job = arena.job_of("Rà soát nợ thuế")
    named = {f"{name}.docx": content for name, content in files.items()}
    arena.system.act(job, FINANCE_HEAD, "31", "Xong", attachments=named)
    return job


def _attached(arena: Arena) -> list[bytes]:
    files = [file for document in arena.system.documents.values() for file in document.files if file.related]
    return [arena.system.files[file.remote_id] for file in files]


def _told(arena: Arena, job: str) -> list[str]:
    return [action.comment for action in arena.system.jobs[job].actions if "TD-TL-" in action.comment]


def _bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.covers("M29")
def test_the_test_file_of_all_scanners_is_laid_apart_not_sent_and_the_sender_is_told(
    arena: Arena, tmp_path: Path
) -> None:
    job = _hand_in(arena, sach=CLEAN, doc_hai=b"PK" + EICAR)
    arena.settle()
    assert _attached(arena) == [CLEAN]
    assert EICAR not in _bytes_of(tmp_path / "evidence")
    (told,) = _told(arena, job)
    assert "doc_hai.docx" in told
    assert "EICAR" in told
    with arena.store.read() as places:
        (finding,) = [one for one in places.findings.of("memory") if one.problem == "harmful_file"]
        assert finding.place == "doc_hai.docx"
    _hand_in(arena, doc_ba=b"PK" + EICAR)
    arena.settle()
    arena.settle(arena.open(arena.store))
    assert len(_told(arena, job)) == 2
    assert _attached(arena) == [CLEAN]
    assert max(arena.system.effects().values()) == 1


def _scanned(arena: Arena, script: str) -> Site:
    settings = arena.site.settings
    rules = settings.evidence.model_copy(update={"scanner": (sys.executable, "-c", script)})
    return replace(arena.site, settings=settings.model_copy(update={"evidence": rules}))


@pytest.mark.covers("M29")
def test_the_sites_own_scanner_is_believed(arena: Arena) -> None:
    script = f"import sys; sys.exit(int(open(sys.argv[1], 'rb').read() == {BAD!r}))"
    job = _hand_in(arena, sach=CLEAN, xau=BAD)
    arena.settle(_scanned(arena, script))
    assert _attached(arena) == [CLEAN]
    assert ["xau.docx" in told and CALLED_HARMFUL in told for told in _told(arena, job)] == [True]


@pytest.mark.covers("M27", "M29")
@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ((), ""),
        ((sys.executable, "-c", "raise SystemExit(0)"), ""),
        ((sys.executable, "-c", "raise SystemExit(1)"), CALLED_HARMFUL),
        ((sys.executable, "-c", "raise SystemExit(2)"), NOT_SCANNED),
        ((sys.executable, "-c", "import time; time.sleep(30)"), NOT_SCANNED),
        (("/nowhere/scanner",), NOT_SCANNED),
    ],
)
def test_what_is_not_called_clean_is_not_passed_on(
    tmp_path: Path, command: tuple[str, ...], reason: str
) -> None:
    file = tmp_path / "a.docx"
    file.write_bytes(CLEAN)
    assert harmful(file, command, 0.5 if "30" in "".join(command) else 20) == reason
    file.write_bytes(CLEAN + EICAR)
    assert harmful(file, command, 20) == TEST_STRING
