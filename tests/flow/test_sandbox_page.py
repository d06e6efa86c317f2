"""The sandbox's page: it renders for every kind of account, escapes, and its buttons do what the API does."""

from __future__ import annotations

import html
import http.client
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from sandbox.client import Person
from sandbox.sheet import TableRow, assignment_sheet
from tests.sandbox_process import SandboxHandle, sandbox_in_thread

POSTINGS = {
    "tdcd": "8000",
    "chairman": "8001",
    "chief": "8002",
    "drafter": "8003",
    "director": "8005",
    "staff": "8007",
}


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxHandle]:
    with sandbox_in_thread(tmp_path_factory.mktemp("sandbox")) as handle:
        yield handle


@pytest.fixture
def service(sandbox: SandboxHandle) -> Iterator[Person]:
    with sandbox.service() as person:
        yield person


def page(sandbox: SandboxHandle, **query: str) -> str:
    connection = http.client.HTTPConnection(urlsplit(sandbox.url).netloc, timeout=10)
    connection.request("GET", f"/?{urlencode(query)}")
    answer = connection.getresponse()
    content = answer.read().decode()
    connection.close()
    assert answer.status == 200
    return content


def press(sandbox: SandboxHandle, button: str, who: str, *files: tuple[str, bytes], **fields: str) -> str:
    """Submit the form as a browser does; the message on the page that follows."""
    boundary = secrets.token_hex(8)
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in ({"as": POSTINGS[who], "do": button} | fields).items()
    ]
    for name, content in files or (("", b""),):
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        parts.append(head.encode() + content + b"\r\n")
    body = b"".join(parts) + f"--{boundary}--\r\n".encode()
    connection = http.client.HTTPConnection(urlsplit(sandbox.url).netloc, timeout=10)
    connection.request("POST", "/act", body, {"Content-Type": f"multipart/form-data; boundary={boundary}"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.status == 303
    query = {key: values[0] for key, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}
    assert html.escape(query["message"]) in page(sandbox, **query).replace("&#39;", "&#x27;")
    return ("! " if query.get("failed") else "") + query["message"]


def give(service: Person, name: str = "Việc trên trang") -> dict[str, str]:
    body = {"name": name, "content": "", "hanXuLy": "30/11/2026", "units": [{"unitId": "3", "vaiTro": "1"}]}
    job = service.post("job/createjob", body)
    return {"job": job, "line": service.get(f"job/getlistprocesser/{job}")[0]["nxlId"]}


def test_without_an_account_there_is_a_choice_only(sandbox: SandboxHandle) -> None:
    content = page(sandbox)
    assert 'lang="vi"' in content
    assert "<script" not in content
    assert content.count("<option") == 13  # every posting but the locked one
    assert "Ngô Văn Cư" not in content
    assert "12/CT-UBND" not in content


@pytest.mark.parametrize("who", POSTINGS)
def test_every_kind_of_account_has_a_page(sandbox: SandboxHandle, who: str) -> None:
    content = page(sandbox, **{"as": POSTINGS[who]})
    assert "12/CT-UBND" in content
    assert ("Dự thảo Chỉ thị về cải cách" in content) == (who in ("chairman", "chief", "drafter"))
    assert ("Phát hành văn bản chỉ đạo" in content) == (who in ("chairman", "chief", "drafter"))


def test_an_account_that_is_none_is_told(sandbox: SandboxHandle) -> None:
    assert "Phiên làm việc đã hết hạn" in page(sandbox, **{"as": "4711"})


def test_texts_of_people_are_escaped(sandbox: SandboxHandle, service: Person) -> None:
    nasty = '<script>alert("x")</script> & co'
    work = give(service, nasty)
    press(sandbox, "progress", "director", text=nasty, **work)
    content = page(sandbox, **{"as": POSTINGS["director"], "job": work["job"]})
    assert "<script" not in content
    assert content.count("&lt;script&gt;") >= 2


@pytest.mark.covers("LC-22", "LC-23", "LC-25")
def test_a_unit_does_its_work_on_the_page(sandbox: SandboxHandle, service: Person) -> None:
    work = give(service)
    assert press(sandbox, "take", "director", **work) == "Đã tiếp nhận"
    assert press(sandbox, "progress", "director", **work) == "! Phải nêu rõ nội dung, lý do"
    assert press(sandbox, "progress", "director", text="Đang làm", **work) == "Đã báo cáo tiến độ"
    assert press(sandbox, "ask_extension", "director", text="chờ số liệu", **work) == "! Phải chọn thời hạn"
    press(sandbox, "ask_extension", "director", text="chờ số liệu", due="2026-12-15", **work)
    assert (
        press(sandbox, "hand_in", "director", ("kq.pdf", b"%PDF"), ("pl.xlsx", b"PK"), **work)
        == "Đã trình kết quả"
    )
    flow = service.get(f"job/getlistjobflow/{work['job']}")
    assert [entry["status"] for entry in flow] == ["", "34", "2", "32", "31"]
    assert html.unescape(flow[3]["comment"]) == "đến ngày 15/12/2026: chờ số liệu"
    assert [file["name"] for file in flow[4]["files"]] == ["kq.pdf", "pl.xlsx"]
    assert {entry["chucDanhId"] for entry in flow[1:]} == {"8005"}
    assert "kq.pdf, pl.xlsx" in page(sandbox, **{"as": POSTINGS["director"], "job": work["job"]})


def test_the_office_judges_on_the_page(sandbox: SandboxHandle, service: Person) -> None:
    work = give(service)
    for button, text, told in (
        ("approve", "", "Đã phê duyệt kết quả"),
        ("reject", "", "! Phải nêu rõ nội dung, lý do"),
        ("reject", "Thiếu", "Đã từ chối kết quả"),
        ("refuse_extension", "Không", "Không đồng ý gia hạn"),
        ("end", "Hết hiệu lực", "Đã kết thúc công việc"),
        ("reopen", "Làm lại", "Đã mở lại công việc"),
        ("say", "Lưu ý", "Đã gửi ý kiến"),
    ):
        assert press(sandbox, button, "chief", text=text, **work) == told
    assert press(sandbox, "consent", "chief", due="2026-12-31", **work) == "Đã đồng ý gia hạn"
    flow = service.get(f"job/getlistjobflow/{work['job']}")
    assert [entry["danhGia"] for entry in flow] == ["", "1", "2", "3", "4", "5", "", ""]
    assert flow[-1]["hanMoi"] == "31/12/2026"


def test_rights_hold_on_the_page_too(sandbox: SandboxHandle, service: Person) -> None:
    work = give(service)
    assert press(sandbox, "take", "staff", **work).startswith("! Chỉ lãnh đạo, văn thư")
    assert press(sandbox, "approve", "director", **work).startswith("! Chỉ người giao việc")
    assert press(sandbox, "recall", "director", document="70001").startswith("! Bạn không có quyền")
    assert press(sandbox, "nonsense", "director").startswith("! Không có chức năng")
    assert press(sandbox, "approve", "chief", job="abc").startswith("! id")


@pytest.mark.covers("HC-08", "LC-13")
def test_a_directive_with_a_table_is_issued_and_recalled(sandbox: SandboxHandle, service: Person) -> None:
    table = assignment_sheet("Bảng", [TableRow("Việc", "Sở Nội vụ", "30/11/2026")])
    fields = {
        "summary": "Chỉ thị trên trang",
        "documentType": "Chỉ thị",
        "doMat": "Thường",
        "noiNhan": "3, 4",
    }
    assert press(sandbox, "issue", "drafter", ("bảng.xlsx", table), **fields) == "Đã phát hành văn bản"
    body = {"pageNo": "1", "pageRec": "1", "param": "trên trang"}
    (row,) = service.post("document/lookupdocument", body)
    (file,) = service.get(f"file/getfileattach/{row['id']}")
    assert service.download(file["id"]) == table
    assert re.fullmatch(r"\d+/CT-UBND", row["soKihieu"])
    assert (
        press(sandbox, "comment", "director", text="Đã nhận", document=row["id"]) == "Đã gửi ý kiến văn bản"
    )
    assert press(sandbox, "recall", "chief", document=row["id"]) == "Đã thu hồi văn bản"
    assert press(sandbox, "recall", "chief", document=row["id"]) == "! document_recovered"
    assert "Đã thu hồi" in page(sandbox, **{"as": POSTINGS["chief"], "document": row["id"]})


def test_a_draft_is_issued_from_its_page(tmp_path: Path) -> None:
    with sandbox_in_thread(tmp_path) as own:
        assert press(own, "promulgate", "chief", document="70005") == "Đã phát hành văn bản"
        assert "13/CT-UBND" in page(own, **{"as": POSTINGS["director"]})
