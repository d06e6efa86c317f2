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

from commands import (
    backup,
    dead_letters,
    demo,
    dryrun,
    figures,
    holds,
    lint,
    looking,
    orders,
    proofs,
    rules,
    running_text,
    service,
    setup,
    why,
)
from commands.show import err
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

app.command("init")(setup.init)
app.command("doctor")(setup.doctor)
app.command("sandbox")(service.sandbox)
app.command("demo")(demo.demo)
app.command("run")(service.run)
app.command("sync")(orders.sync)
app.command("resync")(orders.resync)
app.command("reconcile")(orders.reconcile)
app.command("holds")(holds.holds)
app.command("hold")(holds.hold)
app.command("release")(holds.release)
app.command("answer")(holds.answer)
app.command("breaks")(holds.breaks)
plan.command("show")(holds.show)
plan.command("apply")(orders.apply)
app.add_typer(plan, name="plan")
app.command("status")(looking.status)
app.command("tasks")(looking.tasks)
app.command("explain")(looking.explain)
app.command("why")(why.why)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("accounts")(looking.accounts)
app.command("figures")(figures.figures)
app.command("deadline")(dryrun.deadline)
app.command("unit")(dryrun.unit)
table.command("read")(dryrun.read)
table.command("lint")(lint.check)
text.command("read")(running_text.read)
ledger.command("verify")(proofs.verify)
ledger.command("checkpoint")(proofs.checkpoint)
ledger.command("prove")(proofs.prove)
ledger.command("rebaseline")(proofs.accept)
database.command("upgrade")(setup.db_upgrade)
regulations.command("show")(rules.show)
regulations.command("check")(rules.check)
regulations.command("try")(rules.try_)
regulations.command("diff")(rules.diff)
regulations.command("export")(rules.export)
regulations.command("schema")(rules.schema)
app.add_typer(regulations, name="rules")
app.add_typer(table, name="table")
app.add_typer(text, name="text")
dead.command("list")(dead_letters.listing)
dead.command("show")(dead_letters.show)
dead.command("replay")(dead_letters.replay)
app.add_typer(dead, name="dead")
app.add_typer(ledger, name="ledger")
app.add_typer(database, name="db")


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
        err().print(str(error), markup=False, style="bold red")
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
