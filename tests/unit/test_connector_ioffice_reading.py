"""The four streams as an engine drives them: what is asked, in which order, where the cursor moves.

Excluded: decoding, and anything the conformance suite checks against the sandbox.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import orjson
import pytest
import responses

from connector.errors import ListingUnreadable, SystemAway
from connector.ioffice.client import IOfficeConnector
from connector.port import Stream
from connector.records import Kind
from connector.seen import Seen
from errors import RetryLater, SkipRecord
from tests.conformance.suite import Memory
from tests.ioffice_bodies import (
    CONTACTS,
    DOCUMENT_ROW,
    JOB_ROW,
    UNIT_BLOB,
    Imitation,
    connector,
    refused,
)

SEARCH = "document/getlistlookupbyparam"
NOTICES = "notifycation/getlistnotify/v2"
GIVEN = "job/getlistjobdagiao"


@pytest.fixture
def site() -> Iterator[Imitation]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield Imitation(mock)


def rows(count: int, first: int = 70001, day: str = "16/11/2026") -> list[dict[str, Any]]:
    return [{**DOCUMENT_ROW, "id": str(first + n), "ngayVanBan": day} for n in range(count)]


def with_rows(site: Imitation, listed: list[dict[str, Any]]) -> None:
    site.paged(SEARCH, lambda: listed)
    for row in listed:
        site.document(row["id"])


def pull(edge: IOfficeConnector, memory: Memory, stream: Stream) -> list[str]:
    return [raw.remote_id for raw in memory.pull(edge, stream)]


@pytest.mark.covers("LC-01")
def test_the_search_sends_all_nineteen_keys_newest_first(site: Imitation) -> None:
    with_rows(site, rows(1))
    pull(connector(), Memory(), Stream.DOCUMENTS)
    body = site.bodies(SEARCH)[0]
    assert (body["pageNo"], body["pageRec"]) == ("1", "100")
    parameter = body["parameter"]
    assert (parameter.pop("fieldSort"), parameter.pop("sort")) == ("ngayVanBan", "DESC")
    assert len(parameter) == 17
    assert set(parameter.values()) == {""}
    assert {"trichYeu", "soKyHieu", "startDateBanHanh", "endDateHanXuLy", "txtToanVan"} <= set(parameter)


def test_a_changed_document_costs_its_detail_log_and_files_and_the_rest_nothing(site: Imitation) -> None:
    listed = rows(30)
    with_rows(site, listed)
    edge, memory = connector(), Memory()
    assert len(pull(edge, memory, Stream.DOCUMENTS)) == 30
    listed[3] = {**listed[3], "soKihieu": "12a/CT-UBND"}
    before = edge.requests_sent
    assert pull(edge, memory, Stream.DOCUMENTS) == ["70004"]
    assert edge.requests_sent - before == 5
    assert pull(edge, memory, Stream.DOCUMENTS) == []
    assert edge.requests_sent - before == 6


def test_the_body_holds_the_answers_as_they_came(site: Imitation) -> None:
    with_rows(site, rows(1))
    memory = Memory()
    pull(connector(), memory, Stream.DOCUMENTS)
    body = orjson.loads(memory.records[Kind.DOCUMENT, "70001"].body)
    assert set(body) == {"detail", "log", "files", "related"}
    assert body["detail"]["trichYeu"] == "Chỉ thị về tài sản công &amp; biên chế"


@pytest.mark.covers("F42")
def test_records_are_handed_on_in_small_batches(site: Imitation) -> None:
    with_rows(site, rows(45))
    pages = list(connector().changes(Stream.DOCUMENTS, None, lambda *_: ()))
    assert [len(page.records) for page in pages] == [20, 20, 5, 0]
    assert [page.cursor for page in pages] == [None, None, None, '{"day":"2026-11-16"}']


def test_an_unchanged_large_site_costs_one_page(site: Imitation) -> None:
    old = [*rows(90), *rows(60, first=80001, day="01/11/2026")]
    with_rows(site, old)
    edge, memory = connector(), Memory()
    pull(edge, memory, Stream.DOCUMENTS)
    before = edge.requests_sent
    assert pull(edge, memory, Stream.DOCUMENTS) == []
    assert edge.requests_sent - before == 1


@pytest.mark.covers("F06")
def test_a_document_committed_late_under_an_older_date_is_found_within_the_overlap(site: Imitation) -> None:
    listed = [*rows(60), *rows(60, first=80001, day="14/11/2026"), *rows(60, first=90001, day="01/11/2026")]
    with_rows(site, listed)
    edge, memory = connector(page_size=50), Memory()
    pull(edge, memory, Stream.DOCUMENTS)
    late = {**DOCUMENT_ROW, "id": "99999", "ngayVanBan": "13/11/2026"}
    site.document("99999")
    listed.insert(120, late)
    before = edge.requests_sent
    assert pull(edge, memory, Stream.DOCUMENTS) == ["99999"]
    assert edge.requests_sent - before <= 3 + 4 + 1


@pytest.mark.covers("F05", "F09")
def test_many_documents_of_one_day_are_each_read_once(site: Imitation) -> None:
    with_rows(site, rows(250))
    edge, memory = connector(), Memory()
    found = pull(edge, memory, Stream.DOCUMENTS)
    assert sorted(found) == [str(70001 + n) for n in range(250)]
    assert pull(edge, memory, Stream.DOCUMENTS) == []


@pytest.mark.covers("F05")
def test_a_crash_between_two_pages_loses_and_doubles_nothing(site: Imitation) -> None:
    with_rows(site, rows(45))
    edge, memory = connector(), Memory()
    pages = edge.changes(Stream.DOCUMENTS, None, memory.known)
    memory.keep(next(pages))
    del pages
    assert memory.cursors == {}
    rest = pull(edge, memory, Stream.DOCUMENTS)
    assert len(rest) == 25
    assert len(memory.records) == 45


@pytest.mark.covers("F08")
def test_a_list_that_is_not_sorted_is_read_to_its_end(site: Imitation) -> None:
    listed = [*rows(50, first=90001, day="01/10/2026"), *rows(50)]
    with_rows(site, listed)
    edge, memory = connector(page_size=40), Memory()
    pull(edge, memory, Stream.DOCUMENTS)
    new = {**DOCUMENT_ROW, "id": "71000", "ngayVanBan": "17/11/2026"}
    site.document("71000")
    listed.append(new)
    listed.insert(0, {**DOCUMENT_ROW, "id": "71001", "ngayVanBan": "02/09/2026"})
    site.document("71001")
    assert set(pull(edge, memory, Stream.DOCUMENTS)) == {"71000", "71001"}
    assert memory.cursors[Stream.DOCUMENTS] == '{"day":"2026-11-17"}'


@pytest.mark.covers("M40")
@pytest.mark.parametrize("day", ["31/12/2099", "25/11/2026", "99/99/9999", "null"])
def test_a_day_in_the_future_or_of_no_calendar_moves_no_cursor(site: Imitation, day: str) -> None:
    with_rows(site, [*rows(1, first=90001, day=day), *rows(1)])
    memory = Memory()
    assert set(pull(connector(), memory, Stream.DOCUMENTS)) == {"90001", "70001"}
    assert memory.cursors[Stream.DOCUMENTS] == '{"day":"2026-11-16"}'


@pytest.mark.parametrize("cursor", ["", "{", "null", '{"day": "gestern"}', "[]", '"x"'])
def test_a_cursor_that_cannot_be_read_means_from_the_beginning(site: Imitation, cursor: str) -> None:
    with_rows(site, rows(3))
    site.paged(NOTICES, list)
    site.paged(GIVEN, list)
    edge = connector()
    assert sum(len(page.records) for page in edge.changes(Stream.DOCUMENTS, cursor, lambda *_: ())) == 3
    assert [page.cursor for page in edge.changes(Stream.ACTIVITY, cursor, lambda *_: ())] == [
        '{"notice":0,"recent":[]}'
    ]


@pytest.mark.covers("F10")
def test_a_failing_page_raises_and_moves_no_cursor(site: Imitation) -> None:
    with_rows(site, rows(120))
    edge, memory = connector(), Memory()
    site.mock.remove(responses.POST, f"{edge._transport._base}api/{SEARCH}/")
    site.raw("POST", SEARCH, refused("error_system", "bận"))
    with pytest.raises(SystemAway):
        pull(edge, memory, Stream.DOCUMENTS)
    assert memory.cursors == {}


@pytest.mark.covers("F25")
def test_one_document_that_cannot_be_read_does_not_stop_the_others(site: Imitation) -> None:
    site.paged(SEARCH, lambda: rows(3))
    site.document("70001")
    site.raw(
        "GET", "document/getdetaildocument", refused("error_permission_denied", "Không có quyền"), "70002"
    )
    site.document("70003")
    edge, memory = connector(), Memory()
    assert pull(edge, memory, Stream.DOCUMENTS) == ["70001", "70002", "70003"]
    poison = memory.records[Kind.DOCUMENT, "70002"]
    with pytest.raises(SkipRecord, match="Không có quyền"):
        edge.decode(poison)
    assert poison.fingerprint == ""
    assert pull(edge, memory, Stream.DOCUMENTS) == ["70002"]


def test_a_document_that_went_away_meanwhile_is_nothing(site: Imitation) -> None:
    site.paged(SEARCH, lambda: rows(2))
    site.document("70001")
    site.raw("GET", "document/getdetaildocument", refused("1", "document_recovered"), "70002")
    assert pull(connector(), Memory(), Stream.DOCUMENTS) == ["70001"]


@pytest.mark.covers("M41")
def test_pages_that_repeat_spoil_the_listing(site: Imitation) -> None:

    def stuck(request: Any) -> tuple[int, dict[str, str], bytes]:
        size = orjson.loads(request.body)["pageRec"]
        page = [{**JOB_ROW, "id": str(n)} for n in range(size)]
        return (
            200,
            {"Content-Type": "application/json"},
            orjson.dumps({"status": {"code": "0"}, "data": page}),
        )

    site.mock.add_callback(responses.POST, f"{connector()._transport._base}api/{GIVEN}/", callback=stuck)
    with pytest.raises(ListingUnreadable) as caught:
        list(connector(page_size=10).listing(Stream.ACTIVITY, lambda _, known: {row[0] for row in known}))
    assert isinstance(caught.value, RetryLater)


@pytest.mark.covers("M42")
def test_an_id_twice_in_one_list_spoils_it(site: Imitation) -> None:
    site.add("GET", "getcontacts", [CONTACTS[1], CONTACTS[1]])
    site.add("GET", "shared/unit/get_all", UNIT_BLOB + "\n\n" + UNIT_BLOB)
    for stream in (Stream.ACCOUNTS, Stream.UNITS):
        with pytest.raises(ListingUnreadable, match="twice"):
            list(connector().listing(stream, lambda *_: ()))


@pytest.mark.covers("M43", "F48")
@pytest.mark.parametrize("data", ["TRUE", {"rows": []}, [1, 2], [None]])
def test_a_list_of_another_shape_never_looks_empty(site: Imitation, data: object) -> None:
    for path in (SEARCH, GIVEN, NOTICES):
        site.add("POST", path, data)
    site.add("GET", "getcontacts", data)
    site.add("GET", "shared/unit/get_all", [] if data == "TRUE" else data)
    for stream in Stream:
        with pytest.raises(ListingUnreadable):
            list(connector().listing(stream, lambda *_: ()))


@pytest.mark.covers("LC-11")
def test_units_and_accounts_come_whole_with_one_request_and_only_what_changed(site: Imitation) -> None:
    site.add("GET", "shared/unit/get_all", UNIT_BLOB)
    site.add("GET", "getcontacts", CONTACTS)
    edge, memory = connector(), Memory()
    assert memory.listing(edge, Stream.UNITS)[1] == frozenset({"1", "9"})
    assert memory.listing(edge, Stream.ACCOUNTS)[1] == frozenset({"8008", "8009"})
    assert edge.requests_sent == 3
    changed = [CONTACTS[0], {**CONTACTS[1], "position": "Phó Giám đốc"}, CONTACTS[2]]
    site.mock.replace(
        "GET", f"{edge._transport._base}api/getcontacts/", json={"status": {"code": "0"}, "data": changed}
    )
    records, listed = memory.listing(edge, Stream.ACCOUNTS)
    assert ([raw.remote_id for raw in records], listed) == (["8008"], frozenset({"8008", "8009"}))


# --- activity


def notice(number: int, document: str = "", job: str = "", kind: str = "3") -> dict[str, Any]:
    packed = f"isChuTri=FALSE;idThongTin={document or 'null'};idCongViec={job or 'null'};nxlId=null"
    return {"id": str(number), "type": kind, "title": "x", "link": "null", "parameter": packed}


def test_the_first_reading_takes_the_newest_notice_and_lists_all_work_items(site: Imitation) -> None:
    site.paged(NOTICES, lambda: [notice(12, job="501"), notice(11)])
    site.paged(GIVEN, lambda: [JOB_ROW])
    site.job()
    edge, memory = connector(), Memory()
    assert pull(edge, memory, Stream.ACTIVITY) == ["501"]
    assert memory.cursors[Stream.ACTIVITY] == '{"notice":12,"recent":[11,12]}'
    assert site.bodies(GIVEN)[0] == {
        "pageNo": 1,
        "pageRec": 100,
        "name": "",
        "param": "",
        "status": "",
        "coquan": -1,
    }
    before = edge.requests_sent
    assert pull(edge, memory, Stream.ACTIVITY) == []
    assert edge.requests_sent - before == 1


def test_each_thing_named_by_new_notices_is_read_once(site: Imitation) -> None:
    listed = [
        notice(17, job="501"),
        notice(16, document="70001", kind="2"),
        notice(15, job="501"),
        notice(14, kind="5"),
        notice(12, job="999"),
    ]
    site.paged(NOTICES, lambda: listed)
    site.job()
    site.document()
    memory = Memory(cursors={Stream.ACTIVITY: '{"notice":12,"recent":[12]}'})
    edge = connector()
    assert pull(edge, memory, Stream.ACTIVITY) == ["501", "70001"]
    assert edge.requests_sent == 1 + 1 + 3 + 4
    assert Seen.from_text(memory.cursors[Stream.ACTIVITY]) == Seen(17, frozenset({12, 14, 15, 16, 17}))


def test_a_notice_that_names_nothing_only_moves_the_cursor(site: Imitation) -> None:
    site.paged(NOTICES, lambda: [notice(13, kind="6", job="501"), notice(12)])
    memory = Memory(cursors={Stream.ACTIVITY: '{"notice":12}'})
    assert pull(connector(), memory, Stream.ACTIVITY) == []
    assert '"notice":13' in memory.cursors[Stream.ACTIVITY]


@pytest.mark.covers("F06")
def test_a_notice_that_becomes_visible_late_is_not_lost(site: Imitation) -> None:
    listed = [notice(20), notice(18)]
    site.paged(NOTICES, lambda: listed)
    site.job()
    edge = connector()
    memory = Memory(cursors={Stream.ACTIVITY: '{"notice":20,"recent":[18,20]}'})
    assert pull(edge, memory, Stream.ACTIVITY) == []
    listed.insert(1, notice(19, job="501"))
    assert pull(edge, memory, Stream.ACTIVITY) == ["501"]
    assert pull(edge, memory, Stream.ACTIVITY) == []


@pytest.mark.covers("F22")
def test_a_long_backlog_is_worked_off_oldest_first_and_the_cursor_moves_along(site: Imitation) -> None:
    listed = [notice(1000 - n, job=str(9000 - n)) for n in range(250)]
    site.paged(NOTICES, lambda: listed)
    for row in listed:
        job_id = row["parameter"].split("idCongViec=")[1].split(";")[0]
        site.job(job_id)
    edge = connector()
    pages = list(edge.changes(Stream.ACTIVITY, '{"notice":760}', lambda *_: ()))
    assert [len(page.records) for page in pages] == [20] * 12
    cursors = [Seen.from_text(page.cursor) for page in pages]
    assert [seen.top for seen in cursors if seen] == list(range(780, 1001, 20))
    assert pages[0].records[0].remote_id == "8761"
    assert len(site.bodies(NOTICES)) == 3


def test_notices_out_of_order_are_all_read(site: Imitation) -> None:
    listed = [notice(5), *(notice(n, job="501") for n in (30, 10, 20)), notice(4)]
    site.paged(NOTICES, lambda: listed)
    site.job()
    memory = Memory(cursors={Stream.ACTIVITY: '{"notice":6}'})
    assert pull(connector(), memory, Stream.ACTIVITY) == ["501"]
    assert Seen.from_text(memory.cursors[Stream.ACTIVITY]) == Seen(30, frozenset({10, 20, 30}))


def test_an_installation_whose_list_tells_no_parameters_is_asked_for_each_notice(site: Imitation) -> None:
    bare = {"id": "13", "type": "3", "title": "x", "link": "null", "createdDate": "16/11/2026"}
    site.paged(NOTICES, lambda: [bare])
    site.add(
        "GET",
        "notifycation/getdetailnotify",
        {"type": "3", "parameter": {"idCongViec": 501, "nxlId": "901"}},
        "13",
    )
    site.job()
    memory = Memory(cursors={Stream.ACTIVITY: '{"notice":12}'})
    assert pull(connector(), memory, Stream.ACTIVITY) == ["501"]


@pytest.mark.covers("M38")
def test_a_work_item_of_somebody_else_is_handed_on_as_unreadable_not_as_gone(site: Imitation) -> None:
    site.paged(NOTICES, lambda: [notice(13, job="501")])
    site.raw("GET", "job/getdetailjobdagiao", refused("error_permission_denied", "Không có quyền"), "501")
    edge, memory = connector(), Memory(cursors={Stream.ACTIVITY: '{"notice":12}'})
    assert pull(edge, memory, Stream.ACTIVITY) == ["501"]
    with pytest.raises(SkipRecord):
        edge.decode(memory.records[Kind.JOB, "501"])


def test_a_work_item_read_because_of_a_notice_is_known_in_the_listing(site: Imitation) -> None:
    site.paged(NOTICES, lambda: [notice(13, job="501")])
    site.paged(GIVEN, lambda: [JOB_ROW])
    site.job()
    edge, memory = connector(), Memory(cursors={Stream.ACTIVITY: '{"notice":12}'})
    pull(edge, memory, Stream.ACTIVITY)
    assert memory.listing(edge, Stream.ACTIVITY) == ([], frozenset({"501"}))


@pytest.mark.covers("LC-01")
def test_no_call_with_a_side_effect_is_ever_made_by_reading(site: Imitation) -> None:
    with_rows(site, rows(2))
    site.paged(NOTICES, lambda: [notice(13, job="501", document="70001")])
    site.paged(GIVEN, lambda: [JOB_ROW])
    site.job()
    site.add("GET", "getcontacts", CONTACTS)
    site.add("GET", "shared/unit/get_all", UNIT_BLOB)
    site.add("GET", "getuserinfo", {"userId": 1000, "userName": "x"}, "me")
    for kind in ("TINHTRANGCONGVIEC", "DANHGIACONGVIEC"):
        site.add("GET", "job/getliststatus", [{"name": "Đạt", "value": 1}], kind)
    edge, memory = connector(), Memory(cursors={Stream.ACTIVITY: '{"notice":12}'})
    for stream in Stream:
        pull(edge, memory, stream)
        memory.listing(edge, stream)
    edge.probe()
    allowed = (
        "get",
        "login",
        "document/get",
        "file/get",
        "job/get",
        "notifycation/get",
        "shared/unit/get_all",
    )
    for request in site.sent():
        assert request.path_url.split("/api/")[1].startswith(allowed)


@pytest.mark.covers("F39")
def test_the_probe_counts_blank_marks_and_says_what_is_odd(site: Imitation) -> None:
    listed = [*rows(1, first=70001, day="01/11/2026"), *rows(2, first=70002)]
    site.paged(SEARCH, lambda: listed)
    site.document("70001")
    site.document("70002", doMat="null")
    site.raw("GET", "document/getdetaildocument", refused("error_permission_denied", "no"), "70003")
    site.add("GET", "getuserinfo", {"userId": 1000, "userName": "Tài khoản tích hợp", "unitName": "VP"}, "me")
    site.add("GET", "job/getliststatus", [{"name": "Đang làm", "value": 2}], "TINHTRANGCONGVIEC")
    site.add("GET", "job/getliststatus", [{"name": "Đạt", "value": 1}], "DANHGIACONGVIEC")
    found = connector().probe()
    assert (found.documents_seen, found.documents_without_mark) == (2, 1)
    assert found.account == "Tài khoản tích hợp (1000), VP"
    assert (found.statuses, found.evaluations) == ({"2": "Đang làm"}, {"1": "Đạt"})
    assert any("not sorted" in note for note in found.notes)
    assert any("1 of the newest documents could not be read" in note for note in found.notes)
    assert found.server_time is None


def test_since_bounds_the_search(site: Imitation) -> None:
    with_rows(site, rows(1))
    pull(connector(since=date(2026, 1, 5)), Memory(), Stream.DOCUMENTS)
    assert site.bodies(SEARCH)[0]["parameter"]["startDateBanHanh"] == "05/01/2026"
