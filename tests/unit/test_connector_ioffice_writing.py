"""Writes and their read-backs: what exactly is sent, once, and when an outcome counts as unknown.

Excluded: that effects appear and are found again at a server (conformance suite).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from unicodedata import normalize
from zoneinfo import ZoneInfo

import pytest
import requests
import responses

from connector.errors import RemoteRefused
from connector.port import (
    AttachFile,
    CommentDocument,
    CommentJob,
    CreateJob,
    SetStatus,
    UpdateJob,
    Write,
)
from connector.receipts import wanted_hash
from errors import HoldForHuman, OutcomeUnknown, RetryLater, SkipRecord
from tests.ioffice_bodies import (
    DOCUMENT_LOG,
    JOB_DETAIL,
    JOB_FLOW,
    JOB_LINES,
    JOB_ROW,
    Imitation,
    connector,
    refused,
)

STATUS_LIST = [{"name": "Đang thực hiện", "value": 2}, {"name": "Chờ xác nhận", "value": 21}]
CREATE = CreateJob(
    effect_key="k-1",
    document_id="70001",
    name="Rà soát biên chế",
    content="Theo 12/CT-UBND & kế hoạch.\nMã theo dõi: TD-7F3K2M9QPX",
    marker="TD-7F3K2M9QPX",
    lead_unit="3",
    coordinators=("4", "5"),
    due=date(2026, 11, 30),
)
UPDATE = UpdateJob("k-2", "501", "Rà soát biên chế", CREATE.content, date(2026, 11, 30))
STATUS = SetStatus("k-3", "501", "901", "Chờ xác nhận")
RECEIPT = CommentJob("k-4", "501", "901", "Đã ghi nhận (BN-1)", "BN-1")
LINT = CommentDocument("k-5", "70001", "Dòng 3 thiếu hạn (PH-1)", "PH-1")


@pytest.fixture
def site() -> Iterator[Imitation]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        imitation = Imitation(mock)
        imitation.add("GET", "job/getliststatus", STATUS_LIST, "TINHTRANGCONGVIEC")
        yield imitation


def evidence(tmp_path: Path, content: bytes = b"%PDF-1.7 ket qua") -> AttachFile:
    path = tmp_path / "evidence"
    path.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    return AttachFile("k-6", "70001", "Báo cáo.pdf", path, digest, "Báo cáo ngày (BC-1)", "BC-1")


# --- what is sent


@pytest.mark.covers("LC-04", "LC-13")
def test_a_work_item_goes_to_one_lead_unit_and_its_coordinators(site: Imitation) -> None:
    site.add("POST", "job/createjob", "501")
    site.job()
    receipt = connector().apply(CREATE)
    (body,) = site.bodies("job/createjob")
    assert (body["name"], body["content"]) == (CREATE.name, CREATE.content)
    assert (body["hanXuLy"], body["docId"], body["users"]) == ("30/11/2026", "70001", [])
    assert [(unit["unitId"], unit["vaiTro"], unit["endDate"]) for unit in body["units"]] == [
        ("3", "1", "30/11/2026"),
        ("4", "2", "30/11/2026"),
        ("5", "2", "30/11/2026"),
    ]
    assert (receipt.remote_id, receipt.line_id, receipt.state) == ("501", "901", "Đang thực hiện")
    assert receipt.at == datetime(2026, 11, 16, 10, 5, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def test_an_undated_urgent_work_item_has_a_blank_date(site: Imitation) -> None:
    site.add("POST", "job/createjob", 501)
    site.job()
    connector().apply(replace(CREATE, due=None, urgent=True))
    (body,) = site.bodies("job/createjob")
    assert (body["hanXuLy"], body["priority"]) == ("", "2")
    assert {unit["endDate"] for unit in body["units"]} == {""}


def test_rewriting_is_a_put_that_names_only_what_the_tracker_owns(site: Imitation) -> None:
    site.add("PUT", "job/updatejob", "TRUE")
    site.job()
    receipt = connector().apply(UPDATE)
    assert site.bodies("job/updatejob") == [
        {"id": "501", "name": UPDATE.name, "content": UPDATE.content, "expireDate": "30/11/2026"}
    ]
    assert receipt.written == wanted_hash(UPDATE)


def test_what_the_system_made_of_the_values_shows_in_the_receipt(site: Imitation) -> None:
    site.add("PUT", "job/updatejob", "TRUE")
    site.job(name="Rà soát biên")
    assert connector().apply(UPDATE).written != wanted_hash(UPDATE)


@pytest.mark.covers("LC-05")
@pytest.mark.parametrize("text", ["Chờ xác nhận", "chờ  xác nhận", normalize("NFD", "Chờ xác nhận")])
def test_a_status_is_sent_by_the_code_of_exactly_that_name(site: Imitation, text: str) -> None:
    site.add("POST", "job/updatestatus", data=True)
    connector().apply(replace(STATUS, text=text))
    assert site.bodies("job/updatestatus") == [{"id": "501", "nxlId": "901", "status": "21", "comment": ""}]


def test_the_status_list_is_read_once_and_again_only_for_a_missing_name(site: Imitation) -> None:
    site.add("POST", "job/updatestatus", data=True)
    edge = connector()
    for text in ("Chờ xác nhận", "Đang thực hiện", "Chờ xác nhận"):
        edge.apply(replace(STATUS, text=text))
    assert len(site.sent("job/getliststatus")) == 1
    for text in ("Chờ", "Chờ xác nhận rồi", "Kết thúc"):
        with pytest.raises(RemoteRefused, match=f"“{text}”") as caught:
            edge.apply(replace(STATUS, text=text))
        assert "Add it" in caught.value.remedy
    assert len(site.sent("job/getliststatus")) == 4
    assert len(site.sent("job/updatestatus")) == 3


def test_a_receipt_is_a_comment_with_a_blank_status(site: Imitation) -> None:
    site.add("POST", "job/updatestatus", "true")
    connector().apply(RECEIPT)
    assert site.bodies("job/updatestatus") == [
        {"id": "501", "nxlId": "901", "status": "", "comment": RECEIPT.text}
    ]


def test_a_document_is_commented_with_its_id_and_text(site: Imitation) -> None:
    site.add("POST", "incommingdocument/sendcomment", "OK")
    assert connector().apply(LINT).remote_id == "70001"
    assert site.bodies("incommingdocument/sendcomment") == [{"docId": "70001", "comment": LINT.text}]


@pytest.mark.covers("LC-14")
def test_a_file_is_uploaded_hung_on_the_document_and_fetched_back(site: Imitation, tmp_path: Path) -> None:
    write = evidence(tmp_path)
    site.add("POST", "file/upload", ["44"])
    site.add("POST", "incommingdocument/sendcomment", "true")
    site.add(
        "GET",
        "file/getfilerelated",
        [{"id": 43, "name": "Báo cáo.pdf"}, {"id": 44, "name": "x.pdf"}],
        "70001",
    )
    site.raw("GET", "file/download", write.path.read_bytes(), "44", content_type="application/pdf")
    receipt = connector().apply(write)
    assert receipt.remote_id == "44"
    (upload,) = site.sent("file/upload")
    assert upload.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert b"".join(upload.body).count(write.path.read_bytes()) == 1
    assert site.bodies("incommingdocument/sendcomment") == [
        {"docId": "70001", "comment": "Báo cáo ngày (BC-1)", "files": ["44"]}
    ]
    keys = [request.headers.get("X-Effect-Key") for request in site.sent() if request.method == "POST"]
    assert keys == [None, "k-6", "k-6"]


@pytest.mark.covers("F29", "F49")
def test_a_file_that_comes_back_different_is_for_a_person(site: Imitation, tmp_path: Path) -> None:
    write = evidence(tmp_path)
    site.add("POST", "file/upload", [44])
    site.add("POST", "incommingdocument/sendcomment", "true")
    site.add("GET", "file/getfilerelated", [{"id": 44, "name": "Báo cáo.pdf", "fileSize": "16"}], "70001")
    site.raw("GET", "file/download", b"%PDF-1.7 ket quA", "44", content_type="application/pdf")
    with pytest.raises(HoldForHuman, match="other bytes"):
        connector().apply(write)


@pytest.mark.parametrize("answer", [[], ["1", "2"], "44", None])
def test_an_upload_without_one_id_attaches_nothing(site: Imitation, tmp_path: Path, answer: object) -> None:
    site.add("POST", "file/upload", answer)
    with pytest.raises(RemoteRefused):
        connector().apply(evidence(tmp_path))
    assert site.sent("incommingdocument") == []


@pytest.mark.covers("F35")
def test_every_write_carries_its_effect_key_and_no_read_does(site: Imitation) -> None:
    site.add("POST", "job/createjob", "501")
    site.add("PUT", "job/updatejob", True)
    site.add("POST", "job/updatestatus", True)
    site.add("POST", "incommingdocument/sendcomment", True)
    site.job()
    edge = connector()
    writes: list[Write] = [CREATE, UPDATE, STATUS, RECEIPT, LINT]
    for write in writes:
        edge.apply(write)
    keyed = [request.headers["X-Effect-Key"] for request in site.sent() if "X-Effect-Key" in request.headers]
    assert keyed == [write.effect_key for write in writes]


# --- what the answer means


@pytest.mark.parametrize("answer", ["TRUE", "true", True, "OK", "1"])
def test_every_spelling_of_yes_is_accepted(site: Imitation, answer: object) -> None:
    site.add("POST", "job/updatestatus", answer)
    assert connector().apply(STATUS).state == "Chờ xác nhận"


@pytest.mark.parametrize("answer", ["FALSE", "false", False, "0", None, "null"])
def test_every_spelling_of_no_is_a_refusal(site: Imitation, answer: object) -> None:
    site.add("POST", "job/updatestatus", answer)
    with pytest.raises(RemoteRefused):
        connector().apply(STATUS)


@pytest.mark.parametrize("answer", ["OTP_REQUIRE", {"x": 1}, "https://sign.example"])
def test_neither_yes_nor_no_is_for_a_person(site: Imitation, answer: object) -> None:
    site.add("POST", "job/updatestatus", answer)
    with pytest.raises(HoldForHuman):
        connector().apply(STATUS)


def test_a_refusal_is_handed_on_in_the_systems_words(site: Imitation) -> None:
    words = "unitId: không có đơn vị 3"
    site.raw("POST", "job/createjob", refused("error_invalid_parameter", words), status=400)
    with pytest.raises(RemoteRefused, match=words):
        connector().apply(CREATE)


@pytest.mark.covers("F04")
@pytest.mark.parametrize("answer", [None, True, "x y", {"id": 1}])
def test_a_work_item_created_without_a_usable_id_is_an_unknown_outcome(
    site: Imitation, answer: object
) -> None:
    site.add("POST", "job/createjob", answer)
    with pytest.raises(OutcomeUnknown):
        connector().apply(CREATE)


@pytest.mark.covers("F04")
@pytest.mark.parametrize(
    "trouble",
    [
        refused("error_system", "bận"),
        refused("error_permission_denied", "no"),
        refused("error_data_not_found", ""),
    ],
)
def test_what_cannot_be_read_back_after_a_yes_is_unknown_never_undone(
    site: Imitation, trouble: object
) -> None:
    site.add("POST", "job/createjob", "501")
    site.add("PUT", "job/updatejob", "TRUE")
    site.job()
    site.raw("GET", "job/getdetailjobdagiao", trouble, "501")
    for write in (CREATE, UPDATE):
        with pytest.raises(OutcomeUnknown, match="accepted, but not read back"):
            connector().apply(write)


def test_a_work_item_without_anybody_who_answers_is_for_a_person(site: Imitation) -> None:
    site.add("POST", "job/createjob", "501")
    site.job()
    site.add("GET", "job/getlistprocesser", JOB_LINES[1:], "501")
    with pytest.raises(HoldForHuman, match="no unit"):
        connector().apply(CREATE)


# --- finding


def test_a_work_item_is_found_by_its_marker_only(site: Imitation) -> None:
    site.paged("job/getlistjobdagiao", lambda: [{**JOB_ROW, "id": "502"}, JOB_ROW])
    site.job("502", noiDung="Mã theo dõi: TD-0000000000")
    site.job()
    receipt = connector().find(CREATE)
    assert receipt is not None
    assert receipt.remote_id == "501"
    assert site.bodies("job/getlistjobdagiao")[0]["param"] == "TD-7F3K2M9QPX"
    assert connector().find(replace(CREATE, marker="TD-XXXXXXXXXX")) is None


@pytest.mark.covers("F04")
def test_a_site_whose_search_reads_names_only_still_finds_it(site: Imitation) -> None:
    def listed(request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        asked = json.loads(request.body or "{}")
        rows = [{**JOB_ROW, "id": "503", "name": "Khác"}, JOB_ROW] if asked["name"] == CREATE.name else []
        return 200, {"Content-Type": "application/json"}, json.dumps({"status": {"code": "0"}, "data": rows})

    site.mock.add_callback(
        responses.POST, "https://vanban.songlam.example/qlvb/api/job/getlistjobdagiao/", callback=listed
    )
    site.job()
    receipt = connector().find(CREATE)
    assert receipt is not None
    assert receipt.remote_id == "501"
    assert not any("503" in str(request.url) for request in site.sent("job/getdetail"))


def test_finding_by_current_values(site: Imitation) -> None:
    site.job()
    edge = connector()
    found = edge.find(UPDATE)
    assert found is not None
    assert found.written == wanted_hash(UPDATE)
    assert edge.find(replace(UPDATE, due=date(2026, 12, 1))) is None
    assert edge.find(replace(UPDATE, name="Khác")) is None
    assert edge.find(STATUS) is None
    assert edge.find(replace(STATUS, text="Đang thực hiện")) is not None
    assert edge.find(replace(STATUS, text="Đang thực hiện", line_id="902")) is None


def test_finding_by_marker_in_the_histories(site: Imitation) -> None:
    site.job()
    site.document()
    edge = connector()
    assert edge.find(RECEIPT) is None
    assert edge.find(LINT) is None
    said = [*JOB_FLOW, {**JOB_FLOW[0], "id": "9", "comment": "&#272;&atilde; ghi nh&#7853;n (BN-1)"}]
    site.add("GET", "job/getlistjobflow", said, "501")
    line = {"updateDate": "16/11/2026 10:00", "comment": LINT.text, "action": "Ý kiến"}
    site.add("GET", "document/getactivitylog", [*DOCUMENT_LOG, {"unit": "x", "parameter": [line]}], "70001")
    assert edge.find(RECEIPT) is not None
    assert edge.find(LINT) is not None


def test_finding_a_file_needs_its_comment_and_its_bytes(site: Imitation, tmp_path: Path) -> None:
    write = evidence(tmp_path)
    site.document()
    edge = connector()
    assert edge.find(write) is None
    line = {"updateDate": "16/11/2026 10:00", "comment": write.caption, "action": "Ý kiến"}
    site.add("GET", "document/getactivitylog", [{"unit": "x", "parameter": [line]}], "70001")
    site.add("GET", "file/getfilerelated", [{"id": n, "name": "Báo cáo.pdf"} for n in (43, 44)], "70001")
    site.raw("GET", "file/download", b"%PDF-1.7 " + b"x" * 50, "44", content_type="application/pdf")
    site.raw("GET", "file/download", write.path.read_bytes(), "43", content_type="application/pdf")
    found = edge.find(write)
    assert found is not None
    assert found.remote_id == "43"
    site.add("GET", "file/getfilerelated", [], "70001")
    with pytest.raises(HoldForHuman):
        edge.find(write)


ALL: list[Write] = [CREATE, UPDATE, STATUS, RECEIPT, LINT]


@pytest.mark.covers("F04")
@pytest.mark.parametrize("write", ALL, ids=lambda write: type(write).__name__)
def test_while_nobody_can_look_the_outcome_stays_unknown(write: Write) -> None:
    with responses.RequestsMock(), pytest.raises(OutcomeUnknown, match="could not be looked for"):
        connector().find(write)


@pytest.mark.parametrize("write", ALL[1:], ids=lambda write: type(write).__name__)
def test_what_the_effect_belonged_to_is_gone_so_it_is_not_there(site: Imitation, write: Write) -> None:
    gone = refused("error_data_not_found", "Không tìm thấy")
    for path in ("job/getdetailjobdagiao", "job/getlistjobflow"):
        site.raw("GET", path, gone, "501")
    site.raw("GET", "document/getactivitylog", gone, "70001")
    assert connector().find(write) is None


@pytest.mark.parametrize("write", ALL[1:], ids=lambda write: type(write).__name__)
def test_what_cannot_be_understood_is_for_a_person_and_never_absent(site: Imitation, write: Write) -> None:
    for path in ("job/getdetailjobdagiao", "job/getlistjobflow"):
        site.raw("GET", path, refused("error_permission_denied", "Không có quyền"), "501")
    site.add("GET", "document/getactivitylog", "TRUE", "70001")
    with pytest.raises(HoldForHuman) as caught:
        connector().find(write)
    assert write.effect_key in str(caught.value)


def test_no_error_of_finding_invites_to_write_again(site: Imitation) -> None:
    """Whoever gets a plain RetryLater or SkipRecord may write again without looking: `find` raises neither."""
    site.raw("GET", "job/getdetailjobdagiao", refused("error_system", "bận"), "501")
    with pytest.raises(OutcomeUnknown) as caught:
        connector().find(UPDATE)
    assert isinstance(caught.value, RetryLater)
    assert not isinstance(caught.value, SkipRecord)


def test_receipts_do_not_care_for_unicode_form_or_outer_space() -> None:
    decomposed = replace(UPDATE, name=normalize("NFD", UPDATE.name) + " ")
    assert wanted_hash(decomposed) == wanted_hash(UPDATE)
    assert len({wanted_hash(write) for write in ALL}) == len(ALL)
    assert JOB_DETAIL["name"] == UPDATE.name
