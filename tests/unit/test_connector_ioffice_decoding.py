"""Whole records of the dialect, decoded from answers as they are captured; every odd habit once.

Excluded: single values (test_connector_ioffice_values.py) and how bodies are come by.
"""

from __future__ import annotations

import contextlib
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.ioffice.decoding import decode
from connector.ioffice.fingerprints import document_fingerprint, job_fingerprint
from connector.raw_records import raw_record
from connector.records import (
    AccountRecord,
    DirectiveRecord,
    DocumentState,
    FileRef,
    JobRecord,
    Kind,
    LineRole,
    UnitRecord,
)
from errors import SkipRecord
from tests.ioffice_bodies import (
    CONTACTS,
    DOCUMENT_DETAIL,
    DOCUMENT_LOG,
    DOCUMENT_ROW,
    FILES,
    JOB_DETAIL,
    JOB_FLOW,
    JOB_LINES,
    JOB_ROW,
    RELATED,
)

VN = ZoneInfo("Asia/Ho_Chi_Minh")


def document(**detail: object) -> DirectiveRecord:
    bundle = {
        "detail": {**DOCUMENT_DETAIL, **detail},
        "log": DOCUMENT_LOG,
        "files": FILES,
        "related": RELATED,
    }
    record = decode(raw_record(Kind.DOCUMENT, "70001", bundle))
    assert isinstance(record, DirectiveRecord)
    return record


def job(lines: object = JOB_LINES, flow: object = JOB_FLOW, **detail: object) -> JobRecord:
    bundle = {"detail": {**JOB_DETAIL, **detail}, "flow": flow, "lines": lines}
    record = decode(raw_record(Kind.JOB, "501", bundle))
    assert isinstance(record, JobRecord)
    return record


@pytest.mark.covers("LC-01")
def test_a_document_is_decoded_whole() -> None:
    found = document()
    assert (found.remote_id, found.number, found.doc_type) == ("70001", "12/CT-UBND", "Chỉ thị")
    assert found.subject == "Chỉ thị về tài sản công & biên chế"
    assert (found.issuer, found.issued_on) == ("UBND tỉnh Sông Lam", date(2026, 11, 16))
    assert found.state is DocumentState.ISSUED
    assert (found.signer, found.drafter, found.drafter_unit) == ("Lê Quang Sơn", "1003", "Phòng Tổng hợp")
    assert (found.secrecy, found.urgency, found.note) == ("Thường", "Khẩn", "Theo dõi <báo cáo>")


def test_a_deadline_that_stands_only_in_the_log_is_found_there() -> None:
    assert document().due_text == "30/11/2026"
    assert document(hanGiaiQuyet="25/11/2026").due_text == "25/11/2026"


def test_files_have_unknown_sizes_where_the_system_talks_nonsense() -> None:
    assert document().files == (
        FileRef("3", "Bảng phân công.xlsx", 5848, "Nguyễn Văn Minh"),
        FileRef("7", "Chỉ thị.pdf", None, ""),
        FileRef("12", "Báo cáo.pdf", None, "Vũ Thị Mai", related=True),
    )


def test_the_log_is_unpacked_from_its_blocks() -> None:
    first, second = document().log
    assert first.at == datetime(2026, 11, 16, 10, 0, tzinfo=VN)
    assert (first.actor, first.actor_name, first.unit) == ("1003", "Nguyễn Văn Minh", "Văn phòng UBND tỉnh")
    assert (first.action, first.comment) == ("Phát hành", "Đã phát hành.\nHạn xử lý: 30/11/2026")
    assert (second.at, second.comment) == (None, "Ý kiến")


def test_log_lines_have_stable_ids_although_the_system_gives_none() -> None:
    line = DOCUMENT_LOG[0]["parameter"][0]
    log = [{**DOCUMENT_LOG[0], "parameter": [line, line]}]
    longer = [{**DOCUMENT_LOG[0], "parameter": [line, line, {**line, "comment": "mới"}]}]

    def ids(blocks: Any) -> list[str]:
        record = decode(raw_record(Kind.DOCUMENT, "70001", {"detail": DOCUMENT_DETAIL, "log": blocks}))
        assert isinstance(record, DirectiveRecord)
        return [entry.entry_id for entry in record.log]

    assert len(set(ids(log))) == 2
    assert ids(longer)[:2] == ids(log)
    assert len(set(ids(longer))) == 3


def test_a_document_without_number_or_day_is_a_draft() -> None:
    assert document(soKiHieu="null").state is DocumentState.DRAFT
    assert document(ngayBanHanh="").state is DocumentState.DRAFT


def test_recall_needs_the_flag_and_the_log() -> None:
    recalled = [
        *DOCUMENT_LOG,
        {"unit": "x", "parameter": [{"action": "Thu hồi", "updateDate": "17/11/2026"}]},
    ]

    def state(flag: object, log: object) -> DocumentState:
        bundle = {"detail": {**DOCUMENT_DETAIL, "layLai": flag}, "log": log}
        record = decode(raw_record(Kind.DOCUMENT, "70001", bundle))
        assert isinstance(record, DirectiveRecord)
        return record.state

    assert state("TRUE", recalled) is DocumentState.RECALLED
    assert state("TRUE", DOCUMENT_LOG) is DocumentState.ISSUED
    assert state("FALSE", recalled) is DocumentState.ISSUED


@pytest.mark.covers("LC-02")
@pytest.mark.parametrize(
    ("mark", "shown"), [("Mật", "Mật"), ("", ""), (None, ""), ("null", ""), ("M&#7853;t", "Mật")]
)
def test_the_mark_is_handed_on_as_shown_and_a_gap_stays_a_gap(mark: object, shown: str) -> None:
    assert document(doMat=mark).secrecy == shown


@pytest.mark.covers("M36", "F48")
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ngayBanHanh": "30/02/2026"}, "ngayBanHanh"),
        ({"id": 70002}, "id"),
        ({"soKiHieu": {"a": 1}}, "text"),
    ],
)
def test_a_document_that_cannot_be_read_names_the_field(change: dict[str, object], field: str) -> None:
    with pytest.raises(SkipRecord, match=field):
        document(**change)


def test_an_unread_record_is_refused_with_its_reason() -> None:
    bundle = {"detail": DOCUMENT_DETAIL, "row": DOCUMENT_ROW, "unread": "file/getfileattach: no right."}
    for kind in (Kind.DOCUMENT, Kind.JOB):
        with pytest.raises(SkipRecord, match="no right"):
            decode(raw_record(kind, "70001", bundle))


def test_a_work_item_is_decoded_whole_and_its_history_sorted() -> None:
    found = job()
    assert (found.name, found.document_id, found.due) == ("Rà soát biên chế", "70001", date(2026, 11, 30))
    assert found.content == "Theo 12/CT-UBND & kế hoạch.\nMã theo dõi: TD-7F3K2M9QPX"
    assert (found.status_text, found.evaluation_code, found.cancelled) == ("Đang thực hiện", "", False)
    assert [action.entry_id for action in found.actions] == ["1", "2", "3"]
    report, moved = found.actions[1:]
    assert report.at == datetime(2026, 11, 17, 14, 5, 9, tzinfo=VN)
    assert (report.actor, report.posting, report.line_id) == ("1005", "8005", "901")
    assert (report.status_code, report.comment) == ("31", "Báo cáo <50%>")
    assert report.files == (FileRef("44", "Kết quả.pdf", 1200),)
    assert (moved.evaluation_code, moved.new_due) == ("2", date(2026, 12, 15))


@pytest.mark.covers("LC-04")
def test_lines_are_told_apart_by_code_and_id_never_by_label() -> None:
    lead, other = job().lines
    assert (lead.role, lead.unit_id, lead.user_id, lead.line_id) == (LineRole.LEAD, "3", "", "901")
    assert (lead.status_code, lead.status_text, lead.due) == ("2", "Đang thực hiện", date(2026, 11, 30))
    assert (other.role, other.unit_id, other.user_id) == (LineRole.COORDINATE, "", "1008")
    assert (other.status_code, other.due) == ("1", None)
    with pytest.raises(SkipRecord, match="vaiTro"):
        job(lines=[{**JOB_LINES[0], "vaiTro": "Chủ trì"}])


def test_a_cancelled_work_item_is_known_by_its_state() -> None:
    assert job(status="Đã hủy").cancelled
    assert job(status="Đã huỷ").cancelled


@pytest.mark.parametrize("gap", [{"updateDate": "null"}, {"id": ""}])
def test_history_without_time_or_id_is_refused(gap: dict[str, str]) -> None:
    with pytest.raises(SkipRecord, match="flow"):
        job(flow=[{**JOB_FLOW[0], **gap}])


def test_units_have_validity_and_successors_where_the_system_tells() -> None:
    block = {
        "ID": "9",
        "NAME": "Sở Kế hoạch: Đầu tư",
        "AGENT_ID": "so.khdt",
        "PARENT_ID": "1",
        "END_DATE": "28/02/2025",
        "REPLACED_BY": "4, 5",
    }
    assert decode(raw_record(Kind.UNIT, "9", block)) == UnitRecord(
        "9", "Sở Kế hoạch: Đầu tư", "1", "so.khdt", valid_to=date(2025, 2, 28), successors=("4", "5")
    )
    assert decode(raw_record(Kind.UNIT, "1", {"ID": "1", "NAME": "UBND"})) == UnitRecord("1", "UBND")
    with pytest.raises(SkipRecord, match="NAME"):
        decode(raw_record(Kind.UNIT, "1", {"ID": "1"}))


@pytest.mark.covers("LC-11")
def test_one_person_with_two_posts_is_two_accounts_with_one_user() -> None:
    found = [decode(raw_record(Kind.ACCOUNT, row["id"], row)) for row in CONTACTS[1:]]
    assert found == [
        AccountRecord(
            "8008", "1008", "Lý Hữu Thành", "Giám đốc", "4", "Sở Tài chính", "thanhlh@songlam.example", "0901"
        ),
        AccountRecord(
            "8009",
            "1008",
            "Lý Hữu Thành",
            "Phó Giám đốc (kiêm nhiệm)",
            "5",
            "Sở Y tế",
            "thanhlh@songlam.example",
            "0901",
            locked=True,
        ),
    ]


def test_reading_a_document_does_not_make_its_row_look_changed() -> None:
    read = {**DOCUMENT_ROW, "isRead": "TRUE", "isCheck": "1", "isComment": "true"}
    assert document_fingerprint(read) == document_fingerprint(DOCUMENT_ROW)
    for name, value in [
        ("trichYeu", "khác"),
        ("layLai", "true"),
        ("hasFile", "none"),
        ("ngayVanBan", "17/11/2026"),
    ]:
        assert document_fingerprint({**DOCUMENT_ROW, name: value}) != document_fingerprint(DOCUMENT_ROW)


def test_a_work_item_has_one_fingerprint_from_its_row_and_from_its_detail() -> None:
    assert job_fingerprint(JOB_ROW) == job_fingerprint(JOB_DETAIL)
    for name, value in [
        ("name", "khác"),
        ("status", "Đã hoàn thành"),
        ("endDate", "01/12/2026"),
        ("statusDanhGia", "1"),
    ]:
        assert job_fingerprint({**JOB_ROW, name: value}) != job_fingerprint(JOB_ROW)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False)
    | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.covers("F25", "M19")
@given(kind=st.sampled_from(list(Kind)), data=st.data())
def test_decoding_is_total_whatever_one_field_holds(kind: Kind, data: st.DataObject) -> None:
    bodies: dict[Kind, dict[str, Any]] = {
        Kind.DOCUMENT: {"detail": DOCUMENT_DETAIL, "log": DOCUMENT_LOG, "files": FILES, "related": RELATED},
        Kind.JOB: {"detail": JOB_DETAIL, "flow": JOB_FLOW, "lines": JOB_LINES},
        Kind.UNIT: {"ID": "9", "NAME": "Sở", "PARENT_ID": "1", "END_DATE": "28/02/2025"},
        Kind.ACCOUNT: CONTACTS[1],
    }
    body = orjson.loads(orjson.dumps(bodies[kind]))
    place = body
    while True:
        key = data.draw(
            st.sampled_from(sorted(place) if isinstance(place, dict) else list(range(len(place))))
        )
        if isinstance(place[key], dict | list) and place[key] and data.draw(st.booleans()):
            place = place[key]
            continue
        place[key] = data.draw(JSON)
        break
    remote_id = {Kind.DOCUMENT: "70001", Kind.JOB: "501"}.get(kind, "9")
    with contextlib.suppress(SkipRecord):
        assert decode(raw_record(kind, remote_id, body))
