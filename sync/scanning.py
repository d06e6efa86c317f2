"""Is this file one that must not be passed on? The test string that every scanner knows, and the site's own scanner.

No scanner is shipped. A command named in the settings gets the path of each new file; what it
does not call clean within its time is not passed on either (M29, M27).
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from connector.errors import TooLarge
from errors import SkipRecord
from store.findings import Finding
from store.places import Places

#: The EICAR test file (eicar.org), in two parts, so that no scanner takes this one for it.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

PROBLEM = "harmful_file"
NOT_BROUGHT = "file_not_brought"
TEST_STRING = "Tệp chứa mẫu thử mã độc EICAR."
CALLED_HARMFUL = "Phần mềm quét của đơn vị quản lý báo tệp có mã độc."
NOT_SCANNED = "Phần mềm quét chưa kết luận được tệp là an toàn."
TOO_LARGE = "Tệp lớn hơn mức hệ thống theo dõi được nhận."
NEVER_WHOLE = "Nhiều lần không tải được nguyên vẹn tệp từ hệ thống văn bản."
SEND_AGAIN = "Mở thử tệp trên hệ thống văn bản rồi gửi lại; tệp quá lớn thì chia nhỏ."
REMEDY = "Kiểm tra máy và tệp, rồi gửi lại tệp sạch; tệp gốc vẫn nằm ở nơi đã gửi."


_REFUSED = frozenset({PROBLEM, NOT_BROUGHT})


def harmful(path: Path, command: Sequence[str], seconds: float) -> str:
    """Why the file must not be passed on, in Vietnamese; empty when it may be.

    `command` gets the path as its last word: exit code 0 says clean, 1 harmful, as `clamdscan` does.
    """
    if EICAR in path.read_bytes():
        return TEST_STRING
    if not command:
        return ""
    try:
        done = subprocess.run(  # noqa: S603 - the administrator's own command, without a shell
            [*command, str(path)], capture_output=True, check=False, timeout=seconds
        )
    except (OSError, subprocess.TimeoutExpired):
        return NOT_SCANNED
    return {0: "", 1: CALLED_HARMFUL}.get(done.returncode, NOT_SCANNED)


def refused_file(site: str, remote_id: str, name: str, sha256: str, sentence: str) -> Finding:
    """What is kept of such a file: where it is, what it is called, the hash of its bytes, and why."""
    return Finding(
        site=site,
        document_id=f"file:{remote_id}",
        place=name,
        problem=PROBLEM,
        text=sha256,
        sentence=sentence,
        remedy=REMEDY,
    )


def file_not_brought(site: str, remote_id: str, name: str, error: SkipRecord) -> Finding:
    """What is kept of a file that never came whole: its bytes are not known, so they have no hash."""
    return Finding(
        site=site,
        document_id=f"file:{remote_id}",
        place=name,
        problem=NOT_BROUGHT,
        text="",
        sentence=TOO_LARGE if isinstance(error, TooLarge) else NEVER_WHOLE,
        remedy=SEND_AGAIN,
    )


def refused_files(places: Places, site: str, remote_ids: Sequence[str]) -> dict[str, Finding]:
    """Which of these files were laid apart or never came whole, by their remote id."""
    found = places.findings.of(site, [f"file:{one}" for one in remote_ids]) if remote_ids else []
    return {one.document_id.removeprefix("file:"): one for one in found if one.problem in _REFUSED}
