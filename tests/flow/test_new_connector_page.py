"""docs/new-connector.md is followed to the letter, in an empty folder, until the suite is green."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "new-connector.md"
#: Where there is no curl (git, make and Python are all that is asked for): what the page uses of it.
CURL = """#!/usr/bin/env python3
import sys, urllib.request
given = dict(zip(sys.argv[1:], sys.argv[2:]))
data = given["-d"].encode() if "-d" in given else None
with urllib.request.urlopen(urllib.request.Request(sys.argv[-1], data)) as answer:
    sys.stdout.buffer.write(answer.read())
"""
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"# file: ([\w./]+)\n")


def test_the_page_leads_from_curl_to_a_green_suite(tmp_path: Path) -> None:
    said = []
    if shutil.which("curl") is None:
        (tmp_path / "bin").mkdir()
        (tmp_path / "bin" / "curl").write_text(CURL, encoding="utf-8")
        (tmp_path / "bin" / "curl").chmod(0o755)
    try:
        for language, text in _BLOCK.findall(PAGE.read_text(encoding="utf-8")):
            if language == "bash":
                said.append(_run(text, tmp_path))
            else:
                named = _FILE.match(text)
                assert named is not None, text[:60]
                file = tmp_path / named[1]
                file.parent.mkdir(exist_ok=True)
                file.write_text(text[named.end() :], encoding="utf-8")
    finally:
        _end_server(tmp_path)
    curls, decoded, installed, doctor, suite = said
    assert '"document": "10"' in curls
    assert decoded == "12/CT-UBND\n10\n"
    assert installed == ""
    assert "Site soviec (soviec)" in doctor
    assert "Documents seen: 1, 0 of them without a mark; 1 open ones were looked into" in doctor
    assert "Roles found: lead 1" in doctor
    passed = re.search(r"(\d+) passed", suite)
    assert passed is not None, suite
    assert int(passed[1]) >= 30
    assert "failed" not in suite
    assert "skipped" not in suite


def _run(script: str, folder: Path) -> str:
    """One block, as a reader would run it in an environment where tdcd is installed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    places = (str(Path(sys.executable).parent), str(folder / "bin"), environment["PATH"])
    environment["PATH"] = os.pathsep.join(places)
    environment["PYTHONUTF8"] = "1"
    # What goes on in the background must not keep the pipes open.
    script = script.replace(" &\n", " >server.log 2>&1 &\necho $! >server.pid\n")
    done = subprocess.run(
        ["bash", "-euc", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def _end_server(folder: Path) -> None:
    pid = folder / "server.pid"
    if pid.exists():
        os.kill(int(pid.read_text(encoding="utf-8")), signal.SIGTERM)
