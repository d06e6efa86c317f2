"""The SOAP connector on a server of another stack (node-soap) that serves the shipped WSDL.

Included: reading, writing, finding again, a wrong password. Excluded: what that
library cannot do (MTOM), and cost.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pydantic import SecretStr

from connector.errors import AccessRefused
from connector.port import (
    AttachFile,
    CommentDocument,
    CommentJob,
    CreateJob,
    SetStatus,
    Stream,
    UpdateJob,
    Write,
)
from connector.records import DirectiveRecord, JobRecord, Kind, LineRole
from connector.soap.client import SoapConnector
from connector.soap.definition import FOLDER
from tests.conformance.sandbox_arena import FAST
from tests.conformance.suite import Memory

SERVER = Path(__file__).with_name("soap_server.js")
PACKAGE = "soap@1.13.0"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("node and npm are not installed on this machine")
    folder = tmp_path_factory.mktemp("node")
    install = [
        "npm",
        "install",
        "--no-audit",
        "--no-fund",
        "--no-save",
        "--ignore-scripts",
        "--prefix",
        str(folder),
    ]
    done = subprocess.run([*install, PACKAGE], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr[-500:]
    command = ["node", str(SERVER), str(folder), str(FOLDER / "VanBan.wsdl")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield f"http://127.0.0.1:{server.stdout.readline().strip()}/Services/VanBan.asmx"
        finally:
            server.terminate()


def connect(url: str, password: str = "mat-khau", **further: str) -> SoapConnector:
    return SoapConnector("nut", url, "tdcd", SecretStr(password), access=FAST, page_size=3, **further)  # type: ignore[arg-type]


@pytest.fixture
def connector(url: str) -> Iterator[SoapConnector]:
    opened = connect(url)
    yield opened
    opened.close()


def test_everything_listed_there_is_read_whole(connector: SoapConnector) -> None:
    records, ids = Memory().listing(connector, Stream.DOCUMENTS)
    assert ids == {str(n) for n in range(1, 8)}
    record = connector.decode(next(raw for raw in records if raw.remote_id == "3"))
    assert isinstance(record, DirectiveRecord)
    assert (record.subject, record.issued_on) == ("Về rà soát <biên chế> & tài sản", date(2026, 11, 12))
    assert connector.fetch(Kind.DOCUMENT, "3") in records
    assert connector.fetch(Kind.DOCUMENT, "99") is None
    assert Memory().listing(connector, Stream.UNITS)[1] == {"1", "3", "4"}
    assert connector.own_user == "1000"


def test_every_write_is_shown_there_and_found_again(connector: SoapConnector, tmp_path: Path) -> None:
    create = CreateJob(
        "k-1",
        "1",
        "Rà soát & báo cáo",
        "Nội dung\nMã theo dõi: TD-AB",
        "TD-AB",
        "3",
        ("4",),
        date(2026, 12, 15),
    )
    assert connector.find(create) is None
    made = connector.apply(create)
    assert connector.find(create) == made
    file = tmp_path / "minh-chung.pdf"
    file.write_bytes(b"%PDF" + bytes(range(256)) * 30)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    job, line = made.remote_id, made.line_id
    writes: list[Write] = [
        UpdateJob("k-2", job, "Tên mới", "Nội dung mới TD-AB", date(2026, 12, 20)),
        SetStatus("k-3", job, line, "Chờ xác nhận"),
        CommentJob("k-4", job, line, "Đã ghi nhận (BN-1) <&>", "BN-1"),
        CommentDocument("k-5", "1", "Dòng 3 có hai chủ trì (PH-1)", "PH-1"),
        AttachFile("k-6", "1", file.name, file, digest, "Báo cáo (BC-1)", "BC-1"),
    ]
    for write in writes:
        assert connector.find(write) is None
        assert connector.apply(write).written == getattr(connector.find(write), "written", None)
    raw = connector.fetch(Kind.JOB, job)
    assert raw is not None
    shown = connector.decode(raw)
    assert isinstance(shown, JobRecord)
    assert (shown.name, shown.due, shown.status_text) == ("Tên mới", date(2026, 12, 20), "Chờ xác nhận")
    assert [line.role for line in shown.lines] == [LineRole.LEAD, LineRole.COORDINATE]
    assert shown.actions[-1].comment == "Đã ghi nhận (BN-1) <&>"


def test_the_other_version_of_soap_reads_the_same(url: str, connector: SoapConnector) -> None:
    newer = connect(url, version="1.2")
    assert newer.fetch(Kind.DOCUMENT, "3") == connector.fetch(Kind.DOCUMENT, "3")
    newer.close()


def test_a_wrong_password_ends_the_service(url: str) -> None:
    stranger = connect(url, password="khong-dung")
    with pytest.raises(AccessRefused):
        stranger.fetch(Kind.DOCUMENT, "1")
    stranger.close()
