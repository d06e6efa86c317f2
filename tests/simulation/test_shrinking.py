"""Making a failing run small, and the sums at the end: by hand, and with a planted bug."""

from __future__ import annotations

import pytest

from tests.simulation.__main__ import main
from tests.simulation.checking import Fault
from tests.simulation.planted import receipt_without_hash
from tests.simulation.run import Outcome, run_seed, stage
from tests.simulation.script import Deed, Issue, Script, Step, Turn, Wait, script_of
from tests.simulation.script import Fault as Mishap
from tests.simulation.shrinking import command, parts, report, shrink, without
from tests.simulation.tally import LEAST, Tally


def _script(*steps: Step) -> Script:
    return Script(seed=0, profile="laocai", page_size=50, people_known=True, steps=steps)


LONG = _script(
    Issue((("plain", 3),)),
    Wait(5),
    Turn("A", "papers", (Mishap("read", 1, "people", (Deed("progress", 0), Deed("delete", 0))),)),
    Wait(6),
    Turn("A", "papers", (Mishap("commit", 2, "before"), Mishap("write", 1, "lost"))),
    Deed("submit", 1),
)


def test_every_part_has_a_name_of_its_own() -> None:
    named = ["0", "1", "2", "2.0", "2.0.0", "2.0.1", "3", "4", "4.0", "4.1", "5"]
    assert list(parts(LONG)) == named
    for name in named:
        assert without(LONG, [name]) != LONG
    assert without(LONG, named).steps == ()
    assert without(LONG, []) == LONG


def test_what_is_left_out_is_named_by_the_whole_script_not_by_what_is_left_of_it() -> None:
    small = without(LONG, ["0", "1", "2.0.0", "4.0"])
    assert small.steps == (
        Turn("A", "papers", (Mishap("read", 1, "people", (Deed("delete", 0),)),)),
        Wait(6),
        Turn("A", "papers", (Mishap("write", 1, "lost"),)),
        Deed("submit", 1),
    )


def _deletes_and_loses(script: Script) -> bool:
    faults = [fault for step in script.steps if isinstance(step, Turn) for fault in step.faults]
    deletes = any(isinstance(step, Deed) and step.kind == "delete" for fault in faults for step in fault.then)
    return deletes and any(fault.what == "lost" for fault in faults)


def test_only_what_makes_it_fail_is_left() -> None:
    left_out = shrink(LONG, _deletes_and_loses)
    assert without(LONG, left_out).steps == (
        Turn("A", "papers", (Mishap("read", 1, "people", (Deed("delete", 0),)),)),
        Turn("A", "papers", (Mishap("write", 1, "lost"),)),
    )
    assert command(7, left_out) == "python -m tests.simulation --seed 7 --without 0,1,2.0.0,3,4.0,5"


@pytest.mark.parametrize("seed", range(40))
def test_a_small_run_of_any_script_has_nothing_more_to_leave_out(seed: int) -> None:
    script = script_of(seed)

    def fails(one: Script) -> bool:
        """Some order must survive: a wait, and a turn with a fault after it."""
        begun = False
        for step in one.steps:
            begun = begun or isinstance(step, Wait)
            if begun and isinstance(step, Turn) and step.faults:
                return True
        return False

    if not fails(script):
        return
    small = without(script, shrink(script, fails, most=10_000))
    assert fails(small)
    assert not any(fails(without(small, [name])) for name in parts(small))


def test_a_failing_seed_tells_how_to_play_it_again(capsys: pytest.CaptureFixture[str]) -> None:
    with stage(), pytest.MonkeyPatch.context() as patch:
        receipt_without_hash(patch)
        text = report(run_seed(29), most=60)
    told = text.splitlines()
    assert told[0] == "seed 29 broke a promise:"
    assert "confirmed without the hash of what was written" in text
    # One directive and nothing else: the rest happens by itself when everything is healed.
    assert [line for line in told if line.startswith("  Issue(")]
    assert not [line for line in told if line.startswith(("  Wait(", "  Deed("))]
    again = told[-1].removeprefix("play it again: python -m tests.simulation ").split()
    with pytest.MonkeyPatch.context() as patch:
        receipt_without_hash(patch)
        assert main(again) == 1
    assert main(again) == 0
    assert capsys.readouterr().out.splitlines()[-1].endswith("lost 0 · twice 0")


def test_sums_are_the_same_however_the_seeds_were_shared() -> None:
    outcomes = [
        Outcome(_script(), [Fault("twice", "x")], 3, {"crashes": 2}),
        Outcome(_script(), [], 4, {"crashes": 1, "delete": 5}),
    ]
    together, apart = Tally(), Tally()
    for outcome in outcomes:
        together.add(outcome)
        alone = Tally()
        alone.add(outcome)
        apart.merge(Tally.from_plain(alone.as_plain()))
    assert apart == together
    assert together.line() == "seeds 2 · steps 7 · crashes 3 · lost 0 · twice 1"
    assert "crashes: 3 of" in "\n".join(together.short_of())
    assert len(together.short_of()) == len(LEAST)
    together.reached.update(LEAST)
    assert not together.short_of()


def test_a_state_that_is_wrong_stands_in_the_line_too() -> None:
    tally = Tally()
    tally.add(Outcome(_script(), [Fault("wrong", "x")], 1))
    assert tally.line() == "seeds 1 · steps 1 · crashes 0 · lost 0 · twice 0 · wrong 1"
