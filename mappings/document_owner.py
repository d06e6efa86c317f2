"""Where a document that several systems may show is tracked: in one of them, and never by guess. Pure.

The configuration says which agencies issue their directives in which system (`owns`). What is
tracked already stays where it is. Everything else that is the same, or may be, asks a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mappings.document_identity import Match

#: (site, remote id) of a document.
Place = tuple[str, str]


class Verdict(StrEnum):
    """What becomes of a document at the site that shows it."""

    HERE = "tracked here"
    THERE = "tracked at another site"
    ASK = "a person says whether it is the same"
    TWICE = "tracked here, and perhaps at another site too"


@dataclass(frozen=True, slots=True)
class Standing:
    """`site` and `document` say where the tasks are; `document` is "" while that site has not shown it."""

    verdict: Verdict
    site: str = ""
    document: str = ""


def standing(
    here: str, owner: str, found: Match[Place], *, tracked: bool = False, its_own: bool = False
) -> Standing:
    """`owner`: the site that its issuer's directives belong to, "" for none.

    `found` are documents of other sites that are tracked there; `tracked`: it has tasks here;
    `its_own`: a person has said that it is none of those.
    """
    if its_own:
        return Standing(Verdict.HERE)
    if tracked:
        return Standing(Verdict.TWICE, *found.same) if found.same else Standing(Verdict.HERE)
    if found.same is None and found.doubtful:
        return Standing(Verdict.TWICE if owner == here else Verdict.ASK, *found.doubtful[0])
    if found.same is not None:
        return Standing(Verdict.THERE if found.same[0] == owner else Verdict.ASK, *found.same)
    return Standing(Verdict.THERE, owner) if owner not in {"", here} else Standing(Verdict.HERE)
