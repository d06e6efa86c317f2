"""Where temporary files of the tests go: in memory only where there is such a place and it has room."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from tests import in_memory
from tests.in_memory import room_in_memory, use_memory


def test_no_place_no_room_or_no_leave_to_write_means_the_usual_place(tmp_path: Path) -> None:
    assert room_in_memory(tmp_path / "none") is None
    assert room_in_memory(tmp_path, room=2**62) is None
    assert room_in_memory(tmp_path, room=0) == tmp_path


def test_a_place_that_was_named_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    use_memory()
    assert os.environ["TMPDIR"] == str(tmp_path)


def test_where_there_is_room_everything_temporary_goes_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TMPDIR", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(in_memory, "room_in_memory", lambda: tmp_path)
    use_memory()
    assert tempfile.gettempdir() == str(tmp_path)
