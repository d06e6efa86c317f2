"""A failing run made small: steps, faults and what happens meanwhile are left out while it still fails.

Every part of a script has a name: `4` is its fifth step, `4.0` that step's first fault, `4.0.1` the second
thing that happens meanwhile. A seed and the names left out are the whole small run, on one line.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from typing import Final

from tests.simulation.run import Outcome, play
from tests.simulation.script import Fault, Script, Step, Turn, script_of

MOST_TRIES: Final = 250


def parts(script: Script) -> Iterator[str]:
    """The names of everything that can be left out, in their order."""
    for place, step in enumerate(script.steps):
        yield f"{place}"
        for number, fault in enumerate(step.faults if isinstance(step, Turn) else ()):
            yield f"{place}.{number}"
            for other, _ in enumerate(fault.then):
                yield f"{place}.{number}.{other}"


def without(script: Script, left_out: Collection[str]) -> Script:
    """The script with the named parts left out."""
    steps = (
        _step(step, f"{place}", left_out)
        for place, step in enumerate(script.steps)
        if f"{place}" not in left_out
    )
    return replace(script, steps=tuple(steps))


def shrink(script: Script, fails: Callable[[Script], bool], most: int = MOST_TRIES) -> list[str]:
    """Names that can be left out of a failing script so that it still fails, and none of the rest alone.

    Halves are tried first, then ever smaller groups; `most` bounds how often the script is played.
    """
    left_out: list[str] = []
    rest = list(parts(script))
    size, tries = max(len(rest) // 2, 1), 0
    while rest and tries < most:
        kept, smaller = rest, False
        for start in range(0, len(rest), size):
            group = [name for name in rest[start : start + size] if name in kept]
            if not group or tries >= most:
                continue
            tries += 1
            if fails(without(script, [*left_out, *group])):
                left_out += group
                kept = [name for name in kept if name not in group and not _below(name, group)]
                smaller = True
        rest = kept
        if size == 1 and not smaller:
            break
        size = max(size // 2, 1)
    return sorted(left_out, key=lambda name: [*map(int, name.split("."))])


def report(outcome: Outcome, most: int = MOST_TRIES) -> str:
    """What a failing seed says: the broken promises, the small script, and how to play it again."""
    kinds = {fault.kind for fault in outcome.faults}
    seed = outcome.script.seed
    left_out = shrink(
        outcome.script, lambda script: bool(kinds & {fault.kind for fault in play(script).faults}), most
    )
    small = play(without(outcome.script, left_out))
    lines = [f"seed {seed} broke a promise:", *(f"  {f.kind}: {f.sentence}" for f in outcome.faults)]
    lines += [
        f"the smallest part that does ({len(small.script.steps)} of {len(outcome.script.steps)} steps):"
    ]
    lines += [*told(small), f"play it again: {command(seed, left_out)}"]
    return "\n".join(lines)


def told(outcome: Outcome) -> Iterator[str]:
    """A script and its broken promises, line by line."""
    script = outcome.script
    yield f"  {script.profile}, pages of {script.page_size}, units {'known' if script.people_known else 'new'}"
    for step in script.steps:
        yield f"  {step}"
    for fault in outcome.faults:
        yield f"  {fault.kind}: {fault.sentence}"


def command(seed: int, left_out: Collection[str]) -> str:
    """The command that plays this small run."""
    ending = f" --without {','.join(left_out)}" if left_out else ""
    return f"python -m tests.simulation --seed {seed}{ending}"


def again(seed: int, left_out: Collection[str]) -> Outcome:
    """Play a seed without the named parts."""
    return play(without(script_of(seed), left_out))


def _step(step: Step, name: str, left_out: Collection[str]) -> Step:
    if not isinstance(step, Turn):
        return step
    faults = (
        _fault(fault, f"{name}.{number}", left_out)
        for number, fault in enumerate(step.faults)
        if f"{name}.{number}" not in left_out
    )
    return replace(step, faults=tuple(faults))


def _fault(fault: Fault, name: str, left_out: Collection[str]) -> Fault:
    then = (step for place, step in enumerate(fault.then) if f"{name}.{place}" not in left_out)
    return replace(fault, then=tuple(then))


def _below(name: str, group: Collection[str]) -> bool:
    return any(name.startswith(f"{one}.") for one in group)
