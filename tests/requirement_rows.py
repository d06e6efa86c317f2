"""What the five regulations ask for, row by row: the list that docs/requirements.md is made from.

A row is met by tests that name its id in a `covers` marker. `through` names other ids whose tests show the
same thing; `missing` says why no test of this code can meet the row; `remark` stands beside the tests where they
meet a part of it, or meet it in another way. `python -m tests.requirement_rows --write`
writes the page again; tests/architecture/test_requirements.py fails when it is stale or a row lost its last test.
"""

from __future__ import annotations

import sys
from typing import NamedTuple


class Row(NamedTuple):
    """One requirement: id, article, and in a few words of our own what it asks for."""

    id: str
    article: str
    asks: str
    through: tuple[str, ...] = ()
    missing: str = ""
    remark: str = ""


LAOCAI = (
    Row("LC-01", "Đ1.1", "written conclusions and directives, issued ones only"),
    Row("LC-02", "Đ1.1", "classified documents stay outside, nothing of them is kept"),
    Row("LC-03", "Đ1.2", "units that take part, also merged and renamed ones"),
    Row("LC-04", "Đ2.1", "a task is one concrete job with exactly one lead"),
    Row("LC-05", "Đ2.2–2.9", "eight states in fixed words, each task in one of them"),
    Row("LC-06", "Đ2.3, 2.6", "near due: in time and at most three days left"),
    Row("LC-07", "Đ3.1", "directives and notices are always tracked"),
    Row("LC-08", "Đ3.2", "other documents only where tracking is asked for"),
    Row("LC-09", "Đ3.3", "rows are concrete, with one lead, dated or reported periodically"),
    Row("LC-10", "Đ4.1", "linked to the document system, one connector for each"),
    Row("LC-11", "Đ4.1", "accounts are those of the document system"),
    Row(
        "LC-12",
        "Đ4.2",
        "figures for leaders, units and officers",
        remark="pages and reports for each role wait for report files",
    ),
    Row("LC-13", "Đ5.1", "tasks reach their units when the document is issued"),
    Row("LC-14", "Đ5.2", "a result needs its file as proof"),
    Row("LC-15", "Đ5.2", "due and unfinished: difficulty and cause are reported, the state stays"),
    Row(
        "LC-16",
        "Đ5.3",
        "approval only by those entitled, after an opinion",
        remark="an approval is somebody's act and stands; without an opinion on record the opinion is owed and shown",
    ),
    Row("LC-17", "Đ6.1.a", "tasks are added and mended by leaders, nothing is overwritten"),
    Row(
        "LC-18",
        "Đ6.1.a, 7.2",
        "figures for the weekly report",
        remark="the report itself waits for report files",
    ),
    Row(
        "LC-19",
        "Đ6.1.a",
        "counts of the week are taken before Friday 15:00",
        remark="sending the notice waits for the reminders",
    ),
    Row("LC-20", "Đ6.1.b", "entered within three working days of issue"),
    Row("LC-21", "Đ6.1.b", "wrong data is corrected, the old value kept"),
    Row("LC-22", "Đ6.1.b", "reject with a reason, approve, or end without completing"),
    Row("LC-23", "Đ6.1.b", "an extension is answered in two working days, asking moves nothing"),
    Row(
        "LC-24",
        "Đ6.2.a",
        "progress entries count once they are in the document system",
        remark="the daily digest waits for the reminders",
    ),
    Row("LC-25", "Đ6.2.a", "a wrong task goes back with a reason, or to another unit"),
    Row("LC-26", "Đ6.2.b", "main and coordinating officers inside a unit"),
    Row("LC-27", "Đ6.2.b", "the issued result is the update"),
    Row("LC-28", "Đ6.2.c", "tasks stand in the officer's own list"),
    Row(
        "LC-29",
        "Đ6.2.c",
        "first progress within three working days of receipt",
        remark="reminding the unit waits for the reminders",
    ),
    Row("LC-30", "Đ6.2.c", "weekly progress before Friday 10:00"),
    Row("LC-31", "Đ6.2.c", "the reason of an extension is kept word for word"),
    Row("LC-32", "Đ7.1", "difficulties go to leaders at once", missing="waits for the reminders to leaders"),
    Row("LC-33", "Đ7.4", "late completion owes an explanation"),
    Row("LC-34", "Đ8.1", "runs all day, catches up without loss or double"),
    Row(
        "LC-35",
        "Đ8.2",
        "backups that can be restored",
        through=("BT-24",),
        remark="keeping the vendor from copying is an order to people; the report on access is not there yet",
    ),
    Row("LC-36", "Đ9.3", "year-end results of each unit", remark="the report itself waits for report files"),
    Row(
        "LC-37", "Đ10.1", "figures for the monthly session", remark="the report itself waits for report files"
    ),
)

TPHCM = (
    Row("HC-01", "Đ1", "one unit or several, always with a due date"),
    Row("HC-02", "Đ1", "four states"),
    Row("HC-03", "Đ1", "three classes of secrecy stay outside"),
    Row("HC-04", "Đ1", "the assignment table is the file that is in the system already"),
    Row("HC-05", "Đ3", "kinds of documents that are tracked"),
    Row("HC-06", "Đ3", "only rows with content, unit and date"),
    Row("HC-07", "Đ4.1", "everyone has a login, in the document system; no open port"),
    Row("HC-08", "Đ6.1, 7.1", "nothing is a task before the document is issued"),
    Row("HC-09", "Đ6.1, 7.1", "of several tables the last approved one counts"),
    Row(
        "HC-10",
        "Đ6.1",
        "the paper copy goes out without the table",
        missing="paper is dispatched by the registry; the tracker exports no paper",
    ),
    Row("HC-11", "Đ6.2", "result files beside paper, the electronic sending counts"),
    Row(
        "HC-12",
        "Đ6.2, 7.5, 8.1",
        "only those entitled close a task",
        remark="whoever holds a post of the Office may close; delegation for a time is not read",
    ),
    Row(
        "HC-13",
        "Đ7.2",
        "another officer follows, the unit's clock stays",
        remark="the change comes with the history; it is not read from the document system yet",
    ),
    Row(
        "HC-14",
        "Đ7.3, 8.2",
        "rooms look through all tasks at the end of the month",
        remark="counted by officer; the report for each room waits for report files",
    ),
    Row(
        "HC-15",
        "Đ7.4",
        "document and table are checked before issue",
        remark="before issue with `tdcd table lint`; in the document system the drafter is told after issue",
    ),
    Row(
        "HC-16",
        "Đ7.5",
        "overdue tasks for the month-end meeting, tasks added by leaders",
        remark="the report itself waits for report files",
    ),
    Row("HC-17", "Đ7.6", "a task stays open until it is confirmed"),
    Row(
        "HC-18",
        "Đ7.7",
        "continuous run, quarterly figures",
        through=("BT-24",),
        remark="the report itself is not there yet",
    ),
    Row("HC-19", "Đ8.1, 8.4", "difficulties are reported"),
    Row("HC-20", "Đ8.2", "name, e-mail and telephone of the officer who follows"),
    Row("HC-21", "Đ8.4", "late completion owes an explanation"),
    Row(
        "HC-22",
        "Đ9",
        "figures for quarterly or half-yearly praise and criticism",
        remark="the report itself waits for report files",
    ),
)

BINHTHUAN = (
    Row("BT-01", "Đ1.1", "also what vice-chairs direct"),
    Row(
        "BT-02",
        "Đ1.3, 9.5",
        "tasks that the Government gives to the province",
        remark="the link from a task to the one above it is not read from the document system yet",
    ),
    Row(
        "BT-03",
        "Đ2.2.b, 12",
        "results rate units and officials",
        remark="the report itself waits for report files",
    ),
    Row("BT-04", "Đ3.1", "to draft and submit, or another concrete job"),
    Row("BT-05", "Đ3.2", "stands inside the shared document system"),
    Row("BT-06", "Đ4.1–4.3", "very many kinds of documents"),
    Row("BT-07", "Đ5.1", "class 1: with a due date"),
    Row("BT-08", "Đ5.2", "class 2: undated, but reported"),
    Row("BT-09", "Đ6.1.a", "name, number, subject, day and signer of the document"),
    Row("BT-10", "Đ6.1.b", "the unit that submitted the document"),
    Row("BT-11", "Đ6.1.c–d", "the unit that does it and the one that follows"),
    Row("BT-12", "Đ6.1.đ–e", "content and due date as written"),
    Row("BT-13", "Đ6.1.g", "state in two fields"),
    Row(
        "BT-14",
        "Đ6.1.h",
        "a written report on request",
        missing="waits for report files; the figures behind it are tested",
    ),
    Row(
        "BT-15",
        "Đ6.2, 3.3",
        "classified: no field entered, reported apart",
        remark="reminding of the separate report waits for the reminders",
    ),
    Row("BT-16", "Đ7.1", "entered within one working day"),
    Row("BT-17", "Đ7.2.a", "units keep state and results up to date"),
    Row("BT-18", "Đ7.2.b", "class 1: first update within three working days"),
    Row("BT-19", "Đ7.2.b", "class 2: updated each quarter, or when there is a result"),
    Row("BT-20", "Đ7.2.c", "wrong tasks go back with a reason"),
    Row("BT-21", "Đ8.1.a", "the Office checks what units claim"),
    Row("BT-22", "Đ8.1.b, 9.3", "due and unfinished: difficulty and cause"),
    Row("BT-23", "Đ8.1.d, 8.3", "continuous and stable"),
    Row("BT-24", "Đ8.1.đ, 8.3.d", "a weekly backup that can be restored"),
    Row(
        "BT-25",
        "Đ8.2",
        "two leaders of a unit answer for it",
        missing="naming two responsible persons is an order inside the unit; notices to both are not built",
    ),
    Row("BT-26", "Đ8.2", "expired and unfinished: cause and proposal"),
    Row(
        "BT-27",
        "Đ9.2, 9.4, 10.1",
        "reports by quarter, half, nine months, year",
        remark="the report itself waits for report files",
    ),
    Row("BT-28", "Đ11.1", "integrity of the data", through=("F33",)),
    Row(
        "BT-29",
        "Đ11.2",
        "each unit has its own internal rule",
        missing="an internal rule of each unit; the tracker follows tasks given to units, not inside them",
    ),
)

DONGTHAP = (
    Row("DT-01", "Đ1.1", "units of two tiers"),
    Row("DT-02", "Đ3.1", "kinds of documents, each with a due date"),
    Row("DT-03", "Đ3.3", "undated tasks are not entered, but counted"),
    Row("DT-04", "Đ4.1", "the account is that of the document system"),
    Row("DT-05", "Đ4.2", "due not earlier than one working day"),
    Row("DT-06", "Đ4.3, 14.2", "units receive tasks in the system"),
    Row("DT-07", "Đ4.4", "answered in the software, paper beside it"),
    Row("DT-08", "Đ4.5.a–b", "rooms of the Office say whether it is good enough"),
    Row(
        "DT-09",
        "Đ4.5.c",
        "reviewed the same working day, after 15:00 the next",
        remark="reminding the reviewer waits for the reminders",
    ),
    Row("DT-10", "Đ5.1", "the sending decides, not the approval"),
    Row("DT-11", "Đ5.1", "who did what is on record"),
    Row("DT-12", "Đ5.2", "the table of states"),
    Row("DT-13", "Đ5.2.b–c", "points are cut, or a cut is considered"),
    Row("DT-14", "Đ5.2.d", "extensions by written consent, counted"),
    Row("DT-15", "Đ6–7", "signed files are never altered"),
    Row(
        "DT-16",
        "Đ8",
        "digital signatures are verified",
        missing="waits for the check of signatures, which needs the public service's certificates",
    ),
    Row(
        "DT-17",
        "Đ9",
        "formats of the national exchange",
        missing="waits for the exchange connector; documents are read from the document system",
    ),
    Row("DT-18", "Đ10", "figures by criteria and time", remark="the report itself waits for report files"),
    Row("DT-19", "Đ11.2.a", "everything a directive must say comes from its document"),
    Row("DT-20", "Đ11.2.a", "opinion slips need no number"),
    Row("DT-21", "Đ11.2.b", "entered the day of issue, after 15:00 the next working day"),
    Row("DT-22", "Đ11.3", "monthly report", remark="the report itself waits for report files"),
    Row(
        "DT-23",
        "Đ12.1–2",
        "times out of use are kept and shown",
        remark="outages come with the history; the notice is not drafted yet",
    ),
    Row("DT-24", "Đ14.4", "a result counts from the hour it is issued"),
    Row(
        "DT-25",
        "Đ14.4.a",
        "a result belongs to its own task, no guess",
        remark="results are taken from the work item; a document sent beside it is not matched",
    ),
    Row("DT-26", "Đ14.5", "a result not good enough goes on with the reason"),
    Row("DT-27", "Đ14.5", "the hour of sending fixes the state"),
    Row(
        "DT-28",
        "Đ14.6",
        "coordinating units have a clock of their own",
        remark="requests and answers come with the history; letters are not read from the document system yet",
    ),
    Row(
        "DT-29",
        "Đ15.2",
        "results are criteria of emulation",
        remark="the report itself waits for report files",
    ),
)

DONGNAI = (
    Row("DN-01", "I.1.b", "done, not done, and why not"),
    Row("DN-02", "I.1.c", "replaces paper reports"),
    Row("DN-03", "I.1.d", "shortcomings are seen in time", remark="the report itself waits for report files"),
    Row(
        "DN-04",
        "I.2.b, III.1.e",
        "results are made public",
        missing="waits for the public page; the counts behind it are tested",
    ),
    Row(
        "DN-05",
        "I.2.c, III.5.b",
        "rates units and each official",
        remark="the report itself waits for report files",
    ),
    Row("DN-06", "II.1", "court and procuracy stay outside"),
    Row("DN-07", "II.2.a, III.3", "beside the document system, on the Office's own servers"),
    Row("DN-08", "module 1", "tasks given down"),
    Row("DN-09", "module 2", "tasks given from above"),
    Row(
        "DN-10",
        "module 3",
        "petitions unanswered past 20 days",
        remark="clock and list; petitions are not taken from the document system yet",
    ),
    Row(
        "DN-11",
        "module 4",
        "units slow to coordinate",
        remark="clock and list; complaints are not taken from the document system yet",
    ),
    Row(
        "DN-12",
        "II.3.a",
        "earlier directives are taken in once",
        missing="waits for taking earlier directives in as one batch",
    ),
    Row(
        "DN-13",
        "II.3.a",
        "a new report form",
        missing="waits for report files; the figures behind it are tested",
    ),
    Row("DN-14", "II.3.a", "stricter rules later, old tasks keep theirs"),
    Row("DN-15", "II.3", "modules are switched on in turn"),
    Row("DN-16", "III.2.c", "who drafted it follows it"),
    Row(
        "DN-17",
        "III.4.c, III.5.c",
        "counts on a screen, no names",
        missing="waits for the public screen; the counts behind it are tested",
    ),
    Row(
        "DN-18",
        "III.1.đ",
        "change requests are collected",
        missing="units send them to the Office by document; people decide on them",
    ),
)

PROVINCES = {
    "Lào Cai": LAOCAI,
    "Thành phố Hồ Chí Minh": TPHCM,
    "Bình Thuận": BINHTHUAN,
    "Đồng Tháp": DONGTHAP,
    "Đồng Nai": DONGNAI,
}
ROWS = tuple(row for rows in PROVINCES.values() for row in rows)

if __name__ == "__main__":
    from tests.requirement_page import write_page

    sys.exit(write_page(write="--write" in sys.argv[1:]))
