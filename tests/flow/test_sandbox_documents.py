"""Documents of the sandbox: who sees them, how they look, what is done with them.

Not here: files' bytes, work items, faults.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.client import Person, RefusedByServerError
from sandbox.documents import SEARCH_KEYS
from sandbox.small import CANARY
from tests.sandbox_process import SandboxHandle, sandbox_in_thread

SEARCH = "document/getlistlookupbyparam"


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[SandboxHandle]:
    with sandbox_in_thread(tmp_path) as handle:
        yield handle


@pytest.fixture
def service(sandbox: SandboxHandle) -> Iterator[Person]:
    with sandbox.service() as person:
        yield person


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    """The service account in a sandbox that nobody changes."""
    with sandbox_in_thread(tmp_path_factory.mktemp("read")) as handle, handle.service() as person:
        yield person


def search(
    person: Person, page: int = 1, size: int = 50, keys: dict[str, str] | None = None
) -> list[dict[str, Any]]:
    parameter = dict.fromkeys(SEARCH_KEYS, "") | (keys or {})
    rows: list[dict[str, Any]] = person.post(
        SEARCH, {"pageNo": str(page), "pageRec": str(size), "parameter": parameter, "kho": ""}
    )
    return rows


def ids(rows: list[dict[str, Any]]) -> list[str]:
    return [row["id"] for row in rows]


def plain(text: str) -> str:
    return unicodedata.normalize("NFC", html.unescape(text))


@pytest.mark.covers("LC-01", "HC-08")
def test_the_service_account_sees_what_was_issued_and_no_draft(reader: Person) -> None:
    assert ids(search(reader)) == ["70004", "70003", "70002", "70001"]
    for draft_or_incoming in ("70005", "70006"):
        with pytest.raises(RefusedByServerError, match="không tồn tại"):
            reader.get(f"document/getdetaildocument/{draft_or_incoming}")


def test_a_row_is_spelt_otherwise_than_the_detail(service: Person) -> None:
    row = next(row for row in search(service) if row["id"] == "70001")
    detail = service.get("document/getdetaildocument/70001")
    assert row["soKihieu"] == detail["soKiHieu"] == "12/CT-UBND"
    assert "soKiHieu" not in row
    assert (row["id"], detail["id"]) == ("70001", 70001)
    assert (row["congVanDenDi"], row["type"], row["isSign"], row["layLai"]) == ("2", "2", "TRUE", "false")
    assert (row["isCheck"], row["isComment"], row["isRead"]) == ("0", "false", "FALSE")
    assert row["processDefinitionId"] == "null"
    assert (detail["doMat"], detail["trangThai"], detail["nguoiSoanThao"]) == ("Thường", 1, "1003")
    assert (detail["soDenDi"], detail["hinhThucVanBan"], detail["nguoiKiSao"]) == (12, "Chỉ thị", "null")


@pytest.mark.covers("M35")
def test_one_text_comes_in_several_forms(reader: Person) -> None:
    for row in search(reader):
        detail = reader.get(f"document/getdetaildocument/{row['id']}")
        assert plain(row["trichYeu"]) == plain(detail["trichYeu"])
    shown = {row["id"]: row["trichYeu"] for row in search(reader)}
    assert "&amp;" in shown["70001"]
    assert unicodedata.is_normalized("NFC", shown["70001"])
    assert not unicodedata.is_normalized("NFC", shown["70002"])
    assert "&#" in reader.get("document/getdetaildocument/70003")["trichYeu"]


def test_null_says_that_there_is_a_file(reader: Person) -> None:
    shown = {row["id"]: row["hasFile"] for row in search(reader)}
    assert shown == {"70001": "null", "70002": None, "70003": "none", "70004": None}


def test_some_times_are_missing(reader: Person) -> None:
    shown = {row["id"]: row["ngayNhan"] for row in search(reader)}
    assert (shown["70001"], shown["70002"]) == ("10/11/2026", "12/11/2026 09:05")
    assert {row["ngayVanBan"] for row in search(reader)} == {"10/11/2026", "12/11/2026", "13/11/2026"}


def test_a_deadline_may_stand_in_the_log_only(reader: Person) -> None:
    assert reader.get("document/getdetaildocument/70001")["hanGiaiQuyet"] == "20/12/2026"
    assert reader.get("document/getdetaildocument/70002")["hanGiaiQuyet"] == "null"
    (block,) = reader.get("document/getactivitylog/70002")
    assert "Hạn xử lý: 20/12/2026" in block["parameter"][-1]["comment"]


def test_the_log_has_blocks_of_units_and_packed_routing(sandbox: SandboxHandle, service: Person) -> None:
    with sandbox.person("dungdq.nv") as director:
        director.post(
            "incommingdocument/sendcomment", {"docId": "70001", "comment": "Đã nhận.\n<b>Sẽ làm</b>"}
        )
    office, unit = service.get("document/getactivitylog/70001")
    assert (office["schema"], office["unit"]) == ("QLVB_H990101.", "Phòng Tổng hợp")
    assert unit["unit"] == "Sở Nội vụ"
    issue, comment = office["parameter"][-1], unit["parameter"][0]
    assert issue["chuyenToi"] == "Xử lý chính: Sở Nội vụ, Sở Tài chính, Sở Y tế, UBND phường Lam Châu"
    assert issue["updateDate"] == "10/11/2026 09:05"
    assert comment["comment"] == "Đã nhận.<br/>&lt;b&gt;Sẽ làm&lt;/b&gt;"
    assert (comment["chuyenToi"], comment["updateBy"], comment["status"]) == ("null", "1005", "2")


@pytest.mark.covers("F07", "F08")
def test_pages_have_no_total_and_end_short(reader: Person) -> None:
    assert [ids(search(reader, page, 3)) for page in (1, 2, 3)] == [
        ["70004", "70003", "70002"],
        ["70001"],
        [],
    ]
    body = {"pageNo": "-1", "pageRec": "3", "parameter": dict.fromkeys(SEARCH_KEYS, "")}
    assert reader.post("document/getpaginglookupbyparam", body) == {"pageNo": "2", "pageRec": "3"}
    with pytest.raises(RefusedByServerError, match="-1"):
        reader.post("document/getpaginglookupbyparam", body | {"pageNo": "1"})


def test_all_nineteen_search_keys_must_be_there(reader: Person) -> None:
    assert len(SEARCH_KEYS) == 19
    parameter = dict.fromkeys(SEARCH_KEYS, "")
    del parameter["soDen"]
    with pytest.raises(RefusedByServerError, match="soDen"):
        reader.post(SEARCH, {"pageNo": "1", "pageRec": "10", "parameter": parameter})


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        ({"startDateBanHanh": "12/11/2026"}, ["70004", "70003", "70002"]),
        ({"endDateBanHanh": "12/11/2026"}, ["70002", "70001"]),
        ({"startDateBanHanh": "12/11/2026", "endDateBanHanh": "12/11/2026"}, ["70002"]),
        ({"soKyHieu": "/ct-"}, ["70004", "70001"]),
        ({"trichYeu": unicodedata.normalize("NFD", "CHỈNH TRANG")}, ["70002"]),
        ({"confidential": "Mật"}, ["70004"]),
        ({"confidential": "Thường", "type": "2"}, ["70003", "70002", "70001"]),
        ({"type": "1"}, []),
        ({"coQuanBanHanh": "UBND tỉnh Sông Lam", "soVanBan": "51"}, ["70003"]),
        ({"fieldSort": "ngayBanHanh", "sort": "ASC"}, ["70001", "70002", "70003", "70004"]),
        ({"fieldSort": "soKyHieu", "sort": "DESC"}, ["70003", "70002", "70001", "70004"]),
        ({"trichYeu": "100%"}, []),
    ],
)
def test_searching(reader: Person, keys: dict[str, str], found: list[str]) -> None:
    assert ids(search(reader, keys=keys)) == found


@pytest.mark.parametrize(
    "keys",
    [{"startDateBanHanh": "2026-11-12"}, {"fieldSort": "colour"}, {"sort": "UP", "fieldSort": "trichYeu"}],
)
def test_a_search_that_cannot_be_understood(reader: Person, keys: dict[str, str]) -> None:
    with pytest.raises(RefusedByServerError, match="error_invalid_parameter"):
        search(reader, keys=keys)


def test_plain_text_search_and_its_count(reader: Person) -> None:
    body = {"pageNo": "1", "pageRec": "10", "param": "chỉnh trang", "kho": ""}
    assert ids(reader.post("document/lookupdocument", body)) == ["70002"]
    assert reader.post("document/paginglookupdocument", body | {"pageNo": "-1"}) == {
        "pageNo": "1",
        "pageRec": "10",
    }


def test_boxes_of_a_unit(sandbox: SandboxHandle) -> None:
    body = {"pageNo": "1", "pageRec": "10", "param": "", "kho": "", "parameter": {"uyQuyen": "", "param": ""}}
    with sandbox.person("dungdq.nv") as director:
        assert len(director.post("document/getlistwaitingdocument", body)) == 4
        assert director.post("document/getpagingwaitingdocument", body | {"pageNo": "-1"})["pageNo"] == "1"
        director.post("document/finish/v2", {"docId": "70003", "comment": "Đã xem"})
        assert ids(director.post("document/getlistprocesseddocument", body)) == ["70003"]
        assert "70003" not in ids(director.post("document/getlistwaitingdocument", body))
        counts = {row["name"]: row["total"] for row in director.get("document/countmenu")}
        assert counts == {"VAN_BAN_DEN_CA_NHAN": "3", "VAN_BAN_DA_XU_LY": "1", "VANBAN_THONGBAO": "0"}


def test_reading_a_detail_marks_its_row_as_read(service: Person) -> None:
    service.get("document/getdetaildocument/70002")
    assert {row["id"]: row["isRead"] for row in search(service)}["70002"] == "TRUE"


def test_a_get_turns_the_mark_on_and_off(sandbox: SandboxHandle, service: Person) -> None:
    marks = []
    for _ in range(3):
        marks.append({row["id"]: row["isCheck"] for row in search(service)}["70001"])
        assert service.get("document/signeddocument/70001") == "true"
    assert marks == ["0", "1", "0"]
    assert [row["operation"] for row in sandbox.operations()] == ["document/signeddocument"] * 3


def test_a_comment_with_a_file_stands_beside_the_originals(sandbox: SandboxHandle, service: Person) -> None:
    originals = service.get("file/getfileattach/70001")
    assert service.get("incommingdocument/checksendcomment/70001") == "true"
    (file_id,) = service.upload(("minh chứng.pdf", b"%PDF-1.7 x"))
    body = {"docId": "70001", "comment": "Minh chứng", "files": [file_id]}
    assert service.post("incommingdocument/sendcomment", body) == "true"
    assert service.get("incommingdocument/checksendcomment/70001") == "OK"
    (related,) = service.get("file/getfilerelated/70001")
    assert (related["id"], related["name"], related["fileSize"]) == (int(file_id), "minh chứng.pdf", "10")
    assert service.get("file/getfileattach/70001") == originals
    assert {row["id"]: row["isComment"] for row in search(service)}["70001"] == "true"
    with sandbox.person("dungdq.nv") as director:
        notices = director.post("notifycation/getlistnotify/v2", {"pageNo": 1, "pageRec": 5})
        assert notices == []


@pytest.mark.covers("HC-09")
def test_a_recall_by_get_is_done_once_and_shows(sandbox: SandboxHandle, service: Person) -> None:
    with (
        sandbox.person("dungdq.nv") as director,
        pytest.raises(RefusedByServerError, match="error_permission_denied"),
    ):
        director.get("incommingdocument/recoverdocument/70001")
    with pytest.raises(RefusedByServerError, match="error_permission_denied"):
        service.get("incommingdocument/recoverdocument/70001")
    with sandbox.person("hatt.vp") as chief:
        assert chief.get("incommingdocument/recoverdocument/70001") == "TRUE"
        with pytest.raises(RefusedByServerError, match="document_recovered"):
            chief.get("incommingdocument/recoverdocument/70001")
    assert {row["id"]: row["layLai"] for row in search(service)}["70001"] == "true"
    assert service.get("document/getdetaildocument/70001")["trangThai"] == 2
    log = [line for block in service.get("document/getactivitylog/70001") for line in block["parameter"]]
    assert log[-1]["action"] == "Thu hồi"
    (notice,) = service.post("notifycation/getlistnotify/v2", {"pageNo": "1", "pageRec": "5"})
    assert "idThongTin=70001;" in notice["parameter"]


@pytest.mark.covers("HC-08", "LC-13")
def test_a_draft_becomes_a_directive(sandbox: SandboxHandle, service: Person) -> None:
    with sandbox.person("minhnv.vp") as drafter:
        assert "70005" in ids(search(drafter))
    with sandbox.person("dungdq.nv") as director:
        assert "70005" not in ids(search(director))
    with sandbox.person("hatt.vp") as chief:
        body = {"docId": "70005", "primaryInternal": "3", "coevalInternal": "4,5", "hanXuLy": "31/12/2026"}
        assert chief.post("incommingdocument/promulgatedocument", body) == "TRUE"
        with pytest.raises(RefusedByServerError, match="đã phát hành"):
            chief.post("incommingdocument/promulgatedocument", body)
    first = search(service)[0]
    assert (first["id"], first["soKihieu"], first["ngayVanBan"]) == ("70005", "13/CT-UBND", "16/11/2026")
    office = service.get("document/getactivitylog/70005")[-1]
    assert office["parameter"][-1]["chuyenToi"] == "Xử lý chính: Sở Nội vụ|Phối hợp: Sở Tài chính, Sở Y tế"
    with sandbox.person("dungdq.nv") as director:
        (notice,) = director.post("notifycation/getlistnotify/v2", {"pageNo": "1", "pageRec": "5"})
        assert notice["type"] == "2"


def test_a_new_directive_may_replace_an_older_one(sandbox: SandboxHandle, service: Person) -> None:
    with sandbox.person("minhnv.vp") as drafter:
        dossier = {"summary": "Chỉ thị thay thế", "documentType": "Chỉ thị", "noiNhan": "H99.02|H99.02, 4|4"}
        (document,) = drafter.post("shared/integration/doc/create", [dossier])
        drafter.post("incommingdocument/promulgatedocument", {"docId": document, "thayThe": "70001"})
        with pytest.raises(RefusedByServerError, match="không có đơn vị 77"):
            drafter.post("shared/integration/doc/create", [dossier | {"noiNhan": "77|77"}])
    assert ids(service.get(f"document/getdocrelated/{document}")) == ["70001"]
    assert ids(service.get("document/getdocrelated/70001")) == [document]
    assert service.get(f"document/getdetaildocument/{document}")["donViBanHanh"] == "UBND tỉnh Sông Lam"


def test_forwarding_may_give_a_job_at_once(sandbox: SandboxHandle) -> None:
    with sandbox.person("hatt.vp") as chief:
        body = {
            "docId": "70003",
            "primaryProcess": "3",
            "referProcess": "6",
            "comment": "Triển khai",
            "job": 1,
        }
        assert chief.post("document/forwarddocument", body | {"hanXuLy": "30/11/2026"}) == "TRUE"
        (job,) = chief.post("job/getlistjobdagiao", {"pageNo": 1, "pageRec": 10, "param": ""})
        assert (job["chuTri"], job["endDate"]) == ("Sở Nội vụ", "30/11/2026")
        with pytest.raises(RefusedByServerError, match="Không có đơn vị 9"):
            chief.post("document/forwarddocument", body | {"primaryProcess": "9"})
    with sandbox.person("longtv.lc") as chairman:
        rows = chairman.post("document/getlistnotifydocument", {"pageNo": "1", "pageRec": "10"})
        assert ids(rows) == ["70003"]


@pytest.mark.covers("LC-02")
def test_a_classified_document_tells_its_mark_in_the_detail_only(reader: Person) -> None:
    row = next(row for row in search(reader) if row["id"] == "70004")
    assert not {"doMat", "confidential"} & row.keys()
    assert CANARY in plain(row["trichYeu"])
    assert reader.get("document/getdetaildocument/70004")["doMat"] == "Mật"


def test_a_comment_must_say_something_and_the_document_be_there(reader: Person) -> None:
    for body, message in (
        ({"docId": "70001", "comment": " "}, "comment"),
        ({"docId": "1", "comment": "x"}, "tồn tại"),
    ):
        with pytest.raises(RefusedByServerError, match=message):
            reader.post("incommingdocument/sendcomment", body)
