"""Every verb of the command line: where it is carried out, and what it does in one line.

A verb's module is imported when the verb is used, and no sooner: most verbs need a part of the program
only, and all of it together takes longer to start than most of them take to run.
"""

from __future__ import annotations

import gc
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand


@dataclass(frozen=True, slots=True)
class Verb:
    """A function of a module in this room; `line` is the first line of its help."""

    module: str
    function: str
    line: str

    def load(self) -> Any:
        """The function itself. What a module brings along stays, so nothing is searched for garbage meanwhile."""
        gc.disable()
        try:
            return getattr(import_module(f"commands.{self.module}"), self.function)
        finally:
            gc.enable()


#: By what is typed; two words where the first is a group.
VERBS = {
    "init": Verb(
        "setup", "init", "Write a commented configuration that works with the sandbox as it stands."
    ),
    "doctor": Verb(
        "doctor",
        "doctor",
        "Look at the configuration, the ledger and the document system; change nothing in it. Exit code 2: to mend.",
    ),
    "sandbox": Verb(
        "service",
        "sandbox",
        "Start a stand-in document system: the made-up province Tỉnh Sông Lam, at http://127.0.0.1:8765/.",
    ),
    "demo": Verb(
        "demo",
        "demo",
        "Play the whole main job: directives to tasks, states and receipts back, drift found and healed.",
    ),
    "run": Verb("service", "run", "Run the daemon until it is told to stop (Ctrl-C or SIGTERM)."),
    "sync": Verb("orders", "sync", "Run one pass now: pull, map, decide, push."),
    "resync": Verb("orders", "resync", "Read a part of the document system again, whatever is known of it."),
    "reconcile": Verb(
        "orders",
        "reconcile",
        "Compare a complete listing of the document system with the ledger, and heal what drifted.",
    ),
    "answer": Verb(
        "holds", "answer", "Answer an issuer who asks to take back, update or replace a document."
    ),
    "match": Verb(
        "holds", "match", "Say which task an answer from another system is about, or that it is none of ours."
    ),
    "holds": Verb(
        "holds",
        "holds",
        "Every stop that waits for a person: since when, what happened, what is safe, what waiting costs.",
    ),
    "hold": Verb(
        "holds",
        "hold",
        "Stop writing for one task, one unit, a site or all of them; reading goes on for tasks and units.",
    ),
    "release": Verb(
        "holds", "release", "Release a hold after a person has looked: what was stopped may go on."
    ),
    "remake": Verb(
        "holds",
        "remake",
        "Make the work item of one task once more after somebody deleted it in the document system.",
    ),
    "breaks": Verb(
        "holds",
        "breaks",
        "Every difference that stood at the last complete comparison, item by item, with age and owner.",
    ),
    "status": Verb(
        "looking",
        "status",
        "What every site stands at: how fresh, how many tasks, what waits, what is held. Exit code 3: a lamp is red.",
    ),
    "tasks": Verb("looking", "tasks", "List tracked tasks with their states."),
    "explain": Verb(
        "looking", "explain", "Say in one sentence why a task shows what it shows; anyone can recompute it."
    ),
    "why": Verb(
        "why",
        "why",
        "Say in one sentence (Vietnamese and English) why this has not moved, then what to do, then the facts.",
    ),
    "backup": Verb(
        "backup",
        "backup",
        "Copy ledger and evidence beside a running service, restore the copy for trial, and keep both on record.",
    ),
    "restore": Verb(
        "backup",
        "restore",
        "Check a backup completely, then put it in the place of an empty store. Exit code 6: it is damaged.",
    ),
    "accounts": Verb("looking", "accounts", "List the accounts as the document system last showed them."),
    "figures": Verb(
        "figures",
        "figures",
        "Count the tasks: states, on-time shares, reviewers' delay, ages of what is overdue or silent.",
    ),
    "deadline": Verb(
        "dryrun",
        "deadline",
        "Read one deadline phrase (or a file of them) into a due date, or say why a person must be asked.",
    ),
    "unit": Verb(
        "dryrun",
        "unit",
        "Find the unit that a text means. Without `--units` the units of the ledger are used.",
    ),
    "plan show": Verb(
        "holds", "show", "Sealed plans that wait for approval, with everything that each would change."
    ),
    "plan apply": Verb(
        "orders",
        "apply",
        "Approve a sealed plan: exactly this is carried out, or nothing when anything differs by now.",
    ),
    "plan decline": Verb(
        "holds",
        "decline",
        "Decline what old directives would write: it is not sent and not proposed again unless they are read again.",
    ),
    "rules show": Verb(
        "rules",
        "show",
        "Show a regulation: every choice with its article and reading, the limits, the status table in order.",
    ),
    "rules check": Verb(
        "rules",
        "check",
        "Look for what is wrong or odd in a regulation. Ends with 0 when it is clean, with 2 when it is not.",
    ),
    "rules try": Verb(
        "rules",
        "try_",
        "Say what a history would show. A history that contradicts itself is held: no state, exit code 7.",
    ),
    "rules diff": Verb(
        "rules",
        "diff",
        "Say which tasks of the ledger would show another text under B than under A, as the ledger stands.",
    ),
    "rules export": Verb(
        "rules", "export", "Print the history of a ledger's task in the form that `tdcd rules try` reads."
    ),
    "rules schema": Verb(
        "rules",
        "schema",
        "Print the JSON Schema of histories and answers, as it stands in docs/history.schema.json.",
    ),
    "table read": Verb(
        "tables",
        "read",
        "Read one assignment table and show the tasks it would make, and the rows it would return.",
    ),
    "table lint": Verb(
        "lint",
        "check",
        'Check one assignment table ("6 rõ", dates, load) and show the comment its drafter would get.',
    ),
    "text read": Verb(
        "running_text",
        "read",
        "Read a conclusion or directive and propose the tasks its sentences give; nothing is tracked by this.",
    ),
    "dead list": Verb("dead_letters", "listing", "List what was given up and not replayed, oldest first."),
    "dead show": Verb("dead_letters", "show", "Show one with everything that is known about it."),
    "dead replay": Verb(
        "dead_letters",
        "replay",
        "Try again: each once, looked for before it is sent, at most five a second; the next pass sends them.",
    ),
    "ledger verify": Verb(
        "proofs",
        "verify",
        "Hash every entry again, compare with every signed checkpoint, and name the first that does not fit.",
    ),
    "ledger checkpoint": Verb(
        "proofs",
        "checkpoint",
        "Sign the ledger as it stands, give the witness a copy, and print the note and the public key.",
    ),
    "ledger prove": Verb(
        "proofs",
        "prove",
        "Write an offline proof of one task: anyone with Python can check it, without tdcd.",
    ),
    "ledger rebaseline": Verb(
        "proofs",
        "accept",
        "Go on with this ledger although the witness remembers another one (a restored copy).",
    ),
    "db upgrade": Verb(
        "setup",
        "db_upgrade",
        "Bring the ledger's database to this version; an SQLite file is copied aside first.",
    ),
}


def open_door(group: typer.Typer, name: str, verb: Verb) -> None:
    """Put a verb into its group without importing it."""

    class Door(TyperCommand):
        def make_context(self, *args: Any, **extra: Any) -> Any:
            """The verb is used: everything from here on is the real command's."""
            alone = typer.Typer(add_completion=False, pretty_exceptions_show_locals=False)
            alone.command(name)(verb.load())
            return typer.main.get_command(alone).make_context(*args, **extra)

    group.command(name, cls=Door, help=verb.line)(_behind_the_door)


def _behind_the_door() -> None:
    """Never called: the door makes the context of the real command."""
