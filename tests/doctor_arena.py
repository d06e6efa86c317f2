"""A site of each dialect that `tdcd doctor` is shown, with a document of every mark and a work item on an open one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from connector.conformance.ground import creation
from tests.conformance.axis_arena import OURS, AxisArena
from tests.conformance.province_api_arena import posting_of
from tests.conformance.sandbox_arena import SandboxArena
from tests.sandbox_process import SERVICE, SandboxHandle, sandbox_in_thread

#: Words of the configuration → the path of their service at a sandbox.
DIALECTS: Final = {
    "ioffice": "qlvb",
    "soap": "Services/VanBan.asmx",
    "soap12-plain": "Services/VanBan.asmx",
    "axis": "truc/vxp",
    "axis-lgsp": "truc/lgsp/v1",
}
#: These beside are reported on, and cannot be recorded.
REPORTED: Final = {**DIALECTS, "province-api": ""}
#: What must stand on no recording: people, subjects, numbers, files, telephones, the canary of what is classified.
TELLING: Final = (
    "Minh", "Sơn", "Trần", "Đặng", "songlam.example", "0900001", "Nội vụ", "Tổng hợp", "tổ chức", "ngân sách",
    "CT-UBND", "TB-VP", "KH-UBND", "HẠT-CẢI-ĐỎ", "ĐỎ-7731", "Bảng phân công", "biên chế", "Việc mật", "Chưa rõ ai",
    "H99.0",
)  # fmt: skip
_CONFIG: Final = """
[ledger]
url = "sqlite:///{data}/ledger.db"
[[site]]
name = "songlam"
connector = "{word}"
url = "{url}/{path}"
username = "{user}"
password = "{password}"
[site.limits]
rate_per_second = 10000
"""
_AXIS: Final = """
[site.secrecy]
blank = "open"
[site.actions]
received = ["03"]
progress = ["05"]
returned = ["02"]
submitted = ["06", "report"]
displayed = ["01", "04", "13", "15", "16"]
extension_asked = []
difficulty = []
explanation = []
"""


@contextmanager
def site_of_dialect(word: str, folder: Path) -> Iterator[tuple[Path, SandboxHandle]]:
    """(configuration, sandbox) of one dialect."""
    (folder / "place").mkdir()
    with sandbox_in_thread(folder / "place") as sandbox:
        _filled(sandbox, word)
        yield configured(folder, word, sandbox.url), sandbox


def configured(folder: Path, word: str, url: str, further: str = "") -> Path:
    """A configuration for one dialect at a sandbox."""
    axis = word.startswith("axis")
    user, password = (OURS, f"khoa-truc-{OURS}") if axis else SERVICE
    if word == "province-api":
        user, password = posting_of(url, *SERVICE)
    text = _CONFIG.format(
        data=folder / "data", word=word, url=url, path=REPORTED[word], user=user, password=password
    )
    config = folder / "tdcd.toml"
    config.write_text(text + (_AXIS if axis else "") + further, encoding="utf-8")
    return config


def _filled(sandbox: SandboxHandle, word: str) -> None:
    if word.startswith("axis"):
        box = AxisArena(sandbox)
        for number in ("12/CT-UBND", "13/CT-UBND"):
            box.issue(number)
        box.connector.close()
        return
    office = SandboxArena(sandbox)
    for number, mark, name in (
        ("31/CT-UBND", "Thường", "Bảng phân công số 31.xlsx"),
        ("32/CT-UBND", "Mật", "Việc mật.docx"),
        ("33/CT-UBND", "Nội bộ", "Chưa rõ ai.docx"),
        ("34/CT-UBND", "", "Chưa rõ ai.docx"),
    ):
        document_id = office.issue(number, secrecy=mark, attachments={name: b"x" * 70_000})
        office.connector.apply(creation(office, document_id, key=f"k-{number}"))
        sandbox.post("/__sandbox__/quiet", {"document_id": document_id, "field": "secrecy", "value": mark})
    office.connector.close()


def normalised(text: str) -> str:
    """A report without what differs from one run to the next: times, the machine's SQLite, places, ports."""
    text = re.sub(r"\d\d/\d\d/\d{4} \d\d:\d\d:\d\d \(.*?\)", "<time>", text)
    text = re.sub(r"(?m)^(Sổ cái|Ledger): .*$", r"\1: <ledger>", text)
    return re.sub(r"[ \t]+$", "", re.sub(r"127\.0\.0\.1:\d+", "<address>", text), flags=re.MULTILINE)
