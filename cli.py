"""`tdcd`: the administrators' command line. Thin: it names the verbs and ends with the right code.

Exit codes: 0 done · 1 unexpected · 2 wrong use or configuration · 3 the document
system is away, try later · 4 a record could not be used · 5 going on would do harm
· 6 the ledger does not verify · 7 held for a person · 130 interrupted.
"""

from __future__ import annotations

import sys
from importlib.metadata import version as installed_version
from typing import Annotated

import typer

from commands.verbs import VERBS, open_door
from errors import TdcdError

app = typer.Typer(
    name="tdcd",
    help="Theo dõi chỉ đạo: tracks issued directives inside the document system that people already use.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
table = typer.Typer(no_args_is_help=True, help="Assignment tables.")
text = typer.Typer(no_args_is_help=True, help="Conclusions and directives in running text.")
plan = typer.Typer(no_args_is_help=True, help="Sealed plans: mass changes that wait for a person.")
ledger = typer.Typer(no_args_is_help=True, help="The ledger.")
dead = typer.Typer(no_args_is_help=True, help="What was given up, and trying it again.")
database = typer.Typer(no_args_is_help=True, help="The ledger's database.")
regulations = typer.Typer(
    no_args_is_help=True, help="Regulations as data: read, check, try and compare them."
)

GROUPS = {
    "plan": plan,
    "rules": regulations,
    "table": table,
    "text": text,
    "dead": dead,
    "ledger": ledger,
    "db": database,
}
for name, group in GROUPS.items():
    app.add_typer(group, name=name)
for name, verb in VERBS.items():
    first, _, second = name.partition(" ")
    open_door(GROUPS[first] if second else app, second or first, verb)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(installed_version("tdcd-sync"))
        raise typer.Exit


@app.callback()
def _root(
    _version: Annotated[
        bool,
        typer.Option("--version", help="Print the version and end.", is_eager=True, callback=_print_version),
    ] = False,
) -> None:
    """Without it typer would not take options before the verb."""


def main() -> None:
    """Entry point of the console command: every expected error becomes one sentence and an exit code."""
    try:
        app()
    except TdcdError as error:
        from commands.show import err

        err().print(str(error), markup=False, style="bold red")
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
