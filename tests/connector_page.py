"""What each connector can do, as one page: read from what they declare and from the classes that prove it.

`python -m tests.connector_page --write` writes docs/connectors.md; tests/architecture/test_connectors.py fails when it
is stale.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from typing import Final

from pydantic import SecretStr

from connector.capability_words import words
from connector.memory import CAPABILITIES as MEMORY
from connector.opening import OPENERS, open_connector
from connector.port import Capability
from tests.requirement_page import ROOT

PAGE: Final = ROOT / "docs" / "connectors.md"
#: Words whose user name is no agency's code.
_USERS: Final = {"province-api": "8000", "province-api-incoming": "8000"}
SUITE: Final = ROOT / "connector" / "conformance"
ADDRESS: Final = "https://van-ban.songlam.example/Services/VanBan.asmx"

_HEAD: Final = """# Connectors

`connector` of a `[[site]]` names one of the words below, or a word that an installed package adds
([new-connector.md](new-connector.md)). Written by `python -m tests.connector_page --write` from what the connectors
declare; a test fails when this page is stale. `tdcd doctor --site NAME` tells the same of one installation.

## What each can do

`memory` is the stand-in that tests run against; it cannot be named in a configuration.

"""

_MEANING: Final = """
## What that means

| capability | with it | without it |
|---|---|---|
"""

_PROOF: Final = """
## What proves it

Every connector passes one suite, `connector/conformance/`, of {tests} tests. The last of them,
`test_what_is_declared_is_what_is_shown`, tries each capability on the running system, whatever the connector declares,
and compares: what is declared is what is shown, for every row of this table.

| suite × | by |
|---|---|
"""


def declared() -> dict[str, frozenset[Capability]]:
    """Words of one connector that can do the same stand together; opening sends nothing."""
    found: dict[tuple[str, frozenset[Capability]], list[str]] = {}
    for word in OPENERS:
        connector = open_connector(word, "a", ADDRESS, _USERS.get(word, "H99.02"), SecretStr("x"))
        found.setdefault((type(connector).__name__, connector.capabilities), []).append(word)
        connector.close()
    return {", ".join(f"`{word}`" for word in listed): can for (_, can), listed in found.items()} | {
        "`memory`": MEMORY
    }


def proofs() -> Iterator[tuple[str, str]]:
    """Each class of the suite in tests/conformance, and what it, or its module, says that it runs on."""
    for file in sorted((ROOT / "tests" / "conformance").glob("test_*_conformance.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and any(
                isinstance(base, ast.Name) and base.id == "ConnectorConformance" for base in node.bases
            ):
                said = (ast.get_docstring(node) or ast.get_docstring(tree) or "").partition("\n")[0]
                yield f"{file.relative_to(ROOT / 'tests').as_posix()}::{node.name}", said


def suite_tests() -> int:
    """How many tests the suite has, parameters not counted."""
    return sum(
        isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        for file in SUITE.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    )


def page() -> str:
    """The page as it must stand in the repository."""
    columns = declared()
    parts = [_HEAD, f"| | {' | '.join(columns)} |\n", f"|---|{'---|' * len(columns)}\n"]
    for capability in Capability:
        marks = " | ".join("yes" if capability in can else "–" for can in columns.values())
        parts.append(f"| `{capability.value}` | {marks} |\n")
    parts.append(_MEANING)
    for capability in Capability:
        said = words(capability, "en")
        parts.append(f"| `{capability.value}` | {said.can} | {said.without} |\n")
    parts.append(_PROOF.format(tests=suite_tests()))
    parts += [f"| {said.rstrip('.')} | `{name}` |\n" for name, said in proofs()]
    return "".join(parts)


def main() -> int:
    """Write the page, or say whether it is stale; gives the exit code."""
    wanted = page()
    if "--write" in sys.argv:
        PAGE.write_text(wanted, encoding="utf-8")
    stale = not PAGE.exists() or PAGE.read_text(encoding="utf-8") != wanted
    if stale:
        sys.stdout.write("docs/connectors.md is stale: run with --write\n")
    return int(stale)


if __name__ == "__main__":
    raise SystemExit(main())
