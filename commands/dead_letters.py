"""`tdcd dead`: what was given up, and trying it again."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Annotated, Any

import orjson
import typer

from commands.opened import ConfigOption, SiteOption, opened_ledger
from commands.show import JSON_OPTION, print_json, print_pairs, print_table
from config.loading import site_of
from errors import ConfigInvalid
from store.dead_letters import DeadLetter
from sync.opening import wall_clock
from sync.replaying import replay as replay_letters


def listing(
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    config: ConfigOption = None,
    site: SiteOption = None,
    as_json: bool = JSON_OPTION,
) -> None:
    """List what was given up and not replayed, oldest first."""
    with opened_ledger(config) as (settings, store), store.read() as places:
        letters = places.dead_letters.open(site_of(settings, site).name, limit=limit)
    if as_json:
        print_json([_whole(letter) for letter in letters])
        return
    print_table(f"{len(letters)} dead letters", [_line(letter) for letter in letters])


def show(
    number: Annotated[int, typer.Argument(help="Number of the dead letter.")],
    config: ConfigOption = None,
    as_json: bool = JSON_OPTION,
) -> None:
    """Show one with everything that is known about it."""
    with opened_ledger(config) as (_, store), store.read() as places:
        letter = places.dead_letters.get(number)
    if letter is None:
        raise ConfigInvalid([f"no dead letter has the number {number} (see `tdcd dead list`)"], where="dead")
    answer = _whole(letter)
    if as_json:
        print_json(answer)
    else:
        print_pairs(f"Dead letter {number}", {**answer, "context": ""} | answer["context"])


def replay(
    number: Annotated[int | None, typer.Argument(help="Number of one dead letter.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
    some: Annotated[str, typer.Option("--range", metavar="A-B", help="Those numbered A to B.")] = "",
    config: ConfigOption = None,
    site: SiteOption = None,
    as_json: bool = JSON_OPTION,
) -> None:
    """Try again: each once, looked for before it is sent, at most five a second; the next pass sends them."""
    if sum((number is not None, everything, bool(some))) != 1:
        raise ConfigInvalid(["give exactly one of NUMBER, --all, --range A-B"], where="dead replay")
    with opened_ledger(config) as (settings, store), store.begin() as places:
        name = site_of(settings, site).name
        wanted = None if everything else _numbers(places.dead_letters.open(name), number, some)
        done = replay_letters(places, name, wall_clock(), wanted)
    if as_json:
        print_json(asdict(done))
        return
    print_pairs("Replayed", asdict(done))
    typer.echo("The running daemon sends them; without one, run `tdcd sync`.")


def _numbers(letters: list[DeadLetter], number: int | None, some: str) -> set[int]:
    """The numbers that were asked for; of a range only those that are open."""
    if number is not None:
        return {number}
    found = re.fullmatch(r"(\d+)-(\d+)", some)
    if found is None or int(found[1]) > int(found[2]):
        raise ConfigInvalid([f"not a range of numbers: {some} (write 3-17)"], where="--range")
    return {one.id for one in letters if one.id and int(found[1]) <= one.id <= int(found[2])}


def _line(letter: DeadLetter) -> dict[str, Any]:
    context = orjson.loads(letter.context)
    return {
        "number": letter.id,
        "stage": letter.stage,
        "what": context.get("kind", ""),
        "task": context.get("task") or context.get("record", ""),
        "attempts": letter.attempts,
        "since": letter.since,
        "error": letter.error,
    }


def _whole(letter: DeadLetter) -> dict[str, Any]:
    return {**asdict(letter), "context": orjson.loads(letter.context)}
