"""Values that are made quickly are the frozen values they would be otherwise. Excludes how quickly."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace
from inspect import signature
from typing import Any

import orjson
import pytest
from pydantic import TypeAdapter

from connector.records import AssignmentCells, DirectiveRecord, RawRecord
from frozen import quickly_made
from mappings.deadlines import Deadline
from mappings.tables.found import TableRow
from store.inbox import Envelope
from tracking.events import Due, Origin, TaskAssigned


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowBase:
    task: str
    actor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slow(SlowBase):
    number: int
    tags: tuple[str, ...] = ()


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class Quick(SlowBase):
    number: int
    tags: tuple[str, ...] = ()


@quickly_made
@dataclass(frozen=True, slots=True)
class Checked:
    low: int
    high: int = 9

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError("low above high")


def test_it_is_given_the_same_and_holds_the_same() -> None:
    assert str(signature(Quick)) == str(signature(Slow))
    cases: list[dict[str, Any]] = [{}, {"actor": "b", "tags": ("x",)}]
    for given in [{"task": "a", "number": 1, **case} for case in cases]:
        slow, quick = Slow(**given), Quick(**given)
        assert [getattr(quick, one.name) for one in fields(quick)] == [
            getattr(slow, one.name) for one in fields(slow)
        ]
        assert repr(quick) == repr(slow).replace("Slow", "Quick")
        assert orjson.dumps(quick) == orjson.dumps(slow)
        assert quick == Quick(**given)
        assert hash(quick) == hash(Quick(**given))


@pytest.mark.parametrize("given", [{}, {"task": "a"}, {"task": "a", "number": 1, "colour": 2}])
def test_what_is_missing_or_too_much_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match=r"Quick\.__init__\(\)"):
        Quick(**given)


def test_it_cannot_be_changed() -> None:
    quick = Quick(task="a", number=1)
    with pytest.raises(FrozenInstanceError):
        quick.number = 2  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del quick.task
    assert replace(quick, number=2) == Quick(task="a", number=2)
    assert copy.deepcopy(quick) == pickle.loads(pickle.dumps(quick)) == quick


def test_what_it_checks_after_being_filled_is_checked() -> None:
    assert (Checked(1).low, Checked(1).high, Checked(3, high=4).high) == (1, 9, 4)
    with pytest.raises(ValueError, match="low above high"):
        Checked(10)


def test_a_value_read_from_json_is_the_same() -> None:
    read = TypeAdapter(Quick).validate_json(b'{"task":"a","number":3,"tags":["x"]}')
    assert read == Quick(task="a", number=3, tags=("x",))
    assert type(read) is Quick


def test_a_class_that_makes_some_fields_itself_is_refused() -> None:
    @dataclass(frozen=True, slots=True)
    class Growing:
        items: list[str] = field(default_factory=list)

    with pytest.raises(TypeError, match="Growing"):
        quickly_made(Growing)


@pytest.mark.parametrize(
    "cls",
    [AssignmentCells, Deadline, DirectiveRecord, Due, Envelope, Origin, RawRecord, TableRow, TaskAssigned],
)
def test_what_comes_by_the_ten_thousand_is_made_quickly(cls: type[Any]) -> None:
    assert cls.__init__.__code__.co_filename.startswith("<quickly made")
