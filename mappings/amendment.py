"""A new version of a table held against the tasks that are tracked: same row, changed, gone, new.

Rows move when a drafter puts one in between, and their wording is mended; neither makes a
second task. What stands at the same place with other words, or moved with other words, is
the same task only when the words are alike as well: likeness alone never decides, and what
is left over is gone or new, for a person to confirm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from rapidfuzz import fuzz

from frozen import quickly_made
from mappings.assignment import Assignment, UnreadRow
from mappings.assignment_rows import later_key
from mappings.texts import fold
from tracking.events import TaskAssigned

#: Words in common (0–100) from which a row at the same place is the same row, reworded.
ALIKE_IN_PLACE: Final = 55.0
#: The same for a row that moved and kept its lead unit.
ALIKE_ELSEWHERE: Final = 85.0


@dataclass(frozen=True, slots=True)
class Tracked:
    """A task as the versions so far have shown it, whatever extensions came after."""

    key: str
    content: str
    lead: str
    ended: bool = False
    """Recalled, ended or superseded: it may be missing from a later table."""


@quickly_made
@dataclass(frozen=True, slots=True)
class Amendment:
    """What a new version does to the tasks of its directive.

    `same` pairs the key of a tracked task with its row, `new` are rows that were never seen
    (each with a key of its own), `gone` the keys of tasks that no row stands for any more;
    a row that cannot be read now keeps its task as it is.
    """

    same: tuple[tuple[str, TaskAssigned], ...] = ()
    new: tuple[TaskAssigned, ...] = ()
    gone: tuple[str, ...] = ()


class _Left:
    """What is not matched yet; texts are folded once."""

    def __init__(self, tracked: Sequence[Tracked], rows: Sequence[TaskAssigned]) -> None:
        self.tracked = {one.key: one for one in tracked}
        self.rows = dict(enumerate(rows))
        self.pairs: dict[int, str] = {}
        self.tracked_words = {one.key: fold(one.content) for one in tracked}
        self.row_words = {place: fold(row.content) for place, row in self.rows.items()}

    def equal(self, *, place: bool, lead: bool) -> None:
        """Rows with the same words; with the same place or lead where asked for. Both in their order."""
        waiting: dict[tuple[str, str, str], list[str]] = {}
        for key, one in self.tracked.items():
            name = (self.tracked_words[key], key if place else "", one.lead if lead else "")
            waiting.setdefault(name, []).append(key)
        for number, row in list(self.rows.items()):
            name = (self.row_words[number], row.task if place else "", row.lead if lead else "")
            if keys := waiting.get(name):
                self._take(number, keys.pop(0))

    def reworded_in_place(self) -> None:
        """The row that stands where a task stood, with words like its own."""
        for number, row in list(self.rows.items()):
            if row.task in self.tracked and self._likeness(number, row.task) >= ALIKE_IN_PLACE:
                self._take(number, row.task)

    def reworded_elsewhere(self) -> None:
        """A row that moved, kept its lead and nearly all of its words; the likest first."""
        found = sorted(
            (-self._likeness(number, key), number, key)
            for number, row in self.rows.items()
            for key, one in self.tracked.items()
            if one.lead == row.lead
        )
        for unlike, number, key in found:
            if -unlike >= ALIKE_ELSEWHERE and number in self.rows and key in self.tracked:
                self._take(number, key)

    def keep_unread(self, unread: Sequence[UnreadRow]) -> None:
        """A row that went back to the drafter this time is still there: its task stays as it was."""
        for row in unread:
            words = fold(row.content)
            same = (key for key in self.tracked if self.tracked_words[key] == words)
            self.tracked.pop(next(same, row.key), None)

    def _likeness(self, number: int, key: str) -> float:
        return fuzz.token_sort_ratio(self.row_words[number], self.tracked_words[key])

    def _take(self, number: int, key: str) -> None:
        self.pairs[number] = key
        del self.rows[number], self.tracked[key]


def amended(tracked: Sequence[Tracked], assignment: Assignment) -> Amendment:
    """Match every row of `assignment` with the `tracked` tasks of the same directive.

    Rounds from the surest to the least sure: same words and place; same words and lead
    elsewhere; same words; same place, words alike; same lead, words much alike. The same
    version read again gives the same pairs and nothing new (replay; HC-09).
    """
    left = _Left(tracked, assignment.tasks)
    left.equal(place=True, lead=False)
    left.equal(place=False, lead=True)
    left.equal(place=False, lead=False)
    left.reworded_in_place()
    left.reworded_elsewhere()
    left.keep_unread(assignment.unread)
    known = {one.key for one in tracked}
    new = tuple([_with_own_key(row, known) for row in left.rows.values()])
    same = tuple((left.pairs[place], assignment.tasks[place]) for place in sorted(left.pairs))
    gone = tuple(sorted(key for key, one in left.tracked.items() if not one.ended))
    return Amendment(same, new, gone)


def _with_own_key(row: TaskAssigned, known: set[str]) -> TaskAssigned:
    """A new row that stands where another task stood gets a key made of its words as well."""
    key, count = row.task, 0
    while key in known:
        key, count = later_key(row.task, fold(row.content), count), count + 1
    known.add(key)
    return row if key == row.task else replace(row, task=key)
