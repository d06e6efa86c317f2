"""Work items of the sandbox: giving, acting, judging, extending, who may do what, and the notices.

Not here: files' own rules, faults, the page.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from sandbox.client import Person, RefusedByServerError
from tests.sandbox_process import SandboxHandle, sandbox_in_thread

DENIED = "error_permission_denied"
MARK = "Mã theo dõi: TD-ABCDEFGHJK"


def plain(text: str) -> str:
    """The text meant: which record has entities or decomposed letters depends on its number."""
    return unicodedata.normalize("NFC", html.unescape(text))


class Stage:
    """The people of one sandbox, logged in when they first act."""

    def __init__(self, sandbox: SandboxHandle, stack: ExitStack) -> None:
        self.sandbox = sandbox
        self._stack = stack
        self._people: dict[str, Person] = {}

    def __getitem__(self, name: str) -> Person:
        if name not in self._people:
            person = self.sandbox.service() if name == "tdcd" else self.sandbox.person(name)
            self._people[name] = self._stack.enter_context(person)
        return self._people[name]

    def give(
        self, lead: str = "3", also: Sequence[str] = ("4",), change: dict[str, object] | None = None
    ) -> str:
        units = [{"unitId": lead, "vaiTro": "1"}, *({"unitId": unit, "vaiTro": "2"} for unit in also)]
        body = {
            "name": "Rà soát biên chế & tổ chức",
            "content": f"Theo văn bản 12/CT-UBND\n{MARK}",
            "hanXuLy": "30/11/2026",
            "units": units,
            "users": [],
            "docId": "70001",
        }
        job: str = self["tdcd"].post("job/createjob", body | (change or {}))
        return job

    def lines(self, job: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self["tdcd"].get(f"job/getlistprocesser/{job}")
        return rows

    def flow(self, job: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self["tdcd"].get(f"job/getlistjobflow/{job}")
        return rows

    def report(self, who: str, job: str, status: object, comment: str = "", **further: object) -> Any:
        line = further.pop("line", None) or self.lines(job)[0]["nxlId"]
        body = {"id": job, "nxlId": line, "status": status, "comment": comment} | further
        return self[who].post("job/updatestatus", body)

    def notices(self, who: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self[who].post(
            "notifycation/getlistnotify/v2", {"pageNo": "1", "pageRec": "50"}
        )
        return rows


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with sandbox_in_thread(tmp_path) as sandbox, ExitStack() as stack:
        yield Stage(sandbox, stack)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One stage for tests that each give a job of their own and look at nothing else."""
    with sandbox_in_thread(tmp_path_factory.mktemp("shared")) as sandbox, ExitStack() as stack:
        yield Stage(sandbox, stack)


@pytest.mark.covers("LC-04", "LC-13")
def test_a_given_job_is_listed_for_both_sides(stage: Stage) -> None:
    job = stage.give()
    assert job.isdigit()
    (given,) = stage["tdcd"].post("job/getlistjobdagiao", {"pageNo": 1, "pageRec": 10, "param": ""})
    (received,) = stage["dungdq.nv"].post("job/getlistjobduocgiao", {"pageNo": 1, "pageRec": 10, "param": ""})
    assert given["id"] == received["id"] == job
    assert (given["status"], given["endDate"], given["chuTri"]) == (
        "Chưa thực hiện",
        "30/11/2026",
        "Sở Nội vụ",
    )
    assert (given["statusDanhGia"], given["dondoc"]) == ("null", False)
    assert [
        (line["unitId"], line["userId"], line["vaiTro"], line["statusCode"]) for line in stage.lines(job)
    ] == [
        ("3", "null", "1", "1"),
        ("4", "null", "2", "1"),
    ]
    assert stage["hungbv.nv"].post("job/getlistjobduocgiao", {"pageNo": 1, "pageRec": 10, "param": ""}) == []


def test_labels_of_roles_differ_from_job_to_job(stage: Stage) -> None:
    for _ in range(2):
        stage.give(lead="4", also=("3",))
    rows = stage["ngandt.tc"].post("job/getlistjobduocgiao", {"pageNo": 1, "pageRec": 10, "param": ""})
    assert {row["vaitro"] for row in rows} == {"Xử lý chính", "Chủ trì"}
    rows = stage["maivt.nv"].post("job/getlistjobduocgiao", {"pageNo": 1, "pageRec": 10, "param": ""})
    assert {row["vaitro"] for row in rows} == {"Phối hợp", "Đồng xử lý"}


def test_the_deadline_has_four_names(shared: Stage) -> None:
    job = shared.give()
    detail = shared["tdcd"].get(f"job/getdetailjobdagiao/{job}")
    assert (detail["id"], detail["docId"], detail["ngayHetHan"]) == (int(job), 70001, "30/11/2026")
    assert plain(detail["noiDung"]) == f"Theo văn bản 12/CT-UBND\n{MARK}"
    assert (detail["statusDanhGia"], detail["ngayGiaoViec"], detail["priority"]) == ("", "16/11/2026", 1)
    assert (detail["btnEvaluate"], detail["btnStatus"], detail["files"]) == (True, True, [])
    received = shared["dungdq.nv"].get(f"job/getdetailjobduocgiao/{job}/{shared.lines(job)[0]['nxlId']}")
    assert (received["btnEvaluate"], received["btnStatus"], received["ngayHetHan"]) == (
        False,
        True,
        "30/11/2026",
    )
    without = shared.give(change={"hanXuLy": "", "docId": ""})
    detail = shared["tdcd"].get(f"job/getdetailjobdagiao/{without}")
    assert (detail["docId"], detail["ngayHetHan"]) == (None, "null")


@pytest.mark.covers("M35")
def test_names_and_contents_come_in_several_forms(stage: Stage) -> None:
    for _ in range(5):
        stage.give(also=())
    rows = stage["tdcd"].post("job/getlistjobdagiao", {"pageNo": "1", "pageRec": "5", "param": ""})
    assert {unicodedata.is_normalized("NFC", row["name"]) for row in rows} == {True, False}
    details = [stage["tdcd"].get(f"job/getdetailjobdagiao/{row['id']}") for row in rows]
    assert {plain(shown["name"]) for shown in rows + details} == {"Rà soát biên chế & tổ chức"}
    assert any("&#" in detail["noiDung"] for detail in details)
    assert {plain(detail["noiDung"]) for detail in details} == {f"Theo văn bản 12/CT-UBND\n{MARK}"}


@pytest.mark.parametrize(
    "text", ["TD-ABCDEFGHJK", "rà soát BIÊN CHẾ", unicodedata.normalize("NFD", "văn bản 12/ct")]
)
def test_a_job_is_found_by_name_and_content(stage: Stage, text: str) -> None:
    job = stage.give()
    stage.give(change={"name": "Việc khác", "content": ""})
    rows = stage["tdcd"].post("job/getlistjobdagiao", {"pageNo": 1, "pageRec": 10, "param": text})
    assert [row["id"] for row in rows] == [job]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"units": [{"unitId": "3", "vaiTro": "2"}]}, "Phải chọn đơn vị/cá nhân xử lý chính"),
        ({"units": [{"unitId": "3", "vaiTro": "1", "endDate": "01/12/2026"}]}, "không được sau hạn"),
        ({"units": [{"unitId": "77", "vaiTro": "1"}]}, "không có đơn vị 77"),
        ({"units": [{"unitId": "9", "vaiTro": "1"}]}, "ngừng hoạt động"),
        ({"units": [{"unitId": "3", "vaiTro": "7"}]}, "vaiTro"),
        ({"units": [], "users": [{"userId": "1012", "vaiTro": "1"}]}, "đã khóa"),
        ({"name": " "}, "name"),
        ({"hanXuLy": "2026-11-30"}, "hanXuLy"),
        ({"units": "3"}, "units"),
    ],
)
def test_a_job_that_cannot_be_given(shared: Stage, change: dict[str, object], message: str) -> None:
    before = shared.sandbox.operations()
    with pytest.raises(RefusedByServerError, match=message):
        shared.give(change=change)
    assert shared.sandbox.operations() == before


def test_units_give_no_jobs_except_from_their_own(stage: Stage) -> None:
    body = {"name": "Việc con", "content": "", "users": [{"userId": "1007", "vaiTro": "1"}], "hanXuLy": ""}
    with pytest.raises(RefusedByServerError, match=DENIED):
        stage["dungdq.nv"].post("job/createjob", body)
    job = stage.give()
    line = stage.lines(job)[0]["nxlId"]
    child = stage["dungdq.nv"].post("job/createjob", body | {"parentId": job, "parentNxlId": line})
    assert [row["id"] for row in stage["dungdq.nv"].get(f"job/getlistchildjob/{job}")] == [child]
    (own,) = stage["hungbv.nv"].post("job/getlistjobduocgiao", {"pageNo": 1, "pageRec": 10, "param": ""})
    assert own["id"] == child


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("dungdq.nv", True),  # the unit's director
        ("maivt.nv", True),  # its clerk
        ("hungbv.nv", False),  # its specialist: a unit line has no member lines
        ("thanhlh.tc", False),  # the coordinating unit, on the leading line
        ("yenht.yt", False),  # another unit
        ("hatt.vp", False),  # the Office judges, it does not act for units
        ("tdcd", True),  # the assigner shows states
    ],
)
def test_who_acts_on_a_unit_line(shared: Stage, who: str, may: bool) -> None:
    job = shared.give()
    if may:
        assert shared.report(who, job, "34") is True
        assert shared.lines(job)[0]["statusCode"] == "34"
        return
    with pytest.raises(RefusedByServerError, match=DENIED):
        shared.report(who, job, "34")
    assert shared.lines(job)[0]["statusCode"] == "1"


def test_a_named_person_acts_on_the_own_line(shared: Stage) -> None:
    job = shared.give(change={"users": [{"userId": "1007", "vaiTro": "3"}]})
    named = shared.lines(job)[2]
    assert (named["userId"], named["unitId"]) == ("1007", "null")
    assert plain(named["name"]) == "Bùi Văn Hùng"
    assert shared.report("hungbv.nv", job, "2", line=named["nxlId"]) is True
    with pytest.raises(RefusedByServerError, match=DENIED):
        shared.report("dungdq.nv", job, "2", line=named["nxlId"])


def test_the_history_tells_who_did_what_oldest_first(shared: Stage) -> None:
    job = shared.give()
    shared.report("maivt.nv", job, 34)
    (file_id,) = shared["dungdq.nv"].upload(("kết quả.pdf", b"%PDF-1.7"))
    shared.report("dungdq.nv", job, "31", "Trình <kết quả>", files=[file_id])
    assigned, taken, handed_in = shared.flow(job)
    assert [entry["id"] for entry in (assigned, taken, handed_in)] == sorted(
        e["id"] for e in shared.flow(job)
    )
    assert (assigned["action"], assigned["status"], assigned["nxlId"]) == ("Giao việc", "", "")
    assert (taken["userId"], taken["chucDanhId"], taken["status"], taken["statusName"]) == (
        "1006",
        "8006",
        "34",
        "Đã tiếp nhận",
    )
    assert plain(handed_in["comment"]) == "Trình <kết quả>"
    assert handed_in["files"] == [{"id": int(file_id), "name": "kết quả.pdf", "fileSize": "8"}]
    assert handed_in["updateDate"].startswith("16/11/2026 08:00:")
    assert (handed_in["danhGia"], handed_in["hanMoi"]) == ("", "")


def test_the_posting_is_told_not_only_the_person(shared: Stage) -> None:
    job = shared.give(lead="5", also=())
    with shared.sandbox.person("thanhlh.tc") as director:
        director.log_in()
        post = director.login["switchUser"][0]["userid"]
    line = shared.lines(job)[0]["nxlId"]
    body = {"id": job, "nxlId": line, "status": "34", "comment": ""}
    with pytest.raises(RefusedByServerError, match=DENIED):
        shared["thanhlh.tc"].post("job/updatestatus", body)
    with shared.sandbox.person("thanhlh.tc", posting=post) as deputy:
        assert deputy.post("job/updatestatus", body) is True
    assert (shared.flow(job)[-1]["userId"], shared.flow(job)[-1]["chucDanhId"]) == ("1008", post)


def test_a_blank_status_is_a_comment_only(shared: Stage) -> None:
    job = shared.give()
    shared.report("dungdq.nv", job, "34")
    assert shared.report("tdcd", job, "", "Đã ghi nhận") is True
    assert shared.lines(job)[0]["statusCode"] == "34"
    assert (shared.flow(job)[-1]["status"], plain(shared.flow(job)[-1]["comment"])) == ("", "Đã ghi nhận")
    assert shared.report("hatt.vp", job, "", "Đề nghị khẩn trương") is True
    for status, comment in (("", ""), ("99", "x"), ("xong", "x")):
        with pytest.raises(RefusedByServerError, match="error_invalid_parameter"):
            shared.report("dungdq.nv", job, status, comment)


@pytest.mark.covers("LC-05")
def test_the_exact_text_of_a_state_is_shown(stage: Stage) -> None:
    job = stage.give()
    codes = {row["name"]: row["value"] for row in stage["tdcd"].get("job/getliststatus/TINHTRANGCONGVIEC")}
    stage.report("tdcd", job, codes["Đang thực hiện quá hạn"])
    (row,) = stage["tdcd"].post("job/getlistjobdagiao", {"pageNo": 1, "pageRec": 10, "param": ""})
    assert row["status"] == "Đang thực hiện quá hạn"
    assert stage["tdcd"].get(f"job/getdetailjobdagiao/{job}")["status"] == "Đang thực hiện quá hạn"


def test_the_lists_of_codes(shared: Stage) -> None:
    names = [row["name"] for row in shared["tdcd"].get("job/getliststatus/DANHGIACONGVIEC")]
    assert names == ["Đạt", "Không đạt", "Không đồng ý gia hạn", "Kết thúc công việc", "Mở lại"]
    assert shared["tdcd"].get("job/getliststatus/MUCDOCONGVIEC")[0] == {"name": "Thường", "value": 1}
    assert len(shared["tdcd"].get("job/getliststatus/TRANGTHAITIMKIEM")) > 1
    with pytest.raises(RefusedByServerError, match="error_data_not_found"):
        shared["tdcd"].get("job/getliststatus/MAU")


@pytest.mark.covers("LC-16", "LC-22", "HC-12")
@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("hatt.vp", True),
        ("minhnv.vp", True),
        ("sonlq.ubnd", True),
        ("lanpt.vp", False),
        ("dungdq.nv", False),
        ("tdcd", True),
    ],
)
def test_who_judges(shared: Stage, who: str, may: bool) -> None:
    job = shared.give()
    body = {"id": job, "danhGia": "2", "noiDung": "Thiếu số liệu"}
    if not may:
        with pytest.raises(RefusedByServerError, match=DENIED):
            shared[who].post("job/evaluatejob", body)
        return
    assert shared[who].post("job/evaluatejob", body) is True
    entry = shared.flow(job)[-1]
    assert (entry["danhGia"], plain(entry["comment"]), entry["status"], entry["action"]) == (
        "2",
        "Thiếu số liệu",
        "",
        "Đánh giá",
    )
    detail = shared["tdcd"].get(f"job/getdetailjobdagiao/{job}")
    assert (detail["statusDanhGia"], plain(detail["noiDungDanhGia"])) == ("2", "Thiếu số liệu")
    with pytest.raises(RefusedByServerError, match="danhGia"):
        shared[who].post("job/evaluatejob", body | {"danhGia": "9"})


@pytest.mark.covers("LC-23", "DT-12")
def test_consent_to_an_extension_moves_the_deadline_and_is_told(shared: Stage) -> None:
    job = shared.give()
    shared.report("dungdq.nv", job, "32", "đến ngày 15/12/2026: chờ số liệu")
    body = {"id": job, "expireDate": "15/12/2026", "comment": "Đồng ý"}
    with pytest.raises(RefusedByServerError, match=DENIED):
        shared["dungdq.nv"].put("job/updatejob", body)
    assert shared["minhnv.vp"].put("job/updatejob", body) is True
    entry = shared.flow(job)[-1]
    assert (entry["hanMoi"], entry["userId"], plain(entry["comment"])) == ("15/12/2026", "1003", "Đồng ý")
    assert {line["endDate"] for line in shared.lines(job)} == {"15/12/2026"}
    detail = shared["tdcd"].get(f"job/getdetailjobdagiao/{job}")
    assert (detail["ngayHetHan"], plain(detail["name"])) == ("15/12/2026", "Rà soát biên chế & tổ chức")


def test_rewriting_a_job_leaves_the_deadline(stage: Stage) -> None:
    job = stage.give()
    assert (
        stage["tdcd"].put("job/updatejob", {"id": job, "name": "Tên mới", "content": "Nội dung mới"}) is True
    )
    entry = stage.flow(job)[-1]
    assert (entry["action"], entry["hanMoi"]) == ("Cập nhật công việc", "")
    rows = stage["tdcd"].post("job/getlistjobdagiao", {"pageNo": 1, "pageRec": 10, "param": "nội dung mới"})
    assert [(row["id"], row["endDate"]) for row in rows] == [(job, "30/11/2026")]


@pytest.mark.covers("LC-25")
def test_handing_over_deletes_lines_for_good_and_cancels_below(stage: Stage) -> None:
    job = stage.give()
    line = stage.lines(job)[0]["nxlId"]
    child_body = {
        "name": "Việc con",
        "content": "",
        "users": [{"userId": "1007", "vaiTro": "1"}],
        "hanXuLy": "",
    }
    child = stage["dungdq.nv"].post("job/createjob", child_body | {"parentId": job, "parentNxlId": line})
    new = {"id": job, "units": [{"unitId": "5", "vaiTro": "1"}, {"unitId": "4", "vaiTro": "2"}], "users": []}
    with pytest.raises(RefusedByServerError, match=DENIED):
        stage["dungdq.nv"].post("job/updateassign", new)
    assert stage["hatt.vp"].post("job/updateassign", new) is True
    assert {(row["unitId"], row["vaiTro"]) for row in stage.lines(job)} == {("4", "2"), ("5", "1")}
    (row,) = stage["hungbv.nv"].post("job/getlistjobduocgiao", {"pageNo": 1, "pageRec": 10, "param": ""})
    assert (row["id"], row["status"]) == (child, "Đã hủy")
    with pytest.raises(RefusedByServerError, match=DENIED):
        stage["dungdq.nv"].get(f"job/getdetailjobdagiao/{job}")


@pytest.mark.covers("F44")
def test_the_assigner_hears_of_everything_but_its_own_doing(stage: Stage) -> None:
    job = stage.give()
    stage.report("tdcd", job, "21")
    stage["tdcd"].post("incommingdocument/sendcomment", {"docId": "70001", "comment": "Của chính mình"})
    stage["tdcd"].post("job/evaluatejob", {"id": job, "danhGia": "5", "noiDung": ""})
    assert stage.notices("tdcd") == []
    stage.report("dungdq.nv", job, "34")
    stage["hatt.vp"].post("job/evaluatejob", {"id": job, "danhGia": "1", "noiDung": ""})
    stage["hatt.vp"].put("job/updatejob", {"id": job, "expireDate": "20/12/2026"})
    stage["minhnv.vp"].post("incommingdocument/sendcomment", {"docId": "70001", "comment": "Lưu ý"})
    told = stage.notices("tdcd")
    assert [int(row["id"]) for row in told] == sorted((int(row["id"]) for row in told), reverse=True)
    packed = [dict(part.split("=") for part in row["parameter"].split(";")) for row in told]
    assert [(row["idThongTin"], row["idCongViec"]) for row in packed] == [
        ("70001", "null"),
        ("null", job),
        ("null", job),
        ("null", job),
    ]
    assert packed[-1]["nxlId"] == stage.lines(job)[0]["nxlId"]
    assert [row["type"] for row in told] == ["2", "3", "3", "3"]
    assert {row["link"] for row in told} == {"null"}


def test_units_hear_what_is_given_to_them_and_may_mark_it_read(stage: Stage) -> None:
    job = stage.give()
    for who in ("dungdq.nv", "maivt.nv", "thanhlh.tc"):
        (notice,) = stage.notices(who)
        assert f"idCongViec={job};" in notice["parameter"]
        assert notice["isRead"] == "false"
    assert stage.notices("hungbv.nv") == stage.notices("yenht.yt") == []
    (notice,) = stage.notices("dungdq.nv")
    assert stage["dungdq.nv"].post("notifycation/setreadnotify", {"id": notice["id"]}) == "TRUE"
    detail = stage["dungdq.nv"].get(f"notifycation/getdetailnotify/{notice['id']}")
    assert (detail["isRead"], detail["parameter"]["idCongViec"]) == ("true", job)
    with pytest.raises(RefusedByServerError, match="error_data_not_found"):
        stage["yenht.yt"].get(f"notifycation/getdetailnotify/{notice['id']}")


def test_a_stranger_sees_nothing_of_a_job(shared: Stage) -> None:
    job = shared.give()
    for path in (
        "getdetailjobdagiao",
        "getlistjobflow",
        "getlistprocesser",
        "getlistchildjob",
        "getlistfile",
    ):
        with pytest.raises(RefusedByServerError, match=DENIED):
            shared["longtv.lc"].get(f"job/{path}/{job}")
        with pytest.raises(RefusedByServerError, match="error_data_not_found"):
            shared["tdcd"].get(f"job/{path}/999")


def test_reports_count_as_numbers_and_as_texts(stage: Stage) -> None:
    for lead, status in (("3", "23"), ("4", "2"), ("5", "")):
        job = stage.give(lead=lead, also=())
        if status:
            stage.report("tdcd", job, status)
    stage.sandbox.post("/__sandbox__/clock", {"now": "2026-12-02T08:00:00"})
    assert stage["tdcd"].get("report/jobreport/11") == {
        "total": 3,
        "chuaThucHien": 1,
        "dangThucHien": 1,
        "daThucHien": 1,
        "quaHan": 2,
        "dungHan": 1,
    }
    assert stage["tdcd"].get("report/jobreport/10-2026")["total"] == 0
    assert stage["minhnv.vp"].get("report/documentreport")["diBanHanh"] == "5"
