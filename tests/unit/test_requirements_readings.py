"""Rows of the regulations that hold for one document, one result or one version of a regulation.

From what a document system shows to the words of a province, without store or network. Excludes what the
files of each room show for themselves.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from config.profile_files import load_profiles
from config.settings import DaemonSettings
from connector.opening import OPENERS
from connector.records import (
    AssignmentCells,
    DirectiveRecord,
    DocumentState,
    FileRef,
    JobAction,
    JobLine,
    JobRecord,
    LineRole,
)
from mappings.actions import ActionRules, events_of
from mappings.assignment import AssignRules, assign
from mappings.tables import rows_from_api
from mappings.units import UnitDirectory, UnitEntry
from store.tables import METADATA
from tests.tracking_histories import (
    BINHTHUAN,
    CALENDAR,
    DONGNAI,
    DONGTHAP,
    LAOCAI,
    TASK,
    TPHCM,
    assigned,
    at,
    did,
)
from tracking import events as e
from tracking.events import Event
from tracking.folding import fold
from tracking.obligations import obligations
from tracking.profile import Profile
from tracking.status import Family, Lateness, Verdict, derive

ROOT = Path(__file__).parents[2]
RULES = ActionRules(
    statuses={
        "2": "progress_reported",
        "31": "result_submitted",
        "32": "extension_asked",
        "33": "task_returned",
        "35": "difficulty_reported",
    },
    evaluations={"1": "result_approved", "2": "result_rejected"},
)
#: Names of formats that look like addresses; nobody calls them.
NAMESPACES = {
    "json-schema.org",
    "schemas.openxmlformats.org",
    "schemas.xmlsoap.org",
    "tempuri.org",
    "www.mic.gov.vn",
    "www.w3.org",
}
FILE = FileRef("f1", "bao-cao.pdf")
DIRECTIVE = DirectiveRecord(
    remote_id="901",
    number="05/TB-UBND",
    subject="Kết luận buổi làm việc",
    doc_type="Thông báo",
    issuer="UBND tỉnh Sông Lam",
    issued_on=date(2026, 3, 2),
    state=DocumentState.ISSUED,
)


def _happened(*actions: tuple[str, str, dict[str, Any]]) -> list[Event]:
    """The assignment and what a work item's entries (time, code, more) become."""
    lines = (JobLine("11", LineRole.LEAD, unit_id="D01"),)
    done = tuple(
        JobAction(str(n), at(when), **({"actor": "u-unit", "line_id": "11", "status_code": code} | more))
        for n, (when, code, more) in enumerate(actions, 1)
    )
    job = JobRecord("88", "Nhiệm vụ", "", lines=lines, actions=done)
    read = events_of(
        job, TASK, RULES, own_user="u-tdcd", may_review=lambda user, _at: user == "u-office", mine="11"
    )
    assert not read.problems
    return [assigned(), *read.events]


def _shown(profile: Profile, history: list[Event], as_of: datetime) -> Verdict:
    return derive(fold(history), profile, CALENDAR, as_of)


# ------------------------------------------------------------------ what units do, in their province's words


@pytest.mark.covers("BT-17")
def test_what_a_unit_records_fills_both_fields_of_binh_thuan() -> None:
    history = _happened(("5/3/2026", "2", {}), ("19/3/2026", "31", {"files": (FILE,)}))
    shown = [
        _shown(BINHTHUAN, history[:count], at(when)).texts
        for count, when in ((1, "4/3/2026"), (2, "6/3/2026"), (2, "21/3/2026"), (3, "21/3/2026"))
    ]
    assert shown == [
        ("chưa thực hiện", "trong hạn"),
        ("đang thực hiện", "trong hạn"),
        ("đang thực hiện", "quá hạn"),
        ("đã thực hiện", "trong hạn"),
    ]


@pytest.mark.covers("BT-20")
def test_a_returned_task_waits_for_the_office_with_its_reason_and_keeps_its_state() -> None:
    history = _happened(("5/3/2026", "33", {"comment": "Không thuộc chức năng của đơn vị"}))
    task = fold(history)
    assert task.returned_at == at("5/3/2026")
    (returned,) = [event for event in task.history if isinstance(event, e.TaskReturned)]
    assert returned.text == "Không thuộc chức năng của đơn vị"
    assert _shown(BINHTHUAN, history, at("6/3/2026")).texts == ("chưa thực hiện", "trong hạn")
    moved = [*history, did(e.TaskReassigned, "6/3/2026", lead="D02", lead_name="Sở khác")]
    assert fold(moved).returned_at is None
    assert [former.unit for former in fold(moved).former_leads] == ["D01"]


@pytest.mark.covers("HC-11", "DT-07")
@pytest.mark.parametrize(
    ("profile", "text"), [(TPHCM, "Đã xử lý đúng hạn"), (DONGTHAP, "Đã hoàn thành trong hạn")]
)
def test_the_electronic_file_decides_and_paper_that_comes_later_does_not(profile: Profile, text: str) -> None:
    """Both provinces keep paper beside it; the hour of the electronic sending is the only one counted."""
    assert profile.paper.parallel == "beside"
    approval = {"actor": "u-office", "evaluation_code": "1", "comment": "Bản giấy đến ngày 25/3"}
    history = _happened(
        ("20/3/2026 23:59:59", "31", {"files": (FILE,)}), ("25/3/2026 08:00:00", "", approval)
    )
    assert _shown(profile, history, at("26/3/2026")).text == text


@pytest.mark.covers("DT-24", "DN-02")
@pytest.mark.parametrize(("profile", "rule"), [(DONGTHAP, "DT-4"), (DONGNAI, "DN-1")])
def test_a_result_issued_in_the_evening_of_the_due_day_counts_from_that_hour(
    profile: Profile, rule: str
) -> None:
    """After 15:00 the reviewer has until the next working day; the unit was in time. No paper is waited for."""
    scan = FileRef("f2", "ban-scan-sao-y.pdf")
    approval = {"actor": "u-office", "evaluation_code": "1"}
    history = _happened(
        ("20/3/2026 23:30:00", "31", {"files": (scan,)}), ("23/3/2026 08:00:00", "", approval)
    )
    verdict = _shown(profile, history, at("24/3/2026"))
    assert (verdict.rule, verdict.lateness) == (rule, Lateness.ON_TIME)
    reviews = [
        one for one in obligations(fold(history), profile, CALENDAR, at("24/3/2026")) if one.kind == "review"
    ]
    assert [(one.due_at, one.is_late(at("24/3/2026"))) for one in reviews] == (
        [(at("24/3/2026"), False)] if profile is DONGTHAP else []
    )


@pytest.mark.covers("DN-15")
def test_a_module_that_is_not_switched_on_yet_lists_nobody() -> None:
    """Module (4) came after an evaluation: until then a complaint is kept and no unit stands in the list."""
    history = [assigned(), did(e.CoordinationComplained, "10/3/2026", unit="D05")]
    without = DONGNAI.model_copy(
        update={"modules": DONGNAI.modules.model_copy(update={"enabled": ("directive", "upward")})}
    )
    listed = [
        [
            one.listed
            for one in obligations(fold(history), profile, CALENDAR, at("11/3/2026"))
            if one.unit == "D05"
        ]
        for profile in (DONGNAI, without)
    ]
    assert listed == [["chậm phối hợp"], [""]]


@pytest.mark.covers("LC-24", "LC-27")
def test_what_is_done_in_the_document_system_is_the_update_and_nobody_types_it_again() -> None:
    """An entry counts from the moment it stands there; handing in the issued result is the last of them."""
    assert LAOCAI.limits.first_update is not None
    assert "từ lúc có trong hệ thống" in LAOCAI.limits.first_update.reading
    history = _happened(("5/3/2026", "2", {}), ("19/3/2026", "31", {"files": (FILE,)}))
    shown = [
        _shown(LAOCAI, history[: count + 1], at(when)).text
        for count, when in ((0, "4/3/2026"), (1, "5/3/2026"), (2, "19/3/2026"))
    ]
    assert shown == ["Chưa thực hiện", "Đang thực hiện", "Đã thực hiện"]


@pytest.mark.covers("HC-17")
def test_a_task_stays_open_for_years_until_it_is_confirmed() -> None:
    history = _happened(("5/3/2026", "2", {}), ("19/3/2026", "31", {"files": (FILE,)}))
    for count in range(1, 4):
        for years in range(5):
            now = at("20/3/2026") + timedelta(days=365 * years)
            assert _shown(TPHCM, history[:count], now).family in {Family.WORKING, Family.SUBMITTED}
    closed = [*history, did(e.ResultApproved, "1/4/2028")]
    assert _shown(TPHCM, closed, at("2/4/2028")).family is Family.DONE


@pytest.mark.covers("LC-31")
def test_the_reason_of_an_extension_is_kept_word_for_word_and_a_request_moves_nothing() -> None:
    assert LAOCAI.extension.reason_required
    history = _happened(("18/3/2026", "32", {"comment": "Chờ số liệu quý của các huyện"}))
    (request,) = fold(history).requests
    assert request.text == "Chờ số liệu quý của các huyện"
    assert fold(history).due == fold(history[:1]).due
    assert _shown(LAOCAI, history, at("18/3/2026 09:00:00")).extension_count == 0


@pytest.mark.covers("HC-19", "LC-15", "BT-22")
def test_a_difficulty_is_on_record_from_the_moment_it_is_reported() -> None:
    history = _happened(("18/3/2026", "35", {"comment": "Chưa có mặt bằng"}))
    assert fold(history).difficulties == (at("18/3/2026"),)
    assert not _shown(BINHTHUAN, history, at("21/3/2026")).cause_owed


# ------------------------------------------------------------------ documents and versions


@pytest.mark.covers("DT-20")
def test_an_opinion_slip_without_a_number_still_gives_tasks() -> None:
    slip = replace(DIRECTIVE, number="", doc_type="Phiếu xử lý văn bản")
    cells = AssignmentCells("1", "Báo cáo tiến độ", "Sở Xây dựng", deadline="20/3/2026")
    made = assign(
        slip,
        rows_from_api((cells,), slip.number).rows,
        directory=UnitDirectory([UnitEntry("D01", "Sở Xây dựng")]),
        rules=AssignRules(undated="exclude"),
        site="songlam",
        profile_id="dongthap",
        profile_version="2026-01-16",
    )
    (task,) = made.tasks
    assert (task.number, task.subject, task.lead) == ("", "Kết luận buổi làm việc", "D01")


@pytest.mark.covers("DN-14")
def test_stricter_rules_come_as_a_version_and_an_older_task_keeps_its_own(tmp_path: Path) -> None:
    first = (ROOT / "config" / "profiles" / "dongnai.toml").read_text(encoding="utf-8")
    first = first.replace('id = "dongnai"', 'id = "songlam"')
    begins = "effective_from = 2018-01-01"
    stricter = (
        first.replace('version = "2018-01-01"', 'version = "2019-01-01"')
        .replace(begins, "effective_from = 2019-01-01")
        .replace('owed = "never"', 'owed = "done_late"')
    )
    ended = first.replace(begins, f"{begins}\neffective_to = 2018-12-31")
    (tmp_path / "songlam-2018.toml").write_text(ended, encoding="utf-8")
    (tmp_path / "songlam-2019.toml").write_text(stricter, encoding="utf-8")
    shelf = load_profiles(tmp_path)
    late = [
        assigned(due="20/3/2026"),
        did(e.ResultSubmitted, "21/3/2026", evidence=("a",)),
        did(e.ResultApproved, "22/3/2026"),
    ]
    owed = {
        issued.year: derive(
            fold(late), shelf.in_force("songlam", issued), CALENDAR, at("23/3/2026")
        ).explanation_owed
        for issued in (date(2018, 8, 16), date(2019, 1, 1))
    }
    assert owed == {2018: False, 2019: True}


# ------------------------------------------------------------------ where it runs, and beside whom


@pytest.mark.covers("HC-07", "DT-04", "LC-11")
def test_the_ledger_has_no_place_for_anybodys_password() -> None:
    columns = {
        f"{table.name}.{column.name}" for table in METADATA.tables.values() for column in table.columns
    }
    assert "account.user_id" in columns
    assert not {name for name in columns if any(word in name for word in ("passw", "secret", "credential"))}


@pytest.mark.covers("HC-07", "DN-07")
def test_nothing_listens_beyond_this_machine_unless_the_office_says_so() -> None:
    assert DaemonSettings().webhook_host == "127.0.0.1"


@pytest.mark.covers("DN-07")
def test_the_product_names_no_address_on_the_internet() -> None:
    """It runs on the Office's own servers: the only addresses it calls are those in its configuration."""
    rooms = ("commands", "config", "connector", "mappings", "store", "sync", "tracking")
    sources = [path for room in rooms for path in (ROOT / room).rglob("*.py")]
    text = {path: path.read_text(encoding="utf-8") for path in sources}
    hosts = {
        host for source in text.values() for host in re.findall(r"https?://([\w.-]+\.[a-z]{2,})", source)
    }
    assert hosts - NAMESPACES == set()


@pytest.mark.covers("LC-10", "BT-05", "DN-07")
def test_every_connector_keeps_the_one_contract() -> None:
    """What a site can name in its configuration, in whatever version, has a class of the shared suite."""
    folder = ROOT / "tests" / "conformance"
    suites = [
        path.name
        for path in folder.glob("test_*_conformance.py")
        if "(ConnectorConformance)" in path.read_text(encoding="utf-8")
    ]
    families = {re.split(r"[^a-z]", kind)[0] for kind in OPENERS}
    assert {"axis", "ioffice", "soap"} <= families
    assert {family for family in families if not any(f"_{family}_" in name for name in suites)} == set()
