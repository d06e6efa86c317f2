"""Evidence files: staged, checked, taken over whole, found by hash; never under a name from outside.

Excludes the rows beside them (`test_store_known`).
"""

from __future__ import annotations

import errno
import os
from hashlib import sha256
from pathlib import Path

import pytest

from errors import RetryLater, SkipRecord, StopService
from store.evidence import EvidenceFiles

BYTES = b"%PDF-1.7 bao cao" * 1000
HASH = sha256(BYTES).hexdigest()


@pytest.fixture
def files(tmp_path: Path) -> EvidenceFiles:
    return EvidenceFiles(tmp_path / "evidence")


def staged(files: EvidenceFiles, content: bytes = BYTES) -> Path:
    path = files.stage()
    path.write_bytes(content)
    return path


def test_a_whole_file_is_taken_over_under_its_hash(files: EvidenceFiles, tmp_path: Path) -> None:
    temp = staged(files)
    assert not files.has(HASH)
    path = files.adopt(temp, HASH)
    assert path == tmp_path / "evidence" / HASH[:2] / HASH[2:] == files.path(HASH)
    assert not temp.exists()
    assert files.has(HASH)
    assert files.verify(HASH)
    assert files.read(HASH) == BYTES
    with files.open(HASH) as file:
        assert file.read(8) == b"%PDF-1.7"
    assert files.adopt(staged(files), HASH) == path


@pytest.mark.covers("F28")
def test_a_file_that_was_cut_on_the_way_is_never_kept(files: EvidenceFiles) -> None:
    temp = staged(files, BYTES[:-1])
    with pytest.raises(SkipRecord, match=HASH[:12]):
        files.adopt(temp, HASH)
    assert not files.has(HASH)
    assert not temp.exists()


@pytest.mark.covers("M22")
@pytest.mark.parametrize(
    "name", ["../../etc/passwd", HASH.upper(), HASH[:-1], HASH + "0", "", "g" * 64, HASH + "\n"]
)
def test_only_a_hash_names_a_file(files: EvidenceFiles, name: str) -> None:
    for call in (files.path, files.has, files.read, files.verify):
        with pytest.raises(ValueError, match="64 lower-case hex digits"):
            call(name)


@pytest.mark.covers("F32")
def test_a_changed_file_is_found_and_healed_by_taking_it_over_again(files: EvidenceFiles) -> None:
    path = files.adopt(staged(files), HASH)
    path.write_bytes(BYTES.replace(b"bao", b"bAo", 1))
    assert not files.verify(HASH)
    files.adopt(staged(files), HASH)
    assert files.verify(HASH)


def test_what_was_staged_and_left_is_removed(files: EvidenceFiles) -> None:
    staged(files)
    staged(files)
    files.adopt(staged(files), HASH)
    assert files.discard_staged() == 2
    assert files.discard_staged() == 0
    assert files.has(HASH)


@pytest.mark.covers("F30", "F31")
@pytest.mark.parametrize(("number", "raised"), [(errno.ENOSPC, RetryLater), (errno.EIO, StopService)])
def test_a_disk_that_is_full_or_fails_keeps_no_file(
    files: EvidenceFiles, monkeypatch: pytest.MonkeyPatch, number: int, raised: type[Exception]
) -> None:
    temp, calls = staged(files), []

    def failing(_descriptor: int) -> None:
        calls.append(number)
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(raised):
        files.adopt(temp, HASH)
    assert not files.has(HASH)
    assert len(calls) == 1


def test_another_fault_stays_what_it_is(files: EvidenceFiles, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        files.adopt(tmp_path / "nothing", HASH)
