"""The commands about regulations: show, check, try, diff, export, schema; and figures and explain on a ledger.

Includes what each says to bad input, and its exit code. Excludes what the words mean (tests/unit).
"""

from __future__ import annotations

import io
import json
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import cli
from config.profile_files import SHIPPED_PROFILES
from config.template import TEMPLATE
from store.engine import open_store
from tests.tracking_histories import assigned, at, did
from tracking import events as e

ROOT = Path(__file__).parents[2]
ZONED = "+07:00"
#: The keys of an answer, as they were agreed on.
AGREED = [
    "text", "family", "late", "rule", "article", "due", "original_due", "extensions", "next_change_at",
    "owed", "booked",
]  # fmt: skip


@dataclass
class Done:
    """What a command printed, and its exit code."""

    returncode: int
    stdout: str
    stderr: str


def _tdcd(*arguments: str, cwd: Path = ROOT) -> Done:
    """The command in this process; a start of its own would cost more than everything it does."""
    said, told = io.StringIO(), io.StringIO()
    with chdir(cwd), redirect_stdout(said), redirect_stderr(told), pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["tdcd", *arguments])
        patch.setattr("sync.logs.configure_logs", lambda _settings: None)
        try:
            cli.main()
        except SystemExit as ended:
            return Done(int(ended.code or 0), said.getvalue(), told.getvalue())
    return Done(0, said.getvalue(), told.getvalue())


def _answer(*arguments: str, cwd: Path = ROOT) -> Any:
    done = _tdcd(*arguments, "--json", cwd=cwd)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _history(due: str | None = "2026-03-20", *events: dict[str, Any]) -> dict[str, Any]:
    task: dict[str, Any] = {
        "assigned_at": f"2026-03-02T08:00:00{ZONED}",
        "due": due,
        "lead": "Sở Xây dựng",
        "coordinators": [],
    }
    return {"task": task, "events": list(events)}


def _happened(kind: str, when: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "at": f"{when}{ZONED}", **more}


SENT = _happened("ResultSubmitted", "2026-03-19T08:00:00", by="u1")
REFUSED = _happened("ResultRejected", "2026-03-23T08:00:00", reason="thiếu số liệu")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "events.json"


def _write(file: Path, value: Any) -> str:
    file.write_text(json.dumps(value), encoding="utf-8")
    return str(file)


def test_one_history_has_one_answer_with_everything_that_was_asked_for(file: Path) -> None:
    path = _write(file, _history("2026-03-20", SENT, REFUSED))
    when = ("--at", "2026-03-24T10:00:00+07:00")
    answer = _answer("rules", "try", "dongthap", path, *when, "--full")
    told = {name: answer[name] for name in ("text", "family", "late", "rule", "article", "consequence")}
    assert told == {
        "text": "Đang thực hiện quá hạn",
        "family": "working",
        "late": True,
        "rule": "DT-7",
        "article": "Điều 5 khoản 2 điểm b",
        "consequence": "bị trừ điểm thi đua",
    }
    assert (answer["due"], answer["original_due"], answer["extensions"]) == ("2026-03-20", "2026-03-20", 0)
    assert (answer["days_left"], answer["next_change_at"]) == (-4, None)
    assert answer["booked"] == {"unit": 434.0, "reviewer": 96.0}
    assert "duyệt chậm 2 ngày" in answer["notes"][0]
    assert "DT-7" in answer["explanation"]
    agreed = _answer("rules", "try", "dongthap", path, *when)
    assert list(agreed) == AGREED
    assert agreed == {name: answer[name] for name in AGREED}


def test_a_year_whose_days_off_nobody_entered_is_never_counted_in_silence(file: Path) -> None:
    history = _history("2031-03-20")
    history["task"] |= {
        "assigned_at": f"2030-12-30T08:00:00{ZONED}",
        "received_at": f"2030-12-30T08:00:00{ZONED}",
    }
    path, when = _write(file, [history, history]), ("--at", "2031-01-10T08:00:00+07:00")
    done = _tdcd("rules", "try", "laocai", path, *when, "--json")
    assert done.returncode == 0
    assert done.stderr.count("lịch nghỉ 2031 chưa được nhập") == 1
    assert "lịch nghỉ 2031 chưa được nhập" in _tdcd("rules", "try", "laocai", path, *when).stdout


def test_a_list_is_answered_by_a_list_and_two_fields_are_always_two(file: Path) -> None:
    path = _write(file, [_history(), _history(None), _history("2026-03-20", SENT)])
    answers = _answer("rules", "try", "binhthuan", path, "--at", "2026-03-10T00:00:00+07:00")
    texts = [answer["text"] for answer in answers]
    assert texts == [["chưa thực hiện", "trong hạn"], ["chưa thực hiện", ""], ["chưa thực hiện", "trong hạn"]]
    assert [answer["late"] for answer in answers] == [False, None, False]
    assert answers[0]["next_change_at"] == "2026-03-21T00:00:00+07:00"


def test_a_due_hour_stays_an_hour_and_an_extension_moves_the_day(file: Path) -> None:
    granted = _happened("ExtensionGranted", "2026-03-18T08:00:00", due="2026-03-31")
    path = _write(file, [_history("2026-03-20T17:00"), _history("2026-03-20", granted)])
    hour, moved = _answer("rules", "try", "laocai", path, "--at", "2026-03-19T08:00:00+07:00")
    assert hour["due"] == "2026-03-20T17:00:00+07:00"
    assert (moved["due"], moved["original_due"], moved["extensions"]) == ("2026-03-31", "2026-03-20", 1)
    assert moved["next_change_at"] == "2026-03-28T00:00:00+07:00"


def test_what_is_owed_is_listed_with_party_and_article(file: Path) -> None:
    path = _write(file, _history("2026-03-20", SENT))
    answer = _answer("rules", "try", "dongthap", path, "--at", "2026-03-20T12:00:00+07:00")
    (review,) = [owed for owed in answer["owed"] if owed["kind"] == "review"]
    assert (review["party"], review["late"], review["missed_by"]) == ("reviewer", True, 1)
    assert review["due_at"] == "2026-03-20T00:00:00+07:00"
    assert review["article"] == "Điều 4 khoản 5 điểm c"


def test_a_history_that_contradicts_itself_is_held_and_the_others_are_answered(file: Path) -> None:
    backwards = _history("2026-03-20", REFUSED, SENT)
    path = _write(
        file, [_history(), backwards, _history("2026-03-01"), _history("2026-03-20", {"type": "X"})]
    )
    done = _tdcd("rules", "try", "laocai", path, "--at", "2026-03-10T00:00:00+07:00", "--json")
    assert done.returncode == 7
    answers = json.loads(done.stdout)
    assert [answer["text"] for answer in answers] == ["Chưa thực hiện", None, None, None]
    assert all(answer["family"] is answer["rule"] is None for answer in answers[1:])
    assert all(list(answer) == [*AGREED, "held"] for answer in answers[1:])
    for place in ("history 2: events[1]", "history 3: task.due", "history 4: events[0].type"):
        assert place in done.stderr
    for_people = _tdcd("rules", "try", "laocai", path, "--at", "2026-03-10T00:00:00+07:00")
    assert for_people.returncode == 7
    assert "Chưa thực hiện" in for_people.stdout


def test_before_the_assignment_there_is_no_state(file: Path) -> None:
    done = _tdcd("rules", "try", "laocai", _write(file, _history()), "--at", "2026-03-01T00:00:00+07:00")
    assert done.returncode == 7
    assert "was not given yet" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("try", "laocai", "nowhere.json"), "nowhere.json"),
        (("try", "laokai", "nowhere.json"), "did you mean laocai?"),
        (("try", "nowhere.toml", "nowhere.json"), "nowhere.toml"),
        (("show", "laokai"), "did you mean laocai?"),
        (("check", "nowhere.toml"), "nowhere.toml"),
        (("diff", "laocai", "nowhere.toml"), "nowhere.toml"),
        (("export", "TD-NOTHING"), "TD-NOTHING"),
    ],
)
def test_what_does_not_exist_is_named(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    done = _tdcd("rules", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_that_is_no_json_is_refused(file: Path) -> None:
    file.write_text("{task:", encoding="utf-8")
    done = _tdcd("rules", "try", "laocai", str(file))
    assert done.returncode == 2
    assert "not readable as JSON" in done.stderr


def test_every_shipped_regulation_is_clean_and_can_be_read() -> None:
    (*checked,) = _answer("rules", "check")
    assert {each["profile"] for each in checked} == {path.stem for path in SHIPPED_PROFILES.glob("*.toml")}
    assert all(each["ok"] and each["problems"] == [] for each in checked)
    shown = _answer("rules", "show", "laocai")
    near = next(row for row in shown["choices"] if row["key"] == "near_due")
    assert near["article"] == "Điều 2 khoản 3; Điều 2 khoản 6"
    assert near["reading"]
    first_update = next(row for row in shown["limits"] if row["limit"] == "first_update")
    assert first_update["within"] == "3 working days from receipt"
    assert [row["no"] for row in shown["status"]] == list(range(1, len(shown["status"]) + 1))
    for_people = _tdcd("rules", "show", "laocai").stdout
    assert "còn lại" in for_people
    assert "Bảng trạng thái" in for_people


def _draft(tmp_path: Path, **replaced: str) -> Path:
    text = (SHIPPED_PROFILES / "laocai.toml").read_text(encoding="utf-8")
    for old, new in replaced.items():
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "draft.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_problems_of_a_draft_are_listed_at_once(tmp_path: Path) -> None:
    paper = 'reading = "Quy chế không yêu cầu bản giấy: không theo dõi."\n'
    draft = _draft(tmp_path, **{paper: "", 'article = "Điều 2 khoản 9"': 'article = "Điều 99"'})
    done = _tdcd("rules", "check", str(draft), "laocai", "--json")
    assert done.returncode == 2
    wrong, right = json.loads(done.stdout)
    assert right["ok"] is True
    listed = "\n".join(wrong["problems"])
    assert "draft.toml: paper" in listed
    assert 'cites "Điều 99"' in listed
    assert "Điều 99" in _tdcd("rules", "check", str(draft)).stdout


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """A folder with a configuration and a ledger of four tasks, one of them under another regulation."""
    (tmp_path / "tdcd.toml").write_text(TEMPLATE, encoding="utf-8")
    (tmp_path / "tdcd-data").mkdir()
    store = open_store(f"sqlite:///{tmp_path}/tdcd-data/ledger.db")
    given = [
        _renamed(assigned(), "TD-1"),
        _renamed(assigned(due="31/3/2026"), "TD-2"),
        _renamed(assigned(due=""), "TD-3"),
        _renamed(assigned(profile="dongthap", profile_version="2026-01-16", lead_name="Sở Y tế"), "TD-4"),
        _renamed(assigned("1/4/2026 08:00:00", due="30/4/2026"), "TD-5"),
    ]
    sent = _renamed(did(e.ResultSubmitted, "19/3/2026 08:00:00", evidence=("a" * 64,)), "TD-2")
    with store.begin() as places:
        places.ledger.append_events([*given, sent], at("2/3/2026"), site="songlam")
        places.tasks.assign([event for event in given if isinstance(event, e.TaskAssigned)])
    store.close()
    return tmp_path


def _renamed(event: Any, task: str) -> Any:
    return replace(event, task=task)


def test_two_regulations_are_compared_on_the_ledger(ledger: Path) -> None:
    draft = _draft(ledger, **{'text = "Chưa thực hiện quá hạn"': 'text = "Chưa làm, quá hạn"'})
    when = ("--at", (at("21/3/2026") + timedelta(hours=1)).isoformat())
    (same,) = _answer("rules", "diff", "laocai", "laocai", *when, cwd=ledger)
    assert (same["tasks"], same["same"], same["other"], same["not_given_yet"]) == (3, 3, 0, 1)
    (found,) = _answer("rules", "diff", "laocai", str(draft), *when, cwd=ledger)
    assert (found["tasks"], found["same"], found["other"]) == (3, 2, 1)
    assert found["changes"] == [{"a": "Chưa thực hiện quá hạn", "b": "Chưa làm, quá hạn", "tasks": 1}]
    (line,) = found["listing"]
    assert (line["task"], line["a"]["rule"], line["b"]["rule"]) == ("TD-1", "LC-7", "LC-7")
    (whole,) = _answer("rules", "diff", "laocai", "dongthap", "--all", "--limit", "1", *when, cwd=ledger)
    assert whole["tasks"] == 4
    assert (whole["other"], len(whole["listing"])) == (4, 1)
    kept_out = _tdcd("rules", "diff", "laocai", "dongthap", "--all", *when, cwd=ledger).stdout
    assert "(kept out) (DT-11)" in kept_out
    assert "Chưa làm" in _tdcd("rules", "diff", "laocai", str(draft), *when, cwd=ledger).stdout


def test_a_task_of_the_ledger_is_exported_and_tried_again(ledger: Path) -> None:
    done = _tdcd("rules", "export", "TD-2", cwd=ledger)
    assert done.returncode == 0, done.stderr
    path = ledger / "history.json"
    path.write_text(done.stdout, encoding="utf-8")
    answer = _answer("rules", "try", "laocai", str(path), "--at", "2026-03-25T08:00:00+07:00", "--full")
    assert (answer["text"], answer["due"]) == ("Đã thực hiện", "2026-03-31")
    told = _answer("explain", "TD-2", "--at", "2026-03-25T08:00:00+07:00", cwd=ledger)
    assert told["verdict"]["text"] == answer["text"]
    assert told["explanation"]["sentence"] == answer["explanation"]


def test_figures_of_the_ledger_add_up(ledger: Path) -> None:
    when = ("--at", "2026-03-21T08:00:00+07:00")
    answer = _answer("figures", "--by", "unit", *when, cwd=ledger)
    assert answer["tasks"] == sum(answer["states"].values()) == sum(answer["families"].values()) == 4
    assert answer["not_given_yet"] == 1
    assert answer["overdue_open"] == {"numerator": 2, "denominator": 3}
    assert answer["outside_rates"] == {"không hạn": 1}
    assert {unit: part["tasks"] for unit, part in answer["by_unit"].items()} == {
        "Sở Xây dựng": 3,
        "Sở Y tế": 1,
    }
    for_people = _tdcd("figures", "--by", "officer", *when, cwd=ledger)
    assert for_people.returncode == 0, for_people.stderr
    assert "quá hạn" in for_people.stdout
    assert _tdcd("figures", "--by", "weekday", cwd=ledger).returncode == 2


def test_explain_tells_what_is_owed_and_who_had_the_task(ledger: Path) -> None:
    when = ("--at", "2026-03-25T08:00:00+07:00")
    told = _tdcd("explain", "TD-1", "--days", *when, cwd=ledger)
    assert told.returncode == 0, told.stderr
    for said in ("quá hạn", "Việc phải làm của từng bên", "Thời gian tính cho từng bên", "25/03/2026"):
        assert said in told.stdout
    english = _tdcd("explain", "TD-1", "--lang", "en", *when, cwd=ledger)
    assert "Booked" in english.stdout
    after_months = _tdcd("explain", "TD-1", "--at", "2026-07-01T08:00:00+07:00", cwd=ledger).stdout
    # Eighteen Fridays from 6/3 to 3/7, 1/5 moved to 29/4: the three latest stand alone.
    assert "15 kỳ chậm" in after_months
    early = _tdcd("explain", "TD-1", "--at", "2020-01-01T00:00:00+07:00", cwd=ledger)
    assert early.returncode == 2
    assert "TD-1 was given at" in early.stderr


def test_the_schema_is_printed_as_it_stands_in_docs() -> None:
    done = _tdcd("rules", "schema")
    assert done.stdout == (ROOT / "docs" / "history.schema.json").read_text(encoding="utf-8")
