"""Reading profiles and swapped days: the shipped files are right, and every problem is told at once.

Excludes what the rules then decide (test_tracking_*).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from pathlib import Path

import pytest
from holidays.countries.vietnam import VietnamStaticHolidays

from config.profile_files import (
    SHIPPED_PROFILES,
    SHIPPED_SWAPS,
    load_calendar,
    load_profile,
    load_profiles,
    read_calendar,
    read_profile,
    read_profile_file,
)
from errors import ConfigInvalid
from tracking.profile import NO_ARTICLE

LAOCAI = (SHIPPED_PROFILES / "laocai.toml").read_text(encoding="utf-8")
HOCHIMINH = (SHIPPED_PROFILES / "tphcm.toml").read_text(encoding="utf-8")
BINHTHUAN = (SHIPPED_PROFILES / "binhthuan.toml").read_text(encoding="utf-8")
NAMES = {"laocai", "tphcm", "binhthuan", "dongthap", "dongnai"}
SEEDS = Path(__file__).parents[2].parent / "shared" / "seeds"


def problems_of(text: str) -> list[str]:
    with pytest.raises(ConfigInvalid) as caught:
        read_profile(text, "laocai.toml")
    return list(caught.value.problems)


def changed(old: str, new: str, count: int = 1) -> str:
    assert old in LAOCAI
    return LAOCAI.replace(old, new, count)


def test_the_shipped_profiles_are_whole() -> None:
    shelf = load_profiles()
    assert set(shelf.files) == NAMES
    for name, profile in shelf.files.items():
        assert name == profile.id or name.startswith(profile.id)
        assert profile.version == profile.effective_from.isoformat()
        assert shelf.version(profile.id, profile.version) is profile


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_listed_article_is_used_and_every_reading_says_something(name: str) -> None:
    profile = read_profile_file(SHIPPED_PROFILES / f"{name}.toml")
    cited = {article for _, article in profile.citations()} - {NO_ARTICLE}
    assert set(profile.articles) == cited
    for rule in profile.status:
        assert (rule.basis == "text") == (not rule.reading), rule.id
    texts = "\n".join((SHIPPED_PROFILES / f"{name}.toml").read_text(encoding="utf-8").splitlines())
    assert unicodedata.normalize("NFC", texts) == texts


MARKS = {
    "laocai": "2952/QĐ-UBND",
    "tphcm": "4071 /QĐ-UBND",
    "binhthuan": "26/2015/QĐ-UBND",
    "dongthap": "128/QĐ-UBND",
    "dongnai": "1130/KH-VP",
}


def seed(mark: str) -> str:
    if not SEEDS.is_dir():
        pytest.skip("the texts of the regulations are not at hand")
    texts = (unicodedata.normalize("NFC", path.read_text("utf-8")) for path in sorted(SEEDS.glob("*.txt")))
    return next(text for text in texts if mark in text)


@pytest.mark.covers("LC-05", "HC-02", "BT-13", "DT-12", "DN-01")
@pytest.mark.parametrize("name", sorted(NAMES))
def test_the_state_texts_stand_in_the_regulation(name: str) -> None:
    regulation = seed(MARKS[name])
    for rule in read_profile_file(SHIPPED_PROFILES / f"{name}.toml").status:
        for words in filter(None, (rule.text, rule.second_text)):
            if rule.basis != "silent":
                assert re.search(rf"{words}[:;,. ()]", regulation), words
        if rule.consequence:
            assert rule.consequence in regulation


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_cited_article_stands_in_the_regulation(name: str) -> None:
    """The article itself, its clause and its point, each within the one before."""
    regulation = re.sub(r"[ \t\xa0]+", " ", seed(MARKS[name])).replace("\n ", "\n")
    regulation = regulation[regulation.rindex("QUY CHẾ\n") :] if "QUY CHẾ\n" in regulation else regulation
    for article in read_profile_file(SHIPPED_PROFILES / f"{name}.toml").articles:
        place = regulation
        for step in re.findall(r"(Điều|Mục|khoản|điểm) (\w+)", article):
            place = part_of(place, *step)
            assert place, f"{article}: no {' '.join(step)}"


def part_of(text: str, kind: str, number: str) -> str:
    """The text from the heading of a part up to the next heading of the same kind."""
    heading, another = {
        "Điều": (rf"Điều {number}\.", r"Điều \d+\."),
        "Mục": (rf"{number}\. ", r"[IV]+\. "),
        "khoản": (rf"{number}\. ", r"\d+\. "),
        "điểm": (rf"{number}\) ", r"[a-zđ]\) "),
    }[kind]
    found = re.search(rf"^ ?{heading}.*?(?=^ ?{another}|\Z)", text, re.MULTILINE | re.DOTALL)
    return found.group() if found else ""


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_place_that_the_guide_names_is_in_the_file(name: str) -> None:
    guide = (SHIPPED_PROFILES.parents[1] / "docs" / "profiles.md").read_text(encoding="utf-8")
    places = re.findall(r"`([a-z_]+(?:\.[a-z_]+)?)`(?=[ ,|])", guide[guide.index("## What the five") :])
    assert len(set(places)) >= 30
    profile = read_profile_file(SHIPPED_PROFILES / f"{name}.toml")
    for place in set(places) - {"freeze"}:
        value: object = profile
        for step in place.split("."):
            assert hasattr(value, step), place
            value = getattr(value, step)


def test_an_unknown_profile_name_suggests_a_near_one() -> None:
    with pytest.raises(ConfigInvalid, match=r"no profile file laocay\.toml; did you mean laocai\?"):
        load_profile("laocay")
    with pytest.raises(ConfigInvalid, match=r"choose from .*dongthap.*laocai"):
        load_profile("zzz")


def test_every_problem_is_told_at_once_with_file_key_and_remedy() -> None:
    text = changed('policy = "exactly_one"', 'polcy = "exactly_one"')
    text = text.replace("days = 3\nunit", "days = -3\nunit").replace(
        'owed = "done_late"', 'owed = "sometimes"'
    )
    text = text.replace('when = { progress = ["reported"] }', 'when = { progres = ["reported"] }')
    found = problems_of(text)
    assert "laocai.toml: leads.policy: is missing; add it" in found
    assert "laocai.toml: leads.polcy: there is no such key; did you mean policy?" in found
    assert any(line.startswith("laocai.toml: near_due.days: input should be greater") for line in found)
    assert any(line.startswith("laocai.toml: late_explanation.owed: ") for line in found)
    assert "laocai.toml: status[LC-6].when: no fact is called progres; correct it" in found
    assert len(found) == 5


def test_a_value_a_fact_never_has_is_named_with_the_choices() -> None:
    (line,) = problems_of(changed('due = ["past"] }', 'due = ["overdue"] }'))
    assert "due is never overdue (choose from none, ahead, near, past)" in line
    assert "status[LC-3.4]" in line


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            'basis = "silent"\nreading = "Hạn ghi',
            'basis = "silent"\n# reading = "Hạn ghi',
            "deadline_on_day_off: basis is silent: write the reading that was chosen; correct it",
        ),
        (
            'article = "Điều 2 khoản 8"',
            'article = "Điều 12 khoản 8"',
            'status[LC-2]: cites "Điều 12 khoản 8", which is not listed under [articles]; list it there',
        ),
        (
            'source = "Điều 1 khoản 1"\nclassified',
            'source = "không quy định"\nclassified',
            'secrecy: a part without an article has basis = "silent" and a reading; correct it',
        ),
        (
            "effective_from = 2021-08-17",
            "effective_from = 2021-08-17\neffective_to = 2020-01-01",
            "effective_to: lies before effective_from; correct one of both",
        ),
        ("when = {}", 'when = { due = ["ahead"] }', "status: no rule answers"),
        ('id = "LC-5"', 'id = "LC-4"', "status: two rules have the id LC-4; give each its own"),
        (
            'when = { decision = ["approved_before_due", "approved_after_due"] }',
            "when = {}",
            "status[LC-2]: can never match; move it up, correct its conditions or remove it",
        ),
        (
            "include_due_day = true",
            "include_due_day = false",
            "near_due.include_due_day: the state would fall back",
        ),
    ],
)
def test_what_only_shows_when_all_is_seen(old: str, new: str, sentence: str) -> None:
    assert any(sentence in line for line in problems_of(changed(old, new)))


def test_a_choice_of_a_row_that_no_profile_makes_is_named() -> None:
    given = 'given = { pending_after_due = "strict" }'
    unknown_key = HOCHIMINH.replace(given, 'given = { pending = "strict" }')
    (line,) = problems_of(unknown_key)
    assert line == (
        "laocai.toml: status[HC-5s].given: pending is no choice of a profile; choose from pending_after_due"
    )
    unknown_value = HOCHIMINH.replace(given, 'given = { pending_after_due = "strickt" }')
    (line,) = problems_of(unknown_value)
    assert line.endswith("pending_after_due is never strickt; choose from own_state, freeze, strict")


def test_a_choice_that_no_row_answers_leaves_a_gap_that_is_named() -> None:
    """Without a last row for everything, a result that waits would have no words under that choice."""
    narrower = {
        'id = "HC-3w"\nwhen = { submitted = ["on_time"] }': 'submitted = ["on_time"], due = ["ahead", "near"]',
        'id = "HC-4"\nwhen = { due = ["past"] }': 'submitted = ["none", "late"], due = ["past"]',
        'id = "HC-3"\nwhen = {}': 'submitted = ["none", "late"]',
    }
    text = HOCHIMINH
    for row, when in narrower.items():
        assert row in text
        text = text.replace(row, row[: row.index("{")] + f"{{ {when} }}")
    assert read_profile(text, "tphcm.toml").pending_after_due.policy == "freeze"
    own = text.replace('policy = "freeze"', 'policy = "own_state"')
    assert any("status: no rule answers" in line and "submitted=on_time" in line for line in problems_of(own))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "working_days = 1\n",
            "working_days = 1\ncalendar_days = 1\n",
            "laocai.toml: limits.enter: give either working_days or calendar_days; correct it",
        ),
        (
            "working_days = 1\n",
            "",
            "laocai.toml: limits.enter: give either working_days or calendar_days; correct it",
        ),
        (
            "working_days = 1\n",
            "workingdays = 1\n",
            "laocai.toml: limits.enter.workingdays: there is no such key; did you mean working_days?",
        ),
        (
            'every = "quarter"',
            'every = "quarter"\nweekday = 5',
            "laocai.toml: limits.recurring[1]: a weekday belongs to every = week, and only there; correct it",
        ),
        (
            'every = "quarter"',
            'evry = "quarter"',
            "laocai.toml: limits.recurring[1].evry: there is no such key; did you mean every?",
        ),
        (
            '"Điều 7 khoản 1" = ',
            '"Điều 17 khoản 1" = ',
            'laocai.toml: limits.enter: cites "Điều 7 khoản 1", which is not listed under [articles]',
        ),
    ],
)
def test_limits_that_cannot_be_right_are_named(old: str, new: str, sentence: str) -> None:
    assert old in BINHTHUAN
    assert any(line.startswith(sentence) for line in problems_of(BINHTHUAN.replace(old, new, 1)))


def test_rows_for_a_window_that_is_switched_off_can_never_match() -> None:
    found = problems_of(changed("enabled = true", "enabled = false"))
    assert [line.split(": ")[1] for line in found] == ["status[LC-3.5]", "status[LC-5]", "status[LC-8]"]
    assert all("can never match" in line for line in found)


def test_not_toml_and_not_there_and_not_utf8(tmp_path: Path) -> None:
    assert "not readable as TOML" in problems_of("id = ")[0]
    with pytest.raises(ConfigInvalid, match="cannot be read"):
        read_profile_file(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b'id = "\xe9"')
    with pytest.raises(ConfigInvalid, match="not UTF-8"):
        read_profile_file(tmp_path / "latin.toml")
    with pytest.raises(ConfigInvalid, match="profiles_dir: the folder does not exist"):
        load_profiles(tmp_path / "nowhere")


def test_further_profiles_stand_beside_the_shipped_ones(tmp_path: Path) -> None:
    song_lam = LAOCAI.replace('id = "laocai"', 'id = "songlam"', 1)
    (tmp_path / "songlam.toml").write_text(song_lam, encoding="utf-8")
    shelf = load_profiles(tmp_path)
    assert set(shelf.files) == {*load_profiles().files, "songlam"}
    assert load_profile("songlam", tmp_path).id == "songlam"
    with pytest.raises(ConfigInvalid, match="tasks were given under it"):
        shelf.version("songlam", "1999")


def test_versions_live_side_by_side_and_never_overlap(tmp_path: Path) -> None:
    later = LAOCAI.replace('version = "2021-08-17"', 'version = "2027-01-01"', 1)
    later = later.replace("effective_from = 2021-08-17", "effective_from = 2027-01-01", 1)
    (tmp_path / "laocai-2027.toml").write_text(later, encoding="utf-8")
    with pytest.raises(ConfigInvalid, match="is in force too; close it with effective_to"):
        load_profiles(tmp_path)
    first = LAOCAI.replace('id = "laocai"', 'id = "songlam"', 1)
    first = first.replace(
        "effective_from = 2021-08-17", "effective_from = 2021-08-17\neffective_to = 2026-12-31", 1
    )
    (tmp_path / "laocai-2027.toml").unlink()
    (tmp_path / "songlam-a.toml").write_text(first, encoding="utf-8")
    (tmp_path / "songlam-b.toml").write_text(later.replace('"laocai"', '"songlam"', 1), encoding="utf-8")
    shelf = load_profiles(tmp_path)
    assert shelf.in_force("songlam", date(2026, 12, 31)).version == "2021-08-17"
    assert shelf.in_force("songlam", date(2027, 1, 1)).version == "2027-01-01"
    with pytest.raises(ConfigInvalid, match=r"no version is in force on 16/08/2021"):
        shelf.in_force("songlam", date(2021, 8, 16))


def test_a_broken_further_profile_and_a_taken_name_are_told_together(tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text("id =", encoding="utf-8")
    (tmp_path / "laocai.toml").write_text(LAOCAI, encoding="utf-8")
    with pytest.raises(ConfigInvalid) as caught:
        load_profiles(tmp_path)
    assert len(caught.value.problems) == 2


def test_the_shipped_calendar_has_the_swaps_of_the_library_and_the_one_it_misses() -> None:
    calendar = load_calendar()
    assert all(calendar.is_confirmed(year) for year in range(2018, 2027))
    assert not calendar.is_confirmed(2027)
    text = SHIPPED_SWAPS.read_text(encoding="utf-8")
    for year, given in VietnamStaticHolidays.special_public_holidays.items():
        if not calendar.is_confirmed(year):
            continue
        month, day = given[0], given[1]
        assert f"day_off = {year}-{month:02}-{day:02}" in text, "enter the swap that the library has learnt"
    assert "day_off = 2026-01-02\nday_worked = 2026-01-10" in text


SWAP = "entered_years = [2026]\n[[swap]]\nyear = 2026\nday_off = 2026-01-02\nday_worked = 2026-01-10\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (SWAP.replace("2026-01-02", "2026-01-03"), "day_off: is a weekend day"),
        (SWAP.replace("2026-01-10", "2026-01-12"), "day_worked: is not a weekend day"),
        (SWAP.replace("[2026]", "[]"), "year: 2026 is not among entered_years"),
        (SWAP.replace("year = 2026", "year = 2025").replace("[2026]", "[2025]"), "neither day lies in 2025"),
        (SWAP + SWAP[SWAP.index("[[") :], "stands in another swap as well"),
        (SWAP.replace("day_off", "dayoff"), "swap[1].dayoff: there is no such key; did you mean day_off?"),
        (SWAP.replace("day_off = 2026-01-02\n", ""), "swap[1].day_off: is missing; add it"),
    ],
)
def test_swaps_that_cannot_be_right_are_refused(text: str, sentence: str) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        read_calendar(text, "vn-swaps.toml")
    assert any(sentence in line and line.startswith("vn-swaps.toml: ") for line in caught.value.problems)
