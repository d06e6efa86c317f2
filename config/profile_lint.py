"""A closer look at a regulation than loading takes: what would load and still not be what was meant.

Loading refuses what cannot work. Here stands what works and surprises a lawyer later: an article that nothing
rests on, one text with two meanings, a choice that the table contradicts. A file that does not load is looked
at in its parts as well, so that one run names everything.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from config.profile_files import read_profile
from errors import ConfigInvalid
from tracking.profile import NO_ARTICLE, Profile
from tracking.rulebook import PLAIN_KIND, Family, Lateness, Rulebook, StatusRule
from tracking.vocabulary import Facts, combinations, possible

#: Sent in time, still waiting for a decision after the due date.
_SENT_IN_TIME = Facts("none", "none", "on_time", "reported", "past", "no")


def lint_file(path: Path) -> tuple[str, ...]:
    """Every problem of the profile in `path`, one sentence each; none when it can be used as it is.

    Raises ConfigInvalid when the file cannot be read at all.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ConfigInvalid([f"{path}: cannot be read ({reason}); check the path"], where=path.name) from None
    return lint_text(text, path.name)


def lint_text(text: str, where: str) -> tuple[str, ...]:
    """Every problem of the profile that `text` describes; `where` names it."""
    try:
        profile = read_profile(text, where)
    except ConfigInvalid as error:
        return (*error.problems, *(f"{where}: {line}" for line in _parts_problems(text)))
    return tuple(f"{where}: {line}" for line in lint(profile))


def lint(profile: Profile) -> Iterator[str]:
    """What is odd about a profile that loads."""
    yield from _articles(profile)
    yield from _texts(profile)
    yield from _waiting(profile)
    yield from _completion(profile)


def _articles(profile: Profile) -> Iterator[str]:
    cited = {article for _, article in profile.citations()}
    for article in profile.articles:
        if article not in cited:
            yield f'articles: nothing rests on "{article}"; cite it where it applies or remove it'


def _texts(profile: Profile) -> Iterator[str]:
    families: dict[tuple[str, str], set[Family]] = defaultdict(set)
    for rule in profile.rules:
        families[rule.text, rule.second_text].add(rule.family)
        for text in (rule.text, rule.second_text):
            if text != unicodedata.normalize("NFC", " ".join(text.split())):
                yield f'status[{rule.id}]: "{text}" has stray spaces or split letters; write it as it is shown'
    for (text, second), found in families.items():
        if not profile.waiting_state.text:  # what waits for the Office looks like any open task there
            found -= {Family.SUBMITTED}
        if text and len(found) > 1:
            listed = ", ".join(sorted(family.value for family in found))
            shown = f"{text} / {second}" if second else text
            yield f'status: "{shown}" stands for several families ({listed}); one text must mean one thing'


def _waiting(profile: Profile) -> Iterator[str]:
    """The state that waits for the Office is named twice: as a choice, and as a row."""
    named = profile.waiting_state.text
    rules = [rule for rule in profile.rules if rule.when.get("kind", (PLAIN_KIND,)) != ("petition",)]
    waiting = {rule.text for rule in rules if rule.family is Family.SUBMITTED}
    own = waiting - {rule.text for rule in rules if rule.family is not Family.SUBMITTED}
    if named and named not in waiting:
        yield f'waiting_state.text: "{named}" stands in no row of family submitted; add the row or correct the text'
    if own and not named:
        yield f"waiting_state.text: is empty, yet the table shows {', '.join(sorted(own))}; write it there"
    policy = profile.pending_after_due.policy
    if policy != "strict" and profile.rulebook.ruling(_SENT_IN_TIME).lateness is Lateness.LATE:
        yield f"pending_after_due.policy: is {policy}, yet a result sent in time turns late while it waits; correct it"


def _completion(profile: Profile) -> Iterator[str]:
    """Whether a late completion can be told by its words is said once and shown by the rows."""
    texts: dict[Lateness, set[tuple[str, str]]] = defaultdict(set)
    for facts in combinations((PLAIN_KIND,)):
        if possible(facts):
            ruling = profile.rulebook.ruling(facts)
            if ruling.rule.family is Family.DONE:
                texts[ruling.lateness].add((ruling.rule.text, ruling.rule.second_text))
    on_time, late = texts[Lateness.ON_TIME], texts[Lateness.LATE]
    if profile.late_after_completion.shown and on_time & late:
        yield "late_after_completion.shown: is true, yet rows show the same text in time and late; correct one of both"
    if not profile.late_after_completion.shown and on_time != late:
        yield "late_after_completion.shown: is false, yet the rows tell late from in time; correct one of both"


def _parts_problems(text: str) -> Iterator[str]:
    """What loading did not come to, because a part before it was wrong already."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    try:
        Profile.model_validate(values)
    except ValidationError as error:
        if any(not item["loc"] for item in error.errors(include_url=False, include_input=False)):
            return
    yield from _raw_citations(values)
    near = values.get("near_due", {})
    yield from _raw_table(
        values.get("status", []), near=not isinstance(near, Mapping) or near.get("enabled") is not False
    )


def _raw_citations(values: Mapping[str, Any]) -> Iterator[str]:
    articles = values.get("articles", {})
    for key, sources in _raw_sources(values):
        for article in (part.strip() for part in sources.split(";")):
            if article not in articles and article != NO_ARTICLE:
                yield f'{key}: cites "{article}", which is not listed under [articles]; list it there'


def _raw_sources(values: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for key, value in values.items():
        tables = value if isinstance(value, list) else [value]
        for number, part in enumerate(tables, 1):
            if not isinstance(part, Mapping) or key == "articles":
                continue
            name = part.get("id", number) if isinstance(value, list) else ""
            place = f"{above}{key}[{name}]" if name else f"{above}{key}"
            cited = part.get("source", part.get("article"))
            if isinstance(cited, str):
                yield place, cited
            yield from _raw_sources(part, f"{place}.")


def _raw_table(rows: Sequence[Any], *, near: bool) -> Iterator[str]:
    """Gaps and rows that can never match; only where every row can be read for itself."""
    try:
        rules = [StatusRule.model_validate(row) for row in rows]
    except ValidationError:
        return
    if any(rule.given for rule in rules):  # which of them stand depends on the parts that cannot be read
        return
    book = Rulebook(rules, "never", near=near)
    if book.gaps:
        yield f"status: no rule answers {len(book.gaps)} combinations of facts; add a rule"
    for silent in book.silent_rules:
        yield f"status[{silent}]: can never match; move it up, correct its conditions or remove it"
