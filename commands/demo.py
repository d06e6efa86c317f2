"""`tdcd demo`: the whole mission in one command, against a real document system in a process of its own.

Everything stays in one folder, with a configuration, so that every other command
can be tried on what the demo left behind.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Annotated, cast

import typer

from commands.demo_axis import play_axis
from commands.demo_office import play_office
from commands.demo_steps import Stage
from commands.demo_told import Clock, Told
from commands.demo_world import DATASETS, PLACES, InDemoTime, clear, configure, sandbox
from commands.show import JSON_OPTION, print_json
from config.loading import load
from connector.port import Connector
from errors import ConfigInvalid, StopService
from sync.logs import configure_logs
from sync.opening import connect, open_ledger, open_site


def demo(
    folder: Annotated[Path, typer.Option("--dir", help="Folder for everything it makes.")] = Path(
        "tdcd-demo"
    ),
    ledger: Annotated[str, typer.Option(help="Ledger URL; default an SQLite file in the folder.")] = "",
    profile: Annotated[str, typer.Option(help="laocai, tphcm, binhthuan, dongthap or dongnai.")] = "laocai",
    connector: Annotated[str, typer.Option(help="The way in: ioffice, soap or axis.")] = "ioffice",
    dataset: Annotated[str, typer.Option(help="Whose papers: the whole province, or small.")] = "province",
    as_json: bool = JSON_OPTION,
) -> None:
    """Play the whole main job: directives to tasks, states and receipts back, drift found and healed."""
    _among(connector, PLACES, "--connector")
    _among(dataset, DATASETS, "--dataset")
    clear(folder)
    clock = Clock()
    told = Told()
    with sandbox(folder, dataset) as url:
        config = configure(folder, url, connector=connector, dataset=dataset, ledger=ledger, profile=profile)
        settings = load(config)
        configure_logs(settings.log.model_copy(update={"level": "error"}))
        store = open_ledger(settings)
        one = settings.site[0]
        timed = cast("Connector", InDemoTime(connect(one, now=clock.now), clock))
        try:
            with open_site(settings, one, store, now=clock.now, connector=timed) as site:
                story = play_axis if connector == "axis" else play_office
                story(Stage(site, store, url, clock, told))
        finally:
            store.close()
    told.answer["folder"] = str(folder)
    if as_json:
        print_json(told.answer)
    else:
        told.show(folder)
    if not told.answer["ledger_verified"] or told.answer["writes_last_pass"]:
        raise StopService("The demo did not end as it should: see the table above.")


def _among(value: str, known: Collection[str], where: str) -> None:
    if value not in known:
        raise ConfigInvalid([f"“{value}” is unknown, there is: {', '.join(known)}"], where=where)
