"""Random histories of every regulation against an oracle written straight from its table.

The run fails when the histories leave a text of the regulation aside, or reach a row of its table never:
an agreement on nothing proves nothing. Excludes hand-written rows (tests/unit) and the invariants.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest
from hypothesis import given, settings

from tests.tracking_draws import MANY, PROFILES, cases, verdict_at
from tests.tracking_oracle_reading import Reading
from tests.tracking_oracle_tables import ORACLES, Told
from tracking.events import Event
from tracking.rulebook import SEPARATOR
from tracking.status import Lateness, Verdict

AT_LEAST = 50
LATENESS = {Lateness.LATE: True, Lateness.ON_TIME: False, Lateness.NONE: None}


def told(verdict: Verdict) -> Told:
    return Told(verdict.rule, verdict.text, verdict.second_text, LATENESS[verdict.lateness])


@pytest.mark.covers("LC-05", "LC-06", "LC-22", "HC-02", "BT-13", "DT-10", "DT-12", "DT-14", "DN-01", "DN-10")
@pytest.mark.parametrize("name", list(PROFILES))
def test_every_verdict_is_the_one_of_the_table(name: str) -> None:
    profile, oracle = PROFILES[name], ORACLES[name]
    rules, texts = Counter[str](), Counter[str]()

    @settings(MANY, max_examples=1500, derandomize=True)
    @given(case=cases(name))
    def compare(case: tuple[list[Event], datetime]) -> None:
        history, now = case
        verdict = verdict_at(history, profile, now)
        assert told(verdict) == oracle(history, now)
        assert verdict.extension_count == Reading(history).consents
        rules[verdict.rule] += 1
        texts[verdict.shown] += 1

    compare()
    rare = {text: texts[text] for text in profile.texts() if texts[text] < AT_LEAST}
    assert not rare, "the histories must reach every text often"
    assert set(rules) == {rule.id for rule in profile.rules}, "the histories must reach every row"


def test_each_text_of_the_five_regulations_stands_in_an_oracle() -> None:
    """Two fields in one, as a document system with one field shows them."""
    two_fields = {text for text in PROFILES["binhthuan"].texts() if SEPARATOR in text}
    assert len(two_fields) == 6
    assert set(ORACLES) == set(PROFILES)
