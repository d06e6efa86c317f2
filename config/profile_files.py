"""Reading regulations and swapped working days from TOML, and telling every problem at once.

A profile decides who is called late, so nothing is guessed: an unknown key, a fact
that does not exist, an article that is cited and not listed, a combination that no
rule answers, all stop the start with file, key and what to do.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from errors import ConfigInvalid
from tracking.calendar import Swap, WorkingCalendar
from tracking.limits import Limit, Limits, RecurringLimit
from tracking.profile import Profile
from tracking.rulebook import StatusRule

SHIPPED_PROFILES = Path(__file__).parent / "profiles"
SHIPPED_SWAPS = Path(__file__).parent / "calendars" / "vn-swaps.toml"


@dataclass(frozen=True, slots=True)
class ProfileShelf:
    """All regulations at hand. `files` maps a file name without `.toml` to what it holds."""

    files: Mapping[str, Profile]

    def named(self, name: str) -> Profile:
        """The profile of the file `name`, as a site's `profile` setting names it. Raises ConfigInvalid."""
        if name in self.files:
            return self.files[name]
        close = get_close_matches(name, self.files, n=1)
        hint = f"did you mean {close[0]}?" if close else f"choose from {', '.join(sorted(self.files))}"
        raise ConfigInvalid([f"site.profile: there is no profile file {name}.toml; {hint}"])

    def version(self, id: str, version: str) -> Profile:  # noqa: A002  the field's own name
        """The version a task was given under. Raises ConfigInvalid when its file was taken away."""
        for profile in self.files.values():
            if (profile.id, profile.version) == (id, version):
                return profile
        raise ConfigInvalid(
            [f"profile {id}, version {version}: tasks were given under it and no file holds it; put it back"],
            where="profiles",
        )

    def in_force(self, id: str, day: date) -> Profile:  # noqa: A002
        """The version of `id` under which a directive issued on `day` falls. Raises ConfigInvalid."""
        for profile in self.files.values():
            if profile.id == id and profile.in_force(day):
                return profile
        raise ConfigInvalid(
            [f"profile {id}: no version is in force on {day:%d/%m/%Y}; add one that covers this day"],
            where="profiles",
        )


def load_profiles(extra: Path | None = None) -> ProfileShelf:
    """The shipped profiles, and those of the folder `extra`; raises ConfigInvalid with every problem."""
    problems: list[str] = []
    if extra is not None and not extra.is_dir():
        problems.append(f"profiles_dir: the folder does not exist: {extra}; create it or remove the setting")
    files: dict[str, Profile] = {}
    for path in [*sorted(SHIPPED_PROFILES.glob("*.toml")), *sorted(extra.glob("*.toml") if extra else ())]:
        if path.stem in files:
            problems.append(f"{path}: a shipped profile has the same file name; give it another name")
            continue
        try:
            files[path.stem] = read_profile_file(path)
        except ConfigInvalid as error:
            problems += error.problems
    problems += _clashes(files)
    if problems:
        raise ConfigInvalid(problems, where="profiles")
    return ProfileShelf(files)


def load_profile(name: str, extra: Path | None = None) -> Profile:
    """The profile of the file `name` (without `.toml`), shipped or in `extra`. Raises ConfigInvalid."""
    return load_profiles(extra).named(name)


def read_profile_file(path: Path) -> Profile:
    """The profile in `path`; raises ConfigInvalid with every problem: file, key, what to do."""
    return read_profile(_text(path), path.name)


def read_profile(text: str, where: str) -> Profile:
    """The profile that the TOML `text` describes; `where` names it in problems. Raises ConfigInvalid."""
    values = _parsed(text, where)
    try:
        return Profile.model_validate(values)
    except ValidationError as error:
        raise ConfigInvalid(list(_problems(error, values, where, _KNOWN_KEYS)), where=where) from None


def load_calendar(path: Path = SHIPPED_SWAPS) -> WorkingCalendar:
    """The working calendar with the swap decisions in `path`; raises ConfigInvalid with every problem."""
    return read_calendar(_text(path), path.name)


def read_calendar(text: str, where: str) -> WorkingCalendar:
    """The working calendar that the TOML `text` describes. Raises ConfigInvalid with every problem."""
    values = _parsed(text, where)
    try:
        file = _SwapFile.model_validate(values)
    except ValidationError as error:
        known = [*_SwapFile.model_fields, *_SwapRow.model_fields]
        raise ConfigInvalid(list(_problems(error, values, where, known)), where=where) from None
    swaps = [Swap(row.year, row.day_off, row.day_worked, row.decision) for row in file.swap]
    if problems := list(_swap_problems(swaps, file.entered_years, where)):
        raise ConfigInvalid(problems, where=where)
    return WorkingCalendar(swaps, file.entered_years)


class _SwapRow(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    year: Annotated[int, Field(ge=1995, le=2099)]
    day_off: date
    day_worked: date
    decision: str = ""


class _SwapFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    entered_years: tuple[int, ...]
    swap: tuple[_SwapRow, ...] = ()


_PARTS = (
    Profile,
    Limits,
    Limit,
    RecurringLimit,
    StatusRule,
    *(field.annotation for field in Profile.model_fields.values()),
)
_KNOWN_KEYS = sorted({key for part in _PARTS for key in getattr(part, "model_fields", ())})


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ConfigInvalid([f"{path}: cannot be read ({reason}); check the path"], where=path.name) from None


def _parsed(text: str, where: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigInvalid(
            [f"{where}: not readable as TOML: {error}; correct that line"], where=where
        ) from None


def _problems(
    error: ValidationError, values: Mapping[str, Any], where: str, known: Sequence[str]
) -> Iterator[str]:
    """One line for each problem. A check over the whole profile brings its own keys and remedies."""
    for item in error.errors(include_url=False, include_input=False):
        message = item["msg"].removeprefix("Value error, ")
        if not item["loc"]:
            yield from (f"{where}: {line}" for line in message.split("\n"))
            continue
        key = _key(item["loc"], values)
        if item["type"] == "missing":
            yield f"{where}: {key}: is missing; add it"
        elif item["type"] == "extra_forbidden":
            close = get_close_matches(str(item["loc"][-1]), known, n=1)
            remedy = f"did you mean {close[0]}?" if close else "remove it"
            yield f"{where}: {key}: there is no such key; {remedy}"
        else:
            yield f"{where}: {key}: {message[:1].lower()}{message[1:]}; correct it"


def _key(location: tuple[int | str, ...], values: Mapping[str, Any]) -> str:
    """`status[LC-2].when` says more than `status.3.when`; a row without an id has its place, from 1."""
    key, place = "", values
    for step in location:
        place = _inside(place, step)
        if isinstance(step, int):
            key += f"[{place.get('id', step + 1) if isinstance(place, Mapping) else step + 1}]"
        else:
            key += f".{step}" if key else step
    return key


def _inside(place: Any, step: int | str) -> Any:
    """What stands there in the file; None where nothing does."""
    if isinstance(place, Mapping):
        return place.get(step)
    if isinstance(place, list) and isinstance(step, int) and step < len(place):
        return place[step]
    return None


def _clashes(files: Mapping[str, Profile]) -> Iterator[str]:
    """Of one regulation, every day has at most one version in force."""
    names = sorted(files)
    for place, name in enumerate(names):
        for other in names[place + 1 :]:
            first, second = files[name], files[other]
            if first.id != second.id:
                continue
            if first.version == second.version:
                yield f"{other}.toml: version: the same as in {name}.toml; give it its own"
            start = max(first.effective_from, second.effective_from)
            if first.in_force(start) and second.in_force(start):
                yield f"{other}.toml: effective_from: {name}.toml is in force too; close it with effective_to"


def _swap_problems(swaps: Sequence[Swap], entered: Sequence[int], where: str) -> Iterator[str]:
    days: set[date] = set()
    for swap in swaps:
        key = f"{where}: swap[{swap.day_off:%Y-%m-%d}]"
        if swap.day_off.weekday() >= 5:
            yield f"{key}.day_off: is a weekend day, nothing is swapped away; correct the date"
        if swap.day_worked.weekday() < 5:
            yield f"{key}.day_worked: is not a weekend day, it is worked anyway; correct the date"
        if swap.year not in entered:
            yield f"{key}.year: {swap.year} is not among entered_years; add it once it is complete"
        if not {swap.day_off.year, swap.day_worked.year} & {swap.year}:
            yield f"{key}.year: neither day lies in {swap.year}; correct the year or the dates"
        if days & {swap.day_off, swap.day_worked}:
            yield f"{key}: one of its days stands in another swap as well; remove one of both"
        days |= {swap.day_off, swap.day_worked}
