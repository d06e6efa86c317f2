"""The JSON Schema of histories and answers, written out in `docs/history.schema.json`.

It is made from the models that read and answer, so that what is documented is what is done; a test fails
when the file in `docs` is not what `tdcd rules schema` prints.
"""

from __future__ import annotations

from typing import Any, Final

from pydantic.json_schema import models_json_schema

from mappings.history_answer import Answer, FullAnswer, HeldAnswer
from mappings.history_form import History

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def history_schema() -> dict[str, Any]:
    """What a history file may hold; the answer to one history is under `$defs/Answer`."""
    _, parts = models_json_schema(
        [
            (History, "validation"),
            (Answer, "serialization"),
            (FullAnswer, "serialization"),
            (HeldAnswer, "serialization"),
        ],
        ref_template="#/$defs/{model}",
    )
    one = {"$ref": "#/$defs/History"}
    return {
        "$schema": DIALECT,
        "title": "Histories for `tdcd rules try`",
        "description": "One history, or a list of them. The answer to a list is a list of the same length; each "
        "has the form of $defs/Answer, of $defs/FullAnswer with --full, or of $defs/HeldAnswer where no state "
        "can be given.",
        "anyOf": [one, {"type": "array", "items": one}],
        "$defs": {name: _without_titles(part) for name, part in parts["$defs"].items() if name != "Due"},
    }


def _without_titles(part: Any) -> Any:
    """Titles only repeat the names of the properties; without them the file is half as long."""
    if isinstance(part, list):
        return [_without_titles(one) for one in part]
    if not isinstance(part, dict):
        return part
    plain = {name: _without_titles(value) for name, value in part.items() if name != "properties"}
    if isinstance(plain.get("title"), str):
        del plain["title"]
    if "properties" in part:
        plain["properties"] = {name: _without_titles(value) for name, value in part["properties"].items()}
    return plain
