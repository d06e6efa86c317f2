"""Units, people and files of the sandbox, in the three shapes the dialect has for one tree."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.client import Person, RefusedByServerError
from tests.sandbox_process import SandboxHandle, sandbox_in_thread


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxHandle]:
    with sandbox_in_thread(tmp_path_factory.mktemp("sandbox")) as handle:
        yield handle


@pytest.fixture
def service(sandbox: SandboxHandle) -> Iterator[Person]:
    with sandbox.service() as person:
        yield person


@pytest.mark.covers("LC-03")
def test_units_are_one_text_with_validity_and_successors(service: Person) -> None:
    blob = service.get("shared/unit/get_all")
    assert isinstance(blob, str)
    blocks = [dict(line.split(": ", 1) for line in block.split("\n")) for block in blob.split("\n\n")]
    units = {block["ID"]: block for block in blocks}
    assert len(units) == 8
    assert units["9"] == {
        "ID": "9",
        "NAME": "Sở Kế hoạch và Đầu tư",
        "AGENT_ID": "H99.41",
        "PARENT_ID": "1",
        "START_DATE": "null",
        "END_DATE": "28/02/2025",
        "REPLACED_BY": "4",
    }
    assert (units["1"]["PARENT_ID"], units["6"]["START_DATE"]) == ("null", "01/07/2025")


@pytest.mark.covers("LC-11")
def test_contacts_mix_units_and_postings(service: Person) -> None:
    rows = service.get("getcontacts")
    people = [row for row in rows if row["dataInfo"] and row["position"]]
    units = [row for row in rows if not row["dataInfo"]]
    assert len(people) == 14
    assert {row["id"] for row in units} == {"1", "2", "21", "3", "4", "5", "6"}
    assert units[0]["parentId"] == "null"
    twice = [row for row in people if row["dataInfo"].split(";")[8] == "1008"]
    assert [(row["parentId"], row["position"]) for row in twice] == [
        ("4", "Giám đốc"),
        ("5", "Phó Giám đốc (kiêm nhiệm)"),
    ]
    packed = {row["dataInfo"].split(";")[8]: row["dataInfo"].split(";") for row in people}
    assert all(len(fields) == 11 for fields in packed.values())
    assert (packed["1012"][7], packed["1011"][1]) == ("1", "null")


def test_one_person_in_full(service: Person) -> None:
    me = service.get("getuserinfo/me")
    assert (me["userId"], me["status"], me["dob"]) == ("1000", "0", "null")
    other = service.get("getuserinfo/1012")
    assert (other["userName"], other["status"], other["agentId"]) == ("Ngô Văn Cư", "1", "4")
    with pytest.raises(RefusedByServerError, match="error_data_not_found"):
        service.get("getuserinfo/4711")


def test_whom_a_job_can_be_given_to(service: Person) -> None:
    assert {row["id"] for row in service.get("job/getlistunit")} == {"1", "2", "21", "3", "4", "5", "6"}
    assert [row["userId"] for row in service.get("job/getlistperson/4")] == ["1008", "1009"]
    assert [row["userId"] for row in service.get("job/getlistboss")] == ["1002"]


def test_files_come_back_byte_by_byte(service: Person) -> None:
    contents = [
        ("một.bin", bytes(range(256)) * 40),
        ('tên "lạ"\n.pdf', b"%PDF\r\n--x\r\n"),
        ("rỗng.txt", b""),
    ]
    ids = service.upload(*contents)
    assert all(isinstance(file_id, str) for file_id in ids)
    assert [service.download(file_id) for file_id in ids] == [content for _, content in contents]


@pytest.mark.covers("M22")
def test_odd_file_names_are_kept_as_they_are(service: Person) -> None:
    names = ["../../etc/passwd", "CON.", "báo cáo\u202efdp.exe", "-rf"]
    ids = service.upload(*((name, b"x") for name in names))
    service.post("incommingdocument/sendcomment", {"docId": "70003", "comment": "Tệp", "files": ids})
    listed = {row["name"] for row in service.get("file/getfilerelated/70003")}
    assert set(names) <= listed


def test_a_size_is_missing_now_and_then(service: Person) -> None:
    ids = service.upload(*((f"{number}.txt", b"abc") for number in range(8)))
    service.post("incommingdocument/sendcomment", {"docId": "70002", "comment": "Tệp", "files": ids})
    sizes = {row["id"]: row["fileSize"] for row in service.get("file/getfilerelated/70002")}
    assert {size for file_id, size in sizes.items() if file_id % 7} == {"3"}
    assert {size for file_id, size in sizes.items() if file_id % 7 == 0} == {"null"}


def test_who_opens_which_file(sandbox: SandboxHandle, service: Person) -> None:
    (attached,) = service.get("file/getfileattach/70001")
    assert attached["fileSize"] == str(len(service.download(attached["id"])))
    (loose,) = service.upload(("riêng.txt", b"x"))
    with sandbox.person("dungdq.nv") as director:
        assert director.download(attached["id"]) == service.download(attached["id"])
        with pytest.raises(RefusedByServerError, match="error_permission_denied"):
            director.download(loose)
        with pytest.raises(RefusedByServerError, match="error_data_not_found"):
            director.download(9999)
        body = {"docId": "70001", "comment": "Của người khác", "files": [loose]}
        with pytest.raises(RefusedByServerError, match=f"không có tệp {loose}"):
            director.post("incommingdocument/sendcomment", body)
        log = director.get("document/getactivitylog/70001")
        assert "Của người khác" not in {line["comment"] for block in log for line in block["parameter"]}
    draft_file = service.get("file/getfileattach/70004")[0]["id"] + 1
    with pytest.raises(RefusedByServerError, match="error_permission_denied"):
        service.download(draft_file)


def test_an_upload_without_the_right_part_is_refused(service: Person) -> None:
    with pytest.raises(RefusedByServerError, match="fileupload"):
        service.post("file/upload", {})
