"""How the command line speaks: tables for people, JSON for programs, progress on stderr."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

#: Used by every listing: `--json` prints one object a run, on stdout, and nothing else.
JSON_OPTION = typer.Option(False, "--json", help="Print one JSON object instead of a table.")

#: Tables show the regulations' own zone; JSON keeps the offset.
_LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")

_OPTIONS = orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS


def out() -> Console:
    """Where answers go; a file or a pipe gets lines wide enough for the tables."""
    console = Console(soft_wrap=True)
    return console if console.is_terminal else Console(soft_wrap=True, width=max(console.width, 140))


def err() -> Console:
    """Where progress and problems go."""
    return Console(stderr=True, soft_wrap=True)


def json_text(value: Any, *, indent: bool = True) -> str:
    """JSON in UTF-8, dates in ISO form, dataclasses as objects."""
    return orjson.dumps(value, default=_plain, option=_OPTIONS if indent else 0).decode()


def print_json(value: Any, *, indent: bool = True) -> None:
    """One JSON value on stdout, not touched by colours or wrapping."""
    typer.echo(json_text(value, indent=indent))


def print_table(title: str, rows: Sequence[Mapping[str, Any]], columns: Sequence[str] | None = None) -> None:
    """A table of equal rows; texts are shown as they are, never read as markup."""
    names = list(columns or (rows[0].keys() if rows else ()))
    table = Table(title=escape(title), title_justify="left", show_edge=False, pad_edge=False)
    for name in names:
        table.add_column(escape(name.replace("_", " ")), overflow="fold")
    for row in rows:
        table.add_row(*(escape(_cell(row.get(name))) for name in names))
    out().print(table)


def print_pairs(title: str, values: Mapping[str, Any]) -> None:
    """Names and values, one a line."""
    print_table(title, [{"": name.replace("_", " "), " ": value} for name, value in values.items()])


@contextmanager
def progress(text: str) -> Iterator[Any]:
    """A spinner with a count on stderr, for whatever may take more than a second."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err(), transient=True) as bar:
        task = bar.add_task(text, total=None)

        def tell(count: int) -> None:
            bar.update(task, description=f"{text}: {count}")

        yield tell


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    return str(value)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(_LOCAL):%d/%m/%Y %H:%M:%S}" if value.tzinfo else str(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_cell(item)}" for name, item in value.items())
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(_cell(item) for item in value)
    return str(value)
