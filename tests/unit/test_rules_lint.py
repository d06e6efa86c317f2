"""The closer look at a regulation: what would load and still not be what was meant, and all problems at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.profile_files import SHIPPED_PROFILES, read_profile
from config.profile_lint import lint_file, lint_text

LAOCAI = (SHIPPED_PROFILES / "laocai.toml").read_text(encoding="utf-8")
DONGTHAP = (SHIPPED_PROFILES / "dongthap.toml").read_text(encoding="utf-8")


def _with(text: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


@pytest.mark.parametrize("path", sorted(SHIPPED_PROFILES.glob("*.toml")), ids=lambda path: path.stem)
def test_a_shipped_regulation_is_clean(path: Path) -> None:
    assert lint_file(path) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (_with(LAOCAI, ("[articles]\n", '[articles]\n"Điều 40" = "thừa"\n')), 'nothing rests on "Điều 40"'),
        (
            _with(LAOCAI, ('text = "Đang thực hiện"\nfamily', 'text = "Đang thực  hiện"\nfamily')),
            "has stray spaces or split letters",
        ),
        (
            _with(LAOCAI, ('text = "Chưa thực hiện"\nfamily', 'text = "Đang thực hiện"\nfamily')),
            '"Đang thực hiện" stands for several families (waiting, working)',
        ),
        (
            _with(LAOCAI, ('text = "Đã thực hiện"', 'text = "Đã làm"')),
            'waiting_state.text: "Đã làm" stands in no row',
        ),
        (
            _with(DONGTHAP, ('text = "Chờ xác nhận"', 'text = ""')),
            "waiting_state.text: is empty, yet the table shows Chờ xác nhận",
        ),
        (_with(LAOCAI, ("shown = false", "shown = true")), "rows show the same text in time and late"),
        (_with(DONGTHAP, ("shown = true", "shown = false")), "yet the rows tell late from in time"),
    ],
    ids=[
        "article",
        "spaces",
        "families",
        "waiting row",
        "waiting text",
        "late shown",
        "late not shown",
    ],
)
def test_what_loads_and_is_not_meant_is_named(text: str, said: str) -> None:
    read_profile(text, "x.toml")
    (problem, *_) = [line for line in lint_text(text, "x.toml") if said in line]
    assert problem.startswith("x.toml: ")
    assert ";" in problem


def test_waiting_may_look_like_open_work_only_where_it_has_no_state_of_its_own() -> None:
    mixed = _with(DONGTHAP, ('text = "Chờ xác nhận"\nfamily', 'text = "Đang thực hiện trong hạn"\nfamily'))
    assert any("several families (submitted, working)" in line for line in lint_text(mixed, "x.toml"))


def test_a_file_that_does_not_load_is_looked_at_in_its_parts_as_well() -> None:
    text = _with(
        LAOCAI,
        ("[paper]", "[papper]"),
        ('article = "Điều 2 khoản 9"', 'article = "Điều 99"'),
        ('id = "LC-9"\nwhen = {}', 'id = "LC-9"\nwhen = { due = ["none"] }'),
    )
    told = "\n".join(lint_text(text, "x.toml"))
    for said in ("papper", "paper: is missing", 'status[LC-1]: cites "Điều 99"', "no rule answers"):
        assert said in told


def test_a_rule_that_can_never_match_is_told_beside_other_problems() -> None:
    text = _with(LAOCAI, ("[paper]", "[papper]"), ('when = { closing = ["recalled"] }', "when = {}"))
    told = "\n".join(lint_text(text, "x.toml"))
    assert "status[LC-9]: can never match" in told


def test_what_is_no_toml_is_told_once() -> None:
    (only,) = lint_text("[scope\n", "x.toml")
    assert "not readable as TOML" in only
