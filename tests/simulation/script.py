"""What happens in one run, drawn from one seed: a list of plain steps that say everything by themselves.

A step carries its own numbers and asks nothing of the ones before it, so any of them can be left out: that
is what makes a failing run small. Only `random.Random(seed)` is asked; nothing here knows a clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Final

MINUTE, HOUR, DAY = 60, 3_600, 86_400


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong at the `nth` commit, write or read of one turn; `then` happens at that very moment.

    `place` may also name one durable step or one kind of write: rare ones are reached as well as the others.
    """

    place: str
    nth: int
    what: str
    then: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Wait:
    """Time goes on by so many seconds."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Issue:
    """A directive is issued: `rows` are (role, days until due); `late` days ago, and told or not."""

    rows: tuple[tuple[str, int], ...]
    late: int = 0
    told: bool = True
    bad_row: bool = False


@dataclass(frozen=True, slots=True)
class Deed:
    """Somebody does something with row number `row` (modulo the rows there are); `late` seconds ago."""

    kind: str
    row: int
    late: int = 0
    days: int = 0
    entitled: bool = True


@dataclass(frozen=True, slots=True)
class Turn:
    """One daemon does one piece of work, and these things go wrong meanwhile."""

    daemon: str
    work: str
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Outage:
    """The document system goes away, or comes back."""

    begins: bool


@dataclass(frozen=True, slots=True)
class Skew:
    """The clock of a daemon's machine stands so many seconds beside the document system's."""

    daemon: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Echo:
    """The document system tells of old changes once more, in another order."""

    seed: int


Step = Wait | Issue | Deed | Turn | Outage | Skew | Echo


@dataclass(frozen=True, slots=True)
class Script:
    """Everything about one run."""

    seed: int
    profile: str
    page_size: int
    people_known: bool
    steps: tuple[Step, ...] = field(default=())


#: How likely each deed is. `hand_*`, `delete` and `forget` happen behind everybody's back.
DEEDS: Final = {
    "progress": 14, "submit": 14, "submit_again": 3, "submit_bare": 4, "approve": 10, "reject": 7, "end": 3,
    "reopen": 2, "extend": 7, "ask_extension": 2, "return": 3, "receive": 2, "difficulty": 2, "coordinator": 3,
    "hand_state": 5, "hand_due": 3, "hand_name": 3, "rename": 2, "delete": 3, "recall": 3, "mend_due": 7,
    "mend_text": 3, "move_lead": 6, "show_done": 3,
}  # fmt: skip
WORKS: Final = {"papers": 60, "people": 5, "tick": 20, "reconcile": 8, "wake": 10}
WAITS: Final = (2, 20, 31, 45, 90, 10 * MINUTE, HOUR, 5 * HOUR, DAY, DAY, 2 * DAY)
SKEWS: Final = (0, 0, 600, -600, HOUR, -HOUR)
WHAT: Final = {
    "commit": ("before", "before", "after", "after", "freeze", "people"),
    "write": (
        "before", "before", "after", "after", "lost", "lost", "unsent", "away", "session", "freeze", "thaw_late",
        "people",
    ),
    "read": ("away", "session", "unreadable", "people", "freeze", "crash"),
    "download": ("cut",),
}  # fmt: skip

#: The durable steps that each work takes. A rare one stands twice, so that it is hit as often as the others.
STEPS_OF: Final = {
    "papers": (
        "pull_to_inbox:_store_page", "pull_to_inbox:note_read", "map_to_ledger:_map_batch",
        "map_succession:map_succession", "decide_to_outbox:decide_to_outbox", "push_from_outbox:_take",
        "push_record:keep_receipt", "push_record:keep_receipt", "bury_records:bury_records",
    ),
    "people": (
        "pull_to_inbox:_store_page", "pull_to_inbox:note_read", "map_to_ledger:_map_batch",
        "map_succession:map_succession",
    ),
    "tick": ("decide_to_outbox:decide_to_outbox", "push_from_outbox:_take", "push_record:keep_receipt"),
    "reconcile": (
        "epochs:check_clock", "epochs:check_clock", "breaks:record_breaks", "breaks:record_breaks",
        "bury_records:bury_records", "pull_to_inbox:_store_page", "map_to_ledger:_map_batch",
        "decide_to_outbox:decide_to_outbox", "push_record:keep_receipt",
    ),
    "wake": (
        "pull_to_inbox:fetch_to_inbox", "pull_to_inbox:fetch_to_inbox", "map_to_ledger:_map_batch",
        "push_from_outbox:_take", "push_record:keep_receipt",
    ),
}  # fmt: skip
STEPS: Final = tuple(sorted({step for steps in STEPS_OF.values() for step in steps}))
#: Kinds of writes by how much oftener than its share each is hit: few turns send the first ones.
WRITES: Final = {
    "AttachFile": 8, "CommentDocument": 8, "UpdateJob": 5, "CommentJob": 4, "CreateJob": 3, "SetStatus": 2,
}  # fmt: skip

#: At which of its commits, writes or reads a turn is hit: a turn has many commits, and seldom many writes.
NTH: Final = {
    "commit": tuple(range(1, 12)),
    "write": (1, 1, 1, 1, 2, 2, 3, 5),
    "read": (1, 1, 1, 2, 2, 3, 4, 6),
    "download": (1, 1, 2),
}


def script_of(seed: int) -> Script:
    """The run of this seed: the same on every machine and in every order of runs."""
    rng = Random(seed)
    steps: list[Step] = [_issue(rng, told=True)]
    if rng.random() < 0.3:
        steps.append(_issue(rng, told=True))
    steps.append(Turn("A", "papers", _faults(rng, 0.3, "papers")))
    steps += [_step(rng) for _ in range(rng.randint(10, 18))]
    return Script(
        seed=seed,
        profile=rng.choice(("laocai", "laocai", "dongthap")),
        page_size=rng.choice((2, 3, 50)),
        people_known=rng.random() < 0.85,
        steps=tuple(steps),
    )


def _step(rng: Random) -> Step:
    drawn = rng.random()
    if drawn < 0.40:
        work = _weighted(rng, WORKS)
        return Turn(rng.choice("AAAB"), work, _faults(rng, 0.85, work))
    if drawn < 0.76:
        return _deed(rng)
    if drawn < 0.90:
        return Wait(rng.choice(WAITS))
    if drawn < 0.93:
        return _issue(rng, told=rng.random() < 0.6)
    if drawn < 0.96:
        return Skew(rng.choice("AB"), rng.choice(SKEWS))
    if drawn < 0.98:
        return Outage(begins=rng.random() < 0.4)
    return Echo(rng.randrange(2**31))


def _faults(rng: Random, chance: float, work: str) -> tuple[Fault, ...]:
    faults: list[Fault] = []
    while len(faults) < 2 and rng.random() < chance:
        place = _place(rng, work)
        kind = "commit" if place in STEPS else "write" if place in WRITES else place
        what = rng.choice(WHAT[kind])
        nth = rng.choice(NTH.get(place, (1, 1, 1, 2)))
        faults.append(Fault(place, nth, what, _meanwhile(rng, place, what)))
        chance = 0.35
    return tuple(faults)


def _place(rng: Random, work: str) -> str:
    drawn = rng.random()
    if drawn < 0.45:
        return rng.choice(STEPS_OF[work])
    if drawn < 0.75 and work != "people":
        return _weighted(rng, WRITES)
    return rng.choice(("commit", "write", "read", "read", "download"))


def _meanwhile(rng: Random, place: str, what: str) -> tuple[Step, ...]:
    """People act in the middle of a turn; a frozen daemon sleeps while the other one may take over."""
    if what == "people" and place == "read" and rng.random() < 0.5:
        # Between two pages of a list: its rows move on.
        return (_issue(rng, told=rng.random() < 0.6),)
    if what == "people":
        return tuple(_deed(rng) for _ in range(rng.randint(1, 2)))
    if what in {"freeze", "thaw_late"}:
        slept = Wait(rng.choice((5, 31, 40, 120)))
        other = Turn(rng.choice("AB"), rng.choice(("papers", "papers", "tick", "reconcile")))
        return (slept, _deed(rng), other) if rng.random() < 0.4 else (slept, other)
    return ()


def _issue(rng: Random, *, told: bool) -> Issue:
    roles = ("plain", "plain", "plain", "mended", "moved")
    rows = tuple((rng.choice(roles), rng.choice((0, 1, 2, 3, 4, 6, 30))) for _ in range(rng.randint(1, 3)))
    return Issue(rows, late=rng.choice((0, 0, 0, 1, 3, 6)), told=told, bad_row=rng.random() < 0.1)


def _deed(rng: Random) -> Deed:
    late = rng.choice((0, 0, 0, 0, 0, 30, 400, 4_000))
    days = rng.choice((1, 2, 3, 5, 20))
    return Deed(_weighted(rng, DEEDS), rng.randrange(12), late, days, entitled=rng.random() < 0.92)


def _weighted(rng: Random, weights: dict[str, int]) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]
