"""Random histories of every regulation against an oracle written straight from its table.

The run fails when the histories hardly reach a text of the regulation, never reach a row of its table, or
leave the silent matters (pauses, succession, outages) aside: an agreement on nothing proves nothing.
Excludes hand-written rows (tests/unit) and the invariants.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest
from hypothesis import given, settings

from tests.tracking_draws import ENDINGS, MANY, PROFILES, cases, verdict_at
from tests.tracking_oracle_reading import Reading
from tests.tracking_oracle_tables import ORACLES, Told
from tracking.events import Event, OutageNoted, UnitSucceeded
from tracking.profile import Profile
from tracking.rulebook import SEPARATOR
from tracking.status import Lateness, Verdict

AT_LEAST = 50
LATENESS = {Lateness.LATE: True, Lateness.ON_TIME: False, Lateness.NONE: None}


def told(verdict: Verdict) -> Told:
    return Told(verdict.rule, verdict.text, verdict.second_text, LATENESS[verdict.lateness])


def silent_matters(history: list[Event], seen: Reading) -> set[str]:
    """What the regulations do not speak of and this history has."""
    kinds = {type(event) for event in history}
    here = {"outage": OutageNoted in kinds, "succession": UnitSucceeded in kinds, "pause": seen.standing}
    return {what for what, met in {**here, "moved": seen.last_day() != seen.day}.items() if met}


class Agreement:
    """One regulation held against its oracle, and a count of what the histories reached."""

    def __init__(self, name: str) -> None:
        self.profile: Profile = PROFILES[name]
        self.name, self.oracle = name, ORACLES[name]
        self.rules, self.texts, self.silent = Counter[str](), Counter[str](), Counter[str]()

    def compare(self, case: tuple[list[Event], datetime]) -> None:
        history, now = case
        verdict, seen = verdict_at(history, self.profile, now), Reading(history)
        assert told(verdict) == self.oracle(history, now)
        assert verdict.extension_count == seen.consents
        self.rules[verdict.rule] += 1
        self.texts[verdict.shown] += 1
        self.silent.update(silent_matters(history, seen))

    def run(self, examples: int) -> None:
        for ending, (share, _) in ENDINGS.items():
            every = given(case=cases(self.name, ending))
            settings(MANY, max_examples=examples * share // 100, derandomize=True)(every(self.compare))()


@pytest.mark.covers("LC-05", "LC-06", "LC-22", "HC-02", "BT-13", "DT-10", "DT-12", "DT-14", "DN-01", "DN-10")
@pytest.mark.parametrize("name", ["laocai", "tphcm", "binhthuan", "dongthap", "dongnai"])
def test_every_verdict_is_the_one_of_the_table(name: str) -> None:
    both = Agreement(name)
    both.run(2200)
    rare = {text: both.texts[text] for text in both.profile.texts() if both.texts[text] < AT_LEAST}
    assert not rare, "the histories must reach every text often"
    assert set(both.rules) == {rule.id for rule in both.profile.rules}, "the histories must reach every row"
    assert min(both.silent[what] for what in ("outage", "succession", "pause", "moved")) >= AT_LEAST, (
        both.silent
    )


@pytest.mark.covers("HC-02")
def test_the_other_choice_for_what_waits_past_its_due_date_is_the_one_of_the_table() -> None:
    both = Agreement("tphcm-strict")
    both.run(600)
    assert set(both.rules) == {rule.id for rule in both.profile.rules}


def test_binhthuan_shows_six_pairs_of_texts() -> None:
    pairs = [text.split(SEPARATOR) for text in PROFILES["binhthuan"].texts() if SEPARATOR in text]
    assert len(pairs) == 6
    assert {second for _, second in pairs} == {"trong hạn", "quá hạn"}
